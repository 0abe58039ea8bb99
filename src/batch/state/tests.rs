//! The state of a campaign: stored, shared, newer, damaged.

use super::*;

#[test]
fn what_is_stored_is_there_after_the_end() {
    let folder = tempfile::tempdir().expect("there is room");
    let mut state = CampaignState::open(folder.path()).expect("it can be made");
    let mut known = MemberState::new("a", "/a", "x");
    let other = MemberState::new("b", "/b", "x");
    state.store([&known, &other]).expect("it is ours");
    known.step = Progress::Changed;
    known.tip = Some("1234".to_owned());
    known.changes = 7;
    state.store([&known]).expect("it is ours");
    drop(state);
    let state = CampaignState::open(folder.path()).expect("it is there");
    assert_eq!(state.of("a").expect("it is ours"), Some(known));
    let names: Vec<String> = state
        .all()
        .expect("it is ours")
        .into_iter()
        .map(|it| it.name)
        .collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn one_run_at_a_time_works_with_it() {
    let folder = tempfile::tempdir().expect("there is room");
    let state = CampaignState::open(folder.path()).expect("it can be made");
    let second = CampaignState::open(folder.path()).map(|_| ());
    assert!(matches!(second, Err(StateError::Busy { .. })));
    assert!(
        CampaignState::read(folder.path())
            .expect("it can be read")
            .is_some()
    );
    drop(state);
    CampaignState::open(folder.path()).expect("nobody works with it");
}

#[test]
fn what_is_newer_or_damaged_is_refused() {
    let folder = tempfile::tempdir().expect("there is room");
    assert!(
        CampaignState::read(folder.path())
            .expect("none is there")
            .is_none()
    );
    let state = CampaignState::open(folder.path()).expect("it can be made");
    state
        .connection
        .pragma_update(None, "user_version", 2)
        .expect("it is ours");
    drop(state);
    let newer = CampaignState::open(folder.path()).map(|_| ());
    assert!(matches!(newer, Err(StateError::Newer { version: 2, .. })));
    fs::write(
        folder.path().join(FILE),
        "no database at all, but some text",
    )
    .expect("it is ours");
    for name in ["campaign.sqlite-wal", "campaign.sqlite-shm"] {
        let _ = fs::remove_file(folder.path().join(name));
    }
    let damaged = CampaignState::open(folder.path()).map(|_| ());
    assert!(
        matches!(damaged, Err(StateError::Damaged { .. })),
        "{damaged:?}"
    );
}
