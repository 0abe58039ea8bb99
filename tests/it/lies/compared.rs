//! Programs before and after → what differs, in words.

use std::collections::BTreeSet;
use std::path::Path;

use super::lie::Lie;
use super::planned::After;
use crate::execution::CELLS_AS_SCRIPT;
use crate::execution::batch::{Program, run_all_within};
use crate::execution::cells::cells;
use crate::execution::python::{Ran, older};

/// No program works so long, in seconds: one that waits for ever is ended then.
const LIMIT: f64 = 20.0;

/// A program, what became of it, and what both did.
pub(super) struct Compared<'s> {
    pub lie: Lie<'s>,
    pub after: After,
    /// `None`: the Python it needs is not installed.
    pub ran: Option<(Ran, Ran)>,
}

/// Runs all programs, those that were changed once more.
#[track_caller]
pub(super) fn compared<'s>(python: &Path, planned: Vec<(Lie<'s>, After)>) -> Vec<Compared<'s>> {
    let of_both = |(lie, after)| Compared {
        lie,
        after,
        ran: None,
    };
    let mut all: Vec<Compared> = planned.into_iter().map(of_both).collect();
    let versions: BTreeSet<_> = all.iter().map(|it| it.lie.shape.python).collect();
    for version in versions {
        let Some(python) = version.map_or_else(|| Some(python.to_owned()), older) else {
            continue;
        };
        let of_version = |it: &&mut Compared| it.lie.shape.python == version;
        let mut run: Vec<_> = all.iter_mut().filter(of_version).collect();
        let programs: Vec<Program> = run.iter().flat_map(|it| it.programs()).collect();
        let mut ran = run_all_within(&python, &programs, LIMIT).into_iter();
        for it in &mut run {
            let before = ran.next().expect("each program was run");
            let again = it.differs().then(|| ran.next()).flatten();
            it.ran = Some((before.clone(), again.unwrap_or(before)));
        }
    }
    all
}

/// Returns what is run: cells as one plain script.
fn program(lie: &Lie, files: &[(String, String)]) -> Program {
    let mut files: Vec<_> = files.iter().chain(&lie.installed).cloned().collect();
    let mut entry = files[0].0.clone();
    if lie.shape.is_notebook {
        let list = serde_json::to_string(&cells(&entry, &files[0].1)).expect("texts are JSON");
        files.push(("cells.json".to_owned(), list));
        entry = "cells_as_script.py".to_owned();
        files.push((entry.clone(), CELLS_AS_SCRIPT.to_owned()));
    }
    Program {
        name: lie.title(),
        files,
        entry,
    }
}

impl Compared<'_> {
    fn differs(&self) -> bool {
        self.after.files != self.lie.files
    }

    fn programs(&self) -> Vec<Program> {
        let before = program(&self.lie, &self.lie.files);
        let after = self
            .differs()
            .then(|| program(&self.lie, &self.after.files));
        [before].into_iter().chain(after).collect()
    }

    /// Says what is wrong; `None`: the program does the same, or does what it could not do.
    pub(super) fn fault(&self) -> Option<String> {
        let (before, after) = self.ran.as_ref()?;
        let mends = self.lie.shape.mends.as_deref();
        let error = |ran: &Ran| {
            ran.error
                .as_deref()
                .map(|error| last_line(error).to_owned())
        };
        let (old, new) = (error(before), error(after));
        let is_mended = |old: &String| mends.is_some_and(|error| old.contains(error));
        match &old {
            // Two neighbors may be one too many.
            Some(old) if !is_mended(old) && self.lie.neighbors.len() > 1 => None,
            Some(old) if !is_mended(old) => Some("it does not run before".to_owned()),
            Some(_) if new.is_none() && after.stdout.starts_with(&before.stdout) => None,
            _ if old != new => Some("it ends otherwise".to_owned()),
            _ if before.stdout != after.stdout => Some("it prints something else".to_owned()),
            _ => None,
        }
    }

    /// Returns whether the recipe of the shape changed the program.
    pub(super) fn is_changed(&self) -> bool {
        self.after.recipes.contains(&self.lie.shape.recipe)
    }

    /// Shows the program, what became of it, and what both did.
    pub(super) fn shown(&self) -> String {
        let mut shown = format!("seed {}: {}\n", self.lie.seed, self.lie.title());
        for ((path, before), (_, after)) in self.lie.files.iter().zip(&self.after.files) {
            let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
            let diff = diff.unified_diff().to_string();
            shown += &format!("--- {path}\n{before}\n{diff}\n");
        }
        if let Some((before, after)) = &self.ran {
            shown += &format!("before: {before:?}\nafter:  {after:?}\n");
        }
        shown
    }
}

fn last_line(error: &str) -> &str {
    error.trim_end().lines().next_back().unwrap_or_default()
}
