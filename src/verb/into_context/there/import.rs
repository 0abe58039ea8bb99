//! The import of a file that registers, and what its functions are called by it.

use std::path::Path;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextSize};

use super::Function;
use crate::bind::binding::{Binding, BindingKind};
use crate::bind::import::{ImportForm, ImportStyle, spell};
use crate::bind::scope::from_module;
use crate::matching::elsewhere::is_call_on;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
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

    /// What calls the functions: their names, imported with the other names of the file, where nothing runs
    /// between that the file may count on; else attributes of their module. `taken` are names that others
    /// were given.
    pub(super) fn registered(
        &self,
        maker: &Maker<'_, 'a>,
        functions: Vec<Function>,
        taken: &mut Vec<String>,
        draft: &mut Draft<'_>,
    ) -> Result<Vec<Registered<'a>>, Unmanaged> {
        let mut needs = Vec::new();
        let names = functions.iter().map(|function| {
            let name = &function.name;
            let known = self.imported(maker, name);
            known.or_else(|| self.spelled(maker, name, taken, &mut needs))
        });
        let names: Option<Vec<String>> = names.collect();
        let goes = self.goes && names.is_some();
        let callees = match names {
            Some(names) => {
                draft.needs.extend(needs);
                taken.extend(names.iter().cloned());
                names
            }
            None => self.as_attributes(&functions)?,
        };
        let each = (0..).map(TextSize::new).zip(functions).zip(callees);
        let each = each.map(|((place, function), callee)| Registered {
            callee,
            name: function.phase,
            form: Form::There { goes },
            statement: self.statement,
            def: None,
            named: None,
            is_async: function.is_async,
            order: (self.start, place),
        });
        Ok(each.collect())
    }

    fn as_attributes(&self, functions: &[Function]) -> Result<Vec<String>, Unmanaged> {
        let each = functions.iter().map(|Function { name, .. }| {
            let called = self.called.map(|module| format!("{module}.{name}"));
            called.ok_or_else(|| Unmanaged::Rebound { name: name.clone() })
        });
        each.collect()
    }

    /// What the file calls the function already.
    fn imported(&self, maker: &Maker<'_, 'a>, function: &str) -> Option<String> {
        let Subject { names, tree, .. } = maker.subject;
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

    /// The name of the function, imported above the call; `None`: it cannot be imported there.
    fn spelled(
        &self,
        maker: &Maker<'_, 'a>,
        function: &str,
        taken: &[String],
        needs: &mut Vec<Need>,
    ) -> Option<String> {
        let subject = maker.subject;
        if !self.may_move || taken.iter().any(|name| name == function) {
            return None;
        }
        let at = subject.tree.id(maker.call);
        let name = member_of(&self.module, function);
        let style = ImportStyle::new([(self.module.clone(), ImportForm::ByName)]);
        let mut spelling = spell(subject.flow, at, &name, None, &style).ok()?;
        if let Some(need) = &mut spelling.needs {
            need.is_own = true;
        }
        Some(noted(subject, spelling, needs))
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
