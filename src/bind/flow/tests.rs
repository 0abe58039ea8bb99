//! Small texts and what is said of them.

use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::*;
use crate::python::parse::Module;
use crate::python::tree::Tree;

/// Checks which bindings of `x` the one `here(x)` sees, by their lines; `?`: may be unbound.
#[track_caller]
fn check(text: &str, expected: &str) {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let here = tree.ids().find_map(|id| match tree.node(id) {
        AnyNodeRef::ExprCall(call)
            if call
                .func
                .as_name_expr()
                .is_some_and(|name| name.id == "here") =>
        {
            call.arguments.args.first()
        }
        _ => None,
    });
    let reaching = flow.reaching(tree.id(here.expect("`here` is there")));
    let line = |&id: &BindingId| {
        let start = tree.node(names.binding(id).node).start().to_usize();
        (text[..start].matches('\n').count() + 1).to_string()
    };
    let mut found: Vec<String> = reaching.bindings.iter().map(line).collect();
    if reaching.may_be_unbound {
        found.push("?".to_owned());
    }
    if reaching.overflow {
        found.push("many".to_owned());
    }
    assert_eq!(found.join(" "), expected, "{text}");
}

#[test]
fn the_latest_binding_before_the_use_holds() {
    check("x = 1\nx = 2\nhere(x)\nx = 3\n", "2");
    check("here(x)\nx = 1\n", "?");
    check("x = 1\nx = here(x)\n", "1");
    check("x = 1\nx += here(x)\n", "1");
    check("import x\nimport x.y\nhere(x)\n", "2");
    check("x: int\nhere(x)\n", "?");
    check("def x(): pass\nhere(x)\n", "1");
    check("x = 1\n@here(x)\ndef x(): pass\n", "1");
}

#[test]
fn branches_join() {
    check("if a:\n    x = 1\nelse:\n    x = 2\nhere(x)\n", "2 4");
    check("x = 0\nif a:\n    x = 1\nhere(x)\n", "1 3");
    check("if a:\n    x = 1\nhere(x)\n", "2 ?");
    check(
        "x = 0\nif a:\n    x = 1\nelif b:\n    x = 2\nhere(x)\n",
        "1 3 5",
    );
    check("x = 0\nif a:\n    x = 1\nelse:\n    here(x)\n", "1");
    check("if a:\n    x = 1\n    here(x)\nelse:\n    x = 2\n", "2");
}

#[test]
fn branches_that_leave_do_not_reach() {
    check(
        "def f():\n    x = 0\n    if a:\n        x = 1\n        return\n    here(x)\n",
        "2",
    );
    check(
        "def f():\n    x = 0\n    if a:\n        x = 1\n        raise b\n    here(x)\n",
        "2",
    );
    check("x = 0\nif a:\n    x = 1\n    sys.exit()\nhere(x)\n", "1");
    check("if a:\n    x = 1\nelse:\n    sys.exit()\nhere(x)\n", "2");
    check(
        "x = 0\nfor a in b:\n    if a:\n        x = 1\n        break\nhere(x)\n",
        "1 4",
    );
    check(
        "for a in b:\n    x = 0\n    if a:\n        x = 1\n        continue\n    here(x)\n",
        "2",
    );
}

#[test]
fn loops_carry_bindings_around() {
    check("x = 0\nfor a in b:\n    here(x)\n    x = 1\n", "1 4");
    check("x = 0\nwhile a:\n    x = 1\n    here(x)\n    x = 2\n", "3");
    check("x = 0\nfor a in b:\n    x = 1\nhere(x)\n", "1 3");
    check("x = 0\nfor x in b:\n    here(x)\n", "2");
    check("for x in b:\n    pass\nhere(x)\n", "1 ?");
    check("for x in here(x):\n    pass\n", "?");
    check("x = 0\nwhile here(x):\n    x = 1\n", "1 3");
    check("for a in b:\n    x = 1\nelse:\n    here(x)\n", "2 ?");
}

#[test]
fn deletion_unbinds() {
    check("x = 1\ndel x\nhere(x)\n", "?");
    check("x = 1\nif a:\n    del x\nhere(x)\n", "1 ?");
    check("x = 1\ndel here(x).y\n", "1");
    check("x = 1\ndel x\nx = 2\nhere(x)\n", "3");
}

#[test]
fn a_handler_sees_any_part_of_the_try() {
    check("x = 0\ntry:\n    x = 1\nexcept E:\n    here(x)\n", "1 3");
    check("try:\n    x = 1\nexcept E:\n    x = 2\nhere(x)\n", "2 4");
    check("try:\n    x = 1\nexcept E:\n    raise\nhere(x)\n", "2");
    check("try:\n    x = 1\nexcept E:\n    pass\nhere(x)\n", "2 ?");
    check("x = 0\ntry:\n    x = 1\nfinally:\n    here(x)\n", "1 3");
    check("x = 0\ntry:\n    x = 1\nfinally:\n    a\nhere(x)\n", "3");
    check(
        "try:\n    a\nexcept E:\n    x = 1\nelse:\n    x = 2\nhere(x)\n",
        "4 6",
    );
    check(
        "try:\n    x = 1\nexcept E:\n    pass\nelse:\n    here(x)\n",
        "2",
    );
    check(
        "try:\n    x = 1\nexcept E:\n    x = 2\nfinally:\n    x = 3\nhere(x)\n",
        "6",
    );
}

#[test]
fn what_a_failed_try_bound_passes_its_handler() {
    check(
        "try:\n    x = 1\n    x = 2\nexcept E:\n    pass\nhere(x)\n",
        "2 3 ?",
    );
}

#[test]
fn the_name_of_an_except_ends_with_its_handler() {
    check("try:\n    a\nexcept E as x:\n    here(x)\n", "3");
    check(
        "x = 0\ntry:\n    a\nexcept E as x:\n    pass\nhere(x)\n",
        "1 ?",
    );
    check("try:\n    a\nexcept E as x:\n    x = 1\nhere(x)\n", "?");
}

#[test]
fn a_with_may_swallow_exceptions() {
    check("with a as x:\n    here(x)\n", "1");
    check("with a as x, here(x): pass\n", "1");
    check("x = 0\nwith a:\n    x = 1\nhere(x)\n", "1 3");
    check("with a as x:\n    pass\nhere(x)\n", "1");
}

#[test]
fn captures_hold_in_their_case() {
    check("x = 0\nmatch a:\n    case x:\n        here(x)\n", "3");
    check(
        "x = 0\nmatch a:\n    case [x] if here(x):\n        pass\n",
        "1 3",
    );
    check("match a:\n    case [x]:\n        pass\nhere(x)\n", "2 ?");
    check(
        "match a:\n    case 1:\n        x = 1\n    case _:\n        x = 2\nhere(x)\n",
        "3 5",
    );
    check(
        "x = 0\nmatch a:\n    case [x, 1]:\n        pass\n    case _:\n        here(x)\n",
        "1 3",
    );
}

#[test]
fn walrus_binds_where_it_is_evaluated() {
    check("if (x := a):\n    here(x)\n", "1");
    check("x = 0\nif b and (x := a):\n    pass\nhere(x)\n", "1 2");
    check("x = 0\n(x := 1) and here(x)\n", "2");
    check("x = 0\nb = [here(x) for a in c if (x := a)]\n", "1 2");
    check("x = 0\nb = here(x) if (x := a) else 1\n", "1 2");
    check("x = 0\nwhile (x := a):\n    here(x)\n", "2");
    check("x = 0\n(x := here(x))\n", "1");
}

#[test]
fn later_code_sees_what_is_bound_later() {
    check("x = 1\ndef f():\n    here(x)\nx = 2\n", "1 4");
    check("def f():\n    here(x)\nx = 2\n", "3");
    check("x = 1\nx = 2\ndef f():\n    here(x)\n", "2");
    check("x = lambda: here(x)\n", "1");
    check("class x:\n    def f(self):\n        here(x)\n", "1");
    check("def x():\n    here(x)\n", "1");
    check(
        "for a in b:\n    x = 1\n    x = 2\n    f = lambda: here(x)\n",
        "2 3",
    );
    check("x = 1\na = (here(x) for b in c)\nx = 2\n", "1 3");
    check("x = 1\na = [here(x) for b in c]\nx = 2\n", "1");
    check("x = 1\nclass C:\n    here(x)\nx = 2\n", "1");
    check("def f(a: here(x)): pass\nx = 1\n", "2");
    check("if a:\n    import x\ndef f():\n    here(x)\n", "2 ?");
}

#[test]
fn parameters_hold_from_the_start() {
    check("def f(x):\n    here(x)\n", "1");
    check("def f(x):\n    if a:\n        x = 1\n    here(x)\n", "1 3");
    check("f = lambda x: here(x)\n", "1");
    check("def f[x]():\n    here(x)\n", "1");
}

#[test]
fn writes_from_other_functions_may_come_any_time() {
    check("x = 1\ndef f():\n    global x\n    x = 2\nhere(x)\n", "1 4");
    check(
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    here(x)\n",
        "2 5",
    );
}

#[test]
fn star_imports_may_bind_what_is_used_after_them() {
    check("from a import *\nhere(x)\n", "1 ?");
    check("here(x)\nfrom a import *\n", "?");
    check("import x\nfrom a import *\nhere(x)\n", "1 2");
    check("from a import *\nimport x\nhere(x)\n", "2");
    check("def f():\n    here(x)\nfrom a import *\n", "3 ?");
}

#[test]
fn bindings_for_type_checkers_reach_annotations_only() {
    check("if TYPE_CHECKING:\n    import x\nhere(x)\n", "?");
    check("if TYPE_CHECKING:\n    import x\na: here(x)\n", "2 ?");
}

#[test]
fn too_many_bindings_are_not_told_apart() {
    let text = "if a:\n    x = 1\n".repeat(100);
    let module = Module::parse_plain(&format!("{text}x\n")).expect("it parses");
    let tree = Tree::build(&module);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let read = names.references().last().expect("a read");
    assert!(flow.reaching(read.node).overflow);
    let first = names.bindings_of(ScopeId::MODULE, "x")[0];
    assert_eq!(flow.uses(first), [read.node]);
}

/// Checks on which lines the binding of line 1 is used.
#[track_caller]
fn check_uses(text: &str, expected: &[usize]) {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let (first, _) = names.bindings().next().expect("a binding");
    let line = |id: NodeId| text[..tree.range(id).start().to_usize()].lines().count();
    let found: Vec<usize> = flow.uses(first).into_iter().map(line).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn uses_are_those_a_binding_may_reach() {
    check_uses("import x;\n(x)\nx = 1\n(x)\n", &[2]);
    check_uses("import x;\ndef f():\n    (x)\n", &[3]);
    check_uses("import x;\ndef f(x):\n    (x)\n", &[]);
    check_uses("import x;\nclass C:\n    x = (x)\n", &[3]);
    check_uses("import x;\nclass C:\n    x = 1\n    y = (x)\n", &[]);
}
