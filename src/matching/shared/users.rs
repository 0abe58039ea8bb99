//! Who uses the state that other tasks see, anywhere in a file.

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprRef};
use ruff_text_size::Ranged;

use super::accesses::{access, shared_state};
use super::key;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::matching::answers::state::{Key, Shared, User, Users};
use crate::matching::made::gives_new;
use crate::matching::subject::Subject;
use crate::matching::uses::{bindings_of, is_parameter};
use crate::project::definition::Definition;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::semantic::ways::reaches;

/// Iterates over the uses, in functions, of state with that last name; not those that make an object,
/// before there are tasks.
pub(super) fn users<'s>(subject: &'s Subject, key: Key<'s>) -> impl Iterator<Item = User> + 's {
    let by_name = subject.answers.users.get_or_init(|| find(subject));
    let users = by_name.get(&key.last()).map_or(&[][..], Vec::as_slice);
    users.iter().copied()
}

fn find<'a>(subject: &Subject<'a>) -> Users<'a> {
    let mut by_name = Users::default();
    for node in subject.tree.ids() {
        let Some(function) = subject.context.enclosing_function(node) else {
            continue;
        };
        if let Some((context, key)) = shared_state(subject, node)
            && !makes_object(subject, function)
            && !is_given(subject, node)
        {
            let writes = access(subject, node, context).writes;
            let user = User {
                node,
                function,
                writes,
            };
            by_name.entry(key.last()).or_default().push(user);
        }
    }
    by_name
}

/// A parameter is a name of its function alone.
pub(super) fn is_given(subject: &Subject, node: NodeId) -> bool {
    let expression = subject.tree.node(node).as_expr_ref();
    expression.is_some_and(|it| it.is_name_expr() && is_parameter(subject, it))
}

fn makes_object(subject: &Subject, function: NodeId) -> bool {
    matches!(subject.tree.node(function), AnyNodeRef::StmtFunctionDef(def) if def.name.as_str() == "__init__")
}

/// The text of the constant that is assigned to a node.
pub(super) fn constant<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a str> {
    let value = match subject.tree.parent_node(node) {
        AnyNodeRef::StmtAssign(it) => &*it.value,
        AnyNodeRef::StmtAnnAssign(it) => it.value.as_deref()?,
        _ => key::value_set(subject, node)?,
    };
    value
        .is_literal_expr()
        .then(|| &subject.text()[value.range()])
}

/// Returns whether nobody else comes to an object that the function made and keeps for itself, at a site at least.
pub(super) fn is_own(subject: &Subject, shared: &Shared, site: Option<NodeId>) -> bool {
    let mut accesses = shared.accesses.iter();
    accesses.all(|access| is_made_here(subject, access.node, site))
}

/// Returns whether the access is to an object that its function makes, and uses only by its attributes and
/// items, or hands out only behind the site: nobody else has it.
fn is_made_here<'a>(subject: &Subject<'a>, access: NodeId, site: Option<NodeId>) -> bool {
    let tree = subject.tree;
    let of_node = || tree.node(access).as_expr_ref();
    let Some(root) = key::object(subject, access)
        .map(ExprRef::from)
        .or_else(of_node)
    else {
        return false;
    };
    let bindings = bindings_of(subject, root);
    let function = subject.context.enclosing_function(access);
    let is_local = |scope| scope != ScopeId::MODULE;
    let is_base = |id: NodeId| match tree.parent_node(id) {
        AnyNodeRef::ExprAttribute(_) | AnyNodeRef::StmtReturn(_) => true,
        AnyNodeRef::ExprSubscript(item) => tree.id(&*item.value) == id,
        _ => false,
    };
    let is_own = |made: ExprRef<'a>| match made {
        ExprRef::Call(call) => makes_new(subject, call),
        made => gives_new(made),
    };
    let is_later = |id| site.is_some_and(|site| !reaches(subject, id, site));
    let origins = subject.resolver.origins(root);
    let is_here = |origin: &Origin<'a>| {
        matches!(origin, Origin::Made(made) if is_own(*made)
            && subject.context.enclosing_function(tree.id(*made)) == function)
    };
    let mut bindings = bindings.iter();
    !origins.is_empty()
        && origins.iter().all(is_here)
        && bindings.all(|id| {
            is_local(subject.names.binding(*id).scope)
                && (subject.flow.uses(*id).into_iter()).all(|id| is_base(id) || is_later(id))
        })
}

/// A class of the project gives a new object, unless it says itself what a call of it gives.
fn makes_new<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> bool {
    let class = ExprRef::from(&call.func);
    let is_new = |qualified: &str| match subject.definition(qualified) {
        Definition::Class(class) => !class.attributes.contains(stdlib::MAKES),
        _ => false,
    };
    match subject.resolver.meaning(class) {
        Meaning::Qualified(qualified) => is_new(&qualified),
        _ => subject.resolver.local_class(class).is_some(),
    }
}
