//! A session on a terminal: keys in, screens out, each decision stored at once.

use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{Aside, keep};
use crate::cli::interrupt::{self, Held};
use crate::review::{Came, Pressed, Session, draw};

/// From one look for a signal to the next.
const TICK: Duration = Duration::from_millis(200);

/// Shows a session on the terminal, which is as it was afterwards, also after a panic or a signal.
pub(super) fn show(session: &mut Session, path: &Path, aside: &mut Aside) -> anyhow::Result<()> {
    let held = interrupt::hold()?;
    let mut screen = ratatui::try_init().context("the terminal cannot be drawn on")?;
    let done = decide(session, path, &mut screen, (&held, aside));
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
    (held, aside): (&Held, &mut Aside),
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
        let came = match key.map(|key| session.press(key)) {
            Some(Came::Edit) => {
                ratatui::try_restore()?;
                let came = aside.edit(session);
                // Whoever ends the editor does not mean the review.
                held.came().store(false, Ordering::Relaxed);
                *screen = ratatui::try_init()?;
                came?
            }
            Some(Came::Page) => aside.page(session)?,
            came => came.unwrap_or(Came::Shown),
        };
        match came {
            Came::Done => return Ok(()),
            Came::Decided => keep(session, path)?,
            Came::Shown | Came::Edit | Came::Page => {}
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
