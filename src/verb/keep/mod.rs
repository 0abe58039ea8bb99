//! The verb `keep-handle`: a value gets a name on its owner, if it is not stored already, and an end in
//! the owner's teardown.
//!
//! In this order: the owner (which [`matching::owner`](crate::matching::owner) finds), the name, where
//! it is stored, and its end.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};

use super::fresh::Given;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::matching::Match;
use crate::matching::owner::{self, Holder, Owner, Teardown};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::keep::Keep;
use crate::recipe::template::Template;

mod already;

mod annotation;

mod cell;

mod end;

mod hook;

mod name;

mod own_start;

mod quote;

mod running;

mod storage;

mod stored;

mod waiting;

/// Drafts what keeps the value of a match, and what ends it.
pub(super) fn keep<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    keep: &Keep,
    given: &mut Given,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    if let Some(storage) = &keep.storage
        && let Some(notebook) = owner::notebook(subject, found.node)?
    {
        return cell::keep(subject, found, (keep, storage), &notebook, given, draft);
    }
    let owner = owner::find(subject, found.node)?;
    running::check(subject, &keep.end, &owner)?;
    running::check_many(subject, &owner)?;
    already::check(subject, &keep.end, &owner)?;
    end::check_room(subject, owner.teardown)?;
    if let Teardown::OwnStart(template) = owner.teardown {
        return own_start::start(subject, found.node, &owner, template, draft);
    }
    let kept = Kept {
        quote: quote::of(subject),
        name: match (&keep.storage, &owner.stored) {
            (Some(storage), _) => name::free(subject, found, storage, &owner, given)?,
            (None, Some(stored)) => stored::name(subject, stored, owner.class.is_some()),
            (None, None) => return Err(Refusal::NotStored),
        },
        hook: name::of_hook(subject, &owner, given)?,
        owner,
    };
    match &keep.storage {
        Some(storage) => {
            let statement = statement(subject, found.node)?;
            storage::store(subject, statement, storage, &kept, draft)?;
        }
        None => stored::prepare(subject, found.node, &kept, draft)?,
    }
    end::end(subject, &keep.end, &kept, draft)
}

/// A value with its owner and its name there.
struct Kept<'a> {
    owner: Rc<Owner<'a>>,
    /// The attribute, item or name.
    name: String,
    /// What a function that is written is called.
    hook: Option<String>,
    /// The file's quotes.
    quote: char,
}

impl Kept<'_> {
    /// Returns how the function that begins it calls it.
    fn target(&self) -> String {
        match &self.owner.holder {
            Holder::Object => self.attribute(self_of(self.owner.method)),
            Holder::Attribute(object, _) => self.attribute(object),
            Holder::Item(object, _) => self.item(object),
            Holder::Local | Holder::Module(_) | Holder::Starter(_) => self.name.clone(),
        }
    }

    /// Returns how what ends it calls it.
    fn target_at_end(&self) -> String {
        match (&self.owner.holder, self.owner.teardown) {
            (Holder::Object, Teardown::Own(method)) => self.attribute(self_of(method)),
            (Holder::Object, _) => self.attribute("self"),
            (Holder::Attribute(_, object), _) => self.attribute(object),
            (Holder::Item(_, object), _) => self.item(object),
            _ => self.name.clone(),
        }
    }

    /// Returns the name of what ends it.
    fn ends_in(&self) -> &str {
        self.hook.as_deref().unwrap_or(self.owner.teardown.name())
    }

    /// Returns what is `None` where it ends if it is missing; `None`: it never is.
    fn there(&self) -> Option<String> {
        if !self.owner.may_lack {
            return None;
        }
        let (name, quote) = (&self.name, self.quote);
        Some(match &self.owner.holder {
            Holder::Attribute(_, object) => {
                format!("getattr({object}, {quote}{name}{quote}, None)")
            }
            _ => self.target_at_end(),
        })
    }

    /// Returns what says where it ends that it is gone; a name of the module would be another one there,
    /// and what the teardown asks of the place means what was there.
    fn gone(&self, subject: &Subject) -> Option<String> {
        match (&self.owner.holder, self.owner.teardown) {
            (Holder::Module(_), _) | (_, Teardown::Behind(..)) => None,
            (_, Teardown::Own(method)) if self.is_asked_in(subject, method) => None,
            _ => Some(format!("{} = None", self.target_at_end())),
        }
    }

    /// A def speaks of an attribute or item of that name.
    fn is_asked_in(&self, subject: &Subject, def: &StmtFunctionDef) -> bool {
        let mut nodes = subject.tree.descendants(subject.tree.id(def));
        nodes.any(|id| match subject.tree.node(id) {
            AnyNodeRef::ExprAttribute(it) => it.attr.as_str() == self.name,
            AnyNodeRef::ExprStringLiteral(it) => it.value.to_str() == self.name,
            _ => false,
        })
    }

    fn attribute(&self, object: &str) -> String {
        format!("{object}.{}", self.name)
    }

    fn item(&self, object: &str) -> String {
        let (name, quote) = (&self.name, self.quote);
        format!("{object}[{quote}{name}{quote}]")
    }
}

/// What the teardown ends, as it calls it.
struct Ended {
    /// The thing, or the collection that keeps several.
    target: String,
    /// The variable for one of several.
    one: Option<String>,
}

impl Ended {
    /// Returns what one of them is called.
    fn one(&self) -> &str {
        self.one.as_deref().unwrap_or(&self.target)
    }
}

/// What a method calls its object.
fn self_of(method: &StmtFunctionDef) -> &str {
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
