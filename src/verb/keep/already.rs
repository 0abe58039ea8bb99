//! Does the teardown end the value already, or wait for what it does?

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::{Ranged, TextSize};

use crate::bind::MAX_STEPS;
use crate::matching::capture::{Captured, Captures};
use crate::matching::may_fit::may_fit;
use crate::matching::owner::{Owner, Teardown};
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, same_code, unify};
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::keep::End;
use crate::text::blank::on_one_line;
use crate::verb::refusal::Refusal;

/// What a teardown does something with that the value uses too, in the patterns of `ended-by` and
/// `waited-by`; of several any one.
const SHARED: &str = "shared";

/// Checks that the teardown neither ends the value already nor waits for what it does.
pub(super) fn check<'a>(
    subject: &Subject<'a>,
    end: &End,
    owner: &Owner<'a>,
) -> Result<(), Refusal> {
    let from = match owner.teardown {
        Teardown::Behind(_, yields) => yields.end(),
        _ => TextSize::default(),
    };
    let none = Captures::default();
    for method in owner.ending(subject) {
        let inside = subject.tree.id(method);
        for id in may_end(subject, end, inside, from) {
            let wait = Wait {
                subject,
                end,
                teardown: inside,
                runs: &owner.runs,
                at: subject.tree.range(id).start(),
            };
            let ends = |(pattern, _): &&(Guarded, String)| {
                let fit = unify(&pattern.pattern, subject.tree.node(id), &none, subject);
                fit.is_some_and(|fit| match shared(&fit) {
                    Some(shared) => shared.iter().any(|it| wait.is_for(*it, MAX_STEPS)),
                    None => fit.unsure.is_none(),
                })
            };
            if let Some((_, because)) = end.ended_by.iter().chain(&end.waited_by).find(ends) {
                let code = &subject.text()[subject.tree.range(id)];
                return Err(Refusal::EndedAlready {
                    by: format!("`{}`", method.name),
                    code: on_one_line(code),
                    because: because.clone(),
                });
            }
        }
    }
    Ok(())
}

/// The nodes in a def from an offset on that may end the value, or wait for what it does.
fn may_end(subject: &Subject, end: &End, inside: NodeId, from: TextSize) -> Vec<NodeId> {
    let patterns = end.ended_by.iter().chain(&end.waited_by);
    let patterns = patterns.map(|(it, _)| &*it.pattern);
    let span = subject.tree.span(inside);
    let mut nodes = may_fit(patterns, &Captures::default(), &span, subject);
    nodes.retain(|id| *id != inside && subject.tree.range(*id).start() >= from);
    nodes
}

/// Returns what a pattern says that the value uses too; `None` where it speaks of nothing such.
pub(super) fn shared<'a>(fit: &Fit<'_, 'a>) -> Option<Vec<ExprRef<'a>>> {
    let captured = fit.captures.find(SHARED)?.expressions().into_iter();
    let whole = captured.map(|it| match it {
        ExprRef::Starred(all) => ExprRef::from(&all.value),
        it => it,
    });
    Some(whole.collect())
}

/// A place in a teardown that does something with what runs, or with what it uses.
struct Wait<'s, 'a> {
    subject: &'s Subject<'a>,
    end: &'s End,
    teardown: NodeId,
    runs: &'s [NodeId],
    at: TextSize,
}

impl<'a> Wait<'_, 'a> {
    /// What runs uses that too, and the teardown has neither ended it before nor made it itself.
    fn is_for(&self, shared: ExprRef<'a>, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return true;
        };
        if self.is_ended(shared) {
            return false;
        }
        let (others, made): (Vec<&'a Expr>, Vec<&'a Expr>) = self
            .bound_before(shared)
            .into_iter()
            .partition(|it| it.is_attribute_expr() || it.is_subscript_expr() || it.is_name_expr());
        let mut others = others.into_iter().map(ExprRef::from);
        let is_itself = || made.is_empty() && uses(self.subject, self.runs, shared);
        others.any(|it| self.is_for(it, steps)) || is_itself()
    }

    fn is_ended(&self, shared: ExprRef<'a>) -> bool {
        let tree = self.subject.tree;
        let mut given = Captures::default();
        given.bind("handle", Captured::Expression(shared));
        let nodes = tree.descendants(self.teardown);
        let mut nodes = nodes.filter(|id| tree.range(*id).end() <= self.at);
        nodes.any(|id| fits_surely(&self.end.ends[0], tree.node(id), &given, self.subject))
    }

    /// Returns what the teardown has set the same place to before, but for None.
    fn bound_before(&self, shared: ExprRef<'a>) -> Vec<&'a Expr> {
        let tree = self.subject.tree;
        let nodes = tree.descendants(self.teardown);
        let nodes = nodes.filter(|id| tree.range(*id).end() <= shared.start().min(self.at));
        let all = nodes.flat_map(|id| bound(tree.node(id)));
        let is_it = |it: &Expr| same_code(self.subject, it.range(), shared.range());
        let own = all.filter(|(target, value)| is_it(target) && !value.is_none_literal_expr());
        own.map(|(_, value)| value).collect()
    }
}

/// Returns what a node sets, each with its value.
fn bound(node: AnyNodeRef<'_>) -> Vec<(&Expr, &Expr)> {
    let (targets, value) = match node {
        AnyNodeRef::StmtAssign(it) => (it.targets.as_slice(), &*it.value),
        AnyNodeRef::ExprNamed(it) => (std::slice::from_ref(&*it.target), &*it.value),
        _ => return Vec::new(),
    };
    let pairs = targets.iter().flat_map(|target| match (target, value) {
        (Expr::Tuple(targets), Expr::Tuple(values)) if targets.len() == values.len() => {
            targets.iter().zip(values).collect()
        }
        _ => vec![(target, value)],
    });
    pairs.collect()
}

/// Returns whether one of the places uses the same attribute, item or name; perhaps, where there is none to
/// read.
pub(super) fn uses(subject: &Subject, places: &[NodeId], shared: ExprRef) -> bool {
    let tree = subject.tree;
    let scope = |id: NodeId, name: &str| subject.names.lookup(subject.names.scope_of(id), name);
    let is_same = |id: NodeId| match (tree.node(id), shared) {
        (AnyNodeRef::ExprAttribute(it), ExprRef::Attribute(shared)) => it.attr.id == shared.attr.id,
        (AnyNodeRef::ExprSubscript(it), ExprRef::Subscript(shared)) => {
            same_code(subject, it.slice.range(), shared.slice.range())
        }
        (AnyNodeRef::ExprName(it), ExprRef::Name(shared)) => {
            let name = it.id.as_str();
            it.id == shared.id && scope(id, name) == scope(tree.id(shared), name)
        }
        _ => false,
    };
    let is_named =
        shared.is_attribute_expr() || shared.is_subscript_expr() || shared.is_name_expr();
    let mut all = places.iter().flat_map(|place| tree.descendants(*place));
    is_named && (places.is_empty() || all.any(is_same))
}
