//! Where a value is stored for as long as what ends it: an attribute, a name, or a collection in one.

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprRef};
use ruff_text_size::Ranged;

use super::generator;
use crate::bind::scope::{BindingId, ScopeId};
use crate::bind::value::Origin;
use crate::matching::answers::owned::Stored;
use crate::matching::fate::{fate, is_collected};
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Fate, Store, StoredWord};
use uses::{only_uses, some_use, used_elsewhere};

mod uses;

pub use uses::{has_first_value, is_emptied, read_elsewhere};

impl<'a> Stored<'a> {
    /// Returns the nodes of the file that ask for what is in the place.
    pub(super) fn loads(&self, subject: &Subject<'a>) -> Vec<NodeId> {
        let is_load = |id: &NodeId| match subject.tree.node(*id) {
            AnyNodeRef::ExprAttribute(it) => it.ctx.is_load(),
            AnyNodeRef::ExprName(it) => it.ctx.is_load(),
            _ => false,
        };
        uses::uses(subject, self)
            .into_iter()
            .filter(is_load)
            .collect()
    }

    /// Returns the attribute, where it is one of the method's own object.
    pub fn of_self(&self, subject: &Subject<'a>) -> Option<&'a ExprAttribute> {
        let ExprRef::Attribute(attribute) = self.holder else {
            return None;
        };
        let class = subject.resolver.class_of_self(attribute);
        class.map(|_| attribute)
    }
}

/// Answers a word about the place that keeps the matched value.
pub(in crate::matching) fn ask<'r>(
    word: &'r StoredWord,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let Some(stored) = find(site.subject, site.node) else {
        return Answer::No;
    };
    match word {
        StoredWord::In(stores) => stores.contains(&stored.store).into(),
        StoredWord::Elsewhere(wanted) => used_elsewhere(wanted, &stored, site.subject, evidence),
        StoredWord::OnlyUses(patterns) => only_uses(patterns, &stored, site, evidence),
        StoredWord::Uses(patterns) => some_use(patterns, &stored, site, evidence),
    }
}

/// Finds the place that keeps the value of a site; `None` where nothing does that the site's owner
/// could end.
pub fn find<'a>(subject: &Subject<'a>, site: NodeId) -> Option<Stored<'a>> {
    if fate(subject, site) != Fate::Stored {
        return None;
    }
    let direct = holder(subject, site)?;
    let stored = match local(subject, direct.holder) {
        Some(name) if direct.store != Store::Collection => {
            further(subject, name)?.unwrap_or(direct)
        }
        _ => direct,
    };
    let dict_is_sure = !stored.by_key || is_dict(subject, stored.holder);
    (dict_is_sure && lives_on(subject, site, &stored)).then_some(stored)
}

/// Where a node's value goes, a display of values seen through.
fn holder<'a>(subject: &Subject<'a>, node: NodeId) -> Option<Stored<'a>> {
    let tree = subject.tree;
    let parent = tree.parent(node);
    match tree.node(parent) {
        AnyNodeRef::ExprList(_)
        | AnyNodeRef::ExprSet(_)
        | AnyNodeRef::ExprTuple(_)
        | AnyNodeRef::ExprListComp(_)
        | AnyNodeRef::ExprSetComp(_) => of_display(subject, parent, false),
        AnyNodeRef::ExprDict(_) | AnyNodeRef::ExprDictComp(_) => of_display(subject, parent, true),
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [Expr::Subscript(item)] => in_place(&item.value, Store::Collection, true),
            [target] => in_place(target, Store::Attribute, false),
            _ => None,
        },
        AnyNodeRef::StmtAnnAssign(assign) => in_place(&assign.target, Store::Attribute, false),
        AnyNodeRef::Arguments(_) => given(tree.node(tree.parent(parent)), false),
        _ => None,
    }
}

/// Where a display of values goes, as a whole or its elements.
fn of_display<'a>(subject: &Subject<'a>, display: NodeId, by_key: bool) -> Option<Stored<'a>> {
    let tree = subject.tree;
    let parent = tree.parent(display);
    match tree.node(parent) {
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [target] => in_place(target, Store::Collection, by_key),
            _ => None,
        },
        AnyNodeRef::StmtAnnAssign(assign) => in_place(&assign.target, Store::Collection, by_key),
        AnyNodeRef::StmtAugAssign(assign) if !by_key => {
            in_place(&assign.target, Store::Collection, false)
        }
        AnyNodeRef::Arguments(_) if !by_key => given(tree.node(tree.parent(parent)), true),
        _ => None,
    }
}

/// The container that takes a value, or the elements of one.
fn given<'a>(call: AnyNodeRef<'a>, elements: bool) -> Option<Stored<'a>> {
    let AnyNodeRef::ExprCall(call) = call else {
        return None;
    };
    let method = call.func.as_attribute_expr()?;
    let takes_elements = method.attr.as_str() == "extend";
    let by_key = method.attr.as_str() == "setdefault";
    (is_collected(call.into()) && takes_elements == elements)
        .then(|| in_place(&method.value, Store::Collection, by_key))?
}

/// A value that is stored under this expression; what it is for a name is said later.
fn in_place(target: &Expr, store: Store, by_key: bool) -> Option<Stored<'_>> {
    let store = match (target, store) {
        (Expr::Name(_), Store::Attribute) => Store::Name,
        (Expr::Name(_) | Expr::Attribute(_), store) => store,
        _ => return None,
    };
    Some(Stored {
        store,
        holder: target.into(),
        by_key,
        through: None,
    })
}

/// The binding of a name that is the function's own.
fn local<'a>(subject: &Subject<'a>, holder: ExprRef<'a>) -> Option<BindingId> {
    let ExprRef::Name(name) = holder else {
        return None;
    };
    let binding = subject.names.binding_at(subject.tree.id(name))?;
    (subject.names.binding(binding).scope != ScopeId::MODULE).then_some(binding)
}

/// Where the name's value is stored from there; the outer `None`: at several places.
fn further<'a>(subject: &Subject<'a>, name: BindingId) -> Option<Option<Stored<'a>>> {
    let uses = subject.flow.uses(name).into_iter();
    let mut stored = uses.filter_map(|node| {
        let found = holder(subject, node)?;
        Some(Stored {
            through: Some((name, node)),
            ..found
        })
    });
    match (stored.next(), stored.next()) {
        (Some(_), Some(_)) => None,
        (only, _) => Some(only),
    }
}

/// What keeps the value is there when the site's owner ends.
fn lives_on<'a>(subject: &Subject<'a>, site: NodeId, stored: &Stored<'a>) -> bool {
    let Some(function) = subject.context.enclosing_function(site) else {
        return false;
    };
    if generator::goes_on(subject, function) {
        return is_path(stored.holder);
    }
    let class = stored
        .of_self(subject)
        .and_then(|attribute| subject.resolver.class_of_self(attribute));
    let AnyNodeRef::StmtClassDef(around) = subject.tree.parent_node(function) else {
        return false;
    };
    class.is_some_and(|class| std::ptr::eq(class, around))
}

/// Names with dots only: it means the same a few lines below.
fn is_path(holder: ExprRef) -> bool {
    match holder {
        ExprRef::Name(_) => true,
        ExprRef::Attribute(attribute) => is_path((&attribute.value).into()),
        _ => false,
    }
}

/// All that it is set to is a dict, by its own display, call or annotation.
fn is_dict<'a>(subject: &Subject<'a>, holder: ExprRef<'a>) -> bool {
    let named_so = |expression: &Expr| {
        let whole = match expression {
            Expr::Subscript(generic) => &generic.value,
            expression => expression,
        };
        let name = subject.text()[whole.range()].rsplit('.').next();
        name.is_some_and(|name| name.to_ascii_lowercase().ends_with("dict"))
    };
    let origins = subject.resolver.origins(holder);
    let is_one = |origin: &Origin| match origin {
        Origin::Made(ExprRef::Dict(_) | ExprRef::DictComp(_)) => true,
        Origin::Made(ExprRef::Call(call)) => named_so(&call.func),
        Origin::Annotated(annotation) => named_so(annotation),
        _ => false,
    };
    !origins.is_empty() && origins.iter().all(is_one)
}
