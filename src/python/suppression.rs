//! Comments that keep recipes from sites: `# awaitify: ignore[recipe-id] reason`, and those of linters whose
//! rules mean the same.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use ruff_text_size::{TextRange, TextSize};

use super::directive::{Directive, Extent, Mistake, Saying, directives};
use super::extent::Extents;
use super::parse::Module;
use super::tree::Tree;
use crate::source::SourceFile;
use crate::source::cell::{Cell, CellKind, cell_at};
use crate::text::blank::{is_blank, line_start};

/// A comment that keeps recipes from sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Where it stands; other parts of the comment may be for other tools.
    pub comment: TextRange,
    /// What it keeps away.
    pub names: Names,
    /// Where a site has to begin.
    pub covers: TextRange,
    /// Why; `None`: nobody says so.
    pub reason: Option<String>,
}

/// How a comment names recipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Names {
    /// By their ids.
    Recipes(Vec<String>),
    /// By codes of linters' rules.
    Codes(Vec<String>),
}

/// The comments of a file that speak to this program.
#[derive(Debug, Default)]
pub struct Suppressions {
    /// Those that keep recipes away, in order.
    pub all: Vec<Suppression>,
    /// Those that say nothing, and why.
    pub mistaken: Vec<(TextRange, Mistake)>,
    /// Whether there are marks of what is left for a person.
    pub has_marks: bool,
}

/// Returns whether a text may have a comment for this program; `of_linters`: or one that counts like it.
pub fn may_speak(text: &str, of_linters: bool) -> bool {
    static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut builder = AhoCorasick::builder();
        builder
            .ascii_case_insensitive(true)
            .build(["awaitify", "noqa"])
            .ok()
    });
    let found = NAMES.iter().flat_map(|names| names.find_iter(text));
    let mut ours = found.map(|found| of_linters || found.pattern().as_usize() == 0);
    ours.any(|is_ours| is_ours)
}

/// Returns the comments of a file that keep recipes from sites.
pub fn suppressions(source: &SourceFile, module: &Module, tree: &Tree<'_>) -> Suppressions {
    let text = source.text();
    let mut found = Suppressions::default();
    // Most files have none.
    if !may_speak(text, true) {
        return found;
    }
    let extents = std::cell::OnceCell::new();
    let is_prose = |cell: &Cell| cell.kind == CellKind::Prose;
    for comment in module.comments() {
        if cell_at(source.cells(), comment.start()).is_some_and(is_prose) {
            continue;
        }
        for Directive { place, said } in directives(&text[comment]) {
            let part = part(comment, &place);
            let extent = || {
                let extents = extents.get_or_init(|| Extents::new(text, module, tree));
                extents.of(comment)
            };
            match said {
                Ok(said) => found.add(source, part, said, extent),
                Err(mistake) => found.mistaken.push((part, mistake)),
            }
        }
    }
    found
}

impl Suppressions {
    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.mistaken.is_empty() && !self.has_marks
    }

    fn add(
        &mut self,
        source: &SourceFile,
        comment: TextRange,
        said: Saying,
        code: impl Fn() -> Option<TextRange>,
    ) {
        let whole = TextRange::up_to(TextSize::of(source.text()));
        let (names, covers, reason) = match said {
            Saying::Todo { .. } => return self.has_marks = true,
            Saying::Codes { in_file, codes } => {
                let start = line_start(source.text(), comment.start());
                let before = &source.text()[TextRange::new(start, comment.start())];
                // On a separate line it is about no code.
                let line = || code().filter(|_| !is_blank(before));
                let covers = if in_file { Some(whole) } else { line() };
                (Names::Codes(codes), covers, None)
            }
            Saying::Ignore(ignore) => {
                let cell = || cell_at(source.cells(), comment.start());
                let covers = match ignore.extent {
                    Extent::Code => code(),
                    Extent::Cell => Some(cell().map_or(whole, |it| it.range)),
                    Extent::File => Some(whole),
                };
                (Names::Recipes(ignore.recipes), covers, ignore.reason)
            }
        };
        match (covers, &names) {
            (Some(covers), _) => self.all.push(Suppression {
                comment,
                names,
                covers,
                reason,
            }),
            (None, Names::Recipes(_)) => self.mistaken.push((comment, Mistake::AboutNothing)),
            (None, Names::Codes(_)) => {}
        }
    }
}

/// Returns where a part of a comment stands.
pub fn part(comment: TextRange, place: &std::ops::Range<usize>) -> TextRange {
    // A comment is in the text, whose length has this type.
    let [start, end] =
        [place.start, place.end].map(|at| TextSize::try_from(at).unwrap_or_default());
    TextRange::new(comment.start() + start, comment.start() + end)
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PythonVersion;

    use super::*;

    #[track_caller]
    fn check(name: &str, code: &str, expected: &[&str]) {
        let source = SourceFile::from_text(name, code).expect("it can be read");
        let module = Module::parse(&source, PythonVersion::PY312).expect("it parses");
        let tree = Tree::build(&module);
        let found = suppressions(&source, &module, &tree);
        let text = source.text();
        let found: Vec<String> = found
            .all
            .iter()
            .map(|it| {
                let (Names::Recipes(names) | Names::Codes(names)) = &it.names;
                let reason = it.reason.as_deref().unwrap_or("-");
                format!(
                    "{} | {} | {reason}",
                    names.join(" "),
                    text[it.covers].trim_end()
                )
            })
            .chain(found.mistaken.iter().map(|(_, why)| format!("? {why}")))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_comment_is_about_code_or_a_file() {
        check(
            "a.py",
            "# awaitify: ignore[a] why\n# more\nwith x:\n    f()\ng()\n",
            &["a | with x:\n    f() | why"],
        );
        check(
            "a.py",
            "# awaitify: ignore-file[a] why\nf()\n",
            &["a | # awaitify: ignore-file[a] why\nf() | why"],
        );
        check(
            "a.py",
            "f()  # noqa: AB1\n# noqa: AB2\n",
            &["AB1 | f()  # noqa: AB1 | -"],
        );
        check("a.py", "x = '# awaitify: ignore[a] b'\n", &[]);
        check(
            "a.py",
            "f()\n# awaitify: ignore[a] why\n",
            &[&format!("? {}", Mistake::AboutNothing)],
        );
    }

    #[test]
    fn the_lines_of_magics_have_comments_too() {
        let cell = |code: &str| {
            let source: Vec<String> = code.split_inclusive('\n').map(str::to_owned).collect();
            serde_json::json!({
                "cells": [{"cell_type": "code", "metadata": {}, "outputs": [],
                           "execution_count": null, "source": source}],
                "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
            })
            .to_string()
        };
        check(
            "a.ipynb",
            &cell("%time f()  # awaitify: ignore[a] why\n"),
            &["a | %time f()  # awaitify: ignore[a] why | why"],
        );
        check(
            "a.ipynb",
            &cell("%%time\n# awaitify: ignore[a] why\nf()\ng()\n"),
            &["a | f() | why"],
        );
        check(
            "a.ipynb",
            &cell("!ls\nf()  # awaitify: ignore[a] why\n"),
            &["a | f()  # awaitify: ignore[a] why | why"],
        );
    }
}
