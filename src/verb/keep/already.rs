//! Does the teardown end the value already, or wait for what it does?

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::{Ranged, TextSize};

use crate::matching::capture::{Captured, Captures};
use crate::matching::owner::{Owner, Teardown};
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, same_code, unify};
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::keep::End;
use crate::verb::Refusal;

/// What a teardown does something with that the task uses too, in the patterns of `ended-by` and
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
        let nodes = subject.tree.descendants(inside);
        for id in nodes.filter(|id| subject.tree.range(*id).start() >= from) {
            let node = subject.tree.node(id);
            let is_used = |it: &ExprRef<'a>| {
                uses(subject, &owner.runs, *it) && !is_own(subject, end, inside, *it)
            };
            let ends = |(pattern, _): &&(Guarded, String)| {
                let fit = unify(&pattern.pattern, node, &none, subject);
                fit.is_some_and(|fit| match shared(&fit) {
                    Some(shared) => shared.iter().any(is_used),
                    None => fit.unsure.is_none(),
                })
            };
            if let Some((_, because)) = end.ended_by.iter().chain(&end.waited_by).find(ends) {
                let code = &subject.text()[subject.tree.range(id)];
                return Err(Refusal::EndedAlready {
                    by: format!("`{}`", method.name),
                    code: code.split_whitespace().collect::<Vec<_>>().join(" "),
                    because: because.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Returns what a pattern says that the task uses too; `None` where it speaks of nothing such.
pub(super) fn shared<'a>(fit: &Fit<'_, 'a>) -> Option<Vec<ExprRef<'a>>> {
    let captured = fit.captures.find(SHARED)?.expressions().into_iter();
    let whole = captured.map(|it| match it {
        ExprRef::Starred(all) => ExprRef::from(&all.value),
        it => it,
    });
    Some(whole.collect())
}

/// The teardown ends that as well, or has made it itself: it does not wait for what runs.
fn is_own<'a>(subject: &Subject<'a>, end: &End, teardown: NodeId, shared: ExprRef<'a>) -> bool {
    let mut nodes = subject.tree.descendants(teardown);
    let mut given = Captures::default();
    given.bind("handle", Captured::Expression(shared));
    let is_bound = |target: &Expr| same_code(subject, target.range(), shared.range());
    nodes.any(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtAssign(it) => it.targets.iter().any(is_bound),
        node => fits_surely(&end.ends[0], node, &given, subject),
    })
}

/// What runs uses the same attribute, item or name; perhaps, where it is not read.
fn uses(subject: &Subject, functions: &[NodeId], shared: ExprRef) -> bool {
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
    let mut all = functions
        .iter()
        .flat_map(|function| tree.descendants(*function));
    is_named && (functions.is_empty() || all.any(is_same))
}
