//! Does entering a value take a lock? A class of this file whose `__enter__` does, or a generator that holds one.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, StmtClassDef, StmtFunctionDef};

use super::lock_calls;
use crate::bind::value::Origin;
use crate::matching::kind::{is_generator, is_kind, origins};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

/// So many base classes are looked at.
const MAX_BASES: usize = 8;

/// Returns whether entering the value takes a lock of the kind.
pub(super) fn takes<'a>(
    subject: &Subject<'a>,
    value: ExprRef<'a>,
    kind: &str,
    is_async: bool,
) -> bool {
    let is_it = |lock: ExprRef<'a>| is_kind(subject, lock, kind).answer.is_yes();
    entering(subject, value, is_async).into_iter().any(|def| {
        let calls = lock_calls(subject, def);
        let mut taken = calls.iter().filter(|call| call.takes);
        let mut inside = subject.tree.descendants(def);
        taken.any(|call| is_it(call.lock))
            || inside.any(|id| match subject.tree.node(id) {
                AnyNodeRef::WithItem(item) => is_it((&item.context_expr).into()),
                AnyNodeRef::ExprCall(call) => {
                    entered_by_hand(call.func.as_ref()).is_some_and(is_it)
                }
                _ => false,
            })
    })
}

/// `lock.__enter__()`
fn entered_by_hand(callee: &Expr) -> Option<ExprRef<'_>> {
    let method = callee.as_attribute_expr()?;
    let enters = matches!(method.attr.as_str(), "__enter__" | "__aenter__");
    enters.then(|| ExprRef::from(&method.value))
}

/// The defs of this file that run where the value is entered.
fn entering<'a>(subject: &Subject<'a>, value: ExprRef<'a>, is_async: bool) -> Vec<NodeId> {
    let name = if is_async { "__aenter__" } else { "__enter__" };
    let of_class = |class| method(subject, class, name).map(|def| subject.tree.id(def));
    if let Some(class) = own_class(subject, value) {
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
        def if is_generator(subject, def) => Some(subject.tree.id(def)),
        _ => None,
    });
    defs.collect()
}

/// The class of `self`, in a method of it.
fn own_class<'a>(subject: &Subject<'a>, value: ExprRef<'a>) -> Option<&'a StmtClassDef> {
    let ExprRef::Name(name) = value else {
        return None;
    };
    let node = subject.tree.id(value);
    let function = subject.context.enclosing_function(node)?;
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return None;
    };
    let first = def.parameters.iter().next()?;
    let is_self = first.name().id == name.id && subject.context.is_method(function);
    match subject
        .tree
        .node(subject.context.enclosing_class(function)?)
    {
        AnyNodeRef::StmtClassDef(class) if is_self => Some(class),
        _ => None,
    }
}

/// The method of a class, or of its bases in this file.
fn method<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
) -> Option<&'a StmtFunctionDef> {
    let mut open = vec![class];
    for _ in 0..MAX_BASES {
        let class = open.pop()?;
        let mut defs = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        if let Some(def) = defs.find(|def| def.name.as_str() == name) {
            return Some(def);
        }
        let bases = class.bases().iter().rev();
        open.extend(bases.filter_map(|base| subject.resolver.local_class(base.into())));
    }
    None
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
    fn a_class_a_generator_and_a_stack_may_take_it() {
        let condition = "holding: threading.RLock";
        check_condition("g($at)", condition, TEXT, &[11, 23, 25, 29, 32]);
    }
}
