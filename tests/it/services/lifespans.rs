//! Services whose handlers become a lifespan: they print the same before and after.

use std::path::Path;

use super::{check_same, live, migrate, project, python};
use crate::services;
use crate::support::Project;

/// Where they are, in `tests/python/services`.
const FOLDER: &str = "lifespans";

/// Files there, with the number of changes.
const SERVICES: &[(&str, &str)] = &[
    ("two_handlers.py", "Applied 1 change,"),
    ("several_handlers.py", "Applied 1 change,"),
    ("router_and_app.py", "Applied 2 changes,"),
    ("factory.py", "Applied 1 change,"),
];

/// What the pinned Starlette does not take any more, and what runs instead.
const DROPPED: (&str, &str) = (
    "starlette_arguments.py",
    "['connect', 'check', 'serving', 'close']",
);

/// What changes them.
const RECIPE: &str = "fastapi-lifespan";

#[test]
fn services_live_the_same_by_a_lifespan() {
    let Some(python) = python() else {
        return;
    };
    for (file, applied) in SERVICES {
        check_same(&python, (FOLDER, file), RECIPE, applied);
    }
}

#[test]
fn handlers_of_other_files_run_by_the_lifespan_of_the_app() {
    let Some(python) = python() else {
        return;
    };
    let project = Project::copy_of(&Path::new(services::FOLDER).join("gathered"));
    let before = live(&python, &project, "main.py");
    migrate(&project, "core.py", RECIPE, "Applied 3 changes,");
    assert!(!project.text("warmup.py").contains("core"));
    let after = live(&python, &project, "main.py");
    assert_eq!(after.stdout, before.stdout, "{}", after.stderr);
    assert!(before.stdout.contains("serving 60"), "{before:?}");
}

#[test]
fn what_starlette_dropped_runs_again() {
    let Some(python) = python() else {
        return;
    };
    let (file, printed) = DROPPED;
    let project = project(FOLDER, file);
    let before = live(&python, &project, file);
    assert!(before.stderr.contains("on_startup"), "{before:?}");
    migrate(&project, file, RECIPE, "Applied 1 change,");
    let after = live(&python, &project, file);
    assert_eq!(after.stdout.trim(), printed, "{}", after.stderr);
}
