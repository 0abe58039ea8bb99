//! A value that the owner starts itself, and ends: its own starter takes the place of the call.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::kept::written;
use super::quote;
use crate::matching::message::last_name;
use crate::matching::owner::Owner;
use crate::matching::owner::unowned::Unowned;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::template::Template;
use crate::text::edit::Edit;
use crate::verb::draft::Draft;
use crate::verb::refusal::Refusal;

/// What the template starts.
const STARTED: &str = "coro";

/// What the template calls it.
const NAME: &str = "name";

/// The keyword of a call that has a name already.
const NAMED: &str = "name";

/// Drafts the call of the owner's starter.
pub(super) fn start(
    subject: &Subject,
    site: NodeId,
    owner: &Owner,
    template: &Template,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(site) else {
        return Err(Refusal::PartOfStatement);
    };
    let Some(started) = call.arguments.args.first() else {
        return Err(Refusal::PartOfStatement);
    };
    let mark = format!("${STARTED}");
    let name = name(subject, call, started);
    let mut captures = vec![(STARTED, mark.as_str()), (NAME, name.as_str())];
    for slot in &template.slots {
        if let Some(given) = given(owner, &slot.name) {
            captures.push((&slot.name, given));
        } else if ![STARTED, NAME].contains(&&*slot.name) {
            let function = owner.method.name.to_string();
            return Err(Unowned::OutOfReach { function }.into());
        }
    }
    let text = written(subject, site, template, &captures, draft)?;
    let (before, behind) = text.split_once(&mark).unwrap_or((&text, ""));
    let started = trivia::parenthesized(subject.module, subject.tree, subject.tree.id(started))
        .unwrap_or(started.range());
    let first = TextRange::new(call.start(), started.start());
    let last = TextRange::new(started.end(), call.end());
    for range in [first, last] {
        let lost = trivia::comments_in(subject.module, range);
        draft.lost_comments.extend(lost);
    }
    draft.edits.push(Edit::replacement(first, before));
    draft.edits.push(Edit::replacement(last, behind));
    Ok(())
}

/// What the function around the site calls what it is given.
fn given<'a>(owner: &Owner<'a>, capture: &str) -> Option<&'a str> {
    let hooks = owner.row.hooks.as_ref()?;
    let parameter = hooks.called.parameter(capture, owner.method)?;
    Some(parameter.name().as_str())
}

/// The name that the call gives it; else that of the folder and of what runs.
fn name(subject: &Subject, call: &ExprCall, started: &Expr) -> String {
    let arguments = &call.arguments;
    let by_keyword = arguments.find_keyword(NAMED).map(|it| &it.value);
    let typed = by_keyword.or_else(|| arguments.args.get(1));
    if let Some(typed) = typed.filter(|it| !it.is_none_literal_expr()) {
        return subject.text()[typed.range()].to_owned();
    }
    let folder = subject.path().parent().and_then(|it| it.file_name());
    let stem = subject.path().file_stem();
    let module = folder.or(stem).unwrap_or_default().to_string_lossy();
    let runs = last_name(&subject.text()[started.range()]).replace('_', " ");
    let quote = quote::of(subject);
    // A package that is named by its folder only says nothing by its file.
    match module.starts_with("__") {
        true => format!("{quote}{runs}{quote}"),
        false => format!("{quote}{module} {runs}{quote}"),
    }
}
