//! Is what a function makes for itself part of a value? A path under a folder that nobody else has.

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::capture::Captures;
use super::fate::is_collected;
use super::place::place;
use super::subject::Subject;
use super::unify::fits_surely;
use super::uses::bindings_of;
use crate::bind::scope::{BindingId, BindingKind, ScopeId};
use crate::python::tree::NodeId;
use crate::recipe::condition::Place;
use crate::recipe::kind::Kind;

/// Names are followed so far.
const MAX_STEPS: u32 = 6;

/// Returns whether a value of one of the kinds, made in the expression's function, is part of it on every
/// path, and is not handed out there.
pub(super) fn made_of<'a>(kinds: &[String], value: ExprRef<'a>, subject: &Subject<'a>) -> bool {
    let kinds: Vec<&Kind> = kinds
        .iter()
        .filter_map(|kind| subject.kinds.find(kind))
        .collect();
    is_part(&kinds, subject.tree.id(value), subject, MAX_STEPS)
}

fn is_part(kinds: &[&Kind], value: NodeId, subject: &Subject, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else {
        return false;
    };
    let mut inside = subject.tree.with_descendants(value);
    inside.any(|id| is_made(kinds, id, subject) || comes_from(kinds, id, subject, steps))
}

fn is_made(kinds: &[&Kind], id: NodeId, subject: &Subject) -> bool {
    let node = subject.tree.node(id);
    let mut patterns = kinds.iter().flat_map(|kind| &kind.made_by);
    node.is_expr_call()
        && patterns.any(|pattern| fits_surely(pattern, node, &Captures::default(), subject))
}

/// Everything that the name may stand for has such a part.
fn comes_from(kinds: &[&Kind], id: NodeId, subject: &Subject, steps: u32) -> bool {
    let Some(name @ ExprRef::Name(_)) = subject.tree.node(id).as_expr_ref() else {
        return false;
    };
    let bindings = bindings_of(subject, name);
    let function = subject.context.enclosing_function(id);
    let is_own = |binding: &BindingId| {
        let made = subject.names.binding(*binding);
        let value = match made.kind {
            BindingKind::Assignment { value, .. } | BindingKind::Unpacking { value } => value,
            BindingKind::With { item } => item,
            _ => return false,
        };
        made.scope != ScopeId::MODULE
            && subject.context.enclosing_function(made.statement) == function
            && is_kept(*binding, function, subject)
            && is_part(kinds, value, subject, steps)
    };
    !bindings.is_empty() && bindings.iter().all(is_own)
}

/// Nobody else gets it: it is put on no object, in no collection, and no inner function has it.
fn is_kept(binding: BindingId, function: Option<NodeId>, subject: &Subject) -> bool {
    let tree = subject.tree;
    subject.flow.uses(binding).into_iter().all(|used| {
        let is_here = subject.context.enclosing_function(used) == function
            && place(subject, used) != Place::Lambda;
        let statement = tree.statement(used).map(|id| tree.node(id));
        is_here
            && match statement {
                Some(AnyNodeRef::StmtAssign(it)) => {
                    let named = |target: &ruff_python_ast::Expr| {
                        target.is_name_expr() || target.is_tuple_expr()
                    };
                    it.targets.iter().all(named)
                }
                Some(AnyNodeRef::StmtExpr(it)) => {
                    let is_yield = it.value.is_yield_expr() || it.value.is_yield_from_expr();
                    !is_yield && !is_put_away(used, subject)
                }
                _ => true,
            }
    })
}

/// `rows.append(path)`.
fn is_put_away(used: NodeId, subject: &Subject) -> bool {
    let mut around = subject.tree.ancestors(used);
    around.any(|id| is_collected(subject.tree.node(id)))
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(before: &str, path: &str, expected: bool) {
        let text = format!(
            "import tempfile, uuid\nFOLDER = tempfile.mkdtemp()\nasync def f(self, given):\n{before}    g({path}, 1)\n"
        );
        let lines: &[usize] = if expected { &[1] } else { &[] };
        check_condition("g($path, $at)", "$path: {made-of: own-name}", &text, lines);
    }

    #[test]
    fn what_the_function_makes_is_its_own() {
        check("", "given / uuid.uuid4().hex", true);
        check("    d = tempfile.mkdtemp()\n", "d + '/x'", true);
        check(
            "    with tempfile.TemporaryDirectory() as d:\n        p = open(d)\n",
            "p",
            true,
        );
        check("    fd, p = tempfile.mkstemp()\n", "p", true);
    }

    #[test]
    fn what_others_have_too_is_not() {
        check("", "FOLDER", false);
        check("", "given", false);
        check("    self.d = tempfile.mkdtemp()\n", "self.d", false);
        check("    d = tempfile.mkdtemp()\n    self.d = d\n", "d", false);
        check(
            "    d = tempfile.mkdtemp()\n    given.append(d)\n",
            "d",
            false,
        );
        check("    d = tempfile.mkdtemp()\n    lambda: d\n", "d", false);
        check(
            "    d = tempfile.mkdtemp()\n    if given:\n        d = given\n",
            "d",
            false,
        );
    }
}
