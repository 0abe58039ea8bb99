//! Qualified name and place → how the file spells it there, and the import that is missing for it.
//!
//! A name is spelled through an import only where that import is bound for sure. Where the file has
//! none, the answer carries an [`ImportNeed`]; [`import_edit`](super::import_edit) meets the needs of
//! all wanted changes together.

use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use crate::python::stdlib::is_builtin;
use crate::python::tree::NodeId;

use super::binding::{Binding, BindingId, BindingKind, ScopeId, from_module, import_meaning};
use super::flow::Flow;
use super::imported::prefixes;
use super::scope::Bindings;

mod loaded;

mod through;

/// How a module's members are imported where the file does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportForm {
    /// `from contextlib import suppress`.
    ByName,
    /// `import asyncio`.
    Whole,
}

/// The tables `imports` and `submodules`: which dotted names are modules, and the form of each. Of a name
/// that they do not list the first segment is the module, imported whole.
#[derive(Debug, Clone, Default)]
pub struct ImportStyle {
    forms: FxHashMap<String, ImportForm>,
}

impl ImportStyle {
    /// Takes the rows of the tables: module and form; of two for one module the later holds.
    pub fn new(rows: impl IntoIterator<Item = (String, ImportForm)>) -> Self {
        Self {
            forms: rows.into_iter().collect(),
        }
    }

    /// Returns the module of a qualified name: its longest listed prefix, else its first segment.
    pub fn module_of<'n>(&self, qualified: &'n str) -> &'n str {
        prefixes(qualified)
            .find(|prefix| self.forms.contains_key(*prefix))
            .unwrap_or_else(|| first_segment(qualified))
    }

    fn form(&self, module: &str) -> ImportForm {
        self.forms.get(module).copied().unwrap_or(ImportForm::Whole)
    }
}

/// An import that the file lacks; always at module level.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportNeed {
    /// The module: `asyncio`, `collections.abc`.
    pub module: String,
    /// The member of a from-import; `None` imports the whole module.
    pub member: Option<String>,
    /// The name it binds.
    pub bound_as: String,
    /// Byte offset of the use in the module text; the import must stand before it.
    pub site: TextSize,
}

/// A name as the file spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// The text to write.
    pub text: String,
    /// The import that must be added for it.
    pub needs: Option<ImportNeed>,
    /// The import it relies on, which must not be dropped.
    pub keeps: Option<BindingId>,
}

/// The name that would have to be bound means something else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name `{name}` is taken here by {by}")]
pub struct NameTaken {
    /// The name.
    pub name: String,
    /// What has it, with its article: `a parameter`.
    pub by: String,
}

/// The name that stood at the place before.
#[derive(Debug, Clone, Copy)]
pub struct Replaced<'r> {
    /// As the code spells it: `aio.run`, `zz`.
    pub text: &'r str,
    /// What it means: `asyncio.run`, `time.sleep`.
    pub qualified: &'r str,
}

/// Spells a qualified name at a node.
///
/// In this order: a from-import of it; the prefix of the replaced name, if it is of the same module;
/// a new from-import beside that of the replaced name; an import of the module; a new import in the
/// form that `style` gives, or in that of the replaced name in the project. `own` is the module of the
/// name, where the project has it.
///
/// # Errors
/// A new import is missing and its name is taken in a scope of the node.
pub fn spell<'a>(
    flow: &Flow<'a>,
    at: NodeId,
    qualified: &str,
    replaced: Option<Replaced<'_>>,
    style: &ImportStyle,
    own: Option<&str>,
) -> Result<Spelling, NameTaken> {
    let names = flow.names();
    let site = Site {
        flow,
        names,
        at,
        scope: names.scope_of(at),
    };
    let bare = qualified.strip_prefix("builtins.").unwrap_or(qualified);
    if is_builtin(bare, names.is_notebook()) {
        return site.builtin(bare, replaced);
    }
    let module = site.module_of(qualified, style);
    let own = own.and_then(|own| qualified.get(..own.len()));
    let module = own.filter(|own| own.len() > module.len()).unwrap_or(module);
    // What stays stays as it is spelled.
    let stays = replaced.filter(|it| it.qualified == qualified);
    let found = stays
        .and_then(|it| site.through_replaced(module, qualified, it))
        .or_else(|| site.through_member(module, qualified))
        .or_else(|| site.through_replaced(module, qualified, replaced?))
        .or_else(|| site.beside_replaced(module, qualified, replaced?))
        .or_else(|| site.through_module(module, qualified));
    // Of a module of the project the file imports names as it did.
    let is_bare = own.is_some() && replaced.is_some_and(|it| !it.text.contains('.'));
    let newly = |form| site.newly_imported(module, qualified, form);
    let by_name = || is_bare.then(|| newly(ImportForm::ByName).ok()).flatten();
    let found = found.or_else(by_name);
    found.map_or_else(|| newly(style.form(module)), Ok)
}

/// The place a name is spelled for.
struct Site<'s, 'a> {
    flow: &'s Flow<'a>,
    names: &'a Bindings<'a>,
    at: NodeId,
    scope: ScopeId,
}

impl<'a> Site<'_, 'a> {
    /// An import of the replaced name under the builtin's goes with its last use.
    fn builtin(&self, name: &str, replaced: Option<Replaced<'_>>) -> Result<Spelling, NameTaken> {
        let is_replaced = |owner: ScopeId| {
            replaced.is_some_and(|it| self.names.always_means(owner, name, it.qualified))
        };
        match self.names.lookup(self.scope, name) {
            Some(owner) if !is_replaced(owner) => Err(self.taken(owner, name)),
            // It would be seen once the import of the replaced name goes.
            _ if self.names.is_starred(name) => Err(NameTaken {
                name: name.to_owned(),
                by: "a star import".to_owned(),
            }),
            _ => Ok(Spelling {
                text: name.to_owned(),
                needs: None,
                keeps: None,
            }),
        }
    }

    /// `from asyncio import sleep as s`: `s`.
    fn through_member(&self, module: &str, qualified: &str) -> Option<Spelling> {
        self.through(qualified, |binding, meaning| {
            matches!(binding.kind, BindingKind::FromImport { .. }) && meaning.len() > module.len()
        })
    }

    /// `import asyncio as aio`, `from concurrent import futures`, `import concurrent.futures`.
    fn through_module(&self, module: &str, qualified: &str) -> Option<Spelling> {
        self.through(qualified, |binding, meaning| match binding.kind {
            BindingKind::Import {
                module: imported,
                aliased: false,
                ..
            } => rest_behind(imported, module).is_some(),
            _ => meaning == module,
        })
    }

    /// `aio.run` becomes `aio.gather`: what was good enough for the old name is for the new one.
    fn through_replaced(
        &self,
        module: &str,
        qualified: &str,
        replaced: Replaced<'_>,
    ) -> Option<Spelling> {
        let member = rest_behind(replaced.qualified, module)?;
        let prefix = replaced.text.strip_suffix(member)?;
        if member.is_empty() || prefix.is_empty() {
            return None;
        }
        let name = first_segment(prefix);
        let owner = self.names.lookup(self.scope, name)?;
        let imports = self.names.bindings_of(owner, name);
        let rest = rest_behind(qualified, module)?;
        Some(Spelling {
            text: format!("{prefix}{rest}"),
            needs: None,
            keeps: imports.first().copied(),
        })
    }

    /// `from asyncio import get_event_loop` makes way for `from asyncio import get_running_loop`.
    fn beside_replaced(
        &self,
        module: &str,
        qualified: &str,
        replaced: Replaced<'_>,
    ) -> Option<Spelling> {
        rest_behind(replaced.qualified, module).filter(|rest| !rest.is_empty())?;
        let name = first_segment(replaced.text);
        let owner = self.names.lookup(self.scope, name)?;
        let bindings = self.names.bindings_of(owner, name).iter();
        let is_member = bindings
            .map(|&id| self.names.binding(id).kind)
            .any(|kind| matches!(kind, BindingKind::FromImport { import, .. } if from_module(import) == module));
        let spelling = is_member
            .then(|| self.newly_imported(module, qualified, ImportForm::ByName))?
            .ok()?;
        // Where the old name's import stands is early enough.
        let needs = spelling.needs.map(|need| ImportNeed {
            site: TextSize::new(u32::MAX),
            ..need
        });
        Some(Spelling { needs, ..spelling })
    }

    fn newly_imported(
        &self,
        module: &str,
        qualified: &str,
        form: ImportForm,
    ) -> Result<Spelling, NameTaken> {
        let rest = rest_behind(qualified, module).unwrap_or_default();
        let member = rest.strip_prefix('.').map(first_segment);
        let member = member.filter(|_| form == ImportForm::ByName);
        let (bound_as, text) = match member {
            Some(member) => (member, &rest[1..]),
            None => (first_segment(module), qualified),
        };
        let meaning = match member {
            Some(member) => format!("{module}.{member}"),
            None => bound_as.to_owned(),
        };
        self.claim(bound_as, &meaning)?;
        let need = ImportNeed {
            module: module.to_owned(),
            member: member.map(str::to_owned),
            bound_as: bound_as.to_owned(),
            site: self.names.tree().range(self.at).start(),
        };
        Ok(Spelling {
            text: text.to_owned(),
            needs: Some(need),
            keeps: None,
        })
    }

    /// Checks that a new module-level binding of the name would be seen here and change nothing else.
    fn claim(&self, name: &str, meaning: &str) -> Result<(), NameTaken> {
        match self.names.lookup(self.scope, name) {
            Some(ScopeId::MODULE)
                if self.names.always_means(ScopeId::MODULE, name, meaning)
                    && !self.is_imported_late(name) =>
            {
                Ok(())
            }
            Some(owner) => Err(self.taken(owner, name)),
            // An undefined name that is also the module's can only be meant as the module.
            None if name != meaning && self.names.is_taken(ScopeId::MODULE, name) => {
                Err(NameTaken {
                    name: name.to_owned(),
                    by: "a use that nothing in this file defines".to_owned(),
                })
            }
            None => Ok(()),
        }
    }

    /// A star import below may bring the same name from somewhere else.
    fn may_be_starred_over(&self, import: &Binding<'_>) -> bool {
        matches!(import.kind, BindingKind::FromImport { .. })
            && import.scope == ScopeId::MODULE
            && self.names.star_imports().iter().any(|&star| {
                self.names.binding(star).node > import.node
                    && self.names.star_may_bind(star, import.name)
            })
    }

    fn taken(&self, owner: ScopeId, name: &str) -> NameTaken {
        let binding = self.names.bindings_of(owner, name).last();
        let by = binding.map(|&id| describe(self.names.binding(id)));
        NameTaken {
            name: name.to_owned(),
            by: by.unwrap_or_else(|| "another binding".to_owned()),
        }
    }
}

fn describe(binding: &Binding<'_>) -> String {
    match import_meaning(binding) {
        Some(meaning) if meaning == binding.name => {
            return "an import that may not have run yet: move the import to the top of the file"
                .to_owned();
        }
        Some(meaning) => return format!("an import of `{meaning}`"),
        None => {}
    }
    let what = match binding.kind {
        BindingKind::Parameter { .. } => "a parameter",
        BindingKind::Function => "a function",
        BindingKind::Class => "a class",
        BindingKind::For { .. } | BindingKind::Comprehension { .. } => "a loop variable",
        _ => "a variable",
    };
    what.to_owned()
}

/// Returns what follows a dotted prefix: `.sleep` or nothing; `None` if it is no prefix.
fn rest_behind<'n>(qualified: &'n str, prefix: &str) -> Option<&'n str> {
    let rest = qualified.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('.')).then_some(rest)
}

fn first_segment(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

#[cfg(test)]
mod tests;
