//! Source file → [`Subject`]: what was made of a file, and of the others that its rules ask about.
//!
//! Many rules ask about the same few files, one after the other: each of these is bound once for the file that asks.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::analysis::Tables;
use super::answers::Answers;
use super::subject::{Subject, Target};
use crate::bind::block::Blocks;
use crate::bind::context::Context;
use crate::bind::flow::Flow;
use crate::bind::resolve::Resolver;
use crate::bind::scope::Bindings;
use crate::project::Facts;
use crate::project::nature::{File, Nature, RunAs};
use crate::python::parse::Module;
use crate::python::tree::Tree;
use crate::semantic::{Memos, Model};
use crate::source::SourceFile;

/// So many files are kept while one is analyzed; few ask about more.
const KEPT: usize = 64;

/// Bytes of their texts: what is made of a file takes some thirty times as much.
const KEPT_BYTES: usize = 1 << 20;

/// How a file is read, and its project: the same for all files that one asks about.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) target: Target,
    pub(super) run_as: Option<RunAs>,
    pub(super) tables: &'a Tables<'a>,
    pub(super) facts: &'a dyn Facts,
}

/// All that is made of one file: each part borrows those above it.
#[derive(Default)]
pub(super) struct Bound<'a> {
    tree: OnceCell<Tree<'a>>,
    names: OnceCell<Bindings<'a>>,
    blocks: OnceCell<Blocks<'a>>,
    flow: OnceCell<Flow<'a>>,
    resolver: OnceCell<Resolver<'a>>,
    nature: OnceCell<Nature>,
    memos: Memos<'a>,
    answers: Answers<'a>,
}

impl<'a> Bound<'a> {
    /// Binds the one file that this is for.
    pub(super) fn bind(
        &'a self,
        source: &'a SourceFile,
        module: &'a Module,
        reading: Reading<'a>,
        opened: &'a Opened<'a>,
    ) -> Subject<'a> {
        let Reading { tables, target, .. } = reading;
        Subject {
            model: self.model(source, module, reading),
            run_as: reading.run_as,
            kinds: tables.kinds,
            roles: tables.roles,
            lifecycles: tables.lifecycles,
            own: &tables.own,
            imports: &tables.imports,
            tables,
            target,
            answers: &self.answers,
            opened,
        }
    }

    fn model(
        &'a self,
        source: &'a SourceFile,
        module: &'a Module,
        reading: Reading<'a>,
    ) -> Model<'a> {
        let Reading { tables, facts, .. } = reading;
        let tree = self.tree.get_or_init(|| Tree::build(module));
        let names = || names(source, module, tree, facts);
        let names = self.names.get_or_init(names);
        let blocks = self.blocks.get_or_init(|| Blocks::build(tree));
        let flow = self.flow.get_or_init(|| Flow::new(names, blocks));
        let resolver = || Resolver::new(flow, &tables.aliases);
        let resolver = self.resolver.get_or_init(resolver);
        let context = Context::new(names, blocks);
        let nature = self.nature.get_or_init(|| {
            let signs = &tables.signs;
            let file = File::new(source, module, tree, resolver, context, facts, signs);
            Nature::decide(file, reading.run_as)
        });
        Model {
            source,
            module,
            tree,
            names,
            blocks,
            flow,
            resolver,
            context,
            nature,
            facts,
            keepers: tables.own.keepers(),
            memos: &self.memos,
        }
    }
}

fn names<'a>(
    source: &SourceFile,
    module: &'a Module,
    tree: &'a Tree<'a>,
    facts: &dyn Facts,
) -> Bindings<'a> {
    let unknown = module.unclear_names().iter().cloned().collect();
    let mut names = Bindings::bind(tree, module, unknown);
    names.read_stars(|module| facts.star_names(source.path(), module));
    names
}

/// A file that was opened for another one.
#[derive(Default)]
struct Other<'a> {
    read: OnceCell<(SourceFile, Arc<Module>)>,
    bound: Bound<'a>,
}

/// The other files that were opened, for as long as the analysis of one runs.
pub struct Opened<'a> {
    others: Box<[OnceCell<Box<Other<'a>>>]>,
    by_path: RefCell<FxHashMap<PathBuf, Subject<'a>>>,
    n_others: Cell<usize>,
    bytes: Cell<usize>,
}

impl Default for Opened<'_> {
    fn default() -> Self {
        Self {
            others: (0..KEPT).map(|_| OnceCell::new()).collect(),
            by_path: RefCell::default(),
            n_others: Cell::new(0),
            bytes: Cell::new(0),
        }
    }
}

impl<'a> Opened<'a> {
    /// Returns a file that was opened before.
    pub(super) fn find(&self, path: &Path) -> Option<Subject<'a>> {
        self.by_path.borrow().get(path).copied()
    }

    /// Returns whether one more file is kept.
    pub(super) fn has_room(&self, source: &SourceFile) -> bool {
        let bytes = self.bytes.get() + source.text().len();
        self.n_others.get() < KEPT && bytes <= KEPT_BYTES
    }

    /// Binds a file, and keeps it; `None`: there is no room for it, as [`has_room`](Self::has_room) says.
    pub(super) fn keep(
        &'a self,
        path: &Path,
        source: SourceFile,
        module: Arc<Module>,
        reading: Reading<'a>,
    ) -> Option<Subject<'a>> {
        let place = self.n_others.get();
        self.n_others.set(place + 1);
        self.bytes.set(self.bytes.get() + source.text().len());
        let other = self.others.get(place)?.get_or_init(Box::default);
        let (source, module) = other.read.get_or_init(|| (source, module));
        let subject = other.bound.bind(source, module, reading, self);
        let mut by_path = self.by_path.borrow_mut();
        by_path.insert(path.to_owned(), subject);
        Some(subject)
    }
}
