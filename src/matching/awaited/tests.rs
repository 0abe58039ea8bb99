//! What awaits a site, and what holds there.

use crate::matching::tests::check_condition;

const TEXT: &str = "\
import threading
lock = threading.RLock()
async def direct():
    g(4)
async def deeper():
    g(6)
async def over():
    await deeper()
async def given():
    g(10)
async def free():
    g(12)
class C:
    async def work(self):
        g(15)
    async def rest(self):
        g(17)
async def main(c):
    await free()
    await c.rest()
    with lock:
        await direct()
        await over()
";

#[track_caller]
fn check(more: &str, expected: &[usize]) {
    let text = format!("{TEXT}{more}");
    check_condition(
        "g($at)",
        "awaited: {holding: threading.RLock}",
        &text,
        expected,
    );
}

#[test]
fn what_awaits_holds_it() {
    check("", &[4, 6]);
    check("        await c.work()\n", &[4, 6, 15]);
}

#[test]
fn what_is_given_to_a_def_is_awaited_there() {
    let guarded = "async def guarded(f):\n    with lock:\n        await f()\n";
    check(guarded, &[4, 6]);
    check(&format!("{guarded}guarded(given)\n"), &[4, 6, 10]);
    let wrapper = "def locked(f):\n    async def run():\n        with lock:\n            await f()\n    return run\n";
    check(
        &format!("{wrapper}@locked\nasync def more():\n    g(34)\n"),
        &[4, 6, 34],
    );
}

#[test]
fn what_enters_or_goes_over_awaits_too() {
    let text = "\
import threading
lock = threading.RLock()
class C:
    async def __aenter__(self):
        g(5)
    async def __aexit__(self, *error):
        g(7)
class D(C):
    def __aiter__(self):
        return self
    async def __anext__(self):
        g(12)
async def each():
    g(14)
    yield 1
def handed():
    return last()
async def last():
    g(19)
async def main():
    with lock:
        async with C():
            pass
        async for _ in D():
            pass
        x = [_ async for _ in each()]
        await handed()
";
    check_condition(
        "g($at)",
        "awaited: {holding: threading.RLock}",
        text,
        &[5, 7, 12, 14, 19],
    );
}

#[test]
fn what_waits_anyway_is_nothing_new() {
    let text = "\
import asyncio, threading
lock = threading.RLock()
async def before():
    await asyncio.sleep(0)
    g(5)
async def behind():
    g(7)
    with open('f') as f:
        await asyncio.sleep(0)
async def perhaps(a):
    if a:
        await asyncio.sleep(0)
    g(13)
async def again():
    try:
        await asyncio.sleep(0)
    except OSError:
        g(18)
async def own():
    await before()
    g(21)
async def none():
    await empty()
    g(24)
async def empty():
    pass
async def main():
    with lock:
        await before()
        await behind()
        await perhaps(1)
        await again()
        await own()
        await none()
";
    check_condition(
        "g($at)",
        "awaited: {holding: threading.RLock}",
        text,
        &[13, 24],
    );
}
