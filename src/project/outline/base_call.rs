//! Does a method call the one of its name in a base?

use ruff_python_ast::comparable::ComparableExpr;
use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};

use crate::python::tree::Tree;

/// Returns whether a method speaks of the one of its name in a base: `super().start`, `Base.start`.
pub(crate) fn calls_base(tree: &Tree, method: &StmtFunctionDef) -> bool {
    let bases = match tree.parent_node(tree.id(method)) {
        AnyNodeRef::StmtClassDef(class) => class.bases(),
        _ => &[],
    };
    let is_base = |object: &Expr| {
        let mut bases = bases.iter().map(plain_base);
        bases.any(|base| ComparableExpr::from(base) == ComparableExpr::from(object))
    };
    tree.descendants(tree.id(method))
        .any(|id| match tree.node(id) {
            AnyNodeRef::ExprAttribute(it) => {
                it.attr.as_str() == method.name.as_str()
                    && (is_super(&it.value) || is_base(&it.value))
            }
            _ => false,
        })
}

/// Returns whether an expression is a call of `super`.
pub(crate) fn is_super(object: &Expr) -> bool {
    let callee = object.as_call_expr().map(|call| &*call.func);
    let callee = callee.and_then(Expr::as_name_expr);
    callee.is_some_and(|callee| callee.id.as_str() == "super")
}

/// `class Box(Base[T])` derives from `Base`.
fn plain_base(base: &Expr) -> &Expr {
    match base {
        Expr::Subscript(generic) => &generic.value,
        base => base,
    }
}
