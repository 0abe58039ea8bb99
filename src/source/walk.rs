//! Paths as named → the files to look at, sorted, each once; and what could not be listed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, MAIN_SEPARATOR, Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};
use memchr::memmem;
use rustc_hash::FxHashSet;

use super::origin::{self, Origin};
use super::package_list::PackageList;
use super::read::{ReadError, may_wait};
use crate::text::shown;

mod rules;

use rules::{Gate, is_unfinished};
pub use rules::{above as obstacle_above, obstacle};

/// Where a run keeps what is not finished yet; one that was killed leaves it.
pub const UNFINISHED: &str = ".awaitify";

/// What to leave out.
#[derive(Clone, Copy)]
pub struct WalkOptions<'o> {
    /// Does not read `.gitignore` and `.ignore`; the default excludes still hold.
    pub no_ignore: bool,
    /// Leaves out also what is named: files and folders that would not be found.
    pub force_exclude: bool,
    /// Says of a path that is no link, and whether it is a folder, that it is left out.
    pub leave_out: &'o (dyn Fn(&Path, bool) -> bool + Sync),
}

impl Default for WalkOptions<'_> {
    fn default() -> Self {
        Self {
            no_ignore: false,
            force_exclude: false,
            leave_out: &|_, _| false,
        }
    }
}

/// Why a path gives no files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum WalkError {
    /// It is not there, or can't be listed or read.
    #[error("{}: {message}", shown::path(path))]
    Io {
        /// The path.
        path: PathBuf,
        /// The system's words.
        message: String,
    },
    /// A stub file was named: it holds no code.
    #[error("{}: a stub file holds no code to change", shown::path(path))]
    Stub {
        /// The path.
        path: PathBuf,
    },
}

/// The files to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// `.py` and `.ipynb` below the paths, and whatever file was named. Sorted, each once.
    pub files: Vec<PathBuf>,
    /// Files in the folders that say which packages a project needs. Sorted, each once.
    pub package_lists: Vec<PathBuf>,
    /// Sorted.
    pub errors: Vec<WalkError>,
    /// Folders in which a run that was killed may have left something.
    pub unfinished: Vec<PathBuf>,
    /// Those that were named themselves: absolute, and looked at whoever wrote them.
    named: FxHashSet<PathBuf>,
    /// Absolute, so that none is counted twice.
    skipped: FxHashSet<PathBuf>,
    /// Files passed over because their name says that a program wrote them.
    pub skipped_generated: usize,
    /// Files passed over because they are copies of another project's.
    pub skipped_vendored: usize,
}

impl Walk {
    /// Takes all files out, those that list packages among the others, in order of path.
    pub fn take_files(&mut self) -> Vec<PathBuf> {
        let mut files = std::mem::take(&mut self.files);
        files.append(&mut self.package_lists);
        files.sort_by(in_order);
        files
    }

    /// Returns whether a file was named itself, so that it does not matter who wrote it.
    pub fn is_named(&self, file: &Path) -> bool {
        // To make a path absolute is a question to the system.
        !self.named.is_empty() && self.named.contains(&absolute(file))
    }

    /// Takes a path that was named, which need not exist, unless it is to be left out.
    fn name(&mut self, path: &Path, options: WalkOptions) {
        if has_extension(path, "pyi") {
            let path = path.to_owned();
            return self.errors.push(WalkError::Stub { path });
        }
        if !options.force_exclude {
            self.named.insert(absolute(path));
        } else if is_left_out(path, options) {
            return;
        } else if let Some(origin) = origin::of_name(&below_project(path)) {
            return self.skip(path, origin);
        }
        self.files.push(plain(path).into_owned());
    }

    fn skip(&mut self, path: &Path, origin: Origin) {
        let path = absolute(path);
        if self.named.contains(&path) || !self.skipped.insert(path) {
            return;
        }
        match origin {
            Origin::Generated => self.skipped_generated += 1,
            Origin::Vendored => self.skipped_vendored += 1,
        }
    }
}

/// Takes one name as if a file of that name had been named: its text comes from elsewhere.
pub fn named(path: &Path, options: &WalkOptions) -> Walk {
    let mut walk = Walk::default();
    walk.name(path, *options);
    walk
}

/// Lists the files at and below `paths`. Symbolic links are followed where they are named, not where
/// they are found.
pub fn walk(paths: &[PathBuf], options: &WalkOptions) -> Walk {
    let mut walk = Walk::default();
    let mut folders = Vec::new();
    for path in paths {
        match std::fs::metadata(path) {
            Err(error) => walk.errors.push(io_error(path, &error)),
            Ok(metadata) if may_wait(path, &metadata) => {
                let (path, message) = (path.clone(), ReadError::NotRegular.to_string());
                walk.errors.push(WalkError::Io { path, message });
            }
            Ok(metadata) if !metadata.is_dir() => walk.name(path, *options),
            Ok(_) if options.force_exclude && is_left_out(path, *options) => {}
            Ok(_) => folders.push(path),
        }
    }
    if !options.no_ignore {
        folders.retain(|folder| match rules::above(folder) {
            Some(obstacle) => {
                walk.errors.push(rules::unlisted(obstacle));
                false
            }
            None => true,
        });
    }
    list(&folders, *options, &mut walk);
    walk.errors.sort();
    walk.errors.dedup();
    walk.files.sort_by(in_order);
    walk.package_lists.sort_by(in_order);
    // Below one path each is found once.
    if paths.len() > 1 {
        let mut seen = FxHashSet::default();
        walk.files.retain(|file| seen.insert(absolute(file)));
        walk.package_lists
            .retain(|file| seen.insert(absolute(file)));
    }
    walk
}

/// What is found in a folder.
enum Found {
    File(PathBuf),
    PackageList(PathBuf),
    Skipped(Origin, PathBuf),
    Unfinished(PathBuf),
    Error(WalkError),
}

fn list(folders: &[&PathBuf], options: WalkOptions, walk: &mut Walk) {
    let Some((first, others)) = folders.split_first() else {
        return;
    };
    let mut builder = WalkBuilder::new(first);
    for folder in others {
        builder.add(folder);
    }
    builder
        .standard_filters(!options.no_ignore)
        .hidden(false)
        // What is found must not depend on the machine.
        .git_global(false);
    let gate = Gate::default();
    if !options.no_ignore {
        let gate = gate.clone();
        builder.filter_entry(move |entry| gate.lets(entry));
    }
    let (sender, receiver) = mpsc::channel();
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let (found, next) = found(entry, options);
            // The receiver lives longer than the walk.
            let _ = found.map(|found| sender.send(found));
            next
        })
    });
    drop(sender);
    for found in receiver {
        match found {
            Found::File(path) => walk.files.push(path),
            Found::PackageList(path) => walk.package_lists.push(path),
            Found::Skipped(origin, path) => walk.skip(&path, origin),
            Found::Unfinished(path) => walk.unfinished.push(path),
            Found::Error(error) => walk.errors.push(error),
        }
    }
    (walk.errors).extend(gate.errors(|it| (options.leave_out)(&plain(it), true)));
}

/// Returns what an entry gives, and whether the walk goes into it.
fn found(
    entry: Result<DirEntry, ignore::Error>,
    options: WalkOptions,
) -> (Option<Found>, WalkState) {
    match entry {
        Ok(entry) if is_unfinished(&entry) => {
            let found = Found::Unfinished(entry.into_path());
            (Some(found), WalkState::Skip)
        }
        Ok(entry) => match is_wanted(&entry, options) {
            true => (classify(&entry, options), WalkState::Continue),
            false => (None, WalkState::Skip),
        },
        Err(error) => (Some(Found::Error(ignore_error(error))), WalkState::Continue),
    }
}

fn is_wanted(entry: &DirEntry, options: WalkOptions) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let is_skipped = is_folder && origin::is_skipped(entry.file_name());
    let may_be_wanted = match is_folder {
        true => !is_skipped,
        false => is_looked_at(entry.path()),
    };
    may_be_wanted && !(options.leave_out)(&plain(entry.path()), is_folder)
}

/// Compares paths part by part, as their own order does, which takes them apart for it.
fn in_order(one: &PathBuf, other: &PathBuf) -> Ordering {
    let [one, other] = [one, other].map(|path| path.as_os_str().as_encoded_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    // A separator goes before all that a name holds.
    let rank = |path: &[u8]| {
        let byte = path.get(same)?;
        (!std::path::is_separator(char::from(*byte))).then_some(*byte)
    };
    let ends = [one, other].map(|path| path.len() > same);
    ends[0]
        .cmp(&ends[1])
        .then_with(|| rank(one).cmp(&rank(other)))
}

/// Returns whether a file's name is one of Python, or of a list of packages.
fn is_looked_at(path: &Path) -> bool {
    is_code(path) || PackageList::of(path).is_some()
}

fn is_code(path: &Path) -> bool {
    has_extension(path, "py") || has_extension(path, "ipynb")
}

/// Returns whether a path, or a folder that it is in, would not be found by itself.
fn is_left_out(path: &Path, options: WalkOptions) -> bool {
    let (whole, below) = (absolute(path), below_project(path));
    let depth = below.components().count();
    let inside = whole.ancestors().take(depth);
    inside.enumerate().any(|(above, part)| {
        let is_folder = above > 0 || part.is_dir();
        let is_skipped = is_folder && part.file_name().is_some_and(origin::is_skipped);
        // A named path may be a link; what is found is none.
        let real = std::fs::canonicalize(part).unwrap_or_else(|_| part.to_owned());
        is_skipped || (options.leave_out)(&real, is_folder)
    })
}

/// Returns a path as seen from the current directory, or else from the repository it is in: what
/// folders above these are called says nothing.
fn below_project(path: &Path) -> PathBuf {
    let path = absolute(path);
    let current = std::env::current_dir().ok();
    if let Some(below) =
        current.and_then(|current| Some(path.strip_prefix(current).ok()?.to_owned()))
    {
        return below;
    }
    let mut above = path.ancestors().skip(1);
    let top = above.find(|folder| folder.join(".git").exists());
    let top = top.or(path.parent()).unwrap_or(Path::new(""));
    path.strip_prefix(top).unwrap_or(&path).to_owned()
}

/// Returns what an entry that is wanted gives; `None`: nothing.
fn classify(entry: &DirEntry, options: WalkOptions) -> Option<Found> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let path = plain(entry.path()).into_owned();
    let is_list = !is_code(&path);
    if is_list && PackageList::of(&path).is_none() {
        return None;
    }
    let below = || match options.force_exclude {
        true => below_project(&path),
        false => below_root(entry),
    };
    let origin = origin::may_tell(&path).then(|| origin::of_name(&below()));
    Some(match origin.flatten() {
        Some(_) if is_list => return None,
        Some(origin) => Found::Skipped(origin, path),
        None if is_list => Found::PackageList(path),
        None => Found::File(path),
    })
}

/// Returns a path as seen from the folder that was named: what is in a vendored one is looked at then.
fn below_root(entry: &DirEntry) -> PathBuf {
    let parts: Vec<_> = entry.path().components().collect();
    let above = parts.len().saturating_sub(entry.depth());
    parts[above..].iter().collect()
}

/// Two spellings of one path must be told as one.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the path without `.` components, so that `./a.py` and `a.py` are one.
pub fn plain(path: &Path) -> Cow<'_, Path> {
    // To take it apart costs more than to see that it is plain.
    let has = |part: &str, text: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    let is_plain = |text: &&str| {
        let ends = [".", "/."]
            .iter()
            .any(|end| text == end || text.ends_with(end));
        MAIN_SEPARATOR == '/' && !ends && !text.starts_with("./") && !has("/./", text)
    };
    let text = path
        .to_str()
        .map(|text| text.strip_prefix("./").unwrap_or(text));
    match text.filter(is_plain) {
        Some(text) => Cow::Borrowed(Path::new(text)),
        None => {
            let parts = path.components();
            Cow::Owned(parts.filter(|part| *part != Component::CurDir).collect())
        }
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension() == Some(OsStr::new(extension))
}

fn io_error(path: &Path, error: &io::Error) -> WalkError {
    WalkError::Io {
        path: path.to_owned(),
        message: error.to_string(),
    }
}

fn ignore_error(error: ignore::Error) -> WalkError {
    match error {
        ignore::Error::WithPath { path, err } => WalkError::Io {
            path,
            message: err.to_string(),
        },
        ignore::Error::WithDepth { err, .. } => ignore_error(*err),
        other => WalkError::Io {
            path: PathBuf::new(),
            message: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;
