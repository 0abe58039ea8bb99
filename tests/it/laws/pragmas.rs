//! Pragmas before and after → whether each stands where the code is that it is about.

use std::collections::BTreeMap;

use ruff_python_ast::ModModule;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::Parsed;
use ruff_text_size::Ranged;

/// How a generated pragma begins; a number at its end makes it one of a kind.
pub(crate) const PRAGMAS: [&str; 7] = [
    "# noqa: E",
    "# type: ignore[x]  # ",
    "# pragma: no cover ",
    "# pylint: disable=W",
    "# nosec B",
    "# fmt: skip ",
    "# pyright: ignore ",
];

/// Checks that a line with a pragma has code of the line that had it.
pub(crate) fn check(
    (before, old): (&str, &Parsed<ModModule>),
    (after, new): (&str, &Parsed<ModModule>),
) -> Result<(), String> {
    let places = lines(after, new);
    for (pragma, had) in lines(before, old) {
        // What is lost is told by the law about comments.
        let Some(has) = places.get(pragma) else {
            continue;
        };
        let shared = had.iter().any(|word| has.contains(word));
        if !had.is_empty() && !has.is_empty() && !shared {
            return Err(format!("law 4: {pragma:?} was at {had:?}, is at {has:?}"));
        }
    }
    Ok(())
}

/// Returns by pragma the names and keywords of its line.
fn lines<'t>(text: &'t str, parsed: &Parsed<ModModule>) -> BTreeMap<&'t str, Vec<&'t str>> {
    let comments = parsed.tokens().iter();
    let comments = comments.filter(|token| token.kind() == TokenKind::Comment);
    let pragmas = comments.filter_map(|token| {
        let comment = text[token.range()].trim_end();
        let is_pragma = PRAGMAS.iter().any(|it| comment.starts_with(it));
        let head = &text[..token.range().start().to_usize()];
        let line = &head[head.rfind(['\n', '\r']).map_or(0, |at| at + 1)..];
        let is_part = |c: char| !c.is_alphanumeric() && c != '_';
        let words = line.split(is_part).filter(|word| !word.is_empty());
        is_pragma.then(|| (comment, words.collect()))
    });
    pragmas.collect()
}
