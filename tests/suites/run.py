"""Migrates pinned projects and runs their own test suites before and after.

    python3 tests/suites/run.py --awaitify target/debug/awaitify [--only NAME,…] [--form safe,…] [--sample]

Each project of projects.toml is run twice as it is; what is not the same both times is left out. Then
its sources and tests are migrated in three forms, and its tests run again, each project on its own
Python. Prints a table; for each test that passes before and fails after, which recipe and change did it.
Ends with 1 where a `safe` form has such a test, with 2 where a project could not be tried.

What is fetched, made and found is kept in target/suites: a run that was stopped goes on where it was.
`--lock NAME` writes the pinned requirements of a project anew.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import fcntl
import functools
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import tomllib

import blame
import suite

# What a user would type for each form. Whatever is in it is the user's choice, but for `review` safe.
FORMS = {
    "safe": ["--safety", "safe"],
    "all": ["--safety", "safe", "--select", "*"],
    "review": ["--safety", "review"],
}
# Those whose new failures are faults.
SAFE_FORMS = ("safe", "all")
# A suite that runs less than this tells nothing.
FEWEST_TESTS = 4

_OUTPUT = threading.Lock()


def say(text):
    with _OUTPUT:
        print(text, file=sys.stderr, flush=True)


@dataclasses.dataclass
class Setting:
    """What holds for all projects of a run."""

    root: pathlib.Path
    awaitify: pathlib.Path
    recipes: list
    forms: list
    fence: list
    is_fresh: bool

    @functools.cached_property
    def tool(self):
        """Says what made a result, so that another build does not take it over."""
        digest = hashlib.sha256(self.awaitify.read_bytes())
        for folder in self.recipes:
            for path in sorted(pathlib.Path(folder).rglob("*.yaml")):
                digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def migrate(self, tree, words):
        """Migrates a tree as a user would; returns the objects it told."""
        extra = [word for folder in self.recipes for word in ("--recipes", str(folder))]
        command = [str(self.awaitify), "migrate", "--allow-dirty", *words, *extra, "--format", "json", "."]
        with tempfile.TemporaryDirectory() as home:
            variables = {"HOME": home, "PATH": "/usr/local/bin:/usr/bin:/bin"}
            done = subprocess.run(command, cwd=tree, env=variables, capture_output=True, text=True)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        if not told or told[-1]["type"] != "summary":
            raise suite.Trouble(f"awaitify ended with {done.returncode}: {done.stderr.strip()[-800:]}")
        return told


@dataclasses.dataclass
class Report:
    """What is told of one project."""

    project: suite.Project
    trouble: str = ""
    stable: int = 0
    unstable: int = 0
    failing: int = 0
    forms: dict = dataclasses.field(default_factory=dict)


class Store:
    """Results of one project in a file, so that a stopped run goes on."""

    def __init__(self, setting, project):
        self.path = setting.root / "results" / f"{project.key}.json"
        self.values = {}
        if self.path.exists() and not setting.is_fresh:
            self.values = json.loads(self.path.read_text())

    def get(self, name, made_from, make):
        found = self.values.get(name)
        if found is None or found["made-from"] != made_from:
            found = {"made-from": made_from, "value": make()}
            self.values[name] = found
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps(self.values))
        return found["value"]


class Trial:
    """One project: its baseline, then its forms."""

    def __init__(self, setting, project):
        self.setting, self.project = setting, project
        self.store = Store(setting, project)
        self.sources = suite.sources(setting.root, project)
        self.python = suite.environment(setting.root, project)
        self.work = setting.root / "work" / project.key
        self.results = []
        self.limit = project.limit

    @contextlib.contextmanager
    def tree(self, name, patch=None):
        """A copy of the sources that is a repository of its own, as a user's is."""
        copy = self.work / name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.sources, copy, symlinks=True)
        suite.call(["git", "init", "--quiet"], cwd=copy)
        if patch is not None:
            patch(copy)
        yield copy
        shutil.rmtree(copy, ignore_errors=True)

    def suite(self, tree, tests=None):
        return suite.run_suite(self.project, self.python, tree, self.setting.fence, self.limit, tests)

    def made_from(self):
        """What the baseline hangs on; a result of another entry of the list is not taken over."""
        entry = dataclasses.asdict(self.project)
        for name in ("about", "sample"):
            del entry[name]
        lock = self.project.lock.read_text() if self.project.requires else ""
        recorder = (suite.RECORDER / "suite_recorder.py").read_text()
        return hashlib.sha256(repr((entry, lock, recorder, bool(self.setting.fence))).encode()).hexdigest()[:16]

    def baseline(self):
        def make():
            with self.tree("baseline") as tree:
                suite.check_module(self.project, self.python, tree)
                first, second = self.suite(tree), self.suite(tree)
            both = first.passed() & second.passed()
            ended = first.ended or second.ended
            if len(both) < FEWEST_TESTS or ended:
                raise suite.Trouble(f"its suite does not run: {len(both)} pass; {ended}\n{second.tail}")
            either = first.passed() | second.passed()
            others = set(first.tests) | set(second.tests)
            return {"passed": sorted(both), "unstable": len(either - both), "failing": len(others - either), "seconds": first.seconds}

        found = self.store.get("baseline", self.made_from(), make)
        # A hang is known sooner where the suite is fast, and many more runs may hang.
        self.limit = min(self.limit, max(suite.LEAST_LIMIT, round(suite.SLOWER * found["seconds"])))
        return found

    def form(self, name, baseline):
        made_from = f"{self.made_from()} {self.setting.tool}"
        kept = f"{name} with recipes" if self.setting.recipes else name
        result = self.store.get(kept, made_from, lambda: self._try(name, set(baseline["passed"])))
        self.results.append(result)
        return result

    def _try(self, name, passed):
        told = []
        with self.tree(name, lambda copy: told.extend(self.setting.migrate(copy, FORMS[name]))) as tree:
            changes = blame.applied(told)
            about = {
                "changes": len({change["change"] for change in changes}),
                "notes": [line["message"] for line in told if line["type"] == "error"],
                "text": written(tree, changes),
            }
            for other in self.results:
                if other["text"] == about["text"]:
                    return {**other, **about}
            return {**self._compare(name, tree, changes, passed), **about}

    def _compare(self, name, tree, changes, passed):
        result = {"passed": len(passed), "failures": {}, "shaky": [], "ended": "", "culprits": []}
        if not changes:
            return result
        new = passed - self.suite(tree).passed()
        if not new:
            return result
        # Busy machines fail tests too: only what fails each time is a new failure.
        again = self.suite(tree)
        shaky = new & again.passed()
        failures = {test: again.why(test) for test in sorted(new - shaky)}
        result.update(shaky=sorted(shaky), ended=again.ended, failures=failures, passed=len(passed) - len(failures))
        if failures:
            result["culprits"] = blame.Blame(self, FORMS[name], changes, failures).find()
        return result


def written(tree, changes):
    """What a migration wrote: two forms that wrote the same need one run."""
    digest = hashlib.sha256()
    for path in sorted({change["path"] for change in changes}):
        digest.update(f"{path}\0".encode() + (tree / path).read_bytes())
    return digest.hexdigest()


def try_project(setting, project):
    report = Report(project)
    locks = setting.root / "locks"
    locks.mkdir(exist_ok=True)
    try:
        with (locks / project.key).open("w") as lock:
            # Two runs at once would make one environment twice.
            fcntl.flock(lock, fcntl.LOCK_EX)
            try_forms(setting, project, report)
    except suite.Trouble as trouble:
        report.trouble = str(trouble)
        say(f"{project.key}: {trouble}")
    return report


def try_forms(setting, project, report):
    trial = Trial(setting, project)
    baseline = trial.baseline()
    report.stable, report.unstable, report.failing = len(baseline["passed"]), baseline["unstable"], baseline["failing"]
    say(f"{project.key}: {report.stable} tests in {baseline['seconds']:.0f} s")
    for name in setting.forms:
        form = trial.form(name, baseline)
        report.forms[name] = form
        say(f"{project.key}: {name}: {form['changes']} changes, {report.stable} → {form['passed']}")


def table(reports, forms):
    heads = ["project", "Python", "passes", *(f"{form}: changes, passes" for form in forms)]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for report in reports:
        project = report.project
        cells = [f"{project.name} {project.version}", project.python]
        if report.trouble:
            cells += ["not tried"] + [""] * len(forms)
        else:
            cells.append(str(report.stable) + (f" ({report.unstable} unstable)" if report.unstable else ""))
            cells += [cell(report, report.forms[form]) for form in forms]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def cell(report, form):
    mark = "" if form["passed"] == report.stable else "**"
    return f"{form['changes']}, {mark}{report.stable} → {form['passed']}{mark}"


def details(report):
    """Says what is behind a row: new failures with who did it, and what kept the project out."""
    head = f"{report.project.name} {report.project.version}"
    if report.trouble:
        yield f"{head}: not tried: {report.trouble}"
    for name, form in report.forms.items():
        for note in form["notes"]:
            yield f"{head}, {name}: {note}"
        if form["shaky"]:
            yield f"{head}, {name}: failed once of twice, not counted: {', '.join(form['shaky'][:5])}"
        if not form["failures"]:
            continue
        yield f"\n{head}, {name}: {len(form['failures'])} new failures{'; ' + form['ended'] if form['ended'] else ''}"
        for test, why in list(form["failures"].items())[:8]:
            yield f"    {test}: {why[:200]}"
        for culprit in form["culprits"]:
            yield from blame.text(culprit)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--awaitify", type=pathlib.Path, help="the program")
    parser.add_argument("--projects", type=pathlib.Path, default=suite.HERE / "projects.toml", help="another list")
    parser.add_argument("--only", help="only these projects: names, or names with versions")
    parser.add_argument("--sample", action="store_true", help="only the few that are fast")
    parser.add_argument("--form", default=",".join(FORMS), help="only these forms")
    parser.add_argument("--recipes", type=pathlib.Path, action="append", default=[], help="recipes beside the shipped ones")
    parser.add_argument("--root", type=pathlib.Path, default=suite.HERE.parents[1] / "target/suites", help="where all is kept")
    parser.add_argument("--jobs", type=int, default=2, help="projects at once")
    parser.add_argument("--fresh", action="store_true", help="take over no result of an earlier run")
    parser.add_argument("--lock", action="store_true", help="write the pinned requirements of the projects, run nothing")
    return parser.parse_args()


def chosen(options):
    entries = tomllib.loads(options.projects.read_text())["project"]
    projects = [suite.Project(**entry) for entry in entries]
    if options.sample:
        projects = [project for project in projects if project.sample]
    if options.only:
        names = set(options.only.split(","))
        unknown = names - {name for project in projects for name in (project.name, project.key)}
        if unknown:
            sys.exit(f"error: no such project: {', '.join(sorted(unknown))}")
        projects = [project for project in projects if names & {project.name, project.key}]
    return projects


def try_to_lock(root, project):
    try:
        suite.lock(root, project)
    except suite.Trouble as trouble:
        say(f"{project.key}: {trouble}")
        return 2
    say(f"wrote {project.lock}")
    return 0


def main():
    options = arguments()
    options.root.mkdir(parents=True, exist_ok=True)
    projects = chosen(options)
    if options.lock:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            return max(pool.map(lambda project: try_to_lock(options.root, project), projects))
    forms = options.form.split(",")
    if set(forms) - set(FORMS):
        sys.exit(f"error: the forms are {', '.join(FORMS)}")
    if options.awaitify is None:
        sys.exit("error: --awaitify names the program to try")
    fence = suite.without_network()
    if not fence:
        say("the network cannot be taken from the suites here: tests that use it may run")
    recipes = [folder.resolve() for folder in options.recipes]
    setting = Setting(options.root.resolve(), options.awaitify.resolve(), recipes, forms, fence, options.fresh)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        reports = list(pool.map(lambda project: try_project(setting, project), projects))
    print(table(reports, forms))
    for report in reports:
        for line in details(report):
            print(line)
    if any(report.forms[form]["failures"] for report in reports for form in report.forms if form in SAFE_FORMS):
        return 1
    return 2 if any(report.trouble for report in reports) else 0


if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, suite.end_with_what_runs)
    sys.exit(main())
