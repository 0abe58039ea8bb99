//! `getattr(self, "do_" + name)`: what is named by a text that is not known, or only in part.

use ruff_python_ast::{AnyNodeRef, Expr};

use crate::bind::resolve::Meaning;
use crate::bind::setters::{Spelled, spelled};
use crate::matching::given::calls;
use crate::matching::subject::Subject;
use crate::project::gift::Callee;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// Returns whether an expression may name a method so, of which these are the callees. A text of which nothing is
/// known does only where the object is known.
pub(in crate::matching) fn may_be_named(subject: &Subject, id: NodeId, all: &[Callee]) -> bool {
    let Some((object, text)) = read(subject, id) else {
        return false;
    };
    let Some(own) = all.first() else {
        return false;
    };
    let mut texts = spelled(subject.names, text).into_iter();
    let Some(text) = texts.find(|it| it.may_be(&own.name)) else {
        return false;
    };
    let callees = calls::of_member(subject, object.into(), &own.name).into_iter();
    let mut meant = callees.filter(|(it, _)| all.contains(it));
    meant.any(|(it, _)| it.of.is_some() || text != Spelled::ANY)
}

/// The object whose attribute an expression reads by a text that is no literal, and the text.
pub(super) fn read<'a>(subject: &Subject<'a>, id: NodeId) -> Option<(&'a Expr, &'a Expr)> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
        return None;
    };
    let [object, text, ..] = &*call.arguments.args else {
        return None;
    };
    let is_read = || match subject.resolver.meaning((&call.func).into()) {
        Meaning::Qualified(name) => stdlib::reads_attribute(&name),
        _ => false,
    };
    (!text.is_string_literal_expr() && is_read()).then_some((object, text))
}
