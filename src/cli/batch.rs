//! `awaitify batch`: a campaign over many repositories, which can be ended at any moment and gone on with.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::time::SystemTime;

use anyhow::{Context, bail};
use rustc_hash::FxHashSet;

use super::args::OutputArguments;
use super::args::batch::{
    BatchCommand, BatchFormat, CleanArguments, MergeArguments, PlanArguments, PlanFormat,
    ReportArguments, RunArguments, ShardArguments,
};
use super::exit::Ending;
use super::interrupt;
use super::terminal::Terminal;
use crate::batch::campaign::{Campaign, Whereabouts};
use crate::batch::member::{Member, members};
use crate::batch::record::MemberState;
use crate::batch::shard::{self, Shard};
use crate::batch::state::CampaignState;
use crate::report::batch::{self as report, page};
use crate::text::shown;
use crew::{Crew, lock};
use order::{Demand, campaign, checked, keep_names, open, read};

mod board;

mod crew;

mod order;

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
        BatchCommand::Run(arguments) => work(terminal, output, (arguments, None), false),
        BatchCommand::Retry(arguments) => work(terminal, output, (arguments, None), true),
        BatchCommand::Status(arguments) => tell(terminal, arguments, BatchFormat::Text),
        BatchCommand::Report(arguments) => tell(terminal, arguments, BatchFormat::Html),
        BatchCommand::Shard(arguments) => {
            let shard = shard(arguments)?;
            let run = (&arguments.run, Some(shard));
            work(terminal, output, run, arguments.retry)
        }
        BatchCommand::Merge(arguments) => merge(terminal, arguments),
        BatchCommand::Clean(arguments) => clean(terminal, arguments),
    }
}

fn plan(terminal: &mut Terminal, arguments: &PlanArguments) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, &arguments.batch)?;
    let members = checked(terminal, &campaign)?;
    match arguments.format {
        PlanFormat::Text => {
            report::plan_text(&mut terminal.out, &members)?;
            let place = terminal.view.name(&campaign.workdir);
            writeln!(terminal.out, "Results go to {place}.")?;
        }
        PlanFormat::Json => report::plan_json(&mut terminal.out, &campaign.workdir, &members)?,
    }
    Ok(Ending::default())
}

/// Works on all repositories that are not done, or on those that failed; with a shard on its part of them.
fn work(
    terminal: &mut Terminal,
    output: &OutputArguments,
    (arguments, shard): (&RunArguments, Option<Shard>),
    again: bool,
) -> anyhow::Result<Ending> {
    let mut campaign = campaign(terminal, &arguments.batch)?;
    campaign.workdir = CampaignState::make(&campaign.workdir)?;
    campaign.jobs = arguments.work.jobs.map_or(campaign.jobs, usize::from);
    let mut all = checked(terminal, &campaign)?;
    // A state that cannot be read is told when it is opened.
    keep_names(&mut all, &known(&campaign).unwrap_or_default());
    let members = part(&all, shard);
    let mut state = match shard {
        Some(shard) => begin(&mut campaign, shard, &members)?,
        None => CampaignState::open(&campaign.workdir)?,
    };
    let demand = Demand::of(arguments, again);
    let open = open(&campaign, &members, &mut state, demand)?;
    let held = interrupt::hold()?;
    let crew = Crew {
        campaign: &campaign,
        id: run_id(),
        program: env::current_exe().context("this program is not found")?,
        state: Mutex::new(state),
        open,
        next: AtomicUsize::new(0),
        push: demand.push,
        quiet: output.quiet,
    };
    let worked = crew.work(terminal, held.came());
    held.obey();
    worked?;
    let all = told(lock(&crew.state).all()?, &members);
    if !output.quiet {
        report::text(&mut terminal.out, &all)?;
        report::next(&mut terminal.out, &terminal.view, &campaign.workdir, &all)?;
    }
    Ok(ending(&all))
}

/// Opens the state of a shard, which goes on from where the campaign is; it works in a folder of its own.
fn begin(
    campaign: &mut Campaign,
    shard: Shard,
    members: &[&Member],
) -> anyhow::Result<CampaignState> {
    let folder = shard.folder(&campaign.workdir);
    let mut state = CampaignState::open(&folder)?;
    if CampaignState::is_in(&campaign.workdir) {
        let names: FxHashSet<&str> = members.iter().map(|member| &*member.name).collect();
        let is_meant = |name: &str| names.contains(name);
        shard::merge(&mut state, &folder, &campaign.workdir, is_meant)?;
    }
    campaign.workdir = folder;
    Ok(state)
}

/// Returns the repositories of a shard; without one, all.
fn part(all: &[Member], shard: Option<Shard>) -> Vec<&Member> {
    let is_meant = |(place, _): &(usize, &Member)| shard.is_none_or(|it| it.has(*place));
    let members = all.iter().enumerate().filter(is_meant);
    members.map(|(_, member)| member).collect()
}

/// Returns a name that no other run of a campaign has.
fn run_id() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default().as_nanos();
    format!("{since:x}-{}", std::process::id())
}

fn ending(all: &[MemberState]) -> Ending {
    Ending {
        failed: false,
        found: all.iter().any(|known| known.step.has_failed()),
    }
}

/// Leaves out repositories that are no longer in the list.
fn told(mut all: Vec<MemberState>, members: &[&Member]) -> Vec<MemberState> {
    let sources: FxHashSet<String> = members.iter().map(|it| it.source.text()).collect();
    all.retain(|known| sources.contains(&known.source));
    all
}

/// Returns what is known of the repositories of a campaign.
fn known(campaign: &Campaign) -> anyhow::Result<Vec<MemberState>> {
    let Some(state) = CampaignState::read(&campaign.workdir)? else {
        bail!("nothing was done yet in {}", shown::path(&campaign.workdir));
    };
    Ok(state.all()?)
}

/// Tells what is known of a campaign.
fn tell(
    terminal: &mut Terminal,
    arguments: &ReportArguments,
    usual: BatchFormat,
) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, &arguments.batch)?;
    let members = members(&campaign)?;
    let all = told(known(&campaign)?, &part(&members, None));
    let mut file = None;
    if let Some(path) = &arguments.output {
        let created = fs::File::create(path);
        file = Some(created.with_context(|| format!("{} cannot be written", shown::path(path)))?);
    }
    let out: &mut dyn Write = match &mut file {
        Some(file) => &mut std::io::BufWriter::new(file),
        None => &mut terminal.out,
    };
    match arguments.format.unwrap_or(usual) {
        BatchFormat::Text => report::text(out, &all)?,
        BatchFormat::Json => report::json(out, &all)?,
        BatchFormat::Markdown => report::markdown(out, &all)?,
        BatchFormat::Html => page::write(out, &campaign.branch, &campaign.workdir, &all)?,
    }
    out.flush()?;
    Ok(ending(&all))
}

fn shard(arguments: &ShardArguments) -> anyhow::Result<Shard> {
    let (index, of) = (arguments.index, arguments.of);
    if index >= of {
        bail!("--index {index} is not below --of {of}: shards are counted from 0");
    }
    Ok(Shard {
        index: usize::try_from(index)?,
        of: usize::try_from(of)?,
    })
}

/// Combines the results of all shards.
fn merge(terminal: &mut Terminal, arguments: &MergeArguments) -> anyhow::Result<Ending> {
    let mut campaign = read(terminal, &arguments.campaign)?;
    if let Some(workdir) = &arguments.workdir {
        campaign.workdir = terminal.view.base.join(workdir);
    }
    let workdir = &campaign.workdir;
    let folders = match arguments.folders.is_empty() {
        true => shard::folders(workdir)
            .with_context(|| format!("there are no shards in {}", shown::path(workdir)))?,
        false => arguments.folders.clone(),
    };
    let mut state = CampaignState::open(workdir)?;
    for folder in folders {
        shard::merge(&mut state, workdir, &folder, |_| true)?;
    }
    let all = state.all()?;
    report::text(&mut terminal.out, &all)?;
    Ok(ending(&all))
}

/// Removes what a campaign has in its folder, and the folder, if nothing else is there.
fn clean(terminal: &mut Terminal, arguments: &CleanArguments) -> anyhow::Result<Ending> {
    let campaign = campaign(terminal, &arguments.batch)?;
    let workdir = &campaign.workdir;
    if !CampaignState::is_in(workdir) {
        bail!("there is no campaign in {}", shown::path(workdir));
    }
    // Nobody works with it meanwhile.
    let folders = shard::folders(workdir).unwrap_or_default();
    let folders: Vec<&Path> = folders.iter().map(|it| &**it).chain([&**workdir]).collect();
    let held: Result<Vec<_>, _> = folders.iter().map(|it| CampaignState::hold(it)).collect();
    let held = held?;
    for folder in folders.iter().filter(|_| !arguments.force) {
        check_pushed(folder)?;
    }
    let cannot = || format!("{} cannot be removed", shown::path(workdir));
    shard::remove(workdir).with_context(cannot)?;
    drop(held);
    let place = terminal.view.name(workdir);
    match fs::remove_dir(workdir) {
        Ok(()) => writeln!(terminal.out, "Removed {place}.")?,
        Err(_) => writeln!(terminal.out, "Removed what the campaign had in {place}.")?,
    }
    Ok(Ending::default())
}

/// A clone of the campaign's, and what it has more than its remote, is nowhere else.
fn check_pushed(folder: &Path) -> anyhow::Result<()> {
    let Some(state) = CampaignState::read(folder)? else {
        return Ok(());
    };
    let is_clone = |known: &MemberState| {
        let place = Whereabouts::of_line(&known.source, folder);
        matches!(place, Whereabouts::Url(_))
    };
    let is_left = |known: &MemberState| is_clone(known) && known.pushed != known.head;
    if let Some(known) = state.all()?.into_iter().find(is_left) {
        let (name, branch) = (known.name, known.branch);
        bail!("the branch `{branch}` of {name} was not pushed: push it, or use --force");
    }
    Ok(())
}
