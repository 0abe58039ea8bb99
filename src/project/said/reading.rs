//! A file → what it puts in the place of attributes, and where it takes one from a class.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprRef};
use ruff_text_size::Ranged;

use super::classes::Classes;
use super::usage::Uses;
use super::{ByName, Said, SaidOwner, SaidPut, Taking};
use crate::bind::replaced::{By, Owner, Put, Replacement, replaced_names, replacements};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::lineage::ClassRef;
use crate::project::modules::{Lookup, Modules};
use crate::project::outline::{Callable, Reader};
use crate::python::tree::NodeId;

/// Attributes of a function that run it.
const RUN: [&str; 2] = ["__call__", "__get__"];

/// Reads what a file says.
pub(super) fn said(reader: &Reader, path: &Path, modules: &Modules) -> Said {
    let mut classes = Classes::new(reader);
    let mut puts = ByName::default();
    for name in replaced_names(reader.resolver) {
        let all = replacements(reader.resolver, name).into_iter();
        let all = all.filter_map(|it| said_put(reader, &mut classes, &it, name));
        let all: Vec<SaidPut> = all.collect();
        if !all.is_empty() {
            puts.insert(name.into(), all);
        }
    }
    let mut takes = ByName::default();
    let mut uses = Uses::default();
    for id in reader.tree.ids() {
        uses.read(reader, &mut classes, id);
        if let AnyNodeRef::ExprAttribute(attribute) = reader.tree.node(id)
            && attribute.ctx.is_load()
            && let Some(taking) = taking(reader, &mut classes, id, attribute)
            && may_be_of_project(&taking.class, path, modules)
        {
            let of_name: &mut Vec<Taking> =
                takes.entry(attribute.attr.as_str().into()).or_default();
            of_name.push(taking);
        }
    }
    Said {
        classes: classes.all,
        puts,
        takes,
        uses: uses.found,
    }
}

/// What other people's modules have is no method of the project.
fn may_be_of_project(class: &ClassRef, path: &Path, modules: &Modules) -> bool {
    match class {
        ClassRef::There(name) => modules.find(path, name) != Lookup::Outside,
        ClassRef::Here(_) | ClassRef::Unread => true,
    }
}

/// `None` for what nobody can call.
fn said_put<'a>(
    reader: &Reader<'_, 'a>,
    classes: &mut Classes<'_, 'a>,
    replacement: &Replacement<'a>,
    name: &str,
) -> Option<SaidPut> {
    let put = put(reader, replacement.by);
    (put != Put::Inert).then(|| SaidPut {
        owner: owner(reader, classes, replacement.owner),
        what: what(reader, replacement, name).into(),
        put,
        is_def: matches!(replacement.by, By::Def(_)),
    })
}

fn owner<'a>(
    reader: &Reader<'_, 'a>,
    classes: &mut Classes<'_, 'a>,
    owner: Owner<'a>,
) -> SaidOwner {
    match owner {
        Owner::Class(class) => SaidOwner::Class(classes.place(class)),
        Owner::Instance(class) => SaidOwner::Instance(classes.place(class)),
        Owner::Named(name) => SaidOwner::Named(name.into()),
        Owner::Value(value) => SaidOwner::Value {
            class: classes.of_value(value),
            qualified: match reader.resolver.meaning(value) {
                Meaning::Qualified(name) => Some(name.into()),
                _ => None,
            },
        },
    }
}

fn put<'a>(reader: &Reader<'_, 'a>, by: By<'a>) -> Put<Callable> {
    let put = by
        .put(reader.resolver)
        .and_then(|def| match reader.tree.node(def) {
            AnyNodeRef::StmtFunctionDef(function) => Put::Def(reader.callable(function)),
            _ => Put::Unknown,
        });
    match (put, by) {
        (Put::Unknown, By::Value(value)) => made(reader, value).map_or(Put::Unknown, Put::Made),
        (put, _) => put,
    }
}

/// The class of the file that is called to make a value, as the file would name it from outside.
fn made<'a>(reader: &Reader<'_, 'a>, value: ExprRef<'a>) -> Option<String> {
    match reader.resolver.origins(value)[..] {
        [Origin::Made(ExprRef::Call(call))] => {
            let callee = ExprRef::from(&*call.func);
            reader.resolver.local_class(callee)?;
            reader.named(callee).ok()
        }
        _ => None,
    }
}

/// The owner as it is spelled, and the attribute.
fn what(reader: &Reader, replacement: &Replacement, name: &str) -> String {
    let owner = match replacement.owner {
        Owner::Class(class) => class.name.as_str(),
        Owner::Instance(class) => return format!("{}().{name}", class.name),
        Owner::Value(value) => &reader.text[value.range()],
        Owner::Named(owner) => owner,
    };
    format!("{owner}.{name}")
}

/// Returns what takes an attribute from a class, unless that keeps to its objects whichever class it is.
fn taking<'a>(
    reader: &Reader<'_, 'a>,
    classes: &mut Classes<'_, 'a>,
    id: NodeId,
    attribute: &'a ExprAttribute,
) -> Option<Taking> {
    let class = match classes.named((&attribute.value).into()) {
        ClassRef::Unread => return None,
        class => class,
    };
    let gets = match fate(reader, classes, id) {
        Fate::Kept => return None,
        Fate::Got(by) => Some(by),
        Fate::Lost => None,
    };
    Some(Taking {
        class,
        position: reader.source.position(reader.tree.range(id).start()),
        gets,
    })
}

/// What becomes of a method that is taken from its class.
enum Fate {
    /// It is given objects of its class, or none.
    Kept,
    /// This class gets it, or an object of this class does.
    Got(ClassRef),
    /// It may be given anything.
    Lost,
}

fn fate<'a>(reader: &Reader<'_, 'a>, classes: &mut Classes<'_, 'a>, id: NodeId) -> Fate {
    let tree = reader.tree;
    match tree.parent_node(id) {
        AnyNodeRef::ExprCall(call) if tree.id(&*call.func) == id => {
            match call.arguments.args.first() {
                Some(Expr::Starred(_)) => Fate::Lost,
                // A class method has its class.
                None => Fate::Kept,
                Some(given) => given_to(reader, classes, given),
            }
        }
        AnyNodeRef::ExprAttribute(it) => match RUN.contains(&it.attr.as_str()) {
            true => Fate::Lost,
            false => Fate::Kept,
        },
        // `go = Base.go` in a class that derives from it.
        AnyNodeRef::StmtAssign(assign) => match tree.parent_node(tree.id(assign)) {
            AnyNodeRef::StmtClassDef(class) => Fate::Got(ClassRef::Here(classes.place(class))),
            _ => Fate::Lost,
        },
        _ => Fate::Lost,
    }
}

fn given_to<'a>(reader: &Reader<'_, 'a>, classes: &mut Classes<'_, 'a>, given: &'a Expr) -> Fate {
    let of_self = given.as_name_expr();
    let of_self = of_self.and_then(|name| reader.resolver.receiver(name));
    match of_self {
        Some((class, _)) => Fate::Got(ClassRef::Here(classes.place(class))),
        None => classes
            .of_value(ExprRef::from(given))
            .map_or(Fate::Lost, Fate::Got),
    }
}
