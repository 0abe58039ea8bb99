//! A def → the calls that make the object which it gives, where no other code has that.

use ruff_python_ast::{AnyNodeRef, Arguments, Expr, ExprName, ExprRef, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::binding::BindingKind;
use super::resolve::Resolver;
use crate::python::tree::NodeId;

/// Defs that were given a value, each with the place of the parameter.
type GivenTo = FxHashSet<(NodeId, usize)>;

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
        let mut given_to = GivenTo::default();
        let mut uses = self.uses_in(def, &name.id);
        if !uses.all(|it| self.is_quiet(it, &mut given_to)) {
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

    /// A use of a name that stores its value nowhere: `it.x`, `return it`, `if it`, `f(it)` of such a def.
    fn is_quiet(&self, node: NodeId, given_to: &mut GivenTo) -> bool {
        let tree = self.flow().names().tree();
        match tree.parent_node(node) {
            AnyNodeRef::Arguments(it) => self.takes_quietly(it, node, given_to),
            AnyNodeRef::ExprAttribute(it) => tree.id(&*it.value) == node,
            AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtIf(_) | AnyNodeRef::ExprCompare(_) => true,
            // What binds the name.
            AnyNodeRef::StmtAssign(it) => it.targets.iter().any(|it| tree.id(it) == node),
            AnyNodeRef::StmtAnnAssign(it) => tree.id(&*it.target) == node,
            _ => false,
        }
    }

    /// Each def that a call may run stores an argument nowhere, and does not give it back to be stored.
    fn takes_quietly(
        &self,
        given: &'a Arguments,
        argument: NodeId,
        given_to: &mut GivenTo,
    ) -> bool {
        let names = self.flow().names();
        let tree = names.tree();
        let AnyNodeRef::ExprCall(call) = tree.parent_node(tree.id(given)) else {
            return false;
        };
        let place = given.args.iter().position(|it| tree.id(it) == argument);
        let Some(place) = place.filter(|_| !given.args.iter().any(Expr::is_starred_expr)) else {
            return false;
        };
        let named = ExprRef::from(&*call.func);
        let callees = self.local_callables(named);
        let mut is_quiet = |callee| match callee {
            AnyNodeRef::StmtFunctionDef(def) if def.decorator_list.is_empty() => {
                let n_before = usize::from(self.gives_first(named, def));
                self.is_given_quietly(def, place + n_before, given_to)
            }
            _ => false,
        };
        !callees.is_empty() && callees.into_iter().all(&mut is_quiet)
    }

    fn is_given_quietly(
        &self,
        def: &'a StmtFunctionDef,
        place: usize,
        given_to: &mut GivenTo,
    ) -> bool {
        let tree = self.flow().names().tree();
        let positional = def.parameters.posonlyargs.iter();
        let Some(parameter) = positional.chain(&def.parameters.args).nth(place) else {
            return false;
        };
        if !given_to.insert((tree.id(def), place)) {
            return true;
        }
        self.uses_in(def, parameter.name()).all(|it| {
            let is_given_back = tree.parent_node(it).is_stmt_return();
            !is_given_back && self.is_quiet(it, given_to)
        })
    }

    /// Where a name stands in a def.
    fn uses_in<'n>(
        &'n self,
        def: &'a StmtFunctionDef,
        name: &'n str,
    ) -> impl Iterator<Item = NodeId> + use<'n, 'a> {
        let names = self.flow().names();
        let inside = names.tree().span(names.tree().id(def));
        let uses = names.references_in(&inside).iter();
        uses.filter(move |it| it.name == name).map(|it| it.node)
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
