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

/// One reports what the other, which comes later, takes away in some places.
fn recipe(id: &str, rules: &str) -> String {
    format!(
        "id: {id}\ntitle: t\narea: own\nseverity: low\nwhy: w\n{rules}\n\
         examples: [{{name: n, unchanged: lib.loop}}]\n"
    )
}

#[test]
fn a_finding_goes_with_the_code_that_a_later_recipe_takes_away() {
    let text = "\
import lib


def ingest(path):
    loop = lib.loop()
    return loop.run(path)


def put(queue):
    loop = lib.loop()
    queue.put(loop)
";
    let project = Project::new(&format!("//- tasks.py\n{text}"));
    let asks = "rules: [{match: lib.loop(), report: asks}]";
    let runs = "after: [asks-for-loop]\nrules: [{match: \"$loop = lib.loop()\\nreturn $loop.run($work)\", rewrite: return lib.run($work), does: runs}]";
    project.write("own/asks-for-loop.yaml", recipe("asks-for-loop", asks));
    project.write("own/runs-loop.yaml", recipe("runs-loop", runs));
    let sites = |recipes: &str| {
        let check = ["check", "-q", "--safety", "review", "--recipes", "own"];
        let run = project.run(&[&check[..], &["--select", recipes, "."]].concat());
        let told = run.stdout.lines().map(|line| {
            let site: Vec<&str> = line.split(' ').take(2).collect();
            site.join(" ")
        });
        told.collect::<Vec<_>>()
    };
    let alone = [
        "tasks.py:5:12: asks-for-loop",
        "tasks.py:10:12: asks-for-loop",
    ];
    assert_eq!(sites("asks-for-loop"), alone);
    let both = ["tasks.py:5:5: runs-loop", "tasks.py:10:12: asks-for-loop"];
    assert_eq!(sites("asks-for-loop,runs-loop"), both);
}
