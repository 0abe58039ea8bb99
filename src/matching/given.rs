//! Is what a parameter gets of the kind that its annotation says? Its default, calls of its function in
//! the project, and code that asks what it got.

use ruff_python_ast::{
    AnyNodeRef, Arguments, Expr, ExprRef, ParameterWithDefault, StmtFunctionDef,
};

use super::kind::{is_kind, origins};
use super::site::Evidence;
use super::subject::Subject;
use super::taken::{Taken, any_use};
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::python::own;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// A parameter of a def.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    function: &'a StmtFunctionDef,
    it: &'a ParameterWithDefault,
}

/// Returns whether an annotated parameter may get what is of none of the kinds.
pub(super) fn other_than<'a>(
    kinds: &[String],
    expression: ExprRef<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    for origin in origins(subject, expression) {
        let Origin::Annotated(annotation) = origin else {
            continue;
        };
        let Some(parameter) = parameter(subject, subject.tree.id(annotation)) else {
            continue;
        };
        let why = by_default(kinds, subject, parameter)
            .or_else(|| asked(subject, parameter))
            .or_else(|| by_call(kinds, subject, parameter))
            .or_else(|| by_other_file(kinds, subject, parameter));
        if let Some(why) = why {
            evidence.why(why);
            return Answer::Yes;
        }
    }
    Answer::No
}

/// The parameter that an annotation is of.
fn parameter<'a>(subject: &Subject<'a>, annotation: NodeId) -> Option<Parameter<'a>> {
    let tree = subject.tree;
    let mut around = tree.ancestors(annotation).map(|id| tree.node(id));
    let it = around.find_map(|node| match node {
        AnyNodeRef::ParameterWithDefault(it) => Some(it),
        _ => None,
    })?;
    let function = around.find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(function) => Some(function),
        _ => None,
    })?;
    Some(Parameter { function, it })
}

/// It is surely of none of the kinds; `None` says that nothing is given.
fn is_other<'a>(kinds: &[String], subject: &Subject<'a>, value: &'a Expr) -> bool {
    let is_no = |kind: &String| is_kind(subject, value.into(), kind).answer == Answer::No;
    !value.is_none_literal_expr() && kinds.iter().all(is_no)
}

fn by_default<'a>(
    kinds: &[String],
    subject: &Subject<'a>,
    parameter: Parameter<'a>,
) -> Option<String> {
    let default = parameter.it.default.as_deref()?;
    let text = &subject.text()[subject.tree.range(subject.tree.id(default))];
    is_other(kinds, subject, default).then(|| format!("its default is `{text}`"))
}

/// The function asks what its parameter is, or has.
fn asked<'a>(subject: &Subject<'a>, parameter: Parameter<'a>) -> Option<String> {
    let name = parameter.it.parameter.name.as_str();
    let tree = subject.tree;
    let mut nodes = tree.descendants(tree.id(parameter.function));
    let asks = nodes.find(|id| match tree.node(*id) {
        AnyNodeRef::ExprCall(call) => {
            let first = call.arguments.args.first().and_then(Expr::as_name_expr);
            let meaning = subject.resolver.meaning((&call.func).into());
            first.is_some_and(|it| it.id == name)
                && matches!(meaning, Meaning::Qualified(asks) if own::asks_what(&asks))
        }
        _ => false,
    })?;
    Some(format!("{} asks what it is", place(subject, asks)))
}

fn place(subject: &Subject, node: NodeId) -> String {
    let position = subject.source.position(subject.tree.range(node).start());
    position.line_in(&subject.name_of_file(subject.path()))
}

/// A call of this file gives it.
fn by_call<'a>(
    kinds: &[String],
    subject: &Subject<'a>,
    parameter: Parameter<'a>,
) -> Option<String> {
    let tree = subject.tree;
    let is_it = |callable: &AnyNodeRef<'a>| matches!(callable, AnyNodeRef::StmtFunctionDef(it) if std::ptr::eq(*it, parameter.function));
    tree.ids().find_map(|id| {
        let AnyNodeRef::ExprCall(call) = tree.node(id) else {
            return None;
        };
        let given = argument(parameter, &call.arguments, call.func.is_attribute_expr())?;
        let runs = subject.resolver.local_callables((&call.func).into());
        (runs.iter().any(is_it) && is_other(kinds, subject, given)).then(|| gives(subject, given))
    })
}

/// A call of another file gives it.
fn by_other_file<'a>(
    kinds: &[String],
    subject: &Subject<'a>,
    parameter: Parameter<'a>,
) -> Option<String> {
    let function = subject.tree.id(parameter.function);
    if subject.names.scope_of(function) != ScopeId::MODULE {
        return None;
    }
    let mut found = None;
    any_use(subject, &parameter.function.name, &mut |_, taken| {
        let Taken::Use(other, id) = taken else {
            return false;
        };
        if let AnyNodeRef::ExprCall(call) = other.tree.parent_node(id)
            && other.tree.id(&*call.func) == id
            && let Some(given) = argument(parameter, &call.arguments, false)
            && is_other(kinds, other, given)
        {
            found = Some(gives(other, given));
        }
        found.is_some()
    });
    found
}

fn gives<'a>(subject: &Subject<'a>, given: &'a Expr) -> String {
    let id = subject.tree.id(given);
    let text = subject.first_line(subject.tree.range(id));
    format!("{} gives `{text}` for it", place(subject, id))
}

/// The argument of a call that a parameter gets; of a method its object may stand before the dot.
fn argument<'a>(
    parameter: Parameter<'_>,
    arguments: &'a Arguments,
    may_be_bound: bool,
) -> Option<&'a Expr> {
    let own = parameter.it.parameter.name.as_str();
    if let Some(named) = arguments.find_keyword(own) {
        return Some(&named.value);
    }
    let all = &parameter.function.parameters;
    let mut positional = all.posonlyargs.iter().chain(&all.args);
    let at = positional.position(|it| std::ptr::eq(it, parameter.it))?;
    let at = at.checked_sub(usize::from(may_be_bound))?;
    let before = arguments.args.get(..=at)?;
    (!before.iter().any(Expr::is_starred_expr)).then(|| &before[at])
}
