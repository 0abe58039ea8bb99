//! Lists of packages change with the last use of a package and the first use of another one, and only below the
//! paths that are named.

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
    let says = |it: &Option<&str>| {
        it.is_some_and(|it| it.starts_with("other_cells.py still uses this package"))
    };
    let stays = reasons.filter(says);
    // Said of every entry, the line of the notebook among them.
    assert_eq!(stays.count(), 4, "{run:?}");
}

/// Reads a file in a coroutine, and waits before it is closed: the recipe uses aiofiles.
const READER: &str = "\
import fastapi


async def load(path, send):
    with open(path) as f:
        await send(f.read())
";

/// Returns a project with that file at `path` and these lists, migrated below `named`, and what was said.
fn with_reader(path: &str, named: &str, lists: &[(&str, &str)]) -> (Project, String) {
    let project = Project::new("//- other.py\nprint(1)\n");
    project.write(path, READER);
    for (list, text) in lists {
        project.write(list, text);
    }
    let level = ["--safety", "review", "--allow-dirty"];
    let run = project.run(
        &[
            &["migrate", "--select", "blocking-file"],
            &level[..],
            &[named],
        ]
        .concat(),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text(path);
    assert!(text.contains("import aiofiles"), "{text}");
    let said = run.stdout.clone();
    (project, said)
}

const ROOT: &str = "[project]\nname = \"demo\"\ndependencies = [\n    \"fastapi\",\n]\n";
const BOTH: &str =
    "[project]\nname = \"demo\"\ndependencies = [\n    \"aiofiles>=23.1\",\n    \"fastapi\",\n]\n";
const INSTALL: &str = "Install what the new code imports with: pip install \"aiofiles>=23.1\"\n";

/// Compares the lists after a migration of all, and whether the command to install is named.
#[track_caller]
fn check_lists(path: &str, lists: &[(&str, &str, &str)]) {
    let before: Vec<_> = lists.iter().map(|(list, text, _)| (*list, *text)).collect();
    let (project, said) = with_reader(path, ".", &before);
    for (list, _, expected) in lists {
        assert_eq!(project.text(list), *expected, "{path}: {list}");
    }
    assert!(said.contains(INSTALL), "{said}");
}

#[test]
fn the_list_of_a_file_gets_what_the_file_begins_to_use() {
    check_lists("demo/load.py", &[("pyproject.toml", ROOT, BOTH)]);
    let poetry = "[tool.poetry.dependencies]\npython = \"^3.11\"\nfastapi = \"*\"\n";
    let after = format!("{poetry}aiofiles = \">=23.1\"\n");
    check_lists("demo/load.py", &[("pyproject.toml", poetry, &after)]);
    let lines = "fastapi\nuvicorn\n";
    let after = "aiofiles>=23.1\nfastapi\nuvicorn\n";
    check_lists("demo/load.py", &[("requirements.txt", lines, after)]);
    check_lists("demo/load.py", &[("requirements/base.txt", lines, after)]);
    let config = "[options]\ninstall_requires =\n    uvicorn\n    fastapi\n";
    let after = format!("{config}    aiofiles>=23.1\n");
    check_lists("demo/load.py", &[("setup.cfg", config, &after)]);
    let conda = "dependencies:\n  - python=3.11\n  - fastapi\n  - pip:\n    - uvicorn\n";
    let after = conda.replace("fastapi\n", "fastapi\n  - aiofiles>=23.1\n");
    check_lists("demo/load.py", &[("environment.yml", conda, &after)]);
}

#[test]
fn lists_for_something_else_stay() {
    let dev = "black\npytest\n";
    check_lists(
        "demo/load.py",
        &[
            ("pyproject.toml", ROOT, BOTH),
            ("requirements-dev.txt", dev, dev),
        ],
    );
    // Nothing of the package needs it.
    let docs = "sphinx\n";
    check_lists(
        "docs/load.py",
        &[
            ("pyproject.toml", ROOT, ROOT),
            ("docs/requirements.txt", docs, docs),
        ],
    );
    let own = "fastapi\n";
    check_lists(
        "examples/one/load.py",
        &[
            ("pyproject.toml", ROOT, ROOT),
            (
                "examples/one/requirements.txt",
                own,
                "aiofiles>=23.1\nfastapi\n",
            ),
        ],
    );
    let pins = "fastapi==0.115\n";
    check_lists("load.py", &[("constraints.txt", pins, pins)]);
    let server = ROOT.replace("\"fastapi\"", "\"click\"");
    let server = format!("{server}\n[project.optional-dependencies]\nserver = [\"fastapi\"]\n");
    let after = server.replace("[\"fastapi\"]", "[\"aiofiles>=23.1\", \"fastapi\"]");
    check_lists("demo/load.py", &[("pyproject.toml", &server, &after)]);
}

#[test]
fn a_package_is_needed_where_no_entry_is_imported() {
    let own = ROOT.replace("fastapi", "click");
    let after = own.replace("    \"click\"", "    \"aiofiles>=23.1\",\n    \"click\"");
    for (path, is_installed) in [
        ("src/demo/load.py", true),
        ("demo/load.py", true),
        ("tools/load.py", false),
    ] {
        let init = path.replace("load.py", "__init__.py");
        let mut lists = vec![("pyproject.toml", own.as_str())];
        if is_installed {
            lists.push((&init, ""));
        }
        let (project, _) = with_reader(path, ".", &lists);
        let expected = if is_installed { &after } else { &own };
        assert_eq!(&project.text("pyproject.toml"), expected, "{path}");
    }
}

#[test]
fn a_generated_list_is_left_to_its_program() {
    let pinned = "fastapi==0.1 \\\n    --hash=sha256:0\n";
    let (project, said) = with_reader("load.py", ".", &[("requirements.txt", pinned)]);
    assert_eq!(project.text("requirements.txt"), pinned);
    let why = "another program writes this file: add `aiofiles>=23.1` to its input";
    assert!(said.contains("1 finding"), "{said}");
    let run = project.run(&["diff", "--select", "blocking-file", "--format", "json", "."]);
    assert_eq!(run.of_type("finding").len(), 0, "nothing is new: {run:?}");
    let fresh = Project::new("//- other.py\nprint(1)\n");
    fresh.write("load.py", READER);
    fresh.write("requirements.txt", pinned);
    let run = [
        "diff",
        "--select",
        "blocking-file",
        "--safety",
        "review",
        "--format",
        "json",
        ".",
    ];
    let run = fresh.run(&run);
    let findings = run.of_type("finding");
    let reasons = findings.iter().filter_map(|it| it["reason"].as_str());
    assert!(reasons.clone().any(|it| it.ends_with(why)), "{run:?}");
}

#[test]
fn the_command_is_named_where_no_list_is() {
    let (project, said) = with_reader("demo/load.py", "demo", &[("pyproject.toml", ROOT)]);
    assert_eq!(project.text("pyproject.toml"), ROOT);
    assert!(said.contains(INSTALL), "{said}");
    let (_, said) = with_reader("load.py", ".", &[("used.py", "import aiofiles\n")]);
    assert!(!said.contains("pip install"), "it is installed: {said}");
}

#[test]
fn a_notebook_installs_what_its_cells_begin_to_use() {
    let project = Project::new("//- other.py\nprint(1)\n");
    let cells = format!("# %%\n%pip install -q fastapi\n\n# %%\n{READER}");
    project.write("cells.py", &cells);
    let level = ["--safety", "review", "--allow-dirty"];
    let run = project.run(
        &[
            &["migrate", "--select", "blocking-file"],
            &level[..],
            &["."],
        ]
        .concat(),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = project.text("cells.py");
    assert!(
        text.contains("%pip install -q fastapi \"aiofiles>=23.1\"\n"),
        "{text}"
    );
}

#[test]
fn a_project_that_wants_no_package_has_threads_read_its_files() {
    let project =
        Project::new("//- pyproject.toml\n[project]\nname = \"demo\"\ndependencies = []\n");
    let reader = READER.replace("await send(f.read())", "return f.read()");
    project.write("load.py", reader);
    let level = ["--safety", "review", "--allow-dirty"];
    let param = ["--param", "blocking-file.library=asyncio"];
    let select = ["migrate", "--select", "blocking-file"];
    let run = project.run(&[&select[..], &level[..], &param[..], &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stdout.contains("pip install"), "{run:?}");
    let text = project.text("load.py");
    assert!(text.contains("await asyncio.to_thread("), "{text}");
    assert!(!text.contains("aiofiles"), "{text}");
    assert!(!project.text("pyproject.toml").contains("aiofiles"));
}

#[test]
fn a_list_gets_what_two_recipes_begin_to_use() {
    let project = Project::new(
        "\
//- requirements.txt
fastapi
requests
//- app.py
import requests


async def show(path):
    with open(path) as f:
        await path.send(f.read())
    return requests.get(\"https://example.org\").json()
",
    );
    let arguments = [
        "migrate",
        "--allow-dirty",
        "--safety",
        "review",
        "--select",
        "blocking-file,blocking-http",
        ".",
    ];
    let run = project.run(&arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let wanted = "aiofiles>=23.1\nfastapi\nhttpx>=0.27\nrequests\n";
    assert_eq!(project.text("requirements.txt"), wanted);
    // There is nothing left to do.
    let again = project.run(&arguments);
    assert_eq!(project.text("requirements.txt"), wanted, "{again:?}");
}
