//! A migration that is ended in the middle: each file is old or new, and the next run clears what is left.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{XattrFlags, getxattr, setxattr};

use crate::hostile::skipped;
use crate::support::{AWAITING, BLOCKING, Project, is_asked_for};

/// Files of a tree that is interrupted.
const FILES: usize = 400;

const KILL: i32 = 9;
const INTERRUPT: i32 = 2;
const END: i32 = 15;

/// Makes a tree of many files that all change.
fn many() -> Project {
    let mut text = String::new();
    for number in 0..FILES {
        let _ = write!(text, "//- part{}/m{number}.py\n{BLOCKING}", number % 7);
    }
    Project::new(&text)
}

fn start(project: &Project) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awaitify"));
    command
        .args(["migrate", "--allow-dirty", "."])
        .current_dir(project.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().expect("the program can be started")
}

fn signal(child: &Child, signal: i32) {
    let kill = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(kill.is_ok_and(|status| status.success()));
}

/// Returns how many files of the run are ready, and how many stand in their place.
fn progress(project: &Project) -> (usize, usize) {
    let home = project.root().join(".awaitify");
    let runs = fs::read_dir(home)
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let runs = runs.filter(|run| run.file_name().to_string_lossy().starts_with("run-"));
    let ready = runs.flat_map(|run| fs::read_dir(run.path()).into_iter().flatten());
    let new = |number: &usize| {
        let path = format!("part{}/m{number}.py", number % 7);
        fs::read(project.root().join(path)).is_ok_and(|text| text == AWAITING.as_bytes())
    };
    (ready.count(), (0..FILES).filter(new).count())
}

/// Sends the signal once enough is ready or written; returns how the run ended.
fn interrupt(project: &Project, number: i32, is_time: impl Fn(usize, usize) -> bool) -> ExitStatus {
    let mut child = start(project);
    loop {
        if child.try_wait().expect("it can be asked").is_some() {
            break;
        }
        let (ready, written) = progress(project);
        if is_time(ready, written) {
            signal(&child, number);
            break;
        }
    }
    child.wait().expect("it ends")
}

/// Checks that every file is old or new, and that there is no other but in `.awaitify`.
#[track_caller]
fn check_whole(project: &Project) {
    let names: BTreeSet<String> = (0..FILES)
        .map(|number| format!("part{}/m{number}.py", number % 7))
        .collect();
    let mut found = BTreeSet::new();
    for (path, bytes) in project.tree() {
        let is_whole = bytes == AWAITING.as_bytes() || bytes == BLOCKING.as_bytes();
        assert!(is_whole, "{}: {bytes:?}", path.display());
        found.insert(path.to_string_lossy().into_owned());
    }
    assert_eq!(found, names);
}

/// Checks that the next run makes all, once files of a run that ended between are put back, and leaves
/// only what undoes it.
#[track_caller]
fn check_next(project: &Project) {
    let (_, written) = progress(project);
    if (1..FILES).contains(&written) {
        let run = project.run(&["migrate", "--allow-dirty", "."]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("did not finish"), "{run:?}");
        let run = project.run(&["undo"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(progress(project).1, 0);
    }
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_whole(project);
    assert_eq!(progress(project), (0, FILES));
    check_left(project);
}

/// Checks that nothing is left but runs that are kept.
#[track_caller]
fn check_left(project: &Project) {
    let home = fs::read_dir(project.root().join(".awaitify"));
    let names = home.into_iter().flatten().filter_map(Result::ok);
    let mut names: Vec<_> = names.map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, [".gitignore", "lock", "runs"]);
}

#[test]
fn what_a_killed_run_left_goes_with_the_next() {
    let project = many();
    let status = interrupt(&project, KILL, |ready, _| ready > 20);
    assert_eq!(status.signal(), Some(KILL));
    assert!(progress(&project).0 > 0, "something is left");
    check_whole(&project);
    check_next(&project);
    let project = many();
    interrupt(&project, KILL, |_, written| written > 20);
    check_whole(&project);
    check_next(&project);
}

#[test]
fn a_run_that_is_told_to_end_leaves_nothing() {
    for number in [INTERRUPT, END] {
        let project = many();
        let status = interrupt(&project, number, |ready, _| ready > 20);
        assert!(!status.success(), "{status:?}");
        check_whole(&project);
        assert!(!project.root().join(".awaitify").exists());
    }
    let project = many();
    interrupt(&project, END, |_, written| written > 20);
    // Once the first file is written the others are: that takes less time than to put them back.
    assert_eq!(progress(&project), (0, FILES));
    check_whole(&project);
    check_left(&project);
}

/// The tree of law 9: small files that one recipe changes.
const LAW: usize = 500;

/// How often runs are killed; on demand more often.
fn kills() -> u32 {
    if is_asked_for("kill") { 200 } else { 40 }
}

/// Counts the new files of the tree; all others are old.
#[track_caller]
fn count_new(project: &Project) -> usize {
    let tree = project.tree();
    assert_eq!(tree.len(), LAW);
    let is_new = |bytes: &[u8]| bytes == AWAITING.as_bytes();
    for (path, bytes) in &tree {
        let is_whole = is_new(bytes) || bytes == BLOCKING.as_bytes();
        assert!(is_whole, "{}: {bytes:?}", path.display());
    }
    tree.iter().filter(|(_, bytes)| is_new(bytes)).count()
}

/// Whether a run has come to where it prepares files, or replaces them.
fn has_come(project: &Project, replaces: bool) -> bool {
    let home = project.root().join(".awaitify");
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.filter_map(Result::ok).map(|entry| entry.path())
    };
    if replaces {
        let is_between =
            |run: PathBuf| run.join("manifest.json").exists() && !run.join("done.json").exists();
        return names(&home.join("runs")).any(is_between);
    }
    let is_room = |path: PathBuf| {
        path.file_name()
            .is_some_and(|name| name.as_bytes().starts_with(b"run-"))
    };
    names(&home).any(is_room)
}

/// Starts the program, and kills it that long after it has come somewhere; returns how long it took to
/// its end, if it was not killed.
fn kill_after(
    project: &Project,
    words: &[&str],
    replaces: bool,
    delay: Option<Duration>,
) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awaitify"));
    command.args(words).current_dir(project.root());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program can be started");
    while !has_come(project, replaces) && child.try_wait().expect("it can be asked").is_none() {
        thread::sleep(Duration::from_micros(200));
    }
    let came = Instant::now();
    if let Some(delay) = delay {
        thread::sleep(delay);
        // It may have ended.
        let _ = child.kill();
    }
    child.wait().expect("it ends");
    came.elapsed()
}

/// Law 9: killed at any moment, the tree is the old one or the new one, or `undo` makes it so. The undo is
/// killed, too.
#[test]
fn a_tree_is_old_or_new_or_undo_makes_it_so() {
    let project = Project::in_memory();
    for number in 0..LAW {
        project.write(&format!("part{}/m{number}.py", number % 7), BLOCKING);
    }
    let before = project.tree();
    let migrate = ["migrate", "--select", "blocking-sleep", "."];
    let mut between = 0;
    let long = [false, true].map(|replaces| {
        let long = kill_after(&project, &migrate, replaces, None);
        assert_eq!(count_new(&project), LAW);
        project.run(&["undo"]);
        long
    });
    for round in 0..kills() {
        let replaces = round % 4 != 0;
        // Spread evenly, in an order that repeats nothing.
        let part = f64::from(round) * 0.618_034 % 1.0;
        let delay = long[usize::from(replaces)].mul_f64(part);
        kill_after(&project, &migrate, replaces, Some(delay));
        let n_new = count_new(&project);
        between += usize::from((1..LAW).contains(&n_new));
        if round % 5 == 0 && n_new > 0 {
            kill_after(&project, &["undo"], true, Some(delay / 2));
            count_new(&project);
        }
        let run = project.run(&["undo"]);
        assert_eq!(run.code, Some(0), "round {round}: {run:?}");
        assert!(project.tree() == before, "round {round}: {run:?}");
    }
    assert!(between > 0, "no run was killed between");
}

#[test]
fn a_repository_keeps_what_is_left_at_its_top() {
    let project = many();
    project.commit();
    let left = project.root().join(".awaitify/run-1-0");
    fs::create_dir_all(&left).expect("it can be made");
    fs::write(left.join("x"), "x").expect("it can be written");
    let run = project.run(&["migrate", "part0"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_left(&project);
    // Where nothing changes any more, too.
    fs::create_dir_all(&left).expect("it can be made");
    let run = project.run(&["migrate", "part0"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    check_left(&project);
    // No other command writes.
    fs::create_dir_all(&left).expect("it can be made");
    project.run(&["check", "."]);
    project.run(&["migrate", "--dry-run", "."]);
    assert!(left.exists());
}

#[test]
fn what_is_left_is_no_source() {
    let project = Project::new("//- .awaitify/run-1-0/x.py\nimport time\n");
    project.write("a.py", BLOCKING);
    project.write(".awaitify/run-1-0/b.py", BLOCKING);
    let run = project.run(&["check", ".", "--format", "json"]);
    assert!(!run.stdout.contains("run-1-0"), "{run:?}");
    project.git(&["init", "--quiet"]);
    fs::write(project.root().join(".awaitify/.gitignore"), "*\n").expect("it can be written");
    project.commit();
    let files = Command::new("git")
        .args(["ls-files"])
        .current_dir(project.root())
        .output();
    let files = files.expect("git can be started").stdout;
    assert_eq!(String::from_utf8_lossy(&files), "a.py\n");
}

/// Checks that a planted `.awaitify` is not followed, and nothing is lost by it.
#[track_caller]
fn check_planted(plant: impl Fn(&Path, &Path)) {
    let (project, other) = (Project::empty(), Project::new("//- run-1-0/kept\nx\n"));
    project.write("sub/a.py", BLOCKING);
    plant(&project.root().join(".awaitify"), other.root());
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("sub/a.py"), AWAITING);
    assert_eq!(other.tree().len(), 1, "{:?}", other.tree());
    assert!(!project.root().join("sub/.awaitify").exists());
}

#[test]
fn a_folder_that_somebody_planted_is_not_used() {
    check_planted(|home, other| std::os::unix::fs::symlink(other, home).expect("a link"));
    check_planted(|home, _| fs::write(home, "x").expect("a file"));
    check_planted(|home, other| {
        fs::create_dir(home).expect("a folder");
        fs::set_permissions(home, fs::Permissions::from_mode(0o777)).expect("its mode");
        std::os::unix::fs::symlink(other, home.join("run-1-0")).expect("a link");
    });
}

#[test]
fn attributes_and_mode_of_a_file_stay() {
    let project = Project::empty();
    project.write("a.py", BLOCKING);
    let path = project.root().join("a.py");
    let acl: Vec<u8> = [2u32.to_le_bytes().to_vec()]
        .into_iter()
        .chain(
            [
                (1u16, 6u16, u32::MAX),
                (2, 4, 12_345),
                (4, 4, u32::MAX),
                (16, 6, u32::MAX),
                (32, 4, u32::MAX),
            ]
            .map(|(tag, may, id)| {
                [
                    &tag.to_le_bytes()[..],
                    &may.to_le_bytes(),
                    &id.to_le_bytes(),
                ]
                .concat()
            }),
        )
        .flatten()
        .collect();
    let attributes = [
        ("user.origin", &b"far away"[..]),
        ("system.posix_acl_access", &acl),
    ];
    let is_set =
        attributes.map(|(name, value)| setxattr(&path, name, value, XattrFlags::empty()).is_ok());
    if is_set.contains(&false) {
        skipped("the file system has not all attributes");
    }
    let mode = path.metadata().expect("it is there").mode();
    let run = project.run(&["migrate", "--allow-dirty", "a.py"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("a.py"), AWAITING);
    assert_eq!(path.metadata().expect("it is there").mode(), mode);
    for ((name, value), _) in attributes.iter().zip(is_set).filter(|(_, is_set)| *is_set) {
        let mut buffer = [0; 256];
        let length = getxattr(&path, *name, &mut buffer).expect("it is kept");
        assert_eq!(&buffer[..length], *value, "{name}");
    }
}
