//! What counts as put in the place of a name, and what does not.

use super::super::files::Texts;
use super::*;

/// Compares where names of `app/poll.py` are replaced.
#[track_caller]
fn check(files: &[(&str, &str)], asked: Asked, expected: Option<(&str, usize)>) {
    let poll = (
        "app/poll.py",
        "import time\nfrom time import sleep\ndef rows(): pass\n",
    );
    let all: Vec<(&str, &str)> = files.iter().copied().chain([poll]).collect();
    let project = Project::new(PathBuf::new(), Texts::of(&all));
    let found = project
        .replacements
        .of(Path::new("app/poll.py"), asked, &project);
    let found = found.map(|it| (it.path.display().to_string(), it.position.line));
    let expected = expected.map(|(path, line)| (path.to_owned(), line));
    assert_eq!(found, expected, "{asked:?} {files:?}");
}

/// The same for what one other file says.
#[track_caller]
fn check_sleep(text: &str, line: Option<usize>) {
    let expected = line.map(|line| ("fakes.py", line));
    check(
        &[("fakes.py", text)],
        Asked::Qualified("time.sleep"),
        expected,
    );
}

#[track_caller]
fn check_rows(text: &str, line: Option<usize>) {
    let expected = line.map(|line| ("fakes.py", line));
    check(&[("fakes.py", text)], Asked::Own("rows"), expected);
}

#[test]
fn attributes_of_modules_are_set() {
    check_sleep("import time\ntime.sleep = print\n", Some(2));
    check_sleep("import time as t\nt.sleep, x = print, 1\n", Some(2));
    check_sleep("import app.poll\napp.poll.time.sleep = print\n", Some(2));
    check_sleep("import sys\nsys.modules['time'].sleep = print\n", Some(2));
    check_sleep("t = __import__('time')\nt.sleep = print\n", Some(2));
    check_sleep("class C:\n    def f(self): self.sleep = print\n", None);
    check_sleep("import mytime\nmytime.sleep = print\n", None);
    check_sleep("def f(time): time.sleep = print\n", None);
    check_sleep("import time\ntime.sleeps = print\n", None);
}

#[test]
fn what_has_the_attribute_is_handed_on() {
    let put = "def put(it, name):\n    setattr(it, name, print)\n";
    let all = "def put_all(of):\n    for name in dir(of):\n        put(of, name)\n";
    check_sleep(&format!("import time\n{put}{all}put_all(time)\n"), Some(3));
    check_sleep(&format!("import times\n{put}{all}put_all(times)\n"), None);
    let again = "def put_all(of):\n    put_all(of)\n    put(of, 'x')\n";
    check_sleep(
        &format!("import time\n{put}{again}put_all(time)\n"),
        Some(3),
    );
    check_sleep(
        &format!("import time\n{put}def put_all(of):\n    put(0, of)\nput_all(time)\n"),
        None,
    );
}

#[test]
fn calls_set_attributes() {
    check_sleep("import time\nsetattr(time, 'sleep', print)\n", Some(2));
    check_sleep(
        "import time\nname = make()\nsetattr(time, name, print)\n",
        Some(3),
    );
    check_sleep(
        "import time\nname = 'sleep'\nsetattr(time, name, print)\n",
        Some(3),
    );
    check_sleep(
        "import time\nname = 'other'\nsetattr(time, name, print)\n",
        None,
    );
    let each = "import time\nfor name in ('sleep', 'time'):\n    setattr(time, name, print)\n";
    check_sleep(each, Some(3));
    check_sleep("import clock\nsetattr(clock, make(), print)\n", None);
    check_sleep("import time\nvars(time)['sleep'] = print\n", Some(2));
    check_sleep("import time\ntime.__dict__.update(sleep=print)\n", Some(2));
}

#[test]
fn modules_are_replaced() {
    check_sleep("import sys\nsys.modules['time'] = fake\n", Some(2));
    check_sleep("import sys\nsys.modules[name] = fake\n", None);
    check_sleep("patch.dict('sys.modules', {'time': fake})\n", Some(1));
    check_sleep("import sys\nsys.modules['other'] = fake\n", None);
}

#[test]
fn mocks_are_put_there() {
    check_sleep("patch('time.sleep')\n", Some(1));
    check_sleep("patch('app.poll.time.sleep')\n", Some(1));
    check_sleep("patch('fakes.time.sleep')\nimport time\n", None);
    check_sleep("import time\npatch.object(time, 'sleep')\n", Some(2));
    check_sleep("patch.multiple('time', sleep=print)\n", Some(1));
    check_rows("patch('app.poll.rows')\n", Some(1));
    check_rows("patch('app.other.rows')\n", None);
    check_rows("patch('__main__.rows')\n", Some(1));
}

#[test]
fn names_of_the_file_are_bound_from_elsewhere() {
    check_rows("from app import poll\npoll.rows = print\n", Some(2));
    check_rows("import __main__\n__main__.rows = print\n", None);
    check_rows(
        "import sys\nsys.modules['__main__'].rows = print\n",
        Some(2),
    );
    check_rows("globals()['rows'] = print\n", None);
    let own = |line: &str, expected: Option<usize>| {
        let text = format!("def rows(): pass\n{line}\n");
        let project = Project::new(PathBuf::new(), Texts::of(&[("a.py", &text)]));
        let found = project
            .replacements
            .of(Path::new("a.py"), Asked::Own("rows"), &project);
        assert_eq!(found.map(|it| it.position.line), expected, "{line}");
    };
    own("globals()['rows'] = print", Some(2));
    own("globals()[make()] = print", Some(2));
    own("globals()['other'] = print", None);
    own("globals().update(rows=print)", Some(2));
    own("import sys; sys.modules[__name__].rows = print", Some(2));
    own("exec('rows = print')", Some(2));
    own("exec('other = print')", None);
    own("def f():\n    exec('rows = print')", None);
    own("mock.patch.dict(globals(), rows=print)", Some(2));
}

#[test]
fn functions_set_what_they_are_given() {
    let fakes = (
        "fakes.py",
        "def install(module):\n    module.rows = print\n",
    );
    let with = |main: &'static str, expected: Option<usize>| {
        let expected = expected.map(|line| ("fakes.py", line));
        check(&[fakes, ("main.py", main)], Asked::Own("rows"), expected);
    };
    with(
        "import fakes\nimport app.poll\nfakes.install(app.poll)\n",
        Some(2),
    );
    with(
        "from fakes import install\nfrom app import poll\ninstall(module=poll)\n",
        Some(2),
    );
    with(
        "import fakes\nfrom app import other\nfakes.install(other)\n",
        None,
    );
    with(
        "import app.poll\ndef install(module): pass\ninstall(app.poll)\n",
        None,
    );
    with(
        "import fakes\nfakes.install(__import__('__main__'))\n",
        Some(2),
    );
}

#[test]
fn mocks_take_their_target_by_keyword_or_by_another_name() {
    check_sleep("patch(target='time.sleep', new=f)\n", Some(1));
    check_sleep(
        "import time\npatch.object(target=time, attribute='sleep')\n",
        Some(2),
    );
    check_sleep(
        "monkeypatch.setattr(target='time.sleep', name=f)\n",
        Some(1),
    );
    check_sleep("patch.multiple(target='time', sleep=f)\n", Some(1));
    check_sleep("patch.multiple('time', **{'sleep': f})\n", Some(1));
    check_sleep(
        "from unittest.mock import patch as p\np('time.sleep')\n",
        Some(2),
    );
    check_sleep("T = 'time.sleep'\npatch(T)\n", Some(2));
    check_sleep("patch(target='clock.sleep')\n", None);
    check_sleep("monkeypatch.delattr('time.sleep')\n", Some(1));
}

#[test]
fn attributes_are_set_by_what_a_class_or_a_namespace_has() {
    let time = |line: &str, expected: Option<usize>| {
        check_sleep(&format!("import time\n{line}\n"), expected);
    };
    time("object.__setattr__(time, 'sleep', f)", Some(2));
    time("time.__setattr__('sleep', f)", Some(2));
    time("object.__setattr__(other, 'sleep', f)", None);
    time("d = time.__dict__\nd['sleep'] = f", Some(3));
    time("d = time.__dict__\nd.update({'sleep': f})", Some(3));
    time("d = time.__dict__\nd[make()] = f", Some(3));
    time("d = vars(time)\nd |= {'sleep': f}", Some(3));
    time("(d := vars(time))['sleep'] = f", Some(2));
    time("dict.update(vars(time), sleep=f)", Some(2));
    time("d = {}\nd['sleep'] = f", None);
    time("d = {}\nd.update(vars(time), sleep=f)", None);
    check_sleep(
        "patch.dict(in_dict='time.__dict__', values={'sleep': f})\n",
        Some(1),
    );
    time("exec('def sleep(n): pass', vars(time))", Some(2));
    time("exec('from clock import sleep', {})", None);
}

#[test]
fn modules_are_held_by_other_names() {
    let time = |lines: &str, expected: Option<usize>| {
        check_sleep(&format!("import time, clock\n{lines}\n"), expected);
    };
    time("def install(mod=time):\n    mod.sleep = f", Some(3));
    time("def install(mod=clock):\n    mod.sleep = f", None);
    time("for mod in (clock, time):\n    mod.sleep = f", Some(3));
    time("for mod in (clock,):\n    mod.sleep = f", None);
    time("(t := time).sleep = f", Some(2));
    time("t = time if f else clock\nt.sleep = f", Some(3));
    time("(time.sleep,\n a) = f, g", Some(2));
    time("[\n    time.sleep,\n    a,\n] = f, g", Some(3));
}

#[test]
fn methods_set_what_they_are_given() {
    let class = |head: &str, call: &str, expected: Option<usize>| {
        let text =
            format!("import time, clock\nclass C:\n    {head}\n        mod.sleep = f\n{call}\n");
        check_sleep(&text, expected);
    };
    class("def __init__(self, mod):", "C(time)", Some(4));
    class("def __init__(self, mod):", "C(mod=time)", Some(4));
    class("def __init__(self, mod):", "C(clock)", None);
    class("def go(self, mod):", "C().go(time)", Some(4));
    class("def go(self, mod):", "C.go(C(), time)", Some(4));
    class("def go(self, mod):", "C().go(clock)", None);
    class("@staticmethod\n    def go(mod):", "C.go(time)", Some(5));
    let inner = "import time\ndef f():\n    def go(mod):\n        mod.sleep = g\n    go(time)\n";
    check_sleep(inner, Some(4));
}
