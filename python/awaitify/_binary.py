"""Where the program is that was installed with this package."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

__all__ = ["find_binary"]

_SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def find_binary() -> str:
    """Return the path of the program; FileNotFoundError where it is in none of the places."""
    name = "awaitify" + (sysconfig.get_config_var("EXE") or "")
    # A set would lose the order.
    folders = list(dict.fromkeys(_folders()))
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise FileNotFoundError(
        f"the program {name} is not where pip puts programs; install awaitify again. Looked in:\n  "
        + "\n  ".join(folders)
    )


def _folders() -> Iterator[str]:
    """First what was installed with this very package: another one may have another version."""
    # A link may lead from an environment into a cache, so none is followed.
    home = Path(__file__).absolute().parent.parent
    if home.name in ("site-packages", "dist-packages"):
        # PREFIX/lib/python3.11/site-packages, PREFIX/Lib/site-packages
        depth = 1 if sys.platform == "win32" else 2
        yield str(home.parents[depth] / _SCRIPTS)
    # pip install --target, which has `bin` on Windows too
    yield str(home / "bin")
    if path := sysconfig.get_path("scripts"):
        yield path
    yield os.path.dirname(os.path.abspath(sys.executable))
    # An environment that sees the packages of the Python it was made from
    if path := sysconfig.get_path("scripts", vars={"base": sys.base_prefix}):
        yield path
    if path := sysconfig.get_path("scripts", scheme=_user_scheme()):
        yield path


def _user_scheme() -> str:
    # Since 3.10 sysconfig knows it.
    if sys.version_info >= (3, 10):
        return sysconfig.get_preferred_scheme("user")
    if os.name == "nt":
        return "nt_user"
    if sys.platform == "darwin" and getattr(sys, "_framework", ""):
        return "osx_framework_user"
    return "posix_user"
