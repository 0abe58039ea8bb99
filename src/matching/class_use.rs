//! Whether any code uses a class: makes an object of it, derives from it, or names it.

use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, Expr, StmtClassDef};

use super::called_in::MAX_FILES;
use super::subject::Subject;
use crate::bind::scope::ScopeId;
use crate::project::{is_of_python, is_test};
use crate::python::tree::NodeId;
use crate::semantic::class::Class;

/// Returns whether a function is a method of a class of the file's own level that no code uses but imports and tests. A
/// library may make an object of a class below one of its own.
pub(super) fn is_of_unused_class(function: NodeId, subject: &Subject) -> bool {
    match subject.tree.parent_node(function) {
        AnyNodeRef::StmtClassDef(class) => {
            let known = &subject.answers.unused_classes;
            known.or_find(&subject.tree.id(class), || is_unused(class, subject))
        }
        _ => false,
    }
}

fn is_unused<'a>(class: &'a StmtClassDef, subject: &Subject<'a>) -> bool {
    let id = subject.tree.id(class);
    let is_plain = subject.names.scope_of(id) == ScopeId::MODULE && class.decorator_list.is_empty();
    let classes = subject.mro(&Class::Here(class));
    if !is_plain || !classes.iter().all(is_of_no_library) || names(subject, &class.name, Some(id)) {
        return false;
    }
    let files = subject.facts.mentioning(subject.path(), &class.name);
    let files: Vec<_> = files.take(MAX_FILES + 1).collect();
    let is_left_out = |path: &PathBuf| {
        let names_it = || subject.of_other_file(path, |other| names(other, &class.name, None));
        is_test(path) || names_it() == Some(false)
    };
    files.len() <= MAX_FILES && files.iter().all(is_left_out)
}

fn is_of_no_library(class: &Class) -> bool {
    class.is_of_project() || matches!(class, Class::Named(named) if is_of_python(&named.qualified))
}

/// Returns whether code of a file names a class, but for imports, `__all__`, and what stands in the class itself.
fn names(subject: &Subject, name: &str, class: Option<NodeId>) -> bool {
    let tree = subject.tree;
    let own = class.map(|class| tree.span(class));
    let mut others = tree
        .ids()
        .filter(|id| own.as_ref().is_none_or(|own| !own.contains(id)));
    others.any(|id| match tree.node(id) {
        AnyNodeRef::ExprName(it) => it.id == name,
        AnyNodeRef::ExprAttribute(it) => it.attr.as_str() == name,
        AnyNodeRef::ExprStringLiteral(it) => {
            let last = it.value.to_str().rsplit(['.', ':']).next();
            last == Some(name) && !is_handed_out(id, subject)
        }
        _ => false,
    })
}

/// Returns whether a text says that a file hands a name out.
fn is_handed_out(text: NodeId, subject: &Subject) -> bool {
    let targets = match subject.tree.parent_node(subject.tree.parent(text)) {
        AnyNodeRef::StmtAssign(it) => &it.targets[..],
        _ => &[],
    };
    targets
        .iter()
        .any(|it| matches!(it, Expr::Name(it) if it.id == "__all__"))
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "function: {callers: unused-class}";
        check_condition("g($at)", condition, text, lines);
    }

    const C: &str = "class C:\n    async def f(self):\n        g(1)\n";

    #[test]
    fn a_class_that_nothing_names_is_unused() {
        check(C, true);
        check(
            &format!("import abc\n{}", C.replace("C:", "C(abc.ABC):")),
            true,
        );
        check(
            &format!("class B:\n    pass\n{}", C.replace("C:", "C(B):")),
            true,
        );
        check(&format!("{C}__all__ = ['C']\n"), true);
        check(&format!("{C}    def h(self):\n        return C()\n"), true);
    }

    #[test]
    fn a_class_that_other_code_may_use_is_used() {
        for other in [
            "C()\n",
            "class D(C):\n    pass\n",
            "load('app.C')\n",
            "def h(it: 'C'):\n    pass\n",
        ] {
            check(&format!("{C}{other}"), false);
        }
        check(&format!("import lib\n@lib.add\n{C}"), false);
        check(
            &format!("import lib\n{}", C.replace("C:", "C(lib.B):")),
            false,
        );
        check("async def f():\n    g(1)\n", false);
    }
}
