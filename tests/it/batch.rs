//! `awaitify batch`: a branch in each repository of a list, whatever the others are, and whenever it is killed.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Project, Run, is_asked_for};

const SLEEPS: &str = "import time\n\n\nasync def poll():\n    time.sleep(1)\n";

/// Claims `safe`, and is not.
const BAD: &str = "\
id: bad
title: keep is called repr
area: own
severity: low
why: It has another name.
rules:
  - match: keep($x)
    rewrite: repr($x)
    safety: {safe: {because: it is the same function}}
examples: [{name: n, unchanged: keep}]
";

fn git(folder: &std::path::Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        .args(words)
        .current_dir(folder)
        .output()
        .expect("git can be started");
    assert!(output.status.success(), "git {words:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The folder of a campaign, with repositories in it.
struct Team {
    project: Project,
    names: Vec<String>,
}

impl Team {
    fn new() -> Self {
        let project = Project::empty();
        project.write(".gitconfig", "[user]\nname = x\nemail = x@example.org\n");
        Self {
            project,
            names: Vec::new(),
        }
    }

    /// Adds a repository with one commit of a file.
    fn add(&mut self, name: &str, text: &str) -> &mut Self {
        self.project.write(&format!("{name}/a.py"), text);
        let folder = self.project.root().join(name);
        git(&folder, &["init", "--quiet", "--initial-branch=main"]);
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--message", "one"]);
        self.names.push(name.to_owned());
        self
    }

    /// Writes the campaign.
    fn campaign(&self, more: &str) {
        let names = self.names.join("\", \"");
        let text = format!("repositories: [\"{names}\"]\nbranch: migrate\nworkdir: work\n{more}");
        self.project.write("c.yaml", text);
    }

    fn run(&self, words: &[&str]) -> Run {
        let batch = [&["batch"], words].concat();
        self.project.run_program("", &batch)
    }

    /// Returns what is known of each repository, without what differs from run to run, and the files of its branch.
    fn state(&self) -> BTreeMap<String, (String, String)> {
        let run = self.run(&["status", "--format", "json", "c.yaml"]);
        let known = run.stdout.lines().map(|line| {
            let known: Value = serde_json::from_str(line).expect("it is JSON");
            let text = |key: &str| known[key].as_str().unwrap_or_default().to_owned();
            let what = format!(
                "{} {} {} {}",
                text("step"),
                known["changes"],
                known["files"],
                known["taken_back"]
            );
            let folder = self.project.root().join(text("name"));
            let tree = Command::new("git")
                .args(["rev-parse", "--verify", "--quiet", "migrate^{tree}"])
                .current_dir(folder)
                .output()
                .expect("git can be started");
            let tree = String::from_utf8_lossy(&tree.stdout).trim().to_owned();
            (text("name"), (what, tree))
        });
        known.collect()
    }

    fn branch_text(&self, name: &str) -> String {
        git(&self.project.root().join(name), &["show", "migrate:a.py"])
    }
}

#[test]
fn each_repository_gets_a_branch_and_no_work_tree_is_touched() {
    let mut team = Team::new();
    team.add("changes", SLEEPS)
        .add("nothing", "x = 1\n")
        .add("dirty", SLEEPS);
    team.project.write("dirty/a.py", "half of a thought");
    team.project.write("dirty/b.py", "mine");
    team.campaign("");
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("changes  changed: 1 change in 1 file"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("3 repositories: 2 changed, 1 unchanged"),
        "{run:?}"
    );
    for name in ["changes", "dirty"] {
        let text = team.branch_text(name);
        assert!(text.contains("await asyncio.sleep(1)"), "{text}");
        let folder = team.project.root().join(name);
        assert_eq!(git(&folder, &["branch", "--show-current"]), "main");
        assert_eq!(git(&folder, &["worktree", "list"]).lines().count(), 1);
    }
    assert_eq!(team.project.text("changes/a.py"), SLEEPS);
    assert_eq!(team.project.text("dirty/a.py"), "half of a thought");
    assert_eq!(team.project.text("dirty/b.py"), "mine");
    // What is done is not done again.
    let again = team.run(&["run", "c.yaml"]);
    assert!(!again.stderr.contains("[1/"), "{again:?}");
    let cleaned = team.run(&["clean", "c.yaml"]);
    assert_eq!(cleaned.code, Some(0), "{cleaned:?}");
    assert!(!team.project.root().join("work").exists());
}

#[test]
fn what_is_wrong_with_one_is_no_matter_of_the_others() {
    let mut team = Team::new();
    team.add("good", SLEEPS)
        .add("red", SLEEPS)
        .add("foreign", SLEEPS)
        .add("hooked", SLEEPS);
    let root = team.project.root().to_owned();
    team.project.write("red/fails", "");
    git(&root.join("red"), &["add", "--all"]);
    git(
        &root.join("red"),
        &["commit", "--quiet", "--message", "two"],
    );
    git(&root.join("foreign"), &["branch", "migrate"]);
    std::fs::create_dir(root.join("empty")).expect("it is ours");
    git(&root.join("empty"), &["init", "--quiet"]);
    team.names.push("empty".to_owned());
    // A hook of a repository is a stranger's program.
    team.project.write(
        "hooked/.git/hooks/pre-commit",
        "#!/bin/sh\ntouch \"$HOME/ran\"\nexit 1\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    let hook = root.join("hooked/.git/hooks/pre-commit");
    std::fs::set_permissions(hook, mode).expect("it is ours");
    team.names.push("file:///nowhere/at/all.git".to_owned());
    team.campaign("verify: test ! -e fails\njobs: 2\n");
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for line in [
        "good     changed: 1 change in 1 file",
        "hooked   changed: 1 change in 1 file",
        "red      fails-before: nothing was written: `test ! -e fails` fails without changes",
        "foreign  failed: there is a branch `migrate`, with commits that are not this campaign's",
        "empty    failed: there is no commit `HEAD`",
        "all      failed: git fetch fails:",
    ] {
        assert!(run.stdout.contains(line), "{line}: {run:?}");
    }
    assert!(!root.join("ran").exists());
    // Mended, it goes on.
    git(&root.join("foreign"), &["branch", "-D", "migrate"]);
    let again = team.run(&["retry", "c.yaml"]);
    assert!(again.stdout.contains("foreign  changed"), "{again:?}");
    assert!(!again.stderr.contains("good"), "{again:?}");
}

#[test]
fn a_change_that_breaks_the_check_is_dropped_and_the_rest_kept() {
    let mut team = Team::new();
    team.project.write("own/bad.yaml", BAD);
    let calls: String = (10..26).map(|n| format!("keep({n})\n")).collect();
    team.add("calls", &calls);
    team.campaign(
        "recipes: {select: bad, folders: own}\nverify: \"echo >>../../../ran; ! grep -q 'repr(17)' a.py\"\n",
    );
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("15 changes in 1 file, 1 taken back"),
        "{run:?}"
    );
    let text = team.branch_text("calls");
    assert_eq!(
        (
            text.matches("repr").count(),
            text.matches("keep(17)").count()
        ),
        (15, 1)
    );
    // Without changes, with all and log2(16) for the one, and with the others.
    assert!(team.project.text("work/ran").lines().count() <= 1 + 5 + 1);
}

#[test]
fn a_campaign_that_is_killed_ends_as_one_that_is_not() {
    let n = if is_asked_for("kill") { 60 } else { 20 };
    let make = || {
        let mut team = Team::new();
        for nth in 0..n {
            let text = if nth % 4 == 3 { "x = 1\n" } else { SLEEPS };
            team.add(&format!("r{nth}"), text);
        }
        team.campaign("jobs: 3\nverify: sleep 0.05\n");
        team
    };
    let whole = make();
    assert_eq!(whole.run(&["run", "c.yaml"]).code, Some(0));
    let killed = make();
    for wait in [20, 150, 400, 700, 1100] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_awaitify"))
            .args(["batch", "run", "c.yaml"])
            .current_dir(killed.project.root())
            .env("HOME", killed.project.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        sleep(Duration::from_millis(wait));
        child.kill().expect("it is ours");
        child.wait().expect("it was started");
    }
    let run = killed.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(killed.state(), whole.state());
    for name in &killed.names {
        let folder = killed.project.root().join(name);
        assert_eq!(git(&folder, &["worktree", "list"]).lines().count(), 1);
    }
}

#[test]
fn what_cannot_be_begun_is_refused_in_a_sentence() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    let check = |more: &str, words: &[&str], said: &str| {
        team.campaign(more);
        let run = team.run(words);
        assert_eq!(run.code, Some(2), "{said}: {run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    };
    check("brunch: x\n", &["run", "c.yaml"], "unknown key `brunch`");
    check("", &["status", "c.yaml"], "nothing was done yet in");
    check("", &["run", "none.yaml"], "none.yaml cannot be read");
    team.project.write("urls.txt", "one\n# a comment\n./one\n");
    let words = ["run", "--repositories", "urls.txt", "--branch"];
    check("", &[&words[..], &["x"]].concat(), "one is named twice");
    check(
        "",
        &[&words[..], &["a..b"]].concat(),
        "`a..b` is no name of a branch",
    );
    team.project
        .write("urls.txt", "https://ada:secret@example.org/r.git\n");
    let run = team.run(&[&words[..], &["x"]].concat());
    assert!(
        run.stderr.contains("has a password or token in it"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("secret"), "{run:?}");
}

#[test]
fn one_line_is_a_campaign() {
    let mut team = Team::new();
    team.add("one", SLEEPS)
        .add("two", "import asyncio\n\nloop = asyncio.get_event_loop()\n");
    team.project.write("urls.txt", "one\ntwo\n");
    let words = [
        "--repositories",
        "urls.txt",
        "--select",
        "blocking-sleep",
        "--branch",
        "migrate",
    ];
    let plan = team.run(&[&["plan"], &words[..]].concat());
    assert!(
        plan.stdout.contains("-> migrate: blocking-sleep (safe)"),
        "{plan:?}"
    );
    let run = team.run(&[&["run"], &words[..]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("one  changed"), "{run:?}");
    assert!(run.stdout.contains("two  unchanged"), "{run:?}");
    let table = team.run(&[&["status", "--format", "markdown"], &words[..]].concat());
    assert!(
        table.stdout.contains("| one | changed | 1 | 1 | 0 | 0 |"),
        "{table:?}"
    );
}

#[test]
fn the_example_is_a_campaign() {
    let team = Team::new();
    let run = team.run(&["init"]);
    team.project.write("c.yaml", &run.stdout);
    let run = team.run(&["plan", "c.yaml"]);
    // All of it is understood; what it names is not here.
    assert!(run.stderr.contains("no repository is at"), "{run:?}");
}
