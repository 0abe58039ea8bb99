"""One project of the list: its sources, its environment, a run of its own tests."""

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
RECORDER = HERE / "recorder"

# Seconds after which a suite hangs; those of a project in the list come first.
LIMIT = 300
# Where it is known how long a suite takes, so many times that; and not less than these seconds.
SLOWER, LEAST_LIMIT = 10, 60
# The pip that writes locks: it tells the hash of what it installs, and runs on Python 3.7.
LOCKING_PIP = "pip==24.0"
# What pip is told by the machine of one person is no part of a lock.
PRIVATE_SETTINGS = ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONFIG_FILE", "PYTHONPATH")


class Trouble(Exception):
    """What keeps a project from being tried: its text is for the person who runs this."""


@dataclasses.dataclass
class Project:
    """An entry of projects.toml; the comment at its top says what the fields mean."""

    name: str
    version: str
    python: str
    sdist: str
    sha256: str
    module: str
    run: list
    requires: list = dataclasses.field(default_factory=list)
    path: str = "."
    folder: str = "."
    deselect: list = dataclasses.field(default_factory=list)
    environment: dict = dataclasses.field(default_factory=dict)
    limit: int = LIMIT
    sample: bool = False
    about: str = ""

    @property
    def key(self):
        return f"{self.name}-{self.version}"

    @property
    def lock(self):
        return HERE / "requirements" / f"{self.key}.txt"

    def on_path(self, tree):
        return [str(tree / folder) for folder in self.path.split(":")]

    @property
    def is_pytest(self):
        return self.run[0] == "pytest"


@dataclasses.dataclass
class Outcome:
    """What a run of a suite told."""

    tests: dict  # name → (what became of it, why)
    ended: str  # how the run ended where it did not by itself, else ""
    seconds: float
    tail: str

    def passed(self):
        return {name for name, (what, _) in self.tests.items() if what == "passed"}

    def why(self, name):
        """Says why a test did not pass."""
        what, why = self.tests.get(name, ("", ""))
        if what:
            return why or what
        return self._why_not_run(name)

    def _why_not_run(self, name):
        for place, (what, why) in self.tests.items():
            if what == "uncollected" and (name.startswith(place) or "conftest" in place or not place):
                return f"not collected: {why}"
        return f"not run: {self.ended}" if self.ended else "not run"


# What a later line of one test cannot mend.
_RANK = ["start", "skipped", "passed", "failed", "uncollected"]


def read_record(path, tree):
    tests, last = {}, ""
    for line in path.read_text("utf-8").splitlines() if path.exists() else []:
        what, name, why = (line.split("\t") + ["", ""])[:3]
        # A test that is named by where its files lie is the same in each copy.
        name = name.replace(str(tree), "")
        last = name if what == "start" else last
        if _RANK.index(what) >= _RANK.index(tests.get(name, ("start",))[0]):
            tests[name] = (what, why)
    return tests, last


def interpreter(version):
    """Returns the Python of a version, on PATH or of pyenv; `None` where there is none."""
    places = [shutil.which(f"python{version}")]
    home = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    places += sorted(home.glob(f"versions/{version}.*/bin/python"), reverse=True)
    for place in filter(None, places):
        # A shim of pyenv is there also for versions that it refuses to run.
        ask = [place, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        if subprocess.run(ask, capture_output=True, text=True).stdout.strip() == version:
            return str(place)
    return None


def call(command, **options):
    """Runs a command that must succeed; returns what it wrote."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", **options)
    if done.returncode:
        raise Trouble(f"{' '.join(map(str, command[:6]))}: {(done.stderr or done.stdout).strip()[-1500:]}")
    return done.stdout


def without_private_settings():
    return {name: value for name, value in os.environ.items() if name not in PRIVATE_SETTINGS}


def read(address):
    """A connection that breaks is tried again."""
    for attempt in range(3):
        try:
            with urllib.request.urlopen(address, timeout=120) as response:
                return response.read()
        except OSError as error:
            if attempt == 2:
                raise Trouble(f"{address}: {error}") from None
            time.sleep(2)


def sources(root, project):
    """Returns the folder with the unpacked release, fetched once."""
    folder = root / "sources" / project.key
    stamp = root / "sources" / f"{project.key}.sha256"
    if stamp.exists() and stamp.read_text() == project.sha256:
        return folder
    archive = read(project.sdist)
    found = hashlib.sha256(archive).hexdigest()
    if found != project.sha256:
        raise Trouble(f"{project.sdist}: the hash is {found}, not {project.sha256}")
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=root) as beside:
        with tarfile.open(fileobj=io.BytesIO(archive)) as members:
            members.extractall(beside, filter="data")
        (top,) = pathlib.Path(beside).iterdir()
        folder.parent.mkdir(exist_ok=True)
        top.rename(folder)
    stamp.write_text(project.sha256)
    return folder


def environment(root, project):
    """Returns the Python of an environment with the pinned requirements, made once."""
    base = interpreter(project.python)
    if base is None:
        raise Trouble(f"Python {project.python} is neither on PATH nor in pyenv")
    text = project.lock.read_text() if project.requires else ""
    folder = root / "environments" / project.key
    stamp = folder / "made-from"
    made_from = f"{base}\n{text}"
    if not (stamp.exists() and stamp.read_text() == made_from):
        shutil.rmtree(folder, ignore_errors=True)
        call([base, "-m", "venv", *([] if text else ["--without-pip"]), folder])
        if text:
            install = ["-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", project.lock]
            call([folder / "bin/python", *install], env=without_private_settings())
        stamp.write_text(made_from)
    return folder / "bin/python"


def lock(root, project):
    """Writes the lock of a project: what its requirements are today, each with its hash."""
    base = interpreter(project.python)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        python, report = pathlib.Path(folder) / "env/bin/python", pathlib.Path(folder) / "report.json"
        call([base, "-m", "venv", python.parent.parent])
        pip = [python, "-m", "pip", "install", "--quiet"]
        call([*pip, LOCKING_PIP], env=without_private_settings())
        call([*pip, "--dry-run", "--ignore-installed", "--report", report, *project.requires], env=without_private_settings())
        lines = []
        for item in json.loads(report.read_text())["install"]:
            data, sha256 = item["metadata"], item["download_info"]["archive_info"]["hashes"]["sha256"]
            lines.append(f"{data['name'].lower()}=={data['version']} --hash=sha256:{sha256}\n")
    project.lock.write_text("".join(sorted(lines)))


def without_network():
    """Returns the words before a command that take the network but not the loopback from it."""
    script = 'ip link set lo up && exec "$@"'
    for unshare in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        words = [*unshare, "sh", "-c", script, "sh"]
        try:
            if subprocess.run([*words, "true"], capture_output=True).returncode == 0:
                return words
        except FileNotFoundError:
            break
    return []


def run_suite(project, python, tree, fence, limit, tests=None):
    """Runs the tests of a tree, all or some by name, with a home and a place for files of its own."""
    # Below the root names would be too long for sockets.
    private = pathlib.Path(tempfile.mkdtemp(prefix="suite-"))
    _PRIVATE.add(private)
    try:
        return _run_in(private, project, python, tree, fence, limit, tests)
    finally:
        shutil.rmtree(private, ignore_errors=True)
        _PRIVATE.discard(private)


def _run_in(private, project, python, tree, fence, limit, tests):
    record, output = private / "record", private / "output"
    for name in ("home", "tmp"):
        (private / name).mkdir()
    variables = {
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(private / "home"),
        "TMPDIR": str(private / "tmp"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join([*project.on_path(tree), str(RECORDER)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "SUITE_RECORD": str(record),
        "SUITE_LEFT_OUT": "" if project.is_pytest else " ".join(project.deselect),
        **project.environment,
    }
    start = time.monotonic()
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [*fence, str(python), *_arguments(project, tests), *_root(project, tree)],
            cwd=tree / project.folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        code = _wait(process, limit)
    text = output.read_text("utf-8", "replace")
    found, last = read_record(record, tree)
    ended = ""
    if code is None:
        ended = f"no end after {limit} s, in {last}"
    elif code < 0 or code > 5:
        ended = f"ended by {code}, in {last}"
    return Outcome(found, ended, time.monotonic() - start, text[-3000:])


def _arguments(project, tests):
    if not project.is_pytest:
        return [str(RECORDER / "suite_recorder.py"), *project.run[1:]]
    # What a project adds (coverage, several processes) is not for here.
    words = ["-m", "pytest", "-p", "suite_recorder", "-p", "no:cacheprovider", "-o", "addopts=", "-q", "--tb=short"]
    words += [word for name in project.deselect for word in ("--deselect", name)]
    if tests is None:
        return words + project.run[1:]
    options = [word for word in project.run[1:] if word.startswith("-")]
    return words + options + sorted(tests)


def _root(project, tree):
    """Says where a project without a configuration of pytest begins: else pytest takes that of a folder around it."""
    folders = {tree, tree / project.folder}
    says = {"tox.ini": "[pytest]", "setup.cfg": "[tool:pytest]"}
    names = ["pytest.ini", ".pytest.ini", "pyproject.toml", *says]
    files = [(folder / name, says.get(name, "")) for folder in folders for name in names]
    is_configured = any(file.is_file() and word in file.read_text("utf-8", "replace") for file, word in files)
    return [] if is_configured or not project.is_pytest else [f"--rootdir={tree}"]


# What runs now; the sessions of their own that suites have do not end with this program.
_RUNNING = set()
_PRIVATE = set()


def _wait(process, limit):
    """Returns the exit code; `None`: there was no end. What a suite started ends with it."""
    _RUNNING.add(process.pid)
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        code = None
    _end(process.pid)
    process.wait()
    _RUNNING.discard(process.pid)
    return code


def _end(group):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def end_with_what_runs(number, _frame):
    """Handles a signal that ends this program."""
    for group in list(_RUNNING):
        _end(group)
    for folder in list(_PRIVATE):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(128 + number)


def check_module(project, python, tree):
    """The tests must import the copy, not what the environment has installed."""
    ask = f"import {project.module} as m; print(getattr(m, '__file__', None) or list(m.__path__)[0])"
    variables = {"PYTHONPATH": os.pathsep.join(project.on_path(tree)), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    place = call([python, "-c", ask], cwd=tree / project.folder, env={**variables, **project.environment}).strip().splitlines()[-1]
    if not pathlib.Path(place).resolve().is_relative_to(tree.resolve()):
        raise Trouble(f"{project.module} is imported from {place}, not from the copy")


def plain(why):
    """A reason without what differs from run to run: numbers, addresses, paths."""
    return re.sub(r"0x[0-9a-f]+|\d+|/\S+", "#", why)
