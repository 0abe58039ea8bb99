//! The verb `remove`: the matched statement, import, block or entry goes.

use ruff_python_ast::AnyNodeRef;

use super::draft::{Draft, Sites};
use super::refusal::Refusal;
use crate::bind::import_edit::{ImportFile, import_edits};
use crate::bind::scope::{BindingId, ScopeId};
use crate::matching::Match;
use crate::matching::entry::entries;
use crate::matching::fate::fate;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::plan::needs::{holds_comment, may_drop};
use crate::python::cut::trailing_comment;
use crate::python::tree::NodeId;
use crate::recipe::Removed;
use crate::recipe::condition::Fate;
use crate::semantic::Model;
use crate::text::edit::Edit;

pub(super) fn remove<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    removed: Removed,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let need = match removed {
        Removed::Statement if subject.tree.node(found.node).is_alias() => {
            Some(import(subject, found.node, draft.sites)?)
        }
        Removed::Statement => Some(whole(subject, statement(subject, found.node)?)?),
        Removed::Block => Some(block(subject, found.node, draft.sites)?),
        Removed::Entry => entry(subject, found, draft)?,
    };
    draft.needs.extend(need);
    Ok(())
}

/// The entry of a list, or a word of a line; the line where it has nothing else.
fn entry(subject: &Subject, found: &Match, draft: &mut Draft) -> Result<Option<Need>, Refusal> {
    let mut entries = entries(subject).into_iter();
    let (node, entry) = entries
        .find(|(_, entry)| entry.range == found.range)
        .ok_or(Refusal::NoBlock)?;
    if entry.is_alone {
        return whole(subject, node).map(Some);
    }
    draft.edits.push(Edit::deletion(entry.whole));
    Ok(None)
}

/// A statement that goes whole: one with comments inside would stay where it is.
pub(super) fn whole(subject: &Subject, statement: NodeId) -> Result<Need, Refusal> {
    match holds_comment(subject, statement) {
        true => Err(Refusal::HoldsComment),
        false => Ok(Need::Remove {
            statement: subject.tree.range(statement),
        }),
    }
}

/// The statement that a match is, or is the expression of, or the value of for a name that nothing reads.
fn statement(subject: &Subject, node: NodeId) -> Result<NodeId, Refusal> {
    if subject.tree.node(node).is_statement() {
        return Ok(node);
    }
    let parent = subject.tree.parent(node);
    let is_dropped = fate(subject, node) == Fate::Discarded;
    match subject.tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => Ok(parent),
        AnyNodeRef::StmtAssign(assign) if is_dropped => {
            let mut targets = assign.targets.iter();
            match targets.all(|it| is_needless(subject, subject.tree.id(it))) {
                true => Ok(parent),
                false => Err(Refusal::NotAlone),
            }
        }
        _ if is_dropped => Err(Refusal::NotAlone),
        _ => Err(Refusal::ValueUsed),
    }
}

/// The name is bound elsewhere as well, or nothing mentions it: without the binding it means the same.
fn is_needless(subject: &Subject, target: NodeId) -> bool {
    let names = subject.names;
    let Some(id) = names.binding_at(target) else {
        return false;
    };
    let binding = names.binding(id);
    let mut uses = names.references_to(Some(binding.scope), binding.name);
    let is_alone = names.bindings_of(binding.scope, binding.name).len() == 1;
    let is_needed = is_alone && uses.next().is_some();
    !is_needed
        && !names.is_nonlocal_inside(binding.scope, binding.name)
        && !names.is_read_by_text(binding.scope)
}

/// An import goes where all that uses it goes too.
fn import(subject: &Subject, alias: NodeId, sites: &Sites) -> Result<Need, Refusal> {
    if let Some(binding) = subject.names.binding_at(alias) {
        let goes = |node| is_within(subject, node, sites);
        check_unused(subject, binding, uses(subject, binding), &goes)?;
        if !may_drop(subject, binding, &goes) {
            let name = subject.names.binding(binding).name.to_owned();
            return Err(Refusal::MayBeUsed { name });
        }
    }
    check_goes(subject, alias)?;
    Ok(Need::DropImport {
        alias: subject.tree.range(alias).start(),
    })
}

/// An import stays where a comment speaks of it, or where its block would be left empty.
fn check_goes(subject: &Subject, alias: NodeId) -> Result<(), Refusal> {
    let file = ImportFile {
        text: subject.text(),
        cells: subject.module.cells(),
        names: subject.names,
        blocks: subject.blocks,
    };
    let binding = subject.names.binding_at(alias);
    let edits = import_edits(file, &[], binding.as_slice());
    if binding.is_none() || !edits.edits.is_empty() || !edits.statements.is_empty() {
        return Ok(());
    }
    let statement = subject.tree.statement(alias).unwrap_or(alias);
    let end = subject.tree.range(statement).end();
    let has_comment = trailing_comment(subject.text(), end).is_some();
    Err(match has_comment || holds_comment(subject, statement) {
        true => Refusal::HoldsComment,
        false => Refusal::OnlyStatement,
    })
}

/// The compound statement around a match, all of it; no name of it may be used outside.
fn block(subject: &Subject, node: NodeId, sites: &Sites) -> Result<Need, Refusal> {
    let Model { tree, blocks, .. } = subject.model;
    let statement = tree.statement(node).ok_or(Refusal::NoBlock)?;
    let block = blocks.block_of(statement).ok_or(Refusal::NoBlock)?;
    let around = blocks.holder(block);
    if around == NodeId::ROOT {
        return Err(Refusal::NoBlock);
    }
    for (id, _) in subject.names.bindings_in(&tree.span(around)) {
        let goes = |node| tree.contains(around, node) || is_within(subject, node, sites);
        check_unused(subject, id, uses(subject, id), &goes)?;
    }
    whole(subject, around)
}

/// Returns whether a node is a part of what changes rewrite or remove.
fn is_within(subject: &Subject, node: NodeId, sites: &Sites) -> bool {
    subject
        .tree
        .with_ancestors(node)
        .any(|id| sites.contains(&id))
}

/// All that refers to the name, whichever of its bindings it sees.
fn uses(subject: &Subject, id: BindingId) -> Vec<NodeId> {
    let binding = subject.names.binding(id);
    let references = subject
        .names
        .references_to(Some(binding.scope), binding.name);
    references.map(|reference| reference.node).collect()
}

/// Refuses where one of the uses of a name, or something outside of the code, needs it beyond what
/// goes.
pub(super) fn check_unused(
    subject: &Subject,
    id: BindingId,
    uses: Vec<NodeId>,
    goes: &dyn Fn(NodeId) -> bool,
) -> Result<(), Refusal> {
    let binding = subject.names.binding(id);
    let is_top = binding.scope == ScopeId::MODULE;
    // Annotations are evaluated in the module, too; other names are meant only where they are seen.
    let is_quoted = subject.names.quoted_uses(binding.name).iter().any(|node| {
        let scope = subject.names.scope_of(*node);
        is_top || subject.names.lookup(scope, binding.name) == Some(binding.scope)
    });
    let is_used = is_quoted
        || uses.into_iter().any(|node| !goes(node))
        || subject.is_mentioned(binding.name)
        || subject
            .names
            .is_nonlocal_inside(binding.scope, binding.name)
        || (is_top && subject.names.is_exported(binding.name))
        || (is_top && subject.facts.other_file_uses(subject.path(), binding.name));
    match is_used {
        true => Err(Refusal::StillUsed {
            name: binding.name.to_owned(),
        }),
        false => Ok(()),
    }
}
