//! A folder `.awaitify` → the runs that are kept in it, and what became of each.
//!
//! A run's folder has the old bytes, then the manifest, then, once all files stand in their places, the
//! mark that it is done. Without a manifest no file was touched; without the mark it was ended between.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::JournalError;
use super::manifest::{Illegible, Look, Manifest, Overwritten};
use super::room::check_own;
use super::run_id::RunId;
use crate::source::walk::UNFINISHED;

/// The folder of all runs.
pub(super) const RUNS: &str = "runs";

/// What a run changes; without it the run did not begin.
pub(super) const MANIFEST: &str = "manifest.json";

/// The old bytes of all its files.
pub(super) const OLD: &str = "old";

/// Says that it ended, and which files it left.
pub(super) const DONE: &str = "done.json";

/// A run that is kept.
#[derive(Debug)]
pub struct Run {
    /// Its name.
    pub id: RunId,
    /// What it changes.
    pub manifest: Manifest,
    /// What became of it.
    pub state: State,
    /// Places of the files that it did not write after all.
    left: BTreeSet<usize>,
    folder: PathBuf,
}

/// What became of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was ended in the middle.
    Unfinished,
    /// Its files are written.
    Done,
    /// A later run put its files back.
    Undone,
}

impl State {
    /// Returns the word for a person.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unfinished => "unfinished",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }
}

/// What the mark says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Done {
    /// Places of the files that were left as they were.
    pub(super) left: BTreeSet<usize>,
}

/// Where a file stands between the two versions of an entry.
#[derive(Debug)]
pub(super) enum Stand {
    /// As it was before the run.
    Before,
    /// As the run wrote it.
    After(OnDisk),
    /// Otherwise; the words say how.
    Other(&'static str, OnDisk),
    /// It cannot be read, or is no plain file of the tree.
    Closed(String),
}

/// A file as it is; `None`: there is none.
pub(super) type OnDisk = Option<(Vec<u8>, Look)>;

impl Run {
    /// Reads a run of a folder `.awaitify`.
    pub(super) fn read(home: &Path, id: &RunId) -> Result<Self, JournalError> {
        let folder = folder(home, id);
        let damaged = |reason| damaged(id, &folder, reason);
        let text =
            read_plain(&folder.join(MANIFEST)).map_err(|error| damaged(error.to_string()))?;
        let manifest = Manifest::read(&text).map_err(|illegible| match illegible {
            Illegible::Newer(format) => JournalError::Newer {
                run: id.clone(),
                format,
            },
            Illegible::Damaged(reason) => damaged(reason),
        })?;
        let (state, left) = match read_plain(&folder.join(DONE)) {
            Ok(text) => {
                let done = serde_json::from_slice(&text);
                let done: Done = done.map_err(|error| damaged(error.to_string()))?;
                let is_empty = done.left.len() == manifest.files.len();
                let state = if is_empty { State::Undone } else { State::Done };
                (state, done.left)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                (State::Unfinished, BTreeSet::new())
            }
            Err(error) => return Err(damaged(error.to_string())),
        };
        Ok(Self {
            id: id.clone(),
            manifest,
            state,
            left,
            folder,
        })
    }

    /// Returns the files that it wrote, or may have written, with their places.
    pub fn written(&self) -> impl Iterator<Item = (usize, &Overwritten)> {
        let files = self.manifest.files.iter().enumerate();
        files.filter(|(place, _)| !self.left.contains(place))
    }

    /// Returns the run that it puts back.
    pub(super) fn undoes(&self) -> Option<RunId> {
        self.manifest.undoes.as_deref().and_then(RunId::parse)
    }

    /// Returns the old bytes of an entry, if they are what the run found.
    pub(super) fn old(&self, entry: &Overwritten) -> Result<Option<Vec<u8>>, JournalError> {
        let Some(version) = &entry.before else {
            return Ok(None);
        };
        let read = || {
            let mut file = open_plain(&self.folder.join(OLD))?;
            file.seek(SeekFrom::Start(version.offset.unwrap_or_default()))?;
            let mut bytes = Vec::new();
            file.take(version.length).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let damaged = |reason| damaged(&self.id, &self.folder, reason);
        let bytes = read().map_err(|error: io::Error| damaged(error.to_string()))?;
        if version.is_of(&bytes) {
            return Ok(Some(bytes));
        }
        let path = entry.path();
        Err(damaged(format!(
            "the old text of {} is not there",
            crate::text::shown::path(&path)
        )))
    }

    /// Returns whether all files are as before the run, or all as it was to leave them.
    pub(super) fn is_whole(&self, top: &Path) -> Option<Whole> {
        let stands: Vec<Stand> = (self.written())
            .map(|(_, entry)| stand(top, entry))
            .collect();
        let all = |is: fn(&Stand) -> bool| stands.iter().all(is);
        if all(|stand| matches!(stand, Stand::Before)) {
            return Some(Whole::Old);
        }
        all(|stand| matches!(stand, Stand::After(_))).then_some(Whole::New)
    }
}

fn damaged(run: &RunId, folder: &Path, reason: String) -> JournalError {
    JournalError::Damaged {
        run: run.clone(),
        reason,
        folder: folder.to_owned(),
    }
}

/// A tree that a run did not leave between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// As it was.
    Old,
    /// As it was to be.
    New,
}

/// Returns where a file stands.
pub(super) fn stand(top: &Path, entry: &Overwritten) -> Stand {
    let path = top.join(entry.path());
    let around = path.parent().unwrap_or(top);
    // A folder on the way may be a link by now.
    match fs::canonicalize(around) {
        Ok(real) if real == around => {}
        Ok(_) => return Stand::Closed("is a link now".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return compared(entry, None),
        Err(error) => return Stand::Closed(error.to_string()),
    }
    match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => Stand::Closed("is no plain file now".to_owned()),
        Ok(found) => match fs::read(&path) {
            Ok(bytes) => compared(entry, Some((bytes, Look::of(&found)))),
            Err(error) => Stand::Closed(error.to_string()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => compared(entry, None),
        Err(error) => Stand::Closed(error.to_string()),
    }
}

fn compared(entry: &Overwritten, now: OnDisk) -> Stand {
    let is = |version: &Option<super::manifest::Version>| match (version, &now) {
        (Some(version), Some((bytes, _))) => version.is_of(bytes),
        (None, None) => true,
        _ => false,
    };
    if is(&entry.before) {
        return Stand::Before;
    }
    if !is(&entry.after) {
        let words = match (&now, &entry.after) {
            (None, _) => "was deleted since",
            (_, None) => "was made since",
            _ => "was changed since",
        };
        return Stand::Other(words, now);
    }
    let modes = (
        now.as_ref().and_then(|(_, look)| look.mode),
        entry.after.as_ref().and_then(|after| after.look.mode),
    );
    match modes {
        (Some(mode), Some(then)) if mode != then => Stand::Other("has other permissions now", now),
        _ => Stand::After(now),
    }
}

/// Returns the folder of a run.
pub(super) fn folder(home: &Path, id: &RunId) -> PathBuf {
    home.join(RUNS).join(id.to_string())
}

/// Returns the names of the runs in a folder `.awaitify`, those that did not begin among them; oldest first.
pub(super) fn all(home: &Path) -> Vec<RunId> {
    let runs = home.join(RUNS);
    let is_folder = |path: &Path| fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    if check_own(home).is_err() || !is_folder(&runs) {
        return Vec::new();
    }
    let entries = fs::read_dir(runs).into_iter().flatten();
    let entries = entries.filter_map(Result::ok);
    let mut ids: Vec<RunId> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| RunId::parse(entry.file_name().to_str()?))
        .collect();
    ids.sort();
    ids
}

/// Returns whether a run may have touched a file.
pub(super) fn has_begun(home: &Path, id: &RunId) -> bool {
    folder(home, id).join(MANIFEST).exists()
}

/// Returns the runs that have begun and are not marked as done; oldest first.
pub(super) fn unfinished(home: &Path) -> Vec<RunId> {
    let mut ids = all(home);
    ids.retain(|id| has_begun(home, id) && !folder(home, id).join(DONE).exists());
    ids
}

/// Reads the runs of a tree, newest first; what cannot be read stands as its error.
pub fn list(top: &Path) -> Vec<Result<Run, JournalError>> {
    let home = top.join(UNFINISHED);
    let ids = all(&home).into_iter().rev();
    let ids = ids.filter(|id| has_begun(&home, id));
    let mut undone = Vec::new();
    let mut runs = Vec::new();
    // What undoes a run is later than it.
    for id in ids {
        let mut run = Run::read(&home, &id);
        if let Ok(run) = &mut run {
            if run.state == State::Done && undone.contains(&run.id) {
                run.state = State::Undone;
            }
            if run.state == State::Done {
                undone.extend(run.undoes());
            }
        }
        runs.push(run);
    }
    runs
}

/// Returns the nearest tree at or above a folder in which runs are kept.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let mut above = folder.ancestors();
    let has_runs = |top: &&Path| {
        let home = top.join(UNFINISHED);
        all(&home).iter().any(|id| has_begun(&home, id))
    };
    above.find(has_runs).map(Path::to_owned)
}

/// What is there may be a stranger's: a pipe would make it wait, and a link lead out.
fn open_plain(path: &Path) -> io::Result<fs::File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    fs::File::open(path)
}

fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_plain(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}
