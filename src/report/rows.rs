//! A plan → each of its sites with what is said of it: the one traversal behind lists, files for forges
//! and JSON.

use std::collections::HashMap;
use std::path::Path;

use super::view::View;
use crate::plan::change::{Change, ChangeId, FilePlan, Naming, Plan, Site};
use crate::recipe::Severity;
use crate::recipe::safety::Safety;
use crate::source::cell::Position;
use crate::text::wording::Wording;

/// A site and what is said of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'p> {
    pub(super) file: &'p FilePlan,
    pub(super) site: &'p Site,
    pub(super) safety: Safety,
    pub(super) severity: Severity,
    /// Of a finding, whether it matters little.
    pub(super) is_minor: bool,
    pub(super) said: &'p Wording,
    /// The change that it is a site of; `None`: a finding.
    pub(super) share: Option<Share<'p>>,
}

/// What a site is of its change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share<'p> {
    pub(super) change: &'p Change,
    /// The text that the change is planned on: 0 is the file's own.
    pub(super) layer: usize,
    /// Whether it is the first of the change's sites.
    pub(super) is_primary: bool,
}

impl<'p> Row<'p> {
    /// Returns the path as a program is told it.
    pub(super) fn path(&self, view: &View) -> String {
        view.path(self.file.original().path())
    }

    /// Returns where it begins.
    pub(super) fn start(&self) -> Position {
        self.site.position
    }

    /// Returns where it ends, in the file as it is on disk.
    pub(super) fn end(&self) -> Position {
        self.file.original().position(self.site.range.end())
    }

    /// Returns the reason for where only a file can be named: what stands in a cell says where.
    pub(super) fn message(&self) -> String {
        match self.site.position.cell {
            Some(_) => format!("{}: {}", self.site.position.words(), self.said.whole()),
            None => self.said.whole(),
        }
    }

    /// Returns the change, where this is its first site.
    pub(super) fn primary(&self) -> Option<Share<'p>> {
        self.share.filter(|share| share.is_primary)
    }

    fn key(&self) -> (Position, &'p str) {
        (self.site.position, &self.site.recipe)
    }
}

/// Iterates over the sites of all changes, in their order, and of all findings.
pub(super) fn all(file: &FilePlan) -> impl Iterator<Item = Row<'_>> {
    let layers = file.layers.iter().enumerate();
    let of_changes = layers.flat_map(move |(layer, planned)| {
        let changes = planned.changes.iter();
        changes.flat_map(move |change| of_change(file, change, layer))
    });
    let of_findings = file.findings.iter().map(move |finding| Row {
        file,
        site: &finding.site,
        safety: Safety::Manual,
        severity: finding.severity,
        is_minor: finding.is_minor,
        said: &finding.said,
        share: None,
    });
    of_changes.chain(of_findings)
}

fn of_change<'p>(
    file: &'p FilePlan,
    change: &'p Change,
    layer: usize,
) -> impl Iterator<Item = Row<'p>> {
    change
        .sites
        .iter()
        .enumerate()
        .map(move |(index, site)| Row {
            file,
            site,
            safety: change.safety,
            severity: change.severity,
            is_minor: false,
            said: &change.said,
            share: Some(Share {
                change,
                layer,
                is_primary: index == 0,
            }),
        })
}

/// Returns the sites of the level's changes and of all findings, in order of place.
pub(super) fn told(file: &FilePlan) -> Vec<Row<'_>> {
    let is_told = |row: &Row<'_>| {
        let change = row.share.map(|share| share.change);
        change.is_none_or(|change| change.is_wanted(file.level))
    };
    let mut rows: Vec<Row<'_>> = all(file).filter(is_told).collect();
    rows.sort_by(|a, b| a.key().cmp(&b.key()));
    rows
}

/// Iterates over those of all files.
pub(super) fn told_of(plan: &Plan) -> impl Iterator<Item = Row<'_>> {
    plan.files.iter().flat_map(told)
}

/// Names of sites, each given once: the same in every run, also where code above was edited.
#[derive(Debug, Default)]
pub(super) struct SiteNames {
    given: HashMap<ChangeId, usize>,
}

impl SiteNames {
    /// Names the next site of a run.
    pub(super) fn next(&mut self, view: &View, row: &Row<'_>) -> ChangeId {
        let source = row.file.original();
        let path = view.path(source.path());
        let what = Naming {
            file: Path::new(&path),
            recipe: &row.site.recipe,
            rule: &row.site.rule,
            within: row.share.map_or("", |share| &share.change.within),
            matched: &source.text()[row.site.range],
        };
        let ordinal = self.given.entry(ChangeId::new(what, 0)).or_default();
        let name = ChangeId::new(what, *ordinal);
        *ordinal += 1;
        name
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{self, Sample};
    use super::*;

    #[test]
    fn what_is_told_is_of_the_level_and_in_order_of_place() {
        let plan = sample::plan(Safety::Safe);
        let told: Vec<&str> = told_of(&plan).map(|row| &*row.site.recipe).collect();
        assert_eq!(told, ["blocking-pause", "library-owns-loop"]);
        let every: usize = plan.files.iter().map(|file| all(file).count()).sum();
        assert_eq!(every, 6);
    }

    #[test]
    fn equal_sites_have_names_of_their_own() {
        let file = Sample::new("a.py", "a()\n")
            .finding("r", "a()", "why")
            .finding("r", "a()", "why")
            .plan();
        let mut names = SiteNames::default();
        let view = View::plain("/");
        let given: Vec<ChangeId> = told(&file).iter().map(|it| names.next(&view, it)).collect();
        assert_ne!(given[0], given[1]);
        let again = SiteNames::default().next(&view, &told(&file)[0]);
        assert_eq!(given[0], again);
    }
}
