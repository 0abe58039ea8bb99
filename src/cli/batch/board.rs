//! What is being done in a campaign: on a terminal lines that come and go, in a log one for each repository.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::batch::record::MemberState;
use crate::report::batch::line;
use crate::text::shown::Shown;

/// How often a line is drawn that comes and goes.
const TICK: Duration = Duration::from_millis(200);

/// What a worker tells.
pub(super) enum Event {
    /// It begins with something.
    Doing {
        worker: usize,
        name: String,
        doing: &'static str,
    },
    /// It is done with a repository.
    Ended {
        worker: usize,
        /// Whether nothing is left to do for it.
        is_done: bool,
        known: Box<MemberState>,
    },
}

/// Where it is shown.
pub(super) struct Board {
    /// How many are done, and of how many.
    ended: usize,
    all: usize,
    live: Option<Live>,
}

struct Live {
    lines: MultiProgress,
    sum: ProgressBar,
    workers: Vec<ProgressBar>,
}

impl Board {
    /// Begins with nothing done; `is_watched`: a person sees lines that come and go.
    pub(super) fn new(is_watched: bool, workers: usize, all: usize) -> Self {
        Self {
            ended: 0,
            all,
            live: is_watched.then(|| Live::new(workers, all)),
        }
    }

    /// Shows what a worker tells; returns a line for a log.
    pub(super) fn show(&mut self, event: Event) -> Option<String> {
        match event {
            Event::Doing {
                worker,
                name,
                doing,
            } => {
                let bar = self.live.as_ref()?.workers.get(worker)?;
                bar.set_message(format!("{}: {doing}", Shown(&name)));
                bar.enable_steady_tick(TICK);
                None
            }
            Event::Ended {
                worker,
                is_done,
                known,
            } => {
                let told = is_done.then(|| {
                    self.ended += 1;
                    let (nth, all) = (self.ended, self.all);
                    let (name, seconds) = (Shown(&known.name), known.seconds());
                    format!("[{nth}/{all}] {name}: {} ({seconds:.1} s)", line(&known))
                });
                let Some(live) = &self.live else {
                    return told;
                };
                live.sum.inc(1);
                if let Some(bar) = live.workers.get(worker) {
                    bar.set_message("");
                    bar.disable_steady_tick();
                }
                // A terminal that is gone takes no line.
                let _ = told.map(|told| live.lines.println(told));
                None
            }
        }
    }
}

impl Live {
    fn new(workers: usize, all: usize) -> Self {
        let lines = MultiProgress::new();
        let style = |template: &str| {
            let style = ProgressStyle::with_template(template);
            // The templates stand below.
            style.unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        let sum = lines.add(ProgressBar::new(u64::try_from(all).unwrap_or(u64::MAX)));
        sum.set_style(style("{pos} of {len} repositories [{bar:30}] {elapsed}"));
        sum.enable_steady_tick(TICK);
        let worker = || {
            let bar = lines.add(ProgressBar::new_spinner());
            bar.set_style(style("  {msg} {elapsed}"));
            bar
        };
        Self {
            sum,
            workers: (0..workers).map(|_| worker()).collect(),
            lines,
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // What is left of it is erased.
        let _ = self.lines.clear();
    }
}
