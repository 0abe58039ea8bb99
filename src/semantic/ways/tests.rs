//! Small texts and what is said of the ways through them.

use super::left::exits;
use super::turns::loops;
use super::*;
use crate::bind::block::Blocks;
use crate::bind::context::Context;
use crate::bind::flow::Flow;
use crate::bind::resolve::{Aliases, Resolver};
use crate::bind::scope::Bindings;
use crate::project::Alone;
use crate::project::nature::{File, Nature};
use crate::python::parse::Module;
use crate::python::tree::Tree;

use crate::recipe::sign::Signs;
use crate::semantic::Memos;
use crate::source::SourceFile;

/// Asks of the names `a` and `b` of a text, the body of a function.
fn asked<T>(body: &str, ask: impl FnOnce(&Model, NodeId, NodeId) -> T) -> T {
    let text = format!("def f():\n    {}\n", body.replace('\n', "\n    "));
    let source = SourceFile::from_text("a.py", &text).expect("it can be read");
    let module = Module::parse_plain(&text).expect("it parses");
    let tree = Tree::build(&module);
    let names = Bindings::bind(&tree, &module, Default::default());
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let (aliases, signs, memos) = (Aliases::default(), Signs::default(), Memos::default());
    let resolver = Resolver::new(&flow, &aliases);
    let context = Context::new(&names, &blocks);
    let file = File::new(&source, &module, &tree, &resolver, context, &Alone, &signs);
    let nature = Nature::decide(file, None);
    let model = Model {
        source: &source,
        module: &module,
        tree: &tree,
        names: &names,
        blocks: &blocks,
        flow: &flow,
        resolver: &resolver,
        context,
        nature: &nature,
        facts: &Alone,
        keepers: &Default::default(),
        memos: &memos,
    };
    let named = |name: &str| names.references().iter().find(|it| it.name == name);
    let a = named("a").expect("`a` is there").node;
    ask(&model, a, named("b").map_or(a, |it| it.node))
}

/// Compares whether there is a way from `a` to `b`, and one back.
#[track_caller]
fn check(body: &str, there: bool, back: bool) {
    let found = asked(body, |model, a, b| {
        (reaches(model, a, b), reaches(model, b, a))
    });
    assert_eq!(found, (there, back), "{body}");
}

#[test]
fn what_stands_behind_is_reached() {
    check("a\nb", true, false);
    check("if x:\n    a\nb", true, false);
    check("a\nif x:\n    return\nelif y:\n    b", true, false);
    check("if a:\n    b", true, false);
    check("with a:\n    b", true, false);
    check("try:\n    a\nfinally:\n    b", true, false);
    check("for x in y:\n    a\nelse:\n    b", true, false);
}

#[test]
fn what_leaves_before_reaches_nothing_behind() {
    check("if x:\n    a\n    return\nb", false, false);
    check("a\nif x:\n    return\nelse:\n    raise y\nb", false, false);
    check("while True:\n    a\nb", false, false);
    check("while True:\n    a\n    break\nb", true, false);
    check("try:\n    return a\nfinally:\n    b", true, false);
    check("try:\n    raise a\nexcept E:\n    x\nb", true, false);
    check("try:\n    return a\nexcept E:\n    return\nb", false, false);
}

#[test]
fn one_branch_reaches_another_in_the_next_turn_only() {
    check("if x:\n    a\nelse:\n    b", false, false);
    check("a if x else b", false, false);
    check("try:\n    x\nexcept E:\n    a\nelse:\n    b", false, false);
    check(
        "try:\n    x\nexcept E:\n    a\nexcept F:\n    b",
        false,
        false,
    );
    check(
        "match x:\n    case 1:\n        a\n    case 2:\n        b",
        false,
        false,
    );
    check(
        "while x:\n    if y:\n        a\n    else:\n        b",
        true,
        true,
    );
    check(
        "while x:\n    if y:\n        a\n        break\n    b",
        false,
        true,
    );
    check(
        "while x:\n    if y:\n        a\n        continue\n    b",
        true,
        true,
    );
    check("while x:\n    a\n    return b", true, false);
    check("while a:\n    b", true, true);
    check("for x in a:\n    b", true, false);
}

#[test]
fn the_test_of_a_branch_runs_where_no_earlier_one_was_taken() {
    let is_exclusive = |body: &str| asked(body, exclusive);
    assert!(is_exclusive("if x:\n    a\nelif b:\n    y"));
    assert!(!is_exclusive(
        "if x:\n    y\nelif a:\n    y\nelif z:\n    b"
    ));
    assert!(!is_exclusive(
        "match x:\n    case 1 if a:\n        y\n    case 2:\n        b"
    ));
    assert!(!is_exclusive("if x:\n    a\n    b"));
}

#[test]
fn loops_run_what_is_not_gone_over_once() {
    let n_loops = |body: &str| asked(body, |model, a, _| loops(model, a).count());
    assert_eq!(n_loops("while x:\n    for y in z:\n        a"), 2);
    assert_eq!(n_loops("while a:\n    x"), 1);
    assert_eq!(n_loops("for x in a:\n    y"), 0);
    assert_eq!(n_loops("for x in y:\n    z\nelse:\n    a"), 0);
    assert_eq!(n_loops("[x for x in a]"), 0);
    assert_eq!(n_loops("[x for y in z for x in a]"), 1);
    assert_eq!(n_loops("{a: x for x in y}"), 1);
    assert_eq!(n_loops("[x for x in y if a]"), 1);
}

#[test]
fn a_statement_is_left_by_what_is_about_a_loop_around_it() {
    let n_exits = |body: &str| {
        asked(body, |model, a, _| {
            let whole = statements_around(model, a).last();
            whole.map_or(0, |whole| exits(model, whole).count())
        })
    };
    assert_eq!(n_exits("while a:\n    break\n    continue"), 1);
    assert_eq!(
        n_exits("while a:\n    for x in y:\n        break\n    else:\n        break"),
        1
    );
    assert_eq!(
        n_exits("with a:\n    def g():\n        return\n    raise x"),
        1
    );
}

#[test]
fn what_is_on_every_way_has_no_branch_around_and_nothing_that_returns_before() {
    let is_met = |body: &str| asked(body, |model, a, _| is_on_every_way(model, a));
    assert!(is_met("if x:\n    raise y\nwith z:\n    a"));
    assert!(!is_met("if x:\n    return\na"));
    assert!(!is_met("if x:\n    a"));
    assert!(!is_met("with x:\n    for y in z:\n        return\n    a"));
    assert!(is_met("def g():\n    return\na"));
}
