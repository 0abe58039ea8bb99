//! One file under analysis: everything a rule may ask about.

use std::borrow::Cow;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{TextRange, TextSize};

use super::analysis::{Tables, analyze, parse};
use super::answers::Answers;
use super::opened::{Opened, Reading};
use super::prefilter::Standing;
use crate::bind::import::ImportStyle;
use crate::project::driven::defs_named;
use crate::project::nature::RunAs;
use crate::project::read_off::Asked;
use crate::python::least::least_python;
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::python::word_set::WordSet;
use crate::recipe::condition::WordId;
use crate::recipe::kind::Kinds;
use crate::recipe::later::Later;
use crate::recipe::lifecycle::Lifecycles;
use crate::recipe::plain::OwnCode;
use crate::recipe::role::Roles;
use crate::semantic::Model;
use crate::semantic::call::There;
use crate::source::SourceFile;
use crate::source::cell::cell_at;
use crate::text::blank::{line_end, line_start, quoted};

/// The Python version a file is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Major and minor.
    pub version: (u8, u8),
    /// Whether nobody said so.
    pub assumed: bool,
}

impl Target {
    /// Returns the target of a file whose code may need a newer Python than its project names, or says itself what
    /// nobody else does.
    pub fn raised_by(self, module: &Module) -> Self {
        // What is newer is rare, and little of what recipes write needs it.
        let least = match self.version < (3, 10) || self.assumed {
            true => least_python(module),
            false => None,
        };
        let says = |version| version > self.version || (self.assumed && version == self.version);
        match least {
            Some(version) if says(version) => Self {
                version,
                assumed: false,
            },
            _ => self,
        }
    }

    /// Returns what `explain` says of it.
    pub(super) fn words(self) -> String {
        let (major, minor) = self.version;
        let assumed = if self.assumed { ", assumed" } else { "" };
        format!("the target is {major}.{minor}{assumed}")
    }

    /// Returns what to say behind an answer that rests on the version; nothing where somebody said it.
    pub fn assumption(self) -> Option<String> {
        let (major, minor) = self.version;
        let words = || format!(" (Python {major}.{minor} is assumed; set --target-version)");
        self.assumed.then(words)
    }
}

/// What is known of one file, all of it borrowed.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// What is known of its code.
    pub model: Model<'a>,
    /// How a user says that percent files are run.
    pub run_as: Option<RunAs>,
    /// The kinds table.
    pub kinds: &'a Later<Kinds>,
    /// The roles table.
    pub roles: &'a Later<Roles>,
    /// The lifecycles table.
    pub lifecycles: &'a Later<Lifecycles>,
    /// What Python's own functions and methods do.
    pub own: &'a OwnCode,
    /// How imports are written.
    pub imports: &'a ImportStyle,
    /// All tables, for other files.
    pub tables: &'a Tables<'a>,
    /// The Python version it is written for.
    pub target: Target,
    /// What was asked and answered already.
    pub answers: &'a Answers<'a>,
    /// The other files that were opened for it.
    pub opened: &'a Opened<'a>,
}

impl<'a> Deref for Subject<'a> {
    type Target = Model<'a>;

    fn deref(&self) -> &Model<'a> {
        &self.model
    }
}

impl<'a> Subject<'a> {
    /// Returns the first line of some code: people are shown no more of it.
    pub fn first_line(&self, code: TextRange) -> Cow<'a, str> {
        quoted(
            self.text()[code]
                .lines()
                .next()
                .unwrap_or_default()
                .trim_start(),
        )
    }

    /// Returns the line of its statement on which a node begins.
    pub fn statement_line(&self, node: NodeId) -> Cow<'a, str> {
        let statement = self.tree.range(self.tree.statement(node).unwrap_or(node));
        let line = line_start(self.text(), self.tree.range(node).start());
        let code = TextRange::new(statement.start().max(line), statement.end());
        self.first_line(code)
    }

    /// Returns the offset behind the line's end; in a notebook at most the end of its cell.
    pub fn line_end(&self, offset: TextSize) -> TextSize {
        let end = line_end(self.text(), offset);
        let cell = cell_at(self.module.cells(), offset);
        cell.map_or(end, |cell| end.min(cell.range.end()))
    }

    /// Returns whether a function is an `async def`.
    pub(crate) fn is_async(&self, function: NodeId) -> bool {
        matches!(self.tree.node(function), AnyNodeRef::StmtFunctionDef(def) if def.is_async)
    }

    /// Returns whether text that is not analyzed (a broken cell, a magic) mentions the name.
    pub fn is_mentioned(&self, name: &str) -> bool {
        let texts = [self.module.names_in_broken(), self.module.names_in_magics()];
        // Each is sorted, and may be as long as the notebook.
        let mut texts = texts.iter();
        texts.any(|names| names.binary_search_by(|it| it.as_str().cmp(name)).is_ok())
    }

    /// Iterates over these names.
    pub(super) fn mentioned(&self) -> impl Iterator<Item = &str> {
        let texts = [self.module.names_in_broken(), self.module.names_in_magics()];
        texts.into_iter().flatten().map(String::as_str)
    }

    /// Returns what a word asks of a file, perhaps about a name of a file's own level.
    pub(super) fn asks_file(
        &self,
        path: &Path,
        word: WordId,
        of: Option<(PathBuf, String)>,
    ) -> Asked {
        self.facts.note(path);
        Asked {
            path: path.to_owned(),
            word,
            of,
            python: (self.target.version, self.target.assumed),
        }
    }

    /// Returns the path of the file as the facts name it; `None`: the facts have another text of it.
    pub(super) fn as_on_disk(&self) -> Option<PathBuf> {
        let known = self.facts.source(self.path());
        let is_same = known.is_some_and(|it| it.text() == self.text());
        is_same.then(|| self.facts.whole(self.path()))
    }

    /// Hands another file of the project to `ask`, as it is while this one is analyzed; `None` where it cannot be read.
    pub(crate) fn of_other_file<T>(
        &self,
        path: &Path,
        ask: impl FnOnce(&Subject) -> T,
    ) -> Option<T> {
        self.facts.note(path);
        if let Some(known) = self.opened.find(path) {
            return Some(known.answers.apart(|| ask(&known)));
        }
        let source = self.facts.source(path)?;
        if !self.opened.has_room(&source) {
            return self.of_source(&source, ask);
        }
        let module = parse(&source, self.target, self.facts).ok()?;
        let reading = Reading {
            target: self.target,
            run_as: self.run_as,
            tables: self.tables,
            facts: self.facts,
        };
        let other = self.opened.keep(path, source, module, reading)?;
        Some(other.answers.apart(|| ask(&other)))
    }

    /// Hands another file to `ask`, with a def of it by its name there; `None` where that is not one def.
    pub(super) fn of_def_elsewhere<T>(
        &self,
        def: &There,
        ask: impl FnOnce(&Subject, NodeId) -> T,
    ) -> Option<T> {
        let found = self.of_other_file(&def.path, |other| {
            let mut named = defs_named(other.tree, &def.name);
            match (named.next(), named.next()) {
                (Some(one), None) => Some(ask(other, one)),
                _ => None,
            }
        });
        found.flatten()
    }

    /// Hands another file to `ask` with what stands in it, before it is parsed; `None`: it is not there.
    pub(crate) fn standing_in<T>(
        &self,
        path: &Path,
        ask: impl FnOnce(&SourceFile, &Standing) -> T,
    ) -> Option<T> {
        let source = self.facts.source(path)?;
        let find = || WordSet::of(source.text().as_bytes());
        let words = self.facts.read_off().words(path, find);
        Some(ask(&source, &Standing::of(source.text(), words)))
    }

    /// Hands a file to `ask` that is named from the project's root: this one, or another one.
    pub(crate) fn of_file<T>(&self, file: &Path, ask: impl FnOnce(&Subject) -> T) -> Option<T> {
        match file == self.facts.name_in_project(self.path()) {
            true => Some(ask(self)),
            false => self.of_other_file(&self.facts.root_of(self.path()).join(file), ask),
        }
    }

    /// Hands another file to `ask` that was read.
    pub(crate) fn of_source<T>(
        &self,
        source: &SourceFile,
        ask: impl FnOnce(&Subject) -> T,
    ) -> Option<T> {
        let (tables, facts) = (self.tables, self.facts);
        facts.note(source.path());
        let module = parse(source, self.target, facts).ok()?;
        Some(analyze(
            source,
            &module,
            self.target,
            self.run_as,
            tables,
            facts,
            ask,
        ))
    }

    /// Hands the tree of another file to `ask`; `None` where it is not read.
    pub(super) fn of_tree<T>(&self, path: &Path, ask: impl FnOnce(&Tree) -> T) -> Option<T> {
        self.facts.note(path);
        let source = self.facts.source(path)?;
        let module = parse(&source, self.target, self.facts).ok()?;
        Some(ask(&Tree::build(&module)))
    }

    /// Returns how people call a file of the project: from its root, with slashes.
    pub fn name_of_file(&self, path: &Path) -> String {
        let name = self.facts.name_in_project(path);
        name.to_string_lossy().replace('\\', "/")
    }

    /// Returns the lowest and the highest Python that the code may run on: any where nobody says.
    pub(super) fn pythons(&self) -> ((u8, u8), (u8, u8)) {
        let own = self.source.allowed_python().highest;
        let highest = own.or_else(|| self.facts.allowed_python(self.path()).highest);
        let lowest = match self.target.assumed {
            true => (3, 0),
            false => self.target.version,
        };
        (lowest, highest.unwrap_or((3, u8::MAX)).max(lowest))
    }

    /// Returns what `explain` says of them.
    pub(super) fn pythons_in_words(&self) -> String {
        let (lowest, highest) = self.pythons();
        let from = match lowest {
            (_, 0) => "any Python".to_owned(),
            (major, minor) => format!("Python {major}.{minor}"),
        };
        match highest {
            (_, u8::MAX) => format!("it may run on {from} and newer"),
            (major, minor) => format!("it may run on {from} up to {major}.{minor}"),
        }
    }
}
