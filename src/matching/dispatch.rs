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
                    }
                }
            }
        }
        dispatch
    }

    /// Returns the patterns that may fit the node, in order of recipe and rule.
    pub(super) fn candidates<'a>(
        &self,
        subject: &Subject<'a>,
        aliases: &Aliases<'a>,
        id: NodeId,
    ) -> Vec<Entry<'r>> {
        let node = subject.tree.node(id);
        let mut found: Vec<Entry> = self.any.clone();
        if let Some(entries) = self.nodes.get(&node.kind()) {
            found.extend(entries);
        }
        let by_name = match node {
            AnyNodeRef::ExprCall(call) => Some((&self.calls, ExprRef::from(&call.func))),
            AnyNodeRef::ExprName(_) | AnyNodeRef::ExprAttribute(_) => {
                node.as_expr_ref().map(|node| (&self.names, node))
            }
            _ => None,
        };
        if let Some((index, callee)) = by_name.filter(|(index, _)| !index.is_empty()) {
            let name = last_name(callee);
            let meant = aliases.meant(subject, callee);
            for name in name.into_iter().chain(meant.as_deref()) {
                found.extend(index.get(name).into_iter().flatten());
            }
        }
        if found.len() > 1 {
            found.sort_by_key(|entry| (entry.recipe, entry.rule));
            found.dedup_by_key(|entry| {
                (entry.recipe, entry.rule, std::ptr::from_ref(entry.pattern))
            });
        }
        found
    }
}

/// Names of the file that may stand for a name of another spelling: `import … as`, `pause = time.sleep`.
#[derive(Debug)]
pub(super) struct Aliases<'a> {
    names: rustc_hash::FxHashSet<&'a str>,
}

impl<'a> Aliases<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let names = subject
            .names
            .bindings()
            .filter(|(_, binding)| match binding.kind {
                BindingKind::FromImport { member, .. } => member != binding.name,
                BindingKind::Assignment { value, .. } => {
                    matches!(
                        subject.tree.node(value),
                        AnyNodeRef::ExprName(_) | AnyNodeRef::ExprAttribute(_)
                    )
                }
                _ => false,
            });
        Self {
            names: names.map(|(_, binding)| binding.name).collect(),
        }
    }

    /// The last part of what an alias means; `None` for a name that stands for itself.
    fn meant(&self, subject: &Subject<'a>, callee: ExprRef<'a>) -> Option<String> {
        let ExprRef::Name(name) = callee else {
            return None;
        };
        if !self.names.contains(name.id.as_str()) {
            return None;
        }
        match subject.resolver.meaning(callee) {
            Meaning::Qualified(qualified)
            | Meaning::Unknown {
                maybe: Some(qualified),
                ..
            } => qualified
                .rsplit('.')
                .next()
                .filter(|last| *last != name.id.as_str())
                .map(ToOwned::to_owned),
            _ => None,
        }
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
