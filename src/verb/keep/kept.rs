//! A kept value: what those call it that begin it, use it and end it.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};

use crate::matching::owner::{Holder, Owner, Teardown};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::template::Template;
use crate::verb::concrete::spliced;
use crate::verb::draft::Draft;
use crate::verb::refusal::Refusal;
use crate::verb::spelling::spell_all;

/// A value with its owner and its name there.
pub(super) struct Kept<'a> {
    pub(super) owner: Rc<Owner<'a>>,
    /// The attribute, item or name.
    pub(super) name: String,
    /// What a function that is written is called.
    pub(super) hook: Option<String>,
    /// The file's quotes.
    pub(super) quote: char,
}

impl Kept<'_> {
    /// Returns how the function that begins it calls it.
    pub(super) fn target(&self) -> String {
        match &self.owner.holder {
            Holder::Object => self.attribute(self_of(self.owner.method)),
            Holder::Attribute(object, _) => self.attribute(object),
            Holder::Item(object, _) => self.item(object),
            Holder::Local | Holder::Module(_) | Holder::Starter(_) => self.name.clone(),
        }
    }

    /// Returns how what ends it calls it.
    pub(super) fn target_at_end(&self) -> String {
        match (&self.owner.holder, self.owner.teardown) {
            (Holder::Object, Teardown::Own(method)) => self.attribute(self_of(method)),
            (Holder::Object, _) => self.attribute("self"),
            (Holder::Attribute(_, object), _) => self.attribute(object),
            (Holder::Item(_, object), _) => self.item(object),
            _ => self.name.clone(),
        }
    }

    /// Returns the name of what ends it.
    pub(super) fn ends_in(&self) -> &str {
        self.hook.as_deref().unwrap_or(self.owner.teardown.name())
    }

    /// Returns what is `None` where it ends if it is missing; `None`: it never is.
    pub(super) fn there(&self) -> Option<String> {
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
    pub(super) fn gone(&self, subject: &Subject) -> Option<String> {
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
pub(super) struct Ended {
    /// The thing, or the collection that keeps several.
    pub(super) target: String,
    /// The variable for one of several.
    pub(super) one: Option<String>,
}

impl Ended {
    /// Returns what one of them is called.
    pub(super) fn one(&self) -> &str {
        self.one.as_deref().unwrap_or(&self.target)
    }
}

/// What a method calls its object.
pub(super) fn self_of(method: &StmtFunctionDef) -> &str {
    let mut parameters = method.parameters.iter_non_variadic_params();
    parameters
        .next()
        .map_or("self", |first| first.name().as_str())
}

/// Writes a template of the recipe with names in the place of its captures, spelled as at a node.
pub(super) fn written(
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
    Ok(spliced(&template.code, pieces.collect()))
}
