//! Does entering a value take a lock? A class of this file whose `__enter__` does, or a generator that holds
//! one where it yields.

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::locks::{entered_around, lock_calls};
use crate::bind::value::Origin;
use crate::matching::answers::state::LockCall;
use crate::matching::kind::{is_kind, origins};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::class::{Class, Method};

/// What runs where a value is entered.
pub(super) enum Entering {
    /// A method: what it did not give back at its end is held.
    Method(NodeId),
    /// A generator: what it has where it yields is held.
    Generator(NodeId),
}

/// Returns whether entering the value takes a lock of the kind, and keeps it.
pub(super) fn takes<'a>(
    subject: &Subject<'a>,
    value: ExprRef<'a>,
    kind: &str,
    is_async: bool,
) -> bool {
    let is_it = |lock: ExprRef<'a>| is_kind(subject, lock, kind).answer.is_yes();
    let mut all = entering(subject, value, is_async).into_iter();
    all.any(|entering| match entering {
        Entering::Method(def) => {
            taken(subject, def, None).into_iter().any(is_it)
                || entered_by_hand(subject, def).any(is_it)
        }
        Entering::Generator(def) => {
            let inside = subject.context.own_nodes(def);
            let mut yields = inside.filter(|id| subject.tree.node(*id).is_expr_yield());
            yields.any(|at| {
                let entered = entered_around(subject, at, is_async).into_iter();
                let mut entered = entered.map(|item| ExprRef::from(&item.context_expr));
                entered.any(is_it) || taken(subject, def, Some(at)).into_iter().any(is_it)
            }) || entered_by_hand(subject, def).any(is_it)
        }
    })
}

/// The calls of `acquire` in a def whose lock is still held at its end, and those of `release` of what it did
/// not take.
pub(super) fn left<'a>(subject: &Subject<'a>, def: NodeId) -> Vec<LockCall<'a>> {
    let calls = lock_calls(subject, def);
    let text = |lock: ExprRef| &subject.text()[lock.range()];
    let is_taken = |lock: ExprRef| {
        calls
            .iter()
            .any(|it| it.takes && text(it.lock) == text(lock))
    };
    let kept = taken(subject, def, None);
    let is_left = |call: &&LockCall| match call.takes {
        true => kept.iter().any(|it| text(*it) == text(call.lock)),
        false => !is_taken(call.lock),
    };
    calls.iter().filter(is_left).copied().collect()
}

/// The locks that calls in a def take, and do not surely release before a node of it, or its end.
fn taken<'a>(subject: &Subject<'a>, def: NodeId, at: Option<NodeId>) -> Vec<ExprRef<'a>> {
    let text = |call: &LockCall| &subject.text()[call.lock.range()];
    let calls = lock_calls(subject, def);
    let mut held: Vec<&LockCall> = Vec::new();
    let before = |call: &&LockCall| at.is_none_or(|at| call.node < at);
    for call in calls.iter().filter(before) {
        let is_over = call.until.is_some_and(|until| match at {
            Some(at) => !until.contains_range(subject.tree.range(at)),
            None => true,
        });
        match call.takes {
            true if is_over => {}
            true => held.push(call),
            false => held
                .retain(|it| text(it) != text(call) || may_be_skipped(subject, call.node, it.node)),
        }
    }
    held.into_iter().map(|call| call.lock).collect()
}

/// Returns whether one node may not run where another one, before it, did.
fn may_be_skipped(subject: &Subject, node: NodeId, before: NodeId) -> bool {
    let tree = subject.tree;
    let around = tree.ancestors(node).map(|id| (id, tree.node(id)));
    let mut around = around.take_while(|(id, _)| !tree.contains(*id, before));
    around.any(|(_, it)| {
        matches!(
            it,
            AnyNodeRef::StmtIf(_)
                | AnyNodeRef::ElifElseClause(_)
                | AnyNodeRef::ExceptHandlerExceptHandler(_)
                | AnyNodeRef::MatchCase(_)
                | AnyNodeRef::StmtFor(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::StmtFunctionDef(_)
                | AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::ExprIf(_)
                | AnyNodeRef::ExprBoolOp(_)
        )
    })
}

/// The locks of `lock.__enter__()` in a def.
fn entered_by_hand<'s, 'a>(
    subject: &'s Subject<'a>,
    def: NodeId,
) -> impl Iterator<Item = ExprRef<'a>> + 's {
    let inside = subject.tree.descendants(def);
    inside.filter_map(|id| {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
            return None;
        };
        let method = call.func.as_attribute_expr()?;
        let enters = matches!(method.attr.as_str(), "__enter__" | "__aenter__");
        enters.then(|| ExprRef::from(&*method.value))
    })
}

/// The defs of this file that run where the value is entered.
pub(super) fn entering<'a>(
    subject: &Subject<'a>,
    value: ExprRef<'a>,
    is_async: bool,
) -> Vec<Entering> {
    let name = if is_async { "__aenter__" } else { "__enter__" };
    let of_class = |class| {
        let def = method(subject, class, name)?;
        Some(Entering::Method(subject.tree.id(def)))
    };
    if let Some((Class::Here(class), _)) = subject.instance(value) {
        return of_class(class).into_iter().collect();
    }
    let calls = origins(subject, value)
        .into_iter()
        .filter_map(|it| match it {
            Origin::Made(ExprRef::Call(call)) => Some(call),
            _ => None,
        });
    let made = calls.flat_map(|call| subject.resolver.local_callables((&*call.func).into()));
    let defs = made.filter_map(|made| match made {
        AnyNodeRef::StmtClassDef(class) => of_class(class),
        def if subject.is_generator(def) => Some(Entering::Generator(subject.tree.id(def))),
        _ => None,
    });
    defs.collect()
}

/// The method of a class, or of its bases in this file.
pub(super) fn method<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
) -> Option<&'a StmtFunctionDef> {
    let all = subject.mro(&Class::Here(class));
    match all.iter().find_map(|it| it.method(name)) {
        Some(Method::Here(def)) => Some(def),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    const TEXT: &str = "\
import contextlib
import threading
lock = threading.RLock()
class Guard:
    def __init__(self):
        self.lock = lock
    def __enter__(self):
        self.lock.acquire()
    def f(self):
        with self:
            g(11)
class Sub(Guard):
    pass
class Other:
    def __enter__(self):
        return lock
@contextlib.contextmanager
def locked():
    with lock:
        yield
def f():
    with Guard():
        g(23)
    with Sub():
        g(25)
    with Other():
        g(27)
    with locked():
        g(29)
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock)
        g(32)
    g(33)
";

    #[test]
    fn what_is_given_back_before_the_block_is_not_held() {
        let text = "\
import contextlib
import threading
lock = threading.RLock()
class Counted:
    def __enter__(self):
        with lock:
            g(7)
        return self
class Brief:
    def __enter__(self):
        lock.acquire()
        try:
            return self
        finally:
            lock.release()
class Kept:
    def __enter__(self):
        lock.acquire()
        try:
            return self.open()
        except OSError:
            lock.release()
            raise
@contextlib.contextmanager
def before():
    with lock:
        pass
    yield
@contextlib.contextmanager
def around():
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
def f():
    with Counted():
        g(37)
    with Brief():
        g(39)
    with Kept():
        g(41)
    with before():
        g(43)
    with around():
        g(45)
";
        let condition = "holding: threading.RLock";
        check_condition("g($at)", condition, text, &[7, 41, 45]);
    }

    #[test]
    fn a_class_a_generator_and_a_stack_may_take_it() {
        let condition = "holding: threading.RLock";
        check_condition("g($at)", condition, TEXT, &[11, 23, 25, 29, 32]);
    }
}
