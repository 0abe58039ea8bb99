//! Is a file written for another Python than CPython? What it imports says so, or what a file beside it imports.
//!
//! The asyncio of such a Python has the same names and other rules: that of MicroPython keeps each task, and its tasks
//! have no callbacks (<https://docs.micropython.org/en/latest/library/asyncio.html>).

use std::path::Path;

use ruff_python_ast::Stmt;

use super::analysis::parse;
use super::elsewhere::is_foreign;
use super::subject::Subject;
use crate::python::parse::Module;
use crate::recipe::answer::Answer;

/// Returns that Python, and the module that only it has; `None`: CPython may run the file.
pub(super) fn other_python<'s>(subject: &'s Subject) -> Option<(&'s str, &'s str)> {
    let rows = &subject.tables.other_pythons;
    let tells = |module: &str| {
        let is_named = imports(subject.module, module) || is_imported_beside(subject, module);
        // The project may have a module of that name.
        is_named && is_foreign(subject, module) == Answer::Yes
    };
    let find = || rows.iter().position(|(module, _)| tells(module));
    let place = *subject.answers.other_python.get_or_init(find);
    let (module, python) = rows.get(place?)?;
    Some((python, module))
}

/// Returns whether another file of the same folder imports a module.
fn is_imported_beside(subject: &Subject, module: &str) -> bool {
    let (facts, own) = (subject.facts, subject.path());
    let name = |path: &Path| facts.name_in_project(path);
    let own_name = name(own);
    let users = facts.users_of(own, module);
    let mut beside = users.iter().filter(|path| {
        let path = name(path);
        path != own_name && path.parent() == own_name.parent()
    });
    beside.any(|path| {
        facts.note(path);
        let source = facts.source(path);
        let read = source.and_then(|source| parse(&source, subject.target, facts).ok());
        read.is_some_and(|read| imports(&read, module))
    })
}

/// Returns whether a file imports a module wherever it runs: an import in a `try`, a branch or a function may have
/// something else in its place.
fn imports(file: &Module, module: &str) -> bool {
    let is_of = |name: &str| name.split('.').next() == Some(module);
    file.statements().any(|statement| match statement {
        Stmt::Import(it) => it.names.iter().any(|alias| is_of(&alias.name)),
        Stmt::ImportFrom(it) => it.level == 0 && it.module.as_deref().is_some_and(is_of),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn a_file_for_another_python_has_no_sites() {
        for (head, is_site) in [
            ("import machine", false),
            ("import machine as board", false),
            ("from machine import Pin", false),
            ("import uasyncio.core", false),
            ("from .machine import Pin", true),
            ("import machines", true),
            (
                "try:\n    import machine\nexcept ImportError:\n    machine = None",
                true,
            ),
            ("def pins():\n    import machine", true),
        ] {
            let text = format!("{head}\ng(2)\n");
            let expected: &[usize] = if is_site { &[2] } else { &[] };
            check_condition("g($at)", "not: {inside: function}", &text, expected);
        }
    }
}
