//! A match → how safe it is, and what is said of it: what the change does with every doubt about it, or every
//! reason why it is not made.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::by_hand;
use super::capture::Captures;
use super::evaluate::evaluate;
use super::found::Match;
use super::message;
use super::relied;
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::Rule;
use crate::recipe::answer::Answer;
use crate::recipe::safety::{Doubt, Safety};
use crate::text::wording::Wording;

/// A doubt that holds at the site, in words.
struct Doubted {
    level: Safety,
    because: String,
    check: Option<String>,
}

/// Decides how safe a match is: as the most careful doubt that holds. `None`: there is nothing to say of it.
pub(super) fn judge(rule: &Rule, site: Site, mut evidence: Evidence) -> Option<(Safety, Wording)> {
    let Some(does) = &rule.does else {
        // Nothing is done, whatever is not known.
        evidence.assumed.clear();
        let report = rule.report.as_ref();
        let reason = report.map(|report| message::write(report, site, &evidence));
        let reason = with_assumptions(reason.unwrap_or_default(), site, &evidence);
        return driven(Safety::Manual, rule, site, Wording::reason(reason));
    };
    let held = held(rule, site, &mut evidence);
    let does = with_assumptions(message::write(does, site, &evidence), site, &evidence);
    let doubted = held.iter().map(|doubt| doubt.level).max();
    let level = match evidence.assumed.is_empty() {
        true => doubted.unwrap_or(Safety::Safe),
        false => doubted.unwrap_or(Safety::Review),
    };
    let mut said = Wording::reason(does);
    let problem = rule.problem.as_ref();
    said.problem = problem.map(|it| message::write(it, site, &evidence));
    for doubt in held {
        said.doubt(doubt.because);
        if let Some(check) = doubt.check {
            said.also_check(&check);
        }
    }
    if level == Safety::Manual {
        said.refuse();
    }
    let level = guessed(level, rule, site, &mut said);
    driven(level, rule, site, said)
}

impl<'a> Match<'_, 'a> {
    /// Returns whether its rule would change it, and leaves that to a person.
    pub(crate) fn is_left(&self) -> bool {
        self.safety == Safety::Manual && !self.rule.only_reports()
    }

    /// Returns whether it is a finding where the change is not made, unless a comment keeps it away.
    pub(crate) fn is_told(&self, subject: &Subject<'a>) -> bool {
        let site = Site::at(subject, self.node, &self.captures);
        let told = self.rule.finding_if.as_ref();
        !self.is_ignored
            && told.is_none_or(|it| evaluate(it, site, &mut Evidence::default()).is_yes())
    }

    /// Returns whether it is a finding that matters little, as far as is known.
    pub(crate) fn is_minor(&self, subject: &Subject<'a>) -> bool {
        let site = Site::at(subject, self.node, &self.captures);
        let minor = self.rule.minor_if.as_ref();
        minor.is_some_and(|it| evaluate(it, site, &mut Evidence::default()).is_yes())
    }
}

/// Returns why a rule leaves another place than its site as it is, if it would.
pub(crate) fn why_left<'a>(
    rule: &Rule,
    subject: &Subject<'a>,
    node: NodeId,
    captures: &Captures<'_, 'a>,
) -> Option<String> {
    let site = Site::at(subject, node, captures);
    let held = held(rule, site, &mut Evidence::default());
    let mut held = held.into_iter();
    held.find(|doubt| doubt.level == Safety::Manual)
        .map(|doubt| doubt.because)
}

/// Returns the doubts that hold: those for which no change is made, or else those for which it needs review.
fn held(rule: &Rule, site: Site, evidence: &mut Evidence) -> Vec<Doubted> {
    for level in [Safety::Manual, Safety::Review] {
        let doubts = rule.doubts.iter().filter(|doubt| doubt.level == level);
        let held: Vec<Doubted> = doubts
            .filter_map(|doubt| hold(doubt, site, evidence))
            .collect();
        if !held.is_empty() {
            return told_once(held);
        }
    }
    Vec::new()
}

/// A file that cannot be parsed leaves several doubts open, in the same words.
fn told_once(mut held: Vec<Doubted>) -> Vec<Doubted> {
    let mut told = FxHashSet::default();
    held.retain(|doubt| told.insert(doubt.because.clone()));
    held
}

/// Asks whether a doubt holds. Not knowing counts as holding, and is said.
fn hold(doubt: &Doubt, site: Site, evidence: &mut Evidence) -> Option<Doubted> {
    let mut seen = Evidence::default();
    let holds = doubt
        .when
        .as_ref()
        .map_or(Answer::Yes, |when| evaluate(when, site, &mut seen));
    // A doubt that does not hold was decided by the version, too, and by what was taken for granted.
    evidence.asked_version |= seen.asked_version;
    if holds == Answer::No {
        evidence.assumed.append(&mut seen.assumed);
        return None;
    }
    if holds == Answer::Unknown {
        seen.unknown.dedup();
        if let ([_], Some(file)) = (&*seen.unknown, &seen.unparsed) {
            let because = format!("{file} cannot be parsed, and may await this coroutine");
            return Some(Doubted {
                level: doubt.level,
                because,
                check: None,
            });
        }
        seen.assumed.append(&mut seen.unknown);
    }
    let mut because_of = Evidence {
        asked_version: false,
        ..seen
    };
    // What the doubt itself looked for, and did not find for sure, is not what the rule found.
    if because_of.found.is_none() && holds == Answer::Yes {
        because_of.found.clone_from(&evidence.found);
    }
    let write = |message| message::write(message, site, &because_of);
    Some(Doubted {
        level: doubt.level,
        because: with_assumptions(write(&doubt.because), site, &because_of),
        check: doubt.check.as_ref().map(write),
    })
}

/// So many nodes of a match are looked through.
const MAX_NODES: usize = 100;

/// What is known of an object by what calls pass, or containers hold, or what other code may set to something
/// else, is to be checked.
fn guessed(level: Safety, rule: &Rule, site: Site, said: &mut Wording) -> Safety {
    if level != Safety::Safe {
        return level;
    }
    let tree = site.subject.tree;
    let nodes = tree.descendants(site.node).take(MAX_NODES);
    let objects = nodes.filter_map(|id| match tree.node(id) {
        AnyNodeRef::ExprAttribute(it) => Some(ExprRef::from(&*it.value)),
        _ => None,
    });
    // Whatever class a captured object has, it stays as it is where the rule asks nothing about it.
    let asked: Vec<_> = site.captures.ranges_of(&relied::asked(rule)).collect();
    let objects = objects.filter(|it| {
        let within = |range: TextRange| range.contains_range(it.range());
        asked.iter().copied().any(within) || !site.captures.ranges().any(within)
    });
    let meant = relied::meant(rule).into_iter();
    let values = meant.filter_map(|name| site.captures.expression(name));
    let mut guessed = objects
        .filter(|it| site.subject.is_guessed(*it))
        .chain(values.filter(|it| site.subject.is_guessed_value(*it)));
    let Some(object) = guessed.next() else {
        return level;
    };
    let object = site.subject.first_line(object.range());
    said.also_check(&format!("whether `{object}` always has this class"));
    Safety::Review
}

/// A change of what no loop may run is to be checked; of what no loop runs there is no finding, nor of the coroutines
/// of a file that may drive some itself.
fn driven(level: Safety, rule: &Rule, site: Site, mut said: Wording) -> Option<(Safety, Wording)> {
    let Some(driver) = by_hand::driven(rule, site) else {
        return Some((level, said));
    };
    if level == Safety::Manual {
        let is_own = driver.path == site.subject.path();
        return (!driver.is_sure && !is_own).then_some((level, said));
    }
    said.also_check(&by_hand::told(&driver, site.subject));
    Some((Safety::Review, said))
}

/// Appends what was not known, and the version that nobody said, where the answer rests on them.
fn with_assumptions(mut reason: String, site: Site, evidence: &Evidence) -> String {
    if !evidence.assumed.is_empty() {
        let mut unknown = evidence.assumed.clone();
        // The rule and its doubts may have asked the same.
        unknown.sort();
        unknown.dedup();
        reason.push_str(&format!(" (not known: {})", unknown.join("; ")));
    }
    if evidence.asked_version {
        reason.extend(site.subject.target.assumption());
    }
    reason
}
