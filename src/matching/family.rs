//! A method → those of other classes of the project that stand for it, or that it stands for: a call may run any of
//! them, so they are async together or not at all.

use std::path::{Path, PathBuf};

use ruff_python_ast::{AnyNodeRef, StmtClassDef, StmtFunctionDef};

use super::class::is_method_of;
use super::overriding::outside_has;
use super::replaced::original_of;
use super::subject::Subject;
use super::used::mocked;
use crate::bind::replaced::Put;
use crate::project::driven::name_of;
use crate::project::original::Original;
use crate::recipe::answer::Answer;
use crate::semantic::class::Class;

/// A method: its file in the project, and its name behind that of its class.
pub(crate) type Named = (PathBuf, String);

/// Returns the methods of the classes above that of a method and below them, but for itself.
///
/// # Errors
/// Something else stands in the place of one of them, or may, or code outside of the project calls it: why, in words.
pub(crate) fn relatives<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
) -> Result<Vec<Named>, String> {
    let id = subject.tree.id(def);
    let (AnyNodeRef::StmtClassDef(class), Some(own)) =
        (subject.tree.parent_node(id), original_of(subject, id))
    else {
        return Ok(Vec::new());
    };
    if outside_has(subject, class, &def.name) != Answer::No && !is_awaited(subject, def) {
        return Err(format!(
            "code that knows only its base class calls {} without an await",
            def.name
        ));
    }
    let above = above(subject, class, &def.name);
    let mut all: Vec<Named> = Vec::new();
    let originals = above.iter().map(|(path, name)| original(path, name));
    for original in originals.chain([own]) {
        below(subject, &original, &mut all)?;
    }
    if let Some(why) = mocked(id, subject) {
        return Err(why);
    }
    let above = above.into_iter();
    all.extend(above.map(|(path, name)| (subject.facts.name_in_project(&path), name)));
    let itself = (
        subject.facts.name_in_project(subject.path()),
        name_of(subject.tree, id),
    );
    all.sort_unstable();
    all.dedup();
    all.retain(|it| *it != itself);
    Ok(all)
}

/// Returns whether what calls a method awaits it if it is a coroutine function.
fn is_awaited<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> bool {
    let mut rows = subject.roles.rows.iter().filter(|row| row.awaited);
    rows.any(|row| is_method_of(row, def, subject).is_yes())
}

fn original(path: &Path, name: &str) -> Original {
    let (class, name) = name.rsplit_once('.').unwrap_or(("", name));
    let class = class.rsplit('.').next().map(str::to_owned);
    Original {
        path: path.to_owned(),
        class,
        name: name.to_owned(),
    }
}

/// Adds the methods of classes below.
fn below(subject: &Subject, original: &Original, all: &mut Vec<Named>) -> Result<(), String> {
    for it in subject.facts.stand_ins(original).iter() {
        match (&it.put, it.is_meant) {
            (_, Answer::No) => {}
            (Put::Def(_), Answer::Yes) if it.is_below => {
                all.push((subject.facts.name_in_project(&it.path), it.what.clone()));
            }
            _ => {
                let file = subject.name_of_file(&it.path);
                return Err(format!("{file} has another `{}`", original.name));
            }
        }
    }
    Ok(())
}

/// Returns the methods of a name of the classes of the project above a class: their files, and their names.
pub(super) fn above<'a>(
    subject: &Subject<'a>,
    class: &'a StmtClassDef,
    name: &str,
) -> Vec<(PathBuf, String)> {
    let classes = subject.above(class);
    let having = classes.filter(|it| it.is_of_project() && it.method(name).is_some());
    let named = having.map(|it| match (&it, it.in_project()) {
        (Class::Here(class), _) => (
            subject.path().to_owned(),
            name_of(subject.tree, subject.tree.id(*class)),
        ),
        (_, Some(class)) => (class.path.clone(), class.name.clone()),
        (_, None) => (PathBuf::new(), String::new()),
    });
    named
        .map(|(path, class)| (path, format!("{class}.{name}")))
        .collect()
}
