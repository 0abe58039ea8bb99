//! A file that cannot be written: those whose changes require its own stay with it, the others go on.

use std::fs::{OpenOptions, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::hostile::skipped;
use crate::support::Project;

const PACKAGE: &str = "\
//- pyproject.toml
[project]
name = 'served'
//- core.py
from mid import mid


async def main():
    print(await mid())
//- mid.py
from sub.warmup import warm


async def mid():
    return await warm()
//- sub/warmup.py
async def warm():
    return 1
//- other.py
async def alone():
    return 2


async def main():
    print(await alone())
";

const FILES: [&str; 4] = ["core.py", "mid.py", "other.py", "sub/warmup.py"];

/// Migrates while `sub/warmup.py` cannot be written, and checks that only what rests on it stays.
#[track_caller]
fn check(project: &Project, words: &str) {
    let before = FILES.map(|file| project.text(file));
    let select = ["--select", "async-without-await", "--safety", "review"];
    let migrate = ["migrate", "--allow-dirty", "--format", "json"];
    let run = project.run(&[&migrate[..], &select, &FILES].concat());
    assert_eq!(run.code, Some(2), "{run:?}");
    let after = FILES.map(|file| project.text(file));
    let is_changed = |place: usize| before[place] != after[place];
    assert_eq!([0, 1, 2, 3].map(is_changed), [false, false, true, false]);
    let errors = run.of_type("error");
    let told = |path: &str| {
        let error = errors.iter().find(|error| error["path"] == path);
        let message = error.and_then(|error| error["message"].as_str());
        message.unwrap_or_default().to_owned()
    };
    assert_eq!(errors.len(), 3, "{run:?}");
    assert!(told("sub/warmup.py").contains(words), "{run:?}");
    for path in ["core.py", "mid.py"] {
        let why = "its changes require those of sub/warmup.py, which could not be written";
        assert!(told(path).contains(why), "{run:?}");
    }
    for change in run.of_type("change") {
        let status = if change["path"] == "other.py" {
            "applied"
        } else {
            "proposed"
        };
        assert_eq!(change["status"], Value::from(status), "{run:?}");
    }
}

/// What nobody may write, not even the superuser, until it is dropped.
struct Immutable(PathBuf);

impl Immutable {
    /// `None` where the file system has no such files.
    fn new(path: PathBuf) -> Option<Self> {
        let made = Self(path);
        made.change("+i").then_some(made)
    }

    fn change(&self, attribute: &str) -> bool {
        let mut chattr = Command::new("chattr");
        let run = chattr.arg(attribute).arg(&self.0).output();
        run.is_ok_and(|run| run.status.success())
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        self.change("-i");
    }
}

/// Closes a file or folder of a project, by its mode or else for the superuser too, while it is checked.
#[track_caller]
fn check_closed(path: &str, words: &str) {
    let project = Project::new(PACKAGE);
    let closed = project.root().join(path);
    let before = closed.metadata().expect("it is there").permissions();
    let mode = |mode| std::fs::set_permissions(&closed, mode);
    mode(Permissions::from_mode(before.mode() & !0o222)).expect("it is ours");
    let is_open = match closed.is_dir() {
        true => std::fs::write(closed.join("new"), "").is_ok(),
        false => OpenOptions::new().write(true).open(&closed).is_ok(),
    };
    let immutable = if is_open {
        Immutable::new(closed.clone())
    } else {
        None
    };
    if is_open && immutable.is_none() {
        skipped("the superuser writes everywhere");
    } else {
        check(&project, words);
    }
    drop(immutable);
    mode(before).expect("it is ours");
}

#[test]
fn what_rests_on_a_file_that_is_read_only_stays() {
    check_closed("sub/warmup.py", "read-only");
}

#[test]
fn what_rests_on_a_file_stays_whose_folder_takes_no_other() {
    check_closed("sub", "cannot be written");
}
