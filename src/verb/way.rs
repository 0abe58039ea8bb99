//! A use of a value → the line of `follow-value` that it becomes, and what has to change around it for that.

use ruff_python_ast::ExprRef;

use super::callers;
use super::draft::Draft;
use super::listed;
use super::refusal::Refusal;
use crate::matching::capture::{Captured, Captures};
use crate::matching::elsewhere::fit_at;
use crate::matching::place::awaits_at;
use crate::matching::subject::Subject;
use crate::matching::unify::Fit;
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::follow_up::FollowValue;
use crate::recipe::template::Template;
use crate::recipe::{Rule, VALUE};

/// Where a line of `follow-value` fits, how, and what that becomes.
type Line<'r, 'a> = (NodeId, Fit<'r, 'a>, Option<&'r Template>);

/// The first line of `follow-value` that fits a node around a use, the innermost such node. One for which the
/// function around would have to change, and may have to stay, is passed over where a later one fits.
pub(super) fn first_fit<'r, 'a>(
    subject: &Subject<'a>,
    captures: &Captures<'r, 'a>,
    (rule, follow): (&'r Rule, &'r FollowValue),
    used: NodeId,
) -> Option<Line<'r, 'a>> {
    let named: ExprRef<'a> = subject.tree.node(used).as_expr_ref()?;
    let mut given = captures.clone();
    given.bind(VALUE, Captured::Expression(named));
    let lines = follow.uses.iter();
    let mut fitting = lines.filter_map(|(pattern, template)| {
        let (id, fit) = innermost(subject, &given, pattern, used)?;
        Some((id, fit, template.as_ref()))
    });
    let first = fitting.next()?;
    let (node, _, Some(template)) = &first else {
        return Some(first);
    };
    if may_write(subject, *node, template) {
        return Some(first);
    }
    match fitting.next() {
        Some(later) if !callers::changes_alone(subject, rule, *node, used) => Some(later),
        _ => Some(first),
    }
}

fn innermost<'r, 'a>(
    subject: &Subject<'a>,
    given: &Captures<'r, 'a>,
    pattern: &'r Guarded,
    used: NodeId,
) -> Option<(NodeId, Fit<'r, 'a>)> {
    let statement = subject.tree.statement(used);
    let around = subject.tree.with_ancestors(used);
    let mut around = around.take_while(|id| statement.is_none_or(|statement| *id >= statement));
    around.find_map(|id| {
        let fit = fit_at(subject, pattern, id, given)?;
        fit.unsure.is_none().then_some((id, fit))
    })
}

/// Whether a template may stand at a node, at least once the function around it has changed.
pub(super) fn may_take(
    subject: &Subject,
    follow: &FollowValue,
    node: NodeId,
    template: &Template,
) -> bool {
    follow.takes_callers || may_write(subject, node, template)
}

/// Changes what is around a node where a template may stand there only then.
pub(super) fn make_way(
    subject: &Subject,
    (rule, follow): (&Rule, &FollowValue),
    (node, template): (NodeId, &Template),
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    if may_write(subject, node, template) {
        return Ok(());
    }
    match listed::write_around(subject, node, draft) {
        Some(list) if awaits_at(subject, list) => Ok(()),
        _ => callers::change_around(subject, rule, follow, node, draft),
    }
}

/// An await stands only where a coroutine runs it.
fn may_write(subject: &Subject, node: NodeId, template: &Template) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut words = template.code.split(|c| !is_word(c));
    !words.any(|word| ["await", "async"].contains(&word)) || awaits_at(subject, node)
}
