//! Does a task come by a function? What the task runs is followed through this file.

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, ExprRef};
use rustc_hash::FxHashSet;

use super::declared::given_values;
use super::mentioned::{called, mentioned};
use super::place::defined_name;
use super::site::{Site, any};
use super::subject::Subject;
use super::uses::is_parameter;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::MAX_FUNCTIONS;
use crate::semantic::call::Target;

/// What the captured task runs calls the function, or mentions it: a callback of it may be called any
/// time. Unknown where it is not seen what the task runs, or where that calls what it was given: a
/// parameter, or a method of its own that this file does not define; and where a coroutine that comes by it is only
/// handed to other code, which may run it in another task.
pub(super) fn run_by(task: &str, function: NodeId, site: Site) -> Answer {
    let Some(task) = site.captures.expression(task) else {
        return Answer::Unknown;
    };
    any(given_values(site.subject, task), |origin| match origin {
        Origin::Made(ExprRef::Call(call)) => match call.arguments.args.first() {
            Some(Expr::Call(coroutine)) => {
                let run = TaskRun {
                    subject: site.subject,
                    maker: (&call.func).into(),
                };
                let comes_by = |surely| run.comes_by((&coroutine.func).into(), function, surely);
                match comes_by(false) {
                    Answer::Yes if !comes_by(true).is_yes() => Answer::Unknown,
                    answer => answer,
                }
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

/// Defs that a task of its own runs, and the last name under which that is kept: who reads it may wait for it.
type Apart<'a> = (Option<&'a str>, Vec<AnyNodeRef<'a>>);

impl<'a> TaskRun<'_, 'a> {
    /// Looks through what a call of the expression runs; `surely`: not through what it hands to other code.
    fn comes_by(&self, callee: ExprRef<'a>, function: NodeId, surely: bool) -> Answer {
        let subject = self.subject;
        let mut open = subject.resolver.local_callables(callee);
        if open.is_empty() {
            return self.comes_by_there(callee, function);
        }
        let mut seen: FxHashSet<NodeId> = FxHashSet::default();
        let mut apart: Vec<Apart<'a>> = Vec::new();
        let mut read: FxHashSet<&str> = FxHashSet::default();
        let mut answer = Answer::No;
        while let Some(definition) = open.pop() {
            let definition = subject.tree.id(definition);
            if definition == function {
                return Answer::Yes;
            }
            if seen.insert(definition) && seen.len() <= MAX_FUNCTIONS {
                for id in subject.tree.descendants(definition) {
                    read.extend(self.waited(id));
                    let Some(expression) = named(subject, id) else {
                        continue;
                    };
                    let here = subject.resolver.local_callables(expression);
                    let call = call_of(subject, id);
                    if here.is_empty() && calls_given(subject, id, expression) {
                        answer = Answer::Unknown;
                    }
                    match call.and_then(|call| self.apart(call, &here)) {
                        Some(kept) => apart.push((kept, here)),
                        None if surely && call.is_some_and(|it| self.hands_over(it, &here)) => {}
                        None => open.extend(here),
                    }
                }
            }
            let is_waited = |it: &mut Apart| it.0.is_some_and(|name| read.contains(name));
            open.extend(apart.extract_if(.., is_waited).flat_map(|(_, defs)| defs));
        }
        answer
    }

    /// What a call runs in other files: nothing there mentions the function, or calls what it was given.
    fn comes_by_there(&self, callee: ExprRef<'a>, function: NodeId) -> Answer {
        let subject = self.subject;
        let name = defined_name(subject, function);
        let targets = subject.targets(callee);
        if targets.is_empty() {
            return Answer::Unknown;
        }
        let is_apart = |target: &Target| match target {
            Target::There(def) => subject.of_def_elsewhere(def, |other, id| {
                let mut run = mentioned(other, vec![id]).into_iter();
                run.all(|it| is_apart_from(other, it, name))
            }),
            Target::Here(_) | Target::Outside(_) => None,
        };
        match targets.iter().all(|it| is_apart(it) == Some(true)) {
            true => Answer::No,
            false => Answer::Unknown,
        }
    }

    /// What made the task makes another one of the coroutine of a call, which nothing there waits for: where that is
    /// kept, if it is.
    fn apart(&self, call: NodeId, called: &[AnyNodeRef<'a>]) -> Option<Option<&'a str>> {
        let subject = self.subject;
        if !makes_coroutine(called) {
            return None;
        }
        let taker = subject.tree.parent(subject.tree.parent(call));
        let AnyNodeRef::ExprCall(made) = subject.tree.node(taker) else {
            return None;
        };
        let maker = subject.resolver.shared_meaning((&made.func).into());
        let is_maker = matches!(*maker, Meaning::Qualified(_))
            && maker == subject.resolver.shared_meaning(self.maker);
        match subject.tree.parent_node(taker) {
            AnyNodeRef::StmtExpr(_) if is_maker => Some(None),
            AnyNodeRef::StmtAssign(it) if is_maker => match it.targets.as_slice() {
                [Expr::Name(name)] => Some(Some(&name.id)),
                [Expr::Attribute(attribute)] => Some(Some(&attribute.attr)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Another call gets the coroutine of a call, and nothing there waits for that one.
    fn hands_over(&self, call: NodeId, called: &[AnyNodeRef<'a>]) -> bool {
        let tree = self.subject.tree;
        let around: Vec<_> = tree.ancestors(call).map(|it| tree.node(it)).collect();
        let is_taker = |it: &&AnyNodeRef| it.is_arguments() || it.is_expr_call();
        let n_takers = around.iter().take_while(is_taker).count();
        let is_awaited = around.get(n_takers).is_some_and(AnyNodeRef::is_expr_await);
        makes_coroutine(called) && n_takers > 0 && !is_awaited
    }

    /// The last name of a value that the code may wait for there: more is done with it than to ask or tell it.
    fn waited(&self, id: NodeId) -> Option<&'a str> {
        let tree = self.subject.tree;
        let (name, context) = match tree.node(id) {
            AnyNodeRef::ExprName(it) => (it.id.as_str(), it.ctx),
            AnyNodeRef::ExprAttribute(it) => (it.attr.as_str(), it.ctx),
            _ => return None,
        };
        let mut around = tree.ancestors(id).map(|it| tree.node(it));
        let test = around.find(|it| !it.is_expr_bool_op() && !it.is_expr_unary_op());
        let is_asked = matches!(
            test,
            Some(
                AnyNodeRef::ExprAttribute(_)
                    | AnyNodeRef::ExprCompare(_)
                    | AnyNodeRef::StmtIf(_)
                    | AnyNodeRef::ElifElseClause(_)
            )
        );
        (context == ExprContext::Load && !is_asked).then_some(name)
    }
}

/// The code of a def mentions nothing of the name, and calls nothing that it was given.
fn is_apart_from(subject: &Subject, def: NodeId, name: &str) -> bool {
    let mut nodes = subject.tree.descendants(def);
    nodes.all(|id| {
        let Some(expression) = named(subject, id) else {
            return true;
        };
        let is_it = match expression {
            ExprRef::Attribute(it) => it.attr.as_str() == name,
            ExprRef::Name(it) => it.id.as_str() == name,
            _ => false,
        };
        let is_seen = || !called(subject, expression).is_empty();
        !is_it && (!calls_given(subject, id, expression) || is_seen())
    })
}

/// All that may be called are coroutine functions.
fn makes_coroutine(called: &[AnyNodeRef]) -> bool {
    let mut called = called.iter();
    called.len() > 0
        && called.all(|it| matches!(it, AnyNodeRef::StmtFunctionDef(it) if it.is_async))
}

/// The name or attribute that a node is.
fn named<'a>(subject: &Subject<'a>, id: NodeId) -> Option<ExprRef<'a>> {
    match subject.tree.node(id).as_expr_ref()? {
        it @ (ExprRef::Name(_) | ExprRef::Attribute(_)) => Some(it),
        _ => None,
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

/// The node is what a call calls, which was handed over or is a method that another class defines.
fn calls_given<'a>(subject: &Subject<'a>, id: NodeId, expression: ExprRef<'a>) -> bool {
    call_of(subject, id).is_some() && is_given(subject, expression)
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
        self.joiner = asyncio.create_task(self.join())
        self.holder = asyncio.create_task(self.hold())
        self.grouper = asyncio.create_task(self.group())
    async def make(self):
        self.again = asyncio.create_task(self.end())
        if self.again and not self.again.done():
            self.again.cancel()
    async def join(self):
        self.kept = asyncio.create_task(self.end())
        await self.kept
    async def hold(self):
        await asyncio.shield(asyncio.create_task(self.end()))
    async def group(self):
        async with asyncio.TaskGroup() as tg:
            tg.create_task(self.end())
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
        g(self.reader, 1)
        g(self.beater, 2)
        g(self.other, 3)
        g(self.unset, 4)
        g(self.maker, 5)
        g(self.passer, 6)
        g(self.waiter, 7)
        g(self.joiner, 8)
        g(self.holder, 9)
        g(self.grouper, 10)
";
        let asks = |condition: &str, lines: &[usize]| {
            check_condition("g($t, $at)", condition, text, lines);
        };
        asks("function: {run-by: $t}", &[1, 7, 8, 9]);
        asks("not: [{function: {run-by: $t}}]", &[2, 5]);
    }
}
