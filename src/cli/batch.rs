//! `awaitify batch`: a campaign over many repositories, which can be ended at any moment and gone on with.

use std::env;
use std::fs;
use std::io::Write;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::SystemTime;

use anyhow::{Context, bail};

use super::args::OutputArguments;
use super::args::batch::{BatchArguments, BatchCommand, BatchFormat, ReportArguments};
use super::exit::Ending;
use super::interrupt;
use super::terminal::Terminal;
use crate::batch::campaign::{Campaign, Repositories, Wants, Whereabouts};
use crate::batch::checkout::is_branch;
use crate::batch::member::{Member, members};
use crate::batch::state::{CampaignState, MemberState, Progress};
use crate::batch::work::Work;
use crate::recipe::safety::Safety;
use crate::report::{batch as report, mistakes};
use crate::text::shown;

/// What `batch init` prints.
const EXAMPLE: &str = include_str!("batch/example.yaml");

/// Does what is asked for.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    command: &BatchCommand,
) -> anyhow::Result<Ending> {
    match command {
        BatchCommand::Init => {
            terminal.out.write_all(EXAMPLE.as_bytes())?;
            Ok(Ending::default())
        }
        BatchCommand::Plan(arguments) => plan(terminal, arguments),
        BatchCommand::Run(arguments) => work(terminal, output, arguments, false),
        BatchCommand::Retry(arguments) => work(terminal, output, arguments, true),
        BatchCommand::Status(arguments) => status(terminal, arguments),
        BatchCommand::Clean(arguments) => clean(terminal, arguments),
    }
}

/// Reads the campaign that is meant.
fn campaign(terminal: &mut Terminal, arguments: &BatchArguments) -> anyhow::Result<Campaign> {
    let base = terminal.view.base.clone();
    let mut campaign = match (&arguments.campaign, &arguments.repositories) {
        (Some(path), _) => {
            let text = fs::read_to_string(path);
            let text = text.with_context(|| format!("{} cannot be read", shown::path(path)))?;
            let shown = shown::path(path);
            let folder = base.join(path);
            let folder = folder.parent().unwrap_or(&base);
            match Campaign::read(&shown, &text, folder) {
                Ok(campaign) => campaign,
                Err(errors) => {
                    mistakes::write(&mut terminal.err, &terminal.err_view, &errors, &text)?;
                    bail!("{shown} is no campaign");
                }
            }
        }
        (None, Some(list)) => of_words(arguments, &base, list),
        (None, None) => bail!("which campaign?"),
    };
    if let Some(workdir) = &arguments.workdir {
        campaign.workdir = base.join(workdir);
    }
    if let Some(jobs) = arguments.jobs {
        campaign.jobs = usize::from(jobs);
    }
    if !is_branch(&campaign.branch) {
        bail!(
            "`{}` is no name of a branch",
            shown::Shown(&campaign.branch)
        );
    }
    Ok(campaign)
}

/// Takes a campaign of one line.
fn of_words(arguments: &BatchArguments, base: &Path, list: &Path) -> Campaign {
    let branch = arguments.branch.clone().unwrap_or_default();
    let safety = arguments.safety.map(Safety::from);
    Campaign {
        repositories: vec![Repositories {
            place: Whereabouts::File(base.join(list)),
            reference: None,
            wish: Wants::default(),
            decisions: None,
            paths: Vec::new(),
        }],
        wish: Wants {
            select: arguments.select.clone(),
            safety: safety.map(|level| level.word().to_owned()),
            verify: arguments.verify.clone(),
            ..Wants::default()
        },
        workdir: base.join(format!("{}.batch", branch.replace('/', "-"))),
        branch,
        jobs: 1,
        ..Campaign::default()
    }
}

fn plan(terminal: &mut Terminal, arguments: &BatchArguments) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, arguments)?;
    let out = &mut terminal.out;
    for member in members(&campaign)? {
        let select = match member.wish.select.is_empty() {
            true => "the default recipes".to_owned(),
            false => member.wish.select.join(", "),
        };
        let safety = member.wish.safety.as_deref().unwrap_or("safe");
        let verify = member.wish.verify.iter();
        let verify: String = verify.map(|it| format!(", verified by `{it}`")).collect();
        let (name, source) = (&member.name, member.source.text());
        let branch = &campaign.branch;
        writeln!(
            out,
            "{name}: {source} -> {branch}: {select} ({safety}){verify}"
        )?;
    }
    writeln!(out, "In {}", shown::path(&campaign.workdir))?;
    Ok(Ending::default())
}

/// Works on all repositories that are not done, or on those that failed.
fn work(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &BatchArguments,
    again: bool,
) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, arguments)?;
    let members = members(&campaign)?;
    let mut state = CampaignState::open(&campaign.workdir)?;
    let open = open(&campaign, &members, &mut state, again)?;
    let held = interrupt::hold()?;
    let program = env::current_exe().context("this program is not found")?;
    let crew = Crew {
        campaign: &campaign,
        id: run_id(),
        program,
        state: Mutex::new(state),
        open,
        next: AtomicUsize::new(0),
        quiet: output.quiet,
    };
    let worked = crew.work(terminal, held.came());
    held.obey();
    worked?;
    let all = lock(&crew.state).all()?;
    if !output.quiet {
        report::text(&mut terminal.out, &all)?;
    }
    Ok(Ending {
        failed: false,
        found: all.iter().any(|known| known.step.has_failed()),
    })
}

/// Returns the repositories that there is something to do for; `again`: also those that failed.
fn open<'m>(
    campaign: &Campaign,
    members: &'m [Member],
    state: &mut CampaignState,
    again: bool,
) -> anyhow::Result<Vec<(&'m Member, MemberState)>> {
    let named: Vec<(String, String)> = members
        .iter()
        .map(|member| (member.name.clone(), member.source.text()))
        .collect();
    state.add(named.iter().map(|(name, source)| (&**name, &**source)))?;
    let mut open = Vec::new();
    for member in members {
        let Some(known) = state.of(&member.name)? else {
            continue;
        };
        if known.source != member.source.text() {
            let (name, folder) = (&member.name, shown::path(&campaign.workdir));
            bail!("{name} was another repository in {folder}: use another --workdir");
        }
        if !known.step.is_done() || again && known.step.has_failed() {
            open.push((member, known));
        }
    }
    Ok(open)
}

/// Those who work on the repositories of a campaign.
struct Crew<'c> {
    campaign: &'c Campaign,
    id: String,
    program: PathBuf,
    state: Mutex<CampaignState>,
    open: Vec<(&'c Member, MemberState)>,
    /// The place of the next repository.
    next: AtomicUsize,
    quiet: bool,
}

impl Crew<'_> {
    fn work(&self, terminal: &mut Terminal, stop: &AtomicBool) -> anyhow::Result<()> {
        let (sender, lines) = channel();
        thread::scope(|scope| {
            let jobs = self.campaign.jobs.min(self.open.len());
            let workers: Vec<_> = (0..jobs)
                .map(|_| {
                    let sender = sender.clone();
                    scope.spawn(move || self.work_on(&sender, stop))
                })
                .collect();
            drop(sender);
            for line in lines {
                writeln!(terminal.err, "{line}")?;
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
    fn work_on(&self, told: &Sender<String>, stop: &AtomicBool) -> anyhow::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((member, before)) = self.open.get(place) else {
                break;
            };
            let running = MemberState {
                step: Progress::Running,
                ..before.clone()
            };
            lock(&self.state).store(&running)?;
            let store = |known: &MemberState| lock(&self.state).store(known);
            let work = Work {
                campaign: self.campaign,
                member,
                program: &self.program,
                id: &self.id,
                stop,
                store: &store,
            };
            let known = work.run(before);
            lock(&self.state).store(&known)?;
            if !self.quiet && known.step.is_done() {
                let (nth, of) = (place + 1, self.open.len());
                let (name, line, seconds) = (&known.name, report::line(&known), known.seconds);
                // Who would tell it may be gone.
                let _ = told.send(format!("[{nth}/{of}] {name}: {line} ({seconds:.1} s)"));
            }
        }
        Ok(())
    }
}

/// Returns a name that no other run of a campaign has.
fn run_id() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default().as_nanos();
    format!("{since:x}-{}", std::process::id())
}

/// A worker that panicked ends the campaign: what it held is of no use to anybody else.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn status(terminal: &mut Terminal, arguments: &ReportArguments) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, &arguments.batch)?;
    let Some(state) = CampaignState::read(&campaign.workdir)? else {
        bail!("nothing was done yet in {}", shown::path(&campaign.workdir));
    };
    let all = state.all()?;
    let out = &mut terminal.out;
    match arguments.format {
        BatchFormat::Text => report::text(out, &all)?,
        BatchFormat::Json => report::json(out, &all)?,
        BatchFormat::Markdown => report::markdown(out, &all)?,
    }
    Ok(Ending {
        failed: false,
        found: all.iter().any(|known| known.step.has_failed()),
    })
}

/// Removes the folder of a campaign.
fn clean(terminal: &mut Terminal, arguments: &BatchArguments) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, arguments)?;
    let workdir = &campaign.workdir;
    if CampaignState::read(workdir)?.is_none() {
        bail!("there is no campaign in {}", shown::path(workdir));
    }
    // Nobody works with it meanwhile.
    let state = CampaignState::open(workdir)?;
    fs::remove_dir_all(workdir)
        .with_context(|| format!("{} cannot be removed", shown::path(workdir)))?;
    drop(state);
    writeln!(terminal.out, "Removed {}.", shown::path(workdir))?;
    Ok(Ending::default())
}
