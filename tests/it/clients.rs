//! Programs that send requests, read files and run jobs, by real libraries before and after a migration.
//!
//! `AWAITIFY_TESTS=clients` runs them.

use crate::execution::python::{Environment, environment};
use crate::programs;
use crate::support::is_asked_for;

/// A Python with the libraries.
const LIBRARIES: Environment = Environment {
    name: "clients-venv",
    requirements: concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/python/clients/requirements.txt"
    ),
};

/// Compares what a program prints before and after; `gone` stands in no line afterwards.
#[track_caller]
fn check(files: &[&str], recipes: &str, options: &[&str], gone: &str) {
    if !is_asked_for("clients") {
        return;
    }
    let Some(python) = environment(&LIBRARIES) else {
        return;
    };
    let text = programs::check(&python, files, recipes, options);
    assert!(!text.contains(gone), "{gone} is left:\n{text}");
}

#[test]
fn requests_and_httpx_get_the_same_answers() {
    check(
        &["clients/web.py", "clients/server.py"],
        "blocking-http",
        &[],
        "requests",
    );
}

#[test]
fn a_session_and_a_client_keep_the_same() {
    let files = ["clients/sessions.py", "clients/server.py"];
    check(&files, "blocking-http", &[], "requests.get");
}

#[test]
fn a_stream_gives_the_same_parts() {
    check(
        &["clients/streams.py", "clients/server.py"],
        "blocking-http",
        &[],
        "requests",
    );
}

#[test]
fn the_sync_calls_of_httpx_and_its_async_client_get_the_same() {
    check(
        &["clients/sync_httpx.py", "clients/server.py"],
        "blocking-httpx",
        &[],
        "httpx.Client",
    );
}

#[test]
fn files_hold_and_give_the_same() {
    check(
        &["clients/files.py"],
        "blocking-file",
        &[],
        "\n    with open",
    );
}

#[test]
fn files_of_anyio_hold_and_give_the_same() {
    let options = ["--param", "blocking-file.library=anyio"];
    check(&["clients/files.py"], "blocking-file", &options, "aiofiles");
}

// It makes pipes in the file system.
#[cfg(unix)]
#[test]
fn the_loop_goes_on_while_an_async_library_waits() {
    let files = ["clients/waits.py", "clients/server.py", "blocking/clock.py"];
    check(&files, "blocking-http,blocking-file", &[], "requests");
}

#[test]
fn tasks_of_celery_run_and_give_their_results() {
    let files = ["clients/jobs.py", "blocking/clock.py"];
    check(
        &files,
        "celery-async-task,celery-result-wait",
        &[],
        "async def both",
    );
}
