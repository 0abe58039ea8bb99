//! What do the calls of a function give it?

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Decorator, Expr, ExprCall, ExprRef};

use super::defs::{defs_named, name_of};
use super::given::{Given, Parameter, called, called_def, mentions, values};
use crate::bind::resolve::Meaning;
use crate::project::definition::Definition;
use crate::project::outline::Reader;
use crate::project::world::World;
use crate::python::tree::NodeId;
use crate::python::word::whole_words;

/// Returns whether a text may call the function of a parameter.
pub(super) fn may_call(bytes: &[u8], parameter: &Parameter) -> bool {
    whole_words(bytes, &parameter.called_as).next().is_some()
}

/// Returns what a file gives for a parameter.
pub(super) fn given(
    reader: &Reader,
    path: &Path,
    parameter: &Parameter,
    world: World,
) -> Vec<Given> {
    let mut found = Vec::new();
    for id in reader.tree.ids() {
        let Some(expression) = reader.tree.node(id).as_expr_ref() else {
            continue;
        };
        if names(reader, path, expression, parameter, world) {
            found.extend(at(reader, path, id, parameter, world));
        }
    }
    found
}

/// Returns the coroutine functions of which a def speaks: it may call them.
pub(super) fn mentioned(reader: &Reader, path: &Path, function: &str, world: World) -> Vec<Given> {
    let defs = defs_named(reader.tree, function);
    let inside = defs.flat_map(|id| reader.tree.descendants(id));
    let expressions = inside.filter_map(|id| reader.tree.node(id).as_expr_ref());
    expressions
        .flat_map(|it| mentions(reader, path, world, it))
        .collect()
}

/// Returns whether an expression names the function of a parameter, or may do so.
fn names<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    expression: ExprRef<'a>,
    parameter: &Parameter,
    world: World,
) -> bool {
    let tree = reader.tree;
    match expression {
        ExprRef::Name(name) if name.ctx.is_load() => {}
        ExprRef::Attribute(attribute) if attribute.ctx.is_load() => {
            let is_named = attribute.attr.as_str() == parameter.called_as;
            let meaning = reader.resolver.meaning(expression);
            if !matches!(meaning, Meaning::Qualified(_)) {
                return is_named && parameter.is_method;
            }
        }
        _ => return false,
    }
    let names = reader.resolver.flow().names();
    if names.in_annotation(tree.id(expression)) {
        return false;
    }
    let is_home = path == parameter.path;
    if let Some(definition) = reader.resolver.local_definition(expression) {
        return is_home && name_of(tree, tree.id(definition)) == parameter.owner;
    }
    match reader.resolver.meaning(expression) {
        Meaning::Qualified(name) => !is_home && means(path, &name, parameter, world),
        Meaning::Unknown { maybe, .. } => {
            let name = maybe.as_deref().and_then(|it| it.rsplit('.').next());
            let name = name.or(expression.as_name_expr().map(|it| it.id.as_str()));
            name == Some(&*parameter.called_as)
        }
        _ => false,
    }
}

/// Returns whether a qualified name of another file means the function of a parameter, or may do so.
fn means(path: &Path, name: &str, parameter: &Parameter, world: World) -> bool {
    let is_it = |path: &Path, name: &str| path == parameter.path && name == parameter.owner;
    match world.definitions.find(world.files, path, name) {
        Definition::Function { path, name, .. } => is_it(&path, &name),
        Definition::Class(class) => is_it(&class.path, &class.name),
        Definition::Outside(_) => false,
        Definition::Variable { .. } | Definition::Unknown(_) | Definition::Ambiguous => {
            name.rsplit('.').next() == Some(&*parameter.called_as)
        }
    }
}

/// What is given for a parameter where its function is named.
fn at<'a>(
    reader: &Reader<'_, 'a>,
    path: &Path,
    id: NodeId,
    parameter: &Parameter,
    world: World,
) -> Vec<Given> {
    let value = |expression: &'a Expr| {
        let expression = ExprRef::from(expression);
        match parameter.is_called {
            true => called(reader, path, world, expression),
            false => values(reader, path, world, expression),
        }
    };
    match reader.tree.parent_node(id) {
        AnyNodeRef::ExprCall(call) if reader.tree.id(&*call.func) == id => {
            match argument(call, parameter) {
                Argument::These(all) => all.into_iter().flat_map(value).collect(),
                Argument::Unknown => vec![Given::Unknown],
            }
        }
        AnyNodeRef::Decorator(decorator) if parameter.index == Some(0) && parameter.is_called => {
            decorated(reader, path, decorator, world)
        }
        AnyNodeRef::Decorator(_) | AnyNodeRef::ExprAttribute(_) => Vec::new(),
        _ => vec![Given::Unknown],
    }
}

fn decorated(reader: &Reader, path: &Path, decorator: &Decorator, world: World) -> Vec<Given> {
    let tree = reader.tree;
    match tree.parent_node(tree.id(decorator)) {
        AnyNodeRef::StmtFunctionDef(def) => called_def(reader, path, world, def),
        _ => vec![Given::Unknown],
    }
}

/// What a call gives for a parameter.
enum Argument<'a> {
    /// One of these; none where the default holds.
    These(Vec<&'a Expr>),
    /// It stands under stars.
    Unknown,
}

fn argument<'a>(call: &'a ExprCall, parameter: &Parameter) -> Argument<'a> {
    let arguments = &call.arguments;
    let keywords = || arguments.keywords.iter();
    let named = |it: &&ruff_python_ast::Keyword| it.arg.as_deref() == Some(&*parameter.name);
    if let Some(keyword) = keywords().find(named) {
        return Argument::These(vec![&keyword.value]);
    }
    let is_starred = |it: &Expr| it.is_starred_expr();
    let before = parameter.index.unwrap_or(usize::MAX);
    let first = arguments.args.iter().take(before.saturating_add(1));
    if first.clone().any(is_starred) || keywords().any(|it| it.arg.is_none()) {
        return Argument::Unknown;
    }
    let rest = || arguments.args.iter().skip(before);
    Argument::These(match (parameter.index, parameter.gathers) {
        (Some(_), None) => rest().take(1).collect(),
        (Some(_), Some(_)) => rest().collect(),
        (None, Some(_)) => keywords().map(|it| &it.value).collect(),
        (None, None) => Vec::new(),
    })
}
