//! Loops over what other tasks may change, as soon as they run in between.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::Ranged;

use super::accesses::shared_state;
use super::changed::is_changed;
use super::users::users;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::matching::uses::is_parameter;
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
    let mut gone_over = iterated.flat_map(passed_on);
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

/// The collections that are read while somebody goes over an expression.
fn passed_on(expression: &Expr) -> Vec<ExprRef<'_>> {
    let Expr::Call(call) = expression else {
        return vec![expression.into()];
    };
    match &*call.func {
        Expr::Attribute(method) if VIEWS.contains(&method.attr.as_str()) => {
            vec![(&*method.value).into()]
        }
        Expr::Name(name) if PASSING.contains(&name.id.as_str()) => {
            let given = call.arguments.args.iter();
            given.flat_map(passed_on).collect()
        }
        _ => Vec::new(),
    }
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
