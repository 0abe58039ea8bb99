"""Measures how the cost of a run grows with the code: python3 benches/growth.py [SHAPE …] [--sizes N,N] [--program PATH]

Each shape is a project, or a file, of N alike parts of the kind that made some question quadratic once. What
is printed are the seconds of processor time for each size, and the exponent from the second to the last: 1
is linear, and what is beyond 1.3 asks something of each part that goes over all the others. Linux or macOS,
nothing but Python 3.11. Build the program first: cargo build --release
"""

import argparse
import math
import os
import pathlib
import resource
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")

COROUTINE_METHODS = """\
import asyncio


class Worker{i}:
    def __init__(self):
        self.n = {i}

    @asyncio.coroutine
    def run(self):
        yield from asyncio.sleep(0)
        return self.n

    @asyncio.coroutine
    def go(self):
        yield from self.run()


@asyncio.coroutine
def main{i}():
    w = Worker{i}()
    yield from w.go()
"""

ONE_CLASS_NAME = """\
import asyncio


class Worker:
    def __init__(self):
        self.task = None

    async def start(self):
        self.task = asyncio.create_task(self.run())

    async def run(self):
        await asyncio.sleep({i})

    async def stop(self):
        self.task.cancel()
"""

MIXED = """\
import asyncio
import time


def plain_{i}(rows):
    return [row for row in rows]


async def waits_{i}():
    time.sleep({i})
    asyncio.ensure_future(other_{i}())


async def other_{i}():
    loop = asyncio.get_event_loop()
    await loop.run_in_executor(None, plain_{i}, [1])


def main_{i}():
    loop = asyncio.get_event_loop()
    loop.run_until_complete(waits_{i}())
"""

IMPORTS = """\
import asyncio
import m{before}
from m{behind} import step_{behind}


@asyncio.coroutine
def step_{i}():
    yield from asyncio.sleep(0)
    yield from m{before}.step_{before}()


async def start_{i}():
    task = asyncio.ensure_future(step_{behind}())
"""

TASKS = """\
import asyncio
import celery

app = celery.Celery("app")


class Job{i}(celery.Task):
    def run(self):
        return {i}


class Mail{i}:
    async def send(self):
        await asyncio.sleep({i})


@app.task
async def send_{i}():
    await Mail{i}().send()
"""

DEPENDS = """\
from fastapi import APIRouter, Depends
import requests

router = APIRouter()


async def user_{i}():
    return requests.get("http://x/{i}").json()


@router.get("/{i}")
async def show_{i}(user=Depends(user_{i})):
    return requests.get("http://y/{i}").json()
"""

EVENTS = """\
from fastapi import FastAPI

app = FastAPI()


@app.on_event("startup")
async def start_{i}():
    app.state.n_{i} = {i}


@app.on_event("shutdown")
async def stop_{i}():
    app.state.n_{i} = None
"""


def files(template):
    """One file per part; each may name the ones beside it."""

    def write(root, n):
        for i in range(n):
            text = template.format(i=i, before=(i - 1) % n, behind=(i + 1) % n)
            (root / f"m{i}.py").write_text(text)

    return write


def file(head, part, tail="", between=""):
    """One file of all parts."""

    def write(root, n):
        (root / "m.py").write_text(head + between.join(part.format(i=i) for i in range(n)) + tail)

    return write


LOCKED = "    lock_{i} = threading.Lock()\n    with lock_{i}:\n        await asyncio.sleep({i})\n"
GLOBAL = "state_{i} = None\n\n\nasync def set_{i}():\n    global state_{i}\n    if state_{i} is None:\n        state_{i} = await make({i})\n\n\n"
IMPORT = "import asyncio\nimport threading\n\n\n"

# The recipes, and what writes the code.
SHAPES = {
    "coroutine-methods": ("asyncio-coroutine", files(COROUTINE_METHODS)),
    "mixed-functions": ("asyncio", files(MIXED)),
    "imports": ("asyncio", files(IMPORTS)),
    "tasks": ("celery", files(TASKS)),
    "one-class-name": ("asyncio", files(ONE_CLASS_NAME)),
    "one-class-name-strict": ("asyncio,strict", files(ONE_CLASS_NAME)),
    "on-event": ("fastapi", files(EVENTS)),
    "on-event-one-file": (
        "fastapi",
        file("from fastapi import FastAPI\n\napp = FastAPI()\n", EVENTS.split("FastAPI()\n")[1]),
    ),
    "depends": ("asyncio,fastapi", files(DEPENDS)),
    "requests-on-a-line": (
        "asyncio",
        file("import requests\n\n\nasync def f():\n    return [", 'requests.get("u{i}")', "]\n", ", "),
    ),
    "locks": ("asyncio,strict", file(IMPORT + "async def f():\n", LOCKED)),
    "globals": ("asyncio,strict", file(IMPORT + "async def make(n):\n    return n\n\n\n", GLOBAL)),
}


def seconds(program, select, root):
    """The processor time of a run."""
    command = [program, "diff", "-q", "--threads", "1", "--target-version", "3.8", "--select", select, root]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", choices=[[], *SHAPES], metavar="SHAPE")
    parser.add_argument("--sizes", default="250,500,1000,2000")
    parser.add_argument("--program", default=TARGET / "release" / "awaitify")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    print(f"{'shape':24}" + "".join(f"{size:>9}" for size in sizes) + f"{'exponent':>10}")
    for name in given.shapes or SHAPES:
        select, write = SHAPES[name]
        taken = []
        for size in sizes:
            with tempfile.TemporaryDirectory() as root:
                write(pathlib.Path(root), size)
                taken.append(seconds(given.program, select, root))
        first, last = (1, -1) if len(sizes) > 2 else (0, -1)
        grown = math.log(taken[last] / taken[first]) / math.log(sizes[last] / sizes[first])
        print(f"{name:24}" + "".join(f"{it:9.2f}" for it in taken) + f"{grown:10.2f}", flush=True)


if __name__ == "__main__":
    main()
