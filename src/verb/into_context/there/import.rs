//! The import of a file that registers, and what its functions are called by it.

use std::collections::BTreeSet;
use std::path::Path;

use ruff_text_size::TextSize;

use super::Function;
use crate::bind::binding::{Binding, BindingKind, ScopeId};
use crate::bind::scope::from_module;
use crate::matching::subject::Subject;
use crate::plan::needs::may_drop;
use crate::project::definition::Definition;
use crate::project::outline::joined;
use crate::python::stdlib::is_builtin;
use crate::python::tree::NodeId;
use crate::semantic::Model;
use crate::text::edit::Edit;
use crate::verb::draft::Draft;
use crate::verb::into_context::maker::Maker;
use crate::verb::into_context::registered::{Form, Registered};
use crate::verb::into_context::unmanaged::Unmanaged;

/// The statement that imports a file which registers.
pub(super) struct Import<'a> {
    statement: NodeId,
    /// Where it names the module.
    start: TextSize,
    /// The module as this file names it.
    module: String,
    /// What it is called here; `None`: only names of it are imported.
    called: Option<&'a str>,
    /// It is needed for nothing else: it may import the functions instead.
    is_free: bool,
}

impl<'a> Import<'a> {
    /// The first statement behind the call, in its block, that imports the file of a function.
    pub(super) fn of(maker: &Maker<'_, 'a>, path: &Path, function: &str) -> Option<Self> {
        let subject = maker.subject;
        // Where an import may fail, the name may be unbound.
        let is_sure = subject.tree.parent(maker.statement) == NodeId::ROOT;
        let behind = if is_sure { behind(maker) } else { &[] };
        let wanted = subject.facts.name_in_project(path);
        let is_it = |module: &str| {
            let asked = joined(module.to_owned(), function);
            let found = subject.facts.definition(subject.path(), &asked);
            matches!(found, Definition::Function { path, .. }
                if subject.facts.name_in_project(&path) == wanted)
        };
        let imports = subject.names.imports();
        let imports = imports.filter(|(_, binding)| behind.contains(&binding.statement));
        let mut found = imports.filter_map(|(id, binding)| {
            let (module, called) = modules(binding).find(|(module, _)| is_it(module))?;
            let statement = binding.statement;
            let is_alone = subject.tree.children(statement).count() == 1;
            let is_named = || {
                subject
                    .facts
                    .spelled_in(subject.path(), binding.name)
                    .is_some()
            };
            Some(Self {
                statement,
                start: subject.tree.range(binding.node).start(),
                is_free: is_alone
                    && called.is_some()
                    && may_drop(subject, id, &|_| false)
                    && !is_named(),
                module,
                called,
            })
        });
        found.next()
    }

    /// What calls the functions: their names, imported in the place of their module, or attributes of it.
    /// `taken` are names that others were given.
    pub(super) fn registered(
        &self,
        maker: &Maker<'_, 'a>,
        functions: Vec<Function>,
        taken: &mut Vec<String>,
        draft: &mut Draft<'_>,
    ) -> Result<Vec<Registered<'a>>, Unmanaged> {
        let names = functions.iter().map(|function| &function.name);
        let known = names.clone().map(|name| self.imported(maker, name));
        let callees = match known.collect::<Option<Vec<String>>>() {
            Some(known) => known,
            None if self.is_free && names.clone().all(|it| is_new(maker, it, taken)) => {
                let names: Vec<String> = names.cloned().collect();
                draft.edits.push(self.importing(maker.subject, &names));
                taken.extend(names.iter().cloned());
                names
            }
            None => self.as_attributes(maker, &functions)?,
        };
        let each = (0..).map(TextSize::new).zip(functions).zip(callees);
        let each = each.map(|((place, function), callee)| Registered {
            callee,
            name: function.phase,
            form: Form::There,
            statement: self.statement,
            def: None,
            named: None,
            is_async: function.is_async,
            order: (self.start, place),
        });
        Ok(each.collect())
    }

    /// The statement, which imports the names instead: they are bound when it is asked for them, and what
    /// stands above it still runs before.
    fn importing(&self, subject: &Subject, names: &[String]) -> Edit {
        let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
        let names = Vec::from_iter(names).join(", ");
        let range = subject.tree.range(self.statement);
        Edit::replacement(range, format!("from {} import {names}", self.module))
    }

    fn as_attributes(
        &self,
        maker: &Maker<'_, 'a>,
        functions: &[Function],
    ) -> Result<Vec<String>, Unmanaged> {
        let facts = maker.subject.facts;
        let each = functions.iter().map(|Function { name, .. }| {
            // An attribute is what a test put there, a registered function was not.
            let replaced =
                facts.patched_in(maker.subject.path(), &joined(self.module.clone(), name));
            let called = self.called.filter(|_| replaced.is_none());
            let called = called.map(|module| format!("{module}.{name}"));
            called.ok_or_else(|| Unmanaged::Unnamed { name: name.clone() })
        });
        each.collect()
    }

    /// What the file calls the function already.
    fn imported(&self, maker: &Maker<'_, 'a>, function: &str) -> Option<String> {
        let Model { names, tree, .. } = maker.subject.model;
        let (_, binding) = names.imports().find(|(_, binding)| match binding.kind {
            BindingKind::FromImport { import, member } => {
                tree.parent(binding.statement) == NodeId::ROOT
                    && member == function
                    && from_module(import) == self.module
            }
            _ => false,
        })?;
        Some(binding.name.to_owned())
    }
}

/// Whether nothing of the file has a name, nor does something that is new.
fn is_new(maker: &Maker, name: &str, taken: &[String]) -> bool {
    let names = maker.subject.names;
    names.bindings_of(ScopeId::MODULE, name).is_empty()
        && !names.is_taken(ScopeId::MODULE, name)
        && !is_builtin(name, false)
        && !taken.iter().any(|other| other == name)
}

/// The statements from the call on, in its block.
pub(super) fn behind<'s>(maker: &Maker<'s, '_>) -> &'s [NodeId] {
    let blocks = maker.subject.blocks;
    &blocks.siblings(maker.statement)[blocks.position(maker.statement)..]
}

/// The modules that an import may mean, and what each is called then.
pub(super) fn modules<'b>(
    binding: &Binding<'b>,
) -> impl Iterator<Item = (String, Option<&'b str>)> {
    let (own, around) = match binding.kind {
        BindingKind::Import {
            module, aliased, ..
        } => {
            let called = if aliased { binding.name } else { module };
            (Some((module.to_owned(), Some(called))), None)
        }
        BindingKind::FromImport { import, member } => {
            let module = from_module(import);
            let own = joined(module.clone(), member);
            (Some((own, Some(binding.name))), Some((module, None)))
        }
        _ => (None, None),
    };
    own.into_iter().chain(around)
}
