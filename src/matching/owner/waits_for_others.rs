//! Does a teardown wait for something that what it ends may have to give?

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};

use super::waits::waited;
use crate::bind::resolve::Meaning;
use crate::matching::subject::Subject;
use crate::project::is_of_python;
use crate::python::tree::NodeId;

/// Returns whether one of the defs that end an object waits for more than to end other things: in a loop
/// with a condition, or for what neither they, nor Python's own functions, nor a method that ends an
/// object give.
pub(super) fn waits_for_others<'a>(subject: &Subject<'a>, ending: &[&'a StmtFunctionDef]) -> bool {
    let tree = subject.tree;
    let waits = |id: NodeId| match tree.node(id) {
        AnyNodeRef::StmtWhile(_) => true,
        node => waited(node)
            .into_iter()
            .any(|it| !is_end(subject, ending, it)),
    };
    ending
        .iter()
        .any(|def| tree.descendants(tree.id(*def)).any(waits))
}

/// What is waited for ends something, or is one of Python's own functions or of these defs.
fn is_end<'a>(subject: &Subject<'a>, ending: &[&'a StmtFunctionDef], waited: &'a Expr) -> bool {
    let Expr::Call(call) = waited else {
        return false;
    };
    if let Meaning::Qualified(name) = subject.resolver.meaning((&call.func).into()) {
        return is_of_python(&name);
    }
    let Expr::Attribute(method) = &*call.func else {
        return false;
    };
    let name = method.attr.as_str();
    subject.lifecycles.ends(name) || ending.iter().any(|def| def.name.as_str() == name)
}
