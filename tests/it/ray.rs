//! Campaigns on a Ray cluster of this machine, by the Python package: `AWAITIFY_TESTS=ray` runs them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::execution::python::{Environment, environment, run};
use crate::support::{Project, is_asked_for};

/// A Python with Ray.
const RAY: Environment = Environment {
    name: "ray-venv",
    requirements: concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/python/ray/requirements.txt"
    ),
};

#[test]
fn a_cluster_does_what_one_machine_does() {
    if !is_asked_for("ray") {
        return;
    }
    let Some(python) = environment(&RAY) else {
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // As `pip install --target` leaves them.
    let project = Project::empty();
    let installed = project.root();
    fs::create_dir(installed.join("bin")).expect("it is ours");
    for (from, to) in [
        (root.join("python/awaitify"), "awaitify"),
        (env!("CARGO_BIN_EXE_awaitify").into(), "bin/awaitify"),
    ] {
        symlink(from, installed.join(to)).expect("it is ours");
    }
    let ended = run(Command::new(python)
        .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
        .arg(root.join("python/tests/test_ray.py"))
        .env("PYTHONPATH", installed));
    assert!(ended.status.is_some_and(|it| it.success()), "{ended:?}");
}
