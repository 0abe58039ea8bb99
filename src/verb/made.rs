//! A captured variable → the statement that makes it, beside which something else may be made.

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprRef};
use ruff_text_size::Ranged;

use crate::bind::scope::{BindingKind, ScopeId};
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::Model;

/// Returns the statement that gives a name of the module its first value, or an attribute of one's own
/// object in `__init__`.
pub(super) fn made_at<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    capture: &str,
) -> Option<NodeId> {
    let Model { tree, names, .. } = subject.model;
    match found.captures.find(capture)? {
        Captured::Expression(ExprRef::Name(name)) => {
            let owner = names.lookup(names.scope_of(tree.id(*name)), &name.id)?;
            let mut bound = names.bindings_of(ScopeId::MODULE, &name.id).iter();
            let first = names.binding(*bound.next().filter(|_| owner == ScopeId::MODULE)?);
            let is_made = matches!(first.kind, BindingKind::Assignment { .. });
            (is_made && tree.parent(first.statement) == NodeId::ROOT).then_some(first.statement)
        }
        Captured::Expression(ExprRef::Attribute(attribute)) => in_init(subject, attribute),
        Captured::Name { range, .. } => {
            let mut inside = tree.descendants(found.node).map(|id| tree.node(id));
            let attribute = inside.find_map(|node| match node {
                AnyNodeRef::ExprAttribute(it) => (it.attr.range() == *range).then_some(it),
                _ => None,
            });
            in_init(subject, attribute?)
        }
        _ => None,
    }
}

/// The statement of `__init__` that gives an attribute of one's own object its value.
fn in_init<'a>(subject: &Subject<'a>, attribute: &'a ExprAttribute) -> Option<NodeId> {
    let class = subject.resolver.class_of_self(attribute)?;
    let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
    let init = methods.find(|it| it.name.as_str() == "__init__")?;
    let mut statements = init.body.iter().map(|it| subject.tree.id(it));
    statements.find(|id| sets(subject.tree.node(*id), &attribute.attr))
}

/// Whether a statement assigns to an attribute of that name alone.
fn sets(statement: AnyNodeRef, name: &str) -> bool {
    let target = match statement {
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [only] => only,
            _ => return false,
        },
        AnyNodeRef::StmtAnnAssign(assign) => &*assign.target,
        _ => return false,
    };
    target
        .as_attribute_expr()
        .is_some_and(|it| it.attr.as_str() == name)
}
