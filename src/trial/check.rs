//! Commands of the user's → whether they pass, with a limit to their time.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What is said of a check that is of no use.
pub const FAILS_BEFORE: &str = "fails without changes";

/// What is said of a change that is taken back.
pub const FAILS_WITH: &str = "fails with the change";

/// A variable that says that settings of git in the environment are not the user's: a check does not see them.
pub(crate) const APART: &str = "AWAITIFY_GIT_APART";

/// How long a program may take to end when it is asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How often it is asked whether a check ended.
const TICK: Duration = Duration::from_millis(20);

/// Bytes of an output that are read for its last lines.
const TAIL: u64 = 16 * 1024;

/// Commands that all pass, or one fails.
#[derive(Debug, Clone)]
pub struct Check {
    /// One or more, as the shell takes them, in the order in which they run.
    pub commands: Vec<String>,
    /// Where they run.
    pub folder: PathBuf,
    /// What gets all that they say.
    pub log: Option<PathBuf>,
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The last command that ran.
    pub command: String,
    /// Why it fails, as in "it fails: …"; `None`: all pass.
    pub failure: Option<String>,
    /// How long all took.
    pub took: Duration,
    /// The end of what the last one said.
    pub said: String,
}

/// Why nothing is known of a check.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// Somebody ended the program meanwhile.
    #[error("interrupted")]
    Interrupted,
    /// The system does not let it run.
    #[error("it cannot be run: {0}")]
    Io(#[from] io::Error),
}

impl Check {
    /// Runs its commands up to one that fails. Each that runs longer than `limit` is ended with all that it started, and
    /// has failed; `with` says in the log what it is run with.
    ///
    /// # Errors
    /// One did not run, or `stop` was set.
    pub fn run(
        &self,
        with: &str,
        limit: Option<Duration>,
        stop: &AtomicBool,
    ) -> Result<Ran, CheckError> {
        let mut all: Option<Ran> = None;
        for command in &self.commands {
            let mut output = tempfile::tempfile()?;
            let began = Instant::now();
            let failure = self.wait(command, &output, limit, stop)?;
            let took = began.elapsed();
            self.keep(
                &mut output,
                &format!("{command}` {with}"),
                failure.as_deref(),
            )?;
            let ran = Ran {
                command: command.clone(),
                took: took + all.map_or(Duration::ZERO, |ran| ran.took),
                said: tail(&mut output)?,
                failure,
            };
            if ran.failure.is_some() {
                return Ok(ran);
            }
            all = Some(ran);
        }
        all.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput).into())
    }

    /// Returns how a command fails.
    fn wait(
        &self,
        command: &str,
        output: &File,
        limit: Option<Duration>,
        stop: &AtomicBool,
    ) -> Result<Option<String>, CheckError> {
        let began = Instant::now();
        let mut child = self.start(command, output)?;
        loop {
            if let Some(status) = child.try_wait()? {
                // What it left behind would go on in the files of the next.
                end_left(&child);
                return Ok(failure(status));
            }
            if stop.load(Ordering::Relaxed) {
                end(&mut child);
                return Err(CheckError::Interrupted);
            }
            if let Some(limit) = limit.filter(|limit| began.elapsed() > *limit) {
                end(&mut child);
                return Ok(Some(format!("no end within {} s", limit.as_secs())));
            }
            thread::sleep(TICK);
        }
    }

    fn start(&self, command: &str, output: &File) -> io::Result<Child> {
        let mut command = shell(command);
        if env::var_os(APART).is_some() {
            without_settings(&mut command);
        }
        command
            .current_dir(&self.folder)
            // A text that is replaced within a second, and as long as the one before, would be taken for that.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output.try_clone()?);
        command.spawn()
    }

    /// Writes an output into the log.
    fn keep(&self, output: &mut File, what: &str, failure: Option<&str>) -> io::Result<()> {
        let Some(log) = &self.log else {
            return Ok(());
        };
        let mut log = OpenOptions::new().create(true).append(true).open(log)?;
        let came = failure.map_or("passes".to_owned(), |it| format!("fails ({it})"));
        writeln!(log, "--- `{what}: {came}")?;
        output.rewind()?;
        io::copy(output, &mut log)?;
        writeln!(log)
    }
}

#[cfg(unix)]
fn shell(words: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", words]);
    group(&mut command);
    command
}

/// Takes settings of git from the environment of a command.
pub(crate) fn without_settings(command: &mut Command) {
    let gives = [
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_KEY_",
        "GIT_CONFIG_VALUE_",
        "GIT_CONFIG_PARAMETERS",
        APART,
    ];
    for (name, _) in env::vars_os() {
        let word = name.to_string_lossy();
        if gives.iter().any(|start| word.starts_with(start)) {
            command.env_remove(&name);
        }
    }
}

/// Lets what a command starts be ended with it.
pub(crate) fn group(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}

#[cfg(not(unix))]
fn shell(words: &str) -> Command {
    let mut command = Command::new("cmd");
    command.args(["/C", words]);
    group(&mut command);
    command
}

/// Ends a program and what it started: it has some time to end what it began itself.
pub(crate) fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let group = Pid::from_child(child);
        let _ = kill_process_group(group, Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && matches!(child.try_wait(), Ok(None)) {
            thread::sleep(TICK);
        }
        let _ = kill_process_group(group, Signal::KILL);
    }
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
}

/// Ends what a program that ended itself left behind.
fn end_left(child: &Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    #[cfg(not(unix))]
    let _ = child;
}

fn failure(status: ExitStatus) -> Option<String> {
    match status.code() {
        Some(0) => None,
        Some(code) => Some(format!("exit code {code}")),
        None => Some(status.to_string()),
    }
}

/// Returns the last lines of an output, whole.
fn tail(log: &mut File) -> io::Result<String> {
    let length = log.seek(SeekFrom::End(0))?;
    log.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    log.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(match (length > TAIL, text.split_once('\n')) {
        (true, Some((_, rest))) => rest.to_owned(),
        _ => text,
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn run(command: &str, limit: u64) -> Ran {
        let check = Check {
            commands: vec![command.to_owned()],
            folder: std::env::temp_dir(),
            log: None,
        };
        let limit = Some(Duration::from_millis(limit));
        let ran = check.run("", limit, &AtomicBool::new(false));
        ran.expect("there is a shell")
    }

    #[test]
    fn a_code_says_whether_it_passes() {
        assert_eq!(run("exit 0", 60_000).failure, None);
        let ran = run("echo one; echo two >&2; exit 3", 60_000);
        assert_eq!(ran.failure.as_deref(), Some("exit code 3"));
        assert_eq!(ran.said, "one\ntwo\n");
        let ran = run("kill -9 $$", 60_000);
        assert!(ran.failure.is_some_and(|it| it.contains("signal: 9")));
    }

    #[test]
    fn what_does_not_end_is_ended_with_all_that_it_started() {
        let ran = run("sleep 600 & echo $!; wait", 300);
        assert_eq!(ran.failure.as_deref(), Some("no end within 0 s"));
        let started = ran.said.trim().to_owned();
        assert!(is_gone(&started), "{started}");
    }

    /// Gone, or a zombie that nobody waits for any more.
    fn is_gone(id: &str) -> bool {
        let state = std::process::Command::new("ps")
            .args(["-o", "stat=", "-p", id])
            .output();
        let state = state.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
        state.is_ok_and(|state| state.trim().is_empty() || state.starts_with('Z'))
    }

    #[test]
    fn what_a_command_leaves_behind_is_ended() {
        let ran = run("sleep 600 & echo $!", 60_000);
        assert_eq!(ran.failure, None);
        assert!(is_gone(ran.said.trim()), "{}", ran.said);
    }

    #[test]
    fn the_end_of_a_long_output_is_kept() {
        let ran = run("yes line | head -n 20000; echo last; exit 1", 60_000);
        assert!(ran.said.ends_with("line\nlast\n"));
        assert!(ran.said.len() <= 16 * 1024 && ran.said.starts_with("line\n"));
    }
}
