//! A campaign in parts, each in a folder of its own, is the same as in one.

use std::fs;

use crate::batch::{SLEEPS, Team, git};

fn team() -> Team {
    let mut team = Team::new();
    for nth in 0..5 {
        let name = &*format!("r{nth}");
        team.add(name, if nth == 3 { "x = 1\n" } else { SLEEPS });
        if nth % 2 == 0 {
            team.publish(name);
        }
    }
    team.campaign("");
    team
}

#[test]
fn parts_are_merged_to_what_one_run_comes_to() {
    let whole = team();
    assert_eq!(whole.run(&["run", "c.yaml"]).code, Some(0));
    fs::remove_dir_all(whole.folder("work/clones")).expect("it is the campaign's");
    let parts = team();
    for index in ["0", "1", "2"] {
        let run = parts.run(&["shard", "--of", "3", "--index", index, "c.yaml"]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    // Of a clone only its branch is taken along.
    for index in 0..3 {
        let folder = parts.folder(&format!("work/shards/{index}-of-3"));
        let _ = fs::remove_dir_all(folder.join("clones"));
    }
    for _ in 0..2 {
        let merged = parts.run(&["merge", "c.yaml"]);
        assert_eq!(merged.code, Some(0), "{merged:?}");
        let sum = "5 repositories: 4 changed, 1 unchanged";
        assert!(merged.stdout.contains(sum), "{merged:?}");
    }
    // The next run has nothing to do but to push.
    let run = parts.run(&["run", "c.yaml"]);
    assert!(!run.stderr.contains("[1/"), "{run:?}");
    assert_eq!(parts.state(), whole.state());
    let pushed = parts.run(&["run", "--push", "c.yaml"]);
    assert!(
        pushed
            .stdout
            .contains("r0  changed: 1 change in 1 file, pushed"),
        "{pushed:?}"
    );
    let text = git(&parts.folder("r0.git"), &["show", "migrate:a.py"]);
    assert!(text.contains("await asyncio.sleep(1)"), "{text}");
}

#[test]
fn a_part_takes_up_what_failed_where_that_is_asked_for() {
    let mut team = Team::new();
    team.add("a", SLEEPS).add("b", SLEEPS).campaign("");
    let words = ["shard", "--of", "2", "--index", "0", "c.yaml"];
    git(&team.folder("a"), &["branch", "migrate"]);
    assert_eq!(team.run(&words).code, Some(1));
    git(&team.folder("a"), &["branch", "-D", "migrate"]);
    assert_eq!(team.run(&words).code, Some(1));
    let run = team.run(&[&words[..], &["--retry"]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("a  changed"), "{run:?}");
}

#[test]
fn a_part_that_is_not_there_is_refused() {
    let team = team();
    for (words, said) in [
        (
            &["shard", "--of", "2", "--index", "2", "c.yaml"][..],
            "--index 2 is not below --of 2",
        ),
        (&["merge", "c.yaml"], "there are no shards in"),
        (&["merge", "c.yaml", "r0"], "there is no campaign in r0"),
    ] {
        let run = team.run(words);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
}

#[test]
fn what_a_lost_run_made_is_taken_over() {
    for published in [false, true] {
        let mut team = Team::new();
        team.add("one", SLEEPS);
        if published {
            team.publish("one");
        }
        team.campaign("");
        let words = ["run", "--workdir", "lost", "c.yaml"];
        let push = if published { &["--push"][..] } else { &[] };
        team.run(&[&words[..], push].concat());
        fs::remove_dir_all(team.folder("lost")).expect("it is ours");
        let run = team.run(&[&["run", "c.yaml"], push].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        // Other commits than it would make are somebody's.
        fs::remove_dir_all(team.folder("work")).expect("it is ours");
        team.campaign("commit: {message: another}\n");
        let run = team.run(&["run", "c.yaml"]);
        let said =
            "failed: the branch `migrate` exists, with commits that this campaign did not make";
        assert!(run.stdout.contains(said), "{run:?}");
    }
}

#[test]
fn a_part_goes_on_from_where_the_campaign_is() {
    let team = team();
    assert_eq!(team.run(&["run", "c.yaml"]).code, Some(0));
    let run = team.run(&["shard", "--of", "2", "--index", "0", "c.yaml"]);
    assert!(!run.stderr.contains("[1/"), "{run:?}");
    assert!(run.stdout.contains("3 repositories: 3 changed"), "{run:?}");
}
