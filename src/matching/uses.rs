//! Where a captured value was made, and what else is done with it.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::asked::asked;
use super::attribute;
use super::capture::{Captured, Captures};
use super::held::Held;
use super::kind::is_kind;
use super::place::place;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use super::unify::{fits_surely, unify};
use crate::bind::scope::{BindingId, BindingKind};
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, Place};
use crate::recipe::kind::Kind;

/// Returns the bindings a name stands for at its place, of a target the one it makes; empty for other
/// expressions.
pub(crate) fn bindings_of<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<BindingId> {
    match expression {
        ExprRef::Name(name) => {
            let node = subject.tree.id(name);
            match subject.names.binding_at(node) {
                Some(made) => vec![made],
                None => subject.flow.reaching(node).bindings,
            }
        }
        _ => Vec::new(),
    }
}

/// Returns whether the expression is a parameter of the function around it.
pub(super) fn is_parameter<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> bool {
    let bindings = bindings_of(subject, expression);
    let parameter = |id: &BindingId| {
        matches!(
            subject.names.binding(*id).kind,
            BindingKind::Parameter { .. }
        )
    };
    !bindings.is_empty() && bindings.iter().all(parameter)
}

/// Returns whether the value is made in this file.
pub(super) fn made_in_file<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Answer {
    if expression.is_call_expr() {
        return Answer::Yes;
    }
    let imported = |id: &BindingId| {
        matches!(
            subject.names.binding(*id).kind,
            BindingKind::Import { .. }
                | BindingKind::FromImport { .. }
                | BindingKind::StarImport { .. }
        )
    };
    let bindings = bindings_of(subject, expression);
    match bindings.is_empty() {
        true => Answer::Unknown,
        false => (!bindings.iter().any(imported)).into(),
    }
}

/// Returns whether some other use of the value matches; in the patterns the capture of that name is the
/// use itself.
pub(super) fn some_use<'r, 'a>(
    patterns: &'r [Guarded],
    name: &'r str,
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    let subject = site.subject;
    let fits = |node: NodeId| use_fits(patterns, name, node, site);
    let Some(held) = Held::of(subject, expression) else {
        return Answer::Unknown;
    };
    let captures = site.captures.without(name);
    let others = Site {
        captures: &captures,
        ..site
    };
    let own = subject.tree.id(expression);
    match asked(patterns, others, None).zip(held.bindings()) {
        Some((asked, bindings)) => {
            let find = || fitting(held.uses().iter().copied(), fits);
            let known = &subject.answers.fitting_uses;
            let known = known.or_find(&(asked, bindings.to_vec()), find);
            let others = known.iter().filter(|(node, _)| *node != own);
            any(others, |(_, answer)| *answer)
        }
        None => any(held.uses().iter().filter(|node| **node != own), |node| {
            fits(*node)
        }),
    }
}

/// Something around a use matches, the capture standing for the use.
fn use_fits<'r>(
    patterns: &'r [Guarded],
    name: &'r str,
    node: NodeId,
    site: Site<'_, 'r, '_>,
) -> Answer {
    let subject = site.subject;
    let Some(used) = subject.tree.node(node).as_expr_ref() else {
        return Answer::No;
    };
    let captures = site.captures.rebound(name, Captured::Expression(used));
    let at_use = Site {
        captures: &captures,
        ..site
    };
    any(around_use(subject, node), |id| {
        at_use.fits_any(patterns, subject.tree.node(id))
    })
}

/// The first two uses of each answer but no: without any one of all, the answer is the same.
fn fitting(
    uses: impl Iterator<Item = NodeId>,
    fits: impl Fn(NodeId) -> Answer,
) -> Rc<[(NodeId, Answer)]> {
    let mut found: Vec<(NodeId, Answer)> = Vec::new();
    for node in uses {
        let answer = fits(node);
        let n_alike = found.iter().filter(|(_, it)| *it == answer).count();
        if answer != Answer::No && n_alike < 2 {
            found.push((node, answer));
        }
        if answer.is_yes() && n_alike > 0 {
            break;
        }
    }
    found.into()
}

/// Returns whether every other use of the value matches, or only looks after it.
pub(super) fn only_uses<'r, 'a>(
    patterns: &'r [Guarded],
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let kinds = kinds_of(subject, expression);
    if let Some(other) = other_ambient(subject, expression, &kinds) {
        evidence.why(format!(
            "`{}` returns the same object elsewhere in the file",
            subject.first_line(subject.tree.range(other))
        ));
        return Answer::No;
    }
    if expression.is_call_expr() {
        return Answer::Yes;
    }
    let bindings = bindings_of(subject, expression);
    if is_nonlocal(subject, &bindings, evidence) {
        return Answer::No;
    }
    match other_use(patterns, (expression, &bindings), &kinds, site) {
        Ok(None) => unless_public(subject, expression, evidence),
        Ok(Some(other)) => {
            let line = subject.statement_line(other);
            evidence.why(format!("it is also used in `{line}`"));
            Answer::No
        }
        Err(NoName) => Answer::Unknown,
    }
}

/// No name holds a value.
struct NoName;

/// The first other use of a value that neither matches nor looks after it.
fn other_use<'r, 'a>(
    patterns: &'r [Guarded],
    (expression, bindings): (ExprRef<'a>, &[BindingId]),
    kinds: &[&Kind],
    site: Site<'_, 'r, 'a>,
) -> Result<Option<NodeId>, NoName> {
    let subject = site.subject;
    let is_other = |node: &NodeId| {
        let fits = |id| site.fits_any(patterns, subject.tree.node(id)).is_yes();
        !is_housekeeping(subject, *node, kinds) && !around_use(subject, *node).any(fits)
    };
    let Some(asked) = asked(patterns, site, None).filter(|_| !bindings.is_empty()) else {
        let uses = uses_of(subject, expression).ok_or(NoName)?;
        return Ok(uses.into_iter().find(is_other));
    };
    let find = || {
        let uses = bindings.iter().flat_map(|id| subject.flow.uses(*id));
        // Two, since one may be the expression itself.
        uses.filter(is_other).take(2).collect()
    };
    let kinds = kinds.iter().map(|it| std::ptr::from_ref(*it)).collect();
    let question = (asked, bindings.to_vec(), kinds);
    let others = subject.answers.other_uses.or_find(&question, find);
    let own = subject.tree.id(expression);
    Ok(others.iter().copied().find(|node| *node != own))
}

/// What all uses in the file are, other files may add to: a name that begins with `_` says no.
fn unless_public<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    evidence: &mut Evidence,
) -> Answer {
    match expression {
        ExprRef::Attribute(it) if attribute::is_public(it) => {
            let spelled = &subject.text()[it.range];
            evidence
                .unknown
                .push(format!("how other files use `{spelled}`"));
            Answer::Unknown
        }
        _ => Answer::Yes,
    }
}

/// The other uses of the bindings of a name, or of an attribute of one's own object.
fn uses_of<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Vec<NodeId>> {
    if let ExprRef::Attribute(it) = expression {
        return attribute::other_uses(subject, it);
    }
    let bindings = bindings_of(subject, expression);
    let own = subject.tree.id(expression);
    let uses = bindings.iter().flat_map(|id| subject.flow.uses(*id));
    (!bindings.is_empty()).then(|| uses.filter(|node| *node != own).collect())
}

/// Returns whether a function inside declares one of the names `nonlocal`.
fn is_nonlocal(subject: &Subject, bindings: &[BindingId], evidence: &mut Evidence) -> bool {
    let mut bindings = bindings.iter().map(|id| subject.names.binding(*id));
    let shared = bindings.find(|it| subject.names.is_nonlocal_inside(it.scope, it.name));
    if let Some(shared) = shared {
        evidence.why(format!("it is also used in `nonlocal {}`", shared.name));
    }
    shared.is_some()
}

/// The kinds the value surely is, with what looks after it.
pub(crate) fn kinds_of<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Vec<&'a Kind> {
    let rows = subject.kinds.rows.iter();
    rows.filter(|row| {
        !row.housekeeping.is_empty() && is_kind(subject, expression, &row.id).answer.is_yes()
    })
    .collect()
}

/// Returns whether the use of a name is housekeeping: `loop.close()`, `del loop`.
pub(crate) fn is_housekeeping(subject: &Subject, name: NodeId, kinds: &[&Kind]) -> bool {
    housekeeping_node(subject, name, kinds).is_some()
}

/// Returns the node, around the use of a name, that only looks after its value.
pub(crate) fn housekeeping_node(
    subject: &Subject,
    name: NodeId,
    kinds: &[&Kind],
) -> Option<NodeId> {
    let expression = subject.tree.node(name).as_expr_ref()?;
    let mut given = Captures::default();
    given.bind("x", Captured::Expression(expression));
    around_use(subject, name).find(|id| {
        let node = subject.tree.node(*id);
        kinds
            .iter()
            .flat_map(|kind| &kind.housekeeping)
            .any(|pattern| fits_surely(pattern, node, &given, subject))
    })
}

/// The nodes around a use, up to its statement.
pub(super) fn around_use<'s>(
    subject: &'s Subject,
    node: NodeId,
) -> impl Iterator<Item = NodeId> + 's {
    let statement = subject.tree.statement(node);
    let end = move |id: &NodeId| statement.is_none_or(|statement| *id >= statement);
    subject.tree.with_ancestors(node).take_while(end)
}

/// Another call that gives the same object (`asyncio.get_event_loop()` twice).
fn other_ambient<'a>(
    subject: &Subject<'a>,
    expression: ExprRef<'a>,
    kinds: &[&'a Kind],
) -> Option<NodeId> {
    let mut made = Vec::new();
    for origin in subject.resolver.origins(expression) {
        if let Origin::Made(origin) = origin
            && kinds
                .iter()
                .any(|kind| is_ambient(subject, origin.into(), kind))
        {
            made.push(subject.tree.id(origin));
        }
    }
    if made.is_empty() {
        return None;
    }
    let first_other = |kind: &&'a Kind| {
        let calls = ambient_calls(subject, kind);
        calls.iter().copied().find(|call| !made.contains(call))
    };
    kinds.iter().filter_map(first_other).min()
}

fn ambient_calls<'a>(subject: &Subject<'a>, kind: &'a Kind) -> Rc<[NodeId]> {
    let is_other = |id: &NodeId| {
        let node = subject.tree.node(*id);
        node.is_expr_call() && is_ambient(subject, node, kind) && !in_coroutine(subject, *id)
    };
    let find = || subject.tree.ids().filter(is_other).collect();
    let answers = &subject.answers.ambient;
    answers.or_find(&std::ptr::from_ref(kind), find)
}

/// A call that only perhaps gives the same object counts: what rests on there being no other is not
/// known then.
fn is_ambient<'a>(subject: &Subject<'a>, node: AnyNodeRef<'a>, kind: &Kind) -> bool {
    let mut patterns = kind.ambient.iter();
    patterns.any(|pattern| unify(pattern, node, &Captures::default(), subject).is_some())
}

/// In a coroutine the same call means the running loop.
fn in_coroutine(subject: &Subject, node: NodeId) -> bool {
    place(subject, node) == Place::Coroutine
}
