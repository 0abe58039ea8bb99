//! Does code stand in a block that does not run where the question is asked?

use ruff_python_ast::AnyNodeRef;

use super::Search;
use crate::matching::may_fit::any_stands;
use crate::matching::place::inside_function;
use crate::matching::site::Site;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

impl<'r> Search<'_, 'r, '_> {
    /// What stands in one of these blocks does not count, nor does what is called there.
    pub(super) fn without(mut self, blocks: &'r [Guarded]) -> Self {
        self.outside = blocks;
        self
    }

    /// Returns whether a node stands in such a block of its function. The `else` of an `if` is another block.
    pub(super) fn is_outside(&self, node: NodeId) -> bool {
        let subject = self.site.subject;
        if !*self
            .has_blocks_outside
            .get_or_init(|| self.any_is_outside())
        {
            return false;
        }
        let mut below = node;
        inside_function(subject, node).any(|id| {
            let is_other = matches!(subject.tree.node(below), AnyNodeRef::ElifElseClause(_));
            below = id;
            !is_other && self.is_block_outside(id)
        })
    }

    /// Returns whether the file may have such a block; where all its sites ask the same, whether it has one.
    fn any_is_outside(&self) -> bool {
        let Site { subject, .. } = self.site;
        let known = self
            .beyond
            .and_then(|it| it.blocks(self.outside, self.site));
        any_stands(self.outside, subject)
            && known.is_none_or(|it| it.is_anywhere(|id| self.compared_outside(id)))
    }

    fn compared_outside(&self, id: NodeId) -> Answer {
        let block = self.site.subject.tree.node(id);
        self.site.fits_any(self.outside, block)
    }

    fn is_block_outside(&self, id: NodeId) -> bool {
        let find = || self.compared_outside(id).is_yes();
        *self
            .is_block_outside
            .borrow_mut()
            .entry(id)
            .or_insert_with(find)
    }
}
