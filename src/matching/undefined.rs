//! A name → whether it is sure that nothing binds it: Python raises a NameError there.

use ruff_python_ast::ExprRef;

use super::subject::Subject;
use crate::python::stdlib::{BINDS_BY_TEXT, is_builtin};
use crate::recipe::condition::ANY_NAME;

/// Returns whether an expression is one of the names, and nothing binds that. What may come from a star
/// import, a magic or text that is executed is not undefined; nor is a name under a condition.
pub(super) fn is_undefined(subject: &Subject, names: &[String], expression: ExprRef) -> bool {
    let ExprRef::Name(name) = expression else {
        return false;
    };
    let (name, bindings) = (name.id.as_str(), subject.names);
    if !names.iter().any(|it| it == name || it == ANY_NAME) {
        return false;
    }
    let node = subject.tree.id(expression);
    let is_bound = bindings.lookup(bindings.scope_of(node), name).is_some();
    // An annotation need not be evaluated.
    let is_code = !bindings.in_annotation(node) && !is_builtin(name, bindings.is_notebook());
    is_code && !is_bound && !may_come_unseen(subject, name)
}

fn may_come_unseen(subject: &Subject, name: &str) -> bool {
    let is_used =
        |builtin: &'static str| subject.names.references_to(None, builtin).next().is_some();
    let mut stars = subject.names.star_imports().iter();
    stars.any(|star| subject.names.star_may_bind(*star, name))
        || subject.is_mentioned(name)
        || !subject.module.magics().is_empty()
        || BINDS_BY_TEXT.into_iter().any(is_used)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, lines: &[usize]) {
        check_condition("$x.$_($at)", "$x: {undefined: tool}", text, lines);
    }

    #[test]
    fn what_nothing_binds_is_undefined() {
        check("tool.run(1)\nother.run(2)\n", &[1]);
        check("async def f():\n    await tool.sleep(2)\n", &[2]);
        check(
            "def g():\n    import tool\ndef f():\n    tool.run(4)\n",
            &[4],
        );
        check(
            "class A:\n    import tool\n    def f(self):\n        tool.run(4)\n",
            &[4],
        );
    }

    #[test]
    fn what_may_be_bound_is_not() {
        for text in [
            "import tool\ntool.run(1)\n",
            "try:\n    import tool\nexcept ImportError:\n    pass\ntool.run(1)\n",
            "if TYPE_CHECKING:\n    import tool\ntool.run(1)\n",
            "import tool.sub\ntool.run(1)\n",
            "def g():\n    global tool\n    tool = 1\ndef f():\n    tool.run(1)\n",
            "def f(tool):\n    tool.run(1)\n",
            "from somewhere import *\ntool.run(1)\n",
            "globals()['tool'] = 1\ntool.run(1)\n",
            "exec(text)\ntool.run(1)\n",
            "def f(x: tool.T(1)): pass\n",
        ] {
            check(text, &[]);
        }
    }
}
