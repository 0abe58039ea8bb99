//! May an exception leave a function of this file, or does its own code take them all?
//!
//! A recipe says what cannot fail: an await, a `with` that takes what its body raises, an `except` of
//! what is no failure. What stands outside of a `try` that takes every `Exception` and waits for nothing is taken not to
//! fail, a `raise` aside: it is what begins a loop, and tells that it does.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, ExprRef, StmtFunctionDef, StmtTry};
use ruff_text_size::Ranged;

use super::handlers::is_for;
use super::site::{Evidence, Site, any};
use crate::bind::block::BlockRole;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// What a handler has to name to take all that tells of a failure.
const ALL: [&str; 2] = ["Exception", "BaseException"];

/// Returns whether an exception may leave what the expression calls, by something else than what fits
/// one of the patterns; unknown where its code is not in this file.
pub(super) fn fails<'r, 'a>(
    harmless: &'r [Guarded],
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let callee = match expression {
        ExprRef::Call(call) => (&call.func).into(),
        other => other,
    };
    let defs = subject.resolver.local_callables(callee);
    let answer = match defs.is_empty() {
        true => Answer::Unknown,
        false => any(defs, |def| match def {
            AnyNodeRef::StmtFunctionDef(def) if !subject.resolver.is_decorated(def) => {
                Body { harmless, site }.fails(def)
            }
            _ => Answer::Unknown,
        }),
    };
    if answer == Answer::Unknown {
        let text = &subject.text()[callee.range()];
        evidence
            .unknown
            .push(format!("the code of `{text}` is not in this file"));
    }
    answer
}

/// A function's code.
#[derive(Clone, Copy)]
struct Body<'s, 'r, 'a> {
    harmless: &'r [Guarded],
    site: Site<'s, 'r, 'a>,
}

impl<'a> Body<'_, '_, 'a> {
    fn fails(self, def: &'a StmtFunctionDef) -> Answer {
        let subject = self.site.subject;
        let id = subject.tree.id(def);
        let takes_all = |id| match subject.tree.node(id) {
            AnyNodeRef::StmtTry(it) => self.takes_all(it),
            AnyNodeRef::WithItem(item) => self.is_harmless(item.into()),
            _ => false,
        };
        let mut inside = subject.context.own_nodes(id);
        Answer::from(match subject.context.own_nodes(id).any(takes_all) {
            true => inside.any(|id| self.may_fail(id) && !self.is_kept(id)),
            false => inside.any(|id| self.does_something(id)),
        })
    }

    /// It waits for something that may fail, or raises.
    fn may_fail(self, id: NodeId) -> bool {
        match self.site.subject.tree.node(id) {
            AnyNodeRef::ExprAwait(it) => !self.is_harmless(it.into()),
            AnyNodeRef::StmtFor(it) => it.is_async,
            AnyNodeRef::StmtWith(it) => it.is_async,
            AnyNodeRef::Comprehension(it) => it.is_async,
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => true,
            node => node.is_stmt_raise(),
        }
    }

    /// What a node raises does not leave the function: something around takes all, or it is raised again from what
    /// cannot fail. What handlers do besides is taken not to fail.
    fn is_kept(self, id: NodeId) -> bool {
        let tree = self.site.subject.tree;
        let is_raise = tree.node(id).is_stmt_raise();
        let mut around = self.site.subject.context.enclosing_statements(id);
        around.any(|it| match (it.role, tree.node(it.statement)) {
            (BlockRole::Try, AnyNodeRef::StmtTry(statement)) => self.takes_all(statement),
            (BlockRole::Except, _) => !is_raise || self.is_harmless(tree.node(it.owner)),
            (BlockRole::With, AnyNodeRef::StmtWith(statement)) => {
                let mut items = statement.items.iter();
                !statement.is_async && items.any(|item| self.is_harmless(item.into()))
            }
            _ => false,
        })
    }

    fn takes_all(self, it: &'a StmtTry) -> bool {
        let mut handlers = it.handlers.iter();
        handlers.any(|handler| {
            let ExceptHandler::ExceptHandler(inner) = handler;
            let spelled = inner.type_.as_deref().and_then(|it| it.as_name_expr());
            // What a star import may hide is taken for what it is called.
            spelled.is_some_and(|name| ALL.contains(&name.id.as_str()))
                || is_for(self.site.subject, handler, &ALL).is_yes()
        })
    }

    /// It calls something, waits for it, or raises: but for what cannot fail.
    fn does_something(self, id: NodeId) -> bool {
        let tree = self.site.subject.tree;
        match tree.node(id) {
            AnyNodeRef::ExprCall(_) => !self.is_harmless(tree.parent_node(id)),
            AnyNodeRef::StmtFor(it) => it.is_async,
            AnyNodeRef::StmtWith(it) => it.is_async,
            AnyNodeRef::ExprAwait(it) => !self.is_harmless(it.into()),
            node => node.is_stmt_raise(),
        }
    }

    fn is_harmless(self, node: AnyNodeRef<'a>) -> bool {
        self.site.fits_any(self.harmless, node).is_yes()
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(body: &str, expected: bool) {
        let body = body.replace('\n', "\n    ");
        let text =
            format!("import asyncio\nimport contextlib\nasync def f():\n    {body}\n\ng(f(), 1)\n");
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "$x: {fails-but-for: [await asyncio.sleep($*_), \"except asyncio.CancelledError\", with contextlib.suppress(Exception)]}";
        check_condition("g($x, $at)", condition, &text, lines);
        let lines: &[usize] = if expected { &[] } else { &[1] };
        check_condition(
            "g($x, $at)",
            &format!("not: [{{{condition}}}]"),
            &text,
            lines,
        );
    }

    #[test]
    fn a_function_that_takes_all_lets_nothing_out() {
        check("try:\n    await a()\nexcept Exception:\n    log(1)", false);
        check(
            "begin()\nwhile True:\n    await asyncio.sleep(1)\n    try:\n        await a()\n    except:\n        pass",
            false,
        );
        check(
            "try:\n    await a()\nexcept asyncio.CancelledError:\n    raise\nexcept Exception:\n    log(1)",
            false,
        );
        check("await asyncio.sleep(x)\nreturn 1", false);
        check("with contextlib.suppress(Exception):\n    await a()", false);
        check(
            "if a:\n    return\nfor x in y:\n    try:\n        await a(x)\n    except BaseException as e:\n        print(e)",
            false,
        );
    }

    #[test]
    fn what_stands_outside_or_is_raised_again_leaves_it() {
        check("a()", true);
        check("raise a", true);
        check("await a", true);
        check("await a()", true);
        check("try:\n    await a()\nexcept ValueError:\n    pass", true);
        check("try:\n    await a()\nexcept Exception:\n    raise", true);
        check(
            "try:\n    await a()\nexcept ValueError:\n    raise\nexcept Exception:\n    pass",
            true,
        );
        check(
            "await b()\ntry:\n    await a()\nexcept Exception:\n    pass",
            true,
        );
        check(
            "try:\n    await a()\nexcept Exception:\n    pass\nfinally:\n    await b()",
            true,
        );
        check(
            "async with b:\n    try:\n        await a()\n    except Exception:\n        pass",
            true,
        );
        check(
            "async for x in y:\n    try:\n        await a()\n    except Exception:\n        pass",
            true,
        );
    }

    #[test]
    fn code_that_is_not_here_is_not_known() {
        for condition in [
            "$x: {fails-but-for: a()}",
            "not: [{$x: {fails-but-for: a()}}]",
        ] {
            check_condition("g($x, $at)", condition, "from a import f\ng(f(), 2)\n", &[]);
        }
    }
}
