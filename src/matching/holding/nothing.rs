//! Is nothing held where a value is entered? It is of a class or generator of this file that changes nothing
//! which others see, takes nothing and calls only what changes nothing.

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprRef};

use super::entering::{Entering, entering, method};
use super::locks::lock_calls;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::kind::origins;
use crate::matching::shared::paths::writes_shared;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

/// Returns whether entering and leaving a value surely changes nothing for others.
pub(in crate::matching) fn holds_nothing<'a>(subject: &Subject<'a>, value: ExprRef<'a>) -> bool {
    let entered = entering(subject, value, false);
    // What it keeps for itself nobody else sees where it is made for this `with`.
    let is_made_here = value.is_call_expr();
    !entered.is_empty()
        && entered.into_iter().all(|it| match it {
            Entering::Generator(def) => changes_nothing(subject, def, false),
            Entering::Method(def) => {
                let leave = leaving(subject, value);
                let mut defs = [Some(def), leave].into_iter();
                defs.all(|it| it.is_some_and(|it| changes_nothing(subject, it, is_made_here)))
            }
        })
}

fn leaving<'a>(subject: &Subject<'a>, value: ExprRef<'a>) -> Option<NodeId> {
    let all = origins(subject, value);
    let [Origin::Made(ExprRef::Call(call))] = all.as_slice() else {
        return None;
    };
    let class = subject.resolver.local_class((&*call.func).into())?;
    let def = method(subject, class, "__exit__")?;
    Some(subject.tree.id(def))
}

fn changes_nothing(subject: &Subject, def: NodeId, is_own: bool) -> bool {
    let is_harmless = |id: NodeId| match subject.tree.node(id) {
        AnyNodeRef::StmtWith(_) => false,
        AnyNodeRef::ExprCall(call) => is_known(subject, call),
        _ => true,
    };
    lock_calls(subject, def).is_empty()
        && subject.context.own_nodes(def).all(is_harmless)
        && !writes_shared(subject, def, is_own)
}

/// A function of Python that runs no code of a project.
fn is_known<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    match subject.resolver.meaning((&*call.func).into()) {
        Meaning::Qualified(name) => subject.own.function(&name).is_known(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    const TEXT: &str = "\
import contextlib, time
seen = []
@contextlib.contextmanager
def only(value):
    yield value
@contextlib.contextmanager
def noted(value):
    seen.append(value)
    yield value
    seen.pop()
class Timer:
    def __enter__(self):
        self.started = time.monotonic()
    def __exit__(self, *error):
        print(time.monotonic() - self.started)
class Current:
    name = None
    def __enter__(self):
        Current.name = 1
    def __exit__(self, *error):
        Current.name = None
timer = Timer()
async def main():
    with only(1) as x:
        g(24)
    with noted(1):
        g(26)
    with Timer() as x:
        g(28)
    with timer:
        g(30)
    with Current():
        g(32)
    with other():
        g(34)
";

    #[test]
    fn what_changes_nothing_holds_nothing() {
        let condition = "within: {match: with $m, where: {$m: {holds-nothing: true}}}";
        check_condition("g($at)", condition, TEXT, &[24, 28]);
    }
}
