"""Campaigns on a cluster of this machine: pip install '.[ray]' pytest && pytest python/tests/test_ray.py."""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import awaitify
import pytest
from awaitify import _shard
from awaitify.ray import main

BLOCKING = "import time\n\n\nasync def poll():\n    time.sleep(1)\n"
SECRET = "s3cr3t-of-the-driver"

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs Ray")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def wait_for(what: Callable[[], Any]) -> Any:
    """Return what is there at last."""
    end = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
    return found


def processes(name: str) -> list[int]:
    """Return the processes that are called so."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if name in path.read_bytes().replace(b"\0", b" ").decode():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@dataclass
class Team:
    """A folder with repositories and a campaign over them."""

    root: Path
    address: str
    name: str = "c.yaml"

    def add(self, name: str, text: str = BLOCKING) -> None:
        folder = self.root / name
        folder.mkdir()
        (folder / "a.py").write_text(text)
        git(folder, "init", "--quiet", "--initial-branch=main")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message=one")

    def campaign(self, *repositories: str, more: str = "") -> Path:
        path = self.root / self.name
        listed = json.dumps(repositories)
        path.write_text(f"repositories: {listed}\nbranch: migrate\nworkdir: work\n{more}")
        return path

    def url(self, name: str) -> str:
        return (self.root / name).as_uri()

    def start(self, *words: str) -> subprocess.Popen[str]:
        script = "import sys, awaitify.ray; sys.exit(awaitify.ray.main())"
        command = [sys.executable, "-c", script, str(self.root / self.name)]
        command += ["--address", self.address, *words]
        pipe = subprocess.PIPE
        # The nodes' environment has no token; this one must not get there.
        env = {**os.environ, "GH_TOKEN": SECRET, "GITLAB_TOKEN": SECRET}
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env)

    def run(self, *words: str, code: int = 0) -> tuple[str, str]:
        return self.end(self.start(*words), code)

    def end(self, started: subprocess.Popen[str], code: int) -> tuple[str, str]:
        out, err = started.communicate(timeout=120)
        assert started.returncode == code, out + err
        return out, err

    def known(self) -> dict[str, tuple[object, ...]]:
        """Return what came of each repository, without what differs from run to run."""
        status = awaitify.run("batch", "status", "--format=json", str(self.root / self.name))
        return {each["name"]: self.result(each) for each in status.objects}

    def result(self, known: dict[str, Any]) -> tuple[object, ...]:
        logs = {each.suffixes[0] for each in (self.root / "work/logs").glob(f"{known['name']}.*")}
        kept = [known[key] for key in ("step", "detail", "changes", "files", "taken_back")]
        return (*kept, frozenset(logs), self.tree(known["name"]))

    def tree(self, name: str) -> str | None:
        """Return the files of the branch, which is in the repository or in a bundle."""
        folder, bundle = self.root / name, self.root / "work/branches" / f"{name}.bundle"
        if bundle.exists():
            git(folder, "fetch", "--quiet", str(bundle), "+migrate:bundled")
        branch = "bundled" if bundle.exists() else "migrate"
        branches = git(folder, "branch", "--list", branch)
        return git(folder, "rev-parse", f"{branch}^{{tree}}") if branches else None


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Start a cluster of two nodes; return its address, and where its own logs are."""
    root = tmp_path_factory.mktemp("cluster")
    (root / ".gitconfig").write_text("[user]\nname = x\nemail = x@example.org\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(root))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        node = {"num_cpus": 1, "object_store_memory": 80 << 20}
        utilities = importlib.import_module("ray.cluster_utils")
        cluster = utilities.Cluster(initialize_head=True, head_node_args=node)
        try:
            cluster.add_node(**node)
            yield cluster.address, Path(cluster.head_node.get_session_dir_path())
        finally:
            cluster.shutdown()


@pytest.fixture
def team(tmp_path: Path, nodes: tuple[str, Path]) -> Team:
    return Team(tmp_path, nodes[0])


def test_ray_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setattr(sys, "argv", ["awaitify-ray", "c.yaml"])
    assert main() == 2
    assert "pip install 'awaitify[ray]'" in capsys.readouterr().err


def test_a_tar_stays_in_its_folder(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../../x"))
    with pytest.raises(tarfile.FilterError):
        _shard.unpack(packed.getvalue(), tmp_path / "work" / "shards" / "a")
    assert not (tmp_path / "x").exists()


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    for nth in ("one", "two"):
        (tmp_path / nth).mkdir()
        (tmp_path / nth / nth).write_text(nth)
        _shard.unpack(_shard.pack(tmp_path / nth), tmp_path / "shards" / "a", nth)
    found = {path.name: path.read_text() for path in (tmp_path / "shards" / "a").iterdir()}
    assert found == {"two": "two", "done": "two"}


def test_a_program_ends_with_its_worker(tmp_path: Path) -> None:
    name = f"import time; time.sleep(99) # {tmp_path.name}"
    words = repr([sys.executable, "-c", name])
    script = f"from awaitify import _shard; _shard._run_guarded({words})"
    worker = subprocess.Popen([sys.executable, "-c", script])
    wait_for(lambda: len(processes(name)) > 2)
    worker.kill()
    worker.wait()
    wait_for(lambda: not processes(name))


def test_what_a_killed_worker_did_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[user]\nname = x\nemail = x@example.org\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    team = Team(tmp_path, "")
    team.add("r0")
    campaign = str(team.campaign("r0"))
    (repository,), _ = _shard.plan(campaign)
    version = awaitify.run("--version").stdout.strip()
    shard = _shard.Shard(repository, 0, 1, campaign, [], version, "home", None)
    code, line, _ = _shard.work(shard)
    assert (code, line) == (0, "r0  changed: 1 change in 1 file")
    # It got no farther, and its program is still there for a while.
    lock = (tmp_path / "home/r0/shards/0-of-1/lock").open()
    fcntl.flock(lock, fcntl.LOCK_EX)
    began = time.monotonic()
    threading.Timer(0.5, lock.close).start()
    assert _shard.work(shard)[:2] == (code, line)
    assert time.monotonic() - began > 0.5
    # Another campaign, or another program, is not what was started.
    with pytest.raises(_shard.Refused, match="other repositories"):
        _shard.work(replace(shard, of=2))
    with pytest.raises(_shard.Refused, match="the node has awaitify"):
        _shard.work(replace(shard, version="awaitify 0"))


@needs_ray
def test_what_failed_is_done_again_where_that_is_asked_for(team: Team) -> None:
    team.add("r0")
    team.add("r1")
    team.campaign("r0", "r1")
    git(team.root / "r0", "branch", "migrate")
    out, _ = team.run(code=1)
    assert "r0  failed: the branch `migrate` exists" in out
    git(team.root / "r0", "branch", "-D", "migrate")
    _, err = team.run(code=1)
    assert "[1/" not in err
    out, err = team.run("--retry")
    assert "[1/1] r0  changed" in err
    assert "2 repositories: 2 changed" in out


@needs_ray
def test_a_killed_worker_changes_nothing(team: Team, tmp_path: Path) -> None:
    def make(name: str) -> Team:
        made = Team(tmp_path / name, team.address)
        made.root.mkdir()
        for nth in range(8):
            made.add(f"r{nth}", "x = 1\n" if nth == 3 else BLOCKING)
        (made.root / "r5" / "fails").write_text("")
        git(made.root / "r5", "add", "--all")
        git(made.root / "r5", "commit", "--quiet", "--message=two")
        places = [f"r{nth}" if nth % 2 else made.url(f"r{nth}") for nth in range(8)]
        made.campaign(*places, more="verify: sleep 0.3; test ! -e fails\n")
        return made

    whole, killed = make("whole"), make("killed")
    _, err = whole.run(code=1)
    assert "[8/8]" in err
    started = killed.start()
    for _ in range(4):
        worker = wait_for(lambda: processes("ray::work"))[0]
        time.sleep(0.7)
        try:
            os.kill(worker, signal.SIGKILL)
        except ProcessLookupError:
            continue
    killed.end(started, 1)
    assert killed.known() == whole.known()
    assert {each[0] for each in whole.known().values()} == {"changed", "unchanged", "fails-before"}
    for nth in range(8):
        worktrees = git(killed.root / f"r{nth}", "worktree", "list")
        assert len(worktrees.splitlines()) == 1


@needs_ray
def test_a_killed_driver_goes_on(team: Team) -> None:
    for nth in range(4):
        team.add(f"r{nth}")
    names = [f"r{nth}" for nth in range(4)]
    team.campaign(*names, more="verify: sleep 1\n")
    for sign, code in [(signal.SIGINT, 130), (signal.SIGKILL, -9)]:
        started = team.start("--jobs", "1")
        assert started.stderr
        while not started.stderr.readline().startswith("[1/"):
            assert started.poll() is None
        time.sleep(0.5)
        started.send_signal(sign)
        team.end(started, code)
        # No program is left alone.
        wait_for(lambda: not processes("batch shard"))
    out, err = team.run()
    assert "[2/2]" in err and "[3/" not in err
    assert "4 repositories: 4 changed" in out
    # What is known of a repository goes with it to another place of the list.
    team.add("r4", "x = 1\n")
    team.campaign("r4", *names, more="verify: sleep 1\n")
    out, err = team.run()
    assert "4 changed, 1 unchanged" in out


@needs_ray
def test_what_is_sent_is_all_that_is_needed(team: Team, nodes: tuple[str, Path]) -> None:
    team.add("r0")
    team.add("r1")
    sent = team.root / "sent"
    sent.mkdir()
    (sent / "urls.txt").write_text(f"{team.url('r0')}\n{team.url('r1')}\n")
    (sent / "sent.py").write_text("")
    # The tests of a repository do not see what is sent.
    check = """! python3 -c "import sent" 2>/dev/null"""
    text = f"repositories: [file: urls.txt]\nbranch: migrate\nverify: {json.dumps(check)}\n"
    (sent / "c.yaml").write_text(text)
    team.name = "sent/c.yaml"
    for words in (["--push"], ["--push", "--refresh"]):
        out, err = team.run("--ship", str(sent), *words)
        assert "2 changed" in out
        assert "[2/2]" in err
        # What came of it is beside the campaign, and is not sent the next time.
        assert (sent / "c.batch" / "shards" / "r0" / "done").exists()
        assert list(nodes[1].rglob("urls.txt"))
        assert not list(nodes[1].rglob("c.batch"))
    for name in ("r0", "r1"):
        assert "await asyncio.sleep(1)" in git(team.root / name, "show", "migrate:a.py")
    # Tokens of this environment went nowhere.
    assert SECRET not in out + err
    for folder in (nodes[1], team.root):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files
        assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


@needs_ray
def test_what_would_be_lost_is_not_begun(team: Team) -> None:
    team.add("r0")
    team.campaign("r0")
    _, err = team.run("--ship", str(team.root), code=2)
    assert "would be a copy there: name it by a URL" in err
    (team.root / "other").mkdir()
    _, err = team.run("--ship", str(team.root / "other"), code=2)
    assert "is not in" in err
    assert not (team.root / "work").exists()
    # One that is not there is no matter of the others.
    team.campaign("r0", "none")
    out, _ = team.run(code=1)
    assert "no repository is at" in out
    assert "r0    changed" in out
