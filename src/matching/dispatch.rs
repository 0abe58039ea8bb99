//! Rules by the node they can begin at: one lookup per node instead of every rule.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use rustc_hash::FxHashMap;

use crate::bind::scope::BindingKind;
use crate::matching::prefilter::Place;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::condition::{Guarded, PlaceSet};
use crate::recipe::pattern::Head;

/// A pattern of a rule of a recipe, by place in the selection.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'r> {
    /// Recipe's place in the order of the selection.
    pub(super) recipe: usize,
    /// Rule's place in its recipe.
    pub(super) rule: usize,
    pub(super) pattern: &'r Guarded,
    /// Where it may apply.
    pub(super) places: PlaceSet,
}

/// Patterns by what they begin with, in order of recipe and rule.
#[derive(Debug, Default)]
pub struct Dispatch<'r> {
    calls: FxHashMap<&'r str, Vec<Entry<'r>>>,
    names: FxHashMap<&'r str, Vec<Entry<'r>>>,
    /// By the kind's number.
    nodes: Vec<Vec<Entry<'r>>>,
    any: Vec<Entry<'r>>,
    /// Those that begin at no node.
    entries: Vec<Entry<'r>>,
}

impl<'r> Dispatch<'r> {
    /// Sorts the patterns at some places. Their recipes are read, if they were not yet, and compiled as far as that needs.
    pub fn at(recipes: &[&'r Recipe], places: Vec<Place>) -> Self {
        let mut dispatch = Self::default();
        for (recipe, rule, pattern) in places {
            let asked = &recipes[recipe].content.rules[rule].opening;
            let entry = Entry {
                recipe,
                rule,
                pattern: &asked.patterns[pattern],
                places: asked.places[pattern],
            };
            for head in entry.pattern.pattern.heads() {
                dispatch.add(head, entry);
            }
        }
        dispatch
    }

    /// Returns the name as patterns have it that begin with a call of it, or with it.
    fn asked_name(&self, name: &str) -> Option<&'r str> {
        let known = self.calls.get_key_value(name);
        let known = known.or_else(|| self.names.get_key_value(name));
        known.map(|(name, _)| *name)
    }

    /// Returns the patterns of entries for packages.
    pub(super) fn entries(&self) -> &[Entry<'r>] {
        &self.entries
    }

    fn add(&mut self, head: Head<'r>, entry: Entry<'r>) {
        let entries = match head {
            Head::Call(name) => self.calls.entry(name).or_default(),
            Head::Name(name) => self.names.entry(name).or_default(),
            Head::Node(kind) => {
                let number = kind as usize;
                self.nodes
                    .resize_with(self.nodes.len().max(number + 1), Vec::new);
                &mut self.nodes[number]
            }
            Head::Any => &mut self.any,
            Head::Entry => &mut self.entries,
        };
        entries.push(entry);
    }

    /// Fills `found` with the patterns that may fit the node, in order of recipe and rule.
    pub(super) fn candidates(
        &self,
        subject: &Subject,
        renamed: &RenamedNames<'_, 'r>,
        id: NodeId,
        found: &mut Vec<Entry<'r>>,
    ) {
        let node = subject.tree.node(id);
        found.clear();
        found.extend(&self.any);
        found.extend(self.nodes.get(node.kind() as usize).into_iter().flatten());
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
/// with the last parts of all that they may mean somewhere in the file and rules ask for.
///
/// Read off the bindings alone: which of them reaches a use is asked only where a pattern is tried.
#[derive(Debug, Default)]
pub(super) struct RenamedNames<'a, 'r>(FxHashMap<&'a str, Vec<&'r str>>);

impl<'a, 'r> RenamedNames<'a, 'r> {
    pub(super) fn new(subject: &Subject<'a>, dispatch: &Dispatch<'r>) -> Self {
        let mut renamed = Self::default();
        // Of `y = x` the `y`, by `x`.
        let mut copies: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for (_, binding) in subject.names.bindings() {
            let spelled = match binding.kind {
                BindingKind::Import { qualified, .. } => last_part(qualified),
                BindingKind::FromImport { member, .. } => member,
                BindingKind::Assignment { value, .. } => match subject.tree.node(value) {
                    AnyNodeRef::ExprAttribute(attribute) => attribute.attr.as_str(),
                    AnyNodeRef::ExprName(name) => {
                        copies.entry(&name.id).or_default().push(binding.name);
                        name.id.as_str()
                    }
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(asked) = dispatch.asked_name(spelled) {
                renamed.add(binding.name, asked);
            }
        }
        renamed.follow(&copies);
        renamed
    }

    fn add(&mut self, name: &'a str, meant: &'r str) -> bool {
        let known = self.0.entry(name).or_default();
        let is_new = name != meant && !known.contains(&meant);
        if is_new {
            known.push(meant);
        }
        is_new
    }

    /// Gives copies, and their copies, what they are copied from.
    fn follow(&mut self, copies: &FxHashMap<&'a str, Vec<&'a str>>) {
        let mut open: Vec<&str> = self.0.keys().copied().collect();
        while let Some(name) = open.pop() {
            for copy in copies.get(name).into_iter().flatten() {
                let meant = self.0.get(name).cloned().unwrap_or_default();
                let n_new = meant.into_iter().filter(|it| self.add(copy, it)).count();
                if n_new > 0 {
                    open.push(copy);
                }
            }
        }
    }

    fn meant(&self, callee: ExprRef) -> impl Iterator<Item = &'r str> {
        let renamed = match callee {
            ExprRef::Name(name) => self.0.get(name.id.as_str()),
            _ => None,
        };
        renamed.into_iter().flatten().copied()
    }
}

fn last_part(qualified: &str) -> &str {
    qualified.rsplit('.').next().unwrap_or(qualified)
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
