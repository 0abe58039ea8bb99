//! The body of a main guard, and the edits that make it a function.
//!
//! The block stays where it is: its header becomes the function's, and a new guard that calls the
//! function follows, so that everything inside keeps its lines, comments and changes.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::block::Block;
use super::extracted::{Extracted, missing_blank_lines};
use super::layout::Layout;
use super::obstacle::Obstacle;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::text::blank::{indentation, line_break_before, line_end};
use crate::text::edit::Edit;

/// Finds the guard that holds all matches; with it its header without the colon.
pub(super) fn around<'s, 'a>(
    subject: &'s Subject<'a>,
    matches: &[&Match<'_, 'a>],
) -> Result<(Block<'s, 'a>, TextRange), Obstacle> {
    let mut guards = matches
        .iter()
        .map(|found| subject.context.in_main_guard(found.node));
    let Some(Some(node)) = guards.next() else {
        return Err(Obstacle::Scattered);
    };
    let AnyNodeRef::StmtIf(statement) = subject.tree.node(node) else {
        return Err(Obstacle::Scattered);
    };
    if guards.any(|other| other != Some(node)) {
        return Err(Obstacle::Scattered);
    }
    let (Some(first), Some(last)) = (statement.body.first(), statement.body.last()) else {
        return Err(Obstacle::GuardForm);
    };
    let above = &subject.text()[TextRange::new(statement.test.end(), first.start())];
    if !statement.elif_else_clauses.is_empty() || !above.contains(['\n', '\r']) {
        return Err(Obstacle::GuardForm);
    }
    let test = subject.tree.id(&*statement.test);
    let bracketed = trivia::parenthesized(subject.module, subject.tree, test);
    let end = bracketed.map_or(statement.test.end(), |range| range.end());
    let block = Block {
        subject,
        statements: vec![node],
        body: TextRange::new(first.start(), last.end()),
    };
    Ok((block, TextRange::new(statement.start(), end)))
}

/// Turns the guard with the `header` into the function, and adds a guard that makes its call.
pub(super) fn edits(block: &Block, header: TextRange, extracted: &Extracted) -> Vec<Edit> {
    let text = block.subject.text();
    let layout = Layout::at(block.subject, header.start());
    let Layout {
        unit, line_break, ..
    } = layout;
    let inside = Layout {
        base: unit,
        ..layout
    };
    let guard = &text[header];
    let call = inside.lay_out(&extracted.call);
    let blank_lines = extracted.blank_lines(line_break);
    let new_guard = format!("{blank_lines}{guard}:{line_break}{unit}{call}");
    let after = line_end(text, block.body.end());
    let new_guard = match line_break_before(text, after) {
        "" => format!("{line_break}{new_guard}"),
        _ => format!("{new_guard}{line_break}"),
    };
    let missing = line_break.repeat(missing_blank_lines(text, header.start()));
    let mut edits = vec![
        Edit::replacement(header, format!("{missing}{}", extracted.header)),
        Edit::insertion(after, new_guard),
    ];
    if let Some(declaration) = extracted.declaration() {
        let indentation = indentation(text, block.body.start());
        let line = format!("{indentation}{declaration}{line_break}");
        edits.push(Edit::insertion(line_end(text, header.end()), line));
    }
    edits
}
