//! A function that runs a loop becomes a coroutine function with all its callers: through files, classes and
//! entry points, run before and after.

use std::path::Path;
use std::process::Command;

use crate::execution::python::{self, run};
use crate::support::Project;

mod lists;

const SELECT: [&str; 4] = ["--select", "async-propagation", "--safety", "review"];

/// Receivers of each sort, callers of callers, two functions with loops of their own that one caller uses, and
/// each end of a chain.
const SHOP: &str = "\
//- pyproject.toml
[project]
name = 'shop'
version = '1'
scripts = {shop = 'shop:script'}
//- shop/__init__.py
from .service import Service
from .cli import script
//- shop/client.py
import asyncio
from typing import Optional


class Client:
    def __init__(self, prices: dict):
        self.prices = prices

    async def _read(self, name):
        await asyncio.sleep(0)
        return self.prices[name]

    def price(self, name):
        return asyncio.run(self._read(name))

    def price_of_all(self, names, /, *, factor=1):
        loop = asyncio.new_event_loop()
        try:
            total = 0
            for name in names:
                total += loop.run_until_complete(self._read(name)) * factor
            return total
        finally:
            loop.close()

    def cheapest(self, *names):
        return min([self.price(name) for name in names])


class Tax(Client):
    def taxed(self, name) -> float:
        return self.price(name) * 1.5


def make(prices) -> Client:
    return Client(prices)
//- shop/service.py
from . import client as clients
from .client import Client, Tax


class Service:
    label: str = 'shop'

    def __init__(self, client: Client):
        self.client = client
        self.tax = Tax(client.prices)

    def bill(self, names):
        lines = {name: self.client.price(name) for name in names}
        total = self.client.price_of_all(names, factor=2)
        return lines, total, self.tax.taxed(names[0])

    def show(self, names):
        lines, total, taxed = self.bill(names)
        for name, price in lines.items():
            print(self.label, name, price)
        print(total, taxed, self.client.cheapest(*names) if names else None)

    async def watch(self, names):
        print('watch', await self.again(names))

    async def again(self, names):
        return [name.upper() for name in names]


def quick(prices, name):
    return clients.make(prices).price(name) + clients.Tax(prices).price(name)
//- shop/cli.py
import sys
import threading

from shop import Service
from shop.client import Client
from shop.service import quick

PRICES = {'a': 1, 'b': 2}


def build() -> Service:
    return Service(Client(PRICES))


def run(names):
    build().show(names)
    return quick(PRICES, 'b')


def in_thread():
    print('thread', quick(PRICES, 'a'))


def script():
    print(run(['a', 'b']))


def main():
    print(run(sys.argv[1:] or ['b', 'a']))
    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join()
//- start.py
from shop.cli import main, script

if __name__ == '__main__':
    main()
    script()
//- check.py
from shop.client import make


def test_price():
    assert make({'c': 3}).price('c') == 3


test_price()
";

/// Runs a script as strictly as Python can; returns what it printed.
fn strictly(python: &Path, project: &Project, script: &str) -> String {
    let ended = run(Command::new(python)
        .args(["-X", "dev", "-W", "error", script])
        .current_dir(project.root()));
    let is_well = ended.status.is_some_and(|it| it.success());
    assert!(is_well, "{script}: {}", ended.stderr);
    // What nobody awaited is told when it goes, and ends nothing.
    assert!(!ended.stderr.contains("never awaited"), "{}", ended.stderr);
    ended.stdout
}

/// Migrates a project, whose files then have these lines, and whose programs print what they printed before.
fn check_migrated(files: &str, programs: [&str; 2], lines: &[(&str, &str)]) {
    let Some(python) = python::new_enough() else {
        return;
    };
    let project = Project::new(files);
    let printed = || programs.map(|it| strictly(Path::new(python), &project, it));
    let before = printed();
    let migrate = [&["migrate", "--allow-dirty"][..], &SELECT, &["."]].concat();
    let run = project.run(&migrate);
    assert_eq!(run.code, Some(0), "{run:?}");
    for (path, line) in lines {
        let text = project.text(path);
        assert!(text.contains(line), "{path} lacks {line}:\n{text}");
    }
    assert_eq!(before, printed());
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}

#[test]
fn callers_of_a_loop_become_coroutines_up_to_where_the_program_starts() {
    let lines = [
        (
            "shop/client.py",
            "    async def price(self, name):\n        return await self._read(name)\n",
        ),
        (
            "shop/client.py",
            "    async def price_of_all(self, names, /, *, factor=1):\n        total = 0\n        for name in names:\n            total += await self._read(name) * factor\n        return total\n",
        ),
        (
            "shop/client.py",
            "return min([await self.price(name) for name in names])",
        ),
        (
            "shop/client.py",
            "    async def taxed(self, name) -> float:\n        return await self.price(name) * 1.5\n",
        ),
        (
            "shop/service.py",
            "{name: await self.client.price(name) for name in names}",
        ),
        (
            "shop/service.py",
            "return lines, total, await self.tax.taxed(names[0])",
        ),
        (
            "shop/service.py",
            "    async def show(self, names):\n        lines, total, taxed = await self.bill(names)\n",
        ),
        (
            "shop/service.py",
            "return await clients.make(prices).price(name) + await clients.Tax(prices).price(name)",
        ),
        (
            "shop/cli.py",
            "def in_thread():\n    print('thread', asyncio.run(quick(PRICES, 'a')))",
        ),
        (
            "shop/cli.py",
            "def script():\n    print(asyncio.run(run(['a', 'b'])))",
        ),
        (
            "check.py",
            "    assert await make({'c': 3}).price('c') == 3",
        ),
    ];
    check_migrated(SHOP, ["start.py", "check.py"], &lines);
}

/// Programs in which a chain cannot go on, each with what the finding says.
const STOPS: &[(&str, &str)] = &[
    ("print(__name__)\n", "No changes"),
    (
        "class Use:\n    def __len__(self):\n        return seed(1)\n",
        "Python calls __len__ without an await",
    ),
    (
        "def items():\n    yield seed(1)\n\n\nprint(list(items()))\n",
        "items is a generator",
    ),
    (
        "total = any(seed(n) for n in range(3))\n",
        "an await would make the generator expression async, which any() cannot read",
    ),
    (
        "class Use:\n    size = seed(1)\n",
        "a class body cannot await",
    ),
    (
        "def use(size=seed(1)):\n    return size\n\n\nasync def main(f=lambda: seed(2)):\n    return f()\n",
        "a lambda cannot await",
    ),
    (
        "def use():\n    return middle()\n\n\ndef middle():\n    return seed(1)\n\n\nkeep = [use]\n",
        "through `middle`",
    ),
    (
        "class Use:\n    def do_it(self):\n        return seed(1)\n\n    def run(self, name):\n        return getattr(self, 'do_' + name)()\n",
        "`run` (use.py:9) may use it",
    ),
    (
        "class Use:\n    def it(self):\n        return seed(1)\n\n\ndef run(use):\n    name = 'i%s' % 't'\n    return getattr(use, name)()\n",
        "`run` (use.py:11) may use it",
    ),
    (
        "class Use:\n    def it(self):\n        return seed(1)\n\n    also = it\n",
        "the value is also used in `also = it`",
    ),
    (
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [str(seed(1)).encode()]\n\n\nprint(app({}, print))\n",
        "a WSGI server calls app without an await",
    ),
    (
        "import functools\n\nuse = functools.partial(seed, 1)\n",
        "which would also have to change",
    ),
];

#[test]
fn a_chain_that_cannot_go_on_changes_nothing_and_says_where() {
    let seed = "import asyncio\n\n\nasync def work(n):\n    return n\n\n\ndef seed(n):\n    return asyncio.run(work(n))\n";
    for (use_of, said) in STOPS {
        let project = Project::empty();
        project.write("pyproject.toml", "[project]\nname = 'x'\nversion = '1'\n");
        project.write("lib.py", seed);
        project.write("use.py", format!("from lib import seed\n\n\n{use_of}"));
        let run = project.run(&[&["diff"][..], &SELECT, &["."]].concat());
        assert!(run.stdout.contains("No changes"), "{use_of}: {run:?}");
        assert!(run.stdout.contains(said), "{use_of}: {run:?}");
    }
}

/// Two callers that cannot await, in files of their own.
const STOPPED_TWICE: &str = "\
//- pyproject.toml
[project]
name = 'x'
version = '1'
//- lib.py
import asyncio


async def work(n):
    return n


def seed(n):
    return asyncio.run(work(n))
//- first.py
from lib import seed

print(sorted([2, 1], key=lambda n: seed(n)))
//- second.py
from lib import seed


class Use:
    @property
    def size(self):
        return seed(1)
";

#[test]
fn each_place_that_stops_a_chain_is_a_finding_in_its_file() {
    let project = Project::new(STOPPED_TWICE);
    let check = |more: &[&str]| {
        let arguments = [&["check"][..], &SELECT, more].concat();
        project.run(&arguments).stdout
    };
    let told = "lib.py:8:1: async-propagation [manual, high] seed fails where a loop already runs. Not changed: first.py:3 calls it, and a lambda cannot await; other code stops it, too\n";
    let first = "first.py:3:36: async-propagation [manual, high] this keeps `seed` (lib.py:8) as it is: a lambda cannot await\n";
    let second = "second.py:7:16: async-propagation [manual, high] this keeps `seed` (lib.py:8) as it is: a property cannot await\n";
    let all = check(&["."]);
    for line in [told, first, second] {
        assert!(all.contains(line), "{line}{all}");
    }
    // A file that was not named is not spoken of.
    let some = check(&["lib.py", "second.py"]);
    assert!(some.contains(told) && some.contains(second), "{some}");
    assert!(!some.contains(first), "{some}");
    // A comment turns it off at its place.
    let ignored = "        return seed(1)  # awaitify: ignore[async-propagation] it may block\n";
    let text = project.text("second.py");
    project.write(
        "second.py",
        text.replace("        return seed(1)\n", ignored),
    );
    let others = check(&["."]);
    assert!(others.contains(first), "{others}");
    assert!(!others.contains("second.py"), "{others}");
}

/// A function that also calls one of another file with a loop of its own.
const CALLS_BOTH: &str = "\
//- pyproject.toml
[project]
name = 'x'
version = '1'
//- first.py
import asyncio

from second import other


async def load():
    return 1


def seed():
    return asyncio.run(load()) + other()
//- second.py
import asyncio


async def load():
    return 2


def other():
    return asyncio.run(load())
//- main.py
from first import seed
from second import other

if __name__ == '__main__':
    print(seed(), other())
";

#[test]
fn what_cannot_change_beside_a_chain_stops_it() {
    let project = Project::new(CALLS_BOTH);
    let diff = || {
        let run = project.run(&[&["diff"][..], &SELECT, &["."]].concat());
        run.stdout
    };
    let both = diff();
    assert!(both.contains("3 changes in 3 files"), "{both}");
    let test = "from unittest.mock import patch\n\n\n@patch('second.other')\ndef test_it(other):\n    pass\n";
    project.write("tests/test_second.py", test);
    let neither = diff();
    assert!(neither.contains("No changes"), "{neither}");
    assert!(neither.contains("also calls `other`"), "{neither}");
}

#[test]
fn files_of_a_folder_that_is_named_belong_together() {
    let lib = "import asyncio\n\n\nasync def work(n):\n    return n\n\n\ndef seed(n):\n    return asyncio.run(work(n))\n";
    let uses = "from parts.one.lib import seed\n\n\nasync def main():\n    print(seed(1))\n";
    // No file marks the top of the project, and no folder is a package.
    let project = Project::empty();
    project.write("parts/one/lib.py", lib);
    project.write("tools/uses.py", uses);
    for folders in [&["."][..], &["parts", "tools", "."]] {
        let run = project.run(&[&["diff"][..], &SELECT, folders].concat());
        assert!(run.stdout.contains("+    print(await seed(1))"), "{run:?}");
    }
    let run = project.run(&[&["diff"][..], &SELECT, &["parts/one"]].concat());
    assert!(!run.stdout.contains("tools/uses.py"), "{run:?}");
}

/// A project of 37 modules: each way in which a call may have to change, and each end of a chain.
const DEPOT: &str = include_str!("propagated/depot.txt");

/// Runs a module of the environment as strictly as Python can; returns how that ended, and what it printed.
fn module(project: &Project, arguments: &[&str]) -> (bool, String) {
    let python = python::environment(&python::KERNEL).expect("Python is new enough");
    let ended = run(Command::new(python)
        .args(["-X", "dev", "-W", "error", "-m"])
        .args(arguments)
        .env("PYTHONPATH", project.root())
        .current_dir(project.root()));
    let printed = ended.stdout + &ended.stderr;
    (ended.status.is_some_and(|it| it.success()), printed)
}

/// The project's own tests, but for those of a name.
fn own_tests(project: &Project, but: &str) -> (bool, String) {
    module(
        project,
        &["pytest", "-q", "-p", "no:cacheprovider", "-k", but, "tests"],
    )
}

#[test]
fn a_project_passes_its_own_tests_afterwards() {
    if python::new_enough().is_none() {
        return;
    }
    let project = Project::new(DEPOT);
    // A coroutine that calls a function with a loop of its own fails: that is what the change is for.
    let (passes, printed) = own_tests(&project, "not test_async");
    assert!(passes, "{printed}");
    let (passes, printed) = own_tests(&project, "test_async");
    assert!(
        !passes && printed.contains("running event loop"),
        "{printed}"
    );
    let migrate = [&["migrate", "--allow-dirty"][..], &SELECT, &["."]].concat();
    let migrated = project.run(&migrate);
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    for line in [
        "depot/stop/by_callback.py:9:1: async-propagation [manual, high] hook fails where a loop already runs",
        "code that receives hook as a value calls it without an await",
        "depot/stop/by_condition.py:13:5: async-propagation [manual, high] pick fails where a loop already runs",
        "code that receives weight as a value calls it without an await",
        "every is a generator: its callers would need `async for`",
        "Python calls __init__ without an await",
        "`ask` (depot/stop/by_name.py:13) may use it: `return pump.rate()`",
        "tests/test_ends.py replaces it with a mock, which would also have to change",
        "a property cannot await",
    ] {
        let check = [&["check"][..], &SELECT, &["."]].concat();
        let left = project.run(&check);
        assert!(left.stdout.contains(line), "{line}: {left:?}");
    }
    for (path, line) in [
        ("depot/discount.py", "return await super().get(name) // 2"),
        (
            "depot/memory.py",
            "    async def load(self, key: str) -> str:",
        ),
        (
            "depot/notes.py",
            "async def note(client: Client, name: None) -> None: ...",
        ),
        ("depot/left.py", "return await self.right.part(name) + 1"),
        ("depot/scripts.py", "print(asyncio.run(report(client)))"),
    ] {
        let text = project.text(path);
        assert!(text.contains(line), "{path} lacks {line}:\n{text}");
    }
    let (passes, printed) = own_tests(&project, "test");
    assert!(passes && !printed.contains("never awaited"), "{printed}");
    let (passes, printed) = module(&project, &["mypy", "--cache-dir", "/dev/null"]);
    assert!(passes, "{printed}");
    let again = project.run(&migrate);
    assert!(again.stdout.contains("Nothing written"), "{again:?}");
}
