//! `import a.b`, where nothing uses `a.b` any more but `a` is still used → `import a`.

use ruff_python_ast::{AnyNodeRef, ExprContext, ExprRef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::Droppable;
use crate::bind::binding::{Binding, BindingId, BindingKind, ScopeId};
use crate::bind::import::ImportNeed;
use crate::python::tree::NodeId;

/// What becomes of the names that imports of submodules bind.
#[derive(Debug, Clone, Copy)]
pub struct Left<'l> {
    /// Names as new text spells them: `lib.other.new`.
    pub spelled: &'l [&'l str],
    /// Imports that new text relies on.
    pub kept: &'l FxHashSet<BindingId>,
    /// Imports that go anyway.
    pub dropped: &'l [BindingId],
}

impl<'a> Droppable<'_, 'a> {
    /// Returns the imports of submodules that nothing needs any more, though their package is used, and the
    /// imports of the packages that are missing then.
    pub fn submodules(
        &self,
        released: &dyn Fn(NodeId) -> bool,
        left: Left<'_>,
    ) -> (Vec<BindingId>, Vec<ImportNeed>) {
        let is_going = |(id, import): &(BindingId, &Binding<'a>)| {
            !left.dropped.contains(id)
                && self.is_stale(*id, import, released, left)
                && self.is_package_used(import, released, left)
        };
        let stale: Vec<BindingId> = self
            .names
            .imports()
            .filter(is_going)
            .map(|it| it.0)
            .collect();
        let goes = |id: BindingId| left.dropped.contains(&id) || stale.contains(&id);
        let (mut going, mut needs) = (Vec::new(), Vec::new());
        for &id in &stale {
            let import = self.names.binding(id);
            if !self.binds_package_else(import, &goes) {
                if import.scope != ScopeId::MODULE {
                    continue;
                }
                needs.push(ImportNeed {
                    module: import.name.to_owned(),
                    member: None,
                    bound_as: import.name.to_owned(),
                    site: self.names.tree().range(import.statement).start(),
                });
            }
            going.push(id);
        }
        (going, needs)
    }

    /// Returns whether the uses of a submodule go, all of them, and the others surely need the package alone.
    fn is_stale(
        &self,
        id: BindingId,
        import: &Binding<'a>,
        released: &dyn Fn(NodeId) -> bool,
        left: Left<'_>,
    ) -> bool {
        let Some(submodule) = submodule(import) else {
            return false;
        };
        let uses = || self.names.references_to(Some(import.scope), import.name);
        let is_of_it = |used: NodeId| self.attribute_of(used) == Some(submodule);
        let is_spelled = |it: &&str| {
            let rest = it
                .strip_prefix(import.name)
                .and_then(|it| it.strip_prefix('.'));
            rest.is_some_and(|rest| rest.split('.').next() == Some(submodule))
        };
        self.is_plain_import(import)
            && uses().any(|it| is_of_it(it.node) && released(it.node))
            && uses().all(|it| released(it.node) || self.needs_package_alone(id, it.node))
            && !left.spelled.iter().any(is_spelled)
            && !self.loads_for_another(import, released)
            && self.names.quoted_uses(import.name).is_empty()
            && !self.names.is_unknown_name(import.name)
            && (import.scope != ScopeId::MODULE || !self.is_seen_from_outside(import))
    }

    /// `lib.f()`, `lib.Error`, or what another import of a submodule brings: no submodule that this one may load.
    fn needs_package_alone(&self, id: BindingId, used: NodeId) -> bool {
        let tree = self.names.tree();
        let Some(attribute) = self.attribute_of(used) else {
            return false;
        };
        let import = self.names.binding(id);
        if submodule(import) == Some(attribute) {
            return false;
        }
        let others = self.names.bindings_of(import.scope, import.name).iter();
        let mut others = others.filter(|other| **other != id);
        let parent = tree.parent(used);
        let is_called = matches!(tree.parent_node(parent),
            AnyNodeRef::ExprCall(call) if call.func.range() == tree.range(parent));
        is_called
            || attribute.starts_with(char::is_uppercase)
            || others.any(|other| submodule(self.names.binding(*other)) == Some(attribute))
    }

    fn is_package_used(
        &self,
        import: &Binding<'a>,
        released: &dyn Fn(NodeId) -> bool,
        left: Left<'_>,
    ) -> bool {
        let mut uses = self.names.references_to(Some(import.scope), import.name);
        let mut same = self.names.bindings_of(import.scope, import.name).iter();
        uses.any(|it| !released(it.node)) || same.any(|it| left.kept.contains(it))
    }

    /// Returns whether an import that stays binds the package before anything uses it.
    fn binds_package_else(&self, import: &Binding<'a>, goes: &dyn Fn(BindingId) -> bool) -> bool {
        let tree = self.names.tree();
        let end_of = |other: &Binding<'_>| tree.range(other.statement).end();
        let mut others = self.names.bindings_of(import.scope, import.name).iter();
        others.any(|other| {
            let (at, other) = (*other, self.names.binding(*other));
            let mut uses = self.names.references_to(Some(import.scope), import.name);
            !goes(at)
                && matches!(other.kind, BindingKind::Import { aliased: false, .. })
                && self.is_plain_import(other)
                && uses.all(|it| tree.range(it.node).start() > end_of(other))
        })
    }

    /// `lib.sub`: `sub`.
    fn attribute_of(&self, used: NodeId) -> Option<&'a str> {
        match self.names.tree().parent_node(used).as_expr_ref()? {
            ExprRef::Attribute(it) if it.ctx == ExprContext::Load => Some(it.attr.as_str()),
            _ => None,
        }
    }
}

/// The first module below the package that an import binds: of `import a.b.c` it is `b`.
fn submodule<'a>(import: &Binding<'a>) -> Option<&'a str> {
    match import.kind {
        BindingKind::Import {
            module,
            aliased: false,
            ..
        } => module.split('.').nth(1),
        _ => None,
    }
}
