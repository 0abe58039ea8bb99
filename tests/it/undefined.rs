//! `undefined-name` knows the names that other recipes import: those that their own examples show.

use std::collections::BTreeSet;

use regex::Regex;

use crate::support::{Project, recipes};

/// Returns the names that the import lines of a text bind.
fn imported(text: &str) -> BTreeSet<String> {
    let line = Regex::new(r"(?m)^\s*(?:from \S+ )?import ([^#\n]+)").expect("it is right");
    let names = line.captures_iter(text).flat_map(|found| {
        let names = found[1].split(',').map(|name| {
            let name = name.trim_matches(['(', ')', ' ', '\r']);
            let bound = name.rsplit(" as ").next().unwrap_or(name);
            bound.split('.').next().unwrap_or(bound).to_owned()
        });
        names.collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns whether code asks a name for something, calls it or decorates with it.
fn is_used(text: &str, name: &str) -> bool {
    let used = format!(r"(?m)(?:(?:^|[^\w.]){name}(?:\(|\.\w)|@{name}\b)");
    Regex::new(&used).expect("it is right").is_match(text)
}

#[test]
fn it_knows_what_examples_import() {
    let recipe = include_str!("../../codemods/tasks/undefined-name.yaml");
    let mut missing = BTreeSet::new();
    let mut n_names = 0;
    for example in recipes().iter().flat_map(|recipe| &recipe.examples) {
        let after = example.after.iter().flatten();
        for ((_, before), (_, after)) in example.before.iter().zip(after) {
            let new = &imported(after) - &imported(before);
            for name in new.into_iter().filter(|name| is_used(after, name)) {
                n_names += 1;
                if !recipe.contains(&format!("undefined: {name}}}")) {
                    missing.insert(name);
                }
            }
        }
    }
    assert!(n_names > 20, "only {n_names} names are imported anew");
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn a_hunk_that_is_left_out_is_found_by_check() {
    let project = Project::new(
        "\
//- poll.py
async def poll():
    await asyncio.sleep(1)
",
    );
    let run = project.run(&["check", "poll.py"]);
    let said = run.stdout;
    assert_eq!(run.code, Some(1), "{said}");
    assert!(said.contains("poll.py:2:11"), "{said}");
    assert!(said.contains("add `import asyncio`"), "{said}");
}
