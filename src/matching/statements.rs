//! Statement patterns × statements.

use ruff_python_ast::{
    AnyNodeRef, ExceptHandler, Expr, ExprRef, Stmt, StmtAnnAssign, StmtAssign, StmtIf, StmtImport,
    StmtTry, WithItem,
};

use super::capture::Captured;
use super::unify::Unifier;
use crate::bind::scope::from_module;
use crate::recipe::pattern::{Arity, metavariable};

impl<'r, 'a> Unifier<'r, 'a, '_> {
    /// `whole`: the bodies are compared too; otherwise the pattern is a header.
    pub(super) fn statement(
        &mut self,
        pattern: &'r Stmt,
        node: AnyNodeRef<'a>,
        whole: bool,
    ) -> bool {
        match (pattern, node) {
            (Stmt::If(pattern), AnyNodeRef::StmtIf(node)) => {
                self.if_statement(pattern, node, whole)
            }
            (Stmt::Try(pattern), AnyNodeRef::StmtTry(node)) => {
                whole && self.try_statement(pattern, node)
            }
            (Stmt::While(pattern), AnyNodeRef::StmtWhile(node)) => {
                self.expression(&pattern.test, ExprRef::from(&node.test))
                    && (!whole
                        || self.loop_body(
                            [&pattern.body, &pattern.orelse],
                            [&node.body, &node.orelse],
                        ))
            }
            (Stmt::For(pattern), AnyNodeRef::StmtFor(node)) => {
                pattern.is_async == node.is_async
                    && self.expression(&pattern.target, ExprRef::from(&node.target))
                    && self.expression(&pattern.iter, ExprRef::from(&node.iter))
                    && (!whole
                        || self.loop_body(
                            [&pattern.body, &pattern.orelse],
                            [&node.body, &node.orelse],
                        ))
            }
            (Stmt::With(pattern), AnyNodeRef::StmtWith(node)) => {
                pattern.is_async == node.is_async
                    && self.with_items(&pattern.items, &node.items)
                    && (!whole || self.body(&pattern.body, &node.body))
            }
            _ => self.simple_statement(pattern, node),
        }
    }

    /// `import m` fits what is imported of the module `m`, under any name: it is an `Alias` of an
    /// import, or a member of a from-import.
    pub(super) fn imports(&mut self, pattern: &StmtImport, node: AnyNodeRef<'a>) -> bool {
        let [wanted] = pattern.names.as_slice() else {
            return false;
        };
        let (AnyNodeRef::Alias(alias), tree) = (node, self.subject.tree) else {
            return false;
        };
        let module = match tree.parent_node(tree.id(alias)) {
            AnyNodeRef::StmtImportFrom(import) => from_module(import),
            _ => alias.name.to_string(),
        };
        let rest = module.strip_prefix(wanted.name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Returns whether a statement imports what the pattern does, and nothing else.
    fn import_statement(&mut self, pattern: &StmtImport, node: AnyNodeRef<'a>) -> bool {
        let names = match node {
            AnyNodeRef::StmtImport(node) => &node.names,
            AnyNodeRef::StmtImportFrom(node) => &node.names,
            _ => return false,
        };
        names
            .iter()
            .all(|alias| self.imports(pattern, alias.into()))
    }

    /// Statements that hold no others.
    fn simple_statement(&mut self, pattern: &'r Stmt, node: AnyNodeRef<'a>) -> bool {
        match (pattern, node) {
            (Stmt::Expr(pattern), AnyNodeRef::StmtExpr(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Stmt::Pass(_), AnyNodeRef::StmtPass(_))
            | (Stmt::Break(_), AnyNodeRef::StmtBreak(_))
            | (Stmt::Continue(_), AnyNodeRef::StmtContinue(_)) => true,
            (Stmt::Import(pattern), node) => self.import_statement(pattern, node),
            (Stmt::Delete(pattern), AnyNodeRef::StmtDelete(node)) => {
                self.elements(&pattern.targets, &node.targets)
            }
            (Stmt::Return(pattern), AnyNodeRef::StmtReturn(node)) => {
                self.optional(pattern.value.as_deref(), node.value.as_deref())
            }
            (Stmt::Raise(pattern), AnyNodeRef::StmtRaise(node)) => {
                self.optional(pattern.exc.as_deref(), node.exc.as_deref())
                    && self.optional(pattern.cause.as_deref(), node.cause.as_deref())
            }
            (Stmt::Assign(pattern), AnyNodeRef::StmtAssign(node)) => {
                self.elements(&pattern.targets, &node.targets)
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Stmt::Assign(pattern), AnyNodeRef::StmtAnnAssign(node)) => {
                self.annotated_assignment(pattern, node)
            }
            _ => false,
        }
    }

    /// `x = v` fits `x: T = v`, too.
    fn annotated_assignment(&mut self, pattern: &'r StmtAssign, node: &'a StmtAnnAssign) -> bool {
        let ([target], Some(value)) = (pattern.targets.as_slice(), node.value.as_deref()) else {
            return false;
        };
        self.expression(target, ExprRef::from(&node.target))
            && self.expression(&pattern.value, ExprRef::from(value))
    }

    /// The body of a loop and its `else`.
    fn loop_body(&mut self, patterns: [&'r [Stmt]; 2], nodes: [&'a [Stmt]; 2]) -> bool {
        let mut bodies = patterns.into_iter().zip(nodes);
        bodies.all(|(pattern, node)| self.body(pattern, node))
    }

    fn optional(&mut self, pattern: Option<&'r Expr>, node: Option<&'a Expr>) -> bool {
        match (pattern, node) {
            (None, None) => true,
            (Some(pattern), Some(node)) => self.expression(pattern, ExprRef::from(node)),
            _ => false,
        }
    }

    /// Statements of a block; `$...body` takes the rest.
    fn body(&mut self, patterns: &'r [Stmt], nodes: &'a [Stmt]) -> bool {
        match patterns {
            [] => nodes.is_empty(),
            [first, others @ ..] => {
                if let Some(name) = body_variable(first) {
                    return others.is_empty() && self.capture(name, Captured::Body(nodes));
                }
                nodes.split_first().is_some_and(|(node, nodes)| {
                    self.statement(first, AnyNodeRef::from(node), true) && self.body(others, nodes)
                })
            }
        }
    }

    /// An `if` without `else`, in pattern and code, unless the pattern is a header.
    fn if_statement(&mut self, pattern: &'r StmtIf, node: &'a StmtIf, whole: bool) -> bool {
        self.expression(&pattern.test, ExprRef::from(&node.test))
            && (!whole
                || (pattern.elif_else_clauses.is_empty()
                    && node.elif_else_clauses.is_empty()
                    && self.body(&pattern.body, &node.body)))
    }

    fn try_statement(&mut self, pattern: &'r StmtTry, node: &'a StmtTry) -> bool {
        pattern.is_star == node.is_star
            && pattern.handlers.len() == node.handlers.len()
            && self.body(&pattern.body, &node.body)
            && (pattern.handlers.iter().zip(&node.handlers))
                .all(|(pattern, node)| self.handler(pattern, node))
            && self.body(&pattern.orelse, &node.orelse)
            && self.body(&pattern.finalbody, &node.finalbody)
    }

    fn handler(&mut self, pattern: &'r ExceptHandler, node: &'a ExceptHandler) -> bool {
        let ExceptHandler::ExceptHandler(pattern) = pattern;
        let ExceptHandler::ExceptHandler(node) = node;
        self.optional(pattern.type_.as_deref(), node.type_.as_deref())
            && match (&pattern.name, &node.name) {
                (Some(name), Some(given)) => self.identifier(&name.id, given),
                (None, None) => true,
                _ => false,
            }
            && self.body(&pattern.body, &node.body)
    }

    fn with_items(&mut self, patterns: &'r [WithItem], nodes: &'a [WithItem]) -> bool {
        patterns.len() == nodes.len()
            && patterns.iter().zip(nodes).all(|(pattern, node)| {
                self.expression(&pattern.context_expr, ExprRef::from(&node.context_expr))
                    && self.optional(
                        pattern.optional_vars.as_deref(),
                        node.optional_vars.as_deref(),
                    )
            })
    }
}

fn body_variable(statement: &Stmt) -> Option<&str> {
    let Stmt::Expr(statement) = statement else {
        return None;
    };
    let Expr::Name(name) = statement.value.as_ref() else {
        return None;
    };
    metavariable(&name.id)
        .filter(|variable| variable.arity == Arity::Body)
        .map(|variable| variable.name)
}
