"""Measures the changes that go through a whole project: python3 benches/scale.py [--rounds N] [--program PATH]

Plans `async-propagation` and draws `awaitify graph` over the pinned release of Home Assistant in scale.txt and
over the standard library of the Python that runs this. Prints medians of processor time, per 10,000 files, too,
and of peak memory. Linux or macOS, Python 3.11 or newer, nothing else. Build the program first: cargo build --release
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sysconfig
import zipfile

from speed import HERE, TARGET, built, copy, measure, pip

WORK = TARGET / "scale"
# What the plan and the graph may cost.
SECONDS, MEGABYTES = 4, 400


def home_assistant():
    """The unpacked release: about 7,700 Python files."""
    tree = WORK / "home-assistant"
    if not tree.exists():
        pinned = ["--no-deps", "--only-binary", ":all:", "--python-version", "3.13", "--require-hashes"]
        subprocess.run([*pip(WORK / "venv", "download"), *pinned, "-r", HERE / "scale.txt", "-d", WORK], check=True)
        (wheel,) = WORK.glob("homeassistant-*.whl")
        unpacked = WORK / "unpacked"
        zipfile.ZipFile(wheel).extractall(unpacked)
        unpacked.rename(tree)
    return tree


def standard_library():
    """The Python files of the standard library, without installed packages: about 1,800."""
    tree = WORK / "stdlib"
    source = pathlib.Path(sysconfig.get_path("stdlib"))
    shutil.rmtree(tree, ignore_errors=True)
    for path in source.rglob("*.py"):
        if "site-packages" not in path.parts:
            copy(path, source, tree)
    return tree


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--program", default=str(TARGET / "release" / "awaitify"))
    options = parser.parse_args()
    program = built(options.program)
    WORK.mkdir(parents=True, exist_ok=True)
    print(f"{'':34}{'files':>8}{'wall s':>9}{'cpu s':>9}{'per 10,000':>12}{'peak MB':>9}")
    for tree in (home_assistant(), standard_library()):
        files = sum(path.is_file() for path in tree.rglob("*.py"))
        recipe = ["--select", "async-propagation"]
        for name, command in {"plan": ["diff", "-q", *recipe], "graph": ["graph"]}.items():
            runs = [measure([program, *command, str(tree)]) for _ in range(options.rounds)]
            wall, cpu, peak = (statistics.median(column) for column in zip(*runs))
            rate = cpu * 10_000 / files
            print(f"{tree.name + ', ' + name:34}{files:8,}{wall:9.2f}{cpu:9.2f}{rate:12.2f}{peak:9.0f}")
    print(f"\naims: at most {SECONDS} processor seconds per 10,000 files, at most {MEGABYTES} MB")


main()
