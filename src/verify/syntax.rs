//! Laws 1 and 2: the new text parses for the target version, and `await` stands only where it may.

use ruff_python_ast::{AnyNodeRef, PythonVersion};
use rustc_hash::FxHashSet;

use super::refused;
use crate::bind::block::Blocks;
use crate::bind::context::{Context, FrameKind};
use crate::bind::scope::Bindings;
use crate::matching::subject::Subject;
use crate::plan::law::BrokenLaw;
use crate::project::dependency::check_table;
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::source::cell::Cell;
use crate::source::package_list::PackageList;
use crate::source::percent::marker_len;
use crate::source::{FileKind, SourceFile};
use crate::text::edit::EditSet;

/// Returns the syntax of the new text, if it is code.
pub(super) fn check(
    subject: &Subject,
    edits: &EditSet,
    after: &SourceFile,
) -> Result<Option<Module>, BrokenLaw> {
    if after.kind() == FileKind::Packages(PackageList::Toml) {
        let checked = check_table(after.text());
        return match checked {
            Ok(()) => Ok(None),
            Err(message) => Err(BrokenLaw::DoesNotParse { message }),
        };
    }
    let (major, minor) = subject.target.version;
    let version = PythonVersion { major, minor };
    let module = Module::parse(after, version).map_err(|broken| BrokenLaw::DoesNotParse {
        message: broken.message,
    })?;
    let (old, new) = (subject.module.broken(), module.broken());
    if let Some(first) = new.first().filter(|_| new.len() > old.len()) {
        return Err(BrokenLaw::CellBroken {
            message: first.message.clone(),
        });
    }
    check_cells(subject, edits, &module, after)?;
    let newer = module.unsupported_syntax().count();
    if newer > 0 && newer > newer_before(subject, version) {
        return Err(BrokenLaw::NewerPython { major, minor });
    }
    check_names(subject, &module, after)?;
    Ok(Some(module))
}

/// Counts the syntax of the text before that the version does not have: its tree may be that for another one.
fn newer_before(subject: &Subject, version: PythonVersion) -> usize {
    let before = Module::parse(subject.source, version);
    before.map_or(0, |it| it.unsupported_syntax().count())
}

/// There are as many cells as before, and those that edits add. What stands before the first marker of
/// a percent file is a cell as long as it holds code.
fn check_cells(
    subject: &Subject,
    edits: &EditSet,
    module: &Module,
    after: &SourceFile,
) -> Result<(), BrokenLaw> {
    let counts = |module: &Module, source: &SourceFile| {
        let is_marked = |cell: &&Cell| {
            source.kind() != FileKind::Percent || marker_len(&source.text()[cell.range]) > 0
        };
        let marked = module.cells().iter().filter(is_marked).count();
        (marked, module.cells().len() - marked)
    };
    let old = counts(subject.module, subject.source);
    let new = counts(module, after);
    let added = edits.edits().iter().filter(|edit| edit.is_cell()).count();
    match new.0 == old.0 + added && new.1 <= old.1 {
        true => Ok(()),
        false => Err(BrokenLaw::CellCount),
    }
}

/// What the parser lets pass and Python does not.
fn check_names(subject: &Subject, module: &Module, after: &SourceFile) -> Result<(), BrokenLaw> {
    let tree = Tree::build(module);
    let names = Bindings::bind(&tree, module, FxHashSet::default());
    let wrong = names.misdeclared();
    match wrong.last() {
        Some(last) if wrong.len() > subject.names.misdeclared().len() => {
            let line = after.position(tree.range(*last).start()).line;
            Err(BrokenLaw::Misdeclared { line })
        }
        _ => {
            let blocks = Blocks::build(&tree);
            let context = Context::new(&names, &blocks);
            check_awaits(subject, &tree, context, after)?;
            refused::check(subject, module, &tree, context, after)
        }
    }
}

/// No `await`, `async for` or `async with` may stand where the old text had none of its kind astray.
fn check_awaits(
    subject: &Subject,
    tree: &Tree,
    context: Context,
    after: &SourceFile,
) -> Result<(), BrokenLaw> {
    let old = strays(subject.tree, subject.context, subject).len();
    let new = strays(tree, context, subject);
    match new.last() {
        Some(stray) if new.len() > old => Err(BrokenLaw::StrayAwait {
            line: after.position(tree.range(*stray).start()).line,
        }),
        _ => Ok(()),
    }
}

fn strays(tree: &Tree, context: Context, subject: &Subject) -> Vec<NodeId> {
    tree.ids()
        .filter(|id| awaits(tree.node(*id)) && !may_await(*id, context, subject))
        .collect()
}

fn awaits(node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprAwait(_) => true,
        AnyNodeRef::StmtFor(node) => node.is_async,
        AnyNodeRef::StmtWith(node) => node.is_async,
        _ => false,
    }
}

fn may_await(node: NodeId, context: Context, subject: &Subject) -> bool {
    match context.frames(node).next().map(|frame| frame.kind) {
        Some(FrameKind::Function { is_async }) => is_async,
        Some(FrameKind::Module) => subject.nature.runs_by_cell(),
        _ => false,
    }
}
