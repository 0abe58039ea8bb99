//! An expression → the objects whose attributes it holds by their names: `x.__dict__`, `vars(x)`, and
//! names that stand for such.

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprRef, Keyword};

use super::spelled::text;
use super::{Setting, members, named};
use crate::bind::MAX_STEPS;
use crate::bind::binding::{Binding, BindingKind};
use crate::bind::replacement::{By, Owner};
use crate::bind::scope::Bindings;

/// The attributes of an object, by their names.
pub const NAMESPACE: &str = "__dict__";

/// What changes a namespace, as a method of it, and whether the name stands first.
const CHANGES: [(&str, bool); 6] = [
    ("__ior__", false),
    ("__setitem__", true),
    ("dict", false),
    ("setdefault", true),
    ("setitem", true),
    ("update", false),
];

/// Those that take the namespace as their first argument, whatever they are taken from.
const TAKERS: [&str; 2] = ["dict", "setitem"];

/// What those call the namespace, and what they call other things than attributes.
const OF_TAKERS: ([&str; 2], [&str; 4]) =
    (["dic", "in_dict"], ["clear", "dic", "in_dict", "values"]);

/// Returns the objects whose attributes an expression may hold.
pub(super) fn holders<'a>(names: &Bindings<'a>, expression: &'a Expr) -> Vec<Owner<'a>> {
    let mut found = Vec::new();
    follow(names, expression.into(), MAX_STEPS, &mut found);
    found
}

/// Returns whether what changes a namespace takes the name first; `None`: it changes none.
pub(super) fn change(callee: &str) -> Option<bool> {
    let change = CHANGES.iter().find(|(name, _)| *name == callee);
    change.map(|(_, is_named)| *is_named)
}

/// Returns what a call sets: `vars(x).update(…)`, `dict.update(vars(x), …)`, `patch.dict(vars(x), …)`.
pub(super) fn changed<'a>(
    names: &Bindings<'a>,
    call: &'a ExprCall,
    callee: &str,
    is_named: bool,
) -> Vec<Setting<'a>> {
    let given = &call.arguments;
    let on = call.func.as_attribute_expr().map(|method| &*method.value);
    let of_dict = |on: &Expr| on.as_name_expr().is_some_and(|it| it.id == "dict");
    let by_name = || OF_TAKERS.0.iter().find_map(|name| given.find_keyword(name));
    let (owners, rest) = if TAKERS.contains(&callee) || on.is_some_and(of_dict) {
        let by_name = by_name().map(|it| &it.value);
        let first = by_name.or(given.args.first());
        let owners = first.map_or_else(Vec::new, |first| holders_or_text(names, first));
        (
            owners,
            &given.args[usize::from(by_name.is_none()).min(given.args.len())..],
        )
    } else {
        let owners = on.map_or_else(Vec::new, |on| holders(names, on));
        (owners, &given.args[..])
    };
    if is_named {
        let name = rest
            .first()
            .or(given.find_keyword("name").map(|it| &it.value));
        let set = |owner| name.map(|name| named(names, owner, name, By::Part));
        return owners.into_iter().filter_map(set).flatten().collect();
    }
    let is_attribute = |it: &&Keyword| {
        let name = it.arg.as_ref().filter(|_| TAKERS.contains(&callee));
        !name.is_some_and(|name| OF_TAKERS.1.contains(&name.as_str()))
    };
    let values = given
        .find_keyword("values")
        .filter(|_| TAKERS.contains(&callee));
    let values = values.map(|it| &it.value);
    let keywords = given.keywords.iter().filter(is_attribute);
    members(names, &owners, rest.iter().chain(values), keywords)
}

/// The same for the first argument of a mock, which may be a text.
fn holders_or_text<'a>(names: &Bindings<'a>, expression: &'a Expr) -> Vec<Owner<'a>> {
    match text(expression) {
        Some(whole) => {
            let owner = whole.strip_suffix(NAMESPACE);
            let owner = owner.and_then(|it| it.strip_suffix('.'));
            owner.map(Owner::Named).into_iter().collect()
        }
        None => holders(names, expression),
    }
}

/// Returns the object whose attributes `x.__dict__` are.
pub(super) fn namespace(attribute: &ExprAttribute) -> Option<Owner<'_>> {
    let is_it = attribute.attr.as_str() == NAMESPACE;
    is_it.then(|| Owner::Value((&attribute.value).into()))
}

fn follow<'a>(
    names: &Bindings<'a>,
    expression: ExprRef<'a>,
    steps: u32,
    found: &mut Vec<Owner<'a>>,
) {
    let Some(steps) = steps.checked_sub(1) else {
        return;
    };
    match expression {
        ExprRef::Attribute(attribute) => found.extend(namespace(attribute)),
        ExprRef::Call(call) => {
            let is_vars = call.func.as_name_expr().is_some_and(|it| it.id == "vars");
            let object = call.arguments.args.first().filter(|_| is_vars);
            found.extend(object.map(|it| Owner::Value(it.into())));
        }
        ExprRef::Name(used) => {
            let scope = names.scope_of(names.tree().id(used));
            let owner = names.lookup(scope, &used.id);
            let all = owner.map_or(&[][..], |owner| names.bindings_of(owner, &used.id));
            for value in all.iter().flat_map(|id| values(names, names.binding(*id))) {
                follow(names, value, steps, found);
            }
        }
        choice => {
            for value in choices(choice) {
                follow(names, value, steps, found);
            }
        }
    }
}

/// Returns the expressions that a value may be one of: `(x := a)`, `a if b else c`, `a or b`.
pub fn choices(expression: ExprRef<'_>) -> Vec<ExprRef<'_>> {
    match expression {
        ExprRef::Named(named) => vec![(&named.value).into()],
        ExprRef::If(choice) => vec![(&choice.body).into(), (&choice.orelse).into()],
        ExprRef::BoolOp(operation) => operation.values.iter().map(ExprRef::from).collect(),
        _ => Vec::new(),
    }
}

/// Returns what a binding may give to its name, where that is written out: a value, the elements of what
/// a loop goes over, the default of a parameter.
pub fn values<'a>(names: &Bindings<'a>, binding: &Binding<'a>) -> Vec<ExprRef<'a>> {
    let tree = names.tree();
    match binding.kind {
        BindingKind::Assignment { value, .. } => {
            tree.node(value).as_expr_ref().into_iter().collect()
        }
        BindingKind::For { iterable } | BindingKind::Comprehension { iterable } => {
            let around = tree.parent_node(binding.node);
            let is_whole = around.is_stmt_for() || around.is_comprehension();
            let elements = match tree.node(iterable) {
                AnyNodeRef::ExprTuple(it) if is_whole => &it.elts[..],
                AnyNodeRef::ExprList(it) if is_whole => &it.elts,
                AnyNodeRef::ExprSet(it) if is_whole => &it.elts,
                _ => &[],
            };
            elements.iter().map(ExprRef::from).collect()
        }
        BindingKind::Parameter { .. } => {
            let AnyNodeRef::StmtFunctionDef(def) = tree.node(binding.statement) else {
                return Vec::new();
            };
            let mut parameters = def.parameters.iter_non_variadic_params();
            let own = parameters.find(|it| it.name().as_str() == binding.name);
            let default = own.and_then(|it| it.default.as_deref());
            default.map(ExprRef::from).into_iter().collect()
        }
        _ => Vec::new(),
    }
}
