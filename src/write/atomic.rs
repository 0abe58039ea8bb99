//! New bytes of files → the files on disk, each replaced whole or left as it was.
//!
//! Every file is prepared in a folder of the run before the first one is replaced, so that a full disk
//! leaves the tree as it was, and what rests on a file that cannot be written is not begun. Then their old
//! bytes are kept, so that a run that is killed between the first and the last can be undone. Where one
//! fails later, the files that rest on it are put back. A hard link to a replaced file keeps the old
//! bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use file::{File, State, prepare};

pub use super::journals::{KeptRun, Order};

use super::error::{JournalError, WriteError};
use super::journal::Kept;
use super::journals::{Journals, Keeping};
use super::manifest::Look;
use super::stage::Stage;

mod file;

/// A file and the bytes it shall have.
#[derive(Debug, Clone)]
pub struct Rewrite<'a> {
    /// As the walk named it.
    pub path: &'a Path,
    /// What was read, and what the new bytes were made from; `None`: nothing is there.
    pub before: Option<&'a [u8]>,
    /// What shall stand there; `None`: nothing.
    pub after: Option<&'a [u8]>,
    /// Mode and time that it shall have; `None`: its own mode, and the time of the run.
    pub look: Option<Look>,
    /// Files without which it is not to be written.
    pub rests_on: Vec<&'a Path>,
}

/// What became of the files.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files with new bytes; sorted.
    pub written: Vec<PathBuf>,
    /// Files that stayed as they were, or could not be put back.
    pub failed: Vec<WriteError>,
    /// What can be undone.
    pub kept: Vec<KeptRun>,
    /// What went wrong with what is kept, after the files were written.
    pub unmarked: Vec<JournalError>,
}

/// Writes what differs; `failed` says which other files have no new bytes.
///
/// A file that cannot be written stays as it was, with those that rest on it, and the others go on; only
/// a full disk stops all. Once `stop` is set no file is begun; where the first one is, all are: that takes
/// less time than to put them back.
///
/// # Errors
/// No run can begin: nothing was written.
pub fn write_all(
    rewrites: &[Rewrite<'_>],
    mut failed: Vec<WriteError>,
    order: &Order<'_>,
    stop: &AtomicBool,
) -> Result<Outcome, JournalError> {
    let trees = order.trees.iter().filter_map(|tree| real_directory(tree));
    let trees: Vec<PathBuf> = trees.collect();
    let mut stage = Stage::new(trees.clone());
    let rewrites: Vec<&Rewrite<'_>> = rewrites
        .iter()
        .filter(|rewrite| rewrite.before != rewrite.after)
        .collect();
    let targets = rewrites.iter().filter_map(|it| real_path(it.path).ok());
    let mut journals = Journals::open(&trees, &targets.collect::<Vec<_>>(), order)?;
    let mut files = match prepare_all(&rewrites, &mut failed, &mut stage, stop) {
        Ok(files) => files,
        Err(full) => return Ok(nothing_written(failed, full, &rewrites)),
    };
    leave_orphaned(&mut files, &mut failed, &mut stage);
    let kept = kept(&files);
    match journals.begin(&order.about, &kept) {
        Ok(()) => {}
        Err(error) if error.is_full() => {
            return Ok(nothing_written(failed, full(&kept), &rewrites));
        }
        Err(JournalError::Unkept { .. }) if order.keeping == Keeping::Tried => {}
        Err(error) => return Err(error),
    }
    replace_all(&mut files, &mut failed, &mut stage, stop);
    let target = |place: usize| files[place].written();
    let (kept, unmarked) = journals.finish(target);
    Ok(Outcome {
        written: written(&files),
        failed,
        kept,
        unmarked,
    })
}

/// Returns what is to be kept of the files, by their places.
fn kept<'f>(files: &'f [File<'_>]) -> Vec<(usize, Kept<'f>)> {
    let files = files.iter().enumerate();
    let kept = files.filter_map(|(place, file)| Some((place, file.kept()?)));
    kept.collect()
}

/// Returns the names of files with new bytes, sorted.
fn written(files: &[File<'_>]) -> Vec<PathBuf> {
    let written = files.iter().filter(|file| file.state == State::Written);
    let mut written: Vec<PathBuf> = written.map(|file| file.path.to_owned()).collect();
    written.sort();
    written
}

/// Puts the new bytes of all files on their stage.
///
/// # Errors
/// The disk is full.
fn prepare_all<'a>(
    rewrites: &[&Rewrite<'a>],
    failed: &mut Vec<WriteError>,
    stage: &mut Stage,
    stop: &AtomicBool,
) -> Result<Vec<File<'a>>, WriteError> {
    let mut files: Vec<File<'a>> = Vec::new();
    let mut targets = BTreeMap::new();
    for rewrite in rewrites {
        if stop.load(Ordering::Relaxed) {
            let path = rewrite.path.to_owned();
            failed.push(WriteError::Interrupted { path });
            continue;
        }
        match prepare(rewrite, stage, &mut targets, &mut files) {
            Ok(file) => files.push(file),
            Err(error @ WriteError::Full { .. }) => return Err(error),
            Err(error) => failed.push(error),
        }
    }
    Ok(files)
}

/// Gives the prepared files their new bytes; those that rest on one that failed stay, or become, as they
/// were.
fn replace_all(
    files: &mut [File<'_>],
    failed: &mut Vec<WriteError>,
    stage: &mut Stage,
    stop: &AtomicBool,
) {
    if stop.load(Ordering::Relaxed) {
        failed.extend(files.iter_mut().filter_map(File::interrupt));
        return;
    }
    for place in 0..files.len() {
        if let Err(error) = files[place].replace(stage) {
            failed.push(error);
            leave_orphaned(files, failed, stage);
        }
    }
}

/// Leaves what rests on files that failed, and puts back what of it is written already.
fn leave_orphaned(files: &mut [File<'_>], failed: &mut Vec<WriteError>, stage: &mut Stage) {
    let paths = failed.iter().map(|error| (error.path(), error.cause()));
    let mut causes: BTreeMap<PathBuf, PathBuf> = paths
        .map(|(path, cause)| (path.to_owned(), cause.to_owned()))
        .collect();
    loop {
        let n_failed = failed.len();
        for file in &mut *files {
            let mut lost = file.rests_on.iter().filter_map(|path| causes.get(*path));
            if let Some(cause) = lost
                .next()
                .filter(|_| !causes.contains_key(file.path))
                .cloned()
            {
                failed.push(file.leave(&cause, stage));
                causes.insert(file.path.to_owned(), cause);
            }
        }
        if failed.len() == n_failed {
            return;
        }
    }
}

/// Returns the directory that stands for a named path: itself, or the one that holds the file.
fn real_directory(named: &Path) -> Option<PathBuf> {
    if named.is_dir() {
        return fs::canonicalize(named).ok();
    }
    let parent = named
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
}

/// Returns a path with its links resolved, of what need not be there.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = path.parent().map(fs::canonicalize);
            let name = path.file_name();
            match (parent, name) {
                (Some(parent), Some(name)) => Ok(parent?.join(name)),
                _ => Err(error),
            }
        }
        real => real,
    }
}

/// Says of the first file that what is kept of all did not fit.
fn full(kept: &[(usize, Kept<'_>)]) -> WriteError {
    let first = kept.first().map(|(_, kept)| kept.target);
    let path = first.unwrap_or(Path::new("")).to_owned();
    let source = io::ErrorKind::StorageFull.into();
    WriteError::Full { path, source }
}

/// Reports every other file as not begun; the temporary files go with the caller's list.
fn nothing_written(
    mut failed: Vec<WriteError>,
    error: WriteError,
    rewrites: &[&Rewrite<'_>],
) -> Outcome {
    let known: BTreeSet<PathBuf> = failed.iter().map(|error| error.path().to_owned()).collect();
    let others = rewrites
        .iter()
        .filter(|rewrite| rewrite.path != error.path() && !known.contains(rewrite.path));
    failed.extend(others.map(|rewrite| WriteError::NotBegun {
        path: rewrite.path.to_owned(),
    }));
    failed.insert(0, error);
    Outcome {
        failed,
        ..Outcome::default()
    }
}

#[cfg(test)]
mod tests;
