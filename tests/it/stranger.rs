//! A tree that somebody else made: nothing in it is waited for, nothing outside of it is read, and no
//! name or text in it writes a separate line.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::hostile::skipped;
use crate::support::{AWAITING, BLOCKING, Project, Run};

/// A name that a log would take for a command, and a terminal for colors.
const ODD: &str = "a\n::error ::b\u{1b}[31m\r\u{202e}.py";

/// `ODD` as every text shows it.
const QUOTED: &str = r#""a\n::error ::b\033[31m\r\342\200\256.py""#;

const RECIPE: &str = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\n\
    rules: [{match: f(), report: r}]\nexamples: [{name: n, unchanged: x}]\n";

/// Makes a pipe that nobody writes to; `false` where there are none.
fn pipe(project: &Project, path: &str) -> bool {
    let path = project.root().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    let made = std::process::Command::new("mkfifo").arg(path).status();
    let is_made = made.is_ok_and(|status| status.success());
    if !is_made {
        skipped("there is no mkfifo");
    }
    is_made
}

fn link(project: &Project, target: &str, path: &str) {
    let path = project.root().join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    symlink(target, path).expect("a link can be made");
}

/// Runs commands that read a tree, and what is around a file; `LIMIT` ends what hangs.
#[track_caller]
fn runs(project: &Project) -> Vec<Run> {
    let commands: [&[&str]; 2] = [&["explain", "a.py:5"], &["migrate", "--allow-dirty", "."]];
    let runs = commands.map(|command| project.run(command));
    for run in &runs {
        assert!(run.code.is_some(), "it hangs: {run:?}");
    }
    runs.into()
}

/// Checks that no command waits, that `a.py` is migrated or not, and that one line names the file.
#[track_caller]
fn check(project: &Project, is_migrated: bool, named: Option<(&str, &str)>) {
    project.write("a.py", BLOCKING);
    for run in runs(project) {
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(!said.contains("secret"), "{run:?}");
        if run.code == Some(2)
            && let Some((name, why)) = named
        {
            assert!(said.contains(name) && said.contains(why), "{run:?}");
        }
    }
    let expected = if is_migrated { AWAITING } else { BLOCKING };
    assert_eq!(project.text("a.py"), expected);
}

/// Checks a file that cannot be read, of each kind that may never end.
#[track_caller]
fn check_each(path: &str, is_migrated: bool, named: Option<(&str, &str)>) {
    let project = Project::empty();
    if pipe(&project, path) {
        check(&project, is_migrated, named);
    }
    let project = Project::empty();
    link(&project, "/dev/zero", path);
    check(&project, is_migrated, named.map(|(name, _)| (name, "")));
    let project = Project::empty();
    let socket = project.root().join(path);
    std::fs::create_dir_all(socket.parent().expect("a folder")).expect("it can be made");
    let _socket = UnixListener::bind(socket).expect("a socket");
    check(&project, is_migrated, named);
}

#[test]
fn rules_of_what_to_ignore_are_not_waited_for() {
    let why = "not a regular file; its folder is left out";
    for path in [".gitignore", ".ignore"] {
        check_each(path, false, Some((path, why)));
        let below = format!("sub/{path}");
        check_each(&below, true, Some((&below, why)));
        check_each(&format!("node_modules/{path}"), true, None);
    }
    check_each(".git/info/exclude", false, None);
    check_each("sub/.git/info/exclude", true, None);
}

#[test]
fn rules_of_a_repository_elsewhere_are_not_waited_for() {
    let project = Project::empty();
    if pipe(&project, "elsewhere/commondir") {
        let elsewhere = project.root().join("elsewhere");
        project.write("sub/.git", format!("gitdir: {}\n", elsewhere.display()));
        check(&project, true, Some(("commondir", "not a regular file")));
    }
}

#[test]
fn rules_that_are_large_or_lead_out_are_not_read() {
    let project = Project::empty();
    let file = std::fs::File::create(project.root().join(".gitignore")).expect("a file");
    file.set_len(1 << 33).expect("a sparse file takes no space");
    check(&project, false, Some((".gitignore", "larger than 1 MiB")));
    let (project, other) = (Project::empty(), Project::empty());
    project.git(&["init", "--quiet"]);
    other.write("rules", "secret\n");
    link(
        &project,
        &other.root().join("rules").to_string_lossy(),
        "sub/.gitignore",
    );
    check(
        &project,
        true,
        Some(("sub/.gitignore", "a link out of its tree")),
    );
}

#[test]
fn without_rules_none_is_read() {
    let project = Project::new("//- sub/x.py\nx = 1\n");
    if pipe(&project, ".gitignore") {
        project.write("a.py", BLOCKING);
        let run = project.run(&["migrate", "--allow-dirty", "--no-ignore", "."]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(project.text("a.py"), AWAITING);
    }
}

#[test]
fn a_configuration_is_not_waited_for() {
    for path in ["awaitify.toml", "pyproject.toml"] {
        check_each(path, false, Some((path, "not a regular file")));
    }
    check_each("setup.cfg", true, None);
    check_each("tox.ini", true, None);
    check_each("README.md", true, None);
    check_each("Makefile", true, None);
    check_each("requirements.txt", true, None);
    check_each("jupytext.toml", true, None);
    check_each(".github/workflows/ci.yml", true, None);
    check_each("a.ipynb", true, None);
    check_each("other.py", true, None);
    let project = Project::empty();
    let file = std::fs::File::create(project.root().join("pyproject.toml")).expect("a file");
    file.set_len(1 << 33).expect("a sparse file takes no space");
    check(
        &project,
        false,
        Some(("pyproject.toml", "larger than 4 MiB")),
    );
}

#[test]
fn recipes_are_not_waited_for() {
    let own = |project: &Project| {
        project.write("awaitify.toml", "recipes = ['own']\n");
        project.write("own/mine.yaml", RECIPE);
    };
    for path in ["own/x.yaml", "own/tables/x.yaml", "own/packs/x.yml"] {
        let project = Project::empty();
        own(&project);
        if pipe(&project, path) {
            check(&project, false, Some((path, "not a regular file")));
        }
        let project = Project::empty();
        own(&project);
        link(&project, "/dev/zero", path);
        check(&project, false, Some((path, "a link out of its tree")));
    }
    let project = Project::empty();
    own(&project);
    let file = std::fs::File::create(project.root().join("own/x.yaml")).expect("a file");
    file.set_len(1 << 33).expect("a sparse file takes no space");
    check(&project, false, Some(("own/x.yaml", "larger than 4 MiB")));
}

/// Checks that a configuration is refused which leads to a file outside of its tree.
#[track_caller]
fn check_outside(text: &str, word: &str) {
    let (project, other) = (Project::empty(), Project::empty());
    project.git(&["init", "--quiet"]);
    other.write("secret.toml", "secret = 'of the user'\n");
    other.write("mine.yaml", format!("{RECIPE}secret: 1\n"));
    link(&project, &other.root().to_string_lossy(), "away");
    let other = other.root().to_string_lossy();
    project.write("awaitify.toml", text.replace("OTHER", &other));
    project.write("a.py", BLOCKING);
    for run in runs(&project) {
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(word), "{run:?}");
        let said = run.stderr.replace("secret.toml", "");
        assert!(!said.contains("secret"), "{run:?}");
    }
}

#[test]
fn a_configuration_leads_nowhere_outside_of_its_tree() {
    let outside = "is outside of the folder of this configuration";
    for path in ["OTHER/secret.toml", "away/secret.toml", "/etc/passwd"] {
        check_outside(&format!("extend = '{path}'\n"), outside);
    }
    for path in ["OTHER", "away", "../..", "/"] {
        check_outside(&format!("recipes = ['{path}']\n"), outside);
    }
    check_outside("recipes = ['~']\n", "unknown folder `~`");
}

#[test]
fn a_configuration_that_is_a_link_stays_in_its_tree() {
    for name in ["awaitify.toml", "pyproject.toml"] {
        let (project, other) = (Project::empty(), Project::empty());
        project.git(&["init", "--quiet"]);
        other.write("x.toml", "[tool.awaitify]\nsecret = 1\n");
        link(
            &project,
            &other.root().join("x.toml").to_string_lossy(),
            name,
        );
        check(&project, false, Some((name, "a link out of its tree")));
        let project = Project::new("//- real.toml\n");
        project.git(&["init", "--quiet"]);
        link(&project, "real.toml", name);
        check(&project, true, None);
    }
}

#[test]
fn what_the_user_names_may_be_anywhere() {
    let (project, other) = (Project::new("//- x\n"), Project::empty());
    project.git(&["init", "--quiet"]);
    project.write("a.py", BLOCKING);
    other.write("own/mine.yaml", RECIPE);
    other.write("awaitify.toml", "extend = 'base.toml'\n");
    other.write("base.toml", "ignore = ['blocking-sleep']\n");
    let [own, config] = ["own", "awaitify.toml"].map(|name| other.root().join(name));
    let [own, config] = [&own, &config].map(|path| path.to_string_lossy().into_owned());
    for arguments in [["--recipes", own.as_str()], ["--config", config.as_str()]] {
        let run = project.run(&[&["check", "a.py"][..], &arguments].concat());
        assert_ne!(run.code, Some(2), "{run:?}");
    }
    project.write("own.toml", format!("recipes = ['{own}']\n"));
    let run = project.run(&["check", "a.py", "--config", "own.toml"]);
    assert_ne!(run.code, Some(2), "{run:?}");
}

/// Checks that no line of any text begins with what a name or a text of the tree made up.
#[track_caller]
fn check_lines(run: &Run) {
    for text in [&run.stdout, &run.stderr] {
        let is_active = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(
            !text.contains(is_active) && !text.contains('\u{202e}'),
            "{run:?}"
        );
        let forged = text
            .lines()
            .find(|line| line.trim_start().starts_with("::"));
        assert_eq!(forged, None, "{run:?}");
    }
}

#[test]
fn names_are_shown_in_quotes() {
    let project = Project::empty();
    project.write(ODD, format!("{BLOCKING}    open('x')\n"));
    project.write("::error ::c.py", BLOCKING);
    project.write("bad\n::error ::d.py", format!("{BLOCKING}    x = (\n"));
    project.write("e\n::error ::f.ipynb", "no notebook");
    project.write("g\n::error ::h/awaitify.toml", "selct = 1\n");
    project.write("g\n::error ::h/a.py", BLOCKING);
    let here: [&[&str]; 7] = [
        &["diff", "--isolated", "."],
        &["check", "--isolated", "."],
        &["diff", "--isolated", ".", "--format", "patch"],
        &["-v", "check", "--isolated", "."],
        &["explain", "--isolated", &format!("{ODD}:5")],
        &["check", "g\n::error ::h"],
        &["migrate", "--isolated", "."],
    ];
    for command in here {
        let run = project.run(command);
        check_lines(&run);
        if command.contains(&"--isolated") && command[0] != "migrate" {
            let names = [QUOTED, r"a/a\012::error"];
            let is_said = names.iter().any(|name| run.stdout.contains(name));
            assert!(is_said, "{command:?} {run:?}");
        }
    }
    project.commit();
    let run = project.run(&["migrate", "--isolated", "."]);
    check_lines(&run);
    assert!(project.text(ODD).contains("asyncio.sleep"), "{run:?}");
    let run = project.run(&["check", "--isolated", ".", "--format", "json"]);
    let is_named = |it: &serde_json::Value| it["path"] == "bad\n::error ::d.py";
    assert!(run.objects().iter().any(is_named), "{run:?}");
}

#[test]
fn a_patch_of_an_odd_name_can_be_applied() {
    let project = Project::empty();
    project.write(ODD, BLOCKING);
    let patch = project.output(&["diff", "--format", "patch", "."]);
    crate::patch::apply(&project, &patch.stdout);
    assert_eq!(project.text(ODD), AWAITING);
}

#[test]
fn texts_write_no_lines_of_their_own() {
    let recipe = "id: mine\ntitle: \"t\\n::error ::title\\e[31m\"\narea: own\nseverity: low\n\
        why: \"w\\n::error ::why\"\nrules: [{match: 'f($x)', report: \"$x\\n::error ::r\\e[31m\"}]\n\
        examples: [{name: \"n\\n::error ::n\", unchanged: x}]\n";
    let project = Project::new("//- awaitify.toml\nrecipes = ['own']\nextend-select = ['mine']\n");
    project.write("own/mine.yaml", recipe);
    project.write("a.py", "f('''a\n::error ::b\u{1b}[31m\r''')\n");
    let commands: [&[&str]; 7] = [
        &["check", "a.py"],
        &["diff", "a.py"],
        &["explain", "a.py:1"],
        &["explain", "a.py:1", "mine"],
        &["recipe", "list"],
        &["recipe", "test", "own"],
        &["recipe", "list", "--recipes", "own"],
    ];
    for command in commands {
        check_lines(&project.run(command));
    }
}

#[test]
fn nested_recipes_and_settings_end() {
    let deep = "[".repeat(100_000);
    let project = Project::new("//- awaitify.toml\nrecipes = ['own']\n");
    project.write("own/mine.yaml", &deep);
    check(&project, false, Some(("own/mine.yaml", "")));
    let project = Project::empty();
    project.write("awaitify.toml", format!("select = {deep}"));
    check(&project, false, Some(("awaitify.toml", "")));
    let project = Project::empty();
    project.write("pyproject.toml", format!("x = {deep}"));
    check(&project, true, None);
    assert!(Path::new(project.root()).exists());
}
