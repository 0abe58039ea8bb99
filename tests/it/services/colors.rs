//! Services whose functions change color: they answer the same before and after.

use super::{check_same, python};

/// Files in `tests/python/services/colors`, with the recipe that changes them.
const SERVICES: &[(&str, &str)] = &[
    ("endpoints_that_block.py", "endpoint-to-sync"),
    ("endpoints_that_run_a_loop.py", "endpoint-to-async"),
];

#[test]
fn services_answer_the_same_in_another_color() {
    let Some(python) = python() else {
        return;
    };
    for (file, recipe) in SERVICES {
        check_same(&python, ("colors", file), recipe, "Applied 3 changes");
    }
}
