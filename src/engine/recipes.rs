//! Recipes → what plans any number of files, each by itself: read → prefilter → parse → bind → match →
//! plan → verify.
//!
//! From `parse` to `verify` everything is pure: text and recipes in, a [`FilePlan`] out.

use std::sync::Arc;

use super::ignored::{Heeded, Heeding, Ignored};
use super::layer;
use super::outcome::{GoesOn, Outcome};
use super::settings::{ASSUMED_PYTHON, Input, Settings};
use crate::config::select::Careful;
use crate::matching::analysis::{Tables, analyze, parse};
use crate::matching::dispatch::Dispatch;
use crate::matching::entry::{AskedPackages, search_entries};
use crate::matching::prefilter::Prefilter;
use crate::matching::subject::{Subject, Target};
use crate::matching::{Match, search};
use crate::plan::change::{FilePlan, Problem};
use crate::plan::problem::Gravity;
use crate::plan::ruling::Rulings;
use crate::project::Facts;
use crate::project::dependency::may_install;
use crate::project::noted::Noted;
use crate::python::parse::{Broken, Module};
use crate::python::suppression::may_speak;
use crate::recipe::catalog::Catalog;
use crate::recipe::order::{self, Cycle, Stage};
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule, Verb};
use crate::source::SourceFile;
use crate::source::package_list::PackageList;
use crate::source::read::ReadError;

/// The selected recipes, ready for any number of files.
pub struct Engine<'r> {
    /// In order of precedence.
    pub(super) recipes: Vec<&'r Recipe>,
    /// Per recipe: each stratum is planned on the text that the ones before leave.
    pub(super) strata: Vec<usize>,
    /// Rules by the stage they are asked at.
    stages: [StageRules<'r>; 3],
    catalog: &'r Catalog,
    tables: Tables<'r>,
    pub(super) settings: Settings,
}

/// The rules of one stage. Recipes are compiled for the files that have the words of their patterns.
pub(super) struct StageRules<'r>(Prefilter<'r>);

impl<'r> StageRules<'r> {
    fn new(recipes: &[&'r Recipe], stage: Stage) -> Self {
        Self(Prefilter::new(recipes.iter().map(|it| &*it.outline), stage))
    }

    /// Sorts all patterns: of every recipe that is asked at the stage.
    pub(super) fn dispatch(&self, recipes: &[&'r Recipe]) -> Dispatch<'r> {
        Dispatch::at(recipes, self.0.all())
    }

    /// Searches with the patterns whose words stand in the text, which mostly are few.
    pub(super) fn search<'a>(
        &self,
        subject: &Subject<'a>,
        recipes: &[&'r Recipe],
    ) -> Vec<Match<'r, 'a>> {
        let dispatch = Dispatch::at(recipes, self.0.standing(subject.source));
        search(subject, recipes, &dispatch)
    }
}

impl<'r> Engine<'r> {
    /// Prepares recipes of a catalog.
    ///
    /// # Errors
    /// Recipes that wait for each other.
    pub fn new(
        catalog: &'r Catalog,
        recipes: &[&'r Recipe],
        settings: Settings,
    ) -> Result<Self, Cycle> {
        let rules = |stage| StageRules::new(recipes, stage);
        Ok(Self {
            recipes: recipes.to_vec(),
            strata: order::strata(recipes)?,
            stages: [Stage::File, Stage::Program, Stage::Entries].map(rules),
            catalog,
            tables: Tables::new(catalog),
            settings,
        })
    }

    /// Returns which comments count.
    pub(super) fn heeding(&self) -> Heeding<'_> {
        Heeding {
            catalog: self.catalog,
            recipes: &self.recipes,
            needs_reason: self.settings.reasons_required,
        }
    }

    pub(super) fn n_strata(&self) -> usize {
        self.strata.iter().max().map_or(0, |last| last + 1)
    }

    pub(super) fn rules(&self, stage: Stage) -> &StageRules<'r> {
        // The stages are the array's indices.
        &self.stages[stage as usize]
    }

    fn has_rules(&self, stage: Stage) -> bool {
        !self.rules(stage).0.is_empty()
    }

    /// Returns whether a rule of the stage may apply to a file.
    pub(super) fn may_match(&self, stage: Stage, source: &SourceFile) -> bool {
        self.rules(stage).0.may_match(source)
    }

    /// Iterates over the packages that rules are about, with their recipes, and whether the rules are about
    /// files that lack them.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&'r Recipe, &'r str, bool)> {
        self.recipes.iter().flat_map(|recipe| {
            let packages = recipe.outline.packages.iter();
            packages.map(|(package, lacks)| (*recipe, &**package, *lacks))
        })
    }

    /// Returns what a recipe has a project install for a package that its changes begin to use.
    pub(super) fn requirement(&self, recipe: &str, package: &str) -> Option<&'r str> {
        let recipe = self.recipes.iter().find(|it| it.id == recipe)?;
        recipe.content.rules.iter().find_map(|rule| {
            let mut patterns = rule.patterns.iter();
            let is_it = patterns.any(|it| it.pattern.package() == Some(package));
            match &rule.verb {
                Some(Verb::Require(requirement)) if is_it => Some(requirement.as_str()),
                _ => None,
            }
        })
    }

    /// Finds where the rules of a stage apply, as carefully as the settings ask for, and which comments keep them
    /// from there; of what was decided of changes before it is known which are left.
    pub(super) fn search<'a>(
        &self,
        subject: &Subject<'a>,
        stage: Stage,
        rulings: &Rulings,
        ignored: &Ignored,
    ) -> (Vec<Match<'r, 'a>>, Heeded) {
        let (matches, _) = self.settled(subject, stage, rulings);
        let mut matches = self.restrained(matches);
        let heeded = ignored.ignore(&mut matches);
        (matches, heeded)
    }

    /// Finds where rules about packages apply.
    pub(super) fn search_entries<'a>(
        &self,
        subject: &Subject<'a>,
        asked: &AskedPackages<'_>,
        ignored: &Ignored,
    ) -> (Vec<Match<'r, 'a>>, Heeded) {
        let dispatch = &self.rules(Stage::Entries).dispatch(&self.recipes);
        let matches = search_entries(subject, &self.recipes, dispatch, asked);
        let mut matches = self.restrained(matches);
        let heeded = ignored.ignore(&mut matches);
        (matches, heeded)
    }

    fn restrained<'a>(&self, mut matches: Vec<Match<'r, 'a>>) -> Vec<Match<'r, 'a>> {
        for found in &mut matches {
            if let Some(careful) = self.settings.careful.get(&found.recipe.id) {
                restrain(found, careful);
            }
        }
        matches
    }

    /// Parses a file, unless it is `parsed`, binds it and hands it to `ask`.
    pub(super) fn analyze<T>(
        &self,
        source: &SourceFile,
        parsed: Option<Module>,
        facts: &dyn Facts,
        ask: impl FnOnce(&Subject) -> T,
    ) -> Result<T, Broken> {
        let target = self.target(source, facts);
        let module = match parsed {
            Some(module) => Arc::new(module),
            None => parse(source, target, facts)?,
        };
        let target = match self.settings.target {
            Some(_) => target,
            None => target.raised_by(&module),
        };
        let run_as = self.settings.run_as;
        Ok(analyze(
            source,
            &module,
            target,
            run_as,
            &self.tables,
            facts,
            ask,
        ))
    }

    pub(super) fn plan_input(&self, input: &Input, facts: &dyn Facts) -> Outcome {
        let is_list = PackageList::of(&input.path).is_some();
        if is_list && !self.has_rules(Stage::Entries) {
            return Outcome::default();
        }
        let source = match input.read(facts) {
            Ok(source) => source,
            Err(ReadError::OtherLanguage { .. }) => return Outcome::default(),
            // A list that nobody can read has no entry of ours.
            Err(_) if is_list => return Outcome::default(),
            Err(error) => {
                return Outcome::problem(Problem {
                    path: input.path.clone(),
                    position: None,
                    message: error.to_string(),
                    gravity: Gravity::of_file(input.is_meant() || !error.is_of_content()),
                });
            }
        };
        let Settings { level, applied, .. } = self.settings;
        let is_given = input.given.is_some();
        let untouched = is_given.then(|| FilePlan::untouched(source.clone(), level, applied));
        let mut outcome = match input.is_named {
            true => self.plan_ruled(source, Rulings::default(), facts),
            false => self.plan_source(source, facts),
        };
        outcome.plan = outcome.plan.or(untouched);
        // What was only found may be a template, or Python of another time.
        for problem in &mut outcome.problems {
            if !input.is_meant() {
                problem.gravity = problem.gravity.max(Gravity::Fault);
            }
        }
        outcome
    }

    /// Plans one file that is already read, unless a program wrote it.
    pub fn plan_source(&self, source: SourceFile, facts: &dyn Facts) -> Outcome {
        if source.is_generated() {
            return Outcome {
                is_generated: true,
                ..Outcome::default()
            };
        }
        self.plan_ruled(source, Rulings::default(), facts)
    }

    /// Plans one file of whose changes something was decided before.
    pub(super) fn plan_ruled(
        &self,
        source: SourceFile,
        rulings: Rulings,
        facts: &dyn Facts,
    ) -> Outcome {
        let goes_on = GoesOn {
            program: self.may_match(Stage::Program, &source),
            entries: self.may_hold_entries(&source),
        };
        let is_list = PackageList::of(source.path()).is_some();
        // A comment that keeps nothing away is told.
        let may_match = !rulings.follows().is_empty()
            || self.may_match(Stage::File, &source)
            || may_speak(source.text(), false);
        if is_list || !may_match {
            return Outcome {
                goes_on,
                ..Outcome::default()
            };
        }
        let noted = Noted::new(facts);
        match layer::plan_file(self, source, rulings, &noted) {
            Err(problem) => Outcome::problem(problem),
            Ok(planned) => Outcome {
                plan: planned.plan.says_something().then_some(planned.plan),
                problems: planned.problems,
                goes_on,
                heeded: planned.heeded,
                comments: planned.comments,
                asked: noted.questions(),
                ..Outcome::default()
            },
        }
    }

    /// Returns a rule of the selected recipes, with its recipe and that one's place in the order.
    pub(super) fn rule(&self, recipe: &str, rule: &str) -> Option<(usize, &'r Recipe, &'r Rule)> {
        let order = self.recipes.iter().position(|it| it.id == recipe)?;
        let recipe = self.recipes[order];
        let rule = recipe.content.rules.iter().find(|it| it.id == rule)?;
        Some((order, recipe, rule))
    }

    pub(super) fn may_hold_entries(&self, source: &SourceFile) -> bool {
        self.has_rules(Stage::Entries)
            && (PackageList::of(source.path()).is_some() || may_install(source.text()))
    }

    /// Returns the Python version a file is written for: what somebody says, else what is assumed, but for a
    /// project that names an older one.
    fn target(&self, source: &SourceFile, facts: &dyn Facts) -> Target {
        let path = source.path();
        let said = self
            .settings
            .target
            .or_else(|| source.allowed_python().lowest)
            .or_else(|| facts.allowed_python(path).lowest);
        let known = said.or_else(|| Some(facts.named_python(path)?.min(ASSUMED_PYTHON)));
        Target {
            version: known.unwrap_or(ASSUMED_PYTHON),
            assumed: known.is_none(),
        }
    }
}

/// Takes from a match what is promised too much.
fn restrain(found: &mut Match, careful: &Careful) {
    let Careful { level, why } = careful;
    if found.safety >= *level {
        return;
    }
    let reason = &mut found.said.reason;
    match level {
        Safety::Manual => reason.push_str(&format!(" (not changed, {why})")),
        _ => reason.push_str(&format!(" ({}, {why})", level.word())),
    }
    found.safety = *level;
}
