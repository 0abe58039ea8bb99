//! The argument that a call gets: in the place of one that goes, or behind the others.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{ExprCall, Keyword};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::text::blank::{indentation, is_blank, line_break_at};
use crate::text::edit::Edit;
use crate::verb::arguments::{drop_keyword, top_level};
use crate::verb::draft::Draft;

/// Gives a call the argument; some of those that it has go.
pub(super) fn give(
    subject: &Subject,
    call: &ExprCall,
    going: &[&Keyword],
    argument: &str,
    draft: &mut Draft<'_>,
) {
    let Some((first, others)) = going.split_first() else {
        draft.edits.extend(behind(subject, call, argument));
        return;
    };
    let comments = trivia::comments_in(subject.module, first.range());
    draft.lost_comments.extend(comments);
    draft.edits.push(Edit::replacement(first.range(), argument));
    for other in others {
        drop_keyword(subject, &call.arguments, other, draft);
    }
}

/// Behind the last one: on a separate line, where the bracket is closed on another line.
fn behind(subject: &Subject, call: &ExprCall, argument: &str) -> Vec<Edit> {
    let text = subject.text();
    let tokens = top_level(subject, &call.arguments);
    let last = call.arguments.iter_source_order().last();
    let ([.., before, close], Some(last)) = (tokens.as_slice(), last) else {
        let end = call.arguments.end() - TextSize::new(1);
        return vec![Edit::insertion(end, argument)];
    };
    let has_comma = before.kind() == TokenKind::Comma;
    let rest = TextRange::new(before.end(), close.start());
    if !text[rest].contains(['\n', '\r']) {
        let comma = if has_comma { " " } else { ", " };
        return vec![Edit::insertion(before.end(), format!("{comma}{argument}"))];
    }
    let line_break = line_break_at(text, before.end());
    let indentation = indentation(text, last.start());
    let line = &text[rest];
    let length = line.find(['\n', '\r']).unwrap_or(line.len());
    // Text offsets are 32 bits.
    let end = before.end() + TextSize::try_from(length).unwrap_or_default();
    let comma = if has_comma { "," } else { "" };
    let mut added = format!("{line_break}{indentation}{argument}{comma}");
    if has_comma {
        return vec![Edit::insertion(end, added)];
    }
    if is_blank(&text[TextRange::new(before.end(), end)]) {
        added.insert(0, ',');
        return vec![Edit::insertion(before.end(), added)];
    }
    vec![
        Edit::insertion(before.end(), ","),
        Edit::insertion(end, added),
    ]
}
