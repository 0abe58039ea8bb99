//! The verb `remove`: the matched statement, import, block or entry goes.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::draft::{Draft, Sites};
use super::refusal::Refusal;
use crate::bind::scope::{BindingId, ScopeId};
use crate::matching::Match;
use crate::matching::entry::entries;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::plan::needs::may_drop;
use crate::python::tree::NodeId;
use crate::recipe::Removed;
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
        Removed::Statement => Some(Need::Remove {
            statement: subject.tree.range(statement(subject, found.node)?),
        }),
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
        let statement = subject.tree.range(node);
        return Ok(Some(Need::Remove { statement }));
    }
    draft.edits.push(Edit::deletion(entry.whole));
    Ok(None)
}

/// The statement that a match is, or is the expression of.
fn statement(subject: &Subject, node: NodeId) -> Result<NodeId, Refusal> {
    if subject.tree.node(node).is_statement() {
        return Ok(node);
    }
    let parent = subject.tree.parent(node);
    match subject.tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => Ok(parent),
        _ => Err(Refusal::ValueUsed),
    }
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
    Ok(Need::DropImport {
        alias: subject.tree.range(alias).start(),
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
    Ok(Need::Remove {
        statement: tree.node(around).range(),
    })
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
