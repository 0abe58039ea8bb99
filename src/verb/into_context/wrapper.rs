//! A def and the decorators on it → is what its name means a coroutine function?

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};

use crate::bind::resolve::Meaning;
use crate::matching::subject::Subject;
use crate::python::stdlib::gives_name;
use crate::semantic::Model;

/// Returns whether what the decorators make of a def is a coroutine function; `None`: that is not known.
pub(super) fn color<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
    mut decorators: impl Iterator<Item = AnyNodeRef<'a>>,
) -> Option<bool> {
    // The uppermost has the last word.
    match decorators.next() {
        None => Some(def.is_async),
        Some(AnyNodeRef::Decorator(decorator)) => made_by(subject, (&decorator.expression).into()),
        Some(_) => None,
    }
}

/// All that a decorator of this file returns are defs inside of it.
fn made_by<'a>(subject: &Subject<'a>, decorator: ExprRef<'a>) -> Option<bool> {
    let Model { tree, context, .. } = subject.model;
    let maker = def_of(subject, decorator)?;
    if !maker.decorator_list.is_empty() || maker.is_async {
        return None;
    }
    let id = tree.id(maker);
    let returns = context
        .own_nodes(id)
        .filter_map(|inner| match tree.node(inner) {
            AnyNodeRef::StmtReturn(it) => Some(it),
            _ => None,
        });
    let mut colors = returns.map(|it| {
        let def = def_of(subject, it.value.as_deref()?.into())?;
        let is_plain = def.decorator_list.iter().all(|it| {
            let call = it.expression.as_call_expr();
            let meaning = call.map(|call| subject.resolver.meaning((&call.func).into()));
            matches!(meaning, Some(Meaning::Qualified(name)) if gives_name(&name))
        });
        (is_plain && !subject.is_generator(def.into())).then_some(def.is_async)
    });
    let first = colors.next()??;
    colors.all(|color| color == Some(first)).then_some(first)
}

fn def_of<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<&'a StmtFunctionDef> {
    match subject.resolver.local_definition(expression)? {
        AnyNodeRef::StmtFunctionDef(def) => Some(def),
        _ => None,
    }
}
