//! Names of a function that stand for state which other tasks see, and what comes from it and goes back.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprContext, ExprRef};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::accesses::shared_state;
use super::changed::is_changed;
use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingKind;
use crate::bind::value::Origin;
use crate::matching::answers::state::{Access, Key};
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

/// The calls of an object's methods, where one is given what came from another: `n = store.get()`, and
/// then `store.put(n + 1)`, which writes it.
pub(super) fn handed_back<'a>(
    subject: &Subject<'a>,
    nodes: impl Iterator<Item = NodeId>,
) -> Vec<(Key<'a>, Access)> {
    let calls: Vec<_> = nodes
        .filter_map(|node| method_call(subject, node))
        .collect();
    let back = |(call, key): &&(&ExprCall, &str)| {
        let arguments = subject.tree.id(&call.arguments);
        comes_from(subject, arguments, key)
    };
    let written: FxHashMap<&str, TextSize> = calls
        .iter()
        .filter(back)
        .map(|(call, key)| (*key, call.start()))
        .collect();
    let accesses = calls.into_iter().filter_map(|(call, key)| {
        let write = written.get(key)?;
        let access = Access {
            node: subject.tree.id(call),
            at: call.end(),
            writes: call.start() == *write,
            sets: false,
            takes: false,
            augments: None,
        };
        let object = call.func.as_attribute_expr().map(|it| &*it.value)?;
        let state = shared_state(subject, subject.tree.id(object));
        let key = state.map_or(Key::of_name(key), |(_, key)| key);
        Some((key, access))
    });
    accesses.collect()
}

/// A call of a method, and how the object is spelled, unless it was made here.
fn method_call<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(&'a ExprCall, &'a str)> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(node) else {
        return None;
    };
    let method = call.func.as_attribute_expr()?;
    let object = ExprRef::from(&method.value);
    let is_own = |origin: &Origin| {
        matches!(origin, Origin::Made(made) if made.is_literal_expr()
            || made.is_list_expr() || made.is_dict_expr() || made.is_set_expr())
    };
    let origins = subject.resolver.origins(object);
    let is_own = !origins.is_empty() && origins.iter().all(is_own);
    let is_module = matches!(subject.resolver.meaning(object), Meaning::Qualified(_));
    (!is_own && !is_module).then(|| (call, &subject.text()[object.range()]))
}

/// Returns whether a name in the code was given what a method of the object returned.
fn comes_from(subject: &Subject, code: NodeId, object: &str) -> bool {
    let names = subject.tree.descendants(code);
    let mut names = names.filter(|id| subject.tree.node(*id).is_expr_name());
    names.any(|name| {
        let bindings = subject.flow.reaching(name).bindings.into_iter();
        let mut values = bindings.filter_map(|id| match subject.names.binding(id).kind {
            BindingKind::Assignment { value, .. } | BindingKind::Unpacking { value } => Some(value),
            _ => None,
        });
        values.any(|value| {
            let mut inside = subject.tree.with_descendants(value);
            inside.any(|id| method_call(subject, id).is_some_and(|(_, of)| of == object))
        })
    })
}
