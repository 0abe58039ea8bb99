//! Does each call make an object that no other code has?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};

use super::Model;
use super::call::Target;
use super::class::{Class, Key};
use crate::bind::MAX_STEPS;
use crate::project::definition::Definition;
use crate::project::outline::Callable;
use crate::python::stdlib;

impl<'a> Model<'a> {
    /// Returns whether each call of a function makes the object that it gives, and stores it nowhere.
    pub fn gives_new(&self, target: &Target<'a>) -> bool {
        self.makes_new(target, MAX_STEPS)
    }

    /// Returns whether each call of a function is seen to make an object of a class, or of one below it.
    pub fn makes_object_of(&self, target: &Target<'a>, class: &Class<'a>) -> bool {
        let wanted = Key::of(class);
        let is_it = |made: Class<'a>| self.mro(&made).iter().any(|it| Key::of(it) == wanted);
        match target {
            Target::Here(AnyNodeRef::StmtFunctionDef(def)) => {
                let makers = self.resolver.makers_of_result(def).unwrap_or_default();
                let mut made = makers.iter().map(|it| self.class(*it));
                !makers.is_empty() && made.all(|it| it.is_some_and(is_it))
            }
            Target::There(it) => {
                let makers = it.header.makers.iter().flatten();
                let mut made = makers.map(|it| it.as_ref().ok());
                let path = &it.path;
                let is_it = |name: &String| is_it(self.class_in(path, name));
                it.header.makers.as_ref().is_some_and(|all| !all.is_empty())
                    && made.all(|it| it.is_some_and(is_it))
            }
            Target::Here(_) | Target::Outside(_) => false,
        }
    }

    fn makes_new(&self, target: &Target<'a>, steps: u32) -> bool {
        match target {
            Target::Here(AnyNodeRef::StmtFunctionDef(def)) => {
                let find = || self.def_gives_new(def, steps);
                self.memos.gives_new.or_find(&self.tree.id(*def), find)
            }
            Target::Here(it) => it.is_stmt_class_def(),
            Target::There(it) => self.gives_new_there(&it.path, &it.name, &it.header, steps),
            Target::Outside(name) => !stdlib::hands_out(name),
        }
    }

    fn def_gives_new(&self, def: &'a StmtFunctionDef, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        let is_new = |callee: &ExprRef<'a>| {
            let targets = self.targets(*callee);
            !targets.is_empty() && targets.iter().all(|it| self.makes_new(it, steps))
        };
        let makers = self.resolver.makers_of_result(def);
        makers.is_some_and(|all| all.iter().all(is_new))
    }

    fn gives_new_there(&self, path: &Path, name: &str, header: &Callable, steps: u32) -> bool {
        let asked = (path.to_owned(), name.to_owned());
        let find = || self.makes_new_there(path, header, steps);
        self.memos.gives_new_there.or_find(&asked, find)
    }

    fn makes_new_there(&self, path: &Path, header: &Callable, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return false;
        };
        let is_new = |name: &String| match self.definition_in(path, name) {
            Definition::Function { path, name, header } => {
                self.gives_new_there(&path, &name, &header, steps)
            }
            Definition::Class(_) => true,
            Definition::Outside(name) => !stdlib::hands_out(&name),
            _ => false,
        };
        let mut makers = header.makers.iter().flatten();
        header.makers.is_some() && makers.all(|it| it.as_ref().is_ok_and(is_new))
    }
}
