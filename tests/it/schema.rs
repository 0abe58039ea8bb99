//! `recipe schema` says of files what the compiler says of their keys and types.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

use crate::support::Project;

/// A recipe that is right, to be spoilt.
const RECIPE: &str = "\
id: r
title: t
area: own
severity: low
why: w
rules:
  - match: f($x)
    where: {inside: [cell, unknown], python: '>=3.9', function: {role: [fixture, callback]}, $x: {is: task, only-uses: []}}
    rewrite: g($x)
    does: b
examples:
  - name: n
    python: 3.10
    before: f(1)
    after: g(1)
";

fn validator(arguments: &[&str]) -> Validator {
    let run = Project::empty().run(&[&["recipe", "schema"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""));
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    assert!(jsonschema::meta::is_valid(&schema), "{schema:#}");
    jsonschema::options()
        .build(&schema)
        .expect("it is a schema")
}

/// Reads YAML as an editor does.
fn value(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).expect("it is YAML")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files
}

#[track_caller]
fn check_shipped(validator: &Validator, path: &Path) {
    let text = std::fs::read_to_string(path).expect("it can be read");
    let errors: Vec<String> = validator
        .iter_errors(&value(&text))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
}

#[test]
fn every_shipped_recipe_fits_the_schema() {
    let codemods = Path::new(env!("CARGO_MANIFEST_DIR")).join("codemods");
    let recipes = validator(&[]);
    let is_recipe = |path: &&PathBuf| {
        let mut others = ["common", "packs", "tables"].into_iter();
        others.all(|folder| !path.starts_with(codemods.join(folder)))
    };
    let all = files(&codemods);
    assert!(all.iter().filter(is_recipe).count() > 5);
    for path in all.iter().filter(is_recipe) {
        check_shipped(&recipes, path);
    }
    let packs = validator(&["--pack"]);
    for path in files(&codemods.join("packs")) {
        check_shipped(&packs, &path);
    }
    let common = validator(&["--common"]);
    for path in files(&codemods.join("common")) {
        check_shipped(&common, &path);
    }
    let tables = validator(&["--table"]);
    for path in files(&codemods.join("tables")) {
        check_shipped(&tables, &path);
    }
}

/// Replaces a part of the recipe that is right; the schema must say that it no longer is, and so must
/// the compiler.
#[track_caller]
fn check_wrong(validator: &Validator, old: &str, new: &str) {
    let recipe = RECIPE.replacen(old, new, 1);
    assert_ne!(recipe, RECIPE, "{old}");
    assert!(!validator.is_valid(&value(&recipe)), "{recipe}");
    let project = Project::empty();
    project.write("r.yaml", &recipe);
    let run = project.run(&["recipe", "test", "r.yaml"]);
    assert_eq!(run.code, Some(2), "{recipe}{run:?}");
}

#[test]
fn what_does_not_fit_is_refused_by_schema_and_compiler() {
    let validator = validator(&[]);
    assert!(validator.is_valid(&value(RECIPE)));
    let wrong = [
        ("title: t\n", ""),
        ("title: t", "titel: t"),
        ("severity: low", "severity: lower"),
        ("why: w", "why: ''"),
        ("why: w", "why: [w]"),
        ("match: f($x)", "mtach: f($x)"),
        ("match: f($x)", "match: []"),
        ("cell, unknown", "cel"),
        ("'>=3.9'", "'3.9'"),
        ("fixture", "fixtures"),
        ("callback", "call-back"),
        ("only-uses: []", "uses: []"),
        ("$x: {is", "x: {is"),
        ("rewrite: g($x)", "rewrite: {x: y}"),
        ("rewrite: g($x)", "report: r\n    rewrite: g($x)"),
        ("    rewrite: g($x)\n", ""),
        ("    does: b\n", ""),
        ("does: b", "doess: b"),
        ("does: b", "does: b\n    doubts: {level: safe, because: b}"),
        ("python: 3.10", "python: '2.7'"),
        ("    after: g(1)\n", ""),
        ("before: f(1)", "unchanged: f(1)"),
        ("python: 3.10", "run: 'true'"),
    ];
    for (old, new) in wrong {
        check_wrong(&validator, old, new);
    }
}

#[test]
fn every_key_has_a_description() {
    let run = Project::empty().run(&["recipe", "schema"]);
    let schema: Value = serde_json::from_str(&run.stdout).expect("it is JSON");
    let mut open = vec![&schema];
    let mut n_keys = 0;
    while let Some(value) = open.pop() {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (key, property) in properties.iter().filter(|(_, value)| value.is_object()) {
                assert!(property["description"].is_string(), "{key}");
                n_keys += 1;
            }
        }
        match value {
            Value::Object(entries) => open.extend(entries.values()),
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    assert!(n_keys > 50, "{n_keys}");
}
