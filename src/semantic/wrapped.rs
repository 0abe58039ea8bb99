//! Does a call of an `async def` make a coroutine, whatever its decorators are?

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};

use super::Model;
use super::call::There;
use crate::bind::resolve::Meaning;
use crate::project::definition::Definition;

impl<'a> Model<'a> {
    /// Returns whether each decorator of a def of this file keeps a coroutine function.
    pub fn stays_coroutine(&self, def: &'a StmtFunctionDef) -> bool {
        let mut wrappers = self.resolver.wrappers(def).into_iter();
        wrappers.all(|(it, is_called)| self.keeps_coroutines(it, is_called))
    }

    /// Returns whether each decorator of a def of another file keeps a coroutine function.
    pub fn stays_coroutine_there(&self, def: &There) -> bool {
        let mut wrappers = def.header.wrappers.iter();
        wrappers.all(|(name, is_called)| {
            name.as_ref().is_ok_and(|name| {
                let decorator = self.definition_in(&def.path, name);
                self.is_keeper(&decorator, *is_called)
            })
        })
    }

    fn keeps_coroutines(&self, decorator: ExprRef<'a>, is_called: bool) -> bool {
        if let Some(AnyNodeRef::StmtFunctionDef(def)) = self.resolver.local_definition(decorator) {
            let find = || self.resolver.keeps_coroutines(def);
            let keeps = self
                .memos
                .keeps_coroutines
                .or_find(&self.tree.id(def), find);
            return keeps.keeps(is_called);
        }
        match self.resolver.meaning(decorator) {
            Meaning::Qualified(name) => self.is_keeper(&self.definition(&name), is_called),
            _ => false,
        }
    }

    fn is_keeper(&self, decorator: &Definition, is_called: bool) -> bool {
        match decorator {
            Definition::Function { header, .. } => header.keeps_coroutines.keeps(is_called),
            Definition::Outside(name) => {
                let name = self.resolver.canonical(name.clone());
                self.keepers.coroutines.contains(&name)
            }
            _ => false,
        }
    }
}
