//! A file as earlier stages leave it → what a later stage does to it, as a layer on top.

use std::borrow::Cow;

use super::{Strata, empty_plan, told_by};
use crate::engine::before::{Before, OnDisk, Prerequisite, RuleAt};
use crate::engine::drafts::drafts;
use crate::engine::ignored::{Heeded, Ignored};
use crate::engine::recipes::Engine;
use crate::engine::settings::MAX_TURNS;
use crate::engine::tidy::tidy;
use crate::matching::Match;
use crate::matching::entry::AskedPackages;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, FilePlan, Finding, Layer, Problem, Status};
use crate::plan::law::BrokenLaw;
use crate::plan::ruling::Rulings;
use crate::project::Facts;
use crate::recipe::order::Stage;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::verify::Checked;

/// What a later stage does to a file, on top of what is planned for it.
pub(in crate::engine) struct Addition {
    /// None: there is nothing to say.
    layers: Vec<Layer>,
    findings: Vec<Finding>,
    /// The comments that kept a recipe from a site.
    pub(in crate::engine) heeded: Heeded,
}

impl Addition {
    /// Puts it on a plan, which is begun for it where there is none.
    pub(in crate::engine) fn put_on(self, plan: &mut Option<FilePlan>, engine: &Engine) {
        if self.layers.is_empty() {
            return;
        }
        let plan = plan.get_or_insert_with(|| empty_plan(engine, Rulings::default()));
        for layer in self.layers {
            if plan.layers.is_empty() || !layer.changes.is_empty() {
                plan.layers.push(layer);
            }
        }
        plan.findings.extend(self.findings);
        tidy(plan);
    }
}

/// Plans a later stage of a file, whose text the plan so far leaves, with `prerequisites` among the changes
/// of other files.
///
/// # Errors
/// Nothing of the file parses.
pub(in crate::engine) fn plan_addition(
    later: &Later,
    earlier: Option<&FilePlan>,
    current: SourceFile,
    prerequisites: &dyn Fn() -> Vec<Prerequisite>,
) -> Result<Addition, Problem> {
    let strata = Strata::new(later.engine, Rulings::default(), later.facts);
    let mut plan = Cow::Borrowed(earlier.unwrap_or(&strata.plan));
    let draft_all = |plan: &FilePlan,
                     source: &SourceFile,
                     parsed,
                     prerequisites: &dyn Fn() -> Vec<Prerequisite>| {
        let told = |rule: &RuleAt| told_on_disk(later, &strata, plan).get(rule).cloned();
        strata.analyze(source, parsed, |subject| {
            let ignored = Ignored::of(later.engine.heeding(), subject, &Before::new(plan, source));
            let (matches, heeded) = later.matches(subject, &ignored);
            // To know what they require may take a look at the whole project.
            let required = (!matches.is_empty())
                .then(prerequisites)
                .unwrap_or_default();
            let before = Before::new(plan, source).requiring(&required);
            let before = before.telling(&told);
            let mut drafts = drafts(subject, &before, &matches.iter().collect::<Vec<_>>());
            drafts.leave_followed(subject);
            let also = drafts.withhold(subject, &ignored, plan.level);
            let heeded = heeded.into_iter().chain(also).collect();
            strata.settle(subject, drafts).heeding(heeded)
        })
    };
    let (mut layers, mut findings, mut heeded) = (Vec::new(), Vec::new(), Heeded::new());
    let mut next = Some((current, None));
    while let Some((source, parsed)) = next.take() {
        let settled = draft_all(&plan, &source, parsed, prerequisites)?;
        heeded.extend(settled.heeded);
        findings.extend(settled.findings);
        if settled.changes.is_empty() && findings.is_empty() {
            break;
        }
        let mut layer = Layer {
            source,
            changes: settled.changes,
            edits: settled.edits,
        };
        if let Some(Checked { source, module }) = settled.after {
            match layer.changes.iter().any(is_loser) && layers.len() < MAX_TURNS {
                // What lost its place goes on top.
                true => {
                    plan.to_mut().layers.push(layer.clone());
                    next = Some((source, module));
                }
                // Law 3: nothing is left to do.
                false => {
                    let again = draft_all(&plan, &source, module, &Vec::new)?.changes;
                    withdraw_unstable(&mut layer, &again, plan.level);
                }
            }
        }
        layers.push(layer);
    }
    Ok(Addition {
        layers,
        findings,
        heeded,
    })
}

/// Another change took its place.
fn is_loser(change: &Change) -> bool {
    matches!(change.status, Status::Conflict { .. })
}

/// Takes a layer back that leaves more to do.
fn withdraw_unstable(layer: &mut Layer, again: &[Change], level: Safety) {
    let wanted = again.iter().filter(|change| change.is_wanted(level));
    if let Some(why) = BrokenLaw::unstable(wanted.map(|change| change.recipe.as_str())) {
        layer.withdraw(level, &why);
    }
}

/// Returns what the rules of the stage say of the file on disk.
fn told_on_disk<'s>(later: &Later, strata: &'s Strata, plan: &FilePlan) -> &'s OnDisk {
    strata.told.get_or_init(|| {
        let source = plan.original();
        let told = strata.analyze(source, None, |subject| {
            let before = Before::new(&strata.plan, source);
            let ignored = Ignored::of(later.engine.heeding(), subject, &before);
            let (matches, _) = later.matches(subject, &ignored);
            let matches: Vec<_> = matches.iter().collect();
            told_by(&[&drafts(subject, &before, &matches)])
        });
        told.unwrap_or_default()
    })
}

/// A stage of a file, and what it sees of the others.
pub(in crate::engine) struct Later<'e> {
    pub(in crate::engine) engine: &'e Engine<'e>,
    pub(in crate::engine) facts: &'e dyn Facts,
    pub(in crate::engine) stage: Stage,
    /// Of which recipes and packages entries are asked for.
    pub(in crate::engine) asked: &'e AskedPackages<'e>,
}

impl<'e> Later<'e> {
    fn matches<'a>(
        &self,
        subject: &Subject<'a>,
        ignored: &Ignored,
    ) -> (Vec<Match<'e, 'a>>, Heeded) {
        let (engine, rulings) = (self.engine, Rulings::default());
        match self.stage {
            Stage::Entries => engine.search_entries(subject, self.asked, ignored),
            stage => engine.search(subject, stage, &rulings, ignored),
        }
    }
}
