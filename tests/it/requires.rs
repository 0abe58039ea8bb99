//! A change that is made only with those of another recipe: what each command says and does.

use crate::support::Project;

const RECIPES: &str = "\
//- mine/spawned.yaml
id: spawned
title: A task without an owner
area: own
severity: high
why: w
rules:
  - match: $task = asyncio.create_task($coro)
    where: {inside: coroutine}
    rewrite: $task = owner.start($coro)
    requires: {recipe: swallowing, at: $coro}
    safety: {safe: {because: the owner cancels the task and awaits its end}}
examples: [{name: n, unchanged: x}]
//- mine/swallowing.yaml
id: swallowing
title: A coroutine that swallows its cancel
area: own
severity: high
why: w
rules:
  - match: pass
    under: except asyncio.CancelledError
    where: {inside: coroutine}
    rewrite: raise
    safety: {review: {because: what cancels it may count on its going on}}
examples: [{name: n, unchanged: x}]
//- app.py
import asyncio

import owner


async def poll(queue):
    while True:
        try:
            await queue.get()
        except asyncio.CancelledError:
            pass


async def serve(queue):
    poller = asyncio.create_task(poll(queue))
    ticker = asyncio.create_task(asyncio.sleep(1))
    return poller, ticker
";

const SEPARATE: &str = "the owner cancels the task and awaits its end";

const TOGETHER: &str = "the owner cancels the task and awaits its end; together with swallowing, line 11 in `poll`: what cancels it may count on its going on";

const OFF: &str = "the owner cancels the task and awaits its end (not changed: line 11 in `poll` is for swallowing, which is off)";

/// Runs a command with both recipes, or with one.
fn run(project: &Project, command: &[&str], select: &str) -> crate::support::Run {
    let options = ["--recipes", "mine", "--select", select];
    project.run(&[command, &options].concat())
}

#[test]
fn both_are_one_decision() {
    let project = Project::new(RECIPES);
    let plan = run(&project, &["diff", "--format", "json", "app.py"], "own");
    let changes = plan.of_type("change");
    let told = |line: u64| {
        let mut changes = changes.iter();
        let change = changes.find(|change| change["line"] == line);
        change.expect("there is a change")
    };
    assert_eq!(
        (told(15)["reason"].as_str(), told(15)["safety"].as_str()),
        (Some(TOGETHER), Some("review"))
    );
    assert_eq!(
        told(15)["requires"],
        serde_json::json!([told(11)["change"]])
    );
    assert_eq!(
        (told(16)["reason"].as_str(), told(16)["safety"].as_str()),
        (Some(SEPARATE), Some("safe"))
    );
    let before = project.text("app.py");
    let safe = before.replace("ticker = asyncio.create_task", "ticker = owner.start");
    run(&project, &["migrate", "--allow-dirty", "app.py"], "own");
    assert_eq!(project.text("app.py"), safe);
    run(
        &project,
        &["migrate", "--allow-dirty", "--safety", "review", "app.py"],
        "own",
    );
    let all = safe.replace("poller = asyncio.create_task", "poller = owner.start");
    assert_eq!(project.text("app.py"), all.replace("pass", "raise"));
}

#[test]
fn without_the_other_recipe_it_is_a_finding() {
    let project = Project::new(RECIPES);
    let plan = run(&project, &["diff", "--format", "json", "app.py"], "spawned");
    let findings = plan.of_type("finding");
    let reasons: Vec<_> = findings.iter().map(|it| it["reason"].as_str()).collect();
    assert_eq!(reasons, [Some(OFF)]);
    assert_eq!(plan.of_type("change").len(), 1);
    let checked = run(&project, &["check", "app.py"], "spawned");
    assert!(checked.stdout.contains(OFF), "{checked:?}");
    let told = run(&project, &["explain", "app.py:15"], "spawned");
    assert!(told.stdout.contains(OFF), "{told:?}");
}

#[test]
fn every_view_says_why() {
    let project = Project::new(RECIPES);
    for command in [
        &["diff", "app.py"][..],
        &["explain", "app.py:15"],
        &["check", "--safety", "review", "app.py"],
    ] {
        let told = run(&project, command, "own");
        let text = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("together with swallowing, line 11 in `poll`"),
            "{told:?}"
        );
    }
    project.commit();
    let patch = run(
        &project,
        &["diff", "--format", "patch", "--safety", "review", "app.py"],
        "own",
    );
    project.write("all.patch", &patch.stdout);
    project.git(&["apply", "all.patch"]);
    let applied = project.text("app.py");
    assert!(
        applied.contains("raise") && !applied.contains("create_task"),
        "{applied}"
    );
}
