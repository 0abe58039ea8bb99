//! The declarative language: YAML as typed → checked recipes, ready to match.
//!
//! Rust knows verbs, kinds and conditions here, never a codemod.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use ruff_python_ast::NodeKind;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use condition::conjunct::{Conjunct, Conjuncts};
use condition::{Condition, Fate, Guarded, Patterns};
use example::Example;
use follow_up::{Arguments, ExceptionLine, FollowValue};
use later::Later;
use opening::{Opening, several};
use outline::{Head, Outline};
use pattern::Root;
use safety::{Doubt, Safety};
use selector::Selector;
use template::{Message, Template};

mod embedded;
mod together;
mod word;

pub mod answer;

pub mod error;

pub mod yaml;

mod snippet;

pub mod pattern;

pub mod template;

pub mod condition;

pub mod safety;

pub mod follow_up;
pub mod hook;

pub mod lifecycle;

pub mod keep;

pub mod into_context;

mod verb;

pub mod kind;

pub mod parameter;
pub mod plain;
pub mod reference;

pub mod role;

mod severity;
pub mod sign;

pub mod table;

pub mod example;
pub mod shape;

pub mod schema;

pub mod json_schema;

pub mod compile;

pub mod update;

pub mod selector;

pub mod pack;

pub mod order;

pub mod later;

pub mod opening;

pub mod outline;

pub mod catalog;

pub use opening::CALLEE;
pub use severity::Severity;
pub use together::{ClaimExtent, Shares, Together, Wrap};
pub use verb::{Add, AddPlace, Extent, Extract, Removed, Verb};

/// One codemod, checked. It is its head, as far as others ask.
#[derive(Debug, Default)]
pub struct Recipe {
    /// What it says of itself and of others.
    pub head: Head,
    /// What its patterns ask of a file.
    pub outline: Later<Outline>,
    /// All else; of a shipped recipe it is compiled when somebody asks.
    pub content: Later<Content>,
    /// Packs that have it; none: it is on where it is named.
    pub packs: Vec<String>,
    examples: Later<Vec<Example>>,
    /// Where it was read from (`codemods/…` for shipped ones).
    pub path: String,
    /// The YAML itself.
    pub text: Cow<'static, str>,
}

impl Recipe {
    /// Returns its tests and its documentation.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }
}

impl Deref for Recipe {
    type Target = Head;

    fn deref(&self) -> &Head {
        &self.head
    }
}

/// What a recipe does, and why.
#[derive(Debug, Default)]
pub struct Content {
    /// One line without a period.
    pub title: String,
    /// Harm of a site when nothing is done, but where a rule says otherwise.
    pub severity: Severity,
    /// The manual page.
    pub why: String,
    /// What a project may set.
    pub parameters: Vec<parameter::Parameter>,
    /// Alternatives, in order: at a site the first whose `where` is yes wins.
    pub rules: Vec<LazyRule>,
}

/// The capture that `follow-value` speaks of.
pub const VALUE: &str = "value";

/// The capture by which the body of a def passes on what that is given.
pub const PARAMETERS: &str = "parameters";

/// A rule that is compiled where its pattern fits, and nothing that is known keeps it from there.
#[derive(Debug)]
pub struct LazyRule {
    /// What is known of it before.
    pub opening: Arc<Later<Opening>>,
    whole: Later<Rule>,
}

impl LazyRule {
    /// Returns the rule, if it was compiled.
    pub fn compiled(&self) -> Option<&Rule> {
        Later::is_made(&self.whole).then(|| &*self.whole)
    }
}

impl Deref for LazyRule {
    type Target = Rule;

    fn deref(&self) -> &Rule {
        &self.whole
    }
}

/// One match-and-verb of a recipe.
#[derive(Debug)]
pub struct Rule {
    /// Its `id`, or `rule-N` counted from 1.
    pub id: String,
    /// Harm of a site when nothing is done.
    pub severity: Severity,
    /// Any of them.
    pub patterns: Patterns,
    /// The innermost block of its kind around a site must fit; what it captures is the rule's too.
    pub under: Patterns,
    /// Recipe's and rule's `where`, joined.
    pub condition: Arc<Condition>,
    /// The recipe's alone.
    pub of_recipe: Arc<Condition>,
    /// Named only where all sites that share the capture's value make one change.
    pub collect: Option<String>,
    /// What the sites of one change have in common.
    pub shares: Shares,
    /// What is done; `None`: the rule only reports.
    pub verb: Option<Verb>,
    /// The finding's text of a rule without verb.
    pub report: Option<Message>,
    /// What its change does to the program; `None` for a rule without verb.
    pub does: Option<Message>,
    /// What is wrong with the code, as a clause: told where the change is not made.
    pub problem: Option<Message>,
    /// Whether there is a finding, where a doubt keeps the change from being made or nothing else is done; `None`:
    /// there is one.
    pub finding_if: Option<Condition>,
    /// Whether a finding is minor; `None`: none is.
    pub minor_if: Option<Condition>,
    /// Why a change needs review, or is not made: every one that holds counts.
    pub doubts: Later<Vec<Arc<Doubt>>>,
    /// Fresh names: capture name → wishes, first free one taken; a wish may have last names of captures.
    pub names: Vec<(String, Vec<Message>)>,
    /// What is written for it elsewhere in the file.
    pub add: Vec<Add>,
    /// Statements of the same place that go too.
    pub also_remove: Patterns,
    /// The same inside what the verb moves, or under the header it rewrites.
    pub also_rewrite: Vec<(Guarded, Template)>,
    /// The same in the whole file, where the captures stand for the same values.
    pub wherever: Vec<(Guarded, Template)>,
    /// Keyword arguments of the matched call, and what becomes of them.
    pub arguments: Arguments,
    /// Exceptions in handlers around the site and its value's uses, and what they become.
    pub exceptions: Vec<ExceptionLine>,
    /// What the value is used for afterwards.
    pub follow_value: Option<FollowValue>,
    /// Captures whose binding goes when only housekeeping of its kind is left.
    pub drop_unused: Vec<String>,
    /// What other recipes leave to this rule at its matches; `None`: nothing.
    pub claims: Option<Claim>,
    /// The places that are reported; none: where the match begins.
    pub sites: Vec<ReportedSite>,
    /// Where what it knows was read.
    pub source: Option<String>,
    /// Where the rule stands in its YAML, in bytes.
    pub span: TextRange,
    known: Lookups,
}

/// What follows from the rest of a rule, and is asked at node after node.
#[derive(Debug, Default)]
struct Lookups {
    conjuncts: OnceLock<Option<Conjuncts>>,
    conjuncts_of_recipe: OnceLock<Conjuncts>,
    fates: OnceLock<Option<Box<[Fate]>>>,
    yields: OnceLock<Option<String>>,
    writes_callee: OnceLock<bool>,
}

impl Rule {
    /// Returns whether this is a part of its condition that must hold, and says the same in another rule whose pattern
    /// fits the same code: it speaks of no metavariables but those that are one expression there.
    pub fn has_conjunct(&self, part: Conjunct) -> bool {
        self.spoken_of(part).is_some()
    }

    /// Returns the metavariables of which such a part speaks; `None`: it is no such part.
    pub fn spoken_of(&self, part: Conjunct) -> Option<&FxHashSet<String>> {
        let all = self.known.conjuncts.get_or_init(|| {
            let is_alone = !self.under.is_empty() || self.yields().is_some();
            (!is_alone).then(|| Conjuncts::of(&self.condition))
        });
        let names = all.as_ref()?.spoken_of(part, &self.condition)?;
        let is_free = !several(&self.patterns).any(|it| names.contains(it));
        is_free.then_some(names)
    }

    /// Returns whether it is a part of the recipe's condition.
    pub fn is_of_recipe(&self, part: Conjunct) -> bool {
        let find = || Conjuncts::of(&self.of_recipe);
        let all = self.known.conjuncts_of_recipe.get_or_init(find);
        all.have(part)
    }

    /// Returns all that may become of the value where it applies; `None`: anything.
    pub fn fates(&self) -> Option<&[Fate]> {
        let fates = self.known.fates.get_or_init(|| self.condition.fates());
        fates.as_deref()
    }

    /// Returns the levels that its sites may have; one that only reports is manual.
    pub fn levels(&self) -> Vec<Safety> {
        if self.only_reports() {
            return vec![Safety::Manual];
        }
        let always = self.doubts.iter().filter(|doubt| doubt.when.is_none());
        let least = always
            .map(|doubt| doubt.level)
            .max()
            .unwrap_or(Safety::Safe);
        let doubted = self.doubts.iter().map(|doubt| doubt.level);
        let doubted = doubted.filter(|level| *level > least);
        std::iter::once(least).chain(doubted).collect()
    }

    /// Returns whether it changes nothing.
    pub fn only_reports(&self) -> bool {
        self.does.is_none()
    }

    /// Returns whether one finding stands for all sites of which the same is said: those of a value or function, or more.
    pub fn is_told_once(&self) -> bool {
        self.collect.is_some() || self.only_reports() && self.shares.together.is_some()
    }

    /// Returns whether one finding stands for all files of a project of which the same is said.
    pub fn is_told_once_in_project(&self) -> bool {
        self.shares.together == Some(Together::Project)
    }

    /// Returns whether it makes statements a function.
    pub fn extracts(&self) -> bool {
        matches!(self.verb, Some(Verb::Extract(_)))
    }

    /// Returns whether what it writes names what the matched call calls.
    pub fn writes_callee(&self) -> bool {
        *self.known.writes_callee.get_or_init(|| match &self.verb {
            Some(Verb::Rewrite(template)) => template.slots.iter().any(|it| it.name == CALLEE),
            _ => false,
        })
    }

    /// Returns the metavariable for the type of what a def yields, which no pattern need bind.
    pub fn yields(&self) -> Option<&str> {
        let yields = || self.condition.yields().map(str::to_owned);
        self.known.yields.get_or_init(yields).as_deref()
    }

    /// Returns whether it rewrites defs, and what uses of them in other files are.
    pub fn leads_others(&self) -> bool {
        let is_def = |guarded: &Guarded| {
            let kinds = guarded.pattern.kinds();
            kinds.is_some_and(|kinds| kinds.contains(&NodeKind::StmtFunctionDef))
        };
        let follow = self.follow_value.iter().filter(|it| !it.keeps_others);
        let mut becomes = follow.flat_map(|follow| &follow.uses);
        self.patterns.iter().any(is_def) && becomes.any(|(_, template)| template.is_some())
    }

    /// Returns whether the defs it rewrites become coroutine functions; `None`: it rewrites none.
    pub fn color(&self) -> Option<bool> {
        let Some(Verb::Rewrite(template)) = &self.verb else {
            return None;
        };
        // One that gets another name is another function.
        let is_renamed = self
            .names
            .iter()
            .any(|(name, _)| template.names_its_def(name));
        match &template.root {
            Root::Header(header) if !is_renamed => Some(header.as_function_def_stmt()?.is_async),
            _ => None,
        }
    }
}

/// A place of a match that is reported.
#[derive(Debug)]
pub enum ReportedSite {
    /// What a capture stands for.
    Capture(String),
    /// The first of what fits inside the match.
    Pattern(Box<Guarded>),
}

/// What a rule takes from other recipes: they say and do nothing there.
#[derive(Debug)]
pub struct Claim {
    /// How far it reaches around the match.
    pub extent: ClaimExtent,
    /// Which recipes leave it.
    pub from: Vec<Selector>,
}

impl Claim {
    /// Returns whether a recipe leaves it.
    pub fn takes_from(&self, recipe: &Recipe) -> bool {
        self.from.iter().any(|selector| selector.names(recipe))
    }
}
