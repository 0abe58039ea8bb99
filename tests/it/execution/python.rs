//! Pythons with pinned packages, made once under `target/`; scripts run in them.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// No script takes so long, on the slowest machine: only one that hangs meets it.
pub(crate) const LIMIT: Duration = Duration::from_secs(180);

/// A Python of its own, under `target/`.
pub(crate) struct Environment {
    /// Its folder.
    pub name: &'static str,
    /// The pinned packages that are in it.
    pub requirements: &'static str,
}

/// One with a kernel.
pub(crate) const KERNEL: Environment = Environment {
    name: "awaitify-venv",
    requirements: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/requirements.txt"),
};

/// What a run printed, and why it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    pub stdout: String,
    pub error: Option<String>,
}

/// Returns the interpreter of the environment, or says that there is none.
#[track_caller]
pub(crate) fn environment(wanted: &Environment) -> Option<PathBuf> {
    Some(made_once(new_enough()?, wanted))
}

/// Returns a Python that is new enough for the pinned packages, or says that there is none.
#[track_caller]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn new_enough() -> Option<&'static str> {
    let found = interpreter();
    if found.is_none() {
        let required = std::env::var("AWAITIFY_REQUIRE_PYTHON").as_deref() == Ok("1");
        assert!(
            !required,
            "Python 3.11 or newer is required and not on PATH"
        );
        eprintln!("skipped: no Python 3.11 or newer on PATH");
    }
    found
}

fn interpreter() -> Option<&'static str> {
    let new_enough = "import sys, venv; sys.exit(sys.version_info < (3, 11))";
    let candidates = [
        "python3",
        "python3.13",
        "python3.12",
        "python3.11",
        "python",
    ];
    candidates.into_iter().find(|name| {
        let status = Command::new(name)
            .args(["-c", new_enough])
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    })
}

/// Returns a Python of an older version, if there is one.
pub(crate) fn older((major, minor): (u8, u8)) -> Option<PathBuf> {
    let name = format!("python{major}.{minor}");
    let runs = Command::new(&name)
        .args(["-c", ""])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    runs.then(|| PathBuf::from(name))
}

/// Makes the environment unless an earlier run made it from the same requirements.
#[track_caller]
fn made_once(python: &str, wanted: &Environment) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("target/ has a tmp/");
    let root = target.join(wanted.name);
    let lock = File::create(root.with_extension("lock")).expect("target/ can be written");
    lock.lock().expect("the lock file can be locked");
    let inside = root.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let requirements =
        std::fs::read_to_string(wanted.requirements).expect("the requirements are there");
    let made_from = root.join("made-from.txt");
    if std::fs::read_to_string(&made_from).is_ok_and(|text| text == requirements) {
        return inside;
    }
    let path = root.to_string_lossy();
    succeed(Command::new(python).args(["-m", "venv", "--clear", &path]));
    let install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r"];
    succeed(Command::new(&inside).args(install).arg(wanted.requirements));
    std::fs::write(made_from, requirements).expect("the environment can be written");
    inside
}

#[track_caller]
fn succeed(command: &mut Command) {
    let output = command.output().expect("Python can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the environment cannot be made, for which the network is needed: {command:?}: {stderr}"
    );
}

/// What a program wrote, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub stdout: String,
    pub stderr: String,
    /// `None`: it took too long, and was killed.
    pub status: Option<ExitStatus>,
}

/// Runs `python script` in `directory`.
pub(crate) fn run_script(python: &Path, directory: &Path, script: &str) -> Ran {
    let ended = run(Command::new(python)
        .args(["-W", "ignore::DeprecationWarning", script])
        .current_dir(directory));
    let error = match ended.status {
        None => Some(format!("took more than {LIMIT:?}")),
        Some(status) => (!status.success()).then_some(ended.stderr),
    };
    Ran {
        stdout: ended.stdout,
        error,
    }
}

/// Runs a Python until it ends, or for as long as it may take.
pub(crate) fn run(command: &mut Command) -> Ended {
    let mut child = command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python can be started");
    // Read on threads of their own: a full pipe would block the script.
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            break Some(status);
        }
        if started.elapsed() > LIMIT {
            child.kill().expect("the child can be ended");
            child.wait().expect("the child has ended");
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Ended {
        stdout: stdout.join().expect("the reader ends with its pipe"),
        stderr: stderr.join().expect("the reader ends with its pipe"),
        status,
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // What was read before an error is still worth showing.
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    })
}
