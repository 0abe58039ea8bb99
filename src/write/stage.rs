//! New bytes and the file that they are for → a file beside it, ready to take its place.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::manifest::Look;
use super::room::{Room, clear};
use super::traits;
use crate::source::tree::repository;
use crate::source::walk::UNFINISHED;

/// Where the new files of a run are, until they stand in the place of the old ones.
#[derive(Debug)]
pub(super) struct Stage {
    /// The directories that were named, links resolved.
    trees: Vec<PathBuf>,
    /// By the folder that it is made in; `None`: it cannot be made there.
    rooms: BTreeMap<PathBuf, Option<Room>>,
}

impl Stage {
    /// A stage for files below some directories, their links resolved.
    pub(super) fn new(trees: Vec<PathBuf>) -> Self {
        let stage = Self {
            trees,
            rooms: BTreeMap::new(),
        };
        // A run that was killed may have been the last with something to write.
        for tree in &stage.trees {
            clear(&stage.top(tree).join(UNFINISHED));
        }
        stage
    }

    /// Returns whether a path, its links resolved, is below a directory that was named.
    pub(super) fn holds(&self, target: &Path) -> bool {
        self.trees.iter().any(|tree| target.starts_with(tree))
    }

    /// Writes the bytes as a file that can take the target's place, with all that is known of the target
    /// besides its own bytes, but for what `look` says.
    pub(super) fn write(
        &mut self,
        target: &Path,
        bytes: &[u8],
        look: Option<Look>,
    ) -> io::Result<TempPath> {
        let parent = target.parent().unwrap_or(Path::new("/"));
        check_takes(parent)?;
        let around = fs::metadata(existing(target, parent))?;
        let top = self.top(parent);
        let between: Vec<&Path> = parent.ancestors().skip(1).collect();
        // One folder for as many files as can be.
        for base in between.into_iter().rev() {
            if base.starts_with(&top)
                && let Ok(room) = self.room(base)
                && is_near(&fs::metadata(&room.folder)?, &around)
            {
                return write_in(&room.folder, target, bytes, look);
            }
        }
        self.write_near(target, bytes, look)
    }

    /// As [`Stage::write`], in the folder of the target: no other is surely on its file system.
    fn write_near(
        &mut self,
        target: &Path,
        bytes: &[u8],
        look: Option<Look>,
    ) -> io::Result<TempPath> {
        let room = self.room(target.parent().unwrap_or(Path::new("/")))?;
        write_in(&room.folder, target, bytes, look)
    }

    /// Puts a written file in the place of the target.
    pub(super) fn persist(&mut self, written: TempPath, target: &Path) -> io::Result<()> {
        match written.persist(target) {
            // A directory may be mounted from elsewhere on the same file system.
            Err(error) if error.error.kind() == io::ErrorKind::CrossesDevices => {
                let bytes = fs::read(&error.path)?;
                let look = Look::of(&fs::metadata(&error.path)?);
                let written = self.write_near(target, &bytes, Some(look))?;
                written.persist(target).map_err(|error| error.error)
            }
            persisted => persisted.map_err(|error| error.error),
        }
    }

    /// Returns the folder that is the same for whatever part of a tree is named.
    fn top(&self, parent: &Path) -> PathBuf {
        let named = self.trees.iter().filter(|tree| parent.starts_with(tree));
        let named = named.min_by_key(|tree| tree.as_os_str().len());
        let top = repository(parent).or_else(|| named.cloned());
        top.unwrap_or_else(|| parent.to_owned())
    }

    fn room(&mut self, base: &Path) -> io::Result<&Room> {
        if !self.rooms.contains_key(base) {
            let made = Room::new(base);
            // Said once, for the first file; what follows is refused as well.
            let refused = made
                .as_ref()
                .err()
                .map(|error| (error.kind(), error.to_string()));
            self.rooms.insert(base.to_owned(), made.ok());
            if let Some((kind, message)) = refused {
                return Err(io::Error::new(kind, message));
            }
        }
        let room = self.rooms.get(base).and_then(Option::as_ref);
        room.ok_or_else(|| {
            io::Error::other("no folder for new files can be made: the first error says why")
        })
    }
}

/// Whether one may be given the other's name: on the same file system.
#[cfg(unix)]
fn is_near(room: &Metadata, target: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    room.dev() == target.dev()
}

#[cfg(not(unix))]
fn is_near(_room: &Metadata, _target: &Metadata) -> bool {
    true
}

/// Checks that a folder takes another file: the new one is made elsewhere, where nothing says so.
#[cfg(unix)]
fn check_takes(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(not(unix))]
fn check_takes(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns what tells the file system of a target, which need not be there.
fn existing<'a>(target: &'a Path, parent: &'a Path) -> &'a Path {
    if target.exists() { target } else { parent }
}

fn write_in(
    folder: &Path,
    target: &Path,
    bytes: &[u8],
    look: Option<Look>,
) -> io::Result<TempPath> {
    let mut file = tempfile::Builder::new().prefix("").tempfile_in(folder)?;
    file.write_all(bytes)?;
    match fs::metadata(target) {
        Ok(metadata) => traits::keep(target, &metadata, file.path(), file.as_file())?,
        // What is not there leaves nothing to keep.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    if let Some(look) = look {
        traits::give(look, file.as_file())?;
    }
    file.as_file().sync_all()?;
    // Only the name is kept: thousands of open files would exceed the system's limit.
    Ok(file.into_temp_path())
}
