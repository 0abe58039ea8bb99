//! What a template is written over.

use ruff_text_size::TextRange;

use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::matching::unify::Fit;
use crate::python::tree::NodeId;

/// What a template is written over.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    /// Where the match begins.
    pub(super) node: NodeId,
    /// The matched text.
    pub(super) range: TextRange,
    /// The decorators that the pattern names.
    pub(super) decorators: &'p [TextRange],
}

impl<'p> Place<'p> {
    /// The text that a pattern matched at a node.
    pub(super) fn of_fit(node: NodeId, fit: &'p Fit) -> Self {
        Self {
            node,
            range: fit.range,
            decorators: &fit.decorators,
        }
    }

    /// The text that a rule matched.
    pub(super) fn of_match(found: &'p Match) -> Self {
        Self {
            node: found.node,
            range: found.range,
            decorators: &found.decorators,
        }
    }

    /// The whole text of a node.
    pub(super) fn of_node(subject: &Subject, node: NodeId) -> Self {
        Self {
            node,
            range: subject.tree.range(node),
            decorators: &[],
        }
    }
}
