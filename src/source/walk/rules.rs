//! A folder → whether its files of ignore rules can be read without harm, before the walk reads them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::DirEntry;

use super::{UNFINISHED, WalkError};
use crate::source::origin;
use crate::source::read::{ReadError, read_up_to};
use crate::source::tree::{leads_out, repository};

/// Largest file of rules that is read, in bytes.
const MAX_RULES: u64 = 1 << 20;

/// Largest file that says where a repository is, in bytes.
const MAX_POINTER: u64 = 4 << 10;

/// A file that would be read, and why it must not be.
pub(super) type Obstacle = (PathBuf, ReadError);

/// Returns what must not be read in the folders above a named one, or in itself.
pub fn above(folder: &Path) -> Option<Obstacle> {
    let real = folder.canonicalize().ok()?;
    real.ancestors().find_map(obstacle)
}

/// Returns what must not be read of a folder's rules.
pub fn obstacle(folder: &Path) -> Option<Obstacle> {
    let own = [".ignore", ".gitignore"].map(|name| folder.join(name));
    let own = own.into_iter().find_map(wrong);
    own.or_else(|| of_repository(&folder.join(".git")))
}

/// Looks at the rules of a repository, which `.git` may only point to.
fn of_repository(git: &Path) -> Option<Obstacle> {
    let metadata = fs::metadata(git).ok()?;
    if metadata.is_dir() {
        return wrong(git.join("info/exclude"));
    }
    let pointed = match read_up_to(git, MAX_POINTER) {
        Ok(text) => first_line(&text)?
            .strip_prefix("gitdir: ")
            .map(PathBuf::from)?,
        Err(error) => return Some((git.to_owned(), error)),
    };
    let pointer = pointed.join("commondir");
    if fs::symlink_metadata(&pointer).is_err() {
        return None;
    }
    match read_up_to(&pointer, MAX_POINTER) {
        Ok(text) => wrong(pointed.join(first_line(&text)?).join("info/exclude")),
        Err(error) => Some((pointer, error)),
    }
}

fn first_line(text: &[u8]) -> Option<String> {
    let text = str::from_utf8(text).ok()?;
    text.lines().next().map(str::to_owned)
}

/// Says why a file must not be read; what is not there, or is a folder, is not.
fn wrong(path: PathBuf) -> Option<Obstacle> {
    let metadata = fs::symlink_metadata(&path).ok()?;
    let is_link = metadata.is_symlink();
    let metadata = match is_link {
        true => fs::metadata(&path).ok()?,
        false => metadata,
    };
    let error = match metadata.is_file() {
        true if metadata.len() > MAX_RULES => ReadError::TooLarge(MAX_RULES),
        true if is_link && leads_out_of_repository(&path) => ReadError::Outside,
        true => return None,
        false if metadata.is_dir() => return None,
        false => ReadError::NotRegular,
    };
    Some((path, error))
}

/// Above all repositories the rules are the user's own.
fn leads_out_of_repository(path: &Path) -> bool {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    let top = folder.and_then(|folder| repository(&folder));
    top.is_some_and(|top| leads_out(path, &top))
}

/// Lets the walk into folders: that reads their rules, before anything else is asked of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Gate(Arc<Mutex<Vec<(PathBuf, WalkError)>>>);

impl Gate {
    /// Returns whether the walk may go on with an entry.
    pub(super) fn lets(&self, entry: &DirEntry) -> bool {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_folder || entry.depth() == 0 {
            return true;
        }
        if origin::is_skipped(entry.file_name()) {
            return false;
        }
        let Some(obstacle) = obstacle(entry.path()) else {
            return true;
        };
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        closed.push((entry.path().to_owned(), unlisted(obstacle)));
        false
    }

    /// Returns why folders were not listed, but for those that are left out: they need no rules.
    pub(super) fn errors(&self, is_left_out: impl Fn(&Path) -> bool) -> Vec<WalkError> {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        closed.retain(|(folder, _)| !is_left_out(folder));
        closed.drain(..).map(|(_, error)| error).collect()
    }
}

/// Whether an entry is a folder in which a run keeps what is not finished yet.
pub(super) fn is_unfinished(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    is_folder && entry.depth() > 0 && entry.file_name() == UNFINISHED
}

/// Says of a folder's rules why the folder is left out.
pub(super) fn unlisted((path, error): Obstacle) -> WalkError {
    let message = format!("{error}; its folder is left out; --no-ignore reads no such files");
    WalkError::Io { path, message }
}
