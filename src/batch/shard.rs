//! Parts of a campaign, on many machines → one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::home::bundle_of;
use super::logs::LogKind;
use super::record::MemberState;
use super::state::{CampaignState, StateError};
use crate::text::shown;

/// One of several parts of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 0.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

impl Shard {
    /// Returns whether the repository at a place of the campaign is in it.
    pub fn has(self, place: usize) -> bool {
        place % self.of == self.index
    }

    /// Returns its folder.
    pub fn folder(self, workdir: &Path) -> PathBuf {
        let name = format!("{}-of-{}", self.index, self.of);
        shards(workdir).join(name)
    }
}

/// Why shards are not merged.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A state cannot be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// A folder has none.
    #[error("there is no campaign in {}", shown::path(.0))]
    Nothing(PathBuf),
    /// Two repositories have one name.
    #[error("`{0}` is {1} here, and {2} there: it is a part of another campaign")]
    Other(String, String, String),
    /// A file cannot be copied.
    #[error("{}: {source}", shown::path(path))]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn shards(workdir: &Path) -> PathBuf {
    workdir.join("shards")
}

/// Lists the folders of shards.
///
/// # Errors
/// There are none.
pub fn folders(workdir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(shards(workdir))?.flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    Ok(folders)
}

/// Takes what is known in another folder into that of the state, of repositories that `is_meant` says: what is done goes
/// before what is not, and the newer before the older. Doing it again changes nothing.
///
/// # Errors
/// A folder has no state, or something cannot be read or written.
pub fn merge(
    state: &mut CampaignState,
    workdir: &Path,
    shard: &Path,
    is_meant: impl Fn(&str) -> bool,
) -> Result<(), MergeError> {
    let from = CampaignState::read(shard)?.ok_or_else(|| MergeError::Nothing(shard.to_owned()))?;
    // What failed since does not undo what was made.
    let rank = |known: &MemberState| {
        let is_done = known.step.is_done();
        let is_good = is_done && (known.step.has_branch() || !known.step.has_failed());
        (is_good, is_done, known.ended)
    };
    let mut newer = Vec::new();
    for known in from.all()?.into_iter().filter(|it| is_meant(&it.name)) {
        match state.of(&known.name)? {
            Some(old) if old.source != known.source => {
                return Err(MergeError::Other(known.name, old.source, known.source));
            }
            Some(old) if rank(&old) >= rank(&known) => {}
            _ => newer.push(known),
        }
    }
    for known in &newer {
        for kind in LogKind::ALL {
            let log = kind.place(&known.name);
            copy(&shard.join(&log), &workdir.join(&log))?;
        }
        let [from, to] = [shard, workdir].map(|folder| bundle_of(folder, &known.name));
        // Its commits may be nowhere else.
        if from.exists() {
            copy(&from, &to)?;
        }
    }
    state.store(&newer)?;
    Ok(())
}

/// Removes all that a campaign has in its folder, and nothing else.
///
/// # Errors
/// Something cannot be removed.
pub fn remove(workdir: &Path) -> io::Result<()> {
    for name in ["clones", "trees", "logs", "branches", "shards"] {
        match fs::remove_dir_all(workdir.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    CampaignState::remove(workdir)
}

/// Copies a file; one that is not there is not to be there.
fn copy(from: &Path, to: &Path) -> Result<(), MergeError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |source| MergeError::Io { path, source }
    };
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let copied = match from.exists() {
        true => fs::copy(from, to).map(|_| ()),
        false => fs::remove_file(to),
    };
    match copied {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(to)(error)),
        _ => Ok(()),
    }
}
