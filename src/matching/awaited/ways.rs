//! Does code wait on every way that comes by a statement? What is asked of one statement is asked of all beside
//! it, so what is known of a block is kept for all of them.

use std::rc::Rc;

use ruff_python_ast::AnyNodeRef;

use super::waits::waits_at;
use crate::bind::MAX_STEPS;
use crate::bind::block::{Block, BlockRole};
use crate::matching::answers::code::Along;
use crate::matching::followed::{Run, goes_on, is_left_behind};
use crate::matching::place;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

impl Along {
    fn of(subject: &Subject, block: &Block) -> Self {
        let waits: Vec<bool> = block
            .statements
            .iter()
            .map(|id| waits(subject, *id, None))
            .collect();
        let n = waits.len();
        let mut along = Self {
            before: vec![false; n + 1],
            from: vec![false; n + 1],
            goes_on: vec![true; n + 1],
        };
        for (at, waits) in waits.iter().enumerate() {
            along.before[at + 1] = along.before[at] || *waits;
        }
        for at in (0..n).rev() {
            let goes_on = goes_on(subject, block.statements[at]).is_yes();
            along.from[at] = waits[at] || goes_on && along.from[at + 1];
            along.goes_on[at] = goes_on && along.goes_on[at + 1];
        }
        along
    }
}

/// A statement waits whenever it runs; without a node that is left out.
fn waits(subject: &Subject, statement: NodeId, left_out: Option<NodeId>) -> bool {
    let all = subject.answers.may_wait.get_or_init(|| {
        let may_wait = |id: &NodeId| match subject.tree.node(*id) {
            AnyNodeRef::ExprAwait(_) => true,
            AnyNodeRef::StmtWith(it) => it.is_async,
            AnyNodeRef::StmtFor(it) => it.is_async,
            _ => false,
        };
        subject.tree.ids().filter(may_wait).collect()
    });
    let next = all.get(all.partition_point(|id| *id < statement));
    if !next.is_some_and(|id| subject.tree.contains(statement, *id)) {
        return false;
    }
    let fits = |id: NodeId| Answer::from(left_out != Some(id) && waits_at(subject, id, MAX_STEPS));
    let run = Run {
        subject,
        fits: &fits,
    };
    run.statement(statement).is_yes()
}

fn along(subject: &Subject, block: &Block) -> Rc<Along> {
    let find = || Rc::new(Along::of(subject, block));
    subject
        .answers
        .along
        .or_find(&(block.owner, block.role), find)
}

/// Returns whether a statement before a node, in its block or a block around it, always waits.
pub(super) fn waits_before(subject: &Subject, node: NodeId) -> bool {
    place::statements_around(subject, node).any(|statement| {
        let place = subject.blocks.position(statement);
        let block = subject.blocks.block_of(statement).filter(|_| place > 0);
        block.is_some_and(|it| along(subject, it).before[place])
    })
}

/// Returns whether a node is always followed by what waits, up to the end of its function.
pub(super) fn waits_behind(subject: &Subject, node: NodeId) -> bool {
    let Some(mut statement) = subject.tree.statement(node) else {
        return false;
    };
    let is_last = |owner: NodeId, role: BlockRole| {
        let block = subject.blocks.block(owner, role);
        block.is_some_and(|it| along(subject, it).before.ends_with(&[true]))
    };
    let mut is_reached = true;
    loop {
        let Some(block) = subject.blocks.block_of(statement) else {
            return false;
        };
        let next = subject.blocks.position(statement) + 1;
        if next < block.statements.len() {
            let along = along(subject, block);
            if is_reached && along.from[next] {
                return true;
            }
            is_reached &= along.goes_on[next];
        }
        let around = subject.tree.statement(block.owner);
        let Some(around) = around.filter(|_| is_left_behind(block.role)) else {
            return false;
        };
        let waits_last = match block.role {
            BlockRole::Finally => in_finally(subject, block, statement, node),
            BlockRole::Try if is_reached && is_last(around, BlockRole::TryElse) => true,
            _ => is_last(around, BlockRole::Finally),
        };
        if waits_last {
            return true;
        }
        statement = around;
    }
}

/// The block of a `finally` waits, a node in that statement left out.
fn in_finally(subject: &Subject, block: &Block, statement: NodeId, node: NodeId) -> bool {
    let place = subject.blocks.position(statement);
    let along = along(subject, block);
    let is_waiting = |at: usize| along.before[at + 1] && !along.before[at];
    // Of several that wait the first is enough, and it may be the statement itself.
    let first = (0..block.statements.len()).find(|at| is_waiting(*at));
    match first {
        None => false,
        Some(first) if first != place => true,
        Some(_) => block.statements[place..].iter().any(|id| {
            let left_out = (*id == statement).then_some(node);
            waits(subject, *id, left_out)
        }),
    }
}
