//! One text of a file → what is done to it: match → draft → settle → verify.
//!
//! Recipes that come `after` others are planned on the text which those leave. What they want there
//! and would want on the text before as well does not rest on the others: it is *promoted* to the
//! earlier layer, so that it stands without them.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::before::{Before, OnDisk, Prerequisite, RuleAt, rule_at};
use super::drafts::following::following;
use super::drafts::{Drafts, drafts};
use super::ignored::{Heeded, Ignored};
use super::recipes::Engine;
use super::tidy::{drop_replaced, tidy};
use crate::matching::subject::Subject;
use crate::plan::change::{Change, FilePlan, Finding, Layer, Postponed, Problem};
use crate::plan::problem::Gravity;
use crate::plan::ruling::Rulings;
use crate::plan::{needs, overlap, together};
use crate::project::Facts;
use crate::python::parse::Module;
use crate::python::suppression::Suppressions;
use crate::recipe::order::Stage;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::EditSet;
use crate::verify::{Checked, verified};

use promote::{Wish, wish};

pub(super) use addition::{Addition, Later, plan_addition};

mod addition;

mod converge;

mod promote;

/// Plans a file, until the recipes find nothing more to do in what they leave.
///
/// # Errors
/// Nothing of the file parses.
pub(super) fn plan_file(
    engine: &Engine,
    source: SourceFile,
    rulings: Rulings,
    facts: &dyn Facts,
) -> Result<Finished, Problem> {
    let mut strata = Strata::new(engine, rulings, facts);
    strata.plan_all(source)?;
    strata.converge(0);
    Ok(strata.finish())
}

/// Plans each stratum of a file once.
///
/// # Errors
/// Nothing of the file parses.
pub(super) fn plan_once(
    engine: &Engine,
    source: SourceFile,
    facts: &dyn Facts,
) -> Result<FilePlan, Problem> {
    let mut strata = Strata::new(engine, Rulings::default(), facts);
    strata.plan_all(source)?;
    Ok(strata.finish().plan)
}

/// Goes on with a plan, as what it asks other files has other answers now: what it wants there is put on
/// top, and requires the changes that made it possible. What is found now is all that is found.
pub(super) fn plan_on(
    engine: &Engine,
    mut plan: FilePlan,
    facts: &dyn Facts,
    prerequisites: &[Prerequisite],
) -> Finished {
    let Ok(after) = plan.after() else {
        return Finished::of(plan);
    };
    if plan.rulings.follows().is_empty() && !engine.may_match(Stage::File, &after) {
        return Finished::of(plan);
    }
    plan.findings.clear();
    let planned = plan.layers.len();
    let mut strata = Strata::new(engine, Rulings::default(), facts);
    strata.plan = plan;
    strata.elsewhere = prerequisites;
    // The text parses, or the plan would not leave it.
    strata.plan_all(after).ok();
    if strata.plan.wanted_from(planned).next().is_some() {
        strata.converge(planned);
    }
    strata.finish()
}

/// What came of a file.
pub(super) struct Finished {
    pub(super) plan: FilePlan,
    pub(super) problems: Vec<Problem>,
    /// The comments that kept a recipe from a site.
    pub(super) heeded: Heeded,
    /// All comments, if the file on disk was looked at.
    pub(super) comments: Option<Suppressions>,
}

impl Finished {
    fn of(plan: FilePlan) -> Self {
        Self {
            plan,
            problems: Vec::new(),
            heeded: Heeded::new(),
            comments: None,
        }
    }
}

/// What is done to one text, and what later recipes would do to it.
struct Planned {
    /// The last stratum that was planned: the first that wants something.
    stratum: usize,
    settled: Settled,
    /// Drafts of the recipes of later strata on the same text.
    later: Drafts,
    /// What the recipes of its stratum and of later ones drafted, whatever came of it.
    wishes: FxHashSet<Wish>,
    /// Whether recipes of earlier strata want something as well.
    is_unstable: bool,
}

/// Changes of one text with their outcome.
struct Settled {
    changes: Vec<Change>,
    findings: Vec<Finding>,
    postponed: Vec<Postponed>,
    edits: EditSet,
    /// The file with the wanted changes made; `None` when none is wanted.
    after: Option<Checked>,
    /// Parts of the text that do not parse.
    problems: Vec<Problem>,
    heeded: Heeded,
}

impl Settled {
    fn heeding(self, heeded: Heeded) -> Self {
        Self { heeded, ..self }
    }
}

/// A file on its way through the strata.
struct Strata<'e> {
    engine: &'e Engine<'e>,
    facts: &'e dyn Facts,
    /// Changes of other files that made possible what is planned.
    elsewhere: &'e [Prerequisite],
    plan: FilePlan,
    problems: Vec<Problem>,
    heeded: Heeded,
    comments: OnceCell<Suppressions>,
    /// Whether no recipe wants anything on the text that the layers leave.
    is_stable: bool,
    /// What rules say of the file on disk.
    told: OnceCell<OnDisk>,
}

impl<'e> Strata<'e> {
    fn new(engine: &'e Engine<'e>, rulings: Rulings, facts: &'e dyn Facts) -> Self {
        Self {
            engine,
            facts,
            elsewhere: &[],
            plan: empty_plan(engine, rulings),
            problems: Vec::new(),
            heeded: Heeded::new(),
            comments: OnceCell::new(),
            is_stable: false,
            told: OnceCell::new(),
        }
    }

    /// Keeps what drafts of the file on disk say; no text is planned before that.
    fn note_told(&self, drafts: &[&Drafts]) {
        if self.plan.layers.is_empty() {
            self.told.set(told_by(drafts)).ok();
        }
    }

    /// Returns what rules say of the file on disk, which is searched once more where it was not.
    fn told(&self) -> &OnDisk {
        self.told.get_or_init(|| {
            let plan = empty_plan(self.engine, self.plan.rulings.clone());
            let source = self.plan.original();
            let told = self.analyze(source, None, |subject| {
                let before = Before::new(&plan, source);
                let ignored = Ignored::of(self.engine.heeding(), subject, &before);
                let rulings = &plan.rulings;
                let (matches, _) = self.engine.search(subject, Stage::File, rulings, &ignored);
                told_by(&[&drafts(
                    subject,
                    &before,
                    &matches.iter().collect::<Vec<_>>(),
                )])
            });
            told.unwrap_or_default()
        })
    }

    fn level(&self) -> Safety {
        self.plan.level
    }

    fn analyze<T>(
        &self,
        source: &SourceFile,
        parsed: Option<Module>,
        ask: impl FnOnce(&Subject) -> T,
    ) -> Result<T, Problem> {
        let Self { engine, facts, .. } = self;
        engine
            .analyze(source, parsed, *facts, ask)
            .map_err(|broken| Problem::of_broken(source, &broken, Gravity::Failure))
    }

    fn plan_all(&mut self, source: SourceFile) -> Result<(), Problem> {
        let mut planned = self.plan_text(&source, None, 0)?;
        let mut current = source;
        loop {
            let next = planned.stratum + 1;
            drop_replaced(&mut self.plan, planned.settled.edits.edits());
            let n_findings = self.plan.findings.len();
            self.is_stable = !planned.is_unstable;
            let Some(after) = self.push(current, planned.settled) else {
                // All later strata were settled on this text too.
                return Ok(());
            };
            let Some((after, following)) = self.plan_after(after, next)? else {
                return Ok(());
            };
            let promoted = self.promote(planned.later, &following, n_findings)?;
            (current, planned) = match promoted {
                Some((source, settled)) => {
                    let later = Drafts::default();
                    let planned = Planned {
                        settled,
                        later,
                        ..planned
                    };
                    (source, planned)
                }
                None => (after, following),
            };
        }
    }

    /// Plans the text that the layers leave; `None`: most often the words went with the sites.
    fn plan_after(
        &mut self,
        after: Checked,
        next: usize,
    ) -> Result<Option<(SourceFile, Planned)>, Problem> {
        let Checked { source, module } = after;
        if !self.engine.may_match(Stage::File, &source) {
            self.is_stable = true;
            return Ok(None);
        }
        let planned = self.plan_text(&source, module, next)?;
        Ok(Some((source, planned)))
    }

    /// Plans a stratum on a text; where it wants nothing, the next one as well, and so on.
    fn plan_text(
        &self,
        source: &SourceFile,
        parsed: Option<Module>,
        first: usize,
    ) -> Result<Planned, Problem> {
        let told = |rule: &RuleAt| self.told().get(rule).cloned();
        let before = Before::new(&self.plan, source)
            .requiring(self.elsewhere)
            .telling(&told);
        self.analyze(source, parsed, |subject| {
            self.plan_subject(subject, &before, first)
        })
    }

    fn plan_subject(&self, subject: &Subject, before: &Before<'_>, first: usize) -> Planned {
        let ignored = Ignored::of(self.engine.heeding(), subject, before);
        let rulings = &self.plan.rulings;
        let (matches, mut heeded) = self.engine.search(subject, Stage::File, rulings, &ignored);
        let chosen = |wanted: &dyn Fn(usize) -> bool| {
            let is_wanted = |order: usize| wanted(self.engine.strata[order]);
            let found = matches.iter().filter(|found| is_wanted(found.order));
            let mut drafts = drafts(subject, before, &found.collect::<Vec<_>>());
            drafts.follow(following(self.engine, subject, before, &is_wanted));
            drafts
        };
        let wants = |drafts: &Drafts| drafts.are_wanted(self.level());
        let mut earlier = chosen(&|other| other < first);
        earlier.withhold(subject, &ignored, self.level());
        let mut stratum = first;
        let mut own = chosen(&|other| other == first);
        heeded.extend(own.withhold(subject, &ignored, self.level()));
        while !wants(&own) && stratum + 1 < self.engine.n_strata() {
            stratum += 1;
            own.extend(chosen(&|other| other == stratum));
            heeded.extend(own.withhold(subject, &ignored, self.level()));
        }
        let later = chosen(&|other| other > stratum);
        self.note_told(&[&own, &later]);
        // Of several texts the file on disk is the first.
        self.comments.set(ignored.said).ok();
        Planned {
            stratum,
            wishes: own.changes.iter().chain(&later.changes).map(wish).collect(),
            settled: self.settle(subject, own).heeding(heeded),
            later,
            is_unstable: wants(&earlier),
        }
    }

    fn settle(&self, subject: &Subject, drafts: Drafts) -> Settled {
        let (changes, left) = together::settle(drafts.changes, self.level());
        let (changes, edits, after) = verified(subject, changes, self.level());
        let mut findings = [drafts.findings, left].concat();
        if !findings.is_empty() && !changes.is_empty() {
            let replaced = needs::all_edits(subject, &changes, Safety::Review);
            findings = overlap::drop_covered(findings, &changes, &replaced);
        }
        let broken = subject.module.broken().iter();
        Settled {
            changes,
            findings,
            postponed: drafts.postponed,
            edits,
            after,
            problems: broken
                .map(|broken| Problem::of_broken(subject.source, broken, Gravity::Fault))
                .collect(),
            heeded: Heeded::new(),
        }
    }

    /// Adds a layer, unless nothing is wanted on its text; returns the text it leaves.
    fn push(&mut self, source: SourceFile, settled: Settled) -> Option<Checked> {
        let is_first = self.plan.layers.is_empty();
        self.plan.findings.extend(settled.findings);
        if is_first {
            self.plan.postponed.extend(settled.postponed);
        }
        self.heeded.extend(settled.heeded);
        if is_first {
            self.problems = settled.problems;
        }
        if is_first || !settled.changes.is_empty() {
            self.plan.layers.push(Layer {
                source,
                changes: settled.changes,
                edits: settled.edits,
            });
        }
        settled.after
    }

    fn finish(self) -> Finished {
        let mut plan = self.plan;
        tidy(&mut plan);
        Finished {
            plan,
            problems: self.problems,
            heeded: self.heeded,
            comments: self.comments.into_inner(),
        }
    }
}

fn empty_plan(engine: &Engine, rulings: Rulings) -> FilePlan {
    FilePlan::begun(engine.settings.level, engine.settings.applied, rulings)
}

/// Returns what drafts of the file on disk say.
fn told_by(drafts: &[&Drafts]) -> OnDisk {
    let mut told = OnDisk::default();
    for Drafts {
        changes, findings, ..
    } in drafts
    {
        for change in changes {
            let first = change.sites.first().map(|site| rule_at(site, true));
            told.extend(first.map(|at| (at, change.said.clone())));
        }
        for finding in findings {
            told.insert(rule_at(&finding.site, false), finding.said.clone());
        }
    }
    told
}
