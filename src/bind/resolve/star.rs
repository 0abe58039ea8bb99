//! A name that star imports may bind → what it means, or may mean.

use ruff_python_ast::ExprName;

use super::{Meaning, Resolver, Why, maybe, unknown};
use crate::bind::binding::{BindingId, BindingKind, from_module, of_module};

impl<'a> Resolver<'a> {
    /// A name that a star import may bind; one before it may have bound the name already.
    pub(super) fn starred(
        &self,
        name: &ExprName,
        before: &[BindingId],
        last: BindingId,
        meanings: Vec<Meaning>,
    ) -> Meaning {
        let known = meanings.into_iter().find_map(maybe);
        if known.is_none()
            && let Some(bound) = self.bound_by_star(name, last)
        {
            return Meaning::Qualified(bound);
        }
        let Some(module) = self.star_module(last) else {
            return unknown(Why::Computed, known);
        };
        let mut before = before.iter().rev();
        let bound = known.or_else(|| before.find_map(|star| self.bound_by_star(name, *star)));
        let maybe = bound.unwrap_or_else(|| of_module(&module, &name.id));
        let name = name.id.to_string();
        unknown(Why::StarImport { name, module }, Some(maybe))
    }

    /// The module of a star import, as it is written.
    fn star_module(&self, star: BindingId) -> Option<String> {
        match self.flow.names().binding(star).kind {
            BindingKind::StarImport { import } => Some(from_module(import)),
            _ => None,
        }
    }

    /// What a name means that a star import is known to bind.
    fn bound_by_star(&self, name: &ExprName, star: BindingId) -> Option<String> {
        let bound = self.flow.names().star_binds(star, &name.id)?;
        let own = || Some(of_module(&self.star_module(star)?, &name.id));
        bound.outside.clone().or_else(own)
    }
}
