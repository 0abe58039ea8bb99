//! A def → the calls that make the object which it gives, where no other code has that.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName, ExprRef, StmtFunctionDef};

use super::binding::BindingKind;
use super::resolve::Resolver;
use crate::python::tree::NodeId;

impl<'a> Resolver<'a> {
    /// Returns what a def calls to make the object that it gives; `None` where it may give one that other code
    /// has, too.
    pub fn makers_of_result(&self, def: &'a StmtFunctionDef) -> Option<Vec<ExprRef<'a>>> {
        let returned = self.returns(def);
        if returned.is_empty() || !def.decorator_list.is_empty() || self.yields(def) {
            return None;
        }
        let mut makers = Vec::new();
        for value in returned {
            match value? {
                Expr::NoneLiteral(_) => {}
                Expr::Name(name) => makers.extend(self.makers_of_name(name, def)?),
                value => makers.push(maker(value.into())?),
            }
        }
        Some(makers)
    }

    /// The calls that a name of a def has its value from, where the def hands it to nothing but its caller.
    fn makers_of_name(
        &self,
        name: &'a ExprName,
        def: &'a StmtFunctionDef,
    ) -> Option<Vec<ExprRef<'a>>> {
        let names = self.flow().names();
        let tree = names.tree();
        let scope = names.scope_opened_by(tree.id(def))?;
        let uses = names.references_in(&tree.span(tree.id(def))).iter();
        let mut uses = uses.filter(|it| it.name == name.id.as_str());
        if !uses.all(|it| self.is_quiet(it.node)) {
            return None;
        }
        let bindings = names.bindings_of(scope, &name.id).iter();
        let makers: Option<Vec<_>> = bindings
            .map(|id| match names.binding(*id).kind {
                BindingKind::Assignment { value, .. } => maker(tree.node(value)),
                _ => None,
            })
            .collect();
        makers.filter(|it| !it.is_empty())
    }

    /// A use of a name that stores its value nowhere: `it.x`, `return it`, `if it`.
    fn is_quiet(&self, node: NodeId) -> bool {
        let tree = self.flow().names().tree();
        match tree.parent_node(node) {
            AnyNodeRef::ExprAttribute(it) => tree.id(&*it.value) == node,
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtIf(_) | AnyNodeRef::ExprCompare(_) => true,
            // What binds the name.
            AnyNodeRef::StmtAssign(it) => it.targets.iter().any(|it| tree.id(it) == node),
            AnyNodeRef::StmtAnnAssign(it) => tree.id(&*it.target) == node,
            _ => false,
        }
    }
}

/// What is called to make a value.
fn maker<'a>(value: AnyNodeRef<'a>) -> Option<ExprRef<'a>> {
    match value {
        AnyNodeRef::ExprAwait(it) => maker((&*it.value).into()),
        AnyNodeRef::ExprCall(call) => Some((&*call.func).into()),
        _ => None,
    }
}
