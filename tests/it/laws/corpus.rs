//! The laws over the standard library of the Python on this machine; only on demand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::check_file;

#[test]
fn laws_stdlib() {
    if std::env::var("AWAITIFY_TESTS").as_deref() != Ok("corpus") {
        return;
    }
    let ask = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let output = Command::new("python3")
        .args(["-c", ask])
        .output()
        .expect("python3 runs");
    let root = String::from_utf8(output.stdout).expect("the path is UTF-8");
    let mut files = Vec::new();
    collect(Path::new(root.trim()), &mut files);
    assert!(!files.is_empty(), "no Python files under {root}");
    let failures: Vec<String> = files.iter().filter_map(|file| failure(file)).collect();
    assert!(
        failures.is_empty(),
        "{} files failed\n{}",
        failures.len(),
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

/// Collects the `.py` files, sorted by path; installed packages are not the standard library.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() && !path.ends_with("site-packages") {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
}
