//! The state that other tasks see too, and where a function reads and writes it.

use ruff_python_ast::{AnyNodeRef, ExprContext, ExprName, ExprRef, StmtFunctionDef};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::aliases::{alias_of, aliases};
use super::changed::{is_mutated, is_taken, target};
use super::handed::handed_back;
use super::key::{first_parameter, spelled};
use crate::bind::binding::BindingKind;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::matching::answers::state::{Access, Key, Shared};
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::semantic::MAX_FUNCTIONS;

/// Accesses by the name of what is accessed.
type ByKey<'a> = FxHashMap<Key<'a>, Vec<Access>>;

/// The state that a function, or `by_called` functions, read and write; the module as a whole is one, too.
pub(super) fn shared_in<'a>(
    subject: &Subject<'a>,
    function: NodeId,
    by_called: bool,
) -> Vec<Shared<'a>> {
    let mut by_key = own(subject, function);
    if by_called {
        for (key, access) in handed_back(subject, subject.context.nodes_of(function)) {
            by_key.entry(key).or_default().push(access);
        }
        for (call, called) in calls(subject, function) {
            for (key, writes) in of_called(subject, function, called) {
                let range = subject.tree.range(call);
                let access = Access {
                    node: call,
                    at: range.end(),
                    writes,
                    sets: false,
                    takes: false,
                    augments: None,
                };
                by_key.entry(key).or_default().push(access);
            }
        }
    }
    join_unnamed(&mut by_key);
    let shared = by_key.into_iter().map(|(key, mut accesses)| {
        accesses.sort_by_key(|access| access.node);
        let ranges = accesses.iter().map(|access| {
            let range = subject.tree.range(access.node);
            TextRange::new(range.start(), range.end().max(access.at))
        });
        Shared {
            key,
            span: ranges.reduce(TextRange::cover).unwrap_or_default(),
            accesses,
        }
    });
    shared.collect()
}

/// What may be any attribute of an object is an access to each that is named.
fn join_unnamed(by_key: &mut ByKey) {
    let unnamed = by_key.iter().filter(|(key, _)| key.name.is_none());
    let unnamed: Vec<_> = unnamed
        .map(|(key, accesses)| (*key, accesses.clone()))
        .collect();
    for (any, more) in unnamed {
        let named = by_key
            .iter_mut()
            .filter(|(key, _)| key.name.is_some() && any.may_be(**key));
        for (_, accesses) in named {
            accesses.extend_from_slice(&more);
        }
    }
}

fn own<'a>(subject: &Subject<'a>, function: NodeId) -> ByKey<'a> {
    let mut by_key = ByKey::default();
    let aliases = aliases(subject, subject.context.nodes_of(function));
    for node in subject.context.nodes_of(function) {
        let alias = || alias_of(subject, node, &aliases);
        if let Some((context, key)) = shared_state(subject, node).or_else(alias) {
            let access = access(subject, node, context);
            by_key.entry(key).or_default().push(access);
        }
    }
    by_key
}

/// The calls in a function of functions of this file, with those.
fn calls<'a>(subject: &Subject<'a>, function: NodeId) -> Vec<(NodeId, &'a StmtFunctionDef)> {
    let mut calls = Vec::new();
    for node in subject.context.nodes_of(function) {
        if let AnyNodeRef::ExprCall(call) = subject.tree.node(node) {
            let callables = subject.resolver.local_callables((&call.func).into());
            let defs = callables.into_iter().filter_map(|it| match it {
                AnyNodeRef::StmtFunctionDef(def) => Some((node, def)),
                _ => None,
            });
            calls.extend(defs);
        }
    }
    calls
}

/// What a function does that `caller` calls, and what that calls: state and whether it is written. What
/// one function reads and writes counts as written: it is not read before a site and written after it.
fn of_called<'a>(
    subject: &Subject<'a>,
    caller: NodeId,
    called: &'a StmtFunctionDef,
) -> FxHashMap<Key<'a>, bool> {
    let mut done: FxHashSet<NodeId> = FxHashSet::default();
    let mut open = vec![called];
    let mut found: FxHashMap<Key, bool> = FxHashMap::default();
    while let Some(def) = open.pop() {
        let function = subject.tree.id(def);
        if function == caller || done.len() == MAX_FUNCTIONS || !done.insert(function) {
            continue;
        }
        for (key, accesses) in own(subject, function) {
            if means_the_same(subject, caller, def, key) {
                let writes = accesses.iter().any(|access| access.writes);
                *found.entry(key).or_default() |= writes;
            }
        }
        open.extend(calls(subject, function).into_iter().map(|(_, def)| def));
    }
    found
}

/// Returns whether what a def names is what another function names so: an attribute of the object that
/// both are methods of, or a global.
fn means_the_same(subject: &Subject, caller: NodeId, def: &StmtFunctionDef, key: Key) -> bool {
    let root = key.root();
    let own = first_parameter(def);
    let is_given = |def: &StmtFunctionDef| {
        let mut parameters = def.parameters.iter();
        parameters.any(|parameter| parameter.name() == root)
    };
    let caller = match subject.tree.node(caller) {
        AnyNodeRef::StmtFunctionDef(caller) => caller,
        AnyNodeRef::ModModule(_) => return !is_given(def),
        _ => return false,
    };
    let of_self = own == Some(root)
        && first_parameter(caller) == own
        && [def, caller].map(|def| subject.context.is_method(subject.tree.id(def))) == [true, true];
    of_self || !is_given(def) && !is_given(caller)
}

pub(super) fn access(subject: &Subject, node: NodeId, context: ExprContext) -> Access {
    let range = subject.tree.range(node);
    let target = target(subject, node);
    let writes = context != ExprContext::Load || target.is_some() || is_mutated(subject, node);
    let statement = subject
        .tree
        .statement(node)
        .map_or(range, |id| subject.tree.range(id));
    let stored = subject.tree.parent_node(target.unwrap_or(node));
    let is_augmented = writes && stored.is_stmt_aug_assign();
    Access {
        node,
        at: if writes {
            statement.end()
        } else {
            range.start()
        },
        writes,
        sets: context.is_store() && !is_augmented,
        takes: is_taken(subject, node),
        augments: is_augmented.then_some(statement),
    }
}

/// The state a node stands for: `self.total`, `type(self).total`, a global, a nonlocal.
pub(super) fn shared_state<'a>(
    subject: &Subject<'a>,
    node: NodeId,
) -> Option<(ExprContext, Key<'a>)> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprName(name) => {
            let scope = subject.names.scope_of(node);
            let owner = subject.names.lookup(scope, &name.id)?;
            // `os.remove(path)` changes no module.
            if is_fixed(subject, name) {
                return None;
            }
            let function = subject.context.enclosing_function(node);
            let own = function.and_then(|it| subject.names.scope_opened_by(it));
            let is_outside = owner == ScopeId::MODULE || Some(owner) < own;
            let is_given = name.ctx.is_load() && is_parameter(subject, ExprRef::from(name));
            let is_shared = is_outside || is_given;
            is_shared.then(|| (name.ctx, Key::of_name(name.id.as_str())))
        }
        _ => spelled(subject, node),
    }
}

/// Returns whether a name stands for a module, or a class of a library, which nobody changes by a call on it. A star
/// import that may bind it, too, gives the same one.
fn is_fixed<'a>(subject: &Subject<'a>, name: &'a ExprName) -> bool {
    let reaching = subject.flow.reaching(subject.tree.id(name));
    let kinds = || {
        let bindings = reaching.bindings.iter();
        bindings.map(|id| subject.names.binding(*id).kind)
    };
    let named = || kinds().filter(|it| !matches!(it, BindingKind::StarImport { .. }));
    let are_modules = || named().all(|it| matches!(it, BindingKind::Import { .. }));
    let are_members = || named().all(|it| matches!(it, BindingKind::FromImport { .. }));
    let is_module = named().next().is_some() && are_modules();
    let is_member = || kinds().next().is_some() && are_members();
    !reaching.overflow && (is_module || is_member() && means_fixed(subject, name))
}

/// What is imported is a module, or a class that is not of the project, as its name tells.
fn means_fixed<'a>(subject: &Subject<'a>, name: &'a ExprName) -> bool {
    let Meaning::Qualified(qualified) = subject.resolver.meaning(name.into()) else {
        return false;
    };
    if !qualified.contains('.') {
        return true;
    }
    let Definition::Outside(home) = subject.definition(&qualified) else {
        return false;
    };
    let own = home.rsplit('.').next().unwrap_or(&home);
    let is_class = own.starts_with(char::is_uppercase) && own.contains(char::is_lowercase);
    is_class || !home.contains('.')
}
