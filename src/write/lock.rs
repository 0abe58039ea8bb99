//! One run at a time writes below a folder `.awaitify`.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::JournalError;
use super::room::{is_same, make_home, remove_home};
use super::runs::RUNS;

/// The file that is locked; the system lets go of it when the program ends, however it does.
const LOCK: &str = "lock";

/// How often another run may clear the folder away while it is made.
const ATTEMPTS: u32 = 100;

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    home: PathBuf,
    held: File,
}

impl Lock {
    /// Takes the lock of a folder `.awaitify`, which is made where it is missing.
    pub(super) fn take(home: &Path) -> Result<Self, JournalError> {
        for _ in 0..ATTEMPTS {
            match Self::attempt(home) {
                Ok(Some(lock)) => return Ok(lock),
                // The run that held it cleared it away.
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound && home.is_dir() => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Err(JournalError::Busy {
                        home: home.to_owned(),
                    });
                }
                Err(error) => return Err(JournalError::unkept(home, error)),
            }
        }
        let error = io::Error::other("no lock can be made");
        Err(JournalError::unkept(home, error))
    }

    fn attempt(home: &Path) -> io::Result<Option<Self>> {
        make_home(home)?;
        let path = home.join(LOCK);
        // What is there may be a stranger's: a link, or a pipe.
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::other("its lock is no file"));
        }
        let mut options = OpenOptions::new();
        let held = options
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        match held.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // Where the file system has no locks, two runs are told apart by what each finds changed.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let lock = Self {
            home: home.to_owned(),
            held,
        };
        Ok(is_same(&lock.held, &path).then_some(lock))
    }
}

/// Returns whether a run writes below a folder `.awaitify`.
pub(super) fn is_held(home: &Path) -> bool {
    let path = home.join(LOCK);
    let is_file = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    let held = OpenOptions::new().write(true).open(path);
    is_file && held.is_ok_and(|held| matches!(held.try_lock(), Err(TryLockError::WouldBlock)))
}

impl Drop for Lock {
    fn drop(&mut self) {
        let path = self.home.join(LOCK);
        // Where no run is kept nothing stays.
        let runs = self.home.join(RUNS);
        let is_empty = match fs::remove_dir(&runs) {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_empty && is_same(&self.held, &path) {
            let _ = fs::remove_file(&path);
        }
        let _ = self.held.unlock();
        if is_empty {
            remove_home(&self.home);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_told_and_nothing_stays() {
        let top = tempfile::tempdir().expect("a folder");
        let home = top.path().join(".awaitify");
        let first = Lock::take(&home).expect("it is free");
        let second = Lock::take(&home);
        assert!(
            matches!(second, Err(JournalError::Busy { .. })),
            "{second:?}"
        );
        drop(first);
        assert!(!home.exists());
        let again = Lock::take(&home).expect("it is free again");
        fs::create_dir(home.join(RUNS)).expect("a folder");
        fs::write(home.join(RUNS).join("x"), "").expect("a file");
        drop(again);
        assert!(home.join(LOCK).exists());
        Lock::take(&home).expect("it is free though it is there");
    }

    #[test]
    #[cfg(unix)]
    fn a_lock_that_is_a_link_is_not_opened() {
        let top = tempfile::tempdir().expect("a folder");
        let home = top.path().join(".awaitify");
        fs::create_dir(&home).expect("a folder");
        let away = top.path().join("away");
        std::os::unix::fs::symlink(&away, home.join(LOCK)).expect("a link");
        assert!(Lock::take(&home).is_err());
        assert!(!away.exists());
    }
}
