//! A line of a file → why recipes change it, or why not: each rule with its words and its outcome.

use std::path::PathBuf;

use rayon::prelude::*;
use ruff_text_size::{TextRange, TextSize};
use serde::Serialize;

use super::ignored::REMARK;
use super::outcome::Outcome;
use super::recipes::Engine;
use super::run::{File, Run};
use super::settings::Settings;
use crate::plan::change::{ChangeId, FilePlan, Problem};
use crate::plan::ruling::Rulings;
use crate::project::Facts;
use crate::recipe::Recipe;
use crate::recipe::answer::Answer;
use crate::recipe::order::Stage;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::cell::{CellKind, Position};

use line::Line;

mod elsewhere;

mod line;

mod missed;

mod why;

pub use crate::matching::trace::{Asked, AskedDoubt};
use crate::text::wording::Wording;

/// What is asked about.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    /// In a notebook the cell, counted from 1.
    pub cell: Option<u32>,
    /// Counted from 1, in a notebook within the cell; `None`: everything.
    pub line: Option<usize>,
    /// Only these recipes are told of, also where their patterns nearly fit; none: all, where they fit.
    pub named: &'q [&'q Recipe],
}

impl<'q> Question<'q> {
    /// Asks about a line.
    pub fn new(cell: Option<u32>, line: usize, named: &'q [&'q Recipe]) -> Self {
        let line = Some(line);
        Self { cell, line, named }
    }

    fn names(&self, recipe: &str) -> bool {
        self.named.iter().any(|named| named.id == recipe)
    }

    fn is_about(&self, recipe: &str) -> bool {
        self.named.is_empty() || self.names(recipe)
    }
}

/// What there is to say.
#[derive(Debug, Default)]
pub struct Explanation {
    /// Rules whose pattern fits there, or nearly.
    pub rules: Vec<ToldRule>,
    /// Changes and findings there that no rule above led to: a line may change with another one.
    pub others: Vec<ToldOther>,
    /// Changes that have edits of the line beside their own: of imports, and of names nobody needs.
    pub needed_by: Vec<ChangeId>,
    /// Why there is nothing more to say, where there is no rule.
    pub silence: Option<Silence>,
}

/// A rule that was compared with a place.
#[derive(Debug, Clone, Serialize)]
pub struct ToldRule {
    /// Where, in the file as it is on disk.
    #[serde(flatten)]
    pub position: Position,
    /// What stands there: its first line.
    pub text: String,
    /// The recipe.
    pub recipe: String,
    /// Its rule.
    pub rule: String,
    /// Where what the rule knows was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The pattern that was compared.
    pub pattern: String,
    /// Whether the pattern fits: not, where it was asked about and nearly does.
    pub fits: bool,
    /// Whether the rule applies.
    pub applies: Answer,
    /// The words of its `where`, in order.
    #[serde(rename = "where")]
    pub asked: Vec<Asked>,
    /// Its doubts, where it applies.
    pub doubts: Vec<AskedDoubt>,
    /// The lifecycle of what owns the value, where it gets an owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<String>,
    /// What came of it.
    pub outcome: Told,
}

/// A change or finding that is not told with a rule.
#[derive(Debug, Clone, Serialize)]
pub struct ToldOther {
    /// Where its first site is.
    #[serde(flatten)]
    pub position: Position,
    /// The recipe.
    pub recipe: String,
    /// Its rule.
    pub rule: String,
    /// What it is.
    pub outcome: Told,
}

/// What came of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Told {
    /// A change.
    Change {
        /// Its name.
        change: ChangeId,
        /// Its level.
        safety: Safety,
        /// What it does, and the doubts about it.
        #[serde(flatten)]
        said: Wording,
    },
    /// A change that gives way to another one.
    Conflict {
        /// Its name.
        change: ChangeId,
        /// The one that is made.
        winner: ChangeId,
    },
    /// A change that would break a law.
    Withdrawn {
        /// Its name.
        change: ChangeId,
        /// What was seen.
        why: String,
    },
    /// A finding; also what a verb refuses to do.
    Finding {
        /// Why.
        #[serde(flatten)]
        said: Wording,
    },
    /// Nothing.
    Nothing {
        /// Why not.
        why: String,
    },
}

impl Told {
    /// Returns whether nothing came of it.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing { .. })
    }
}

/// Why no rule speaks of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// A program wrote the file.
    Generated,
    /// The file, or the cell, does not parse.
    Broken(Problem),
    /// A run does nothing to the line of a list of packages.
    NoChange,
    /// The cell holds text or code of another program.
    NoCode,
    /// There is no such line; how many there are, 0 where there is no such cell.
    NoLine(usize),
    /// Names that every match has stand nowhere in the file: these, of recipes that were asked about.
    NoWord(Vec<Missing>),
    /// Names of the recipes stand on other lines.
    Elsewhere(Vec<Elsewhere>),
}

/// Names of a recipe's patterns that stand nowhere in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The recipe.
    pub recipe: String,
    /// The names; no pattern does without all of them.
    pub words: Vec<String>,
}

/// Where a name of a recipe's pattern stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// The recipe.
    pub recipe: String,
    /// The name.
    pub word: String,
    /// Its places, one per line.
    pub positions: Vec<Position>,
}

impl Explanation {
    /// Says what a plan has for a line of its file.
    pub fn of_plan(plan: &FilePlan, question: &Question<'_>) -> Self {
        let source = &plan.layers[0].source;
        let Some(range) = line_range(source, question) else {
            return Self {
                silence: Some(no_line(source, question.cell)),
                ..Self::default()
            };
        };
        let others = line::others(plan, range, &[], question);
        Self {
            silence: others.is_empty().then_some(Silence::NoChange),
            others,
            ..Self::default()
        }
    }
}

impl Engine<'_> {
    /// Says why a line of a file is changed, or why not.
    pub fn explain(
        &self,
        source: &SourceFile,
        question: &Question<'_>,
        facts: &dyn Facts,
    ) -> Explanation {
        let told = self.told(source, question, facts);
        told.unwrap_or_else(|silence| Explanation {
            silence: Some(silence),
            ..Explanation::default()
        })
    }

    fn told(
        &self,
        source: &SourceFile,
        question: &Question<'_>,
        facts: &dyn Facts,
    ) -> Result<Explanation, Silence> {
        if is_prose(source, question.cell) {
            return Err(Silence::NoCode);
        }
        let range = line_range(source, question).ok_or_else(|| no_line(source, question.cell))?;
        if source.is_generated() {
            return Err(Silence::Generated);
        }
        let mut outcome = self.planned(source, facts);
        let (plan, mut broken) = (outcome.plan.take(), std::mem::take(&mut outcome.problems));
        if let Some(failure) = broken.iter().position(Problem::is_failure) {
            return Err(Silence::Broken(broken.remove(failure)));
        }
        let mut stages = [Stage::File, Stage::Program].into_iter();
        if plan.is_none() && !stages.any(|stage| self.may_match(stage, source)) {
            return Err(elsewhere::nowhere(source, question.named));
        }
        let Settings { level, applied, .. } = self.settings;
        let plan = plan.unwrap_or_else(|| FilePlan::untouched(source.clone(), level, applied));
        let line = Line {
            engine: self,
            plan: &plan,
            source,
            range,
            outcome: &outcome,
        };
        let told = line.told(question, facts);
        if !told.rules.is_empty() || !told.others.is_empty() || !told.needed_by.is_empty() {
            return Ok(told);
        }
        let mut broken = broken.into_iter();
        let broken = broken.find(|problem| is_in_cell(problem, question));
        let elsewhere = || elsewhere::elsewhere(self, source, question.named);
        Err(broken.map_or_else(elsewhere, Silence::Broken))
    }

    fn planned(&self, source: &SourceFile, facts: &dyn Facts) -> Outcome {
        let own = self.plan_ruled(source.clone(), Rulings::default(), facts);
        let (others, others_outcomes) = self.beside(source, facts);
        let mut files = vec![File::new(source.path(), self, own)];
        let others = others.iter().zip(others_outcomes);
        files.extend(others.map(|(path, outcome)| File::new(path, self, outcome)));
        let mut outcome = Run::new(files, facts).finish_of(0..1).swap_remove(0);
        // What is said of comments is no matter of a line's code.
        let is_remark = |problem: &mut Problem| problem.message.starts_with(REMARK);
        outcome.problems.extract_if(.., is_remark).for_each(drop);
        outcome
    }

    /// The other files of the program, where a file may have to change with one of them.
    fn beside(&self, source: &SourceFile, facts: &dyn Facts) -> (Vec<PathBuf>, Vec<Outcome>) {
        let mut rules = self.recipes.iter().flat_map(|recipe| &recipe.content.rules);
        if !rules.any(|rule| rule.leads_others() || rule.color().is_some()) {
            return Default::default();
        }
        let others = facts.program(source.path()).into_par_iter();
        let planned = others.filter_map(|path| {
            let source = facts.source(&path)?;
            Some((path, self.plan_source(source, facts)))
        });
        planned.unzip()
    }
}

/// The bytes of the line that is asked about.
fn line_range(source: &SourceFile, question: &Question<'_>) -> Option<TextRange> {
    let whole = TextRange::up_to(TextSize::of(source.text()));
    let Some(line) = question.line else {
        return Some(whole);
    };
    // What follows the last line break of a file is no line of it.
    let is_line = |start: &TextSize| line == 1 || *start < whole.end() || question.cell.is_some();
    let start = source.line_start(question.cell, line).filter(is_line)?;
    let rest = &source.text()[start.to_usize()..];
    let end = rest.find(['\n', '\r']).map_or(rest.len(), |end| end + 1);
    Some(TextRange::at(start, TextSize::of(&rest[..end])))
}

/// Whether the cell of a notebook is not code: then it has no lines in the text.
fn is_prose(source: &SourceFile, number: Option<u32>) -> bool {
    let mut cells = source.cells().iter();
    let cell = cells.find(|cell| Some(cell.number) == number);
    cell.is_some_and(|cell| cell.kind == CellKind::Prose)
}

fn no_line(source: &SourceFile, cell: Option<u32>) -> Silence {
    let is_there = |line: &usize| {
        let question = Question::new(cell, *line, &[]);
        line_range(source, &question).is_some()
    };
    Silence::NoLine((1..).take_while(is_there).count())
}

fn is_in_cell(problem: &Problem, question: &Question<'_>) -> bool {
    problem
        .position
        .is_some_and(|position| position.cell == question.cell)
}
