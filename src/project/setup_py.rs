//! `setup.py` → what it gives to `setup`, as far as that is written down: nothing is run.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, Operator, PythonVersion, Stmt};

use crate::python::parse::Module;
use crate::python::tree::Tree;
use crate::source::SourceFile;

/// Steps from a name to its value; a setup.py that needs more computes.
const STEPS: usize = 4;

/// Returns the value of an argument of `setup`, however it gets there: a keyword, an entry of a
/// dictionary, a name for either. `None` where it is not there or computed.
pub(super) fn argument(text: &str, name: &str) -> Option<String> {
    if !text.contains(name) {
        return None;
    }
    let source = SourceFile::from_text(Path::new("setup.py"), text).ok()?;
    let module = Module::parse(&source, PythonVersion::latest()).ok()?;
    let tree = Tree::build(&module);
    let is_name = |key: Option<&Expr>| text_of(key, &module, 0).as_deref() == Some(name);
    tree.ids().find_map(|id| match tree.node(id) {
        AnyNodeRef::Keyword(keyword) => {
            let named = keyword.arg.as_ref()?.as_str() == name;
            text_of(named.then_some(&keyword.value), &module, 0)
        }
        AnyNodeRef::ExprDict(dict) => {
            let item = dict.items.iter().find(|item| is_name(item.key.as_ref()))?;
            text_of(Some(&item.value), &module, 0)
        }
        AnyNodeRef::StmtAssign(assign) => {
            let mut slots = assign.targets.iter().filter_map(Expr::as_subscript_expr);
            let is_slot = slots.any(|slot| is_name(Some(&slot.slice)));
            text_of(is_slot.then_some(&*assign.value), &module, 0)
        }
        _ => None,
    })
}

/// Returns the text that an expression always is.
fn text_of(expression: Option<&Expr>, module: &Module, step: usize) -> Option<String> {
    match expression? {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        Expr::BinOp(sum) if sum.op == Operator::Add && step < STEPS => {
            let left = text_of(Some(&sum.left), module, step + 1)?;
            Some(left + &text_of(Some(&sum.right), module, step + 1)?)
        }
        Expr::Name(name) if step < STEPS => {
            text_of(only_value(module, name.id.as_str()), module, step + 1)
        }
        _ => None,
    }
}

/// Returns what the module assigns to a name, if it does so once.
fn only_value<'m>(module: &'m Module, name: &str) -> Option<&'m Expr> {
    let is_name = |target: &Expr| {
        target
            .as_name_expr()
            .is_some_and(|it| it.id.as_str() == name)
    };
    let mut values = module.statements().filter_map(|statement| match statement {
        Stmt::Assign(assign) if assign.targets.iter().any(is_name) => Some(&*assign.value),
        Stmt::AnnAssign(assign) if is_name(&assign.target) => assign.value.as_deref(),
        _ => None,
    });
    values.next().filter(|_| values.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(
            argument(text, "python_requires").as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn the_argument_is_found_in_any_form() {
        for text in [
            "setup(python_requires='>=3.6')",
            "setuptools.setup(name='a', python_requires=('>=' '3.6'),)",
            "REQUIRED = '>=3.6'\nsetup(python_requires=REQUIRED)",
            "LOW: str = '3.6'\nsetup(python_requires='>=' + LOW)",
            "about = {'name': 'a', 'python_requires': '>=3.6'}\nsetup(**about)",
            "kw = {}\nif True:\n    kw['python_requires'] = '>=3.6'\nsetup(**kw)",
            "setup(**dict(python_requires='>=3.6'))",
            "KEY = 'python_requires'\nsetup(**{KEY: '>=3.6'})",
        ] {
            check(text, Some(">=3.6"));
        }
    }

    #[test]
    fn what_is_computed_is_not_known() {
        for text in [
            "setup(python_requires=read('python.txt'))",
            "low = '3.6'\nlow = '3.7'\nsetup(python_requires='>=' + low)",
            "a = a\nsetup(python_requires=a)",
            "# python_requires\nsetup()",
            "print 'python_requires'",
        ] {
            check(text, None);
        }
    }
}
