//! A read before a site and a write after it: does a task that comes in between lose anything by that, or make it
//! be lost?

use ruff_python_ast::{AnyNodeRef, Expr};

use super::anew::is_read_again;
use super::carried::{carried, stands_before};
use super::paths::Paths;
use crate::matching::answers::state::Access;
use crate::matching::awaited::is_awaited;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::class::Class;
use crate::semantic::ways::{exclusive, statements_around};

/// Methods that ask a container for one item, which they name first: of the language, and so no table.
const ASKING: [&str; 3] = ["get", "pop", "setdefault"];

/// So many pairs of accesses are compared; of more it is taken that one spoils the other. Its square bounds the
/// uses by which a value is followed; one that has more goes into all that is written.
pub(super) const MAX_PAIRS: usize = 64;

/// Returns whether a task that comes to the site may come between one of the reads and one of the writes, and
/// could not before; where asked, only where what was read there also decides what is written.
pub(super) fn is_lost<'s>(
    paths: &Paths,
    reads: impl Iterator<Item = &'s Access>,
    writes: impl Iterator<Item = &'s Access>,
    is_decided: bool,
) -> bool {
    let subject = paths.subject;
    let writes = writes.filter(|it| !paths.waits_behind(it));
    let writes: Vec<&Access> = writes.take(MAX_PAIRS).collect();
    // What is only read, as most names are, is not gone over for each site.
    if writes.is_empty() {
        return false;
    }
    let reads = reads.filter(|it| !paths.waits_before(it));
    let pairs = reads.flat_map(|read| writes.iter().map(move |write| (read, *write)));
    let mut pairs = pairs.filter(|(read, write)| !exclusive(subject, read.node, write.node));
    let spoils = |(read, write): (&Access, &Access)| {
        may_be_same(subject, read.node, write.node)
            && !is_read_again(paths, read, write)
            // What awaited calls read and write they may do while others run anyway.
            && ![read, write].iter().all(|it| is_awaited(subject, it.node))
            && (!is_decided || decides(subject, read.node, write.node))
    };
    pairs.by_ref().take(MAX_PAIRS).any(spoils) || pairs.next().is_some()
}

/// Returns whether what was read goes into what is written, or decides whether it is.
fn decides(subject: &Subject, read: NodeId, write: NodeId) -> bool {
    let carried = carried(subject, read);
    carried.is_everywhere
        || statements_around(subject, write).any(|statement| {
            let mut leaving = carried.leaving.iter();
            carried.statements.contains(&statement)
                || leaving.any(|it| stands_before(subject, *it, statement))
        })
}

fn may_be_same(subject: &Subject, one: NodeId, other: NodeId) -> bool {
    let differ = |(one, other)| one != other;
    if part(subject, one)
        .zip(part(subject, other))
        .is_some_and(differ)
    {
        return false;
    }
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

/// The attribute of what a node stands for that is read or written, and is no method or property of its class.
fn part<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a str> {
    let tree = subject.tree;
    let AnyNodeRef::ExprAttribute(part) = tree.parent_node(node) else {
        return None;
    };
    if tree.call_of(tree.parent(node)).is_some() || tree.id(&*part.value) != node {
        return None;
    }
    let (class, _) = subject.instance((&part.value).into())?;
    let defines = |class: &Class| class.method(&part.attr).is_some();
    (!subject.mro(&class).iter().any(defines)).then_some(part.attr.as_str())
}

#[cfg(test)]
mod tests {
    use crate::matching::shared::tests::check_races as check;

    #[test]
    fn a_block_around_the_site_waits_before_it() {
        let body = |header: &str| {
            format!(
                "        if self.n:\n            return\n        {header}:\n            g(1)\n        self.n = 2\n"
            )
        };
        check(&body("async with x.get() as r"), &[], &[]);
        check(&body("async for r in x.rows()"), &[], &[]);
        check(&body("with x.get() as r"), &[1], &[1]);
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
    fn the_item_of_a_loop_is_another_one_in_the_next_turn() {
        check(
            "        for b in x:\n            if x.y:\n                b.n = b.n + 1\n            else:\n                g(10)\n",
            &[],
            &[],
        );
        check(
            "        for b in x:\n            g(7)\n            n = b.n\n            b.n = n + 1\n",
            &[],
            &[],
        );
        check(
            "        for b in x:\n            n = b.n\n            g(8)\n            b.n = n + 1\n",
            &[8],
            &[8],
        );
        check(
            "        b = x\n        for y in x:\n            n = b.n\n            g(9)\n            b.n = n + 1\n",
            &[9],
            &[9],
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
        check(&of("x()", "pass"), &[9], &[9]);
    }

    #[test]
    fn what_is_sent_takes_nothing_unless_a_generator_does() {
        let send = "        self.s.send(1)\n        g(7)\n        return self.s.send(2)\n";
        check(send, &[], &[]);
    }
}
