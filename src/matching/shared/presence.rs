//! Does a test only ask whether the caller gave an object? No other task changes the answer.

use ruff_python_ast::{AnyNodeRef, CmpOp, UnaryOp};

use super::changed::is_mutated;
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
use crate::python::tree::NodeId;

/// Returns whether a use of a parameter asks whether it is None, or is true, in a function that takes it for an object
/// without items: it only tests it, and takes attributes of it.
pub(super) fn is_presence_test(subject: &Subject, object: NodeId) -> bool {
    let AnyNodeRef::ExprName(name) = subject.tree.node(object) else {
        return false;
    };
    let is_test = match test(subject, object) {
        Some(Test::IsNone) => true,
        Some(Test::IsTrue) => has_no_items(subject, object, &name.id),
        None => false,
    };
    is_test && is_parameter(subject, name.into())
}

enum Test {
    IsNone,
    IsTrue,
}

fn test(subject: &Subject, object: NodeId) -> Option<Test> {
    let tree = subject.tree;
    let is_object = |test| tree.id(test) == object;
    match tree.parent_node(object) {
        AnyNodeRef::ExprCompare(it) => {
            let is_none = matches!(*it.ops, [CmpOp::Is | CmpOp::IsNot])
                && it.comparators[0].is_none_literal_expr();
            is_none.then_some(Test::IsNone)
        }
        AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) | AnyNodeRef::ExprBoolOp(_) => {
            Some(Test::IsTrue)
        }
        AnyNodeRef::ExprIf(it) => is_object(&*it.test).then_some(Test::IsTrue),
        AnyNodeRef::ExprUnaryOp(it) => (it.op == UnaryOp::Not).then_some(Test::IsTrue),
        _ => None,
    }
}

/// An empty container is not true either, and other tasks may fill it.
fn has_no_items(subject: &Subject, object: NodeId, name: &str) -> bool {
    let Some(function) = subject.context.enclosing_function(object) else {
        return false;
    };
    let of_function = subject.names.references_in(&subject.tree.span(function));
    let mut uses = of_function.iter().filter(|it| it.name == name);
    uses.all(|it| match subject.tree.parent_node(it.node) {
        AnyNodeRef::ExprAttribute(_) => !is_mutated(subject, it.node),
        _ => test(subject, it.node).is_some(),
    })
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn a_test_whether_an_object_was_given_is_no_question_to_it() {
        for (test, end, is_asked) in [
            ("if x:", "x.put(1)", false),
            ("if x is not None:", "x.put(1)", false),
            ("if not x:", "x.put(1)", false),
            ("if x and n:", "x.put(1)", false),
            ("if x.open:", "x.put(1)", true),
            ("if x:", "x.put(x[0])", true),
            ("if x:", "x.put(len(x))", true),
            ("if self.x:", "self.x.put(1)", true),
        ] {
            let text = format!(
                "class A:\n    async def f(self, x, n):\n        {test}\n            n = 2\n        g(2)\n        {end}\n"
            );
            let expected: &[usize] = if is_asked { &[2] } else { &[] };
            check_condition("g($at)", "across: tested-then-called", &text, expected);
        }
    }
}
