//! A word in a text → whether it stands there whole, and in the form that a pattern needs.
//!
//! Nothing is parsed: where the line before may end with a comment, the form is taken to be right.

use memchr::memmem::Finder;

use crate::recipe::pattern::Form;

/// Returns whether a word stands in the text in a form.
pub(super) fn stands(finder: &Finder, form: Form, text: &[u8]) -> bool {
    let length = finder.needle().len();
    let fits = |start: usize| {
        let end = start + length;
        is_whole(text, start, end) && fits(form, text, start, end)
    };
    finder.find_iter(text).any(fits)
}

/// Whether no letter joins what stands there to a longer word. What is not ASCII joins nothing: it may
/// be a byte order mark. A digit before it neither: `1if x` is two words.
pub(super) fn is_whole(text: &[u8], start: usize, end: usize) -> bool {
    let joins = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let before = start.checked_sub(1).and_then(|at| text.get(at));
    let after = text.get(end);
    !before.is_some_and(joins) && !after.is_some_and(|byte| joins(byte) || byte.is_ascii_digit())
}

fn fits(form: Form, text: &[u8], start: usize, end: usize) -> bool {
    let is_after = |signs: &[u8]| match before(text, start) {
        Before::Sign(sign) => signs.contains(&sign),
        Before::Anything => true,
    };
    match form {
        Form::Any => true,
        Form::Attribute => is_after(b".\\"),
        Form::Member => is_after(b".,(\\") || follows_import(text, start),
        Form::Keyword => is_after(b",(\\") && is_given(&text[end..]),
    }
}

/// What stands before a place, blanks aside.
enum Before {
    Sign(u8),
    /// Perhaps a comment, behind which anything may stand; or nothing.
    Anything,
}

fn before(text: &[u8], place: usize) -> Before {
    let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | 0x0c) || is_break(byte);
    let Some(at) = text[..place].iter().rposition(|byte| !is_blank(byte)) else {
        return Before::Anything;
    };
    let line = text[..at]
        .iter()
        .rposition(is_break)
        .map_or(0, |end| end + 1);
    let is_other_line = text[at..place].iter().any(is_break);
    match is_other_line && text[line..=at].contains(&b'#') {
        true => Before::Anything,
        false => Before::Sign(text[at]),
    }
}

/// The first of the names that are imported.
fn follows_import(text: &[u8], start: usize) -> bool {
    text[..start].trim_ascii_end().ends_with(b"import")
}

/// An equals sign follows, and no second one.
fn is_given(after: &[u8]) -> bool {
    let after = after.trim_ascii_start();
    // Between the two may be a comment, or a line that goes on.
    match after {
        [b'=', b'=', ..] => false,
        [b'=' | b'#' | b'\\', ..] => true,
        _ => false,
    }
}
