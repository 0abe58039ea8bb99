//! What is reached, through the file and through what is not in it.

use crate::matching::tests::{check_condition, reasons};

/// Asks whether the second argument of `run` reaches `stop()`; `Some(false)`: surely not.
#[track_caller]
fn check(text: &str, expected: Option<bool>) {
    let text = format!("import functools, json\nfrom m import stop, other\n{text}");
    let ask = |condition, holds: bool| {
        let lines: &[usize] = if holds { &[1] } else { &[] };
        check_condition("run($at, $f, $*_)", condition, &text, lines);
    };
    ask("$f: {reaches: m.stop}", expected == Some(true));
    let never = "not: [{$f: {reaches: m.stop}}]";
    ask(never, expected == Some(false));
}

#[test]
fn what_is_remembered_may_have_run() {
    let f = "def f(): stop()\ndef g(): f()\n";
    check(&format!("@functools.cache\n{f}run(1, g)\n"), None);
    check(&format!("@functools.lru_cache(9)\n{f}run(1, f)\n"), None);
    let both = "def h(): g(); stop()\nrun(1, h)\n";
    check(&format!("@functools.cache\n{f}{both}"), Some(true));
    check("@functools.cache\ndef f(): pass\nrun(1, f)\n", Some(false));
}

#[test]
fn code_is_followed_through_the_file() {
    check("def f(): stop()\nrun(1, f)\n", Some(true));
    check(
        "def f(): g()\ndef g(): f(); stop()\nrun(1, f)\n",
        Some(true),
    );
    check("def f(): g()\ndef g(): f()\nrun(1, f)\n", Some(false));
    check("run(1, lambda: stop())\n", Some(true));
    check("run(1, stop)\n", Some(true));
    check(
        "class C:\n    def __init__(self): stop()\nrun(1, C)\n",
        Some(true),
    );
    check("class C: x = 1\nrun(1, C)\n", Some(false));
    let method = "class C:\n    def f(self): self.g()\n    def g(self): stop()\n    def h(self): run(1, self.f)\n";
    check(method, Some(true));
    check(
        "async def g(): stop()\ndef f(): return g()\nrun(1, f)\n",
        Some(true),
    );
}

#[test]
fn a_class_makes_what_it_is_made_from_and_what_its_fields_are_given() {
    check("class C(stop): pass\nrun(1, C)\n", Some(true));
    let field =
        "class C:\n    x: int = functools.partial(int, default=lambda: stop())\nrun(1, C)\n";
    check(&format!("@functools.total_ordering\n{field}"), Some(true));
    check(field, Some(false));
    check(&format!("@other\n{field}"), None);
}

#[test]
fn a_function_that_python_makes_is_what_it_is_given() {
    check(
        "def f(n): stop()\nrun(1, functools.partial(f, 1))\n",
        Some(true),
    );
    check(
        "def f(n): pass\np = functools.partial(f, 1)\nrun(1, p)\n",
        Some(false),
    );
    check(
        "def f(n): pass\ndef g(): sorted([1], key=f)\nrun(1, g)\n",
        Some(false),
    );
    check(
        "def f(n): stop()\ndef g(): sorted([1], key=f)\nrun(1, g)\n",
        Some(true),
    );
}

#[test]
fn what_is_handed_along_may_be_called() {
    let g = "def g(): stop()\n";
    check(&format!("{g}run(1, functools.reduce, g, [])\n"), Some(true));
    check(&format!("{g}run(1, json.dumps, default=g)\n"), Some(true));
    check("run(1, json.dumps, lambda: stop())\n", Some(true));
    check("def g(): pass\nrun(1, json.dumps, rows, g)\n", Some(false));
}

#[test]
fn a_method_may_be_overridden() {
    let text = "class C:\n    def f(self): run(1, self.g)\n    def g(self): pass\nclass D(C):\n    def g(self): stop()\n";
    check(text, Some(true));
    check(&text.replace("D(C)", "D"), Some(false));
}

#[test]
fn python_itself_reaches_nothing() {
    check("run(1, print)\n", Some(false));
    check("run(1, json.dumps)\n", Some(false));
    check(
        "def f(x: str | None): return x.strip().upper()\nrun(1, f)\n",
        Some(false),
    );
    check(
        "def f(x: list[str]): x.append(1); [1].copy()\nrun(1, f)\n",
        Some(false),
    );
    check("def f(p): return open(p).read()\nrun(1, f)\n", Some(false));
    let entered = "def f(p):\n    with open(p) as x: return x.read()\nrun(1, f)\n";
    check(entered, Some(false));
    let closing = "import contextlib\ndef f(p):\n    with contextlib.closing(p) as x: return x.read()\nrun(1, f)\n";
    check(closing, None);
}

#[test]
fn what_the_file_does_not_show_is_unknown() {
    check("run(1, other)\n", None);
    check("def f(): other()\nrun(1, f)\n", None);
    check("def f(x): x.close()\nrun(1, f)\n", None);
    check("def f(x: list): x[0].close()\nrun(1, f)\n", None);
    for code in [
        "list(x)",
        "frozenset(x)",
        "str(x)",
        "f'{x}'",
        "','.join(x)",
        "[1].extend(x)",
        "[a for a in x]",
        "print(*x)",
        "dict(**x)",
        "sorted([1], key=x)",
        "sorted([1], key=len)",
        "map(str, [1])",
        "next(x, None)",
    ] {
        check(&format!("def f(x): {code}\nrun(1, f)\n"), None);
    }
    check("def f(x):\n    for a in x: pass\nrun(1, f)\n", None);
    check("def f(x):\n    with x: pass\nrun(1, f)\n", None);
    check("def f(x): yield from x\nrun(1, f)\n", None);
    check(
        "import logging\ndef f(): logging.info('a')\nrun(1, f)\n",
        None,
    );
    check("@other\ndef f(): pass\nrun(1, f)\n", None);
    check("class C(other): pass\nrun(1, C)\n", None);
    check(
        "import typing\ndef f(x: typing.Any): x.close()\nrun(1, f)\n",
        None,
    );
}

#[test]
fn python_asks_objects_for_what_is_not_called() {
    for code in [
        "x.a",
        "x.a = 1",
        "del x.a",
        "x + 1",
        "1 + x",
        "x += 1",
        "-x",
        "not x",
        "x[0]",
        "x[0] = 1",
        "x == 1",
        "1 in x",
        "x and 1",
        "1 if x else 2",
        "a, b = x",
        "assert x",
        "[1 for a in [1] if x]",
        "[1 for a, b in [x]]",
        "'%s %s' % (1, x)",
        "[x] == [1]",
        "len(x)",
        "sum([x])",
        "max(list(x))",
        "print([1, x])",
        "f'{[x]}'",
        "getattr(x, 'a')",
    ] {
        check(&format!("def f(x): {code}\nrun(1, f)\n"), None);
    }
    check("def f(x):\n    if x: pass\nrun(1, f)\n", None);
    check("def f(x):\n    while x: pass\nrun(1, f)\n", None);
    check(
        "def f(x):\n    match x:\n        case 1: pass\nrun(1, f)\n",
        None,
    );
    check("def f(): other.a\nrun(1, f)\n", None);
    check(
        "import settings\ndef f(): settings.a\nrun(1, f)\n",
        Some(false),
    );
    check("import settings\ndef f(): settings.a.b\nrun(1, f)\n", None);
    check("import os\ndef f(): os.path.sep\nrun(1, f)\n", Some(false));
    check("def f(x): x is None\nrun(1, f)\n", Some(false));
}

#[test]
fn what_is_handed_in_is_known_where_it_is_plain() {
    let f = "def f(x, y=1, *, z='a'): x + y; z[0]; x == y; not x\n";
    check(&format!("{f}run(1, f, 1)\n"), Some(false));
    check(&format!("{f}run(1, f, q)\n"), None);
    check(&format!("{f}run(1, f)\n"), None);
    check(&format!("{f}run(1, f, *q)\n"), None);
    check(
        &format!("{f}run(1, functools.partial(f, 1, z='b'))\n"),
        Some(false),
    );
    check(&format!("{f}run(1, functools.partial(f, 1, z=q))\n"), None);
    check(&format!("{f}def g(n): f(n)\nrun(1, g, 1)\n"), Some(false));
    check(&format!("{f}def g(n): f(n)\nrun(1, g, q)\n"), None);
    // Once with a number, once with anything.
    check(&format!("{f}def g(n): f(1); f(n)\nrun(1, g, q)\n"), None);
    check(
        "def f(n): return n and f(n - 1)\nrun(1, f, 3)\n",
        Some(false),
    );
    check(
        "def f(x):\n    def g(): return x + 1\n    g()\nrun(1, f, 1)\n",
        Some(false),
    );
    check(
        "def f(x):\n    for a in range(x): a + 1\nrun(1, f, 1)\n",
        Some(false),
    );
    check(
        "def f(x: list):\n    for a in x: a + 1\nrun(1, f, [1])\n",
        None,
    );
    check(
        "def f(x: list[int]):\n    for a in x: a + x[0]\nrun(1, f, q)\n",
        Some(false),
    );
    check(
        "def f(x: dict[str, other]):\n    for a in x: a + 1\nrun(1, f, q)\n",
        None,
    );
}

#[test]
fn attributes_are_what_their_classes_make_of_them() {
    let text = |body: &str, code: &str| {
        format!("class C:\n{body}\n    def f(self): {code}\n    def h(self): run(1, self.f)\n")
    };
    let init = "    def __init__(self): self.a = 1";
    check(&text(init, "self.a"), Some(false));
    check(&text(init, "self.a + 1"), Some(false));
    check(&text("    a = other()", "self.a"), None);
    check(&text("    a = 1", "self.a"), Some(false));
    let property = "    @property\n    def a(self): return stop()";
    check(&text(property, "self.a"), Some(true));
    check(
        &text(&property.replace("stop()", "1"), "self.a"),
        Some(false),
    );
    check(
        &text("    a = property(lambda self: stop())", "self.a"),
        Some(true),
    );
    let asked = "    def __getattr__(self, name): return stop()";
    check(&text(asked, "self.a"), Some(true));
    let set = "    def __setattr__(self, name, value): stop()";
    check(&text(set, "self.a = 1"), Some(true));
    check(
        &text(init, "self.a").replace("class C:", "class C(other):"),
        None,
    );
    let above = format!("class B:\n{property}\n");
    let below = text("    b = 1", "self.a").replace("class C:", "class C(B):");
    check(&(above + &below), Some(true));
    let below = text(init, "self.a") + "class D(C):\n" + property + "\n";
    check(&below, Some(true));
    check(
        &format!("class C:\n{property}\ndef f(x: C): x.a\nrun(1, f)\n"),
        Some(true),
    );
}

#[test]
fn going_over_what_is_of_python_reaches_nothing() {
    for code in [
        "frozenset([1])",
        "str(1)",
        "','.join('a b'.split())",
        "[a for a in (1, 2)]",
        "print(*[1])",
        "sum(a + 1 for a in (1, 2))",
        "dict(**y)",
        "sorted([1], key=id)",
        "[a for a in enumerate(x)]",
        "[a for a in {}.items()]",
    ] {
        check(&format!("def f(*x, **y): {code}\nrun(1, f)\n"), Some(false));
    }
    let own = "def rows():\n    yield 1\ndef f(): list(rows())\nrun(1, f)\n";
    check(own, Some(false));
    check(&own.replace("yield 1", "yield stop()"), Some(true));
    let lock = "import threading\nL = threading.Lock()\ndef f():\n    with L: pass\nrun(1, f)\n";
    check(lock, Some(false));
}

#[test]
fn what_is_handed_along_from_elsewhere_is_unknown() {
    check("run(1, json.dumps, other)\n", None);
    check(
        "run(1, functools.partial(json.dumps, default=other))\n",
        None,
    );
    check("def f(): sorted([1], key=other)\nrun(1, f)\n", None);
    check("def f(): json.dumps(1, default=other)\nrun(1, f)\n", None);
    check("def f(): functools.reduce(other, [1])\nrun(1, f)\n", None);
}

#[test]
fn an_object_that_python_hands_out_may_be_any() {
    for made in [
        "collections.deque([1]).popleft()",
        "random.choice([1])",
        "copy.copy(1)",
        "contextlib.nullcontext(1)",
    ] {
        let text = format!(
            "import collections, contextlib, copy, random\ndef f():\n    x = {made}\n    x.close()\nrun(1, f)\n"
        );
        check(&text, None);
    }
}

#[test]
fn what_is_gone_over_is_named() {
    let keys = "rules: [{match: run($f), where: {$f: {function: {reaches: ['sorted($x.walk())', $x.walk()]}}}, report: '{found}'}]";
    for (code, found) in [
        ("sorted(p.walk())", "p.walk"),
        ("list(sorted(p.walk()))", "p.walk"),
        ("p.walk()", "p.walk"),
        ("other(p.walk())", "p.walk"),
    ] {
        let text = format!("def f(p):\n    return {code}\nrun(f)\n");
        assert_eq!(reasons(keys, None, &text), [found], "{code}");
    }
}
