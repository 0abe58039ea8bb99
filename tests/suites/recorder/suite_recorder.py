"""Writes what became of each test, a line at a time: a suite that hangs or crashes still tells.

A plugin of pytest (`-p suite_recorder`), and a program in the place of `python -m unittest`. Runs on
Python 3.7 and newer. A line: `what TAB test TAB why`.
"""

import os
import sys
import unittest

# Names of tests, or how they begin, that `python -m unittest` has no word to leave out.
_LEFT_OUT = tuple(filter(None, os.environ.get("SUITE_LEFT_OUT", "").split(" ")))
_LINES = open(os.environ["SUITE_RECORD"], "a", encoding="utf-8", errors="replace", buffering=1)


def tell(what, test, why=""):
    lines = [line.strip() for line in str(why).splitlines() if line.strip()]
    _LINES.write("\t".join([what, test.replace("\t", " ").replace("\n", " "), lines[0] if lines else ""]) + "\n")


def why_of(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return crash.message
    # What cannot be collected has a text whose last lines say why.
    lines = [line for line in str(report.longrepr).splitlines() if line.startswith("E ")]
    return lines[-1][2:] if lines else str(report.longrepr)[-200:]


def pytest_runtest_logstart(nodeid, location):
    tell("start", nodeid)


def pytest_runtest_logreport(report):
    if report.failed:
        tell("failed", report.nodeid, why_of(report))
    elif report.when == "call" or report.skipped:
        tell(report.outcome, report.nodeid)


def pytest_collectreport(report):
    if report.failed:
        tell("uncollected", report.nodeid, why_of(report))


class Result(unittest.TextTestResult):
    def startTest(self, test):
        tell("start", test.id())
        super().startTest(test)

    def addSuccess(self, test):
        tell("passed", test.id())
        super().addSuccess(test)

    def addFailure(self, test, err):
        tell("failed", test.id(), repr(err[1]))
        super().addFailure(test, err)

    def addError(self, test, err):
        if isinstance(test, unittest.loader._FailedTest):
            # What a module that cannot be imported says last.
            tell("uncollected", test._testMethodName, str(err[1]).strip().splitlines()[-1])
        else:
            tell("failed", test.id(), repr(err[1]))
        super().addError(test, err)

    def addSkip(self, test, reason):
        tell("skipped", test.id())
        super().addSkip(test, reason)

    def addExpectedFailure(self, test, err):
        tell("skipped", test.id())
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        tell("failed", test.id(), "unexpected success")
        super().addUnexpectedSuccess(test)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            tell("failed", test.id(), repr(err[1]))
        super().addSubTest(test, subtest, err)


class Suite(unittest.TestSuite):
    def addTest(self, test):
        if isinstance(test, unittest.TestSuite) or not test.id().startswith(_LEFT_OUT):
            super().addTest(test)


if __name__ == "__main__":
    unittest.TestLoader.suiteClass = Suite
    unittest.main(
        module=None,
        argv=["python -m unittest", *sys.argv[1:]],
        testRunner=unittest.TextTestRunner(resultclass=Result),
    )
