//! Rules by the node they can begin at: one lookup per node instead of every rule.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, NodeKind};
use rustc_hash::FxHashMap;

use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingKind;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::condition::Guarded;
use crate::recipe::pattern::Head;

/// A pattern of a rule of a recipe, by place in the selection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'r> {
    /// Recipe's place in the order of the selection.
    pub(super) recipe: usize,
    /// Rule's place in its recipe.
    pub(super) rule: usize,
    pub(super) pattern: &'r Guarded,
}

/// Patterns by what they begin with, in order of recipe and rule.
#[derive(Debug, Default)]
pub struct Dispatch<'r> {
    calls: FxHashMap<&'r str, Vec<Entry<'r>>>,
    names: FxHashMap<&'r str, Vec<Entry<'r>>>,
    nodes: FxHashMap<NodeKind, Vec<Entry<'r>>>,
    any: Vec<Entry<'r>>,
    /// Those that begin at no node.
    entries: Vec<Entry<'r>>,
}

impl<'r> Dispatch<'r> {
    /// Sorts the patterns of the recipes.
    pub fn new(recipes: &[&'r Recipe]) -> Self {
        let mut dispatch = Self::default();
        for (recipe, content) in recipes.iter().enumerate() {
            for (rule, content) in content.rules.iter().enumerate() {
                for pattern in &content.patterns {
                    let entry = Entry {
                        recipe,
                        rule,
                        pattern,
                    };
                    match pattern.pattern.head() {
                        Head::Call(name) => dispatch.calls.entry(name).or_default().push(entry),
                        Head::Name(name) => dispatch.names.entry(name).or_default().push(entry),
                        Head::Node(kind) => dispatch.nodes.entry(kind).or_default().push(entry),
                        Head::Any => dispatch.any.push(entry),
                        Head::Entry => dispatch.entries.push(entry),
                    }
                }
            }
        }
        dispatch
    }

    /// Fills `found` with the patterns that may fit the node, in order of recipe and rule.
    pub(super) fn candidates(
        &self,
        subject: &Subject,
        renamed: &RenamedNames,
        id: NodeId,
        found: &mut Vec<Entry<'r>>,
    ) {
        let node = subject.tree.node(id);
        found.clear();
        found.extend(&self.any);
        found.extend(self.nodes.get(&node.kind()).into_iter().flatten());
        let by_name = match node {
            AnyNodeRef::ExprCall(call) => Some((&self.calls, ExprRef::from(&call.func))),
            AnyNodeRef::ExprName(_) | AnyNodeRef::ExprAttribute(_) => {
                node.as_expr_ref().map(|node| (&self.names, node))
            }
            _ => None,
        };
        if let Some((index, callee)) = by_name.filter(|(index, _)| !index.is_empty()) {
            let names = last_name(callee).into_iter().chain(renamed.meant(callee));
            for name in names {
                found.extend(index.get(name).into_iter().flatten());
            }
        }
        if found.len() > 1 {
            found.sort_by_key(|entry| (entry.recipe, entry.rule));
            found.dedup_by_key(|entry| {
                (entry.recipe, entry.rule, std::ptr::from_ref(entry.pattern))
            });
        }
    }
}

/// Names of the file that stand for a name of another spelling (`import … as`, `pause = time.sleep`),
/// with the last parts of all that they may mean somewhere in the file.
#[derive(Debug)]
pub(super) struct RenamedNames<'a>(FxHashMap<&'a str, Vec<String>>);

impl<'a> RenamedNames<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let mut renamed: FxHashMap<&str, Vec<String>> = FxHashMap::default();
        for (_, binding) in subject.names.bindings() {
            let meant = match binding.kind {
                BindingKind::FromImport { member, .. } => Some(member.to_owned()),
                BindingKind::Assignment { value, .. } => {
                    last_meant(subject, subject.tree.node(value))
                }
                _ => None,
            };
            if let Some(meant) = meant.filter(|meant| meant != binding.name) {
                let known = renamed.entry(binding.name).or_default();
                if !known.contains(&meant) {
                    known.push(meant);
                }
            }
        }
        Self(renamed)
    }

    fn meant(&self, callee: ExprRef) -> impl Iterator<Item = &str> {
        let renamed = match callee {
            ExprRef::Name(name) => self.0.get(name.id.as_str()),
            _ => None,
        };
        renamed.into_iter().flatten().map(String::as_str)
    }
}

/// The last part of what a name or attribute means, known or perhaps.
fn last_meant<'a>(subject: &Subject<'a>, value: AnyNodeRef<'a>) -> Option<String> {
    let value = value.as_expr_ref()?;
    if !value.is_name_expr() && !value.is_attribute_expr() {
        return None;
    }
    match subject.resolver.meaning(value) {
        Meaning::Qualified(qualified)
        | Meaning::Unknown {
            maybe: Some(qualified),
            ..
        } => qualified.rsplit('.').next().map(ToOwned::to_owned),
        _ => None,
    }
}

fn last_name<'a>(callee: ExprRef<'a>) -> Option<&'a str> {
    match callee {
        ExprRef::Name(name) => Some(name.id.as_str()),
        ExprRef::Attribute(attribute) => Some(attribute.attr.as_str()),
        ExprRef::Named(named) => match named.value.as_ref() {
            Expr::Name(name) => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    }
}
