//! Matches of one text → drafted changes and findings, with places of the file on disk.

use std::hash::{Hash, Hasher};

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHasher};

use crate::bind::binding::BindingId;
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::plan::change::{Change, ChangeId, FilePlan, Finding, Site, Status};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::verb::{Draft, draft};

/// What recipes want to do to a text, before it is settled which of it is done.
#[derive(Default)]
pub(super) struct Drafts {
    /// With the place of their recipe in the selection.
    pub(super) changes: Vec<(usize, Change)>,
    pub(super) findings: Vec<Finding>,
}

/// Drafts the changes of matches; `before` are the layers that led to the subject's text.
pub(super) fn drafts<'a>(
    subject: &Subject<'a>,
    before: &FilePlan,
    level: Safety,
    matches: &[&Match<'_, 'a>],
) -> Drafts {
    let mut planner = Planner {
        subject,
        before,
        level,
        drafts: Drafts::default(),
    };
    planner.draft_all(matches);
    planner.drafts
}

struct Planner<'s, 'a> {
    subject: &'s Subject<'a>,
    before: &'s FilePlan,
    level: Safety,
    drafts: Drafts,
}

impl<'a> Planner<'_, 'a> {
    fn draft_all(&mut self, matches: &[&Match<'_, 'a>]) {
        for group in self.groups(matches) {
            let first = group[0];
            if group.iter().any(|found| found.safety == Safety::Manual) {
                for found in &group {
                    self.report(found, found.reason.clone());
                }
                continue;
            }
            match draft(self.subject, &group) {
                Ok(draft) => {
                    let change = self.change(&group, draft);
                    self.drafts.changes.push((first.order, change));
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
    fn groups<'m, 'r>(&self, matches: &[&'m Match<'r, 'a>]) -> Vec<Vec<&'m Match<'r, 'a>>> {
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

    fn bindings(&self, found: &Match<'_, 'a>, name: &str) -> Vec<BindingId> {
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

    fn text(&self, found: &Match<'_, 'a>, name: &str) -> String {
        let range = found.captures.find(name).and_then(Captured::range);
        range.map_or_else(String::new, |range| self.subject.text()[range].to_owned())
    }

    fn change(&self, group: &[&Match<'_, 'a>], draft: Draft) -> Change {
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
            extent: extent(group),
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
            .filter(|change| change.is_wanted(self.level))
            .map(|change| change.id.clone())
            .collect()
    }

    fn report(&mut self, found: &Match<'_, 'a>, reason: String) {
        self.drafts.findings.push(Finding {
            site: self.site(found),
            severity: found.recipe.severity,
            reason,
        });
    }

    fn site(&self, found: &Match<'_, 'a>) -> Site {
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

    fn id(&self, found: &Match<'_, 'a>) -> ChangeId {
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

/// From the first matched byte to the last.
fn extent(group: &[&Match]) -> TextRange {
    let ranges = group.iter().map(|found| found.range);
    ranges.reduce(TextRange::cover).unwrap_or_default()
}
