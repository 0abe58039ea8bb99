//! What qualified names mean in a project.

use super::super::files::Texts;
use super::*;

/// Compares what a name means in `m.py` with `class FILE: BASES`, `def FILE`, a qualified name
/// or `?`.
#[track_caller]
fn check(files: &[(&str, &str)], name: &str, expected: &str) {
    let files = Files::list(Texts::of(files));
    let found = Definitions::new(&files).find(&files, Path::new("m.py"), name);
    let found = match found {
        Definition::Class(class) => {
            let base = |base: &Result<String, String>| base.clone().unwrap_or("?".to_owned());
            let bases: Vec<String> = class.bases.iter().map(base).collect();
            format!("class {}: {}", class.path.display(), bases.join(" "))
        }
        Definition::Function { path, header, .. } => {
            let color = if header.is_async { "async " } else { "" };
            format!("{color}def {}", path.display())
        }
        Definition::Variable { path, name, .. } => format!("{name} {}", path.display()),
        Definition::Outside(name) => name,
        Definition::Unknown(_) | Definition::Ambiguous => "?".to_owned(),
    };
    assert_eq!(found.trim_end_matches([' ', ':']), expected, "{name}");
}

#[test]
fn re_exports_are_followed() {
    let files = [
        (
            "a/__init__.py",
            "from .impl import Client, work as job\nfrom httplib import Session\n",
        ),
        (
            "a/impl.py",
            "from .base import Base\nclass Client(Base): pass\nasync def work(): pass\n",
        ),
        (
            "a/base.py",
            "import other\nclass Base(other.Root[int]): pass\n",
        ),
    ];
    check(&files, "a.Client", "class a/impl.py: .base.Base");
    check(&files, "a.job", "async def a/impl.py");
    check(&files, "a.Session", "httplib.Session");
    check(&files, "a.impl.Base", "class a/base.py: other.Root");
    check(&files, "a.base.other.Root", "other.Root");
    check(&files, "a.gone", "?");
    check(&files, "b.Client", "b.Client");
}

#[test]
fn a_class_of_the_same_file_is_named_from_there() {
    let text = "class A: pass\nclass B(A): pass\nC = B\n";
    check(&[("a.py", text)], "a.B", "class a.py: .a.A");
    check(&[("a.py", text)], "a.C", "class a.py: .a.A");
    check(&[("a/__init__.py", text)], "a.B", "class a/__init__.py: .A");
}

#[test]
fn star_imports_hand_out_what_their_module_does() {
    let with = |text: &'static str| [("a.py", "from b import *\n"), ("b.py", text)];
    check(&with("class C: pass\n"), "a.C", "class b.py");
    check(&with("class _C: pass\n"), "a._C", "?");
    check(
        &with("__all__ = ['_C']\nclass _C: pass\n"),
        "a._C",
        "class b.py",
    );
    check(&with("__all__ = ['D']\nclass C: pass\n"), "a.C", "?");
    check(&with("__all__ = names()\nclass C: pass\n"), "a.C", "?");
    let twice = [
        ("a.py", "class C: pass\nfrom b import *\n"),
        ("b.py", "class C: pass\n"),
    ];
    check(&twice, "a.C", "?");
    let other = [("a.py", "class C: pass\nfrom b import *\n"), ("b.py", "")];
    check(&other, "a.C", "class a.py");
    check(
        &[("a.py", "class C: pass\nfrom gone import *\n")],
        "a.C",
        "?",
    );
    check(
        &[("a.py", "from gone import *\nclass C: pass\n")],
        "a.C",
        "class a.py",
    );
}

#[test]
fn a_star_import_of_a_module_in_a_package_with_code_is_read() {
    let files = [
        ("a.py", "from p.b import *\n"),
        ("p/__init__.py", "from .c import d\n"),
        ("p/b.py", "class C: pass\n"),
    ];
    let files = Files::list(Texts::of(&files));
    let names = Definitions::new(&files).star_names(&files, Path::new("m.py"), "a");
    assert!(names.is_some_and(|it| it.contains_key("C")));
}

#[test]
fn circles_end() {
    let two = [("a.py", "from b import C\n"), ("b.py", "from a import C\n")];
    check(&two, "a.C", "?");
    let stars = [("a.py", "from b import *\n"), ("b.py", "from a import *\n")];
    check(&stars, "a.C", "?");
    let package = [
        ("a/__init__.py", "from . import b\n"),
        ("a/b.py", "C = 1\n"),
    ];
    check(&package, "a.b.C", "C a/b.py");
    check(&package[..1], "a.b.C", "?");
}

#[test]
fn a_conditional_name_is_known_where_all_agree() {
    let either = "try:\n    from x import C\nexcept ImportError:\n    from y import C\n";
    check(&[("a.py", either)], "a.C", "?");
    let same = "if fast:\n    from x import C\nelse:\n    from x import C\n";
    check(&[("a.py", same)], "a.C", "x.C");
    let typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from x import C\n";
    check(&[("a.py", typing)], "a.C", "?");
    check(&[("a.py", "C = make()\n")], "a.C", "C a.py");
    check(&[("a.py", "C = make()\nC = None\n")], "a.C", "?");
}

#[test]
fn what_does_not_parse_is_not_known() {
    check(&[("a.py", "class C(:\n")], "a.C", "?");
}
