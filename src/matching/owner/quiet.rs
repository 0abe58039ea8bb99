//! Does what runs end quietly when it is cancelled? Only what stands on a closed list surely does: it
//! waits for time to pass, or for functions of this file that do no more. Anything else is for a person.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, ExprCall, Stmt, StmtTry, WithItem};

use super::runs::{coroutine, running};
use super::waits::{awaits_of, own_waits, waited};
use crate::bind::resolve::Meaning;
use crate::matching::handlers::is_for;
use crate::matching::kind::is_surely;
use crate::matching::place::{defined_name, line_of};
use crate::matching::subject::Subject;
use crate::python::stdlib::ENDINGS;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::plain::Awaits;
use crate::semantic::ways::left::exits;

pub(super) mod class;

pub(super) mod teardown;

mod there;

/// What a cancellation comes as, and the class of all exceptions.
const CANCELLED: &[&str] = &[ENDINGS[0], ENDINGS[1]];

/// Who cancels what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cancelled {
    /// The code does it already.
    Already,
    /// A change adds it: what still waits to be taken, as of a queue, would be lost.
    Newly,
}

/// Returns why what a site starts may not end quietly where it is cancelled; `None`: it does.
pub(super) fn why_not(subject: &Subject, site: NodeId, cancelled: Cancelled) -> Option<String> {
    let functions = running(subject, site);
    if functions.is_empty() {
        return there::why_not(subject, coroutine(subject, site), cancelled);
    }
    of_functions(subject, &functions, cancelled)
        .or_else(|| class::replaced(subject, functions.iter().copied()))
}

/// Returns whether functions of this file surely do, but for what they wait for.
pub(super) fn ends(subject: &Subject, functions: &[NodeId]) -> bool {
    !functions.is_empty() && of_functions(subject, functions, Cancelled::Already).is_none()
}

/// Why code of this file may not end quietly.
fn of_functions(subject: &Subject, functions: &[NodeId], cancelled: Cancelled) -> Option<String> {
    let quiet = Quiet {
        subject,
        functions,
        cancelled,
    };
    let mut waiting = functions.iter().copied().filter(|it| subject.is_async(*it));
    let doubt = waiting.find_map(|function| quiet.doubt_in(function));
    let id = doubt.or_else(|| quiet.may_fail_instead())?;
    let function = subject.context.enclosing_function(id);
    let function = function.map_or("what runs", |it| defined_name(subject, it));
    Some(format!(
        "`{function}` has `{}` in {}",
        first_line(subject, id),
        line_of(subject, id)
    ))
}

/// The first line of a node's code, without the colon of a header.
fn first_line(subject: &Subject, id: NodeId) -> String {
    let code = subject.first_line(subject.tree.range(id));
    code.trim_end_matches(':').to_owned()
}

/// What runs: the defs that it comes to.
struct Quiet<'s, 'a> {
    subject: &'s Subject<'a>,
    functions: &'s [NodeId],
    cancelled: Cancelled,
}

impl<'a> Quiet<'_, 'a> {
    /// The first node of a function at which a cancellation may not just end it.
    fn doubt_in(&self, function: NodeId) -> Option<NodeId> {
        let tree = self.subject.tree;
        self.subject.context.own_nodes(function).find_map(|id| {
            let is_doubtful = match tree.node(id) {
                AnyNodeRef::ExprAwait(it) => !self.passes(&it.value),
                // What a context manager makes of the cancellation is its own matter.
                AnyNodeRef::StmtWith(it) if it.is_async => !self.enters(&it.items),
                AnyNodeRef::StmtWith(_) => self.waits_in(function, id),
                AnyNodeRef::StmtFor(it) if it.is_async => !self.is_woken(&it.iter, "__aiter__"),
                AnyNodeRef::StmtTry(it) => return self.doubt_in_try(function, it),
                node => !waited(node).is_empty(),
            };
            is_doubtful.then_some(id)
        })
    }

    fn waits_in(&self, function: NodeId, whole: NodeId) -> bool {
        own_waits(self.subject, function).any(|id| self.subject.tree.contains(whole, id))
    }

    /// Who waits so is woken by time, by other code, or by one of the functions.
    fn passes(&self, value: &'a Expr) -> bool {
        let Expr::Call(call) = value else {
            return self.is_woken(value, "__await__");
        };
        let defs = self.called(call);
        let runs = |def: &NodeId| self.functions.contains(def) && self.subject.is_async(*def);
        match defs.is_empty() {
            true => self.passes_outside(call),
            false => defs.iter().all(runs),
        }
    }

    /// A function or method of no file of the project waits so.
    fn passes_outside(&self, call: &'a ExprCall) -> bool {
        let args = &call.arguments.args;
        match awaits_of(self.subject, call) {
            Some(Awaits::Time) => true,
            _ if self.cancelled == Cancelled::Newly => false,
            Some(Awaits::Passes) => args.first().is_some_and(|it| self.passes(it)),
            Some(Awaits::All) => args.iter().all(|it| self.passes(it)),
            _ => match &*call.func {
                Expr::Attribute(it) => self.is_woken(&it.value, &it.attr),
                _ => false,
            },
        }
    }

    /// All context managers wait so, and do no more where they are left.
    fn enters(&self, items: &'a [WithItem]) -> bool {
        let mut entered = items.iter().map(|it| &it.context_expr);
        entered.all(|it| self.is_woken(it, "__aenter__"))
    }

    /// Other code wakes who waits by such a method of the value.
    fn is_woken(&self, value: &'a Expr, method: &str) -> bool {
        let mut classes = self.subject.own.woken(method).iter();
        self.cancelled == Cancelled::Already
            && classes.any(|class| is_surely(self.subject, value.into(), class))
    }

    /// The first part of the statement that may keep the cancellation, or wait for long once it came.
    fn doubt_in_try(&self, function: NodeId, statement: &'a StmtTry) -> Option<NodeId> {
        let tree = self.subject.tree;
        if !self.waits_in(function, tree.id(statement)) {
            return None;
        }
        let may_keep = |handler: &&'a ExceptHandler| {
            is_for(self.subject, handler, CANCELLED) != Answer::No
                && !self.hands_on(function, handler)
                && !self.ends_with(function, statement, handler)
        };
        if let Some(handler) = statement.handlers.iter().find(may_keep) {
            return Some(tree.id(handler));
        }
        let last = statement.finalbody.iter();
        last.map(|it| tree.id(it))
            .find_map(|last| self.leaves_or_waits(function, last))
    }

    /// The handler ends by raising again what it took, and neither waits nor leaves before.
    fn hands_on(&self, function: NodeId, handler: &'a ExceptHandler) -> bool {
        let ExceptHandler::ExceptHandler(inner) = handler;
        let Some((Stmt::Raise(last), before)) = inner.body.split_last() else {
            return false;
        };
        let tree = self.subject.tree;
        let mut nodes = before.iter().map(|it| tree.id(it));
        last.exc.is_none() && nodes.all(|id| self.leaves_or_waits(function, id).is_none())
    }

    /// What runs ends with the handler, which neither waits nor goes another way before.
    fn ends_with(
        &self,
        function: NodeId,
        statement: &'a StmtTry,
        handler: &'a ExceptHandler,
    ) -> bool {
        let ExceptHandler::ExceptHandler(inner) = handler;
        let Some((last, before)) = inner.body.split_last() else {
            return false;
        };
        let tree = self.subject.tree;
        let mut before = before.iter().map(|it| tree.id(it));
        before.all(|id| self.leaves_or_waits(function, id).is_none())
            && self.leaves_for_good(function, tree.id(statement), last)
            && !self.is_run_by_another(function)
    }

    /// No code that waits follows the last statement of a handler of the `try`.
    fn leaves_for_good(&self, function: NodeId, whole: NodeId, last: &'a Stmt) -> bool {
        let tree = self.subject.tree;
        let around = tree.ancestors(whole).take_while(|id| *id != function);
        let mut loops = around.filter(|id| {
            let node = tree.node(*id);
            node.is_stmt_for() || node.is_stmt_while()
        });
        let is_last = |id: NodeId| {
            let end = tree.range(id).end();
            let mut waits = own_waits(self.subject, function);
            !waits.any(|it| tree.range(it).start() >= end)
        };
        let id = tree.id(last);
        match (last, loops.next(), loops.next()) {
            (Stmt::Return(_), ..) => !self.waits_in(function, id),
            (Stmt::Break(_), Some(only), None) => is_last(only),
            (_, None, _) => self.leaves_or_waits(function, id).is_none() && is_last(whole),
            _ => false,
        }
    }

    /// Another of the functions calls it, and goes on after it.
    fn is_run_by_another(&self, function: NodeId) -> bool {
        let context = self.subject.context;
        let mut own = self.functions.iter().flat_map(|it| context.own_nodes(*it));
        own.any(|id| match self.subject.tree.node(id) {
            AnyNodeRef::ExprCall(call) => self.called(call).contains(&function),
            _ => false,
        })
    }

    /// The defs of this file that a call may run.
    fn called(&self, call: &'a ExprCall) -> Vec<NodeId> {
        let defs = self.subject.resolver.local_callables((&call.func).into());
        defs.into_iter()
            .map(|def| self.subject.tree.id(def))
            .collect()
    }

    /// Where a statement on the way out goes another way, or waits for more than its turn.
    fn leaves_or_waits(&self, function: NodeId, whole: NodeId) -> Option<NodeId> {
        let tree = self.subject.tree;
        let is_turn = |it: &'a Expr| {
            let call = it.as_call_expr();
            call.is_some_and(|call| gives_turn(self.subject, call))
        };
        let waits = |id: &NodeId| !waited(tree.node(*id)).into_iter().all(is_turn);
        let mut own = own_waits(self.subject, function).filter(|id| tree.contains(whole, *id));
        let left = exits(self.subject, whole).next().map(|(id, _)| id);
        left.into_iter().chain(own.find(waits)).min()
    }

    /// What is done on the way out may raise an error, which takes the place of the cancellation, and
    /// something further out goes on after errors.
    fn may_fail_instead(&self) -> Option<NodeId> {
        let waiting = self
            .functions
            .iter()
            .filter(|it| self.subject.is_async(**it));
        let (mut goes_on, mut fails) = (false, None);
        for function in waiting {
            for id in self.subject.tree.descendants(*function) {
                let AnyNodeRef::StmtTry(statement) = self.subject.tree.node(id) else {
                    continue;
                };
                if !self.waits_in(*function, id) {
                    continue;
                }
                for handler in &statement.handlers {
                    let ExceptHandler::ExceptHandler(inner) = handler;
                    match is_for(self.subject, handler, CANCELLED) {
                        Answer::No => goes_on = true,
                        _ => fails = fails.or_else(|| self.call_that_may_fail(&inner.body)),
                    }
                }
                fails = fails.or_else(|| self.call_that_may_fail(&statement.finalbody));
            }
        }
        fails.filter(|_| goes_on)
    }

    /// The first call that is not one of Python's own functions that are known.
    fn call_that_may_fail(&self, body: &'a [Stmt]) -> Option<NodeId> {
        let tree = self.subject.tree;
        let mut nodes = body.iter().flat_map(|it| tree.descendants(tree.id(it)));
        nodes.find(|id| match tree.node(*id) {
            AnyNodeRef::ExprCall(call) => {
                let meaning = self.subject.resolver.meaning((&call.func).into());
                !matches!(meaning, Meaning::Qualified(name)
                    if self.subject.own.function(&name).is_known())
            }
            _ => false,
        })
    }
}

/// It waits for no time at all: only others get their turn.
fn gives_turn<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let is_zero = |it: &Expr| {
        let number = it.as_number_literal_expr();
        number.is_some_and(|it| it.value.as_int().is_some_and(|it| it.as_u8() == Some(0)))
    };
    awaits_of(subject, call) == Some(Awaits::Time)
        && call.arguments.args.first().is_some_and(is_zero)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Checks which of the tasks `self.t1`, `self.t2` … surely end at once, each with the code of its coroutine.
    #[track_caller]
    fn check(bodies: &[&str], expected: &[usize]) {
        let mut text = "import asyncio\nclass A:\n    def __init__(self):\n        self.q = asyncio.Queue()\n        self.e = asyncio.Event()\n        self.l = asyncio.Lock()\n        self.c = asyncio.Condition()\n".to_owned();
        for n in 1..=bodies.len() {
            text.push_str(&format!(
                "        self.t{n} = asyncio.create_task(self.f{n}())\n"
            ));
        }
        for (n, body) in (1..).zip(bodies) {
            text.push_str(&format!(
                "    async def f{n}(self, given=None):\n        while True:\n            {body}\n"
            ));
        }
        text.push_str("    def stop(self):\n");
        for n in 1..=bodies.len() {
            text.push_str(&format!("        g(self.t{n}, {n})\n"));
        }
        check_condition("g($t, $at)", "$t: {ends-at-once: true}", &text, expected);
    }

    #[test]
    fn who_waits_for_an_object_of_asyncio_ends_at_once() {
        let bodies = [
            "await self.q.get()",
            "await asyncio.wait_for(self.e.wait(), timeout=1)",
            "await asyncio.gather(self.e.wait(), asyncio.sleep(1))",
            "async with self.l: await asyncio.sleep(1)",
            "await asyncio.sleep(1)",
        ];
        check(&bodies, &[1, 2, 3, 4, 5]);
    }

    #[test]
    fn who_takes_the_cancellation_and_ends_ends_at_once() {
        let bodies = [
            "try: await asyncio.sleep(1)\n            except asyncio.CancelledError: break",
            "try: await asyncio.sleep(1)\n            except asyncio.CancelledError:\n                print(1)\n                return",
            "pass\n        try: await asyncio.sleep(1)\n        except asyncio.CancelledError: print(1)",
            // These go on.
            "try: await asyncio.sleep(1)\n            except asyncio.CancelledError: print(1)",
            "try: await asyncio.sleep(1)\n            except asyncio.CancelledError: break\n        await asyncio.sleep(1)",
            "try: await asyncio.sleep(1)\n            except asyncio.CancelledError: await asyncio.sleep(1)",
            "try: await self.g()\n            except ValueError: pass\n    async def g(self):\n        try: await asyncio.sleep(1)\n        except asyncio.CancelledError: print(1)",
        ];
        check(&bodies, &[1, 2, 3]);
    }

    #[test]
    fn who_waits_for_anything_else_may_not() {
        let bodies = [
            "await self.c.wait()",
            "await given.get()",
            "await asyncio.shield(self.e.wait())",
            "async with given: await asyncio.sleep(1)",
            "await asyncio.to_thread(print)",
        ];
        check(&bodies, &[]);
    }
}
