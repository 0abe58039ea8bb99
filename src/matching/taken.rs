//! Where other files of the project name a function of this one, or what it assigns to a name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
use crate::project::read_off;
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
    any_taker(subject, name, &mut |path, is_hidden| {
        let shown = subject.of_other_file(path, |other| {
            is_hidden && is_last(path, Taken::Unclear) || show(other, &home, name, is_last)
        });
        shown.unwrap_or_else(|| is_last(path, Taken::Unclear))
    })
}

/// Returns whether another file uses a function of the file's own level, or may.
pub(super) fn is_used(subject: &Subject, name: &str) -> bool {
    any_taker(subject, name, &mut |_, _| true)
}

/// Names the other files that use a function of the file's own level, or may, and whether that may be where they are
/// not parsed, until `is_last` says so; returns whether it did.
fn any_taker(subject: &Subject, name: &str, is_last: &mut dyn FnMut(&Path, bool) -> bool) -> bool {
    let home = subject.facts.name_in_project(subject.path());
    let mut open: Vec<(PathBuf, String)> = vec![(subject.path().to_owned(), name.to_owned())];
    let mut seen: FxHashSet<(PathBuf, String)> = FxHashSet::default();
    while let Some((module, taken)) = open.pop() {
        for path in subject.facts.takers(&module, &taken) {
            if !seen.insert((path.clone(), taken.clone())) {
                continue;
            }
            let Some(found) = taken_by(subject, &path, &home) else {
                if is_last(&path, true) {
                    return true;
                }
                continue;
            };
            let mut names = found.imported_as(&taken).chain([name]);
            let is_hidden = names.any(|it| found.hidden.contains(it));
            let may_use = is_hidden || found.all || found.names.contains(name);
            if may_use && is_last(&path, is_hidden) {
                return true;
            }
            let names = found.imported_as(&taken);
            open.extend(names.map(|it| (path.clone(), it.to_owned())));
        }
    }
    false
}

/// Returns what a file takes from another one; `None`: it cannot be read.
fn taken_by(subject: &Subject, path: &Path, home: &Path) -> Option<Arc<read_off::TakenFrom>> {
    subject.facts.note(path);
    let files = (path.to_owned(), home.to_owned());
    let find = || subject.of_other_file(path, |other| taken_in(other, home));
    subject.facts.read_off().taken(files, find)
}

fn taken_in(other: &Subject, home: &Path) -> read_off::TakenFrom {
    let imported = other.names.imports().filter_map(|(_, binding)| {
        let name = || binding.name.to_owned();
        match binding.kind {
            BindingKind::FromImport { member, .. } if binding.scope == ScopeId::MODULE => {
                Some((member.to_owned(), name()))
            }
            _ => None,
        }
    });
    let mut taken = read_off::TakenFrom {
        all: !other.names.star_imports().is_empty(),
        names: BTreeSet::new(),
        imported: imported.collect(),
        hidden: other.mentioned().map(str::to_owned).collect(),
    };
    for named in other.tree.ids().map(|id| named_at(other, id, home)) {
        taken.all |= named.as_whole == Whole::AnyName;
        taken.names.extend(named.surely);
        taken.names.extend(named.perhaps);
        if let Whole::Name(name) = named.as_whole {
            taken.names.insert(name);
        }
    }
    taken
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

/// What an expression means of another file's own level.
#[derive(Default)]
struct NamedOf {
    /// The name that it stands for.
    surely: Option<String>,
    /// The one that it may stand for: its module is not found, and may be the file on another import path.
    perhaps: Option<String>,
    /// What else may be used of the module.
    as_whole: Whole,
}

/// What the code that gets a module may use of it.
#[derive(Default, PartialEq)]
enum Whole {
    #[default]
    Nothing,
    /// `setattr(module, "name", …)`
    Name(String),
    /// `vars(module)`
    AnyName,
}

/// Returns whether an expression names the function; unknown where its module is not found, and may be
/// the function's on another import path, or is handed on as a whole.
fn whose(other: &Subject, id: NodeId, home: &Path, name: &str) -> Answer {
    let named = named_at(other, id, home);
    let is_name = |it: Option<&String>| it.is_some_and(|it| it == name);
    let of_whole = match &named.as_whole {
        Whole::Nothing => false,
        Whole::Name(it) => it == name,
        Whole::AnyName => true,
    };
    match is_name(named.surely.as_ref()) {
        true => Answer::Yes,
        false if is_name(named.perhaps.as_ref()) || of_whole => Answer::Unknown,
        false => Answer::No,
    }
}

fn named_at(other: &Subject, id: NodeId, home: &Path) -> NamedOf {
    let nothing = NamedOf::default();
    let Some(expression) = other.tree.node(id).as_expr_ref() else {
        return nothing;
    };
    if !expression.is_name_expr() && !expression.is_attribute_expr() {
        return nothing;
    }
    let Meaning::Qualified(qualified) = other.resolver.meaning(expression) else {
        return nothing;
    };
    match other.definition(&qualified) {
        Definition::Function { path, name, .. } | Definition::Variable { path, name, .. } => {
            let is_home = other.facts.name_in_project(&path) == home;
            NamedOf {
                surely: is_home.then_some(name),
                ..nothing
            }
        }
        Definition::Class(_) => nothing,
        _ => {
            let is_part = other.tree.parent_node(id).is_expr_attribute();
            let is_whole = !is_part && may_mean(home, &qualified);
            let member = qualified.rsplit_once('.');
            let member = member.filter(|(module, _)| may_mean(home, module));
            NamedOf {
                surely: None,
                perhaps: member.map(|(_, member)| member.to_owned()),
                as_whole: match is_whole {
                    true => whole_at(other, id),
                    false => Whole::Nothing,
                },
            }
        }
    }
}

/// Functions that take an object and the name of one of its attributes; the last one is a method of `patch`.
const BY_NAME: [&str; 5] = ["getattr", "hasattr", "setattr", "delattr", "object"];

/// What the code may use that gets the module which stands there.
fn whole_at(other: &Subject, module: NodeId) -> Whole {
    let tree = other.tree;
    let AnyNodeRef::ExprCall(call) = tree.node(tree.parent(tree.parent(module))) else {
        return Whole::AnyName;
    };
    let callee = match &*call.func {
        Expr::Name(callee) => callee.id.as_str(),
        Expr::Attribute(callee) => callee.attr.as_str(),
        _ => return Whole::AnyName,
    };
    match &*call.arguments.args {
        [first, Expr::StringLiteral(text), ..]
            if BY_NAME.contains(&callee) && tree.id(first) == module =>
        {
            Whole::Name(text.value.to_str().to_owned())
        }
        _ => Whole::AnyName,
    }
}
