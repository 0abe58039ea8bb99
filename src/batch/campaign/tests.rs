//! Campaigns that are right, and mistakes with their places.

use std::path::Path;

use super::*;

#[track_caller]
fn check_wrong(text: &str, expected: &[&str]) {
    let mistakes = Campaign::read("c.yaml", text, Path::new("/x")).expect_err("it is wrong");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(told, expected);
}

#[test]
fn a_campaign_is_read() {
    let text = "\
repositories:
  - ../one
  - https://example.org/two.git
  - {glob: 'services/*', ref: main, verify: make test, paths: src}
  - {file: urls.txt, safety: review}
recipes: {select: [blocking-sleep, asyncio], safety: safe, folders: mine}
branch: migrate
verify: pytest -q
jobs: 4
";
    let campaign = Campaign::read("a/c.yaml", text, Path::new("/x")).expect("it is right");
    let places: Vec<&Whereabouts> = campaign.repositories.iter().map(|it| &it.place).collect();
    let expected = [
        &Whereabouts::Path("/x/../one".into()),
        &Whereabouts::Url("https://example.org/two.git".into()),
        &Whereabouts::Glob("/x".into(), "services/*".into()),
        &Whereabouts::File("/x/urls.txt".into()),
    ];
    assert_eq!(places, expected);
    assert_eq!(campaign.repositories[2].reference.as_deref(), Some("main"));
    assert_eq!(campaign.wants.select, ["blocking-sleep", "asyncio"]);
    assert_eq!(
        campaign.wants.verify.as_ref().map(|it| &*it.commands),
        Some(&["pytest -q".to_owned()][..])
    );
    assert_eq!(campaign.jobs, 4);
    assert_eq!(campaign.workdir, Path::new("/x/c.batch"));
    assert!(!campaign.is_configured);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    check_wrong(
        "repositories: [a]\nbranches: x\njobs: no\n",
        &[
            "c.yaml:2:1: unknown key `branches` (did you mean `branch`?)",
            "c.yaml:3:7: jobs: unknown number `no` (expected 1, 2, …)",
        ],
    );
    check_wrong(
        "repositories:\n  - {path: a, url: b}\n  - {ref: main}\nbranch: x\n",
        &[
            "c.yaml:2:5: repositories: the key `path` is missing (expected exactly one of path, url, glob and file)",
            "c.yaml:3:5: repositories: the key `path` is missing (expected exactly one of path, url, glob and file)",
        ],
    );
    check_wrong(
        "repositories: [a]\nbranch: x\nrecipes: {safety: save}\n",
        &["c.yaml:3:19: safety: unknown word `save` (did you mean `safe`?)"],
    );
}

#[test]
fn a_line_is_a_path_or_what_git_clones() {
    for url in ["ssh://h/r", "file:///r", "git@host:team/r.git"] {
        assert_eq!(
            Whereabouts::of_line(url, Path::new("/x")),
            Whereabouts::Url(url.to_owned())
        );
    }
    for path in ["a", "../a", "c:\\a", "a/b:c"] {
        let expected = Whereabouts::Path(Path::new("/x").join(path));
        assert_eq!(Whereabouts::of_line(path, Path::new("/x")), expected);
    }
}
