//! Statements of a module that become the body of a function: may they, and which of the names they
//! bind stay the module's.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::TextRange;

use super::obstacle::Obstacle;
use crate::bind::binding::{Binding, BindingKind};
use crate::bind::scope::ScopeId;
use crate::matching::subject::Subject;
use crate::python::stdlib::{is_builtin, looks_round};
use crate::python::tree::NodeId;

/// Neighbouring statements.
pub(super) struct Block<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    /// Of the module's body, in order; of a main guard the `if` alone.
    pub(super) statements: Vec<NodeId>,
    /// From the first statement that moves to the last.
    pub(super) body: TextRange,
}

impl<'a> Block<'_, 'a> {
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> {
        let tree = self.subject.tree;
        let statements = self.statements.iter();
        statements.flat_map(|id| tree.with_descendants(*id))
    }

    pub(super) fn holds(&self, node: NodeId) -> bool {
        self.body.contains_range(self.subject.tree.range(node))
    }

    /// Checks that the statements do in a function what they do in a module.
    pub(super) fn check(&self) -> Result<(), Obstacle> {
        match self.nodes().find_map(|node| self.looking_round(node)) {
            Some(name) => Err(Obstacle::LooksRound { name }),
            None => Ok(()),
        }
    }

    fn looking_round(&self, node: NodeId) -> Option<String> {
        let AnyNodeRef::ExprCall(call) = self.subject.tree.node(node) else {
            return None;
        };
        let Expr::Name(name) = &*call.func else {
            return None;
        };
        let is_one = looks_round(&name.id)
            && self
                .subject
                .names
                .lookup(ScopeId::MODULE, &name.id)
                .is_none();
        is_one.then(|| name.id.to_string())
    }

    /// Returns the names that the block binds and others need, in order: the function must declare
    /// them global. All others become local to it. `gone` is the name of a binding that goes.
    pub(super) fn globals(&self, gone: Option<&str>) -> Result<Vec<&'a str>, Obstacle> {
        let names = self.subject.names;
        let of_module = names.bindings().map(|(_, binding)| binding);
        let of_module = of_module.filter(|binding| binding.scope == ScopeId::MODULE);
        let mut globals: Vec<&str> = Vec::new();
        let bound: Vec<&Binding> = of_module.filter(|it| self.holds(it.node)).collect();
        for binding in &bound {
            let name = binding.name;
            if name == "*" {
                return Err(Obstacle::StarImport);
            }
            if Some(name) != gone && !globals.contains(&name) && self.is_needed(binding) {
                globals.push(name);
            }
        }
        let is_annotated = |binding: &&&Binding| {
            let annotation = match binding.kind {
                BindingKind::Assignment { annotation, .. } => annotation,
                BindingKind::Annotation { annotation } => Some(annotation),
                _ => None,
            };
            annotation.is_some() && globals.contains(&binding.name)
        };
        match bound.iter().find(is_annotated) {
            Some(binding) => Err(Obstacle::Annotated {
                name: binding.name.to_owned(),
            }),
            None => Ok(globals),
        }
    }

    /// Returns whether somebody outside of the block may need what it binds.
    fn is_needed(&self, binding: &Binding<'a>) -> bool {
        let (names, name) = (self.subject.names, binding.name);
        let outside = |node: NodeId| !self.holds(node);
        let mut bindings = names.bindings_of(ScopeId::MODULE, name).iter();
        let mut uses = names.references_to(Some(ScopeId::MODULE), name);
        binding.written_in != ScopeId::MODULE
            || bindings.any(|other| outside(names.binding(*other).node))
            || uses.any(|used| outside(used.node))
            || names.is_exported(name)
            || name.starts_with("__")
            // Read before it is bound it would be the builtin in a module, and an error in a function.
            || is_builtin(name, false)
            || self.subject.facts.other_file_uses(self.subject.path(), name)
    }
}
