//! What Python refuses though it parses: two parameters of one name, a `return` outside of a function.

use std::cell::RefCell;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, PythonVersion, Stmt};
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
};
use ruff_text_size::TextRange;

use crate::bind::block::BlockRole;
use crate::bind::context::{Context, FrameKind};
use crate::matching::subject::Subject;
use crate::plan::law::BrokenLaw;
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::source::SourceFile;

/// Nothing is refused in the new text that was not in the old one.
pub(super) fn check(
    subject: &Subject,
    module: &Module,
    tree: &Tree,
    context: Context,
    after: &SourceFile,
) -> Result<(), BrokenLaw> {
    let new = refused(subject, module, tree, context, after.text());
    if new.is_empty() {
        return Ok(());
    }
    let old = refused(
        subject,
        subject.module,
        subject.tree,
        subject.context,
        subject.text(),
    );
    let is_new = |it: &&SemanticSyntaxError| old.iter().all(|old| old.kind != it.kind);
    match new.iter().find(is_new).or(new.last()) {
        Some(error) if new.len() > old.len() => Err(BrokenLaw::Refused {
            message: error.to_string(),
            line: after.position(error.range.start()).line,
        }),
        _ => Ok(()),
    }
}

fn refused(
    subject: &Subject,
    module: &Module,
    tree: &Tree,
    context: Context,
    text: &str,
) -> Vec<SemanticSyntaxError> {
    let (major, minor) = subject.target.version;
    let mut walk = Walk {
        checker: SemanticSyntaxChecker::new(),
        tree,
        at: At {
            node: NodeId::ROOT,
            context,
            text,
            version: PythonVersion { major, minor },
            runs_by_cell: subject.nature.runs_by_cell(),
            found: RefCell::default(),
        },
    };
    for statement in module.statements() {
        walk.visit_stmt(statement);
    }
    walk.at.found.into_inner()
}

struct Walk<'w, 't, 'a> {
    checker: SemanticSyntaxChecker,
    tree: &'w Tree<'t>,
    at: At<'w, 'a>,
}

impl<'v> SourceOrderVisitor<'v> for Walk<'_, '_, '_> {
    fn visit_stmt(&mut self, statement: &'v Stmt) {
        self.at.node = self.tree.id(statement);
        self.checker.visit_stmt(statement, &self.at);
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'v Expr) {
        self.at.node = self.tree.id(expression);
        self.checker.visit_expr(expression, &self.at);
        walk_expr(self, expression);
    }
}

/// A place, as the checker asks about it. What the other checks look at is said to be right.
struct At<'w, 'a> {
    node: NodeId,
    context: Context<'a>,
    text: &'w str,
    version: PythonVersion,
    runs_by_cell: bool,
    found: RefCell<Vec<SemanticSyntaxError>>,
}

impl At<'_, '_> {
    fn frame(&self) -> Option<FrameKind> {
        self.context.frames(self.node).next().map(|it| it.kind)
    }
}

impl SemanticSyntaxContext for At<'_, '_> {
    fn future_annotations_or_stub(&self) -> bool {
        false
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None
    }

    fn python_version(&self) -> PythonVersion {
        self.version
    }

    fn source(&self) -> &str {
        self.text
    }

    fn global(&self, _name: &str) -> Option<TextRange> {
        None
    }

    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn in_async_context(&self) -> bool {
        matches!(self.frame(), Some(FrameKind::Function { is_async: true }))
    }

    fn in_await_allowed_context(&self) -> bool {
        true
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(
            self.frame(),
            Some(FrameKind::Function { .. } | FrameKind::Lambda)
        )
    }

    fn in_sync_comprehension(&self) -> bool {
        false
    }

    fn in_class_body_comprehension(&self) -> bool {
        false
    }

    fn in_module_scope(&self) -> bool {
        self.frame() == Some(FrameKind::Module)
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.frame(), Some(FrameKind::Function { .. }))
    }

    fn in_generator_context(&self) -> bool {
        self.frame() == Some(FrameKind::Generator)
    }

    fn in_notebook(&self) -> bool {
        self.runs_by_cell
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        self.found.borrow_mut().push(error);
    }

    fn in_loop_context(&self) -> bool {
        let mut around = self.context.enclosing_statements(self.node);
        around.any(|it| it.role == BlockRole::Loop)
    }

    fn is_bound_parameter(&self, _name: &str) -> bool {
        false
    }
}
