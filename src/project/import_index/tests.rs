//! Who imports whom, in all forms of an import.

use super::super::files::Texts;
use super::*;

/// Returns who imports the first file; each file is `name: text`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: Option<&str>) {
    with_index(files, |_, index| {
        let importer = index.importer(Path::new(files[0].0));
        assert_eq!(importer, expected.map(Path::new));
    });
}

#[track_caller]
fn with_index(files: &[(&str, &str)], test: impl Fn(&Files, &ImportIndex)) {
    let files = Files::list(Texts::of(files));
    test(&files, &ImportIndex::build(&files));
}

#[test]
fn absolute_imports_are_found_from_any_layout() {
    check(
        &[("a/b.py", ""), ("c.py", "import a.b as x\n")],
        Some("c.py"),
    );
    check(
        &[("src/a/b.py", ""), ("c.py", "    from a import b\n")],
        Some("c.py"),
    );
    check(
        &[
            ("a/b.py", ""),
            ("c.py", "from a.b import (\n  f, # f\n  g)\n"),
        ],
        Some("c.py"),
    );
    check(
        &[("a/b.py", ""), ("c.py", "import os, \\\n  a.b\n")],
        Some("c.py"),
    );
    check(
        &[("a/__init__.py", ""), ("c.py", "import a\n")],
        Some("c.py"),
    );
    check(
        &[("lib/plot.py", ""), ("c.py", "import plot\n")],
        Some("c.py"),
    );
}

#[test]
fn relative_imports_are_found_where_they_lead() {
    check(
        &[("a/b.py", ""), ("a/c.py", "from . import x, b\n")],
        Some("a/c.py"),
    );
    check(
        &[("a/b.py", ""), ("a/d/c.py", "from ..b import f\n")],
        Some("a/d/c.py"),
    );
    check(
        &[("a/b.py", ""), ("a/c.py", "from .b import f\n")],
        Some("a/c.py"),
    );
    check(&[("a/b.py", ""), ("a/d/c.py", "from . import b\n")], None);
    check(
        &[("a/b.py", ""), ("a/c.py", "from .import b\n")],
        Some("a/c.py"),
    );
}

#[test]
fn names_that_only_look_alike_are_not() {
    check(
        &[
            ("a/b.py", ""),
            ("c.py", "import x.b\nimport bb\n# import a.b\n"),
        ],
        None,
    );
    check(&[("a/json.py", ""), ("c.py", "import json\n")], None);
    check(&[("b.py", "import b\n")], None);
}

#[test]
fn a_notebook_imports_too() {
    let cell = r#"{"source": ["import os\n",
"from a import (\n", "  b,\n", "  c)\n"]}"#;
    check(
        &[("a/b.py", ""), ("n.ipynb", &cell.replace("\", ", "\",\n"))],
        Some("n.ipynb"),
    );
    check(
        &[
            ("b.py", ""),
            ("n.ipynb", r#"{"source":["import os\n","import b"]}"#),
        ],
        Some("n.ipynb"),
    );
}

#[test]
fn a_package_is_imported_by_its_own_files() {
    let check = |inner: &str, text: &str, expected: bool| {
        let files = [("a/b/__init__.py", ""), (inner, text)];
        with_index(&files, |files, index| {
            let uses = index.uses(files, Path::new("a/b/__init__.py"), "f");
            assert_eq!(uses, expected, "{text}");
        });
    };
    check("a/b/c.py", "from . import f\n", true);
    check("a/b/c/d.py", "from .. import e, f\n", true);
    check("a/b/c.py", "from . import e\n", false);
    check("a/c.py", "from . import f\n", false);
}

#[test]
fn a_use_is_a_name_taken_or_an_attribute() {
    let uses = |text: &str, name: &str, expected: bool| {
        with_index(&[("b.py", ""), ("c.py", text)], |files, index| {
            assert_eq!(
                index.uses(files, Path::new("b.py"), name),
                expected,
                "{text}"
            );
        });
    };
    uses("from b import f, g\n", "g", true);
    uses("from b import ff\n", "f", false);
    uses("import b, c\n", "f", false);
    uses("import b\nvars(b)\n", "f", true);
    uses("from b import *\n", "f", true);
    uses("import b as x\nx.f()\n", "f", true);
    uses("import b\nb.ff()\nf()\n", "f", false);
}

#[track_caller]
fn check_named(text: &str, wanted: &str, expected: bool) {
    assert_eq!(names_module(text, wanted), expected, "{text} {wanted}");
}

#[test]
fn a_text_names_a_module_or_something_of_it() {
    for (text, module, of_module) in [
        ("import lib.rivers\n", true, true),
        ("from lib import rivers\n", true, true),
        ("from lib.rivers import elbe\n", true, true),
        ("import_module(\"lib.rivers\")\n", true, true),
        ("from lib import lakes\n", false, true),
        ("import_module('lib.lakes')\n", false, true),
        ("import lib\n", false, false),
        ("from . import lib\n", false, false),
        ("import library.rivers\n", false, false),
    ] {
        check_named(text, "lib.rivers", module);
        check_named(text, "lib.*", of_module);
    }
}
