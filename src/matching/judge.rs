//! A match → how safe it is, and the sentence that says why.

use super::by_hand;
use super::evaluate::evaluate;
use super::message;
use super::site::{Evidence, Site};
use crate::recipe::Rule;
use crate::recipe::answer::Answer;
use crate::recipe::safety::Safety;
use crate::recipe::template::Message;
use crate::text::wording::Wording;

/// Whether a safety case decides. Not knowing counts as holding, but for `safe`.
pub(super) fn decides(level: Safety, holds: Answer) -> bool {
    holds.is_yes() || holds == Answer::Unknown && level != Safety::Safe
}

/// Decides how safe a match is: the first case that holds.
pub(super) fn judge(rule: &Rule, site: Site, mut evidence: Evidence) -> (Safety, Wording) {
    if let Some(report) = &rule.report {
        // Nothing is done, whatever is not known.
        evidence.doubts.clear();
        let reason = message::write(report, site, &evidence);
        let reason = with_doubts(reason, site, &evidence);
        return (Safety::Manual, Wording::reason(reason));
    }
    for case in &rule.safety {
        let mut seen = Evidence::default();
        let holds = match &case.when {
            None => Answer::Yes,
            Some(when) => evaluate(when, site, &mut seen),
        };
        // A case that was passed over has been decided by the version, too, and by what is not known.
        evidence.asked_version |= seen.asked_version;
        evidence.doubts.append(&mut seen.doubts);
        if decides(case.level, holds) {
            seen.unknown.append(&mut evidence.unknown);
            seen.find_also(&mut evidence);
            if holds == Answer::Unknown {
                evidence.doubts.extend_from_slice(&seen.unknown);
            }
            seen.doubts = evidence.doubts;
            seen.asked_version = evidence.asked_version;
            let write = |message: &Message| message::write(message, site, &seen);
            let mut said = Wording {
                reason: with_doubts(write(&case.because), site, &seen),
                check: case.check.as_ref().map(write),
            };
            let level = level(case.level, rule, site, &seen, &mut said);
            return (level, said);
        }
    }
    (
        Safety::Manual,
        Wording::reason("no safety case of the rule holds here"),
    )
}

/// A person knows more than what is doubtful here; what no loop may run is to be checked.
fn level(level: Safety, rule: &Rule, site: Site, seen: &Evidence, said: &mut Wording) -> Safety {
    if !seen.doubts.is_empty() {
        return level.max(Safety::Review);
    }
    let why = (level == Safety::Safe).then(|| by_hand::driven(rule, site));
    match why.flatten() {
        Some(why) => {
            said.also_check(&why);
            Safety::Review
        }
        None => level,
    }
}

/// Appends what was not known, and the version that nobody said, where the answer rests on them.
fn with_doubts(mut reason: String, site: Site, evidence: &Evidence) -> String {
    if !evidence.doubts.is_empty() {
        let mut unknown = evidence.doubts.clone();
        // The rule and its safety case may have asked the same.
        unknown.sort();
        unknown.dedup();
        reason.push_str(&format!(" (not known: {})", unknown.join("; ")));
    }
    if evidence.asked_version {
        reason.extend(site.subject.target.assumption());
    }
    reason
}
