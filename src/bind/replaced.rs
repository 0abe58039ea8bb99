//! A name → what a file gives to an attribute that is called so, beside the def that is meant: methods
//! and assignments of classes, assignments to attributes, calls that set one (`setattr`, mocks).

use ruff_python_ast::{AnyNodeRef, ExprAttribute, ExprRef, StmtClassDef};
use rustc_hash::FxHashMap;

use super::binding::{Binding, BindingId, BindingKind};
use super::replacement::Candidate;
use super::resolve::{Meaning, Resolver};
use super::scope::{Bindings, ScopeKind};
use super::setters::{Setting, Spelled, settings};
use super::value::Origin;
use crate::python::tree::NodeId;

pub use super::replacement::{By, Owner, Replacement};

/// What is known of a value without its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put<D = NodeId> {
    /// A def of the file.
    Def(D),
    /// The object of a qualified name.
    Named(String),
    /// Made by a call of a qualified name.
    Made(String),
    /// A value that nobody can call.
    Inert,
    /// Not known.
    Unknown,
}

/// Finds what may stand for attributes of that name.
pub fn replacements<'a>(resolver: &Resolver<'a>, name: &str) -> Vec<Replacement<'a>> {
    let names = resolver.flow().names();
    let tree = names.tree();
    let candidates = resolver.replaced.get_or_init(|| candidates(names));
    let candidates = candidates.get(name).into_iter().flatten();
    let found = candidates.flat_map(|candidate| match *candidate {
        Candidate::Binding(id) => Vec::from_iter(member(resolver, names.binding(id))),
        Candidate::Node(id) => match tree.node(id) {
            AnyNodeRef::ExprAttribute(target) => Vec::from_iter(set(resolver, target)),
            _ => {
                let all = settings(names, id).into_iter();
                let all = all.filter(|it| it.name == Spelled::Whole(name));
                let owned = all.map(|Setting { owner, by, .. }| Replacement {
                    node: id,
                    owner,
                    by,
                });
                owned.collect()
            }
        },
    });
    found.collect()
}

/// Finds what the bodies of some classes bind to a name, in source order.
pub fn bound_in<'a>(
    resolver: &Resolver<'a>,
    classes: &[&'a StmtClassDef],
    name: &str,
) -> Vec<Replacement<'a>> {
    let names = resolver.flow().names();
    let opened = |class: &&'a StmtClassDef| names.scope_opened_by(names.tree().id(*class));
    let scopes = classes.iter().filter_map(opened);
    let bound = scopes.flat_map(|scope| names.bindings_of(scope, name));
    let mut bound: Vec<BindingId> = bound.copied().collect();
    bound.sort_unstable();
    // A class is above several others.
    bound.dedup();
    let bound = bound.into_iter().map(|id| names.binding(id));
    bound.filter_map(|it| member(resolver, it)).collect()
}

/// Returns the names of attributes that something may stand for.
pub fn replaced_names<'a>(resolver: &Resolver<'a>) -> Vec<&'a str> {
    let names = resolver.flow().names();
    let candidates = resolver.replaced.get_or_init(|| candidates(names));
    candidates.keys().copied().collect()
}

/// Lists what may set attributes, by their names: what classes bind, then the rest, in source order.
fn candidates<'a>(names: &Bindings<'a>) -> FxHashMap<&'a str, Vec<Candidate>> {
    let tree = names.tree();
    let mut found: FxHashMap<&str, Vec<Candidate>> = FxHashMap::default();
    let of_class = |scope| names.scope(scope).kind == ScopeKind::Class;
    for (id, binding) in names.bindings().filter(|(_, it)| of_class(it.scope)) {
        found
            .entry(binding.name)
            .or_default()
            .push(Candidate::Binding(id));
    }
    for id in tree.ids() {
        let mut set = |name| found.entry(name).or_default().push(Candidate::Node(id));
        match tree.node(id) {
            AnyNodeRef::ExprAttribute(target) if target.ctx.is_store() => set(&target.attr),
            _ => {
                let all = settings(names, id).into_iter();
                let mut set_by: Vec<&str> = all.filter_map(|it| it.name.whole()).collect();
                set_by.sort_unstable();
                set_by.dedup();
                set_by.into_iter().for_each(set);
            }
        }
    }
    found
}

fn member<'a>(resolver: &Resolver<'a>, binding: &Binding<'a>) -> Option<Replacement<'a>> {
    let names = resolver.flow().names();
    let tree = names.tree();
    let scope = names.scope(binding.scope);
    let AnyNodeRef::StmtClassDef(class) = tree.node(scope.node) else {
        return None;
    };
    let by = match binding.kind {
        BindingKind::Annotation { .. } | BindingKind::Deletion => return None,
        BindingKind::Function => By::Def(binding.node),
        BindingKind::Assignment { value, .. } => {
            let value = tree.node(value).as_expr_ref();
            value.map_or(By::Part, By::Value)
        }
        _ => By::Part,
    };
    (scope.kind == ScopeKind::Class).then_some(Replacement {
        node: binding.node,
        owner: Owner::Class(class),
        by,
    })
}

fn set<'a>(resolver: &Resolver<'a>, target: &'a ExprAttribute) -> Option<Replacement<'a>> {
    let tree = resolver.flow().names().tree();
    let node = tree.id(target);
    let by = match tree.parent_node(node) {
        AnyNodeRef::StmtAssign(assign) => By::Value((&assign.value).into()),
        // `x.read: T` alone says something and sets nothing.
        AnyNodeRef::StmtAnnAssign(assign) => By::Value(assign.value.as_deref()?.into()),
        _ => By::Part,
    };
    let owner = match resolver.class_of_self(target) {
        Some(class) => Owner::Instance(class),
        None => Owner::Value((&target.value).into()),
    };
    Some(Replacement { node, owner, by })
}

impl<'a> By<'a> {
    /// Returns what is known of it.
    pub fn put(self, resolver: &Resolver<'a>) -> Put {
        match self {
            By::Def(node) => Put::Def(node),
            By::Value(value) => value_put(resolver, value),
            By::Factory(factory) => match resolver.meaning(factory) {
                Meaning::Qualified(name) => Put::Made(name),
                _ => Put::Unknown,
            },
            By::Part => Put::Unknown,
            By::Kept => Put::Inert,
        }
    }
}

fn value_put<'a>(resolver: &Resolver<'a>, value: ExprRef<'a>) -> Put {
    let tree = resolver.flow().names().tree();
    if let [only] = resolver.local_callables(value)[..] {
        return Put::Def(tree.id(only));
    }
    if let Meaning::Qualified(name) = resolver.meaning(value) {
        return Put::Named(name);
    }
    match resolver.origins(value)[..] {
        [Origin::Made(ExprRef::Call(call))] => match resolver.meaning((&call.func).into()) {
            Meaning::Qualified(name) => Put::Made(name),
            _ => Put::Unknown,
        },
        [Origin::Made(made)] if made.is_literal_expr() => Put::Inert,
        _ => Put::Unknown,
    }
}

impl Put {
    /// Says of a def what `tell` does.
    pub fn and_then<D>(self, tell: impl FnOnce(NodeId) -> Put<D>) -> Put<D> {
        match self {
            Put::Def(def) => tell(def),
            Put::Named(name) => Put::Named(name),
            Put::Made(name) => Put::Made(name),
            Put::Inert => Put::Inert,
            Put::Unknown => Put::Unknown,
        }
    }
}
