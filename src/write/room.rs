//! A place for files that are not finished yet, on the file system of those that they replace.
//!
//! All of a run are in one folder of its own, `.awaitify/run-…` at the top of the tree, so that whatever
//! ends the run, the next one finds and clears what is left. A run holds a lock as long as it lives.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::source::walk::UNFINISHED;
use crate::text::shown;

/// What the names of a run's folder and of its lock begin with.
const RUN: &str = "run-";

/// How the name of a lock ends.
const LOCK: &str = ".lock";

/// Keeps the folder out of a repository.
const IGNORED: (&str, &str) = (".gitignore", "*\n");

/// Names that are tried: another run may take one, or clear the folder around it.
const ATTEMPTS: u32 = 100;

/// The folder of this run; with it all in it goes.
#[derive(Debug)]
pub(super) struct Room {
    /// Where the files are.
    pub(super) folder: PathBuf,
    home: PathBuf,
    lock: PathBuf,
    /// Held until the end.
    held: File,
}

impl Room {
    /// Makes a folder in `.awaitify` of `base`, and clears those of runs that have ended.
    ///
    /// # Errors
    /// Nothing can be made there, or what is there is not ours.
    pub(super) fn new(base: &Path) -> io::Result<Self> {
        let home = base.join(UNFINISHED);
        clear(&home);
        for attempt in 0..ATTEMPTS {
            match Self::attempt(&home, attempt) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // Another run has ended, and cleared the folder around it.
                Err(error) if error.kind() == io::ErrorKind::NotFound && base.is_dir() => {}
                made => return made,
            }
        }
        Err(io::Error::other(format!(
            "no folder for new files can be made in {}: end other runs of awaitify",
            shown::path(&home)
        )))
    }

    fn attempt(home: &Path, attempt: u32) -> io::Result<Self> {
        make_home(home)?;
        let name = format!("{RUN}{}-{attempt}", std::process::id());
        let folder = home.join(&name);
        let lock = home.join(name + LOCK);
        // The lock is there before the folder: a folder without one belongs to nobody.
        let held = create_new(&lock)?;
        // Where the file system has no locks, names alone keep runs apart.
        let is_taken = matches!(held.try_lock(), Err(TryLockError::WouldBlock));
        if is_taken || !is_same(&held, &lock) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let room = Self {
            folder,
            home: home.to_owned(),
            lock,
            held,
        };
        create_folder(&room.folder, 0o700)?;
        Ok(room)
    }
}

/// Makes the folder `.awaitify`, which git ignores, unless it is there.
///
/// # Errors
/// It cannot be made, or what is there is not ours.
pub(super) fn make_home(home: &Path) -> io::Result<()> {
    match create_folder(home, 0o755) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => check_own(home)?,
    }
    let ignored = create_new(&home.join(IGNORED.0));
    if let Ok(mut file) = ignored {
        io::Write::write_all(&mut file, IGNORED.1.as_bytes())?;
    }
    Ok(())
}

impl Drop for Room {
    fn drop(&mut self) {
        remove(&self.folder, &self.lock);
        // Who looks for locks finds none any more.
        let _ = self.held.unlock();
        remove_home(&self.home);
    }
}

/// Clears what runs left that have ended, in a folder `.awaitify`.
pub fn clear(home: &Path) {
    if check_own(home).is_err() {
        return;
    }
    let Ok(entries) = fs::read_dir(home) else {
        return;
    };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let run = name.to_str().map(|name| name.trim_end_matches(LOCK));
        let Some(run) = run.filter(|run| is_run(run)) else {
            continue;
        };
        let lock = home.join(format!("{run}{LOCK}"));
        // Held while its folder goes.
        let held = open_lock(&lock);
        let has_ended = match &held {
            Ok(held) => held.try_lock().is_ok() && is_same(held, &lock),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if has_ended {
            remove(&home.join(run), &lock);
        }
    }
    remove_home(home);
}

/// Whether a name is one that a run gives: `run-123-0`.
fn is_run(name: &str) -> bool {
    let numbers = name.strip_prefix(RUN).and_then(|rest| rest.split_once('-'));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    numbers.is_some_and(|(one, other)| is_number(one) && is_number(other))
}

fn remove(folder: &Path, lock: &Path) {
    // What is a link goes itself, nothing behind it.
    let is_gone = match fs::remove_dir_all(folder) {
        Ok(()) => true,
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_gone {
        let _ = fs::remove_file(lock);
    }
}

/// Removes the folder if only what every run writes is in it.
pub(super) fn remove_home(home: &Path) {
    let Ok(entries) = fs::read_dir(home) else {
        return;
    };
    let mut entries = entries.filter_map(Result::ok);
    if entries.all(|entry| entry.file_name() == IGNORED.0) {
        let ignored = home.join(IGNORED.0);
        if fs::read(&ignored).is_ok_and(|text| text == IGNORED.1.as_bytes()) {
            let _ = fs::remove_file(&ignored);
        }
        let _ = fs::remove_dir(home);
    }
}

/// Checks that a folder is one, no link, and that nobody else could exchange what is put there.
pub(super) fn check_own(home: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(home)?;
    if !metadata.is_dir() {
        return Err(io::Error::other(format!(
            "{UNFINISHED} is no folder, but new files are to be put there"
        )));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let of_others = 0o022;
        let own = rustix::process::geteuid().as_raw();
        let around = home.parent().and_then(|around| fs::metadata(around).ok());
        let is_known = |owner: u32| {
            owner == own || around.as_ref().is_some_and(|around| around.uid() == owner)
        };
        let around = around.as_ref().map_or(0, MetadataExt::mode);
        // Who may write around it may write into it, too.
        let is_open = metadata.mode() & of_others & !around != 0;
        if !is_known(metadata.uid()) || is_open {
            return Err(io::Error::other(format!(
                "{UNFINISHED} is somebody else's folder, but new files are to be put there"
            )));
        }
    }
    Ok(())
}

pub(super) fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
pub(super) fn create_folder(folder: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(mode).create(folder)
}

#[cfg(not(unix))]
pub(super) fn create_folder(folder: &Path, _mode: u32) -> io::Result<()> {
    fs::create_dir(folder)
}

/// A lock may be a pipe by now, or a link.
fn open_lock(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("no lock"));
    }
    OpenOptions::new().write(true).open(path)
}

/// Whether an open file is still the one of that name.
#[cfg(unix)]
pub(super) fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (open, named) = (
        file.metadata().map(place),
        fs::symlink_metadata(path).map(place),
    );
    open.is_ok_and(|open| named.is_ok_and(|named| open == named))
}

#[cfg(not(unix))]
pub(super) fn is_same(_file: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("it can be read");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_room_goes_with_all_in_it() {
        let base = tempfile::tempdir().expect("a folder");
        let room = Room::new(base.path()).expect("a room");
        fs::write(room.folder.join("0"), "x").expect("a file");
        assert_eq!(names(base.path()), [UNFINISHED]);
        drop(room);
        assert!(names(base.path()).is_empty());
    }

    #[test]
    fn a_run_clears_what_was_left_and_not_what_is_in_use() {
        let base = tempfile::tempdir().expect("a folder");
        let home = base.path().join(UNFINISHED);
        let first = Room::new(base.path()).expect("a room");
        fs::create_dir(home.join("run-1-0")).expect("a folder");
        fs::write(home.join("run-1-0/x"), "x").expect("a file");
        fs::write(home.join("run-2-0.lock"), "").expect("a file");
        fs::write(home.join("mine"), "x").expect("a file");
        let second = Room::new(base.path()).expect("a room");
        assert!(first.folder.is_dir() && second.folder.is_dir());
        assert!(!home.join("run-1-0").exists() && !home.join("run-2-0.lock").exists());
        drop((first, second));
        assert_eq!(names(&home), [".gitignore", "mine"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_its_place_is_not_followed() {
        let (base, other) = (tempfile::tempdir(), tempfile::tempdir());
        let (base, other) = (base.expect("a folder"), other.expect("a folder"));
        fs::create_dir(other.path().join("run-1-0")).expect("a folder");
        std::os::unix::fs::symlink(other.path(), base.path().join(UNFINISHED)).expect("a link");
        assert!(Room::new(base.path()).is_err());
        assert_eq!(names(other.path()), ["run-1-0"]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_a_folder_of_a_run_goes_alone() {
        let (base, other) = (tempfile::tempdir(), tempfile::tempdir());
        let (base, other) = (base.expect("a folder"), other.expect("a folder"));
        fs::write(other.path().join("kept"), "x").expect("a file");
        let home = base.path().join(UNFINISHED);
        fs::create_dir(&home).expect("a folder");
        std::os::unix::fs::symlink(other.path(), home.join("run-1-0")).expect("a link");
        clear(&home);
        assert_eq!(names(other.path()), ["kept"]);
    }

    #[test]
    fn only_names_that_a_run_gives_are_cleared() {
        let cases = [
            "run-1-0",
            "run-12-34",
            "run-",
            "run-1",
            "run-x-1",
            "run-1-1x",
        ];
        assert_eq!(cases.map(is_run), [true, true, false, false, false, false]);
    }
}
