//! Small texts before and after.

use super::super::block::Blocks;
use super::*;
use crate::python::parse::Module;
use crate::python::tree::Tree;
use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashSet;

/// Spells `qualified` at the name `here`; `"needs …"` is put behind a new import's text.
fn spelled(text: &str, qualified: &str, replaced: Option<(&str, &str)>) -> String {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let blocks = Blocks::build(&tree);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let flow = Flow::new(&names, &blocks);
    let style = ImportStyle::new([
        ("contextlib".to_owned(), ImportForm::ByName),
        ("concurrent.futures".to_owned(), ImportForm::Whole),
        ("xml.dom".to_owned(), ImportForm::Whole),
        ("xml.dom.minidom".to_owned(), ImportForm::Whole),
    ]);
    let is_here =
        |id: &NodeId| matches!(tree.node(*id), AnyNodeRef::ExprName(name) if name.id == "here");
    let at = tree.ids().find(is_here).expect("it is there");
    let replaced = replaced.map(|(text, qualified)| Replaced { text, qualified });
    match spell(&flow, at, qualified, replaced, &style, None) {
        Err(taken) => taken.to_string(),
        Ok(Spelling { text, needs, .. }) => match needs {
            None => text,
            Some(ImportNeed { module, member, .. }) => match member {
                Some(member) => format!("{text} needs {module}:{member}"),
                None => format!("{text} needs {module}"),
            },
        },
    }
}

#[track_caller]
fn check(text: &str, qualified: &str, expected: &str) {
    assert_eq!(spelled(text, qualified, None), expected);
}

#[track_caller]
fn check_replaced(text: &str, replaced: (&str, &str), qualified: &str, expected: &str) {
    assert_eq!(spelled(text, qualified, Some(replaced)), expected);
}

#[test]
fn an_import_of_the_file_is_used() {
    check("import asyncio\nhere\n", "asyncio.sleep", "asyncio.sleep");
    check(
        "import asyncio as aio\nhere\n",
        "asyncio.sleep",
        "aio.sleep",
    );
    check(
        "from asyncio import sleep as s\nhere\n",
        "asyncio.sleep",
        "s",
    );
    check(
        "import asyncio\nfrom asyncio import sleep\nhere\n",
        "asyncio.sleep",
        "sleep",
    );
}

#[test]
fn a_dotted_module_is_used_through_any_form() {
    let pool = "concurrent.futures.Pool";
    check(
        "from concurrent import futures\nhere\n",
        pool,
        "futures.Pool",
    );
    check("import concurrent.futures\nhere\n", pool, pool);
    check(
        "import concurrent\nhere\n",
        pool,
        "concurrent.futures.Pool needs concurrent.futures",
    );
}

#[test]
fn the_replaced_prefix_stays() {
    let text = "import asyncio\nimport asyncio as aio\nhere\n";
    check_replaced(
        text,
        ("aio.run", "asyncio.run"),
        "asyncio.gather",
        "aio.gather",
    );
    let text = "try:\n    import typing as t\nexcept E:\n    t = None\nhere\n";
    check_replaced(text, ("t.A", "typing.A"), "typing.B", "t.B");
}

#[test]
fn a_member_comes_beside_the_replaced_one() {
    let text = "import asyncio\nfrom asyncio import old as o\nhere\n";
    check_replaced(
        text,
        ("o", "asyncio.old"),
        "asyncio.new",
        "new needs asyncio:new",
    );
    check_replaced(text, ("o", "time.old"), "asyncio.new", "asyncio.new");
}

#[test]
fn the_table_says_how_to_import() {
    check("here\n", "asyncio.sleep", "asyncio.sleep needs asyncio");
    check(
        "here\n",
        "contextlib.suppress",
        "suppress needs contextlib:suppress",
    );
}

#[test]
fn builtins_need_no_import() {
    check("here\n", "open", "open");
    check(
        "open = 1\nhere\n",
        "builtins.open",
        "the name `open` is taken here by a variable",
    );
}

#[test]
fn an_import_that_may_not_have_run_is_not_used() {
    let needed = "asyncio.sleep needs asyncio";
    check("here\nimport asyncio\n", "asyncio.sleep", needed);
    check("if T:\n    import asyncio\nhere\n", "asyncio.sleep", needed);
    check(
        "if TYPE_CHECKING:\n    import asyncio\nhere\n",
        "asyncio.sleep",
        needed,
    );
    check(
        "def f():\n    import asyncio\ndef g():\n    here\n",
        "asyncio.sleep",
        needed,
    );
}

#[test]
fn a_local_import_is_used_in_its_function_only() {
    check(
        "def f():\n    import asyncio\n    here\n",
        "asyncio.sleep",
        "asyncio.sleep",
    );
    check(
        "try:\n    import asyncio\nexcept E:\n    a\nelse:\n    here\n",
        "asyncio.sleep",
        "asyncio.sleep",
    );
}

#[test]
fn a_taken_name_is_an_error() {
    let taken = |by| format!("the name `asyncio` is taken here by {by}");
    check(
        "def f(asyncio):\n    here\n",
        "asyncio.sleep",
        &taken("a parameter"),
    );
    check(
        "import asyncio\n[here for asyncio in b]\n",
        "asyncio.sleep",
        &taken("a loop variable"),
    );
    check(
        "import gevent as asyncio\nhere\n",
        "asyncio.sleep",
        &taken("an import of `gevent`"),
    );
    check(
        "def f():\n    here\n    import asyncio\n    asyncio.run\n",
        "asyncio.sleep",
        &taken("an import that may not have run yet: move the import to the top of the file"),
    );
    check(
        "import asyncio\nclass C:\n    asyncio = 1\n    def f(self):\n        here\n",
        "asyncio.sleep",
        "asyncio.sleep",
    );
    check(
        "suppress\nhere\n",
        "contextlib.suppress",
        "the name `suppress` is taken here by a use that nothing in this file defines",
    );
}

#[test]
fn a_star_import_may_bring_another_member() {
    let text = "import asyncio\nfrom asyncio import sleep\nfrom time import *\nhere\n";
    check(text, "asyncio.sleep", "asyncio.sleep");
}

#[test]
fn an_annotation_sees_what_is_imported_for_type_checkers() {
    let text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio as aio\n";
    let annotation = format!("{text}def f(x: here): pass\n");
    check(&annotation, "asyncio.sleep", "aio.sleep");
    let code = format!("{text}here\n");
    check(&code, "asyncio.sleep", "asyncio.sleep needs asyncio");
}

#[test]
fn a_module_is_there_by_an_import_of_it_alone() {
    let parse = "xml.dom.minidom.parse";
    let needed = "xml.dom.minidom.parse needs xml.dom.minidom";
    for import in [
        "import xml",
        "import xml.dom",
        "import xml.sax",
        "from xml import dom",
        "from xml import *",
        "import xml\nif T:\n    import xml.dom.minidom",
        "import xml\ntry:\n    import xml.dom.minidom\nexcept E:\n    a",
        "import xml\nif TYPE_CHECKING:\n    import xml.dom.minidom",
        "import xml\ndef f():\n    import xml.dom.minidom",
    ] {
        check(&format!("{import}\nhere\n"), parse, needed);
    }
    check("import xml\nhere\nimport xml.dom.minidom\n", parse, needed);
    for import in [
        "import xml.dom.minidom",
        "import xml.dom.minidom.more",
        "import xml\nimport xml.dom.minidom",
        "import xml.dom.minidom\nimport xml.sax",
    ] {
        check(&format!("{import}\nhere\n"), parse, parse);
        check(&format!("{import}\ndef f():\n    here\n"), parse, parse);
    }
    check("from xml.dom import minidom as m\nhere\n", parse, "m.parse");
    check("import xml.dom.minidom as m\nhere\n", parse, "m.parse");
    check("from xml.dom.minidom import parse\nhere\n", parse, "parse");
    // What comes with its package needs no import of its own.
    check(
        "import asyncio\nhere\n",
        "asyncio.subprocess.PIPE",
        "asyncio.subprocess.PIPE",
    );
}

#[test]
fn what_the_file_imports_as_a_module_is_one() {
    let text = "import a\ndef f():\n    import a.b\nhere\n";
    check(text, "a.b.c", "a.b.c needs a.b");
    check("import a\nhere\n", "a.b.c", "a.b.c");
}
