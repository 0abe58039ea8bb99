//! A read before a site and a write after it: does a task that comes in between lose anything by that, or make it
//! be lost?

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use rustc_hash::FxHashSet;

use super::paths::Paths;
use crate::bind::ends::Ends;
use crate::bind::scope::BindingKind;
use crate::matching::answers::state::{Access, Key};
use crate::matching::awaited::always_waits;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::ways::turns::loops;
use crate::semantic::ways::{dominators, statements_around};

/// Methods that ask a container for one item, which they name first: of the language, and so no table.
const ASKING: [&str; 3] = ["get", "pop", "setdefault"];

/// Returns whether a task may come between the accesses now that could not before: they may be about the same item,
/// and on some way from one to the other nothing waits but the site.
pub(super) fn is_open(paths: &Paths, read: &Access, write: &Access) -> bool {
    may_be_same(paths.subject, read.node, write.node)
        && !waits_before(paths, read)
        && !waits_behind(paths, write)
}

/// Returns whether what was read goes into what is written, or decides whether it is.
pub(super) fn decides(subject: &Subject, read: NodeId, write: NodeId) -> bool {
    let carrying = carrying(subject, read);
    let carries = |statement: &NodeId| carrying.contains(statement);
    let may_leave = |statement: &NodeId| subject.blocks.ends(*statement) != Ends::FALLS;
    statements_around(subject, write).any(|it| carries(&it))
        || dominators(subject, write).any(|it| carries(&it) && may_leave(&it))
}

/// The statements that a value read at a node comes to, by names of the function.
fn carrying(subject: &Subject, read: NodeId) -> Rc<FxHashSet<NodeId>> {
    subject.answers.carrying.or_find(&read, || {
        let mut found = FxHashSet::default();
        let mut open = vec![read];
        while let Some(node) = open.pop() {
            let Some(statement) = subject.tree.statement(node) else {
                continue;
            };
            if !found.insert(statement) {
                continue;
            }
            let bindings = subject.names.bindings_in(&subject.tree.span(statement));
            let own = bindings.filter(|(_, it)| it.statement == statement);
            open.extend(own.flat_map(|(id, _)| subject.flow.uses(id)));
        }
        Rc::new(found)
    })
}

/// Something waits on every way from a read to the site.
fn waits_before(paths: &Paths, read: &Access) -> bool {
    let (subject, tree) = (paths.subject, paths.subject.tree);
    let is_between = |id: &NodeId| match read.at <= paths.range.start() {
        true => tree.range(*id).start() >= read.at,
        false => read.at >= paths.range.end() && is_in_turn(paths, read, *id),
    };
    let mut between = dominators(subject, paths.site).filter(is_between);
    between.any(|id| always_waits(subject, id))
}

/// Something waits on every way from the site to a write.
fn waits_behind(paths: &Paths, write: &Access) -> bool {
    let (subject, tree) = (paths.subject, paths.subject.tree);
    let is_between = |id: &NodeId| match write.at > paths.range.end() {
        true => tree.range(*id).start() >= paths.range.end(),
        false => is_in_turn(paths, write, *id),
    };
    let own = tree.statement(write.node);
    let own = own.filter(|id| {
        tree.node(*id).is_stmt_assign() && !tree.range(*id).contains_range(paths.range)
    });
    let before = dominators(subject, write.node).filter(is_between);
    let mut between = own.into_iter().chain(before);
    between.any(|id| always_waits(subject, id))
}

/// A statement runs in each turn of the innermost loop that also runs the site and an access.
fn is_in_turn(paths: &Paths, access: &Access, statement: NodeId) -> bool {
    let subject = paths.subject;
    let mut common =
        loops(subject, access.node).filter(|it| subject.tree.contains(*it, paths.site));
    common
        .next()
        .is_some_and(|turns| subject.tree.contains(turns, statement))
}

fn may_be_same(subject: &Subject, one: NodeId, other: NodeId) -> bool {
    match (item(subject, one), item(subject, other)) {
        (Some(Expr::StringLiteral(one)), Some(Expr::StringLiteral(other))) => {
            one.value.to_str() == other.value.to_str()
        }
        (Some(Expr::NumberLiteral(one)), Some(Expr::NumberLiteral(other))) => {
            let is_whole = one.value.is_int() && other.value.is_int();
            !is_whole || one.value == other.value
        }
        _ => true,
    }
}

/// The item of what a node stands for that is asked for or written: `state["n"]`, `state.get("n")`.
fn item<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a Expr> {
    let tree = subject.tree;
    let outer = tree.parent(node);
    match (tree.node(outer), tree.parent_node(outer)) {
        (AnyNodeRef::ExprSubscript(it), _) if tree.id(&*it.value) == node => Some(&it.slice),
        (AnyNodeRef::ExprAttribute(method), AnyNodeRef::ExprCall(call))
            if tree.id(&*call.func) == outer && ASKING.contains(&method.attr.as_str()) =>
        {
            call.arguments.args.first()
        }
        _ => None,
    }
}

/// Returns whether state is that of an object which the function around the site made of a class of the project,
/// and nobody else has yet: before the site only its attributes are named.
pub(super) fn is_of_new_object(paths: &Paths, key: Key, accesses: &[Access]) -> bool {
    let subject = paths.subject;
    let Some(name) = accesses.iter().find_map(|it| root(subject, it.node)) else {
        return false;
    };
    let Some(binding) = subject.flow.reaching(name).only() else {
        return false;
    };
    let bound = subject.names.binding(binding);
    let BindingKind::Assignment { value, .. } = bound.kind else {
        return false;
    };
    let made = match subject.tree.node(value) {
        AnyNodeRef::ExprCall(call) => subject.class(ExprRef::from(&call.func)),
        _ => None,
    };
    let around = |node| subject.context.enclosing_function(node);
    let is_made = key.object == Some(bound.name)
        && made.is_some_and(|class| class.is_of_project())
        && around(bound.statement) == around(paths.site)
        && around(paths.site).is_some();
    let before = subject.flow.uses(binding).into_iter();
    let mut before = before.filter(|it| subject.tree.range(*it).start() <= paths.range.end());
    is_made && loops(subject, paths.site).next().is_none() && before.all(|it| is_plain(subject, it))
}

/// The name that a path of attributes begins with.
fn root(subject: &Subject, node: NodeId) -> Option<NodeId> {
    let mut node = node;
    loop {
        node = match subject.tree.node(node) {
            AnyNodeRef::ExprName(_) => return Some(node),
            AnyNodeRef::ExprAttribute(it) => subject.tree.id(&*it.value),
            _ => return None,
        };
    }
}

/// An attribute of a name is read or set, which is not called.
fn is_plain(subject: &Subject, name: NodeId) -> bool {
    let outer = subject.tree.parent(name);
    let is_called = match subject.tree.parent_node(outer) {
        AnyNodeRef::ExprCall(call) => subject.tree.id(&*call.func) == outer,
        _ => false,
    };
    subject.tree.node(outer).is_expr_attribute() && !is_called
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Compares the lines at which `g(LINE)` stands between two accesses of which the first decides the second,
    /// and those at which it stands between any two.
    #[track_caller]
    fn check(body: &str, decided: &[usize], open: &[usize]) {
        let text = format!(
            "import asyncio\nclass B:\n    n = 0\nclass A:\n    async def f(self, x):\n{body}"
        );
        check_condition(
            "g($at)",
            "read-before-written-after: shared",
            &text,
            decided,
        );
        check_condition("g($at)", "read-before-written-after: called", &text, open);
    }

    #[test]
    fn what_was_read_comes_to_what_is_written() {
        check(
            "        n = self.n\n        g(7)\n        self.n = n + 1\n",
            &[7],
            &[7],
        );
        check(
            "        n = self.n\n        m = n + x\n        g(8)\n        self.n = m\n",
            &[8],
            &[8],
        );
        check(
            "        if self.n is None:\n            g(7)\n            self.n = 1\n",
            &[7],
            &[7],
        );
        check(
            "        if self.n:\n            return\n        g(8)\n        self.n = 1\n",
            &[8],
            &[8],
        );
        check(
            "        while self.n < 3:\n            g(7)\n            self.n += 1\n",
            &[7],
            &[7],
        );
    }

    #[test]
    fn what_was_read_may_decide_nothing() {
        check(
            "        print(self.n)\n        g(7)\n        self.n = 5\n",
            &[],
            &[7],
        );
        check(
            "        if self.n:\n            print(x)\n        g(8)\n        self.n = 1\n",
            &[],
            &[8],
        );
        check(
            "        n = self.n\n        print(n)\n        n = x\n        g(9)\n        self.n = n\n",
            &[],
            &[9],
        );
    }

    #[test]
    fn items_of_other_keys_are_other_state() {
        let items = |one: &str, other: &str| {
            format!("        n = self.d{one}\n        g(7)\n        self.d{other} = n\n")
        };
        check(&items("['a']", "['b']"), &[], &[]);
        check(&items(".get('a')", "['b']"), &[], &[]);
        check(&items("[0]", "[1]"), &[], &[]);
        check(&items("['a']", "['a']"), &[7], &[7]);
        check(&items("[x]", "['b']"), &[7], &[7]);
        check(&items("", "['b']"), &[7], &[7]);
        check(&items("[0]", "[-1]"), &[7], &[7]);
    }

    #[test]
    fn where_something_waits_anyway_others_came_in_before() {
        let wait = "        await asyncio.sleep(1)\n";
        let read = "        n = self.n\n";
        let write = "        self.n = n + 1\n";
        check(&format!("{read}{wait}        g(8)\n{write}"), &[], &[]);
        check(&format!("{read}        g(7)\n{wait}{write}"), &[], &[]);
        check(&format!("{wait}{read}        g(8)\n{write}"), &[8], &[8]);
        check(&format!("{read}        g(7)\n{write}{wait}"), &[7], &[7]);
        check(
            &format!("{read}        if x:\n    {wait}        g(9)\n{write}"),
            &[9],
            &[9],
        );
        check(
            "        while True:\n            await asyncio.sleep(1)\n            g(8)\n            if self.n:\n                x()\n            self.n = x\n",
            &[],
            &[],
        );
        check(
            "        while True:\n            n = self.n\n            g(8)\n            self.n = n\n            await asyncio.sleep(1)\n",
            &[8],
            &[8],
        );
    }

    #[test]
    fn nobody_else_has_an_object_that_was_just_made() {
        let of = |made: &str, before: &str| {
            format!(
                "        b = {made}\n        n = b.n\n        {before}\n        g(9)\n        b.n = n + 1\n        return b\n"
            )
        };
        check(&of("B()", "pass"), &[], &[]);
        check(&of("B()", "x(b)"), &[9], &[9]);
        check(&of("B()", "b.start()"), &[9], &[9]);
        check(&of("x()", "pass"), &[9], &[9]);
    }

    #[test]
    fn what_is_sent_takes_nothing_unless_a_generator_does() {
        let send = "        self.s.send(1)\n        g(7)\n        return self.s.send(2)\n";
        check(send, &[], &[]);
    }
}
