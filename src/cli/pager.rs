//! The program in which a person reads a long output, as git starts it.

use std::env;
use std::io::{self, BufWriter, Write};
use std::process::{Child, Command, Stdio};

use super::terminal::Terminal;

/// The pager of those who name none.
const DEFAULT: &str = "less";

/// What `less` is told where nobody tells it: to end where all fits on a screen, to show colors, and to leave
/// the text there.
const LESS: &str = "FRX";

/// A pager that is open.
pub(super) struct Pager(Child);

impl Pager {
    /// Sends the results of a terminal through a pager; nothing is started where no terminal reads them, or
    /// where the person has turned it off (`cat`, or an empty name).
    ///
    /// # Errors
    /// What was written before cannot be shown.
    pub(super) fn open(terminal: &mut Terminal) -> io::Result<Option<Self>> {
        let Some(command) = command().filter(|_| terminal.view.terminal) else {
            return Ok(None);
        };
        let mut shell = Command::new("sh");
        shell.args(["-c", &command]).stdin(Stdio::piped());
        if env::var_os("LESS").is_none() {
            shell.env("LESS", LESS);
        }
        // Without a pager the terminal itself is read.
        let Ok(mut child) = shell.spawn() else {
            return Ok(None);
        };
        let Some(input) = child.stdin.take() else {
            return Ok(None);
        };
        terminal.out.flush()?;
        terminal.out = BufWriter::new(Box::new(input));
        Ok(Some(Self(child)))
    }

    /// Waits until the person has read.
    ///
    /// # Errors
    /// The rest of the results cannot be shown.
    pub(super) fn close(mut self, terminal: &mut Terminal) -> io::Result<()> {
        let shown = terminal.out.flush();
        // It ends when its input does.
        terminal.out = BufWriter::new(Box::new(io::stdout()));
        self.0.wait()?;
        shown
    }
}

/// Returns the command that pages, if the person wants one.
fn command() -> Option<String> {
    let named = ["AWAITIFY_PAGER", "PAGER"].map(env::var_os);
    let named = named.into_iter().flatten().next();
    let command = named.map_or_else(
        || DEFAULT.to_owned(),
        |named| named.to_string_lossy().into_owned(),
    );
    let program = command.split_whitespace().next().unwrap_or_default();
    let is_wanted = !program.is_empty() && command.trim() != "cat" && is_there(program);
    is_wanted.then_some(command)
}

/// Returns whether a shell would find a program: what it writes an error about shows nothing.
fn is_there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    // Joined to an absolute path it is that path.
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}
