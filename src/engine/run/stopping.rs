//! What keeps a change from being made, perhaps in other files → findings where that stands.

use std::collections::BTreeMap;

use ruff_text_size::TextRange;

use super::Run;
use crate::engine::before::{Before, Way};
use crate::engine::ignored::{Heeded, Ignored};
use crate::engine::recipes::Engine;
use crate::engine::tidy::sort_findings;
use crate::plan::change::{FilePlan, Finding, Site};
use crate::plan::stop::Stop;
use crate::recipe::Severity;
use crate::source::SourceFile;
use crate::text::wording::Wording;

/// A place that keeps a change from being made, and the finding that says so of the change.
struct Stopping {
    stop: Stop,
    recipe: String,
    rule: String,
    severity: Severity,
}

impl Run<'_> {
    /// Adds a finding at each place that keeps a change from being made, where the file is part of the run, its recipe
    /// is on, and no comment turns it off.
    pub(super) fn tell_stops(&mut self) {
        let mut by_file: BTreeMap<usize, Vec<Stopping>> = BTreeMap::new();
        for told in self.take_stops() {
            if let Some(place) = self.place(&told.stop.file) {
                by_file.entry(place).or_default().push(told);
            }
        }
        for (place, told) in by_file {
            self.tell_in(place, told);
        }
    }

    fn take_stops(&mut self) -> Vec<Stopping> {
        let plans = self.files.iter_mut();
        let plans = plans.filter_map(|file| file.outcome.plan.as_mut());
        let findings = plans.flat_map(|plan| &mut plan.findings);
        let stops = findings.flat_map(|finding| {
            let stops = std::mem::take(&mut finding.stops).into_iter();
            stops.map(|stop| Stopping {
                stop,
                recipe: finding.site.recipe.clone(),
                rule: finding.site.rule.clone(),
                severity: finding.severity,
            })
        });
        stops.collect()
    }

    fn tell_in(&mut self, place: usize, mut told: Vec<Stopping>) {
        let file = &self.files[place];
        told.retain(|it| file.engine.rule(&it.recipe, &it.rule).is_some());
        if told.is_empty() || file.outcome.is_generated {
            return;
        }
        let Some(untouched) = self.untouched(place) else {
            return;
        };
        let plan = file.plan().unwrap_or(&untouched);
        let found = told.into_iter().filter_map(|it| found(plan, it)).collect();
        let (found, heeded) = self.unless_ignored(file.engine, &untouched, found);
        let outcome = &mut self.files[place].outcome;
        outcome.heeded.extend(heeded);
        if !found.is_empty() {
            let plan = outcome.plan.get_or_insert(untouched);
            plan.findings.extend(found);
            sort_findings(plan);
        }
    }

    /// Leaves out what a comment of the file on disk turns off; returns those comments, too.
    fn unless_ignored(
        &self,
        engine: &Engine,
        untouched: &FilePlan,
        mut found: Vec<Finding>,
    ) -> (Vec<Finding>, Heeded) {
        let mut heeded = Heeded::new();
        let source = untouched.original();
        let asked = engine.analyze(source, None, self.on_disk, |subject| {
            let ignored = Ignored::of(engine.heeding(), subject, &Before::new(untouched, source));
            found.retain(|finding| {
                let comments = ignored.keeping(&finding.site.recipe, finding.site.range.start());
                let is_open = comments.is_empty();
                heeded.extend(comments);
                is_open
            });
        });
        // It parsed when the places were found.
        asked.ok();
        (found, heeded)
    }
}

/// Returns the finding at a place, if that is in the file on disk.
fn found(plan: &FilePlan, told: Stopping) -> Option<Finding> {
    let Stopping {
        stop,
        recipe,
        rule,
        severity,
    } = told;
    let range = on_disk(plan, &stop)?;
    Some(Finding {
        site: Site {
            range,
            position: plan.original().position(range.start()),
            recipe,
            rule,
        },
        within: stop.within,
        severity,
        is_minor: false,
        said: Wording::reason(stop.why),
        stops: Vec::new(),
    })
}

/// Returns where a place of one of the file's texts is on disk.
fn on_disk(plan: &FilePlan, stop: &Stop) -> Option<TextRange> {
    let has_it = |source: &SourceFile| {
        let text = source.text().get(stop.range.to_std_range());
        text == Some(&stop.text)
    };
    let layers = &plan.layers;
    let layer = layers.iter().position(|layer| has_it(&layer.source));
    let is_last = || plan.after().is_ok_and(|after| has_it(&after));
    let layer = layer.or_else(|| is_last().then_some(layers.len()))?;
    Way::new(&layers[..layer]).place_on_disk(stop.range)
}
