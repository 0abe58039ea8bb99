//! A campaign that is killed at any moment and run again ends as one that is not.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::batch::{BAD, SLEEPS, Team, git};
use crate::support::is_asked_for;

/// Sixteen changes, of which the check does not take one.
fn calls() -> String {
    (10..26).map(|n| format!("keep({n})\n")).collect()
}

/// Adds a repository of one of ten kinds.
fn add(team: &mut Team, nth: usize) {
    let name = &*format!("r{nth}");
    let folder = team.folder(name);
    match nth % 10 {
        0 | 1 => {
            team.add(name, SLEEPS);
        }
        2 => {
            team.add(name, "x = 1\n");
        }
        3 => {
            team.add(name, SLEEPS);
            team.project
                .write(&format!("{name}/a.py"), "half of a thought");
        }
        4 => {
            team.project.write(&format!("{name}/fails"), "");
            team.add(name, SLEEPS);
        }
        5 => {
            team.add(name, &calls());
        }
        6 => {
            team.add(name, SLEEPS).publish(name);
        }
        7 => {
            let mut library = Team::new();
            library.add("library", "x = 1\n");
            team.add(name, SLEEPS);
            let url = library.folder("library").to_string_lossy().into_owned();
            let words = ["submodule", "--quiet", "add", &url, "library"];
            git(
                &folder,
                &[&["-c", "protocol.file.allow=always"], &words[..]].concat(),
            );
            let words = ["config", "--file", ".gitmodules", "submodule.library.url"];
            git(&folder, &[&words[..], &["../library"]].concat());
            team.commit(name, "two");
        }
        8 => {
            team.project
                .write(&format!("{name}/huge.py"), "x = 1\n".repeat(400_000));
            team.add(name, SLEEPS);
        }
        _ => {
            std::fs::create_dir(&folder).expect("it is ours");
            git(&folder, &["init", "--quiet"]);
            team.names.push(name.to_owned());
        }
    }
}

fn make(repositories: usize) -> Team {
    let mut team = Team::new();
    (0..repositories).for_each(|nth| add(&mut team, nth));
    team.project.write("own/bad.yaml", BAD);
    team.campaign(
        "jobs: 3\nrecipes: {select: [blocking-sleep, bad], folders: own}\n\
         verify: \"sleep 0.02; test ! -e fails && ! grep -q 'repr(17)' a.py\"\n",
    );
    team
}

/// Runs it for some time.
fn run_for(team: &Team, time: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args(["batch", "run", "c.yaml"])
        .current_dir(team.project.root())
        .env("HOME", team.project.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be started");
    sleep(time);
    child.kill().expect("it is ours");
    child.wait().expect("it was started");
}

#[test]
fn a_campaign_that_is_killed_ends_as_one_that_is_not() {
    let (repositories, kills) = match is_asked_for("kill") {
        true => (60, 25),
        false => (20, 6),
    };
    let whole = make(repositories);
    let run = whole.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH);
    let seed = seconds.expect("it is after 1970").as_nanos() as u64;
    let mut random = seed;
    let killed = make(repositories);
    for _ in 0..kills {
        // As Knuth's MMIX has it.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        run_for(&killed, Duration::from_millis((random >> 33) % 1200));
    }
    let run = killed.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(1), "seed {seed}: {run:?}");
    assert_eq!(killed.state(), whole.state(), "seed {seed}: {run:?}");
    for nth in 0..repositories {
        let folder = killed.folder(&format!("r{nth}"));
        let trees = git(&folder, &["worktree", "list"]);
        assert_eq!(trees.lines().count(), 1, "seed {seed}: {trees}");
    }
}

#[test]
fn what_was_interrupted_is_done_over_though_an_earlier_run_did_it() {
    let mut team = Team::new();
    team.add(
        "one",
        "import time\n\n\nasync def f():\n    time.sleep(1)\n    open('a').read()\n",
    );
    team.campaign("recipes: {select: blocking-sleep}\n");
    assert_eq!(team.run(&["run", "c.yaml"]).code, Some(0));
    let more = "recipes: {select: [blocking-sleep, blocking-file], safety: review}\n";
    team.campaign(&format!("{more}verify: touch ../../../begun; sleep 1\n"));
    let child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args(["batch", "run", "c.yaml"])
        .current_dir(team.project.root())
        .env("HOME", team.project.root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("the program can be started");
    while !team.folder("work/begun").exists() {
        sleep(Duration::from_millis(10));
    }
    let signal = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(signal.is_ok_and(|status| status.success()));
    assert!(!child.wait().expect("it was started").success());
    let run = team.run(&["run", "c.yaml"]);
    assert!(run.stdout.contains("2 changes in 1 file"), "{run:?}");
}
