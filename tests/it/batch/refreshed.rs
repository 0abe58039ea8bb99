//! A repository goes on: its branch is made anew, and what a person added to it is kept.

use crate::batch::{SLEEPS, Team, git};

/// A repository with a branch of the campaign.
fn team(published: bool) -> Team {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    if published {
        team.publish("one");
    }
    team.campaign("");
    let run = team.run(&["run", "--push", "c.yaml"]);
    // What has no remote cannot be pushed.
    assert_eq!(run.code, Some(i32::from(!published)), "{run:?}");
    team
}

/// Adds a commit to the branch, as a reviewer would.
fn add(team: &Team, file: &str, text: &str) {
    let folder = team.folder("one");
    let is_remote = team.folder("one.git").exists();
    if is_remote {
        git(&folder, &["fetch", "--quiet", "origin"]);
    }
    git(&folder, &["checkout", "--quiet", "migrate"]);
    team.project.write(&format!("one/{file}"), text);
    team.commit("one", "By hand");
    git(&folder, &["checkout", "--quiet", "main"]);
    if is_remote {
        git(&folder, &["branch", "--quiet", "-D", "migrate"]);
    }
}

fn subjects(team: &Team, repository: &str) -> Vec<String> {
    let words = ["log", "--reverse", "--format=%s", "main..migrate"];
    let log = git(&team.folder(repository), &words);
    log.lines().map(str::to_owned).collect()
}

const MORE: &str = "import time\n\n\nasync def more():\n    time.sleep(2)\n";

#[test]
fn the_base_moved_and_the_branch_follows() {
    for published in [false, true] {
        let team = team(published);
        let home = if published { "one.git" } else { "one" };
        let words = ["run", "--refresh", "--push", "c.yaml"];
        let before = git(&team.folder(home), &["rev-parse", "migrate"]);
        // Nothing moved.
        team.run(&words);
        assert_eq!(git(&team.folder(home), &["rev-parse", "migrate"]), before);
        add(&team, "notes.txt", "checked\n");
        team.project.write("one/b.py", MORE);
        team.commit("one", "two");
        let run = team.run(&words);
        assert!(run.stdout.contains("2 changes in 2 files"), "{run:?}");
        let all = subjects(&team, home);
        assert_eq!(all.len(), 2, "{all:?}");
        assert_eq!(all[1], "By hand");
        let folder = team.folder(home);
        assert_eq!(git(&folder, &["show", "migrate:notes.txt"]), "checked");
        let text = git(&folder, &["show", "migrate:b.py"]);
        assert!(text.contains("await asyncio.sleep(2)"), "{text}");
        // Once more, now that what a person added was moved.
        team.project.write("one/c.py", MORE);
        team.commit("one", "three");
        let run = team.run(&words);
        assert!(run.stdout.contains("3 changes in 3 files"), "{run:?}");
        assert_eq!(subjects(&team, home).len(), 2);
    }
}

#[test]
fn a_merge_of_the_base_is_no_commit_of_a_person() {
    let team = team(false);
    let folder = team.folder("one");
    team.project.write("one/b.py", MORE);
    team.commit("one", "two");
    git(&folder, &["checkout", "--quiet", "migrate"]);
    git(&folder, &["merge", "--quiet", "--no-edit", "main"]);
    git(&folder, &["checkout", "--quiet", "main"]);
    let run = team.run(&["run", "--refresh", "c.yaml"]);
    assert!(run.stdout.contains("2 changes in 2 files"), "{run:?}");
    assert_eq!(subjects(&team, "one").len(), 1);
}

#[test]
fn what_does_not_apply_any_more_leaves_the_branch_as_it_is() {
    let team = team(false);
    add(&team, "a.py", "x = 1\n");
    let before = git(&team.folder("one"), &["rev-parse", "migrate"]);
    team.project.write("one/a.py", MORE);
    team.commit("one", "two");
    let run = team.run(&["run", "--refresh", "c.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let said = "failed: the branch `migrate` has a commit that does not apply any more (";
    assert!(run.stdout.contains(said), "{run:?}");
    assert!(
        run.stdout.contains("By hand): change or drop it"),
        "{run:?}"
    );
    assert_eq!(git(&team.folder("one"), &["rev-parse", "migrate"]), before);
}

#[test]
fn a_branch_that_was_merged_is_no_longer_needed() {
    let team = team(false);
    git(&team.folder("one"), &["merge", "--quiet", "migrate"]);
    let run = team.run(&["run", "--refresh", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let said = "unchanged: the branch `migrate` is no longer needed: delete it";
    assert!(run.stdout.contains(said), "{run:?}");
}

#[test]
fn another_wish_is_another_task() {
    let mut team = Team::new();
    team.add(
        "one",
        "import time\n\n\nasync def f():\n    time.sleep(1)\n    open('a').read()\n",
    );
    team.campaign("recipes: {select: blocking-sleep}\n");
    team.run(&["run", "c.yaml"]);
    let before = git(&team.folder("one"), &["rev-parse", "migrate"]);
    team.campaign("recipes: {select: [blocking-sleep, blocking-file], safety: review}\n");
    let run = team.run(&["run", "c.yaml"]);
    assert!(run.stdout.contains("2 changes in 1 file"), "{run:?}");
    assert_ne!(git(&team.folder("one"), &["rev-parse", "migrate"]), before);
    assert_eq!(subjects(&team, "one").len(), 2);
}

#[test]
fn what_a_person_did_with_the_branch_stays() {
    let team = team(true);
    let (here, remote) = (team.folder("one"), team.folder("one.git"));
    let words = ["run", "--refresh", "--push", "c.yaml"];
    add(&team, "notes.txt", "checked\n");
    team.project.write("one/b.py", MORE);
    team.commit("one", "two");
    assert_eq!(team.run(&words).code, Some(0));
    assert_eq!(subjects(&team, "one.git").len(), 2);
    // Dropped at the remote, it does not come back.
    git(&here, &["fetch", "--quiet", "origin"]);
    git(
        &here,
        &[
            "push",
            "--quiet",
            "--force",
            "origin",
            "origin/migrate~1:refs/heads/migrate",
        ],
    );
    team.project.write("one/c.py", MORE);
    team.commit("one", "three");
    let run = team.run(&words);
    assert!(
        run.stdout.contains("3 changes in 3 files, pushed"),
        "{run:?}"
    );
    assert_eq!(subjects(&team, "one.git").len(), 1);
    // Deleted there, it is not made again, unless that is asked for.
    git(&here, &["push", "--quiet", "origin", ":refs/heads/migrate"]);
    team.project.write("one/d.py", MORE);
    team.commit("one", "four");
    let run = team.run(&words);
    let said = "failed: the branch `migrate` was deleted: `retry` creates it again";
    assert!(run.stdout.contains(said), "{run:?}");
    assert_eq!(git(&remote, &["branch", "--list", "migrate"]), "");
    let run = team.run(&["retry", "--push", "c.yaml"]);
    assert!(
        run.stdout.contains("4 changes in 4 files, pushed"),
        "{run:?}"
    );
}

/// A person's own repository with a remote, and a branch of the campaign.
fn own() -> Team {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    let (here, remote) = (team.folder("one"), team.folder("one.git"));
    let remote = remote.to_string_lossy().into_owned();
    git(
        team.project.root(),
        &["clone", "--quiet", "--bare", "one", "one.git"],
    );
    git(&here, &["remote", "add", "origin", &remote]);
    git(&here, &["fetch", "--quiet", "origin"]);
    team.campaign("");
    assert_eq!(team.run(&["run", "c.yaml"]).code, Some(0));
    team
}

#[test]
fn what_is_pushed_is_the_branch_as_it_is_now() {
    let push = ["run", "--push", "c.yaml"];
    for (words, said) in [
        (
            &["branch", "-D", "migrate"][..],
            "not-pushed: the branch `migrate` was deleted",
        ),
        (
            &["branch", "-f", "migrate", "main"],
            "not-pushed: the branch `migrate` was rewritten",
        ),
    ] {
        let team = own();
        git(&team.folder("one"), words);
        let run = team.run(&push);
        assert!(run.stdout.contains(said), "{run:?}");
        assert_eq!(
            git(&team.folder("one.git"), &["branch", "--list", "migrate"]),
            ""
        );
    }
    let team = own();
    let folder = team.folder("one");
    git(&folder, &["switch", "--quiet", "migrate"]);
    let words = ["commit", "--quiet", "--allow-empty", "--message", "By hand"];
    git(&folder, &words);
    let here = git(&folder, &["rev-parse", "migrate"]);
    let run = team.run(&push);
    assert!(run.stdout.contains("1 change in 1 file, pushed"), "{run:?}");
    assert_eq!(
        git(&team.folder("one.git"), &["rev-parse", "migrate"]),
        here
    );
}

#[test]
fn where_a_person_works_meanwhile_does_not_matter() {
    let team = own();
    let here = team.folder("one");
    let before = git(&here, &["rev-parse", "migrate"]);
    git(&here, &["switch", "--quiet", "--create", "thought"]);
    team.project.write("one/b.py", MORE);
    git(&here, &["add", "--all"]);
    git(&here, &["commit", "--quiet", "--message", "half"]);
    let run = team.run(&["run", "--refresh", "--push", "c.yaml"]);
    assert!(run.stdout.contains("1 change in 1 file, pushed"), "{run:?}");
    assert_eq!(
        git(&team.folder("one.git"), &["rev-parse", "migrate"]),
        before
    );
    // What only this machine has is not published along with it.
    git(&here, &["switch", "--quiet", "main"]);
    git(&here, &["merge", "--quiet", "thought"]);
    let run = team.run(&["run", "--refresh", "--push", "c.yaml"]);
    let said = "not-pushed: the branch begins at a commit that `origin` does not have";
    assert!(run.stdout.contains(said), "{run:?}");
}
