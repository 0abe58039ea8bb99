//! Services whose functions change color: they answer the same before and after.

use std::path::Path;

use super::{FOLDER, FRAMEWORKS, live};
use crate::execution::python::environment;
use crate::support::{Project, is_asked_for};

/// Files in `tests/python/services/colors`, with the recipe that changes them.
const SERVICES: &[(&str, &str)] = &[
    ("endpoints_that_block.py", "endpoint-to-sync"),
    ("endpoints_that_run_a_loop.py", "endpoint-to-async"),
];

#[test]
fn services_answer_the_same_in_another_color() {
    if !is_asked_for("services") {
        return;
    }
    let Some(python) = environment(&FRAMEWORKS) else {
        return;
    };
    for (file, recipe) in SERVICES {
        let text = std::fs::read_to_string(Path::new(FOLDER).join("colors").join(file));
        let project = Project::empty();
        project.write(file, text.expect("the service is there"));
        let before = live(&python, &project, file);
        assert!(
            before.status.is_some_and(|status| status.success()),
            "{file}: {before:?}"
        );
        let migration = ["migrate", "--allow-dirty", "--safety", "review", "--select"];
        let said = project.run(&[&migration[..], &[*recipe, "."]].concat());
        assert!(
            said.stdout.contains("Applied 3 changes"),
            "{file}: {said:?}"
        );
        let after = live(&python, &project, file);
        assert_eq!(after.stdout, before.stdout, "{file}: {}", after.stderr);
    }
}
