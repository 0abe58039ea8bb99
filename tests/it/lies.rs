//! Programs that run, with what makes an edit wrong beside its site: after all `safe` changes they print
//! the same, and end the same way.
//!
//! A seed gives one shape of a site, its spelling, and perhaps a neighbor or two (see `shapes/`): an
//! override by another spelling, state across the await, a handler of an interrupt. `AWAITIFY_LIES_PROGRAMS`
//! sets how many are made, `AWAITIFY_LIES_SEED` makes one alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use awaitify::recipe::Recipe;
use awaitify::recipe::safety::Safety;

use compared::{Compared, compared};
use lie::{Cases, Lie};
use planned::Planner;
use shapes::{Shape, shapes};

use crate::execution::batch::on_all_cores;
use crate::execution::python::{KERNEL, environment};
use crate::support::recipes;

mod caught;
mod compared;
mod lie;
mod planned;
mod shapes;
mod template;

/// How many programs are made.
const PROGRAMS: u64 = 3_500;

/// How many failing programs are printed.
const SHOWN: usize = 3;

/// Recipes that promise `safe`, and why no shape is theirs.
const NO_SHAPE: &[(&str, &str)] = &[
    ("fastapi-lifespan", "what it does is done by fastapi itself"),
    (
        "wait-needs-tasks",
        "Python refuses the programs that it changes",
    ),
    (
        "task-class-methods",
        "the old code raises AttributeError since Python 3.9",
    ),
];

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn programs_do_the_same_after_safe_changes() {
    let Some(python) = environment(&KERNEL) else {
        return;
    };
    let alone = number("AWAITIFY_LIES_SEED");
    let seeds = match alone {
        Some(seed) => seed..seed + 1,
        None => 0..number("AWAITIFY_LIES_PROGRAMS").unwrap_or(PROGRAMS),
    };
    let shapes = shapes();
    let cases = Cases::new(&shapes);
    let lies = seeds.map(|seed| cases.lie(seed)).collect();
    let compared = run(&python, &recipes(), &shapes, lies);
    check(&compared);
    if alone.is_none() {
        check_limits(&compared);
        check_reach(&compared);
    }
}

/// Plans and runs programs, each once.
#[track_caller]
fn run<'s>(
    python: &Path,
    recipes: &[&Recipe],
    shapes: &[Shape],
    mut lies: Vec<Lie<'s>>,
) -> Vec<Compared<'s>> {
    let mut seen = BTreeSet::new();
    lies.retain(|lie| seen.insert((lie.shape.recipe.clone(), lie.files.clone())));
    let planner = Planner::new(recipes, shapes);
    // Not by the threads of rayon, which take up other work while the engine's own threads do theirs.
    let after = on_all_cores(&lies, |lie| planner.after(lie));
    compared(python, lies.into_iter().zip(after).collect())
}

/// Fails with the programs that do something else afterwards, counted by what is beside their site.
#[track_caller]
fn check(compared: &[Compared]) {
    let promised = compared
        .iter()
        .filter(|it| it.lie.limits().next().is_none());
    let faults = promised.filter_map(|it| Some((it, it.fault()?)));
    let faults: Vec<_> = faults.collect();
    let mut by_title: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for (it, fault) in &faults {
        let title = format!("{}: {fault}", it.lie.title());
        by_title.entry(title).or_insert((0, it.lie.seed)).0 += 1;
    }
    let counted = by_title.iter();
    let counted: Vec<_> = counted
        .map(|(title, (n, seed))| format!("{n} × (seed {seed}) {title}"))
        .collect();
    let shown: Vec<_> = faults
        .iter()
        .take(SHOWN)
        .map(|(it, _)| it.shown())
        .collect();
    let (counted, shown) = (counted.join("\n"), shown.join("\n"));
    let (n, all) = (faults.len(), compared.len());
    assert!(
        faults.is_empty(),
        "{n} of {all} programs failed\n{counted}\n\n{shown}"
    );
}

/// Checks that what is called a limit is one: some program beside it alone does something else.
#[track_caller]
fn check_limits(compared: &[Compared]) {
    let run = compared.iter().filter(|it| it.ran.is_some());
    let mut listed: BTreeSet<&str> = run.flat_map(|it| it.lie.limits()).collect();
    let alone = compared.iter().filter(|it| it.lie.neighbors.len() == 1);
    for it in alone.filter(|it| it.fault().is_some()) {
        it.lie.limits().for_each(|name| _ = listed.remove(name));
    }
    assert!(listed.is_empty(), "no limits any more: {listed:?}");
}

/// Checks that what was run is worth it: many programs, of all recipes, many of them changed.
#[track_caller]
fn check_reach(compared: &[Compared]) {
    let changed = compared.iter().filter(|it| it.is_changed());
    let seen: BTreeSet<&str> = changed
        .clone()
        .map(|it| it.lie.shape.recipe.as_str())
        .collect();
    for recipe in promising() {
        let is_excused = NO_SHAPE.iter().any(|(id, _)| *id == recipe.id);
        assert!(
            seen.contains(recipe.id.as_str()) != is_excused,
            "{}",
            recipe.id
        );
    }
    let (all, changed) = (compared.len(), changed.count());
    assert!(
        changed * 3 >= all,
        "only {changed} of {all} programs are changed"
    );
    assert!(
        all >= 3_000 || number("AWAITIFY_LIES_PROGRAMS").is_some(),
        "only {all} programs differ"
    );
}

/// Returns the recipes of which a rule promises `safe`.
fn promising() -> Vec<&'static Recipe> {
    let promises = |recipe: &&Recipe| {
        let mut rules = recipe.content.rules.iter();
        rules.any(|rule| rule.levels().contains(&Safety::Safe))
    };
    recipes().into_iter().filter(promises).collect()
}

#[test]
fn each_shape_is_changed_where_no_neighbor_is() {
    let shapes = shapes();
    let planner = Planner::new(&recipes(), &shapes);
    let plain: Vec<Lie> = shapes.iter().flat_map(Lie::all_plain).collect();
    let after = on_all_cores(&plain, |lie| planner.after(lie));
    let of_both = plain.iter().zip(after);
    let unchanged = of_both.filter(|(lie, after)| !after.recipes.contains(&lie.shape.recipe));
    let text = |(lie, _): (&Lie, _)| format!("{}\n{}", lie.title(), lie.files[0].1);
    let unchanged: BTreeSet<String> = unchanged.map(text).collect();
    let listed: Vec<String> = unchanged.into_iter().collect();
    assert!(listed.is_empty(), "{}: {}", listed.len(), listed.join("\n"));
}

#[test]
fn each_neighbor_comes_up() {
    let shapes = shapes();
    let cases = Cases::new(&shapes);
    let mut missing: BTreeSet<(&str, &str)> = BTreeSet::new();
    for shape in &shapes {
        let names = shape.neighbors.iter().map(|(name, _)| name.as_str());
        missing.extend(names.map(|name| (shape.recipe.as_str(), name)));
    }
    for seed in 0..PROGRAMS {
        let lie = cases.lie(seed);
        for name in lie.neighbors {
            missing.remove(&(lie.shape.recipe.as_str(), name));
        }
    }
    // Some ask for what the programs of a recipe do not have, such as a class.
    let fitting = |(recipe, name): &(&str, &str)| {
        let mut lying = cases.lying.iter();
        lying.any(|(shape, neighbor)| shape.recipe == *recipe && neighbor.0 == *name)
    };
    missing.retain(fitting);
    assert!(missing.is_empty(), "{missing:?}");
}
