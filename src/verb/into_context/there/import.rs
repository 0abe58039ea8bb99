//! The import of a file that registers, and what its functions are called by it.

use std::path::Path;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextSize};

use super::Function;
use crate::bind::binding::{Binding, BindingKind, ScopeId};
use crate::bind::import::{ImportForm, ImportStyle, spell};
use crate::bind::scope::from_module;
use crate::matching::elsewhere::is_call_on;
use crate::plan::needs::may_drop;
use crate::project::definition::Definition;
use crate::python::tree::NodeId;
use crate::verb::Draft;
use crate::verb::into_context::maker::Maker;
use crate::verb::into_context::registered::{Form, Registered};
use crate::verb::into_context::unmanaged::Unmanaged;
use crate::verb::spelling::noted;

/// The statement that imports a file which registers.
pub(super) struct Import<'a> {
    statement: NodeId,
    /// Where it names the module.
    start: TextSize,
    /// The module as this file names it.
    module: String,
    /// What it is called here; `None`: only names of it are imported.
    called: Option<&'a str>,
    /// It may stand above the call.
    may_move: bool,
    /// It is needed for nothing else.
    goes: bool,
}

impl<'a> Import<'a> {
    /// The first statement behind the call, in its block, that imports the file of a function.
    pub(super) fn of(maker: &Maker<'_, 'a>, path: &Path, function: &str) -> Option<Self> {
        let subject = maker.subject;
        let siblings = subject.blocks.siblings(maker.statement);
        let behind = &siblings[subject.blocks.position(maker.statement)..];
        let wanted = subject.facts.name_in_project(path);
        let is_it = |module: &str| {
            let asked = member_of(module, function);
            let found = subject.facts.definition(subject.path(), &asked);
            matches!(found, Definition::Function { path, .. }
                if subject.facts.name_in_project(&path) == wanted)
        };
        let imports = subject.names.imports();
        let imports = imports.filter(|(_, binding)| behind.contains(&binding.statement));
        let mut found = imports.filter_map(|(id, binding)| {
            let (module, called) = modules(binding).find(|(module, _)| is_it(module))?;
            let statement = binding.statement;
            let may_move = is_quiet_above(maker, statement);
            let is_alone = subject.tree.children(statement).count() == 1;
            Some(Self {
                statement,
                start: subject.tree.range(binding.node).start(),
                goes: may_move && is_alone && called.is_some() && may_drop(subject, id, &|_| false),
                module,
                called,
                may_move,
            })
        });
        found.next()
    }

    /// What calls the function: its name, imported with the other names of the file, where nothing runs
    /// between that the file may count on; else as an attribute of its module.
    pub(super) fn registered(
        &self,
        maker: &Maker<'_, 'a>,
        function: Function,
        place: TextSize,
        draft: &mut Draft<'_>,
    ) -> Result<Registered<'a>, Unmanaged> {
        let name = || Unmanaged::Rebound {
            name: function.name.clone(),
        };
        let as_attribute = || Some(format!("{}.{}", self.called?, function.name));
        let spelled = self
            .imported(maker, &function.name)
            .or_else(|| self.spelled(maker, &function.name, draft));
        let goes = self.goes && spelled.is_some();
        let callee = spelled.or_else(as_attribute);
        Ok(Registered {
            callee: callee.ok_or_else(name)?,
            name: function.phase,
            form: Form::There { goes },
            statement: self.statement,
            def: None,
            named: None,
            is_async: function.is_async,
            order: (self.start, place),
        })
    }

    /// What the file calls the function already.
    fn imported(&self, maker: &Maker<'_, 'a>, function: &str) -> Option<String> {
        let mut imports = maker.subject.names.imports();
        let (_, binding) = imports.find(|(_, binding)| match binding.kind {
            BindingKind::FromImport { import, member } => {
                binding.scope == ScopeId::MODULE
                    && member == function
                    && from_module(import) == self.module
            }
            _ => false,
        })?;
        Some(binding.name.to_owned())
    }

    /// The name of the function, imported above the call; `None`: it cannot be imported there.
    fn spelled(
        &self,
        maker: &Maker<'_, 'a>,
        function: &str,
        draft: &mut Draft<'_>,
    ) -> Option<String> {
        let subject = maker.subject;
        if !self.may_move {
            return None;
        }
        let (at, name) = (
            subject.tree.id(maker.call),
            member_of(&self.module, function),
        );
        let style = ImportStyle::new([(self.module.clone(), ImportForm::ByName)]);
        let mut spelling = spell(subject.flow, at, &name, None, &style).ok()?;
        if let Some(need) = &mut spelling.needs {
            need.is_own = true;
        }
        Some(noted(subject, spelling, &mut draft.needs))
    }
}

/// Whether nothing above a statement of the module calls anything but the maker, and what that makes.
fn is_quiet_above(maker: &Maker, statement: NodeId) -> bool {
    let subject = maker.subject;
    let siblings = subject.blocks.siblings(maker.statement);
    let above = siblings.iter().take_while(|id| **id != statement);
    let mut nodes = above.flat_map(|id| subject.tree.descendants(*id));
    let uses = subject.names.references_to(Some(maker.scope), maker.name);
    let uses: Vec<NodeId> = uses.map(|used| used.node).collect();
    nodes.all(|id| {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
            return true;
        };
        call.range() == maker.call.range()
            || subject.context.enclosing_function(id).is_some()
            || is_call_on(subject, id, &uses)
    })
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
            let own = member_of(&module, member);
            (Some((own, Some(binding.name))), Some((module, None)))
        }
        _ => (None, None),
    };
    own.into_iter().chain(around)
}

fn member_of(module: &str, name: &str) -> String {
    let dot = if module.ends_with('.') { "" } else { "." };
    format!("{module}{dot}{name}")
}
