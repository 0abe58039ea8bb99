//! Where a file awaits coroutines of the project, and what holds there.

use std::path::PathBuf;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprRef};

use super::waits::waits_anyway;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::capture::Captures;
use crate::matching::kind::origins;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
use crate::project::definition::Definition;
use crate::project::driven::name_of;
use crate::project::read_off::{AtAwait, AtAwaits, Await, Awaits, Function, Runs};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Condition;
use crate::semantic::class::Class;

/// Defs that only hand on a coroutine are looked through so far.
const MAX_STEPS: u32 = 3;

/// Returns where the file awaits.
pub(super) fn awaits(subject: &Subject) -> Arc<Awaits> {
    let ids = || subject.tree.ids();
    let found = ids().filter_map(|id| await_at(subject, id));
    let given = ids().flat_map(|id| given_at(subject, id));
    Arc::new(Awaits::new(found.collect(), given.collect()))
}

/// Returns whether the condition holds at each of the awaits of the file.
pub(super) fn at_awaits(subject: &Subject, awaits: &Awaits, condition: &Condition) -> AtAwaits {
    let none = Captures::default();
    let at = |it: &Await| {
        let mut evidence = Evidence::default();
        let answer = it.node.map_or(Answer::No, |node| {
            Site::at(subject, node, &none).meets(condition, &mut evidence)
        });
        AtAwait {
            answer,
            why: evidence.why,
            names: evidence.names,
        }
    };
    awaits.all().iter().map(at).collect()
}

/// Returns the def around a node, as other files know it.
pub(super) fn function_around(subject: &Subject, node: NodeId) -> Option<Function> {
    let function = subject.context.runner(node)?;
    subject.tree.node(function).as_stmt_function_def()?;
    let class = match subject.context.is_method(function) {
        true => subject.context.enclosing_class(function),
        false => None,
    };
    let class = class.and_then(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtClassDef(class) => Some(class),
        _ => None,
    });
    Some(Function {
        path: subject.facts.name_in_project(subject.path()),
        name: name_of(subject.tree, function),
        roots: class.map_or_else(Arc::default, |class| subject.roots(&Class::Here(class))),
    })
}

fn await_at(subject: &Subject, node: NodeId) -> Option<Await> {
    let (at, runs) = match subject.tree.node(node) {
        AnyNodeRef::ExprAwait(it) => (node, awaited(subject, &it.value)),
        AnyNodeRef::WithItem(item) if is_async_with(subject, node) => {
            let value = &item.context_expr;
            let methods = ["__aenter__", "__aexit__"];
            (subject.tree.id(value), entered(subject, value, &methods))
        }
        AnyNodeRef::StmtFor(it) if it.is_async => gone_over(subject, &it.iter),
        AnyNodeRef::Comprehension(it) if it.is_async => gone_over(subject, &it.iter),
        AnyNodeRef::StmtReturn(it) => return handed_on(subject, node, it.value.as_deref()?),
        _ => return None,
    };
    if runs.is_empty() {
        return None;
    }
    Some(Await {
        position: subject.source.position(subject.tree.range(at).start()),
        node: Some(at),
        runs,
        inside: function_around(subject, at),
        waits_anyway: waits_anyway(subject, at),
    })
}

/// A plain def that returns a coroutine runs it where that is awaited.
fn handed_on<'a>(subject: &Subject<'a>, node: NodeId, value: &'a Expr) -> Option<Await> {
    let function = subject.context.runner(node)?;
    let runs = match subject.tree.node(function) {
        AnyNodeRef::StmtFunctionDef(def) if !def.is_async => awaited(subject, value),
        _ => Vec::new(),
    };
    (!runs.is_empty()).then(|| Await {
        position: subject.source.position(subject.tree.range(node).start()),
        node: None,
        runs,
        inside: function_around(subject, node),
        waits_anyway: false,
    })
}

fn is_async_with(subject: &Subject, item: NodeId) -> bool {
    matches!(subject.tree.parent_node(item), AnyNodeRef::StmtWith(with) if with.is_async)
}

fn gone_over<'a>(subject: &Subject<'a>, iter: &'a Expr) -> (NodeId, Vec<Runs>) {
    let methods = ["__aiter__", "__anext__"];
    (subject.tree.id(iter), entered(subject, iter, &methods))
}

/// What is entered or gone over runs these methods, or is a generator.
fn entered<'a>(subject: &Subject<'a>, value: &'a Expr, methods: &[&str]) -> Vec<Runs> {
    let all = |of: &dyn Fn(&str) -> Runs| methods.iter().map(|name| of(name)).collect();
    if let Some((class, _)) = subject.instance(value.into())
        && class.is_of_project()
    {
        let classes = subject.roots(&class);
        return all(&|name| Runs::MethodOf(classes.clone(), name.to_owned()));
    }
    match made_by(subject, value) {
        Some(call) => called(subject, call, MAX_STEPS),
        None => all(&|name| Runs::Method(name.to_owned())),
    }
}

/// The call that makes a value, where there is but one.
fn made_by<'a>(subject: &Subject<'a>, value: &'a Expr) -> Option<&'a ExprCall> {
    match origins(subject, value.into()).as_slice() {
        [Origin::Made(ExprRef::Call(call))] => Some(call),
        _ => None,
    }
}

/// What runs where an expression is awaited.
fn awaited<'a>(subject: &Subject<'a>, value: &'a Expr) -> Vec<Runs> {
    match value {
        Expr::If(choice) => {
            let mut runs = awaited(subject, &choice.body);
            runs.extend(awaited(subject, &choice.orelse));
            runs
        }
        _ => match made_by(subject, value) {
            Some(call) => called(subject, call, MAX_STEPS),
            None if is_parameter(subject, value.into()) => vec![Runs::Given],
            None => Vec::new(),
        },
    }
}

/// What runs where the result of a call is awaited. What is not of the project waits anyway, whatever it is
/// given.
fn called<'a>(subject: &Subject<'a>, call: &'a ExprCall, steps: u32) -> Vec<Runs> {
    let Some(steps) = steps.checked_sub(1) else {
        return Vec::new();
    };
    let callee = ExprRef::from(&*call.func);
    let mut runs = match subject.resolver.meaning(callee) {
        Meaning::Qualified(qualified) => match subject.definition(&qualified) {
            Definition::Function { path, name, .. } => {
                vec![Runs::Def(subject.facts.name_in_project(&path), name)]
            }
            Definition::Outside(_) => return Vec::new(),
            _ => match &*call.func {
                Expr::Attribute(method) => vec![Runs::Method(method.attr.to_string())],
                _ => Vec::new(),
            },
        },
        _ => by_own_file(subject, call),
    };
    // What is handed on to code of the project runs there.
    for given in &*call.arguments.args {
        if let Expr::Call(coroutine) = given {
            runs.extend(called(subject, coroutine, steps));
        }
    }
    runs
}

fn by_own_file<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Vec<Runs> {
    let callee = ExprRef::from(&*call.func);
    let home = || subject.facts.name_in_project(subject.path());
    let defs = subject.resolver.local_callables(callee).into_iter();
    let defs = defs.filter(|def| def.is_stmt_function_def());
    let mut runs: Vec<Runs> = defs
        .map(|def| Runs::Def(home(), name_of(subject.tree, subject.tree.id(def))))
        .collect();
    match &*call.func {
        Expr::Attribute(method) => match subject.resolver.class_of_self(method) {
            // A class of another file may override it, or have it already.
            Some(class) => runs.push(Runs::MethodOf(
                subject.roots(&Class::Here(class)),
                method.attr.to_string(),
            )),
            None if runs.is_empty() => runs.extend(of_object(subject, method)),
            None => {}
        },
        _ if runs.is_empty() => runs.push(Runs::Given),
        _ => {}
    }
    runs
}

/// What a node gives to defs or classes of the project: as arguments, or for a decorator to replace.
fn given_at<'a>(subject: &Subject<'a>, node: NodeId) -> Vec<(Runs, (PathBuf, String))> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprCall(call) => {
            let arguments = call.arguments.iter_source_order().map(|it| it.value());
            let given: Vec<Runs> = arguments.flat_map(|it| callable(subject, it)).collect();
            let taker = match given.is_empty() {
                true => None,
                false => defined(subject, (&*call.func).into()),
            };
            let taker = taker.into_iter();
            let each =
                taker.flat_map(|taker| given.iter().map(move |it| (it.clone(), taker.clone())));
            each.collect()
        }
        AnyNodeRef::StmtFunctionDef(def) if def.is_async => {
            let home = subject.facts.name_in_project(subject.path());
            let own = Runs::Def(home, name_of(subject.tree, node));
            let decorators = def.decorator_list.iter().map(|it| &it.expression);
            let takers = decorators.filter_map(|it| match it {
                Expr::Call(call) => defined(subject, (&*call.func).into()),
                other => defined(subject, other.into()),
            });
            takers.map(|taker| (own.clone(), taker)).collect()
        }
        _ => Vec::new(),
    }
}

/// What may run where an argument is called: a def, or a method that is taken from its object.
fn callable<'a>(subject: &Subject<'a>, given: &'a Expr) -> Vec<Runs> {
    let taken = match given {
        Expr::Name(_) => taken_as(subject, given).unwrap_or(given),
        Expr::Attribute(_) => given,
        // A coroutine that is begun there.
        Expr::Call(call) => return called(subject, call, 1),
        _ => return Vec::new(),
    };
    match (taken, defined(subject, taken.into())) {
        (_, Some((path, name))) => vec![Runs::Def(path, name)],
        (Expr::Attribute(method), None) => of_object(subject, method),
        _ => Vec::new(),
    }
}

/// The method of an object of another file, as far as it is known what the object is.
fn of_object<'a>(subject: &Subject<'a>, method: &'a ExprAttribute) -> Vec<Runs> {
    let name = method.attr.to_string();
    match subject.instance((&*method.value).into()) {
        Some((class, _)) if class.is_of_project() => {
            vec![Runs::MethodOf(subject.roots(&class), name)]
        }
        Some((Class::Named(named), _)) if matches!(named.is, Definition::Outside(_)) => Vec::new(),
        _ => vec![Runs::Method(name)],
    }
}

/// The attribute that a name was set to.
fn taken_as<'a>(subject: &Subject<'a>, name: &Expr) -> Option<&'a Expr> {
    let binding = subject.flow.reaching(subject.tree.id(name)).only()?;
    match subject.tree.node(subject.names.binding(binding).statement) {
        AnyNodeRef::StmtAssign(assign) => Some(&*assign.value).filter(|it| it.is_attribute_expr()),
        _ => None,
    }
}

/// The def or class of the project that an expression names.
fn defined<'a>(subject: &Subject<'a>, named: ExprRef<'a>) -> Option<(PathBuf, String)> {
    if let Meaning::Qualified(qualified) = subject.resolver.meaning(named) {
        let (path, name) = match subject.definition(&qualified) {
            Definition::Function { path, name, .. } => (path, name),
            Definition::Class(class) => (class.path, class.name),
            _ => return None,
        };
        return Some((subject.facts.name_in_project(&path), name));
    }
    let here = subject.resolver.local_callables(named);
    let def = here.first()?;
    Some((
        subject.facts.name_in_project(subject.path()),
        name_of(subject.tree, subject.tree.id(*def)),
    ))
}
