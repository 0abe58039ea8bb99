//! What had to be done to end what a site begins, and what of it a person has to look at.

use ruff_python_ast::ExprRef;
use ruff_text_size::Ranged;

use super::ending::other_pair;
use super::notebook::notebook;
use super::quiet::Cancelled;
use super::{endless, find, generator, leaving, quiet, runs, waits_for_others};
use crate::matching::answers::owned::{Owner, Teardown};
use crate::matching::shared::meets_cleanup;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::lifecycle::{Outcome, Reached};

impl<'a> Owner<'a> {
    /// Returns what of it is not on the closed list of what surely ends without harm.
    fn why_not_quiet(&self, subject: &Subject<'a>, site: NodeId) -> Option<String> {
        let ends = || quiet::teardown::why_not(subject, self);
        let stands = || quiet::class::why_not(subject, self);
        let why = quiet::why_not(subject, site, Cancelled::Newly);
        why.or_else(ends).or_else(stands)
    }

    /// Returns whether what runs ends soon where it is cancelled, with nothing lost but the wait.
    pub fn ends_quietly(&self, subject: &Subject<'a>) -> bool {
        quiet::ends(subject, &self.runs)
    }

    /// Returns whether that had to be done.
    pub fn has(&self, subject: &Subject<'a>, site: NodeId, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Many => self.runs_again,
            Outcome::NotRead => !self.is_read,
            Outcome::Signaled => self.is_told,
            Outcome::TeardownCreated => {
                matches!(self.teardown, Teardown::New(_) | Teardown::Override(_))
            }
            Outcome::TeardownRegistered => matches!(self.teardown, Teardown::Hook(_)),
            Outcome::OwnStart => matches!(self.teardown, Teardown::OwnStart(_)),
            Outcome::NotAwaited => !self.teardown.is_async(),
            Outcome::NotAlwaysReached => self.row.reached == Reached::Sometimes,
            Outcome::LeavesEarly => match self.teardown {
                Teardown::Own(method) => {
                    leaving::leaves_early(subject, method, self.stored.as_ref())
                }
                _ => false,
            },
            Outcome::BareYield => match self.teardown {
                Teardown::Behind(function, yields) => {
                    generator::finally_around(subject, function, yields).is_none()
                }
                _ => false,
            },
            Outcome::MayLack => self.may_lack,
            Outcome::OtherPair => {
                self.class.is_some() && other_pair(subject, self.row, self.method).is_some()
            }
            Outcome::EndsItself => {
                !self.runs.is_empty() && !endless::has_endless_loop(subject, &self.runs)
            }
            Outcome::WaitsForOthers => {
                waits_for_others::waits_for_others(subject, &self.ending(subject))
            }
            Outcome::EndedEarly => self.is_ended_early(subject, site),
            Outcome::LosesWork => endless::works_off(subject, &self.runs),
            // Asked where the reason can be told.
            Outcome::NotQuiet | Outcome::Unowned | Outcome::OwnerNotebook => false,
        }
    }
}

/// Whether what a site begins has an owner, and ends so with it; or has none, where that is asked.
pub(in crate::matching) fn ends_so(
    site: Site,
    outcome: Outcome,
    evidence: &mut Evidence,
) -> Answer {
    if outcome == Outcome::NotQuiet {
        let owner = find(site.subject, site.node).ok();
        let why = owner.and_then(|owner| owner.why_not_quiet(site.subject, site.node));
        return why.map_or(Answer::No, |why| {
            evidence.why(why);
            Answer::Yes
        });
    }
    match notebook(site.subject, site.node) {
        Ok(Some(notebook)) => notebook.has(outcome).into(),
        Ok(None) => {
            let owner = find(site.subject, site.node);
            let nobody = outcome == Outcome::Unowned;
            owner
                .map_or(nobody, |owner| owner.has(site.subject, site.node, outcome))
                .into()
        }
        Err(_) => (outcome == Outcome::Unowned).into(),
    }
}

/// Returns why a started value, or one of several, may not end quietly where it is cancelled; `None`: it does.
pub(in crate::matching) fn why_not_at_once<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    started: ExprRef<'a>,
) -> Option<String> {
    let calls = runs::starting(subject, started);
    let unseen = || {
        format!(
            "the code that `{}` runs is not in this file",
            &subject.text()[started.range()]
        )
    };
    match calls.is_empty() {
        true => Some(unseen()),
        false => calls.iter().find_map(|call| {
            let meets = || {
                let state = meets_cleanup(subject, site, *call, &runs::running(subject, *call))?;
                Some(format!("its cleanup and later code use `{state}`"))
            };
            quiet::why_not(subject, *call, Cancelled::Already).or_else(meets)
        }),
    }
}
