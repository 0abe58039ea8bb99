//! Code → the lowest Python that can run it, as far as its syntax and what is evaluated on import say.
//!
//! A project may name an older one that no longer holds, or holds for another part of it.

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_stmt};
use ruff_python_ast::{Expr, Operator, Stmt, StmtFunctionDef};

use super::parse::Module;

/// Classes that are subscripted since 3.9 (<https://peps.python.org/pep-0585/>).
const GENERIC: [&str; 6] = ["dict", "frozenset", "list", "set", "tuple", "type"];

/// Others of the language itself: `|` joins them since 3.10 (<https://peps.python.org/pep-0604/>).
const PLAIN: [&str; 7] = ["bool", "bytes", "complex", "float", "int", "object", "str"];

/// Returns the lowest Python that can run the code of a file; `None`: nothing says more than 3.8.
pub fn least_python(module: &Module) -> Option<(u8, u8)> {
    let mut least = Least {
        found: None,
        is_evaluated: !module.statements().any(postpones),
    };
    for statement in module.statements() {
        least.visit_stmt(statement);
    }
    least.found
}

/// `from __future__ import annotations`: no annotation is evaluated.
fn postpones(statement: &Stmt) -> bool {
    let Stmt::ImportFrom(import) = statement else {
        return false;
    };
    let is_future = import.module.as_deref() == Some("__future__");
    is_future && import.names.iter().any(|it| &*it.name == "annotations")
}

struct Least {
    found: Option<(u8, u8)>,
    /// Whether an annotation here is evaluated on import, whatever else is.
    is_evaluated: bool,
}

impl Least {
    fn needs(&mut self, minor: u8) {
        self.found = self.found.max(Some((3, minor)));
    }

    fn annotation(&mut self, annotation: Option<&Expr>) {
        let Some(annotation) = annotation.filter(|_| self.is_evaluated) else {
            return;
        };
        match annotation {
            Expr::Subscript(it) => {
                if is_one_of(&it.value, &GENERIC) {
                    self.needs(9);
                }
                self.annotation(Some(&it.slice));
            }
            Expr::Tuple(it) => it.elts.iter().for_each(|it| self.annotation(Some(it))),
            Expr::BinOp(it) if it.op == Operator::BitOr => {
                let is_plain = |it: &Expr| is_one_of(it, &GENERIC) || is_one_of(it, &PLAIN);
                let (left, right) = (&*it.left, &*it.right);
                let joins = |one: &Expr, other: &Expr| {
                    is_plain(one) && (is_plain(other) || other.is_none_literal_expr())
                };
                if joins(left, right) || joins(right, left) {
                    self.needs(10);
                }
                self.annotation(Some(left));
                self.annotation(Some(right));
            }
            _ => {}
        }
    }

    fn header(&mut self, def: &StmtFunctionDef) {
        let parameters = def.parameters.iter();
        parameters.for_each(|it| self.annotation(it.annotation()));
        self.annotation(def.returns.as_deref());
    }
}

impl<'a> SourceOrderVisitor<'a> for Least {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let outer = self.is_evaluated;
        match statement {
            Stmt::Match(_) => self.needs(10),
            Stmt::Try(it) if it.is_star => self.needs(11),
            Stmt::TypeAlias(_) => self.needs(12),
            Stmt::ClassDef(it) if it.type_params.is_some() => self.needs(12),
            Stmt::FunctionDef(it) => {
                self.header(it);
                if it.type_params.is_some() {
                    self.needs(12);
                }
            }
            Stmt::AnnAssign(it) => self.annotation(Some(&it.annotation)),
            _ => {}
        }
        // The body of a class runs with the import; a branch, a handler or a def may not.
        self.is_evaluated &= statement.is_class_def_stmt();
        walk_stmt(self, statement);
        self.is_evaluated = outer;
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn is_one_of(expression: &Expr, names: &[&str]) -> bool {
    matches!(expression, Expr::Name(name) if names.contains(&name.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u8>) {
        let module = Module::parse_plain(text).expect("it parses");
        let found = least_python(&module).map(|(_, minor)| minor);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn syntax_says_so_wherever_it_stands() {
        check("def f(x):\n    match x:\n        case 1: pass\n", Some(10));
        check("try:\n    pass\nexcept* ValueError:\n    pass\n", Some(11));
        check("def f[T](x: T): pass\n", Some(12));
        check("match = 1\ntype = 2\n", None);
    }

    #[test]
    fn annotations_say_so_where_they_are_evaluated_on_import() {
        check("def f(x: list[int]): pass\n", Some(9));
        check("class A:\n    def f(self) -> int | None: pass\n", Some(10));
        check(
            "class A:\n    n: Optional[dict[str, int]] = None\n",
            Some(9),
        );
        check("x: 'int | None' = 1\n", None);
        check("x: A | None = 1\n", None);
        check("x: List[int] = []\n", None);
        check(
            "from __future__ import annotations\ndef f(x: list[int]): pass\n",
            None,
        );
        check("def f():\n    def g(x: list[int]): pass\n", None);
        check("if x:\n    def f(x: list[int]): pass\n", None);
    }
}
