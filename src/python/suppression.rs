//! Comments that keep recipes from sites: `# awaitify: ignore[recipe-id] reason`.
//!
//! Behind code a comment is about the statement there, or the header of a block; on lines of its own about
//! the statement below, with its block. `ignore-cell` and `ignore-file` are about all of a cell or file.

use ruff_text_size::{Ranged, TextRange, TextSize};

use super::parse::Module;
use super::tree::{NodeId, Tree};
use super::trivia::comments_in;
use crate::source::SourceFile;
use crate::source::cell::cell_at;
use crate::text::blank::{is_blank, line_end};

/// What every such comment has.
pub const MARK: &str = "awaitify: ignore";

/// A comment that keeps recipes from sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Where it stands.
    pub comment: TextRange,
    /// The recipes, as they are named.
    pub recipes: Vec<String>,
    /// Where a site has to begin.
    pub covers: TextRange,
    /// Why; `None`: nobody says so.
    pub reason: Option<String>,
}

impl Suppression {
    /// Returns whether it is about a recipe at a place. Without a reason it is about none.
    pub fn holds(&self, recipe: &str, start: TextSize) -> bool {
        self.reason.is_some()
            && self.covers.contains(start)
            && self.recipes.iter().any(|it| it == recipe)
    }
}

/// Returns the comments of a file that keep recipes from sites, in order.
pub fn suppressions(source: &SourceFile, module: &Module, tree: &Tree<'_>) -> Vec<Suppression> {
    let text = source.text();
    // Most files have none.
    if memchr::memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let whole = TextRange::up_to(TextSize::of(text));
    let comments = comments_in(module, whole);
    let found = comments.filter_map(|comment| {
        let Parsed {
            extent,
            recipes,
            reason,
        } = words(&text[comment])?;
        let covers = match extent {
            Extent::File => whole,
            Extent::Cell => cell_at(source.cells(), comment.start()).map_or(whole, |it| it.range),
            Extent::Code => code(text, tree, comment)?,
        };
        Some(Suppression {
            comment,
            recipes,
            covers,
            reason,
        })
    });
    found.collect()
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Code,
    Cell,
    File,
}

/// What a comment says.
struct Parsed {
    extent: Extent,
    recipes: Vec<String>,
    reason: Option<String>,
}

fn words(comment: &str) -> Option<Parsed> {
    let said = comment.trim_start_matches('#').trim_start();
    let said = said.strip_prefix(MARK)?;
    let (extent, said) = match said.strip_prefix("-cell").map(|rest| (Extent::Cell, rest)) {
        Some(cell) => cell,
        None => said
            .strip_prefix("-file")
            .map_or((Extent::Code, said), |rest| (Extent::File, rest)),
    };
    let (recipes, reason) = said.trim_start().strip_prefix('[')?.split_once(']')?;
    let recipes = recipes.split(',').map(|it| it.trim().to_owned());
    let reason = reason.trim_start_matches([':', '-', ' ', '\t']).trim_end();
    Some(Parsed {
        extent,
        recipes: recipes.filter(|it| !it.is_empty()).collect(),
        reason: Some(reason.to_owned()).filter(|it| !it.is_empty()),
    })
}

/// Returns the code that a comment is about; `None`: there is none.
fn code(text: &str, tree: &Tree<'_>, comment: TextRange) -> Option<TextRange> {
    let line_start = text[..comment.start().to_usize()].rfind('\n');
    let line_start = TextSize::try_from(line_start.map_or(0, |at| at + 1)).ok()?;
    let before = TextRange::new(line_start, comment.start());
    if is_blank(&text[before]) {
        return below(text, tree, comment);
    }
    let statements = statements(tree);
    let around = statements.filter(|range| {
        range.start() < comment.start() && before.intersect(*range).is_some_and(|it| !it.is_empty())
    });
    let line = TextRange::new(line_start, line_end(text, comment.start()));
    // Of a block only the header is meant, which may begin on a line before.
    let own = around.filter(|range| range.end() <= line.end());
    let own = own.min_by_key(|range| range.len());
    Some(own.map_or(line, |own| own.cover(line)))
}

/// Returns the statement below a comment, with only comments between.
fn below(text: &str, tree: &Tree<'_>, comment: TextRange) -> Option<TextRange> {
    let behind = statements(tree).filter(|range| range.start() > comment.end());
    let next = behind.min_by_key(|range| (range.start(), TextSize::new(u32::MAX) - range.end()))?;
    let between = text[TextRange::new(comment.end(), next.start())].lines();
    let is_nothing = |line: &str| is_blank(line) || line.trim_start().starts_with('#');
    between.into_iter().all(is_nothing).then_some(next)
}

fn statements<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = TextRange> + 't {
    let is_statement = |id: &NodeId| tree.node(*id).is_statement();
    let statements = tree.ids().filter(is_statement);
    statements.map(|id| tree.node(id).range())
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PythonVersion;

    use super::*;

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let source = SourceFile::from_text("a.py", code).expect("it can be read");
        let module = Module::parse(&source, PythonVersion::PY312).expect("it parses");
        let tree = Tree::build(&module);
        let found = suppressions(&source, &module, &tree);
        let found: Vec<String> = found
            .iter()
            .map(|it| {
                let reason = it.reason.as_deref().unwrap_or("-");
                let covers = code[it.covers].trim_end();
                format!("{} | {covers} | {reason}", it.recipes.join(" "))
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_comment_is_about_its_statement_header_or_block() {
        check(
            "f(\n    1)  # awaitify: ignore[a] slow\n",
            &["a | f(\n    1)  # awaitify: ignore[a] slow | slow"],
        );
        check(
            "with x:  # awaitify: ignore[a, b]: why\n    f()\n",
            &["a b | with x:  # awaitify: ignore[a, b]: why | why"],
        );
        check(
            "# awaitify: ignore[a] why\n# more\nwith x:\n    f()\ng()\n",
            &["a | with x:\n    f() | why"],
        );
        check("f()\n# awaitify: ignore[a] why\n", &[]);
        check(
            "# awaitify: ignore-file[a] why\nf()\n",
            &["a | # awaitify: ignore-file[a] why\nf() | why"],
        );
    }

    #[test]
    fn what_is_no_such_comment_is_none() {
        check("x = '# awaitify: ignore[a] b'\n", &[]);
        check("f()  # awaitify: ignore all\n", &[]);
        check(
            "f()  # awaitify: ignore[a]\n",
            &["a | f()  # awaitify: ignore[a] | -"],
        );
    }
}
