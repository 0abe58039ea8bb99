//! The defs of a project by name, and what tells a def of a file from all others.

use std::path::{Path, PathBuf};

use ruff_python_ast::AnyNodeRef;
use rustc_hash::FxHashMap;

use super::given::Given;
use crate::project::files::Files;
use crate::project::outline::Reader;
use crate::python::tree::{NodeId, Tree};
use crate::python::word::is_in_name;

/// A def of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Def {
    pub(super) path: PathBuf,
    pub(super) is_async: bool,
}

/// By name.
#[derive(Debug, Default)]
pub(super) struct Defs(FxHashMap<Box<str>, Vec<Def>>);

impl Defs {
    /// Reads the texts; one def too many makes a change more careful.
    pub(super) fn list(files: &Files) -> Self {
        let mut defs: FxHashMap<Box<str>, Vec<Def>> = FxHashMap::default();
        for path in &files.python {
            let text = files.texts.read(path);
            for (at, word) in text.match_indices("def ") {
                let before = text[..at].trim_end();
                let name = text[at + word.len()..].trim_start();
                let end = name.find(|c| !is_in_name(c)).unwrap_or(name.len());
                let def = Def {
                    path: path.clone(),
                    is_async: before.ends_with("async"),
                };
                let known = defs.entry(name[..end].into()).or_default();
                if !known.contains(&def) {
                    known.push(def);
                }
            }
        }
        Self(defs)
    }

    /// Returns the defs of that name.
    pub(super) fn named(&self, name: &str) -> &[Def] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Names a def or class of a file: behind the names of the defs and classes around it, with dots between.
pub(crate) fn name_of(tree: &Tree, definition: NodeId) -> String {
    let named = tree.with_ancestors(definition);
    let named = named.filter_map(|id| match tree.node(id) {
        AnyNodeRef::StmtFunctionDef(def) => Some(def.name.as_str()),
        AnyNodeRef::StmtClassDef(class) => Some(class.name.as_str()),
        _ => None,
    });
    let mut names: Vec<&str> = named.collect();
    names.reverse();
    names.join(".")
}

/// Iterates over the defs of a file that have a name, as [`name_of`] gives it.
pub(crate) fn defs_named(tree: &Tree, name: &str) -> impl Iterator<Item = NodeId> {
    let is_it =
        move |id: &NodeId| tree.node(*id).is_stmt_function_def() && name_of(tree, *id) == name;
    tree.ids().filter(is_it)
}

/// Returns the async defs of a file that have a name.
pub(super) fn coroutines_named(reader: &Reader, path: &Path, name: &str) -> Vec<Given> {
    let named = reader
        .tree
        .ids()
        .filter_map(|id| match reader.tree.node(id) {
            AnyNodeRef::StmtFunctionDef(def) if def.is_async && def.name.as_str() == name => {
                Some(Given::Coroutine {
                    path: path.to_owned(),
                    function: name_of(reader.tree, id),
                })
            }
            _ => None,
        });
    named.collect()
}
