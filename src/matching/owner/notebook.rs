//! A notebook as owner: its variables live as long as the kernel, and its last cell ends what they keep.

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::read::is_read;
use super::runs::running;
use super::unowned::Unowned;
use crate::bind::block::BlockRole;
use crate::bind::context::FrameKind;
use crate::bind::scope::ScopeId;
use crate::matching::answers::owned::Notebook;
use crate::matching::fate::fate;
use crate::matching::place::{blocks, keeps_last_cell_from_awaiting};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::condition::Fate;
use crate::recipe::lifecycle::Outcome;
use crate::semantic::ways::turns::is_repeated;

impl Notebook {
    /// Returns whether that has to be done.
    pub(super) fn has(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::OwnerNotebook => true,
            Outcome::Many => self.many,
            Outcome::MayLack => self.may_lack,
            Outcome::NotRead => !self.is_read,
            _ => false,
        }
    }
}

/// Finds the notebook as owner of what a cell begins, or a function that cells call; `None` elsewhere.
///
/// # Errors
/// What a last cell would end is not kept, or it could not wait.
pub fn notebook(subject: &Subject, site: NodeId) -> Result<Option<Notebook>, Unowned> {
    let find = || find(subject, site);
    subject.answers.notebooks.or_find(&site, find)
}

fn find(subject: &Subject, site: NodeId) -> Result<Option<Notebook>, Unowned> {
    if !subject.nature.runs_by_cell() {
        return Ok(None);
    }
    let function = subject.context.enclosing_function(site);
    let is_called = |function| is_called_by_cells(subject, function);
    if function.is_some_and(|function| !is_called(function)) {
        return Ok(None);
    }
    let range = subject.tree.range(site);
    let mut magics = subject.module.magics().iter();
    if let Some(magic) = magics.find(|it| it.body.is_some_and(|body| body.contains_range(range))) {
        return Err(Unowned::InMagic {
            magic: magic.name.clone(),
        });
    }
    if let Some(why) = keeps_last_cell_from_awaiting(subject) {
        return Err(Unowned::NoLastCell { why });
    }
    let opened = function.map(|function| subject.names.scope_opened_by(function));
    if Some(subject.names.scope_of(site)) != opened.unwrap_or(Some(ScopeId::MODULE)) {
        return Err(Unowned::InExpression);
    }
    let mut around = blocks(subject, site);
    let many = function.is_some() || is_repeated(subject, site);
    Ok(Some(Notebook {
        many,
        may_lack: !many && around.any(|role| role != BlockRole::With),
        is_read: is_read(subject, &running(subject, site), None),
    }))
}

/// A def of a cell, of which nothing is done but to call it, and cells do so themselves: then it runs in
/// the loop of the kernel.
fn is_called_by_cells(subject: &Subject, function: NodeId) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let name = def.name.as_str();
    let is_one = subject.names.bindings_of(ScopeId::MODULE, name).len() == 1;
    if subject.tree.parent(function) != NodeId::ROOT
        || !is_one
        || subject.resolver.is_decorated(def)
    {
        return false;
    }
    let references = subject.names.references_to(Some(ScopeId::MODULE), name);
    let calls: Vec<Option<NodeId>> = references.map(|it| call(subject, it.node)).collect();
    let by_cell =
        |call: &&Option<NodeId>| call.is_some_and(|call| runs_at_once(subject, def, call));
    calls.iter().all(Option::is_some) && calls.iter().any(|call| by_cell(&call))
}

/// The call whose callee a name is.
fn call(subject: &Subject, name: NodeId) -> Option<NodeId> {
    let parent = subject.tree.parent(name);
    match subject.tree.node(parent) {
        AnyNodeRef::ExprCall(call) if call.func.range() == subject.tree.range(name) => Some(parent),
        _ => None,
    }
}

/// A cell itself calls it, and what it gives is no coroutine that is handed on.
fn runs_at_once(subject: &Subject, def: &StmtFunctionDef, call: NodeId) -> bool {
    let frame = subject.context.frames(call).next();
    let in_cell = frame.is_some_and(|frame| frame.kind == FrameKind::Module);
    in_cell && (!def.is_async || fate(subject, call) == Fate::Awaited)
}
