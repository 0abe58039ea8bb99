//! What is known of a campaign's repositories → one SQLite file, which is right whenever the program is killed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::record::{MemberState, Progress};
use crate::text::shown;

/// The form of the file, and the newest that is read.
const VERSION: i64 = 1;

const FILE: &str = "campaign.sqlite";

const LOCK: &str = "lock";

const IGNORE: &str = ".gitignore";

const EVERYTHING: &[u8] = b"*\n";

const TABLES: &str = "\
create table if not exists repositories (
    name text primary key,
    source text not null,
    branch text not null,
    step text not null,
    detail text not null default '',
    wants text not null default '',
    base text,
    tip text,
    head text,
    own text not null default '',
    sent text not null default '',
    start text,
    pushed text,
    pull_request text,
    changes integer not null default 0,
    files integer not null default 0,
    findings integer not null default 0,
    taken_back integer not null default 0,
    began real not null default 0,
    ended real not null default 0,
    log text not null default ''
) strict;";

const STORE: &str = "\
insert or replace into repositories
    (name, source, branch, step, detail, wants, base, tip, head, own, sent, start, pushed,
     pull_request, changes, files, findings, taken_back, began, ended, log)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
    ?20, ?21)";

/// Why the state of a campaign cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another run is at it.
    #[error("another awaitify is already running in {}", shown::path(folder))]
    Busy {
        /// The folder.
        folder: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "{} has form {version}, and this awaitify reads form {VERSION}; use a newer one",
        shown::path(file)
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its form.
        version: i64,
    },
    /// The folder cannot be used.
    #[error("{} cannot be used: {source}", shown::path(folder))]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be read or written.
    #[error("{} cannot be used: {source}", shown::path(file))]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// The state of a campaign.
#[derive(Debug)]
pub struct CampaignState {
    file: PathBuf,
    connection: Connection,
    /// Held while somebody may write; given back by the system when the program ends, however it does.
    _held: Option<FolderLock>,
}

/// A folder in which nobody else works, as long as this lives.
#[derive(Debug)]
pub struct FolderLock(File);

impl Drop for FolderLock {
    /// A process that another thread just forked has the file, too: closing it here would not yet give it back.
    fn drop(&mut self) {
        // What cannot be unlocked is closed next.
        let _ = self.0.unlock();
    }
}

impl CampaignState {
    /// Opens the state in a folder to work with it; makes both where they are not there.
    ///
    /// # Errors
    /// It cannot be used, or somebody else works with it.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        fs::create_dir_all(folder).map_err(unusable(folder))?;
        let held = Self::hold(folder)?;
        Self::connect(folder, Some(held))
    }

    /// Makes a folder for a campaign, which git passes over where it is within a repository; returns its whole path.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make(folder: &Path) -> Result<PathBuf, StateError> {
        let is_new = !folder.exists();
        fs::create_dir_all(folder).map_err(unusable(folder))?;
        if is_new {
            fs::write(folder.join(IGNORE), EVERYTHING).map_err(unusable(folder))?;
        }
        fs::canonicalize(folder).map_err(unusable(folder))
    }

    /// Removes the state of a folder.
    ///
    /// # Errors
    /// It cannot be removed.
    pub fn remove(folder: &Path) -> io::Result<()> {
        let ignore = folder.join(IGNORE);
        if fs::read(&ignore).is_ok_and(|text| text == EVERYTHING) {
            fs::remove_file(ignore)?;
        }
        let own = [FILE, LOCK].map(str::to_owned);
        let more = ["-wal", "-shm"].map(|end| format!("{FILE}{end}"));
        for name in own.iter().chain(&more) {
            match fs::remove_file(folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps everybody else from working in a folder, as long as what it returns lives.
    ///
    /// # Errors
    /// Somebody works in it already.
    pub fn hold(folder: &Path) -> Result<FolderLock, StateError> {
        let failed = unusable(folder);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = match options.open(folder.join(LOCK)) {
            Ok(lock) => lock,
            Err(error) => return Err(failed(error)),
        };
        match lock.try_lock() {
            Ok(()) => Ok(FolderLock(lock)),
            Err(fs::TryLockError::WouldBlock) => Err(StateError::Busy {
                folder: folder.to_owned(),
            }),
            Err(fs::TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// Returns whether a folder has a state.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Opens it to be read, also while somebody works with it; `None`: there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, StateError> {
        match Self::is_in(folder) {
            true => Self::connect(folder, None).map(Some),
            false => Ok(None),
        }
    }

    fn connect(folder: &Path, held: Option<FolderLock>) -> Result<Self, StateError> {
        let file = folder.join(FILE);
        let opened = Connection::open(&file).and_then(|connection| {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "full")?;
            let version = connection.query_row("pragma user_version", [], |row| row.get(0))?;
            Ok((connection, version))
        });
        let damaged = |source| StateError::Damaged {
            file: file.clone(),
            source,
        };
        let (connection, version): (Connection, i64) = opened.map_err(damaged)?;
        match version {
            0 => {
                let made = connection.execute_batch(TABLES);
                let made =
                    made.and_then(|()| connection.pragma_update(None, "user_version", VERSION));
                made.map_err(damaged)?;
            }
            VERSION => {}
            version => return Err(StateError::Newer { file, version }),
        }
        Ok(Self {
            file,
            connection,
            _held: held,
        })
    }

    /// Returns what is known of a repository.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(&self, name: &str) -> Result<Option<MemberState>, StateError> {
        let query = "select * from repositories where name = ?1";
        let found = self.connection.query_row(query, [name], known);
        self.right(found.optional())
    }

    /// Returns what is known of all, by name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn all(&self) -> Result<Vec<MemberState>, StateError> {
        let all = || {
            let query = "select * from repositories order by name";
            let mut query = self.connection.prepare(query)?;
            query.query_map([], known)?.collect()
        };
        self.right(all())
    }

    /// Stores what is known of repositories: all of it, or nothing.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn store<'k>(
        &mut self,
        all: impl IntoIterator<Item = &'k MemberState>,
    ) -> Result<(), StateError> {
        let file = &self.file;
        let stored = self.connection.transaction().and_then(|transaction| {
            let mut store = transaction.prepare(STORE)?;
            for known in all {
                store.execute(params![
                    known.name,
                    known.source,
                    known.branch,
                    known.step.word(),
                    known.detail,
                    known.wants,
                    known.base,
                    known.tip,
                    known.head,
                    known.own.join(" "),
                    known.sent.join(" "),
                    known.start,
                    known.pushed,
                    known.pull_request,
                    known.changes,
                    known.files,
                    known.findings,
                    known.taken_back,
                    known.began,
                    known.ended,
                    known.log,
                ])?;
            }
            drop(store);
            transaction.commit()
        });
        stored.map_err(|source| StateError::Damaged {
            file: file.clone(),
            source,
        })
    }

    fn right<T>(&self, result: rusqlite::Result<T>) -> Result<T, StateError> {
        result.map_err(|source| StateError::Damaged {
            file: self.file.clone(),
            source,
        })
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<MemberState> {
    let word: String = row.get("step")?;
    let step = Progress::ALL.into_iter().find(|step| step.word() == word);
    let list = |name: &str| -> rusqlite::Result<Vec<String>> {
        let text: String = row.get(name)?;
        Ok(text.split_whitespace().map(str::to_owned).collect())
    };
    Ok(MemberState {
        name: row.get("name")?,
        source: row.get("source")?,
        branch: row.get("branch")?,
        step: step.unwrap_or(Progress::Waiting),
        detail: row.get("detail")?,
        wants: row.get("wants")?,
        base: row.get("base")?,
        tip: row.get("tip")?,
        head: row.get("head")?,
        own: list("own")?,
        sent: list("sent")?,
        start: row.get("start")?,
        pushed: row.get("pushed")?,
        pull_request: row.get("pull_request")?,
        changes: row.get("changes")?,
        files: row.get("files")?,
        findings: row.get("findings")?,
        taken_back: row.get("taken_back")?,
        began: row.get("began")?,
        ended: row.get("ended")?,
        log: row.get("log")?,
    })
}

fn unusable(folder: &Path) -> impl FnOnce(io::Error) -> StateError {
    let folder = folder.to_owned();
    |source| StateError::Folder { folder, source }
}

#[cfg(test)]
mod tests;
