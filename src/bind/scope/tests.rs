//! Small texts and what is said of them.

use ruff_python_ast::AnyNodeRef;

use super::*;
use crate::python::parse::Module;

/// Returns what `ask` says about the names of `text`.
fn of<T>(text: &str, ask: impl FnOnce(&Bindings<'_>) -> T) -> T {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    ask(&Bindings::bind(&tree, &module, FxHashSet::default()))
}

/// Names a scope by what opened it: `module`, `def f`, `class C`, `lambda`, `comprehension`, `types`.
fn described(names: &Bindings<'_>, scope: Option<ScopeId>) -> String {
    let Some(scope) = scope.map(|id| names.scope(id)) else {
        return "nobody".to_owned();
    };
    match (scope.kind, names.tree().node(scope.node)) {
        (ScopeKind::TypeParameters, _) => "types".to_owned(),
        (_, AnyNodeRef::StmtFunctionDef(def)) => format!("def {}", def.name),
        (_, AnyNodeRef::StmtClassDef(class)) => format!("class {}", class.name),
        (ScopeKind::Module, _) => "module".to_owned(),
        (ScopeKind::Lambda, _) => "lambda".to_owned(),
        _ => "comprehension".to_owned(),
    }
}

/// Checks which scopes own the reads of `x`, in source order.
#[track_caller]
fn check(text: &str, owners: &[&str]) {
    let found = of(text, |names| {
        let reads = names.references().iter().filter(|it| it.name == "x");
        reads
            .map(|it| described(names, names.lookup(it.scope, it.name)))
            .collect::<Vec<_>>()
    });
    assert_eq!(found, owners, "{text}");
}

#[test]
fn functions_see_what_encloses_them() {
    check("x = 1\ndef f():\n    x\n", &["module"]);
    check("x = 1\ndef f():\n    x\n    x = 2\n", &["def f"]);
    check("def f(x):\n    def g():\n        x\n", &["def f"]);
    check("def f():\n    x\n", &["nobody"]);
    check("f = lambda x: x\n", &["lambda"]);
}

#[test]
fn class_scope_is_closed_to_what_is_nested() {
    check("class C:\n    x = 1\n    x\n", &["class C"]);
    check(
        "x = 0\nclass C:\n    x = 1\n    def f(self):\n        x\n",
        &["module"],
    );
    check("class C:\n    x = 1\n    y = lambda: x\n", &["nobody"]);
    check(
        "class C:\n    x = 1\n    y = [x for _ in x]\n",
        &["nobody", "class C"],
    );
    check(
        "class C:\n    x = 1\n    class D:\n        x\n",
        &["nobody"],
    );
}

#[test]
fn headers_are_evaluated_outside() {
    check("def f(x=x): pass\n", &["nobody"]);
    check("@x\ndef f():\n    x = 1\n", &["nobody"]);
    check("def f(a: x) -> x:\n    x = 1\n", &["nobody", "nobody"]);
    check(
        "class C(x, metaclass=x):\n    x = 1\n",
        &["nobody", "nobody"],
    );
    check(
        "class C:\n    x = 1\n    def f(self, a=x): pass\n",
        &["class C"],
    );
    check("f = lambda x=x: x\n", &["nobody", "lambda"]);
}

#[test]
fn comprehensions_have_their_own_targets() {
    check("[x for x in x]\n", &["comprehension", "nobody"]);
    check(
        "{x: 1 for x in y if x}\nx\n",
        &["comprehension", "comprehension", "nobody"],
    );
    check("[y for x in a for y in x]\n", &["comprehension"]);
    check("x = 1\nlist(a for a in b if x)\n", &["module"]);
}

#[test]
fn walrus_binds_outside_comprehensions() {
    check("def f():\n    [(x := y) for y in z]\n    x\n", &["def f"]);
    check("[[(x := y) for y in z] for z in a]\nx\n", &["module"]);
    check("lambda: [(x := y) for y in z] + x\n", &["lambda"]);
    check(
        "def f():\n    global x\n    [(x := y) for y in z]\nx\n",
        &["module"],
    );
}

#[test]
fn global_and_nonlocal_name_the_owner() {
    check(
        "def f():\n    global x\n    x = 1\n    x\nx\n",
        &["module", "module"],
    );
    check(
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n        x\n",
        &["def f"],
    );
    check(
        "def f(x):\n    def g():\n        nonlocal x\n        def h():\n            nonlocal x\n            x\n",
        &["def f"],
    );
    check(
        "def f(x):\n    def g():\n        global x\n        x\n",
        &["nobody"],
    );
    check("class C:\n    global x\n    x = 1\nx\n", &["module"]);
    check(
        "def f():\n    def g():\n        nonlocal x\n        x\n    x = 1\n",
        &["def f"],
    );
}

#[test]
fn every_statement_that_binds_is_known() {
    for binds in [
        "import x",
        "import x.y",
        "import y as x",
        "from y import x",
        "from y import z as x",
        "x = 1",
        "a = x = 1",
        "x, y = 1, 2",
        "[a, (*x, b)] = c",
        "x: int = 1",
        "x: int",
        "for x in y: pass",
        "for a, x in y: pass",
        "with y as x: pass",
        "with y as (a, x): pass",
        "try: pass\nexcept E as x: pass",
        "def x(): pass",
        "class x: pass",
        "type x = int",
        "(x := 1)",
        "match y:\n    case x: pass",
        "match y:\n    case [*x]: pass",
        "match y:\n    case {**x}: pass",
        "match y:\n    case C(a=1) as x: pass",
    ] {
        check(&format!("{binds}\nx\n"), &["module"]);
    }
    check("x.y = 1\n", &["nobody"]);
    check("x[0] = 1\n", &["nobody"]);
    check("match y:\n    case x.z: pass\n", &["nobody"]);
    check(
        "async def f():\n    async with y as x:\n        x\n",
        &["def f"],
    );
}

#[test]
fn deletion_and_augmented_assignment_read_and_bind() {
    check("def f():\n    del x\n", &["def f"]);
    check("def f():\n    x += 1\n", &["def f"]);
}

#[test]
fn type_parameters_have_a_scope_of_their_own() {
    check(
        "def f[x](a: x) -> x:\n    x\n",
        &["types", "types", "types"],
    );
    check("def f[x](a=x): pass\n", &["nobody"]);
    check("class C[x](B[x]):\n    y: x\n", &["types", "types"]);
    check("type y[x] = list[x]\n", &["types"]);
    check(
        "class C:\n    x = 1\n    def f[T: x](self): x\n",
        &["class C", "nobody"],
    );
    check("@x\ndef f[x](): pass\n", &["nobody"]);
}

#[test]
fn dunder_class_is_the_class_around() {
    let owner = of("class C:\n    def f(self):\n        __class__\n", |names| {
        let read = names.references()[0];
        described(names, names.lookup(read.scope, read.name))
    });
    assert_eq!(owner, "class C");
}

#[test]
fn imports_under_type_checking_are_marked() {
    let typing = |text: &str| of(text, |names| names.bindings().any(|(_, it)| it.typing_only));
    assert!(typing("if TYPE_CHECKING:\n    import x\n"));
    assert!(typing(
        "if typing.TYPE_CHECKING:\n    if a:\n        import x\n"
    ));
    assert!(!typing(
        "if TYPE_CHECKING:\n    pass\nelse:\n    import x\n"
    ));
    assert!(!typing("if DEBUG:\n    import x\n"));
}

#[test]
fn a_name_is_taken_where_writing_it_would_collide() {
    #[track_caller]
    fn check(text: &str, scope: &str, taken: bool) {
        let found = of(text, |names| {
            let mut scopes = (0u32..).map(ScopeId).take(names.scopes.len());
            let id = scopes.find(|&id| described(names, Some(id)) == scope);
            names.is_taken(id.expect("the scope is there"), "x")
        });
        assert_eq!(found, taken, "{text}");
    }
    check("x = 1\n", "module", true);
    check("def f():\n    x = 1\n", "module", false);
    check("def f():\n    x()\n", "module", true);
    check("x = 1\ndef f():\n    x\n", "def f", true);
    check("x = 1\ndef f():\n    pass\n", "def f", false);
    check("x = 1\ndef f():\n    def g():\n        x\n", "def f", true);
    check("def f():\n    global x\n", "def f", true);
    check(
        "def f():\n    def g():\n        x\n        def h():\n            x = 1\n            x\n    x = 1\n",
        "module",
        false,
    );
}
