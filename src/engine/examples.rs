//! A recipe's examples, run as tests: before → after, twice; safety and findings as they say.

use std::path::Path;

use super::{Engine, Outcome, Settings, stages};
use crate::plan::change::{FilePlan, Status};
use crate::project::facts::Projects;
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::example::{Example, from_notebook, to_notebook};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;

/// Target of an example that names none.
const EXAMPLE_PYTHON: (u8, u8) = (3, 11);

/// What came of one example.
#[derive(Debug, Clone)]
pub struct ExampleResult {
    /// The example's name.
    pub name: String,
    /// `None`: it passes; else what differs, in lines.
    pub failure: Option<String>,
}

/// Runs all examples of a recipe, with that recipe alone.
pub fn run(catalog: &Catalog, recipe: &Recipe) -> Vec<ExampleResult> {
    let results = recipe.examples.iter().map(|example| ExampleResult {
        name: example.name.clone(),
        failure: Trial {
            catalog,
            recipe,
            example,
        }
        .run()
        .err(),
    });
    results.collect()
}

struct Trial<'t> {
    catalog: &'t Catalog,
    recipe: &'t Recipe,
    example: &'t Example,
}

impl Trial<'_> {
    fn run(&self) -> Result<(), String> {
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
        let outcomes = self.plan(&engine, &files);
        let mut after = Vec::new();
        for (index, source) in files.iter().enumerate() {
            self.check_file(index, &outcomes[index])?;
            after.push(match &outcomes[index].plan {
                Some(plan) => plan.after().map_err(|error| error.to_string())?,
                None => source.clone(),
            });
        }
        self.check_again(&engine, &after)?;
        let plans = outcomes.into_iter().filter_map(|outcome| outcome.plan);
        let plans: Vec<FilePlan> = plans.collect();
        self.check_safety(&plans)?;
        self.check_findings(&plans)
    }

    /// Plans the files as a project of their own.
    fn plan(&self, engine: &Engine, files: &[SourceFile]) -> Vec<Outcome> {
        let texts = files
            .iter()
            .map(|file| (file.path().to_owned(), file.bytes().to_vec()));
        let facts = Projects::of_texts(texts.collect());
        let outcomes = files.iter().cloned();
        let mut outcomes: Vec<Outcome> = outcomes
            .map(|source| engine.plan_source(source, &facts))
            .collect();
        let jobs: Vec<_> = files.iter().map(|file| (file.path(), engine)).collect();
        stages::go_on(&jobs, &mut outcomes, &facts);
        outcomes
    }

    fn check_file(&self, index: usize, outcome: &Outcome) -> Result<(), String> {
        if let Some(problem) = outcome.problems.first() {
            return Err(problem.message.clone());
        }
        let (path, before) = &self.example.before[index];
        let wanted = self
            .example
            .after
            .as_ref()
            .and_then(|after| after.iter().find(|(other, _)| other == path));
        let wanted = wanted.map_or(before, |(_, text)| text);
        let found = match &outcome.plan {
            None => before.clone(),
            Some(plan) => text_of(&plan.after().map_err(|error| error.to_string())?)?,
        };
        if found == *wanted {
            return Ok(());
        }
        let withdrawn = outcome
            .plan
            .iter()
            .flat_map(FilePlan::changes)
            .find_map(|change| match &change.status {
                Status::Withdrawn { why } => Some(format!("withdrawn: {why}\n")),
                _ => None,
            });
        let diff = similar::TextDiff::from_lines(wanted.as_str(), found.as_str());
        let diff = diff.unified_diff().header("wanted", "got").to_string();
        Err(format!("{}{path}:\n{diff}", withdrawn.unwrap_or_default()))
    }

    /// Law 3, seen from outside: the example's result is left alone.
    fn check_again(&self, engine: &Engine, after: &[SourceFile]) -> Result<(), String> {
        let again = self.plan(engine, after);
        let mut plans = again.iter().filter_map(|outcome| outcome.plan.as_ref());
        match plans.any(|plan| plan.wanted().next().is_some()) {
            true => Err("a second run would change it again".into()),
            false => Ok(()),
        }
    }

    fn check_safety(&self, plans: &[FilePlan]) -> Result<(), String> {
        if self.example.safety.is_empty() {
            return Ok(());
        }
        let found: Vec<Safety> = plans
            .iter()
            .flat_map(FilePlan::changes)
            .map(|change| change.safety)
            .collect();
        if found == self.example.safety {
            return Ok(());
        }
        Err(format!(
            "the changes are {found:?}, wanted {:?}",
            self.example.safety
        ))
    }

    fn check_findings(&self, plans: &[FilePlan]) -> Result<(), String> {
        let Some(wanted) = &self.example.findings else {
            return Ok(());
        };
        let found: Vec<&str> = plans
            .iter()
            .flat_map(|plan| &plan.findings)
            .map(|finding| finding.reason.as_str())
            .collect();
        let as_wanted = found.len() == wanted.len()
            && found
                .iter()
                .zip(wanted)
                .all(|(found, wanted)| found.contains(wanted.as_str()));
        if as_wanted {
            return Ok(());
        }
        Err(format!("the findings are {found:?}, wanted {wanted:?}"))
    }
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
