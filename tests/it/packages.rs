//! Lists of packages change with the last use of a package, and only below the paths that are named.

use crate::support::Project;

const PROJECT: &str = "\
//- pyproject.toml
[project]
name = \"demo\"
dependencies = [
    \"aiohttp\",
    \"nest_asyncio>=1.5\",
]
//- requirements.txt
aiohttp
Nest.Asyncio==1.6.0 \\
    --hash=sha256:0
//- notebooks/environment.yml
dependencies:
  - nest-asyncio
//- notebooks/clean_cells.py
# %%
!pip install -q nest_asyncio aiohttp

# %%
import nest_asyncio

nest_asyncio.apply()
";

/// Another file that needs the package.
const USER: &str =
    "# %%\nimport library\nimport nest_asyncio\n\nnest_asyncio.apply()\nlibrary.run()\n";

fn migrate(project: &Project, path: &str) {
    let level = ["--safety", "review", "--allow-dirty"];
    let select = ["--select", "nest-asyncio"];
    let run = project.run(&[&["migrate"], &select[..], &level[..], &[path]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// Compares what each file has of the package after a migration of `path`.
#[track_caller]
fn check(project: &Project, path: &str, expected: [bool; 4]) {
    migrate(project, path);
    let has = |path: &str| project.text(path).to_lowercase().contains("asyncio");
    let found = [
        "pyproject.toml",
        "requirements.txt",
        "notebooks/environment.yml",
        "notebooks/clean_cells.py",
    ]
    .map(has);
    assert_eq!(found, expected, "{path}");
}

#[test]
fn entries_go_with_the_last_use() {
    let project = Project::new(PROJECT);
    check(&project, ".", [false; 4]);
    let lines = "[project]\nname = \"demo\"\ndependencies = [\n    \"aiohttp\",\n]\n";
    assert_eq!(project.text("pyproject.toml"), lines);
    assert_eq!(project.text("requirements.txt"), "aiohttp\n");
    let cells = project.text("notebooks/clean_cells.py");
    assert!(cells.contains("!pip install -q aiohttp\n"), "{cells}");
}

#[test]
fn nothing_outside_the_named_paths_is_written() {
    let project = Project::new(PROJECT);
    check(&project, "notebooks", [true, true, false, false]);
    let project = Project::new(PROJECT);
    check(
        &project,
        "notebooks/clean_cells.py",
        [true, true, true, false],
    );
    let project = Project::new(PROJECT);
    check(&project, "requirements.txt", [true; 4]);
}

#[test]
fn a_file_that_is_not_named_is_a_user_too() {
    let project = Project::new(PROJECT);
    project.write("other_cells.py", USER);
    migrate(&project, "notebooks");
    let cells = project.text("notebooks/clean_cells.py");
    assert!(!cells.contains("import nest_asyncio"), "{cells}");
    assert!(cells.contains("install -q nest_asyncio"), "{cells}");
    let run = Project::new(PROJECT);
    run.write("other_cells.py", USER);
    let run = run.run(&["diff", "--select", "nest-asyncio", "--format", "json", "."]);
    let findings = run.of_type("finding");
    let reasons = findings.iter().map(|it| it["reason"].as_str());
    let says =
        |it: &Option<&str>| it.is_some_and(|it| it.starts_with("other_cells.py still uses it"));
    let stays = reasons.filter(says);
    // Said of every entry, the line of the notebook among them.
    assert_eq!(stays.count(), 4, "{run:?}");
}
