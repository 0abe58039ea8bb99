//! A recipe's examples, run as tests: before → after, twice; safety and findings as they say.

use std::path::Path;

use again::Unstable;

use super::explain::Question;
use super::outcome::Outcome;
use super::recipes::Engine;
use super::run::{File, Run};
use super::settings::Settings;
use crate::plan::change::{Change, FilePlan, Status};
use crate::plan::law::BrokenLaw;
use crate::project::facts::Projects;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::compile_with;
use crate::recipe::example::{Example, from_notebook, to_notebook};
use crate::recipe::safety::Safety;
use crate::recipe::update::Renewed;
use crate::source::SourceFile;

mod again;

/// Target of an example that names none.
const EXAMPLE_PYTHON: (u8, u8) = (3, 11);

/// What came of one example.
#[derive(Debug, Clone)]
pub struct ExampleResult {
    /// The example's name.
    pub name: String,
    /// `None`: it passes; else what differs, in lines.
    pub failure: Option<String>,
    /// What it should say to pass, where it can say that: an `unchanged` example stays what it is.
    pub renewed: Option<Renewed>,
    /// The reasons of its changes and findings.
    pub reasons: Vec<String>,
}

/// Runs all examples of a recipe, with that recipe alone.
pub fn run(catalog: &Catalog, recipe: &Recipe) -> Vec<ExampleResult> {
    // Examples show the defaults or what they set, whatever a configuration sets.
    let fresh = |set: &[_]| compile_with(&recipe.path, &recipe.text, catalog.library(), set).ok();
    let has_parameters = !recipe.content.parameters.is_empty();
    let by_default = has_parameters.then(|| fresh(&[])).flatten();
    let run = |example: &Example| {
        let set = &example.parameters;
        let own = (!set.is_empty()).then(|| fresh(set)).flatten();
        let trial = Trial {
            catalog,
            recipe: own.as_ref().or(by_default.as_ref()).unwrap_or(recipe),
            example,
        };
        trial.result()
    };
    recipe.examples().iter().map(run).collect()
}

struct Trial<'t> {
    catalog: &'t Catalog,
    recipe: &'t Recipe,
    example: &'t Example,
}

/// What came out.
#[derive(Default)]
struct Gave {
    /// The files after the changes, in the order of `before`.
    files: Vec<String>,
    safety: Vec<Safety>,
    /// Why changes are not safe, each with its place.
    doubts: Vec<String>,
    findings: Vec<String>,
    /// The reasons of its changes and findings.
    reasons: Vec<String>,
    /// What does not concern the example's words: a file that breaks, a second change.
    faults: Vec<String>,
    /// The rules that changed something, where it differs from what the example says.
    made: Vec<String>,
    /// Why nothing came of the others there.
    missed: Vec<String>,
}

impl Trial<'_> {
    fn result(&self) -> ExampleResult {
        let (differing, renewed, reasons) = match self.run() {
            Ok(gave) => (self.differing(&gave), self.renewed(&gave), gave.reasons),
            Err(why) => (vec![why], None, Vec::new()),
        };
        ExampleResult {
            name: self.example.name.clone(),
            failure: (!differing.is_empty()).then(|| differing.join("\n")),
            renewed,
            reasons,
        }
    }

    fn run(&self) -> Result<Gave, String> {
        let settings = Settings {
            target: Some(self.example.python.unwrap_or(EXAMPLE_PYTHON)),
            ..Settings::new(self.example.level)
        };
        let engine = Engine::new(self.catalog, &[self.recipe], settings)
            .map_err(|error| error.to_string())?;
        let files: Vec<SourceFile> = self
            .example
            .before
            .iter()
            .map(|(path, text)| file(path, text))
            .collect::<Result<_, _>>()?;
        let facts = facts(&files);
        let outcomes = plan(&engine, &files, &facts);
        let mut gave = Gave::default();
        let mut after = Vec::new();
        for (source, outcome) in files.iter().zip(&outcomes) {
            after.push(gave.add(outcome, source, again::own(&engine, outcome, &facts))?);
        }
        gave.faults.dedup();
        if gave.faults.is_empty() {
            gave.faults
                .extend(again::seen_from_outside(&engine, &after));
        }
        for (index, source) in files.iter().enumerate() {
            if self.wanted(index) != gave.files[index] {
                let question = Question {
                    cell: None,
                    line: None,
                    named: &[self.recipe],
                };
                let told = engine.explain(source, &question, &facts);
                gave.made.extend(told.made());
                gave.missed.extend(told.missed());
            }
        }
        Ok(gave)
    }

    /// The text that a file should have.
    fn wanted(&self, index: usize) -> &str {
        let (path, before) = &self.example.before[index];
        let after = self.example.after.iter().flatten();
        let mut of_file = after.filter(|(other, _)| other == path);
        of_file.next().map_or(before, |(_, text)| text)
    }

    /// Says what is not as the example says, in lines.
    fn differing(&self, gave: &Gave) -> Vec<String> {
        let mut differing = gave.faults.clone();
        for (index, found) in gave.files.iter().enumerate() {
            let (path, _) = &self.example.before[index];
            let wanted = self.wanted(index);
            if found != wanted {
                let diff = similar::TextDiff::from_lines(wanted, found.as_str());
                let diff = diff.unified_diff().header("wanted", "got").to_string();
                differing.push(format!("{path}:\n{diff}"));
            }
        }
        let told = [
            ("what changed it", &gave.made),
            ("what changed nothing, and why", &gave.missed),
        ];
        for (head, lines) in told {
            if !lines.is_empty() {
                differing.push(format!("{head}:\n  {}", lines.join("\n  ")));
            }
        }
        differing.extend(self.other_levels(gave));
        if let Some(wanted) = self
            .example
            .findings
            .as_ref()
            .filter(|wanted| !holds(wanted, gave))
        {
            let (found, wanted) = (listed_below(&gave.findings), listed_below(wanted));
            differing.push(format!(
                "the findings are:{found}\nwanted, in part:{wanted}"
            ));
        }
        differing
    }

    /// Says where changes have other levels, and why they are not safe.
    fn other_levels(&self, gave: &Gave) -> Option<String> {
        let words = |levels: &[Safety]| listed(levels.iter().map(|level| level.word()));
        let safety = &self.example.safety;
        let (found, wanted) = (words(&gave.safety), words(safety));
        let doubts = listed_doubts(&gave.doubts);
        let differs = !safety.is_empty() && gave.safety != *safety;
        differs.then(|| format!("the changes are: {found}; wanted: {wanted}{doubts}"))
    }

    /// What the example should say; `None` where it says so, or cannot.
    fn renewed(&self, gave: &Gave) -> Option<Renewed> {
        let example = self.example;
        let paths = example.before.iter().map(|(path, _)| path);
        let files = paths.zip(&gave.files).enumerate();
        let differing = files.filter(|(index, (_, found))| self.wanted(*index) != found.as_str());
        let differing: Vec<(String, String)> = differing
            .map(|(_, (path, found))| (path.clone(), found.clone()))
            .collect();
        let mut sides = example.before.iter().zip(&gave.files);
        let changes_something = sides.any(|((_, before), found)| before != found);
        let can_say = differing.is_empty() || example.after.is_some() && changes_something;
        if !can_say || !gave.faults.is_empty() {
            return None;
        }
        let words = || {
            gave.safety
                .iter()
                .map(|level| level.word().to_owned())
                .collect()
        };
        let safety_differs = !example.safety.is_empty() && gave.safety != example.safety;
        let findings = example
            .findings
            .as_ref()
            .filter(|wanted| !holds(wanted, gave));
        let renewed = Renewed {
            name: example.name.clone(),
            after: (!differing.is_empty()).then_some(differing),
            safety: safety_differs.then(words),
            findings: findings.map(|_| gave.findings.clone()),
        };
        renewed.says_something().then_some(renewed)
    }
}

/// What the files of one example say of each other: a project of their own.
fn facts(files: &[SourceFile]) -> Projects {
    let texts = files
        .iter()
        .map(|file| (file.path().to_owned(), file.bytes().to_vec()));
    Projects::of_texts(texts.collect())
}

fn plan(engine: &Engine, files: &[SourceFile], facts: &Projects) -> Vec<Outcome> {
    let files = files.iter().map(|source| {
        let outcome = engine.plan_source(source.clone(), facts);
        File::new(source.path(), engine, outcome)
    });
    Run::new(files.collect(), facts).finish()
}

impl Gave {
    /// Takes what came of a file; returns the file afterwards.
    fn add(
        &mut self,
        outcome: &Outcome,
        source: &SourceFile,
        unstable: Option<Unstable>,
    ) -> Result<SourceFile, String> {
        if let Some(problem) = outcome.problems.first() {
            let place = problem.position.as_ref();
            let place = place.map(|position| format!(", {}", position.words()));
            let (path, message) = (source.path().display(), &problem.message);
            return Err(format!("{path}{}: {message}", place.unwrap_or_default()));
        }
        let after = match (&unstable, &outcome.plan) {
            (Some(unstable), _) => unstable.first.clone(),
            (None, Some(plan)) => plan.after().map_err(|error| error.to_string())?,
            (None, None) => source.clone(),
        };
        self.files.push(text_of(&after)?);
        for change in outcome.plan.iter().flat_map(FilePlan::changes) {
            self.add_change(change, unstable.is_some());
        }
        self.faults.extend(unstable.map(|unstable| unstable.told()));
        for finding in outcome.plan.iter().flat_map(|plan| &plan.findings) {
            let minor = if finding.is_minor { "minor: " } else { "" };
            self.findings
                .push(format!("{minor}{}", finding.said.sentence()));
            self.reasons.extend(finding.said.parts());
        }
        Ok(after)
    }
}

impl Gave {
    fn add_change(&mut self, change: &Change, is_unstable: bool) {
        self.safety.push(change.safety);
        self.reasons.extend(change.said.parts());
        let Some(site) = change.sites.first() else {
            return;
        };
        let (place, rule) = (site.position.words(), &site.rule);
        if change.safety == Safety::Review {
            let why = change.said.sentence();
            self.doubts.push(format!("{place}: {why}"));
        }
        if let (Status::Withdrawn { why }, false) = (&change.status, is_unstable) {
            let hint = match why {
                BrokenLaw::Unstable { .. } => again::ADVICE,
                BrokenLaw::StrayAwait { .. } => "; `can-await: true` in `where` keeps it out",
                _ => "",
            };
            let fault = format!("{place}, rule {rule}: withdrawn: {why}{hint}");
            self.faults.push(fault);
        }
    }
}

/// Texts one after the other.
fn listed<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let texts: Vec<&str> = texts.collect();
    match texts.is_empty() {
        true => "none".to_owned(),
        false => texts.join(", "),
    }
}

/// What keeps changes from being safe, one below the other.
fn listed_doubts(doubts: &[String]) -> String {
    let lines = doubts.iter().map(|doubt| format!("\n  review at {doubt}"));
    lines.collect()
}

/// Sentences one below the other.
fn listed_below(sentences: &[String]) -> String {
    let lines = sentences.iter().map(|sentence| format!("\n  {sentence}"));
    match sentences.is_empty() {
        true => " none".to_owned(),
        false => lines.collect(),
    }
}

/// Whether the findings say what they should, each in a part of its reason.
fn holds(wanted: &[String], gave: &Gave) -> bool {
    let mut pairs = gave.findings.iter().zip(wanted);
    gave.findings.len() == wanted.len()
        && pairs.all(|(found, wanted)| found.contains(wanted.as_str()))
}

fn file(path: &str, text: &str) -> Result<SourceFile, String> {
    let text = if is_notebook(path) {
        to_notebook(text)
    } else {
        text.to_owned()
    };
    SourceFile::from_bytes(path, text.into_bytes()).map_err(|error| error.to_string())
}

fn text_of(source: &SourceFile) -> Result<String, String> {
    let bytes = String::from_utf8_lossy(source.bytes()).into_owned();
    if !is_notebook(&source.path().to_string_lossy()) {
        return Ok(bytes);
    }
    from_notebook(&bytes).ok_or_else(|| "the result is no notebook".into())
}

fn is_notebook(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "ipynb")
}
