//! Whether a function is registered on an object that no code uses: its decorators are methods of what its file makes,
//! and nothing hands that on.

use ruff_python_ast::{AnyNodeRef, Decorator, Expr, ExprName};

use super::subject::Subject;
use super::taken::is_used;
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::scope::ScopeId;
use crate::python::tree::NodeId;

/// Returns whether all objects whose methods decorate a function are of its module, and no code uses them but as
/// decorators.
pub(super) fn is_on_unused_registry(function: NodeId, subject: &Subject) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let is_unused = |name| {
        made_at(name, subject).is_some_and(|made| {
            let known = &subject.answers.unused_registries;
            known.or_find(&made, || is_unused(made, subject))
        })
    };
    // A plain function wraps what it decorates.
    let registries = || def.decorator_list.iter().filter_map(registry);
    registries().next().is_some() && registries().all(is_unused)
}

/// Returns the name of the object whose method decorates.
fn registry(decorator: &Decorator) -> Option<&ExprName> {
    let method = match &decorator.expression {
        Expr::Call(call) => &*call.func,
        other => other,
    };
    match method {
        Expr::Attribute(method) => method.value.as_name_expr(),
        _ => None,
    }
}

/// Returns the one binding of the module that a name means, if a call makes its value.
fn made_at(name: &ExprName, subject: &Subject) -> Option<BindingId> {
    let names = &subject.names;
    let scope = names.scope_of(subject.tree.id(name));
    if names.lookup(scope, &name.id) != Some(ScopeId::MODULE) {
        return None;
    }
    let [made] = names.bindings_of(ScopeId::MODULE, &name.id) else {
        return None;
    };
    match names.binding(*made).kind {
        BindingKind::Assignment { value, .. } => {
            let is_call = matches!(subject.tree.node(value), AnyNodeRef::ExprCall(_));
            is_call.then_some(*made)
        }
        _ => None,
    }
}

fn is_unused(made: BindingId, subject: &Subject) -> bool {
    let name = subject.names.binding(made).name;
    let mut uses = subject.names.references_to(Some(ScopeId::MODULE), name);
    uses.all(|it| decorates(it.node, subject)) && !is_used(subject, name)
}

/// Returns whether a name stands there as the object whose method decorates.
fn decorates(name: NodeId, subject: &Subject) -> bool {
    let tree = subject.tree;
    let around = tree.ancestors(name).map(|id| tree.node(id));
    let decorator = around.take_while(|node| !node.is_statement()).last();
    match decorator {
        Some(AnyNodeRef::Decorator(it)) => {
            registry(it).is_some_and(|registry| tree.id(registry) == name)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let text = format!("import lib\nrouter = lib.Router()\n{text}");
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "function: {callers: unused-registry}";
        check_condition("g($at)", condition, &text, lines);
    }

    const F: &str = "@router.get('/')\nasync def f():\n    g(1)\n";

    #[test]
    fn what_no_code_hands_on_is_unused() {
        check(F, true);
        check(&F.replace("('/')", ""), true);
        check(&F.replace("async", "@cache(3)\nasync"), true);
        check(&format!("{F}@router.get('/h')\ndef h():\n    pass\n"), true);
    }

    #[test]
    fn what_other_code_uses_is_used() {
        for other in ["lib.serve(router)\n", "router = 2\n", "del router\n"] {
            check(&format!("{F}{other}"), false);
        }
        check(&format!("{F}@lib.use(router)\ndef h():\n    pass\n"), false);
        check("\nasync def f():\n    g(1)\n", false);
        check("@lib.get\nasync def f():\n    g(1)\n", false);
    }
}
