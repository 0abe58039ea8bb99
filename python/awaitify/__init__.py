"""Runs awaitify, which migrates Python to correct asyncio, from Python.

    import awaitify

    result = awaitify.diff("analysis.ipynb", safety="review")
    for change in result.of_type("change"):
        print(change["line"], change["recipe"], change["reason"])

Each call starts the program and waits for it: in a coroutine or a cell that awaits, write
`await asyncio.to_thread(awaitify.diff, "src")`. `awaitify schema json` describes the objects.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Union

from ._binary import find_binary

__all__ = ["AwaitifyError", "Result", "check", "diff", "find_binary", "migrate", "run"]

_Path = Union[str, "os.PathLike[str]"]
_Option = Union[_Path, int, Sequence[_Path], None]


@dataclass(frozen=True)
class Result:
    """What a run said. Text is UTF-8; bytes that are not are kept as surrogates."""

    args: tuple[str, ...]
    exit_code: int
    stdout: str = field(repr=False)
    stderr: str = field(repr=False)

    @cached_property
    def objects(self) -> list[dict[str, Any]]:
        """The lines of `--format json`, each an object with a `type`."""
        # Not splitlines, which also ends a line at U+2028.
        return [json.loads(line) for line in self.stdout.split("\n") if line]

    def of_type(self, name: str) -> list[dict[str, Any]]:
        """Return the objects of one type: change, finding, error, summary, per-path."""
        return [each for each in self.objects if each["type"] == name]


class AwaitifyError(Exception):
    """A run that failed; what it did nevertheless is in `result`."""

    def __init__(self, result: Result) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        said = self.result.stderr.strip()
        try:
            errors = self.result.of_type("error")
        except (ValueError, KeyError, TypeError):
            # A run that was killed leaves half a line.
            errors = []
        lines = [f"{each['path']}: {each['message']}" for each in errors]
        return "\n".join([said] * bool(said) + lines) or f"ended with {self.result.exit_code}"


def run(
    *args: _Path,
    cwd: _Path | None = None,
    stdin: str | bytes | None = None,
    timeout: float | None = None,
) -> Result:
    """Run `awaitify ARGS`, whatever it ends with.

    Without `stdin` there is none. subprocess.TimeoutExpired says that `timeout` seconds were too few;
    what a migration wrote by then, `awaitify undo` puts back.
    """
    words = tuple(os.fspath(arg) for arg in args)
    if isinstance(stdin, str):
        stdin = stdin.encode("utf-8", "surrogateescape")
    # Bytes, since a text mode would change the line ends of a file that is piped through.
    done = subprocess.run(
        [find_binary(), *words],
        cwd=cwd,
        input=b"" if stdin is None else stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    stdout = done.stdout.decode("utf-8", "surrogateescape")
    stderr = done.stderr.decode("utf-8", "surrogateescape")
    return Result(words, done.returncode, stdout, stderr)


def diff(
    paths: _Path | Sequence[_Path] = ".",
    *,
    cwd: _Path | None = None,
    stdin: str | bytes | None = None,
    timeout: float | None = None,
    **options: _Option,
) -> Result:
    """Tell what would change and why; write nothing.

    Options are those of the command: `target_version="3.11"`, `select=["blocking-sleep"]`,
    `exit_code=True`. AwaitifyError where the program ends with anything but 0 and 1.
    """
    return _objects("diff", paths, options, cwd, stdin, timeout)


def check(
    paths: _Path | Sequence[_Path] = ".",
    *,
    cwd: _Path | None = None,
    stdin: str | bytes | None = None,
    timeout: float | None = None,
    **options: _Option,
) -> Result:
    """As `diff`, for `awaitify check`: `exit_code` is 1 where something is found."""
    return _objects("check", paths, options, cwd, stdin, timeout)


def migrate(
    paths: _Path | Sequence[_Path] = ".",
    *,
    cwd: _Path | None = None,
    timeout: float | None = None,
    **options: _Option,
) -> Result:
    """Write the changes; options as of `awaitify migrate`: `dry_run=True`, `safety="review"`."""
    return _objects("migrate", paths, options, cwd, None, timeout)


def _objects(
    command: str,
    paths: _Path | Sequence[_Path],
    options: dict[str, _Option],
    cwd: _Path | None,
    stdin: str | bytes | None,
    timeout: float | None,
) -> Result:
    named = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if not named:
        # The program would take all of the current directory.
        raise ValueError("no paths; the current directory is '.'")
    words = [word for name, value in options.items() for word in _words(name, value)]
    # Its messages go into an exception: FORCE_COLOR is not for that.
    words = [command, "--format=json", "--color=never", *words, "--"]
    result = run(*words, *named, cwd=cwd, stdin=stdin, timeout=timeout)
    if result.exit_code not in (0, 1):
        raise AwaitifyError(result)
    return result


def _words(name: str, value: _Option) -> list[str]:
    """Return a keyword argument as on the command line."""
    flag = "--" + name.replace("_", "-")
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if isinstance(value, int):
        return [f"{flag}={value}"]
    values = [value] if isinstance(value, (str, os.PathLike)) else value
    return [f"{flag}={os.fspath(each)}" for each in values]
