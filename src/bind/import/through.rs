//! Through which import a file reaches a name at a place.

use std::cell::LazyCell;
use std::ops::Deref;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextSize;

use super::{Site, Spelling, first_segment};
use crate::bind::binding::{Binding, BindingId, ScopeId, import_meaning};
use crate::bind::flow::Reaching;
use crate::bind::imported::prefixes;
use crate::python::tree::NodeId;

impl<'a> Site<'_, 'a> {
    /// Spells a name through the first import that stands for what comes before its rest.
    pub(super) fn through(
        &self,
        qualified: &str,
        fits: impl Fn(&Binding<'_>, &str) -> bool,
    ) -> Option<Spelling> {
        let fits = &fits;
        let spelled = prefixes(qualified).flat_map(|meaning| {
            let rest = &qualified[meaning.len()..];
            let names = self.names.names_of(meaning);
            names.filter_map(move |name| {
                let owner = self.names.lookup(self.scope, name)?;
                if !self.names.always_means(owner, name, meaning) {
                    return None;
                }
                let mut ids = self.names.bindings_of(owner, name).iter().copied();
                let way = LazyCell::new(|| self.flow.reaching_in(owner, name, self.at));
                let stands = |id: &BindingId| {
                    let binding = self.names.binding(*id);
                    fits(binding, meaning)
                        && self.reaches(binding, meaning, &way)
                        && self.has_loaded(*id)
                };
                Some((ids.find(stands)?, name, rest))
            })
        });
        let (id, name, rest) = spelled.min_by_key(|(id, ..)| *id)?;
        Some(Spelling {
            text: format!("{name}{rest}"),
            needs: None,
            keeps: Some(id),
        })
    }

    fn reaches(
        &self,
        import: &Binding<'a>,
        meaning: &str,
        way: &impl Deref<Target = Reaching>,
    ) -> bool {
        let name = import.name;
        let mentioned = self.names.is_unknown_name(name) && name != first_segment(meaning);
        (!import.typing_only || self.names.in_annotation(self.at))
            && !mentioned
            && self.names.lookup(self.scope, name) == Some(import.scope)
            && self.names.always_means(import.scope, name, meaning)
            && (import.typing_only || self.runs_before(import, way))
            && !self.may_be_starred_over(import)
    }

    /// Returns whether the import has surely run when the site does; code that runs later (a function
    /// called some time) sees what holds at the end of the module.
    fn runs_before(&self, import: &Binding<'a>, way: &Reaching) -> bool {
        !way.overflow
            && !way.bindings.is_empty()
            && (!way.may_be_unbound || self.is_relied_on(import))
            && !self.comes_late(import)
    }

    /// Returns whether an import of the module binds the name, which may be too late for the site.
    pub(super) fn is_imported_late(&self, name: &str) -> bool {
        let mut imports = self.names.bindings_of(ScopeId::MODULE, name).iter();
        imports.any(|id| {
            let import = self.names.binding(*id);
            let tree = self.names.tree();
            tree.parent(import.statement) == NodeId::ROOT && self.comes_late(import)
        })
    }

    /// Returns whether an import below a function may not have run when it is called: the code in between uses the
    /// function, which needs nothing of the import itself.
    fn comes_late(&self, import: &Binding<'a>) -> bool {
        let tree = self.names.tree();
        let below = tree.range(import.statement).start();
        if below < tree.range(self.at).start() || import.scope != ScopeId::MODULE {
            return false;
        }
        let defs = tree
            .ancestors(self.at)
            .filter_map(|id| match tree.node(id) {
                AnyNodeRef::StmtFunctionDef(def) => Some((id, &def.name)),
                AnyNodeRef::StmtClassDef(class) => Some((id, &class.name)),
                _ => None,
            });
        let Some((def, name)) = defs.last() else {
            return false;
        };
        let end = tree.range(def).end();
        let in_between = |at: TextSize| at >= end && at < below;
        let mut uses = self.names.references_to(Some(ScopeId::MODULE), name);
        let is_used = uses.any(|it| in_between(tree.range(it.node).start()));
        let mut needs = self.names.references_to(Some(import.scope), import.name);
        is_used
            && !needs.any(|it| tree.contains(def, it.node) && !self.names.in_annotation(it.node))
    }

    /// Returns whether code outside the block of a conditional import uses it, or something else that
    /// is imported there, without a question.
    fn is_relied_on(&self, import: &Binding<'a>) -> bool {
        let tree = self.names.tree();
        let around = tree.statement(tree.parent(import.statement));
        let together = self.names.imports();
        let together = together.filter(|(_, other)| {
            import_meaning(other).is_some()
                && tree.parent(other.statement) == tree.parent(import.statement)
        });
        let mut references =
            together.flat_map(|(_, other)| self.names.references_to(Some(other.scope), other.name));
        references.any(|reference| {
            let guarded = around.is_some_and(|block| tree.contains(block, reference.node));
            !guarded && !self.names.in_annotation(reference.node)
        })
    }
}
