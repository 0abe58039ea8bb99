//! What the calls of other files give a parameter.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Model;
use crate::bind::binding::ScopeId;
use crate::bind::typed::{Budget, Passing, Referent, Symbols, Type};
use crate::project::calls::{CalledAt, CalledBy};
use crate::project::definition::Definition;
use crate::project::is_test;

/// What more files have in their code is not followed.
const MAX_FILES: usize = 16;

impl<'a> Model<'a> {
    /// Returns what each call of another file gives a parameter, those of tests left out, which pass what stands
    /// in for it; `None` where a use is no call, or may mean something else.
    pub(super) fn given_in_others(
        &self,
        to: &Passing<'a>,
        budget: Budget,
    ) -> Option<Vec<Type<'a>>> {
        let (home, name) = self.called(&to.called)?;
        let is_tested = |path: &Path| is_test(&self.facts.name_in_project(path));
        let files = self.facts.mentioning(home, &to.name);
        let files = files.filter(|it| !is_tested(it)).take(MAX_FILES + 1);
        let files: Vec<PathBuf> = files.collect();
        if files.is_empty() {
            return Some(Vec::new());
        }
        if name.is_none() || files.len() > MAX_FILES {
            return None;
        }
        let mut found = Vec::new();
        for path in files {
            let calls = self.facts.calls(&path);
            let path: Arc<Path> = path.into();
            for it in calls.of(&to.name)? {
                if self.may_be_of(it, to, &path, budget)? {
                    let given = it.given.as_ref()?;
                    let given = given.at(to.place, to.keyword.as_deref());
                    let given = given.map(|it| it.there(&path));
                    found.push(given.or_else(|| to.default.clone())?);
                }
            }
        }
        Some(found)
    }

    /// The file of what is called, and its name if it stands at the top there.
    fn called<'n>(&'n self, called: &'n Referent<'a>) -> Option<(&'n Path, Option<&'n str>)> {
        let own = |id, name: &'n str| {
            let is_top = self.names.scope_of(id) == ScopeId::MODULE;
            (self.path(), is_top.then_some(name))
        };
        Some(match called {
            Referent::Class(class) => own(self.tree.id(*class), class.name.as_str()),
            Referent::Def(def) => own(self.tree.id(*def), def.name.as_str()),
            Referent::There(path, name) => (path, name.rsplit('.').next()),
            Referent::Here(_) => return None,
        })
    }

    /// Whether a use may be one of what is called; `None` where that is not known.
    fn may_be_of(
        &self,
        it: &CalledAt,
        to: &Passing<'a>,
        path: &Arc<Path>,
        budget: Budget,
    ) -> Option<bool> {
        match &it.of {
            CalledBy::Named(name) => match self.facts.definition(path, name) {
                Definition::Class(found) => Some(self.is_called(to, &found.path, &found.name)),
                Definition::Function { path, name, .. } => Some(self.is_called(to, &path, &name)),
                Definition::Outside(_) | Definition::Variable { .. } => Some(false),
                Definition::Unknown(_) | Definition::Ambiguous => None,
            },
            CalledBy::OfObject(_) if !to.is_method => Some(false),
            CalledBy::OfObject(owner) => {
                let owner = self.head_within(&owner.there(path), budget);
                let class = match &owner {
                    Type::Object { class, .. } | Type::Itself(class) => class,
                    _ => return Some(true),
                };
                let may_be = |one, other| self.may_be(one, other).unwrap_or(true);
                Some(may_be(class, &to.called) || may_be(&to.called, class))
            }
            CalledBy::Unclear => None,
        }
    }

    fn is_called(&self, to: &Passing<'a>, path: &Path, name: &str) -> bool {
        let whole = |path: &Path| self.facts.whole(path);
        let is_it =
            |(home, own): (&Path, Option<&str>)| own == Some(name) && whole(home) == whole(path);
        !to.is_method && self.called(&to.called).is_some_and(is_it)
    }
}
