//! Does what runs end quietly when it is cancelled? Only what stands on a closed list surely does: it
//! waits for time to pass, or for functions of this file that do no more. Anything else is for a person.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, ExprCall, Stmt, StmtTry};

use super::runs::running;
use super::waits::{own_waits, waited};
use crate::bind::resolve::Meaning;
use crate::matching::handlers::is_for;
use crate::matching::place::{defined_name, line_of};
use crate::matching::subject::Subject;
use crate::python::stdlib::ENDINGS;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::plain::Awaits;
use crate::semantic::ways::left::exits;

pub(super) mod class;

pub(super) mod teardown;

/// What a cancellation comes as, and the class of all exceptions.
const CANCELLED: &[&str] = &[ENDINGS[0], ENDINGS[1]];

/// Returns why what a site starts may not end quietly where it is cancelled; `None`: it does.
pub(super) fn why_not(subject: &Subject, site: NodeId) -> Option<String> {
    let functions = running(subject, site);
    let quiet = Quiet {
        subject,
        functions: &functions,
    };
    if functions.is_empty() {
        let coroutine = match subject.tree.node(site) {
            AnyNodeRef::ExprCall(call) => call.arguments.args.first(),
            _ => None,
        };
        let sleeps = coroutine.is_some_and(|it| quiet.passes(it));
        return (!sleeps).then(|| "the code that runs is not in this file".to_owned());
    }
    let mut waiting = functions.iter().copied().filter(|it| subject.is_async(*it));
    let doubt = waiting.find_map(|function| quiet.doubt_in(function));
    let doubt = doubt.or_else(|| quiet.may_fail_instead());
    let said = |id| {
        let function = subject.context.enclosing_function(id);
        let function = function.map_or("what runs", |it| defined_name(subject, it));
        format!(
            "`{function}` has `{}` in {}",
            first_line(subject, id),
            line_of(subject, id)
        )
    };
    let stands = || class::replaced(subject, functions.iter().copied());
    doubt.map(said).or_else(stands)
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
}

impl<'a> Quiet<'_, 'a> {
    /// The first node of a function at which a cancellation may not just end it.
    fn doubt_in(&self, function: NodeId) -> Option<NodeId> {
        let tree = self.subject.tree;
        self.subject.context.own_nodes(function).find_map(|id| {
            let is_doubtful = match tree.node(id) {
                AnyNodeRef::ExprAwait(it) => !self.passes(&it.value),
                // What a context manager makes of the cancellation is its own matter.
                AnyNodeRef::StmtWith(it) => it.is_async || self.waits_in(function, id),
                AnyNodeRef::StmtTry(it) => return self.doubt_in_try(function, it),
                node => !waited(node).is_empty(),
            };
            is_doubtful.then_some(id)
        })
    }

    fn waits_in(&self, function: NodeId, whole: NodeId) -> bool {
        own_waits(self.subject, function).any(|id| self.subject.tree.contains(whole, id))
    }

    /// Who waits so is woken by time, or by one of the functions.
    fn passes(&self, value: &'a Expr) -> bool {
        let Expr::Call(call) = value else {
            return false;
        };
        let defs = self.subject.resolver.local_callables((&call.func).into());
        let defs = defs.into_iter().map(|def| self.subject.tree.id(def));
        let defs: Vec<NodeId> = defs.collect();
        let runs = |def: &NodeId| self.functions.contains(def) && self.subject.is_async(*def);
        match defs.is_empty() {
            true => waits_for_time(self.subject, call),
            false => defs.iter().all(runs),
        }
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

/// The call is of a function that waits for nothing but time.
fn waits_for_time<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let meaning = subject.resolver.meaning((&call.func).into());
    matches!(meaning, Meaning::Qualified(name)
        if subject.own.function(&name).awaits == Some(Awaits::Time))
}

/// It waits for no time at all: only others get their turn.
fn gives_turn<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let is_zero = |it: &Expr| {
        let number = it.as_number_literal_expr();
        number.is_some_and(|it| it.value.as_int().is_some_and(|it| it.as_u8() == Some(0)))
    };
    waits_for_time(subject, call) && call.arguments.args.first().is_some_and(is_zero)
}
