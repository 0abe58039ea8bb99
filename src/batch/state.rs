//! What is known of a campaign's repositories → one SQLite file, which is right whenever the program is killed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::text::shown;

/// The form of the file, and the newest that is read.
const VERSION: i64 = 1;

const FILE: &str = "campaign.sqlite";

const LOCK: &str = "lock";

const TABLES: &str = "\
create table if not exists repositories (
    name text primary key,
    source text not null,
    step text not null,
    detail text not null default '',
    base text,
    tip text,
    next text,
    changes integer not null default 0,
    files integer not null default 0,
    findings integer not null default 0,
    taken_back integer not null default 0,
    seconds real not null default 0,
    log text not null default ''
) strict;";

/// How far a repository is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was done.
    Waiting,
    /// A run is at it, or was ended in the middle.
    Running,
    /// Its branch has commits.
    Changed,
    /// There was nothing to change.
    Unchanged,
    /// Its check fails without changes.
    FailsBefore,
    /// It did not work; the detail says why.
    Failed,
}

impl Progress {
    const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Running,
        Self::Changed,
        Self::Unchanged,
        Self::FailsBefore,
        Self::Failed,
    ];

    /// Returns the word for people, programs and the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::FailsBefore => "fails-before",
            Self::Failed => "failed",
        }
    }

    /// Returns whether nothing is left to do for it.
    pub fn is_done(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// Returns whether it may go better another time.
    pub fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::FailsBefore)
    }
}

/// What is known of a repository.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberState {
    /// Its name in the campaign.
    pub name: String,
    /// Where it is.
    pub source: String,
    /// How far it is.
    pub step: Progress,
    /// Why, where something went wrong.
    pub detail: String,
    /// The commit that the branch begins at.
    pub base: Option<String>,
    /// The last commit of the branch.
    pub tip: Option<String>,
    /// The one that it is about to get: a run that is killed then does not know whether it has it.
    pub next: Option<String>,
    /// Changes that were made.
    pub changes: u32,
    /// Files that were written.
    pub files: u32,
    /// Findings that are left.
    pub findings: u32,
    /// Changes that were taken back, as the check fails with them.
    pub taken_back: u32,
    /// Of the last run.
    pub seconds: f64,
    /// What its programs said.
    pub log: String,
}

/// Why the state of a campaign cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another run is at it.
    #[error("another awaitify works in {}", shown::path(folder))]
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
    _lock: Option<File>,
}

impl CampaignState {
    /// Opens the state in a folder to work with it; makes both where they are not there.
    ///
    /// # Errors
    /// It cannot be used, or somebody else works with it.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let failed = |source| StateError::Folder {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = options.open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(StateError::Busy {
                    folder: folder.to_owned(),
                });
            }
            Err(fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        Self::connect(folder, Some(lock))
    }

    /// Opens it to be read, also while somebody works with it; `None`: there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, StateError> {
        match folder.join(FILE).exists() {
            true => Self::connect(folder, None).map(Some),
            false => Ok(None),
        }
    }

    fn connect(folder: &Path, lock: Option<File>) -> Result<Self, StateError> {
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
            _lock: lock,
        })
    }

    /// Adds repositories that are not known yet.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add<'m>(
        &mut self,
        members: impl Iterator<Item = (&'m str, &'m str)>,
    ) -> Result<(), StateError> {
        let file = self.file.clone();
        let added = self.connection.transaction().and_then(|transaction| {
            for (name, source) in members {
                transaction.execute(
                    "insert into repositories (name, source, step) values (?1, ?2, 'waiting') \
                     on conflict (name) do nothing",
                    params![name, source],
                )?;
            }
            transaction.commit()
        });
        added.map_err(|source| StateError::Damaged { file, source })
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

    /// Stores what is known of a repository.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn store(&self, known: &MemberState) -> Result<(), StateError> {
        let stored = self.connection.execute(
            "update repositories set source = ?2, step = ?3, detail = ?4, base = ?5, tip = ?6, \
             changes = ?7, files = ?8, findings = ?9, taken_back = ?10, seconds = ?11, log = ?12, next = ?13 \
             where name = ?1",
            params![
                known.name,
                known.source,
                known.step.word(),
                known.detail,
                known.base,
                known.tip,
                known.changes,
                known.files,
                known.findings,
                known.taken_back,
                known.seconds,
                known.log,
                known.next,
            ],
        );
        self.right(stored).map(|_| ())
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
    Ok(MemberState {
        name: row.get("name")?,
        source: row.get("source")?,
        step: step.unwrap_or(Progress::Waiting),
        detail: row.get("detail")?,
        base: row.get("base")?,
        tip: row.get("tip")?,
        next: row.get("next")?,
        changes: row.get("changes")?,
        files: row.get("files")?,
        findings: row.get("findings")?,
        taken_back: row.get("taken_back")?,
        seconds: row.get("seconds")?,
        log: row.get("log")?,
    })
}

#[cfg(test)]
mod tests;
