//! The trees that a run writes in → the journal of each.
//!
//! A journal names only files below its own folder, so that one in a stranger's tree leads nowhere else.
//! All trees at or below the current directory's have one journal, where `undo` typed at the same place
//! finds it; a tree elsewhere has its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::JournalError;
pub use super::journal::About;

use super::journal::{Journal, Kept};
use super::run_id::RunId;
use super::runs::find;
use crate::source::tree::repository;

/// What a run writes in, and what is to be kept of it.
#[derive(Debug)]
pub struct Order<'a> {
    /// The files and directories that were named.
    pub trees: &'a [PathBuf],
    /// Where it was typed.
    pub current: &'a Path,
    /// The tree that all is kept in, whatever was named.
    pub top: Option<&'a Path>,
    /// What the run is.
    pub about: About,
    /// Runs that may be unfinished: it ends them.
    pub pending: Vec<RunId>,
    /// Whether the old bytes are kept.
    pub keeping: Keeping,
}

impl<'a> Order<'a> {
    /// Of files that have a history of their own.
    pub fn unkept(trees: &'a [PathBuf]) -> Self {
        Self {
            trees,
            current: Path::new(""),
            top: None,
            about: About::default(),
            pending: Vec::new(),
            keeping: Keeping::Never,
        }
    }
}

/// Whether the old bytes of files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing is written otherwise.
    Required,
    /// Files are written also where their old bytes cannot be kept.
    Tried,
    /// No run is kept: the files have their own history.
    Never,
}

/// A run that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRun {
    /// Its name.
    pub id: RunId,
    /// The tree that it is kept in.
    pub top: PathBuf,
}

/// The journals of a run.
#[derive(Debug, Default)]
pub(super) struct Journals {
    journals: Vec<Journal>,
    /// The trees, each with the place of its journal.
    of_tree: Vec<(PathBuf, usize)>,
    /// For each journal its files, by their places in the run.
    places: Vec<Vec<usize>>,
}

impl Journals {
    /// Opens the journals of those trees, links resolved, that hold a target.
    pub(super) fn open(
        trees: &[PathBuf],
        targets: &[PathBuf],
        order: &Order<'_>,
    ) -> Result<Self, JournalError> {
        let mut journals = Self::default();
        if order.keeping == Keeping::Never {
            return Ok(journals);
        }
        let wanted: BTreeSet<&PathBuf> = targets
            .iter()
            .filter_map(|target| trees.iter().find(|tree| target.starts_with(tree)))
            .collect();
        for tree in wanted {
            match journals.of(tree, order) {
                Ok(place) => journals.of_tree.push((tree.clone(), place)),
                Err(JournalError::Unkept { .. }) if order.keeping == Keeping::Tried => {}
                Err(error) => return Err(error),
            }
        }
        Ok(journals)
    }

    fn of(&mut self, tree: &Path, order: &Order<'_>) -> Result<usize, JournalError> {
        let mut unkept = None;
        for top in tops(tree, order) {
            let known = self.journals.iter().position(|journal| journal.top == top);
            if let Some(place) = known {
                return Ok(place);
            }
            match Journal::open(&top, &order.pending) {
                Ok(journal) => {
                    self.journals.push(journal);
                    return Ok(self.journals.len() - 1);
                }
                Err(error @ JournalError::Unkept { .. }) => unkept = Some(error),
                Err(error) => return Err(error.seen_from(order.current, &top)),
            }
        }
        let nowhere = || JournalError::unkept(tree, std::io::Error::other("it has no top"));
        Err(unkept.unwrap_or_else(nowhere))
    }

    /// Keeps what the files are; each has its place in the run.
    pub(super) fn begin(
        &mut self,
        about: &About,
        files: &[(usize, Kept<'_>)],
    ) -> Result<(), JournalError> {
        let mut of: Vec<Vec<(usize, Kept<'_>)>> = vec![Vec::new(); self.journals.len()];
        for file in files {
            let mut trees = self.of_tree.iter();
            if let Some((_, place)) = trees.find(|(tree, _)| file.1.target.starts_with(tree)) {
                of[*place].push(*file);
            }
        }
        for (place, files) in of.into_iter().enumerate() {
            let (places, kept): (Vec<usize>, Vec<Kept<'_>>) = files.into_iter().unzip();
            self.places.push(places);
            if kept.is_empty() {
                continue;
            }
            if let Err(error) = self.journals[place].begin(about, &kept) {
                self.abandon();
                return Err(error);
            }
        }
        Ok(())
    }

    /// Takes back what was begun, before a file was touched.
    pub(super) fn abandon(&mut self) {
        self.journals.iter_mut().for_each(Journal::abandon);
    }

    /// Marks what was begun as done; `written` says where a file was, if it was written. Returns the runs,
    /// and what went wrong with them.
    pub(super) fn finish<'a>(
        &mut self,
        written: impl Fn(usize) -> Option<&'a Path>,
    ) -> (Vec<KeptRun>, Vec<JournalError>) {
        let (mut runs, mut errors) = (Vec::new(), Vec::new());
        for (journal, places) in self.journals.iter_mut().zip(&self.places) {
            let targets: Vec<Option<&Path>> = places.iter().map(|place| written(*place)).collect();
            let left = targets.iter().enumerate();
            let left = left.filter(|(_, target)| target.is_none());
            let left = left.map(|(place, _)| place).collect();
            let folders = targets.iter().flatten();
            let folders = folders.filter_map(|target| target.parent()).collect();
            match journal.finish(left, places.len(), &folders) {
                Ok(id) => runs.extend(id.map(|id| KeptRun {
                    id,
                    top: journal.top.clone(),
                })),
                Err(error) => errors.push(error),
            }
        }
        (runs, errors)
    }
}

/// Returns the trees that a run on one of them may be kept in, the best first.
fn tops(tree: &Path, order: &Order<'_>) -> Vec<PathBuf> {
    if let Some(top) = order.top {
        return vec![top.to_owned()];
    }
    let top = |folder: &Path| repository(folder).unwrap_or_else(|| folder.to_owned());
    let (around, own) = (top(order.current), top(tree));
    match tree.starts_with(&around) && around != own {
        true => vec![around, own],
        false => vec![own],
    }
}

impl JournalError {
    /// Names the tree where `undo` would not find it by itself.
    pub(super) fn seen_from(self, current: &Path, top: &Path) -> Self {
        match self {
            Self::Unfinished { run, .. } => Self::Unfinished {
                run,
                top: named_top(current, top).map(Path::to_owned),
            },
            error => error,
        }
    }
}

/// Returns a tree if it has to be named for `undo` to find it.
pub fn named_top<'a>(current: &Path, top: &'a Path) -> Option<&'a Path> {
    (find(current).as_deref() != Some(top)).then_some(top)
}
