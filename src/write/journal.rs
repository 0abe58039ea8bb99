//! The files of a run → what is kept of them before the first one is replaced, and the mark after the last.
//!
//! The order is what a power failure asks for: old bytes and manifest are on the disk before any file is
//! replaced, and the replaced files' folders before the mark. All old bytes are in one file: it costs one
//! flush of the disk, not one for each.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::JournalError;
use super::lock::Lock;
use super::manifest::{Look, Manifest, Overwritten, Version};
use super::room::create_folder;
use super::run_id::RunId;
use super::runs::{self, DONE, Done, MANIFEST, OLD, RUNS, Run, Whole};
use crate::source::walk::UNFINISHED;

/// Runs that are kept: with the next one the oldest goes.
const KEPT: usize = 20;

/// How what is being written is called, until it is whole.
const PART: &str = ".part";

/// A file of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    /// Where it is, links resolved.
    pub(super) target: &'a Path,
    /// What is there; `None`: nothing.
    pub(super) before: Option<(&'a [u8], Look)>,
    /// What shall be there; `None`: nothing.
    pub(super) after: Option<(&'a [u8], Look)>,
}

/// What a run is, besides its files.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The command, as typed.
    pub command: String,
    /// The run that it puts back.
    pub undoes: Option<RunId>,
}

/// Where a run is kept; no other writes there meanwhile.
#[derive(Debug)]
pub(super) struct Journal {
    /// The tree whose files are kept here, links resolved.
    pub(super) top: PathBuf,
    home: PathBuf,
    begun: Option<RunId>,
    _lock: Lock,
}

impl Journal {
    /// Opens the journal of a tree; `pending` are runs that may be unfinished.
    ///
    /// # Errors
    /// Another run writes there, or one was ended in the middle.
    pub(super) fn open(top: &Path, pending: &[RunId]) -> Result<Self, JournalError> {
        let home = top.join(UNFINISHED);
        let journal = Self {
            top: top.to_owned(),
            begun: None,
            _lock: Lock::take(&home)?,
            home,
        };
        journal.sweep();
        for id in runs::unfinished(&journal.home) {
            if !pending.contains(&id) {
                journal.settle(&id)?;
            }
        }
        Ok(journal)
    }

    /// Removes what is left of runs that were ended before they touched a file.
    fn sweep(&self) {
        for id in runs::all(&self.home) {
            if !runs::has_begun(&self.home, &id) {
                let _ = fs::remove_dir_all(runs::folder(&self.home, &id));
            }
        }
    }

    /// Ends a run that was ended before its first file or after its last.
    fn settle(&self, id: &RunId) -> Result<(), JournalError> {
        let run = Run::read(&self.home, id)?;
        match run.is_whole(&self.top) {
            Some(Whole::Old) => {
                self.forget(id);
                Ok(())
            }
            Some(Whole::New) => self.mark(id, BTreeSet::new()),
            None => Err(JournalError::Unfinished {
                run: id.clone(),
                top: None,
            }),
        }
    }

    /// Keeps the old bytes, on the disk, and says what shall become of the files.
    pub(super) fn begin(&mut self, about: &About, files: &[Kept<'_>]) -> Result<(), JournalError> {
        let failed = |error| JournalError::unkept(&self.home, error);
        let id = self.new_folder().map_err(failed)?;
        match self.keep(&id, about, files) {
            Ok(()) => self.begun = Some(id),
            Err(error) => {
                let error = JournalError::unkept(&self.home, error);
                self.forget(&id);
                return Err(error);
            }
        }
        Ok(())
    }

    fn new_folder(&self) -> io::Result<RunId> {
        let runs = self.home.join(RUNS);
        match create_folder(&runs, 0o700) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !fs::symlink_metadata(&runs)?.is_dir() {
                    return Err(io::Error::other(format!("its {RUNS} is no folder")));
                }
            }
            made => made?,
        }
        let mut id = RunId::new(SystemTime::now(), runs::all(&self.home).last());
        loop {
            match create_folder(&runs::folder(&self.home, &id), 0o700) {
                // What has the name is no folder.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => id = id.next(),
                made => return made.map(|()| id),
            }
        }
    }

    fn keep(&self, id: &RunId, about: &About, files: &[Kept<'_>]) -> io::Result<()> {
        let folder = runs::folder(&self.home, id);
        let entries = write_old(&folder.join(OLD), &self.top, files)?;
        let manifest = Manifest::new(&about.command, about.undoes.as_ref(), entries);
        write_whole(&folder, MANIFEST, &serde_json::to_vec(&manifest)?)?;
        // A folder is found only once the one around it says so.
        for folder in [&self.home.join(RUNS), &self.home, &self.top] {
            flush_folder(folder)?;
        }
        Ok(())
    }

    /// Marks the run as done; `left` are places of files that were not written after all, and `folders`
    /// those of the files that were. Returns its name, unless nothing was written.
    pub(super) fn finish(
        &mut self,
        left: BTreeSet<usize>,
        count: usize,
        folders: &BTreeSet<&Path>,
    ) -> Result<Option<RunId>, JournalError> {
        let Some(id) = self.begun.take() else {
            return Ok(None);
        };
        if left.len() == count {
            self.forget(&id);
            return Ok(None);
        }
        for folder in folders {
            // One that was removed meanwhile has nothing to keep.
            let flushed = flush_folder(folder);
            if let Err(source) = flushed
                && source.kind() != io::ErrorKind::NotFound
            {
                return Err(JournalError::Unmarked { run: id, source });
            }
        }
        self.mark(&id, left)?;
        self.prune();
        Ok(Some(id))
    }

    /// Takes back what was begun, before a file was touched.
    pub(super) fn abandon(&mut self) {
        if let Some(id) = self.begun.take() {
            self.forget(&id);
        }
    }

    /// Says that a run ended.
    pub(super) fn mark(&self, id: &RunId, left: BTreeSet<usize>) -> Result<(), JournalError> {
        let folder = runs::folder(&self.home, id);
        let done = serde_json::to_vec(&Done { left }).map_err(io::Error::from);
        let written = done.and_then(|done| write_whole(&folder, DONE, &done));
        written.map_err(|source| JournalError::Unmarked {
            run: id.clone(),
            source,
        })
    }

    /// Removes a run: first what says that there is one, so that half of it is none.
    pub(super) fn forget(&self, id: &RunId) {
        let folder = runs::folder(&self.home, id);
        match fs::remove_file(folder.join(MANIFEST)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {}
            _ => {
                let _ = fs::remove_dir_all(folder);
            }
        }
    }

    fn prune(&self) {
        let ids = runs::all(&self.home);
        let n_old = ids.len().saturating_sub(KEPT);
        ids.iter().take(n_old).for_each(|id| self.forget(id));
    }
}

/// Writes the old bytes behind each other; returns the entries, which know where each begins.
fn write_old(path: &Path, top: &Path, files: &[Kept<'_>]) -> io::Result<Vec<Overwritten>> {
    let file = create_private(path)?;
    let mut out = BufWriter::new(&file);
    let mut offset = 0;
    let mut entries = Vec::new();
    for file in files {
        let mut before = None;
        if let Some((bytes, look)) = file.before {
            out.write_all(bytes)?;
            let version = before.insert(Version::new(bytes, look));
            version.offset = Some(offset);
            offset += version.length;
        }
        let after = file.after.map(|(bytes, look)| Version::new(bytes, look));
        let below = file.target.strip_prefix(top).map_err(io::Error::other)?;
        entries.push(Overwritten::new(below, before, after));
    }
    out.flush()?;
    drop(out);
    file.sync_all()?;
    Ok(entries)
}

/// Writes a file that is whole on the disk, or is not there.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!("{name}{PART}"));
    // Of a run that was ended while it was written.
    let _ = fs::remove_file(&part);
    let mut file = create_private(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(part, folder.join(name))?;
    flush_folder(folder)
}

/// Old bytes may be of a file that others may not read.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create_new(true).open(path)
}

/// Makes the names in a folder last.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    let folder = match File::open(folder) {
        // Names may be put there, but not listed.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Ok(()),
        folder => folder?,
    };
    match folder.sync_all() {
        // Some file systems flush no folders.
        Err(error) if is_no_use(error.kind()) => Ok(()),
        flushed => flushed,
    }
}

#[cfg(unix)]
fn is_no_use(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}

#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
