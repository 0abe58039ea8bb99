//! Does a class that is named here derive from a wanted one, through the files of the project?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, StmtClassDef, StmtFunctionDef};

use super::site::any;
use super::subject::Subject;
use crate::project::definition::Definition;
use crate::python::stdlib;
use crate::recipe::answer::Answer;
use crate::recipe::role::RoleRow;
use crate::semantic::class::{Class, Named};

/// Returns whether the class that the subject's file calls by a qualified name is a wanted one, or
/// derives from it; unknown where a base cannot be read.
pub(super) fn derives(subject: &Subject, qualified: &str, wanted: &dyn Fn(&str) -> bool) -> Answer {
    is_below(subject, &subject.class_named(qualified), wanted)
}

/// Returns whether a class of the file derives from a wanted one.
pub(super) fn inherits<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    any(subject.above(class), |class| {
        is_wanted(subject, &class, wanted)
    })
}

/// Returns whether a def is a method that a row means of a class which derives from one of its bases.
pub(super) fn is_method_of<'a>(
    row: &RoleRow,
    def: &'a StmtFunctionDef,
    subject: &Subject<'a>,
) -> Answer {
    let is_listed = row.has_method(def.name.as_str());
    let parent = subject.tree.parent_node(subject.tree.id(def));
    match parent {
        AnyNodeRef::StmtClassDef(class) if is_listed && !row.bases.is_empty() => {
            let wanted = |name: &str| row.bases.iter().any(|base| base == name);
            inherits(subject, class, &wanted)
        }
        _ => Answer::No,
    }
}

/// Returns whether a value that is said to be of a class is of a wanted one. No only where no class
/// in between can be: it may be of a class that derives from both.
pub(super) fn is_class(
    subject: &Subject,
    path: &Path,
    qualified: &str,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    match qualified {
        "typing.Any" | "object" => Answer::Unknown,
        _ => is_below(subject, &subject.class_in(path, qualified), wanted),
    }
}

/// Returns whether a class is a wanted one, or derives from one.
pub(super) fn is_below<'a>(
    subject: &Subject<'a>,
    class: &Class<'a>,
    wanted: &dyn Fn(&str) -> bool,
) -> Answer {
    any(subject.mro(class).iter(), |class| {
        is_wanted(subject, class, wanted)
    })
}

fn is_wanted(subject: &Subject, class: &Class, wanted: &dyn Fn(&str) -> bool) -> Answer {
    match class {
        Class::Here(_) => Answer::No,
        Class::Named(named) => is_wanted_name(subject, named, wanted),
        Class::Unread(_) => Answer::Unknown,
    }
}

fn is_wanted_name(subject: &Subject, named: &Named, wanted: &dyn Fn(&str) -> bool) -> Answer {
    let is_it = |name: &str| wanted(&subject.resolver.canonical(name.to_owned()));
    match &named.is {
        _ if is_it(&named.qualified) => Answer::Yes,
        Definition::Class(_) => Answer::No,
        Definition::Outside(name) if is_it(name) => Answer::Yes,
        // A class of the language itself is no library's; another one may still derive from a wanted one.
        Definition::Outside(name) if stdlib::is_empty(name) || !name.contains('.') => Answer::No,
        _ => Answer::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::{Engine, Settings};
    use crate::project::facts::Projects;
    use crate::recipe::catalog::Catalog;
    use crate::recipe::compile::compile;
    use crate::recipe::safety::Safety;
    use crate::source::SourceFile;

    const BASE: &str = "import other\nclass Base(other.Root): pass\nclass Plain: pass\n";

    #[track_caller]
    fn check(text: &str, kind: &str, expected: bool) {
        check_word(text, &format!("is: {kind}"), expected);
    }

    /// Asks a word of the argument of `seen` in `m.py`, beside a package `app`.
    #[track_caller]
    fn check_word(text: &str, word: &str, expected: bool) {
        let recipe = format!(
            "id: r\ntitle: t\narea: a\nseverity: low\nwhy: w\nexamples: [{{name: n, unchanged: x}}]\n\
             rules: [{{match: seen($x), where: {{$x: {{{word}}}}}, report: seen}}]\n"
        );
        let catalog = Catalog::shipped_once();
        let recipe = compile("r.yaml", &recipe, catalog.library()).expect("the recipe is right");
        let settings = Settings::new(Safety::Review);
        let engine = Engine::new(catalog, &[&recipe], settings).expect("one recipe is no circle");
        let texts = [
            (
                "app/__init__.py",
                "from .base import *\nfrom .work import job, make\nfrom other import thing\n",
            ),
            ("app/base.py", BASE),
            (
                "app/work.py",
                "from .base import Base\nasync def job(): pass\ndef make() -> Base: pass\n",
            ),
            ("m.py", text),
        ];
        let texts = texts.map(|(name, text)| (name.into(), text.into()));
        let facts = Projects::of_texts(texts.into());
        let source = SourceFile::from_text("m.py", text).expect("it can be read");
        let plan = engine.plan_source(source, &facts).plan;
        assert_eq!(plan.is_some(), expected, "{text}");
    }

    #[test]
    fn bases_are_followed_through_the_project() {
        let of_root = |text: &str, expected| check(text, "other.Root", expected);
        of_root(
            "from app import Base\nclass C(Base): pass\nseen(C())\n",
            true,
        );
        of_root("from app import Base\nseen(Base())\n", true);
        of_root("import app.base\nseen(app.base.Base())\n", true);
        of_root("from app import Plain\nseen(Plain())\n", false);
        of_root("from app import Gone\nseen(Gone())\n", false);
        of_root("from app import Base\ndef f(x: Base):\n    seen(x)\n", true);
        of_root("from app import make\nseen(make())\n", true);
    }

    #[test]
    fn stars_gather_a_tuple_or_a_dict() {
        let of_root = |text: &str, expected| {
            let text = format!("import other\nfrom typing import Annotated\n{text}");
            check(&text, "other.Root", expected);
        };
        of_root("def f(x: other.Root):\n    seen(x)\n", true);
        of_root("def f(*x: other.Root):\n    seen(x)\n", false);
        of_root("async def f(*x: 'other.Root'):\n    seen(x)\n", false);
        of_root("def f(**x: other.Root):\n    seen(x)\n", false);
        of_root("def f(*x: Annotated[other.Root, 1]):\n    seen(x)\n", false);
        of_root("def f(*x: *Ts):\n    seen(x)\n", false);
        of_root("def f(*x: P.args, **y: P.kwargs):\n    seen(x)\n", false);
        of_root("def f(*x: other.Root):\n    seen(x[0])\n", true);
        of_root(
            "def f(*x: other.Root):\n    for y in x:\n        seen(y)\n",
            true,
        );
        of_root("def f(*x: other.Root):\n    [seen(y) for y in x]\n", true);
        of_root(
            "def f(*x: other.Root):\n    for y, z in x:\n        seen(y)\n",
            false,
        );
        of_root(
            "def f(**x: other.Root):\n    for y in x:\n        seen(y)\n",
            false,
        );
        check("def f(*x: int):\n    seen(x)\n", "tuple", true);
    }

    #[test]
    fn bases_are_unwrapped() {
        let of_root = |text: &str, expected| {
            check(&format!("import other\n{text}"), "other.Root", expected);
        };
        of_root("class C(other.Root[int]): pass\nseen(C())\n", true);
        of_root("A = other.Root[int]\nclass C(A): pass\nseen(C())\n", true);
        of_root(
            "class B(other.Root): pass\nclass C[T](B[T]): pass\nseen(C())\n",
            true,
        );
        of_root("class C(made(other.Root)): pass\nseen(C())\n", false);
    }

    #[test]
    fn functions_of_the_project_make_coroutines() {
        check("from app import job\nseen(job())\n", "coroutine", true);
        check("from app import make\nseen(make())\n", "coroutine", false);
        check("from gone import job\nseen(job())\n", "coroutine", false);
    }

    #[test]
    fn what_a_module_hands_out_is_its_own() {
        check_word(
            "from app import thing\nseen(thing)\n",
            "name: app.thing",
            true,
        );
        check_word(
            "from app import thing\nseen(thing)\n",
            "name: other.thing",
            false,
        );
    }
}
