//! One run of git: its environment, its settings, its end; and the names it prints.

use std::env;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::GitError;

/// Longer than any answer takes: only a hang meets it.
const LIMIT: Duration = Duration::from_secs(60);

/// What is set for git, all else of its variables being taken away.
const VARIABLES: [(&str, &str); 9] = [
    // The files that attributes are asked of lie where git is run, whatever `core.worktree` says.
    ("GIT_WORK_TREE", "."),
    // The index is only read: another git may be at work in it.
    ("GIT_OPTIONAL_LOCKS", "0"),
    // An object is what it is, not what another shall be taken for it.
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    // What a partial clone lacks is not fetched; nor, where git knows no such word, by any protocol.
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
    ("LANGUAGE", "C"),
];

/// Settings that outrank those of the tree. Of a program that watches files git asks whenever it reads
/// the index; the others are here for other releases of git than those that were tried.
const SETTINGS: [&str; 5] = [
    // Empty: older ones would run a program of the name `false`.
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.commitGraph=false",
    "core.pager=cat",
    "protocol.allow=never",
];

/// What a run said.
pub(super) struct Said {
    pub(super) is_success: bool,
    pub(super) out: Vec<u8>,
    pub(super) err: Vec<u8>,
}

/// How the names of variables begin that give git settings.
const GIVEN: [&[u8]; 3] = [
    b"GIT_CONFIG_COUNT",
    b"GIT_CONFIG_KEY_",
    b"GIT_CONFIG_VALUE_",
];

/// Runs git at the top of a repository.
pub(super) fn run(top: &Path, arguments: &[&str], input: Vec<u8>) -> Result<Said, GitError> {
    said(command(top)?.args(arguments), input, LIMIT)
}

/// As [`run`]; attributes are those of the commit, so that no file on disk is asked for them.
pub(super) fn run_as_of(commit: &str, top: &Path, arguments: &[&str]) -> Result<Said, GitError> {
    let mut command = command(top)?;
    command.env("GIT_ATTR_SOURCE", commit).args(arguments);
    said(&mut command, Vec::new(), LIMIT)
}

fn command(top: &Path) -> Result<Command, GitError> {
    let program = program().ok_or(GitError::NotInstalled)?;
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let bytes = name.as_encoded_bytes().to_ascii_uppercase();
        // Settings of the caller's count for every git that the caller runs.
        let is_setting = GIVEN.iter().any(|start| bytes.starts_with(start));
        if bytes.starts_with(b"GIT_") && !is_setting {
            command.env_remove(name);
        }
    }
    command.current_dir(top).envs(VARIABLES);
    command.args(["--no-pager", "--literal-pathspecs"]);
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    Ok(command)
}

/// Returns the git of the user: a name in `PATH` that is not whole would mean a file of the tree.
fn program() -> Option<PathBuf> {
    let name = format!("git{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    let mut programs = env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name));
    programs.find(|program| is_program(program))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let found = path.metadata();
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Gives a command its input, and ends it where it does not end.
fn said(command: &mut Command, input: Vec<u8>, limit: Duration) -> Result<Said, GitError> {
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // What it has started is ended with it.
        piped.process_group(0);
    }
    let mut child = piped.spawn()?;
    let (stdin, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::spawn(move || {
        // A git that wants no more of it says why.
        stdin.map(|mut stdin| stdin.write_all(&input))
    });
    let err = read(err);
    let both = read(out)
        .recv_timeout(limit)
        .and_then(|out| Ok((out, err.recv_timeout(limit)?)));
    let Ok((out, err)) = both else {
        end(&mut child)?;
        return Err(GitError::Silent(limit.as_secs()));
    };
    let is_success = child.wait()?.success();
    Ok(Said {
        is_success,
        out: out?,
        err: err?,
    })
}

/// Ends a command, and all that it has started.
fn end(child: &mut Child) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        // Where that fails it is gone, and is waited for all the same.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Reads a pipe to its end beside the others.
fn read(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes));
        // Nobody waits any more for one that was ended.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver
}

/// Returns the path that git means by a name it printed with `-z`.
#[cfg(unix)]
pub(super) fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

/// Returns the path that git means by a name it printed with `-z`.
#[cfg(not(unix))]
pub(super) fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

/// Returns the name that git means by a path below the top.
#[cfg(unix)]
pub(super) fn name_of(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// Returns the name that git means by a path below the top.
#[cfg(not(unix))]
pub(super) fn name_of(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_ended_with_what_it_started() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "sleep 1000 & wait"]);
        let said = said(&mut shell, Vec::new(), Duration::from_millis(10));
        assert!(matches!(said, Err(GitError::Silent(0))));
    }
}
