//! Files that no one should have: each costs one line, never the run (law 10).

use std::path::Path;

use allocation_counter::{AllocationInfo, measure};

use crate::laws::planned::Planned;
use crate::support::{AWAITING, BLOCKING, Project};

/// What a file must come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// It cannot be read or parsed, and one line says so.
    Refused,
    /// It may be migrated, left alone or refused, with one line at most.
    Survived,
}

/// Checks that `path` costs one line at most and the file beside it is migrated.
#[track_caller]
fn check_in(project: &Project, path: &str, outcome: Outcome) {
    project.write("good.py", BLOCKING);
    // One that takes the whole process down is to be seen here.
    let run = project.migrate_by_program();
    assert!(
        run.code.is_some_and(|code| code <= 2),
        "{path}: {:?}, {}",
        run.code,
        run.stderr
    );
    assert_eq!(
        project.text("good.py"),
        AWAITING,
        "{path} kept the other file from its change"
    );
    let name = |object: &serde_json::Value| object["path"].as_str().map(ToOwned::to_owned);
    let mut errors = run.of_type("error");
    errors.retain(|error| name(error).is_some_and(|name| Path::new(&name).starts_with(path)));
    assert!(errors.len() <= 1, "{path}: one line is enough: {errors:?}");
    if outcome == Outcome::Refused {
        assert_eq!(
            errors.len(),
            1,
            "{path}: nothing said: {} {}",
            run.stdout,
            run.stderr
        );
    }
    for error in &errors {
        // What a person reads is one line, and not the whole file.
        let text = error["message"].as_str().unwrap_or_default();
        let clear = !text.is_empty() && !text.contains('\n') && text.len() < 400;
        assert!(clear, "{path}: not one clear line: {error}");
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[track_caller]
fn check(path: &str, content: impl AsRef<[u8]>, outcome: Outcome) {
    let project = Project::empty();
    project.write(path, &content);
    check_in(&project, path, outcome);
    if outcome == Outcome::Refused {
        assert_eq!(
            project.read(path),
            content.as_ref(),
            "what is refused is not written"
        );
    }
}

/// Checks a file with a site, so that it is not skipped before parsing, and `tail`.
#[track_caller]
fn check_beside_site(tail: &str) {
    check(
        "bad.py",
        format!("{BLOCKING}\n\n{tail}\n"),
        Outcome::Survived,
    );
}

/// A notebook with one cell that has a site.
fn notebook(source: &str) -> String {
    let source = serde_json::Value::from(source);
    format!(
        r#"{{"cells": [{{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {{}}, "outputs": [], "source": {source}}}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}"#
    )
}

const DEPTH: usize = 50_000;

#[test]
fn nested_parentheses() {
    check_beside_site(&format!(
        "level = {}1{}",
        "(".repeat(DEPTH),
        ")".repeat(DEPTH)
    ));
}

#[test]
fn nested_lists() {
    check_beside_site(&format!(
        "level = {}1{}",
        "[".repeat(DEPTH),
        "]".repeat(DEPTH)
    ));
}

#[test]
fn nested_calls() {
    check_beside_site(&format!(
        "level = {}1{}",
        "f(".repeat(DEPTH),
        ")".repeat(DEPTH)
    ));
}

#[test]
fn chained_calls() {
    check_beside_site(&format!("level = rows{}", ".f()".repeat(DEPTH)));
}

#[test]
fn chained_subscripts_and_nots() {
    check_beside_site(&format!("level = rows{}", "[0]".repeat(DEPTH)));
    check_beside_site(&format!("level = {}1", "not ".repeat(DEPTH)));
}

#[test]
fn operators_in_one_line() {
    check_beside_site(&format!("level = 1{}", " + 1".repeat(60_000)));
    check_beside_site(&format!("level = 1{}", " ** 1".repeat(60_000)));
    check_beside_site(&format!("level = 1{}", " if x else 1".repeat(60_000)));
}

#[test]
fn nested_blocks_and_chained_elifs() {
    let nested: String = (0..500)
        .map(|depth| format!("{}if x:\n", " ".repeat(depth)))
        .collect();
    check_beside_site(&format!("{nested}{}pass", " ".repeat(500)));
    check_beside_site(&format!(
        "if x:\n    pass\n{}",
        "elif x:\n    pass\n".repeat(20_000)
    ));
}

#[test]
fn unclosed_brackets() {
    check_beside_site(&"([{".repeat(DEPTH));
}

#[test]
fn depth_in_a_site() {
    let argument = format!("{}1{}", "(".repeat(DEPTH), ")".repeat(DEPTH));
    let text = format!("import time\n\n\nasync def poll():\n    time.sleep({argument})\n");
    check("bad.py", text, Outcome::Survived);
}

#[test]
fn depth_in_a_cell() {
    let argument = format!("{}1{}", "(".repeat(DEPTH), ")".repeat(DEPTH));
    let source = format!("import asyncio\nasyncio.run(f({argument}))");
    check("bad.ipynb", notebook(&source), Outcome::Survived);
}

#[test]
fn nul_bytes() {
    check("bad.py", format!("{BLOCKING}x = '\0'\n"), Outcome::Survived);
    check("bad2.py", format!("{BLOCKING}\0\0\n"), Outcome::Survived);
}

#[test]
fn invalid_utf_8() {
    let content = [BLOCKING.as_bytes(), b"name = '\xff\xfe'\n"].concat();
    check("bad.py", content, Outcome::Refused);
}

#[test]
fn an_encoding_that_is_none() {
    check(
        "bad.py",
        format!("# coding: klingon\n{BLOCKING}"),
        Outcome::Refused,
    );
}

#[test]
fn utf_16() {
    let mut content = vec![0xFF, 0xFE];
    content.extend(BLOCKING.encode_utf16().flat_map(u16::to_le_bytes));
    check("bad.py", content, Outcome::Survived);
}

#[test]
fn a_file_that_does_not_parse() {
    check("bad.py", format!("{BLOCKING}\ndef (:\n"), Outcome::Refused);
}

#[test]
fn an_empty_file() {
    check("bad.py", "", Outcome::Survived);
}

#[test]
fn a_truncated_notebook() {
    let whole = notebook("import asyncio\nasyncio.run(export())");
    check("bad.ipynb", &whole[..whole.len() - 30], Outcome::Refused);
}

#[test]
fn a_notebook_of_version_3() {
    let text = r#"{"worksheets": [{"cells": [{"cell_type": "code", "input": "import asyncio\nasyncio.run(f())"}]}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}"#;
    check("bad.ipynb", text, Outcome::Refused);
}

#[test]
fn notebooks_that_are_none() {
    check("bad.ipynb", "", Outcome::Survived);
    check("bad2.ipynb", r#"["asyncio", "run"]"#, Outcome::Refused);
    check("bad3.ipynb", r#"{"asyncio": "run"}"#, Outcome::Refused);
}

#[test]
fn lone_surrogates() {
    let whole = notebook("import asyncio\nx = 'MARK'\nasyncio.run(export())");
    check(
        "bad.ipynb",
        whole.replace("MARK", "\\ud83d"),
        Outcome::Survived,
    );
}

#[test]
fn a_directory_with_the_name_of_a_file() {
    let project = Project::empty();
    project.write("bad.py/inner.py", BLOCKING);
    check_in(&project, "bad.py", Outcome::Survived);
    assert_eq!(project.text("bad.py/inner.py"), AWAITING);
}

#[test]
fn a_large_file() {
    let line = "level = [1, 2, 3]  # async sleep\n";
    let content = format!("{BLOCKING}{}", line.repeat(25_000_000 / line.len()));
    check("bad.py", content, Outcome::Survived);
}

#[test]
fn one_large_line() {
    check_beside_site(&format!("level = '{}'", "x".repeat(25_000_000)));
}

#[cfg(unix)]
#[test]
fn symlink_loops() {
    let project = Project::empty();
    project.write("bad/inner.py", BLOCKING);
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, project.root().join(name)).expect("it can be made");
    };
    link("..", "bad/up");
    link("self.py", "bad/self.py");
    link("missing.py", "bad/dangling.py");
    check_in(&project, "bad", Outcome::Survived);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_not_written_through() {
    let (project, outside) = (Project::empty(), Project::empty());
    outside.write("other.py", BLOCKING);
    let target = outside.root().join("other.py");
    std::os::unix::fs::symlink(target, project.root().join("bad.py")).expect("it can be made");
    check_in(&project, "bad.py", Outcome::Survived);
    assert_eq!(outside.text("other.py"), BLOCKING);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::empty();
    project.write("bad.py", BLOCKING);
    let path = project.root().join("bad.py");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o0)).expect("it is ours");
    match std::fs::read(&path).is_err() {
        true => check_in(&project, "bad.py", Outcome::Refused),
        false => skipped("the superuser reads every file"),
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let project = Project::empty();
    let made = std::process::Command::new("mkfifo")
        .arg(project.root().join("bad.py"))
        .status();
    if !made.is_ok_and(|status| status.success()) {
        skipped("there is no mkfifo");
        return;
    }
    let file = project.root().join("bad.py");
    check_in(&project, "bad.py", Outcome::Survived);
    assert!(file.exists());
}

/// Says in one line why a test checks nothing here.
#[cfg(unix)]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// Checks that a file of `count` sites is planned, and that twice the sites are about twice the work.
///
/// Work is counted in allocations and their bytes, which no other program of the machine adds to.
#[track_caller]
fn check_work(path: &str, text: impl Fn(usize) -> String, count: usize) {
    let project = Project::empty();
    project.write(path, text(count));
    let run = project.run(&["diff", "--format", "json", "--safety", "review", "."]);
    assert_eq!(run.of_type("change").len(), count, "{}", run.stderr);
    // The recipes are read before anything is counted.
    work(path, &text(1), 1);
    let once = work(path, &text(count / 4), count / 4);
    let twice = work(path, &text(count / 2), count / 2);
    assert!(
        is_about_twice(&once, &twice),
        "{path}: {once:?} and then {twice:?}"
    );
}

/// Returns what it takes to plan a file, with so many changes, and to make them.
#[track_caller]
fn work(path: &str, text: &str, count: usize) -> AllocationInfo {
    let mut changes = 0;
    let info = measure(|| {
        let planned = Planned::new(path, text.as_bytes()).expect("it can be read");
        changes = planned.ids().len();
        planned.after_bytes().expect("it can be changed");
    });
    assert_eq!(changes, count, "{path}");
    info
}

/// A quadratic algorithm has four times the work.
fn is_about_twice(once: &AllocationInfo, twice: &AllocationInfo) -> bool {
    let holds = |once: u64, twice: u64| twice * 2 < once * 5;
    holds(once.count_total, twice.count_total) && holds(once.bytes_total, twice.bytes_total)
}

#[test]
fn work_that_grows_with_the_square_is_seen() {
    let row = |length: usize| measure(|| drop(vec![0_u8; length]));
    let square = |count: usize| measure(|| (1..=count).for_each(|it| drop(vec![0_u8; it])));
    assert!(is_about_twice(&row(1_000), &row(2_000)));
    assert!(!is_about_twice(&square(1_000), &square(2_000)));
}

#[test]
fn thousands_of_sites_in_one_function() {
    let sites = |count: usize| "    time.sleep(1)\n".repeat(count);
    let text = |count| format!("import time\n\n\nasync def poll():\n{}", sites(count));
    check_work("many.py", text, 4_000);
}

#[test]
fn three_thousand_cells() {
    let cell = |number: usize| format!("# %%\nimport asyncio\nasyncio.run(export({number}))\n\n");
    let text = |count| (0..count).map(cell).collect();
    check_work("many.py", text, 3_000);
}
