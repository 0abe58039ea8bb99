//! Is the condition of a rule met? What keeps one rule from a node keeps those of its recipe from there that ask the same of
//! the same code: a recipe may have dozens of rules for each call.

use rustc_hash::FxHashSet;

use super::capture_word;
use super::dispatch::Entry;
use super::evaluate::{any_of, evaluate};
use super::site::{Evidence, Site};
use crate::recipe::answer::Answer;
use crate::recipe::condition::conjunct::Conjunct;
use crate::recipe::condition::cost::all_by_cost;
use crate::recipe::condition::{CaptureWord, Condition, Word};
use crate::recipe::{LazyRule, Rule};

/// What was not met at a node, with the recipe and what fitted there.
#[derive(Debug, Default)]
pub(super) struct Refusals<'r>(Vec<Refusal<'r>>);

#[derive(Debug)]
struct Refusal<'r> {
    recipe: usize,
    /// See [`Pattern::without_rests`](crate::recipe::pattern::Pattern::without_rests).
    fitted: u64,
    unmet: Conjunct,
    /// Of which metavariables that speaks.
    speaks_of: &'r FxHashSet<String>,
    /// All rules of the recipe ask it.
    of_recipe: bool,
}

impl<'r> Refusals<'r> {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn add(&mut self, rule: &'r Rule, entry: &Entry, unmet: Conjunct) {
        if let Some(speaks_of) = rule.spoken_of(unmet) {
            self.0.push(Refusal {
                recipe: entry.recipe,
                fitted: entry.pattern.pattern.without_rests(),
                unmet,
                speaks_of,
                of_recipe: rule.is_of_recipe(unmet),
            });
        }
    }

    /// Returns whether the condition of the rule is known not to be met.
    pub(super) fn hold_for(&self, rule: &LazyRule, entry: &Entry) -> bool {
        self.0.iter().any(|it| {
            it.recipe == entry.recipe
                && it.fitted == entry.pattern.pattern.without_rests()
                && match rule.compiled() {
                    Some(rule) => rule.has_conjunct(it.unmet),
                    None => (rule.opening).has_part(it.unmet, it.speaks_of, it.of_recipe),
                }
        })
    }
}

/// A part that is not known decides as one that is not so: nothing behind it need be asked.
pub(super) fn is_met<'r>(
    condition: &'r Condition,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> bool {
    match condition {
        Condition::All(_) => first_unmet(condition, site, evidence).is_none(),
        Condition::Any(parts) => {
            let is_met = |part, evidence: &mut Evidence| is_met(part, site, evidence).into();
            any_of(parts, evidence, is_met).is_yes()
        }
        Condition::Word(Word::Capture { name, word }, typed) if !typed.or_unknown => match word {
            CaptureWord::Is(kinds) => capture_word::is_surely(name, kinds, site),
            word => capture_word::ask(name, word, site, evidence).is_yes(),
        },
        condition => evaluate(condition, site, evidence).is_yes(),
    }
}

/// Returns the first part that is not met, as the cheap ones are asked before the dear ones.
pub(super) fn first_unmet<'r>(
    condition: &'r Condition,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Option<Conjunct> {
    let mut unmet = None;
    let assumes = site.subject.target.assumed;
    all_by_cost(condition, assumes, |part, is_negated| {
        let is_met = match is_negated {
            true => evaluate(part, site, evidence) == Answer::No,
            false => is_met(part, site, evidence),
        };
        if !is_met {
            unmet = Some(Conjunct::of(part, is_negated));
        }
        is_met
    });
    unmet
}
