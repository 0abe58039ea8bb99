//! Do objects of a class take attributes that the class does not list?

use ruff_python_ast::{Expr, Stmt, StmtClassDef};

use super::unowned::Unowned;
use crate::bind::base::Base;
use crate::matching::members::{Inherited, inherited, methods};
use crate::matching::subject::Subject;
use crate::python::stdlib;

/// The method that sets attributes.
const SET: &str = "__setattr__";

/// Checks that an attribute can be added.
///
/// # Errors
/// The class says which attributes its objects have, or sees to them itself.
pub(super) fn check<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> Result<(), Unowned> {
    match closed_by(subject, class) {
        Some(why) => Err(Unowned::Closed {
            class: class.name.to_string(),
            why,
        }),
        None => Ok(()),
    }
}

/// What sees to the attributes.
fn closed_by<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> Option<String> {
    if class.body.iter().any(lists_attributes) {
        return Some("`__slots__`".to_owned());
    }
    let is_own = methods(class).any(|it| it.name.as_str() == SET);
    let of_base = || inherited(subject, class, SET, &|_| true);
    if is_own || matches!(of_base(), Inherited::Method(_)) {
        return Some(format!("`{SET}`"));
    }
    let mut bases = subject.resolver.bases(class).into_iter();
    let base = bases.find_map(|base| match base {
        Base::There(name) if stdlib::has_fixed_attributes(&name) => Some(name),
        _ => None,
    });
    let option = || {
        let mut decorators = class.decorator_list.iter();
        decorators.find_map(|it| fixing(subject, &it.expression))
    };
    base.map(|base| format!("`{base}`"))
        .or_else(|| option().map(|option| format!("`{option}` of its decorator")))
}

/// The option of a decorator that fixes the attributes.
fn fixing<'a>(subject: &Subject<'a>, decorator: &'a Expr) -> Option<&'a str> {
    let call = decorator.as_call_expr()?;
    let name = subject.resolver.meaning((&call.func).into()).qualified()?;
    let options = call.arguments.keywords.iter();
    let mut given = options
        .filter(|it| !is_false(&it.value))
        .filter_map(|it| it.arg.as_deref());
    given.find(|option| stdlib::fixes_attributes(&name, option))
}

fn lists_attributes(statement: &Stmt) -> bool {
    let is_slots = |target: &Expr| {
        target
            .as_name_expr()
            .is_some_and(|it| it.id.as_str() == "__slots__")
    };
    match statement {
        Stmt::Assign(it) => it.targets.iter().any(is_slots),
        Stmt::AnnAssign(it) => is_slots(&it.target),
        _ => false,
    }
}

fn is_false(value: &Expr) -> bool {
    matches!(value, Expr::BooleanLiteral(it) if !it.value)
}
