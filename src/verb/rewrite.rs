//! The verb `rewrite`: the text of a node becomes a template's.

use super::render::{Layout, Writing};
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::template::Template;

/// Writes a template over a node.
pub(super) fn rewrite<'a>(
    subject: &Subject<'a>,
    node: NodeId,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let spelled = spell_all(subject, node, &template.names, &mut draft.needs)?;
    let range = subject.tree.range(node);
    let rendered = Writing {
        subject,
        template,
        captures,
        spelled: &spelled,
        range,
        layout: Layout::at(subject, range.start()),
        parent: subject.tree.parent_node(node),
        is_parenthesized: trivia::parenthesized(subject.module, subject.tree, node).is_some(),
        sites: draft.sites,
    }
    .render();
    let copied = rendered.copied.into_iter();
    draft
        .needs
        .extend(copied.map(|range| Need::Copied { range }));
    let gaps = rendered.gaps.into_iter();
    draft
        .needs
        .extend(gaps.map(|range| Need::Released { range }));
    draft.edits.extend(rendered.edits);
    draft.shifts.extend(rendered.shifts);
    draft.lost_comments.extend(rendered.lost);
    Ok(())
}
