//! What a def makes of a function that it decorates, and what it gives.

use ruff_python_ast::StmtFunctionDef;

use super::{Named, Reader};

impl<'a> Reader<'_, 'a> {
    /// Returns the decorators that may make something else of a def, and whether each is called first.
    pub(super) fn wrappers(&self, function: &'a StmtFunctionDef) -> Vec<(Named, bool)> {
        let wrappers = self.resolver.wrappers(function).into_iter();
        wrappers
            .map(|(it, is_called)| (self.named(it), is_called))
            .collect()
    }

    /// Returns what a def calls to make the object that it gives.
    pub(super) fn makers(&self, function: &'a StmtFunctionDef) -> Option<Vec<Named>> {
        let makers = self.resolver.makers_of_result(function)?.into_iter();
        Some(makers.map(|it| self.named(it)).collect())
    }
}
