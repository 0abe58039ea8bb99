//! Source file → syntax trees, cell by cell where it must be.
//!
//! A plain module is one *part*. A notebook's code cells are a part each, so that a cell that does not
//! parse is set aside and the others go on. A percent file is one part if it parses as a whole, and
//! then the parser says which marker lines are comments between statements; if not, it is cut like a
//! notebook.
//!
//! Trees up to the limits of `python::nesting` recurse thousands of frames when visited or dropped:
//! callers run on threads with a large stack (256 MiB).

use std::collections::BTreeSet;

use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_python_ast::{Expr, ModExpression, ModModule, PythonVersion, Stmt};
use ruff_python_parser::{Mode, Parsed, UnsupportedSyntaxError};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::magic::Magic;
use super::part::{CellParser, Stop};
use super::word::words;
use super::{magics, markers, quoted};
use crate::source::cell::{Cell, CellKind};
use crate::source::{FileKind, SourceFile};

/// A cell (or the file) that does not parse: left alone. What its names mean is unknown, unless the kernel cannot
/// compile it, either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Text left alone.
    pub range: TextRange,
    /// Where the parser stopped.
    pub at: TextRange,
    /// What the parser expected.
    pub message: String,
}

impl From<Stop> for Broken {
    fn from(stop: Stop) -> Self {
        Self {
            range: stop.range,
            at: stop.at,
            message: stop.message,
        }
    }
}

/// A parsed source file.
#[derive(Debug)]
pub struct Module {
    root: ModModule,
    /// At least one; in order of place.
    parts: Vec<Parsed<ModModule>>,
    /// With the range of the magic's statement; in order of place.
    magic_bodies: Vec<(TextRange, Parsed<ModModule>)>,
    /// With the range of the string's quotes; in order of place.
    quoted: Vec<(TextRange, Parsed<ModExpression>)>,
    cells: Vec<Cell>,
    broken: Vec<Broken>,
    magics: Vec<Magic>,
    names_in_broken: Vec<String>,
    unclear_names: Vec<String>,
    names_in_magics: Vec<String>,
    depth: usize,
}

impl Module {
    /// Parses a file for a Python version; newer syntax is accepted and reported by
    /// [`Module::unsupported_syntax`].
    ///
    /// # Errors
    /// A plain module does not parse, or no cell of a notebook does; or the code is nested too deeply
    /// to be analyzed.
    pub fn parse(source: &SourceFile, version: PythonVersion) -> Result<Self, Broken> {
        let parser = CellParser::new(source.text(), version);
        let whole = TextRange::up_to(source.text().text_len());
        let mut module = Self {
            root: ModModule {
                node_index: Default::default(),
                range: whole,
                body: Default::default(),
            },
            parts: Vec::new(),
            magic_bodies: Vec::new(),
            quoted: Vec::new(),
            cells: Vec::new(),
            broken: Vec::new(),
            magics: Vec::new(),
            names_in_broken: Vec::new(),
            unclear_names: Vec::new(),
            names_in_magics: Vec::new(),
            depth: 0,
        };
        match source.kind() {
            FileKind::Module => module.parts.push(parser.parse(whole, Mode::Module)?),
            FileKind::Percent => module.read_percent(&parser, source.cells())?,
            FileKind::Notebook => module.read_cells(&parser, source.cells())?,
            FileKind::Packages(_) => module.read_cells(&parser, &[])?,
        }
        if !module.cells.is_empty() {
            let tokens = module.parts.iter().flat_map(|part| part.tokens().iter());
            module.magics = magics::find(source.text(), source.kind(), &module.cells, tokens);
            module.read_magic_bodies(&parser);
            module.read_names(source.text());
        }
        module.quoted = quoted::read(source.text(), module.statements());
        module.depth = parser.depth.get();
        Ok(module)
    }

    /// Parses the text of a `.py` file, for tests.
    #[cfg(test)]
    pub(crate) fn parse_plain(text: &str) -> Result<Self, Broken> {
        let source = SourceFile::from_text("a.py", text).expect("text of a .py can be read");
        Self::parse(&source, PythonVersion::PY313)
    }

    /// Returns the node above all statements; it holds none itself.
    pub fn root(&self) -> &ModModule {
        &self.root
    }

    /// Iterates over the top-level statements of all cells that parse.
    pub fn statements(&self) -> impl Iterator<Item = &Stmt> {
        self.parts.iter().flat_map(|part| part.suite().iter())
    }

    /// Returns the statements that the magic at `range` runs.
    pub fn magic_body(&self, range: TextRange) -> &[Stmt] {
        self.magic_bodies
            .binary_search_by_key(&range.start(), |(magic, _)| magic.start())
            .ok()
            .filter(|&idx| self.magic_bodies[idx].0 == range)
            .map_or(&[], |idx| self.magic_bodies[idx].1.suite())
    }

    /// Returns what the string at `range` spells, where it is an annotation or a type in one.
    pub fn quoted(&self, range: TextRange) -> Option<&Expr> {
        let find = |(string, _): &(TextRange, _)| string.start().cmp(&range.start());
        let idx = self.quoted.binary_search_by(find).ok()?;
        Some(self.quoted[idx].1.expr())
    }

    /// Returns the tokens of the part (file, cell, magic body or quoted annotation) that holds `offset`.
    pub fn tokens(&self, offset: TextSize) -> &Tokens {
        let next = self
            .magic_bodies
            .partition_point(|(_, body)| body.syntax().range().start() <= offset);
        let magic = self.magic_bodies[..next]
            .last()
            .filter(|(_, body)| body.syntax().range().contains_inclusive(offset));
        if let Some((_, body)) = magic {
            return body.tokens();
        }
        let next = self
            .quoted
            .partition_point(|(string, _)| string.start() < offset);
        let quoted = self.quoted[..next].last();
        if let Some((_, code)) = quoted.filter(|(string, _)| offset < string.end()) {
            return code.tokens();
        }
        let next = self
            .parts
            .partition_point(|part| part.syntax().range().start() <= offset);
        self.parts[next.saturating_sub(1)].tokens()
    }

    /// Returns all comments in order of place, those in the Python that magics run included.
    pub fn comments(&self) -> Vec<TextRange> {
        let magics = self.magic_bodies.iter().map(|(_, body)| body);
        let tokens = self.parts.iter().chain(magics).flat_map(Parsed::tokens);
        let comments = tokens.filter(|token| token.kind() == TokenKind::Comment);
        let mut comments: Vec<TextRange> = comments.map(Ranged::range).collect();
        comments.sort_by_key(|comment| comment.start());
        comments.dedup();
        comments
    }

    /// Iterates over the tokens that lie within `range`, of all parts; a magic is one token, unless
    /// the range lies within the Python it runs.
    pub fn tokens_within(&self, range: TextRange) -> impl Iterator<Item = &Token> {
        let own = self.tokens(range.start());
        let next = self
            .parts
            .partition_point(|part| part.syntax().range().start() <= range.start());
        let later = self.parts[next..]
            .iter()
            .take_while(move |part| part.syntax().range().start() < range.end())
            .map(Parsed::tokens);
        std::iter::once(own).chain(later).flat_map(move |tokens| {
            let start = tokens.partition_point(|token| token.start() < range.start());
            tokens[start..]
                .iter()
                .take_while(move |token| token.end() <= range.end())
        })
    }

    /// Returns the cells, empty for a plain module; of a percent file those whose marker is a comment
    /// of its own between top-level statements.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns what did not parse.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// Returns the magics, in order of place.
    pub fn magics(&self) -> &[Magic] {
        &self.magics
    }

    /// Returns every word that may be a name in broken cells, or in foreign ones that may read the
    /// kernel's names: it counts as used there. Sorted, each once.
    pub fn names_in_broken(&self) -> &[String] {
        &self.names_in_broken
    }

    /// Returns those of them that the kernel may bind there: of a cell that it cannot compile, none runs. Sorted,
    /// each once.
    pub fn unclear_names(&self) -> &[String] {
        &self.unclear_names
    }

    /// Returns every word that may be a name in magics whose Python is not parsed, commented ones
    /// included: it counts as used there. Sorted, each once.
    pub fn names_in_magics(&self) -> &[String] {
        &self.names_in_magics
    }

    /// Returns the number of tokens of all parts.
    pub(super) fn n_tokens(&self) -> usize {
        self.parts.iter().map(|part| part.tokens().len()).sum()
    }

    /// Returns how deep the code is nested.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Iterates over the syntax that the target version does not have yet.
    pub fn unsupported_syntax(&self) -> impl Iterator<Item = &UnsupportedSyntaxError> {
        let bodies = self.magic_bodies.iter().map(|(_, body)| body);
        self.parts
            .iter()
            .chain(bodies)
            .flat_map(|part| part.unsupported_syntax_errors())
    }

    fn read_percent(&mut self, parser: &CellParser<'_>, candidates: &[Cell]) -> Result<(), Broken> {
        let whole = self.root.range;
        let error = match parser.parse(whole, Mode::Module) {
            Ok(part) => {
                self.cells = markers::confirmed(candidates, parser.text, &part);
                self.parts.push(part);
                return Ok(());
            }
            Err(stop) => stop.into(),
        };
        if let Ok(part) = parser.parse(whole, Mode::Ipython) {
            let cells = markers::confirmed(candidates, parser.text, &part);
            if cells.is_empty() {
                // It is no notebook, and magics are no Python.
                return Err(error);
            }
            if cells.iter().any(|cell| cell.kind == CellKind::Foreign) {
                // Its text may look like Python: `ls`.
                return self.read_cells(parser, &cells);
            }
            self.cells = cells;
            self.parts.push(part);
            return Ok(());
        }
        self.read_cells(parser, candidates)
    }

    fn read_cells(&mut self, parser: &CellParser<'_>, cells: &[Cell]) -> Result<(), Broken> {
        self.cells = cells.to_vec();
        for cell in cells.iter().filter(|cell| cell.kind == CellKind::Code) {
            match parser.parse(cell.range, Mode::Ipython) {
                Ok(part) => self.parts.push(part),
                Err(stop) => self.broken.push(stop.into()),
            }
        }
        if self.parts.is_empty() {
            if let Some(first) = self.broken.first() {
                return Err(first.clone());
            }
            let nothing = TextRange::default();
            self.parts.push(parser.parse(nothing, Mode::Module)?);
        }
        Ok(())
    }

    fn read_magic_bodies(&mut self, parser: &CellParser<'_>) {
        for magic in &self.magics {
            // A cell magic's body is parsed with its cell, a comment is no code.
            let is_line = !magic.commented && !magic.name.starts_with("%%");
            let body = magic.body.filter(|_| is_line);
            let parsed = body.and_then(|body| parser.parse(body, Mode::Ipython).ok());
            self.magic_bodies
                .extend(parsed.map(|parsed| (magic.line, parsed)));
        }
    }

    fn read_names(&mut self, text: &str) {
        let names = |ranges: &[TextRange]| sorted(ranges.iter().flat_map(|it| words(&text[*it])));
        let broken = self.broken.iter().map(|broken| broken.range);
        let (unclear, dead): (Vec<_>, Vec<_>) =
            broken.partition(|range| magics::may_be_prepared(&text[*range]));
        let foreign = magics::foreign_ranges(&self.magics, &self.cells);
        let mut ranges: Vec<_> = foreign.chain(unclear).collect();
        self.unclear_names = names(&ranges);
        ranges.extend(dead);
        self.names_in_broken = names(&ranges);
        let opaque = self.magics.iter();
        let opaque = opaque.filter(|magic| self.magic_body(magic.line).is_empty());
        self.names_in_magics = sorted(opaque.flat_map(|magic| magic.words(text)));
    }
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let words: BTreeSet<&str> = words.collect();
    words.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
