//! `awaitify review`: the terminal's keys → decisions, each stored at once.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::args::OutputArguments;
use super::args::choice::ReviewArguments;
use super::choice::{Choice, check_names, read_decisions};
use super::exit::Ending;
use super::interrupt::{self, Held};
use super::run::{self, Reader};
use super::terminal::{Terminal, quoted};
use crate::plan::change::{Plan, Problem};
use crate::plan::decision::Decisions;
use crate::report::notes;
use crate::report::view::count;
use crate::review::{Author, Came, Item, Pressed, Session, draw};
use crate::text::shown;
use crate::write::run_id::rfc3339;
use crate::write::store::store;

/// From one look for a signal to the next.
const TICK: Duration = Duration::from_millis(200);

/// What is said where nobody sees a screen.
const NO_TERMINAL: &str = "\
review needs a terminal; `awaitify diff --safety review --format json` lists the changes, and \
`awaitify migrate --decisions FILE` applies what a file accepts";

/// Shows each change until the person is done.
pub(super) fn run(
    terminal: &mut Terminal,
    output: &OutputArguments,
    arguments: &ReviewArguments,
) -> anyhow::Result<Ending> {
    if !io::stdin().is_terminal() || !terminal.view.terminal {
        bail!(NO_TERMINAL);
    }
    let known = known(&arguments.decisions)?;
    let mut choice = Choice::default();
    let plan = run::plan(
        terminal,
        output,
        &arguments.run,
        None,
        Reader::Chooser,
        &mut choice,
    )?;
    let texts = |problem: &Problem| run::text_of(&plan, problem);
    notes::problems(
        &mut terminal.err,
        &terminal.err_view,
        &plan.problems,
        &texts,
    )?;
    check_names(&plan)?;
    let items = Item::all(&plan, &terminal.view);
    let is_open = match items.is_empty() {
        true => {
            let scanned = count(plan.scanned, "file");
            writeln!(terminal.out, "No changes in {scanned}.")?;
            false
        }
        false => review(terminal, arguments, &plan, (items, known))?,
    };
    Ok(Ending {
        failed: run::has_failed(&plan),
        found: arguments.exit_code && is_open,
    })
}

/// Returns what was decided before; nothing where there is no file yet.
fn known(path: &Path) -> anyhow::Result<Decisions> {
    match path.try_exists() {
        Ok(false) => Ok(Decisions::default()),
        _ => read_decisions(path),
    }
}

/// Shows the changes of a plan; returns whether some are left open.
fn review(
    terminal: &mut Terminal,
    arguments: &ReviewArguments,
    plan: &Plan,
    (items, known): (Vec<Item<'_>>, Decisions),
) -> anyhow::Result<bool> {
    let clock = || Some(rfc3339(SystemTime::now()));
    let author = Author {
        by: arguments.by.clone(),
        clock: &clock,
    };
    let mut session = Session::new(plan, items, known, author);
    show(&mut session, &arguments.decisions)?;
    let counts = session.counts();
    tell(terminal, arguments, counts)?;
    Ok(counts[2] > 0)
}

/// Says what was decided, and how it is applied.
fn tell(
    terminal: &mut Terminal,
    arguments: &ReviewArguments,
    [accepted, rejected, open]: [usize; 3],
) -> io::Result<()> {
    let (out, path) = (&mut terminal.out, &arguments.decisions);
    let stored = shown::path(path);
    writeln!(
        out,
        "{accepted} accepted, {rejected} rejected, {open} open; stored in {stored}."
    )?;
    if accepted > 0 {
        let command = run::next_command(&arguments.run, &Choice::default());
        let file = quoted(&path.to_string_lossy());
        writeln!(out, "Apply with: {command} --decisions {file}")?;
    }
    Ok(())
}

/// Shows a session on the terminal, which is as it was afterwards, also after a panic or a signal.
fn show(session: &mut Session, path: &Path) -> anyhow::Result<()> {
    let held = interrupt::hold()?;
    let mut screen = ratatui::try_init().context("the terminal cannot be drawn on")?;
    let done = decide(session, path, &mut screen, &held);
    let restored = ratatui::try_restore();
    held.obey();
    done?;
    Ok(restored?)
}

/// Draws and reads keys until the person is done.
fn decide(
    session: &mut Session,
    path: &Path,
    screen: &mut DefaultTerminal,
    held: &Held,
) -> anyhow::Result<()> {
    loop {
        screen.draw(|frame| draw(frame, session))?;
        let key = match wait(held)? {
            Some(Event::Key(key)) if is_interrupt(key) => return Ok(()),
            Some(Event::Key(key)) => read(key),
            // The screen has another size.
            Some(_) => continue,
            None => return Ok(()),
        };
        match key.map(|key| session.press(key)) {
            Some(Came::Done) => return Ok(()),
            Some(Came::Decided) => {
                // Somebody else may have decided meanwhile.
                session.adopt(&known(path)?);
                store(path, session.decisions().text().as_bytes())
                    .with_context(|| format!("{} cannot be written", shown::path(path)))?;
            }
            Some(Came::Shown) | None => {}
        }
    }
}

/// Waits for a key or another size; `None`: a signal came.
fn wait(held: &Held) -> io::Result<Option<Event>> {
    loop {
        if held.came().load(Ordering::Relaxed) {
            return Ok(None);
        }
        if !event::poll(TICK)? {
            continue;
        }
        match event::read()? {
            Event::Key(key) if key.kind == KeyEventKind::Release => {}
            event @ (Event::Key(_) | Event::Resize(..)) => return Ok(Some(event)),
            _ => {}
        }
    }
}

fn is_interrupt(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

fn read(key: KeyEvent) -> Option<Pressed> {
    Some(match key.code {
        KeyCode::Char(c) if !key.modifiers.contains(KeyModifiers::CONTROL) => Pressed::Char(c),
        KeyCode::Up => Pressed::Up,
        KeyCode::Down => Pressed::Down,
        KeyCode::PageUp => Pressed::PageUp,
        KeyCode::PageDown => Pressed::PageDown,
        KeyCode::Home => Pressed::Home,
        KeyCode::End => Pressed::End,
        KeyCode::Enter => Pressed::Enter,
        KeyCode::Esc => Pressed::Escape,
        KeyCode::Backspace => Pressed::Backspace,
        _ => return None,
    })
}
