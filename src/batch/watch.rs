//! A program → its end, or ours: when a signal comes, its time is over, or the disk gets too full.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::campaign::Limits;
use crate::trial::check::{end, group};

/// How often it is asked whether a program ended: soon at first, as most of git's do.
const TICKS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// The shortest time between two looks at a disk.
const LOOK: Duration = Duration::from_secs(1);

/// A look at a disk takes no more than this part of the time.
const PART: u32 = 20;

/// What may end the work on a repository.
#[derive(Debug)]
pub struct Watch<'w> {
    /// Set when a signal came.
    stop: &'w AtomicBool,
    began: Instant,
    limits: Limits,
    /// What counts.
    folders: Vec<PathBuf>,
}

/// What came of a program.
#[derive(Debug)]
pub struct ProgramOutput {
    /// Whether it ended with 0.
    pub succeeded: bool,
    /// Its output.
    pub out: String,
    /// Its errors.
    pub err: String,
}

/// Why a program was ended.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// A signal came.
    #[error("interrupted")]
    Interrupted,
    /// The time is over.
    #[error("timed out after {}", humantime::format_duration(*.0))]
    Time(Duration),
    /// There is too much of it.
    #[error("it takes more than {}", bytesize::ByteSize(*.0).display().si())]
    Disk(u64),
    /// The system does not say how it is.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl<'w> Watch<'w> {
    /// Begins now.
    pub fn new(limits: Limits, folders: Vec<PathBuf>, stop: &'w AtomicBool) -> Self {
        Self {
            stop,
            began: Instant::now(),
            limits,
            folders,
        }
    }

    /// Runs a program; returns how it ended, and what it said on either output.
    ///
    /// # Errors
    /// It cannot be started, or was ended, with what it started.
    pub fn output(&self, command: &mut Command) -> Result<ProgramOutput, WatchError> {
        let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
        group(command);
        command.stdout(out.try_clone()?).stderr(err.try_clone()?);
        let mut child = command.spawn()?;
        let status = self.wait(&mut child)?;
        let read = |file: &mut File| -> io::Result<String> {
            let mut bytes = Vec::new();
            file.rewind()?;
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        Ok(ProgramOutput {
            succeeded: status.success(),
            out: read(&mut out)?,
            err: read(&mut err)?,
        })
    }

    /// Waits for a program.
    ///
    /// # Errors
    /// It was ended, with what it started.
    pub fn wait(&self, child: &mut Child) -> Result<ExitStatus, WatchError> {
        let (mut tick, longest) = TICKS;
        let mut look = Instant::now() + LOOK;
        loop {
            if let Some(status) = child.try_wait()? {
                // What it left behind counts, too.
                return self.room().map(|()| status);
            }
            if let Err(error) = self.ask(&mut look) {
                end(child);
                return Err(error);
            }
            thread::sleep(tick);
            tick = (tick * 2).min(longest);
        }
    }

    fn ask(&self, look: &mut Instant) -> Result<(), WatchError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(WatchError::Interrupted);
        }
        if self.began.elapsed() > self.limits.time {
            return Err(WatchError::Time(self.limits.time));
        }
        let now = Instant::now();
        if now < *look {
            return Ok(());
        }
        let room = self.room();
        *look = Instant::now() + LOOK.max(now.elapsed() * PART);
        room
    }

    fn room(&self) -> Result<(), WatchError> {
        let Some(limit) = self.limits.disk else {
            return Ok(());
        };
        let bytes: u64 = self.folders.iter().map(|folder| size(folder)).sum();
        match bytes > limit {
            true => Err(WatchError::Disk(limit)),
            false => Ok(()),
        }
    }
}

/// Returns how many bytes are in the files below a folder; what goes meanwhile does not count.
fn size(folder: &Path) -> u64 {
    let mut open = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // Of a link itself, not of what it leads to.
            match entry.metadata() {
                Ok(data) if data.is_dir() => open.push(entry.path()),
                Ok(data) => bytes += data.len(),
                Err(_) => {}
            }
        }
    }
    bytes
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn wait(words: &str, limits: Limits, folder: &Path) -> Result<ExitStatus, WatchError> {
        let mut command = Command::new("sh");
        command.args(["-c", words]).current_dir(folder);
        group(&mut command);
        let mut child = command.spawn().expect("there is a shell");
        let stop = AtomicBool::new(false);
        Watch::new(limits, vec![folder.to_owned()], &stop).wait(&mut child)
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let folder = tempfile::tempdir().expect("there is room");
        let limits = Limits {
            time: Duration::from_millis(100),
            disk: None,
        };
        let found = wait("sleep 600", limits, folder.path());
        assert!(matches!(found, Err(WatchError::Time(_))), "{found:?}");
        let found = wait("exit 3", Limits::default(), folder.path());
        assert_eq!(found.expect("it ends").code(), Some(3));
    }

    #[test]
    fn what_fills_the_disk_is_ended() {
        let folder = tempfile::tempdir().expect("there is room");
        let limits = Limits {
            disk: Some(1000),
            ..Limits::default()
        };
        let words = "mkdir a && head -c 2000 /dev/zero >a/b; sleep 600";
        let found = wait(words, limits, folder.path());
        assert!(matches!(found, Err(WatchError::Disk(1000))), "{found:?}");
        let found = wait("exit 0", limits, folder.path());
        assert!(found.is_err(), "{found:?}");
    }
}
