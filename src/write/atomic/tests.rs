//! What is written, what stays, and what is put back.

use tempfile::TempDir;

use super::*;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let tree = tempfile::tempdir().expect("a temporary directory can be made");
    for (name, text) in files {
        let path = tree.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the tree"))
            .expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
    tree
}

fn read(tree: &TempDir, name: &str) -> String {
    fs::read_to_string(tree.path().join(name)).expect("the file can be read")
}

/// Writes `new` over every named file that was read as `old`; returns the errors as text.
#[track_caller]
fn check(tree: &TempDir, named: &str, paths: &[&str], expected: &[&str]) {
    let paths: Vec<PathBuf> = paths.iter().map(|path| tree.path().join(path)).collect();
    let rewrites: Vec<Rewrite<'_>> = paths
        .iter()
        .map(|path| Rewrite {
            path,
            before: Some(b"old"),
            after: Some(b"new"),
            look: None,
            rests_on: Vec::new(),
        })
        .collect();
    let outcome = write_all(
        &rewrites,
        Vec::new(),
        &Order::unkept(&[tree.path().join(named)]),
        &AtomicBool::new(false),
    );
    let outcome = outcome.expect("it can begin");
    let said: Vec<String> = outcome
        .failed
        .iter()
        .map(|error| {
            error
                .to_string()
                .split([';', ','])
                .next()
                .unwrap_or("")
                .to_owned()
        })
        .collect();
    assert_eq!(said, expected);
    let left = fs::read_dir(tree.path()).expect("the tree can be read");
    let temporary = left
        .filter_map(Result::ok)
        .any(|entry| entry.file_name().to_string_lossy().starts_with(".awaitify"));
    assert!(!temporary, "a temporary file is left");
}

#[test]
fn replaces_the_bytes() {
    let tree = tree(&[("a.py", "old"), ("b.py", "old")]);
    check(&tree, "", &["a.py", "b.py"], &[]);
    assert_eq!(read(&tree, "a.py") + &read(&tree, "b.py"), "newnew");
}

#[test]
fn a_file_that_changed_meanwhile_stays_and_the_others_go_on() {
    let tree = tree(&[("a.py", "newer"), ("b.py", "old")]);
    check(
        &tree,
        "",
        &["a.py", "b.py"],
        &["changed on disk since it was read"],
    );
    assert_eq!(read(&tree, "a.py") + &read(&tree, "b.py"), "newernew");
}

/// Writes `new` over files that were read as `old`, each with those it rests on; `meanwhile` is done
/// between the check of all and the first. Returns what is told of those that failed.
fn write_bound(
    tree: &TempDir,
    files: &[(&str, &[&str])],
    meanwhile: impl FnOnce(&mut Vec<File<'_>>, &mut Stage),
) -> Vec<String> {
    let root = fs::canonicalize(tree.path()).expect("it is there");
    let paths = |names: &[&str]| names.iter().map(|name| root.join(name)).collect::<Vec<_>>();
    let bound: Vec<(PathBuf, Vec<PathBuf>)> = files
        .iter()
        .map(|(name, rests_on)| (root.join(name), paths(rests_on)))
        .collect();
    let (mut targets, mut failed, mut ready) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut stage = Stage::new(vec![root.clone()]);
    for (path, rests_on) in &bound {
        let rewrite = Rewrite {
            path,
            before: Some(b"old"),
            after: Some(b"new"),
            look: None,
            rests_on: rests_on.iter().map(PathBuf::as_path).collect(),
        };
        match prepare(&rewrite, &mut stage, &mut targets, &mut ready) {
            Ok(file) => ready.push(file),
            Err(error) => failed.push(error),
        }
    }
    meanwhile(&mut ready, &mut stage);
    let stop = AtomicBool::new(false);
    leave_orphaned(&mut ready, &mut failed, &mut stage);
    replace_all(&mut ready, &mut failed, &mut stage, &stop);
    let told = failed.into_iter().map(|error| {
        let name = error.path().strip_prefix(&root).map(Path::display);
        let told = format!("{}: {error}", name.expect("it is in the tree"));
        told.replace(&format!("{}/", root.display()), "")
    });
    told.collect()
}

#[test]
fn what_rests_on_a_file_that_cannot_be_written_is_not_begun() {
    let tree = tree(&[
        ("a.py", "old"),
        ("b.py", "old"),
        ("c.py", "newer"),
        ("d.py", "old"),
    ]);
    let files: &[(&str, &[&str])] = &[
        ("a.py", &["b.py"]),
        ("b.py", &["c.py"]),
        ("c.py", &["d.py"]),
        ("d.py", &[]),
    ];
    let told = write_bound(&tree, files, |_, _| {});
    let orphaned =
        "not written, because its changes require those of c.py, which could not be written";
    let expected = [
        "c.py: changed on disk since it was read; run again".to_owned(),
        format!("b.py: {orphaned}"),
        format!("a.py: {orphaned}"),
    ];
    assert_eq!(told, expected);
    let texts = ["a.py", "b.py", "c.py", "d.py"].map(|name| read(&tree, name));
    assert_eq!(texts, ["old", "old", "newer", "new"]);
}

#[test]
fn what_is_written_before_a_file_that_it_rests_on_fails_is_put_back() {
    let tree = tree(&[
        ("a.py", "old"),
        ("b.py", "old"),
        ("c.py", "old"),
        ("d.py", "old"),
    ]);
    let files: &[(&str, &[&str])] = &[
        ("a.py", &["c.py"]),
        ("b.py", &[]),
        ("c.py", &["a.py"]),
        ("d.py", &["a.py"]),
    ];
    let told = write_bound(&tree, files, |_, _| {
        fs::write(tree.path().join("c.py"), "newer").expect("it can be written");
    });
    assert_eq!(told.len(), 3, "{told:?}");
    let texts = ["a.py", "b.py", "c.py", "d.py"].map(|name| read(&tree, name));
    assert_eq!(texts, ["old", "new", "newer", "old"]);
}

#[test]
fn a_file_that_cannot_be_put_back_is_named() {
    let tree = tree(&[("a.py", "old"), ("b.py", "old")]);
    let files: &[(&str, &[&str])] = &[("a.py", &["b.py"]), ("b.py", &["a.py"])];
    let told = write_bound(&tree, files, |ready, stage| {
        ready[0].replace(stage).expect("it can be written");
        fs::write(tree.path().join("a.py"), "another's").expect("it can be written");
        fs::write(tree.path().join("b.py"), "newer").expect("it can be written");
    });
    let expected = [
        "b.py: changed on disk since it was read; run again",
        "a.py: written, and cannot be restored: it has changed on disk; its changes require those of b.py, which could not be written",
    ];
    assert_eq!(told, expected);
    assert_eq!(read(&tree, "a.py"), "another's");
}

#[cfg(unix)]
#[test]
fn two_names_of_a_file_stand_or_fall_together() {
    let tree = tree(&[("a.py", "old"), ("b.py", "newer")]);
    std::os::unix::fs::symlink(tree.path().join("a.py"), tree.path().join("link.py"))
        .expect("a link can be made");
    let files: &[(&str, &[&str])] = &[("a.py", &[]), ("b.py", &[]), ("link.py", &["b.py"])];
    let told = write_bound(&tree, files, |_, _| {});
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(read(&tree, "a.py"), "old");
}

#[test]
fn an_unchanged_file_is_not_touched() {
    let tree = tree(&[("a.py", "old")]);
    let path = tree.path().join("a.py");
    let touched = || {
        fs::metadata(&path)
            .and_then(|data| data.modified())
            .expect("it has a time")
    };
    let before = touched();
    let same = Rewrite {
        path: &path,
        before: Some(b"old"),
        after: Some(b"old"),
        look: None,
        rests_on: Vec::new(),
    };
    assert!(
        write_all(
            &[same],
            Vec::new(),
            &Order::unkept(&[tree.path().to_owned()]),
            &AtomicBool::new(false)
        )
        .expect("it can begin")
        .written
        .is_empty()
    );
    assert_eq!(touched(), before);
}

#[cfg(unix)]
#[test]
fn mode_bits_are_kept_and_read_only_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let tree = tree(&[("a.py", "old"), ("b.py", "old")]);
    let mode = |name: &str, mode: u32| {
        fs::set_permissions(tree.path().join(name), fs::Permissions::from_mode(mode))
            .expect("the mode can be set");
    };
    mode("a.py", 0o751);
    mode("b.py", 0o444);
    // Root may write what nobody else may.
    let is_refused = fs::OpenOptions::new()
        .write(true)
        .open(tree.path().join("b.py"))
        .is_err();
    let refusals: &[&str] = if is_refused { &["read-only"] } else { &[] };
    check(&tree, "", &["a.py", "b.py"], refusals);
    let kept = fs::metadata(tree.path().join("a.py"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(kept & 0o7777, 0o751);
    assert_eq!(read(&tree, "b.py"), if is_refused { "old" } else { "new" });
}

#[cfg(unix)]
#[test]
fn a_link_inside_the_tree_is_written_through_and_one_that_leads_out_is_refused() {
    use std::os::unix::fs::symlink;
    let tree = tree(&[("in/a.py", "old"), ("out.py", "old")]);
    let at = |name: &str| tree.path().join(name);
    symlink(at("in/a.py"), at("in/link.py")).expect("a link can be made");
    symlink(at("out.py"), at("in/away.py")).expect("a link can be made");
    check(
        &tree,
        "in",
        &["in/a.py", "in/link.py", "in/away.py"],
        &["leads out of the given paths"],
    );
    assert_eq!(read(&tree, "in/a.py") + &read(&tree, "out.py"), "newold");
    assert!(at("in/link.py").is_symlink());
}

#[test]
fn a_full_disk_is_told_apart() {
    let full = WriteError::from_io(Path::new("a.py"), io::ErrorKind::StorageFull.into());
    assert!(matches!(full, WriteError::Full { .. }));
    let path = Path::new("b.py");
    let other = Rewrite {
        path,
        before: Some(b"old"),
        after: Some(b"new"),
        look: None,
        rests_on: Vec::new(),
    };
    let outcome = nothing_written(Vec::new(), full, &[&other]);
    let said: Vec<&Path> = outcome.failed.iter().map(WriteError::path).collect();
    assert_eq!(said, [Path::new("a.py"), path]);
}

#[test]
fn once_it_is_stopped_no_file_is_begun() {
    let tree = tree(&[("a.py", "old")]);
    let path = tree.path().join("a.py");
    let rewrite = Rewrite {
        path: &path,
        before: Some(b"old"),
        after: Some(b"new"),
        look: None,
        rests_on: Vec::new(),
    };
    let trees = [tree.path().to_owned()];
    let stop = AtomicBool::new(true);
    let outcome = write_all(&[rewrite], Vec::new(), &Order::unkept(&trees), &stop);
    let outcome = outcome.expect("it can begin");
    assert!(outcome.written.is_empty());
    let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
    assert_eq!(failed, ["not written, because the run was interrupted"]);
    assert_eq!(read(&tree, "a.py"), "old");
    assert!(!tree.path().join(".awaitify").exists());
}
