//! Branches are pushed and proposed once, and no secret is in what anybody may read.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::batch::{SLEEPS, Team, git};
use crate::support::Run;

const TOKEN: &str = "t0ken-of-nobody-else";

/// Writes down its words and whether it has a token, and keeps what it opened.
const FORGE: &str = r#"#!/bin/sh
echo "$(basename "$0") $*" | tr "\n" " " >>"$HOME/asked"; echo >>"$HOME/asked"
test -n "$GH_TOKEN" && echo yes >>"$HOME/has-token"
case "$2" in
  list) test -e "$HOME/opened" && echo '[{"url":"https://h/1","web_url":"https://h/1"}]' || echo '[]' ;;
  create)
    if test -e "$HOME/refuses"; then echo "no $GH_TOKEN here" >&2; exit 1; fi
    touch "$HOME/opened"; echo "Creating"; echo "https://h/1" ;;
esac
"#;

fn team(forge: &str) -> Team {
    let mut team = Team::new();
    team.add("one", SLEEPS).publish("one");
    for program in ["gh", "glab"] {
        team.project.write(&format!("bin/{program}"), FORGE);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(team.folder("bin").join(program), mode).expect("it is ours");
    }
    team.campaign(&format!(
        "verify: \"env; true\"\npull-request: {{forge: {forge}, draft: true, reviewers: [ada, bob]}}\n"
    ));
    team
}

/// Runs it with a token, and the programs of the forges.
fn run(team: &Team, words: &[&str]) -> Run {
    let path = std::env::var("PATH").unwrap_or_default();
    let path = format!("{}:{path}", team.folder("bin").display());
    let variables = [
        ("PATH", &*path),
        ("GH_TOKEN", TOKEN),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "http.extraheader"),
        ("GIT_CONFIG_VALUE_0", TOKEN),
    ];
    team.project
        .run_where(&variables, &[&["batch"], words].concat())
}

#[test]
fn a_branch_is_pushed_and_proposed_when_asked_for() {
    for (forge, program, head) in [
        ("github", "gh pr", "--head migrate"),
        ("gitlab", "glab mr", "--source-branch migrate"),
    ] {
        let team = team(forge);
        let remote = team.folder("one.git");
        run(&team, &["run", "c.yaml"]);
        assert_eq!(git(&remote, &["branch", "--list", "migrate"]), "");
        let pushed = run(&team, &["run", "--push", "c.yaml"]);
        assert_eq!(pushed.code, Some(0), "{pushed:?}");
        assert!(
            pushed.stdout.contains("1 change in 1 file, https://h/1"),
            "{pushed:?}"
        );
        let text = git(&remote, &["show", "migrate:a.py"]);
        assert!(text.contains("await asyncio.sleep(1)"), "{text}");
        let asked = team.project.text("asked");
        let lines: Vec<&str> = asked.lines().collect();
        assert_eq!(lines.len(), 2, "{asked}");
        assert!(lines[0].starts_with(&format!("{program} list ")), "{asked}");
        assert!(
            lines[1].starts_with(&format!("{program} create ")),
            "{asked}"
        );
        for word in [head, "--draft", "--reviewer ada --reviewer bob"] {
            assert!(lines[1].contains(word), "{word}: {asked}");
        }
        assert!(team.folder("has-token").exists());
        // Neither is done again.
        run(&team, &["run", "--push", "c.yaml"]);
        assert_eq!(team.project.text("asked"), asked);
    }
}

#[test]
fn what_is_refused_is_tried_again_and_not_told_twice() {
    let team = team("github");
    team.project.write("refuses", "");
    let refused = run(&team, &["run", "--push", "c.yaml"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stdout.contains(
            "changed: 1 change in 1 file, pushed, no pull request: gh fails: no *** here"
        ),
        "{refused:?}"
    );
    fs::remove_file(team.folder("refuses")).expect("it is ours");
    let again = run(&team, &["run", "--push", "c.yaml"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stdout.contains("https://h/1"), "{again:?}");
}

#[test]
fn commits_of_the_remote_are_not_overwritten() {
    let team = team("github");
    let folder = team.folder("one");
    git(&folder, &["checkout", "--quiet", "-b", "migrate"]);
    team.project.write("one/b.py", "x = 1\n");
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message", "mine"]);
    git(&folder, &["push", "--quiet", "origin", "migrate"]);
    let before = git(&team.folder("one.git"), &["rev-parse", "migrate"]);
    let refused = run(&team, &["run", "--push", "c.yaml"]);
    let said = "failed: the branch `migrate` exists, with commits that this campaign did not make";
    assert!(refused.stdout.contains(said), "{refused:?}");
    assert_eq!(
        git(&team.folder("one.git"), &["rev-parse", "migrate"]),
        before
    );
}

#[test]
fn no_secret_is_written_anywhere() {
    let team = team("github");
    let mut told = String::new();
    for words in [
        &["run", "--push", "c.yaml"][..],
        &["status", "c.yaml"],
        &["report", "c.yaml", "--output", "report.html"],
        &["report", "--format", "json", "c.yaml"],
        &["report", "--format", "markdown", "c.yaml"],
    ] {
        let run = run(&team, words);
        assert_eq!(run.code, Some(0), "{run:?}");
        told += &run.stdout;
        told += &run.stderr;
    }
    assert!(!told.contains(TOKEN), "{told}");
    // The check ran, and says what it has in its environment.
    let checked = team.project.text("work/logs/one.checks");
    assert!(checked.contains("HOME="), "{checked}");
    assert_eq!(holders(team.project.root()), Vec::<String>::new());
    let log = git(
        &team.folder("one.git"),
        &["log", "--format=%B%an%ae%cn%ce", "migrate"],
    );
    assert!(!log.contains(TOKEN), "{log}");
}

/// Returns the files below a folder that have the token in them.
fn holders(folder: &Path) -> Vec<String> {
    let found = Command::new("grep")
        .args(["--recursive", "--text", "--files-with-matches", TOKEN, "."])
        .current_dir(folder)
        .output()
        .expect("there is a grep");
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    found.lines().map(str::to_owned).collect()
}
