//! The metavariables of a pattern that stand for an expression.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Stmt};

use crate::recipe::pattern::{Arity, Pattern, Root, metavariable};

/// Names without `$`.
#[derive(Default)]
pub(super) struct Variables<'r>(Vec<&'r str>);

impl<'r> Visitor<'r> for Variables<'r> {
    fn visit_expr(&mut self, expression: &'r Expr) {
        if let Expr::Name(name) = expression {
            let variable = metavariable(&name.id).filter(|it| it.arity == Arity::One);
            self.0.extend(variable.map(|it| it.name));
        }
        walk_expr(self, expression);
    }
}

impl<'r> Variables<'r> {
    /// Lists those of a statement.
    pub(super) fn of_statement(statement: &'r Stmt) -> Self {
        let mut found = Self::default();
        found.visit_stmt(statement);
        found
    }

    /// Lists those that stand in the node at which a pattern begins: of several statements, in the first.
    pub(super) fn of(pattern: &'r Pattern) -> Self {
        let mut found = Self::default();
        match &pattern.root {
            Root::Expression(root) => found.visit_expr(root),
            Root::Statements(statements) => statements
                .iter()
                .take(1)
                .for_each(|it| found.visit_stmt(it)),
            Root::Header(header) => found.visit_stmt(header),
            Root::Magic(_) | Root::Dependency(_) | Root::Decorator(_) => {}
        }
        found
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'r str> + '_ {
        self.0.iter().copied()
    }
}
