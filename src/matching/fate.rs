//! What becomes of a value: seen through brackets, `*`, list displays and comprehensions.

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, StmtAssign};
use ruff_text_size::{Ranged, TextSize};

use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingId, ScopeId};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Fate, is_among};
use crate::semantic::Model;
use crate::source::cell::cell_at;

/// Methods by which Python's own containers take an element: of the language, and so no table.
const COLLECTORS: [&str; 6] = [
    "add",
    "append",
    "appendleft",
    "extend",
    "insert",
    "setdefault",
];

/// Returns what becomes of the expression's value.
pub(crate) fn fate(subject: &Subject, node: NodeId) -> Fate {
    end(subject, node).0
}

/// Returns what becomes of the value, where the place alone says so: who reads a name is not looked up.
pub(super) fn soon(subject: &Subject, node: NodeId) -> Option<Fate> {
    let parent = subject.tree.parent(node);
    match subject.tree.node(parent) {
        AnyNodeRef::StmtAssign(assign) => {
            let is_local = is_local(subject, parent);
            let mut names = assign.targets.iter().filter(|_| is_local);
            let is_open = |it: &Expr| it.is_name_expr() && !is_read_soon(subject, it);
            let is_open = is_local && names.all(is_open);
            (!is_open).then(|| assigned(subject, parent, assign))
        }
        AnyNodeRef::ExprGenerator(_) => None,
        around if is_made_of_parts(around) => None,
        _ => Some(fate(subject, node)),
    }
}

/// Returns whether the value is an argument of a call of one of the functions.
pub(super) fn passed_to(subject: &Subject, node: NodeId, functions: &[String]) -> Answer {
    let (Fate::Passed, taker) = end(subject, node) else {
        return Answer::No;
    };
    let tree = subject.tree;
    let call = tree
        .with_ancestors(taker)
        .find_map(|id| match tree.node(id) {
            AnyNodeRef::ExprCall(call) => Some(call),
            _ => None,
        });
    let Some(call) = call else {
        return Answer::No;
    };
    let is_wanted = |name: &str| is_among(name, functions);
    match subject.resolver.meaning((&call.func).into()) {
        Meaning::Qualified(name) => is_wanted(&name).into(),
        Meaning::Unknown {
            maybe: Some(name), ..
        } if is_wanted(&name) => Answer::Unknown,
        _ => Answer::No,
    }
}

/// Returns what becomes of the value, and the node that takes it.
fn end(subject: &Subject, node: NodeId) -> (Fate, NodeId) {
    let tree = subject.tree;
    let parent = tree.parent(node);
    let range = tree.range(node);
    let fate = match tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => statement_value(subject, parent),
        AnyNodeRef::ExprAwait(_) => Fate::Awaited,
        AnyNodeRef::ExprStarred(_)
        | AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprSet(_) => match end(subject, parent) {
            (Fate::Used, taker) => return (Fate::Stored, taker),
            outer => return outer,
        },
        AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprGenerator(_) => {
            return end(subject, parent);
        }
        AnyNodeRef::Arguments(_) if is_collected(tree.node(tree.parent(parent))) => Fate::Stored,
        AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => Fate::Passed,
        AnyNodeRef::StmtAssign(assign) => assigned(subject, parent, assign),
        AnyNodeRef::StmtAnnAssign(_)
        | AnyNodeRef::StmtAugAssign(_)
        | AnyNodeRef::ExprNamed(_)
        | AnyNodeRef::ExprDict(_)
        | AnyNodeRef::ExprDictComp(_) => Fate::Stored,
        AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprLambda(_) => Fate::Returned,
        AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) => Fate::Yielded,
        AnyNodeRef::WithItem(item) if item.context_expr.range() == range => Fate::Entered,
        AnyNodeRef::StmtFor(statement) if statement.iter.range() == range => Fate::Iterated,
        AnyNodeRef::Comprehension(part) if part.iter.range() == range => Fate::Iterated,
        _ => Fate::Used,
    };
    (fate, parent)
}

/// Returns whether a value has what stands in it, one by one: a display, a comprehension, `*xs` in one.
pub(super) fn is_made_of_parts(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::ExprStarred(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
    )
}

/// Returns whether a call puts its argument into a container: `rows.append(x)`.
pub(super) fn is_collected(call: AnyNodeRef) -> bool {
    matches!(call, AnyNodeRef::ExprCall(call) if collector(call).is_some())
}

/// Returns the bindings of the container that a call puts its argument into, where that is a name.
pub(super) fn collected_in(subject: &Subject, call: &ExprCall) -> Vec<BindingId> {
    let name = collector(call).and_then(|method| method.value.as_name_expr());
    name.map_or_else(Vec::new, |name| {
        subject.flow.reaching(subject.tree.id(name)).bindings
    })
}

fn collector(call: &ExprCall) -> Option<&ExprAttribute> {
    let method = call.func.as_attribute_expr();
    method.filter(|it| COLLECTORS.contains(&it.attr.as_str()))
}

/// What is bound to names that nobody reads is discarded.
fn assigned(subject: &Subject, statement: NodeId, assign: &StmtAssign) -> Fate {
    let is_unread = |target: &Expr| {
        let Expr::Name(name) = target else {
            return false;
        };
        let binding = subject.names.binding_at(subject.tree.id(name));
        name.id == "_"
            || binding.is_some_and(|id| {
                // What a function declares `global`, other code may read.
                subject.names.binding(id).scope != ScopeId::MODULE
                    && !is_read_soon(subject, target)
                    && !subject.flow.is_used(id)
                    && !subject.names.is_exported(&name.id)
            })
    };
    let is_nameless = |target: &Expr| target.as_name_expr().is_some_and(|name| name.id == "_");
    let is_dropped = match is_local(subject, statement) {
        true => assign.targets.iter().all(is_unread),
        false => subject.nature.runs_by_cell() && assign.targets.iter().all(is_nameless),
    };
    match is_dropped {
        true => Fate::Discarded,
        false => Fate::Stored,
    }
}

/// A statement behind it in its block reads the name, before it is bound again: no other way to a use need
/// be looked for.
fn is_read_soon(subject: &Subject, target: &Expr) -> bool {
    let Model { tree, names, .. } = subject.model;
    let node = tree.id(target);
    let (Some(id), Some(statement)) = (names.binding_at(node), tree.statement(node)) else {
        return false;
    };
    let binding = names.binding(id);
    let block = subject.blocks.siblings(statement);
    let last = block.last().map_or(statement, |last| *last);
    let (start, end) = (tree.span(statement).end, tree.span(last).end);
    let others = names.bindings_of(binding.scope, binding.name);
    // They are in the order of their nodes.
    let next = others.partition_point(|id| names.binding(*id).node <= node);
    let next = others.get(next).map(|id| names.binding(*id).node);
    let end = next.map_or(end, |next| next.min(end));
    names.is_read_in(binding.scope, binding.name, &(start..end))
}

/// A name nobody reads may still be read from outside when it is the module's; in a notebook by a cell
/// that somebody is to write.
fn is_local(subject: &Subject, statement: NodeId) -> bool {
    subject.context.enclosing_function(statement).is_some()
}

/// The last expression of a cell is displayed.
fn statement_value(subject: &Subject, statement: NodeId) -> Fate {
    match is_last_of_cell(subject, statement) {
        true => Fate::Displayed,
        false => Fate::Discarded,
    }
}

/// Returns whether a statement is the last code of its cell, without a `;`.
pub(crate) fn is_last_of_cell(subject: &Subject, statement: NodeId) -> bool {
    ends_cell(subject, statement, subject.tree.range(statement).end())
}

/// Returns whether a statement of a cell's top level, which ends at `end`, is the last of the cell.
pub(crate) fn ends_cell(subject: &Subject, statement: NodeId, end: TextSize) -> bool {
    let range = subject.tree.range(statement).cover_offset(end);
    let cell = cell_at(subject.module.cells(), range.start());
    let cell = cell.filter(|cell| cell.range.contains_range(range));
    let at_top = subject.tree.parent(statement) == NodeId::ROOT;
    let Some(cell) = cell.filter(|_| at_top && subject.nature.runs_by_cell()) else {
        return false;
    };
    let rest = &subject.text()[range.end().to_usize()..cell.range.end().to_usize()];
    rest.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    const TEXT: &str = "\
from asyncio import gather as together
try:
    from other import wait
except ImportError:
    from asyncio import wait
async def main():
    g(1)
    await g(2)
    await together(g(3), [g(4)], *[g(5) for x in y], *(g(6) for x in y))
    x = [g(7)]
    y.append(g(8))
    print(together(x).y(g(9)), key=g(10))
    z = {1: g(11) for x in y}
    wait(g(12))
    return x, z
";

    #[track_caller]
    fn check(condition: &str, expected: &[usize]) {
        check_condition("g($at)", condition, TEXT, expected);
    }

    #[test]
    fn a_value_is_seen_through_displays_and_comprehensions() {
        check("result: discarded", &[1]);
        check("result: awaited", &[2]);
        check("result: passed", &[3, 4, 5, 6, 9, 10, 12]);
        check("result: stored", &[7, 8, 11]);
    }

    #[test]
    fn the_function_that_a_value_is_passed_to_is_known_by_its_meaning() {
        check("passed-to: asyncio.gather", &[3, 4, 5, 6]);
        check("passed-to: [print, asyncio.wait]", &[10]);
        // It may be either.
        check("passed-to: [other.wait, unknown]", &[12]);
        check("passed-to: other.wait", &[]);
    }
}
