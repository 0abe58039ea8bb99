//! Which coroutines of `a.py` are driven by hand?

use super::*;
use crate::project::definition::Definitions;
use crate::project::files::{Files, Texts};
use crate::project::import_index::ImportIndex;

const WORK: &str =
    "async def work(): await rest()\nasync def rest(): pass\nasync def other(): pass\n";

const DRIVER: &str = "def drive(coro):\n    try:\n        coro.send(None)\n    except StopIteration as end:\n        return end.value\n";

/// Compares the defs of [`WORK`] that are driven where this stands in its file, those with `?` that may be.
#[track_caller]
fn check(text: &str, expected: &str) {
    check_files(&format!("{WORK}{text}"), &[], expected);
}

/// The same with other files.
#[track_caller]
fn check_files(text: &str, others: &[(&str, &str)], expected: &str) {
    let all = [&[("a.py", text)], others].concat();
    let files = Files::list(Texts::of(&all));
    let world = World {
        files: &files,
        definitions: &Definitions::new(&files),
        programs: &Programs::new(&files, &ImportIndex::build(&files)),
    };
    let drivers = Drivers::default();
    let shown = |name: &&str| {
        let driver = drivers.of(Path::new("a.py"), name, world)?;
        let mark = if driver.is_sure { "" } else { "?" };
        Some(format!("{name}{mark}"))
    };
    let found: Vec<String> = ["work", "rest", "other"].iter().filter_map(shown).collect();
    assert_eq!(found.join(" "), expected, "{text}");
}

#[test]
fn what_is_driven_where_it_is_made_is_known() {
    check("work().send(None)\n", "work rest");
    check("x = work()\nx.send(None)\n", "work rest");
    check("list(work().__await__())\n", "work rest");
    check("for _ in rest().__await__(): pass\n", "rest");
    check("it = iter(rest().__await__())\nnext(it)\n", "rest");
    check("[c.send(None) for c in [rest(), other()]]\n", "rest other");
    check("(rest() if x else other()).send(None)\n", "rest other");
    check("def make(): return rest()\nmake().send(None)\n", "rest");
    check(
        "def f():\n    step = rest().send\n    try: step(None)\n    except StopIteration: pass\n",
        "rest",
    );
    check(
        "async def gen(): yield await rest()\ngen().asend(None).send(None)\n",
        "rest",
    );
    check("async def main(): await work()\n", "");
}

#[test]
fn what_a_driver_is_given_is_driven() {
    let with = |text: &str, expected: &str| check(&format!("{DRIVER}{text}"), expected);
    with("drive(rest())\n", "rest");
    with("drive(coro=rest())\n", "rest");
    with("def run(c): drive(c)\nrun(rest())\n", "rest");
    with(
        "async def guarded(f): await f()\ndrive(guarded(rest))\n",
        "rest",
    );
    with(
        "async def guarded(c): await c\ndrive(guarded(rest()))\n",
        "rest",
    );
    with("drive(x.coro)\n", "work? rest? other?");
    with("list(map(drive, found))\n", "work? rest? other?");
    with("drive(*given)\n", "work? rest? other?");
    with(
        "class A:\n    async def rest(self): await work()\ndrive(A().rest())\n",
        "work rest",
    );
    with(
        "class A:\n    async def f(self): await rest()\ndef g(a): drive(a.f())\n",
        "rest",
    );
    with("", "");
}

#[test]
fn a_class_or_a_decorator_may_drive_what_it_is_given() {
    let class = "class Job:\n    def __init__(self, coro):\n        self.coro = coro\n    def step(self):\n        self.coro.send(None)\n";
    check(&format!("{class}Job(rest()).step()\n"), "rest");
    check(&format!("{class}Job(x)\n"), "");
    let ends = class.replace(
        "        self.coro.send(None)\n",
        "        try: self.coro.send(None)\n        except StopIteration: pass\n",
    );
    check(&format!("{ends}Job(x)\n"), "work? rest? other?");
    let decorator = "def plain(f):\n    def run(*args):\n        try: f(*args).send(None)\n        except StopIteration: pass\n    return run\n";
    check(
        &format!("{decorator}@plain\nasync def here(): await rest()\n"),
        "rest",
    );
}

#[test]
fn an_annotation_does_not_beat_a_call_in_plain_sight() {
    let step = "from typing import Protocol, Generator\nclass Step(Protocol):\n    def send(self, x): ...\n";
    let driver = DRIVER.replace("(coro)", "(coro: Step)");
    let with = |text: &str, expected: &str| check(&format!("{step}{driver}{text}"), expected);
    with("drive(rest())\n", "rest");
    with("x = rest()\ndrive(coro=x)\n", "rest");
    with("def run(c): drive(c)\nrun(rest())\n", "rest");
    with("def run(c: Step): drive(c)\nrun(rest())\n", "rest");
    with("drive(made[0])\n", "");
    with("def run(c): drive(c)\nrun(made[0])\n", "");
    with("drive(pool.rest())\n", "");
    with("drive(Step())\n", "");
    let driver = DRIVER.replace("(coro)", "(coro: Generator)");
    check(&format!("{step}{driver}drive(rest())\n"), "rest");
    check(&format!("{step}{driver}drive(gen())\n"), "");
    let called = DRIVER
        .replace("(coro)", "(make: Step)")
        .replace("coro.", "make().");
    check(&format!("{step}{called}drive(rest)\n"), "rest");
    check(&format!("{step}{called}drive(made[0])\n"), "");
    let class = "class A:\n    def __init__(self, coro: Step): self.coro = coro\n    def go(self): self.coro.send(None)\n";
    check(&format!("{step}{class}A(rest())\n"), "rest");
    check(&format!("{step}{class}A(made[0])\n"), "");
}

#[test]
fn what_wraps_itself_is_followed_once() {
    let wraps = "        self.x = wrap(self.x)\n".repeat(200);
    let text = format!(
        "{DRIVER}class A:\n    def go(self):\n        self.x = rest()\n{wraps}        drive(self.x)\n"
    );
    check(&text, "work? rest other?");
}

#[test]
fn other_files_drive_too() {
    let others = [
        ("driver.py", DRIVER),
        ("main.py", "import a, driver\ndriver.drive(a.rest())\n"),
    ];
    check_files(WORK, &others, "rest");
    let renamed = "from driver import drive as d\nfrom a import rest as r\nd(r())\n";
    check_files(WORK, &[others[0], ("main.py", renamed)], "rest");
    let unknown = "import a, driver\ndriver.drive(a.made[0])\n";
    check_files(
        WORK,
        &[others[0], ("main.py", unknown)],
        "work? rest? other?",
    );
    let apart = "import driver\ndriver.drive(made[0])\n";
    check_files(WORK, &[others[0], ("main.py", apart)], "");
}

#[test]
fn what_is_no_driver_drives_nothing() {
    check(
        "class A:\n    def __await__(self): return self.run().__await__()\n",
        "",
    );
    check(
        "class A:\n    def __await__(self): return (yield from self.c.__await__())\n",
        "",
    );
    check(
        "class A:\n    def send(self, x): return self.c.send(x)\n",
        "",
    );
    check(
        "import types\n@types.coroutine\ndef f(c): return (yield from c.__await__())\n",
        "",
    );
    check("def gen(): yield\ng = gen()\ng.send(None)\n", "");
    check(
        "def gen(): yield\ndef f():\n    g = gen()\n    try: g.send(1)\n    except StopIteration: pass\n",
        "",
    );
    check("def stop(pipe): pipe.send(None)\nstop(connect())\n", "");
    check(
        "from typing import Generator\ndef f(g: Generator):\n    try: g.send(1)\n    except StopIteration: pass\nf(x)\n",
        "",
    );
    check(
        "async def f(ws):\n    try: await ws.send(None)\n    except StopIteration: pass\n",
        "",
    );
}
