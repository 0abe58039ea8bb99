//! A dotted name of a pattern × code → does it mean that?

use ruff_python_ast::{Expr, ExprAttribute, ExprName, ExprRef};
use ruff_text_size::Ranged;

use super::Unifier;
use crate::bind::resolve::Meaning;
use crate::matching::capture::Captured;
use crate::recipe::pattern::{is_dotted, last_name, metavariable, spells};

impl<'r, 'a> Unifier<'r, 'a, '_> {
    /// A qualified name fits what means it; where that is not certain, the fit is not either.
    pub(super) fn name(&mut self, qualified: &Expr, node: ExprRef<'a>) -> bool {
        let resolver = self.subject.resolver;
        if let ExprRef::Attribute(found) = node
            && last_name(qualified) != Some(&found.attr)
            && resolver.keeps_last_part(&found.attr)
        {
            return false;
        }
        // What a module of the project hands out is that module's own, whatever it is today.
        let meaning = resolver.shared_meaning(node);
        let Some((_, why)) = meaning.named().filter(|(name, _)| spells(qualified, name)) else {
            return false;
        };
        if let Some(why) = why {
            self.unsure.get_or_insert_with(|| why.to_string());
        }
        true
    }

    /// `module.$name` fits a name that is imported from the module, as what that calls it.
    pub(super) fn imported(&mut self, pattern: &'r ExprAttribute, node: &'a ExprName) -> bool {
        let Some(variable) = metavariable(&pattern.attr).filter(|_| is_dotted(&pattern.value))
        else {
            return false;
        };
        let meaning = self.subject.resolver.shared_meaning(node.into());
        let Meaning::Qualified(name) = &*meaning else {
            return false;
        };
        let name = name.rsplit_once('.');
        let fits = |(module, name): (&str, &str)| {
            spells(&pattern.value, module) && (*name == *node.id || variable.name == "_")
        };
        let captured = Captured::Name {
            name: &node.id,
            range: node.range(),
        };
        name.is_some_and(fits) && self.capture(variable.name, captured)
    }
}
