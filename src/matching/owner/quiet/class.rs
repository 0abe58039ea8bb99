//! Is what begins, runs and ends an object what this file says? Another class, or an assignment, may put
//! something else in its place; and what a teardown empties may be asked for elsewhere.

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};

use crate::matching::answers::owned::{Owner, Teardown};
use crate::matching::attribute;
use crate::matching::members::methods;
use crate::matching::owner::runs::is_init;
use crate::matching::owner::stored::read_elsewhere;
use crate::matching::place::{defined_name, line_of};
use crate::matching::replaced::original_of;
use crate::matching::subject::Subject;
use crate::project::original::Original;
use crate::project::outline::is_super;
use crate::python::tree::NodeId;

/// What makes objects without `__init__`.
const NEW: &str = "__new__";

/// Returns what stands for something else somewhere; `None`: all is as it is read.
pub(in crate::matching::owner) fn why_not<'a>(
    subject: &Subject<'a>,
    owner: &Owner<'a>,
) -> Option<String> {
    let replaced = replaced(subject, defs(subject, owner));
    let blank = || made_blank(subject, owner);
    replaced
        .or_else(blank)
        .or_else(|| read_whole(subject, owner))
        .or_else(|| asked_when_gone(subject, owner))
}

/// What reads all attributes of an object finds one more.
fn read_whole<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Option<String> {
    let class = owner.class.filter(|_| owner.stored.is_none())?;
    let class = Original {
        path: subject.path().to_owned(),
        class: Some(class.name.to_string()),
        name: String::new(),
    };
    let (path, position) = subject.facts.read_whole(&class)?;
    let place = position.line_in(&subject.name_of_file(&path));
    Some(format!("{place} reads all attributes of such an object"))
}

/// What `__init__` sets is not there in an object that is made without it.
fn made_blank<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Option<String> {
    if !methods(owner.class?).any(is_init) {
        return None;
    }
    let mut nodes = attribute::named(subject, NEW).iter();
    let made = nodes.find(|id| match subject.tree.node(**id) {
        AnyNodeRef::ExprAttribute(it) => !is_super(&it.value),
        _ => false,
    })?;
    let line = line_of(subject, *made);
    Some(format!("{line} creates an object without `__init__`"))
}

/// Returns what stands in the place of one of the defs.
pub(in crate::matching::owner) fn replaced(
    subject: &Subject,
    defs: impl IntoIterator<Item = NodeId>,
) -> Option<String> {
    defs.into_iter().find_map(|def| {
        let original = original_of(subject, def)?;
        let stand_ins = subject.facts.stand_ins(&original);
        let by = stand_ins.iter().find(|it| it.is_meant.is_yes())?;
        let file = subject.name_of_file(&by.path);
        Some(match by.unnamed {
            Some(_) => by.sentence(&file),
            None => format!("`{}` of {file} replaces it there", by.what),
        })
    })
}

/// The defs that begin and end the owner.
fn defs<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Vec<NodeId> {
    let tree = subject.tree;
    let class = owner.class.into_iter();
    let init = class.flat_map(methods).filter(|it| is_init(it));
    let ending = owner.ending(subject);
    let own = init.chain([owner.method]).chain(ending);
    let own = own.map(|it: &StmtFunctionDef| tree.id(it));
    own.collect()
}

/// The place is None behind the teardown, and something else than the setup asks it.
fn asked_when_gone<'a>(subject: &Subject<'a>, owner: &Owner<'a>) -> Option<String> {
    let stored = owner.stored.as_ref()?;
    if !owner.may_lack || matches!(owner.teardown, Teardown::Behind(..)) {
        return None;
    }
    let mut known = owner.ending(subject);
    known.push(owner.method);
    let known: Vec<NodeId> = known.into_iter().map(|it| subject.tree.id(it)).collect();
    let mut uses = stored.loads(subject).into_iter();
    let asked = uses.find(|id| {
        let function = subject.context.enclosing_function(*id);
        !function.is_some_and(|it| known.contains(&it))
    });
    let Some(asked) = asked else {
        let used = read_elsewhere(subject, stored)?;
        let file = subject.name_of_file(&used.path);
        return Some(format!(
            "{file} reads the value, which is None after the teardown"
        ));
    };
    let function = subject.context.enclosing_function(asked);
    let by = function.map_or("the module", |it| defined_name(subject, it));
    let line = line_of(subject, asked);
    Some(format!(
        "`{by}` reads the value in {line}, where it is None after the teardown"
    ))
}
