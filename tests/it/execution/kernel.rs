//! Cells → what a real kernel prints, through `tests/python/kernel.py`; one kernel for many notebooks.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::python::Ran;

const DRIVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/kernel.py");

/// A running driver; it ends when its input does.
pub(crate) struct Kernel {
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Kernel {
    pub(crate) fn start(python: &Path) -> Self {
        let mut child = Command::new(python)
            .arg(DRIVER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python can be started");
        let answers = child.stdout.take().expect("the output is a pipe");
        Self {
            requests: child.stdin.take(),
            answers: BufReader::new(answers),
            child,
        }
    }

    /// Runs cells in `directory`, in a namespace of their own.
    pub(crate) fn run(&mut self, id: &str, directory: &Path, cells: &[impl AsRef<str>]) -> Ran {
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        self.ask(
            id,
            &json!({"id": id, "directory": directory, "cells": cells}),
        )
    }

    /// Runs cells, and interrupts the kernel once they printed the marker.
    pub(crate) fn interrupt(
        &mut self,
        id: &str,
        directory: &Path,
        cells: &[String],
        marker: &str,
    ) -> Ran {
        let request =
            json!({"id": id, "directory": directory, "cells": cells, "interrupt": marker});
        self.ask(id, &request)
    }

    fn ask(&mut self, id: &str, request: &Value) -> Ran {
        let pipe = self
            .requests
            .as_mut()
            .expect("the pipe is open until the drop");
        writeln!(pipe, "{request}").expect("the driver reads");
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .expect("the driver answers in UTF-8");
        let answer: Value = serde_json::from_str(&line).expect("the driver answers in JSON");
        assert_eq!(answer["id"], id);
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        Ran {
            stdout: text("stdout").unwrap_or_default(),
            error: text("error"),
        }
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        // The end of its input lets the driver stop its kernel.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}
