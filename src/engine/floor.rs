//! The least that any run of the recipes must do: read the files, look for words, parse what has them
//! and visit it. What a run costs beyond is the price of the rules; the benchmark compares the two.

use std::path::PathBuf;

use rayon::prelude::*;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, PythonVersion};

use super::{Job, pool};
use crate::project::Alone;
use crate::python::parse::Module;
use crate::recipe::order::Stage;

/// What was visited.
#[derive(Debug, Default)]
pub struct Floor {
    /// Files that recipes could touch, by their words.
    pub candidates: Vec<PathBuf>,
    /// Syntax nodes of those that parse.
    pub nodes: usize,
}

/// Visits the files.
///
/// # Errors
/// The threads cannot be started.
pub fn run(jobs: &[Job], threads: usize) -> Result<Floor, rayon::ThreadPoolBuildError> {
    let visited: Vec<Option<usize>> =
        pool(threads)?.install(|| jobs.par_iter().map(visit).collect());
    let mut floor = Floor::default();
    for ((input, _), nodes) in jobs.iter().zip(visited) {
        if let Some(nodes) = nodes {
            floor.candidates.push(input.path.clone());
            floor.nodes += nodes;
        }
    }
    Ok(floor)
}

/// Returns the number of nodes; `None` of a file that no recipe can touch.
fn visit((input, engine): &Job) -> Option<usize> {
    let source = input.read(&Alone).ok()?;
    if source.is_generated() || !engine.may_match(Stage::File, &source) {
        return None;
    }
    let mut nodes = Nodes(0);
    if let Ok(module) = Module::parse(&source, PythonVersion::latest()) {
        for statement in module.statements() {
            nodes.visit_stmt(statement);
        }
    }
    Some(nodes.0)
}

struct Nodes(usize);

impl<'a> SourceOrderVisitor<'a> for Nodes {
    fn enter_node(&mut self, _: AnyNodeRef<'a>) -> TraversalSignal {
        self.0 += 1;
        TraversalSignal::Traverse
    }
}
