//! Names of a function that stand for state which other tasks see.

use ruff_python_ast::{AnyNodeRef, Expr, ExprContext};
use rustc_hash::FxHashSet;

use super::accesses::shared_state;
use super::changed::is_changed;
use crate::bind::MAX_STEPS;
use crate::bind::scope::BindingKind;
use crate::matching::answers::state::Key;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

/// Methods of Python's own containers that hand out what these hold: of the language, and so no table.
const GETTERS: [&str; 4] = ["get", "setdefault", "items", "values"];

/// The local names that something is changed through: `rows = self.rows; rows[0] = 1`.
pub(super) fn aliases<'a>(
    subject: &Subject<'a>,
    nodes: impl Iterator<Item = NodeId>,
) -> FxHashSet<&'a str> {
    let changed = nodes.filter_map(|node| match subject.tree.node(node) {
        AnyNodeRef::ExprName(name) if is_changed(subject, node) => Some((node, name.id.as_str())),
        _ => None,
    });
    let aliases = changed.filter(|(node, _)| is_part(subject, *node, MAX_STEPS));
    aliases.map(|(_, name)| name).collect()
}

/// A use of a local name of such state. It is known by that name, and not told apart from what it was
/// read from: that is why only names count that something is changed through.
pub(super) fn alias_of<'a>(
    subject: &Subject<'a>,
    node: NodeId,
    aliases: &FxHashSet<&str>,
) -> Option<(ExprContext, Key<'a>)> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprName(name) if name.ctx.is_load() && aliases.contains(name.id.as_str()) => {
            Some((name.ctx, Key::of_name(name.id.as_str())))
        }
        _ => None,
    }
}

/// Returns whether an expression stands for state that other tasks see, or for a part of it.
fn is_part(subject: &Subject, node: NodeId, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    if shared_state(subject, node).is_some() {
        return true;
    }
    let part = |of: &Expr| is_part(subject, subject.tree.id(of), steps);
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => part(&attribute.value),
        // `rows[:]` is a copy.
        AnyNodeRef::ExprSubscript(item) => !is_whole(&item.slice) && part(&item.value),
        AnyNodeRef::ExprCall(call) => match &*call.func {
            Expr::Attribute(method) if GETTERS.contains(&method.attr.as_str()) => {
                part(&method.value)
            }
            _ => false,
        },
        AnyNodeRef::ExprName(_) => {
            let bindings = subject.flow.reaching(node).bindings.into_iter();
            let mut values = bindings.filter_map(|id| match subject.names.binding(id).kind {
                BindingKind::Assignment { value, .. } | BindingKind::Unpacking { value } => {
                    Some(value)
                }
                BindingKind::For { iterable } => Some(iterable),
                _ => None,
            });
            values.any(|value| is_part(subject, value, steps))
        }
        _ => false,
    }
}

fn is_whole(slice: &Expr) -> bool {
    let slice = slice.as_slice_expr();
    slice.is_some_and(|it| it.lower.is_none() && it.upper.is_none() && it.step.is_none())
}
