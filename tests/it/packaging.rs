//! What pip, pre-commit, GitHub and containers install the program by names only what there is.
//!
//! Nothing is installed here: `python/tests` is run against a wheel.

use std::path::Path;

use serde_json::Value;

use crate::support::{AWAITING, BLOCKING, Project};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn text(path: &str) -> String {
    let text = std::fs::read_to_string(Path::new(ROOT).join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

#[track_caller]
fn items(value: &Value) -> &[Value] {
    value.as_array().expect("it is a list")
}

#[track_caller]
fn word(value: &Value) -> &str {
    value.as_str().expect("it is a string")
}

/// Returns the blocks of YAML in the page about CI that speak of this.
#[track_caller]
fn shown(what: &str) -> Vec<Value> {
    let readme = text("docs/ci.md");
    let blocks = readme.split("```yaml\n").skip(1);
    let blocks = blocks.filter_map(|rest| Some(rest.split_once("```")?.0));
    let shown: Vec<Value> = blocks
        .filter(|block| block.contains(what))
        .map(yaml)
        .collect();
    assert!(!shown.is_empty(), "docs/ci.md speaks of `{what}`");
    shown
}

/// Returns the hooks that are offered.
fn hooks() -> Vec<Value> {
    items(&yaml(&text(".pre-commit-hooks.yaml"))).to_vec()
}

/// Returns what pre-commit runs for a hook, without the files.
#[track_caller]
fn command(hook: &Value) -> Vec<String> {
    let entry = word(&hook["entry"]).split(' ').map(str::to_owned);
    let arguments = items(&hook["args"])
        .iter()
        .map(|each| word(each).to_owned());
    let mut words = entry.chain(arguments);
    assert_eq!(words.next().as_deref(), Some("awaitify"));
    words.collect()
}

/// Returns a repository with a file that was changed, and is about to be committed.
fn staged() -> Project {
    let project = Project::empty();
    project.write("a.py", "");
    project.commit();
    project.write("a.py", BLOCKING);
    project.git(&["add", "a.py"]);
    project
}

fn run(hook: &str, project: &Project) -> Option<i32> {
    let hooks = hooks();
    let hook = hooks.iter().find(|each| each["id"] == hook);
    let mut words = command(hook.expect("it is offered"));
    words.push("a.py".to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    project.run(&words).code
}

#[test]
fn the_wheel_is_of_this_package() {
    let manifest: toml::Table = text("pyproject.toml").parse().expect("it is TOML");
    let project = &manifest["project"];
    assert_eq!(project["name"].as_str(), Some(env!("CARGO_PKG_NAME")));
    assert_eq!(project["license"].as_str(), Some(env!("CARGO_PKG_LICENSE")));
    assert_eq!(project["readme"].as_str(), Some(env!("CARGO_PKG_README")));
    let dynamic = project["dynamic"].as_array().expect("it is a list");
    for key in ["version", "description"] {
        let is_dynamic = dynamic.iter().any(|each| each.as_str() == Some(key));
        assert!(is_dynamic && project.get(key).is_none(), "{key}");
    }
    let maturin = &manifest["tool"]["maturin"];
    let data = maturin["data"].as_str().expect("it is a folder");
    let script = format!("{data}/scripts/awaitify-ray");
    let included = maturin["include"].as_array().expect("it is a list").iter();
    let included = included.map(|file| file["path"].as_str().expect("it is a path"));
    let included: Vec<&str> = included.inspect(|path| _ = text(path)).collect();
    assert!(included.contains(&&*script), "{included:?}");
}

/// Arguments are checked before help is given.
#[track_caller]
fn check_exists(hook: &Value) {
    let mut words = command(hook);
    words.push("--help".to_owned());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let run = Project::empty().run(&words);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn hooks_run_commands_that_exist() {
    hooks().iter().for_each(check_exists);
}

#[test]
fn hooks_stop_a_commit_that_blocks_the_loop() {
    let project = staged();
    assert_eq!(run("awaitify", &project), Some(1));
    assert_eq!(project.text("a.py"), BLOCKING);
    // pre-commit stops where a hook changed a file.
    assert_eq!(run("awaitify-migrate", &project), Some(0));
    assert_eq!(project.text("a.py"), AWAITING);
    assert_eq!(run("awaitify", &project), Some(0));
}

#[test]
fn the_readme_shows_hooks_that_are_offered() {
    let offered = hooks();
    for settings in shown("hooks:") {
        for hook in items(&settings).iter().flat_map(|it| items(&it["hooks"])) {
            let found = offered.iter().find(|each| each["id"] == hook["id"]);
            let mut found = found.expect("it is offered").clone();
            if hook.get("args").is_some() {
                found["args"] = hook["args"].clone();
            }
            check_exists(&found);
        }
    }
}

#[test]
fn the_readme_sets_inputs_that_the_action_has() {
    let action = yaml(&text("action.yml"));
    for steps in shown("uses:") {
        let steps = items(&steps).iter();
        for step in steps.filter(|step| word(&step["uses"]).contains("awaitify")) {
            for name in step["with"].as_object().expect("inputs are set").keys() {
                assert!(action["inputs"].get(name).is_some(), "{name}");
            }
        }
    }
}

#[test]
fn the_action_uses_inputs_that_it_has() {
    let source = text("action.yml");
    let action = yaml(&source);
    let inputs = action["inputs"].as_object().expect("it has inputs");
    for used in source.split("${{ inputs.").skip(1) {
        let (name, _) = used.split_once(" }}").expect("the expression ends");
        assert!(inputs.contains_key(name), "{name}");
    }
    for name in inputs.keys() {
        assert!(
            source.contains(&format!("${{{{ inputs.{name} }}}}")),
            "{name}"
        );
    }
}

/// Runs the last step of the action as GitHub does.
#[cfg(unix)]
fn action(project: &Project, arguments: &str, since: &str) -> std::process::Output {
    let action = yaml(&text("action.yml"));
    let step = items(&action["runs"]["steps"]).last();
    let script = word(&step.expect("there are steps")["run"]);
    let program = Path::new(env!("CARGO_BIN_EXE_awaitify"));
    let path = format!(
        "{}:{}",
        program.parent().expect("it is in a folder").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut bash = std::process::Command::new("bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .env("PATH", path)
        .envs([("ARGUMENTS", arguments), ("SINCE", since)])
        .current_dir(project.root());
    bash.output().expect("bash can be started")
}

#[cfg(unix)]
#[test]
fn the_action_shows_sites_beside_the_lines() {
    let project = staged();
    project.write("a b.py", BLOCKING);
    let check = |arguments: &str, since: &str, expected: &[&str]| {
        let output = action(&project, arguments, since);
        let code = i32::from(!expected.is_empty());
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let shown = String::from_utf8(output.stdout).expect("it is UTF-8");
        let files = shown.lines().filter_map(|line| line.split(',').next());
        assert_eq!(Vec::from_iter(files), expected);
    };
    let (one, other) = ("::error file=a b.py", "::error file=a.py");
    check(".", "", &[one, other]);
    check("--select task-handle .", "", &[]);
    // The shell would find a file, and awaitify would leave out that one alone.
    check("--exclude a*.py .", "", &[]);
    project.commit();
    check(".", "HEAD", &[]);
    check("--fail-on critical .", "HEAD~1", &[one, other]);
}

#[test]
fn the_container_is_built_from_what_is_there() {
    let source = text("Containerfile");
    let rust = format!("FROM rust:{}-", env!("CARGO_PKG_RUST_VERSION"));
    assert!(source.contains(&rust), "{rust}");
    let copied = source.lines().filter_map(|line| line.strip_prefix("COPY "));
    for line in copied.filter(|line| !line.starts_with("--from")) {
        let mut paths: Vec<&str> = line.split(' ').collect();
        paths.pop();
        for path in paths {
            assert!(Path::new(ROOT).join(path).exists(), "{path}");
        }
    }
    let manifest = text("Cargo.toml");
    for test in manifest.split("[[test]]\nname = \"").skip(1) {
        let (name, _) = test.split_once('"').expect("the name ends");
        assert!(source.contains(&format!("tests/{name}.rs")), "{name}");
    }
}
