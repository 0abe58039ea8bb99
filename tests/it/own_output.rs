//! What a recipe writes is no site of another recipe: after each example, the other recipes tell nothing that
//! they did not tell before it. Nor is told what is gone after the same run.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::FilePlan;
use awaitify::project::facts::Projects;
use awaitify::recipe::Recipe;
use awaitify::recipe::example::{Example, to_notebook};
use awaitify::recipe::safety::Safety;
use rayon::prelude::*;

use crate::support::{Project, catalog, recipes};

/// What another recipe tells of the result today, and why: the recipe that writes, its example, the rule that
/// tells. It may only become less.
const KNOWN: &[(&str, &str, &str)] = &[];

/// Fewer examples that change something than there are.
const LEAST: usize = 350;

/// Recipes and rules that change or tell something.
type Told = BTreeSet<(String, String)>;

/// Plans files with all recipes.
fn told(files: &[(String, String)], example: &Example) -> Told {
    let texts = files.iter().map(|(path, text)| {
        let text = match path.ends_with(".ipynb") {
            true => to_notebook(text),
            false => text.clone(),
        };
        (PathBuf::from(path), text.into_bytes())
    });
    let facts = Projects::of_texts(texts.clone().collect());
    let settings = Settings {
        target: Some(example.python.unwrap_or((3, 11))),
        ..Settings::new(Safety::Review)
    };
    let recipes = recipes();
    let engine = Engine::new(catalog(), &recipes, settings).expect("the recipes have an order");
    let input = |(path, bytes)| Input {
        path,
        given: Some(bytes),
        is_named: true,
    };
    let jobs: Vec<_> = texts.map(|text| (input(text), &engine)).collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    let changes = plan.files.iter().flat_map(FilePlan::changes);
    let sites = changes.filter_map(|it| it.sites.first());
    let findings = plan.files.iter().flat_map(|file| &file.findings);
    let sites = sites.chain(findings.map(|it| &it.site));
    sites
        .map(|site| (site.recipe.clone(), site.rule.clone()))
        .collect()
}

/// Returns the files after an example; `None` where it changes nothing.
fn after(example: &Example) -> Option<Vec<(String, String)>> {
    let after = example.after.as_ref()?;
    let of_path = |path: &str| after.iter().find(|(other, _)| other == path);
    let files = example.before.iter();
    let files = files.map(|before| of_path(&before.0).unwrap_or(before).clone());
    Some(files.collect())
}

/// What others tell only after an example.
fn new(recipe: &Recipe, example: &Example) -> Option<Vec<String>> {
    let after = told(&after(example)?, example);
    let before = told(&example.before, example);
    let new = after.difference(&before).filter(|it| it.0 != recipe.id);
    let name = |(other, rule): &(String, String)| {
        let (id, example) = (recipe.id.as_str(), example.name.as_str());
        let told = format!("{other}.{rule}");
        let is_known = KNOWN.contains(&(id, example, told.as_str()));
        (!is_known).then(|| format!("{id}: {example}: {told}"))
    };
    Some(new.filter_map(name).collect())
}

#[test]
fn no_recipe_writes_a_site_of_another() {
    let recipes = recipes();
    let examples = recipes.par_iter().flat_map_iter(|recipe| {
        let examples = recipe.examples().iter();
        examples.filter_map(|example| new(recipe, example))
    });
    let told: Vec<Vec<String>> = examples.collect();
    assert!(told.len() >= LEAST, "only {} examples", told.len());
    let told: Vec<String> = told.into_iter().flatten().collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// A site of the same rule that stays.
const OTHER: &str = "\
//- other.py
import asyncio
from celery import shared_task


@shared_task
def put(queue):
    loop = asyncio.get_event_loop()
    queue.put(loop)
";

#[test]
fn a_finding_goes_with_the_code_that_a_later_recipe_takes_away() {
    let text = "\
import asyncio
from celery import shared_task


async def ingest(path):
    await asyncio.sleep(0)


@shared_task
def ingest_task(path):
    loop = asyncio.get_event_loop()
    return loop.run_until_complete(ingest(path))


@shared_task
def other_task(path):
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(ingest(path))
    finally:
        loop.close()
";
    let project = Project::new(&format!("//- tasks.py\n{text}{OTHER}"));
    let check = ["check", "-q", "--safety", "review", "--select"];
    let sites = |recipes: &str| {
        let run = project.run(&[&check[..], &[recipes, "."]].concat());
        let told = run.stdout.lines().map(|line| {
            let site: Vec<&str> = line.split(' ').take(2).collect();
            site.join(" ")
        });
        told.collect::<Vec<_>>()
    };
    let alone = [
        "other.py:7:12: get-event-loop",
        "tasks.py:11:12: get-event-loop",
    ];
    assert_eq!(sites("get-event-loop"), alone);
    let both = [
        "other.py:7:12: get-event-loop",
        "tasks.py:12:12: run-until-complete",
        "tasks.py:20:16: run-until-complete",
    ];
    assert_eq!(sites("get-event-loop,run-until-complete"), both);
}
