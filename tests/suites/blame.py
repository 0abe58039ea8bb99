"""Which recipe, and which of its changes, made tests fail: by trying them alone, then in halves."""

import difflib
import re

import suite

# Faults that are told one by one; the rest is a number.
MOST = 4
# So many parts are tried one by one.
FEW = 8
# An import that nobody uses does nothing: it stays with every half.
_IMPORT = re.compile(r"\s*(import|from)\b|\s*$|\s*#")


def applied(told):
    return [line for line in told if line["type"] == "change" and line["status"] == "applied"]


class Blame:
    """Tests of one project that fail after a migration."""

    def __init__(self, trial, words, changes, failures):
        self.trial, self.changes, self.failures = trial, changes, dict(failures)
        self.all_words = words
        # A choice of recipes gives way to one recipe.
        self.words = words[: words.index("--select")] if "--select" in words else words

    def find(self):
        """Returns the culprits: recipe, the tests it fails, its changes in the smallest part found."""
        culprits, left = [], dict(self.failures)
        for recipe in self.recipes():
            if not left:
                break
            with self.trial.tree("blame", lambda copy: self.migrate(copy, ["--select", recipe])) as tree:
                result = self.trial.suite(tree)
                mine = {test: why for test, why in left.items() if self.is_same(result, test, why)}
                if mine:
                    culprits += self.parts(recipe, tree, mine)
            left = {test: why for test, why in left.items() if test not in mine}
        return culprits + (self.together(left) if left else [])

    def together(self, failures):
        """Finds what several recipes do only together: without one of them it does not happen."""
        needed = []
        for recipe in self.recipes():
            with self.trial.tree("blame", lambda copy: self.migrate(copy, ["--ignore", recipe])) as tree:
                result = self.trial.suite(tree)
            if not all(self.is_same(result, test, why) for test, why in failures.items()):
                needed.append(recipe)
        with self.trial.tree("blame", lambda copy: self.migrate(copy, [])) as tree:
            return self.parts(" and ".join(needed), tree, failures)

    def recipes(self):
        """Those with the most changes in the files of the failing tests are tried first."""
        names = [change["recipe"] for change in self.changes]
        return sorted(set(names), key=lambda name: (-names.count(name), name))

    def migrate(self, copy, choice):
        words = self.words if "--select" in choice else self.all_words
        self.told = applied(self.trial.setting.migrate(copy, [*words, *choice]))

    def is_same(self, result, test, why):
        """Whether the test fails for this reason."""
        return test not in result.passed() and suite.plain(result.why(test)) == suite.plain(why)

    def parts(self, recipe, tree, failures):
        """Halves what the recipe wrote until one of the halves alone no longer fails the test."""
        found, left, told = [], dict(failures), self.told
        blocks = list(changed_blocks(self.trial.sources, tree, {change["path"] for change in told}))
        while left and len(found) < MOST:
            test, why = next(iter(left.items()))
            part = self.halve(blocks, test, why)
            result = self.try_blocks(part)
            mine = {test, *(other for other, its in left.items() if self.is_same(result, other, its))}
            changes = [change for change in told if any(block.holds(change) for block in part)]
            files = {block.path for block in part}
            changes = changes or [change for change in told if change["path"] in files]
            found.append({"recipe": recipe, "tests": sorted(mine), "changes": changes})
            left = {other: its for other, its in left.items() if other not in mine}
        if left:
            found.append({"recipe": recipe, "tests": sorted(left), "changes": []})
        return found

    def halve(self, blocks, test, why):
        """Returns a small part that fails the test for the same reason: of few files, then of one."""
        tests = [test] if self.trial.project.is_pytest else None
        if not self.is_same(self.try_blocks(blocks, tests), test, why):
            tests = None
        files = [[block for block in blocks if block.path == path] for path in sorted({block.path for block in blocks})]
        files = self.halve_parts(files, test, why, tests)
        if len(files) == 1:
            return [block for (block,) in self.halve_parts([[block] for block in files[0]], test, why, tests)]
        return [block for part in files for block in part]

    def halve_parts(self, parts, test, why, tests):
        while len(parts) > 1:
            middle = len(parts) // 2
            for half in (parts[:middle], parts[middle:]):
                if self.is_same(self.try_blocks([block for part in half for block in part], tests), test, why):
                    parts = half
                    break
            else:
                return self.drop_parts(parts, test, why, tests)
        return parts

    def drop_parts(self, parts, test, why, tests):
        """Leaves out, where no half does it alone, what is not needed."""
        for part in parts if len(parts) <= FEW else []:
            others = [other for other in parts if other is not part]
            if self.is_same(self.try_blocks([block for other in others for block in other], tests), test, why):
                parts = others
        return parts

    def try_blocks(self, blocks, tests=None):
        with self.trial.tree("part", lambda copy: write(copy, blocks)) as tree:
            return self.trial.suite(tree, tests)


class Block:
    """Lines of one file before and after."""

    def __init__(self, path, lines, start, end, new):
        self.path, self.lines, self.start, self.end, self.new = path, lines, start, end, new

    def is_import(self):
        return all(map(_IMPORT.match, self.lines[self.start : self.end] + self.new))

    def holds(self, change):
        # What is written anew stands beside the line that it is told of.
        return change["path"] == self.path and self.start <= change["line"] <= self.end + 1


def changed_blocks(before, after, paths):
    for path in sorted(paths):
        old, new = (
            (root / path).read_text("utf-8", "surrogateescape").splitlines(keepends=True) for root in (before, after)
        )
        blocks = [
            Block(path, old, start, end, new[first:last])
            for what, start, end, first, last in difflib.SequenceMatcher(None, old, new, False).get_opcodes()
            if what != "equal"
        ]
        imports = [block for block in blocks if block.is_import()]
        for block in blocks:
            if block not in imports:
                block.imports = imports
                yield block


def write(copy, blocks):
    """Makes these changes and no others."""
    for path in {block.path for block in blocks}:
        mine = [block for block in blocks if block.path == path]
        lines = list(mine[0].lines)
        for block in sorted([*mine, *mine[0].imports], key=lambda block: -block.start):
            lines[block.start : block.end] = block.new
        (copy / path).write_text("".join(lines), "utf-8", "surrogateescape")


def text(culprit):
    """Says who did it, with the place in the sources as they were and the reason that was given."""
    tests = f"{len(culprit['tests'])} of them ({culprit['tests'][0]})"
    if not culprit["recipe"]:
        yield f"  by what is not clear: {tests}"
        return
    yield f"  by {culprit['recipe']}: {tests}"
    for change in culprit["changes"][:6]:
        place = f"{change['path']}:{change['line']}"
        yield f"      {place} {change['recipe']}/{change['rule']} ({change['safety']}): {change['reason']}"
    if len(culprit["changes"]) > 6:
        yield f"      and {len(culprit['changes']) - 6} more changes"
