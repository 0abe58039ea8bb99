import asyncio
import contextvars
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

user = contextvars.ContextVar("user", default="nobody")
here = threading.local()


def note(it):
    print("note", it)
    return it


def greet(word, *, to="all"):
    return f"{word} {to}"


class Counter:
    def __init__(self):
        self.n = 0

    def add(self, n=1):
        self.n += n
        return self.n


async def function():
    done = subprocess.run([sys.executable, "-c", "print(1); raise SystemExit(3)"], capture_output=True, text=True)
    print(done.returncode, done.stdout)
    print(subprocess.check_output([note(sys.executable) and sys.executable, "-c", note("print(2)")], text=note(True)))
    print(subprocess.getoutput("echo 3"), os.system("exit 4") >> 8)


async def failures(folder: Path):
    try:
        subprocess.check_call([sys.executable, "-c", "raise SystemExit(5)"])
    except subprocess.CalledProcessError as error:
        print("failed", error.returncode)
    try:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(9)"], timeout=0.1)
    except subprocess.TimeoutExpired as error:
        print("late", error.timeout > 0)
    try:
        (folder / "none").read_text()
    except FileNotFoundError as error:
        print("missing", Path(error.filename).name)
    try:
        shutil.copy(folder / "none", folder / "other")
    except OSError as error:
        print(type(error).__name__)


async def method(folder: Path):
    path = folder / "a.txt"
    path.write_text("é\r\n", encoding="utf-8", newline="")
    print(path.read_bytes(), repr(path.read_text(encoding="utf-8")), path.write_bytes(b"1\n2"))
    name = Path(shutil.copyfile(path, folder / "b.txt")).name
    return name, [len(part.read_bytes()) for part in (path, folder / "b.txt")]


async def iterator(folder: Path):
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "c.txt").write_text("c")
    names = sorted(folder.rglob("*.txt"), key=lambda path: path.name, reverse=True)
    print([path.name for path in names], len(list(os.walk(folder))), len(list(folder.rglob("*"))))
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "er"]
        print(sorted(files))


async def piped():
    with subprocess.Popen([sys.executable, "-c", "print(input() * 2); print(3)"], stdin=-1, stdout=-1, text=True) as process:
        process.stdin.write("ab\n")
        process.stdin.flush()
        print(process.stdout.readline(), process.stdout.read(), process.wait(), process.poll())


async def given_to_a_thread(counter: Counter):
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, greet, "hello"))
    print(await loop.run_in_executor(None, counter.add, 2), await loop.run_in_executor(None, counter.add))
    print(await loop.run_in_executor(None, functools.partial(greet, "hello", to="you")))
    print(await loop.run_in_executor(None, lambda: greet("hello", to="me")))
    print(await loop.run_in_executor(None, functools.partial(sorted, (3, 1, 2), reverse=True)))
    print([await loop.run_in_executor(None, greet, word) for word in ("a", "b")])
    return await asyncio.gather(*(loop.run_in_executor(None, counter.add, n) for n in (1, 1)))


async def future():
    with ThreadPoolExecutor(1) as pool:
        first, second = pool.submit(greet, "first"), pool.submit(int, "x")
        print(first.result())
        try:
            second.result()
        except ValueError as error:
            print(error)
        return pool.submit(greet, "third", to="one").result()


async def variables(folder: Path):
    user.set("somebody")
    (folder / "v").write_text(user.get())
    return (folder / "v").read_text(), user.get()


async def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await function()
        await failures(folder)
        print(await method(folder))
        await iterator(folder)
        await piped()
        counter = Counter()
        print(await given_to_a_thread(counter), counter.n)
        print(await future(), await variables(folder))


asyncio.run(main())
