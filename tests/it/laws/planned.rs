//! The engine as the laws see it; all that they know of its interface.

use std::sync::OnceLock;

use awaitify::engine::{Engine, Settings};
use awaitify::matching::analysis::{Tables, analyze, parse};
use awaitify::matching::subject::Target;
use awaitify::plan::change::{Change, ChangeId, FilePlan, Finding, Layer, Status};
use awaitify::plan::needs::resolve;
use awaitify::project::Alone;
use awaitify::recipe::safety::Safety;
use awaitify::source::SourceFile;
use awaitify::text::edit::{Edit, EditSet};
use ruff_text_size::{Ranged, TextRange};

use crate::support::{catalog, recipes};

use super::check::{Observed, Replacement};
use super::spelling::LOOPS;
use super::syntax::Form;

/// The target of all plans.
pub(crate) const PYTHON: (u8, u8) = (3, 11);

/// A file and what would happen in it, at the level `review`.
pub(crate) struct Planned {
    source: SourceFile,
    /// `None`: nothing to say.
    plan: Option<FilePlan>,
}

/// Returns the engine with all shipped recipes.
fn engine() -> &'static Engine<'static> {
    static ENGINE: OnceLock<Engine<'static>> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let settings = Settings {
            target: Some(PYTHON),
            ..Settings::new(Safety::Review)
        };
        Engine::new(catalog(), &recipes(), settings).expect("the shipped recipes have an order")
    })
}

impl Planned {
    /// Returns `None` for a file that the reader refuses.
    pub(crate) fn new(path: &str, bytes: &[u8]) -> Option<Self> {
        let source = SourceFile::from_bytes(path, bytes.to_vec()).ok()?;
        let outcome = engine().plan_source(source.clone(), &Alone);
        Some(Self {
            source,
            plan: outcome.plan,
        })
    }

    /// Returns the text before.
    pub(crate) fn text(&self) -> &str {
        self.source.text()
    }

    fn layers(&self) -> &[Layer] {
        self.plan.as_ref().map_or(&[], |plan| &plan.layers)
    }

    fn findings(&self) -> &[Finding] {
        self.plan.as_ref().map_or(&[], |plan| &plan.findings)
    }

    fn changes(&self) -> impl Iterator<Item = &Change> {
        self.layers().iter().flat_map(wanted)
    }

    /// Returns the changes that would be made.
    pub(crate) fn ids(&self) -> Vec<&ChangeId> {
        self.changes().map(|change| &change.id).collect()
    }

    fn after(&self) -> Result<SourceFile, String> {
        match &self.plan {
            None => Ok(self.source.clone()),
            Some(plan) => plan.after().map_err(|error| format!("law 4: {error}")),
        }
    }

    /// Returns the file with all changes made.
    pub(crate) fn after_bytes(&self) -> Result<Vec<u8>, String> {
        Ok(self.after()?.bytes().to_vec())
    }

    /// Returns some of the changes to the file's own text, each with all that it requires: what later
    /// layers do rests on all of them.
    pub(crate) fn some_changes(&self, mut choose: impl FnMut() -> bool) -> Vec<&Change> {
        let first = self.layers().first();
        let chosen = first.into_iter().flat_map(wanted).filter(|_| choose());
        let mut chosen: Vec<&Change> = chosen.collect();
        loop {
            let ids: Vec<&ChangeId> = chosen.iter().map(|change| &change.id).collect();
            let is_whole = |change: &&Change| change.requires.iter().all(|id| ids.contains(&id));
            let whole: Vec<&Change> = chosen.iter().copied().filter(is_whole).collect();
            if whole.len() == chosen.len() {
                return whole;
            }
            chosen = whole;
        }
    }

    /// Returns the text with only these changes made.
    pub(crate) fn text_after(&self, changes: &[&Change]) -> Result<String, String> {
        let target = Target {
            version: PYTHON,
            assumed: false,
        };
        let module = parse(&self.source, target, &Alone).map_err(|broken| broken.message)?;
        let set = analyze(
            &self.source,
            &module,
            target,
            None,
            &Tables::new(catalog()),
            &Alone,
            |subject| resolve(subject, changes).map_err(|overlap| overlap.to_string()),
        )?;
        let after = self
            .source
            .with_text(&set)
            .map_err(|error| error.to_string())?;
        Ok(after.text().to_owned())
    }

    /// Returns the comments that reasons say are lost.
    pub(crate) fn lost_comments(&self) -> String {
        let named = self.changes().filter_map(|change| {
            change
                .said
                .check
                .as_deref()?
                .split_once("a comment that would be lost: ")
        });
        named.map(|(_, comments)| comments).collect()
    }

    /// Returns what each layer does to its text.
    pub(crate) fn observe(&self, form: Form, generated: bool) -> Result<Vec<Observed>, String> {
        let last = self.after()?;
        let layers = self.layers();
        let observe = |(idx, layer): (usize, &Layer)| {
            let next = layers.get(idx + 1).map_or(&last, |layer| &layer.source);
            let ranges = wanted(layer)
                .flat_map(|change| &change.sites)
                .map(|site| site.range);
            Ok(Observed {
                form,
                before: layer.source.text().to_owned(),
                edits: own_edits(layer)?,
                // Later layers stand on another text than the one sites point into.
                sites: if idx == 0 {
                    ranges.map(usize_range).collect()
                } else {
                    Vec::new()
                },
                after: next.text().to_owned(),
                housekeeping: generated.then_some(LOOPS),
                lost_comments: self.lost_comments(),
                new_cell: new_cell(layer),
            })
        };
        layers.iter().enumerate().map(observe).collect()
    }

    /// Checks that nothing was withdrawn: then a recipe broke a law, and only verification saw it.
    pub(crate) fn check_withdrawn(&self) -> Result<(), String> {
        let mut changes = self.layers().iter().flat_map(|layer| &layer.changes);
        let why = changes.find_map(|change| match &change.status {
            Status::Withdrawn { why } => Some(format!("withdrawn: {}: {why}", change.id.0)),
            Status::Proposed | Status::Conflict { .. } => None,
        });
        why.map_or(Ok(()), Err)
    }

    /// Checks that everything has a place, a recipe, a level and a reason (law 8).
    pub(crate) fn check_words(&self) -> Result<(), String> {
        for change in self.changes() {
            let complete = |site: &awaitify::plan::change::Site| {
                site.position.line > 0 && !site.rule.is_empty()
            };
            let placed = !change.sites.is_empty() && change.sites.iter().all(complete);
            if change.safety == Safety::Manual || !placed {
                return Err(format!("law 8: {} has no level or place", change.id.0));
            }
            check_reason(&change.recipe, &change.said.reason)?;
        }
        let sites = self.layers().iter().flat_map(|layer| &layer.changes);
        let sites = sites.flat_map(|change| &change.sites);
        for site in sites.chain(self.findings().iter().map(|finding| &finding.site)) {
            let start = site.range.start();
            let here = self.text()[start.to_usize()..].chars().next();
            let is_code = here.is_some_and(|c| !c.is_whitespace() && c != '#');
            if !is_code || self.source.position(start) != site.position {
                return Err(format!(
                    "law 8: {} {:?} is no code",
                    site.recipe, site.position
                ));
            }
        }
        for finding in self.findings() {
            check_reason(&finding.site.recipe, &finding.said.reason)?;
        }
        Ok(())
    }
}

fn check_reason(recipe: &str, reason: &str) -> Result<(), String> {
    let gaps = ["{$", "{why}", "{names}", "{sign}"];
    let unfilled = gaps.iter().any(|gap| reason.contains(gap));
    if recipe.is_empty() || reason.trim().is_empty() || unfilled {
        return Err(format!("law 8: the reason of {recipe} is {reason:?}"));
    }
    Ok(())
}

fn wanted(layer: &Layer) -> impl Iterator<Item = &Change> {
    layer
        .changes
        .iter()
        .filter(|change| change.is_wanted(Safety::Review))
}

fn new_cell(layer: &Layer) -> String {
    let mut edits = layer.edits.edits().iter();
    let cell = edits.find(|edit| edit.is_cell());
    cell.map_or_else(String::new, |edit| edit.text().to_owned())
}

fn own_edits(layer: &Layer) -> Result<Vec<Replacement>, String> {
    let edits = wanted(layer)
        .flat_map(|change| change.edits.clone())
        .collect();
    let shifts = wanted(layer)
        .flat_map(|change| change.shifts.clone())
        .collect();
    let set = EditSet::new(edits, shifts).map_err(|overlap| format!("law 4: {overlap}"))?;
    let replacement = |edit: &Edit| Replacement {
        range: usize_range(edit.range()),
        text: edit.text().to_owned(),
    };
    Ok(set
        .flattened(layer.source.text())
        .iter()
        .map(replacement)
        .collect())
}

fn usize_range(range: TextRange) -> std::ops::Range<usize> {
    range.start().into()..range.end().into()
}
