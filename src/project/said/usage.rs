//! A node → how it uses an attribute.

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::classes::Classes;
use super::{ByName, UsedOf, Using};
use crate::bind::resolve::Meaning;
use crate::project::outline::Reader;
use crate::python::tree::{NodeId, Tree};
use crate::python::word::is_in_name;

/// The uses of a file's attributes.
#[derive(Default)]
pub(super) struct Uses<'a> {
    pub(super) found: ByName<Using>,
    seen: FxHashSet<(&'a str, UsedOf, bool)>,
}

impl<'a> Uses<'a> {
    /// Adds what a node uses, unless an earlier one does the same with an attribute of the same.
    pub(super) fn read(
        &mut self,
        reader: &Reader<'_, 'a>,
        classes: &mut Classes<'_, 'a>,
        id: NodeId,
    ) {
        let (name, of) = match reader.tree.node(id) {
            AnyNodeRef::ExprAttribute(used) => (used.attr.as_str(), of(reader, classes, used)),
            AnyNodeRef::ExprStringLiteral(text) if text.value.to_str().chars().all(is_in_name) => {
                (text.value.to_str(), UsedOf::Text)
            }
            _ => return,
        };
        let is_worked = is_worked(reader.tree, id);
        if !self.seen.insert((name, of.clone(), is_worked)) {
            return;
        }
        let position = reader.source.position(reader.tree.range(id).start());
        let of_name = self.found.entry(name.into()).or_default();
        of_name.push(Using {
            of,
            is_worked,
            position,
        });
    }
}

fn of<'a>(
    reader: &Reader<'_, 'a>,
    classes: &mut Classes<'_, 'a>,
    used: &'a ExprAttribute,
) -> UsedOf {
    let value = ExprRef::from(&used.value);
    if let Some(class) = reader.resolver.class_of_self(used) {
        return UsedOf::Instance(classes.place(class));
    }
    match reader.resolver.meaning(value) {
        Meaning::Qualified(_) => UsedOf::Named(classes.named(value)),
        _ => classes
            .of_value(value)
            .map_or(UsedOf::Plain, UsedOf::Object),
    }
}

/// It is awaited, gone over, handed over in a list, or has a method that is called for its effect; or so is
/// what a call gives that has it.
fn is_worked(tree: &Tree, id: NodeId) -> bool {
    let around = |id: NodeId| tree.node(tree.parent(id));
    match around(id) {
        AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprStarred(_) => true,
        AnyNodeRef::StmtFor(it) => it.iter.range() == tree.range(id),
        AnyNodeRef::Comprehension(it) => it.iter.range() == tree.range(id),
        AnyNodeRef::ExprAttribute(_) => {
            let callee = tree.parent(id);
            let call = tree.parent(callee);
            tree.node(call).is_expr_call() && (around(call).is_stmt_expr() || is_worked(tree, call))
        }
        // What takes it may be awaited.
        AnyNodeRef::Arguments(_) => is_worked(tree, tree.parent(tree.parent(id))),
        AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => {
            around(tree.parent(id)).is_arguments()
        }
        _ => false,
    }
}
