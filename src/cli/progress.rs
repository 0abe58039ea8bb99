//! How far a long run is: one line, where a person waits at a terminal, gone when there is a result; in a
//! log a line now and then.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::args::OutputArguments;
use super::interrupt::{self, Held};
use super::terminal::Terminal;

/// A shorter run needs no line.
const PATIENCE: Duration = Duration::from_secs(2);

/// From one line of a log to the next.
const LOG_TICK: Duration = Duration::from_secs(15);

/// From one line to the next.
const TICK: Duration = Duration::from_millis(100);

/// To the beginning of the line, and all of it gone.
const ERASE: &str = "\r\u{1b}[K";

/// Does the work on so many files, which it counts, and meanwhile shows how far it is.
pub(super) fn watch<T: Send>(
    terminal: &mut Terminal,
    output: &OutputArguments,
    files: usize,
    work: impl FnOnce(&AtomicUsize) -> T + Send,
) -> io::Result<T> {
    let done = AtomicUsize::new(0);
    if output.quiet {
        return Ok(work(&done));
    }
    if !terminal.is_watched() {
        let result = meanwhile(
            || work(&done),
            [LOG_TICK, LOG_TICK],
            || {
                // The work is more than its log.
                let _ = writeln!(terminal.err, "{}", stage(&done, files));
            },
        );
        return Ok(result.unwrap_or_else(|panic| resume_unwind(panic)));
    }
    // They wait until the line is erased.
    let held = interrupt::hold()?;
    let mut drawn = Ok(());
    let result = meanwhile(
        || work(&done),
        [PATIENCE, TICK],
        || {
            obey(&held, &mut terminal.err);
            if drawn.is_ok() {
                drawn = draw(&mut terminal.err, &done, files);
            }
        },
    );
    let erased = erase(&mut terminal.err);
    held.obey();
    drawn.and(erased)?;
    // Its panic is this thread's.
    Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
}

fn draw(out: &mut dyn Write, done: &AtomicUsize, files: usize) -> io::Result<()> {
    write!(out, "{ERASE}{}", stage(done, files))?;
    out.flush()
}

/// Does the work in a thread, and meanwhile something each time that a wait is over: the first, then the
/// second again and again.
fn meanwhile<T: Send>(
    work: impl FnOnce() -> T + Send,
    [mut wait, next]: [Duration; 2],
    mut tick: impl FnMut(),
) -> thread::Result<T> {
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let result = work();
            // Who waits may be gone.
            let _ = sender.send(());
            result
        });
        while receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            wait = next;
            tick();
        }
        worker.join()
    })
}

/// Says what is being done.
fn stage(done: &AtomicUsize, files: usize) -> String {
    match done.load(Ordering::Relaxed) {
        done if done < files => format!("{done} of {files} files read and planned"),
        _ => format!("{files} files planned; following changes into other files"),
    }
}

fn obey(held: &Held, out: &mut dyn Write) {
    if held.came().load(Ordering::Relaxed) {
        let _ = erase(out);
        held.obey();
    }
}

fn erase(out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{ERASE}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_replaces_the_one_before() {
        let mut out = Vec::new();
        for number in [9, 12] {
            draw(&mut out, &AtomicUsize::new(number), 12).expect("a vector takes everything");
        }
        let expected = "\r\u{1b}[K9 of 12 files read and planned\
            \r\u{1b}[K12 files planned; following changes into other files";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
