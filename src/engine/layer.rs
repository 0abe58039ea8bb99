//! One stratum over one text: match → draft → settle → verify.

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

use super::analysis::analyze;
use super::{Engine, Outcome, Stratum};
use crate::bind::scope::BindingId;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::matching::{Match, search};
use crate::plan::change::{Change, ChangeId, FilePlan, Finding, Problem, Site, Status};
use crate::plan::{needs, overlap};
use crate::project::Facts;
use crate::python::parse::Broken;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::edit::EditSet;
use crate::verb::draft;
use crate::verify;

/// What a stratum wants to do to a text.
pub(super) struct Planned {
    pub(super) changes: Vec<Change>,
    pub(super) findings: Vec<Finding>,
    pub(super) problems: Vec<Problem>,
    /// The edits of the wanted changes.
    pub(super) edits: EditSet,
    /// The file with the wanted changes made; `None` when none is wanted.
    pub(super) after: Option<SourceFile>,
}

/// Plans one stratum on `current`; `before` are the layers that led to it.
pub(super) fn plan_layer(
    engine: &Engine,
    stratum: &Stratum,
    current: &SourceFile,
    before: &FilePlan,
    facts: &dyn Facts,
) -> Result<Planned, Broken> {
    let target = engine.target(current, facts);
    analyze(current, target, &engine.tables, facts, |subject| {
        let matches = search(subject, &stratum.recipes, &stratum.dispatch);
        let mut planner = Planner {
            subject,
            before,
            changes: Vec::new(),
            findings: Vec::new(),
        };
        planner.draft_all(&matches);
        let changes = overlap::settle(planner.changes);
        let (changes, edits, after) = verify::verified(subject, changes, engine.settings.level);
        let review = needs::all_edits(subject, &changes, Safety::Review);
        let findings = overlap::drop_covered(planner.findings, &changes, &review);
        let problems = subject
            .module
            .broken()
            .iter()
            .map(|broken| problem(current, broken, false))
            .collect();
        Planned {
            changes,
            findings,
            problems,
            edits,
            after,
        }
    })
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

struct Planner<'s, 'a> {
    subject: &'s Subject<'a>,
    before: &'s FilePlan,
    changes: Vec<(usize, Change)>,
    findings: Vec<Finding>,
}

impl Planner<'_, '_> {
    fn draft_all(&mut self, matches: &[Match]) {
        for group in self.groups(matches) {
            let first = group[0];
            if first.safety == Safety::Manual {
                for found in &group {
                    self.report(found, found.reason.clone());
                }
                continue;
            }
            match draft(self.subject, &group) {
                Ok(draft) => {
                    let change = self.change(&group, draft);
                    self.changes.push((first.order, change));
                }
                Err(refusal) => {
                    for found in &group {
                        self.report(found, format!("not changed: {refusal}"));
                    }
                }
            }
        }
    }

    /// Matches that make one change together: those of a collecting rule that share a value.
    fn groups<'m, 'r, 'a>(&self, matches: &'m [Match<'r, 'a>]) -> Vec<Vec<&'m Match<'r, 'a>>> {
        let mut groups: Vec<Vec<&Match>> = Vec::new();
        let mut collected: FxHashMap<(usize, &str, Vec<BindingId>, String), usize> =
            FxHashMap::default();
        for found in matches {
            let Some(name) = found.rule.collect.as_deref() else {
                groups.push(vec![found]);
                continue;
            };
            let key = (
                found.order,
                found.rule.id.as_str(),
                self.bindings(found, name),
                self.text(found, name),
            );
            match collected.get(&key) {
                Some(&group) => groups[group].push(found),
                None => {
                    collected.insert(key, groups.len());
                    groups.push(vec![found]);
                }
            }
        }
        groups
    }

    fn bindings(&self, found: &Match, name: &str) -> Vec<BindingId> {
        match found.captures.expression(name) {
            Some(ruff_python_ast::ExprRef::Name(name)) => {
                self.subject
                    .flow
                    .reaching(self.subject.tree.id(name))
                    .bindings
            }
            _ => Vec::new(),
        }
    }

    fn text(&self, found: &Match, name: &str) -> String {
        let range = found.captures.find(name).and_then(Captured::range);
        range.map_or_else(String::new, |range| self.subject.text()[range].to_owned())
    }

    fn change(&self, group: &[&Match], draft: crate::verb::Draft) -> Change {
        let first = group[0];
        let mut safety = group
            .iter()
            .map(|found| found.safety)
            .max()
            .unwrap_or(Safety::Review);
        let mut reason = first.reason.clone();
        if !draft.lost_comments.is_empty() {
            safety = safety.max(Safety::Review);
            let comments: Vec<&str> = draft
                .lost_comments
                .iter()
                .map(|range| &self.subject.text()[*range])
                .collect();
            reason.push_str(&format!(
                "; a comment would be lost: {}",
                comments.join(" ")
            ));
        }
        let requires: Vec<ChangeId> = self.wanted_before();
        if !requires.is_empty() {
            let careful = self.before.layers.iter().flat_map(|layer| &layer.changes);
            safety = careful
                .filter(|change| requires.contains(&change.id))
                .map(|change| change.safety)
                .fold(safety, Safety::max);
        }
        Change {
            id: self.id(first),
            recipe: first.recipe.id.clone(),
            rule: first.rule.id.clone(),
            safety,
            reason,
            severity: first.recipe.severity,
            sites: group.iter().map(|found| self.site(found)).collect(),
            edits: draft.edits,
            shifts: draft.shifts,
            needs: draft.needs,
            requires,
            status: Status::Proposed,
        }
    }

    /// What is planned on a changed text cannot do without what changed it.
    fn wanted_before(&self) -> Vec<ChangeId> {
        let changes = self.before.layers.iter().flat_map(|layer| &layer.changes);
        changes
            .filter(|change| change.status == Status::Proposed)
            .map(|change| change.id.clone())
            .collect()
    }

    fn report(&mut self, found: &Match, reason: String) {
        self.findings.push(Finding {
            site: self.site(found),
            severity: found.recipe.severity,
            reason,
        });
    }

    fn site(&self, found: &Match) -> Site {
        let named = found
            .rule
            .site
            .as_deref()
            .and_then(|name| found.captures.find(name)?.range());
        let range = named.unwrap_or(found.range);
        let range = self.on_disk(range);
        Site {
            range,
            position: self.original().position(range.start()),
            recipe: found.recipe.id.clone(),
            rule: found.rule.id.clone(),
        }
    }

    fn original(&self) -> &SourceFile {
        self.before
            .layers
            .first()
            .map_or(self.subject.source, |layer| &layer.source)
    }

    /// Maps a range of this layer's text back to the file on disk.
    fn on_disk(&self, range: TextRange) -> TextRange {
        self.before.layers.iter().rev().fold(range, |range, layer| {
            let text = layer.source.text();
            let start = layer.edits.original_offset(text, range.start());
            TextRange::new(
                start,
                layer.edits.original_offset(text, range.end()).max(start),
            )
        })
    }

    fn id(&self, found: &Match) -> ChangeId {
        let mut hasher = FxHasher::default();
        let file = self.subject.path().file_name().unwrap_or_default();
        (file.to_string_lossy(), &found.recipe.id, &found.rule.id).hash(&mut hasher);
        (
            found.range.start().to_u32(),
            &self.subject.text()[found.range],
        )
            .hash(&mut hasher);
        ChangeId(format!("{}-{:08x}", found.recipe.id, hasher.finish() >> 32))
    }
}

/// Law 3: the same recipes find nothing more to do in what they leave. A recipe that does is
/// withdrawn from the file.
pub(super) fn verify_second_run(engine: &Engine, outcome: &mut Outcome, facts: &dyn Facts) {
    let Some(plan) = &mut outcome.plan else {
        return;
    };
    let Ok(after) = plan.after() else {
        return;
    };
    let again = engine.plan_layers(after, facts);
    let Some(again) = again.plan else {
        return;
    };
    let level = engine.settings.level;
    let restless: Vec<String> = again
        .layers
        .iter()
        .flat_map(|layer| &layer.changes)
        .filter(|change| change.is_wanted(level))
        .map(|change| change.recipe.clone())
        .collect();
    if restless.is_empty() {
        return;
    }
    for layer in &mut plan.layers {
        for change in &mut layer.changes {
            if change.is_wanted(level) {
                change.status = Status::Withdrawn {
                    why: format!(
                        "a second run of {} would change the file again",
                        restless.join(", ")
                    ),
                };
            }
        }
        layer.edits = EditSet::default();
    }
}
