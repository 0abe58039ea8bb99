"""One repository of a campaign, on a node of a cluster: what `awaitify.ray` gives out."""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from . import find_binary, run

# Ends the program once its input ends: when a task is cancelled, and when its worker is killed.
_GUARD = """\
import subprocess, sys, threading
program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def guard():
    sys.stdin.read()
    program.terminate()
threading.Thread(target=guard, daemon=True).start()
sys.exit(program.wait())
"""


class Refused(Exception):
    """What cannot be done, and why."""


@dataclass(frozen=True)
class Shard:
    """A repository, as a node is told of it."""

    # Its line in the plan, its place there, and how many there are
    repository: dict[str, str]
    index: int
    of: int
    campaign: str
    options: list[str]
    version: str
    # The name of the folder in which a node keeps what it knows
    home: str
    # What is known already: a folder, as a tar
    before: bytes | None


def ask(*words: str) -> str:
    """Return what the program says; Refused where it cannot begin."""
    result = run(*words)
    if result.exit_code not in (0, 1):
        raise Refused(result.stderr.strip().removeprefix("error: "))
    return result.stdout


def plan(campaign: str) -> tuple[list[dict[str, str]], str]:
    """Return the repositories of a campaign, and where it works on this machine."""
    lines = ask("batch", "plan", "--format=json", "--", campaign).split("\n")
    repositories: list[dict[str, str]] = [json.loads(line) for line in lines if line]
    return repositories, {each.pop("workdir") for each in repositories}.pop()


def home_of(name: str) -> Path:
    """Return the folder of a campaign on this node."""
    return Path(tempfile.gettempdir(), name)


def work(shard: Shard) -> tuple[int, str, bytes]:
    """Work on a repository; return the exit code, what is said of it, and its folder as a tar."""
    if (version := ask("--version").strip()) != shard.version:
        raise Refused(f"the node has {version}, not {shard.version}")
    campaign = os.path.abspath(shard.campaign)
    repositories, _ = plan(campaign)
    if len(repositories) != shard.of or repositories[shard.index] != shard.repository:
        raise Refused("the campaign has other repositories on the node")
    # Not shared: at another time another repository may be at this place.
    home = home_of(shard.home) / shard.repository["name"]
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = home / "shards" / f"{shard.index}-of-{shard.of}"
    if shard.before and not folder.exists():
        unpack(shard.before, folder)
    _wait_for_other(folder / "lock")
    where = [f"--of={shard.of}", f"--index={shard.index}", f"--workdir={home}"]
    words = ["batch", "shard", "--color=never", *where, *shard.options, "--", campaign]
    code, out, err = _run_guarded([find_binary(), *words])
    if code not in (0, 1):
        # Before it stand lines about what was done.
        raise Refused((err.strip() or "awaitify was killed").splitlines()[-1])
    for name in ("clones", "trees"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return code, out.partition("\n")[0], pack(folder)


def is_ours(file: IO[Any]) -> bool:
    """Lock a file until it is closed; return whether nobody else has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_other(lock: Path) -> None:
    """Wait for the program of a worker that was killed: it is about to end."""
    if lock.exists():
        with lock.open("rb") as file:
            while not is_ours(file):
                time.sleep(0.1)


def _run_guarded(words: list[str]) -> tuple[int, str, str]:
    """Run a program that ends when this one does; return its exit code and what it said."""
    command = [sys.executable, "-I", "-c", _GUARD, *words]
    # A task has one processor. What is sent to it is not for the tests of a repository.
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = os.pathsep.join(each for each in paths if each != os.getcwd())
    env = {"RAYON_NUM_THREADS": "1", **os.environ, "PYTHONPATH": path}
    pipe = subprocess.PIPE
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with subprocess.Popen(command, stdin=pipe, stdout=out, stderr=err, env=env) as guard:
            # Ray can only cancel what waits in Python.
            while (code := guard.poll()) is None:
                time.sleep(0.05)
        for file in (out, err):
            file.seek(0)
        return code, out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")


def pack(folder: Path) -> bytes:
    """Return a folder as a tar."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(folder, arcname=".")
    return packed.getvalue()


def unpack(packed: bytes, folder: Path, done: str = "") -> None:
    """Make a folder of a tar, or replace it, all of it or nothing; `done` is noted in it."""
    # Not beside it: all folders there are merged.
    new = folder.parent.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(new, filter="data")
    (new / "done").write_text(done)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    new.rename(folder)
