//! New lines behind a line of the text.

use ruff_text_size::{TextLen, TextSize};

use super::blank::{line_break_at, line_break_before};
use super::edit::Edit;

/// Returns the edit that writes lines behind the line that ends at an offset, indented by `base`.
pub fn lines_behind(text: &str, after: TextSize, base: &str, lines: &[String]) -> Edit {
    let line_break = line_break_at(text, after - line_break_before(text, after).text_len());
    let lines: Vec<String> = lines.iter().map(|line| format!("{base}{line}")).collect();
    let code = lines.join(line_break);
    let code = match line_break_before(text, after) {
        "" => format!("{line_break}{code}"),
        _ => format!("{code}{line_break}"),
    };
    Edit::insertion(after, code)
}
