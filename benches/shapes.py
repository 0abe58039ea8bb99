"""The shapes that growth.py measures: each writes a project, or a file, of N alike parts.

A shape has the packs it is looked at with, and what writes the code. Each made some question quadratic
once, overflowed a stack, or could.
"""

DEFAULT = "asyncio"
STRICT = "asyncio,strict"
# A branch of a loop, and what is asked of the name behind it.
CARRIED = "        if c == {i}:\n            "
USED = "    x.get(c)\n    x.close()\n    setattr(x, f'{c}_a', 1)\n    return await x\n"
IMPORT = "import asyncio\nimport threading\nimport time\n\nimport requests\n\n\n"


def files(template, **others):
    """One file per part; each may name the ones beside it."""

    def write(root, n):
        for name, text in others.items():
            (root / f"{name}.py").write_text(text)
        for i in range(n):
            text = template.format(i=i, before=(i - 1) % n, behind=(i + 1) % n)
            (root / f"m{i}.py").write_text(text)

    return write


def file(head, part, tail="", between=""):
    """One file of all parts; a part may name the one before it."""

    def write(root, n):
        parts = (part.format(i=i, before=max(i - 1, 0)) for i in range(n))
        (root / "m.py").write_text(head + between.join(parts) + tail)

    return write


def lines(head, part, tail=""):
    """One function whose body is all parts."""
    return file(IMPORT + head + "\n", part, tail)


def nested(opening, inner, closing="", head="x = ", depth=lambda n: n):
    """An expression in an expression."""

    def write(root, n):
        n = depth(n)
        text = opening * n + inner + closing * n
        body = f"async def f(a, b, rows):\n    time.sleep(1)\n    {head}{text}\n    return await g(x)\n"
        (root / "m.py").write_text(IMPORT + body)

    return write


def blocks(header, tail=""):
    """Blocks in blocks: a quarter of what is asked for, since the text grows with the square."""

    def write(root, n):
        n //= 4
        text = "".join(" " * (i + 1) + header.format(i=i) + "\n" for i in range(n))
        text += " " * (n + 1) + "time.sleep(1)\n"
        if tail:
            text += "".join(" " * (i + 1) + tail + "\n" for i in reversed(range(n)))
        (root / "m.py").write_text(IMPORT + "async def outer(x, rows):\n" + text)

    return write


def halves(text):
    """What stands once in a file, and its parts."""
    head, part = text.split("\n\n\n", 1)
    return head + "\n\n\n", part + "\n\n"


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

CLASS_WITH_TASK = """\
class Worker{i}:
    def __init__(self):
        self.task = None

    async def start(self):
        self.task = asyncio.create_task(self.run())
        asyncio.create_task(self.run())

    async def run(self):
        time.sleep({i})

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

TASKS_IMPORTED = """\
import asyncio
import celery
from m{before} import send_{before}
import m{behind}

app = celery.Celery("app")


@app.task
async def send_{i}():
    await asyncio.sleep(1)
    send_{before}.delay()
    m{behind}.send_{behind}.delay().get()
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

CELLS = """\
# %%
async def fetch_{i}():
    await asyncio.sleep({i})
    return {i}


loop = asyncio.get_event_loop()
found_{i} = loop.run_until_complete(fetch_{i}())
"""

CELL_RUNS = "# %%\nfound_{i} = asyncio.run(fetch({i}))\nprint(found_{before})\n"

GLOBAL = """\
state_{i} = None


async def set_{i}():
    global state_{i}
    if state_{i} is None:
        state_{i} = await make({i})


"""

OVERRIDES = """\
class Part{i}(Base):
    async def run(self):
        time.sleep({i})
        await self.step()

    def step(self):
        return asyncio.sleep(1)


"""

CHAIN = """\
class Part{i}(Part{before}):
    async def run(self):
        time.sleep({i})
        await super().run()

    async def step_{i}(self):
        self.task = asyncio.create_task(self.run())


"""

BASE = """\
class Base:
    async def run(self):
        time.sleep(1)

    def step(self):
        return asyncio.sleep(1)


"""

FIRST = """\
class Part0:
    async def run(self):
        time.sleep(1)


"""

TASK_CLASS = """\
class Worker:
    def __init__(self):
        self.n = 0

    async def run(self):
        await asyncio.sleep(1)

    async def stop(self):
        pass

    async def start(self):
"""

CALLERS = """\
async def user_{i}():
    time.sleep({i})
    return step({i})


"""

OLD_CALLERS = """\
@asyncio.coroutine
def user_{i}():
    yield from step({i})


"""

CALLED = "@asyncio.coroutine\ndef step(n):\n    yield from asyncio.sleep(n)\n\n\n"
CALLED_ASYNC = "async def step(n):\n    time.sleep(n)\n\n\n"

LOCKED = "    lock_{i} = threading.Lock()\n    with lock_{i}:\n        await asyncio.sleep({i})\n"
ACQUIRED = "    await lock_{i}.acquire()\n    rows.append({i})\n    lock_{i}.release()\n"
REQUESTS = 'requests.get("u{i}")'
REQUESTING = "async def f():\n    return ["
METHODS = "    async def get_{i}(self):\n        self.a_{i} = time.sleep({i})\n        return await self.get_{before}()\n\n"
ON_SELF = "        self.a_{i} = self.a_{before} + 1\n        time.sleep(1)\n"
BRANCHES = """\
    if state.x_{i}:
        state.n += 1
        time.sleep(1)
    else:
        print(state.n)
"""

SHARED = "    self_n = state.n\n    time.sleep({i})\n    state.n = self_n + 1\n"

HELPER = "def helper(n):\n    time.sleep(n)\n    return requests.get(n)\n\n\n"
HELPED = "async def user_{i}():\n    return helper({i})\n\n\n"

ONE_METHOD_NAME = """\
import time
from m{before} import A{before}


class A{i}:
    async def run(self):
        time.sleep({i})

    def sync(self):
        time.sleep({i})


async def use_{i}(a: A{before}):
    a.run()
    a.sync()
    await A{before}().run()
"""

REGISTERED = """\
def plain_{i}(n):
    time.sleep(n)


async def waits_{i}(n):
    time.sleep(n)


CALLBACKS["plain_{i}"] = plain_{i}
CALLBACKS["waits_{i}"] = waits_{i}


"""

CALLBACKS = """\
CALLBACKS = {}


async def run(name):
    CALLBACKS[name](1)
    return await CALLBACKS[name](2)


"""

# The packs, and what writes the code.
SHAPES = {
    # Files.
    "coroutine-methods": ("asyncio-coroutine", files(COROUTINE_METHODS)),
    "mixed-functions": (DEFAULT, files(MIXED)),
    "imports": (DEFAULT, files(IMPORTS)),
    "imports-celery": ("celery", files(TASKS_IMPORTED)),
    "tasks": ("celery", files(TASKS)),
    "one-class-name": (DEFAULT, files(ONE_CLASS_NAME)),
    "one-class-name-strict": (STRICT, files(ONE_CLASS_NAME)),
    "on-event": ("fastapi", files(EVENTS)),
    "depends": ("asyncio,fastapi", files(DEPENDS)),
    "one-import": (DEFAULT, files("from base import step\n" + OLD_CALLERS, base=IMPORT + CALLED)),
    "one-import-async": (DEFAULT, files("import time\nfrom base import step\n" + CALLERS, base=IMPORT + CALLED_ASYNC)),
    "one-base": (DEFAULT, files("import asyncio\nimport time\nfrom base import Base\n" + OVERRIDES, base=IMPORT + BASE)),
    "base-chain": (DEFAULT, files("import asyncio\nimport time\nfrom m{before} import Part{before}\n" + CHAIN)),
    "helper": (DEFAULT, files("from base import helper\n\n\n" + HELPED, base=IMPORT + HELPER)),
    "one-method-name": (DEFAULT, files(ONE_METHOD_NAME)),
    # Parts of one file.
    "helper-one-file": (DEFAULT, file(IMPORT + HELPER, HELPED)),
    "callbacks": (DEFAULT, file(IMPORT + CALLBACKS, REGISTERED)),
    "coroutines-one-file": (DEFAULT, file(*halves(COROUTINE_METHODS))),
    "coroutines-and-imports": (DEFAULT, file("", COROUTINE_METHODS)),
    "mixed-one-file": (DEFAULT, file(*halves(MIXED))),
    "tasks-one-file": ("celery", file(*halves(TASKS))),
    "tasks-and-imports": ("celery", file("", TASKS)),
    "classes-with-tasks": (DEFAULT, file(IMPORT, CLASS_WITH_TASK)),
    "one-class-one-file": (DEFAULT, file(*halves(ONE_CLASS_NAME))),
    "on-event-one-file": (
        "fastapi",
        file(*halves(EVENTS)),
    ),
    "depends-one-file": ("asyncio,fastapi", file(*halves(DEPENDS))),
    "globals": (STRICT, file(IMPORT + "async def make(n):\n    return n\n\n\n", GLOBAL)),
    "callers": (DEFAULT, file(IMPORT + CALLED_ASYNC, CALLERS)),
    "old-callers": (DEFAULT, file(IMPORT + CALLED, OLD_CALLERS)),
    "derived": (DEFAULT, file(IMPORT + BASE, OVERRIDES)),
    "derived-chain": (DEFAULT, file(IMPORT + FIRST, CHAIN)),
    "methods": (DEFAULT, file(IMPORT + "class A:\n", METHODS)),
    "cells": (DEFAULT, file("import asyncio\n", CELLS)),
    "cells-run": (DEFAULT, file("# %%\nimport asyncio\nasync def fetch(n):\n    return n\n", CELL_RUNS)),
    "module-calls": (DEFAULT, file(IMPORT + CALLED_ASYNC, "asyncio.run(step({i}))\n")),
    "imported-names": (DEFAULT, file("import asyncio\n", "from time import sleep as s_{i}\n", "async def f():\n    s_0(1)\n")),
    "imported-again": (DEFAULT, file("", "from time import sleep\nasync def f_{i}():\n    sleep({i})\n")),
    "one-def-name": (DEFAULT, file(IMPORT, "async def f():\n    time.sleep({i})\n\n\nf()\n")),
    "conditional-defs": (DEFAULT, file(IMPORT, "if x_{i}:\n    async def f():\n        time.sleep({i})\n\n\n", "f()\n")),
    # Statements of one function.
    "locks": (STRICT, lines("async def f():", LOCKED)),
    "locks-acquired": (DEFAULT, lines("async def f(rows):", "    lock_{i} = asyncio.Lock()\n" + ACQUIRED)),
    "one-lock-acquired": (DEFAULT, lines("lock = asyncio.Lock()\nasync def f(rows):", ACQUIRED.replace("lock_{i}", "lock"))),
    "requests": (DEFAULT, lines("async def f():", "    a_{i} = " + REQUESTS + "\n")),
    "requests-session": (DEFAULT, lines("async def f():\n    s = requests.Session()", "    a_{i} = s.get('u{i}').json()\n")),
    "sleeps": (DEFAULT, lines("async def f():", "    time.sleep({i})\n")),
    "sleeps-shared": (DEFAULT, lines("async def f(state):", SHARED)),
    "sleeps-counted": (DEFAULT, lines("async def f(state):", "    state.n += 1\n    time.sleep({i})\n")),
    "sleeps-in-branches": (DEFAULT, lines("async def f(state):", BRANCHES)),
    "awaits": (STRICT, lines("async def f():", "    await asyncio.sleep({i})\n")),
    "awaits-named": (STRICT, lines("async def f(g):", "    a_{i} = await g({i})\n")),
    "blocking-files": (DEFAULT, lines("async def f():", "    with open('a{i}') as file:\n        text_{i} = file.read()\n")),
    "tasks-dropped": (DEFAULT, lines("async def g():\n    pass\n\n\nasync def f():", "    asyncio.create_task(g())\n")),
    "tasks-named": (DEFAULT, lines("async def g():\n    pass\n\n\nasync def f():", "    t_{i} = asyncio.create_task(g())\n")),
    "tasks-awaited": (STRICT, lines("async def g():\n    pass\n\n\nasync def f():", "    t_{i} = asyncio.create_task(g())\n    await t_{i}\n")),
    "tasks-cancelled": (DEFAULT, lines("async def g():\n    pass\n\n\nasync def f():", "    t_{i} = asyncio.create_task(g())\n    t_{i}.cancel()\n")),
    "tasks-one-class": (DEFAULT, lines(TASK_CLASS, "        asyncio.create_task(self.run())\n")),
    "tasks-attributes": (DEFAULT, lines(TASK_CLASS, "        self.t_{i} = asyncio.create_task(self.run())\n")),
    "executor": (DEFAULT, lines("def g():\n    pass\n\n\nasync def f(loop):", "    await asyncio.get_event_loop().run_in_executor(None, g)\n")),
    "futures": (DEFAULT, lines("async def g():\n    pass\n\n\nasync def f():", "    a_{i} = asyncio.ensure_future(g(), loop=asyncio.get_event_loop())\n")),
    "calls": (DEFAULT, lines("async def g(n):\n    time.sleep(n)\n\n\nasync def f():", "    await g({i})\n")),
    "missing-awaits": (DEFAULT, lines("async def g(n):\n    time.sleep(n)\n\n\nasync def f():", "    g({i})\n")),
    "assignments": (DEFAULT, lines("async def f():", "    x = time.sleep({i})\n    x = requests.get(x)\n")),
    "augmented": (DEFAULT, lines("async def f(x):", "    x += time.sleep(x)\n")),
    "loops": (DEFAULT, lines("async def f(x):", "    for a_{i} in x:\n        time.sleep(a_{i})\n")),
    "whiles": (DEFAULT, lines("async def f(x):", "    while x:\n        x = requests.get(x)\n")),
    "self-attributes": (DEFAULT, lines("class A:\n    async def f(self):\n        self.a_0 = 1", ON_SELF)),
    "handlers": (DEFAULT, lines("async def g(r):\n    pass\n\n\nasync def f(app):", "    app.on('e{i}', g)\n    app.add_handler(g)\n")),
    "handlers-module": (DEFAULT, file(IMPORT + "app = make()\n", "async def h_{i}(r):\n    time.sleep({i})\n\n\napp.on('e{i}', h_{i})\n")),
    "decorated": (DEFAULT, file(IMPORT + "app = make()\n", "@app.on('e{i}')\nasync def h_{i}(r):\n    time.sleep({i})\n\n\n")),
    "decorators": (DEFAULT, file(IMPORT + "app = make()\n", "@app.on('e{i}')\n", "async def f():\n    time.sleep(1)\n")),
    "ifs": (DEFAULT, lines("async def f(x):\n    y = 1", "    if x == {i}:\n        y = {i}\n    else:\n        y = 2\n", "    time.sleep(y)\n")),
    "ifs-blocking": (DEFAULT, lines("async def f(x):\n    y = 1", "    if x == {i}:\n        y = requests.get(y)\n    else:\n        time.sleep(y)\n")),
    "elifs": (DEFAULT, lines("async def f(x):\n    if x:\n        pass", "    elif x == {i}:\n        time.sleep({i})\n")),
    "elifs-assigning": (DEFAULT, lines("async def f(x):\n    if x:\n        pass", "    elif x == {i}:\n        x = requests.get(x)\n", "    time.sleep(x)\n")),
    "cases": (DEFAULT, lines("async def f(x):\n    match x:", "        case {i}:\n            time.sleep({i})\n")),
    "excepts": (DEFAULT, lines("async def f(x):\n    try:\n        time.sleep(1)", "    except E{i}:\n        time.sleep({i})\n")),
    "tries": (DEFAULT, lines("async def f(x):", "    try:\n        time.sleep({i})\n    except ValueError:\n        x = {i}\n    finally:\n        print(x)\n")),
    "branches-or": ("*", lines("async def f(x, c):\n    while c:", CARRIED + "x = x or requests.Session()\n", USED)),
    "branches-attribute": ("*", file(IMPORT + "class C:\n    async def f(self, x, c):\n        x = self.a\n", "        self.a = self.a or requests.Session()\n", "        self.a.get(x)\n")),
    "branches-copy": ("*", lines("import copy\n\nasync def f(x: C, c):\n    while c:", CARRIED + "x = copy.copy(x)\n", USED)),
    "branches-text": ("*", lines("async def f(x, c):\n    while c:", CARRIED + "x = x + '{i}'\n", USED)),
    "returns": (DEFAULT, lines("async def f(x):", "    if x:\n        return requests.get(x)\n")),
    "with-items": (DEFAULT, file(IMPORT + "async def f():\n    with (", "open('a{i}') as a_{i}", "):\n        time.sleep(1)\n        await g()\n", ", ")),
    "async-with-items": (DEFAULT, file(IMPORT + "async def f():\n    async with (", "asyncio.Lock() as a_{i}", "):\n        time.sleep(1)\n", ", ")),
    "withs": (DEFAULT, lines("async def f(x):", "    async with x.a_{i}:\n        time.sleep({i})\n")),
    "global-names": (STRICT, lines("async def f():", "    global a_{i}\n    a_{i} = 1\n    time.sleep({i})\n")),
    "global-one": (STRICT, lines("n = 0\nasync def f():", "    global n\n    n += time.sleep({i})\n")),
    "inner-functions": (DEFAULT, lines("async def f():", "    async def g_{i}():\n        time.sleep({i})\n    await g_{i}()\n")),
    "lambdas": (DEFAULT, lines("async def f():", "    g_{i} = lambda x: time.sleep(x)\n")),
    "comprehensions": (DEFAULT, lines("async def f(x):", "    g_{i} = [requests.get(a) for a in x]\n")),
    "dels": (DEFAULT, lines("async def f(x):", "    y = x\n    time.sleep(y)\n    del y\n")),
    "f-strings": (DEFAULT, lines("async def f(x):", "    y = f'{{requests.get(x)}} {i}'\n")),
    # One line.
    "requests-on-a-line": (DEFAULT, file(IMPORT + REQUESTING, REQUESTS, "]\n", ", ")),
    "semicolons": (DEFAULT, file(IMPORT + "async def f(): ", "time.sleep({i})", "\n", "; ")),
    "arguments": (DEFAULT, file(IMPORT + "async def f():\n    return g(", REQUESTS, ")\n", ", ")),
    "keywords": (DEFAULT, file(IMPORT + "async def f():\n    return g(", "a_{i}=" + REQUESTS, ")\n", ", ")),
    "gathered": (STRICT, file(IMPORT + CALLED_ASYNC + "async def f():\n    await asyncio.gather(", "step({i})", ")\n", ", ")),
    "dict": (DEFAULT, file(IMPORT + "async def f():\n    time.sleep(1)\n\n\nx = {", "'k{i}': {i}", "}\n", ", ")),
    "list": (DEFAULT, file(IMPORT + "async def f():\n    time.sleep(1)\n\n\nx = [", "{i}", "]\n", ", ")),
    "numbers": (DEFAULT, file(IMPORT + "async def f():\n    time.sleep(1)\n\n\nx = [", "0.{i}", "]\n", ", ")),
    "dict-of-calls": (DEFAULT, file(IMPORT + "async def f():\n    return {", "'k{i}': " + REQUESTS, "}\n", ", ")),
    "parameters": (DEFAULT, file(IMPORT + "async def f(", "a_{i}=1", "):\n    time.sleep(1)\n    return await g(a_1)\n", ", ")),
    "targets": (DEFAULT, file(IMPORT + "async def f(rows):\n    ", "a_{i}, ", "= rows\n    time.sleep(a_1)\n")),
    "f-string-parts": (DEFAULT, file(IMPORT + "async def f(x):\n    return f'", "{{requests.get(x)}}", "'\n")),
    "strings-joined": (DEFAULT, file(IMPORT + "async def f(x):\n    time.sleep(1)\n    return (", "'a{i}' ", ")\n")),
    "and": (DEFAULT, file(IMPORT + "async def f(x):\n    return ", REQUESTS, "\n", " and ")),
    "compares": (DEFAULT, file(IMPORT + "async def f(x):\n    return ", REQUESTS, "\n", " < ")),
    # In each other.
    "plus": (DEFAULT, file(IMPORT + "async def f(x):\n    return ", REQUESTS, "\n", " + ")),
    "chain": (DEFAULT, nested("", "rows", ".b()", depth=lambda n: n)),
    "chain-blocking": (DEFAULT, nested("", "requests.get(b)", ".b().json()")),
    "attributes": (DEFAULT, nested("", "rows", ".b")),
    "subscripts": (DEFAULT, nested("", "rows", "[0]")),
    "nots": (DEFAULT, nested("not ", "requests.get(a)")),
    "ternaries": (DEFAULT, nested("requests.get(a) if a else ", "b")),
    "parentheses": (DEFAULT, nested("(", "time.sleep(1)", ")", depth=lambda n: n // 4)),
    "lists-nested": (DEFAULT, nested("[", "time.sleep(1)", "]", depth=lambda n: n // 4)),
    "calls-nested": (DEFAULT, nested("g(", "time.sleep(1)", ")", depth=lambda n: n // 4)),
    "requests-nested": (DEFAULT, nested("requests.get(", "a", ")", depth=lambda n: n // 4)),
    "awaits-nested": (DEFAULT, nested("await g(", "a", ")", depth=lambda n: n // 4)),
    "lambdas-nested": (DEFAULT, nested("lambda a: ", "time.sleep(a)")),
    "comprehensions-nested": (DEFAULT, nested("[", "time.sleep(b)", " for a in rows]", depth=lambda n: n // 4)),
    "generators-nested": (DEFAULT, nested("[a for a in ", "rows", "]", depth=lambda n: n // 4)),
    "f-strings-nested": (DEFAULT, nested("f'{", "requests.get(a)", "}'", depth=lambda n: n // 4)),
    "dicts-nested": (DEFAULT, nested("{'a': ", "requests.get(a)", "}", depth=lambda n: n // 4)),
    "walrus": (DEFAULT, nested("(y := ", "requests.get(a)", ")", depth=lambda n: n // 4)),
    "functions-nested": (DEFAULT, blocks("async def f{i}(x):")),
    "plain-functions-nested": (DEFAULT, blocks("def f{i}(x):")),
    "classes-nested": (DEFAULT, blocks("class C{i}:")),
    "ifs-nested": (DEFAULT, blocks("if x:")),
    "fors-nested": (DEFAULT, blocks("for a{i} in rows:")),
    "whiles-nested": (DEFAULT, blocks("while x:")),
    "withs-nested": (DEFAULT, blocks("async with x:")),
    "tries-nested": (DEFAULT, blocks("try:", "except E: pass")),
    "finallys-nested": (DEFAULT, blocks("try:", "finally: time.sleep(1)")),
    "elses-nested": (DEFAULT, blocks("if x:", "else: time.sleep(1)")),
}
