//! Does one task run all functions of a file? Then nothing else of it runs while that one waits.
//!
//! Only where all is seen: each coroutine is awaited where it is called, or given to a call that runs it to
//! its end, and no function is handed to code that may call it at any time.

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef, StmtFunctionDef};

use super::place::place;
use super::role::references;
use super::site::Site;
use super::subject::Subject;
use crate::bind::base::Base;
use crate::bind::resolve::Meaning;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, Place};

/// Decorators of the language after which a method is called where it is named.
const PLAIN: [&str; 3] = ["classmethod", "property", "staticmethod"];

/// Returns whether one task runs all functions of the file: `runners` run what they are given to its end.
pub(super) fn is_all<'r>(runners: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let known = &site.subject.answers.one_task;
    known
        .or_find(&runners.as_ptr(), || finds(runners, site))
        .into()
}

fn finds<'r>(runners: &'r [Guarded], site: Site<'_, 'r, '_>) -> bool {
    let subject = site.subject;
    let is_alone = |id: NodeId| match subject.tree.node(id) {
        AnyNodeRef::StmtFunctionDef(def) => is_called_here(id, def, runners, site),
        AnyNodeRef::StmtClassDef(class) => is_own(class, subject),
        _ => true,
    };
    subject.facts.imported_elsewhere(subject.path()).is_none()
        && !subject.facts.is_console_script(subject.path())
        && subject.tree.ids().all(is_alone)
}

/// A class of somebody else may call methods that a class derived from it has.
fn is_own<'a>(class: &'a StmtClassDef, subject: &Subject<'a>) -> bool {
    let has_method = |statement: &ruff_python_ast::Stmt| {
        statement
            .as_function_def_stmt()
            .is_some_and(|def| !stdlib::is_dunder(&def.name))
    };
    let is_known = |base: Base| match base {
        Base::Here(_) => true,
        Base::There(name) => stdlib::is_empty(&name),
        Base::Unread(_) => false,
    };
    let mut bases = subject.resolver.bases(class).into_iter();
    class.decorator_list.is_empty() && bases.all(is_known) || !class.body.iter().any(has_method)
}

/// Every use of a def calls it, and waits for its end.
fn is_called_here<'r, 'a>(
    id: NodeId,
    def: &'a StmtFunctionDef,
    runners: &'r [Guarded],
    site: Site<'_, 'r, 'a>,
) -> bool {
    let subject = site.subject;
    if stdlib::is_dunder(&def.name) && subject.context.is_method(id) {
        return true;
    }
    if !is_undecorated(def, subject) || subject.is_mentioned(&def.name) {
        return false;
    }
    let uses = references(id, subject);
    let is_property = def.decorator_list.iter().any(|it| {
        let name = it.expression.as_name_expr();
        name.is_some_and(|name| name.id.as_str() == "property")
    });
    let waits = |node: NodeId| {
        let parent = subject.tree.parent(node);
        // Nobody knows when a lambda is called.
        if place(subject, node) == Place::Lambda {
            return false;
        }
        match subject.tree.node(parent) {
            AnyNodeRef::ExprCall(call) if subject.tree.id(&*call.func) == node => {
                !def.is_async || is_awaited(parent, runners, site)
            }
            _ => is_property && !def.is_async,
        }
    };
    // Somebody else may call what nobody calls here.
    !(def.is_async && uses.is_empty()) && uses.iter().all(|(node, _)| waits(*node))
}

/// A coroutine is awaited, gone over, or given to what runs it.
fn is_awaited<'r>(call: NodeId, runners: &'r [Guarded], site: Site<'_, 'r, '_>) -> bool {
    let tree = site.subject.tree;
    match tree.parent_node(call) {
        AnyNodeRef::ExprAwait(_) => true,
        AnyNodeRef::StmtFor(it) => it.is_async,
        AnyNodeRef::Comprehension(it) => it.is_async,
        AnyNodeRef::Arguments(_) => {
            let runner = tree.parent_node(tree.parent(call));
            site.fits_any(runners, runner).is_yes()
        }
        _ => false,
    }
}

fn is_undecorated<'a>(def: &'a StmtFunctionDef, subject: &Subject<'a>) -> bool {
    def.decorator_list.iter().all(|decorator| {
        let meaning = subject
            .resolver
            .meaning(ExprRef::from(&decorator.expression));
        matches!(meaning, Meaning::Qualified(name) if PLAIN.contains(&name.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let text = format!("import lib\n{text}\n");
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "file: {one-task: lib.run($_)}";
        check_condition("g($at)", condition, &text, lines);
    }

    const MAIN: &str = "async def main():\n    await one()\n    g(1)\nasync def one():\n    C().n\nclass C:\n    @property\n    def n(self):\n        return 1\n";

    #[test]
    fn where_each_coroutine_is_awaited_one_task_runs_all() {
        check(&format!("{MAIN}lib.run(main())"), true);
        check(
            &format!("{MAIN}if __name__ == '__main__':\n    lib.run(main())"),
            true,
        );
    }

    #[test]
    fn where_a_function_is_handed_out_others_may_run_it() {
        for use_ in [
            "lib.other(main())",
            "lib.run(main)",
            "lib.run(lib.all(main(), main()))",
            "lib.run(main())\nlib.at(one)",
            "lib.run(main())\nasync def more(): pass",
            "lib.run(main())\n@lib.task\ndef more(): pass",
            "lib.run(main())\nclass D(lib.Base):\n    def more(self): pass",
            "lib.run(main())\nlib.thread(lambda: C().n)",
        ] {
            check(&format!("{MAIN}{use_}"), false);
        }
        check(MAIN, false);
    }
}
