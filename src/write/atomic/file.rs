//! A file on its way: looked at, its new bytes on their stage, in its place, or left.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::{Rewrite, real_path};
use crate::write::error::WriteError;
use crate::write::journal::Kept;
use crate::write::manifest::Look;
use crate::write::stage::Stage;

/// A file on its way.
pub(super) struct File<'a> {
    pub(super) path: &'a Path,
    pub(super) rests_on: Vec<&'a Path>,
    before: Option<&'a [u8]>,
    after: Option<&'a [u8]>,
    target: PathBuf,
    /// What it is besides its bytes, and what it shall be.
    looks: (Look, Look),
    next: Next,
    pub(super) state: State,
}

/// What is to be done to a file.
enum Next {
    /// The new bytes on their stage, until they stand in its place; dropped, they go.
    Replace(TempPath),
    /// It goes.
    Remove,
    /// Nothing: it is another name of a file that is written, or is done with.
    Nothing,
}

/// What became of a file so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Prepared,
    Written,
    Left,
}

/// Puts the new bytes on their stage. Another name of a file that is prepared already stands or falls
/// with it.
pub(super) fn prepare<'a>(
    rewrite: &Rewrite<'a>,
    stage: &mut Stage,
    targets: &mut BTreeMap<PathBuf, usize>,
    files: &mut [File<'a>],
) -> Result<File<'a>, WriteError> {
    let failed = |source| WriteError::from_io(rewrite.path, source);
    let target = target(rewrite, stage)?;
    let mut rests_on = rewrite.rests_on.clone();
    let look = look(rewrite, &target).map_err(failed)?;
    let next = match (targets.get(&target), rewrite.after) {
        (Some(place), _) => {
            files[*place].rests_on.push(rewrite.path);
            rests_on.push(files[*place].path);
            Next::Nothing
        }
        (None, Some(after)) => {
            let written = stage.write(&target, after, rewrite.look);
            Next::Replace(written.map_err(failed)?)
        }
        (None, None) => Next::Remove,
    };
    if !matches!(next, Next::Nothing) {
        targets.insert(target.clone(), files.len());
    }
    Ok(File {
        path: rewrite.path,
        rests_on,
        before: rewrite.before,
        after: rewrite.after,
        target,
        looks: (look, rewrite.look.unwrap_or(look.at_any_time())),
        next,
        state: State::Prepared,
    })
}

/// Returns what a file is besides its bytes.
fn look(rewrite: &Rewrite<'_>, target: &Path) -> io::Result<Look> {
    match rewrite.before {
        Some(_) => Ok(Look::of(&fs::metadata(target)?)),
        None => Ok(Look::default()),
    }
}

/// Returns the file that is written, which may be, and is as it was read.
fn target(rewrite: &Rewrite<'_>, stage: &Stage) -> Result<PathBuf, WriteError> {
    let failed = |source| WriteError::from_io(rewrite.path, source);
    let target = real_path(rewrite.path).map_err(failed)?;
    if !stage.holds(&target) {
        return Err(WriteError::Outside {
            path: rewrite.path.to_owned(),
            target,
        });
    }
    // Whether it may be written is the system's to say: a rename alone would not ask. Who gives a file
    // another mode has asked for it.
    let is_open = || fs::OpenOptions::new().write(true).open(&target).is_ok();
    if rewrite.before.is_some() && rewrite.look.is_none() && !is_open() {
        return Err(WriteError::ReadOnly {
            path: rewrite.path.to_owned(),
        });
    }
    check_unchanged(rewrite.path, &target, rewrite.before)?;
    Ok(target)
}

fn check_unchanged(path: &Path, target: &Path, before: Option<&[u8]>) -> Result<(), WriteError> {
    let now = match fs::read(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && before.is_none() => None,
        now => Some(now.map_err(|source| WriteError::from_io(path, source))?),
    };
    if now.as_deref() == before {
        return Ok(());
    }
    Err(WriteError::Changed {
        path: path.to_owned(),
    })
}

impl<'a> File<'a> {
    /// Returns what is to be kept of it; `None`: it has no bytes of its own to come.
    pub(super) fn kept(&self) -> Option<Kept<'_>> {
        if self.state != State::Prepared || matches!(self.next, Next::Nothing) {
            return None;
        }
        Some(Kept {
            target: &self.target,
            before: self.before.map(|bytes| (bytes, self.looks.0)),
            after: self.after.map(|bytes| (bytes, self.looks.1)),
        })
    }

    /// Returns where it is, if it is written.
    pub(super) fn written(&self) -> Option<&Path> {
        (self.state == State::Written).then_some(&*self.target)
    }

    /// The file is compared once more: preparing the others took its time.
    pub(super) fn replace(&mut self, stage: &mut Stage) -> Result<(), WriteError> {
        if self.state == State::Left {
            return Ok(());
        }
        self.state = State::Left;
        // Files before this one are written: no disk was too full for that.
        let failed = |source| WriteError::Io {
            path: self.path.to_owned(),
            source,
        };
        match std::mem::replace(&mut self.next, Next::Nothing) {
            Next::Nothing => {}
            Next::Replace(temporary) => {
                check_unchanged(self.path, &self.target, self.before)?;
                stage.persist(temporary, &self.target).map_err(failed)?;
            }
            Next::Remove => {
                check_unchanged(self.path, &self.target, self.before)?;
                fs::remove_file(&self.target).map_err(failed)?;
            }
        }
        self.state = State::Written;
        Ok(())
    }

    /// Leaves a file that was not reached in time, and says so.
    pub(super) fn interrupt(&mut self) -> Option<WriteError> {
        if self.state == State::Left {
            return None;
        }
        self.next = Next::Nothing;
        self.state = State::Left;
        let path = self.path.to_owned();
        Some(WriteError::Interrupted { path })
    }

    /// Leaves a file that rests on one that could not be written, and says so.
    pub(super) fn leave(&mut self, cause: &Path, stage: &mut Stage) -> WriteError {
        let is_written = self.state == State::Written;
        self.next = Next::Nothing;
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
        let now = match fs::read(&self.target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            now => Some(now?),
        };
        // By another name it is put back already.
        if now.as_deref() == self.before {
            return Ok(());
        }
        if now.as_deref() != self.after {
            return Err(io::Error::other("it has changed on disk"));
        }
        match self.before {
            Some(before) => {
                let written = stage.write(&self.target, before, Some(self.looks.0))?;
                stage.persist(written, &self.target)
            }
            None => fs::remove_file(&self.target),
        }
    }
}
