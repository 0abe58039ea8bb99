//! New bytes of files → the files on disk, each replaced whole or left as it was.
//!
//! Every file is prepared in a folder of the run before the first one is replaced, so that a full disk
//! leaves the tree as it was, and what rests on a file that cannot be written is not begun. Where one
//! fails later, the files that rest on it are put back. A hard link to a replaced file keeps the old
//! bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempPath;

use super::error::WriteError;
use super::stage::Stage;

/// A file and the bytes it shall have.
#[derive(Debug, Clone)]
pub struct Rewrite<'a> {
    /// As the walk named it.
    pub path: &'a Path,
    /// What was read, and what the new bytes were made from.
    pub before: &'a [u8],
    /// What shall stand there.
    pub after: &'a [u8],
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
}

/// Writes what differs; `trees` are the files and directories that were named, and `failed` says which
/// other files have no new bytes.
///
/// A file that cannot be written stays as it was, with those that rest on it, and the others go on; only
/// a full disk stops all. Once `stop` is set no other file is begun.
pub fn write_all(
    rewrites: &[Rewrite<'_>],
    mut failed: Vec<WriteError>,
    trees: &[PathBuf],
    stop: &AtomicBool,
) -> Outcome {
    let trees: Vec<PathBuf> = trees
        .iter()
        .filter_map(|tree| real_directory(tree))
        .collect();
    let mut stage = Stage::new(trees);
    let mut files: Vec<File<'_>> = Vec::new();
    let mut targets = BTreeMap::new();
    for rewrite in rewrites {
        if rewrite.before == rewrite.after {
            continue;
        }
        if stop.load(Ordering::Relaxed) {
            let path = rewrite.path.to_owned();
            failed.push(WriteError::Interrupted { path });
            continue;
        }
        match prepare(rewrite, &mut stage, &mut targets, &mut files) {
            Ok(file) => files.push(file),
            Err(error @ WriteError::Full { .. }) => {
                return nothing_written(failed, error, rewrites);
            }
            Err(error) => failed.push(error),
        }
    }
    replace_all(files, failed, &mut stage, stop)
}

/// Gives the prepared files their new bytes; those that rest on one that failed stay, or become, as they
/// were.
fn replace_all(
    mut files: Vec<File<'_>>,
    mut failed: Vec<WriteError>,
    stage: &mut Stage,
    stop: &AtomicBool,
) -> Outcome {
    leave_orphaned(&mut files, &mut failed, stage);
    for place in 0..files.len() {
        if stop.load(Ordering::Relaxed) {
            failed.extend(files[place..].iter_mut().filter_map(File::interrupt));
            leave_orphaned(&mut files, &mut failed, stage);
            break;
        }
        if let Err(error) = files[place].replace(stage) {
            failed.push(error);
            leave_orphaned(&mut files, &mut failed, stage);
        }
    }
    let written = files.iter().filter(|file| file.state == State::Written);
    let mut written: Vec<PathBuf> = written.map(|file| file.path.to_owned()).collect();
    written.sort();
    Outcome { written, failed }
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

/// Reports every other file as not begun; the temporary files go with the caller's list.
fn nothing_written(
    mut failed: Vec<WriteError>,
    error: WriteError,
    rewrites: &[Rewrite<'_>],
) -> Outcome {
    let known: BTreeSet<PathBuf> = failed.iter().map(|error| error.path().to_owned()).collect();
    let others = rewrites.iter().filter(|rewrite| {
        rewrite.before != rewrite.after
            && rewrite.path != error.path()
            && !known.contains(rewrite.path)
    });
    failed.extend(others.map(|rewrite| WriteError::NotBegun {
        path: rewrite.path.to_owned(),
    }));
    failed.insert(0, error);
    Outcome {
        written: Vec::new(),
        failed,
    }
}

/// A file on its way.
struct File<'a> {
    path: &'a Path,
    rests_on: Vec<&'a Path>,
    before: &'a [u8],
    after: &'a [u8],
    target: PathBuf,
    /// The new bytes on their stage, until they stand there; dropped, they go. `None` for another
    /// name of a file that has them.
    temporary: Option<TempPath>,
    state: State,
}

/// What became of a file so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Prepared,
    Written,
    Left,
}

/// Puts the new bytes on their stage. Another name of a file that is prepared already stands or falls
/// with it.
fn prepare<'a>(
    rewrite: &Rewrite<'a>,
    stage: &mut Stage,
    targets: &mut BTreeMap<PathBuf, usize>,
    files: &mut [File<'a>],
) -> Result<File<'a>, WriteError> {
    let target = target(rewrite, stage)?;
    let mut rests_on = rewrite.rests_on.clone();
    let temporary = if let Some(place) = targets.get(&target) {
        files[*place].rests_on.push(rewrite.path);
        rests_on.push(files[*place].path);
        None
    } else {
        let written = stage.write(&target, rewrite.after);
        let written = written.map_err(|source| WriteError::from_io(rewrite.path, source))?;
        targets.insert(target.clone(), files.len());
        Some(written)
    };
    Ok(File {
        path: rewrite.path,
        rests_on,
        before: rewrite.before,
        after: rewrite.after,
        target,
        temporary,
        state: State::Prepared,
    })
}

/// Returns the file that is written, which may be, and is as it was read.
fn target(rewrite: &Rewrite<'_>, stage: &Stage) -> Result<PathBuf, WriteError> {
    let failed = |source| WriteError::from_io(rewrite.path, source);
    let target = fs::canonicalize(rewrite.path).map_err(failed)?;
    if !stage.holds(&target) {
        return Err(WriteError::Outside {
            path: rewrite.path.to_owned(),
            target,
        });
    }
    // Whether it may be written is the system's to say: a rename alone would not ask.
    if fs::OpenOptions::new().write(true).open(&target).is_err() {
        return Err(WriteError::ReadOnly {
            path: rewrite.path.to_owned(),
        });
    }
    check_unchanged(rewrite.path, &target, rewrite.before)?;
    Ok(target)
}

fn check_unchanged(path: &Path, target: &Path, before: &[u8]) -> Result<(), WriteError> {
    let now = fs::read(target).map_err(|source| WriteError::from_io(path, source))?;
    if now == before {
        return Ok(());
    }
    Err(WriteError::Changed {
        path: path.to_owned(),
    })
}

impl File<'_> {
    /// The file is compared once more: preparing the others took its time.
    fn replace(&mut self, stage: &mut Stage) -> Result<(), WriteError> {
        if self.state == State::Left {
            return Ok(());
        }
        self.state = State::Left;
        if let Some(temporary) = self.temporary.take() {
            check_unchanged(self.path, &self.target, self.before)?;
            let renamed = stage.persist(temporary, &self.target);
            // Files before this one are written: no disk was too full for that.
            renamed.map_err(|source| WriteError::Io {
                path: self.path.to_owned(),
                source,
            })?;
        }
        self.state = State::Written;
        Ok(())
    }

    /// Leaves a file that was not reached in time, and says so.
    fn interrupt(&mut self) -> Option<WriteError> {
        if self.state == State::Left {
            return None;
        }
        self.temporary = None;
        self.state = State::Left;
        let path = self.path.to_owned();
        Some(WriteError::Interrupted { path })
    }

    /// Leaves a file that rests on one that could not be written, and says so.
    fn leave(&mut self, cause: &Path, stage: &mut Stage) -> WriteError {
        let is_written = self.state == State::Written;
        self.temporary = None;
        if let Err(source) = if is_written {
            self.put_back(stage)
        } else {
            Ok(())
        } {
            return WriteError::NotPutBack {
                path: self.path.to_owned(),
                cause: cause.to_owned(),
                source,
            };
        }
        self.state = State::Left;
        WriteError::Bereft {
            path: self.path.to_owned(),
            cause: cause.to_owned(),
        }
    }

    /// Gives a file its old bytes again, unless somebody else gave it others.
    fn put_back(&self, stage: &mut Stage) -> io::Result<()> {
        match fs::read(&self.target)? {
            // By another name it is put back already.
            now if now == self.before => return Ok(()),
            now if now == self.after => {}
            _ => return Err(io::Error::other("it changed on disk meanwhile")),
        }
        let written = stage.write(&self.target, self.before)?;
        stage.persist(written, &self.target)
    }
}

#[cfg(test)]
mod tests;
