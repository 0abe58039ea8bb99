//! `--help` of the program and of each command, as reviewed in `snapshots/`.

use crate::support::Project;

/// Returns the commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let listed = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1);
    let names = listed.take_while(|line| !line.is_empty());
    names
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// Compares the help of a command, and of the commands below it.
fn check_help(project: &Project, command: &[String]) {
    let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    arguments.push("--help");
    let run = project.run(&arguments);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (Some(0), ""),
        "{arguments:?}"
    );
    let name = format!("help {}", command.join(" "));
    insta::assert_snapshot!(name.trim().replace(' ', "-"), run.stdout);
    for below in commands(&run.stdout) {
        let mut inner = command.to_vec();
        inner.push(below);
        check_help(project, &inner);
    }
}

/// Compares with what was reviewed; the snapshots lie together at the top of the project.
pub(crate) fn with_snapshots(check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(check);
}

#[test]
fn help_is_as_reviewed() {
    with_snapshots(|| check_help(&Project::empty(), &[]));
}

#[test]
fn a_shell_completes_commands_and_flags() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Project::empty().run(&["completions", shell]);
        assert_eq!(run.code, Some(0), "{run:?}");
        for word in ["migrate", "fail-on"] {
            assert!(run.stdout.contains(word), "{word} for {shell}: {run:?}");
        }
    }
    assert_eq!(Project::empty().run(&["completions", "vi"]).code, Some(2));
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let project = Project::empty();
    let run = project.run(&["man"]);
    assert!(run.stdout.contains(".TH awaitify 1"), "{run:?}");
    assert_eq!(project.run(&["man", "."]).code, Some(0));
    for page in ["awaitify.1", "awaitify-check.1", "awaitify-recipe-show.1"] {
        assert!(project.text(page).contains(".SH NAME"), "{page}");
    }
    let run = project.run(&["man", "missing"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("missing"), "{run:?}");
}

#[test]
fn the_diff_of_the_examples_is_as_reviewed() {
    let run = Project::with_examples().run(&["diff", "examples"]);
    with_snapshots(|| insta::assert_snapshot!("diff-examples", run.stdout));
}
