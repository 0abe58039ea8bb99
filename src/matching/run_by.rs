//! Does a task come by a function? What the task runs is followed through this file.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::fate::fate;
use super::kind::origins;
use super::site::{Site, any};
use super::subject::Subject;
use super::uses::is_parameter;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Fate;
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
            Some(Expr::Call(coroutine)) => {
                let run = TaskRun {
                    subject: site.subject,
                    maker: (&call.func).into(),
                };
                run.comes_by((&coroutine.func).into(), function)
            }
            _ => Answer::Unknown,
        },
        _ => Answer::Unknown,
    })
}

/// What a task runs.
struct TaskRun<'s, 'a> {
    subject: &'s Subject<'a>,
    /// What made the task.
    maker: ExprRef<'a>,
}

/// Who runs what is called.
enum Runner {
    /// The task.
    Same,
    /// A task of its own.
    Other,
    /// What the coroutine is passed to decides.
    Unknown,
}

impl<'a> TaskRun<'_, 'a> {
    /// Looks through what a call of the expression runs.
    fn comes_by(&self, callee: ExprRef<'a>, function: NodeId) -> Answer {
        let subject = self.subject;
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
                let call = call_of(subject, id);
                if here.is_empty() && call.is_some() && is_given(subject, expression) {
                    answer = Answer::Unknown;
                }
                match call.map_or(Runner::Same, |call| self.runner(call, &here)) {
                    Runner::Same => open.extend(here),
                    Runner::Other => {}
                    Runner::Unknown => answer = Answer::Unknown,
                }
            }
        }
        answer
    }

    /// A coroutine runs where it is awaited. What made the task makes another one of each coroutine.
    fn runner(&self, call: NodeId, called: &[AnyNodeRef<'a>]) -> Runner {
        let subject = self.subject;
        let is_async =
            |def: &AnyNodeRef| matches!(def, AnyNodeRef::StmtFunctionDef(it) if it.is_async);
        let makes_coroutine = !called.is_empty() && called.iter().all(is_async);
        if !makes_coroutine || fate(subject, call) != Fate::Passed {
            return Runner::Same;
        }
        let mut around = subject.tree.ancestors(call);
        let taker = around.find_map(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprCall(taker) => Some((id, ExprRef::from(&taker.func))),
            _ => None,
        });
        match taker {
            Some((_, taker)) if self.is_maker(taker) => Runner::Other,
            Some((id, _)) if fate(subject, id) == Fate::Awaited => Runner::Same,
            _ => Runner::Unknown,
        }
    }

    fn is_maker(&self, callee: ExprRef<'a>) -> bool {
        let Subject { model, .. } = self.subject;
        let meaning = model.resolver.meaning(callee);
        let is_same = matches!(meaning, Meaning::Qualified(_))
            && meaning == model.resolver.meaning(self.maker);
        is_same || model.text()[callee.range()] == model.text()[self.maker.range()]
    }
}

/// Returns the call whose callee the node is.
fn call_of(subject: &Subject, callee: NodeId) -> Option<NodeId> {
    let parent = subject.tree.parent(callee);
    match subject.tree.node(parent) {
        AnyNodeRef::ExprCall(call) => (subject.tree.id(&*call.func) == callee).then_some(parent),
        _ => None,
    }
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
        self.maker = asyncio.create_task(self.make())
        self.passer = asyncio.create_task(self.hand_on())
        self.waiter = asyncio.create_task(self.wait())
    async def make(self):
        self.again = asyncio.create_task(self.end())
    async def hand_on(self):
        later(self.end())
    async def wait(self):
        await asyncio.wait_for(self.end(), 1)
    async def end(self):
        self.stop()
    async def read(self):
        self.lost()
    def lost(self):
        asyncio.get_running_loop().call_soon(self.stop)
    async def beat(self):
        print(await asyncio.sleep(1))
    async def listen(self):
        self.on_message()
    def stop(self):
        g(self.reader, 28)
        g(self.beater, 29)
        g(self.other, 30)
        g(self.unset, 31)
        g(self.maker, 32)
        g(self.passer, 33)
        g(self.waiter, 34)
";
        let asks = |condition: &str, lines: &[usize]| {
            check_condition("g($t, $at)", condition, text, lines);
        };
        asks("function: {run-by: $t}", &[28, 34]);
        asks("not: [{function: {run-by: $t}}]", &[29, 32]);
    }
}
