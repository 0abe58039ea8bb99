"""Measures awaitify beside ripgrep and ruff: python3 benches/speed.py [--rounds N] [--program PATH] [--tree PATH]

Fetches the pinned releases of tests/python/corpus.txt, unless another tree is named, and the tools of
tools.txt by hash, into target/;
a tool that cannot be fetched is looked for on PATH, and left out with a line when it is not there
either. All commands are run in turn, round by round, so that a busy moment hits all of them; what is
printed are medians. Processor time is what to compare: wall time depends on what else runs.
Linux or macOS, Python 3.11 or newer, nothing else. Build the program first: cargo build --release
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import venv

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
CORPUS = TARGET / "corpus"
WORK = TARGET / "speed"

FEW = "blocking-sleep,run-until-complete,get-event-loop,ensure-future"
WORDS = r"time\.sleep|run_until_complete|create_task|get_event_loop"
SMALL = """\
import asyncio
import time


async def poll():
    time.sleep(1)


asyncio.run(poll())
"""


def pip(home, command):
    """The start of a quiet command of the pip of a new environment."""
    venv.create(home, with_pip=True)
    return [home / "bin" / "python", "-m", "pip", command, "--quiet", "--disable-pip-version-check"]


def built(named):
    """The path of the program."""
    found = shutil.which(named) or sys.exit(f"{named} is not there: cargo build --release")
    return os.path.abspath(found)


def copy(path, source, tree):
    """Copies a file of a tree to its place in another one."""
    place = tree / path.relative_to(source)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, place)


def tool(name):
    """The pinned program, or the one on PATH."""
    home = WORK / "tools"
    if not (home / "bin" / name).exists():
        subprocess.run([*pip(home, "install"), "--require-hashes", "--only-binary", ":all:", "-r", HERE / "tools.txt"])
    pinned = home / "bin" / name
    found = str(pinned) if pinned.exists() else shutil.which(name)
    if found is None:
        print(f"{name} cannot be fetched and is not on PATH: left out")
    return found


def measure(command):
    """Runs a command in the corpus; wall and processor seconds, and peak memory in MB."""
    quiet = os.open(os.devnull, os.O_RDWR)
    files = [(os.POSIX_SPAWN_DUP2, quiet, number) for number in (0, 1, 2)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=files)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    os.close(quiet)
    if os.waitstatus_to_exitcode(status) not in (0, 1, 2):
        sys.exit(f"{' '.join(command)}: ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6


def known_recipes(program, wanted):
    """Those of the wanted ids that the program has."""
    listed = subprocess.run([program, "recipe", "list"], capture_output=True, text=True, check=True).stdout.split()
    return ",".join(recipe for recipe in wanted.split(",") if recipe in listed)


def idle_tree(program, corpus):
    """A copy of the files of a tree that no recipe of the default pack can touch: there is nothing to do."""
    tree = WORK / "idle"
    shutil.rmtree(tree, ignore_errors=True)
    floor = [program, "floor", "--verbose", "."]
    listed = subprocess.run(floor, capture_output=True, text=True, check=True, cwd=corpus).stdout
    touched = {pathlib.Path(line) for line in listed.splitlines()}
    for path in corpus.rglob("*.py"):
        if path.relative_to(corpus) not in touched and path.is_file():
            copy(path, corpus, tree)
    return tree


def commands(program, tree):
    corpus, idle, small = str(tree), str(idle_tree(program, tree)), WORK / "one" / "small.py"
    small.parent.mkdir(exist_ok=True)
    small.write_text(SMALL)
    few = known_recipes(program, FEW)
    found = {
        "few recipes": [program, "diff", "-q", "--select", few, corpus],
        "default pack": [program, "diff", "-q", corpus],
        "all packs": [program, "diff", "-q", "--select", "*", corpus],
        "floor": [program, "floor", corpus],
        "nothing to do": [program, "diff", "-q", idle],
        "one small file": [program, "diff", "-q", str(small)],
        "--version": [program, "--version"],
    }
    if rg := tool("rg"):
        found["ripgrep"] = [rg, "-c", WORDS, "-t", "py", corpus]
        found["ripgrep, nothing to do"] = [rg, "-c", WORDS, "-t", "py", idle]
    if ruff := tool("ruff"):
        rules = ["--isolated", "--no-cache", "--select", "ASYNC,RUF006"]
        found["ruff"] = [ruff, "check", "--quiet", *rules, corpus]
    return found


def show_ratio(cpu, one, other, aim):
    if one in cpu and other in cpu:
        print(f"{one} / {other}: {cpu[one] / cpu[other]:.2f} (aim: {aim})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--program", default=str(TARGET / "release" / "awaitify"))
    parser.add_argument("--tree", type=pathlib.Path, default=CORPUS)
    options = parser.parse_args()
    tree = options.tree.resolve()
    program = built(options.program)
    WORK.mkdir(parents=True, exist_ok=True)
    if options.tree == CORPUS:
        subprocess.run([sys.executable, ROOT / "tests" / "python" / "corpus.py", CORPUS], check=True)
    files = [path for path in tree.rglob("*.py") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    print(f"{len(files):,} Python files, {size / 1e6:.0f} MB, {os.cpu_count()} processors")
    found = commands(program, tree)
    runs = {name: [] for name in found}
    for _ in range(options.rounds):
        for name, command in found.items():
            runs[name].append(measure(command))
    print(f"\n{'':24}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}")
    cpu = {}
    for name, measured in runs.items():
        wall, cpu[name], peak = (statistics.median(column) for column in zip(*measured))
        print(f"{name:24}{wall:9.3f}{cpu[name]:9.3f}{peak:9.0f}")
    print()
    show_ratio(cpu, "few recipes", "ripgrep", "3.5 at most")
    show_ratio(cpu, "few recipes", "ruff", "0.2 at most")
    show_ratio(cpu, "default pack", "floor", "1.6 at most")
    show_ratio(cpu, "default pack", "ruff", "less than 0.5")
    show_ratio(cpu, "all packs", "default pack", "2 at most")
    show_ratio(cpu, "nothing to do", "ripgrep, nothing to do", "1.2 at most")


if __name__ == "__main__":
    main()
