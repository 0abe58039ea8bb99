//! Words → the campaign that is meant, and of its repositories those that there is something to do for.

use std::ffi::OsString;
use std::fs;
use std::iter;
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use clap::Parser;
use rustc_hash::{FxHashMap, FxHashSet};

use super::crew::Open;
use crate::batch::campaign::{Campaign, Repositories, Verify, Wants, Whereabouts};
use crate::batch::git::is_branch;
use crate::batch::member::{Member, members};
use crate::batch::record::{MemberState, Progress};
use crate::batch::state::CampaignState;
use crate::batch::words::{digest, name_of, words};
use crate::batch::work::Task;
use crate::cli::args::batch::{BatchArguments, RunArguments};
use crate::cli::args::settings::SettingArguments;
use crate::cli::args::{Arguments, Command};
use crate::cli::settings::{catalogs, configurations};
use crate::cli::terminal::Terminal;
use crate::recipe::safety::Safety;
use crate::report::mistakes;
use crate::text::shown;

/// What is to be done in a campaign.
#[derive(Clone, Copy)]
pub(super) struct Demand {
    /// Whether what failed is done again.
    pub(super) again: bool,
    /// Whether branches are made anew whose repositories went on.
    pub(super) refresh: bool,
    /// Whether branches are pushed.
    pub(super) push: bool,
}

impl Demand {
    /// Takes it from words; `again`: what failed is meant, too.
    pub(super) fn of(arguments: &RunArguments, again: bool) -> Self {
        Self {
            again,
            refresh: arguments.refresh,
            push: arguments.work.push,
        }
    }
}

/// Reads the campaign that is meant.
pub(super) fn campaign(
    terminal: &mut Terminal,
    arguments: &BatchArguments,
) -> anyhow::Result<Campaign> {
    let base = terminal.view.base.clone();
    let mut campaign = match (&arguments.campaign, &arguments.repositories) {
        (Some(path), _) => read(terminal, path)?,
        (None, Some(list)) => of_words(arguments, &base, list),
        (None, None) => bail!("which campaign?"),
    };
    if let Some(workdir) = &arguments.workdir {
        campaign.workdir = base.join(workdir);
    }
    let own = campaign.repositories.iter();
    let own = own.filter_map(|entry| entry.branch.as_ref());
    for branch in own.chain([&campaign.branch]) {
        if !is_branch(branch) {
            bail!("`{}` is not a valid branch name", shown::Shown(branch));
        }
    }
    Ok(campaign)
}

/// Reads a campaign of a file.
pub(super) fn read(terminal: &mut Terminal, path: &Path) -> anyhow::Result<Campaign> {
    let shown = shown::path(path);
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("{shown} cannot be read"))?;
    let whole = terminal.view.base.join(path);
    let folder = whole.parent().unwrap_or(&terminal.view.base);
    match Campaign::read(&shown, &text, folder) {
        Ok(campaign) => Ok(campaign),
        Err(errors) => {
            mistakes::write(&mut terminal.err, &terminal.err_view, &errors, &text)?;
            bail!("{shown} is not a valid campaign file");
        }
    }
}

/// Takes a campaign of one line.
fn of_words(arguments: &BatchArguments, base: &Path, list: &Path) -> Campaign {
    let branch = arguments.branch.clone().unwrap_or_default();
    let safety = arguments.safety.map(Safety::from);
    Campaign {
        repositories: vec![Repositories::at(Whereabouts::File(base.join(list)))],
        wants: Wants {
            select: arguments.select.clone(),
            safety: safety.map(|level| level.word().to_owned()),
            verify: Verify::of(arguments.verify.clone()),
            ..Wants::default()
        },
        workdir: base.join(format!("{}.batch", branch.replace('/', "-"))),
        branch,
        jobs: 1,
        ..Campaign::default()
    }
}

/// Returns the repositories, or says before anything begins what none could be migrated with: recipes, parameters and
/// files that are not there.
pub(super) fn checked(terminal: &mut Terminal, campaign: &Campaign) -> anyhow::Result<Vec<Member>> {
    let members = members(campaign)?;
    let mut known = FxHashSet::default();
    for member in &members {
        if let Some(path) = member.decisions.as_ref().filter(|path| !path.is_file()) {
            let (path, name) = (shown::path(path), &member.name);
            bail!("the decisions of {name} do not exist: {path}");
        }
        if !known.insert(format!("{:?}", member.wants)) {
            continue;
        }
        let words = words(campaign, member, Path::new("checks"));
        let words = iter::once(OsString::from("awaitify")).chain(words);
        let arguments = Arguments::try_parse_from(words).map_err(|error| {
            let said = error.to_string();
            let first = said.lines().next().unwrap_or_default();
            anyhow!("{}", first.trim_start_matches("error: "))
        })?;
        let Command::Migrate(migrate) = arguments.command else {
            continue;
        };
        let settings = SettingArguments {
            isolated: true,
            ..migrate.run.settings.clone()
        };
        let configurations = configurations(&settings, &terminal.view.base)?;
        catalogs(terminal, &configurations, &settings)?;
    }
    Ok(members)
}

/// Gives repositories the names that they had, whatever is before them in the list now; new ones get others.
pub(super) fn keep_names(members: &mut [Member], known: &[MemberState]) {
    let mut names: FxHashMap<(&str, &str), &str> = FxHashMap::default();
    let mut taken: FxHashSet<String> = FxHashSet::default();
    for known in known {
        names.insert((&known.source, &known.branch), &known.name);
        taken.insert(known.name.clone());
    }
    let mut new = Vec::new();
    for member in members {
        match names.get(&(&*member.source.text(), &*member.branch)) {
            Some(name) => (*name).clone_into(&mut member.name),
            None => new.push(member),
        }
    }
    for member in new {
        let source = member.source.text();
        // With another branch it goes on under its name.
        let is_its = |known: &&MemberState| known.name == member.name && known.source == source;
        if known.iter().any(|known| is_its(&known)) {
            continue;
        }
        let mut others = (2..).map(|nth| format!("{}-{nth}", member.name));
        if taken.contains(&member.name) {
            // The numbers have no end.
            let other = others.find(|name| !taken.contains(name));
            member.name = other.unwrap_or_default();
        }
        taken.insert(member.name.clone());
    }
}

/// Returns the repositories that there is something to do for; all are in the state from now on.
pub(super) fn open<'m>(
    campaign: &Campaign,
    members: &[&'m Member],
    state: &mut CampaignState,
    demand: Demand,
) -> anyhow::Result<Vec<Open<'m>>> {
    let own = digest(&campaign.folders);
    let (mut open, mut new) = (Vec::new(), Vec::new());
    for member in members {
        let (source, branch) = (member.source.text(), &member.branch);
        let known = match state.of(&member.name)? {
            Some(known) if known.source != source => {
                let (name, folder) = (&member.name, shown::path(&campaign.workdir));
                bail!(
                    "in {folder}, the name `{name}` belongs to a different repository: use another --workdir"
                );
            }
            Some(known) if known.branch == *branch => known,
            _ => {
                let known = MemberState::new(&member.name, &source, branch);
                new.push(known.clone());
                known
            }
        };
        let wants = name_of(&own, campaign, member);
        let is_proposed = campaign.pull_request.is_some();
        if let Some(task) = task(&known, &wants, demand, is_proposed) {
            open.push(Open {
                member,
                known,
                wants,
                task,
            });
        }
    }
    state.store(&new)?;
    Ok(open)
}

/// Returns what is to be done with a repository; `is_proposed`: its branch is to have a pull request.
fn task(known: &MemberState, wants: &str, demand: Demand, is_proposed: bool) -> Option<Task> {
    let is_other = known.wants != wants;
    let failed = matches!(known.step, Progress::Failed | Progress::FailsBefore);
    if !known.step.is_done() || is_other || (demand.again || demand.refresh) && failed {
        return Some(Task::Migrate);
    }
    if demand.refresh {
        return Some(Task::Refresh);
    }
    let is_there = known.pushed == known.head && (known.pull_request.is_some() || !is_proposed);
    (demand.push && known.step.has_branch() && !is_there).then_some(Task::Push)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: Demand = Demand {
        again: false,
        refresh: false,
        push: false,
    };

    fn done(step: Progress) -> MemberState {
        MemberState {
            step,
            wants: "w".to_owned(),
            head: Some("1".to_owned()),
            ..MemberState::new("a", "/a", "x")
        }
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let new = MemberState::new("a", "/a", "x");
        assert_eq!(task(&new, "w", RUN, false), Some(Task::Migrate));
        for step in [Progress::Changed, Progress::Failed] {
            assert_eq!(task(&done(step), "w", RUN, false), None);
            // Something else is asked for.
            assert_eq!(task(&done(step), "v", RUN, false), Some(Task::Migrate));
        }
        let again = Demand { again: true, ..RUN };
        let failed = done(Progress::Failed);
        assert_eq!(task(&failed, "w", again, false), Some(Task::Migrate));
        assert_eq!(task(&done(Progress::Changed), "w", again, false), None);
    }

    #[test]
    fn a_branch_is_pushed_once() {
        let push = Demand { push: true, ..RUN };
        let mut known = done(Progress::Changed);
        assert_eq!(task(&known, "w", push, false), Some(Task::Push));
        known.pushed = known.head.clone();
        assert_eq!(task(&known, "w", push, false), None);
        assert_eq!(task(&known, "w", push, true), Some(Task::Push));
        known.pull_request = Some("https://h/1".to_owned());
        assert_eq!(task(&known, "w", push, true), None);
        assert_eq!(task(&done(Progress::Unchanged), "w", push, true), None);
    }
}
