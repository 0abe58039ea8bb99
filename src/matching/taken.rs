//! Where other files of the project name a function of this one, or what it assigns to a name.

use std::path::{Path, PathBuf};

use ruff_python_ast::{AnyNodeRef, Expr};
use rustc_hash::FxHashSet;

use super::subject::Subject;
use super::used::uses_of_method;
use crate::bind::binding::BindingKind;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::project::definition::Definition;
use crate::project::gift::Callee;
use crate::project::import_index::may_mean;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// Where a function is named in another file.
pub(crate) enum Taken<'u, 'b> {
    /// By this expression.
    Use(&'u Subject<'b>, NodeId),
    /// Perhaps, somewhere: the file cannot be read, or takes all there is.
    Unclear,
}

/// Shows every use of a function of the file's own level in other files, those that take it from one
/// which imports it too, until `is_last` says so; returns whether it did.
pub(crate) fn any_use(
    subject: &Subject,
    name: &str,
    is_last: &mut dyn FnMut(&Path, Taken<'_, '_>) -> bool,
) -> bool {
    let home = subject.facts.name_in_project(subject.path());
    let mut open: Vec<(PathBuf, String)> = vec![(subject.path().to_owned(), name.to_owned())];
    let mut seen: FxHashSet<(PathBuf, String)> = FxHashSet::default();
    while let Some((module, taken)) = open.pop() {
        for path in subject.facts.takers(&module, &taken) {
            if !seen.insert((path.clone(), taken.clone())) {
                continue;
            }
            let shown = subject.of_other_file(&path, |other| {
                let imported = imported_as(other, &taken);
                let is_hidden = imported.iter().any(|name| other.is_mentioned(name));
                let is_hidden = is_hidden || other.is_mentioned(name);
                if is_hidden && is_last(&path, Taken::Unclear) {
                    return None;
                }
                if show(other, &home, name, is_last) {
                    return None;
                }
                Some(imported)
            });
            match shown {
                Some(None) => return true,
                Some(Some(names)) => open.extend(names.into_iter().map(|it| (path.clone(), it))),
                None if is_last(&path, Taken::Unclear) => return true,
                None => {}
            }
        }
    }
    false
}

/// The names under which the file's own level imports it.
fn imported_as(other: &Subject, taken: &str) -> Vec<String> {
    let imports = other.names.imports();
    let it = imports.filter(|(_, binding)| {
        binding.scope == ScopeId::MODULE
            && matches!(binding.kind, BindingKind::FromImport { member, .. } if member == taken)
    });
    it.map(|(_, binding)| binding.name.to_owned()).collect()
}

fn show(
    other: &Subject,
    home: &Path,
    name: &str,
    is_last: &mut dyn FnMut(&Path, Taken<'_, '_>) -> bool,
) -> bool {
    let path = other.path();
    if !other.names.star_imports().is_empty() && is_last(path, Taken::Unclear) {
        return true;
    }
    let mut nodes = other.tree.ids();
    nodes.any(|id| match whose(other, id, home, name) {
        Answer::Yes => is_last(path, Taken::Use(other, id)),
        Answer::Unknown => is_last(path, Taken::Unclear),
        Answer::No => false,
    })
}

/// Iterates over the uses that a file has of a function of another one's own level, or of a method by its
/// class and name; `home` is that file's path in the project.
pub(crate) fn uses_of<'u>(
    other: &'u Subject,
    home: &'u Path,
    name: &'u str,
) -> impl Iterator<Item = NodeId> + 'u {
    let method = name.rsplit_once('.').map(|(class, name)| Callee {
        of: Some((home.to_owned(), class.to_owned())),
        is_below: false,
        name: name.to_owned(),
    });
    let of_method = method.and_then(|it| uses_of_method(other, &[it]).ok());
    let nodes = of_method.is_none().then(|| other.tree.ids());
    let nodes = nodes.into_iter().flatten();
    let of_function = nodes.filter(move |id| whose(other, *id, home, name).is_yes());
    of_method.into_iter().flatten().chain(of_function)
}

/// Returns whether an expression names the function; unknown where its module is not found, and may be
/// the function's on another import path, or is handed on as a whole (`vars(module)`).
fn whose(other: &Subject, id: NodeId, home: &Path, name: &str) -> Answer {
    let Some(expression) = other.tree.node(id).as_expr_ref() else {
        return Answer::No;
    };
    if !expression.is_name_expr() && !expression.is_attribute_expr() {
        return Answer::No;
    }
    let Meaning::Qualified(qualified) = other.resolver.meaning(expression) else {
        return Answer::No;
    };
    let is_home = |path: &Path| other.facts.name_in_project(path) == home;
    let may_be = || {
        let member = qualified.rsplit_once('.');
        member.is_some_and(|(module, member)| member == name && may_mean(home, module))
    };
    let is_whole = || {
        let parent = other.tree.parent_node(id);
        let is_part = parent.is_expr_attribute() || asks_for_another(other, id, name);
        !is_part && may_mean(home, &qualified)
    };
    match other.definition(&qualified) {
        Definition::Function {
            path, name: found, ..
        }
        | Definition::Variable {
            path, name: found, ..
        } => (found == name && is_home(&path)).into(),
        Definition::Class(_) => Answer::No,
        _ if may_be() || is_whole() => Answer::Unknown,
        _ => Answer::No,
    }
}

/// Functions that take an object and the name of one of its attributes; the last one is a method of `patch`.
const BY_NAME: [&str; 5] = ["getattr", "hasattr", "setattr", "delattr", "object"];

/// `setattr(module, "other", …)`: the module is handed on for another name alone.
fn asks_for_another(other: &Subject, module: NodeId, name: &str) -> bool {
    let tree = other.tree;
    let AnyNodeRef::ExprCall(call) = tree.node(tree.parent(tree.parent(module))) else {
        return false;
    };
    let callee = match &*call.func {
        Expr::Name(callee) => callee.id.as_str(),
        Expr::Attribute(callee) => callee.attr.as_str(),
        _ => return false,
    };
    let [first, Expr::StringLiteral(text), ..] = &*call.arguments.args else {
        return false;
    };
    BY_NAME.contains(&callee) && tree.id(first) == module && text.value.to_str() != name
}
