//! The words of conditions, each on a text in which it tells sites apart.

use super::tests::{check_condition, reasons};

/// Compares the lines at which `g(LINE)` stands so.
#[track_caller]
fn check(condition: &str, text: &str, lines: &[usize]) {
    check_condition("g($at)", condition, text, lines);
}

const PLACES: &str = "\
g(1)
def f():
    g(3)
async def h():
    g(5)
    lambda: g(6)
    (g(7) for x in y)
class C:
    g(9)
if __name__ == '__main__':
    g(11)
";

#[test]
fn where_a_site_stands() {
    check("inside: script", PLACES, &[1, 11]);
    check("inside: [function, lambda]", PLACES, &[3, 6]);
    check("inside: generator, outer: coroutine", PLACES, &[7]);
    check("inside: class-body", PLACES, &[9]);
    check("within: main-guard", PLACES, &[11]);
    check("can-await: true", PLACES, &[5]);
    check(
        "not: [{inside: [script, coroutine]}]",
        PLACES,
        &[3, 6, 7, 9],
    );
    check("python: \">=3.12\"", PLACES, &[]);
}

const BLOCKS: &str = "\
import asyncio
import threading
lock = threading.Lock()
async def f(self):
    for x in y:
        g(6)
    try:
        g(8)
    except asyncio.CancelledError:
        g(10)
    finally:
        g(12)
    with lock:
        g(14)
    self.n = self.n + g(15)
    h()
    g(17)
";

#[test]
fn what_is_around_and_before_a_site() {
    check("within: loop", BLOCKS, &[6]);
    check("within: try", BLOCKS, &[8]);
    check("within: [except, finally]", BLOCKS, &[10, 12]);
    check("within: with $_", BLOCKS, &[14]);
    check("holding: threading.Lock", BLOCKS, &[14]);
    check("catches: asyncio.CancelledError", BLOCKS, &[8]);
    check("catches: asyncio.*", BLOCKS, &[8]);
    check("handles: [lib.*, asyncio.*]", BLOCKS, &[8]);
    check("handles: asyncio.exceptions.*", BLOCKS, &[]);
    check("preceded-by: h()", BLOCKS, &[17]);
    check("read-before-written-after: shared", BLOCKS, &[15]);
}

const TASKS: &str = "\
import contextlib
names = []
def get():
    return names
def put(name):
    names.append(name)
class A:
    async def f(self):
        n = self.now()
        g(10)
        self.then(n)
    def now(self):
        return self.n
    def then(self, n):
        self.n = n
async def both():
    g(17)
    get()
    g(19)
    put(1)
    with contextlib.suppress(BaseException):
        g(22)
    for name in list(names):
        g(24)
    for name in names:
        g(26)
    for name in reversed(names):
        print([g(28) for _ in name])
async def back(path):
    n = int(path.read())
    g(31)
    path.write(str(n))
    g(33)
";

#[test]
fn what_other_tasks_may_see() {
    check("read-before-written-after: shared", TASKS, &[]);
    check("read-before-written-after: called", TASKS, &[10, 19, 31]);
    check("loops-over: shared", TASKS, &[26, 28]);
    check("catches: asyncio.CancelledError", TASKS, &[22]);
}

const ACROSS: &str = "\
class A:
    async def f(self, dev):
        self.n = dev
        g(4)
        use(self.n)
        self.n = 1
        use(self.n)
        g(8)
        self.m = 1
        g(10)
        self.m = 2
        dev.tell()
        g(13)
        return dev.ask()
    async def back(self):
        if self.m:
            g(17)
            use(self.m)
        one = A()
        one.q = 1
        g(21)
        use(one.q)
        self.n += 1
        g(24)
        self.n -= 1
    async def turns(self):
        for x in y:
            self.k = x
            use(self.k)
            g(30)
    async def kept(self):
        for x in y:
            if x:
                self.k = x
            g(35)
            use(self.k)
    def seen(self):
        return self.m
    def put(self):
        self.m = self.k = 3
    def tested(self, dev):
        if dev.busy:
            return
        g(43)
        dev.tell()
        g(45)
        while not dev.ready:
            g(47)
        dev.tell()
        g(49)
        return len(dev)
";

#[test]
fn what_is_used_on_both_sides_of_a_site() {
    let check = |way: &str, lines: &[usize]| check(&format!("across: {way}"), ACROSS, lines);
    check("written-then-read", &[4, 35]);
    check("written-in-parts", &[10]);
    check("read-in-parts", &[17]);
    check("called-then-asked", &[13, 45, 47, 49]);
    check("tested-then-called", &[43]);
}

const HANDLERS: &str = "\
import asyncio
async def f():
    try:
        await h()
    except ValueError:
        g(6)
    except asyncio.CancelledError:
        g(8)
    except:
        g(10)
    try:
        lambda: h()
        async def k():
            await h()
    except BaseException as e:
        g(16)
";

#[test]
fn facts_of_a_handler_and_of_its_try() {
    let check = |condition: &str, lines: &[usize]| {
        check_condition("except $e: g($at)", condition, HANDLERS, lines);
    };
    check("takes: asyncio.CancelledError", &[8, 16]);
    check("try: {has: await $_}", &[6, 8]);
    check_condition(
        "except: g($at)",
        "takes: asyncio.CancelledError",
        HANDLERS,
        &[],
    );
    check_condition("except: g($at)", "takes: KeyError", HANDLERS, &[10]);
}

const FUNCTIONS: &str = "\
import lib
@lib.task
def a():
    g(4)
class C:
    def __call__(self):
        g(7)
    def other(self):
        g(9)
        h()
def passed():
    g(12)
lib.run(passed)
";

#[test]
fn facts_of_what_is_around_a_site() {
    check("function: {decorated: '@lib.task'}", FUNCTIONS, &[4]);
    check("function: {role: dunder}", FUNCTIONS, &[7]);
    check("function: {role: method}", FUNCTIONS, &[7, 9]);
    check("function: {role: callback}", FUNCTIONS, &[12]);
    check("function: {has: h()}", FUNCTIONS, &[9]);
    check("class: {has: h()}", FUNCTIONS, &[7, 9]);
    check("file: {imports: lib}", FUNCTIONS, &[4, 7, 9, 12]);
    check("file: {imports: other}", FUNCTIONS, &[]);
    check("file: {imports: [other, lib.*]}", FUNCTIONS, &[]);
    check(
        "file: {has: lib.run($_)}, cell: {has: h()}",
        FUNCTIONS,
        &[4, 7, 9, 12],
    );
    check("file: {is: notebook}", FUNCTIONS, &[]);
}

const WAITING: &str = "\
import lib
async def none():
    g(3)
    async def inner(): await lib.make()
async def one():
    await g(6)
async def many():
    await g(8)
    await lib.make()
async def over():
    async for x in g(11): pass
def caller():
    g(13)
    helper(lib.stop)
def helper(f):
    C().close(g(16))
class C:
    def close(self): lib.stop()
    def open(self): lib.start()
def handing():
    g(21)
    run(helper)
def lazy():
    g(24)
    yield lib.stop()
def goes_over():
    g(27)
    lazy()
";

#[test]
fn how_often_a_function_waits_and_what_it_surely_runs() {
    let waiting = WAITING;
    check(
        "function: {awaits: none}, not: [{inside: function}]",
        waiting,
        &[3],
    );
    check("function: {awaits: one}", waiting, &[6]);
    check("function: {awaits: many}", waiting, &[8, 11]);
    check("function: {reaches: lib.stop()}", waiting, &[13, 16, 24]);
    check("function: {reaches: lib.start()}", waiting, &[]);
    check_condition(
        "k($at, $x)",
        "$x: {offers: lib.start()}",
        &format!("{waiting}c = C()\nk(30, c)\nk(31, lib)\n"),
        &[30],
    );
}

const CAPTURES: &str = "\
import lib
from lib import made as alias
x = lib.make()
def f(p):
    y = lib.make()
    k(5, y)
    k(6, x)
    k(7, p)
    k(8, alias)
    k(9, 'text')
    k(10, lib.call(y))
    y.close()
";

#[track_caller]
fn check_capture(word: &str, lines: &[usize]) {
    check_condition("k($at, $x)", &format!("$x: {{{word}}}"), CAPTURES, lines);
}

#[test]
fn what_a_capture_stands_for() {
    check_capture("name: lib.made", &[8]);
    check_capture("form: literal", &[9]);
    check_capture("form: [call, parameter]", &[7, 10]);
    check_capture("made-by: lib.make()", &[5, 6]);
    check_capture("made-in: same-place, form: name", &[5]);
    check_capture("uses: $x.close()", &[5]);
    check_capture("only-uses: [], form: name", &[6, 7, 8]);
    check_capture(
        "only-uses: [$x.close(), 'k($*_)', lib.call($x)], form: name",
        &[5, 6, 7, 8],
    );
    check_capture("has: lib.call($_)", &[10]);
}

#[test]
fn messages_name_what_was_captured() {
    let keys = "parameters: {limit: {type: int, default: 3, about: a}}\nrules: [{match: '$o.$verb($x, $*rest)', report: '{$x} {$x.name} {$o} {$verb} {$rest} {function} {file} {python} {limit}'}]";
    let text = "def f():\n    m.get(a.b, 1, c=2)\n";
    let told = "a.b b m get 1, c=2 f a.py 3.11 3";
    assert_eq!(reasons(keys, Some((3, 11)), text), [told]);
}

#[test]
fn a_finding_names_what_made_by_captured() {
    let rule = |made: &str| {
        format!(
            "rules: [{{match: k($x), where: {{$x: {{made-by: {made}}}}}, report: '{{$x}} {{$size}}'}}]"
        )
    };
    let text = "a = make(3)\nb: Made = make(size=4)\nk(a)\nk(b)\n";
    let told = reasons(&rule("[make($size), make(size=$size)]"), None, text);
    assert_eq!(told, ["a 3", "b 4"]);
    let guarded = rule("{match: make($size), where: {$size: {form: name}}}");
    assert_eq!(reasons(&guarded, None, text), Vec::<String>::new());
}

#[test]
fn patterns_have_names_and_conditions_and_may_be_lists() {
    let keys = "\
patterns:
  one: [f($x), {match: g($x), where: {$x: {form: literal}}}]
  both: [<one>, h($x)]
rules: [{match: <both>, report: '{$x}'}]";
    let text = "f(a)\ng(b)\ng(1)\nh(c)\n";
    assert_eq!(reasons(keys, None, text), ["a", "1", "c"]);
}

const NAMED: &str = "\
import threading
from lib import ui
from lib.ui import button as b
import library
class Own(ui.Base): pass
g(6, ui.button)
g(7, b.Button)
g(8, library.ui.button)
g(9, ui)
g(10, Own())
g(11, ui.Field())
g(12, threading.Lock())
x.show(g(13, 1))
b.show(g(14, 1))
";

#[test]
fn a_module_stands_for_all_names_in_it() {
    let check = |condition: &str, lines: &[usize]| {
        check_condition("g($at, $x)", condition, NAMED, lines);
    };
    check("$x: {name: lib.ui.*}", &[6, 7]);
    check("$x: {name: [lib.ui.*, threading.Lock]}", &[6, 7]);
    check("$x: {is: lib.ui.*}", &[10, 11]);
    check("passed-to: lib.ui.*", &[14]);
}
