//! Does code surely run where other code does? What an expression raises on the way is left aside.

use std::ops::Range;

use ruff_python_ast::{AnyNodeRef, StmtIf, StmtMatch};

use super::{Raised, outwards};
use crate::bind::block::{Block, BlockRole};
use crate::bind::ends::{Ends, Passes, has_else, takes_all};
use crate::bind::events::runs_always;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::Model;

/// Returns whether what is asked for runs behind a node, on every way to the end of its function: behind it in its
/// block or a block around, or in a `finally`. `runs`: whether it does where a block is entered at a place.
pub fn follows(model: &Model, node: NodeId, runs: &dyn Fn(&Block, usize) -> Answer) -> Answer {
    let blocks = model.blocks;
    let mut found = Answer::No;
    for (statement, ends) in outwards(model, node, Raised::Aside) {
        let Some(block) = blocks.block_of(statement) else {
            break;
        };
        let next = blocks.position(statement) + 1;
        found = found.or(goes_on(ends).and(runs(block, next)));
        if found.is_yes() || block.role.is_whole() {
            break;
        }
        let ends = ends.then(|| blocks.passes(block).rest(next));
        found = found.or(in_other_parts(model, block, ends, runs));
    }
    found
}

/// The same of the other parts of the statement that holds a block, where control leaves that so.
fn in_other_parts(
    model: &Model,
    block: &Block,
    ends: Ends,
    runs: &dyn Fn(&Block, usize) -> Answer,
) -> Answer {
    let holder = model.blocks.holder(block);
    let part = |role| {
        let block = model.blocks.block(holder, role);
        block.map_or(Answer::No, |it| runs(it, 0))
    };
    let other = match block.role {
        // Perhaps once more.
        BlockRole::Loop if ends.turns() => {
            let again = part(BlockRole::Loop).or(part(BlockRole::LoopElse));
            again.and(Answer::Unknown)
        }
        BlockRole::Try => {
            let handled = each(model, holder, BlockRole::Except).map(|it| runs(it, 0));
            let handled = handled.fold(Answer::No, Answer::or).and(Answer::Unknown);
            goes_on(ends).and(part(BlockRole::TryElse)).or(handled)
        }
        BlockRole::Finally => return Answer::No,
        _ => Answer::No,
    };
    // It runs also where the block was left before.
    other.or(part(BlockRole::Finally))
}

/// Returns whether what stands behind runs, by how what stands before ends.
fn goes_on(ends: Ends) -> Answer {
    match ends {
        Ends::FALLS => Answer::Yes,
        ends if ends.may(Ends::FALLS) => Answer::Unknown,
        _ => Answer::No,
    }
}

/// Returns whether control that is at one place of a block comes to a later one.
pub fn comes(passes: &Passes, from: usize, to: usize) -> Answer {
    match passes.may(from, to) {
        true if passes.surely(from, to) => Answer::Yes,
        true => Answer::Unknown,
        false => Answer::No,
    }
}

/// The blocks of the clauses of a statement.
fn each<'m>(
    model: &'m Model,
    statement: NodeId,
    role: BlockRole,
) -> impl Iterator<Item = &'m Block> {
    let clauses = model.tree.children(statement);
    clauses.filter_map(move |id| model.blocks.block(id, role))
}

/// Code that is looked for where statements run.
#[derive(Clone, Copy)]
pub struct Sought<'s, 'a> {
    /// The file.
    pub model: &'s Model<'a>,
    /// The nodes that may be it, in source order.
    pub among: &'s [NodeId],
    /// Whether one of them is.
    pub fits: &'s dyn Fn(NodeId) -> Answer,
}

impl Sought<'_, '_> {
    /// Returns whether it runs where a block is entered at a place.
    pub fn in_block(&self, block: &Block, from: usize) -> Answer {
        let statements = &block.statements;
        let (Some(first), Some(last)) = (statements.get(from), statements.last()) else {
            return Answer::No;
        };
        let inside = self.inside(*first..self.model.tree.span(*last).end);
        let passes = self.model.blocks.passes(block);
        let mut found = Answer::No;
        let mut last = None;
        for place in inside.iter().map(|id| block.place_of(*id)) {
            if last.replace(place) == Some(place) {
                continue;
            }
            let comes = comes(passes, from, place);
            if found.is_yes() || comes == Answer::No {
                break;
            }
            found = found.or(comes.and(self.in_statement(statements[place])));
        }
        found
    }

    /// Returns whether it runs where a block of a statement or clause does.
    pub fn in_part(&self, owner: NodeId, role: BlockRole) -> Answer {
        let block = self.model.blocks.block(owner, role);
        block.map_or(Answer::No, |block| self.in_block(block, 0))
    }

    fn inside(&self, span: Range<NodeId>) -> &[NodeId] {
        let start = self.among.partition_point(|id| *id < span.start);
        let end = self.among.partition_point(|id| *id < span.end);
        &self.among[start..end]
    }

    /// Returns whether it runs with a statement.
    pub fn in_statement(&self, statement: NodeId) -> Answer {
        let model = self.model;
        let inside = self.inside(model.tree.span(statement));
        let direct = match inside.first() {
            None => return Answer::No,
            Some(first) if *first == statement => (self.fits)(statement),
            Some(_) => Answer::No,
        };
        let sometimes = |role| self.in_part(statement, role).and(Answer::Unknown);
        let nested = match model.tree.node(statement) {
            _ if direct.is_yes() => return direct,
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => return direct,
            AnyNodeRef::StmtWith(_) => self.in_part(statement, BlockRole::With),
            AnyNodeRef::StmtTry(_) => self.in_try(statement),
            AnyNodeRef::StmtIf(it) => self.in_branches(statement, it),
            AnyNodeRef::StmtMatch(it) => self.in_cases(statement, it),
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => {
                let turns = match model.blocks.is_endless(statement) {
                    true => self.in_part(statement, BlockRole::Loop),
                    false => sometimes(BlockRole::Loop),
                };
                turns.or(sometimes(BlockRole::LoopElse))
            }
            _ => Answer::No,
        };
        direct.or(nested).or(self.in_own(statement, inside))
    }

    fn in_try(&self, statement: NodeId) -> Answer {
        let tried = self.model.blocks.block_ends(statement, BlockRole::Try);
        let other = goes_on(tried).and(self.in_part(statement, BlockRole::TryElse));
        let handled = each(self.model, statement, BlockRole::Except);
        let handled = handled.map(|it| self.in_block(it, 0).and(Answer::Unknown));
        let always = self.in_part(statement, BlockRole::Try).or(other);
        let last = self.in_part(statement, BlockRole::Finally);
        handled.fold(always.or(last), Answer::or)
    }

    fn in_branches(&self, statement: NodeId, node: &StmtIf) -> Answer {
        let others = each(self.model, statement, BlockRole::Else);
        let others = others.map(|it| self.in_block(it, 0));
        let first = self.in_part(statement, BlockRole::If);
        one_of(others.chain([first]), has_else(node))
    }

    fn in_cases(&self, statement: NodeId, node: &StmtMatch) -> Answer {
        let cases = each(self.model, statement, BlockRole::Case);
        one_of(cases.map(|it| self.in_block(it, 0)), takes_all(node))
    }

    /// The expressions of a statement itself; what a lambda or generator holds may never run.
    fn in_own(&self, statement: NodeId, inside: &[NodeId]) -> Answer {
        let Model { tree, context, .. } = self.model;
        let place = |id: NodeId| context.frames(id).next().map(|frame| frame.node);
        let is_own = |id: &&NodeId| {
            tree.node(**id).is_expression()
                && tree.statement(**id) == Some(statement)
                && place(**id) == place(statement)
        };
        let mut found = Answer::No;
        for id in inside.iter().filter(is_own) {
            let answer = match is_evaluated(self.model, *id) {
                true => (self.fits)(*id),
                false => (self.fits)(*id).and(Answer::Unknown),
            };
            found = found.or(answer);
        }
        found
    }
}

/// One of several branches is taken, or perhaps none.
fn one_of(branches: impl Iterator<Item = Answer>, is_complete: bool) -> Answer {
    let (mut all, mut some) = (Answer::from(is_complete), Answer::No);
    for branch in branches {
        (all, some) = (all.and(branch), some.or(branch));
    }
    match all.is_yes() {
        true => Answer::Yes,
        false => some.and(Answer::Unknown),
    }
}

/// Returns whether an expression is always evaluated where its statement runs.
pub fn is_evaluated(model: &Model, node: NodeId) -> bool {
    let tree = model.tree;
    let mut steps = tree.with_ancestors(node).zip(tree.ancestors(node));
    let statement = tree.statement(node);
    let always = steps
        .by_ref()
        .take_while(|(inner, _)| Some(*inner) != statement);
    let mut always = always.map(|(inner, outer)| runs_always(tree, outer, inner));
    always.all(|it| it)
}
