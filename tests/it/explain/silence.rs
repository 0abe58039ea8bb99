//! Why there is nothing to say of a line.

use super::{RAISING, check, explain};
use crate::support::{BLOCKING, Project};

#[track_caller]
fn check_silence(file: &str, spot: &str, expected: &str) {
    let project = Project::new(&format!(
        "//- .gitignore\nleft.py\n//- .git/HEAD\n//- {file}"
    ));
    let run = project.run(&["explain", spot]);
    let code = if expected.contains("does not parse") {
        2
    } else {
        0
    };
    assert_eq!((run.code, run.stdout.as_str()), (Some(code), expected));
}

#[test]
fn silence_has_a_reason() {
    check_silence(
        &format!("a.py\n# @generated\n{BLOCKING}"),
        "a.py:6",
        "a.py: a program wrote this file, as it says itself; only a run that names it changes it\n",
    );
    check_silence(
        "a.py\npass\n",
        "a.py:1",
        "a.py: no recipe that is on looks for a name in it\n",
    );
    check_silence(
        &format!("a.py\n{BLOCKING}    return (\n"),
        "a.py:5",
        "a.py: line 7: does not parse: unexpected EOF while parsing\n",
    );
    check_silence(
        "left.py\npass\n",
        "left.py:1",
        "left.py: no recipe that is on looks for a name in it\n\
         left.py: a run over its directory leaves it out: its name is not that of a Python file, or .gitignore or .ignore excludes it\n",
    );
}

#[test]
fn a_recipe_that_is_off_says_who_turned_it_off() {
    let project = Project::new(&format!(
        "//- awaitify.toml\n[[per-path]]\npaths = ['old']\nignore = ['blocking-sleep']\nreason = 'next year'\n\
         //- a.py\n{BLOCKING}//- old/a.py\n{BLOCKING}"
    ));
    let off = "old/a.py: `blocking-sleep` is off here: awaitify.toml:3 ignores it: next year\n";
    let run = explain(&project, &["old/a.py:5", "blocking-sleep"]);
    assert_eq!(run.stdout, off);
    let run = explain(&project, &["old/a.py:5"]);
    assert!(run.stdout.ends_with(off), "{run:?}");
    let asked = ["a.py:5", "blocking-sleep", "--select", "tasks"];
    let run = explain(&project, &asked);
    let off = "a.py: `blocking-sleep` is off here: --select does not select it\n";
    assert_eq!(run.stdout, off);
    check(&project, &asked, &["off: --select does not select it"]);
    let why = "nothing: no recipe that is on looks for a name in it";
    let off = "off: only the pack fastapi has it";
    project.write("b.py", RAISING);
    check(&project, &["b.py:8"], &[why]);
    check(&project, &["b.py:8", "raise-from"], &[off]);
}

#[test]
fn the_last_line_of_a_cell_ends_with_the_cell() {
    let project = Project::empty();
    project.write(
        "n.ipynb",
        r#"{"cells": [
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["import asyncio\n", "x = 1"]},
 {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": ["asyncio.run(f())"]}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let nothing = "nothing: no rule applies to this line";
    check(&project, &["n.ipynb:1:2"], &[nothing]);
    let run = explain(&project, &["n.ipynb:2:1", "--format", "json"]);
    assert_eq!(
        run.of_type("rule")[0]["outcome"]["type"],
        "change",
        "{run:?}"
    );
}

#[test]
fn a_part_of_a_longer_name_is_no_name() {
    let project = Project::new("//- a.py\nimport asyncio\nimport datetime\nx.sleep(1)\n");
    let recipe = ["a.py:1", "blocking-sleep"];
    let lacks = "nothing: no recipe that is on looks for a name in it; blocking-sleep needs time";
    check(&project, &recipe, &[lacks]);
}

#[test]
fn a_file_that_a_run_leaves_out_says_why() {
    let project = Project::new(&format!(
        "//- awaitify.toml\nexclude = ['out']\n//- .git/HEAD\n//- .gitignore\nignored/\n\
         //- out/a.py\n{BLOCKING}//- vendor/a.py\n{BLOCKING}//- a_pb2.py\n{BLOCKING}\
         //- ignored/a.py\n{BLOCKING}//- a.py\n{BLOCKING}"
    ));
    let why = |path: &str| {
        let run = explain(&project, &[&format!("{path}:5")]);
        let marked = "a run over its directory leaves it out: ";
        let why = run.stdout.split_once(marked).map(|(_, why)| why.trim());
        why.map(str::to_owned)
    };
    let excluded =
        "`exclude` of a configuration, or a folder that awaitify enters only if you name it";
    assert_eq!(why("out/a.py").as_deref(), Some(excluded));
    let vendored = "it lies in a folder for copies of other projects";
    assert_eq!(why("vendor/a.py").as_deref(), Some(vendored));
    let generated = "its name says that a program wrote it";
    assert_eq!(why("a_pb2.py").as_deref(), Some(generated));
    let ignored = "its name is not that of a Python file, or .gitignore or .ignore excludes it";
    assert_eq!(why("ignored/a.py").as_deref(), Some(ignored));
    assert_eq!(why("a.py"), None);
}

#[test]
fn what_is_not_there_is_named() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    project.write(
        "n.ipynb",
        r#"{"cells": [{"cell_type": "markdown", "metadata": {}, "source": "x"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#,
    );
    let error = |spot: &str| project.run(&["explain", spot]).stderr;
    assert_eq!(
        error("a.py:9"),
        "error: a.py: no line 9: it has 5 lines only\n"
    );
    assert!(error("b.py:1").starts_with("error: b.py: cannot be read: "));
    assert!(error("n.ipynb:2:1").ends_with("of cell 2: there is no such cell\n"));
    let run = explain(&project, &["n.ipynb:1:1"]);
    assert_eq!(run.stdout, "n.ipynb: the cell is not Python\n");
    let run = explain(&project, &["a.py:1", "nest-asyncio"]);
    let needs = "; nest-asyncio needs apply, nest_asyncio\n";
    assert!(run.stdout.ends_with(needs), "{run:?}");
}

#[test]
fn other_lines_with_the_words_are_named() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}\n\nprint('sleep')\n"));
    let run = explain(&project, &["a.py:2"]);
    let expected = "a.py: no rule applies to this line\nthe nearest lines that recipes look at:\n";
    assert!(run.stdout.starts_with(expected), "{run:?}");
    assert!(
        run.stdout.contains("  a.py:5:10: blocking-sleep\n"),
        "{run:?}"
    );
    assert_eq!(run.stdout.lines().count(), 5, "{run:?}");
}

#[test]
fn a_line_that_a_pattern_fits_is_not_named_as_another() {
    let code = "import asyncio\n\n\nasync def read():\n    pass\n\n\ndef main():\n    asyncio.run(read())\n\n\nif __name__ == '__main__':\n    main()\n";
    let project = Project::new(&format!("//- a.py\n{code}"));
    let run = explain(&project, &["a.py:8", "--select", "async-default"]);
    let expected = "a.py: no rule applies to this line\nrecipes that look for code like it: async-propagation; add a name to this command to see why not\n";
    assert!(run.stdout.starts_with(expected), "{run:?}");
    assert!(!run.stdout.contains("  a.py:8"), "{run:?}");
}
