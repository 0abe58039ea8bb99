//! Files in a temporary directory, and the built program run on them.
//!
//! All knowledge of how the program is called is here, so that a change of its arguments touches one
//! file of the tests.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use assert_cmd::Command;
use awaitify::recipe::Recipe;
use awaitify::recipe::catalog::Catalog;
use serde_json::Value;
use tempfile::TempDir;

mod inside;

/// No run of a test takes so long, on the slowest machine: only one that hangs meets it.
const LIMIT: Duration = Duration::from_secs(600);

/// A file that every recipe set changes: one `time.sleep` in a coroutine.
pub(crate) const BLOCKING: &str = "\
import time


async def poll():
    time.sleep(1)
";

/// `BLOCKING` after the change.
pub(crate) const AWAITING: &str = "\
import asyncio


async def poll():
    await asyncio.sleep(1)
";

/// Applies all changes of both levels.
const MIGRATE: &[&str] = &[
    "migrate",
    "--allow-dirty",
    "--safety",
    "review",
    "--format",
    "json",
    ".",
];

/// Returns whether `AWAITIFY_TESTS` names these tests; several stand with commas between them.
pub(crate) fn is_asked_for(tests: &str) -> bool {
    let asked = std::env::var("AWAITIFY_TESTS").unwrap_or_default();
    asked.split(',').any(|name| name.trim() == tests)
}

/// Returns the shipped recipes and tables.
#[track_caller]
pub(crate) fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Arc<Catalog>> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::shared().expect("the shipped recipes are right"))
}

/// Returns the shipped recipes, in the order of the catalog.
#[track_caller]
pub(crate) fn recipes() -> Vec<&'static Recipe> {
    catalog().recipes().iter().collect()
}

/// A directory with files, removed when dropped.
pub(crate) struct Project {
    root: TempDir,
}

impl Project {
    /// Makes the files of `text`; a line `//- path` begins each.
    #[track_caller]
    pub(crate) fn new(text: &str) -> Self {
        let root = TempDir::new().expect("a temporary directory can be made");
        let project = Self { root };
        let mut files = text.split("//- ");
        assert_eq!(files.next(), Some(""), "the text begins with `//- path`");
        for file in files {
            let (path, content) = file.split_once('\n').expect("a path ends with its line");
            project.write(path.trim(), content);
        }
        project
    }

    /// Makes a directory without files.
    pub(crate) fn empty() -> Self {
        let root = TempDir::new().expect("a temporary directory can be made");
        Self { root }
    }

    /// As [`Project::empty`], where the system has it in memory: nothing waits for a disk there.
    pub(crate) fn in_memory() -> Self {
        match TempDir::new_in("/dev/shm") {
            Ok(root) => Self { root },
            Err(_) => Self::empty(),
        }
    }

    /// Makes a copy of the project's own `examples/`.
    pub(crate) fn with_examples() -> Self {
        let project = Self::empty();
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        for entry in std::fs::read_dir(examples).expect("the examples are there") {
            let path = entry.expect("the entry can be read").path();
            let name = path
                .file_name()
                .expect("a file has a name")
                .to_string_lossy();
            let content = std::fs::read(&path).expect("the example can be read");
            project.write(&format!("examples/{name}"), content);
        }
        project
    }

    /// Makes a copy of a directory.
    #[track_caller]
    pub(crate) fn copy_of(directory: &Path) -> Self {
        let project = Self::empty();
        let mut open = vec![directory.to_path_buf()];
        while let Some(inner) = open.pop() {
            for entry in std::fs::read_dir(&inner).expect("the directory can be read") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let name = path.strip_prefix(directory).expect("it is below it");
                let content = std::fs::read(&path).expect("the file can be read");
                project.write(&name.to_string_lossy(), content);
            }
        }
        project
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Writes one file, and the directories above it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        let parent = path.parent().expect("a file has a directory");
        std::fs::create_dir_all(parent).expect("the directory can be made");
        std::fs::write(path, content).expect("the file can be written");
    }

    pub(crate) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root().join(path)).expect("the file can be read")
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.read(path)).expect("the file is UTF-8")
    }

    /// Returns the files below the root, sorted, with what is in them.
    pub(crate) fn tree(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut open = vec![self.root().to_path_buf()];
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).expect("the directory can be read") {
                let path = entry.expect("the entry can be read").path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path
                        .strip_prefix(self.root())
                        .expect("it is below the root");
                    files.push((name.to_path_buf(), std::fs::read(&path).expect("readable")));
                }
            }
        }
        files.retain(|(path, _)| !path.starts_with(".awaitify"));
        files.sort();
        files
    }

    /// Runs the program in the root.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_in("", arguments)
    }

    /// Runs the program in the root, with variables set.
    pub(crate) fn run_where(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
        let mut command = self.command("", arguments);
        let output = command.envs(variables.iter().copied()).output();
        self.told(&output.expect("the program can be started"))
    }

    /// Runs the program in a folder below the root; in this process, where that is the same.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Run {
        match inside::run(&self.root().join(folder), arguments) {
            Some(ran) => Run {
                code: Some(ran.code),
                stdout: self.redact(&ran.stdout),
                stderr: self.redact(&ran.stderr),
            },
            None => self.run_program(folder, arguments),
        }
    }

    /// As [`Project::run_in`], always in a process of its own.
    pub(crate) fn run_program(&self, folder: &str, arguments: &[&str]) -> Run {
        let output = self.command(folder, arguments).output();
        self.told(&output.expect("the program can be started"))
    }

    /// Runs the program in the root, with a text as its standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Run {
        self.told(&self.output_with(arguments, stdin))
    }

    /// As [`Project::run_with`]; what it writes may be in any encoding.
    pub(crate) fn output_with(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut command = self.command("", arguments);
        let output = command.write_stdin(stdin.as_ref()).output();
        output.expect("the program can be started")
    }

    fn told(&self, output: &Output) -> Run {
        Run {
            code: output.status.code(),
            stdout: self.redact(&String::from_utf8_lossy(&output.stdout)),
            stderr: self.redact(&String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Runs the program in the root; what it writes may be in any encoding.
    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        let output = self.command("", arguments).output();
        output.expect("the program can be started")
    }

    fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_awaitify"));
        command
            .args(arguments)
            .current_dir(self.root().join(folder))
            .env("NO_COLOR", "1")
            .env("HOME", self.root())
            .env_remove("CLICOLOR_FORCE")
            .timeout(LIMIT);
        command
    }

    /// Runs git in the root.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) {
        let output = std::process::Command::new("git")
            .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
            .args(arguments)
            .current_dir(self.root())
            .output()
            .expect("git can be started");
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }

    /// Makes the root a repository, and commits all its files.
    #[track_caller]
    pub(crate) fn commit(&self) {
        self.git(&["init", "--quiet"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "one"]);
    }

    /// Applies all changes of both levels.
    pub(crate) fn migrate(&self) -> Run {
        self.run(MIGRATE)
    }

    /// As [`Project::migrate`], in a process of its own.
    pub(crate) fn migrate_by_program(&self) -> Run {
        self.run_program("", MIGRATE)
    }

    fn redact(&self, text: &str) -> String {
        let root = self.root().to_string_lossy();
        text.replace(&*root, "[ROOT]")
            .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
    }
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Run {
    /// `None`: killed by a signal or by the time limit.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Returns the objects of `--format json`.
    #[track_caller]
    pub(crate) fn objects(&self) -> Vec<Value> {
        let parse = |line: &str| serde_json::from_str(line).expect("each line is one JSON object");
        self.stdout.lines().map(parse).collect()
    }

    /// Returns the objects of one type.
    #[track_caller]
    pub(crate) fn of_type(&self, name: &str) -> Vec<Value> {
        let mut objects = self.objects();
        objects.retain(|object| object["type"] == name);
        objects
    }
}
