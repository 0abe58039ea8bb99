//! Is a function awaited where a lock is held? By what awaits it, in this file.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};
use rustc_hash::FxHashSet;

use super::holding;
use crate::bind::resolve::Meaning;
use crate::matching::answers::HeldAwait;
use crate::matching::capture::Captures;
use crate::matching::place::defined_name;
use crate::matching::role::references;
use crate::matching::site::{Evidence, Found, Site};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// So many functions are looked through for what one await runs.
const MAX_RUN: usize = 100;

/// The function around the site is awaited, or may be, where a value of one of the kinds is held.
pub(in crate::matching) fn awaited_holding(
    site: Site,
    kinds: &[String],
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let known = &subject.answers.held_awaits;
    let all = known.or_find(&kinds.as_ptr(), || held_awaits(subject, kinds));
    let name = defined_name(subject, function);
    let is_method = subject.context.is_method(function);
    let may_run = |it: &&HeldAwait| {
        it.runs.contains(&function)
            || is_method && it.methods.contains(name)
            || it.runs_given && is_handed_out(subject, function)
    };
    match all.iter().find(may_run) {
        Some(held) => {
            evidence.found = Some(Found::At(held.node));
            Answer::Yes
        }
        None => Answer::No,
    }
}

/// The awaits of the file around which a value of one of the kinds is held.
fn held_awaits<'a>(subject: &Subject<'a>, kinds: &[String]) -> Rc<[HeldAwait<'a>]> {
    let none = Captures::default();
    let awaits = subject.tree.ids().filter(|id| {
        subject.tree.node(*id).is_expr_await()
            && holding(
                Site::at(subject, *id, &none),
                kinds,
                &mut Evidence::default(),
            ) != Answer::No
    });
    awaits.map(|node| held_await(subject, node)).collect()
}

fn held_await<'a>(subject: &Subject<'a>, node: NodeId) -> HeldAwait<'a> {
    let mut held = HeldAwait {
        node,
        runs: FxHashSet::default(),
        methods: FxHashSet::default(),
        runs_given: false,
    };
    let mut open = vec![node];
    while let Some(code) = open.pop() {
        for id in subject.tree.descendants(code) {
            let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
                continue;
            };
            for def in subject.resolver.local_callables((&*call.func).into()) {
                let def = subject.tree.id(def);
                if held.runs.len() < MAX_RUN && held.runs.insert(def) {
                    open.push(def);
                }
            }
            // What is called deeper is not guessed.
            if code == node {
                note_unknown(subject, call, &mut held);
            }
        }
    }
    held
}

/// Notes what may run where it is not seen what a call runs.
fn note_unknown<'a>(subject: &Subject<'a>, call: &'a ExprCall, held: &mut HeldAwait<'a>) {
    let callee = ExprRef::from(&*call.func);
    let is_known = matches!(subject.resolver.meaning(callee), Meaning::Qualified(_))
        || !subject.resolver.local_callables(callee).is_empty();
    match &*call.func {
        _ if is_known => {}
        Expr::Attribute(method) => {
            held.methods.insert(method.attr.as_str());
        }
        _ => held.runs_given = true,
    }
}

/// Somebody has it without calling it.
fn is_handed_out(subject: &Subject, function: NodeId) -> bool {
    references(function, subject).iter().any(|(id, _)| {
        !matches!(subject.tree.parent_node(*id), AnyNodeRef::ExprCall(call)
            if subject.tree.id(&*call.func) == *id)
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    const TEXT: &str = "\
import threading
lock = threading.RLock()
async def direct():
    g(4)
async def deeper():
    g(6)
async def over():
    await deeper()
async def given():
    g(10)
async def free():
    g(12)
class C:
    async def work(self):
        g(15)
    async def rest(self):
        g(17)
async def main(c):
    await free()
    await c.rest()
    with lock:
        await direct()
        await over()
";

    #[track_caller]
    fn check(more: &str, expected: &[usize]) {
        let text = format!("{TEXT}{more}");
        check_condition(
            "g($at)",
            "awaited-holding: threading.RLock",
            &text,
            expected,
        );
    }

    #[test]
    fn what_awaits_holds_it() {
        check("", &[4, 6]);
        check("        await c.work()\n", &[4, 6, 15]);
    }

    #[test]
    fn what_is_handed_out_may_be_awaited_so() {
        let guarded = "async def guarded(f):\n    with lock:\n        await f()\n";
        check(guarded, &[4, 6]);
        check(&format!("{guarded}guarded(given)\n"), &[4, 6, 10]);
    }
}
