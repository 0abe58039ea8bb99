//! The follow-up `follow-value`: what the rewritten value is used for afterwards.
//!
//! Followed is the name that the value gets: by assignment, or behind the `as` of the `with` that it
//! is an item of.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};

use super::rewrite::{Place, rewrite};
use super::{Draft, Refusal};
use crate::bind::binding::BindingId;
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, unify};
use crate::python::tree::NodeId;
use crate::recipe::template::Template;
use crate::recipe::{FollowValue, VALUE};

/// Rewrites the uses of the value of a match.
pub(super) fn follow<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Some(follow) = &found.rule.follow_value else {
        return Ok(());
    };
    let value = match name_of(subject, found.node) {
        Given::Nothing => return Ok(()),
        Given::Name(binding) => binding,
        Given::Elsewhere if follow.keeps_others => return Ok(()),
        Given::Elsewhere => return Err(Refusal::NotFollowed),
    };
    for name in subject.flow.uses(value) {
        let reaching = subject.flow.reaching(name);
        let is_only = reaching.only() == Some(value);
        match first_fit(subject, found, follow, name) {
            Some((id, fit, template)) if is_only => {
                let place = Place::of_fit(id, &fit);
                rewrite(subject, place, template, &fit.captures, draft)?;
            }
            Some(_) | None if follow.keeps_others => {}
            _ => return Err(other_use(subject, name)),
        }
    }
    Ok(())
}

/// What gets the value.
enum Given {
    /// Nobody can ask for it.
    Nothing,
    /// One name.
    Name(BindingId),
    /// An attribute, an argument, several names …
    Elsewhere,
}

fn name_of(subject: &Subject, node: NodeId) -> Given {
    let target = match subject.tree.parent_node(node) {
        AnyNodeRef::WithItem(item) => match &item.optional_vars {
            None => return Given::Nothing,
            Some(target) => &**target,
        },
        AnyNodeRef::StmtAssign(assign) => match assign.targets.as_slice() {
            [target] => target,
            _ => return Given::Elsewhere,
        },
        AnyNodeRef::StmtAnnAssign(assign) => &*assign.target,
        AnyNodeRef::StmtExpr(_) => return Given::Nothing,
        _ => return Given::Elsewhere,
    };
    let binding = match target {
        Expr::Name(name) => subject.names.binding_at(subject.tree.id(name)),
        _ => None,
    };
    binding.map_or(Given::Elsewhere, Given::Name)
}

/// The innermost node around a use that a line of `follow-value` fits.
fn first_fit<'r, 'a>(
    subject: &Subject<'a>,
    found: &Match<'r, 'a>,
    follow: &'r FollowValue,
    name: NodeId,
) -> Option<(NodeId, Fit<'r, 'a>, &'r Template)> {
    let used: ExprRef<'a> = subject.tree.node(name).as_expr_ref()?;
    let mut given = found.captures.clone();
    given.bind(VALUE, Captured::Expression(used));
    let statement = subject.tree.statement(name);
    let around = subject.tree.with_ancestors(name);
    let mut around = around.take_while(|id| statement.is_none_or(|statement| *id >= statement));
    around.find_map(|id| {
        let node = subject.tree.node(id);
        follow.uses.iter().find_map(|(pattern, template)| {
            let fit = unify(&pattern.pattern, node, &given, subject)?;
            fit.unsure.is_none().then_some((id, fit, template))
        })
    })
}

fn other_use(subject: &Subject, name: NodeId) -> Refusal {
    let statement = subject.tree.statement(name).unwrap_or(name);
    let text = &subject.text()[subject.tree.range(statement)];
    Refusal::ValueUsedFor {
        line: text.lines().next().unwrap_or_default().to_owned(),
    }
}
