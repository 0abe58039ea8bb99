//! The verb `rewrite`: the matched text becomes the template's.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::render::{Target, render};
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
    let target = target(subject, node);
    let rendered = render(subject, &target, template, captures, &spelled);
    draft.needs.extend(
        rendered
            .copied
            .into_iter()
            .map(|range| Need::Copied { range }),
    );
    draft.edits.extend(rendered.edits);
    draft.shifts.extend(rendered.shifts);
    draft.lost_comments.extend(rendered.lost);
    Ok(())
}

fn target<'a>(subject: &Subject<'a>, node: NodeId) -> Target<'a> {
    let own_brackets = subject
        .tree
        .node(node)
        .as_expr_ref()
        .is_some_and(|_| trivia::parenthesized(subject.module, subject.tree, node).is_some());
    Target {
        range: subject.tree.range(node),
        parent: subject.tree.parent_node(node),
        own_brackets,
    }
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
