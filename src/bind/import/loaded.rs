//! Which modules the imports of a file load: a name that an import binds is not all that it does.

use super::{ImportStyle, Site};
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::block::BlockRole;
use crate::python::stdlib::is_standard;

impl Site<'_, '_> {
    /// Returns the module of a qualified name: what the file itself imports as one is one. Of the standard
    /// library the table knows them all.
    pub(super) fn module_of<'n>(&self, qualified: &'n str, style: &ImportStyle) -> &'n str {
        let known = style.module_of(qualified);
        if is_standard(qualified) {
            return known;
        }
        let imported = self.names.loaded_of(qualified);
        imported
            .filter(|it| it.len() > known.len())
            .unwrap_or(known)
    }

    /// Returns whether the module of an import is there: beside `import a` the name `a` is bound also
    /// where `import a.b` has not run.
    pub(super) fn has_loaded(&self, id: BindingId) -> bool {
        let import = self.names.binding(id);
        let is_alone = self.names.bindings_of(import.scope, import.name).len() == 1;
        let binds_package = matches!(import.kind, BindingKind::Import { qualified, module, .. } if qualified != module);
        if is_alone || !binds_package || import.typing_only {
            return true;
        }
        let tree = self.names.tree();
        let is_before = tree.range(import.node).end() <= tree.range(self.at).start();
        let block = self.flow.blocks().block_of(import.statement);
        let always_runs = block
            .is_some_and(|block| matches!(block.role, BlockRole::Module | BlockRole::Function));
        let reaching = self.flow.reaching_in(import.scope, import.name, self.at);
        (is_before && always_runs) || reaching.only() == Some(id)
    }
}
