//! A run that is kept → its files as they were before it.
//!
//! That is a run, too: what it overwrites is kept, and all of its files are written or none. One that was
//! itself ended in the middle is gone on with by the next.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::atomic::{Outcome, Rewrite, write_all};
use super::error::{JournalError, WriteError};
use super::journal::{About, Journal};
use super::journals::{Keeping, KeptRun, Order};
use super::manifest::{Look, Overwritten};
use super::run_id::RunId;
use super::runs::{OnDisk, Run, Stand, State, list, stand};
use crate::source::walk::UNFINISHED;

/// What is asked for, and whether there is such a run.
#[derive(Debug)]
pub enum Choice {
    /// This run can be put back.
    Run(Box<Undo>),
    /// It is put back already.
    Undone(RunId),
    /// There is none that is not put back yet.
    Nothing,
}

/// A run that is to be put back.
#[derive(Debug)]
pub struct Undo {
    /// The run.
    pub run: Run,
    /// Its tree, links resolved.
    top: PathBuf,
    files: Vec<Restored>,
    /// Runs to be marked once it is done, each with the places of the files that it did not write.
    marks: Vec<(RunId, BTreeSet<usize>)>,
}

/// A file that is to be as it was.
#[derive(Debug)]
struct Restored {
    path: PathBuf,
    old: Option<Vec<u8>>,
    look: Look,
    now: OnDisk,
    obstacle: Option<Obstacle>,
}

/// Why a file is not simply put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What is the matter, as in "a.py … ".
    pub words: String,
    /// Whether it can be overwritten all the same.
    pub can_be_forced: bool,
}

/// Looks for a run of a tree by its name, or a part of it; without one for the last that is not put back.
///
/// # Errors
/// There is no such run, several fit, or it cannot be read.
pub fn choose(top: &Path, word: Option<&str>) -> Result<Choice, JournalError> {
    let mut runs = list(top);
    let place = match word {
        Some(word) => Some(named(&runs, word)?),
        None => last(&runs)?,
    };
    let Some(place) = place else {
        return Ok(Choice::Nothing);
    };
    let of_it = |run: &Run| run.undoes().as_ref() == id(&runs[place]);
    let pending = runs.iter().flatten();
    let pending = pending.filter(|run| run.state == State::Unfinished && of_it(run));
    let marks: Vec<_> = pending
        .map(|run| (run.id.clone(), unwritten(top, run)))
        .collect();
    let run = runs.swap_remove(place)?;
    match run.state {
        State::Undone if marks.is_empty() => Ok(Choice::Undone(run.id)),
        _ => Undo::new(top, run, marks).map(|undo| Choice::Run(Box::new(undo))),
    }
}

fn id(run: &Result<Run, JournalError>) -> Option<&RunId> {
    match run {
        Ok(run) => Some(&run.id),
        Err(JournalError::Damaged { run, .. } | JournalError::Newer { run, .. }) => Some(run),
        Err(_) => None,
    }
}

fn named(runs: &[Result<Run, JournalError>], word: &str) -> Result<usize, JournalError> {
    let names: Vec<String> = runs
        .iter()
        .map(|run| id(run).map(RunId::to_string).unwrap_or_default())
        .collect();
    if let Some(place) = names.iter().position(|name| name == word) {
        return Ok(place);
    }
    let fits: Vec<usize> = (0..names.len())
        .filter(|place| !word.is_empty() && names[*place].contains(word))
        .collect();
    let word = word.to_owned();
    match fits[..] {
        [place] => Ok(place),
        [] => Err(JournalError::Unknown { word }),
        _ => Err(JournalError::Ambiguous {
            word,
            runs: fits.iter().map(|place| names[*place].clone()).collect(),
        }),
    }
}

/// Returns the place of the last run that is not put back; of one that was ended in the middle of putting
/// another back, the place of that other.
fn last(runs: &[Result<Run, JournalError>]) -> Result<Option<usize>, JournalError> {
    for (place, run) in runs.iter().enumerate() {
        let Ok(run) = run else {
            // Its error is what is told.
            return Ok(Some(place));
        };
        match (run.state, run.undoes()) {
            (State::Undone, _) | (State::Done, Some(_)) => {}
            (State::Unfinished, Some(undoes)) => return named(runs, &undoes.to_string()).map(Some),
            (State::Unfinished | State::Done, None) => return Ok(Some(place)),
        }
    }
    Ok(None)
}

/// Returns the places of the files that a run which was ended did not come to.
fn unwritten(top: &Path, run: &Run) -> BTreeSet<usize> {
    let is_before = |entry: &Overwritten| matches!(stand(top, entry), Stand::Before);
    let files = run.manifest.files.iter().enumerate();
    let files = files.filter(|(_, entry)| is_before(entry));
    files.map(|(place, _)| place).collect()
}

impl Undo {
    fn new(
        top: &Path,
        run: Run,
        mut marks: Vec<(RunId, BTreeSet<usize>)>,
    ) -> Result<Self, JournalError> {
        let mut files = Vec::new();
        for (_, entry) in run.written() {
            files.extend(Restored::new(top, &run, entry)?);
        }
        if run.state == State::Unfinished {
            marks.push((run.id.clone(), unwritten(top, &run)));
        } else if files.is_empty() {
            let all = 0..run.manifest.files.len();
            marks.push((run.id.clone(), all.collect()));
        }
        Ok(Self {
            run,
            top: top.to_owned(),
            files,
            marks,
        })
    }

    /// Returns the files that are not as they were before the run, each with what stands in the way.
    pub fn files(&self) -> impl Iterator<Item = (&Path, Option<&Obstacle>)> {
        let files = self.files.iter();
        files.map(|file| (&*file.path, file.obstacle.as_ref()))
    }

    /// Puts the files back, all or none; what is overwritten is kept as a run of its own.
    ///
    /// # Errors
    /// It cannot begin: nothing was written.
    pub fn execute(&self, command: &str, stop: &AtomicBool) -> Result<Outcome, JournalError> {
        let mut outcome = Outcome::default();
        if !self.files.is_empty() {
            self.make_folders(&mut outcome);
            if outcome.failed.is_empty() {
                outcome = self.write(command, stop)?;
            }
        }
        if outcome.failed.is_empty() {
            self.mark()?;
        }
        Ok(outcome)
    }

    fn write(&self, command: &str, stop: &AtomicBool) -> Result<Outcome, JournalError> {
        let mut rewrites: Vec<Rewrite<'_>> = self.files.iter().map(Restored::rewrite).collect();
        // Each rests on the one before it, the first on the last: one that fails fails all.
        let paths: Vec<&Path> = rewrites.iter().map(|rewrite| rewrite.path).collect();
        let before = paths.iter().cycle().skip(paths.len() - 1);
        for (rewrite, path) in rewrites.iter_mut().zip(before) {
            rewrite.rests_on.push(*path);
        }
        let trees = [self.top.clone()];
        let order = Order {
            trees: &trees,
            current: &self.top,
            top: Some(&self.top),
            about: About {
                command: command.to_owned(),
                undoes: Some(self.run.id.clone()),
            },
            pending: self.pending(),
            keeping: Keeping::Required,
        };
        write_all(&rewrites, Vec::new(), &order, stop)
    }

    /// Returns the runs that may be unfinished meanwhile.
    fn pending(&self) -> Vec<RunId> {
        self.marks.iter().map(|(id, _)| id.clone()).collect()
    }

    fn mark(&self) -> Result<(), JournalError> {
        if self.marks.is_empty() {
            return Ok(());
        }
        let journal = Journal::open(&self.top, &self.pending())?;
        for (id, left) in &self.marks {
            journal.mark(id, left.clone())?;
        }
        Ok(())
    }

    /// Makes the folders that went with their files.
    fn make_folders(&self, outcome: &mut Outcome) {
        for file in self.files.iter().filter(|file| file.now.is_none()) {
            let around = file.path.parent().unwrap_or(&self.top);
            if let Err(source) = fs::create_dir_all(around) {
                outcome.failed.push(WriteError::Io {
                    path: file.path.clone(),
                    source,
                });
            }
        }
    }
}

impl Restored {
    /// `None`: it is as it was.
    fn new(top: &Path, run: &Run, entry: &Overwritten) -> Result<Option<Self>, JournalError> {
        let (now, obstacle) = match stand(top, entry) {
            Stand::Before => return Ok(None),
            Stand::After(now) => (now, None),
            Stand::Other(words, now) => (now, Some((words.to_owned(), true))),
            Stand::Closed(words) => (None, Some((words, false))),
        };
        let look = entry.before.as_ref().map(|before| before.look);
        Ok(Some(Self {
            path: top.join(entry.path()),
            old: run.old(entry)?,
            look: look.unwrap_or_default(),
            now,
            obstacle: obstacle.map(|(words, can_be_forced)| Obstacle {
                words,
                can_be_forced,
            }),
        }))
    }

    fn rewrite(&self) -> Rewrite<'_> {
        Rewrite {
            path: &self.path,
            before: self.now.as_ref().map(|(bytes, _)| &bytes[..]),
            after: self.old.as_deref(),
            look: Some(self.look),
            rests_on: Vec::new(),
        }
    }
}

/// Puts back what a run wrote that was only a trial, and forgets it: no list has it.
///
/// # Errors
/// A file changed since, or cannot be written: the run can still be undone.
pub fn take_back(run: &KeptRun) -> Result<(), JournalError> {
    let Choice::Run(undo) = choose(&run.top, Some(&run.id.to_string()))? else {
        return Ok(());
    };
    let changed = undo.files().find(|(_, obstacle)| obstacle.is_some());
    let changed = changed.map(|(path, _)| path.to_owned());
    let failed = |path| JournalError::Changed {
        run: run.id.clone(),
        path,
    };
    if let Some(path) = changed {
        return Err(failed(path));
    }
    let outcome = undo.execute("awaitify migrate", &AtomicBool::new(false))?;
    if let Some(error) = outcome.failed.first() {
        return Err(failed(error.path().to_owned()));
    }
    let journal = Journal::open(&run.top, &[])?;
    let own = outcome.kept.iter().map(|kept| &kept.id);
    own.chain([&run.id]).for_each(|id| journal.forget(id));
    Ok(())
}

/// Runs of trees that were ended in the middle, with their trees.
///
/// Those that left all old or all new are none: the next run that writes sees to them.
pub fn unfinished(paths: &[PathBuf], current: &Path) -> Vec<(PathBuf, RunId)> {
    let mut found = Vec::new();
    for top in tops(paths, current) {
        let home = top.join(UNFINISHED);
        for id in super::runs::unfinished(&home) {
            let is_whole = || {
                let run = Run::read(&home, &id);
                run.is_ok_and(|run| run.is_whole(&top).is_some())
            };
            if !super::lock::is_held(&home) && !is_whole() {
                found.push((top.clone(), id));
            }
        }
    }
    found
}

/// Ends runs that were ended before their first file or after their last.
///
/// # Errors
/// One was ended between, or another writes.
pub fn settle(paths: &[PathBuf], current: &Path) -> Result<(), JournalError> {
    for top in tops(paths, current) {
        if !super::runs::unfinished(&top.join(UNFINISHED)).is_empty() {
            Journal::open(&top, &[]).map_err(|error| error.seen_from(current, &top))?;
        }
    }
    Ok(())
}

/// Returns the folders around what is named, each once.
fn tops(paths: &[PathBuf], current: &Path) -> BTreeSet<PathBuf> {
    let real = paths
        .iter()
        .map(|path| fs::canonicalize(current.join(path)));
    let mut tops = BTreeSet::new();
    for path in real.filter_map(Result::ok) {
        tops.extend(path.ancestors().map(Path::to_owned));
    }
    tops
}
