//! Is what a parameter gets of the kind that its annotation says? Its default, calls of its function in
//! the project, and code that asks what it got.

use std::path::PathBuf;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, StmtFunctionDef};
use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::{is_kind, origins};
use super::site::Evidence;
use super::subject::Subject;
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::gift::{By, ByCallee, Callee, For, Gift, Slot};
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

mod also;

pub(super) mod calls;

/// A parameter of a def.
#[derive(Clone, Copy)]
struct Parameter<'a> {
    function: &'a StmtFunctionDef,
    it: &'a ruff_python_ast::Parameter,
}

/// Why it may get something else, and whether it surely does.
type Why = Option<(Answer, String)>;

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
        let annotation = subject.tree.id(annotation);
        let find = || {
            let parameter = parameter(subject, annotation)?;
            by_default(kinds, subject, parameter)
                .or_else(|| asked(subject, parameter))
                .or_else(|| by_call(kinds, subject, parameter))
        };
        let question = (annotation, kinds.as_ptr());
        if let Some((answer, why)) = subject.answers.other.or_find(&question, find) {
            evidence.why(why);
            return answer;
        }
    }
    Answer::No
}

/// Returns whether a value comes from parameters with annotations alone, those with stars left out: their calls say
/// what it may be.
pub(super) fn is_parameter<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> bool {
    let origins = origins(subject, expression);
    let is_whole = |parameter: Parameter<'a>| {
        let mut all = parameter.function.parameters.iter_non_variadic_params();
        all.any(|it| std::ptr::eq(&it.parameter, parameter.it))
    };
    let is_it = |origin: &Origin<'a>| match origin {
        Origin::Annotated(it) => parameter(subject, subject.tree.id(*it)).is_some_and(is_whole),
        _ => false,
    };
    !origins.is_empty() && origins.iter().all(is_it)
}

/// The parameter that an annotation is of.
fn parameter<'a>(subject: &Subject<'a>, annotation: NodeId) -> Option<Parameter<'a>> {
    let tree = subject.tree;
    let mut around = tree.ancestors(annotation).map(|id| tree.node(id));
    let it = around.find_map(|node| match node {
        AnyNodeRef::Parameter(it) => Some(it),
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

fn by_default<'a>(kinds: &[String], subject: &Subject<'a>, parameter: Parameter<'a>) -> Why {
    let mut all = parameter.function.parameters.iter_non_variadic_params();
    let it = all.find(|it| std::ptr::eq(&it.parameter, parameter.it))?;
    let default = it.default.as_deref()?;
    let text = &subject.text()[subject.tree.range(subject.tree.id(default))];
    let why = || (Answer::Yes, format!("its default is `{text}`"));
    is_other(kinds, subject, default).then(why)
}

/// The function asks what its parameter is, or has.
fn asked<'a>(subject: &Subject<'a>, parameter: Parameter<'a>) -> Why {
    let function = subject.tree.id(parameter.function);
    let find = || Rc::new(asks(subject, function));
    let asks = subject.answers.asks.or_find(&function, find);
    let asks = asks.get(parameter.it.name.as_str())?;
    let why = format!("{} checks its type", place(subject, *asks));
    Some((Answer::Yes, why))
}

/// Where a function asks what one of its names is, by name.
fn asks<'a>(subject: &Subject<'a>, function: NodeId) -> FxHashMap<&'a str, NodeId> {
    let mut found = FxHashMap::default();
    for id in subject.tree.descendants(function) {
        if let AnyNodeRef::ExprCall(call) = subject.tree.node(id)
            && let Some(Expr::Name(name)) = call.arguments.args.first()
            && let Meaning::Qualified(asks) = subject.resolver.meaning((&call.func).into())
            && stdlib::asks_what(&asks)
        {
            found.entry(name.id.as_str()).or_insert(id);
        }
    }
    found
}

fn place(subject: &Subject, node: NodeId) -> String {
    let position = subject.source.position(subject.tree.range(node).start());
    position.line_in(&subject.name_of_file(subject.path()))
}

/// A call of the project gives it.
fn by_call<'a>(kinds: &[String], subject: &Subject<'a>, parameter: Parameter<'a>) -> Why {
    let callees = calls::callees_of(subject, parameter.function);
    let find = || {
        subject.facts.read_off().count();
        let mut all = ByCallee::default();
        all.add(calls::given(subject, kinds));
        Rc::new(all)
    };
    let own = subject.answers.given.or_find(&kinds.as_ptr(), find);
    let gets = |gift: &Gift| gets(subject, parameter, gift);
    let of_own = |callee: &Callee| own.to(callee).into_iter().find(|it| gets(it));
    if let Some(gift) = callees.iter().find_map(of_own) {
        return Some(told(&gift));
    }
    let word = called_as(subject, parameter.function)?;
    let files = read_others(kinds, subject, &own, word);
    let asked = asked_for(kinds, subject);
    let gift = subject.facts.read_off().gifts.ask(asked, |all| {
        let found = callees.iter().flat_map(|callee| all.to(callee));
        let mut found = found.filter(|it| files.contains(&it.path));
        found.find(|it| gets(it))
    })?;
    Some(told(&gift))
}

fn told(gift: &Gift) -> (Answer, String) {
    let Gift { place, text, .. } = gift;
    let is_sure = gift.callee.of.is_some() && !gift.callee.is_below;
    match is_sure {
        true => (Answer::Yes, format!("{place} passes `{text}` for it")),
        false => (Answer::Unknown, format!("{place} may give `{text}` for it")),
    }
}

fn asked_for(kinds: &[String], subject: &Subject) -> For {
    (kinds.as_ptr() as usize, subject.target.version)
}

/// The name that stands where a def is called; `None` where no other file can call it.
fn called_as<'a>(subject: &Subject<'a>, function: &'a StmtFunctionDef) -> Option<&'a str> {
    let tree = subject.tree;
    let id = tree.id(function);
    let mut around = tree.ancestors(id).map(|id| tree.node(id));
    if around.any(|it| it.is_stmt_function_def()) {
        return None;
    }
    let name = function.name.as_str();
    match tree.parent_node(id) {
        // A call of the class runs it, or one of its object.
        AnyNodeRef::StmtClassDef(class) if name.starts_with("__") => Some(class.name.as_str()),
        _ => Some(name),
    }
}

/// Reads the other files of the program in which a name stands, or one that is given to it.
fn read_others(
    kinds: &[String],
    subject: &Subject,
    own: &ByCallee,
    word: &str,
) -> Rc<FxHashSet<PathBuf>> {
    let question = (kinds.as_ptr(), word.to_owned());
    let asked = asked_for(kinds, subject);
    let read_off = subject.facts.read_off();
    let find = || {
        let mut files = FxHashSet::default();
        let mut seen: FxHashSet<String> = FxHashSet::default();
        let mut open = vec![word.to_owned()];
        while let Some(name) = open.pop() {
            for path in subject.facts.mentioning(subject.path(), &name) {
                subject.facts.note(&path);
                read_off.gifts.read(asked, &path, || {
                    read_off.count();
                    let given = |other: &Subject| calls::given(other, kinds);
                    subject.of_other_file(&path, given).unwrap_or_default()
                });
                files.insert(path);
            }
            let there = read_off.gifts.ask(asked, |all| all.also(&name));
            let also = own.also(&name).into_iter().chain(there);
            open.extend(also.filter(|it| seen.insert(it.clone())));
        }
        Rc::new(files)
    };
    subject.answers.given_to.or_find(&question, find)
}

/// Returns whether it is this parameter that gets an argument.
fn gets<'a>(subject: &Subject<'a>, parameter: Parameter<'a>, gift: &Gift) -> bool {
    let Parameter { function, it } = parameter;
    let parent = subject.tree.parent_node(subject.tree.id(function));
    let is_method = parent.is_stmt_class_def();
    let n_before = match gift.by {
        By::Name if !is_method => 0,
        By::New if is_method => 1,
        By::Class if is_method => usize::from(subject.resolver.is_of_class(function)),
        By::Object if is_method => usize::from(!subject.resolver.is_static(function)),
        _ => return false,
    };
    let all = &function.parameters;
    let vararg = all.vararg.as_deref();
    let is_gathered = vararg.is_some_and(|gathers| std::ptr::eq(gathers, it));
    let mut positional = all.posonlyargs.iter().chain(&all.args);
    match &gift.slot {
        Slot::At(at) if is_gathered => at + n_before >= positional.count(),
        Slot::At(at) => positional
            .nth(at + n_before)
            .is_some_and(|other| std::ptr::eq(&other.parameter, it)),
        Slot::Named(name) => {
            let mut named = all.args.iter().chain(&all.kwonlyargs);
            name == it.name.as_str() && named.any(|other| std::ptr::eq(&other.parameter, it))
        }
    }
}
