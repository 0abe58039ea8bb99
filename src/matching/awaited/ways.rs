//! Does code wait on every way that comes by a statement? What is asked of one statement is asked of all beside
//! it, so what is known of a block is kept for all of them.

use std::rc::Rc;

use ruff_python_ast::AnyNodeRef;

use super::waits::waits_at;
use crate::bind::MAX_STEPS;
use crate::bind::block::Block;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::ways::runs::{Sought, comes, follows};
use crate::semantic::ways::statements_around;

/// Asks of code that waits, coroutines followed so far.
pub(super) fn waiting<T>(subject: &Subject, steps: u32, ask: impl FnOnce(Sought) -> T) -> T {
    let among = subject.answers.may_wait.get_or_init(|| {
        let may_wait = |id: &NodeId| match subject.tree.node(*id) {
            AnyNodeRef::ExprAwait(_) => true,
            AnyNodeRef::StmtWith(it) => it.is_async,
            AnyNodeRef::StmtFor(it) => it.is_async,
            _ => false,
        };
        subject.tree.ids().filter(may_wait).collect()
    });
    let fits = |id: NodeId| Answer::from(waits_at(subject, id, steps));
    ask(Sought {
        model: subject,
        among,
        fits: &fits,
    })
}

/// The places of the statements of a block that wait whenever they run.
fn places(subject: &Subject, block: &Block) -> Rc<[usize]> {
    let find = || {
        waiting(subject, MAX_STEPS, |sought| {
            let statements = block.statements.iter().enumerate();
            let waits = statements.filter(|(_, id)| sought.in_statement(**id).is_yes());
            waits.map(|(place, _)| place).collect()
        })
    };
    let known = &subject.answers.waiting;
    known.or_find(&(block.owner, block.role), find)
}

/// Returns whether a statement before a node, in its block or a block around it, always waits.
pub(super) fn waits_before(subject: &Subject, node: NodeId) -> bool {
    last_wait(subject, node, false).is_some()
}

/// Returns the last of the statements before a node, in its block or a block around it, that always waits; its
/// own statement where that counts.
pub(in crate::matching) fn last_wait(
    subject: &Subject,
    node: NodeId,
    counts_own: bool,
) -> Option<NodeId> {
    let blocks = subject.blocks;
    let around = statements_around(subject, node).enumerate();
    around.into_iter().find_map(|(depth, statement)| {
        let block = blocks.block_of(statement)?;
        let end = blocks.position(statement) + usize::from(counts_own && depth == 0);
        let places = places(subject, block);
        let last = places.partition_point(|it| *it < end).checked_sub(1)?;
        Some(block.statements[places[last]])
    })
}

/// Returns whether a node is always followed by what waits, up to the end of its function.
pub(super) fn waits_behind(subject: &Subject, node: NodeId) -> bool {
    let runs = |block: &Block, from: usize| {
        let places = places(subject, block);
        let next = places.get(places.partition_point(|it| *it < from));
        next.map_or(Answer::No, |next| {
            comes(subject.blocks.passes(block), from, *next)
        })
    };
    follows(subject, node, &runs).is_yes()
}
