//! State that other tasks cannot change, or may change anyway, and what they do change.

use crate::matching::tests::check_condition;

const RACE: &str = "read-before-written-after: called";
const HANDED: &str = "across: written-then-read";
const PARTS: &str = "across: [written-in-parts, read-in-parts]";
const TOLD: &str = "across: called-then-asked";

/// Checks the lines at which `g(LINE)` meets a condition, in a program that begins with some imports.
#[track_caller]
fn check(condition: &str, imports: &str, body: &str, lines: &[usize]) {
    let text = format!("import asyncio\n{imports}\n{body}");
    check_condition("g($at)", condition, &text, lines);
}

/// Compares the lines at which `g(LINE)` stands between two accesses of which the first decides the second,
/// and those at which it stands between any two.
#[track_caller]
pub(super) fn check_races(body: &str, decided: &[usize], open: &[usize]) {
    let text =
        format!("import asyncio\nclass B:\n    n = 0\nclass A:\n    async def f(self, x):\n{body}");
    check_condition(
        "g($at)",
        "read-before-written-after: shared",
        &text,
        decided,
    );
    check_condition("g($at)", "read-before-written-after: called", &text, open);
}

#[test]
fn modules_and_classes_of_libraries_are_not_changed() {
    let body = "async def f(x):\n    if lib.path(x):\n        g(5)\n        lib.remove(x)\n";
    for imports in [
        "import lib",
        "import lib; from other import *",
        "import a.lib as lib",
        "from a import Path as lib",
    ] {
        check(RACE, imports, body, &[]);
    }
    for imports in [
        "lib = []",
        "from a import rows as lib",
        "from a import ROWS as lib",
    ] {
        check(RACE, imports, body, &[5]);
    }
}

#[test]
fn what_is_read_for_an_await_is_read_before_it() {
    let of = |first: &str| format!("async def f(x):\n    n = {first}\n    g(5)\n    x.add(n)\n");
    check(RACE, "", &of("await x.node.find(1)"), &[]);
    check(RACE, "", &of("await asyncio.sleep(1, x)"), &[]);
    check(RACE, "", &of("x.node.find(1)"), &[5]);
    check(RACE, "", &of("await asyncio.sleep(1), x"), &[5]);
}

#[test]
fn what_two_awaited_calls_read_and_write_others_may_change_anyway() {
    let of = |read: &str, write: &str| {
        format!("async def f(x):\n    n = {read}\n    g(5)\n    {write}\n")
    };
    check(RACE, "", &of("await x.load()", "await x.save(n)"), &[]);
    check(RACE, "", &of("x.load()", "await x.save(n)"), &[5]);
    check(RACE, "", &of("await x.load()", "x.save(n)"), &[5]);
}

#[test]
fn another_await_between_lets_others_in_anyway() {
    let class = "class A:\n    def used(self):\n        return self.n\n    def sets(self):\n        self.n = self.m = 3\n    async def f(self, x):\n";
    let wait = "        await asyncio.sleep(1)\n";
    let of =
        |one: &str, other: &str| format!("{class}        {one}\n        g(9)\n        {other}\n");
    let behind = |one: &str, other: &str| {
        format!("{class}        {one}\n        g(9)\n{wait}        {other}\n")
    };
    let before = |one: &str, other: &str| {
        format!("{class}        {one}\n{wait}        g(10)\n        {other}\n")
    };
    for (condition, one, other) in [
        (HANDED, "self.n = x", "x(self.n)"),
        (PARTS, "x(self.n)", "x(self.m)"),
        (TOLD, "x.told(1)", "x(x.n)"),
    ] {
        check(condition, "", &of(one, other), &[9]);
        check(condition, "", &behind(one, other), &[]);
        check(condition, "", &before(one, other), &[]);
    }
}

#[test]
fn nobody_has_a_new_object_until_it_is_handed_out() {
    let of = |before: &str, after: &str| {
        format!(
            "class B:\n    n = 0\nasync def f(x):\n    b = B()\n    n = b.n\n    {before}\n    g(9)\n    b.n = n + 1\n    {after}\n"
        )
    };
    check(RACE, "", &of("pass", "x.add(b)"), &[]);
    check(RACE, "", &of("x.add(b)", "pass"), &[9]);
    check(RACE, "", &of("h = lambda: x.add(b)", "pass"), &[9]);
    let turns = "class B:\n    n = 0\nasync def f(x):\n    b = B()\n    for y in x:\n        n = b.n\n        g(9)\n        b.n = n + 1\n        x.add(b)\n";
    check(RACE, "", turns, &[9]);
}

#[test]
fn one_task_alone_uses_a_session() {
    let of = |class: &str| {
        format!("async def f(x: {class}):\n    n = x.find(1)\n    g(5)\n    x.leave_out(n)\n")
    };
    let imports = "from sqlalchemy.orm import Session";
    check(RACE, imports, &of("Session"), &[]);
    check(RACE, imports, &of("Other"), &[5]);
}

#[test]
fn what_callers_give_is_not_ones_own() {
    let of = |header: &str, object: &str| {
        format!(
            "class A:\n    async def f({header}):\n        n = {object}.n\n        g(6)\n        {object}.n = n\n"
        )
    };
    for (header, object, own) in [
        ("self", "self", &[6][..]),
        ("self, row", "row", &[]),
        ("self, row", "row.data", &[]),
        ("self, row", "self.row", &[6]),
    ] {
        let body = of(header, object);
        check("read-before-written-after: shared", "", &body, &[6]);
        check("read-before-written-after: own", "", &body, own);
    }
}
