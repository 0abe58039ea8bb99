//! New lines behind a line of the text.

use ruff_text_size::TextSize;

use super::blank::{line_break_at, line_break_before, line_end};
use super::edit::Edit;

/// Returns the edit that writes lines behind the one with an offset, indented by `base`.
pub fn lines_behind(text: &str, offset: TextSize, base: &str, lines: &[String]) -> Edit {
    let after = line_end(text, offset);
    let line_break = line_break_at(text, offset);
    let lines: Vec<String> = lines.iter().map(|line| format!("{base}{line}")).collect();
    let code = lines.join(line_break);
    let code = match line_break_before(text, after) {
        "" => format!("{line_break}{code}"),
        _ => format!("{code}{line_break}"),
    };
    Edit::insertion(after, code)
}
