//! The verb `wrap`: a block around the statement of a site, whose header the rule writes.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;

use super::add::written;
use super::draft::Draft;
use super::lines::Lines;
use super::obstacle::Obstacle;
use super::refusal::Refusal;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::{Together, Wrap};

/// The lines of a loop that moves as a whole.
const MAX_LINES: usize = 20;

/// Puts the block around the statements of the matches, from the first to the last.
pub(super) fn wrap<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    wrap: &Wrap,
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let Some(found) = matches.first() else {
        return Ok(());
    };
    let statements = around(subject, matches)?;
    let (Some(first), Some(last)) = (statements.first(), statements.last()) else {
        return Err(Obstacle::Scattered.into());
    };
    let range = TextRange::new(
        subject.tree.range(*first).start(),
        subject.tree.range(*last).end(),
    );
    check(subject, statements)?;
    for found in matches {
        check_evaluated(subject, found, wrap)?;
    }
    let template = wrap.header.with_names(names);
    let (code, longer) = written(subject, found, (*first, &template), names, draft)?;
    if !longer.is_empty() || code.contains('\n') {
        return Err(Refusal::NotBefore);
    }
    let lines = Lines::of(subject, range)?;
    let header = code.trim_end_matches(':');
    draft
        .edits
        .push(lines.below(&[format!("{header}:")], false));
    draft.shifts.extend(lines.deeper());
    Ok(())
}

/// The neighbouring statements, from the first that holds a match to the last; where the sites of a
/// function share the block, the outermost loop around them, which would make it anew each time. A long loop stays
/// where it is: nobody reviews so many moved lines for that.
fn around<'s>(subject: &'s Subject, matches: &[&Match]) -> Result<&'s [NodeId], Obstacle> {
    let common = common(subject, matches)?;
    let is_shared = matches
        .iter()
        .all(|found| found.rule.shares.together == Some(Together::Function));
    let (Some(first), true) = (common.first(), is_shared) else {
        return Ok(common);
    };
    let function = subject.context.enclosing_function(*first);
    let outer = subject.tree.ancestors(*first).take_while(|id| {
        subject.context.enclosing_function(*id) == function && Some(*id) != function
    });
    let is_loop = |id: &NodeId| {
        let node = subject.tree.node(*id);
        (node.is_stmt_for() || node.is_stmt_while()) && yields(subject, *id).is_none()
    };
    let is_short = |id: &NodeId| {
        let code = &subject.text()[subject.tree.range(*id)];
        code.lines().count() <= MAX_LINES
    };
    let Some(outermost) = outer.filter(is_loop).take_while(is_short).last() else {
        return Ok(common);
    };
    let place = subject.blocks.position(outermost);
    Ok(&subject.blocks.siblings(outermost)[place..=place])
}

/// The statements of the innermost block that holds all matches, from the first to the last.
fn common<'s>(subject: &'s Subject, matches: &[&Match]) -> Result<&'s [NodeId], Obstacle> {
    let found = matches.first().ok_or(Obstacle::Scattered)?;
    let statement = subject.tree.statement(found.node);
    let statement = statement.ok_or(Obstacle::Scattered)?;
    let around = subject.tree.with_ancestors(statement);
    let around = around.filter(|id| subject.blocks.block_of(*id).is_some());
    for candidate in around {
        let siblings = subject.blocks.siblings(candidate);
        let place = |found: &&Match| {
            let mut siblings = siblings.iter();
            siblings.position(|id| subject.tree.contains(*id, found.node) || *id == found.node)
        };
        let places: Option<Vec<usize>> = matches.iter().map(place).collect();
        if let Some(places) = places
            && let (Some(first), Some(last)) = (places.iter().min(), places.iter().max())
        {
            return Ok(&siblings[*first..=*last]);
        }
    }
    Err(Obstacle::Scattered)
}

/// What is open must not be handed to who goes on in between.
fn check(subject: &Subject, statements: &[NodeId]) -> Result<(), Obstacle> {
    let mut found = statements.iter().filter_map(|id| yields(subject, *id));
    found
        .next()
        .map_or(Ok(()), |line| Err(Obstacle::Yields { line }))
}

/// The first line of a statement of the same function that yields.
fn yields(subject: &Subject, statement: NodeId) -> Option<String> {
    let function = subject.context.runner(statement);
    let mut inside = subject.tree.descendants(statement);
    let found = inside.find(|id| {
        let is_one = matches!(
            subject.tree.node(*id),
            AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_)
        );
        is_one && subject.context.runner(*id) == function
    })?;
    Some(subject.statement_line(found).into_owned())
}

/// What the header makes of the site is made once, whatever the statement does: so must the site be.
fn check_evaluated(subject: &Subject, found: &Match, wrap: &Wrap) -> Result<(), Obstacle> {
    let mut slots = wrap.header.slots.iter();
    if !slots.any(|slot| found.captures.find(&slot.name).is_some()) {
        return Ok(());
    }
    let tree = subject.tree;
    let statement = tree.statement(found.node).unwrap_or(found.node);
    let around = tree.ancestors(found.node).take_while(|id| *id != statement);
    let is_sometimes = |id: NodeId| {
        matches!(
            tree.node(id),
            AnyNodeRef::ExprIf(_)
                | AnyNodeRef::ExprBoolOp(_)
                | AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::Comprehension(_)
                | AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_)
                | AnyNodeRef::ExprGenerator(_)
                | AnyNodeRef::ElifElseClause(_)
                | AnyNodeRef::MatchCase(_)
                | AnyNodeRef::ExceptHandlerExceptHandler(_)
        )
    };
    let is_it = |id: NodeId| is_sometimes(id) || tree.node(id).is_stmt_while();
    match is_it(found.node) || is_it(statement) || around.into_iter().any(is_sometimes) {
        true => Err(Obstacle::NotOnce),
        false => Ok(()),
    }
}
