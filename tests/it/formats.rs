//! What forges, editors and programs are given: it fits its schema, and says what the other forms say.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{AWAITING, BLOCKING, Project};

/// All changes of the examples.
const REVIEW: [&str; 3] = ["--safety", "review", "examples"];

fn validator(schema: &Value) -> Validator {
    assert!(jsonschema::meta::is_valid(schema), "{schema:#}");
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).expect("it is a schema")
}

/// Returns the schema that the program prints.
fn printed(form: &str) -> Validator {
    let run = Project::empty().run(&["schema", form]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    validator(&serde_json::from_str(&run.stdout).expect("it is JSON"))
}

#[track_caller]
fn check_valid(validator: &Validator, value: &Value) {
    let errors = validator.iter_errors(value);
    let errors: Vec<String> = errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

/// Returns what a command says of the examples.
#[track_caller]
fn said(project: &Project, command: &str, format: &str) -> String {
    let run = project.run(&[&[command, "--format", format][..], &REVIEW].concat());
    assert_ne!(run.code, Some(2), "{run:?}");
    run.stdout
}

fn told(project: &Project) -> Vec<Value> {
    let run = project.run(&[&["diff", "--format", "json"][..], &REVIEW].concat());
    run.objects()
}

#[test]
fn each_line_of_json_fits_its_schema() {
    let project = Project::with_examples();
    project.write("examples/broken.py", "def f(:\n");
    project.write("examples/latin.py", b"x = '\xe9'\n");
    let validator = printed("json");
    let lines = told(&project);
    for kind in ["change", "finding", "error", "summary"] {
        assert!(lines.iter().any(|line| line["type"] == kind), "{kind}");
    }
    lines.iter().for_each(|line| check_valid(&validator, line));
    let finding = json!({"type": "finding", "path": "a.py"});
    assert!(!validator.is_valid(&finding));
}

/// Returns the byte where a place is in a text.
fn offset(text: &str, place: &Value) -> usize {
    let number = |key: &str| {
        let number = place[key].as_u64().expect("it is a number");
        usize::try_from(number).expect("it is small") - 1
    };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let before: usize = lines[..number("line")].iter().map(|line| line.len()).sum();
    let line = lines.get(number("line")).copied().unwrap_or_default();
    let within: usize = line
        .chars()
        .take(number("column"))
        .map(char::len_utf8)
        .sum();
    before + within
}

#[test]
fn edits_stand_where_their_old_text_is() {
    let project = Project::with_examples();
    let mut checked = 0;
    for line in told(&project) {
        let path = line["path"].as_str().unwrap_or_default();
        if line["role"] != "primary" || line["layer"] != 0 || path.ends_with(".ipynb") {
            continue;
        }
        let text = project.text(path);
        for edit in line["edits"].as_array().expect("it is a list") {
            let place = offset(&text, &edit["start"])..offset(&text, &edit["end"]);
            assert_eq!(&text[place], edit["old"], "{line:#}");
            checked += 1;
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn a_file_of_decisions_can_be_made_of_json() {
    let project = Project::empty();
    project.write("a.py", BLOCKING);
    let changes = project.run(&["diff", "--format", "json"]).of_type("change");
    let decision = json!({
        "change": changes[0]["change"],
        "verdict": "accept",
        "fingerprint": changes[0]["fingerprint"],
    });
    let file = json!({"version": 1, "decisions": [decision]});
    let validator = printed("decisions");
    check_valid(&validator, &file);
    assert!(!validator.is_valid(&json!({"version": 2, "decisions": []})));
    assert!(!validator.is_valid(&json!({"version": 1, "decisions": [{"change": "a"}]})));
    project.write("d.json", file.to_string());
    let run = project.run(&["migrate", "--decisions", "d.json", "--allow-dirty", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("a.py"), AWAITING);
}

#[test]
fn the_decisions_that_are_merged_fit_the_schema() {
    let project = Project::empty();
    let text = r#"{"version": 1, "decisions": [{"change": "a-1", "verdict": "reject", "at": "2026-01-02T03:04:05Z", "note": "no"}]}"#;
    project.write("a.json", text);
    project.write("b.json", text);
    let run = project.run(&["decisions", "merge", "a.json", "b.json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let merged = serde_json::from_str(&run.stdout).expect("it is JSON");
    check_valid(&printed("decisions"), &merged);
}

#[test]
fn the_configuration_that_is_shown_fits_the_schema() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let readme = std::fs::read_to_string(readme).expect("it can be read");
    let validator = printed("configuration");
    let mut checked = 0;
    for block in readme.split("```toml\n").skip(1) {
        let text = block.split("```").next().unwrap_or_default();
        let value: toml::Value = toml::from_str(text).expect("it is TOML");
        let value = serde_json::to_value(value).expect("it has no dates");
        let Some(settings) = value.pointer("/tool/awaitify") else {
            continue;
        };
        check_valid(&validator, settings);
        checked += 1;
    }
    assert!(checked > 0);
    for wrong in [
        json!({"selct": ["a"]}),
        json!({"safety": "manual"}),
        json!({"target-version": "2.7"}),
        json!({"per-path": [{"paths": ["a"]}]}),
        json!({"ignore": "a"}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn recipe_schema_has_two_names() {
    let project = Project::empty();
    let [one, two] = [["schema", "recipe"], ["recipe", "schema"]].map(|it| project.run(&it));
    assert_eq!(one.stdout, two.stdout);
}

#[test]
fn sarif_fits_the_standard() {
    let project = Project::with_examples();
    project.write("examples/broken.py", "def f(:\n");
    project.write("examples/latin.py", b"x = '\xe9'\n");
    project.write("examples/with blank.py", BLOCKING);
    let schema = serde_json::from_str(include_str!("formats/sarif.json")).expect("it is JSON");
    let validator = validator(&schema);
    for command in ["diff", "check"] {
        let run = project.run(&[&[command, "--format", "sarif"][..], &REVIEW].concat());
        let log: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
        check_valid(&validator, &log);
        let run = &log["runs"][0];
        // What nobody named and cannot be read is a finding of its own kind.
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        assert!(log.to_string().contains("with%20blank.py"));
        let rules = run["tool"]["driver"]["rules"].as_array();
        for rule in rules.expect("there are rules") {
            assert!(rule["help"]["text"].is_string(), "{rule}");
        }
    }
}

/// Returns how many of the lines of `--format json` a forge is told: sites of the level, and findings.
fn sites(project: &Project) -> usize {
    let is_told = |line: &Value| match line["type"].as_str() {
        Some("change") => line["status"] == "proposed",
        kind => kind == Some("finding"),
    };
    told(project).iter().filter(|line| is_told(line)).count()
}

#[test]
fn every_forge_is_told_the_same_sites() {
    let project = Project::with_examples();
    let sites = sites(&project);
    for command in ["diff", "check"] {
        let github = said(&project, command, "github");
        assert_eq!(github.lines().count(), sites, "{github}");
        let is_command = |line: &str| line.starts_with("::") && line.contains(",title=");
        assert!(github.lines().all(is_command), "{github}");
        let gitlab = said(&project, command, "gitlab");
        let issues: Vec<Value> = serde_json::from_str(&gitlab).expect("it is JSON");
        assert_eq!(issues.len(), sites);
        let mut names: Vec<&str> = issues
            .iter()
            .filter_map(|it| it["fingerprint"].as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), sites);
        assert_eq!(said(&project, command, "gitlab"), gitlab);
    }
}

#[test]
fn markdown_tells_before_and_after() {
    let project = Project::empty();
    project.write("a.py", BLOCKING);
    for arguments in [&["diff"][..], &["check"], &["migrate", "-n"]] {
        let run = project.run(&[arguments, &["--format", "markdown", "."]].concat());
        assert!(
            run.stdout
                .starts_with("## awaitify\n\n1 change in 1 file of 1.\n"),
            "{run:?}"
        );
        assert!(
            run.stdout.contains("+    await asyncio.sleep(1)\n"),
            "{run:?}"
        );
        assert!(
            run.stdout.contains("\n| blocking-sleep | 1 | 0 | 0 |\n"),
            "{run:?}"
        );
    }
    let run = project.run(&["migrate", "--allow-dirty", "--format", "markdown", "."]);
    assert!(
        run.stdout
            .starts_with("## awaitify\n\nApplied 1 change, wrote 1 file of 1.\n"),
        "{run:?}"
    );
    assert!(
        run.stdout.contains("+    await asyncio.sleep(1)\n"),
        "{run:?}"
    );
    assert_eq!(project.text("a.py"), AWAITING);
}

#[test]
fn what_cannot_be_read_is_told_in_every_form() {
    let project = Project::empty();
    project.write("a.py", b"x = '\xe9'\n");
    for format in ["json", "sarif", "github", "gitlab", "markdown"] {
        let run = project.run(&["check", "--format", format, "a.py"]);
        assert_eq!(run.code, Some(2), "{run:?}");
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("UTF-8"), "{format}: {said}");
    }
}

#[test]
fn forges_are_told_paths_from_the_top_of_the_repository() {
    let project = Project::new(&format!("//- code/src/a.py\n{BLOCKING}"));
    project.write("code/other.py", BLOCKING);
    project.git(&["init", "--quiet"]);
    for format in ["github", "gitlab", "sarif", "markdown"] {
        let words = ["diff", "--safety", "review", "--format", format];
        let run = project.run_in("code/src", &[&words[..], &[".", "../other.py"]].concat());
        let named = |path: &str| run.stdout.contains(path);
        assert!(
            named("code/src/a.py") && named("code/other.py"),
            "{format}: {run:?}"
        );
        assert!(!named("../other.py"), "{format}: {run:?}");
    }
    let run = project.run_in("code/src", &["diff", "--format", "json", "."]);
    assert_eq!(run.objects()[0]["path"], "a.py");
}
