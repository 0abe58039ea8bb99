//! The names in the table of blocking calls exist: functions, classes, and methods on one of the classes
//! that a row gives its object.
//!
//! Those of the standard library are looked up always, those of other libraries, as wheels for Python
//! 3.11 on Linux, by `AWAITIFY_TESTS=names`.

use std::collections::BTreeSet;
use std::process::Command;

use awaitify::recipe::yaml::Node;

use crate::execution::python::{Environment, KERNEL, environment};
use crate::support::{catalog, is_asked_for};

/// A Python with the libraries.
const LIBRARIES: Environment = Environment {
    name: "names-venv",
    requirements: concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/python/names/requirements.txt"
    ),
};

const LOOKUP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/names/names.py");

/// Modules, and kinds, that are not installed, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("MySQLdb", "mysqlclient has no wheel for Linux"),
    ("cx_Oracle", "no wheel for Python 3.11"),
    ("diffusers", "needs torch, of some gigabytes"),
    ("estimator", "a kind without a class, of scikit-learn"),
    ("faster_whisper", "some hundred megabytes"),
    ("firebase_admin", "not pinned: looked up in release 7.7"),
    ("github", "not pinned: looked up in PyGithub 2.10"),
    ("gitlab", "not pinned: looked up in python-gitlab 8.6"),
    ("gtts", "not pinned: looked up in gTTS 2.5"),
    ("hvac", "not pinned: looked up in hvac 2.4"),
    ("jira", "not pinned: looked up in jira 3.10"),
    ("keras", "needs tensorflow"),
    ("librosa", "some hundred megabytes"),
    ("llama_cpp", "no wheel: it is built from C++"),
    ("matplotlib", "not pinned: looked up in matplotlib 3.11"),
    ("pyodbc", "its wheel needs libodbc of the system"),
    ("safetensors", "load_file is in its module for torch"),
    ("sendgrid", "not pinned: looked up in sendgrid 6.12"),
    ("sentence_transformers", "needs torch"),
    ("slack_sdk", "not pinned: looked up in slack_sdk 3.48"),
    ("spacy", "some hundred megabytes"),
    ("speech-model", "openai-whisper needs torch"),
    ("stripe", "not pinned: looked up in stripe 16.1"),
    ("tavily", "not pinned: looked up in tavily-python 0.8"),
    ("tensorflow", "some gigabytes"),
    ("torch", "some gigabytes"),
    ("transformers", "its models need torch"),
    ("transformers-model", "its models need torch"),
    ("twilio", "not pinned: looked up in twilio 9.13"),
    ("vertexai", "some hundred megabytes"),
    ("whisper", "openai-whisper needs torch"),
    ("wikipedia", "no wheel"),
];

/// What stands in the rows: a name, or several with `|` between them of which one has to be there; of a
/// method `class method`.
fn names() -> BTreeSet<String> {
    let table = catalog().library().find("blocking").expect("it is shipped");
    let cells = table.rows.iter().filter_map(|row| row.cell("calls"));
    let mut names = BTreeSet::new();
    for call in cells.flat_map(Node::elements) {
        let patterns = call.child("match").unwrap_or(call);
        for pattern in patterns.elements().iter().filter_map(Node::text) {
            for name in called(pattern) {
                match name.strip_prefix('$') {
                    None => _ = names.insert(name.to_owned()),
                    Some(method) => add_method(method, call, &mut names),
                }
            }
        }
    }
    names
}

/// Every dotted name that stands before a parenthesis.
fn called(pattern: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_.$".contains(c);
    let before = pattern.split('(').filter(|before| !before.is_empty());
    let names = before.filter_map(move |before| before.rsplit(|c| !is_part(c)).next());
    names.filter(|name| name.contains('.') && !name.starts_with('.'))
}

/// The method, on whatever a row says that its object is; the classes.
fn add_method(method: &str, call: &Node, names: &mut BTreeSet<String>) {
    let (object, chain) = method.split_once('.').expect("a called name has a dot");
    let asked = call
        .child("where")
        .and_then(|it| it.child(&format!("${object}")));
    let kinds = asked
        .and_then(|it| it.child("is"))
        .map_or(&[][..], Node::elements);
    let classes: Vec<String> = kinds
        .iter()
        .filter_map(Node::text)
        .flat_map(classes)
        .collect();
    let on_one = classes.iter().map(|class| format!("{class} {chain}"));
    let on_one: Vec<String> = on_one.collect();
    if !on_one.is_empty() {
        names.insert(on_one.join("|"));
    }
    names.extend(classes.into_iter().filter(|class| class.contains('.')));
}

/// The classes of a kind; the kind itself, where it has none.
fn classes(kind: &str) -> Vec<String> {
    match catalog().library().kinds.find(kind) {
        Some(kind) if !kind.classes.is_empty() => kind.classes.clone(),
        _ => vec![kind.to_owned()],
    }
}

/// Looks the names up; `scope` is `all` or `standard`.
#[track_caller]
fn check(wanted: &Environment, scope: &str) {
    let Some(python) = environment(wanted) else {
        return;
    };
    let names = names();
    assert!(names.len() > 400, "{}", names.len());
    let left_out: Vec<&str> = LEFT_OUT.iter().map(|(module, _)| *module).collect();
    let output = Command::new(python)
        .args(["-W", "ignore", LOOKUP, &left_out.join(","), scope])
        .args(&names)
        .output();
    let output = output.expect("Python can be started");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{error}");
    assert!(output.status.success(), "{error}");
}

// Windows has no os.wait, for example.
#[cfg(unix)]
#[test]
fn names_of_the_standard_library_exist() {
    check(&KERNEL, "standard");
}

#[test]
fn names_of_other_libraries_exist() {
    if is_asked_for("names") {
        check(&LIBRARIES, "all");
    }
}

#[test]
fn what_is_left_out_is_in_the_table() {
    let names = names();
    for (module, why) in LEFT_OUT {
        let is_of = |name: &str| name.split(['.', ' ']).next() == Some(module);
        let mut alternatives = names.iter().flat_map(|it| it.split('|'));
        assert!(alternatives.any(is_of), "{module}: {why}");
    }
}
