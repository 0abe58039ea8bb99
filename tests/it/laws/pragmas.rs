//! Pragmas before and after → whether each stands where the code is that it is about.

use std::collections::BTreeMap;

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

use super::syntax::several;

mod examples;

/// How a generated pragma begins; a number at its end makes it one of a kind.
pub(crate) const PRAGMAS: [&str; 7] = [
    "# noqa: E",
    "# type: ignore[x] # ",
    "# pragma: no cover ",
    "# pylint: disable=W",
    "# nosec B",
    "# fmt: skip ",
    "# pyright: ignore ",
];

/// What another name stands in the place of.
const RENAMED: [(&str, &str); 5] = [
    ("pass", "raise"),
    ("continue", "raise"),
    ("get_event_loop", "get_running_loop"),
    ("ensure_future", "create_task"),
    ("run_in_executor", "to_thread"),
];

/// Words that say nothing about which line has them.
const COMMON: [&str; 23] = [
    "await", "async", "def", "if", "try", "else", "finally", "except", "with", "as", "for", "in",
    "pass", "from", "import", "return", "yield", "asyncio", "None", "True", "False", "self", "cls",
];

/// Checks that a line with a pragma has code of the line that had it. Where that is gone the pragma may
/// stand alone, or at a new header.
pub(crate) fn check(
    (before, old): (&str, &Parsed<ModModule>),
    (after, new): (&str, &Parsed<ModModule>),
) -> Result<(), String> {
    let places = lines(after, new);
    let heads: Vec<&str> = before.split(['\n', '\r']).map(code).collect();
    for (pragma, had) in lines(before, old) {
        // What is lost is told by the law about comments.
        let Some(has) = places.get(pragma) else {
            continue;
        };
        let (words, is) = (words(had), words(has));
        let tells = |word: &&&str| !COMMON.contains(*word);
        let is_renamed = |word: &str| {
            let mut renamed = RENAMED.iter();
            renamed.any(|(old, new)| *old == word && is.contains(new))
        };
        let shared = words.iter().filter(tells);
        let mut shared = shared.filter(|it| is.contains(it) || is_renamed(it));
        let last = words.iter().rfind(tells);
        // What tells of a function may come to tell of a part of another, as a comment.
        let is_text = had.starts_with("\"\"\"");
        let is_gone = last.is_none_or(|last| is_text || is_gone(had, last, (before, after)));
        let is_new_header = has.ends_with(':') && !heads.contains(has);
        let stays = match last {
            Some(_) => shared.next().is_some(),
            None if words.is_empty() => has.contains(had),
            None => words == is || words.iter().any(|it| is_renamed(it)),
        };
        // The brackets of a call are where an argument was that goes, or another call.
        let ends_alike = ['(', ')']
            .iter()
            .any(|it| had.ends_with(*it) && has.ends_with(*it));
        let fits = stays || is_gone && (is.is_empty() || is_new_header || ends_alike);
        if !fits {
            return Err(format!("law 4: {pragma:?} was at {had:?}, is at {has:?}"));
        }
    }
    Ok(())
}

/// Returns the pragmas that are lost, though the code of their lines is there.
pub(crate) fn lost<'t>(
    (before, old): (&'t str, &Parsed<ModModule>),
    (after, new): (&str, &Parsed<ModModule>),
) -> Vec<&'t str> {
    let left = lines(after, new);
    let lost = lines(before, old).into_iter().filter(|(pragma, had)| {
        let words = words(had);
        let last = words.iter().rfind(|word| !COMMON.contains(*word));
        let is_gone = last.is_none_or(|last| is_gone(had, last, (before, after)));
        !left.contains_key(pragma) && !is_gone
    });
    lost.map(|(pragma, _)| pragma).collect()
}

/// Returns whether the code of a line is there no more: its last name stands less often, or what it
/// assigns to gets nothing any more.
fn is_gone(line: &str, last: &str, (before, after): (&str, &str)) -> bool {
    let target = line
        .split_once(" = ")
        .map(|(target, _)| format!("{target} = "));
    let is_assigned = |target: String| after.contains(&target);
    count(before, last) > count(after, last) || target.is_some_and(|it| !is_assigned(it))
}

/// Counts where a text has a word.
fn count(text: &str, wanted: &str) -> usize {
    words(text).iter().filter(|word| **word == wanted).count()
}

/// Returns the names and keywords of a text.
fn words(text: &str) -> Vec<&str> {
    let is_part = |c: char| !c.is_alphanumeric() && c != '_';
    text.split(is_part)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Returns a line without its comment.
fn code(line: &str) -> &str {
    line.split('#').next().unwrap_or_default().trim()
}

/// Returns the code before each pragma in its line.
fn lines<'t>(text: &'t str, parsed: &Parsed<ModModule>) -> BTreeMap<&'t str, &'t str> {
    let comments = parsed.tokens().iter();
    let comments = comments.filter(|token| token.kind() == TokenKind::Comment);
    let pragmas = comments.flat_map(|token| {
        let all = several(&text[token.range()]);
        let pragmas = all.filter(|it| PRAGMAS.iter().any(|pragma| it.starts_with(pragma)));
        let head = &text[..token.range().start().to_usize()];
        let line = &head[head.rfind(['\n', '\r']).map_or(0, |at| at + 1)..];
        pragmas.map(|pragma| (pragma, line.trim()))
    });
    pragmas.collect()
}
