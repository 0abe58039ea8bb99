//! Services whose handlers become a lifespan: they print the same before and after.

use super::{FRAMEWORKS, check_same, live, migrate, project};
use crate::execution::python::environment;
use crate::support::is_asked_for;

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
    if !is_asked_for("services") {
        return;
    }
    let Some(python) = environment(&FRAMEWORKS) else {
        return;
    };
    for (file, applied) in SERVICES {
        check_same(&python, (FOLDER, file), RECIPE, applied);
    }
}

#[test]
fn what_starlette_dropped_runs_again() {
    if !is_asked_for("services") {
        return;
    }
    let Some(python) = environment(&FRAMEWORKS) else {
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
