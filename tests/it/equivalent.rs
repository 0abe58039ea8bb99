//! A program that says the same in another way gets the same plan: each example of each recipe, written
//! anew.
//!
//! What is written anew keeps its meaning: a class stands in another file, a base is `Base[int]`, an
//! annotation says what the value says, a module is imported under another name.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use awaitify::engine::{Engine, Input, Settings, plan};
use awaitify::plan::change::{Change, FilePlan, Status};
use awaitify::project::facts::Projects;
use awaitify::recipe::Recipe;
use awaitify::recipe::example::Example;
use awaitify::recipe::safety::Safety;

use crate::support::{catalog, recipes};
use anew::{Program, Rewriting};

mod anew;

/// What differs today, and why: a rewriting, a recipe and one of its examples. It may only become less.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    (
        MOVED,
        "library-owns-loop",
        "a program that nobody imports",
        "now a file imports it",
    ),
    (
        MOVED,
        "run-until-complete",
        "before Python 3.10, a lock that an object makes for itself",
        "a lock that a class of another file makes is left to a review",
    ),
    (
        MOVED,
        "run-until-complete",
        "before Python 3.10, a lock class, and a field with a queue",
        "a lock that a class of another file makes is left to a review",
    ),
    (
        MOVED,
        "async-for",
        "a method that is set on the class, or by a class that a call makes",
        "what one file sets in another is told where the method is called",
    ),
    (
        MOVED,
        "blocking-sleep",
        "a lock that a class of the file takes, or a stack holds",
        "what entering an object of another file takes is left to a review",
    ),
    (
        MOVED,
        "blocking-sleep",
        "a file that one task runs as a whole",
        "it is not asked whether one task runs both files",
    ),
    (
        MOVED,
        "blocking-call",
        "the method of a path, however the path is made",
        "it is not asked whether one task runs both files",
    ),
    (
        MOVED,
        "queue-overload",
        "a test that expects the exception",
        "the file of the class is no test",
    ),
];

const MOVED: &str = anew::MOVED.name;

/// A program's files.
type Files = Vec<(String, String)>;

/// How often the plan of a program has what: rule, level, and where paths count the file.
type Said = BTreeMap<(String, String, String), usize>;

fn said(recipe: &Recipe, example: &Example, files: &Files, with_paths: bool) -> Said {
    let texts = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), text.clone().into_bytes()));
    let facts = Projects::of_texts(texts.clone().collect());
    let settings = Settings {
        target: Some(example.python.unwrap_or((3, 11))),
        ..Settings::new(Safety::Review)
    };
    let recipes = [recipe];
    let engine = Engine::new(catalog(), &recipes, settings).expect("one recipe has an order");
    let jobs: Vec<_> = texts
        .map(|(path, bytes)| {
            let given = Some(bytes);
            let is_named = true;
            let input = Input {
                path,
                given,
                is_named,
            };
            (input, &engine)
        })
        .collect();
    let plan = plan(&jobs, 1, &AtomicUsize::new(0), &facts).expect("a thread can be started");
    let mut said = Said::new();
    for file in &plan.files {
        let path = match with_paths {
            true => file.original().path().display().to_string(),
            false => String::new(),
        };
        let changes = FilePlan::changes(file);
        let level = |it: &Change| match it.status {
            Status::Withdrawn { .. } => "withdrawn".to_owned(),
            _ => it.safety.word().to_owned(),
        };
        let changes = changes.map(|it| (it.rule.clone(), level(it)));
        let findings = file.findings.iter();
        let findings = findings.map(|it| (it.site.rule.clone(), "finding".to_owned()));
        for (rule, level) in changes.chain(findings) {
            *said.entry((path.clone(), rule, level)).or_default() += 1;
        }
    }
    said
}

/// Compares the plans of all examples with those of what they become.
#[track_caller]
fn check(rewriting: &Rewriting) {
    let mut differing = Vec::new();
    let mut n_tried = 0;
    for recipe in recipes() {
        for example in recipe.examples() {
            let Some(anew) = Program::read(&example.before).and_then(|it| (rewriting.write)(&it))
            else {
                continue;
            };
            n_tried += 1;
            let known = (rewriting.name, recipe.id.as_str(), example.name.as_str());
            let is_known = KNOWN.iter().any(|it| (it.0, it.1, it.2) == known);
            let before = said(recipe, example, &example.before, rewriting.keeps_paths);
            let after = said(recipe, example, &anew, rewriting.keeps_paths);
            if (before == after) == is_known {
                let told = match is_known {
                    true => "is the same by now: take it from the list".to_owned(),
                    false => format!("{before:?}\n  became {after:?}\n{}", shown(&anew)),
                };
                differing.push(format!("{}: {}: {told}", recipe.id, example.name));
            }
        }
    }
    assert!(
        n_tried >= rewriting.least,
        "only {n_tried} programs were written anew"
    );
    assert!(
        differing.is_empty(),
        "{} of {n_tried} with {}:\n{}",
        differing.len(),
        rewriting.name,
        differing.join("\n")
    );
}

fn shown(files: &Files) -> String {
    let all = files
        .iter()
        .map(|(path, text)| format!("--- {path}\n{text}"));
    all.collect()
}

#[test]
fn an_annotation_that_says_what_the_value_says_changes_nothing() {
    check(&anew::ANNOTATED);
}

#[test]
fn an_annotation_of_a_parameter_may_be_spelled_in_other_ways() {
    for rewriting in &anew::PARAMETERS {
        check(rewriting);
    }
}

#[test]
fn a_base_may_be_generic() {
    check(&anew::GENERIC);
}

#[test]
fn a_module_may_have_another_name() {
    check(&anew::ALIASED);
}

#[test]
fn names_may_be_imported_one_by_one() {
    check(&anew::ONE_BY_ONE);
}

#[test]
fn the_last_line_may_have_no_end() {
    check(&anew::UNENDED);
}

#[test]
fn a_class_may_stand_in_another_file() {
    check(&anew::MOVED);
}
