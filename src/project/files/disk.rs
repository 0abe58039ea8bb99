//! The files of a directory, read from the disk when they are asked for, of which some are kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::ChangedTexts;
use crate::project::syntax::Syntaxes;
use crate::source::read::{ReadError, read_bytes};

/// Bytes of files that a run keeps for the next question about them: what most projects have, and
/// little beside what a large one takes anyway.
const KEPT: usize = 32 << 20;

/// What all projects of a run share.
#[derive(Debug)]
pub(in crate::project) struct Room {
    /// Bytes of files that may still be kept.
    left: AtomicUsize,
    /// How often a file was read from the disk.
    pub(in crate::project) n_read: AtomicUsize,
    /// The syntax of files.
    pub(in crate::project) syntaxes: Syntaxes,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            left: AtomicUsize::new(KEPT),
            n_read: AtomicUsize::new(0),
            syntaxes: Syntaxes::default(),
        }
    }
}

/// The files of a directory, of which some are kept: questions about a project read most of its files,
/// and one question follows another.
#[derive(Debug)]
pub(in crate::project) struct Disk {
    pub(super) root: PathBuf,
    /// Those with other bytes than on the disk, by path as spelled.
    changed: FxHashMap<OsString, Arc<[u8]>>,
    kept: Arc<Cache>,
}

/// What is kept of the files on the disk.
#[derive(Debug)]
struct Cache {
    /// By path as spelled.
    texts: Mutex<FxHashMap<OsString, Arc<[u8]>>>,
    /// What was read once, last: it may be the one that asks next.
    last: Mutex<Option<(PathBuf, Arc<[u8]>)>>,
    room: Arc<Room>,
    /// Bytes that these take of it.
    taken: AtomicUsize,
}

impl Cache {
    /// Keeps files as long as there is room.
    fn new(room: Arc<Room>) -> Self {
        Self {
            texts: Mutex::default(),
            last: Mutex::default(),
            room,
            taken: AtomicUsize::new(0),
        }
    }

    fn find(&self, path: &Path) -> Option<Arc<[u8]>> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        texts.get(path.as_os_str()).cloned()
    }

    fn keep(&self, path: &Path, bytes: &Arc<[u8]>) {
        let take = |room: usize| room.checked_sub(bytes.len());
        let (set, fetched) = (Ordering::Relaxed, Ordering::Relaxed);
        if self.room.left.fetch_update(set, fetched, take).is_ok() {
            self.taken.fetch_add(bytes.len(), Ordering::Relaxed);
            let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
            texts.insert(path.into(), Arc::clone(bytes));
        }
    }

    fn put_last(&self, path: &Path, bytes: &[u8]) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((path.to_owned(), bytes.into()));
    }

    fn take_last(&self, path: &Path) -> Option<Arc<[u8]>> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let found = last.take_if(|(read, _)| read == path);
        found.map(|(_, bytes)| bytes)
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        let taken = *self.taken.get_mut();
        self.room.left.fetch_add(taken, Ordering::Relaxed);
    }
}

impl Disk {
    pub(in crate::project) fn new(root: PathBuf, room: Arc<Room>) -> Self {
        Self {
            root,
            changed: FxHashMap::default(),
            kept: Arc::new(Cache::new(room)),
        }
    }

    /// The same directory, of which nothing is kept.
    pub(super) fn at_rest(&self) -> Self {
        Self {
            root: self.root.clone(),
            changed: self.changed.clone(),
            kept: Arc::new(Cache::new(Arc::clone(&self.kept.room))),
        }
    }

    /// The same directory, where some of its listed files are changed; both keep what either reads.
    pub(super) fn with(&self, changed: &ChangedTexts) -> Self {
        let changed = changed.iter();
        let changed = changed.map(|(path, bytes)| (path.clone().into(), Arc::clone(bytes)));
        Self {
            root: self.root.clone(),
            changed: self.changed.clone().into_iter().chain(changed).collect(),
            kept: Arc::clone(&self.kept),
        }
    }

    /// What all projects of the run share.
    pub(super) fn room(&self) -> &Room {
        &self.kept.room
    }

    fn known(&self, path: &Path) -> Option<Arc<[u8]>> {
        let changed = self.changed.get(path.as_os_str()).cloned();
        changed.or_else(|| self.kept.find(path))
    }

    fn fetch(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.kept.room.n_read.fetch_add(1, Ordering::Relaxed);
        read_bytes(&self.root.join(path))
    }

    /// Reads a file, unless it is kept; it is kept only until the next one is read so.
    pub(super) fn read_once(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        if let Some(bytes) = self.known(path) {
            return Ok(bytes.to_vec());
        }
        let bytes = self.fetch(path)?;
        self.kept.put_last(path, &bytes);
        Ok(bytes)
    }

    /// Reads a file, unless it is kept.
    pub(super) fn read(&self, path: &Path) -> Result<Arc<[u8]>, ReadError> {
        if let Some(bytes) = self.known(path) {
            return Ok(bytes);
        }
        let bytes = match self.kept.take_last(path) {
            Some(bytes) => bytes,
            None => self.fetch(path)?.into(),
        };
        self.kept.keep(path, &bytes);
        Ok(bytes)
    }
}
