//! What a team has agreed to live with for now: a JSON file of sites that `check` passes over.
//!
//! A site is known by its file, recipe, rule and the first line of its code, not by its number: edits
//! elsewhere leave it where it is. Of equal ones so many are passed over as there were.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::{FilePlan, Plan, Site};
use crate::source::SourceFile;

/// The version of the form that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// What a site is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    path: String,
    recipe: String,
    rule: String,
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
    pub fn of(plan: &Plan, name: impl Fn(&FilePlan) -> String) -> Self {
        let mut counts = BTreeMap::new();
        for file in &plan.files {
            let path = name(file);
            for site in told(file) {
                *counts
                    .entry(sign(file.original(), &path, site))
                    .or_default() += 1;
            }
        }
        Self { counts }
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

    /// Leaves in a plan the changes and findings that have a site which is new; returns how many sites of
    /// the baseline are not there any more.
    pub fn pass_over(mut self, plan: &mut Plan, name: impl Fn(&FilePlan) -> String) -> usize {
        for file in &mut plan.files {
            let (path, level) = (name(file), file.level);
            let original = file.original().clone();
            let mut take = |site: &Site| {
                let left = self.counts.get_mut(&sign(&original, &path, site));
                let left = left.filter(|left| **left > 0);
                left.map(|left| *left -= 1).is_some()
            };
            file.findings.retain(|finding| !take(&finding.site));
            for layer in &mut file.layers {
                layer.changes.retain(|change| {
                    let known: Vec<bool> = change.sites.iter().map(&mut take).collect();
                    !change.is_wanted(level) || known.contains(&false)
                });
            }
        }
        plan.files.retain(FilePlan::says_something);
        self.counts.values().sum()
    }
}

/// Iterates over the sites that `check` tells.
fn told(file: &FilePlan) -> impl Iterator<Item = &Site> {
    let changes = file.wanted().flat_map(|change| &change.sites);
    changes.chain(file.findings.iter().map(|finding| &finding.site))
}

fn sign(original: &SourceFile, path: &str, site: &Site) -> Sign {
    let code = original.text()[site.range].lines().next();
    Sign {
        path: path.to_owned(),
        recipe: site.recipe.clone(),
        rule: site.rule.clone(),
        code: code.unwrap_or_default().trim().to_owned(),
    }
}
