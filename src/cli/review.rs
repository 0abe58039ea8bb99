//! `awaitify review`: the keys of a terminal or the clicks of a browser → decisions, each stored at once.

use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail};

use super::args::OutputArguments;
use super::args::choice::ReviewArguments;
use super::choice::{Choice, check_names, read_decisions};
use super::exit::Ending;
use super::run::{self, Reader};
use super::terminal::{Terminal, quoted};
use crate::plan::change::{Plan, Problem};
use crate::plan::decision::Decisions;
use crate::report::notes;
use crate::report::view::count;
use crate::review::{Author, Item, Keeper, Page, Session};
use crate::text::shown;
use crate::write::run_id::rfc3339;
use crate::write::store::store;

use aside::Aside;
use screen::show;
use web::serve;

mod aside;

mod screen;

mod server;

mod web;

/// What is said where nobody sees a screen.
const NO_TERMINAL: &str = "\
review needs a terminal; `awaitify diff --safety review --format json` lists the changes, \
`awaitify review --html FILE` shows them in a browser, and `awaitify migrate --decisions FILE` applies \
what a file accepts";

/// Shows each change until the person is done.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &ReviewArguments,
) -> anyhow::Result<Ending> {
    let has_page = arguments.web || arguments.html.is_some();
    if !has_page && (!io::stdin().is_terminal() || !terminal.view.terminal) {
        bail!(NO_TERMINAL);
    }
    let known = known(&arguments.decisions)?;
    let (run, mut choice) = Choice::of_review(arguments)?;
    let plan = run::plan(terminal, output, &run, None, Reader::Chooser, &mut choice)?;
    let texts = |problem: &Problem| run::text_of(&plan, problem);
    notes::problems(
        &mut terminal.err,
        &terminal.err_view,
        &plan.problems,
        &texts,
    )?;
    check_names(&plan)?;
    let besides = choice.besides.unwrap_or_default();
    let mut items = Item::all(&plan, besides, &terminal.view);
    if let Some(shown) = &choice.shown {
        items.retain(|item| shown.contains(&item.change().id));
    }
    // What was typed as FILE:LINE is a file now.
    let arguments = &ReviewArguments {
        run,
        ..arguments.clone()
    };
    let is_open = review(terminal, (output, arguments), &plan, (items, known))?;
    Ok(Ending {
        failed: run::has_failed(&plan),
        found: arguments.exit_code && is_open,
    })
}

/// Returns what was decided before; nothing where there is no file yet.
fn known(path: &Path) -> anyhow::Result<Decisions> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|it| !it.is_dir()) {
        bail!("there is no folder {}", shown::path(folder));
    }
    match path.try_exists() {
        Ok(false) => Ok(Decisions::default()),
        _ => read_decisions(path),
    }
}

/// Shows the changes of a plan; returns whether some are left open.
fn review(
    terminal: &mut Terminal,
    (output, arguments): (&OutputArguments, &ReviewArguments),
    plan: &Plan,
    (items, known): (Vec<Item<'_>>, Decisions),
) -> anyhow::Result<bool> {
    if items.is_empty() && arguments.html.is_none() {
        let scanned = count(plan.scanned, "file");
        writeln!(terminal.out, "No changes in {scanned}.")?;
        return Ok(false);
    }
    let clock = || Some(rfc3339(SystemTime::now()));
    let author = Author {
        by: arguments.by.clone(),
        clock: &clock,
    };
    let mut session = Session::new(plan, items, known, author);
    let path = &arguments.decisions;
    if let Some(page) = &arguments.html {
        write_page(terminal, page, plan, &session)?;
        return Ok(session.counts()[2] > 0);
    }
    if arguments.web {
        serve(&mut session, path, (terminal, plan))?;
    } else {
        let mut aside = Aside {
            terminal,
            output,
            arguments,
            plan,
            refused: HashMap::new(),
        };
        show(&mut session, path, &mut aside)?;
    }
    let counts = session.counts();
    tell(terminal, arguments, counts)?;
    Ok(counts[2] > 0)
}

/// Writes the page, by which decisions are made elsewhere.
fn write_page(
    terminal: &mut Terminal,
    path: &Path,
    plan: &Plan,
    session: &Session,
) -> anyhow::Result<()> {
    let page = Page::new(plan, session, Keeper::Browser);
    let text = page.text(session);
    // Whoever forgets the name of the page names a source file here.
    if path.exists() && !fs::read(path).is_ok_and(|old| is_page(&old)) {
        bail!(
            "{} exists and is not a review page: it is not overwritten",
            shown::path(path)
        );
    }
    store(path, text.as_bytes())
        .with_context(|| format!("{} cannot be written", shown::path(path)))?;
    let [accepted, rejected, open] = session.counts();
    let changes = count(accepted + rejected + open, "change");
    writeln!(
        terminal.out,
        "{changes} in {}, {open} open. Open it in a browser.",
        shown::path(path)
    )?;
    Ok(())
}

/// Returns whether a file is a page that was written before.
fn is_page(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).into_owned();
    head.starts_with("<!doctype html>") && head.contains("<title>awaitify review</title>")
}

/// Stores what is decided, with what somebody else decided meanwhile.
fn keep(session: &mut Session, path: &Path) -> anyhow::Result<()> {
    session.adopt(&known(path)?);
    store(path, session.decisions().text().as_bytes())
        .with_context(|| format!("{} cannot be written", shown::path(path)))
}

/// Says what was decided, and how it is applied.
fn tell(
    terminal: &mut Terminal,
    arguments: &ReviewArguments,
    [accepted, rejected, open]: [usize; 3],
) -> io::Result<()> {
    let (out, path) = (&mut terminal.out, &arguments.decisions);
    let stored = shown::path(path);
    let counts = format!("{accepted} accepted, {rejected} rejected, {open} open");
    match path.exists() {
        true => writeln!(out, "{counts}; stored in {stored}.")?,
        false => writeln!(out, "{counts}; nothing is decided.")?,
    }
    if accepted > 0 {
        let command = run::command(&arguments.run, "migrate");
        let file = quoted(&path.to_string_lossy());
        writeln!(out, "Apply with: {command} --decisions {file}")?;
    }
    Ok(())
}
