//! What runs behind a kept task: where the teardown may end it, and where a person has to look.

use crate::support::Project;

const HEAD: &str = "\
import asyncio
import contextlib
import typing as t
from asyncio import sleep as pause
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from types import SimpleNamespace

import tenacity
from bus import emit

lines = asyncio.Queue()
hook = ContextVar(\"hook\")
IGNORED = (asyncio.CancelledError, OSError)
FAILED = (ValueError, OSError)


async def tick():
    await pause(1)


async def ticks():
    yield await pause(1)


async def given(coro):
    await coro


@tenacity.retry
async def again():
    await pause(1)
";

/// A class with that body of what runs, each line `;` apart, and further methods.
fn class(number: usize, run: &str, methods: &str) -> String {
    let body: Vec<String> = run.split(';').map(|it| format!("        {it}\n")).collect();
    format!(
        "\n\nclass C{number}:\n    def __init__(self, other, fut: asyncio.Future):\n        \
         self.other = other\n        self.fut = fut\n        self.lock = asyncio.Lock()\n        \
         self.hooks = SimpleNamespace(step=other)\n        \
         self.queue: asyncio.Queue[int] | None = None\n        self.feed: t.AsyncIterator = other\n\n    \
         async def start(self):\n        asyncio.create_task(self._run())\n\n    \
         async def stop(self):\n        print(\"stopped\")\n\n    async def _run(self):\n{}{methods}",
        body.concat()
    )
}

/// Compares the level of each class, by what it runs: `safe` (`surely` or by all but the `closed` list),
/// `review` or `manual`.
#[track_caller]
fn check(expected: &str, methods: &str, runs: &[&str]) {
    let project = Project::empty();
    let mut text = HEAD.to_owned();
    for (number, run) in runs.iter().enumerate() {
        text.push_str(&class(number, run, methods));
    }
    project.write("a.py", text);
    let options = ["--safety", "review", "--format", "json"];
    let selected = ["diff", "--select", "task-handle", "a.py"];
    let run = project.run(&[&selected[..], &options].concat());
    // What is not on the closed list is for a person, too, and is told so.
    let is_expected = |said: &str| match expected {
        "safe" => said.contains("\"safety\":\"safe\"") || said.contains("may lose work, since"),
        "closed" => said.contains("may lose work, since"),
        "surely" => said.contains("\"safety\":\"safe\""),
        level => {
            let lasts = said.contains("may lose work, since");
            said.contains(&format!("\"safety\":\"{level}\""))
                && (!lasts || said.contains("an error that the task had"))
        }
    };
    let said: Vec<&str> = run.stdout.lines().collect();
    let mut said: Vec<&&str> = said.iter().filter(|it| it.contains("\"rule\"")).collect();
    if expected == "manual" {
        // Where a loss does no harm, nothing is said of what does not change.
        said.retain(|it| !is_expected(it));
        assert!(said.is_empty(), "{said:?}");
        return;
    }
    assert_eq!(said.len(), runs.len(), "{run:?}");
    for (run, said) in runs.iter().zip(said) {
        assert!(is_expected(said), "{run}: {said}");
    }
}

#[test]
fn what_is_awaited_is_of_this_file_or_of_python() {
    let methods = "\
\n    @asynccontextmanager\n    async def _held(self):\n        yield await pause(1)\n
    async def _step(self):\n        await pause(self.other.seconds)\n";
    check(
        "safe",
        methods,
        &[
            "while True:;    await asyncio.wait_for(self.fut, self.other.seconds)",
            "while True:;    await self._step()",
            "while True:;    await asyncio.gather(self._step(), *[tick() for _ in range(3)])",
            "while True:;    async with self.lock, asyncio.timeout(1):;        await lines.get()",
            "while True:;    print(await self.queue.get())",
            "while True:;    async with self._held():;        await self.fut",
            "while True:;    async for _ in ticks():;        self.other.seen()",
            "loop = asyncio.get_running_loop();while True:;    await loop.run_in_executor(None, print)",
            "beat = asyncio.create_task(tick());while True:;    await asyncio.wait({beat}, timeout=1)",
            "while True:;    async with asyncio.TaskGroup() as group:;        group.create_task(tick())",
        ],
    );
}

#[test]
fn other_code_is_for_a_person() {
    let methods = "\
\n    async def _abstract(self):\n        raise NotImplementedError\n
    @property\n    def ready(self):\n        return self.other.ready()\n";
    check(
        "review",
        methods,
        &[
            "while True:;    await self.other.step()",
            "while True:;    await asyncio.wait_for(self.other.step(), 1)",
            "while True:;    await asyncio.gather(tick(), self.other.step())",
            "while True:;    await emit()",
            "while True:;    await again()",
            "while True:;    await given(self.other.step())",
            "while True:;    await self._abstract()",
            "while True:;    await self.ready",
            "while True:;    await self.other",
            "while True:;    async with self.other:;        await pause(1)",
            "while True:;    async for _ in self.feed:;        print()",
            "while True:;    print([x async for x in self.other.lines()])",
            "while True:;    step = asyncio.create_task(self.other.step());    await step",
            "while True:;    steps = [];    steps.append(self.other.step());    await asyncio.gather(*steps)",
            "while True:;    async with asyncio.TaskGroup() as group:;        group.create_task(emit())",
            "while True:;    async with contextlib.aclosing(self.other.rows()) as rows:;        print(rows)",
            "while True:;    await self.callback()",
            "while True:;    await super().step()",
            "while True:;    await self.hooks.step()",
            "while True:;    job = await lines.get();    await job",
            "while True:;    await (await lines.get())",
            "while True:;    await lines.get_nowait()",
            "while True:;    await next(iter([]))",
            "while True:;    await hook.get()",
            "while True:;    await asyncio.gather(lines.get_nowait())",
            "while True:;    asyncio.Task(hook.get()())",
            "async with contextlib.AsyncExitStack() as stack:;    \
             stack.push_async_callback(self.other.close);    await pause(1)",
        ],
    );
}

#[test]
fn what_works_something_off_may_have_to_finish() {
    check(
        "review",
        "",
        &[
            "while self.rows:;    await tick();    self.rows.pop()",
            "for row in self.rows:;    await tick();    print(row)",
            "async for row in ticks():;    print(row)",
            "print([await pause(row) for row in self.rows])",
            "while (row := await self.queue.get()) is not None:;    print(row)",
            "while True:;    await tick();    if self.rows:;        break",
            "while True:;    if not self.rows:;        break;for row in self.rows:;    await tick()",
            "await tick();print(1)",
            "for row in await asyncio.gather(tick(), tick()):;    print(row)",
            "try:;    await asyncio.sleep(1);finally:;    await asyncio.sleep(5)",
        ],
    );
    check(
        "safe",
        "",
        &["for row in self.rows:;    await tick();while True:;    await tick()"],
    );
}

#[test]
fn a_cancellation_comes_to_what_runs() {
    let passing = "\
\n    async def _passes(self):\n        try:\n            await pause(1)\n        \
except asyncio.CancelledError:\n            raise\n        except BaseException:\n            print()\n
    async def _notes(self):\n        try:\n            await pause(1)\n        \
except BaseException as error:\n            print()\n            raise error\n";
    let keeping = "\
\n    async def _keeps(self):\n        try:\n            await pause(1)\n        \
except (OSError, asyncio.CancelledError):\n            return\n
    async def _drops(self):\n        with suppress(BaseException):\n            await pause(1)\n
    async def _bare(self):\n        try:\n            async with self.lock:\n                pass\n        \
except:\n            print()\n
    async def _returns(self):\n        try:\n            await pause(1)\n        \
finally:\n            return\n
    async def _ends(self):\n        beat = asyncio.create_task(tick())\n        beat.cancel()\n        \
with suppress(asyncio.CancelledError):\n            await beat\n
    async def _ends_more(self):\n        beat = asyncio.create_task(tick())\n        beat.cancel()\n        \
with suppress(asyncio.CancelledError):\n            await beat\n            await pause(1)\n";
    check(
        "safe",
        passing,
        &[
            "while True:;    await self._passes()",
            "while True:;    await self._notes()",
            "try:;    while True:;        await pause(1);except asyncio.CancelledError:;    print()",
            "while True:;    with suppress(OSError, asyncio.TimeoutError):;        await pause(1)",
            "with suppress(asyncio.CancelledError):;    while True:;        await pause(1)",
            "while True:;    try:;        await pause(1);    except FAILED:;        print()",
            "while True:;    for _ in range(3):;        try:;            await pause(1);        \
             except OSError:;            break",
            "while True:;    try:;        await pause(1);    finally:;        \
             for _ in range(3):;            break",
            "try:;    while True:;        await pause(1);except asyncio.CancelledError:;    \
             await pause(1)",
        ],
    );
    check(
        "review",
        keeping,
        &[
            "while True:;    await self._ends()",
            "while True:;    beat = asyncio.create_task(tick());    beat.cancel();    \
             try:;        await beat;    except asyncio.CancelledError:;        pass",
        ],
    );
    check(
        "manual",
        keeping,
        &[
            "while True:;    await self._keeps()",
            "while True:;    await asyncio.gather(tick(), self._drops())",
            "while True:;    await self._bare()",
            "while True:;    await self._ends_more()",
            "while True:;    with suppress(asyncio.CancelledError):;        await pause(1)",
            "while True:;    with contextlib.suppress(*self.errors):;        await pause(1)",
            "while True:;    try:;        await pause(1);    except BaseException:;        print()",
            "while True:;    try:;        await pause(1);    except IGNORED:;        print()",
            "errors = asyncio.CancelledError, OSError;while True:;    try:;        await pause(1);    \
             except errors:;        print()",
            "while True:;    try:;        await pause(1);    except self.errors:;        print()",
            "while True:;    for _ in range(3):;        try:;            await pause(1);        \
             except asyncio.CancelledError:;            break",
            "while True:;    try:;        await pause(1);    finally:;        continue",
            "while True:;    await self._returns()",
            "try:;    while True:;        await pause(1);except asyncio.CancelledError:;    pass;\
             while True:;    await pause(1)",
        ],
    );
}

#[test]
fn a_teardown_waits_for_what_it_has_not_made() {
    let project = Project::empty();
    let check = |stop: &str, expected: &str| {
        let text = format!(
            "import asyncio\n\n\nclass C:\n    def __init__(self):\n        \
             self.ready = asyncio.Event()\n\n    async def start(self):\n        \
             asyncio.create_task(self._run())\n\n    async def _run(self):\n        \
             while True:\n            await asyncio.sleep(1)\n            self.ready.set()\n\n    \
             async def stop(self):\n        {}\n",
            stop.replace(';', "\n        ")
        );
        project.write("a.py", text);
        let selected = ["diff", "--select", "task-handle", "a.py"];
        let options = ["--safety", "review", "--format", "json"];
        let run = project.run(&[&selected[..], &options].concat());
        let said = run.stdout.lines().find(|it| it.contains("\"rule\""));
        let word = format!("\"safety\":\"{expected}\"");
        let is_left = said.is_none() && expected == "manual";
        assert!(
            is_left || said.is_some_and(|it| it.contains(&word)),
            "{stop}: {run:?}"
        );
    };
    check(
        "self.ready = asyncio.Event();await self.ready.wait()",
        "review",
    );
    check("ready = asyncio.Event();await ready.wait()", "review");
    check("await asyncio.sleep(0)", "safe");
    check("await self.ready.wait()", "manual");
    check("await self.ready.wait();self.ready = None", "manual");
    check("self.ready = None;await self.ready.wait()", "manual");
    check(
        "await self.ready.wait();self.ready = asyncio.Event()",
        "manual",
    );
    check("ready = self.ready;await ready.wait()", "manual");
    check(
        "ready, self.ready = self.ready, None;await ready.wait()",
        "manual",
    );
    check(
        "ready = self.ready;self.ready = asyncio.Event();await ready.wait()",
        "manual",
    );
}

#[test]
fn what_is_surely_safe_is_on_a_closed_list() {
    let methods = "
    async def _step(self):
        try:
            await asyncio.sleep(1)
        except OSError:
            print()
        finally:
            print()
";
    check(
        "surely",
        methods,
        &[
            "while True:;    await asyncio.sleep(1)",
            "while True:;    try:;        await self._step();    finally:;        await asyncio.sleep(0)",
            "try:;    await asyncio.sleep(1);except asyncio.CancelledError:;    print();    raise",
            "with open('a') as file:;    print(file);await asyncio.sleep(1)",
        ],
    );
    check(
        "closed",
        methods,
        &[
            "async with self.lock:;    await asyncio.sleep(1)",
            "with open('a') as file:;    await asyncio.sleep(1)",
            "await asyncio.gather(asyncio.sleep(1), asyncio.sleep(2))",
            "try:;    await asyncio.sleep(1);except asyncio.CancelledError:;    raise OSError",
        ],
    );
}
