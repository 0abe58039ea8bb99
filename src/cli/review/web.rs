//! A session in a browser: requests in, the page and answers out, each decision stored at once.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use anyhow::{Context, bail};

use super::keep;
use super::server::{Reply, Server, Wanted};
use crate::cli::interrupt;
use crate::cli::terminal::Terminal;
use crate::plan::change::Plan;
use crate::review::{Came, Keeper, Page, Session, Wish};

/// From one look for a signal to the next.
const TICK: Duration = Duration::from_millis(200);

/// Serves a session to a browser until a signal comes.
pub(super) fn serve<'p>(
    session: &mut Session<'p>,
    path: &Path,
    (terminal, plan): (&mut Terminal, &'p Plan),
) -> anyhow::Result<()> {
    let held = interrupt::hold()?;
    let page = Page::new(plan, session, Keeper::Program);
    let server = Server::start().context("no page can be served on 127.0.0.1")?;
    writeln!(
        terminal.out,
        "Review at {}\nCtrl-C ends it.",
        server.address()
    )?;
    terminal.out.flush()?;
    // What could not be stored is told to the browser at once, and here at the end.
    let mut stored = Ok(());
    while !held.came().load(Ordering::Relaxed) {
        let asked = match server.requests().recv_timeout(TICK) {
            Ok(asked) => asked,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => bail!("the page can no longer be served"),
        };
        let reply = match asked.wanted() {
            Wanted::Page => Reply::Page(page.text(session)),
            Wanted::Decisions(body) => decide(session, path, body, &mut stored),
        };
        asked.reply(reply);
    }
    stored
}

/// Decides as a browser asks for.
fn decide(
    session: &mut Session,
    path: &Path,
    body: &[u8],
    stored: &mut anyhow::Result<()>,
) -> Reply {
    let asked: Wish = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        Err(error) => return Reply::Malformed(format!("This is no decision: {error}.")),
    };
    let before = session.decisions().clone();
    match session.ask(asked) {
        Ok(Came::Decided) => *stored = keep(session, path),
        Ok(_) => {}
        Err(error) => return Reply::Malformed(format!("This is no decision: {error}.")),
    }
    if let Err(error) = stored {
        session.tell(format!("not stored: {error:#}"));
    }
    let answer = serde_json::to_string(&session.answer(&before));
    match (answer, stored) {
        (Ok(answer), Ok(())) => Reply::Decided(answer),
        (Ok(answer), Err(_)) => Reply::Unstored(answer),
        (Err(error), _) => Reply::Malformed(error.to_string()),
    }
}
