//! Services whose handlers become a lifespan: they print the same before and after.

use std::path::Path;

use super::{FOLDER, FRAMEWORKS, live};
use crate::execution::python::environment;
use crate::support::{Project, is_asked_for};

/// Files in `tests/python/services/lifespans`, with the number of changes.
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

fn project(file: &str) -> Project {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("lifespans").join(file));
    let project = Project::empty();
    project.write(file, text.expect("the service is there"));
    project
}

#[track_caller]
fn migrate(project: &Project, file: &str, applied: &str) {
    let migration = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
    let said = project.run(&[&migration[..], &["fastapi-lifespan", "."]].concat());
    assert!(said.stdout.contains(applied), "{file}: {said:?}");
}

#[test]
fn services_live_the_same_by_a_lifespan() {
    if !is_asked_for("services") {
        return;
    }
    let Some(python) = environment(&FRAMEWORKS) else {
        return;
    };
    for (file, applied) in SERVICES {
        let project = project(file);
        let before = live(&python, &project, file);
        assert!(
            before.status.is_some_and(|status| status.success()),
            "{file}: {before:?}"
        );
        migrate(&project, file, applied);
        let after = live(&python, &project, file);
        assert_eq!(after.stdout, before.stdout, "{file}: {}", after.stderr);
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
    let project = project(file);
    let before = live(&python, &project, file);
    assert!(before.stderr.contains("on_startup"), "{before:?}");
    migrate(&project, file, "Applied 1 change,");
    let after = live(&python, &project, file);
    assert_eq!(after.stdout.trim(), printed, "{}", after.stderr);
}
