//! The program run in this process: its recipes are read once for all tests, which takes most of a run.
//!
//! A run is in a thread whose current directory is its own. Where the system has none, or where the
//! process is what matters (its standard input, its terminal's width), a process is started.

use std::path::Path;

/// What a run said.
pub(super) struct Inside {
    pub(super) code: i32,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

#[cfg(not(target_os = "linux"))]
pub(super) fn run(_: &Path, _: &[&str]) -> Option<Inside> {
    None
}

#[cfg(target_os = "linux")]
pub(super) use linux::run;

#[cfg(target_os = "linux")]
mod linux {
    use std::io::Write;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::mpsc::channel;
    use std::sync::{Arc, Mutex};
    use std::thread;

    use awaitify::cli;
    use awaitify::cli::args::Arguments;
    use clap::Parser;
    use nix::sched::{CloneFlags, unshare};

    use super::super::LIMIT;
    use super::{Inside, Path};

    /// As the first thread of a process has.
    const STACK: usize = 8 << 20;

    /// What a process ends with after a panic.
    const PANICKED: u8 = 101;

    /// Runs the program in a directory; `None` where that takes a process.
    #[track_caller]
    pub(in crate::support) fn run(directory: &Path, words: &[&str]) -> Option<Inside> {
        let is_of_process =
            |word: &&str| *word == "-" || word.starts_with("--stdin") || *word == "--watch";
        if words.iter().any(is_of_process) {
            return None;
        }
        // Help and mistakes of usage are as wide as the terminal.
        let arguments = Arguments::try_parse_from(["awaitify"].iter().chain(words)).ok()?;
        let directory = directory.to_owned();
        let (sender, receiver) = channel();
        let work = move || {
            let _ = sender.send(in_directory(&directory, &arguments));
        };
        let started = thread::Builder::new().stack_size(STACK).spawn(work);
        started.expect("a thread can be started");
        receiver.recv_timeout(LIMIT).expect("no run hangs")
    }

    /// Runs in a directory of this thread and those that it starts; `None` where it may have none.
    fn in_directory(directory: &Path, arguments: &Arguments) -> Option<Inside> {
        unshare(CloneFlags::CLONE_FS).ok()?;
        std::env::set_current_dir(directory).expect("the directory is there");
        // Threads of a pool that all tests share would be in another directory.
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(2)
            .stack_size(STACK)
            .build();
        let pool = pool.expect("threads can be started");
        let (out, mut err) = (Written::default(), Written::default());
        let code = pool.install(|| {
            let streams = (
                Box::new(out.clone()),
                Box::new(err.clone()),
                &mut err.clone(),
            );
            let run = || cli::run_inside(arguments, streams.0, (streams.1, streams.2));
            catch_unwind(AssertUnwindSafe(run))
        });
        if code.is_err() {
            let _ = err.write_all(b"panicked\n");
        }
        Some(Inside {
            code: code.unwrap_or(PANICKED).into(),
            stdout: out.text(),
            stderr: err.text(),
        })
    }

    /// What was written, by any of its clones.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Written {
        fn text(&self) -> String {
            String::from_utf8_lossy(&self.0.lock().expect("no writer panics")).into_owned()
        }
    }

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0
                .lock()
                .expect("no writer panics")
                .extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use crate::support::{BLOCKING, Project};

    #[test]
    fn a_run_says_the_same_inside_and_in_a_process() {
        for words in [
            "diff .",
            "check sub",
            "diff --format json .",
            "check --select nope .",
        ] {
            let project = Project::empty();
            project.write("sub/a.py", BLOCKING);
            project.write("sub/deep/b.py", BLOCKING);
            let words: Vec<&str> = words.split(' ').collect();
            for folder in ["", "sub"] {
                let inside = project.run_in(folder, &words);
                let alone = project.run_program(folder, &words);
                assert_eq!(inside.code, alone.code, "{words:?}");
                assert_eq!(inside.stdout, alone.stdout, "{words:?}");
                assert_eq!(inside.stderr, alone.stderr, "{words:?}");
            }
        }
    }
}
