//! Is a function awaited where a lock is held? By what awaits it, in this file or another one.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};
use rustc_hash::FxHashSet;

use super::holding;
use super::there::held_there;
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
    let name = defined_name(subject, function);
    let is_method = subject.context.is_method(function);
    let may_run = |it: &&HeldAwait| {
        it.runs.contains(&function)
            || is_method && it.methods.contains(name)
            || it.runs_given && is_handed_out(subject, function)
    };
    let answers = subject.answers;
    let here = answers
        .held_awaits
        .or_find(&kinds.as_ptr(), || held_awaits(subject, kinds));
    let there = || {
        let known = &answers.held_there;
        known.or_find(&kinds.as_ptr(), || held_there(subject, kinds))
    };
    let found = |all: Rc<[HeldAwait]>| all.iter().find(may_run).map(|it| it.found.clone());
    match found(here).or_else(|| found(there())) {
        Some(found) => {
            evidence.found = Some(found);
            Answer::Yes
        }
        None => Answer::No,
    }
}

/// The awaits of the file around which a value of one of the kinds is held.
pub(super) fn awaits_held(subject: &Subject, kinds: &[String]) -> Vec<NodeId> {
    let none = Captures::default();
    let is_held = |id: &NodeId| {
        let site = Site::at(subject, *id, &none);
        holding(site, kinds, &mut Evidence::default()) != Answer::No
    };
    let awaits = subject
        .tree
        .ids()
        .filter(|id| subject.tree.node(*id).is_expr_await());
    awaits.filter(is_held).collect()
}

fn held_awaits(subject: &Subject, kinds: &[String]) -> Rc<[HeldAwait]> {
    let awaits = awaits_held(subject, kinds).into_iter();
    awaits.map(|node| held_await(subject, node)).collect()
}

fn held_await(subject: &Subject, node: NodeId) -> HeldAwait {
    let mut held = HeldAwait {
        found: Found::At(node),
        runs: FxHashSet::default(),
        methods: FxHashSet::default(),
        runs_given: false,
    };
    held.runs = run_by(subject, vec![node], &mut |call, code| {
        // What is called deeper is not guessed.
        if code == node {
            match unknown(subject, call) {
                Some(Unknown::Method(name)) => {
                    held.methods.insert(name.to_owned());
                }
                Some(Unknown::Function) => held.runs_given = true,
                None => {}
            }
        }
    });
    held
}

/// Returns the functions of the file that code runs, and those that they run; shows every call, and the
/// code that it stands in.
pub(super) fn run_by<'a>(
    subject: &Subject<'a>,
    mut open: Vec<NodeId>,
    see: &mut dyn FnMut(&'a ExprCall, NodeId),
) -> FxHashSet<NodeId> {
    let mut runs = FxHashSet::default();
    while let Some(code) = open.pop() {
        for id in subject.tree.descendants(code) {
            let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
                continue;
            };
            see(call, code);
            for def in subject.resolver.local_callables((&*call.func).into()) {
                let def = subject.tree.id(def);
                if runs.len() < MAX_RUN && runs.insert(def) {
                    open.push(def);
                }
            }
        }
    }
    runs
}

/// What a call runs that is not seen.
pub(super) enum Unknown<'a> {
    /// A method of that name.
    Method(&'a str),
    Function,
}

/// Returns what may run where it is not seen what a call runs.
pub(super) fn unknown<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<Unknown<'a>> {
    let callee = ExprRef::from(&*call.func);
    let is_known = matches!(subject.resolver.meaning(callee), Meaning::Qualified(_))
        || !subject.resolver.local_callables(callee).is_empty();
    match &*call.func {
        _ if is_known => None,
        Expr::Attribute(method) => Some(Unknown::Method(method.attr.as_str())),
        _ => Some(Unknown::Function),
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
