"""Measures how the cost of a run grows with the code: python3 benches/growth.py [SHAPE …] [--sizes N,N] [--packs own|default|all]

Each shape (shapes.py) is a project, or a file, of N alike parts. What is printed are the seconds of processor
time for each size, the peak memory of the last, and the exponent between the last two sizes, without what a run
costs that has nothing to do: 1 is linear, and what is beyond 1.2 asks something of each part that goes over all
the others. `refused` is a file of which the program says that it is nested too deeply. Linux or macOS, nothing
but Python 3.11. Build the program first: cargo build --release
"""

import argparse
import math
import os
import pathlib
import resource
import subprocess
import tempfile

from shapes import SHAPES

ROOT = pathlib.Path(__file__).parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
SELECTED = {"default": "asyncio", "all": "*"}


def run(program, select, root, limit):
    """The processor time of a run, its peak memory in megabytes, and what went wrong."""
    command = [program, "diff", "-q", "--threads", "1", "--target-version", "3.8", "--select", select, root]

    def limited():
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))

    done = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=limited
    )
    said = done.stderr.read()
    _, status, used = os.wait4(done.pid, 0)
    done.returncode = os.waitstatus_to_exitcode(status)
    is_refused = done.returncode == 2 and "nested too deeply" in said
    failed = "refused" if is_refused else said.strip()[-200:] or f"ended with {done.returncode}"
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, failed if done.returncode else ""


def measure(program, select, write, size, limit):
    with tempfile.TemporaryDirectory() as root:
        write(pathlib.Path(root), size)
        return run(program, select, root, limit)


def row(program, select, write, sizes, limit):
    """The cells of a shape: seconds, memory, exponent, and what went wrong."""
    idle, _, _ = measure(program, select, write, 4, limit)
    taken, failed, memory = [], "", 0
    for size in sizes:
        seconds, memory, failed = measure(program, select, write, size, limit)
        taken.append(seconds)
        if failed:
            break
    cells = [f"{it:9.2f}" for it in taken] + ["         "] * (len(sizes) - len(taken))
    cells.append(f"{memory:7.0f}")
    if len(taken) > 1:
        before, last = (max(it - idle, 0.01) for it in taken[-2:])
        cells.append(f"{math.log(last / before) / math.log(sizes[len(taken) - 1] / sizes[len(taken) - 2]):9.2f}")
    return "".join(cells) + ("  " + failed if failed else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shapes", nargs="*", choices=[[], *SHAPES], metavar="SHAPE")
    parser.add_argument("--sizes", default="500,1000,2000")
    parser.add_argument("--packs", default="own", help="own (of the shape), default, all; comma-separated")
    parser.add_argument("--limit", type=int, default=120, help="seconds of processor time for one run")
    parser.add_argument("--program", default=TARGET / "release" / "awaitify")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    print(f"{'shape':24}{'packs':8}" + "".join(f"{size:>9}" for size in sizes) + "     MB exponent")
    for name in given.shapes or SHAPES:
        own, write = SHAPES[name]
        for packs in given.packs.split(","):
            cells = row(given.program, SELECTED.get(packs, own), write, sizes, given.limit)
            print(f"{name:24}{packs:8}{cells}", flush=True)


if __name__ == "__main__":
    main()
