//! Tokens and cells of a notebook → its magics, commented ones and those of foreign cells included.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextLen, TextRange};

use super::magic::Magic;
use super::word::is_in_name;
use crate::source::cell::{self, Cell, CellKind};
use crate::source::{FileKind, percent};

/// Returns the magics in order of place. `tokens` are those of the parsed cells, in order.
pub(super) fn find<'a>(
    text: &str,
    kind: FileKind,
    cells: &[Cell],
    tokens: impl Iterator<Item = &'a Token>,
) -> Vec<Magic> {
    let mut magics = Vec::new();
    let mut before = TokenKind::Newline;
    for token in tokens {
        match token.kind() {
            TokenKind::IpyEscapeCommand => {
                let cell = cell::cell_at(cells, token.start());
                let end = cell.map_or(token.end(), |cell| cell.range.end());
                let magic = Magic::of_token(text, token.range(), end);
                magics.extend(magic.map(|magic| Magic {
                    // In `x = %time f()` the magic is an expression, which has no statements.
                    body: magic.body.filter(|_| before != TokenKind::Equal),
                    ..magic
                }));
            }
            TokenKind::Question => magics.push(Magic::of_help(text.line_range(token.start()))),
            TokenKind::Comment if kind == FileKind::Percent => {
                magics.extend(commented(text, cells, token.range()));
            }
            _ => {}
        }
        if !token.kind().is_trivia() {
            before = token.kind();
        }
    }
    let foreign = cells.iter().filter(|cell| cell.kind == CellKind::Foreign);
    magics.extend(foreign.filter_map(|cell| of_foreign(text, cell)));
    magics.sort_by_key(|magic| magic.line.start());
    magics.dedup_by_key(|magic| magic.line.start());
    magics
}

/// Iterates over the foreign cells that may still read the kernel's names.
pub(super) fn foreign_ranges(magics: &[Magic], cells: &[Cell]) -> impl Iterator<Item = TextRange> {
    magics
        .iter()
        .filter(|magic| {
            let name = magic.name.strip_prefix("%%");
            name.is_some_and(|name| !cell::is_isolated(name) && !cell::runs_python(name))
        })
        .filter_map(|magic| cell::cell_at(cells, magic.line.start()))
        .map(|cell| cell.range)
}

/// How prompts of a Python and an IPython session begin.
const PROMPTS: [&str; 5] = [">>>", "...", "In [", "[ins]", "[nav]"];

/// Returns whether IPython may make Python of a cell that is none: it takes away prompts and the indentation of the
/// first line, shows help for `name?`, and a cell of one line may be a magic without `%`.
pub(super) fn may_be_prepared(cell: &str) -> bool {
    let content = &cell[percent::marker_len(cell)..];
    let mut lines = content.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.clone().next() else {
        return false;
    };
    let word = first.split([' ', '\t']).next().unwrap_or_default();
    let is_magic = lines.clone().count() == 1 && word.chars().all(is_in_name);
    let is_prepared = |line: &str| {
        let line = line.trim();
        line.ends_with('?') || PROMPTS.iter().any(|it| line.starts_with(it))
    };
    first.starts_with([' ', '\t']) || is_magic || lines.any(is_prepared)
}

fn commented(text: &str, cells: &[Cell], comment: TextRange) -> Option<Magic> {
    let cell = cell::cell_at(cells, comment.start())?;
    let line_start = text.line_start(comment.start()).max(cell.range.start());
    let indentation = &text[TextRange::new(line_start, comment.start())];
    if cell.kind == CellKind::Prose || !indentation.trim().is_empty() {
        return None;
    }
    let above = &text[TextRange::new(cell.range.start(), line_start)];
    let is_first = above[percent::marker_len(above)..].trim().is_empty();
    Magic::of_comment(text, comment, cell.range.end(), is_first)
}

/// Returns the magic that makes a cell foreign.
fn of_foreign(text: &str, cell: &Cell) -> Option<Magic> {
    let content = &text[cell.range][percent::marker_len(&text[cell.range])..];
    let magic = content.trim_start();
    let start = cell.range.end() - magic.text_len();
    let line = TextRange::new(start, text.line_end(start));
    if magic.starts_with('#') {
        Magic::of_comment(text, line, cell.range.end(), true)
    } else {
        Magic::of_token(text, line, cell.range.end()).filter(|magic| magic.name.starts_with("%%"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

    /// Each magic's name, body and whether it is commented.
    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>, bool)]) {
        let cells = percent::cells(text);
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Ipython));
        let magics = find(text, FileKind::Percent, &cells, parsed.tokens().iter());
        let found: Vec<_> = magics
            .iter()
            .map(|magic| {
                let body = magic.body.map(|body| &text[body]);
                (magic.name.as_str(), body, magic.commented)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn magics_are_found_in_order() {
        check(
            "# %%\n%time f()\nif a:\n    !ls\n# %%\n%%time\ng()\n",
            &[
                ("%time", Some("f()"), false),
                ("!", None, false),
                ("%%time", Some("g()\n"), false),
            ],
        );
    }

    #[test]
    fn a_question_is_a_magic() {
        check(
            "# %%\na.b??\n?c\n",
            &[("?", None, false), ("?", None, false)],
        );
    }

    #[test]
    fn a_magic_that_is_assigned_runs_no_statements() {
        check("# %%\nx = %time f()\n", &[("%time", None, false)]);
    }

    #[test]
    fn commented_magics_count_outside_prose() {
        check(
            "# %%\n# %%time\nf()  # %time no\n# %autoawait False\n# %% [markdown]\n# %time no\n",
            &[
                (
                    "%%time",
                    Some("f()  # %time no\n# %autoawait False\n"),
                    true,
                ),
                ("%autoawait", None, true),
            ],
        );
        check("# %%\nf()\n# %%time\n", &[]);
    }

    #[test]
    fn a_foreign_cell_has_its_magic() {
        check("# %%\n\n%%bash\nls\n", &[("%%bash", None, false)]);
        check("# %%\n# %%bash\n# ls\n", &[("%%bash", None, true)]);
    }
}
