//! Comments that keep recipes from sites: `# awaitify: ignore[recipe-id] reason`.
//!
//! Behind code a comment is about the statement there, or the header of a block; on lines of its own about
//! the statement below, with its block. `ignore-cell` and `ignore-file` are about all of a cell or file.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::parse::Module;
use super::tree::Tree;
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
    let statements = statements(tree);
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
            Extent::Code => code(source, &statements, comment)?,
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

/// A statement of the file.
struct Statement {
    range: TextRange,
    has_block: bool,
}

/// Returns the statements in order of place, outer ones first.
fn statements(tree: &Tree<'_>) -> Vec<Statement> {
    let nodes = tree.ids().map(|id| tree.node(id));
    let statements = nodes.filter(|node| node.is_statement());
    let mut statements: Vec<Statement> = statements
        .map(|node| Statement {
            range: node.range(),
            has_block: has_block(node),
        })
        .collect();
    statements.sort_by_key(|it| (it.range.start(), std::cmp::Reverse(it.range.end())));
    statements
}

fn has_block(node: AnyNodeRef) -> bool {
    matches!(
        node,
        AnyNodeRef::StmtFunctionDef(_)
            | AnyNodeRef::StmtClassDef(_)
            | AnyNodeRef::StmtFor(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtWith(_)
            | AnyNodeRef::StmtMatch(_)
            | AnyNodeRef::StmtTry(_)
    )
}

/// Returns the code that a comment is about; `None`: there is none.
fn code(source: &SourceFile, statements: &[Statement], comment: TextRange) -> Option<TextRange> {
    let text = source.text();
    let line_start = line_start(text, comment.start());
    let before = TextRange::new(line_start, comment.start());
    if is_blank(&text[before]) {
        return below(source, statements, comment);
    }
    let line = TextRange::new(line_start, line_end(text, comment.start()));
    let next = statements.partition_point(|it| it.range.start() < comment.start());
    let own = next.checked_sub(1).map(|at| &statements[at]);
    // `else:` and the like belong to no statement that ends before.
    let own = own.filter(|it| it.range.end() > line_start);
    Some(match own {
        // Of a block only the header is meant, which may have lines before.
        Some(own) if own.has_block => line.cover_offset(own.range.start()),
        Some(own) => own.range.cover(line),
        None => line,
    })
}

/// Returns the statement below a comment, in the same block and cell, with only comments between.
fn below(source: &SourceFile, statements: &[Statement], comment: TextRange) -> Option<TextRange> {
    let text = source.text();
    let next = statements.partition_point(|it| it.range.start() < comment.end());
    let next = statements.get(next)?.range;
    let indentation = |at: TextSize| at - line_start(text, at);
    let cell = |at: TextSize| cell_at(source.cells(), at).map(|cell| cell.number);
    let is_near = indentation(next.start()) == indentation(comment.start())
        && cell(next.start()) == cell(comment.start());
    let mut between = text[TextRange::new(comment.end(), next.start())].lines();
    let is_nothing = |line: &str| is_blank(line) || line.trim_start().starts_with('#');
    (is_near && between.all(is_nothing)).then_some(next)
}

fn line_start(text: &str, at: TextSize) -> TextSize {
    let before = text[..at.to_usize()].rfind('\n').map_or(0, |end| end + 1);
    // It is in the text, whose length has this type.
    TextSize::try_from(before).unwrap_or_default()
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
