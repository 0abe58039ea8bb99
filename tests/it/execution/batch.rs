//! Many small programs run by real Python, each in a fork of an interpreter that has asyncio imported.
//!
//! [`run_all`] takes programs as texts, [`run_file`] one that is on the disk. What a program prints, how
//! it ends and what it leaves behind is as if Python had been started for it (`tests/python/worker.py`
//! says how). Interpreters stay for the next programs of the process, which share nothing.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use serde_json::json;
use tempfile::TempDir;

use super::python::{LIMIT, Ran, run_script};
use crate::support::Project;

const WORKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/worker.py");

/// A program, in a directory of its own.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// What failures call it.
    pub name: String,
    /// Its files: a path below the directory, and the text.
    pub files: Vec<(String, String)>,
    /// The path of the file that is run.
    pub entry: String,
}

impl Program {
    /// A program of one file.
    pub(crate) fn of_text(name: &str, text: &str) -> Self {
        let entry = "program.py".to_owned();
        Self {
            name: name.to_owned(),
            files: vec![(entry.clone(), text.to_owned())],
            entry,
        }
    }
}

/// Runs programs on all cores; returns what each did, in their order.
#[track_caller]
pub(crate) fn run_all(python: &Path, programs: &[Program]) -> Vec<Ran> {
    run_all_within(python, programs, LIMIT.as_secs_f64())
}

/// As [`run_all`], where each may take so many seconds.
#[track_caller]
pub(crate) fn run_all_within(python: &Path, programs: &[Program], limit: f64) -> Vec<Ran> {
    on_all_cores(programs, |program| {
        let place = Project::empty();
        for (path, text) in &program.files {
            place.write(path, text);
        }
        let ran = catch_unwind(|| run_within(python, place.root(), &program.entry, limit));
        ran.unwrap_or_else(|_| panic!("{} cannot be run", program.name))
    })
}

/// Runs a program that is on the disk.
#[track_caller]
pub(crate) fn run_file(python: &Path, directory: &Path, entry: &str) -> Ran {
    run_within(python, directory, entry, LIMIT.as_secs_f64())
}

#[track_caller]
fn run_within(python: &Path, directory: &Path, entry: &str, limit: f64) -> Ran {
    if cfg!(windows) {
        // It cannot fork.
        return run_script(python, directory, entry);
    }
    let idle = || WORKERS.get_or_init(Mutex::default);
    let taken = idle()
        .lock()
        .expect("no test panics with it")
        .get_mut(python)
        .and_then(Vec::pop);
    let mut worker = taken.unwrap_or_else(|| Worker::start(python));
    let ran = worker.run(directory, entry, limit);
    let mut all = idle().lock().expect("no test panics with it");
    all.entry(python.to_owned()).or_default().push(worker);
    ran
}

/// Does the work on each item, in as many threads as there are cores; returns what it gives, in order.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Threads of its own: those of rayon have work that waits for nothing.
    std::thread::scope(|scope| {
        for _ in 0..cores.min(items.len()) {
            scope.spawn(|| {
                loop {
                    let idx = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(idx) else {
                        break;
                    };
                    let result = work(item);
                    done.lock()
                        .expect("no thread panics with it")
                        .push((idx, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panicked");
    done.sort_by_key(|(idx, _)| *idx);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Interpreters that wait for a program; they end with the pipes of this process.
static WORKERS: OnceLock<Mutex<HashMap<PathBuf, Vec<Worker>>>> = OnceLock::new();

/// An interpreter that runs one program after the other.
struct Worker {
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    /// Where a program writes its outputs: not its own directory, which it may list.
    place: TempDir,
    /// Waited for by the system, as this process ends.
    _child: Child,
}

impl Worker {
    #[track_caller]
    fn start(python: &Path) -> Self {
        let mut child = Command::new(python)
            .args(["-W", "ignore::DeprecationWarning", WORKER])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Sets have the same order before and after.
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python can be started");
        let answers = child.stdout.take().expect("the output is a pipe");
        Self {
            requests: child.stdin.take().expect("the input is a pipe"),
            answers: BufReader::new(answers),
            place: TempDir::new().expect("a temporary directory can be made"),
            _child: child,
        }
    }

    #[track_caller]
    fn run(&mut self, directory: &Path, entry: &str, limit: f64) -> Ran {
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| self.place.path().join(name));
        let request = json!({
            "directory": directory, "entry": entry, "stdout": stdout, "stderr": stderr, "limit": limit,
        });
        writeln!(self.requests, "{request}").expect("the worker reads");
        let mut answer = String::new();
        let read = self.answers.read_line(&mut answer);
        read.expect("the worker answers in ASCII");
        let (stdout, stderr) = (taken(&stdout), taken(&stderr));
        let error = match answer.trim() {
            "0" => None,
            "" => panic!("the worker ended at {entry}: {stderr}"),
            "hung" => Some(format!("{stderr}took more than {limit} s")),
            code => Some(match code.strip_prefix('-') {
                Some(signal) => format!("{stderr}killed by signal {signal}"),
                None => stderr,
            }),
        };
        Ran { stdout, error }
    }
}

/// Returns what was written to a file, and removes it.
#[track_caller]
fn taken(path: &Path) -> String {
    let bytes = std::fs::read(path).expect("the worker makes it");
    std::fs::remove_file(path).expect("it is ours");
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::python::{KERNEL, environment};
    use super::*;

    /// Compares what a program prints, and the end of what it says of its failure.
    #[track_caller]
    fn check(text: &str, stdout: &str, error: Option<&str>) {
        let Some(python) = environment(&KERNEL) else {
            return;
        };
        let ran = run_all(&python, &[Program::of_text("one", text)]).remove(0);
        assert_eq!(ran.stdout, stdout, "{text}: {ran:?}");
        let last = |error: &str| error.trim_end().lines().next_back().map(str::to_owned);
        let end = ran.error.as_deref().map(|it| last(it).unwrap_or_default());
        assert_eq!(end.as_deref(), error, "{text}: {ran:?}");
    }

    #[test]
    fn a_program_is_told_by_its_output_and_its_end() {
        check("print(1)", "1\n", None);
        check("1 / 0", "", Some("ZeroDivisionError: division by zero"));
        check("print(", "", Some("SyntaxError: '(' was never closed"));
        check("import sys\nprint(1)\nsys.exit()", "1\n", None);
        check("raise SystemExit(3)", "", Some(""));
        check("import sys\nsys.exit('why')", "", Some("why"));
        check(
            "import sys\nprint(1, end='')\nsys.stdout.write('2')",
            "12",
            None,
        );
        check(
            "print(input())",
            "",
            Some("EOFError: EOF when reading a line"),
        );
    }

    #[test]
    fn one_that_kills_itself_takes_no_other_with_it() {
        let kill = "import os, signal\nprint(1, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)";
        check(kill, "1\n", Some("killed by signal 9"));
        check("import os\nos.kill(0, 15)", "", Some("killed by signal 15"));
        check(
            "import os\nprint(1, flush=True)\nos._exit(4)",
            "1\n",
            Some(""),
        );
        check("import os\nos.abort()", "", Some("killed by signal 6"));
        check("raise KeyboardInterrupt", "", Some("killed by signal 2"));
        check("print(2)", "2\n", None);
    }

    #[test]
    fn what_is_left_over_ends_as_it_does_in_python() {
        let thread = "import threading, time\ndef late():\n    threading.main_thread().join()\n    print('late')\n";
        check(
            &format!("{thread}threading.Thread(target=late).start()\nprint('end')"),
            "end\nlate\n",
            None,
        );
        let daemon = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()";
        check(daemon, "", None);
        check(
            "import atexit\natexit.register(print, 'exit')",
            "exit\n",
            None,
        );
        let object = "class Feed:\n    def __del__(self):\n        print('gone')\nfeed = Feed()";
        check(object, "gone\n", None);
        check(
            "import subprocess\nsubprocess.Popen(['sleep', '600'])\nprint(1)",
            "1\n",
            None,
        );
        let executor = "import asyncio\nasync def main():\n    print(await asyncio.to_thread(int, '3'))\nasyncio.run(main())";
        check(executor, "3\n", None);
    }

    #[test]
    fn one_that_hangs_is_ended_with_all_that_it_started() {
        let Some(python) = environment(&KERNEL) else {
            return;
        };
        let hangs = "import asyncio, subprocess\nprint(1, flush=True)\nsubprocess.Popen(['sleep', '600'])\nasyncio.run(asyncio.Event().wait())";
        let deaf =
            "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True:\n    pass";
        let programs = [hangs, deaf].map(|text| Program::of_text("hangs", text));
        // They never end: a short wait finds it, too.
        let ran = run_all_within(&python, &programs, 1.0);
        assert_eq!(ran[0].stdout, "1\n");
        for ran in ran {
            assert_eq!(ran.error.as_deref(), Some("took more than 1 s"));
        }
    }

    #[test]
    fn programs_share_nothing() {
        let Some(python) = environment(&KERNEL) else {
            return;
        };
        let change = "import asyncio, builtins, json, os, sys\nbuiltins.level = asyncio.level = 3\nos.environ['LEVEL'] = '3'\nsys.path.append('x')\nimport helper\nprint(helper.level)";
        let look = "import asyncio, builtins, os, sys\nprint(hasattr(builtins, 'level'), hasattr(asyncio, 'level'), 'LEVEL' in os.environ, 'x' in sys.path, 'helper' in sys.modules)\nprint(os.listdir(), __name__, sys.argv, sorted(globals())[:2], 'asyncio.all' in globals(), 'entry' in globals())";
        let of = |text: &str, more: &[(&str, &str)]| {
            let mut program = Program::of_text("one", text);
            let more = more
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
            program.files.extend(more);
            program
        };
        let helper = [("helper.py", "level = 4")];
        let programs: Vec<Program> = (0..20)
            .map(|number| {
                if number % 2 == 0 {
                    of(change, &helper)
                } else {
                    of(look, &[])
                }
            })
            .collect();
        for (number, ran) in run_all(&python, &programs).into_iter().enumerate() {
            assert_eq!(ran.error, None);
            let clean = "False False False False False\n['program.py'] __main__ ['program.py'] ['__annotations__', '__builtins__'] False False\n";
            assert_eq!(ran.stdout, if number % 2 == 0 { "4\n" } else { clean });
        }
    }

    #[test]
    fn a_traceback_is_that_of_the_program() {
        let Some(python) = environment(&KERNEL) else {
            return;
        };
        let project = Project::new(
            "//- a.py\ndef f():\n    1 / 0\n\n\ntry:\n    f()\nexcept ZeroDivisionError:\n    raise ValueError('why')\n",
        );
        let forked = run_file(&python, project.root(), "a.py");
        assert_eq!(forked, run_script(&python, project.root(), "a.py"));
        let broken = Project::new("//- a.py\nawait level\n");
        let forked = run_file(&python, broken.root(), "a.py");
        assert_eq!(forked, run_script(&python, broken.root(), "a.py"));
    }
}
