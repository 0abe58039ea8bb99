//! One text of a file → what is done to it: match → draft → settle → verify.
//!
//! Recipes that come `after` others are planned on the text which those leave. What they want there
//! and would want on the text before as well does not rest on the others: it is *promoted* to the
//! earlier layer, so that it stands without them.

use super::Engine;
use super::analysis::analyze;
use super::drafts::{Drafts, drafts};
use crate::matching::search;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, FilePlan, Finding, Layer, Problem, Site, Status};
use crate::plan::{needs, overlap};
use crate::project::Facts;
use crate::python::parse::Broken;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::EditSet;
use crate::verify::verified;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

/// What is done to one text, and what later recipes would do to it.
struct Planned {
    settled: Settled,
    /// Drafts of the recipes of later strata on the same text; empty once they are settled too.
    later: Drafts,
    problems: Vec<Problem>,
}

/// Changes of one text with their outcome.
struct Settled {
    changes: Vec<Change>,
    findings: Vec<Finding>,
    edits: EditSet,
    /// The file with the wanted changes made; `None` when none is wanted.
    after: Option<SourceFile>,
}

/// Plans all strata of a file.
///
/// # Errors
/// Nothing of the file parses.
pub(super) fn plan_layers(
    engine: &Engine,
    source: SourceFile,
    facts: &dyn Facts,
) -> Result<(FilePlan, Vec<Problem>), Broken> {
    let mut plan = FilePlan {
        layers: Vec::new(),
        findings: Vec::new(),
    };
    let mut problems = Vec::new();
    let mut current = source;
    for stratum in 0..engine.n_strata() {
        let mut planned = plan_text(engine, &current, &plan, stratum, facts)?;
        if plan.layers.is_empty() {
            problems = std::mem::take(&mut planned.problems);
        }
        if let Some(after) = &planned.settled.after
            && !planned.later.changes.is_empty()
        {
            let independent =
                independent(engine, &current, after, &mut plan, &planned, stratum, facts)?;
            if !independent.is_empty() {
                planned.settled =
                    settle_again(engine, &current, planned.settled, independent, facts)?;
            }
        }
        let Settled {
            changes,
            findings,
            edits,
            after,
        } = planned.settled;
        plan.findings.extend(findings);
        if plan.layers.is_empty() || !changes.is_empty() {
            plan.layers.push(Layer {
                source: current.clone(),
                changes,
                edits,
            });
        }
        match after {
            Some(after) => current = after,
            // All later strata were settled on this text too.
            None => break,
        }
    }
    drop_taken_up(&mut plan);
    plan.findings.sort_by(|a, b| place(a).cmp(&place(b)));
    plan.findings
        .dedup_by(|a, b| place(a) == place(b) && a.reason == b.reason);
    Ok((plan, problems))
}

/// A change that lost its place in one layer and is made in a later one is no conflict.
fn drop_taken_up(plan: &mut FilePlan) {
    let made: FxHashSet<(String, TextRange)> = plan
        .changes()
        .filter(|change| change.status == Status::Proposed)
        .flat_map(|change| {
            change
                .sites
                .iter()
                .map(|site| (change.recipe.clone(), site.range))
        })
        .collect();
    for layer in &mut plan.layers {
        layer.changes.retain(|change| {
            let key = |site: &Site| (change.recipe.clone(), site.range);
            !matches!(change.status, Status::Conflict { .. })
                || !change.sites.iter().any(|site| made.contains(&key(site)))
        });
    }
}

fn place(finding: &Finding) -> (u32, &str, &str) {
    let site = &finding.site;
    (site.range.start().to_u32(), &site.recipe, &site.rule)
}

/// Plans a stratum on a text; where it wants nothing, the strata after it as well.
fn plan_text(
    engine: &Engine,
    source: &SourceFile,
    before: &FilePlan,
    stratum: usize,
    facts: &dyn Facts,
) -> Result<Planned, Broken> {
    analyze(
        source,
        engine.target(source, facts),
        &engine.tables,
        facts,
        |subject| {
            let matches = search(subject, &engine.recipes, &engine.dispatch);
            let of = |wanted: &dyn Fn(usize) -> bool| {
                let chosen: Vec<_> = matches
                    .iter()
                    .filter(|found| wanted(engine.strata[found.order]))
                    .collect();
                drafts(subject, before, engine.settings.level, &chosen)
            };
            let own = of(&|found| found == stratum);
            let later = of(&|found| found > stratum);
            let wants_something = own
                .changes
                .iter()
                .any(|(_, change)| change.is_wanted(engine.settings.level));
            let (own, later) = if wants_something {
                (own, later)
            } else {
                (joined(own, later), Drafts::default())
            };
            let broken = subject.module.broken().iter();
            Planned {
                settled: settle(engine, subject, own),
                later,
                problems: broken
                    .map(|broken| problem(source, broken, false))
                    .collect(),
            }
        },
    )
}

fn joined(mut one: Drafts, other: Drafts) -> Drafts {
    one.changes.extend(other.changes);
    one.findings.extend(other.findings);
    one
}

fn settle(engine: &Engine, subject: &Subject, drafts: Drafts) -> Settled {
    let changes = overlap::settle(drafts.changes);
    let (changes, edits, after) = verified(subject, changes, engine.settings.level);
    let replaced = needs::all_edits(subject, &changes, Safety::Review);
    let findings = overlap::drop_covered(drafts.findings, &changes, &replaced);
    Settled {
        changes,
        findings,
        edits,
        after,
    }
}

/// The later recipes' changes that they want on the new text and on the old one alike.
fn independent(
    engine: &Engine,
    current: &SourceFile,
    after: &SourceFile,
    plan: &mut FilePlan,
    planned: &Planned,
    stratum: usize,
    facts: &dyn Facts,
) -> Result<Vec<(usize, Change)>, Broken> {
    // The new text's places lead back through this layer.
    plan.layers.push(Layer {
        source: current.clone(),
        changes: Vec::new(),
        edits: planned.settled.edits.clone(),
    });
    let on_new = analyze(
        after,
        engine.target(current, facts),
        &engine.tables,
        facts,
        |subject| {
            let matches = search(subject, &engine.recipes, &engine.dispatch);
            let later: Vec<_> = matches
                .iter()
                .filter(|found| engine.strata[found.order] > stratum)
                .collect();
            drafts(subject, plan, engine.settings.level, &later)
        },
    );
    plan.layers.pop();
    let on_new = on_new?;
    let site = |change: &Change| {
        change
            .sites
            .first()
            .map(|site| (site.range.start(), site.rule.clone()))
    };
    let stays = |(order, change): &&(usize, Change)| {
        on_new
            .changes
            .iter()
            .any(|(other, new)| other == order && site(new) == site(change))
    };
    Ok(planned
        .later
        .changes
        .iter()
        .filter(stays)
        .cloned()
        .collect())
}

/// Settles a layer once more, with the promoted changes among the others.
fn settle_again(
    engine: &Engine,
    current: &SourceFile,
    settled: Settled,
    promoted: Vec<(usize, Change)>,
    facts: &dyn Facts,
) -> Result<Settled, Broken> {
    let order = |change: &Change| {
        engine
            .recipes
            .iter()
            .position(|recipe| recipe.id == change.recipe)
            .unwrap_or(0)
    };
    let own = settled
        .changes
        .into_iter()
        .map(|change| (order(&change), change));
    let drafts = Drafts {
        changes: own.chain(promoted).collect(),
        findings: settled.findings,
    };
    analyze(
        current,
        engine.target(current, facts),
        &engine.tables,
        facts,
        |subject| settle(engine, subject, drafts),
    )
}

/// A cell or file that does not parse, as a person reads it.
pub(super) fn problem(source: &SourceFile, broken: &Broken, fatal: bool) -> Problem {
    Problem {
        path: source.path().to_owned(),
        position: Some(source.position(broken.at.start())),
        message: format!("does not parse: {}", broken.message),
        fatal,
    }
}
