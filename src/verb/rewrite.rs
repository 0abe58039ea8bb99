//! The verb `rewrite`: the matched text becomes the template's.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::render::Writing;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::plan::needs::Need;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::template::Template;

pub(super) fn rewrite<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    template: &Template,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    rewrite_node(subject, found.node, template, &found.captures, draft)
}

/// Writes a template over a node.
pub(super) fn rewrite_node<'a>(
    subject: &Subject<'a>,
    node: NodeId,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let spelled = spell_all(subject, node, &template.names, &mut draft.needs)?;
    let rendered = Writing {
        subject,
        template,
        captures,
        spelled: &spelled,
        range: subject.tree.range(node),
        parent: subject.tree.parent_node(node),
        is_parenthesized: trivia::parenthesized(subject.module, subject.tree, node).is_some(),
    }
    .render();
    let copied = rendered.copied.into_iter();
    draft
        .needs
        .extend(copied.map(|range| Need::Copied { range }));
    draft.edits.extend(rendered.edits);
    draft.shifts.extend(rendered.shifts);
    draft.lost_comments.extend(rendered.lost);
    Ok(())
}

/// Returns the callee of the call that a node is, or holds as its statement.
pub(super) fn callee<'a>(subject: &Subject<'a>, node: NodeId) -> Option<ExprRef<'a>> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&call.func)),
        AnyNodeRef::StmtExpr(statement) => statement
            .value
            .as_call_expr()
            .map(|call| ExprRef::from(&call.func)),
        _ => None,
    }
}
