//! The commands of README.md and of the pages run, in the order of their page, in a project that has what they name.
//!
//! Commands are lines `    awaitify …` of a page. A command that waits for somebody, or that needs a forge, only has its
//! arguments checked. Commands of other programs (cargo, pip, maturin, podman, uvx) do not run here:
//! [`left_out`](super::left_out) lists each with the reason.

use std::collections::BTreeSet;

use awaitify::cli::args::Arguments;
use clap::CommandFactory;

use super::{pages, prose, text};
use crate::support::{BLOCKING, Project, Run};

/// Two repositories in reach.
const CAMPAIGN: &str = "\
repositories: [team/tides, team/gauges]
branch: migrate-asyncio
recipes: {select: [asyncio]}
workdir: work
";

/// A file whose line 42 has a site.
fn long() -> String {
    let lines = "\n".repeat(36);
    format!("import time\n{lines}\n\nasync def poll(gauge):\n    gauge.n = 1\n    time.sleep(1)\n")
}

/// A project with the files that the pages name, in its first commit.
fn project() -> Project {
    let project = Project::with_examples();
    for path in [
        "src/jobs.py",
        "services/export/jobs.py",
        "app/jobs.py",
        "tests/test_tides.py",
    ] {
        project.write(path, long());
    }
    let notebook = project.read("examples/export_readings.ipynb");
    project.write("analysis.ipynb", &notebook);
    project.write("notebooks/export.ipynb", &notebook);
    for path in ["awaitify-decisions.json", "mine.json", "yours.json"] {
        project.write(path, "{\"version\": 1, \"decisions\": []}\n");
    }
    let known = project.run(&[
        "check",
        "--baseline",
        "awaitify-baseline.json",
        "--write-baseline",
    ]);
    assert_eq!(known.code, Some(0), "{known:?}");
    for name in ["tides", "gauges"] {
        let folder = format!("team/{name}");
        project.write(&format!("{folder}/a.py"), BLOCKING);
        project.git(&["init", "--quiet", &folder]);
        project.git(&["-C", &folder, "add", "--all"]);
        project.git(&["-C", &folder, "commit", "--quiet", "--message", "one"]);
    }
    project.write("urls.txt", "team/tides\n");
    project.write("campaign.yaml", CAMPAIGN);
    project.write(".gitignore", "/team\n/work\n/awaitify-batch\n");
    project.write(".gitconfig", "[user]\nname = x\nemail = x@example.org\n");
    project.commit();
    project.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    project
}

/// The commands of a page, in its order, without what the program printed.
fn commands(page: &str) -> Vec<String> {
    let prose = prose(page);
    let lines = prose.lines().filter(|line| line.starts_with("    "));
    let lines = lines.filter_map(|line| line.trim_start().strip_prefix("awaitify "));
    let lines = lines.map(|line| line.split(" |").next().unwrap_or_default());
    let lines = lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end());
    lines.map(str::to_owned).collect()
}

/// Returns whether a command waits for somebody at a terminal or in a browser, or needs a forge.
fn needs_somebody(command: &str) -> bool {
    let is_review = command.starts_with("review ") && !command.contains("--html");
    let words = ["--web", "--watch", "--push"];
    is_review || words.iter().any(|word| command.contains(word))
}

fn run(project: &Project, command: &str) -> Run {
    let arguments: Vec<&str> = command.split(' ').collect();
    if needs_somebody(command) {
        // Arguments are checked before help is given.
        return project.run(&[&arguments[..], &["--help"]].concat());
    }
    if arguments.last() == Some(&"-") {
        return project.run_with(&arguments, BLOCKING);
    }
    if command.contains("--verify") {
        let programs = project.root().join("bin");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", programs.display());
        return project.run_where(&[("PATH", &path)], &arguments);
    }
    match arguments.first() {
        // A campaign starts the program again.
        Some(&"batch") => project.run_program("", &arguments),
        _ => project.run(&arguments),
    }
}

/// Writes the program `pytest`, which finds nothing wrong.
#[cfg(unix)]
fn write_pytest(project: &Project) {
    use std::os::unix::fs::PermissionsExt;

    project.write("bin/pytest", "#!/bin/sh\n");
    let path = project.root().join("bin/pytest");
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("it is ours");
}

#[cfg(unix)]
#[test]
fn the_commands_of_the_pages_run() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in pages() {
        let commands = commands(&text(&path));
        if commands.is_empty() {
            continue;
        }
        let project = project();
        write_pytest(&project);
        for command in commands {
            project.git(&["add", "--all"]);
            project.git(&["commit", "--quiet", "--allow-empty", "--message", "more"]);
            let run = run(&project, &command);
            let is_found = run.code == Some(1) && command.starts_with("check ");
            if !(run.code == Some(0) || is_found) {
                wrong.push(format!("{}: {command}: {run:?}", path.display()));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "the commands are found: {count}");
}

#[test]
fn every_flag_is_on_a_page() {
    let pages: String = pages().iter().map(|path| text(path)).collect();
    let known: BTreeSet<&str> = pages
        .split(|c: char| !(c.is_ascii_lowercase() || c == '-'))
        .collect();
    let mut missing = BTreeSet::new();
    let mut open = vec![Arguments::command()];
    while let Some(command) = open.pop() {
        let flags = command.get_arguments().filter(|it| !it.is_hide_set());
        let flags = flags.filter_map(|it| it.get_long());
        let flags = flags.map(|flag| format!("--{flag}"));
        missing.extend(flags.filter(|flag| !known.contains(flag.as_str())));
        open.extend(command.get_subcommands().cloned());
    }
    assert_eq!(missing, BTreeSet::new());
}
