//! What stands in for a function, or may.

use super::super::files::Texts;
use super::*;

const FEED: &str = "class Base:\n    pass\n\
                    class Feed(Base):\n    async def read(self): pass\n\
                    async def step(): pass\n";

/// Compares what `b.py` puts in the place of `Feed.read` of `a.py`, or of `step`, that with `?`
/// where it may be another object.
#[track_caller]
fn check_original(original: &str, text: &str, expected: &[&str]) {
    let project = Project::of(Texts::of(&[("a.py", FEED), ("b.py", text)]));
    let (class, name) = match original.split_once('.') {
        Some((class, name)) => (Some(class.to_owned()), name),
        None => (None, original),
    };
    let original = Original {
        path: "a.py".into(),
        class,
        name: name.to_owned(),
    };
    let found = project.stand_ins(&original);
    let shown = |it: &StandIn| match it.is_meant {
        Answer::Yes => it.what.clone(),
        _ => format!("{}?", it.what),
    };
    let found: Vec<String> = found.iter().map(shown).collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    check_original("Feed.read", &format!("import a\n{text}"), expected);
}

#[test]
fn classes_that_derive_override() {
    check("class C(a.Feed):\n    def read(self): pass\n", &["C.read"]);
    check("class C(a.Feed):\n    read = make()\n", &["C.read"]);
    check("class C(a.Feed):\n    read: int\n", &[]);
    let two = "class C(a.Feed): pass\nclass D(C):\n    def read(self): pass\n";
    check(two, &["D.read"]);
    check("class C(a.Base):\n    def read(self): pass\n", &[]);
    check("class C(made()):\n    def read(self): pass\n", &["C.read?"]);
    check("class C(a.Feed):\n    def reads(self): pass\n", &[]);
    check(
        "class C(a.Feed[int]):\n    def read(self): pass\n",
        &["C.read"],
    );
    let alias = "Alias = a.Feed[int]\nclass C(Alias):\n    read = lambda self: 1\n";
    check(alias, &["C.read"]);
    check("type('C', (a.Feed,), {'read': g})\n", &["a.Feed.read"]);
    check("type('C', (a.Base,), {'read': g})\n", &[]);
}

#[test]
fn objects_get_what_is_set() {
    check("def f(x): x.read = g\n", &["x.read?"]);
    check("def f(x): x.read = None\n", &[]);
    check("def f(x: a.Feed): x.read == g\n", &[]);
    check("f = a.Feed()\nf.read = g\n", &["f.read"]);
    check("class C: pass\nf = C()\nf.read = g\n", &[]);
    check("a.Feed.read = g\n", &["a.Feed.read"]);
    check("import os\nos.read = g\n", &[]);
    let own = "class C(a.Feed):\n    def f(self): self.read = g\n";
    check(own, &["C().read"]);
    check(&own.replace("a.Feed", "object"), &[]);
    check("setattr(a.Feed, 'read', g)\n", &["a.Feed.read"]);
    check("patch('a.Feed.read', new=g)\n", &["a.Feed.read"]);
    check("class C(a.Feed):\n    from m import read\n", &["C.read"]);
    check("patch('b.Feed.read', new=g)\n", &["b.Feed.read?"]);
}

#[test]
fn a_mock_that_python_makes_of_an_async_def_is_one() {
    check("patch.object(a.Feed, 'read')\n", &[]);
    check("patch('a.Feed.read', return_value=1)\n", &[]);
    check(
        "patch('a.Feed.read', new_callable=Mock)\n",
        &["a.Feed.read"],
    );
}

#[test]
fn attributes_are_set_by_names_that_are_values() {
    check("vars(a.Feed())['read'] = g\n", &["a.Feed().read"]);
    check("f = a.Feed()\nf.__dict__.update(read=g)\n", &["f.read"]);
    check("f = a.Feed()\nf.__dict__.update(other=g)\n", &[]);
    check(
        "patch.multiple(a.Feed, read=g, create=True)\n",
        &["a.Feed.read"],
    );
    let looped = "for name in ('read', 'x'): setattr(a.Feed, name, g)\n";
    check(looped, &["a.Feed.read"]);
    check(&looped.replace("read", "write"), &[]);
    check("setattr(a.Feed, name, g)\n", &["a.Feed.read"]);
    check("setattr(a.Feed, f're{name}', g)\n", &["a.Feed.read"]);
    check("setattr(a.Feed, f'_{name}', g)\n", &[]);
    check("setattr(a.Feed, name + '_all', g)\n", &[]);
    check("setattr(a.Base, name, g)\n", &[]);
    check("setattr(other, name, g)\n", &[]);
    check("vars(a.Feed).update(named)\n", &["a.Feed.read"]);
    check("def f(x: a.Feed): x.__dict__ = made()\n", &["a.Feed.read"]);
    let own = "class C(a.Feed):\n    def f(self, **all): self.__dict__.update(all)\n";
    check(own, &["C.read"]);
    check(&own.replace("a.Feed", "object"), &[]);
    check("type('C', (a.Feed,), made())\n", &["a.Feed.read"]);
    let made = "import types\ntypes.new_class('C', (a.Feed,), {}, fill)\n";
    check(made, &["a.Feed.read"]);
    check(&made.replace(", fill", ""), &[]);
}

#[test]
fn classes_find_attributes_in_other_ways() {
    let found = "class C(a.Feed):\n    def __getattribute__(self, name): pass\n";
    check(found, &["C.read"]);
    check(&found.replace("ibute", ""), &[]);
    let meta = "class M(type):\n    def __new__(cls, *all): pass\n\
                class C(a.Feed, metaclass=M): pass\n";
    check(meta, &["C.read"]);
    check(&meta.replace("__new__", "__call__"), &[]);
    check(&meta.replace("=M", "=type"), &[]);
    check(&meta.replace("=M", "=made"), &["C.read"]);
}

#[test]
fn a_base_is_asked_before() {
    let mixed = "class M:\n    def read(self): pass\nclass C(M, a.Feed): pass\n";
    check(mixed, &["M.read"]);
    check(&mixed.replace("M, a.Feed", "a.Feed, M"), &[]);
    check(&mixed.replace("read", "write"), &[]);
    check("class C(made(), a.Feed): pass\n", &["a base.read?"]);
    check("import m\nclass C(m.M, a.Feed): pass\n", &["m.M.read?"]);
    check("import abc\nclass C(abc.ABC, a.Feed): pass\n", &[]);
    check("class C(a.Base, a.Feed): pass\n", &[]);
}

#[test]
fn functions_are_set_in_their_module() {
    check_original("step", "import a\na.step = g\n", &["a.step"]);
    check_original("step", "patch('a.step', g)\n", &["a.step"]);
    check_original("step", "import c\nc.step = g\n", &[]);
    check_original("step", "def f(x): x.step = g\n", &[]);
}

#[test]
fn a_class_above_sets_what_its_instances_have() {
    let text = "from a import Feed\nclass C(Feed):\n    def f(self): self.read = g\n\
                class D(C):\n    async def read(self): pass\n";
    let files = [("a.py", FEED), ("b.py", text)];
    let project = Project::of(Texts::of(&files));
    let original = Original {
        path: "b.py".into(),
        class: Some("D".to_owned()),
        name: "read".to_owned(),
    };
    let found = project.stand_ins(&original);
    let found: Vec<&str> = found.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(found, ["C().read"]);
}

#[test]
fn attributes_are_set_by_what_a_class_or_a_namespace_has() {
    check(
        "object.__setattr__(a.Feed(), 'read', g)\n",
        &["a.Feed().read"],
    );
    check("type.__setattr__(a.Feed, 'read', g)\n", &["a.Feed.read"]);
    check("a.Feed().__setattr__('read', g)\n", &["a.Feed().read"]);
    check("d = vars(a.Feed())\nd['read'] = g\n", &["a.Feed().read"]);
    check(
        "x = a.Feed()\nd = x.__dict__\nd.update(read=g)\n",
        &["x.read"],
    );
    check(
        "x = a.Feed()\nd = x.__dict__\nd |= {'read': g}\n",
        &["x.read"],
    );
    check("x = a.Feed()\ndict.update(vars(x), read=g)\n", &["x.read"]);
    check("d = {}\nd.update(vars(a.Feed()), read=g)\n", &[]);
    check("patch(target='a.Feed.read', new=g)\n", &["a.Feed.read"]);
    check(
        "patch.object(target=a.Feed, attribute='read', new=g)\n",
        &["a.Feed.read"],
    );
    check(
        "monkeypatch.setattr(target='a.Feed.read', name=g)\n",
        &["a.Feed.read"],
    );
    check(
        "patch.multiple(target='a.Feed', read=g)\n",
        &["a.Feed.read"],
    );
    check("patch(target='a.Feed.read')\n", &[]);
    check(
        "from m import patch as p\np('a.Feed.read', g)\n",
        &["a.Feed.read"],
    );
    check("object.__setattr__(a.Base(), 'read', g)\n", &[]);
    let own = "class C(a.Feed):\n    def f(self): super().__setattr__('read', g)\n";
    check(own, &["C().read"]);
    let passed = "class C(a.Feed):\n    def __setattr__(self, name, value):\n        super().__setattr__(name, value)\n";
    check(passed, &[]);
}
