//! Pinned releases of real projects, fetched on demand: the laws of a tree, through the program.
//!
//! `AWAITIFY_TESTS=corpus` takes them all, `AWAITIFY_TESTS=sample` the first few; without either,
//! nothing is fetched. The laws of single files are in `laws::corpus`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::patch;
use crate::support::{Project, catalog, is_asked_for};

/// How many releases the sample has.
const SAMPLE: &str = "7";

/// Returns the folder with the releases; `None` where nobody asked for them.
pub(crate) fn corpus() -> Option<&'static Path> {
    static ROOT: OnceLock<Option<PathBuf>> = OnceLock::new();
    ROOT.get_or_init(fetch).as_deref()
}

fn fetch() -> Option<PathBuf> {
    let (folder, number) = match () {
        () if is_asked_for("corpus") => ("corpus", None),
        () if is_asked_for("sample") => ("sample", Some(SAMPLE)),
        () => return None,
    };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(folder);
    let status = Command::new("python3")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/python/corpus.py"
        ))
        .arg(&root)
        .args(number)
        .status()
        .expect("python3 can be started");
    assert!(status.success(), "the releases cannot be fetched");
    Some(root)
}

/// Returns the folders of the releases, sorted.
#[track_caller]
fn releases(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).expect("the corpus can be read");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "the corpus is empty");
    folders
}

#[test]
fn a_patch_of_a_release_gives_what_a_migration_gives() {
    let Some(root) = corpus() else { return };
    for release in releases(root) {
        let (patched, migrated) = (Project::copy_of(&release), Project::copy_of(&release));
        let diff = ["diff", "--format", "patch", "--safety", "review", "."];
        let patch = patched.output(&diff).stdout;
        // git takes no empty patch.
        if !patch.is_empty() {
            patch::apply(&patched, &patch);
        }
        migrated.migrate();
        let differs = first_difference(&patched, &migrated);
        assert_eq!(differs, None, "{}", release.display());
        let again = migrated.migrate();
        assert_eq!(again.of_type("change").len(), 0, "{}", release.display());
    }
}

/// Whole trees in a message would be longer than anyone reads.
fn first_difference(one: &Project, other: &Project) -> Option<PathBuf> {
    let (one, other) = (one.tree(), other.tree());
    let names = |tree: &[(PathBuf, Vec<u8>)]| -> Vec<PathBuf> {
        tree.iter().map(|(path, _)| path.clone()).collect()
    };
    assert_eq!(names(&one), names(&other));
    let mut pairs = one.into_iter().zip(other);
    pairs.find_map(|(one, other)| (one != other).then_some(one.0))
}

#[test]
fn a_release_gives_the_same_with_any_number_of_threads_and_file_by_file() {
    let Some(root) = corpus() else { return };
    let told_once = told_once_in_project();
    for release in releases(root) {
        let project = Project::copy_of(&release);
        let sites = |arguments: &[&str]| -> Vec<String> {
            let diff = ["diff", "--format", "json", "--safety", "review"];
            let run = project.run(&[&diff[..], arguments].concat());
            let lines = run.stdout.lines();
            let sites = lines.filter(|line| !line.contains(r#""type":"summary""#));
            sites.map(str::to_owned).collect()
        };
        let whole = sites(&["-j", "1", "."]);
        assert_eq!(whole, sites(&["-j", "7", "."]), "{}", release.display());
        // What is told of a dependency file is about all that a run changes.
        let mut sources = paths_of(&whole);
        sources.retain(|path| path.ends_with(".py") || path.ends_with(".ipynb"));
        for path in sources.into_iter().step_by(5) {
            // What is told once of a project is told of the files of the run.
            let of_project = |line: &String| told_once.iter().any(|rule| line.contains(rule));
            let here = |line: &String| path_of(line) == path && !of_project(line);
            let mut alone = sites(&[&path]);
            alone.retain(here);
            let mut in_whole = whole.clone();
            in_whole.retain(here);
            assert_eq!(in_whole, alone, "{}: {path}", release.display());
        }
    }
}

/// The rules whose findings are told once of a project, as JSON has them.
fn told_once_in_project() -> Vec<String> {
    let rules = catalog().recipes().iter().flat_map(|recipe| {
        let rules = recipe.content.rules.iter();
        rules.map(move |rule| (recipe, rule))
    });
    let rules = rules.filter(|(_, rule)| rule.is_told_once_in_project());
    let named =
        rules.map(|(recipe, rule)| format!(r#""recipe":"{}","rule":"{}""#, recipe.id, rule.id));
    named.collect()
}

fn paths_of(lines: &[String]) -> Vec<String> {
    let mut paths: Vec<String> = lines.iter().map(|line| path_of(line)).collect();
    paths.dedup();
    paths
}

fn path_of(line: &str) -> String {
    let object: serde_json::Value = serde_json::from_str(line).expect("a line is an object");
    object["path"].as_str().unwrap_or_default().to_owned()
}
