"""Runs a campaign of `awaitify batch` on a Ray cluster, each repository in a task of its own.

A task works in a temporary folder of its node; where its worker is killed, the next try goes on
there. What is known in the end comes back as a tar, and `awaitify batch merge` takes all together.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from itertools import islice
from pathlib import Path
from typing import Any

from . import find_binary
from ._shard import Refused, Shard, ask, home_of, is_ours, pack, plan, unpack, work

_HELP = """\
Runs a campaign of `awaitify batch` on a Ray cluster, each repository in a task of its own. Run it
again whenever it ended: what is done is not done again.

Every node needs this package in the same version, git with a name and an address to commit with,
and what clones, checks and --push need. Credentials and tokens (GH_TOKEN, GITLAB_TOKEN) are those of
the environment in which Ray was started on the node; none are sent there.

The campaign, the files and folders that it names, and repositories that are folders have to be at
the same path on every node, as on a shared file system. With --ship they are sent, but for what a
.gitignore leaves out, and repositories have to be URLs.
"""

_EPILOG = """\
exit codes:
  0  done
  1  repositories failed
  2  wrong usage, or a repository could not be begun
"""


class _Driver:
    """A campaign that is run."""

    def __init__(self, ray: Any, words: argparse.Namespace) -> None:
        self.ray = ray
        self.words = words
        self.campaign: str = os.path.abspath(words.campaign)
        self.plan, workdir = plan(self.campaign)
        self.text = Path(self.campaign).read_text(encoding="utf-8")
        self.workdir = Path(words.workdir or workdir).absolute()
        # The campaign as a task sees it, and what is sent for that.
        self.seen: str = self.campaign
        self.sent: dict[str, Any] = {}
        if words.ship:
            self._send(Path(words.ship).resolve())

    def _send(self, folder: Path) -> None:
        for repository in self.plan:
            if folder in Path(repository["source"]).parents:
                raise Refused(f"{repository['source']} would be a copy there: name it by a URL")
        campaign, workdir = Path(self.campaign).resolve(), self.workdir.resolve()
        if folder not in campaign.parents:
            raise Refused(f"{campaign} is not in {folder}, which is sent")
        self.seen = str(campaign.relative_to(folder))
        self.sent["working_dir"] = str(folder)
        if folder in workdir.parents:
            self.sent["excludes"] = [f"/{workdir.relative_to(folder).as_posix()}/"]

    def run(self) -> int:
        self.workdir.mkdir(parents=True, exist_ok=True)
        with (self.workdir / "ray").open("a+") as file:
            if not is_ours(file):
                raise Refused(f"another awaitify-ray is already running in {self.workdir}")
            # Kept: where this is killed, the next one goes on in the same folders of the nodes.
            file.seek(0)
            if not (home := file.read()):
                home = f"awaitify-{uuid.uuid4().hex}"
                print(home, end="", file=file, flush=True)
            self.ray.init(
                self.words.address,
                runtime_env=self.sent,
                log_to_driver=False,
                logging_level="warning",
            )
            errors = self._work(home)
            ask("batch", "merge", f"--workdir={self.workdir}", "--", self.campaign)
            self._sweep(home)
        words = ["batch", "status", f"--workdir={self.workdir}", "--", self.campaign]
        code = subprocess.call([find_binary(), *words])
        return 2 if errors else code

    def _work(self, home: str) -> int:
        """Give out what is left, some at a time; return how many could not be done."""
        ray = self.ray
        task = ray.remote(num_cpus=1, max_retries=3)(work)
        at_once = self.words.jobs or max(1, 2 * int(ray.cluster_resources().get("CPU", 1)))
        version = ask("--version").strip()
        left = [place for place in range(len(self.plan)) if not self._is_done(place)]
        waiting, errors = iter(left), 0
        running: dict[Any, int] = {}
        try:
            for ended in range(1, len(left) + 1):
                for place in islice(waiting, at_once - len(running)):
                    running[task.remote(self._shard(place, home, version))] = place
                (ref,), _ = ray.wait(list(running))
                line, failed = self._take(ref, running.pop(ref))
                errors += failed
                print(f"[{ended}/{len(left)}] {line}", file=sys.stderr, flush=True)
        finally:
            for ref in running:
                ray.cancel(ref)
            if running:
                # Each ends its program first.
                ray.wait(list(running), num_returns=len(running), timeout=10)
        return errors

    def _folder(self, place: int) -> Path:
        # Its place would be another one in a campaign with more repositories.
        return self.workdir / "shards" / self.plan[place]["name"]

    def _digest(self, place: int) -> str:
        """Return a name for what is asked for."""
        asked = json.dumps([self.plan[place], self.text, self.words.push])
        return hashlib.sha256(asked.encode()).hexdigest()

    def _is_done(self, place: int) -> bool:
        try:
            code, _, digest = (self._folder(place) / "done").read_text().partition(" ")
        except FileNotFoundError:
            return False
        again = self.words.refresh or (self.words.retry and code != "0")
        return digest == self._digest(place) and not again

    def _shard(self, place: int, home: str, version: str) -> Shard:
        folder = self._folder(place)
        before = pack(folder) if folder.exists() else None
        asked = vars(self.words)
        options = [f"--{word}" for word in ("push", "refresh", "retry") if asked[word]]
        repository, of = self.plan[place], len(self.plan)
        return Shard(repository, place, of, self.seen, options, version, home, before)

    def _take(self, ref: Any, place: int) -> tuple[str, bool]:
        """Take what a task returns; return a line for it, and whether there was nothing to take."""
        try:
            code, line, packed = self.ray.get(ref)
        except self.ray.exceptions.RayError as error:
            said = str(getattr(error, "cause", None) or error).strip().partition("\n")[0]
            return f"{self.plan[place]['name']}  error: {said}", True
        unpack(packed, self._folder(place), f"{code} {self._digest(place)}")
        return line, False

    def _sweep(self, home: str) -> None:
        """Remove the folders of the nodes; those of a node that is gone went with it."""
        ray = self.ray
        strategies = importlib.import_module("ray.util.scheduling_strategies")
        sweep = ray.remote(num_cpus=0)(_sweep)
        refs = []
        for node in ray.nodes():
            if node["Alive"]:
                at = strategies.NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
                refs.append(sweep.options(scheduling_strategy=at).remote(home))
        ray.wait(refs, num_returns=len(refs), timeout=60)


def _sweep(home: str) -> None:
    shutil.rmtree(home_of(home), ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="awaitify-ray",
        description=_HELP,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("campaign", metavar="CAMPAIGN", help="a campaign; `awaitify batch init` prints one")
    add("--address", help="the cluster, as of ray.init; else RAY_ADDRESS, or one on this machine")
    add("--ship", metavar="DIR", help="send this folder, which the campaign is in, to the nodes")
    add("--workdir", metavar="DIR", help="where logs and results are; else as the campaign says")
    add("--jobs", metavar="N", type=int, help="repositories at a time; else two for each processor")
    add("--push", action="store_true", help="push the branches, and open the pull requests")
    add("--refresh", action="store_true", help="also rebuild branches whose base has new commits")
    add("--retry", action="store_true", help="also migrate again what failed")
    return parser


def main() -> int:
    """Run a campaign; return the exit code."""
    words = _parser().parse_args()
    try:
        ray = importlib.import_module("ray")
    except ImportError as error:
        print(f"error: {error}; Ray comes with: pip install 'awaitify[ray]'", file=sys.stderr)
        return 2
    try:
        return _Driver(ray, words).run()
    except (Refused, OSError, ValueError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
