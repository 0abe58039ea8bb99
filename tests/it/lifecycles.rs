//! Who owns a dropped task: rows of the shipped table, and rows of one's own.

use crate::support::Project;

const OWN: &str = "\
rows:
  - id: fleet
    classes: [fleetkit.Agent]
    setup: [setup]
    teardown: [farewell]
    order: setup-first
    create: |
      async def farewell(self):
          $...end
          await super().farewell()
    because: the fleet calls both
    source: its manual
";

const AGENT: &str = "\
import asyncio

from fleetkit import Agent


class Ping(Agent):
    async def setup(self):
        asyncio.create_task(self._ping())

    async def _ping(self):
        await asyncio.sleep(1)
";

const ENDED: &str = "\
import asyncio

from fleetkit import Agent


class Ping(Agent):
    async def setup(self):
        self._ping_task = asyncio.create_task(self._ping())

    async def farewell(self):
        self._ping_task.cancel()
        await asyncio.gather(self._ping_task, return_exceptions=True)
        await super().farewell()

    async def _ping(self):
        await asyncio.sleep(1)
";

/// Runs a recipe on one file; returns its new text, and what was said.
fn migrated(project: &Project, more: &[&str]) -> (String, String) {
    let selected = ["migrate", "--allow-dirty", "--select", "task-handle"];
    let run = project.run(&[&selected, more, &["a.py"]].concat());
    (project.text("a.py"), run.stdout)
}

#[test]
fn a_row_of_ones_own_says_how_a_class_of_a_library_ends() {
    let project = Project::empty();
    project.write("a.py", AGENT);
    let (text, said) = migrated(&project, &[]);
    assert_eq!(text, AGENT);
    assert!(said.contains("`fleetkit.Agent` is not readable"), "{said}");
    project.write("own/tables/lifecycles.yaml", OWN);
    let (text, _) = migrated(&project, &["--recipes", "own"]);
    assert_eq!(text, ENDED);
    // What is there is not done again.
    let (text, _) = migrated(&project, &["--recipes", "own"]);
    assert_eq!(text, ENDED);
}

/// Compares the one mistake of a table in which a text is replaced.
#[track_caller]
fn check_wrong(old: &str, new: &str, expected: &str) {
    check_wrong_in(OWN, old, new, expected);
}

#[track_caller]
fn check_wrong_in(table: &str, old: &str, new: &str, expected: &str) {
    assert!(table.contains(old), "{old}");
    let project = Project::empty();
    project.write("a.py", AGENT);
    project.write("own/tables/lifecycles.yaml", table.replace(old, new));
    let run = project.run(&["diff", "--recipes", "own", "a.py"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(expected), "{run:?}");
}

#[test]
fn a_wrong_row_names_its_place() {
    check_wrong(
        "order: setup-first",
        "order: setup-last",
        "own/tables/lifecycles.yaml:6:12",
    );
    check_wrong("    because: the fleet calls both\n", "", "because");
    check_wrong("$...end", "pass", "own/tables/lifecycles.yaml:8");
    check_wrong("teardown:", "tear-down:", "own/tables/lifecycles.yaml:5");
}

const HOOKS: &str = "\
columns:
  id: {type: text, required: true, about: a}
rows:
  - id: fleet
    classes: [fleetkit.Fleet]
    hooks:
      $owner.begins.add($hook): $owner.ends.add($hook)
    called: $hook($owner)
    plain: loop
    kept: $owner[\"$handle\"]
    order: setup-first
    create: |
      async def ends(fleet):
          $...end
    because: the fleet calls both
    source: its manual
";

#[test]
fn a_row_of_ones_own_says_how_functions_are_registered() {
    let text = "\
import asyncio

from fleetkit import Fleet


async def ping():
    await asyncio.sleep(1)


async def begin(fleet):
    asyncio.create_task(ping())


fleet = Fleet()
fleet.begins.add(begin)
";
    let project = Project::empty();
    project.write("a.py", text);
    project.write("own/tables/lifecycles.yaml", HOOKS);
    let diff = [
        "diff",
        "--recipes",
        "own",
        "--select",
        "task-handle",
        "a.py",
    ];
    let said = project.run(&diff).stdout;
    let (after, _) = migrated(&project, &["--recipes", "own", "--safety", "review"]);
    assert!(after.contains("fleet[\"ping_task\"].cancel()"), "{after}");
    assert!(after.ends_with("fleet.ends.add(ends)\n"), "{after}");
    assert!(
        said.contains("fleet keeps the task now, and ends, which is written and registered"),
        "{said}"
    );
}

#[test]
fn a_wrong_row_of_hooks_names_its_place() {
    let kept = "    kept: $owner[\"$handle\"]\n";
    let wrong = [
        (
            "begins.add($hook)",
            "begins.add(hook)",
            "7:7",
            "`$hook` is not bound",
        ),
        (
            "ends.add($hook)",
            "ends.add($hok)",
            "7:33",
            "`$hook` is not bound",
        ),
        (
            "$hook($owner)\n    plain",
            "$owner\n    plain",
            "8:13",
            "a call of $hook",
        ),
        ("plain: loop", "plain: process", "9:12", "loop, thread"),
        (
            "$owner[\"$handle\"]",
            "fleet.$handle",
            "10:11",
            "a place for $handle",
        ),
        (kept, "", "7:7", "the key `kept` is missing"),
        ("setup-first", "any", "10:11", "or `order: setup-first`"),
        (
            "ends(fleet):",
            "ends(fleet, more):",
            "13:7",
            "at most the owner as parameter",
        ),
        (
            kept,
            "    own-start: $owner.spawn($name)\n",
            "10:16",
            "`$coro` is not bound",
        ),
        (
            kept,
            "    own-start: $owner.go($coro, $else)\n",
            "10:33",
            "`$else` is not bound",
        ),
    ];
    for (old, new, place, mistake) in wrong {
        let place = format!("own/tables/lifecycles.yaml:{place}");
        check_wrong_in(HOOKS, old, new, &place);
        check_wrong_in(HOOKS, old, new, mistake);
    }
    let (old, new) = ("    order:", "    called: $hook($owner)\n    order:");
    check_wrong(old, new, "own/tables/lifecycles.yaml:6:13");
    check_wrong(old, new, "the key `hooks` is missing");
}

/// Compares what is said of the one task of a file.
#[track_caller]
fn check_left(text: &str, expected: &str) {
    let project = Project::empty();
    project.write("a.py", text);
    let (after, said) = migrated(&project, &["--safety", "review"]);
    assert_eq!(after, text);
    assert!(said.contains(expected), "{said}");
}

/// A class that starts a task in a method.
fn class(head: &str, method: &str, rest: &str) -> String {
    format!(
        "import asyncio\nimport lib\n\n\n{head}\n    def __init__(self):\n        self.x = 1\n\n    \
         async def {method}(self):\n        asyncio.create_task(self.go())\n\n    \
         async def go(self):\n        pass\n\n{rest}"
    )
}

const STOP: &str = "    async def stop(self):\n        print(1)\n";

#[test]
fn what_cannot_end_is_left_with_a_reason() {
    let left = [
        (
            class("class A(metaclass=lib.Meta):", "start", STOP),
            "`lib.Meta` may make another class of `A`",
        ),
        (
            class("@lib.register\nclass A:", "start", STOP),
            "`lib.register` may make another class",
        ),
        (
            class(
                "class A:",
                "start",
                "    @lib.wrap\n    async def stop(self): pass\n",
            ),
            "a decorator may make something else of it",
        ),
        (
            class("class A:", "start", "    stop = lib.stop\n"),
            "nothing can be added to `stop`",
        ),
        (
            class(
                "class A:",
                "start",
                "    async def stop(self):\n        raise NotImplementedError\n",
            ),
            "it only raises",
        ),
        (
            class("class A:", "stop", ""),
            "`stop` is what ends such tasks",
        ),
        (
            class("class A:", "other", ""),
            "no method of `A` is known to end what `other` starts",
        ),
        (
            class(
                "class A:",
                "other",
                "    def stop(self):\n        print(1)\n",
            ),
            "`stop` is a plain def",
        ),
        (
            class("class A:\n    __slots__ = (\"x\",)\n", "start", STOP),
            "take no new attribute, because of `__slots__`",
        ),
        (
            class(
                "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass A:",
                "start",
                STOP,
            ),
            "because of `frozen` of its decorator",
        ),
        (
            class("import typing\nclass A(typing.NamedTuple):", "start", STOP),
            "because of `typing.NamedTuple`",
        ),
        (
            class(
                "class A:\n    def __setattr__(self, name, value): pass\n",
                "start",
                STOP,
            ),
            "because of `__setattr__`",
        ),
        (
            class("class A(lib.B):", "start", ""),
            "its base class `lib.B` is not readable",
        ),
    ];
    for (text, expected) in left {
        check_left(&text, expected);
    }
}

#[test]
fn tasks_with_one_name_share_a_set() {
    let text = "\
import asyncio


class Hub:
    def __init__(self):
        self.names = []

    def one(self):
        asyncio.create_task(self.serve())

    def two(self):
        asyncio.create_task(self.serve())

    async def serve(self):
        pass

    async def stop(self):
        self.names.clear()
";
    let project = Project::empty();
    project.write("a.py", text);
    let (after, _) = migrated(&project, &["--safety", "review"]);
    let count = |part: &str| after.matches(part).count();
    assert_eq!(count("self._serve_tasks = set()"), 1, "{after}");
    assert_eq!(count("self._serve_tasks.add(task)"), 2, "{after}");
    assert_eq!(count("for task in self._serve_tasks:"), 1, "{after}");
    assert_eq!(
        count("gather(*self._serve_tasks, return_exceptions=True)"),
        1,
        "{after}"
    );
}

#[test]
fn a_setup_that_is_called_again_keeps_several() {
    let again = format!("{STOP}\n    async def retry(self):\n        await self.start()\n");
    let project = Project::empty();
    project.write("a.py", class("class A:", "start", &again));
    let (after, _) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("self._go_tasks.add(task)"), "{after}");
}

#[test]
fn what_is_kept_begins_beside_the_statement_before_calls_of_the_object() {
    let head = "class A:\n    def __init__(self, b):\n        if b:\n            self.b = b\n";
    let begun = |rest: &str| {
        let project = Project::empty();
        let text = class("class A:", "start", STOP);
        let init = "class A:\n    def __init__(self):\n        self.x = 1\n";
        project.write("a.py", text.replace(init, &format!("{head}{rest}")));
        let (after, _) = migrated(&project, &[]);
        let expected = format!("{head}        self._go_task = None\n{rest}");
        assert!(after.contains(&expected), "{after}");
    };
    begun("");
    begun("\n        # of its own\n        self.prepare()\n");
}

#[test]
fn a_set_is_filled_behind_the_task_where_a_teardown_is_written_behind_the_method() {
    let project = Project::empty();
    let head = "class A(discord.Client):";
    let text = class(head, "on_ready", "").replace("import lib", "import discord");
    project.write("a.py", text);
    let (after, _) = migrated(&project, &["--safety", "review"]);
    let expected = "task.add_done_callback(self._go_tasks.discard)\n\n    async def close(self):\n";
    assert!(after.contains(expected), "{after}");
    let (again, _) = migrated(&project, &["--safety", "review"]);
    assert_eq!(again, after);
}

#[test]
fn what_runs_code_of_other_files_is_for_a_person_to_see() {
    let project = Project::empty();
    project.write(
        "base.py",
        "class Base:\n    async def fail(self):\n        await self.stop()\n",
    );
    let text =
        class("class A(Base):", "start", STOP).replace("import lib", "from base import Base");
    project.write("a.py", text.replace("pass", "await self.fail()"));
    let (after, _) = migrated(&project, &[]);
    assert!(!after.contains("_go_task"), "{after}");
    let (after, said) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("_go_task"), "{said}");
}

/// A function that goes on behind its `yield`.
fn generator(decorator: &str, def: &str, rest: &str) -> String {
    format!(
        "import asyncio\nimport contextlib\nimport pytest\n\n\nasync def go():\n    pass\n\n\n\
         {decorator}\n{def} life(app):\n    asyncio.create_task(go())\n{rest}"
    )
}

#[test]
fn the_end_in_a_finally_stands_above_the_comments_of_what_is_there() {
    let begun = "    try:\n        yield\n    finally:\n";
    let there = "        # the app's own\n        app.close()\n";
    let project = Project::empty();
    let decorator = "@contextlib.asynccontextmanager";
    project.write(
        "a.py",
        generator(decorator, "async def", &format!("{begun}{there}")),
    );
    let (after, _) = migrated(&project, &[]);
    let ended =
        "        go_task.cancel()\n        await asyncio.gather(go_task, return_exceptions=True)\n";
    assert!(after.contains(&format!("{begun}{ended}{there}")), "{after}");
}

#[test]
fn where_nothing_can_wait_behind_a_yield_the_task_is_left() {
    let decorator = "@contextlib.asynccontextmanager";
    let one_line = "    try: yield\n    finally: app.close()\n";
    check_left(
        &generator(decorator, "async def", one_line),
        "stands on the line of its header",
    );
    check_left(
        &generator("@pytest.fixture", "def", "    yield\n"),
        "it is a plain def, which cannot wait",
    );
}

#[test]
fn classes_above_and_below_keep_their_own() {
    let base = class("class A:", "start", STOP);
    let project = Project::empty();
    let derived = "\n\nclass B(A):\n    async def start(self):\n        await super().start()\n        \
                   asyncio.create_task(self.go())\n\n    async def stop(self):\n        await super().stop()\n";
    project.write("a.py", format!("{base}{derived}"));
    let (after, _) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("self._go_task = asyncio"), "{after}");
    assert!(after.contains("self._go_task_2 = asyncio"), "{after}");
}

#[test]
fn names_that_a_base_has_are_not_taken() {
    let project = Project::empty();
    project.write("base.py", "class Base:\n    _go_task = 1\n");
    let text = class("class A(Base):", "start", STOP);
    project.write("a.py", text.replace("import lib", "from base import Base"));
    let (after, _) = migrated(&project, &[]);
    assert!(
        after.contains("self._go_task_2 = asyncio.create_task("),
        "{after}"
    );
}
