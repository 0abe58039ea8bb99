//! What git could not bring back is not overwritten, whatever its index, settings and variables say.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;
use std::process::Command;

use crate::hostile::skipped;
use crate::support::{BLOCKING, Project, Run};

/// `BLOCKING` with a line that nobody has committed; as long as [`other`].
fn mine() -> String {
    format!("{BLOCKING}# mine\n")
}

fn other() -> String {
    format!("{BLOCKING}# them\n")
}

/// Returns a project with one file committed.
fn committed() -> Project {
    let project = Project::new(&format!("//- a.py\n{}", other()));
    project.commit();
    project
}

/// Returns a project with one file committed, and changed since.
fn dirty() -> Project {
    let project = committed();
    project.write("a.py", mine());
    project
}

fn commit_all(project: &Project) {
    project.git(&["add", "--all"]);
    project.git(&["commit", "--quiet", "--message", "next"]);
}

/// Returns what git prints, in the root.
#[track_caller]
fn git(project: &Project, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    let output = git.args(arguments).current_dir(project.root()).output();
    let output = output.expect("git can be started");
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn migrate(project: &Project, variables: &[(&str, &str)], path: &str) -> Run {
    project.run_where(variables, &["migrate", path])
}

/// Checks that a file is not written, and that the reason is told.
#[track_caller]
fn check_refused_where(project: &Project, variables: &[(&str, &str)], path: &str, why: &str) {
    let before = project.read(path);
    let run = migrate(project, variables, path);
    assert_eq!(project.read(path), before, "it is overwritten: {run:?}");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(why), "{why}: {run:?}");
}

#[track_caller]
fn check_refused(project: &Project, path: &str, why: &str) {
    check_refused_where(project, &[], path, why);
}

/// Checks that a file that git has is written.
#[track_caller]
fn check_written(project: &Project, variables: &[(&str, &str)], path: &str) {
    let run = migrate(project, variables, path);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        project.text(path).contains("await asyncio.sleep"),
        "{run:?}"
    );
}

const CHANGED: &str = "has changes that are not committed";

const ENDS: &str = "has other line ends than git would write";

const ATTRIBUTES: &str = "has git attributes that are not as they are committed";

const NEW: &str = "a.py, which is not committed";

/// Checks that a change is seen although git itself says that there is none.
#[track_caller]
fn check_lie(lie: impl Fn(&Project), path: &str, why: &str) {
    let project = dirty();
    lie(&project);
    assert_eq!(
        git(&project, &["status", "--porcelain", "--", path]),
        "",
        "it is no lie"
    );
    check_refused(&project, path, why);
}

#[test]
fn an_index_that_looks_away() {
    let update =
        |flag: &'static str| move |project: &Project| project.git(&["update-index", flag, "a.py"]);
    check_lie(update("--assume-unchanged"), "a.py", CHANGED);
    check_lie(update("--skip-worktree"), "a.py", CHANGED);
    let monitored = |project: &Project| {
        project.git(&["config", "core.fsmonitor", "printf 1\\\\0"]);
        project.write("a.py", other());
        project.git(&["status", "--short"]);
        project.git(&["update-index", "--fsmonitor-valid", "a.py"]);
        project.write("a.py", mine());
    };
    let project = dirty();
    monitored(&project);
    check_refused(&project, "a.py", CHANGED);
}

#[test]
fn a_change_that_leaves_size_and_time() {
    let project = committed();
    for setting in [["core.checkStat", "minimal"], ["core.trustctime", "false"]] {
        project.git(&["config", setting[0], setting[1]]);
    }
    let path = project.root().join("a.py");
    let old = fs::File::open(&path).and_then(|file| file.metadata());
    let old = old
        .and_then(|found| found.modified())
        .expect("it has a time");
    let past = old - std::time::Duration::from_secs(60);
    let set = || {
        let file = fs::File::options()
            .write(true)
            .open(&path)
            .expect("it is ours");
        file.set_modified(past).expect("it is ours");
    };
    set();
    project.git(&["update-index", "--refresh"]);
    project.write("a.py", mine());
    set();
    assert_eq!(
        git(&project, &["status", "--porcelain"]),
        "",
        "it is no lie"
    );
    check_refused(&project, "a.py", CHANGED);
}

#[test]
fn settings_that_look_elsewhere() {
    let elsewhere = |project: &Project| {
        project.write("clean/a.py", other());
        let clean = project.root().join("clean");
        project.git(&["config", "core.worktree", &clean.to_string_lossy()]);
    };
    check_lie(elsewhere, "a.py", CHANGED);
    let project = committed();
    elsewhere(&project);
    check_written(&project, &[], "a.py");
    let project = dirty();
    project.git(&["config", "core.worktree", "/nowhere/at/all"]);
    check_refused(&project, "a.py", CHANGED);
    // Git says nothing of a work tree that it shall not have.
    let project = dirty();
    project.git(&["config", "core.bare", "true"]);
    check_refused(&project, "a.py", CHANGED);
}

#[test]
fn settings_that_hide_what_is_new() {
    for (name, value) in [
        ("status.showUntrackedFiles", "no"),
        ("core.excludesFile", "all"),
    ] {
        let project = committed();
        project.git(&["config", name, value]);
        project.write("all", "*\n");
        project.write("sub/a.py", BLOCKING);
        check_refused(&project, "sub/a.py", NEW);
    }
}

#[test]
fn a_name_of_another_case_or_form() {
    for (name, tracked, untracked) in [
        ("core.ignorecase", "A.py", "a.py"),
        ("core.precomposeunicode", "\u{e9}a.py", "e\u{301}a.py"),
    ] {
        let project = Project::new(&format!("//- {tracked}\n{BLOCKING}"));
        project.commit();
        project.git(&["config", name, "true"]);
        project.write(untracked, BLOCKING);
        let names = fs::read_dir(project.root()).expect("it can be read");
        let names = names.filter_map(Result::ok).map(|entry| entry.file_name());
        if names
            .filter(|name| name.as_bytes().ends_with(b".py"))
            .count()
            < 2
        {
            return skipped("both names are one here");
        }
        check_refused(&project, untracked, NEW);
        check_written(&project, &[], tracked);
    }
}

#[test]
fn a_git_folder_that_is_none() {
    // Git goes on above it, and so does what is asked: a change is one, and a file as it was is written.
    for made in [".git/x", ".git/HEAD", "HEAD"] {
        let project = Project::new(&format!(
            "//- sub/a.py\n{}//- sub/b.py\n{}",
            other(),
            other()
        ));
        project.commit();
        project.write("sub/a.py", mine());
        project.write(&format!("sub/{made}"), "ref: refs/heads/main\n");
        fs::create_dir_all(project.root().join("sub/.git")).expect("it can be made");
        check_refused(&project, "sub/a.py", CHANGED);
        check_written(&project, &[], "sub/b.py");
    }
    let project = Project::new(&format!("//- sub/a.py\n{}", other()));
    project.commit();
    project.write("sub/.git", "nonsense\n");
    check_refused(&project, "sub/a.py", "in a repository that git cannot read");
    project.write("sub/.git", "gitdir: ../nowhere\n");
    check_refused(&project, "sub/a.py", "in a repository that git cannot read");
}

#[test]
fn a_bare_repository_beside_a_folder_that_is_none() {
    let project = dirty();
    let bare = Project::new(&format!("//- a.py\n{}", mine()));
    bare.commit();
    for name in ["HEAD", "objects", "refs"] {
        fs::rename(
            bare.root().join(".git").join(name),
            project.root().join(name),
        )
        .expect("it can be moved");
    }
    fs::remove_dir_all(project.root().join(".git")).expect("it can be removed");
    fs::create_dir(project.root().join(".git")).expect("it can be made");
    // Outside of git nothing is asked of it.
    check_written(&project, &[], "a.py");
}

/// Variables are asked of a dirty file, and of one that is as it was committed.
#[test]
fn variables_that_name_another_repository() {
    let (project, other_project) = (dirty(), Project::new(&format!("//- a.py\n{}", mine())));
    other_project.commit();
    project.write("clean.py", BLOCKING);
    project.git(&["add", "clean.py"]);
    project.git(&["commit", "--quiet", "--message", "next"]);
    let of = |path: &str| {
        other_project
            .root()
            .join(path)
            .to_string_lossy()
            .into_owned()
    };
    let (folder, objects, top) = (of(".git"), of(".git/objects"), of(""));
    let all: &[&[(&str, &str)]] = &[
        &[("GIT_DIR", &folder)],
        &[("GIT_DIR", &folder), ("GIT_WORK_TREE", &top)],
        &[("GIT_WORK_TREE", &top)],
        &[("GIT_INDEX_FILE", &of(".git/index"))],
        &[("GIT_OBJECT_DIRECTORY", &objects)],
        &[("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects)],
        &[("GIT_COMMON_DIR", &folder)],
        &[("GIT_CEILING_DIRECTORIES", "/")],
        &[("GIT_NAMESPACE", "x")],
        &[("GIT_PREFIX", "sub/")],
        &[("GIT_LITERAL_PATHSPECS", "0"), ("GIT_ICASE_PATHSPECS", "1")],
        &[("GIT_DEFAULT_HASH", "sha256")],
        &[("GIT_EXEC_PATH", &top)],
        &[("GIT_CONFIG", &of("a.py"))],
        &[("GIT_CONFIG_GLOBAL", &of("a.py"))],
        &[("GIT_CONFIG_SYSTEM", &of("a.py"))],
        &[("GIT_CONFIG_PARAMETERS", "nonsense")],
        &[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "core.worktree"),
            ("GIT_CONFIG_VALUE_0", &top),
        ],
        &[("GIT_ATTR_SOURCE", "HEAD")],
        &[("GIT_SHALLOW_FILE", &of("a.py"))],
        &[("GIT_GRAFT_FILE", &of("a.py"))],
        &[("GIT_REPLACE_REF_BASE", "refs/heads/")],
        &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")],
    ];
    for variables in all {
        check_refused_where(&project, variables, "a.py", CHANGED);
    }
    check_written(&project, &all.concat(), "clean.py");
}

#[test]
fn objects_that_stand_for_others() {
    let project = dirty();
    let blob = git(&project, &["hash-object", "-w", "a.py"]);
    project.git(&["replace", "HEAD:a.py", &blob]);
    assert_eq!(
        git(&project, &["cat-file", "-p", "HEAD:a.py"]),
        mine().trim()
    );
    check_refused(&project, "a.py", CHANGED);
    // A whole commit, that has what is on disk.
    let project = dirty();
    let first = git(&project, &["rev-parse", "HEAD"]);
    commit_all(&project);
    project.git(&["checkout", "--quiet", "-b", "first", &first]);
    project.write("a.py", mine());
    project.git(&["replace", &first, "HEAD@{1}"]);
    check_refused(&project, "a.py", CHANGED);
}

#[test]
fn what_is_staged_is_not_committed() {
    let project = dirty();
    project.git(&["add", "a.py"]);
    check_refused(&project, "a.py", CHANGED);
    let staged = |arguments: &[&str]| {
        let project = committed();
        project.write("new/a.py", BLOCKING);
        project.git(arguments);
        check_refused(&project, "new/a.py", NEW);
    };
    staged(&["add", "new/a.py"]);
    staged(&["add", "--intent-to-add", "new/a.py"]);
    // Staged as it was, and as it is not.
    let project = committed();
    project.write("a.py", mine());
    project.git(&["add", "a.py"]);
    project.write("a.py", other());
    check_written(&project, &[], "a.py");
}

#[test]
fn what_is_ignored_removed_or_in_conflict() {
    let project = committed();
    project.write(".gitignore", "build\n");
    project.write("build/a.py", BLOCKING);
    check_refused(&project, "build/a.py", NEW);
    let project = committed();
    project.git(&["rm", "--quiet", "--cached", "a.py"]);
    check_written(&project, &[], "a.py");
    let project = committed();
    project.git(&["checkout", "--quiet", "-b", "theirs"]);
    project.write("a.py", format!("{BLOCKING}# they\n"));
    commit_all(&project);
    project.git(&["checkout", "--quiet", "-b", "ours", "HEAD~1"]);
    project.write("a.py", format!("{BLOCKING}# we\n"));
    commit_all(&project);
    let mut merge = Command::new("git");
    let merge = merge.args(["merge", "theirs"]).current_dir(project.root());
    assert!(
        merge.output().is_ok_and(|run| !run.status.success()),
        "they conflict"
    );
    // As one who has begun to solve it leaves it.
    project.write("a.py", format!("{BLOCKING}# we both\n"));
    check_refused(&project, "a.py", CHANGED);
}

#[test]
fn a_repository_without_a_commit() {
    let project = Project::new(&format!("//- a.py\n{BLOCKING}"));
    project.git(&["init", "--quiet"]);
    project.git(&["add", "a.py"]);
    check_refused(&project, "a.py", "in a repository without a commit");
    let project = committed();
    project.git(&["checkout", "--quiet", "--orphan", "new"]);
    check_refused(&project, "a.py", "in a repository without a commit");
    project.write(".git/HEAD", "nonsense\n");
    check_refused(&project, "a.py", "in a repository that git cannot read");
    let project = committed();
    project.git(&["checkout", "--quiet", "--detach"]);
    check_written(&project, &[], "a.py");
}

#[test]
fn a_clone_that_lacks_the_content() {
    let project = committed();
    let object = git(&project, &["rev-parse", "HEAD:a.py"]);
    let (folder, name) = object.split_at(2);
    let object = project.root().join(".git/objects").join(folder).join(name);
    let moved = project.root().join("moved");
    fs::rename(&object, &moved).expect("it is there");
    check_refused(&project, "a.py", "this clone lacks its content");
    // What is no object any more is not trusted for its name.
    fs::write(&object, "nonsense").expect("it can be written");
    check_refused(&project, "a.py", "a.py, which is");
    fs::remove_file(&object).expect("it is there");
    fs::rename(&moved, &object).expect("it is there");
    check_written(&project, &[], "a.py");
}

#[test]
fn clones_that_share_or_are_shallow() {
    let origin = committed();
    let next = origin.text("a.py");
    origin.write("b.py", next);
    commit_all(&origin);
    let from = format!("file://{}", origin.root().display());
    for how in ["--shared", "--depth=1", "--filter=blob:none", "--no-local"] {
        let project = Project::empty();
        origin.git(&["config", "uploadpack.allowFilter", "true"]);
        let from = if how == "--shared" {
            &from["file://".len()..]
        } else {
            &from
        };
        project.git(&["clone", "--quiet", how, from, "clone"]);
        check_written(&project, &[], "clone/a.py");
        project.write("clone/b.py", mine());
        check_refused(&project, "clone/b.py", CHANGED);
    }
}

#[test]
fn other_forms_of_a_repository() {
    // With another hash.
    let project = Project::new(&format!("//- a.py\n{}//- b.py\n{}", other(), other()));
    project.git(&["init", "--quiet", "--object-format=sha256"]);
    commit_all(&project);
    project.write("b.py", mine());
    check_written(&project, &[], "a.py");
    check_refused(&project, "b.py", CHANGED);
    // Packed, with an index that is split, and with a `.git` that lies elsewhere.
    let project = Project::new(&format!("//- a.py\n{}//- b.py\n{}", other(), other()));
    project.commit();
    project.git(&["gc", "--quiet"]);
    project.git(&["update-index", "--split-index"]);
    let elsewhere = Project::empty();
    let moved = elsewhere.root().join("moved");
    fs::rename(project.root().join(".git"), &moved).expect("it can be moved");
    symlink(&moved, project.root().join(".git")).expect("a link can be made");
    project.write("b.py", mine());
    check_written(&project, &[], "a.py");
    check_refused(&project, "b.py", CHANGED);
    fs::remove_file(project.root().join(".git")).expect("it is there");
    project.write(".git", format!("gitdir: {}\n", moved.display()));
    check_refused(&project, "b.py", CHANGED);
    project.git(&["checkout", "--quiet", "a.py"]);
    check_written(&project, &[], "a.py");
}

#[test]
fn worktrees_and_submodules_have_commits_of_their_own() {
    let project = committed();
    project.git(&["worktree", "add", "--quiet", "tree"]);
    project.write("tree/a.py", mine());
    check_refused(&project, "tree/a.py", CHANGED);
    project.git(&[
        "-C",
        "tree",
        "commit",
        "--quiet",
        "--all",
        "--message",
        "theirs",
    ]);
    check_written(&project, &[], "tree/a.py");
    let inner = committed();
    let from = inner.root().to_string_lossy();
    let project = committed();
    let allow = ["-c", "protocol.file.allow=always"];
    project.git(&[&allow[..], &["submodule", "--quiet", "add", &from, "sub"]].concat());
    project.git(&["commit", "--quiet", "--message", "next"]);
    project.git(&["config", "submodule.sub.ignore", "all"]);
    project.write("sub/a.py", mine());
    check_refused(&project, "sub/a.py", CHANGED);
    project.write("sub/a.py", other());
    check_written(&project, &[], "sub/a.py");
    // Without its repository there is none that has the file.
    project.write("sub/a.py", other());
    fs::remove_file(project.root().join("sub/.git")).expect("it is there");
    check_refused(&project, "sub/a.py", NEW);
    // A repository inside of one that does not know of it.
    project.git(&["init", "--quiet", "inner"]);
    project.write("inner/a.py", other());
    check_refused(&project, "inner/a.py", "in a repository without a commit");
}

#[test]
fn a_sparse_checkout() {
    let project = Project::new(&format!("//- a.py\n{}//- sub/b.py\n{}", other(), other()));
    project.commit();
    project.git(&["sparse-checkout", "set", "--cone", "--sparse-index"]);
    assert!(!project.root().join("sub/b.py").exists(), "it is sparse");
    project.write("sub/b.py", mine());
    check_refused(&project, "sub/b.py", CHANGED);
    check_written(&project, &[], "a.py");
}

#[test]
fn links_are_what_they_point_at() {
    let project = dirty();
    symlink("a.py", project.root().join("link.py")).expect("a link can be made");
    fs::create_dir(project.root().join("sub")).expect("it can be made");
    symlink("..", project.root().join("sub/up")).expect("a link can be made");
    project.git(&["add", "link.py", "sub"]);
    project.git(&["commit", "--quiet", "--message", "links"]);
    check_refused(&project, "link.py", CHANGED);
    check_refused(&project, "sub/up/a.py", CHANGED);
    // A link is committed, where now there is a file.
    fs::remove_file(project.root().join("link.py")).expect("it is there");
    project.write("link.py", BLOCKING);
    check_refused(&project, "link.py", CHANGED);
}

#[test]
fn names_that_git_would_quote_or_match() {
    for name in [
        "[a] b.py",
        "*.py",
        "größe.py",
        "a\nb.py",
        ":(top)a.py",
        "\"a\".py",
        "-a.py",
    ] {
        let project = Project::empty();
        project.write(name, other());
        project.write("a.py", other());
        project.commit();
        let path = format!("./{name}");
        check_written(&project, &[], &path);
        project.write(name, mine());
        check_refused(&project, &path, CHANGED);
    }
    let project = Project::empty();
    let name = std::ffi::OsStr::from_bytes(b"a\xff.py");
    fs::write(project.root().join(name), other()).expect("it can be written");
    project.commit();
    let run = project.run(&["migrate", "."]);
    assert_eq!(run.code, Some(0), "{run:?}");
    fs::write(project.root().join(name), mine()).expect("it can be written");
    assert_eq!(project.run(&["migrate", "."]).code, Some(2));
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn commit_attributes(project: &Project, attributes: &str) {
    project.write(".gitattributes", attributes);
    project.git(&["add", ".gitattributes"]);
    project.git(&["commit", "--quiet", "--message", "attributes"]);
}

/// Checks a file whose committed lines end with LF, and those on disk otherwise.
#[track_caller]
fn check_ends(attributes: &str, settings: &[[&str; 2]], text: &str, why: Option<&str>) {
    let project = committed();
    for [name, value] in settings {
        project.git(&["config", name, value]);
    }
    commit_attributes(&project, attributes);
    project.write("a.py", text);
    let Some(why) = why else {
        check_written(&project, &[], "a.py");
        // The control: it is what git gives back.
        project.git(&["checkout", "--quiet", "a.py"]);
        assert_eq!(project.text("a.py"), text, "git writes it otherwise");
        return;
    };
    check_refused(&project, "a.py", why);
}

#[test]
fn line_ends_that_git_gives_back_are_no_change() {
    let text = crlf(&other());
    check_ends("*.py text eol=crlf\n", &[], &text, None);
    check_ends("*.py eol=crlf\n", &[], &text, None);
    check_ends("* text=auto\n", &[["core.eol", "crlf"]], &text, None);
    check_ends("", &[["core.autocrlf", "true"]], &text, None);
    check_ends("*.py crlf\n", &[["core.eol", "crlf"]], &text, None);
    check_ends("* text=auto\n", &[["core.autocrlf", "true"]], &text, None);
}

#[test]
fn line_ends_that_git_does_not_give_back_are_a_change() {
    let (text, why) = (crlf(&other()), ENDS);
    check_ends("", &[], &text, Some(why));
    check_ends("", &[["core.autocrlf", "input"]], &text, Some(why));
    check_ends("", &[["core.eol", "crlf"]], &text, Some(why));
    check_ends(
        "*.py -text\n",
        &[["core.autocrlf", "true"]],
        &text,
        Some(why),
    );
    check_ends(
        "*.py eol=lf\n",
        &[["core.autocrlf", "true"]],
        &text,
        Some(why),
    );
    // Some lines of this kind and some of that are never given back.
    let mixed = other().replacen('\n', "\r\n", 2);
    check_ends("*.py text eol=crlf\n", &[], &mixed, Some(CHANGED));
    check_ends("*.py text eol=crlf\n", &[], &crlf(&mine()), Some(CHANGED));
    check_ends(
        "",
        &[["core.safecrlf", "false"], ["core.autocrlf", "true"]],
        &mixed,
        Some(CHANGED),
    );
}

#[test]
fn attributes_that_are_not_committed_decide_nothing() {
    let project = committed();
    project.write(".gitattributes", "*.py eol=crlf\n");
    project.write("a.py", crlf(&other()));
    check_refused(&project, "a.py", ATTRIBUTES);
    // The very bytes of the commit: git would give them other line ends.
    project.write("a.py", other());
    check_refused(&project, "a.py", ATTRIBUTES);
}

#[test]
fn the_content_of_the_commit_is_not_always_what_git_gives_back() {
    let text = other();
    check_ends("*.py eol=crlf\n", &[], &text, Some(ENDS));
    check_ends("", &[["core.autocrlf", "true"]], &text, Some(ENDS));
    check_ends("* text=auto\n", &[["core.eol", "crlf"]], &text, Some(ENDS));
    check_ends("*.py -text\n", &[["core.autocrlf", "true"]], &text, None);
    check_ends("", &[["core.autocrlf", "input"]], &text, None);
    // A few lines of the other kind, committed so: whether it is taken for text decides.
    let mixed = text.replacen('\n', "\r\n", 2);
    for (attributes, why) in [("* text=auto\n", None), ("*.py text\n", Some(ENDS))] {
        let project = Project::empty();
        project.write("a.py", &mixed);
        project.commit();
        commit_attributes(&project, attributes);
        project.git(&["config", "core.eol", "crlf"]);
        match why {
            Some(why) => check_refused(&project, "a.py", why),
            None => check_written(&project, &[], "a.py"),
        }
        let _ = fs::remove_file(project.root().join("a.py"));
        project.git(&["checkout", "--quiet", "a.py"]);
        let is_same = project.text("a.py") == mixed;
        assert_eq!(is_same, why.is_none(), "git writes it otherwise");
    }
}

#[test]
fn what_a_filter_makes_equal_is_not_known_to_be() {
    let same = format!("cat >/dev/null; printf '%s' '{}'", other());
    let by = |smudge: &'static str| [["filter.x.clean", &*same], ["filter.x.smudge", smudge]];
    let (filter, why) = ("*.py filter=x\n", Some("convert on checkout (filter x)"));
    check_ends(filter, &by("sed s/1/2/"), &mine(), why);
    check_ends(filter, &by("sed s/1/2/"), &other(), why);
    check_ends(filter, &[["filter.x.process", "x"]], &other(), why);
    // What gives back what it gets is as if it were not there.
    check_ends(filter, &by("cat"), &mine(), Some(CHANGED));
    check_ends(filter, &by("cat"), &other(), None);
    let project = committed();
    project.write(".gitattributes", "*.py filter=lfs\n");
    project.git(&["config", "filter.lfs.process", ""]);
    project.git(&["config", "filter.lfs.smudge", ""]);
    project.git(&["config", "filter.lfs.required", "false"]);
    check_written(&project, &[], "a.py");
}

#[test]
fn an_encoding_or_an_id_is_not_taken_back() {
    let encoding = "*.py working-tree-encoding=UTF-16\n";
    let why = "convert on checkout (working-tree-encoding UTF-16)";
    check_ends(encoding, &[], &mine(), Some(why));
    check_ends("*.py ident\n", &[], &mine(), Some(CHANGED));
    check_ends("*.py ident\n", &[], &other(), None);
    let project = Project::new(&format!(
        "//- .gitattributes\n*.py ident\n//- a.py\n{BLOCKING}# $Id: mine $\n"
    ));
    project.commit();
    check_refused(&project, "a.py", "convert on checkout (attribute ident)");
}

#[test]
fn an_owner_that_git_does_not_trust() {
    let project = committed();
    let top = project.root();
    let given = [top.to_owned(), top.join(".git")]
        .iter()
        .all(|path| chown(path, Some(1), None).is_ok());
    if !given {
        return skipped("only the superuser gives files away");
    }
    check_refused(&project, "a.py", "in a repository of another user");
    // The harness has the root for a home.
    project.write(
        ".gitconfig",
        format!("[safe]\n    directory = {}\n", top.display()),
    );
    check_written(&project, &[], "a.py");
}

#[test]
fn without_a_git_nothing_is_known() {
    let project = committed();
    for path in ["", "/nowhere", ".", ":"] {
        check_refused_where(&project, &[("PATH", path)], "a.py", "git is not installed");
    }
}

#[test]
fn pipes_do_not_make_it_wait() {
    let pipe = |path: &Path| {
        let _ = fs::remove_file(path);
        Command::new("mkfifo")
            .arg(path)
            .status()
            .is_ok_and(|made| made.success())
    };
    for name in [
        "HEAD",
        "config",
        "index",
        "info/attributes",
        "packed-refs",
        "shallow",
        "refs/heads/x",
        "objects/pack/multi-pack-index",
        "info/exclude",
    ] {
        let project = dirty();
        assert!(
            pipe(&project.root().join(".git").join(name)),
            "a pipe can be made"
        );
        check_refused(&project, "a.py", "in a repository that git cannot read");
        assert_eq!(
            project.run(&["check", "--since", "HEAD", "."]).code,
            Some(2)
        );
    }
    for (section, name) in [
        ("include", "path"),
        ("core", "attributesFile"),
        ("core", "excludesFile"),
    ] {
        let project = dirty();
        let named = project.root().join("pipe");
        assert!(pipe(&named), "a pipe can be made");
        let settings = project.text(".git/config");
        let more = format!("{settings}[{section}]\n\t{name} = {}\n", named.display());
        project.write(".git/config", more);
        check_refused(&project, "a.py", "in a repository that git cannot read");
    }
    let project = dirty();
    assert!(
        pipe(&project.root().join(".gitattributes")),
        "a pipe can be made"
    );
    check_refused(&project, "a.py", ATTRIBUTES);
    // Attributes are asked of files that may be renamed, too.
    let project = dirty();
    project.git(&["mv", "a.py", "b.py"]);
    project.git(&["add", "b.py"]);
    assert!(
        pipe(&project.root().join(".gitattributes")),
        "a pipe can be made"
    );
    let run = project.run(&["check", "--since", "HEAD", "b.py"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
