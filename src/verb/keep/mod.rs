//! The verb `keep-handle`: a value that was dropped gets a name on its owner, and an end in the owner's
//! teardown.
//!
//! In this order: the owner (which [`matching::owner`](crate::matching::owner) finds), the name, where
//! it is stored, and its end.

use ruff_python_ast::{AnyNodeRef, Expr};

use super::fresh::Given;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::matching::Match;
use crate::matching::owner::{self, Owner};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::keep::Keep;
use crate::recipe::template::Template;

mod end;

mod name;

mod running;

mod storage;

/// Drafts what keeps the value of a match, and what ends it.
pub(super) fn keep<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    keep: &Keep,
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let owner = owner::find(subject, found.node)?;
    let statement = statement(subject, found.node)?;
    running::check(subject, found.node, keep, &owner)?;
    end::check(subject, found.node, keep, &owner)?;
    let kept = Kept {
        receiver: owner.class.map(|_| self_of(owner.method).to_owned()),
        name: name::free(subject, found, keep, &owner, given)?,
        owner,
    };
    storage::store(subject, statement, keep, &kept, draft)?;
    end::end(subject, keep, &kept, draft)
}

/// A value with its owner and its name there.
struct Kept<'a> {
    owner: Owner<'a>,
    /// `self`, as the method calls it; `None`: the name is the function's own.
    receiver: Option<String>,
    /// The attribute or name.
    name: String,
}

impl Kept<'_> {
    /// Returns how the method calls it.
    fn target(&self) -> String {
        named(self.receiver.as_deref(), &self.name)
    }
}

fn named(receiver: Option<&str>, name: &str) -> String {
    match receiver {
        Some(receiver) => format!("{receiver}.{name}"),
        None => name.to_owned(),
    }
}

/// What a method calls its object.
fn self_of(method: &ruff_python_ast::StmtFunctionDef) -> &str {
    let mut parameters = method.parameters.iter_non_variadic_params();
    parameters
        .next()
        .map_or("self", |first| first.name().as_str())
}

/// The statement that does nothing but to make the value and drop it.
fn statement(subject: &Subject, site: NodeId) -> Result<NodeId, Refusal> {
    let tree = subject.tree;
    let parent = tree.parent(site);
    let is_whole = match tree.node(parent) {
        AnyNodeRef::StmtExpr(_) => true,
        AnyNodeRef::StmtAssign(assign) => matches!(assign.targets.as_slice(), [Expr::Name(_)]),
        _ => false,
    };
    is_whole.then_some(parent).ok_or(Refusal::PartOfStatement)
}

/// Writes a template of the recipe with names in the place of its captures, spelled as at a node.
fn written(
    subject: &Subject,
    at: NodeId,
    template: &Template,
    captures: &[(&str, &str)],
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let names: Vec<(String, String)> = captures
        .iter()
        .map(|(capture, name)| ((*capture).to_owned(), (*name).to_owned()))
        .collect();
    let template = template.with_names(&names);
    let spelled = spell_all(subject, at, &template.names, &mut draft.needs)?;
    let spelled = template.names.iter().zip(spelled);
    let pieces = spelled.map(|(name, spelled)| (name.range, spelled));
    Ok(super::concrete::spliced(&template.code, pieces.collect()))
}
