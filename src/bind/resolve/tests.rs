//! Small texts and what is said of them.

use rustc_hash::FxHashSet;

use super::super::block::Blocks;
use super::super::scope::Bindings;
use super::*;
use crate::python::parse::Module;
use crate::python::tree::Tree;

/// Checks what the argument of `here(…)` means: a qualified name, `local name`,
/// `name -> attributes`, or `?` with the reason, and the name it may have in brackets.
#[track_caller]
fn check(text: &str, expected: &str) {
    check_with_unknown(text, &[], expected);
}

#[track_caller]
fn check_with_unknown(text: &str, unknown: &[&str], expected: &str) {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let unknown: FxHashSet<String> = unknown.iter().map(|&name| name.to_owned()).collect();
    let names = Bindings::bind(&tree, &module, unknown);
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let public = [("asyncio.exceptions", "asyncio"), ("a.Old", "b.New")];
    let aliases = Aliases::new(public.map(|(from, to)| (from.to_owned(), to.to_owned())));
    let here = tree.ids().find_map(|id| match tree.node(id) {
        AnyNodeRef::ExprCall(call) => {
            let function = call.func.as_name_expr();
            let is_here = function.is_some_and(|name| name.id == "here");
            is_here.then(|| &call.arguments.args[0])
        }
        _ => None,
    });
    let meaning = Resolver::new(&flow, &aliases).meaning(here.expect("`here` is there").into());
    let found = match meaning {
        Meaning::Qualified(name) => name,
        Meaning::Local(id) => format!("local {}", names.binding(id).name),
        Meaning::Attribute { base, path } => format!("{} -> {path}", names.binding(base).name),
        Meaning::Unknown { why, maybe: None } => format!("? {why}"),
        Meaning::Unknown {
            why,
            maybe: Some(maybe),
        } => format!("? {why} [{maybe}]"),
    };
    assert_eq!(found, expected, "{text}");
}

#[test]
fn imports_are_followed_through_aliases() {
    check("import time\nhere(time.sleep)\n", "time.sleep");
    check("import time as t\nhere(t.sleep)\n", "time.sleep");
    check("from time import sleep as zz\nhere(zz)\n", "time.sleep");
    check("import a.b.c\nhere(a.b.c.d)\n", "a.b.c.d");
    check("import os.path as p\nhere(p.join)\n", "os.path.join");
    check("import os\nimport os.path\nhere(os.getcwd)\n", "os.getcwd");
    check(
        "import time\ndef f():\n    here(time.sleep)\n",
        "time.sleep",
    );
    check(
        "def f():\n    import time\n    here(time.sleep)\n",
        "time.sleep",
    );
    check(
        "import time\nclass C:\n    def f(self):\n        here(time.sleep)\n",
        "time.sleep",
    );
}

#[test]
fn relative_imports_keep_their_dots() {
    check("from .mod import name\nhere(name)\n", ".mod.name");
    check("from . import mod\nhere(mod.name)\n", ".mod.name");
    check("from ..a import b\nhere(b)\n", "..a.b");
}

#[test]
fn shadowed_names_are_local() {
    check(
        "import time\ndef f(time):\n    here(time.sleep)\n",
        "time -> sleep",
    );
    check("import time\ntime = 1\nhere(time)\n", "local time");
    check("import time\n[here(time) for time in a]\n", "local time");
    check(
        "import time\ndef f():\n    for time in a:\n        here(time)\n",
        "local time",
    );
    check("def open(): pass\nhere(open)\n", "local open");
    check(
        "class C:\n    def f(self):\n        here(self.loop.time)\n",
        "self -> loop.time",
    );
}

#[test]
fn builtins_have_their_bare_name() {
    check("here(open)\n", "open");
    check("import builtins\nhere(builtins.open)\n", "open");
    check("from builtins import open as o\nhere(o)\n", "open");
    check("here(str.join)\n", "str.join");
    check("open = open\nhere(open)\n", "open");
    check("class C:\n    open = here(open)\n", "open");
    check("import io\nclass C:\n    io = here(io)\n", "io");
    check(
        "def f():\n    here(open)\n    open = 1\n",
        "? `open` is used before it is bound",
    );
    check(
        "if a:\n    from b import open\nhere(open)\n",
        "? `open` has several values that may reach here [b.open]",
    );
}

#[test]
fn plain_assignments_are_followed() {
    check("import time\nx = time.sleep\nhere(x)\n", "time.sleep");
    check(
        "import time\nt: object = time\nhere(t.sleep)\n",
        "time.sleep",
    );
    check(
        "import time\nx = time\ny = x.sleep\ndef f():\n    here(y)\n",
        "time.sleep",
    );
    check(
        "import time\nif (x := time.sleep):\n    here(x)\n",
        "time.sleep",
    );
    check("x = __import__('time')\nhere(x.sleep)\n", "x -> sleep");
    check("def f(): pass\nx = f\nhere(x)\n", "local x");
    check(
        "import time\nx = time.sleep\ntime = 1\nhere(x)\n",
        "time.sleep",
    );
    check(
        "import time\nx = time.sleep\nif a:\n    x = b\nhere(x)\n",
        "? `x` has several values that may reach here [time.sleep]",
    );
    check("while a:\n    x = y\n    y = x\nhere(x)\n", "local x");
}

#[test]
fn fallback_imports_are_known_when_they_agree() {
    check(
        "try:\n    import a\nexcept ImportError:\n    import a\nhere(a.b)\n",
        "a.b",
    );
    check(
        "try:\n    import a\nexcept ImportError:\n    pass\nhere(a.b)\n",
        "a.b",
    );
    check(
        "try:\n    import a as x\nexcept ImportError:\n    import b as x\nhere(x.c)\n",
        "? `x` is imported from different places [a.c]",
    );
    check(
        "try:\n    import a\nexcept ImportError:\n    a = None\nhere(a.b)\n",
        "? `a` has several values that may reach here [a.b]",
    );
}

#[test]
fn star_imports_leave_names_open() {
    check(
        "from time import *\nhere(sleep)\n",
        "? `sleep` may come from `from time import *` [time.sleep]",
    );
    check(
        "import time\nfrom a import *\nhere(time.sleep)\n",
        "? `time` may come from `from a import *` [time.sleep]",
    );
    check(
        "from a import *\nimport time\nhere(time.sleep)\n",
        "time.sleep",
    );
    check(
        "from a import *\nhere(open)\n",
        "? `open` may come from `from a import *` [open]",
    );
    check("here(open)\nfrom a import *\n", "open");
    check(
        "from . import *\nhere(x)\n",
        "? `x` may come from `from . import *` [.x]",
    );
}

#[test]
fn names_without_a_binding_say_so() {
    check("here(x)\n", "? `x` is not defined in this file");
    check("here(x)\nimport x\n", "? `x` is used before it is bound");
    check(
        "import x\ndel x\nhere(x)\n",
        "? `x` is used before it is bound",
    );
    check("here(f().x)\n", "? it is computed where it is used");
}

#[test]
fn names_for_type_checkers_resolve_in_annotations() {
    let import = "if TYPE_CHECKING:\n    import a\n";
    check(
        &format!("{import}here(a.b)\n"),
        "? `a` is imported for type checkers only",
    );
    check(&format!("{import}x: here(a.b)\n"), "a.b");
    check(&format!("{import}def f(x: here(a.b)): pass\n"), "a.b");
}

#[test]
fn names_in_broken_cells_are_unknown() {
    let why = "is mentioned in a cell that can't be read";
    let time = "import time\nhere(time.sleep)\n";
    check_with_unknown(time, &["time"], &format!("? `time` {why} [time.sleep]"));
    check_with_unknown("here(open)\n", &["open"], &format!("? `open` {why} [open]"));
    check_with_unknown("def f(time):\n    here(time)\n", &["time"], "local time");
    check_with_unknown(time, &["sleep"], "time.sleep");
}

#[test]
fn aliases_give_the_public_spelling() {
    let error = "asyncio.CancelledError";
    check(
        "import asyncio\nhere(asyncio.exceptions.CancelledError)\n",
        error,
    );
    check(
        "from asyncio.exceptions import CancelledError as C\nhere(C)\n",
        error,
    );
    check("from a import Old\nhere(Old.x)\n", "b.New.x");
    check("from a import Older\nhere(Older)\n", "a.Older");
}
