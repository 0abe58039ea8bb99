//! Expression → where its value comes from, as far as the file says.
//!
//! Names are followed to the bindings that may reach them, `self.x` to the assignments of the class
//! and of its base classes in the file. What cannot be followed is an [`Origin::Unknown`] with a
//! sentence; nothing is guessed.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprAttribute, ExprContext, ExprName, ExprRef, StmtClassDef, StmtFunctionDef,
};
use rustc_hash::FxHashMap;

use super::binding::{BindingId, BindingKind};
use super::resolve::{Meaning, Resolver};
use crate::python::tree::{NodeId, Tree};

mod followed;

use followed::Followed;

/// Where a value comes from.
#[derive(Debug, Clone)]
pub enum Origin<'a> {
    /// The value of an expression that is no name: a call, a literal, an `await`.
    Made(ExprRef<'a>),
    /// A parameter, variable or attribute with this annotation.
    Annotated(&'a Expr),
    /// The `tuple` or `dict` that a parameter under stars gathers; its annotation is that of an element.
    Gathered(&'static str),
    /// What entering this value gives (`with value as name`).
    Entered(ExprRef<'a>),
    /// A def or class of this file.
    Defined(NodeId),
    /// A module (`import m`).
    Module,
    /// Something taken from a module, perhaps a module itself.
    Imported,
    /// Not known, and why.
    Unknown(String),
}

impl<'a> Resolver<'a> {
    /// Returns where the value may come from: one origin, or several that may each be it.
    pub fn origins(&self, expression: ExprRef<'a>) -> Vec<Origin<'a>> {
        Followed::new(self).value(expression)
    }

    /// Returns where the value of one binding may come from.
    pub fn origins_of(&self, binding: BindingId) -> Vec<Origin<'a>> {
        Followed::new(self).binding(binding)
    }

    /// Returns what a name is assigned, where one assignment reaches it.
    pub fn assigned(&self, name: &ExprName) -> Option<ExprRef<'a>> {
        let names = self.flow().names();
        let binding = self.flow().reaching(names.tree().id(name)).only()?;
        match names.binding(binding).kind {
            BindingKind::Assignment {
                annotation: None,
                value,
                ..
            } => names.tree().node(value).as_expr_ref(),
            _ => None,
        }
    }

    /// An element of what `*name: T` gathers, where a loop binds it whole.
    fn gathered(&self, iterable: NodeId, target: NodeId) -> Option<Origin<'a>> {
        let names = self.flow().names();
        let ExprRef::Name(name) = names.tree().node(iterable).as_expr_ref()? else {
            return None;
        };
        let is_whole = is_bound_whole(names.tree(), target);
        let gathered = self.flow().reaching(names.tree().id(name)).only()?;
        match names.binding(gathered).kind {
            BindingKind::Parameter {
                annotation: Some(annotation),
                gathers: Some("tuple"),
            } if is_whole => Some(self.annotated(annotation)),
            _ => None,
        }
    }

    /// `x: Final = …` and `x: Queue = Queue()` say nothing that the value does not say.
    pub(super) fn adds_nothing(&self, annotation: NodeId, value: NodeId) -> bool {
        let tree = self.flow().names().tree();
        let annotation = tree.node(annotation).as_expr_ref();
        let callee = match tree.node(value) {
            AnyNodeRef::ExprCall(call) => Some(self.meaning((&*call.func).into())),
            _ => None,
        };
        match annotation.map(|annotation| self.meaning(annotation)) {
            Some(Meaning::Qualified(name))
                if name.starts_with("typing") && name.ends_with(".Final") =>
            {
                true
            }
            Some(class @ (Meaning::Qualified(_) | Meaning::Local(_))) => callee == Some(class),
            _ => false,
        }
    }

    fn annotated(&self, annotation: NodeId) -> Origin<'a> {
        find_expr(
            self.flow().names().tree().node(annotation),
            self.flow().names().tree().parent_node(annotation),
        )
        .map_or_else(
            || Origin::Unknown("its annotation is not read".into()),
            Origin::Annotated,
        )
    }

    /// Returns the class whose instance `self` is, for `self.x` in one of its methods.
    pub fn class_of_self(&self, attribute: &ExprAttribute) -> Option<&'a StmtClassDef> {
        let Expr::Name(owner) = attribute.value.as_ref() else {
            return None;
        };
        let node = self.flow().names().tree().id(owner);
        if let Some(known) = self.owners.borrow().get(&node) {
            return *known;
        }
        let class = self.receiver(owner).map(|(class, _)| class);
        self.owners.borrow_mut().insert(node, class);
        class
    }

    /// Returns the class and its method of which a name is the first parameter: `self`, or `cls`.
    pub fn receiver(&self, name: &ExprName) -> Option<(&'a StmtClassDef, &'a StmtFunctionDef)> {
        let function = self.first_parameter_of(name)?;
        if self.is_static(function) {
            return None;
        }
        let tree = self.flow().names().tree();
        match tree.parent_node(tree.id(function)) {
            AnyNodeRef::StmtClassDef(class) => Some((class, function)),
            _ => None,
        }
    }

    /// Returns the def of which a name is the first parameter.
    pub fn first_parameter_of(&self, name: &ExprName) -> Option<&'a StmtFunctionDef> {
        let names = self.flow().names();
        let [parameter] = self.flow().reaching(names.tree().id(name)).bindings[..] else {
            return None;
        };
        let binding = names.binding(parameter);
        let AnyNodeRef::StmtFunctionDef(function) = names.tree().node(binding.statement) else {
            return None;
        };
        let first = function.parameters.iter_non_variadic_params().next()?;
        let is_it = matches!(binding.kind, BindingKind::Parameter { .. })
            && first.name().as_str() == binding.name;
        is_it.then_some(function)
    }

    /// Returns the statements in a class that set an attribute of that name, of whatever object.
    pub(super) fn setters_of(&self, class: &'a StmtClassDef, name: &str) -> Vec<NodeId> {
        let tree = self.flow().names().tree();
        let class = tree.id(class);
        let of_name = self.setters_named(name).iter().copied();
        of_name.filter(|id| tree.contains(class, *id)).collect()
    }

    /// Returns the statements of the file that do so.
    pub(super) fn setters_named(&self, name: &str) -> &[NodeId] {
        let tree = self.flow().names().tree();
        let setters = self.setters.get_or_init(|| setters(tree));
        setters.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn sets_member(&self, target: &'a Expr, name: &str, class: &StmtClassDef) -> bool {
        target.as_attribute_expr().is_some_and(|attribute| {
            attribute.attr.as_str() == name
                && self
                    .class_of_self(attribute)
                    .is_some_and(|owner| std::ptr::eq(owner, class))
        })
    }
}

/// A loop binds what it goes over to a target as it is, and not a part of it.
pub(super) fn is_bound_whole(tree: &Tree, target: NodeId) -> bool {
    matches!(
        tree.parent_node(target),
        AnyNodeRef::StmtFor(_) | AnyNodeRef::Comprehension(_)
    )
}

/// Lists the statements that set attributes, by the attributes' names, in source order.
fn setters<'a>(tree: &Tree<'a>) -> FxHashMap<&'a str, Vec<NodeId>> {
    let mut setters: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
    for id in tree.ids() {
        if let AnyNodeRef::ExprAttribute(attribute) = tree.node(id)
            && attribute.ctx == ExprContext::Store
            && let Some(statement) = tree.statement(id)
        {
            let known = setters.entry(attribute.attr.as_str()).or_default();
            if known.last() != Some(&statement) {
                known.push(statement);
            }
        }
    }
    setters
}

/// The annotation expression itself: nodes of the tree know their type only as a reference.
fn find_expr<'a>(node: AnyNodeRef<'a>, parent: AnyNodeRef<'a>) -> Option<&'a Expr> {
    match parent {
        AnyNodeRef::StmtAnnAssign(assign) => Some(assign.annotation.as_ref()),
        AnyNodeRef::Parameter(parameter) => parameter.annotation.as_deref(),
        _ => None,
    }
    .filter(|expression| AnyNodeRef::from(*expression).ptr_eq(node))
}

#[cfg(test)]
mod tests;
