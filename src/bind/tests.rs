//! A small text and its names, for the tests of what is known by them.

use rustc_hash::FxHashSet;

use super::block::Blocks;
use super::flow::Flow;
use super::resolve::{Aliases, Resolver};
use super::scope::Bindings;
use crate::python::parse::Module;
use crate::python::tree::Tree;

/// Returns what `ask` says of the text.
pub(super) fn resolved<T>(text: &str, ask: impl FnOnce(&Resolver<'_>) -> T) -> T {
    let module = Module::parse_plain(text).expect("it parses");
    let tree = Tree::build(&module);
    let names = Bindings::bind(&tree, &module, FxHashSet::default());
    let blocks = Blocks::build(&tree);
    let flow = Flow::new(&names, &blocks);
    let aliases = Aliases::default();
    ask(&Resolver::new(&flow, &aliases))
}
