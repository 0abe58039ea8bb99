//! What a team has agreed to live with for now: a JSON file of sites that `check` passes over.
//!
//! A site is known by its file, the functions and classes around it, recipe, rule, level and the first line of its
//! code, not by its number: edits elsewhere leave it where it is. Of equal ones so many are passed over as there
//! were.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::change::{Change, FilePlan, Finding, Plan, Site};
use super::look::Look;
use super::problem::Gravity;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;

/// The version of the form that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// What a site is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    path: String,
    within: String,
    recipe: String,
    rule: String,
    level: Safety,
    code: String,
}

/// Sites, and how many there are of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<Sign, usize>,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, is cut off, or has another shape.
    #[error(transparent)]
    Malformed(#[from] serde_json::Error),
    /// A later program wrote it.
    #[error("it has version {0}, and this awaitify reads version {VERSION}; use a newer one")]
    Newer(u32),
}

/// The file as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    sites: Vec<Counted>,
}

#[derive(Serialize, Deserialize)]
struct Counted {
    #[serde(flatten)]
    sign: Sign,
    count: usize,
}

impl Baseline {
    /// Takes the sites of a plan that `check` tells; `name` says what a file is called in it.
    pub fn of(plan: &Plan, name: impl Fn(&Path) -> String) -> Self {
        let mut counts = BTreeMap::new();
        for file in &plan.files {
            let path = name(file.original().path());
            for told in told(file) {
                *counts.entry(told.sign(file.original(), &path)).or_default() += 1;
            }
        }
        Self { counts }
    }

    /// Adds what another one knows of which this plan does not tell because it was not asked for: other files, as
    /// long as they are there, other recipes, or a higher level.
    pub fn keep(
        &mut self,
        other: Self,
        plan: &Plan,
        name: impl Fn(&Path) -> String,
        is_there: impl Fn(&str) -> bool,
    ) {
        let looked = Looked::of(plan, name);
        let others = other.counts.into_iter();
        let kept = others.filter(|(sign, _)| !looked.at(sign) && is_there(&sign.path));
        self.counts.extend(kept);
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// It is no baseline, or one of a later version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: BaselineFile = serde_json::from_str(text)?;
        if file.version > VERSION {
            return Err(BaselineError::Newer(file.version));
        }
        let sites = file.sites.into_iter();
        Ok(Self {
            counts: sites.map(|it| (it.sign, it.count)).collect(),
        })
    }

    /// Returns the text to be stored, sorted.
    pub fn text(&self) -> String {
        let sites = self.counts.iter();
        let sites = sites.map(|(sign, count)| Counted {
            sign: sign.clone(),
            count: *count,
        });
        let file = BaselineFile {
            version: VERSION,
            sites: sites.collect(),
        };
        // Strings and numbers have a form in JSON.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }

    /// Returns how many sites it has.
    pub fn len(&self) -> usize {
        self.counts.values().sum()
    }

    /// Returns whether it has none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Leaves in a plan the changes and findings that have a site which is new; returns how many sites that the plan
    /// was asked for are not there any more.
    pub fn pass_over(mut self, plan: &mut Plan, name: impl Fn(&Path) -> String) -> usize {
        for file in &mut plan.files {
            let (path, level) = (name(file.original().path()), file.level);
            let original = file.original().clone();
            let mut take = |told: Sighting| {
                let left = self.counts.get_mut(&told.sign(&original, &path));
                let left = left.filter(|left| **left > 0);
                left.map(|left| *left -= 1).is_some()
            };
            file.findings.retain(|finding| !take(of_finding(finding)));
            file.minor.retain(|finding| !take(of_finding(finding)));
            for layer in &mut file.layers {
                layer.changes.retain(|change| {
                    let known: Vec<bool> = of_change(change).map(&mut take).collect();
                    !change.is_wanted(level) || known.contains(&false)
                });
            }
        }
        plan.files.retain(FilePlan::says_something);
        let looked = Looked::of(plan, name);
        let gone = self.counts.iter().filter(|(sign, _)| looked.at(sign));
        gone.map(|(_, count)| count).sum()
    }
}

/// What a plan was asked for.
struct Looked<'p>(BTreeMap<String, &'p Look>);

impl<'p> Looked<'p> {
    fn of(plan: &'p Plan, name: impl Fn(&Path) -> String) -> Self {
        let mut looked = BTreeMap::new();
        for look in &plan.looks {
            looked.extend(look.paths.iter().map(|path| (name(path), look)));
        }
        // Of what could not be read nothing is known.
        let planned: BTreeSet<&Path> = (plan.files.iter())
            .map(|file| file.original().path())
            .collect();
        let unread = plan
            .problems
            .iter()
            .filter(|it| it.gravity != Gravity::Note);
        for problem in unread.filter(|it| !planned.contains(&*it.path)) {
            looked.remove(&name(&problem.path));
        }
        Self(looked)
    }

    /// Returns whether the plan would tell of a site, if it were there.
    fn at(&self, sign: &Sign) -> bool {
        let look = self.0.get(&sign.path);
        look.is_some_and(|look| {
            let is_level = sign.level == Safety::Manual || sign.level <= look.level;
            is_level && look.recipes.contains(&sign.recipe)
        })
    }
}

/// A site that `check` tells.
struct Sighting<'p> {
    site: &'p Site,
    within: &'p str,
    level: Safety,
}

impl Sighting<'_> {
    fn sign(&self, original: &SourceFile, path: &str) -> Sign {
        let code = original.text()[self.site.range].lines().next();
        Sign {
            path: path.to_owned(),
            within: self.within.to_owned(),
            recipe: self.site.recipe.clone(),
            rule: self.site.rule.clone(),
            level: self.level,
            code: code.unwrap_or_default().trim().to_owned(),
        }
    }
}

fn told(file: &FilePlan) -> impl Iterator<Item = Sighting<'_>> {
    let changes = file.wanted().flat_map(of_change);
    let findings = file.findings.iter().chain(&file.minor);
    changes.chain(findings.map(of_finding))
}

fn of_change(change: &Change) -> impl Iterator<Item = Sighting<'_>> {
    change.sites.iter().map(|site| Sighting {
        site,
        within: &change.within,
        level: change.safety,
    })
}

fn of_finding(finding: &Finding) -> Sighting<'_> {
    Sighting {
        site: &finding.site,
        within: &finding.within,
        level: Safety::Manual,
    }
}
