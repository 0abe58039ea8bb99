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
    let selected = [
        "migrate",
        "-v",
        "--minor",
        "--allow-dirty",
        "--select",
        "task-handle",
    ];
    let run = project.run(&[&selected, more, &["a.py"]].concat());
    (project.text("a.py"), run.stdout)
}

#[test]
fn a_row_of_ones_own_says_how_a_class_of_a_library_ends() {
    let project = Project::empty();
    let left = AGENT.replace("_ping(self):", "_ping(self, read=print):");
    let left = left.replace(WAIT, "await read()");
    project.write("a.py", &left);
    let (text, said) = migrated(&project, &[]);
    assert_eq!(text, left);
    assert!(
        said.contains("cannot read its base class `fleetkit.Agent`"),
        "{said}"
    );
    project.write("a.py", AGENT);
    project.write("own/tables/lifecycles.yaml", OWN);
    let (text, _) = migrated(&project, &["--recipes", "own"]);
    assert_eq!(text, ENDED);
    // What is there is not done again.
    let (text, _) = migrated(&project, &["--recipes", "own"]);
    assert_eq!(text, ENDED);
    // A row may name all classes of a module.
    for (named, expected) in [("fleetkit.*", ENDED), ("fleet.*", AGENT)] {
        let project = Project::empty();
        project.write("a.py", AGENT);
        let own = OWN.replace("fleetkit.Agent", named);
        project.write("own/tables/lifecycles.yaml", own);
        let (text, _) = migrated(&project, &["--recipes", "own"]);
        assert_eq!(text, expected, "{named}");
    }
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
    check_wrong(
        "def farewell(self):",
        "def leave(self):",
        "row `fleet` writes `leave`, which is not among its `teardown`",
    );
    check_wrong(
        "def farewell(self):",
        "def farewell():",
        "expected `async def farewell(self):`",
    );
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
    assert!(said.contains("- ends may not be reached"), "{said}");
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
        (
            kept,
            "    kept: $handle\n    unless: {made-by: fleetkit.idle($*_)}\n",
            "11:13",
            "the key `because` is missing",
        ),
        (
            kept,
            "    kept: $handle\n    unless: {made-by: fleetkit.idle(, because: it is idle}\n",
            "11:37",
            "not Python",
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
    // The work of others is lost with it.
    let text = text.replace("def go(self)", "def go(self, read=print)");
    let text = text.replace("def go()", "def go(read=print)");
    let text = text.replace(WAIT, "await read()");
    project.write("a.py", &text);
    let (after, said) = migrated(&project, &["--safety", "review"]);
    assert_eq!(after, text);
    assert!(said.contains(expected), "{said}");
}

/// What a task runs that has nothing to finish.
const WAIT: &str = "await asyncio.sleep(1)";

/// The same without a timer that keeps the task.
const WORK: &str = "await asyncio.to_thread(print)";

/// A class that starts a task in a method.
fn class(head: &str, method: &str, rest: &str) -> String {
    format!(
        "import asyncio\nimport lib\n\n\n{head}\n    def __init__(self):\n        self.x = 1\n\n    \
         async def {method}(self):\n        asyncio.create_task(self.go())\n\n    \
         async def go(self):\n        {WAIT}\n\n{rest}"
    )
}

const STOP: &str = "    async def stop(self):\n        print(1)\n";

#[test]
fn what_cannot_end_is_left_with_a_reason() {
    let left = [
        (
            class("class A(metaclass=lib.Meta):", "start", STOP),
            "`lib.Meta` may replace the class `A`",
        ),
        (
            class("@lib.register\nclass A:", "start", STOP),
            "`lib.register` may replace the class",
        ),
        (
            class(
                "class A:",
                "start",
                "    @lib.wrap\n    async def stop(self): pass\n",
            ),
            "a decorator may replace it",
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
            class(
                "class A:",
                "other",
                "    def stop(self):\n        print(1)\n",
            )
            .replace(WAIT, "while True: await asyncio.sleep(1)"),
            "only an async teardown ends several values: make `stop` async",
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
            "cannot read its base class `lib.B`",
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
        await asyncio.sleep(1)

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
    project.write("a.py", text.replace(WAIT, "await self.fail()"));
    let (after, _) = migrated(&project, &[]);
    assert!(!after.contains("_go_task"), "{after}");
    let (after, said) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("_go_task"), "{said}");
}

/// A function that goes on behind its `yield`.
fn generator(decorator: &str, def: &str, rest: &str) -> String {
    format!(
        "import asyncio\nimport contextlib\nimport pytest\n\n\nasync def go():\n    {WAIT}\n\n\n\
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
        "is on the line of its header",
    );
}

#[test]
fn a_one_shot_that_nothing_ends_is_kept_in_a_set() {
    for text in [
        class("class A:", "stop", ""),
        class("class A:", "other", ""),
        generator("@pytest.fixture", "def", "    yield\n"),
    ] {
        let project = Project::empty();
        project.write("a.py", text.replace(WAIT, WORK));
        let (after, _) = migrated(&project, &["--safety", "review"]);
        assert!(after.contains("\nbackground_tasks = set()\n"), "{after}");
        let kept = "background_tasks.add(task)";
        let dropped = "task.add_done_callback(background_tasks.discard)";
        assert!(after.contains(kept) && after.contains(dropped), "{after}");
    }
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
fn an_attribute_begins_behind_what_init_does_first() {
    let text = class("class A:", "start", STOP).replace(
        "        self.x = 1\n",
        "        self.x = dict(a=1,\n                      b=2)\n\n        def each():\n            self.go()\n\n        self.on(each)\n",
    );
    let project = Project::empty();
    project.write("a.py", text);
    let (after, said) = migrated(&project, &[]);
    let expected = "b=2)\n        self._go_task = None\n\n        def each():\n";
    assert!(after.contains(expected), "{said}\n{after}");
}

#[test]
fn what_a_method_starts_before_it_ends_its_object_is_not_ended_at_once() {
    let rest = format!(
        "{STOP}\n    async def last(self):\n        asyncio.create_task(self.go())\n        await self.stop()\n"
    );
    let text = class("class A:", "other", &rest).replace(
        "        asyncio.create_task(self.go())\n\n    async def go",
        "        pass\n\n    async def go",
    );
    let project = Project::empty();
    project.write("a.py", text.replace(WAIT, WORK));
    let (after, _) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("background_tasks.add(task)"), "{after}");
    assert!(!after.contains(".cancel()"), "{after}");
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

/// A class whose task is stored, and whose other methods are given.
fn stored(rest: &str) -> String {
    format!(
        "import asyncio\n\n\nclass A:\n    def __init__(self):\n        self._task = None\n\n    \
         async def start(self):\n        self._task = asyncio.create_task(self.go())\n\n    \
         async def go(self):\n        while True:\n            await asyncio.sleep(1)\n\n{rest}"
    )
}

/// What a teardown has that ends the task of [`stored`].
const ENDS: &str = "        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
";

/// Runs the recipe for stored tasks on one file; returns its new text, and what was said.
fn torn_down(project: &Project, more: &[&str]) -> (String, String) {
    let selected = [
        "migrate",
        "-v",
        "--minor",
        "--allow-dirty",
        "--select",
        "task-teardown",
    ];
    let run = project.run(&[&selected, more].concat());
    (project.text("a.py"), run.stdout)
}

/// Compares whether a stored task gets its end, by the methods of its class and by other files.
#[track_caller]
fn check_stored(files: &[(&str, &str)], rest: &str, ends: bool) {
    let project = Project::empty();
    let text = stored(rest);
    project.write("a.py", &text);
    for (path, text) in files {
        project.write(path, *text);
    }
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    let expected = match ends {
        true => text.replace("stop(self):\n", &format!("stop(self):\n{ENDS}")),
        false => text,
    };
    assert_eq!(after, expected, "{said}");
}

#[test]
fn a_stored_task_ends_where_nobody_else_sees_to_it() {
    check_stored(&[], STOP, true);
    let asks = format!(
        "{STOP}\n    def runs(self):\n        return self._task is not None and not self._task.done()\n"
    );
    check_stored(&[], &asks, true);
    let other = "class B:\n    def stop(self):\n        self._task.cancel()\n";
    check_stored(&[("b.py", other)], STOP, true);
}

#[test]
fn a_stored_task_that_somebody_reaches_is_left_alone() {
    let uses = [
        "        await self._task\n",
        "        for task in [self._task]:\n            task.cancel()\n",
        "        getattr(self, '_task').cancel()\n",
        "        return self._task\n",
        "        del self._task\n",
    ];
    for used in uses {
        let more = format!("{STOP}\n    async def end(self):\n{used}");
        check_stored(&[], &more, false);
    }
    let files = [
        "from a import A\n\n\nasync def main():\n    a = A()\n    a._task.cancel()\n",
        "from a import A\n\n\nclass B(A):\n    async def close(self):\n        await self._task\n",
        "def end(a):\n    a._task.cancel()\n",
    ];
    for text in files {
        check_stored(&[("b.py", text)], STOP, false);
    }
    let local = "\n\ndef end(a):\n    a._task.cancel()\n";
    check_stored(&[], &format!("{STOP}{local}"), false);
}

#[test]
fn a_teardown_that_cannot_be_written_to_is_told() {
    let left = [
        (
            "    stop = lambda self: None\n",
            "nothing can be added to `stop`: the class defines it more than once, or not by `def`",
        ),
        (
            "    if 1:\n        async def stop(self):\n            pass\n",
            "nothing can be added to `stop`: the class defines it more than once, or not by `def`",
        ),
        (
            "    @property\n    def stop(self):\n        return 1\n",
            "nothing can be added to `stop`: a decorator may replace it",
        ),
        (
            "    @staticmethod\n    async def stop():\n        print(1)\n",
            "nothing can be added to `stop`: a decorator may replace it",
        ),
        (
            "    @typing.overload\n    async def stop(self): ...\n\n    async def stop(self, x=1):\n        print(1)\n",
            "nothing can be added to `stop`: the class defines it more than once, or not by `def`",
        ),
        (
            "    @abc.abstractmethod\n    async def stop(self):\n        pass\n",
            "nothing can be added to `stop`: it is abstract",
        ),
        (
            "    async def stop(self):\n        yield 1\n",
            "nothing can be added to `stop`: it is a generator",
        ),
        (
            "    async def stop(self): print(1)\n",
            "the body of `stop` is on the line of its header: put it below",
        ),
        (
            "    async def stop(self):\n        print(1)\n\n    async def aclose(self):\n        print(2)\n",
            "both `stop` and `aclose` of `A` may end it",
        ),
        (
            "",
            "`A` has no `stop`, `astop`, `shutdown`, `aclose`, `close`, `end`, `on_stop` that could end the value",
        ),
    ];
    for (rest, expected) in left {
        let project = Project::empty();
        let text = stored(rest).replace(
            "import asyncio\n",
            "import abc\nimport asyncio\nimport typing\n",
        );
        project.write("a.py", &text);
        let (after, said) = torn_down(&project, &["--safety", "review"]);
        assert_eq!(after, text);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn an_end_stands_before_what_asks_for_the_task() {
    // What is asked there means the task as it was: it is not said to be gone.
    let ends = ENDS.replace("            self._task = None\n", "");
    for test in ["not self._task", "self._task is None"] {
        let early = format!(
            "    async def stop(self):\n        if {test}:\n            return\n        print(1)\n"
        );
        let project = Project::empty();
        let text = stored(&early);
        project.write("a.py", &text);
        let (after, said) = torn_down(&project, &[]);
        let expected = text.replace("stop(self):\n", &format!("stop(self):\n{ends}"));
        assert_eq!(after, expected, "{said}");
    }
    let nested = "    async def stop(self):\n        try:\n            print(1)\n        finally:\n            print(2)\n";
    check_stored(&[], nested, true);
}

/// Compares whether the end of a task is safe in a teardown of these lines.
#[track_caller]
fn check_leaves(lines: &[&str], is_safe: bool) {
    let body: Vec<String> = lines
        .iter()
        .map(|line| format!("        {line}\n"))
        .collect();
    let stop = format!("    async def stop(self):\n{}", body.concat());
    let project = Project::empty();
    let text = class("class A:", "start", &stop);
    project.write("a.py", &text);
    let (after, said) = migrated(&project, &[]);
    assert_eq!(after != text, is_safe, "{stop}{said}");
    let (after, said) = migrated(&project, &["--safety", "review"]);
    assert!(after.contains("self._go_task.cancel()"), "{stop}{said}");
}

#[test]
fn a_teardown_that_may_leave_early_is_for_a_person_to_see() {
    let early: [&[&str]; 19] = [
        &["if self.y:", "    return", "self.y = 0"],
        &["if not self.y:", "    return", "self.y = True"],
        &["if self.y is None:", "    return", "self.y = 0"],
        &["if self.y is not None:", "    return", "self.y = None"],
        &["if self.y:", "    return", "self.y = lib.f()"],
        &["self.x = self.x - 1", "if self.x == 0:", "    print(1)"],
        &["self.x = max(0, self.x - 1)", "if self.x:", "    print(1)"],
        &[
            "self.x -= 1",
            "if self.y:",
            "    print(1)",
            "elif self.x:",
            "    print(2)",
        ],
        &["self.x -= 1", "while self.x:", "    print(1)"],
        &["assert not self.x", "print(1)"],
        &["self.x -= 1", "if self.x:", "    return", "print(1)"],
        &["if self.x:", "    return", "print(1)"],
        &["if self.x > 1:", "    raise ValueError", "print(1)"],
        &["self.y = 2", "if self.y:", "    return", "self.y = 1"],
        &[
            "if self.y:",
            "    print(1)",
            "else:",
            "    return",
            "self.y = 1",
        ],
        &[
            "try:",
            "    await lib.f()",
            "except OSError:",
            "    return",
            "print(1)",
        ],
        &["for x in self.x:", "    return", "print(1)"],
        &["self.x -= 1", "if not self.x:", "    print(1)"],
        &["if lib.f(self.y):", "    return", "self.y = 1"],
    ];
    for lines in early {
        check_leaves(lines, false);
    }
    let whole: [&[&str]; 14] = [
        &["if not (self.y is None):", "    return", "self.y = 1"],
        &["assert self.y is not None", "print(1)", "self.y = None"],
        &["print(1)", "assert not self.x"],
        &["self.x = 1", "if self.x:", "    print(1)"],
        &["if self.y:", "    return", "self.y = True"],
        &["if not self.y:", "    return", "print(1)", "self.y = False"],
        &[
            "if self.y is None:",
            "    return",
            "self.y.close()",
            "self.y = None",
        ],
        &[
            "if self.y is not None:",
            "    print(1)",
            "    return",
            "self.y = 1",
        ],
        &["with lib.f():", "    print(1)", "    return"],
        &[
            "try:",
            "    print(1)",
            "except OSError:",
            "    raise",
            "print(2)",
        ],
        &["print(1)", "return 2"],
        &["print(1)", "if self.x:", "    self.x.close()", "    return"],
        &["def inner():", "    return 1", "print(inner())"],
        &["self.x -= 1", "print(self.x)"],
    ];
    for lines in whole {
        check_leaves(lines, true);
    }
}

const LOOP_BASE: &str = "import asyncio\n\n\nclass Base:\n    async def run(self):\n";

/// Compares whether a task is asked for in the teardown of a class, by what its base does.
#[track_caller]
fn check_asked(run: &[&str], setup: &[&str], is_asked: bool) {
    let body = |lines: &[&str]| {
        let lines = lines.iter().map(|line| format!("        {line}\n"));
        lines.collect::<String>()
    };
    let starts = match setup.last() {
        Some(last) if last.contains("create_task") => "",
        _ => "        asyncio.create_task(self.go())\n",
    };
    let project = Project::empty();
    project.write("base.py", format!("{LOOP_BASE}{}", body(run)));
    project.write(
        "a.py",
        format!(
            "import asyncio\n\nfrom base import Base\n\n\nclass A(Base):\n    async def setup(self):\n{}{starts}\n    \
             async def teardown(self):\n        print(1)\n\n    async def go(self, x=1):\n        while True:\n            await asyncio.sleep(1)\n",
            body(setup)
        ),
    );
    let (after, said) = migrated(&project, &[]);
    assert!(after.contains("self._go_task.cancel()"), "{after}{said}");
    let asks = after.contains("if self._go_task is not None:");
    assert_eq!(asks, is_asked, "{after}{said}");
    assert_eq!(after.contains("_go_task = None"), is_asked, "{after}");
}

#[test]
fn a_base_says_whether_a_setup_that_failed_is_torn_down() {
    let outside: &[&str] = &[
        "await self.setup()",
        "try:",
        "    print(1)",
        "finally:",
        "    await self.teardown()",
    ];
    let inside: &[&str] = &[
        "try:",
        "    await self.setup()",
        "finally:",
        "    await self.teardown()",
    ];
    let handled: &[&str] = &[
        "try:",
        "    await self.setup()",
        "except OSError:",
        "    await self.teardown()",
        "await self.teardown()",
    ];
    let may_fail: &[&str] = &["await asyncio.sleep(1)"];
    check_asked(outside, may_fail, false);
    check_asked(inside, may_fail, true);
    check_asked(handled, may_fail, true);
    check_asked(&["print(1)"], may_fail, true);
    // What cannot fail has begun the task.
    check_asked(&["print(1)"], &["self.x = {}", "self.y = []"], false);
    check_asked(&["print(1)"], &["self.x = {self.y: 1}"], true);
    for (line, is_asked) in [
        ("asyncio.create_task(self.go(await self.connect()))", true),
        ("asyncio.create_task(self.go(), name=str(self.x))", true),
        (
            "asyncio.create_task(self.go(self.x, x=\"y\"), name=\"z\")",
            false,
        ),
    ] {
        check_asked(&["print(1)"], &[line], is_asked);
    }
    let within = ["async with lib.f():", "    asyncio.create_task(self.go())"];
    check_asked(&["print(1)"], &within, true);
    let other = &[
        "try:",
        "    await get().setup()",
        "finally:",
        "    await get().teardown()",
    ];
    check_asked(&[outside, other].concat(), may_fail, true);
}

#[test]
fn a_class_below_may_begin_nothing() {
    let base = class(
        "class A:",
        "__aenter__",
        "    async def __aexit__(self, *failure):\n        print(1)\n",
    );
    let derived = |body: &str| {
        format!(
            "from a import A\n\n\nclass B(A):\n    async def __aenter__(self):\n        {body}\n"
        )
    };
    for (body, is_asked) in [
        ("return self", true),
        ("return await super().__aenter__()", false),
        ("return await A.__aenter__(self)", false),
        ("await self.db.__aenter__()", true),
        ("await db.__aenter__()", true),
    ] {
        let below = derived(body);
        let own = below.replacen("from a import A", &base, 1);
        for (own, other) in [(&base, below.as_str()), (&own, "")] {
            let project = Project::empty();
            project.write("a.py", own);
            project.write("b.py", other);
            let (after, said) = migrated(&project, &["--safety", "review"]);
            let asks = after.contains("if self._go_task is not None:");
            assert_eq!(asks, is_asked, "{body}: {after}{said}");
        }
    }
}

#[test]
fn an_attribute_begins_on_the_class_where_init_may_not_run() {
    let below = "\n\nclass B(A):\n    def __init__(self):\n        self.y = 1\n";
    let project = Project::empty();
    project.write(
        "a.py",
        class("class A:", "start", &format!("{STOP}{below}")),
    );
    let (after, _) = migrated(&project, &["--safety", "review"]);
    assert!(
        after.contains("class A:\n    _go_task = None\n\n    def __init__"),
        "{after}"
    );
}

#[test]
fn a_class_that_others_make_is_told() {
    let made = [
        (
            "class A:",
            "class A(metaclass=lib.Meta):",
            "`lib.Meta` may replace the class `A`",
        ),
        (
            "class A:",
            "@lib.register\nclass A:",
            "`lib.register` may replace the class `A`",
        ),
        (
            "class A:",
            "class A(lib.Service):",
            "cannot read its base class `lib.Service`",
        ),
    ];
    for (head, other, expected) in made {
        let project = Project::empty();
        let rest = if other.contains("Service") { "" } else { STOP };
        let text = stored(rest)
            .replace(head, other)
            .replace("import asyncio\n", "import asyncio\nimport lib\n");
        project.write("a.py", &text);
        let (after, said) = torn_down(&project, &["--safety", "review"]);
        assert_eq!(after, text);
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn the_end_of_a_base_in_a_generated_file_is_overridden() {
    let project = Project::empty();
    let base = "# @generated\nclass Base:\n    async def stop(self):\n        print(1)\n";
    project.write("base.py", base);
    let text = stored("").replace("class A:", "class A(Base):");
    project.write(
        "a.py",
        text.replace(
            "import asyncio\n",
            "import asyncio\n\nfrom base import Base\n",
        ),
    );
    let (after, said) = torn_down(&project, &[]);
    assert!(after.contains("    async def stop(self):\n"), "{said}");
    assert!(after.contains("        await super().stop()\n"), "{after}");
    assert_eq!(project.text("base.py"), base);
}

#[test]
fn a_teardown_of_a_generated_file_is_not_written_to() {
    let project = Project::empty();
    let text = format!("# @generated\n{}", stored(STOP));
    project.write("a.py", &text);
    let (after, _) = torn_down(&project, &["--safety", "review"]);
    assert_eq!(after, text);
}

#[test]
fn what_would_never_end_is_ended_together_with_its_loop_or_not_at_all() {
    let swallows = "        while True:
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                pass
";
    let text = stored(STOP).replace(
        "        while True:\n            await asyncio.sleep(1)\n",
        swallows,
    );
    let project = Project::empty();
    project.write("a.py", &text);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    assert_eq!(after, text);
    assert!(
        said.contains("`go` catches asyncio.CancelledError in its loop and continues"),
        "{said}"
    );
    let both = ["--select", "swallowed-cancellation", "--safety", "review"];
    let (after, said) = torn_down(&project, &both);
    assert!(after.contains("self._task.cancel()"), "{said}");
    assert!(!after.contains("                pass\n"), "{after}");
}

#[test]
fn failures_are_logged_where_the_file_logs_them() {
    let logs = "    async def stop(self):
        try:
            print(1)
        except OSError:
            log.exception('no')
";
    let project = Project::empty();
    let logger = "import asyncio\nimport logging\n\nlog = logging.getLogger(__name__)\n";
    let text = stored(logs).replace("import asyncio\n", logger);
    project.write("a.py", &text);
    let (after, said) = torn_down(&project, &[]);
    let expected = "            self._task.cancel()
            for result in await asyncio.gather(self._task, return_exceptions=True):
                if isinstance(result, Exception):
                    log.error(\"A background task failed\", exc_info=result)
            self._task = None
";
    assert!(after.contains(expected), "{said}\n{after}");
    // Another `log` than the module's would be called.
    let other = text.replace("stop(self)", "stop(self, log=None)");
    project.write("a.py", &other);
    let (after, _) = torn_down(&project, &[]);
    assert!(after.contains(ENDS), "{after}");
    // It is known by what it is, not by its name.
    let mock = text.replace("logging.getLogger(__name__)", "object()");
    project.write("a.py", &mock);
    let (after, _) = torn_down(&project, &[]);
    assert!(after.contains(ENDS), "{after}");
}

#[test]
fn tasks_are_awaited_alone_where_the_file_does_so() {
    let quiet = "    async def stop(self):
        self.other.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.other
";
    let project = Project::empty();
    let text = stored(quiet).replace("import asyncio\n", "import asyncio\nimport contextlib\n");
    project.write("a.py", &text);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    let expected = "            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
";
    assert!(after.contains(expected), "{said}\n{after}");
}

#[test]
fn a_collection_of_tasks_ends_with_its_object() {
    let text = "\
import asyncio


class Hub:
    def __init__(self):
        self.by_name: dict[str, asyncio.Task] = {}

    def add(self, name):
        self.by_name[name] = asyncio.create_task(self.serve(name))

    async def serve(self, name):
        while True:
            await asyncio.sleep(1)

    async def stop(self):
        print(1)
";
    let project = Project::empty();
    project.write("a.py", text);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    let expected = "        for task in self.by_name.values():
            task.cancel()
        await asyncio.gather(*self.by_name.values(), return_exceptions=True)
        print(1)
";
    assert!(after.contains(expected), "{said}\n{after}");
    // Shared by all objects, or not there yet.
    let shared = text.replace(
        "    def __init__(self):\n        self.by_name: dict[str, asyncio.Task] = {}\n",
        "    by_name: dict[str, asyncio.Task] = {}\n",
    );
    project.write("a.py", &shared);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    assert_eq!(after, shared);
    assert!(
        said.contains("`self.by_name` has no value in `__init__`"),
        "{said}"
    );
}

#[test]
fn a_flag_that_tells_the_task_to_end_is_seen() {
    let text = stored("    async def stop(self):\n        self.on = False\n");
    let text = text.replace("while True", "while self.on");
    let project = Project::empty();
    project.write("a.py", &text);
    let (after, _) = torn_down(&project, &[]);
    assert_eq!(after, text);
    let asked = ["diff", "--select", "task-teardown", "--safety", "review"];
    let said = project.run(&asked).stdout;
    let told = "- stop already signals the task, and now cancels it before it can finish";
    assert!(said.contains(told), "{said}");
    // A method that the teardown calls tells it, too; a plain def cannot wait.
    let text = text.replace("async def stop", "def stop");
    project.write("a.py", &text);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    assert_eq!(after, text);
    assert!(said.contains("is sync and cannot wait"), "{said}");
}

#[test]
fn a_task_that_is_told_through_a_method_is_left_alone() {
    let rest = "    async def stop(self):
        await self.drain()

    async def drain(self):
        await self.queue.put(None)
";
    let text = stored(rest).replace("asyncio.sleep(1)", "self.queue.get()");
    let project = Project::empty();
    project.write("a.py", &text);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    assert_eq!(after, text);
    assert!(
        said.contains("`drain` has `self.queue.put(None)`"),
        "{said}"
    );
}

const LIFESPAN: &str = "\
import asyncio
from contextlib import asynccontextmanager


async def sweep():
    while True:
        await asyncio.sleep(1)


@asynccontextmanager
async def lifespan(app):
    app.state.sweeper = asyncio.create_task(sweep())
    extra = None
    if app.wide:
        extra = asyncio.create_task(sweep())
        extra.add_done_callback(print)
    yield
    print(1)
";

#[test]
fn a_list_of_tasks_from_a_comprehension_ends_behind_the_yield() {
    let project = Project::empty();
    let (head, _) = LIFESPAN.split_once("    app.state").expect("it is there");
    let body = "    tasks = [asyncio.create_task(sweep()) for _ in range(2)]\n    print(len(tasks))\n    yield\n";
    project.write("a.py", format!("{head}{body}"));
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    let expected = "    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
";
    assert!(after.ends_with(expected), "{said}\n{after}");
}

#[test]
fn a_lifespan_ends_what_it_stored() {
    let project = Project::empty();
    project.write("a.py", LIFESPAN);
    let (after, said) = torn_down(&project, &["--safety", "review"]);
    let expected = "    yield
    tasks = [task for task in (app.state.sweeper, extra) if task is not None]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(1)
";
    assert!(after.contains(expected), "{said}\n{after}");
    // Somebody reaches it by the app.
    project.write("a.py", LIFESPAN);
    project.write("b.py", "def end(app):\n    app.state.sweeper.cancel()\n");
    let (after, _) = torn_down(&project, &[]);
    assert!(!after.contains("app.state.sweeper.cancel"), "{after}");
}

#[test]
fn the_line_of_a_loop_that_would_never_end_is_told() {
    let text = "\
import asyncio


async def poll():
    while True:
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            print(1)


async def once():
    task = asyncio.create_task(poll())
    task.cancel()
";
    let project = Project::empty();
    project.write("a.py", text);
    let selected = "cancel-without-await,swallowed-cancellation";
    let run = project.run(&["diff", "--safety", "review", "--select", selected, "a.py"]);
    let expected = "the wait never ends while the loop at line 8 ignores cancellation";
    assert!(run.stdout.contains(expected), "{run:?}");
}

#[test]
fn a_file_that_uses_the_place_of_a_task_is_named() {
    let said = |text: &str| {
        let project = Project::empty();
        project.write("a.py", stored(STOP));
        project.write("b.py", text);
        let (after, said) = torn_down(&project, &[]);
        assert_eq!(after, stored(STOP), "{said}");
        said
    };
    let told = said("from a import A\n\n\ndef show(a: A):\n    print(a._task)\n");
    let expected = "nothing here ends this task, which b.py uses (line 5): end it there";
    assert!(told.contains(expected), "{told}");
    // That is its end.
    let told =
        said("from a import A\n\n\nasync def end(a: A):\n    print(a._task)\n    await a._task\n");
    assert!(told.starts_with("Nothing written"), "{told}");
}

#[test]
fn attributes_begin_above_a_task_that_init_starts_first() {
    let project = Project::empty();
    project.write(
        "a.py",
        "import asyncio\n\n\nclass A:\n    def __init__(self):\n        asyncio.create_task(self.go())\n        self.x = 1\n\n    \
         async def start(self):\n        asyncio.create_task(self.run())\n\n    \
         async def stop(self):\n        print(1)\n\n    \
         async def go(self):\n        while True:\n            await asyncio.sleep(1)\n\n    \
         async def run(self):\n        while True:\n            await asyncio.sleep(1)\n",
    );
    let (after, _) = migrated(&project, &[]);
    let expected = "    def __init__(self):\n        self._run_task = None\n        \
                    self._go_task = asyncio.create_task(self.go())\n        self.x = 1\n";
    assert!(after.contains(expected), "{after}");
    let ends = "        tasks = [task for task in (self._go_task, self._run_task) if task is not None]\n        \
                for task in tasks:\n            task.cancel()\n        \
                await asyncio.gather(*tasks, return_exceptions=True)\n        self._run_task = None\n        print(1)\n";
    assert!(after.contains(ends), "{after}");
}

#[test]
fn an_end_behind_a_bare_yield_is_for_a_person_to_see() {
    let decorator = "@contextlib.asynccontextmanager";
    let bare = "    asyncio.create_task(poll())\n    yield\n";
    let caught = "    asyncio.create_task(poll())\n    try:\n        yield\n    except OSError:\n        pass\n";
    let last = "    asyncio.create_task(poll())\n    try:\n        yield\n    finally:\n        print(1)\n";
    let nested = "    asyncio.create_task(poll())\n    try:\n        try:\n            yield\n        \
                  except OSError:\n            raise\n    finally:\n        print(1)\n";
    let fixture = "@pytest_asyncio.fixture";
    let app = "\n\napp = fastapi.FastAPI(lifespan=around)\n";
    for (decorator, body, more, is_safe) in [
        (decorator, bare, "", false),
        (decorator, caught, "", false),
        (decorator, last, "", true),
        (decorator, nested, "", true),
        (decorator, bare, app, true),
        (fixture, bare, "", true),
    ] {
        let project = Project::empty();
        let text = format!(
            "import asyncio\nimport contextlib\n\nimport fastapi\nimport pytest_asyncio\n\n\n\
             async def poll():\n    while True:\n        await asyncio.sleep(1)\n\n\n\
             {decorator}\nasync def around(app):\n{body}{more}"
        );
        project.write("a.py", &text);
        let (after, said) = migrated(&project, &[]);
        assert_eq!(after != text, is_safe, "{text}{said}");
        let (after, said) = migrated(&project, &["--safety", "review"]);
        assert!(after.contains("poll_task.cancel()"), "{text}{said}");
        if body.contains("finally") {
            let ends = "    finally:\n        poll_task.cancel()\n";
            assert!(after.contains(ends), "{after}");
        }
    }
}
