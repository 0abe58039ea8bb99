//! Names that hold a value or its elements, and where they are used.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::fate::{collected_in, is_collected, is_made_of_parts};
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingId;
use crate::python::tree::NodeId;

/// Functions of the language that hand out the elements they are given.
const HANDING_ON: [&str; 6] = ["iter", "list", "reversed", "set", "sorted", "tuple"];

/// Where a value is used, in source order: under the names that hold it, and, where it is handed on, unpacked
/// or iterated, under the names it or its elements have then.
pub(super) struct Held {
    /// The names, where an expression is not what hands it on: then others that have it are used alike.
    shared: Option<Vec<BindingId>>,
    uses: Rc<[NodeId]>,
}

impl Held {
    /// Finds the uses of what an expression gives; `None`: no name holds it.
    pub(super) fn of<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Self> {
        let own = subject.tree.id(expression);
        let holders = holders(subject, expression);
        if holders.is_empty() {
            return None;
        }
        let is_use = matches!(expression, ExprRef::Name(name) if name.ctx.is_load());
        if is_use && !stored_in(subject, own).is_empty() {
            let uses = uses(subject, holders, Some(own)).into();
            return Some(Self { shared: None, uses });
        }
        let known = &subject.answers.held;
        let uses = known.or_find(&holders, || uses(subject, holders.clone(), None).into());
        let shared = Some(holders);
        Some(Self { shared, uses })
    }

    /// Returns the names by which alone the uses are known: the expression itself may be among these.
    pub(super) fn bindings(&self) -> Option<&[BindingId]> {
        self.shared.as_deref()
    }

    /// Returns the uses.
    pub(super) fn uses(&self) -> &[NodeId] {
        &self.uses
    }
}

/// The uses of what some names hold, in source order; that of an expression, and of what has it through that
/// alone, left out.
fn uses(subject: &Subject, mut holders: Vec<BindingId>, own: Option<NodeId>) -> Vec<NodeId> {
    let mut known: FxHashSet<BindingId> = holders.iter().copied().collect();
    let mut uses: FxHashSet<NodeId> = FxHashSet::default();
    while let Some(holder) = holders.pop() {
        for node in subject.flow.uses(holder) {
            if Some(node) != own && uses.insert(node) {
                let more = stored_in(subject, node).into_iter();
                holders.extend(more.filter(|binding| known.insert(*binding)));
            }
        }
    }
    let mut uses: Vec<NodeId> = uses.into_iter().collect();
    uses.sort_unstable();
    uses
}

/// The names that hold what an expression stands for.
fn holders<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<BindingId> {
    let node = subject.tree.id(expression);
    match expression {
        ExprRef::Name(name) if name.ctx.is_load() => subject.flow.reaching(node).bindings,
        ExprRef::Name(_) => subject.names.binding_at(node).into_iter().collect(),
        _ => stored_in(subject, node),
    }
}

/// The names that a value is bound to where it is made, in a display or a container too.
fn stored_in(subject: &Subject, node: NodeId) -> Vec<BindingId> {
    let tree = subject.tree;
    let parent = tree.parent(node);
    match tree.node(parent) {
        around if is_made_of_parts(around) => stored_in(subject, parent),
        AnyNodeRef::Arguments(_) => match tree.node(tree.parent(parent)) {
            AnyNodeRef::ExprCall(call) if is_collected(call.into()) => collected_in(subject, call),
            _ => receivers(subject, node),
        },
        _ => receivers(subject, node),
    }
}

/// The names that a value, or its elements, are bound to by the statement or clause around it.
fn receivers(subject: &Subject, node: NodeId) -> Vec<BindingId> {
    let tree = subject.tree;
    let (node, path) = through_calls(subject, node);
    let range = tree.range(node);
    let mut found = Vec::new();
    match tree.parent_node(node) {
        AnyNodeRef::StmtAssign(assign) => {
            for target in &assign.targets {
                bound_by(subject, target, &mut found);
            }
        }
        AnyNodeRef::StmtAnnAssign(assign) => bound_by(subject, &assign.target, &mut found),
        AnyNodeRef::ExprNamed(named) => bound_by(subject, &named.target, &mut found),
        AnyNodeRef::StmtFor(statement) if statement.iter.range() == range => {
            bound_by(subject, part_at(&statement.target, &path), &mut found);
        }
        AnyNodeRef::Comprehension(clause) if clause.iter.range() == range => {
            bound_by(subject, part_at(&clause.target, &path), &mut found);
        }
        _ => {}
    }
    found
}

/// The outermost call that hands out the elements of a value, and where they stand in what it hands
/// out: `enumerate(zip(a, xs))` has those of `xs` at 1 of 1.
fn through_calls(subject: &Subject, mut node: NodeId) -> (NodeId, Vec<usize>) {
    let tree = subject.tree;
    let mut path = Vec::new();
    while let AnyNodeRef::Arguments(arguments) = tree.parent_node(node) {
        let call = tree.parent(tree.parent(node));
        let AnyNodeRef::ExprCall(outer) = tree.node(call) else {
            break;
        };
        let mut given = arguments.args.iter();
        let Some(place) = given.position(|argument| tree.id(argument) == node) else {
            break;
        };
        match subject.resolver.meaning((&outer.func).into()) {
            Meaning::Qualified(name) if name == "zip" => path.push(place),
            Meaning::Qualified(name) if name == "enumerate" && place == 0 => path.push(1),
            Meaning::Qualified(name) if HANDING_ON.contains(&name.as_str()) && place == 0 => {}
            _ => break,
        }
        node = call;
    }
    path.reverse();
    (node, path)
}

/// The part of a target that takes what stands at a place; all of it where it is not taken apart.
fn part_at<'a>(target: &'a Expr, path: &[usize]) -> &'a Expr {
    match (target, path) {
        (Expr::Tuple(tuple), [first, rest @ ..])
            if !tuple.elts.iter().any(Expr::is_starred_expr) =>
        {
            tuple
                .elts
                .get(*first)
                .map_or(target, |part| part_at(part, rest))
        }
        _ => target,
    }
}

/// Adds the names that a target binds.
fn bound_by(subject: &Subject, target: &Expr, found: &mut Vec<BindingId>) {
    match target {
        Expr::Name(name) => found.extend(subject.names.binding_at(subject.tree.id(name))),
        Expr::Starred(starred) => bound_by(subject, &starred.value, found),
        Expr::Tuple(tuple) => tuple
            .elts
            .iter()
            .for_each(|it| bound_by(subject, it, found)),
        Expr::List(list) => list.elts.iter().for_each(|it| bound_by(subject, it, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        let condition = "$value: {uses: $value.close()}";
        check_condition("g($at)", condition, text, expected);
    }

    #[test]
    fn a_value_is_followed_through_names_and_collections() {
        check("x = g(1)\nx.close()\n", &[1]);
        check("x: int = g(1)\ny = x\ny.close()\n", &[1]);
        check("(x := g(1)).rows()\nx.close()\n", &[1]);
        check("xs = [g(n) for n in y] + [g(1)]\nxs.close()\n", &[]);
        check(
            "xs = [g(1), *[g(2)]]\nfor x in xs:\n    x.close()\n",
            &[1, 2],
        );
        check("xs = []\nxs.append(g(1))\n[x.close() for x in xs]\n", &[1]);
        check("xs = g(1), g(2)\na, *b = xs\na.close()\n", &[1, 2]);
        check(
            "x, y = g(1), g(2)\nfor z in (x, y):\n    z.close()\n",
            &[1, 2],
        );
        check("xs = [g(1)]\nfor x in list(xs):\n    x.close()\n", &[1]);
        check(
            "xs = [g(1)]\nfor n, x in zip(y, xs):\n    x.close()\n",
            &[1],
        );
        check(
            "xs = [g(1)]\nfor n, (x, z) in enumerate(zip(xs, y)):\n    x.close()\n",
            &[1],
        );
    }

    #[test]
    fn another_value_is_not_it() {
        check("x = g(1)\ny.close()\n", &[]);
        check("x = g(1)\nx = y\nx.close()\n", &[]);
        check("g(1).close()\nself.x = g(2)\nself.x.close()\n", &[]);
        check("xs = [g(1)]\nfor n, x in zip(xs, y):\n    x.close()\n", &[]);
        check(
            "xs = [g(1)]\nfor n, x in y(zip(z, xs)):\n    x.close()\n",
            &[],
        );
        check("def f():\n    x = g(1)\ndef h():\n    x.close()\n", &[]);
    }
}
