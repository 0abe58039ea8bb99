//! Every place that is told, and every word, is about the text on the disk: over the examples of all
//! recipes, each planned with all recipes.

use awaitify::engine::{Engine, Settings};
use awaitify::plan::change::{FilePlan, Site};
use awaitify::project::Alone;
use awaitify::recipe::Recipe;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;
use rayon::prelude::*;

use crate::support::{Project, catalog, recipes};

fn settings() -> Settings {
    Settings {
        target: Some((3, 11)),
        ..Settings::new(Safety::Review)
    }
}

fn plan(recipes: &[&Recipe], source: &SourceFile) -> Option<FilePlan> {
    let engine = Engine::new(catalog(), recipes, settings()).expect("the recipes have an order");
    engine.plan_source(source.clone(), &Alone).plan
}

/// Iterates over what is told of sites.
fn told(plan: &FilePlan) -> impl Iterator<Item = (&Site, &str)> {
    let changes = plan.changes();
    let changes =
        changes.flat_map(|it| it.sites.iter().map(|site| (site, it.said.reason.as_str())));
    let findings = plan.findings.iter();
    changes.chain(findings.map(|it| (&it.site, it.said.reason.as_str())))
}

/// Returns the files of all examples.
fn sources() -> Vec<SourceFile> {
    let examples = recipes().into_iter().flat_map(|recipe| recipe.examples());
    let files = examples.flat_map(|example| &example.before);
    let read = files.filter_map(|(name, text)| SourceFile::from_text(name, text).ok());
    read.collect()
}

/// Returns what is wrong with the places of a plan.
fn misplaced(plan: &FilePlan) -> Vec<String> {
    let source = plan.original();
    let text = source.text();
    let is_wrong = |site: &Site| {
        let here = text[site.range.start().to_usize()..].chars().next();
        let is_code = here.is_some_and(|c| !c.is_whitespace() && c != '#');
        !is_code || source.position(site.range.start()) != site.position
    };
    let wrong = told(plan).filter(|(site, _)| is_wrong(site));
    wrong
        .map(|(site, reason)| format!("{} {:?} {reason}", site.recipe, site.position))
        .collect()
}

/// Returns reasons about the disk that the recipe alone, which sees only the text on the disk, does not
/// give.
fn not_of_disk(plan: &FilePlan) -> Vec<String> {
    if plan.layers.len() < 2 {
        return Vec::new();
    }
    let all = told(plan).filter(|(_, reason)| !reason.starts_with("once "));
    let mut wrong = Vec::new();
    for (site, reason) in all {
        let recipe = catalog().recipes().iter().find(|it| it.id == site.recipe);
        let alone = self::plan(&[recipe.expect("it is shipped")], plan.original());
        let mut said = alone.iter().flat_map(told);
        let is_same = |(other, why): (&Site, &str)| {
            (other.range.start(), &other.rule) == (site.range.start(), &site.rule) && why == reason
        };
        if !said.any(is_same) {
            wrong.push(format!("{} {:?} {reason}", site.recipe, site.position));
        }
    }
    wrong
}

#[track_caller]
fn check(what: &str, wrong_of: impl Fn(&FilePlan) -> Vec<String> + Sync) {
    let engine = Engine::new(catalog(), &recipes(), settings()).expect("the recipes have an order");
    let wrong: Vec<String> = sources()
        .par_iter()
        .filter_map(|source| {
            let plan = engine.plan_source(source.clone(), &Alone).plan?;
            let wrong = wrong_of(&plan);
            let text = source.text();
            (!wrong.is_empty()).then(|| format!("{}\n{text}", wrong.join("\n")))
        })
        .collect();
    let shown = wrong
        .iter()
        .take(5)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n---\n");
    assert!(wrong.is_empty(), "{} files: {what}\n{shown}", wrong.len());
}

#[test]
fn places_are_code_on_the_disk() {
    check("a place is no code", misplaced);
}

#[test]
fn reasons_are_about_the_disk_or_say_what_they_rest_on() {
    check("a reason is about other text", not_of_disk);
}

#[test]
fn a_file_that_does_not_parse_is_named_where_it_may_await() {
    let project = Project::new(
        "\
//- store.py
import time


async def load():
    time.sleep(0.1)
//- use.py
from store import load

await load(
",
    );
    let run = project.run(&["diff", "--safety", "review", "store.py"]);
    let said = "`use.py` cannot be parsed, and may await this coroutine";
    assert_eq!(run.stdout.matches("use.py").count(), 1, "{run:?}");
    assert!(run.stdout.contains(said), "{run:?}");
}

#[test]
fn what_a_method_of_the_object_gave_has_its_name() {
    let project = Project::new(
        "\
//- bot.py
import subprocess


class Bot:
    async def respond(self, guild):
        config = self.load(guild)
        subprocess.run(['true'])
        self.save(guild, config)
",
    );
    let run = project.run(&["diff", "--safety", "review", "bot.py"]);
    let said = "other tasks may change self.load() between a read";
    assert!(run.stdout.contains(said), "{run:?}");
}
