//! What of a def is annotated, and does the module define already what a change would?

use ruff_python_ast::AnyNodeRef;

use super::capture::{Captured, Captures};
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::unify::unify;
use crate::bind::scope::ScopeId;
use crate::project::driven::name_of;
use crate::python::tree::NodeId;
use crate::recipe::condition::{AnnotatedPart, Guarded};

/// Returns the name that stands for `capture` in a statement of the module's own level, the first that
/// fits one of the patterns and that means it at the site, too.
pub(crate) fn defined<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    capture: &str,
    patterns: &[Guarded],
) -> Option<&'a str> {
    let mut statements = subject.tree.children(NodeId::ROOT);
    statements.find_map(|statement| {
        let mut named = patterns
            .iter()
            .filter_map(|pattern| named(subject, statement, capture, pattern));
        named.find(|name| {
            let scope = subject.names.scope_of(site);
            subject.names.lookup(scope, name) == Some(ScopeId::MODULE)
        })
    })
}

/// Returns the def of a name behind those of what it stands in, with dots between; of several, of which others only
/// say what it takes, that which says what it does.
pub(crate) fn def_named(subject: &Subject, name: &str) -> Option<NodeId> {
    let defs = subject.tree.ids().filter(|id| {
        let node = subject.tree.node(*id);
        node.is_stmt_function_def() && name_of(subject.tree, *id) == name
    });
    let defs: Vec<NodeId> = defs.collect();
    let mut whole = defs.iter().filter(|id| {
        matches!(subject.tree.node(**id), AnyNodeRef::StmtFunctionDef(def) if !subject.resolver.is_overload(def))
    });
    whole.next().or(defs.first()).copied()
}

/// Returns whether a part of a def has an annotation.
pub(super) fn is_annotated(subject: &Subject, function: NodeId, part: AnnotatedPart) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    match part {
        AnnotatedPart::Parameter => def.parameters.iter().any(|it| it.annotation().is_some()),
        AnnotatedPart::Return => def.returns.is_some(),
    }
}

/// Returns whether a def has a parameter of one of the names.
pub(super) fn takes(subject: &Subject, function: NodeId, names: &[String]) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let mut parameters = def.parameters.iter();
    parameters.any(|it| names.iter().any(|name| name == it.name().as_str()))
}

fn named<'a>(
    subject: &Subject<'a>,
    statement: NodeId,
    capture: &str,
    pattern: &Guarded,
) -> Option<&'a str> {
    let none = Captures::default();
    let fit = unify(
        &pattern.pattern,
        subject.tree.node(statement),
        &none,
        subject,
    )?;
    let site = Site {
        subject,
        node: statement,
        captures: &fit.captures,
        unsure: fit.unsure.as_deref(),
    };
    let holds = site.meets(&pattern.condition, &mut Evidence::default());
    let range = fit.captures.find(capture).and_then(Captured::range)?;
    (fit.unsure.is_none() && holds.is_yes()).then(|| &subject.text()[range])
}
