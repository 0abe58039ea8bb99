//! Which files a walk finds, and which it leaves out.

use super::*;

/// Makes the files (a name that ends with `/` is a folder), walks, and compares paths below.
#[track_caller]
fn check(made: &[&str], named: &[&str], options: &WalkOptions, expected: &[&str]) -> Walk {
    let root = tempfile::tempdir().expect("a folder");
    for name in made {
        let path = root.path().join(name);
        let folder = if name.ends_with('/') {
            &path
        } else {
            path.parent().expect("a parent")
        };
        std::fs::create_dir_all(folder).expect("folders are made");
        if !name.ends_with('/') {
            std::fs::write(&path, "secret.py\n").expect("a file is made");
        }
    }
    let named: Vec<PathBuf> = named.iter().map(|name| root.path().join(name)).collect();
    let walk = walk(&named, options);
    let found: Vec<_> = walk
        .files
        .iter()
        .map(|file| {
            file.strip_prefix(root.path())
                .expect("below the root")
                .to_string_lossy()
        })
        .collect();
    assert_eq!(found, expected);
    walk
}

#[test]
fn python_and_notebooks_are_found_in_order() {
    let made = [
        "b.py",
        "a/x.ipynb",
        "a.py",
        "a/y.pyi",
        "c.txt",
        ".h/z.py",
        "d.py/e.py",
    ];
    let expected = ["a/x.ipynb", "a.py", ".h/z.py", "b.py", "d.py/e.py"];
    let mut sorted = expected.map(PathBuf::from);
    sorted.sort();
    let sorted = sorted.each_ref().map(|path| path.to_str().expect("text"));
    check(&made, &[""], &WalkOptions::default(), &sorted);
}

#[test]
fn caches_and_environments_are_entered_only_by_name() {
    let made = ["venv/a.py", "src/__pycache__/b.py", "build/c.py"];
    check(&made, &[""], &WalkOptions::default(), &[]);
    check(&made, &["build"], &WalkOptions::default(), &["build/c.py"]);
}

#[test]
fn ignore_files_are_obeyed_on_request() {
    let made = [".git/", ".gitignore", "secret.py", "a.py"];
    check(&made, &[""], &WalkOptions::default(), &["a.py"]);
    let options = WalkOptions {
        no_ignore: true,
        ..WalkOptions::default()
    };
    check(&made, &[""], &options, &["a.py", "secret.py"]);
}

#[test]
fn a_file_that_is_named_is_taken_once() {
    let made = ["secret.py", "tool", ".git/", ".gitignore", "x_pb2.py"];
    let named = ["tool", "./secret.py", "secret.py", "x_pb2.py"];
    check(
        &made,
        &named,
        &WalkOptions::default(),
        &["secret.py", "tool", "x_pb2.py"],
    );
}

#[test]
fn excluded_paths_are_left_out() {
    let leave_out = |path: &Path, is_folder: bool| {
        path.ends_with("old.py") || is_folder && path.ends_with("sub")
    };
    let options = WalkOptions {
        leave_out: &leave_out,
        ..WalkOptions::default()
    };
    let made = ["old.py", "a.py", "x/sub/b.py", "x/old.py"];
    check(&made, &[""], &options, &["a.py"]);
    check(
        &made,
        &["old.py", "x/sub"],
        &options,
        &["old.py", "x/sub/b.py"],
    );
}

#[test]
fn generated_and_vendored_files_are_counted() {
    let made = ["a_pb2.py", "b_pb2_grpc.py", "c.py", "d/_vendor/e/f.py"];
    let walk = check(&made, &["", "."], &WalkOptions::default(), &["c.py"]);
    assert_eq!((walk.skipped_generated, walk.skipped_vendored), (2, 1));
}

#[test]
fn what_is_named_is_taken_unless_excludes_are_forced() {
    let made = [".git/", "a_pb2.py", "vendor/b.py", "build/c.py", "d.py"];
    let named = ["a_pb2.py", "vendor", "vendor/b.py", "build/c.py", "d.py"];
    let taken = ["a_pb2.py", "build/c.py", "d.py", "vendor/b.py"];
    let walk = check(&made, &named, &WalkOptions::default(), &taken);
    assert!(walk.is_named(&walk.files[0]));
    let options = WalkOptions {
        force_exclude: true,
        leave_out: &|path, _| path.ends_with("d.py"),
        ..WalkOptions::default()
    };
    let walk = check(&made, &named, &options, &[]);
    assert_eq!((walk.skipped_generated, walk.skipped_vendored), (1, 1));
}

#[test]
fn what_is_missing_or_a_stub_is_an_error() {
    let walk = check(
        &["a.py", "b.pyi"],
        &["no.py", "a.py", "b.pyi"],
        &WalkOptions::default(),
        &["a.py"],
    );
    let messages: Vec<_> = walk.errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 2);
    assert!(messages[0].contains("no.py: No such file"), "{messages:?}");
    assert!(messages[1].contains("b.pyi: a stub file"), "{messages:?}");
}

#[cfg(unix)]
#[test]
fn links_that_are_found_are_not_followed() {
    let root = tempfile::tempdir().expect("a folder");
    std::fs::write(root.path().join("a.py"), "").expect("a file is made");
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).expect("a link");
    let walk = walk(&[root.path().to_owned()], &WalkOptions::default());
    assert_eq!(walk.files, [root.path().join("a.py")]);
    assert_eq!(walk.errors, []);
}
