//! What the calls of a file give that is surely of none of some kinds, and what each of them may run.

use std::path::{Path, PathBuf};

use ruff_python_ast::{
    AnyNodeRef, Arguments, Expr, ExprAttribute, ExprName, ExprRef, StmtFunctionDef,
};

use super::also::also;
use super::{is_other, place};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::subject::Subject;
use crate::project::definition::Definition;
use crate::project::driven::name_of;
use crate::project::gift::{By, Callee, Gift, Given, Slot};
use crate::project::outline::is_super;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::semantic::class::Class;

/// What a call of a class runs.
const MAKERS: [&str; 2] = [stdlib::SETS_UP, stdlib::MAKES];

/// What a call of an object runs.
const CALL: &str = "__call__";

/// A class, and whether one that derives from it may be meant.
type Meant<'a> = (Class<'a>, bool);

/// Reads a file.
pub(super) fn given(subject: &Subject, kinds: &[String]) -> Given {
    let mut given = Given {
        gifts: Vec::new(),
        also: also(subject),
    };
    for id in subject.tree.ids() {
        let AnyNodeRef::ExprCall(call) = subject.tree.node(id) else {
            continue;
        };
        let others = others(subject, kinds, &call.arguments);
        if others.is_empty() {
            continue;
        }
        for (callee, by) in callees(subject, (&call.func).into()) {
            given.gifts.extend(others.iter().map(|(slot, value)| {
                let id = subject.tree.id(*value);
                Gift {
                    path: subject.path().to_owned(),
                    place: place(subject, id),
                    text: subject.first_line(subject.tree.range(id)).into_owned(),
                    callee: callee.clone(),
                    by,
                    slot: slot.clone(),
                }
            }));
        }
    }
    given
}

/// The arguments that are of none of the kinds.
fn others<'a>(
    subject: &Subject<'a>,
    kinds: &[String],
    arguments: &'a Arguments,
) -> Vec<(Slot, &'a Expr)> {
    let places = arguments.args.iter();
    let places = places.take_while(|it| !it.is_starred_expr()).enumerate();
    let places = places.map(|(at, value)| (Slot::At(at), value));
    let named = arguments.keywords.iter().filter_map(|it| {
        let name = it.arg.as_ref()?;
        Some((Slot::Named(name.to_string()), &it.value))
    });
    let all = places.chain(named);
    all.filter(|(_, value)| is_other(kinds, subject, value))
        .collect()
}

/// Returns the callees by which a def is found, those first that can be no other.
pub(in crate::matching) fn callees_of<'a>(
    subject: &Subject<'a>,
    function: &'a StmtFunctionDef,
) -> Vec<Callee> {
    let id = subject.tree.id(function);
    let name = function.name.to_string();
    let mut found = vec![of_def(subject, id)];
    if let AnyNodeRef::StmtClassDef(class) = subject.tree.parent_node(id) {
        let above = subject.above(class).filter(Class::is_of_project);
        found.extend(above.map(|it| named(subject, &it)).map(|of| Callee {
            of: Some(of),
            is_below: true,
            name: name.clone(),
        }));
    }
    found.push(Callee {
        of: None,
        is_below: false,
        name,
    });
    found
}

/// Returns the classes above that of a method which have one of its name from a class above them.
pub(in crate::matching) fn inheriting<'a>(
    subject: &Subject<'a>,
    function: &'a StmtFunctionDef,
) -> Vec<(PathBuf, String)> {
    let AnyNodeRef::StmtClassDef(class) = subject.tree.parent_node(subject.tree.id(function))
    else {
        return Vec::new();
    };
    let has = |class: &Class| class.method(&function.name).is_some();
    let inherits = |class: &Class<'a>| !has(class) && subject.mro(class).iter().any(has);
    let above = subject.above(class).filter(Class::is_of_project);
    let inheriting = above.filter(inherits);
    inheriting.map(|it| named(subject, &it)).collect()
}

/// A class of the project by its file and name.
fn named(subject: &Subject, class: &Class) -> (PathBuf, String) {
    let facts = subject.facts;
    match (class, class.in_project()) {
        (Class::Here(class), _) => (
            facts.name_in_project(subject.path()),
            name_of(subject.tree, subject.tree.id(*class)),
        ),
        (_, Some(class)) => (facts.name_in_project(&class.path), class.name.clone()),
        (_, None) => (PathBuf::new(), String::new()),
    }
}

/// A def of the file.
pub(in crate::matching) fn of_def(subject: &Subject, def: NodeId) -> Callee {
    let whole = name_of(subject.tree, def);
    let (owner, name) = whole.rsplit_once('.').unwrap_or(("", &whole));
    Callee {
        of: Some((
            subject.facts.name_in_project(subject.path()),
            owner.to_owned(),
        )),
        is_below: false,
        name: name.to_owned(),
    }
}

/// What a call may run, by what it is called.
pub(in crate::matching) fn callees<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
) -> Vec<(Callee, By)> {
    if let Some(meant) = class(subject, callee) {
        let makers = MAKERS.iter();
        let made = makers.flat_map(|name| methods(subject, &meant, name, By::New));
        return made.collect();
    }
    if let Some(AnyNodeRef::StmtFunctionDef(def)) = subject.resolver.local_definition(callee) {
        return vec![(of_def(subject, subject.tree.id(def)), By::Name)];
    }
    if let Some(name) = qualified(subject, callee)
        && let Definition::Function { path, name, .. } = subject.definition(&name)
    {
        return vec![(of_other_file(subject, &path, name), By::Name)];
    }
    match callee {
        ExprRef::Attribute(attribute) => of_attribute(subject, attribute),
        _ => match object(subject, callee) {
            Some(meant) => methods(subject, &meant, CALL, By::Object),
            None => Vec::new(),
        },
    }
}

/// What a call of an attribute may run that is asked for by its name.
pub(in crate::matching) fn of_member<'a>(
    subject: &Subject<'a>,
    owner: ExprRef<'a>,
    name: &str,
) -> Vec<(Callee, By)> {
    if let Some(module) = qualified(subject, owner)
        && let Definition::Function { path, name, .. } =
            subject.definition(&format!("{module}.{name}"))
    {
        return vec![(of_other_file(subject, &path, name), By::Name)];
    }
    if let Some(meant) = class(subject, owner) {
        return methods(subject, &meant, name, By::Class);
    }
    match object(subject, owner) {
        Some(meant) => methods(subject, &meant, name, By::Object),
        None => {
            let whole = qualified(subject, owner).map(|it| format!("{it}.{name}"));
            unknown(subject, whole, (owner, name))
        }
    }
}

fn of_other_file(subject: &Subject, path: &Path, name: String) -> Callee {
    Callee {
        of: Some((subject.facts.name_in_project(path), String::new())),
        is_below: false,
        name,
    }
}

/// What a call of an attribute may run, which is no function or class of a module.
fn of_attribute<'a>(subject: &Subject<'a>, attribute: &'a ExprAttribute) -> Vec<(Callee, By)> {
    let name = attribute.attr.as_str();
    let value = ExprRef::from(&attribute.value);
    if is_super(&attribute.value) {
        let tree = subject.tree;
        let mut around = tree.ancestors(tree.id(attribute)).map(|id| tree.node(id));
        let around = around.find_map(|node| match node {
            AnyNodeRef::StmtClassDef(class) => Some(class),
            _ => None,
        });
        let above = around.map(|it| subject.above(it).collect::<Vec<_>>());
        let found = method(subject, &above.unwrap_or_default(), name);
        return found.map(|it| (it, By::Object)).into_iter().collect();
    }
    if let Some(meant) = class(subject, value) {
        return methods(subject, &meant, name, By::Class);
    }
    match object(subject, value) {
        Some(meant) => methods(subject, &meant, name, By::Object),
        None => unknown(subject, qualified(subject, attribute.into()), (value, name)),
    }
}

/// The method of a class, and those of the classes below.
fn methods<'a>(
    subject: &Subject<'a>,
    (class, may_be_below): &Meant<'a>,
    name: &str,
    by: By,
) -> Vec<(Callee, By)> {
    let own = method(subject, &subject.mro(class), name);
    let below = may_be_below.then(|| Callee {
        of: Some(named(subject, class)),
        is_below: true,
        name: name.to_owned(),
    });
    let any = (*may_be_below && is_structural(subject, class)).then(|| Callee {
        of: None,
        is_below: false,
        name: name.to_owned(),
    });
    let all = own.into_iter().chain(below).chain(any);
    all.map(|it| (it, by)).collect()
}

/// Returns whether objects of a class need not derive from it: what it has is all that is asked of them.
fn is_structural<'a>(subject: &Subject<'a>, class: &Class<'a>) -> bool {
    let bases = subject.mro(class);
    bases.iter().any(|base| match base {
        Class::Named(named) => {
            matches!(&named.is, Definition::Outside(name) if stdlib::is_protocol(name))
        }
        _ => false,
    })
}

/// The method of the first of some classes that has it, as the project has it.
fn method<'a>(subject: &Subject<'a>, classes: &[Class<'a>], name: &str) -> Option<Callee> {
    let class = classes.iter().find(|it| it.method(name).is_some())?;
    Some(Callee {
        of: Some(named(subject, class)),
        is_below: false,
        name: name.to_owned(),
    })
}

/// What is not known: any def of that name, but for one that is Python's or a library's.
fn unknown<'a>(
    subject: &Subject<'a>,
    whole: Option<String>,
    (owner, name): (ExprRef<'a>, &str),
) -> Vec<(Callee, By)> {
    let by = match whole {
        Some(whole) => match subject.definition(&whole) {
            Definition::Unknown(_) | Definition::Ambiguous => vec![By::Name, By::Object],
            _ => return Vec::new(),
        },
        None => vec![By::Object],
    };
    let is_made = |it: &Origin| matches!(it, Origin::Made(made) if !made.is_call_expr());
    let origins = subject.resolver.origins(owner);
    if origins.iter().all(is_made) || MAKERS.contains(&name) {
        return Vec::new();
    }
    let callee = Callee {
        of: None,
        is_below: false,
        name: name.to_owned(),
    };
    by.into_iter().map(|by| (callee.clone(), by)).collect()
}

/// The qualified name that an expression has, or may have.
fn qualified<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<String> {
    match subject.resolver.meaning(expression) {
        Meaning::Qualified(name) => Some(name),
        Meaning::Unknown { maybe, .. } => maybe,
        _ => None,
    }
}

/// The class that an expression names.
fn class<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Meant<'a>> {
    let resolver = subject.resolver;
    let of_object = |object: &'a Expr| own_object(subject, object.as_name_expr()?, false);
    match expression {
        ExprRef::Subscript(generic) => return class(subject, (&generic.value).into()),
        ExprRef::Attribute(it) if it.attr.as_str() == stdlib::ITS_CLASS => {
            return of_object(&it.value);
        }
        ExprRef::Call(call) => {
            let meaning = resolver.meaning((&call.func).into());
            let is_asked = matches!(meaning, Meaning::Qualified(name) if name == stdlib::CLASS_OF);
            return match &*call.arguments.args {
                [object] if is_asked => of_object(object),
                _ => None,
            };
        }
        ExprRef::Name(name) => {
            if let Some(meant) = own_object(subject, name, true) {
                return Some(meant);
            }
        }
        ExprRef::Attribute(_) => {}
        _ => return None,
    }
    if let Some(class) = resolver.local_class(expression) {
        return Some((Class::Here(class), false));
    }
    let class = subject.class_named(&qualified(subject, expression)?);
    class.is_of_project().then_some((class, false))
}

/// The class of which a name is the own object of a method, or the class itself.
fn own_object<'a>(subject: &Subject<'a>, name: &'a ExprName, is_class: bool) -> Option<Meant<'a>> {
    let (class, method) = subject.resolver.receiver(name)?;
    let is_it = subject.resolver.is_of_class(method) == is_class;
    is_it.then_some((Class::Here(class), true))
}

/// The class of the object that an expression gives.
fn object<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<Meant<'a>> {
    if let ExprRef::Name(name) = expression
        && let Some(meant) = own_object(subject, name, false)
    {
        return Some(meant);
    }
    if let [Origin::Made(ExprRef::Call(call))] = subject.resolver.origins(expression)[..]
        && let Some(meant) = class(subject, (&call.func).into())
    {
        return Some(meant);
    }
    let (class, is_exact) = subject.instance(expression)?;
    class.is_of_project().then_some((class, !is_exact))
}
