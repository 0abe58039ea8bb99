//! An item of a list → the text that goes with it: its line, or its comma.

use ruff_text_size::TextRange;

use super::entry::range;

/// Returns what goes with an item. An item alone on its lines takes them, a comment behind it
/// included; another one takes the comma behind it, the last one the comma before it.
pub(super) fn around(text: &str, item: TextRange) -> TextRange {
    let (start, end) = (item.start().to_usize(), item.end().to_usize());
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let after = &text[end..];
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let comma = after.trim_start().starts_with(',').then(|| {
        let comma = after.find(',').unwrap_or_default() + 1;
        comma + blanks(&after[comma..])
    });
    let behind = &after[comma.unwrap_or_default()..];
    let line_end = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let rest = behind[..line_end].trim();
    let is_alone =
        text[line_start..start].trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    if is_alone {
        return range(line_start, text.len() - behind.len() + line_end);
    }
    if let Some(comma) = comma {
        return range(start, end + comma);
    }
    let before = text[..start].trim_end();
    match before.strip_suffix(',') {
        Some(before) => range(before.len(), end),
        None => item,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts `X` out.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let at = text.find('X').expect("it is there");
        let cut = around(text, range(at, at + 1));
        let mut after = text.to_owned();
        after.replace_range(std::ops::Range::<usize>::from(cut), "");
        assert_eq!(after, expected, "{text}");
    }

    #[test]
    fn an_item_takes_its_line_or_its_comma() {
        check("[\n  a,\n  X, # c\n  b,\n]\n", "[\n  a,\n  b,\n]\n");
        check("[\n  a,\n  X\n]\n", "[\n  a,\n]\n");
        check("[\n  a,\n  X]\n", "[\n  a]\n");
        check("[a, X, b]", "[a, b]");
        check("[X, b]", "[b]");
        check("[a, X]", "[a]");
        check("[X]", "[]");
        check("[X,]", "[]");
        check("[X,\n b]", "[\n b]");
        check("a\nX", "a\n");
        check("a\r\nX\r\nb\r\n", "a\r\nb\r\n");
        check("[a\n , X\n , b]", "[a\n , b]");
    }
}
