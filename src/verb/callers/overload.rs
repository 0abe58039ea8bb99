//! Defs that only say what types another one takes: they are async as that one is.

use ruff_python_ast::AnyNodeRef;

use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::unify::unify;
use crate::python::tree::NodeId;
use crate::recipe::{Rule, Verb};
use crate::verb::draft::Draft;
use crate::verb::place::Place;
use crate::verb::refusal::Refusal;
use crate::verb::rewrite::rewrite;

/// Changes the headers of a def's overloads as the rule changes its own.
pub(super) fn change_all(
    subject: &Subject,
    rule: &Rule,
    def: NodeId,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let (Some(Verb::Rewrite(template)), [header, ..]) = (&rule.verb, &*rule.patterns) else {
        return Ok(());
    };
    let others = others_of_its_name(subject, def);
    for other in others.filter(|other| is_overload(subject, *other)) {
        let node = subject.tree.node(other);
        let fit = unify(&header.pattern, node, &Captures::default(), subject);
        let fit = fit.ok_or(Refusal::NotFollowed)?;
        let place = Place::of_fit(other, &fit);
        rewrite(subject, place, template, &fit.captures, draft)?;
    }
    Ok(())
}

/// Returns whether something else of its scope, which is no overload of it, has the name of a def.
pub(in crate::verb) fn is_defined_again(subject: &Subject, def: NodeId) -> bool {
    others_of_its_name(subject, def).any(|other| !is_overload(subject, other))
}

/// Iterates over what else of its scope has the name of a def.
fn others_of_its_name(subject: &Subject, def: NodeId) -> impl Iterator<Item = NodeId> {
    let own = subject.names.binding_at(def);
    let own = own.map(|own| subject.names.binding(own));
    let all = own.map(|own| subject.names.bindings_of(own.scope, own.name));
    let others: Vec<NodeId> = all
        .into_iter()
        .flatten()
        .map(|it| subject.names.binding(*it).node)
        .collect();
    others.into_iter().filter(move |node| *node != def)
}

/// Returns whether a def only says what types another one takes.
fn is_overload(subject: &Subject, node: NodeId) -> bool {
    matches!(subject.tree.node(node), AnyNodeRef::StmtFunctionDef(def) if subject.resolver.is_overload(def))
}
