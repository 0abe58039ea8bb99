//! Rules that promise too much: the programs show it, each beside the neighbor that it is wrong for.

use awaitify::recipe::compile::compile;

use super::{Cases, run, shapes};
use crate::execution::python::{KERNEL, environment};
use crate::support::catalog;

/// Checks that a rule which asks for nothing is right where no neighbor is, and wrong beside these.
#[track_caller]
fn check(recipe: &str, rule: &str, neighbors: &[&str]) {
    let Some(caught) = caught(recipe, rule, neighbors) else {
        return;
    };
    for name in neighbors {
        assert!(
            caught.iter().any(|it| it == name),
            "{recipe} beside {name:?} is not caught"
        );
    }
}

/// Returns beside which neighbors such a rule is wrong; `None` where no program can be run.
#[track_caller]
fn caught(recipe: &str, rule: &str, neighbors: &[&str]) -> Option<Vec<String>> {
    let python = environment(&KERNEL)?;
    let text = format!(
        "id: hasty\ntitle: t\narea: own\nseverity: low\nwhy: w\nrules:\n  - {{{rule}, does: b}}\n\
         examples: [{{name: n, unchanged: level}}]\n"
    );
    let hasty = compile("hasty.yaml", &text, catalog().library()).expect("it is a recipe");
    let mut shapes = shapes();
    shapes.retain(|shape| shape.recipe == recipe);
    for shape in &mut shapes {
        shape
            .neighbors
            .retain(|(name, _)| neighbors.contains(&name.as_str()));
    }
    let cases = Cases::new(&shapes);
    let lies = (0..60).map(|seed| cases.lie(seed)).collect();
    let compared = run(&python, &[&hasty], &shapes, lies);
    for name in neighbors {
        let mut all = compared.iter();
        let is_drawn = all.any(|it| it.lie.neighbors.contains(name));
        assert!(is_drawn, "no program of {recipe} has {name:?}");
    }
    let mut caught = Vec::new();
    for it in &compared {
        match it.fault() {
            Some(fault) if it.lie.neighbors.is_empty() => panic!("{fault}\n{}", it.shown()),
            Some(_) => caught.extend(it.lie.neighbors.iter().map(|name| (*name).to_owned())),
            None => {}
        }
    }
    Some(caught)
}

#[test]
fn what_no_rule_has_to_ask_is_asked_for_all() {
    let rule = "match: time.sleep($n), where: {inside: coroutine, can-await: true}, rewrite: await asyncio.sleep($n)";
    let neighbors = [
        "another file replaces it",
        "another file replaces it here",
        "it is driven by send",
        "it is driven in another file",
        "asyncio.sleep is replaced",
        "the module is replaced in sys.modules",
        "the name is bound again through globals",
    ];
    if let Some(caught) = caught("blocking-sleep", rule, &neighbors) {
        assert_eq!(caught, Vec::<String>::new());
    }
}

#[test]
fn an_await_between_what_belongs_together_is_caught() {
    check(
        "blocking-sleep",
        "match: time.sleep($n), where: {inside: coroutine, can-await: true}, rewrite: await asyncio.sleep($n)",
        &[
            "a global is read before and written after",
            "a nonlocal is written before and read after",
            "a threading.local is written before and read after",
            "the folder is changed before and asked after",
            "a lock of threads is tried",
            "a signal's handler raises out of it",
            "its argument is below zero",
        ],
    );
}

#[test]
fn a_task_of_what_is_no_coroutine_is_caught() {
    check(
        "ensure-future",
        "match: asyncio.ensure_future($it), where: {inside: coroutine}, rewrite: asyncio.create_task($it)",
        &[
            "a subclass of a subscripted base overrides it",
            "the class's attribute is set by setattr",
            "a subclass assigns a lambda",
            "another object is given as self",
        ],
    );
}

#[test]
fn a_loop_over_a_tuple_is_caught() {
    check(
        "async-for",
        "match: for $item in $stream, where: {inside: coroutine, can-await: true, $item: {text: row}}, rewrite: async for $item in $stream",
        &[
            "a starred parameter is a tuple",
            "a doubly starred parameter is a dict",
            "the name is bound again by a loop",
            "a mixin of another file comes before the base",
        ],
    );
}
