//! The laws over real code, on demand: the standard library of the Python on this machine, and the
//! pinned releases of the corpus.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::check_file;
use crate::corpus::corpus;
use crate::support::is_asked_for;

#[test]
fn laws_stdlib() {
    if !is_asked_for("corpus") {
        return;
    }
    let ask = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let output = Command::new("python3")
        .args(["-c", ask])
        .output()
        .expect("python3 runs");
    let root = String::from_utf8(output.stdout).expect("the path is UTF-8");
    check_tree(Path::new(root.trim()));
}

#[test]
fn laws_releases() {
    if let Some(root) = corpus() {
        check_tree(root);
    }
}

/// Checks every file below a directory.
#[track_caller]
fn check_tree(root: &Path) {
    let mut files = Vec::new();
    collect(root, &mut files);
    assert!(
        !files.is_empty(),
        "no Python files under {}",
        root.display()
    );
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let failure = failure(file);
                    let mut failures = failures.lock().expect("no worker panics");
                    failures.extend(failure);
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no worker panics");
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} files failed\n{}",
        failures.len(),
        files.len(),
        failures.join("\n")
    );
}

fn failure(file: &Path) -> Option<String> {
    let bytes = std::fs::read(file).ok()?;
    let path = file.to_string_lossy();
    let run = AssertUnwindSafe(|| check_file(&path, &bytes, bytes.len() as u64, false));
    let result = catch_unwind(run).unwrap_or_else(|_| Err("law 10: panic".to_owned()));
    result.err().map(|error| format!("{path}: {error}"))
}

/// Collects Python files and notebooks; installed packages are not the standard library.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_code = path
            .extension()
            .is_some_and(|extension| extension == "py" || extension == "ipynb");
        if path.is_dir() && !path.is_symlink() && !path.ends_with("site-packages") {
            collect(&path, files);
        } else if is_code {
            files.push(path);
        }
    }
}
