//! `awaitify batch`: a branch in each repository of a list, whatever the others are, and whenever it is killed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::{Project, Run};

mod killed;

mod proposed;

mod refreshed;

mod runs;

mod sharded;

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
    does: it is the same function
examples: [{name: n, unchanged: keep}]
";

fn git(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        // Equal commits have equal names.
        .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "2026-01-01T00:00Z")))
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

    /// Adds what a repository has to its remote: a bare one, whose address is named instead.
    fn publish(&mut self, name: &str) -> &mut Self {
        let (folder, remote) = (self.folder(name), self.folder(&format!("{name}.git")));
        let to = remote.to_string_lossy().into_owned();
        git(
            self.project.root(),
            &["clone", "--quiet", "--bare", name, &to],
        );
        git(&folder, &["remote", "add", "origin", &to]);
        let url = format!("file://{to}");
        self.names
            .iter_mut()
            .filter(|it| *it == name)
            .for_each(|it| it.clone_from(&url));
        self
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.project.root().join(name)
    }

    /// Commits all that is in a repository, and pushes it where there is a remote.
    fn commit(&self, name: &str, subject: &str) {
        let folder = self.folder(name);
        git(&folder, &["add", "--all"]);
        git(&folder, &["commit", "--quiet", "--message", subject]);
        if self.folder(&format!("{name}.git")).exists() {
            git(&folder, &["push", "--quiet", "origin", "HEAD"]);
        }
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
            let clone = self.folder(&format!("work/clones/{}.git", text("name")));
            let folder = match clone.exists() {
                true => clone,
                false => self.folder(&text("name")),
            };
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
