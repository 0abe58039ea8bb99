//! Places of comments → the code that each is about.
//!
//! Behind code a comment is about the statement there, or the header of a block; on lines of its own about the
//! statement or clause below, with its block. Between the parts of a statement it is about that one.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, Decorator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::parse::Module;
use super::tree::Tree;
use crate::source::cell::cell_at;
use crate::text::blank::{is_blank, line_end, line_start};

/// A statement, or a clause of one: `elif`, `else`, `except`, `finally`, `case`.
#[derive(Debug, Clone, Copy)]
struct Section<'a> {
    range: TextRange,
    /// Where its block begins.
    body: Option<TextSize>,
    decorators: &'a [Decorator],
    /// The part around it.
    outer: Option<usize>,
}

/// The statements and clauses of a module.
pub struct Extents<'a> {
    module: &'a Module,
    text: &'a str,
    /// In order of place, outer ones first.
    parts: Vec<Section<'a>>,
}

impl<'a> Extents<'a> {
    /// Lists them.
    pub fn new(text: &'a str, module: &'a Module, tree: &Tree<'a>) -> Self {
        let mut parts = Vec::new();
        for id in tree.ids() {
            let node = tree.node(id);
            parts.extend(part(node));
            parts.extend(keyword_clauses(module, node).into_iter().flatten());
        }
        parts.sort_by_key(|it| (it.range.start(), std::cmp::Reverse(it.range.end())));
        let mut open: Vec<usize> = Vec::new();
        for place in 0..parts.len() {
            let start = parts[place].range.start();
            while open.pop_if(|it| parts[*it].range.end() <= start).is_some() {}
            parts[place].outer = open.last().copied();
            open.push(place);
        }
        Self {
            module,
            text,
            parts,
        }
    }

    /// Returns the code that a comment is about; `None`: there is none.
    pub fn of(&self, comment: TextRange) -> Option<TextRange> {
        let start = line_start(self.text, comment.start());
        match is_blank(&self.text[TextRange::new(start, comment.start())]) {
            true => self.alone(comment),
            false => Some(self.behind(comment, start)),
        }
    }

    /// Returns the innermost statement or clause around an offset.
    pub fn around(&self, offset: TextSize) -> Option<TextRange> {
        Some(self.enclosing(offset)?.range)
    }

    /// Returns the end of the line on which a header ends whose block, or a line whose other statements, a comment
    /// above would be about as well; `None`: what stands above the code at an offset is about that alone.
    pub fn header_end(&self, offset: TextSize) -> Option<TextSize> {
        let at = self.enclosing(offset)?;
        let end = match at.body {
            Some(body) => {
                let header = TextRange::new(at.range.start(), body.max(at.range.start()));
                self.colon(header)? + TextSize::new(1)
            }
            None => at.range.end(),
        };
        let start = line_start(self.text, at.range.start());
        let before = &self.text[TextRange::new(start, at.range.start())];
        let is_alone = is_blank(before) && at.body.is_none();
        let line = line_end(self.text, end);
        // A comment behind a block that begins on the last line of its header would be about that block.
        let is_inline = at.body.is_some_and(|body| body < line);
        if is_inline && line_start(self.text, end) > at.range.start() {
            return None;
        }
        let rest = self.text[TextRange::new(end, line)].trim_end();
        let shares = rest.trim_start().starts_with(';');
        (!is_alone || shares).then(|| end + TextSize::of(rest))
    }

    /// Returns where a statement or clause begins above whose line a comment about the code at an offset can stand:
    /// the innermost that begins its line. `None`: there is no such place.
    pub fn line_of(&self, offset: TextSize) -> Option<TextSize> {
        let mut at = self.enclosing(offset)?.range.start();
        loop {
            let line = line_start(self.text, at);
            let blank = self.text[line.to_usize()..]
                .find(|it| !matches!(it, ' ' | '\t' | '\x0c' | '\u{feff}'));
            let first = line + TextSize::try_from(blank?).ok()?;
            let before = self.text[..line.to_usize()].trim_end_matches(['\n', '\r']);
            let is_continued = before.ends_with('\\') && before.len() < line.to_usize();
            let own = self.parts.get(self.first_from(first))?;
            if own.range.start() == first && !is_continued {
                // What makes a cell what it is stays on top of it.
                let is_cell_magic = self.text[first.to_usize()..].starts_with("%%");
                return (!is_cell_magic).then_some(first);
            }
            let above = if is_continued {
                TextSize::of(before)
            } else {
                line
            };
            let outer = self.enclosing(above)?;
            // Each turn goes further up.
            if outer.range.start() >= at {
                return None;
            }
            at = outer.range.start();
        }
    }

    /// Returns what a comment behind code is about.
    fn behind(&self, comment: TextRange, line_start: TextSize) -> TextRange {
        let line = TextRange::new(line_start, line_end(self.text, comment.start()));
        let next = self.first_from(comment.start());
        let own = next.checked_sub(1).map(|at| &self.parts[at]);
        match own.filter(|own| own.range.end() > line_start) {
            Some(own) => match own.body {
                // Of a block only the header is meant, which may have several lines.
                Some(body) => TextRange::new(own.range.start(), body.max(own.range.start())),
                None => own.range.cover(line),
            },
            None => line,
        }
    }

    /// Returns what a comment on lines of its own is about.
    fn alone(&self, comment: TextRange) -> Option<TextRange> {
        let Some(own) = self.enclosing(comment.start()) else {
            return self.below(comment);
        };
        let Some(body) = own.body else {
            return Some(own.range);
        };
        let header = TextRange::new(own.range.start(), body.max(own.range.start()));
        if comment.start() >= body || self.colon(header).is_none_or(|it| it < comment.start()) {
            return self.below(comment);
        }
        Some(match self.is_between(own, comment.start()) {
            true => own.range,
            false => header,
        })
    }

    /// Returns whether an offset is between decorators, or between them and the header that they are of.
    fn is_between(&self, part: &Section, offset: TextSize) -> bool {
        let inside = |it: &Decorator| it.range().contains(offset);
        let follows = |it: &Decorator| it.start() > offset;
        let Some(last) = part.decorators.last() else {
            return false;
        };
        let is_below = || !self.has_code(TextRange::new(last.end().min(offset), offset));
        !part.decorators.iter().any(inside) && (part.decorators.iter().any(follows) || is_below())
    }

    /// Returns the statement or clause below, in the same block and cell, with only comments between.
    fn below(&self, comment: TextRange) -> Option<TextRange> {
        let next = self.parts.get(self.first_from(comment.end()))?.range;
        let text = self.text;
        let indentation = |at: TextSize| at - line_start(text, at);
        let cell = |at: TextSize| cell_at(self.module.cells(), at).map(|cell| cell.number);
        let is_near = indentation(next.start()) == indentation(comment.start())
            && cell(next.start()) == cell(comment.start());
        let mut between = text[TextRange::new(comment.end(), next.start())].lines();
        let is_nothing = |line: &str| {
            let line = line.trim_matches('\x0c');
            is_blank(line) || line.trim_start().starts_with('#')
        };
        (is_near && between.all(is_nothing)).then_some(next)
    }

    /// Returns the place of the first part that begins at an offset or behind it.
    fn first_from(&self, offset: TextSize) -> usize {
        self.parts.partition_point(|it| it.range.start() < offset)
    }

    fn enclosing(&self, offset: TextSize) -> Option<&Section<'a>> {
        let next = self.parts.partition_point(|it| it.range.start() <= offset);
        let mut place = next.checked_sub(1);
        while let Some(part) = place.map(|place| &self.parts[place]) {
            if part.range.contains(offset) {
                return Some(part);
            }
            place = part.outer;
        }
        None
    }

    /// Returns where the colon of a header stands.
    fn colon(&self, header: TextRange) -> Option<TextSize> {
        let tokens = self.module.tokens_within(header);
        let colons = tokens.filter(|token| token.kind() == TokenKind::Colon);
        colons.last().map(Ranged::start)
    }

    fn has_code(&self, range: TextRange) -> bool {
        let mut tokens = self.module.tokens_within(range);
        tokens.any(|token| !token.kind().is_trivia() && token.kind() != TokenKind::Newline)
    }
}

fn part(node: AnyNodeRef<'_>) -> Option<Section<'_>> {
    let is_clause = matches!(
        node,
        AnyNodeRef::ElifElseClause(_)
            | AnyNodeRef::ExceptHandlerExceptHandler(_)
            | AnyNodeRef::MatchCase(_)
    );
    (node.is_statement() || is_clause).then(|| Section {
        range: node.range(),
        body: body(node),
        decorators: match node {
            AnyNodeRef::StmtFunctionDef(def) => &def.decorator_list,
            AnyNodeRef::StmtClassDef(def) => &def.decorator_list,
            _ => &[],
        },
        outer: None,
    })
}

/// Returns where the first block of a statement or clause begins.
fn body(node: AnyNodeRef) -> Option<TextSize> {
    let block: &[Stmt] = match node {
        AnyNodeRef::StmtFunctionDef(it) => &it.body,
        AnyNodeRef::StmtClassDef(it) => &it.body,
        AnyNodeRef::StmtFor(it) => &it.body,
        AnyNodeRef::StmtWhile(it) => &it.body,
        AnyNodeRef::StmtIf(it) => &it.body,
        AnyNodeRef::StmtWith(it) => &it.body,
        AnyNodeRef::StmtTry(it) => &it.body,
        AnyNodeRef::ElifElseClause(it) => &it.body,
        AnyNodeRef::ExceptHandlerExceptHandler(it) => &it.body,
        AnyNodeRef::MatchCase(it) => &it.body,
        AnyNodeRef::StmtMatch(it) => return it.cases.first().map(Ranged::start),
        _ => return None,
    };
    block.first().map(Ranged::start)
}

/// Returns the clauses that are no nodes of their own: `else` of a loop or `try`, `finally`.
fn keyword_clauses<'a>(module: &Module, node: AnyNodeRef<'a>) -> [Option<Section<'a>>; 2] {
    let end = |block: &[Stmt]| block.last().map(Ranged::end);
    let clause = |before: Option<TextSize>, block: &[Stmt], keyword: TokenKind| {
        let (body, end) = (block.first()?.start(), end(block)?);
        let between = TextRange::new(before?.min(body), body);
        let tokens = module.tokens_within(between);
        let start = tokens.filter(|token| token.kind() == keyword).last()?;
        Some(Section {
            range: TextRange::new(start.start(), end),
            body: Some(body),
            decorators: &[],
            outer: None,
        })
    };
    match node {
        AnyNodeRef::StmtFor(it) => [clause(end(&it.body), &it.orelse, TokenKind::Else), None],
        AnyNodeRef::StmtWhile(it) => [clause(end(&it.body), &it.orelse, TokenKind::Else), None],
        AnyNodeRef::StmtTry(it) => {
            let handled = it.handlers.last().map(Ranged::end).or(end(&it.body));
            let before = end(&it.orelse).or(handled);
            [
                clause(handled, &it.orelse, TokenKind::Else),
                clause(before, &it.finalbody, TokenKind::Finally),
            ]
        }
        _ => [None, None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_text_size::TextLen;

    /// What the comment `# c` is about.
    #[track_caller]
    fn check(code: &str, expected: Option<&str>) {
        let module = Module::parse_plain(code).expect("it parses");
        let tree = Tree::build(&module);
        let extents = Extents::new(code, &module, &tree);
        let at = code.find("# c").expect("there is a comment");
        let comment = TextRange::at(TextSize::try_from(at).expect("short"), "# c".text_len());
        let found = extents.of(comment);
        assert_eq!(found.map(|range| code[range].trim_end()), expected);
    }

    #[test]
    fn behind_code_it_is_about_the_statement_or_header() {
        check("f(\n    1)  # c\n", Some("f(\n    1)  # c"));
        check("f(\n    1,  # c\n)\n", Some("f(\n    1,  # c\n)"));
        check("a; b  # c\n", Some("a; b  # c"));
        check("with x:  # c\n    f()\n", Some("with x:  # c"));
        check(
            "def f(\n    a=g(),  # c\n    b=h(),\n):\n    pass\n",
            Some("def f(\n    a=g(),  # c\n    b=h(),\n):"),
        );
        check("if a:\n    f()\nelse:  # c\n    g()\n", Some("else:  # c"));
        check(
            "try:\n    f()\nfinally:  # c\n    g()\n",
            Some("finally:  # c"),
        );
    }

    #[test]
    fn above_code_it_is_about_the_statement_or_clause() {
        check(
            "# c\n# more\n\nwith x:\n    f()\ng()\n",
            Some("with x:\n    f()"),
        );
        for head in ["else", "elif b"] {
            let code = format!("if a:\n    f()\n# c\n{head}:\n    g()\nh()\n");
            check(&code, Some(&format!("{head}:\n    g()")));
        }
        for head in ["except A", "else", "finally"] {
            let before = if head == "else" {
                "except B:\n    i()\n"
            } else {
                ""
            };
            let code = format!("try:\n    f()\n{before}# c\n{head}:\n    g()\nh()\n");
            check(&code, Some(&format!("{head}:\n    g()")));
        }
        check(
            "while a:\n    f()\n# c\nelse:\n    g()\n",
            Some("else:\n    g()"),
        );
        check(
            "match a:\n    # c\n    case 1:\n        f()\n",
            Some("case 1:\n        f()"),
        );
        check("f()\n# c\n", None);
        check("if a:\n    f()\n    # c\ng()\n", None);
    }

    #[test]
    fn inside_a_statement_it_is_about_that_one() {
        let def = "@d\n# c\n@e(\n    1)\ndef f():\n    g()";
        check(def, Some(def));
        let def = "@d\n# c\ndef f():\n    g()";
        check(def, Some(def));
        check(
            "@d(\n    # c\n    1)\ndef f():\n    g()\n",
            Some("@d(\n    # c\n    1)\ndef f():"),
        );
        check(
            "def f(\n    # c\n    a=g(),\n):\n    h()\n",
            Some("def f(\n    # c\n    a=g(),\n):"),
        );
        check("def f():\n    # c\n    g()\n    h()\n", Some("g()"));
        check("f(\n    # c\n    1,\n)\n", Some("f(\n    # c\n    1,\n)"));
    }
}
