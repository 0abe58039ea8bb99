"""Fetches the pinned releases of corpus.txt: python3 corpus.py DIRECTORY [NUMBER]

Unpacks the Python, the notebooks and what projects say of themselves, a folder each; NUMBER takes
only the first ones. A release that is there already is not fetched again.
"""

import hashlib
import io
import pathlib
import sys
import tarfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor

WANTED = (".py", ".ipynb", ".toml", ".cfg", ".ini", ".txt", ".md", ".rst", ".yml", ".yaml", "Makefile", "Pipfile")


def read(address):
    """A connection that breaks is tried again."""
    for attempt in range(3):
        try:
            with urllib.request.urlopen(address, timeout=120) as response:
                return response.read()
        except OSError:
            if attempt == 2:
                raise


def fetch(root, sha256, address):
    folder = root / address.rsplit("/", 1)[1].removesuffix(".tar.gz")
    stamp = folder / "made-from"
    if stamp.exists() and stamp.read_text() == sha256:
        return
    archive = read(address)
    found = hashlib.sha256(archive).hexdigest()
    if found != sha256:
        sys.exit(f"{address}: the hash is {found}, not {sha256}")
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            path = pathlib.PurePosixPath(member.name)
            if not member.isfile() or not member.name.endswith(WANTED):
                continue
            if path.is_absolute() or ".." in path.parts:
                sys.exit(f"{address}: {member.name} lies outside of the archive")
            target = folder.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(members.extractfile(member).read())
    stamp.write_text(sha256)


def main():
    root = pathlib.Path(sys.argv[1])
    text = pathlib.Path(__file__).with_name("corpus.txt").read_text()
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else len(rows)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda row: fetch(root, *row), rows[:number]))


main()
