//! A name → the class that a test around it asks it for.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName, ExprRef};
use ruff_text_size::Ranged;

use crate::bind::block::is_loop;
use crate::bind::resolve::{Meaning, Resolver};
use crate::python::stdlib;
use crate::python::tree::NodeId;

impl<'a> Resolver<'a> {
    /// The class that an `isinstance` around a name asks it for: the name is not bound in between.
    pub(super) fn asked_around(&self, name: &'a ExprName) -> Option<ExprRef<'a>> {
        let tree = self.flow().names().tree();
        let node = tree.id(name);
        let mut around = tree.ancestors(node);
        around.find_map(|id| {
            let AnyNodeRef::StmtIf(choice) = tree.node(id) else {
                return None;
            };
            let is_inside = |it: &&Expr| {
                let body = choice.body.iter();
                let mut body = body.map(Ranged::range);
                it.is_call_expr() && body.any(|it| it.contains_range(name.range()))
            };
            let call = Some(&*choice.test).filter(is_inside)?.as_call_expr()?;
            let [Expr::Name(asked), class] = &*call.arguments.args else {
                return None;
            };
            let meaning = self.meaning((&*call.func).into());
            let is_asked =
                matches!(meaning, Meaning::Qualified(name) if name == stdlib::IS_INSTANCE);
            let is_it = is_asked
                && asked.id == name.id
                && self.is_same_value(tree.id(asked), node)
                && !self.is_bound_again(id, node);
            is_it.then_some(class.into())
        })
    }

    /// A binding in the statement comes to the use of its name without passing the head again.
    fn is_bound_again(&self, statement: NodeId, used: NodeId) -> bool {
        let tree = self.flow().names().tree();
        let inside = || tree.ancestors(used).take_while(|id| *id != statement);
        let reaching = self.flow().reaching(used).bindings.into_iter();
        let bound = reaching.map(|it| self.flow().names().binding(it).node);
        let mut bound = bound.filter(|it| tree.contains(statement, *it));
        bound.any(|bound| {
            tree.range(bound).start() < tree.range(used).start()
                || inside().any(|id| is_loop(tree.node(id)) && tree.contains(id, bound))
        })
    }

    /// The same bindings reach two uses of a name.
    fn is_same_value(&self, one: NodeId, other: NodeId) -> bool {
        let (one, other) = (self.flow().reaching(one), self.flow().reaching(other));
        !one.overflow && !other.overflow && one.bindings == other.bindings
    }
}
