//! Handlers that several files register on one app: its lifespan calls them, or says why not.

use crate::support::Project;

/// A file that makes an app, and one that it imports, which registers there.
const FILES: &str = "\
//- pyproject.toml
[project]
name = 'warm'
version = '1'
//- core.py
from fastapi import FastAPI

app = FastAPI()


@app.on_event('shutdown')
def close():
    print('closed')


import warmup  # noqa: E402,F401
//- warmup.py
from core import app


@app.on_event('startup')
async def warm():
    print('warm')
";

const MIGRATE: [&str; 7] = [
    "migrate",
    "-v",
    "--allow-dirty",
    "--safety",
    "review",
    "--select",
    "fastapi-lifespan",
];

#[test]
fn what_other_files_register_is_called_from_the_lifespan() {
    let project = Project::new(FILES);
    let run = project.run(&[&MIGRATE[..], &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let core = "\
from contextlib import asynccontextmanager

from fastapi import FastAPI


@asynccontextmanager
async def lifespan(app: FastAPI):
    await warm()

    yield

    print('closed')


app = FastAPI(lifespan=lifespan)


from warmup import warm  # noqa: E402,F401
";
    assert_eq!(project.text("core.py"), core);
    let warmup = "async def warm():\n    print('warm')\n";
    assert_eq!(project.text("warmup.py"), warmup);
    let again = project.run(&[&MIGRATE[..], &["."]].concat());
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn a_name_that_is_taken_is_told_from_the_handler() {
    let project = Project::new(FILES);
    let core = project.text("core.py");
    project.write("core.py", core.replace("app = ", "warm = 1\napp = "));
    let run = project.run(&[&MIGRATE[..], &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let core = project.text("core.py");
    assert!(core.contains("    await warmup.warm()\n"), "{core}");
    assert!(
        core.ends_with("\nimport warmup  # noqa: E402,F401\n"),
        "{core}"
    );
}

#[test]
fn a_handler_that_awaits_nothing_becomes_plain_in_the_same_run() {
    let project = Project::new(FILES);
    let select = ["fastapi-lifespan,async-without-await", "."];
    let both = [&MIGRATE[..6], &select].concat();
    let run = project.run(&both);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        project.text("core.py").contains("\n    warm()\n"),
        "{run:?}"
    );
    assert!(project.text("warmup.py").starts_with("def warm"), "{run:?}");
    let again = project.run(&both);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn what_another_file_does_with_the_app_is_asked_for() {
    for (text, why) in [
        (
            "import lib\nlib.watch(app)\n",
            "main.py:3 passes app to code",
        ),
        (
            "app.router.on_startup.append(print)\n",
            "other code reads or sets the handlers of app directly",
        ),
    ] {
        let project = Project::new(FILES);
        let core = project.text("core.py");
        let (above, _) = core.split_once("\n\nimport warmup").expect("it is there");
        project.write("core.py", above);
        project.write("warmup.py", "");
        project.write("main.py", format!("from core import app\n{text}"));
        let diff = ["diff", "--safety", "review", "--select", "fastapi-lifespan"];
        let run = project.run(&[&diff[..], &["."]].concat());
        assert!(run.stdout.contains(why), "{run:?}");
        let safe = [
            "migrate",
            "-v",
            "--allow-dirty",
            "--select",
            "fastapi-lifespan",
            ".",
        ];
        let run = project.run(&safe);
        assert!(run.stdout.contains("Nothing written"), "{run:?}");
    }
}

#[test]
fn handlers_of_one_name_are_told_apart() {
    let project = Project::new(FILES);
    let other = warmup("", "").replace("startup", "shutdown");
    project.write("cooldown.py", other);
    let core = project.text("core.py");
    project.write(
        "core.py",
        format!("{core}import cooldown  # noqa: E402,F401\n"),
    );
    let run = project.run(&[&MIGRATE[..], &["."]].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    let core = project.text("core.py");
    let phases = "    await warmup.warm()\n\n    yield\n\n    close()\n    await warm()\n";
    assert!(core.contains(phases), "{core}");
    let imports =
        "\nimport warmup  # noqa: E402,F401\nfrom cooldown import warm  # noqa: E402,F401\n";
    assert!(core.ends_with(imports), "{core}");
}

/// Writes some files anew, and checks why neither changes.
#[track_caller]
fn check_stays(files: &[(&str, &str)], why: &str) {
    let project = Project::new(FILES);
    for (path, text) in files {
        project.write(path, text);
    }
    let before = project.tree();
    let run = project.run(&[&MIGRATE[..], &["."]].concat());
    assert!(run.stdout.contains(why), "{run:?}");
    assert_eq!(project.tree(), before);
}

/// The text of `warmup.py`, with something more.
fn warmup(above: &str, below: &str) -> String {
    format!(
        "{above}from core import app\n\n\n@app.on_event('startup')\nasync def warm():\n    print('warm')\n{below}"
    )
}

#[test]
fn a_file_that_needs_the_app_keeps_its_handlers() {
    let route = warmup("", "\n\n@app.get('/')\nasync def root():\n    return 1\n");
    let why = "warmup.py also registers at `app`: `@app.get('/')` also needs it";
    check_stays(&[("warmup.py", &route)], why);
    let other = warmup("", "").replace("import app", "import app, settings");
    let other = format!("{other}    print(settings)\n");
    let why = "other code may need its `from core import app, settings`";
    check_stays(&[("warmup.py", &other)], why);
    let unused = warmup("", "").replace("import app", "import app, settings");
    let why = "other code may need its `from core import app, settings`";
    check_stays(&[("warmup.py", &unused)], why);
    let hidden = warmup("", "").replace("'startup'", "*EVENTS");
    check_stays(
        &[("warmup.py", &hidden)],
        "`@app.on_event(*EVENTS)` also needs it",
    );
    check_stays(
        &[("deploy.py", "APP = 'warmup.app'\n")],
        "other code may need its",
    );
    let noted = warmup("", "").replace("import app", "import app  # made there");
    check_stays(&[("warmup.py", &noted)], "other code may need its");
    check_stays(
        &[("main.py", "from warmup import app\n")],
        "other code may need its",
    );
    let service = ("service.py", "import core\n");
    let round = warmup("import service\n", "");
    check_stays(
        &[("warmup.py", &round), service],
        "its imports lead back to this file",
    );
}

#[test]
fn a_file_that_is_not_surely_imported_keeps_its_handlers() {
    let core = Project::new(FILES).text("core.py");
    let (above, _) = core.split_once("import warmup").expect("it is there");
    let apart = ("main.py", "import core\nimport warmup\n");
    check_stays(&[("core.py", above), apart], "this file does not import it");
    let perhaps = format!("{above}if close:\n    import warmup\n");
    check_stays(&[("core.py", &perhaps)], "this file does not import it");
    let starred = warmup("", "").replace("import app", "import *");
    let why = "other code may need its `from core import *`";
    check_stays(&[("warmup.py", &starred)], why);
}

#[test]
fn what_is_registered_behind_an_import_has_no_certain_turn() {
    let core = Project::new(FILES).text("core.py");
    let (above, below) = core.split_once("@app").expect("it is there");
    let early = format!("{above}import warmup\n\n\n@app{below}");
    let why = "`@app.on_event('shutdown')` follows an import";
    check_stays(&[("core.py", &early)], why);
}

#[test]
fn a_package_that_its_file_needs_for_more_is_not_left() {
    let project = Project::new(FILES);
    let core = project
        .text("core.py")
        .replace("import warmup", "settings = 1\nfrom . import warmup");
    let other = warmup("", "").replace("from core import app", "from . import app, settings");
    project.write("pkg/__init__.py", core);
    project.write("pkg/warmup.py", format!("{other}    print(settings)\n"));
    let run = project.run(&[&MIGRATE[..], &["pkg"]].concat());
    assert!(run.stdout.contains("Nothing written"), "{run:?}");
}

#[test]
fn a_handler_that_cannot_be_imported_stays() {
    let nested = warmup("", "").replace("@app", "if True:\n    @app");
    let nested = nested
        .replace("\nasync", "\n    async")
        .replace("    print", "        print");
    check_stays(
        &[("warmup.py", &nested)],
        "neither a decorator nor a separate statement",
    );
    let twice = warmup("", "\n\ndef warm():\n    pass\n");
    check_stays(
        &[("warmup.py", &twice)],
        "`warm` is not a function at the top level that is bound once",
    );
    let wrapped = warmup("from deco import traced\n", "").replace("\nasync", "\n@traced\nasync");
    check_stays(
        &[("warmup.py", &wrapped)],
        "awaitify cannot tell whether `warm` needs an await",
    );
}

#[test]
fn a_file_that_is_not_of_the_run_is_named() {
    let project = Project::new(FILES);
    let run = project.run(&[&MIGRATE[..], &["core.py"]].concat());
    let why = "warmup.py also uses it, and is not part of this run: name both files";
    assert!(run.stdout.contains(why), "{run:?}");
    assert!(project.text("core.py").contains("on_event"));
}
