//! `migrate --commit` and `--branch`: one git commit for each recipe, and nothing else in it.

use serde_json::json;

use crate::chosen::name_at;
use crate::support::Project;

/// Three recipes: two of one file, whose lines are near each other.
const FILES: &str = "\
//- pyproject.toml
[project]
name = 'gauges'
requires-python = '>=3.11'
//- a.py
import asyncio
import time


async def poll():
    time.sleep(1)
    loop = asyncio.get_event_loop()
    return loop.time()
//- sub/b.py
import time


async def later():
    time.sleep(2)
";

/// Adds what git asks before each commit.
#[cfg(unix)]
fn add_hook(project: &Project, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let hook = ".git/hooks/pre-commit";
    project.write(hook, format!("#!/bin/sh\n{script}\n"));
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(project.root().join(hook), mode).expect("it is ours");
}

fn git(project: &Project, words: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .args(words)
        .current_dir(project.root())
        .output()
        .expect("git can be started");
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

fn committed() -> Project {
    let project = Project::new(FILES);
    project.commit();
    git(&project, &["config", "user.name", "x"]);
    git(&project, &["config", "user.email", "x@example.org"]);
    project
}

#[test]
fn each_recipe_is_a_commit() {
    let project = committed();
    project.write("notes.txt", "mine\n");
    let run = project.run(&[
        "migrate",
        "--branch",
        "to-asyncio",
        "--safety",
        "review",
        ".",
    ]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stderr.ends_with("Made 2 commits on to-asyncio.\n"),
        "{run:?}"
    );
    assert_eq!(git(&project, &["branch", "--show-current"]), "to-asyncio");
    // What nobody asked for is not in it.
    assert_eq!(git(&project, &["status", "--porcelain"]), "?? notes.txt");
    let files = |revision: &str| git(&project, &["show", "--name-only", "--format=", revision]);
    let subjects = git(&project, &["log", "--format=%s", "-2"]);
    assert_eq!(subjects.lines().count(), 2, "{subjects}");
    let mut touched = [files("HEAD"), files("HEAD~1")];
    touched.sort();
    assert_eq!(touched, ["a.py", "a.py\nsub/b.py"]);
    let body = git(&project, &["log", "--format=%b", "-2"]);
    assert!(body.contains("- a.py:6:5: the coroutine sleeps"), "{body}");
    // Both commits have whole files of their own.
    for revision in ["HEAD", "HEAD~1"] {
        let text = git(&project, &["show", &format!("{revision}:a.py")]);
        let has = |part: &str| text.contains(part);
        assert!(has("async def poll():\n"), "{text}");
        assert_eq!(
            has("import time\n"),
            has("time.sleep(1)") && !has("asyncio.sleep(1)"),
            "{text}"
        );
    }
    assert_eq!(
        git(&project, &["show", "HEAD:a.py"]),
        project.text("a.py").trim_end()
    );
}

#[test]
fn what_stands_in_the_way_is_said_before_anything_is_written() {
    let project = committed();
    let before = project.tree();
    let check = |words: &[&str], said: &str| {
        let run = project.run(&[&["migrate"], words].concat());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    };
    check(&["--branch", "a..b"], "`a..b` is not a valid branch name");
    git(&project, &["branch", "there"]);
    check(&["--branch", "there"], "the branch `there` already exists");
    project.write("notes.txt", "mine\n");
    git(&project, &["add", "notes.txt"]);
    check(&["--commit"], "something is staged already");
    git(&project, &["rm", "--quiet", "--force", "notes.txt"]);
    check(&["--commit", "--allow-dirty"], "cannot be used with");
    let sources = |tree: Vec<(std::path::PathBuf, Vec<u8>)>| {
        let sources = tree.into_iter();
        let sources = sources.filter(|(path, _)| path.extension().is_some_and(|it| it == "py"));
        sources.collect::<Vec<_>>()
    };
    assert_eq!(sources(project.tree()), sources(before));
    let alone = Project::new(FILES);
    let run = alone.run(&["migrate", "--commit"]);
    assert!(run.stderr.contains("need a git repository"), "{run:?}");
}

#[test]
#[cfg(unix)]
fn a_hook_that_refuses_leaves_the_files_and_says_so() {
    let project = committed();
    add_hook(&project, "echo no sleeping >&2\nexit 1");
    let run = project.run(&["migrate", "--commit"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    let said = "the files are written, but git did not commit";
    assert!(
        run.stderr.contains(said) && run.stderr.contains("no sleeping"),
        "{run:?}"
    );
    assert!(project.text("sub/b.py").contains("asyncio.sleep(2)"));
}

#[cfg(unix)]
#[test]
fn a_hook_that_stages_all_is_told() {
    let project = committed();
    add_hook(&project, "git add --all");
    let run = project.run(&["migrate", "--commit", "--safety", "review"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let said = "Made 1 commit.\nwarning: a hook staged more than one recipe's changes: these commits hold 1 other recipe too";
    assert!(run.stderr.contains(said), "{run:?}");
    assert_eq!(git(&project, &["status", "--short"]), "");
}

#[test]
fn a_message_is_made_as_asked() {
    let project = committed();
    let words = [
        "migrate",
        "--commit",
        "--message",
        "Codemod {recipe}\\n\\n{sites}",
        "sub",
    ];
    let run = project.run(&words);
    assert_eq!(run.code, Some(0), "{run:?}");
    let message = git(&project, &["log", "--format=%B", "-1"]);
    assert!(
        message.starts_with("Codemod blocking-sleep\n\n- sub/b.py:5:5: "),
        "{message}"
    );
}

#[test]
fn comments_of_suppressed_changes_are_a_commit_of_their_own() {
    let project = Project::new(FILES);
    project.commit();
    let change = name_at(&project, "sub/b.py:5");
    let decision = json!({"change": change, "verdict": "suppress", "note": "it settles"});
    let file = json!({"version": 1, "decisions": [decision]});
    project.write("decisions.json", file.to_string());
    let run = project.run(&["migrate", "--commit", "--decisions", "decisions.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let subject = git(&project, &["log", "--format=%s", "-1"]);
    assert_eq!(subject.trim(), "Say in a comment why the code stays");
}

#[test]
fn a_rebase_is_ended_first() {
    let project = committed();
    project.write("notes.txt", "mine\n");
    git(&project, &["add", "notes.txt"]);
    git(&project, &["commit", "--quiet", "--message", "notes"]);
    git(
        &project,
        &[
            "-c",
            "sequence.editor=sed -i 1ibreak",
            "rebase",
            "--quiet",
            "-i",
            "HEAD~1",
        ],
    );
    let before = project.text("a.py");
    for words in [["--branch", "other"].as_slice(), &["--commit"]] {
        let run = project.run(&[&["migrate"], words].concat());
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("in the middle of a rebase"), "{run:?}");
        assert_eq!(project.text("a.py"), before);
    }
}

#[test]
fn what_no_commit_shows_is_in_the_message_of_the_next() {
    let project = Project::new(
        "//- pyproject.toml\n[project]\nname = 'a'\nrequires-python = '>=3.11'\n//- sub/a.py\nimport asyncio\n\n\nasync def third():\n    loop = asyncio.get_event_loop()\n    return await loop.run_in_executor(None, print, 1)\n",
    );
    project.commit();
    let run = project.run_in("sub", &["migrate", "--safety", "review", "--commit", ".."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stderr.contains("warning"), "{run:?}");
    let bodies = git(&project, &["log", "--format=%b", "-3"]);
    // From the top of the repository.
    assert!(bodies.contains("- sub/a.py:5:12"), "{bodies}");
    assert!(bodies.contains("- sub/a.py:6:18"), "{bodies}");
}
