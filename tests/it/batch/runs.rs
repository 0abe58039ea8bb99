//! What a run makes of each repository, and what cannot be begun.

use std::path::Path;
use std::process::Command;

use crate::batch::{BAD, SLEEPS, Team, git};
use crate::hostile::skipped;
use crate::review::Session;

#[test]
fn each_repository_gets_a_branch_and_no_work_tree_is_touched() {
    let mut team = Team::new();
    team.add("changes", SLEEPS)
        .add("nothing", "x = 1\n")
        .add("dirty", SLEEPS);
    team.project.write("dirty/a.py", "half of a thought");
    team.project.write("dirty/b.py", "mine");
    team.campaign("");
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("changes  changed: 1 change in 1 file"),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("3 repositories: 2 changed, 1 unchanged"),
        "{run:?}"
    );
    for name in ["changes", "dirty"] {
        let text = team.branch_text(name);
        assert!(text.contains("await asyncio.sleep(1)"), "{text}");
        let folder = team.project.root().join(name);
        assert_eq!(git(&folder, &["branch", "--show-current"]), "main");
        assert_eq!(git(&folder, &["worktree", "list"]).lines().count(), 1);
    }
    assert_eq!(team.project.text("changes/a.py"), SLEEPS);
    assert_eq!(team.project.text("dirty/a.py"), "half of a thought");
    assert_eq!(team.project.text("dirty/b.py"), "mine");
    // What is done is not done again.
    let again = team.run(&["run", "c.yaml"]);
    assert!(!again.stderr.contains("[1/"), "{again:?}");
    let cleaned = team.run(&["clean", "c.yaml"]);
    assert_eq!(cleaned.code, Some(0), "{cleaned:?}");
    assert!(!team.project.root().join("work").exists());
}

#[test]
fn what_is_wrong_with_one_is_no_matter_of_the_others() {
    let mut team = Team::new();
    team.add("good", SLEEPS)
        .add("red", SLEEPS)
        .add("foreign", SLEEPS)
        .add("hooked", SLEEPS);
    let root = team.project.root().to_owned();
    team.project.write("red/fails", "");
    git(&root.join("red"), &["add", "--all"]);
    git(
        &root.join("red"),
        &["commit", "--quiet", "--message", "two"],
    );
    git(&root.join("foreign"), &["branch", "migrate"]);
    std::fs::create_dir(root.join("empty")).expect("it is ours");
    git(&root.join("empty"), &["init", "--quiet"]);
    team.names.push("empty".to_owned());
    // A hook of a repository is a stranger's program.
    team.project.write(
        "hooked/.git/hooks/pre-commit",
        "#!/bin/sh\ntouch \"$HOME/ran\"\nexit 1\n",
    );
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    let hook = root.join("hooked/.git/hooks/pre-commit");
    std::fs::set_permissions(hook, mode).expect("it is ours");
    team.names.push("file:///nowhere/at/all.git".to_owned());
    team.campaign("verify: test ! -e fails\njobs: 2\n");
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for line in [
        "good     changed: 1 change in 1 file",
        "hooked   changed: 1 change in 1 file",
        "red      fails-before: `test ! -e fails` fails without changes: exit code 1\n",
        "foreign  failed: the branch `migrate` exists, with commits that this campaign did not make",
        "empty    failed: there is no commit `",
        "all      failed: git fetch fails:",
    ] {
        assert!(run.stdout.contains(line), "{line}: {run:?}");
    }
    assert!(!root.join("ran").exists());
    // Mended, it goes on.
    git(&root.join("foreign"), &["branch", "-D", "migrate"]);
    let again = team.run(&["retry", "c.yaml"]);
    assert!(again.stdout.contains("foreign  changed"), "{again:?}");
    assert!(!again.stderr.contains("good"), "{again:?}");
}

#[test]
fn a_change_that_breaks_the_check_is_dropped_and_the_rest_kept() {
    let mut team = Team::new();
    team.project.write("own/bad.yaml", BAD);
    let calls: String = (10..26).map(|n| format!("keep({n})\n")).collect();
    team.add("calls", &calls);
    team.campaign(
        "recipes: {select: bad, folders: own}\nverify: \"echo >>../../../ran; ! grep -q 'repr(17)' a.py\"\n",
    );
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("15 changes in 1 file, 1 taken back"),
        "{run:?}"
    );
    let text = team.branch_text("calls");
    assert_eq!(
        (
            text.matches("repr").count(),
            text.matches("keep(17)").count()
        ),
        (15, 1)
    );
    // Without changes, with all and log2(16) for the one, and with the others.
    assert!(team.project.text("work/ran").lines().count() <= 1 + 5 + 1);
}

#[test]
fn what_cannot_be_begun_is_refused_in_a_sentence() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    let check = |more: &str, words: &[&str], said: &str| {
        team.campaign(more);
        let run = team.run(words);
        assert_eq!(run.code, Some(2), "{said}: {run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    };
    check("brunch: x\n", &["run", "c.yaml"], "unknown key `brunch`");
    check("", &["status", "c.yaml"], "nothing was done yet in");
    check("", &["run", "none.yaml"], "none.yaml cannot be read");
    for words in [["plan", "c.yaml"], ["run", "c.yaml"]] {
        let more = "recipes: {select: blocking-slep}\n";
        check(more, &words, "did you mean `blocking-sleep`?");
        let more = "recipes: {params: blocking-sleep.nothing=1}\n";
        check(more, &words, "blocking-sleep.nothing");
        check("recipes: {folders: nowhere}\n", &words, "nowhere");
    }
    team.project.write("urls.txt", "one\n# a comment\n./one\n");
    let words = ["run", "--repositories", "urls.txt", "--branch"];
    check("", &[&words[..], &["x"]].concat(), "one is named twice");
    check(
        "",
        &[&words[..], &["a..b"]].concat(),
        "`a..b` is not a valid branch name",
    );
    team.project
        .write("urls.txt", "https://ada:secret@example.org/r.git\n");
    let run = team.run(&[&words[..], &["x"]].concat());
    assert!(
        run.stderr.contains("has a password or token in it"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("secret"), "{run:?}");
}

#[test]
fn one_line_is_a_campaign() {
    let mut team = Team::new();
    team.add("one", SLEEPS)
        .add("two", "import asyncio\n\nloop = asyncio.get_event_loop()\n");
    team.project.write("urls.txt", "one\ntwo\n");
    let words = [
        "--repositories",
        "urls.txt",
        "--select",
        "blocking-sleep",
        "--branch",
        "migrate",
    ];
    let plan = team.run(&[&["plan"], &words[..]].concat());
    assert!(
        plan.stdout.contains("-> migrate: blocking-sleep (safe)"),
        "{plan:?}"
    );
    let run = team.run(&[&["run"], &words[..]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("one  changed"), "{run:?}");
    assert!(run.stdout.contains("two  unchanged"), "{run:?}");
    let table = team.run(&[&["status", "--format", "markdown"], &words[..]].concat());
    assert!(
        table.stdout.contains("| one | changed | 1 | 1 | 0 | 0 |"),
        "{table:?}"
    );
}

#[test]
fn the_example_is_a_campaign() {
    let team = Team::new();
    let run = team.run(&["init"]);
    team.project.write("c.yaml", &run.stdout);
    let run = team.run(&["plan", "c.yaml"]);
    // All of it is understood; what it names is not here.
    assert!(run.stderr.contains("no repository is at"), "{run:?}");
}

#[test]
fn a_limit_ends_a_repository_and_not_the_others() {
    let mut team = Team::new();
    team.project.write("slow/slow", "");
    team.project.write("big/big", "");
    team.add("slow", SLEEPS)
        .add("big", SLEEPS)
        .add("good", SLEEPS);
    team.campaign(
        "limits: {time: 4s, disk: 1 MB}\n\
         verify: \"if test -e slow; then sleep 600; fi; if test -e big; then head -c 3000000 /dev/zero >x; fi\"\n",
    );
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for line in [
        "slow  failed: timed out after 4s",
        "big   failed: it takes more than 1.0 MB",
        "good  changed: 1 change in 1 file",
    ] {
        assert!(run.stdout.contains(line), "{line}: {run:?}");
    }
}

#[test]
fn no_program_that_a_repository_names_runs() {
    let mut team = Team::new();
    team.project
        .write("one/.gitattributes", "*.py filter=own diff=own merge=own\n");
    team.add("one", SLEEPS);
    let ran = team.folder("ran").to_string_lossy().into_owned();
    let folder = team.folder("one");
    for (key, value) in [
        ("filter.own.clean", format!("touch {ran}; cat")),
        ("filter.own.smudge", format!("touch {ran}; cat")),
        ("filter.own.process", format!("touch {ran}")),
        ("filter.own.required", "true".to_owned()),
        ("core.fsmonitor", format!("touch {ran}")),
        ("diff.external", format!("touch {ran}")),
        ("diff.own.textconv", format!("touch {ran}")),
    ] {
        git(&folder, &["config", key, &value]);
    }
    team.campaign("");
    let run = team.run(&["run", "c.yaml"]);
    assert!(
        run.stdout.contains("one  changed: 1 change in 1 file"),
        "{run:?}"
    );
    assert!(!Path::new(&ran).exists());
    assert!(
        team.project
            .text("work/logs/one.patch")
            .contains("+    await asyncio.sleep(1)")
    );
}

#[test]
fn commits_may_be_one() {
    let mut team = Team::new();
    team.add(
        "one",
        "import time\n\n\nasync def f():\n    time.sleep(1)\n    open('a').read()\n",
    );
    team.campaign(
        "recipes: {select: [blocking-sleep, blocking-file], safety: review}\n\
         commit: {squash: true, message: 'Await\\n\\n{changes}'}\n",
    );
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let log = git(
        &team.folder("one"),
        &["log", "--format=%B", "main..migrate"],
    );
    assert_eq!(log.lines().next(), Some("Await"), "{log}");
    assert!(log.contains("- a.py:5:5: "), "{log}");
    let number = git(
        &team.folder("one"),
        &["rev-list", "--count", "main..migrate"],
    );
    assert_eq!(number, "1");
}

#[test]
fn parts_of_a_repository_have_branches_of_their_own() {
    let mut team = Team::new();
    team.project.write("one/b/b.py", SLEEPS);
    team.add("one", SLEEPS);
    team.project.write(
        "c.yaml",
        "repositories:\n  - {path: one, paths: a.py}\n  - {path: one, paths: b, branch: migrate-b}\nbranch: migrate\n",
    );
    let run = team.run(&["run", "--jobs", "2", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (branch, file) in [("migrate", "a.py"), ("migrate-b", "b/b.py")] {
        let words = ["diff", "--name-only", &format!("main..{branch}")];
        assert_eq!(git(&team.folder("one"), &words), file);
    }
}

#[test]
fn several_checks_have_a_limit_and_a_log() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    team.campaign("verify: {commands: ['echo first', 'grep -q await a.py && echo second'], before: false, limit: 20s}\n");
    let run = team.run(&["run", "c.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let log = team.project.text("work/logs/one.checks");
    let expected = "--- `echo first` with 1 change: passes\nfirst\n\n--- `grep -q await a.py && echo second` with 1 change: passes\nsecond\n\n";
    assert_eq!(log, expected);
    // It has the settings of git that it has by hand.
    team.campaign("verify: git config core.hooksPath; env | grep GIT_CONFIG; true\n");
    team.run(&["run", "c.yaml"]);
    let log = team.project.text("work/logs/one.checks");
    let log = log.replace("grep GIT_CONFIG", "");
    assert!(
        !log.contains("null") && !log.contains("GIT_CONFIG_"),
        "{log}"
    );
    team.campaign("verify: {commands: sleep 600, before: false, limit: 1s}\n");
    let run = team.run(&["run", "c.yaml"]);
    assert!(run.stdout.contains("one  unchanged"), "{run:?}");
}

#[test]
fn a_newer_state_is_refused_and_two_runs_do_not_meet() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    team.campaign("verify: touch ../../../begun; sleep 3\n");
    let mut first = Command::new(env!("CARGO_BIN_EXE_awaitify"))
        .args(["batch", "run", "--quiet", "c.yaml"])
        .current_dir(team.project.root())
        .env("HOME", team.project.root())
        .spawn()
        .expect("the program can be started");
    while !team.folder("work/begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    for words in [&["run", "c.yaml"][..], &["clean", "c.yaml"]] {
        let second = team.run(words);
        assert_eq!(second.code, Some(2), "{second:?}");
        assert!(
            second
                .stderr
                .contains("another awaitify is already running in"),
            "{second:?}"
        );
    }
    // It may be looked at meanwhile.
    assert!(
        team.run(&["status", "c.yaml"])
            .stdout
            .contains("one  running")
    );
    assert!(first.wait().expect("it was started").success());
    let state = rusqlite::Connection::open(team.folder("work/campaign.sqlite"));
    let state = state.expect("it is there");
    state
        .pragma_update(None, "user_version", 99)
        .expect("it is ours");
    drop(state);
    let newer = team.run(&["run", "c.yaml"]);
    assert_eq!(newer.code, Some(2), "{newer:?}");
    assert!(
        newer
            .stderr
            .contains("has form 99, and this awaitify reads form 1"),
        "{newer:?}"
    );
}

#[test]
fn a_branch_that_only_a_clone_has_is_not_thrown_away() {
    let mut team = Team::new();
    team.add("one", SLEEPS).publish("one");
    team.campaign("");
    let run = team.run(&["run", "c.yaml"]);
    assert!(
        run.stdout.contains("Not pushed: 1 branch in work/clones"),
        "{run:?}"
    );
    let refused = team.run(&["clean", "c.yaml"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    let said = "the branch `migrate` of one was not pushed: push it, or use --force";
    assert!(refused.stderr.contains(said), "{refused:?}");
    assert_eq!(team.run(&["clean", "--force", "c.yaml"]).code, Some(0));
    assert!(!team.folder("work").exists());
}

/// Runs a campaign on a small disk: what does not fit has failed, and with more room it goes on.
#[test]
fn a_full_disk_is_told_and_gone_on_from() {
    let mut team = Team::new();
    team.project.write("big/big.py", "x = 1\n".repeat(400_000));
    team.add("big", SLEEPS).add("small", SLEEPS);
    team.campaign("");
    let script = r#"
        mkdir disk && mount -t tmpfs -o size=1500k tmpfs disk || exit 77
        "$0" batch run --workdir disk/w c.yaml; echo "code $?"
        mount -o remount,size=40m disk || exit 77
        "$0" batch retry --workdir disk/w c.yaml; echo "code $?"
    "#;
    let run = Command::new("unshare")
        .args([
            "--mount",
            "sh",
            "-c",
            script,
            env!("CARGO_BIN_EXE_awaitify"),
        ])
        .current_dir(team.project.root())
        .env("HOME", team.project.root())
        .output();
    let run = match run {
        Ok(run) if run.status.success() => run,
        _ => return skipped("only the superuser mounts a small disk"),
    };
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    for line in [
        "big    failed: git worktree fails:",
        "small  changed: 1 change in 1 file",
        "code 1",
        "big    changed: 1 change in 1 file",
        "code 0",
    ] {
        assert!(said.contains(line), "{line}: {run:?}");
    }
}

#[test]
fn a_person_sees_what_is_being_done() {
    let mut team = Team::new();
    team.add("one", SLEEPS).add("two", SLEEPS);
    team.campaign("verify: sleep 1\n");
    let home = team.project.root().to_string_lossy().into_owned();
    let variables = [("HOME", &*home), ("CI", "")];
    let words = ["batch", "run", "c.yaml"];
    let mut session = Session::of(&team.project, &words, (20, 100), &variables);
    session.expect("one: migrating it");
    session.expect("[1/2] one: changed: 1 change in 1 file (");
    session.expect("1 of 2 repositories [");
    session.expect("two: migrating it");
    session.expect("2 repositories: 2 changed");
    // What came and went is gone.
    assert!(
        !session.text().contains("migrating it"),
        "{}",
        session.text()
    );
}

#[test]
fn only_what_the_campaign_made_is_removed() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    team.project.write(
        "c.yaml",
        "repositories: [one]\nbranch: migrate\nworkdir: .\n",
    );
    assert_eq!(team.run(&["run", "c.yaml"]).code, Some(0));
    let cleaned = team.run(&["clean", "c.yaml"]);
    assert_eq!(cleaned.code, Some(0), "{cleaned:?}");
    for kept in ["one/a.py", "c.yaml", ".gitconfig"] {
        assert!(team.folder(kept).exists(), "{kept}");
    }
    for gone in ["trees", "logs", "campaign.sqlite", "lock"] {
        assert!(!team.folder(gone).exists(), "{gone}");
    }
}

#[test]
fn a_new_neighbor_of_the_same_name_has_another() {
    let mut team = Team::new();
    team.add("teams/b/api", SLEEPS);
    let campaign = "repositories: [{glob: teams/*/api}, gone]\nbranch: migrate\nworkdir: work\n";
    team.project.write("c.yaml", campaign);
    let run = team.run(&["run", "c.yaml"]);
    assert!(run.stdout.contains("api   changed"), "{run:?}");
    assert!(
        run.stdout.contains("gone  failed: no repository is at "),
        "{run:?}"
    );
    team.add("teams/a/api", SLEEPS);
    let run = team.run(&["run", "c.yaml"]);
    assert!(run.stderr.contains("[1/1] api-2: changed"), "{run:?}");
}

#[test]
fn a_limit_ends_a_check_with_what_it_started() {
    let mut team = Team::new();
    team.add("one", SLEEPS);
    team.campaign("limits: {time: 2s}\nverify: \"echo $$ >../../../check; sleep 600 & wait\"\n");
    let run = team.run(&["run", "c.yaml"]);
    assert!(
        run.stdout.contains("one  failed: timed out after 2s"),
        "{run:?}"
    );
    let check = team.project.text("work/check");
    let there = Command::new("kill").args(["-0", check.trim()]).status();
    assert!(!there.expect("it can be asked").success());
}
