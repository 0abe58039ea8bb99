//! Loops over what other tasks may change, as soon as they run in between.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::Ranged;

use super::accesses::shared_state;
use super::changed::is_changed;
use super::key::assigned;
use super::users::users;
use crate::bind::MAX_STEPS;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// Methods of a `dict` whose result shows what becomes of it: of the language, and so no table.
const VIEWS: [&str; 3] = ["items", "keys", "values"];

/// Functions of the language that go over what they are given as it is gone over.
const PASSING: [&str; 5] = ["enumerate", "filter", "map", "reversed", "zip"];

/// A loop around the site, in its function, goes over an attribute or global which another function of the
/// file changes in place.
pub(in crate::matching) fn loops_over(site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let function = subject.context.runner(site.node);
    let own = |id: &NodeId| subject.context.runner(*id) == function;
    let around = subject.tree.ancestors(site.node).take_while(own);
    let iterated = around.flat_map(|id| iterated(subject, id));
    let mut gone_over = iterated.flat_map(|it| passed_on(subject, it, MAX_STEPS));
    let Some(shared) = gone_over.find(|it| changes_elsewhere(subject, *it)) else {
        return Answer::No;
    };
    let text = &subject.text()[shared.range()];
    evidence.why(format!(
        "a loop around it iterates over `{text}`, which other functions change"
    ));
    evidence.names = vec![text.to_owned()];
    Answer::Yes
}

/// What a loop or comprehension goes over.
fn iterated<'a>(subject: &Subject<'a>, node: NodeId) -> Vec<&'a Expr> {
    let generators = match subject.tree.node(node) {
        AnyNodeRef::StmtFor(loop_) if !loop_.is_async => return vec![&loop_.iter],
        AnyNodeRef::ExprListComp(it) => &it.generators,
        AnyNodeRef::ExprSetComp(it) => &it.generators,
        AnyNodeRef::ExprDictComp(it) => &it.generators,
        _ => return Vec::new(),
    };
    let plain = generators.iter().filter(|it| !it.is_async);
    plain.map(|it| &it.iter).collect()
}

/// The collections that are read while somebody goes over an expression; so far a method is read that hands one out.
fn passed_on<'a>(subject: &Subject<'a>, expression: &'a Expr, steps: u32) -> Vec<ExprRef<'a>> {
    let Some(steps) = steps.checked_sub(1) else {
        return Vec::new();
    };
    let all = |them: Vec<&'a Expr>| -> Vec<ExprRef<'a>> {
        let them = them.into_iter();
        them.flat_map(|it| passed_on(subject, it, steps)).collect()
    };
    match expression {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if VIEWS.contains(&method.attr.as_str()) => {
                all(vec![&method.value])
            }
            Expr::Name(name) if PASSING.contains(&name.id.as_str()) => {
                all(call.arguments.args.iter().collect())
            }
            callee => all(handed_out(subject, callee.into(), false)),
        },
        Expr::Name(_) => match assigned(subject, subject.tree.id(expression)) {
            Some(alias) if alias.value.is_attribute_expr() => all(vec![&alias.value]),
            _ => vec![expression.into()],
        },
        Expr::Attribute(_) => {
            let mut found = all(handed_out(subject, expression.into(), true));
            found.push(expression.into());
            found
        }
        _ => vec![expression.into()],
    }
}

/// What functions of the file return, or go over while they yield.
fn handed_out<'a>(subject: &Subject<'a>, named: ExprRef<'a>, is_property: bool) -> Vec<&'a Expr> {
    let defs = subject.resolver.local_callables(named).into_iter();
    let defs = defs.filter(|def| match def {
        AnyNodeRef::StmtFunctionDef(def) => {
            !def.is_async
                && subject.resolver.has_decorator(def, stdlib::gives_property) == is_property
        }
        _ => false,
    });
    let handed = defs.flat_map(|def| {
        let is_generator = subject.is_generator(def);
        let nodes = subject.context.nodes_of(subject.tree.id(def));
        nodes.filter_map(move |id| match subject.tree.node(id) {
            AnyNodeRef::StmtReturn(it) if !is_generator => it.value.as_deref(),
            AnyNodeRef::ExprYieldFrom(it) => Some(&*it.value),
            AnyNodeRef::StmtFor(it) if is_generator && !it.is_async => Some(&*it.iter),
            _ => None,
        })
    });
    handed.collect()
}

/// Returns whether a function of the file changes in place what an attribute, by its last name, or a
/// global stands for; not one that makes the object, before there are tasks.
fn changes_elsewhere<'a>(subject: &Subject<'a>, collection: ExprRef<'a>) -> bool {
    let node = subject.tree.id(collection);
    let Some((_, key)) = shared_state(subject, node).filter(|_| !is_parameter(subject, collection))
    else {
        return false;
    };
    users(subject, key).any(|user| is_changed(subject, user.node))
}
