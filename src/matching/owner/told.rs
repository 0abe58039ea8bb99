//! What a teardown tells what runs by attributes of the object.

use std::collections::BTreeSet;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprContext, StmtAssign, StmtClassDef};
use ruff_text_size::Ranged;

use super::unowned::Unowned;
use crate::matching::answers::owned::Teardown;
use crate::matching::members::reached_from;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

/// Returns whether the teardown sets a flag that what runs looks at.
///
/// # Errors
/// It waits in a loop for what the value sets: cancelled, it never would.
pub(super) fn is_told<'a>(
    subject: &Subject<'a>,
    functions: &[NodeId],
    class: &'a StmtClassDef,
    teardown: Teardown<'a>,
) -> Result<bool, Unowned> {
    let Teardown::Own(method) = teardown else {
        return Ok(false);
    };
    let of_running = |context: ExprContext| -> BTreeSet<&str> {
        let all = functions.iter();
        let all = all.flat_map(|function| attributes(subject, *function));
        let wanted = all.filter(|attribute| attribute.ctx == context);
        wanted.map(|attribute| attribute.attr.as_str()).collect()
    };
    let (read, set) = (
        of_running(ExprContext::Load),
        of_running(ExprContext::Store),
    );
    let mut is_told = false;
    let ending = reached_from(subject, class, method).into_iter();
    for id in ending.flat_map(|it| subject.tree.descendants(subject.tree.id(it))) {
        match subject.tree.node(id) {
            AnyNodeRef::StmtWhile(it) => {
                let mut asked = attributes(subject, subject.tree.id(&*it.test));
                if asked.any(|attribute| set.contains(attribute.attr.as_str())) {
                    return Err(Unowned::WaitsFor {
                        method: method.name.to_string(),
                        code: subject.text()[it.test.range()].to_owned(),
                    });
                }
            }
            AnyNodeRef::StmtAssign(it) => {
                is_told |= flag(it).iter().any(|flag| read.contains(flag));
            }
            _ => {}
        }
    }
    Ok(is_told)
}

/// The attribute that gets a truth value, and those that it is an attribute of.
fn flag(assign: &StmtAssign) -> Vec<&str> {
    let ([target], Expr::BooleanLiteral(_)) = (assign.targets.as_slice(), &*assign.value) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let mut rest = target;
    while let Expr::Attribute(attribute) = rest {
        names.push(attribute.attr.as_str());
        rest = &attribute.value;
    }
    names
}

/// The attributes of their own object in a part of the tree.
fn attributes<'s, 'a>(
    subject: &'s Subject<'a>,
    inside: NodeId,
) -> impl Iterator<Item = &'a ExprAttribute> + 's {
    let nodes = subject.tree.with_descendants(inside);
    nodes.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::ExprAttribute(it) => subject.resolver.class_of_self(it).map(|_| it),
        _ => None,
    })
}
