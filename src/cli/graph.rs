//! `awaitify graph`: who would turn async if a function did.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::args::{GraphArguments, GraphFormat, OutputArguments, RunArguments};
use super::exit::Ending;
use super::run::{self, Reader};
use super::settings;
use super::terminal::Terminal;
use crate::engine::Job;
use crate::engine::graph::{self, Designation, Graph, Missing, Offer, Seed};
use crate::project::Facts;
use crate::project::facts::Projects;
use crate::report;
use crate::report::view::View;
use crate::write::store::store;

/// As many functions are offered for one that is not found.
const MOST_OFFERED: usize = 5;

/// Draws the graph.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &GraphArguments,
) -> anyhow::Result<Ending> {
    let run = RunArguments {
        paths: arguments.paths.clone(),
        stdin_filename: None,
        settings: arguments.settings.clone(),
        no_ignore: arguments.no_ignore,
        force_exclude: false,
    };
    let run = match arguments.from.is_empty() && arguments.settings.select.is_empty() {
        true => with_followers(terminal, run)?,
        false => run,
    };
    let projects = Projects::new(&terminal.view.base).over(&run.paths);
    let done = run::with_jobs(terminal, &run, None, Reader::Person, |terminal, jobs| {
        let known = (&projects, &terminal.view);
        graph_of(jobs, known, arguments, output.threads.unwrap_or(0))
    })?;
    let (graph, is_found) = done.outcome?;
    write(terminal, arguments, &graph, output.verbose)?;
    Ok(Ending {
        failed: false,
        found: !is_found,
    })
}

/// Selects the recipes by which callers change, too, where none is named.
fn with_followers(terminal: &mut Terminal, mut run: RunArguments) -> anyhow::Result<RunArguments> {
    let (catalog, _) = settings::catalog_here(terminal, &run.settings.own)?;
    let following = catalog.recipes().iter().filter(|recipe| {
        let mut rules = recipe.content.rules.iter();
        rules.any(|rule| {
            rule.follow_value
                .as_ref()
                .is_some_and(|it| it.takes_callers)
        })
    });
    run.settings.select = following.map(|recipe| recipe.id.clone()).collect();
    Ok(run)
}

/// Returns the graph, and whether there is a way to what was asked for.
fn graph_of(
    jobs: &[Job],
    known: (&Projects, &View),
    arguments: &GraphArguments,
    threads: usize,
) -> anyhow::Result<(Graph, bool)> {
    let (projects, _) = known;
    const NO_THREADS: &str = "threads cannot be started";
    let mut seeds = Vec::new();
    for site in &arguments.from {
        seeds.extend(found(jobs, known, ("--from", site))?);
    }
    if arguments.from.is_empty() {
        seeds = graph::sites(jobs, projects, threads).context(NO_THREADS)?;
    }
    let Some((_, engine)) = jobs.first().filter(|_| !seeds.is_empty()) else {
        bail!("no selected recipe applies to a sync function here: name one with --from SITE");
    };
    let to = arguments.to.as_ref();
    let to = to.map(|to| ends(jobs, known, to)).transpose()?;
    let mut graph = graph::walk(engine, projects, seeds, threads).context(NO_THREADS)?;
    let mut is_found = true;
    if let Some((file, start)) = to {
        is_found = graph.keep_ways_to((&file, start));
    }
    graph.find_cuts();
    Ok((graph, is_found))
}

/// The def at which ways end, or the file's own level.
fn ends(
    jobs: &[Job],
    known: (&Projects, &View),
    to: &Designation,
) -> anyhow::Result<(PathBuf, Option<u32>)> {
    let (projects, _) = known;
    if let Designation::Line { file, .. } = to
        && let Err(Missing::NoFunction(_)) = graph::find(jobs, projects, to)
    {
        return Ok((projects.whole(file), None));
    }
    let seeds = found(jobs, known, ("--to", to))?;
    let first = seeds.first().map(Seed::key);
    let (file, start) = first.ok_or_else(|| anyhow!("--to: there is no such function"))?;
    Ok((file.to_owned(), start))
}

fn found(
    jobs: &[Job],
    (projects, view): (&Projects, &View),
    (flag, wanted): (&str, &Designation),
) -> anyhow::Result<Vec<Seed>> {
    let missing = match graph::find(jobs, projects, wanted) {
        Ok(seeds) => return Ok(seeds),
        Err(missing) => missing,
    };
    let typed = typed(wanted);
    let list = |all: &[Offer]| {
        let spelled = |(file, name): &Offer| format!("{}::{name}", view.name(file));
        let shown = all.iter().take(MOST_OFFERED).map(spelled);
        shown.collect::<Vec<_>>().join(", ")
    };
    let offered = |all: &[Offer]| match all.is_empty() {
        true => String::new(),
        false => format!("; similar: {}", list(all)),
    };
    Err(match missing {
        Missing::Name(near) => anyhow!("{flag} {typed}: no such function{}", offered(&near)),
        Missing::Several(all) => anyhow!("{flag} {typed}: several functions: {}", list(&all)),
        Missing::NoFunction(near) => {
            anyhow!(
                "{flag} {typed}: the line is in no function{}",
                offered(&near)
            )
        }
        Missing::Unread(why) => anyhow!("{flag} {typed}: {why}"),
        Missing::Class(all) => anyhow!("{flag} {typed}: a class; name a method: {}", list(&all)),
    })
}

/// The function as it was typed.
fn typed(wanted: &Designation) -> String {
    let file = |file: &Path| file.display().to_string();
    match wanted {
        Designation::Line {
            file: path,
            cell: Some(cell),
            line,
        } => format!("{}:{cell}:{line}", file(path)),
        Designation::Line {
            file: path, line, ..
        } => format!("{}:{line}", file(path)),
        Designation::Named { file: path, name } => format!("{}::{name}", file(path)),
        Designation::Dotted(name) => name.clone(),
    }
}

fn write(
    terminal: &mut Terminal,
    arguments: &GraphArguments,
    graph: &Graph,
    all: bool,
) -> anyhow::Result<()> {
    let Some(path) = &arguments.output else {
        let (out, view) = (&mut terminal.out, &terminal.view);
        return Ok(write_to(out, view, (arguments.format, all), graph)?);
    };
    let mut written = Vec::new();
    let view = View::plain(&terminal.view.base);
    write_to(&mut written, &view, (arguments.format, all), graph)?;
    store(path, &written)?;
    Ok(())
}

fn write_to(
    out: &mut dyn Write,
    view: &View,
    (format, all): (GraphFormat, bool),
    graph: &Graph,
) -> std::io::Result<()> {
    match format {
        GraphFormat::Text => report::graph::write_text(out, view, graph, all),
        GraphFormat::Dot => report::graph::write_dot(out, view, graph),
        GraphFormat::Json => report::graph::write_json(out, view, graph),
        GraphFormat::Svg => report::graph::write_svg(out, view, graph),
    }
}
