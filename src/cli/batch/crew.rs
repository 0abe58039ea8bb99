//! Those who work on the repositories of a campaign, each on one after the other.

use std::io::Write;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::board::{Board, Event};
use crate::batch::campaign::Campaign;
use crate::batch::member::Member;
use crate::batch::record::{MemberState, Progress};
use crate::batch::state::CampaignState;
use crate::batch::work::{Task, Work};
use crate::cli::terminal::Terminal;

/// A repository that there is something to do for.
pub(super) struct Open<'m> {
    pub(super) member: &'m Member,
    /// What is known of it.
    pub(super) known: MemberState,
    /// A name for what is asked for.
    pub(super) wants: String,
    pub(super) task: Task,
}

/// Those who work.
pub(super) struct Crew<'c> {
    pub(super) campaign: &'c Campaign,
    /// The name of the run.
    pub(super) id: String,
    pub(super) program: PathBuf,
    pub(super) state: Mutex<CampaignState>,
    pub(super) open: Vec<Open<'c>>,
    /// The place of the next repository.
    pub(super) next: AtomicUsize,
    pub(super) push: bool,
    pub(super) quiet: bool,
}

impl Crew<'_> {
    /// Does all that is open, until a signal comes.
    ///
    /// # Errors
    /// The state cannot be stored, or nobody can be told.
    pub(super) fn work(&self, terminal: &mut Terminal, stop: &AtomicBool) -> anyhow::Result<()> {
        let (sender, events) = channel();
        let jobs = self.campaign.jobs.min(self.open.len());
        let is_watched = terminal.is_watched() && !self.quiet;
        let mut board = Board::new(is_watched, jobs, self.open.len());
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs)
                .map(|worker| {
                    let sender = sender.clone();
                    scope.spawn(move || self.work_on(worker, &sender, stop))
                })
                .collect();
            drop(sender);
            for event in events {
                if let Some(line) = board.show(event).filter(|_| !self.quiet) {
                    writeln!(terminal.err, "{line}")?;
                }
            }
            for worker in workers {
                match worker.join() {
                    Ok(result) => result?,
                    Err(panic) => resume_unwind(panic),
                }
            }
            Ok(())
        })
    }

    /// Takes one repository after the other.
    fn work_on(
        &self,
        worker: usize,
        told: &Sender<Event>,
        stop: &AtomicBool,
    ) -> anyhow::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(open) = self.open.get(place) else {
                break;
            };
            let known = self.work_at(open, worker, told, stop)?;
            lock(&self.state).store([&known])?;
            let is_done = known.step.is_done();
            let known = Box::new(known);
            // Who would tell it may be gone.
            let _ = told.send(Event::Ended {
                worker,
                is_done,
                known,
            });
        }
        Ok(())
    }

    /// Works on a repository; returns what is known of it then.
    fn work_at(
        &self,
        open: &Open<'_>,
        worker: usize,
        told: &Sender<Event>,
        stop: &AtomicBool,
    ) -> anyhow::Result<MemberState> {
        let store = |known: &MemberState| lock(&self.state).store([known]);
        if open.task == Task::Migrate {
            store(&MemberState {
                step: Progress::Running,
                ..open.known.clone()
            })?;
        }
        let tell = |doing| {
            let name = open.member.name.clone();
            let _ = told.send(Event::Doing {
                worker,
                name,
                doing,
            });
        };
        let work = Work {
            campaign: self.campaign,
            member: open.member,
            program: &self.program,
            id: &self.id,
            wants: &open.wants,
            push: self.push,
            stop,
            store: &store,
            tell: &tell,
        };
        Ok(work.run(open.task, &open.known))
    }
}

/// A worker that panicked ends the campaign: what it held is of no use to anybody else.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
