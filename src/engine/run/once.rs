//! What is said alike all over a project → one finding, at its first place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Run;
use crate::engine::Engine;
use crate::plan::change::{FilePlan, Finding};

/// What findings have in common of which one is told: the project, recipe and reason. Rules of a recipe may say the same.
type Alike = (PathBuf, String, String);

/// The findings that are told as one.
#[derive(Debug, Default)]
struct Alikes {
    n_sites: usize,
    /// The files' places in the order of the paths.
    files: BTreeSet<usize>,
    /// The one that speaks for all: what is hidden comes last, and what matters before what does not.
    first: Option<Rank>,
}

/// Whether a finding is hidden, whether it is minor, and its file's place in the order of the paths.
type Rank = (bool, bool, usize);

impl Run<'_> {
    /// Leaves of findings that are told once for their project the first among some of the files, which says of how
    /// many more sites the same is true.
    pub(super) fn tell_once(&mut self, places: Range<usize>) {
        let mut by_path: Vec<usize> = places.collect();
        by_path.retain(|place| self.files[*place].plan().is_some_and(has_some));
        // Whoever names files in another order reads the same.
        by_path.sort_by_key(|place| self.files[*place].path);
        let mut told: BTreeMap<Alike, Alikes> = BTreeMap::new();
        for (order, place) in by_path.iter().enumerate() {
            self.count((order, *place), &mut told);
        }
        for (order, place) in by_path.iter().enumerate() {
            self.leave_first((order, *place), &mut told);
        }
    }

    fn count(&self, (order, place): (usize, usize), told: &mut BTreeMap<Alike, Alikes>) {
        let root = self.root_of(place);
        let findings = self.files[place].plan().map(|plan| &plan.findings);
        for finding in findings.into_iter().flatten() {
            let Some(n_more) = finding.said.once else {
                continue;
            };
            let known = told.entry(alike(&root, finding)).or_default();
            known.n_sites += 1 + n_more;
            known.files.insert(order);
            let own = rank(finding, self.files[place].engine, order);
            known.first = Some(known.first.map_or(own, |first| first.min(own)));
        }
    }

    /// Takes away the findings of a file for which another one speaks, and says of those that are left how many there
    /// were.
    fn leave_first(&mut self, (order, place): (usize, usize), told: &mut BTreeMap<Alike, Alikes>) {
        let root = self.root_of(place);
        let file = &mut self.files[place];
        let engine = file.engine;
        let Some(plan) = &mut file.outcome.plan else {
            return;
        };
        plan.findings.retain_mut(|finding| {
            if finding.said.once.take().is_none() {
                return true;
            }
            let known = told.get_mut(&alike(&root, finding));
            let speaks = known.filter(|it| it.first == Some(rank(finding, engine, order)));
            let Some(known) = speaks else {
                return false;
            };
            known.first = None;
            finding
                .said
                .holds_for_more(known.n_sites - 1, known.files.len());
            true
        });
        if !plan.says_something() && !file.is_given {
            file.outcome.plan = None;
        }
    }

    fn root_of(&self, place: usize) -> PathBuf {
        self.on_disk.root_of(self.files[place].path)
    }
}

fn rank(finding: &Finding, engine: &Engine, order: usize) -> Rank {
    let is_hidden = finding.is_minor && !engine.settings.shows_minor;
    (is_hidden, finding.is_minor, order)
}

fn has_some(plan: &FilePlan) -> bool {
    let mut findings = plan.findings.iter();
    findings.any(|finding| finding.said.once.is_some())
}

fn alike(root: &Path, finding: &Finding) -> Alike {
    let (recipe, reason) = (&finding.site.recipe, &finding.said.reason);
    (root.to_owned(), recipe.clone(), reason.clone())
}
