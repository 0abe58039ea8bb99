//! What a migration wrote is put back, as it was, or nothing is; and what stands in the way is said.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::hostile::skipped;
use crate::support::{AWAITING, BLOCKING, Project, Run};

const FILES: [&str; 3] = ["a.py", "sub/b.py", "sub/c.py"];

/// A project outside of git, with an old time and an odd mode.
fn project() -> Project {
    let project = Project::empty();
    for file in FILES {
        project.write(file, BLOCKING);
    }
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_577_836_800, 123_456_789);
    let file = File::options()
        .write(true)
        .open(project.root().join("a.py"));
    file.and_then(|file| file.set_modified(time))
        .expect("it is ours");
    set_mode(&project, "sub/b.py", 0o750);
    project
}

fn set_mode(project: &Project, path: &str, mode: u32) {
    let path = project.root().join(path);
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("it is ours");
}

#[track_caller]
fn migrate(project: &Project) -> Run {
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("\nUndo with: awaitify undo\n"),
        "{run:?}"
    );
    run
}

#[track_caller]
fn migrated() -> Project {
    let project = project();
    migrate(&project);
    check_all(&project, AWAITING);
    project
}

#[track_caller]
fn check_all(project: &Project, text: &str) {
    for file in FILES {
        assert_eq!(project.text(file), text, "{file}");
    }
}

/// Runs `undo` with more words, and checks how it ends and what it says.
#[track_caller]
fn undo(project: &Project, words: &[&str], code: i32, said: &str) -> Run {
    let run = project.run(&[&["undo"], words].concat());
    assert_eq!(run.code, Some(code), "{run:?}");
    let told = if code == 0 { &run.stdout } else { &run.stderr };
    assert!(told.contains(said), "{said}: {run:?}");
    run
}

fn looks(project: &Project) -> Vec<(u32, i64, i64)> {
    let look = |file: &str| {
        let found = project.root().join(file).metadata().expect("it is there");
        (found.mode(), found.mtime(), found.mtime_nsec())
    };
    FILES.map(look).to_vec()
}

/// Returns the names of the runs, the newest first, and what became of each.
fn runs(project: &Project) -> Vec<(String, String)> {
    let run = project.run(&["undo", "--list", "--format", "json"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let runs = run.of_type("run");
    let runs = runs
        .iter()
        .map(|run| (text(&run["run"]), text(&run["state"])));
    runs.collect()
}

fn folder(project: &Project) -> PathBuf {
    let (newest, _) = runs(project).swap_remove(0);
    project.root().join(".awaitify/runs").join(newest)
}

/// Makes the last run one that was killed: with no mark, and some files not reached.
fn break_off(project: &Project, not_reached: &[&str]) {
    fs::remove_file(folder(project).join("done.json")).expect("it is there");
    for file in not_reached {
        project.write(file, BLOCKING);
    }
}

#[test]
fn bytes_permissions_and_times_come_back() {
    let project = project();
    let before = (project.tree(), looks(&project));
    migrate(&project);
    assert_ne!(before, (project.tree(), looks(&project)));
    undo(&project, &[], 0, "Restored 3 files");
    assert_eq!(before, (project.tree(), looks(&project)));
    undo(
        &project,
        &[],
        0,
        "Nothing to undo: every run is undone already.",
    );
    assert_eq!(before, (project.tree(), looks(&project)));
}

#[test]
fn a_file_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt;
    let project = Project::empty();
    for name in [&b"a\xff.py"[..], b"a\nb.py", "größe.py".as_bytes()] {
        let path = project.root().join(std::ffi::OsStr::from_bytes(name));
        fs::write(path, BLOCKING).expect("it can be written");
    }
    let before = project.tree();
    migrate(&project);
    assert_ne!(before, project.tree());
    undo(&project, &[], 0, "Restored 3 files");
    assert_eq!(before, project.tree());
}

#[test]
fn a_dry_run_writes_nothing() {
    let project = migrated();
    undo(&project, &["-n"], 0, "would restore sub/b.py");
    check_all(&project, AWAITING);
    assert_eq!(runs(&project).len(), 1);
}

/// Checks that nothing is put back once something was done to the files, unless it is forced.
#[track_caller]
fn check_changed(change: impl Fn(&Project), said: &str, can_be_forced: bool) {
    let project = migrated();
    change(&project);
    let (tree, before) = (project.tree(), runs(&project));
    undo(&project, &[], 2, said);
    assert_eq!(tree, project.tree());
    assert_eq!(before, runs(&project));
    if !can_be_forced {
        undo(&project, &["--force"], 2, said);
        return assert_eq!(tree, project.tree());
    }
    undo(&project, &["--force"], 0, "Restored 3 files");
    check_all(&project, BLOCKING);
    // What was lost by force comes back, too.
    let (name, _) = runs(&project).swap_remove(0);
    undo(&project, &[&name], 0, "Restored 3 files");
    assert_eq!(tree, project.tree());
}

#[test]
fn what_changed_since_is_not_overwritten() {
    let edit = |project: &Project| project.write("a.py", "mine\n");
    check_changed(edit, "a.py was changed since", true);
    let remove = |path: PathBuf| fs::remove_file(path).expect("it is there");
    let delete = |project: &Project| remove(project.root().join("sub/c.py"));
    check_changed(delete, "sub/c.py was deleted since", true);
    let close = |project: &Project| set_mode(project, "sub/b.py", 0o440);
    check_changed(close, "sub/b.py has other permissions now", true);
    let replace = |project: &Project| {
        remove(project.root().join("a.py"));
        std::os::unix::fs::symlink("sub/b.py", project.root().join("a.py")).expect("a link");
    };
    check_changed(replace, "a.py is no plain file now", false);
}

#[test]
fn a_folder_that_is_gone_is_made_anew_by_force() {
    let project = migrated();
    fs::remove_dir_all(project.root().join("sub")).expect("it is there");
    undo(&project, &[], 2, "sub/b.py was deleted since");
    undo(&project, &["--force"], 0, "Restored 3 files");
    check_all(&project, BLOCKING);
    assert_eq!(looks(&project)[1].0 & 0o777, 0o750);
}

#[test]
fn a_folder_that_leads_out_now_is_not_followed() {
    let (project, other) = (migrated(), Project::new("//- b.py\nx\n"));
    fs::remove_dir_all(project.root().join("sub")).expect("it is there");
    std::os::unix::fs::symlink(other.root(), project.root().join("sub")).expect("a link");
    undo(&project, &["--force"], 2, "sub/b.py is a link now");
    assert_eq!(other.text("b.py"), "x\n");
    assert_eq!(project.text("a.py"), AWAITING);
}

#[test]
fn a_file_that_is_as_it_was_is_left() {
    let project = migrated();
    project.write("a.py", BLOCKING);
    undo(&project, &[], 0, "Restored 2 files");
    check_all(&project, BLOCKING);
    let project = migrated();
    for file in FILES {
        project.write(file, BLOCKING);
    }
    undo(&project, &[], 0, "Nothing to restore");
    undo(&project, &[], 0, "Nothing to undo");
}

#[test]
fn runs_are_undone_one_by_one_and_again() {
    let project = project();
    migrate(&project);
    project.write("d.py", BLOCKING);
    migrate(&project);
    undo(&project, &[], 0, "Restored 1 file,");
    assert_eq!(project.text("d.py"), BLOCKING);
    undo(&project, &[], 0, "Restored 3 files");
    check_all(&project, BLOCKING);
    undo(&project, &[], 0, "Nothing to undo");
    let states: Vec<String> = runs(&project).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["done", "done", "undone", "undone"]);
    // An undo is a run: undone, what it put back is done again.
    let (last, _) = runs(&project).swap_remove(0);
    undo(&project, &[&last], 0, "Restored 3 files");
    check_all(&project, AWAITING);
    undo(&project, &[], 0, "Restored 3 files");
    check_all(&project, BLOCKING);
}

#[test]
fn a_run_is_found_by_its_name() {
    let project = migrated();
    let list = undo(&project, &["--list"], 0, "3 files  awaitify migrate");
    assert!(list.stdout.contains("done"), "{list:?}");
    undo(&project, &["nope"], 2, "there is no run nope");
    let (name, _) = runs(&project).swap_remove(0);
    undo(&project, &["-n", &name], 0, "Would restore 3 files");
    undo(&project, &["-n", &name[11..]], 0, "Would restore 3 files");
    undo(&project, &[&name], 0, "Restored 3 files");
    undo(&project, &[&name], 0, "is undone already");
    let empty = Project::empty();
    undo(&empty, &[], 0, "Nothing to undo: no run is kept here.");
    undo(&empty, &["--list"], 0, "No runs are kept here.");
    undo(&empty, &["x"], 2, "there is no run x");
}

#[test]
fn it_works_from_below_and_from_elsewhere() {
    let project = migrated();
    let run = project.run_in("sub", &["undo"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("restored [ROOT]/a.py"), "{run:?}");
    check_all(&project, BLOCKING);
    migrate(&project);
    let other = Project::empty();
    let tree = project.root().to_string_lossy();
    undo(&other, &["--tree", &tree], 0, "Restored 3 files");
    check_all(&project, BLOCKING);
    // A tree elsewhere keeps its own runs, and it is said how they are undone.
    let run = other.run(&["migrate", &tree]);
    assert!(
        run.stdout.contains("Undo with: awaitify undo --tree "),
        "{run:?}"
    );
    assert!(!other.root().join(".awaitify").exists());
    undo(&project, &[], 0, "Restored 3 files");
}

#[test]
fn a_repository_ignores_what_is_kept() {
    let project = project();
    project.commit();
    let run = project.run_in("sub", &["migrate", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let status = Command::new("git")
        .args(["status", "--porcelain"])
        .current_dir(project.root())
        .output();
    let status = status.expect("git can be started").stdout;
    let status = String::from_utf8_lossy(&status);
    assert_eq!(status, " M sub/b.py\n M sub/c.py\n");
    undo(&project, &[], 0, "Restored 2 files");
    check_all(&project, BLOCKING);
}

#[test]
fn only_the_last_runs_are_kept() {
    let project = Project::empty();
    for number in 0..22 {
        project.write(&format!("m{number}.py"), BLOCKING);
        migrate(&project);
    }
    assert_eq!(runs(&project).len(), 20);
}

#[test]
fn a_second_run_is_told_that_one_writes() {
    let project = migrated();
    project.write("d.py", BLOCKING);
    let lock = File::open(project.root().join(".awaitify/lock")).expect("it is there");
    lock.lock().expect("it is free");
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("another awaitify is writing here"),
        "{run:?}"
    );
    assert_eq!(project.text("d.py"), BLOCKING);
    undo(&project, &[], 2, "another awaitify is writing here");
    drop(lock);
    check_all(&project, AWAITING);
    undo(&project, &[], 0, "Restored 3 files");
}

#[test]
fn a_run_that_did_not_finish_is_told_until_it_is_undone() {
    let project = migrated();
    break_off(&project, &["sub/b.py"]);
    let words =
        "did not finish, so some files are new and some old; put them back with: awaitify undo";
    for command in [
        "check",
        "diff",
        "migrate -n",
        "migrate",
        "migrate --allow-dirty",
    ] {
        let command: Vec<&str> = command.split(' ').collect();
        let run = project.run(&command);
        assert!(run.stderr.contains(words), "{command:?}: {run:?}");
        let is_refused = run.code == Some(2);
        let writes = command[0] == "migrate" && !command.contains(&"-n");
        assert_eq!(is_refused, writes, "{command:?}: {run:?}");
    }
    assert_eq!(project.text("sub/b.py"), BLOCKING);
    undo(&project, &["--list"], 0, "unfinished");
    undo(&project, &[], 0, "which did not finish");
    check_all(&project, BLOCKING);
    undo(&project, &[], 0, "Nothing to undo");
    migrate(&project);
    check_all(&project, AWAITING);
}

#[test]
fn a_run_that_left_all_old_or_all_new_is_none_to_speak_of() {
    for not_reached in [&FILES[..], &[]] {
        let project = migrated();
        break_off(&project, not_reached);
        let check = project.run(&["check", "."]);
        assert!(!check.stderr.contains("did not finish"), "{check:?}");
        project.write("d.py", BLOCKING);
        migrate(&project);
        check_all(&project, AWAITING);
    }
}

#[test]
fn an_undo_that_did_not_finish_is_gone_on_with() {
    let project = migrated();
    undo(&project, &[], 0, "Restored 3 files");
    fs::remove_file(folder(&project).join("done.json")).expect("it is there");
    project.write("sub/c.py", AWAITING);
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    undo(&project, &[], 0, "Restored 1 file,");
    check_all(&project, BLOCKING);
    undo(&project, &[], 0, "Nothing to undo");
    migrate(&project);
}

#[test]
fn a_journal_that_cannot_be_read_is_told_and_nothing_is_written() {
    let project = migrated();
    break_off(&project, &["a.py"]);
    let manifest = folder(&project).join("manifest.json");
    let whole = fs::read(&manifest).expect("it is there");
    let newer = br#"{"format": 2}"#;
    let texts = [
        (&newer[..], "was written by a newer awaitify"),
        (&whole[..whole.len() / 2], "is damaged: "),
        (b"", "is damaged: "),
    ];
    let before = project.tree();
    for (text, said) in texts {
        fs::write(&manifest, text).expect("it is ours");
        undo(&project, &[], 2, said);
        undo(&project, &["--list"], 2, "");
        let run = project.run(&["migrate", "."]);
        assert!(run.code == Some(2) && run.stderr.contains(said), "{run:?}");
        assert_eq!(before, project.tree());
    }
    fs::write(&manifest, whole).expect("it is ours");
    let old = manifest.with_file_name("old");
    fs::write(&old, "shorter").expect("it is ours");
    undo(&project, &[], 2, "the old text of sub/b.py is not there");
    assert_eq!(before, project.tree());
}

#[test]
fn a_stranger_s_journal_leads_nowhere() {
    let project = migrated();
    break_off(&project, &["a.py"]);
    let manifest = folder(&project).join("manifest.json");
    let text = fs::read_to_string(&manifest).expect("it is there");
    for path in ["/etc/hostname", "../b.py"] {
        fs::write(&manifest, text.replace("sub/b.py", path)).expect("it is ours");
        undo(&project, &["--force"], 2, "is damaged");
    }
    assert_eq!(project.text("a.py"), BLOCKING);
}

#[test]
fn where_nothing_can_be_kept_nothing_is_written() {
    let project = project();
    project.write(".awaitify", "x");
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("the old text cannot be kept"),
        "{run:?}"
    );
    check_all(&project, BLOCKING);
    let run = project.run(&["migrate", "--allow-dirty", "."]);
    assert!(!run.stdout.contains("Undo with"), "{run:?}");
    // Beside it there is no place for the new file, below there is.
    assert!(
        run.code == Some(2) && run.stderr.contains("a.py"),
        "{run:?}"
    );
    assert_eq!(project.text("sub/b.py"), AWAITING);
}

/// Migrates on a small disk with less and less left: the tree is old or new.
#[test]
fn on_a_full_disk_all_is_written_or_nothing() {
    let project = project();
    let script = r#"
        mkdir disk && mount -t tmpfs -o size=256k tmpfs disk || exit 77
        cp -r a.py sub disk && cd disk
        for pages in 1 2 3 4 5 6 7 8 9 10 12 16; do
            free=$(df --output=avail -B 4096 . | tail -1)
            dd if=/dev/zero of=fill bs=4096 count=$((free - pages)) 2>/dev/null
            "$0" migrate -q . 2>/dev/null; code=$?
            new=$(cat a.py sub/b.py sub/c.py | grep -c asyncio.sleep)
            rm -f fill
            echo "$pages $code $new"
            "$0" undo -q
            echo "$pages $? $(cat a.py sub/b.py sub/c.py | grep -c asyncio.sleep)"
            rm -rf .awaitify
        done
    "#;
    let run = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            script,
            env!("CARGO_BIN_EXE_awaitify"),
        ])
        .current_dir(project.root())
        .output();
    let run = match run {
        Ok(run) if run.status.success() => run,
        _ => return skipped("only the superuser mounts a small disk"),
    };
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 24, "{run:?}");
    for pair in lines.chunks(2) {
        assert!(
            pair[0].ends_with(" 2 0") || pair[0].ends_with(" 0 3"),
            "{said}"
        );
        assert!(pair[1].ends_with("0 0"), "{said}");
    }
    assert!(
        lines[0].ends_with("2 0") && lines[22].ends_with("0 3"),
        "{said}"
    );
}

#[test]
fn a_run_over_two_trees_is_one_run() {
    let project = Project::empty();
    for tree in ["one", "two"] {
        project.write(&format!("{tree}/pyproject.toml"), "[project]\nname = 'x'\n");
        project.write(&format!("{tree}/a.py"), BLOCKING);
    }
    let run = project.run(&["migrate", "one", "two"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for tree in ["one", "two"] {
        assert_eq!(project.text(&format!("{tree}/a.py")), AWAITING, "{tree}");
    }
    // What cannot be restored in one tree is not put back in the other.
    project.write("two/a.py", "x = 1\n");
    let run = project.run(&["undo"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(project.text("one/a.py"), AWAITING);
    let run = project.run(&["undo", "--force"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for tree in ["one", "two"] {
        assert_eq!(project.text(&format!("{tree}/a.py")), BLOCKING, "{tree}");
    }
}
