"""The package, run against the wheel that is installed: pip install . pytest && pytest."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import awaitify
import pytest

BLOCKING = "import time\n\n\nasync def poll():\n    time.sleep(1)\n"
AWAITING = "import asyncio\n\n\nasync def poll():\n    await asyncio.sleep(1)\n"

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def blocking(tmp_path: Path) -> Path:
    path = tmp_path / "a b.py"
    path.write_bytes(BLOCKING.encode())
    return path


def module(*args: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `python -m awaitify`, with the package below `path`."""
    environment = {**os.environ, "PYTHONPATH": str(path)} if path else None
    command = [sys.executable, "-m", "awaitify", *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_diff_tells_what_would_change(blocking: Path) -> None:
    result = awaitify.diff(blocking)
    assert result.exit_code == 0
    (change,) = result.of_type("change")
    assert (change["line"], change["recipe"], change["status"]) == (5, "blocking-sleep", "proposed")
    (summary,) = result.of_type("summary")
    assert summary["files_changed"] == 1
    assert blocking.read_text() == BLOCKING


def test_check_ends_with_1_where_something_is_found(blocking: Path) -> None:
    assert awaitify.check([blocking]).exit_code == 1
    assert awaitify.check(cwd=blocking.parent, exit_zero=True).exit_code == 0


def test_migrate_writes(blocking: Path) -> None:
    assert awaitify.migrate(blocking, dry_run=True).of_type("change")
    assert blocking.read_text() == BLOCKING
    result = awaitify.migrate(blocking, allow_dirty=True)
    assert [each["status"] for each in result.of_type("change")] == ["applied"]
    assert blocking.read_text() == AWAITING


def test_options_are_those_of_the_command(blocking: Path) -> None:
    def recipes(**options: object) -> set[str]:
        changes = awaitify.diff(blocking, **options).of_type("change")  # type: ignore[arg-type]
        return {each["recipe"] for each in changes}

    assert recipes(select=["task-handle", "blocking-sleep"]) == {"blocking-sleep"}
    assert recipes(select="task-handle") == set()
    assert recipes(ignore="task-handle", safety="review", threads=1) == {"blocking-sleep"}
    assert recipes(exit_code=False, config=None, isolated=True) == {"blocking-sleep"}


def test_a_failure_is_raised_with_what_was_said(tmp_path: Path) -> None:
    with pytest.raises(awaitify.AwaitifyError, match="unexpected argument '--no-such'"):
        awaitify.diff(tmp_path, no_such=True)
    with pytest.raises(awaitify.AwaitifyError, match="missing.py: No such file") as caught:
        awaitify.check(["missing.py"], cwd=tmp_path)
    assert caught.value.result.exit_code == 2
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)


def test_no_paths_are_not_all_paths(blocking: Path) -> None:
    with pytest.raises(ValueError, match="no paths"):
        awaitify.migrate([], cwd=blocking.parent)
    assert blocking.read_text() == BLOCKING


def test_run_gives_whatever_it_ends_with(blocking: Path) -> None:
    assert awaitify.run("--version").stdout.startswith("awaitify ")
    assert awaitify.run("check", blocking).exit_code == 1
    result = awaitify.run("no-such-command")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no-such-command" in result.stderr


def test_a_text_that_is_piped_through_keeps_its_bytes(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\n# \xe9\n" + BLOCKING
    piped = text.replace("\n", "\r\n").encode("latin-1")
    words = ["migrate", "--stdin-filename", "a.py", "-"]
    result = awaitify.run(*words, cwd=tmp_path, stdin=piped)
    expected = text.replace(BLOCKING, AWAITING).replace("\n", "\r\n").encode("latin-1")
    assert result.stdout.encode("utf-8", "surrogateescape") == expected


def test_a_text_needs_no_file(tmp_path: Path) -> None:
    result = awaitify.check("-", cwd=tmp_path, stdin=BLOCKING, stdin_filename="a.py")
    assert [each["path"] for each in result.of_type("change")] == ["a.py"]


def test_the_module_is_the_program(blocking: Path) -> None:
    assert module("check", str(blocking)).returncode == 1
    assert module("--version").stdout == awaitify.run("--version").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="links, and other folders")
@pytest.mark.parametrize(
    ("package", "scripts"),
    [
        ("target", "target/bin"),
        (f"prefix/lib/{PYTHON}/site-packages", "prefix/bin"),
        (f"local/lib/{PYTHON}/dist-packages", "local/bin"),
    ],
)
def test_what_was_installed_with_the_package_goes_first(
    tmp_path: Path, package: str, scripts: str
) -> None:
    home = tmp_path / package
    shutil.copytree(Path(awaitify.__file__).parent, home / "awaitify")
    (tmp_path / scripts).mkdir(parents=True)
    program = tmp_path / scripts / "awaitify"
    program.write_text('#!/bin/sh\necho "$0" "$@"\n')
    program.chmod(0o755)
    assert module("diff", "a b", path=home).stdout == f"{program} diff a b\n"


def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda *_, **__: str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr("awaitify._binary.__file__", str(tmp_path / "awaitify" / "_binary.py"))
    with pytest.raises(FileNotFoundError, match="install awaitify again") as caught:
        awaitify.run("--version")
    assert str(tmp_path) in str(caught.value)
