//! The type of a kept value, written where the file annotates such things.

use ruff_python_ast::{AnyNodeRef, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::kept::{Kept, self_of, written};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::keep::Storage;
use crate::recipe::template::Template;
use crate::verb::draft::Draft;
use crate::verb::refusal::Refusal;

/// What is not known.
const ANYTHING: &str = "typing.Any";

/// What may be missing, before types could be joined by `|`.
const OPTIONAL: &str = "typing.Optional[$type]";

/// Python that joins types by `|`.
const JOINS_TYPES: (u8, u8) = (3, 10);

/// Returns what stands behind a name in `__init__` that begins as `value`: its type, if the attributes
/// there have one.
pub(super) fn in_init(
    subject: &Subject,
    init: &StmtFunctionDef,
    storage: &Storage,
    kept: &Kept,
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let own = self_of(init);
    let annotates = init.body.iter().any(|statement| match statement {
        Stmt::AnnAssign(it) => it.target.as_attribute_expr().is_some_and(|target| {
            let object = target.value.as_name_expr();
            object.is_some_and(|object| object.id.as_str() == own)
        }),
        _ => false,
    });
    match annotates {
        true => annotation(
            subject,
            subject.tree.id(&init.body[0]),
            storage,
            kept,
            draft,
        ),
        false => Ok(String::new()),
    }
}

/// The type as it is spelled at a place.
fn annotation(
    subject: &Subject,
    at: NodeId,
    storage: &Storage,
    kept: &Kept,
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let template = match kept.owner.many {
        true => &storage.collection_type,
        false => &storage.of_type,
    };
    let Some(template) = template else {
        return Ok(String::new());
    };
    let result = match result(subject, &kept.owner.runs) {
        Some(result) => result,
        None => spelled(subject, at, ANYTHING, &[], draft)?,
    };
    let of_type = written(subject, at, template, &[("result", &result)], draft)?;
    let whole = match (kept.owner.many, subject.target.version >= JOINS_TYPES) {
        (true, _) => of_type,
        (false, true) => format!("{of_type} | None"),
        (false, false) => spelled(subject, at, OPTIONAL, &[("type", &of_type)], draft)?,
    };
    Ok(format!(": {whole}"))
}

/// What the coroutine gives, as its def in this file says.
fn result(subject: &Subject, runs: &[NodeId]) -> Option<String> {
    let first = *runs.first()?;
    let AnyNodeRef::StmtFunctionDef(function) = subject.tree.node(first) else {
        return None;
    };
    let returns = function.returns.as_deref()?;
    Some(subject.text()[returns.range()].to_owned())
}

/// Writes a type of Python's own as the file spells it.
fn spelled(
    subject: &Subject,
    at: NodeId,
    code: &str,
    captures: &[(&str, &str)],
    draft: &mut Draft,
) -> Result<String, Refusal> {
    match Template::parse(code) {
        Ok(template) => written(subject, at, &template, captures, draft),
        Err(_) => Ok(code.to_owned()),
    }
}
