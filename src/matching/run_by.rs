//! Does a task come by a function? What the task runs is followed through this file.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use rustc_hash::FxHashSet;

use super::kind::origins;
use super::site::{Site, any};
use super::subject::Subject;
use super::uses::is_parameter;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::MAX_FUNCTIONS;

/// What the captured task runs calls the function, or mentions it: a callback of it may be called any
/// time. Unknown where it is not seen what the task runs, or where that calls what it was given: a
/// parameter, or a method of its own that this file does not define.
pub(super) fn run_by(task: &str, function: NodeId, site: Site) -> Answer {
    let Some(task) = site.captures.expression(task) else {
        return Answer::Unknown;
    };
    any(origins(site.subject, task), |origin| match origin {
        Origin::Made(ExprRef::Call(call)) => match call.arguments.args.first() {
            Some(Expr::Call(coroutine)) => comes_by((&coroutine.func).into(), function, site),
            _ => Answer::Unknown,
        },
        _ => Answer::Unknown,
    })
}

/// Looks through what a call of the expression runs.
fn comes_by<'a>(callee: ExprRef<'a>, function: NodeId, site: Site<'_, '_, 'a>) -> Answer {
    let subject = site.subject;
    let mut open = subject.resolver.local_callables(callee);
    if open.is_empty() {
        return Answer::Unknown;
    }
    let mut seen: FxHashSet<NodeId> = FxHashSet::default();
    let mut answer = Answer::No;
    while let Some(definition) = open.pop() {
        let definition = subject.tree.id(definition);
        if definition == function {
            return Answer::Yes;
        }
        if !seen.insert(definition) || seen.len() > MAX_FUNCTIONS {
            continue;
        }
        for id in subject.tree.descendants(definition) {
            let Some(expression) = subject.tree.node(id).as_expr_ref() else {
                continue;
            };
            if !matches!(expression, ExprRef::Name(_) | ExprRef::Attribute(_)) {
                continue;
            }
            let here = subject.resolver.local_callables(expression);
            let is_called = matches!(subject.tree.parent_node(id), AnyNodeRef::ExprCall(call) if subject.tree.id(&*call.func) == id);
            if here.is_empty() && is_called && is_given(subject, expression) {
                answer = Answer::Unknown;
            }
            open.extend(here);
        }
    }
    answer
}

/// What is called was handed over, or is a method that another class defines.
fn is_given<'a>(subject: &Subject<'a>, callee: ExprRef<'a>) -> bool {
    match callee {
        ExprRef::Attribute(attribute) => subject.resolver.class_of_self(attribute).is_some(),
        other => is_parameter(subject, other),
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn a_task_comes_by_what_it_calls() {
        let text = "\
import asyncio
class Feed:
    def start(self):
        self.reader = asyncio.create_task(self.read())
        self.beater = None
        self.beater = asyncio.create_task(self.beat())
        self.other = asyncio.create_task(self.listen())
    async def read(self):
        self.lost()
    def lost(self):
        asyncio.get_running_loop().call_soon(self.stop)
    async def beat(self):
        print(await asyncio.sleep(1))
    async def listen(self):
        self.on_message()
    def stop(self):
        g(self.reader, 17)
        g(self.beater, 18)
        g(self.other, 19)
        g(self.unset, 20)
";
        let asks = |condition: &str, lines: &[usize]| {
            check_condition("g($t, $at)", condition, text, lines);
        };
        asks("function: {run-by: $t}", &[17]);
        asks("not: [{function: {run-by: $t}}]", &[18]);
    }
}
