//! Syntax tree → the places where an `await` does not compile (law 2).
//!
//! Written apart from the engine's own verifier, after the language reference: what the engine
//! believes about execution contexts must not be what checks it.

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, walk_annotation, walk_expr, walk_stmt,
};
use ruff_python_ast::{Comprehension, Expr, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::syntax::Form;

/// Returns where `await`, `async for` or `async with` stands outside of a coroutine (in a notebook:
/// and outside of a cell's top level).
pub(crate) fn illegal_awaits(module: &ModModule, form: Form) -> Vec<TextRange> {
    let mut awaits = Awaits {
        allowed: form.awaits_at_top(),
        illegal: Vec::new(),
    };
    for statement in &module.body {
        awaits.visit_stmt(statement);
    }
    awaits.illegal
}

struct Awaits {
    allowed: bool,
    illegal: Vec<TextRange>,
}

impl Awaits {
    fn with(&mut self, allowed: bool, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.allowed, allowed);
        visit(self);
        self.allowed = outer;
    }

    fn need(&mut self, is_async: bool, range: TextRange) {
        if is_async && !self.allowed {
            self.illegal.push(range);
        }
    }

    /// The first iterable runs in the place around the comprehension, the rest in its own.
    fn comprehension<'a>(
        &mut self,
        generators: &'a [Comprehension],
        elements: &[&'a Expr],
        lazy: bool,
    ) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.with(self.allowed && !lazy, |inner| {
            for element in elements {
                inner.visit_expr(element);
            }
            for (idx, generator) in generators.iter().enumerate() {
                // A generator expression with `async for` compiles anywhere.
                inner.need(generator.is_async && !lazy, generator.range());
                inner.visit_expr(&generator.target);
                if idx > 0 {
                    inner.visit_expr(&generator.iter);
                }
                for condition in &generator.ifs {
                    inner.visit_expr(condition);
                }
            }
        });
    }
}

impl<'a> SourceOrderVisitor<'a> for Awaits {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                for decorator in &def.decorator_list {
                    self.visit_decorator(decorator);
                }
                self.visit_parameters(&def.parameters);
                if let Some(returns) = &def.returns {
                    self.visit_annotation(returns);
                }
                self.with(def.is_async, |body| body.visit_body(&def.body));
            }
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.with(false, |body| body.visit_body(&class.body));
            }
            Stmt::For(each) => {
                self.need(each.is_async, each.range());
                walk_stmt(self, statement);
            }
            Stmt::With(with) => {
                self.need(with.is_async, with.range());
                walk_stmt(self, statement);
            }
            _ => walk_stmt(self, statement),
        }
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        self.with(false, |inner| walk_annotation(inner, annotation));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(_) => {
                self.need(true, expr.range());
                walk_expr(self, expr);
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.with(false, |body| body.visit_expr(&lambda.body));
            }
            Expr::ListComp(list) => {
                self.comprehension(&list.generators, &[&list.elt], false);
            }
            Expr::SetComp(set) => {
                self.comprehension(&set.generators, &[&set.elt], false);
            }
            Expr::DictComp(dict) => {
                let elements: Vec<&Expr> = dict
                    .key
                    .iter()
                    .map(|key| &**key)
                    .chain([&*dict.value])
                    .collect();
                self.comprehension(&dict.generators, &elements, false);
            }
            // A generator with `await` is an async generator: what goes over it would break.
            Expr::Generator(generator) => {
                self.comprehension(&generator.generators, &[&generator.elt], true);
            }
            _ => walk_expr(self, expr),
        }
    }
}
