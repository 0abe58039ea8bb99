//! A function that only runs another one, with its own parameters → that one, as who calls the first names it.
//!
//! `def fetch(url): return asyncio.run(afetch(url))` forwards to `afetch`: a coroutine may await that instead.

use ruff_python_ast::{
    AnyNodeRef, ArgOrKeyword, Arguments, Expr, ExprRef, Parameters, Stmt, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use super::capture::{Captured, Captures};
use super::definition::def_named;
use super::elsewhere::fit_at;
use super::family::relatives;
use super::place::is_docstring;
use super::subject::Subject;
use super::used::{defs_named, mocked};
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::project::definition::Definition;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, Guarded};
use crate::recipe::pattern::is_dotted;

/// What a function forwards to.
struct Forwarded<'r> {
    /// What the pattern calls it.
    capture: &'r str,
    /// Its name.
    name: String,
    /// Whether it is a method of the same object.
    is_method: bool,
}

/// Returns whether all that the function which an expression names does is a match.
pub(super) fn forwards<'a>(
    patterns: &[Guarded],
    callee: ExprRef<'a>,
    subject: &Subject<'a>,
) -> Answer {
    target(patterns, callee, subject).is_some().into()
}

/// Returns whether all that a def of the file does is a match.
pub(super) fn is_forward(patterns: &[Guarded], function: NodeId, subject: &Subject) -> Answer {
    of_def(patterns, subject, function).is_some().into()
}

/// Binds what the condition's match calls, where the condition holds.
pub(super) fn bind<'r, 'a>(
    subject: &Subject<'a>,
    condition: &'r Condition,
    captures: &mut Captures<'r, 'a>,
) {
    let Some((callee, patterns)) = condition.forwards() else {
        return;
    };
    let callee = captures.expression(callee);
    let Some((capture, named)) = callee.and_then(|it| target(patterns, it, subject)) else {
        return;
    };
    let mut names = patterns.iter().flat_map(|it| &it.pattern.captures);
    if let Some((name, _)) = names.find(|(name, _)| *name == capture) {
        captures.bind(name, named);
    }
}

/// What the function that an expression names forwards to, by what the pattern calls that.
fn target<'a>(
    patterns: &[Guarded],
    callee: ExprRef<'a>,
    subject: &Subject<'a>,
) -> Option<(String, Captured<'a>)> {
    // The condition asks, and who writes the name asks again.
    let asked = (patterns.as_ptr(), subject.tree.id(callee));
    let known = &subject.answers.forwarded;
    known.or_find(&asked, || find_target(patterns, callee, subject))
}

fn find_target<'a>(
    patterns: &[Guarded],
    callee: ExprRef<'a>,
    subject: &Subject<'a>,
) -> Option<(String, Captured<'a>)> {
    let mut defs = defs_named(subject, callee);
    let (file, name) = defs.next()?;
    if defs.next().is_some() {
        return None;
    }
    let find = |there: &Subject| {
        let def = def_named(there, &name)?;
        of_def(patterns, there, def).filter(|_| stands_alone(there, def))
    };
    let found = subject.of_file(&file, find)??;
    let named = spelled(subject, callee, &found)?;
    Some((found.capture.to_owned(), named))
}

/// How the target is named where the function that forwards to it is.
fn spelled<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
    target: &Forwarded,
) -> Option<Captured<'a>> {
    let name = &target.name;
    match callee {
        ExprRef::Attribute(it) if is_dotted(&it.value) => {
            let object = &subject.text()[it.value.range()];
            Some(Captured::Type(format!("{object}.{name}")))
        }
        ExprRef::Name(it) if !target.is_method => {
            let scope = subject.names.scope_of(subject.tree.id(it));
            if subject.resolver.local_definition(callee).is_some() {
                let is_seen = subject.names.lookup(scope, name) == Some(ScopeId::MODULE);
                return is_seen.then(|| Captured::Type(name.clone()));
            }
            let Meaning::Qualified(qualified) = subject.resolver.meaning(callee) else {
                return None;
            };
            reference(subject, &qualified, name).map(Captured::Reference)
        }
        _ => None,
    }
}

/// The qualified name of a function that stands beside another one: of the module by which that is known here, or, where
/// that only passes it on, of its own.
fn reference(subject: &Subject, beside: &str, name: &str) -> Option<String> {
    let Definition::Function { path, .. } = subject.definition(beside) else {
        return None;
    };
    let (here, _) = beside.rsplit_once('.')?;
    let parts = subject.facts.name_in_project(&path).with_extension("");
    let parts: Vec<_> = parts.iter().map(|it| it.to_string_lossy()).collect();
    let own = (0..parts.len()).map(|start| parts[start..].join("."));
    let modules = std::iter::once(here.to_owned()).chain(own);
    let mut names = modules.map(|module| format!("{module}.{name}"));
    names.find(|it| {
        let definition = subject.definition(it);
        matches!(definition, Definition::Function { path: found, .. } if found == path)
    })
}

/// What a def of the file forwards to.
fn of_def<'r>(patterns: &'r [Guarded], subject: &Subject, id: NodeId) -> Option<Forwarded<'r>> {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(id) else {
        return None;
    };
    let (only, is_returned) = only_value(def)?;
    let (capture, callee, arguments) = run(patterns, subject, only)?;
    let callables = subject.resolver.local_callables(callee);
    let [AnyNodeRef::StmtFunctionDef(target)] = callables[..] else {
        return None;
    };
    let target_id = subject.tree.id(target);
    let is_method = subject.context.is_method(id);
    let has_object = is_method && !subject.resolver.is_static(def);
    let is_same_place = subject.names.scope_of(id) == subject.names.scope_of(target_id)
        || is_inherited(subject, id, target_id);
    let [own, its] = [def, target].map(|it| parameters(subject, it));
    let is_plain = [def, target]
        .iter()
        .all(|it| has_known_decorators(subject, it));
    let is_coroutine = target.is_async && !subject.is_generator(target.into());
    let gives_none = || returns_nothing(subject, target_id);
    let holds = is_same_place
        && is_plain
        && is_coroutine
        && (is_returned || gives_none())
        && own == its
        && passes_all(def, has_object, arguments)
        && [def, target].iter().all(|it| is_only(subject, it));
    holds.then(|| Forwarded {
        capture,
        name: target.name.to_string(),
        is_method,
    })
}

/// The second of two methods is of a class above that of the first.
fn is_inherited(subject: &Subject, method: NodeId, other: NodeId) -> bool {
    let class = |id| match subject.tree.parent_node(id) {
        AnyNodeRef::StmtClassDef(class) => Some(class),
        _ => None,
    };
    let (Some(own), Some(above)) = (class(method), class(other)) else {
        return false;
    };
    let mut classes = subject.resolver.surely_above(own);
    classes.any(|it| std::ptr::eq(it, above))
}

/// The one expression that a def has beside its docstring, and whether it returns it.
fn only_value(def: &StmtFunctionDef) -> Option<(&Expr, bool)> {
    let body = match def.body.as_slice() {
        [first, rest @ ..] if is_docstring(first) => rest,
        body => body,
    };
    match body {
        [Stmt::Return(it)] => Some((it.value.as_deref()?, true)),
        [Stmt::Expr(it)] => Some((&it.value, false)),
        _ => None,
    }
}

/// What a match calls: what the pattern names it, the callee, and what that is given.
fn run<'r, 'a>(
    patterns: &'r [Guarded],
    subject: &Subject<'a>,
    value: &'a Expr,
) -> Option<(&'r str, ExprRef<'a>, &'a Arguments)> {
    let id = subject.tree.id(value);
    patterns.iter().find_map(|guarded| {
        let none = Captures::default();
        let fit = fit_at(subject, guarded, id, &none).filter(|it| it.unsure.is_none())?;
        let mut names = guarded.pattern.captures.iter();
        names.find_map(|(name, _)| {
            let callee = fit.captures.expression(name)?;
            match subject.tree.parent_node(subject.tree.id(callee)) {
                AnyNodeRef::ExprCall(call) if call.func.range() == callee.range() => {
                    Some((name.as_str(), callee, &call.arguments))
                }
                _ => None,
            }
        })
    })
}

/// The parameters of a def as its callers see them: how they are given, their names, their defaults.
fn parameters<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
) -> Vec<(&'static str, &'a str, Option<&'a str>)> {
    let all = &*def.parameters;
    let of = |sort: &'static str, them: &'a [ruff_python_ast::ParameterWithDefault]| {
        them.iter().map(move |it| {
            let default = it.default.as_deref();
            let default = default.map(|it| &subject.text()[it.range()]);
            (sort, it.name().as_str(), default)
        })
    };
    let rest = |sort: &'static str, it: &'a Option<Box<ruff_python_ast::Parameter>>| {
        it.as_deref().map(|it| (sort, it.name.as_str(), None))
    };
    of("place", &all.posonlyargs)
        .chain(of("", &all.args))
        .chain(rest("*", &all.vararg))
        .chain(of("name", &all.kwonlyargs))
        .chain(rest("**", &all.kwarg))
        .collect()
}

/// Returns whether a call passes on all that a def is given, but for the object of a method: in order, or by name.
fn passes_all(def: &StmtFunctionDef, has_object: bool, arguments: &Arguments) -> bool {
    let mut wanted = forwarded(&def.parameters, has_object);
    let mut given: Vec<String> = arguments.iter_source_order().map(passed).collect();
    let is_placed = |(given, wanted): &(&String, &String)| given == wanted;
    let n_placed = given.iter().zip(&wanted).take_while(is_placed).count();
    for argument in &mut given[n_placed..] {
        if let Some((name, _)) = argument.split_once('=')
            && wanted.iter().any(|it| it == name)
        {
            *argument = name.to_owned();
        } else if wanted.contains(argument) && !argument.contains(['=', '*']) {
            return false;
        }
    }
    given.sort_unstable();
    wanted.sort_unstable();
    given == wanted
}

fn passed(argument: ArgOrKeyword) -> String {
    let name = |it: &Expr| match it {
        Expr::Name(it) => it.id.to_string(),
        _ => String::new(),
    };
    match argument {
        ArgOrKeyword::Arg(Expr::Starred(it)) => format!("*{}", name(&it.value)),
        ArgOrKeyword::Arg(it) => name(it),
        ArgOrKeyword::Keyword(it) => match &it.arg {
            Some(arg) if arg.as_str() == name(&it.value) => format!("{arg}={arg}"),
            Some(_) => String::new(),
            None => format!("**{}", name(&it.value)),
        },
    }
}

/// Returns the arguments with which a def passes on its parameters, but for the first, where that is its object.
pub(crate) fn forwarded(parameters: &Parameters, has_object: bool) -> Vec<String> {
    let places = parameters.posonlyargs.iter().chain(&parameters.args);
    let places = places.map(|it| it.name().to_string());
    let starred = parameters.vararg.iter().map(|it| format!("*{}", it.name));
    let named = parameters.kwonlyargs.iter();
    let named = named.map(|it| format!("{0}={0}", it.name()));
    let rest = parameters.kwarg.iter().map(|it| format!("**{}", it.name));
    let all = places.chain(starred).chain(named).chain(rest);
    all.skip(usize::from(has_object)).collect()
}

fn has_known_decorators<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> bool {
    let decorators = subject.resolver.decorators(def);
    decorators.is_some_and(|all| all.iter().all(|it| stdlib::keeps_the_function(it)))
}

fn returns_nothing(subject: &Subject, def: NodeId) -> bool {
    let mut own = subject.context.own_nodes(def);
    own.all(|id| !matches!(subject.tree.node(id), AnyNodeRef::StmtReturn(it) if it.value.is_some()))
}

/// Returns whether the name of a def is that of no other.
fn is_only(subject: &Subject, def: &StmtFunctionDef) -> bool {
    let scope = subject.names.scope_of(subject.tree.id(def));
    subject.names.bindings_of(scope, &def.name).len() == 1
}

/// Returns whether nothing else stands in the place of a def: no override, no mock.
fn stands_alone(subject: &Subject, id: NodeId) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(id) else {
        return false;
    };
    mocked(id, subject).is_none() && relatives(subject, def).is_ok_and(|all| all.is_empty())
}
