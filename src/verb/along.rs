//! Edits on lines that a rewrite itself moves → text that stands where the template has it.
//!
//! What an edit writes into a line moves along with that line. A template says where each of its lines
//! stands, so such an edit is written without what it gets by the move.

use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::text::blank::{indentation, is_blank, line_end};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// Takes from the lines of the edits how far the line that each of them ends on moves.
pub(super) fn settle(text: &str, edits: &mut [Edit], shifts: &mut Vec<Shift>) {
    for edit in edits.iter_mut().filter(|edit| edit.text().contains('\n')) {
        let is_on_line = |shift: &&Shift| {
            let line = TextRange::new(shift.line_start.min(edit.start()), edit.end());
            shift.line_start < edit.start() && !text[line].contains(['\n', '\r'])
        };
        let here: Vec<Shift> = shifts.iter().filter(is_on_line).copied().collect();
        let Some(line) = here.first().map(|shift| shift.line_start) else {
            continue;
        };
        let goes_on = !is_blank(&text[TextRange::new(edit.end(), line_end(text, edit.end()))]);
        match before_moves(edit.text(), &here, goes_on) {
            Some(before) => *edit = Edit::replacement(edit.range(), before),
            // A line that stands farther out than that one moves deeper cannot be written along with it.
            None => {
                *edit = with_line(text, edit, line, &here);
                shifts.retain(|shift| shift.line_start != line);
            }
        }
    }
}

/// Returns the text that shifts of its line turn into another; `None`: there is none.
fn before_moves(moved: &str, shifts: &[Shift], goes_on: bool) -> Option<String> {
    let added: String = shifts.iter().map(|shift| shift.added()).collect();
    let removed: usize = shifts.iter().map(|shift| shift.removed()).sum();
    let mut lines = moved.split('\n');
    let mut before = lines.next().unwrap_or_default().to_owned();
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        before.push('\n');
        let goes_on = goes_on && lines.peek().is_none();
        if line.trim().is_empty() && !goes_on {
            before.push_str(line);
            continue;
        }
        before.push_str(&" ".repeat(removed));
        before.push_str(line.strip_prefix(added.as_str())?);
    }
    Some(before)
}

/// Returns an edit with the beginning of its line, which the shifts move.
fn with_line(text: &str, edit: &Edit, line: TextSize, shifts: &[Shift]) -> Edit {
    let removed: usize = shifts.iter().map(|shift| shift.removed()).sum();
    let mut begun: String = shifts.iter().map(|shift| shift.added()).collect();
    let blank = indentation(text, line).len();
    let code = &text[TextRange::new(line, edit.start())];
    begun.push_str(&code[removed.min(blank).min(code.len())..]);
    begun.push_str(edit.text());
    Edit::replacement(TextRange::new(line, edit.end()), begun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::EditSet;

    /// Compares a text after an insertion of a line, the text's second line being moved.
    #[track_caller]
    fn check(text: &str, written: &str, shift: Shift, expected: &str) {
        let end = TextSize::of(text.trim_end());
        let mut edits = vec![Edit::insertion(end, written)];
        let mut shifts = vec![shift];
        settle(text, &mut edits, &mut shifts);
        let set = EditSet::new(edits, shifts).expect("the edits are disjoint");
        assert_eq!(set.apply(text), expected);
    }

    #[test]
    fn what_is_written_stands_where_it_was_written_for() {
        let line = TextSize::new(3);
        let deeper = Shift::deeper(line, "  ");
        check("a:\n  b\n", "\n  c\n", deeper, "a:\n    b\n  c\n\n");
        check("a:\n  b\n", "\n    c", deeper, "a:\n    b\n    c\n");
        check("a:\n  b\n", "\nc", Shift::back(line, 2), "a:\nb\nc\n");
        check(
            "a:\n  b\n",
            "\n\n  c",
            Shift::back(line, 2),
            "a:\nb\n\n  c\n",
        );
        // The line moves deeper than what is written stands.
        check("a:\n  b\n", "\nc", deeper, "a:\n    b\nc\n");
    }
}
