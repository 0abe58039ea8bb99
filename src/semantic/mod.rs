//! One file and its project → what its classes and values are. No recipe, no table: what is asked here
//! is asked of Python.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, StmtClassDef};

use crate::bind::block::Blocks;
use crate::bind::context::Context;
use crate::bind::flow::Flow;
use crate::bind::remade::Keeps;
use crate::bind::resolve::Resolver;
use crate::bind::scope::Bindings;
use crate::bind::typed::Receiver;
use crate::project::Facts;
use crate::project::definition::Definition;
use crate::project::nature::Nature;
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::recipe::plain::Keepers;
use crate::source::SourceFile;

use class::{Class, Key};
use memo::Memo;

pub mod class;

pub mod call;

pub mod memo;

mod remade;

mod wrapped;

mod fresh;

mod elsewhere;

mod typed;

mod given;

pub mod ways;

/// So many functions are looked through around one, to what calls it or to what it calls; what is behind more
/// is not known.
pub const MAX_FUNCTIONS: usize = 200;

/// What is known of the code of one file, all of it borrowed.
#[derive(Clone, Copy)]
pub struct Model<'a> {
    /// The file.
    pub source: &'a SourceFile,
    /// Its syntax.
    pub module: &'a Module,
    /// Its nodes, with parents.
    pub tree: &'a Tree<'a>,
    /// Its names.
    pub names: &'a Bindings<'a>,
    /// Its blocks of statements.
    pub blocks: &'a Blocks<'a>,
    /// Which bindings reach which uses.
    pub flow: &'a Flow<'a>,
    /// What names and values mean.
    pub resolver: &'a Resolver<'a>,
    /// Where nodes stand.
    pub context: Context<'a>,
    /// Whether it is run cell by cell.
    pub nature: &'a Nature,
    /// What other files say about it.
    pub facts: &'a dyn Facts,
    /// Decorators that keep something of what they get, beside those of Python's own.
    pub keepers: &'a Keepers,
    /// What was asked and answered already.
    pub memos: &'a Memos<'a>,
}

/// What was asked of a model and answered already.
#[derive(Debug, Default)]
pub struct Memos<'a> {
    /// What qualified names mean in the project.
    definitions: Memo<String, Definition>,
    /// The same of names of other files.
    elsewhere: Memo<(PathBuf, String), Definition>,
    /// The classes that qualified names mean.
    named: Memo<String, Class<'a>>,
    /// Whether defs yield.
    generators: Memo<NodeId, bool>,
    /// A class and those above it.
    mro: Memo<Key, Rc<[Class<'a>]>>,
    /// The topmost classes above a class that only this file names.
    roots: Memo<Key, Arc<[String]>>,
    /// The classes of the file that have a class above them.
    below: Memo<Key, Rc<[&'a StmtClassDef]>>,
    /// Whether something may make something else of a class.
    remade: Memo<Key, bool>,
    /// Whether defs, as decorators, keep coroutine functions.
    keeps_coroutines: Memo<NodeId, Keeps>,
    /// Whether each call of a def makes the object that it gives.
    gives_new: Memo<NodeId, bool>,
    /// The same of defs of other files.
    gives_new_there: Memo<(PathBuf, String), bool>,
    /// The classes of the objects that expressions give, or the classes themselves.
    owners: Memo<NodeId, Option<(Class<'a>, bool, Receiver)>>,
}

impl<'a> Model<'a> {
    /// Returns the file's path.
    pub fn path(&self) -> &'a Path {
        self.source.path()
    }

    /// Returns the text that every offset means.
    pub fn text(&self) -> &'a str {
        self.source.text()
    }

    /// Returns what a qualified name of the file means in the project.
    pub fn definition(&self, qualified: &str) -> Definition {
        let find = || self.facts.definition(self.path(), qualified);
        self.memos.definitions.or_find(qualified, find)
    }

    /// Returns what a qualified name of a file of the project means.
    pub fn definition_in(&self, path: &Path, qualified: &str) -> Definition {
        if std::ptr::eq(path, self.path()) {
            return self.definition(qualified);
        }
        let asked = (path.to_owned(), qualified.to_owned());
        let find = || self.facts.definition(path, qualified);
        self.memos.elsewhere.or_find(&asked, find)
    }

    /// Returns whether a def yields, nested defs and lambdas left out.
    pub fn is_generator(&self, function: AnyNodeRef<'a>) -> bool {
        let id = self.tree.id(function);
        let yields = |id| {
            let node = self.tree.node(id);
            node.is_expr_yield() || node.is_expr_yield_from()
        };
        let find = || self.context.own_nodes(id).any(yields);
        self.memos.generators.or_find(&id, find)
    }
}
