//! Byte offset → its line, the line's indentation and end, and the blank lines around it: the one
//! place that says where a line begins and ends, whatever the line ends are.
//!
//! A line with a form feed is not blank: the form feed is somebody's page break and stays.

use std::borrow::Cow;

use memchr::{memchr2, memrchr2};
use ruff_text_size::{TextLen, TextRange, TextSize};

/// Returns where the line begins, behind a byte order mark and form feeds.
pub fn line_start(text: &str, offset: TextSize) -> TextSize {
    let start = physical_start(text, offset);
    let line = &text[TextRange::new(start, offset)];
    let skipped = line.len() - line.trim_start_matches(['\u{feff}', '\x0c']).len();
    start + line[..skipped].text_len()
}

/// So many characters of code stand in a sentence.
const MAX_QUOTED: usize = 200;

/// Returns code with every stretch of blanks and line ends as one blank: as a sentence quotes it.
pub fn on_one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        // A character has four bytes at most.
        if line.len() > 4 * MAX_QUOTED {
            break;
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    quoted(&line).into_owned()
}

/// Returns code as a sentence quotes it: what is too long to be read there is cut.
pub fn quoted(code: &str) -> Cow<'_, str> {
    match code.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("{}…", &code[..end]).into(),
        None => code.into(),
    }
}

/// Returns the offset behind the line's end; the end of the text for its last line.
pub fn line_end(text: &str, offset: TextSize) -> TextSize {
    let rest = &text[offset.to_usize()..];
    let Some(at) = memchr2(b'\n', b'\r', rest.as_bytes()) else {
        return text.text_len();
    };
    let length = at + if rest[at..].starts_with("\r\n") { 2 } else { 1 };
    offset + rest[..length].text_len()
}

/// Returns the first line of a text, without its end.
pub fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Returns the line end that stands right before `offset`; empty if there is none.
pub fn line_break_before(text: &str, offset: TextSize) -> &str {
    let before = &text[..offset.to_usize()];
    let length = match before.as_bytes() {
        [.., b'\r', b'\n'] => 2,
        [.., b'\r' | b'\n'] => 1,
        _ => 0,
    };
    &before[before.len() - length..]
}

/// Returns the line end used around `offset`: the next one, else the one before, else `\n`.
pub fn line_break_at(text: &str, offset: TextSize) -> &str {
    let next = line_break_before(text, line_end(text, offset));
    if !next.is_empty() {
        return next;
    }
    match line_break_before(text, physical_start(text, offset)) {
        "" => "\n",
        before => before,
    }
}

/// Returns the starts of the lines that begin within `range`.
pub fn line_starts(text: &str, range: TextRange) -> impl Iterator<Item = TextSize> {
    let next = |offset: &TextSize| Some(line_end(text, *offset));
    std::iter::successors(Some(line_end(text, range.start())), next)
        .take_while(move |start| *start < range.end())
}

/// Returns the spaces and tabs that the line with `offset` begins with.
pub fn indentation(text: &str, offset: TextSize) -> &str {
    let line = &text[line_start(text, offset).to_usize()..];
    let rest = line.trim_start_matches([' ', '\t']);
    &line[..line.len() - rest.len()]
}

/// Returns where the blank lines that begin at `from` end, not behind `limit`.
pub fn blank_lines_after(text: &str, from: TextSize, limit: TextSize) -> TextSize {
    let mut at = from;
    while at < limit {
        let end = line_end(text, at).min(limit);
        if !is_blank(&text[TextRange::new(at, end)]) {
            break;
        }
        at = end;
    }
    at
}

/// Returns where the blank lines that end at the line start `from` begin, not before `limit`.
pub fn blank_lines_before(text: &str, from: TextSize, limit: TextSize) -> TextSize {
    let mut at = from;
    while at > limit {
        let start = line_before_start(text, at).max(limit);
        if start == at || !is_blank(&text[TextRange::new(start, at)]) {
            break;
        }
        at = start;
    }
    at
}

/// Returns the line above the line start `at`, without the white space around it.
pub fn line_before(text: &str, at: TextSize) -> &str {
    text[TextRange::new(line_before_start(text, at), at)].trim()
}

/// Returns the number of line ends.
pub fn count_lines(text: &str) -> usize {
    text.matches(['\n', '\r']).count() - text.matches("\r\n").count()
}

/// Returns whether there is nothing but spaces, tabs and line ends.
pub fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
}

/// Returns where the line above the line start `at` begins.
pub fn line_before_start(text: &str, at: TextSize) -> TextSize {
    physical_start(text, at - line_break_before(text, at).text_len())
}

fn physical_start(text: &str, offset: TextSize) -> TextSize {
    let before = &text[..offset.to_usize()];
    // A line may be long, and many sites stand in it.
    let start = memrchr2(b'\n', b'\r', before.as_bytes()).map_or(0, |at| at + 1);
    before[..start].text_len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_blank(text: &str, at: u32, expected: (u32, u32)) {
        let limit = text.text_len();
        let top = blank_lines_before(text, at.into(), TextSize::new(0));
        let bottom = blank_lines_after(text, at.into(), limit);
        assert_eq!((top.to_u32(), bottom.to_u32()), expected);
    }

    #[test]
    fn blank_lines_are_found_for_every_line_end() {
        check_blank("a\n\n \n\nb", 4, (2, 6));
        check_blank("a\r\n\r\n\r\nb", 5, (3, 7));
        check_blank("a\r\r\rb", 3, (2, 4));
    }

    #[test]
    fn a_sentence_quotes_what_can_be_read_in_it() {
        assert_eq!(on_one_line("f(\n    a,  b\n)"), "f( a, b )");
        assert_eq!(quoted(&"ä".repeat(MAX_QUOTED)), "ä".repeat(MAX_QUOTED));
        let long = "ä, ".repeat(MAX_QUOTED);
        assert_eq!(quoted(&long).chars().count(), MAX_QUOTED + 1);
        assert_eq!(on_one_line(&long), quoted(&long));
    }

    #[test]
    fn a_form_feed_stops_blank_lines() {
        check_blank("a\n\n\x0c\n\nb", 5, (5, 6));
    }

    #[test]
    fn a_line_begins_behind_mark_and_form_feed() {
        assert_eq!(line_start("\u{feff}ab", 4.into()), 3.into());
        assert_eq!(line_start("a\n\x0cb", 4.into()), 3.into());
    }

    #[test]
    fn lines_begin_behind_every_line_end() {
        let text = "a\r\nb\rc\nd";
        let starts = |start: u32, end: u32| -> Vec<u32> {
            line_starts(text, TextRange::new(start.into(), end.into()))
                .map(|start| start.to_u32())
                .collect()
        };
        assert_eq!(starts(0, 8), [3, 5, 7]);
        assert_eq!(starts(0, 7), [3, 5]);
        assert_eq!(starts(7, 8), [0_u32; 0]);
    }

    #[test]
    fn indentation_is_white_space_of_the_line() {
        assert_eq!(indentation("x\n \tb c", 6.into()), " \t");
        assert_eq!(indentation("\u{feff}  b", 6.into()), "  ");
    }

    #[test]
    fn the_next_line_end_is_the_one_to_use() {
        assert_eq!(line_break_at("a\r\nb", 0.into()), "\r\n");
        assert_eq!(line_break_at("a\r\nb", 4.into()), "\r\n");
        assert_eq!(line_break_at("a\rb\n", 0.into()), "\r");
        assert_eq!(line_break_at("a", 0.into()), "\n");
    }
}
