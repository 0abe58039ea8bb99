//! What is said alike all over a project → one finding, at its first place.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::Run;
use crate::plan::change::{FilePlan, Finding};

/// What findings have in common of which one is told: the project, recipe, rule and reason.
type Alike = (PathBuf, String, String, String);

impl Run<'_> {
    /// Leaves of findings that are told once for their project the first among some of the files, which says of how
    /// many more sites the same is true.
    pub(super) fn tell_once(&mut self, places: Range<usize>) {
        let mut by_path: Vec<usize> = places.collect();
        by_path.retain(|place| self.files[*place].plan().is_some_and(has_some));
        // Whoever names files in another order reads the same.
        by_path.sort_by_key(|place| self.files[*place].path);
        let mut n_sites: BTreeMap<Alike, usize> = BTreeMap::new();
        for place in &by_path {
            self.leave_first(*place, &mut n_sites);
        }
        for place in by_path {
            self.count(place, &n_sites);
        }
    }

    /// Takes away the findings of a file whose like is known.
    fn leave_first(&mut self, place: usize, n_sites: &mut BTreeMap<Alike, usize>) {
        let root = self.root_of(place);
        let file = &mut self.files[place];
        let Some(plan) = &mut file.outcome.plan else {
            return;
        };
        plan.findings.retain(|finding| {
            let Some(n_more) = finding.said.once else {
                return true;
            };
            let n_known = n_sites.entry(alike(&root, finding)).or_default();
            let is_first = *n_known == 0;
            *n_known += 1 + n_more;
            is_first
        });
        if !plan.says_something() && !file.is_given {
            file.outcome.plan = None;
        }
    }

    /// Says at the findings that are left how many there were.
    fn count(&mut self, place: usize, n_sites: &BTreeMap<Alike, usize>) {
        let root = self.root_of(place);
        let plan = self.files[place].outcome.plan.iter_mut();
        for finding in plan.flat_map(|plan| &mut plan.findings) {
            if finding.said.once.is_some() {
                let n_sites = n_sites.get(&alike(&root, finding));
                let n_more = n_sites.map_or(0, |n_sites| n_sites - 1);
                finding.said.once = None;
                finding.said.holds_for_more(n_more);
            }
        }
    }

    fn root_of(&self, place: usize) -> PathBuf {
        self.on_disk.root_of(self.files[place].path)
    }
}

fn has_some(plan: &FilePlan) -> bool {
    let mut findings = plan.findings.iter();
    findings.any(|finding| finding.said.once.is_some())
}

fn alike(root: &Path, finding: &Finding) -> Alike {
    let site = &finding.site;
    let reason = finding.said.reason.clone();
    (
        root.to_owned(),
        site.recipe.clone(),
        site.rule.clone(),
        reason,
    )
}
