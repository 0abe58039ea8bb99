//! Methods and attributes of a class, those of its bases in the project too.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtClassDef, StmtFunctionDef};

use crate::bind::remade::Keeps;
use crate::bind::typed::Type;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::project::is_of_python;
use crate::project::outline::{Callable, attributes, calls_base};
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::semantic::class::{Class, Method};

/// What a class has from its bases.
#[derive(Debug)]
pub(super) enum Inherited {
    /// A method.
    Method(Callable),
    /// No base has it.
    Nothing,
    /// A base that is not read may have it.
    Unread {
        /// Its name.
        base: String,
    },
}

/// Iterates over the defs of a class's body.
pub(super) fn methods(class: &StmtClassDef) -> impl Iterator<Item = &StmtFunctionDef> {
    class.body.iter().filter_map(Stmt::as_function_def_stmt)
}

/// Returns the methods of its own object that a method calls.
pub(super) fn called_on_self<'a>(
    subject: &Subject<'a>,
    method: &'a StmtFunctionDef,
) -> Vec<&'a str> {
    let tree = subject.tree;
    let called = |id: NodeId| match tree.node(id) {
        AnyNodeRef::ExprCall(call) => match call.func.as_ref() {
            Expr::Attribute(callee) => subject
                .resolver
                .class_of_self(callee)
                .map(|_| callee.attr.as_str()),
            _ => None,
        },
        _ => None,
    };
    tree.descendants(tree.id(method))
        .filter_map(called)
        .collect()
}

/// Returns the classes of the file that are above or below a class, and the class.
pub fn kin<'a>(subject: &Subject<'a>, class: &'a StmtClassDef) -> Vec<&'a StmtClassDef> {
    let resolver = subject.resolver;
    let above = resolver.above(class).iter();
    let above = above.filter_map(|base| base.clone().here());
    let mut kin: Vec<&StmtClassDef> = std::iter::once(class)
        .chain(above)
        .chain(resolver.below(class).iter().copied())
        .collect();
    kin.sort_unstable_by_key(|it| subject.tree.id(*it));
    kin.dedup_by_key(|it| subject.tree.id(*it));
    kin
}

/// Returns a method, and those of its class that it calls on its own object, in turn.
pub(super) fn reached_from<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    method: &'a StmtFunctionDef,
) -> Vec<&'a StmtFunctionDef> {
    let mut found = vec![method];
    let mut next = 0;
    while let Some(method) = found.get(next) {
        let called = called_on_self(subject, method);
        let is_new = |it: &&StmtFunctionDef| !found.iter().any(|known| std::ptr::eq(*known, *it));
        let more = methods(class).filter(|it| called.contains(&it.name.as_str()));
        let more: Vec<_> = more.filter(is_new).collect();
        found.extend(more);
        next += 1;
    }
    found
}

/// Looks for a method in the bases of a class. `lacks`: bases that do not have it, though they are not read.
/// Python's own ones do not have it either: they end nothing, but go over what they hold.
pub(super) fn inherited<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
    lacks: &dyn Fn(&str) -> bool,
) -> Inherited {
    let lacks = |base: &str| lacks(base) || !base.contains('.') || is_of_python(base);
    first(subject, subject.above(class), name, &lacks)
}

/// Returns whether a class, or a base of it, has a method; unknown where the project may give it one. An object
/// is exactly of the class, or may be of one that derives from it.
pub(crate) fn class_has<'a>(
    subject: &Subject<'a>,
    class: &Class<'a>,
    name: &str,
    is_exact: bool,
) -> Answer {
    match found_in(subject, class, name) {
        Inherited::Method(_) => Answer::Yes,
        Inherited::Nothing if !is_given(subject, class, name, is_exact) => Answer::No,
        _ => Answer::Unknown,
    }
}

/// Returns whether a class, or a base of it, surely has a method.
pub(crate) fn class_surely_has<'a>(subject: &Subject<'a>, class: &Class<'a>, name: &str) -> bool {
    matches!(found_in(subject, class, name), Inherited::Method(_))
}

/// Where a class or a base of it has a method.
fn found_in<'a>(subject: &Subject<'a>, class: &Class<'a>, name: &str) -> Inherited {
    let all = subject.mro(class);
    first(subject, all.iter().cloned(), name, &stdlib::is_bare)
}

/// The project may give a class what its body does not have.
fn is_given<'a>(subject: &Subject<'a>, class: &Class<'a>, name: &str, is_exact: bool) -> bool {
    let given = subject.stand_ins(class, name);
    given.iter().any(|it| !(is_exact && it.is_below))
}

/// The first of some classes, in the order in which Python asks them, that has a method; one that is not
/// read may have it before those behind.
fn first<'a>(
    subject: &Subject<'a>,
    classes: impl IntoIterator<Item = Class<'a>>,
    name: &str,
    lacks: &dyn Fn(&str) -> bool,
) -> Inherited {
    let of_class = |class: Class<'a>| match (class.method(name), &class) {
        (Some(Method::Here(method)), _) => Some(Inherited::Method(header(subject, method))),
        (Some(Method::There(_, header)), _) => Some(Inherited::Method(header.clone())),
        (None, Class::Here(_)) => None,
        (None, Class::Named(named)) => match &named.is {
            Definition::Class(_) => None,
            Definition::Outside(base) if lacks(base) => None,
            _ => Some(Inherited::Unread {
                base: named.qualified.clone(),
            }),
        },
        (None, Class::Unread(base)) => Some(Inherited::Unread { base: base.clone() }),
    };
    let found = classes.into_iter().find_map(of_class);
    found.unwrap_or(Inherited::Nothing)
}

fn header<'a>(subject: &Subject<'a>, method: &'a StmtFunctionDef) -> Callable {
    Callable {
        is_async: method.is_async,
        is_generator: subject.is_generator(method.into()),
        is_decorated: subject.resolver.is_decorated(method),
        decorators: subject.resolver.decorators(method),
        n_parameters: method.parameters.len(),
        calls_base: calls_base(subject.tree, method),
        returns: Type::Unknown,
        hands_back: Keeps::default(),
        wrappers: Vec::new(),
        keeps_coroutines: Keeps::default(),
        makers: None,
    }
}

/// Returns whether a new attribute of the class must not be called so: anything in the file is, or an attribute
/// of one of its bases as far as they are read.
pub fn is_taken<'a>(subject: &Subject<'a>, class: &'a StmtClassDef, name: &str) -> bool {
    let mut above = subject.above(class);
    is_in_file(subject, name)
        || above.any(|base| {
            let class = base.in_project();
            class.is_some_and(|it| it.attributes.contains(name))
        })
        || is_below(subject, class, name)
}

/// A class that derives from it in another file has something of that name.
fn is_below<'a>(subject: &Subject<'a>, class: &'a StmtClassDef, name: &str) -> bool {
    let there = subject.stand_ins(&Class::Here(class), name);
    let mut below = there.iter().filter(|it| it.is_below);
    below.any(|it| it.is_meant != Answer::No)
}

/// Returns whether a name, an attribute or a def of the file is called so.
pub fn is_in_file(subject: &Subject, name: &str) -> bool {
    let names = &subject.answers.names;
    let names = names.get_or_init(|| attributes(subject.tree, NodeId::ROOT));
    names.contains(name)
}
