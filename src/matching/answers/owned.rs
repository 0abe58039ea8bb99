//! Who owns what a site begins, on what it is kept, and what ends it.

use ruff_python_ast::{ExprRef, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use crate::bind::scope::BindingId;
use crate::python::tree::NodeId;
use crate::recipe::condition::Store;
use crate::recipe::hook::Written;
use crate::recipe::lifecycle::{Lifecycle, NewTeardown};
use crate::recipe::template::Template;

/// The object, or the call of a function, that keeps what a site begins.
#[derive(Debug)]
pub struct Owner<'a> {
    /// Its class; `None`: a function that goes on behind its `yield`, or that is registered.
    pub class: Option<&'a StmtClassDef>,
    /// The method or function that the site stands in.
    pub method: &'a StmtFunctionDef,
    /// How it lives.
    pub row: &'a Lifecycle,
    /// What ends it.
    pub teardown: Teardown<'a>,
    /// Several values are kept: the site may run many times before that, and none takes the place of another.
    pub many: bool,
    /// The site may run many times before that, also where only the last value is kept.
    pub runs_again: bool,
    /// The teardown may run where the site did not.
    pub may_lack: bool,
    /// The defs of this file that run, as far as they are read.
    pub runs: Vec<NodeId>,
    /// All is read that what runs waits for.
    pub is_read: bool,
    /// The teardown tells what runs to end, which it does in its own time.
    pub is_told: bool,
    /// On what it is kept.
    pub holder: Holder,
    /// Where it is stored already.
    pub stored: Option<Stored<'a>>,
}

/// The method that ends a lifecycle.
#[derive(Debug, Clone, Copy)]
pub enum Teardown<'a> {
    /// A method of the class, or a function that is registered.
    Own(&'a StmtFunctionDef),
    /// One that the class does not have, as the table writes it.
    New(&'a NewTeardown),
    /// One that the class inherits from a class of the project, and gets for itself.
    Override(&'a str),
    /// What stands behind the `yield` of a function: the statement with it.
    Behind(&'a StmtFunctionDef, &'a Stmt),
    /// A function that is written and registered beside the one that begins.
    Hook(NewHook<'a>),
    /// None: the owner starts it by this template, and ends it.
    OwnStart(&'a Template),
}

impl<'a> Teardown<'a> {
    /// Returns the name of the def that ends it; empty where the owner ends it by itself.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Own(method) => method.name.as_str(),
            Self::New(new) => &new.name,
            Self::Override(name) => name,
            Self::Behind(function, _) => function.name.as_str(),
            Self::Hook(hook) => &hook.new.name,
            Self::OwnStart(_) => "",
        }
    }

    /// Returns what people call it.
    pub fn label(&self) -> String {
        match self {
            Self::Behind(..) => "the code after its `yield`".to_owned(),
            Self::OwnStart(_) => "the owner".to_owned(),
            _ => self.name().to_owned(),
        }
    }

    /// Returns whether it can wait.
    pub fn is_async(&self) -> bool {
        match self {
            Self::Own(method) => method.is_async,
            Self::New(new) => new.is_async,
            Self::Override(_) | Self::Behind(..) | Self::Hook(_) | Self::OwnStart(_) => true,
        }
    }
}

/// On what a value is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// An attribute of the object whose method begins it.
    Object,
    /// A name of the function that begins it.
    Local,
    /// A name of the module; and what people call the object.
    Module(String),
    /// An attribute of what the function that begins calls the one, the one that ends the other.
    Attribute(String, String),
    /// An item of it.
    Item(String, String),
    /// What starts it keeps it too: what the function calls that.
    Starter(String),
}

/// The place that keeps a value.
#[derive(Debug, Clone, Copy)]
pub struct Stored<'a> {
    /// What it is.
    pub store: Store,
    /// The attribute or name, that of the collection where one keeps it.
    pub holder: ExprRef<'a>,
    /// The collection is a dict.
    pub by_key: bool,
    /// The name that has the value before it is stored there, and its use that does so.
    pub(in crate::matching) through: Option<(BindingId, NodeId)>,
}

/// What a notebook keeps.
#[derive(Debug, Clone, Copy)]
pub struct Notebook {
    /// The site may run many times before the last cell.
    pub many: bool,
    /// The last cell may run where the site did not.
    pub may_lack: bool,
    /// All is read that what runs waits for.
    pub is_read: bool,
}

/// A function that is registered.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    /// The call or statement, the decorator, or the def.
    pub node: NodeId,
    /// On what; `None`: it does not say so.
    pub owner: Option<ExprRef<'a>>,
    /// What is handed to the call.
    pub hook: Option<ExprRef<'a>>,
    /// The def of this file; `None`: it is not of this file, or may be another one.
    pub function: Option<&'a StmtFunctionDef>,
}

/// Registrations that fit a pattern.
#[derive(Debug)]
pub(in crate::matching) struct Registrations<'a> {
    pub(in crate::matching) all: Vec<Registration<'a>>,
    /// Their places, by the def that is registered.
    pub(in crate::matching) of: FxHashMap<NodeId, Vec<usize>>,
}

impl<'a> Registrations<'a> {
    /// Iterates over all, in the order of the file.
    pub(in crate::matching) fn iter(&self) -> impl Iterator<Item = Registration<'a>> + '_ {
        self.all.iter().copied()
    }

    /// Iterates over those of a def, in the order of the file.
    pub(in crate::matching) fn of(
        &self,
        function: NodeId,
    ) -> impl Iterator<Item = Registration<'a>> + '_ {
        let places = self.of.get(&function).into_iter().flatten();
        places.map(|at| self.all[*at])
    }
}

/// A function that is written and registered where there is none.
#[derive(Debug, Clone, Copy)]
pub struct NewHook<'a> {
    /// What the table says of it.
    pub new: &'a NewTeardown,
    /// How it is registered.
    pub written: &'a Written,
    /// Beside this registration.
    pub beside: Registration<'a>,
    /// Where the object begins on which all are registered that share it.
    pub of: TextSize,
}
