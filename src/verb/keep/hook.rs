//! A function that is written beside one that begins something, and how it becomes known.

use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::end::NewDef;
use super::kept::Kept;
use super::quote;
use crate::matching::owner::{NewHook, Teardown};
use crate::matching::subject::Subject;
use crate::recipe::hook::{HOOK, OWNER, Written};
use crate::recipe::template::Template;
use crate::text::below::lines_behind;
use crate::text::blank::{indentation, line_before_start, line_break_at, line_start};
use crate::text::edit::Edit;
use crate::verb::refusal::Refusal;

/// Blank lines around a def of the top level.
const APART: usize = 2;

/// Returns the function as it is written, but for what ends in it.
pub(super) fn new_def(subject: &Subject, kept: &Kept, hook: &NewHook) -> NewDef {
    let owner = &kept.owner;
    let returns = owner.method.returns.as_ref().map_or("", |_| " -> None");
    let name = kept.ends_in();
    let parameter = parameter(subject, kept, hook);
    let decorator = match hook.written {
        Written::Decorator(template) => filled(subject, kept, hook, template) + "\n",
        _ => String::new(),
    };
    let at_top = subject
        .tree
        .parent_node(subject.tree.id(owner.method))
        .is_mod_module();
    NewDef {
        before: format!("{decorator}async def {name}({parameter}){returns}:"),
        after: hook.new.after.clone(),
        depth: hook.new.depth,
        apart: if at_top { APART } else { 1 },
    }
}

/// What it is given, annotated as that is in the function that begins.
fn parameter(subject: &Subject, kept: &Kept, hook: &NewHook) -> String {
    let Some(parameter) = &hook.new.parameter else {
        return String::new();
    };
    let hooks = kept.owner.row.hooks.as_ref();
    let own = hooks.and_then(|hooks| hooks.called.parameter(OWNER, kept.owner.method));
    match own.and_then(|own| own.annotation()) {
        Some(annotation) => format!("{parameter}: {}", &subject.text()[annotation.range()]),
        None => parameter.clone(),
    }
}

/// Returns what makes a new function known; `None`: it says so itself, or there is none.
pub(super) fn known_by(subject: &Subject, kept: &Kept) -> Result<Option<Edit>, Refusal> {
    let Teardown::Hook(hook) = &kept.owner.teardown else {
        return Ok(None);
    };
    match hook.written {
        Written::Decorator(_) | Written::Name => Ok(None),
        Written::Call(template) => called(subject, kept, hook, template).map(Some),
        Written::Argument(keyword) => Ok(argument(subject, kept, hook, keyword)),
    }
}

/// A statement behind the one that registers what begins; in a chain, the next link.
fn called(
    subject: &Subject,
    kept: &Kept,
    hook: &NewHook,
    template: &Template,
) -> Result<Edit, Refusal> {
    let text = subject.text();
    let node = hook.beside.node;
    let range = subject.tree.range(node);
    let code = filled(subject, kept, hook, template);
    let is_whole =
        subject.tree.node(node).is_statement() || subject.tree.parent_node(node).is_stmt_expr();
    if is_whole {
        let base = indentation(text, range.start());
        let before = TextRange::new(line_start(text, range.start()), range.start());
        if !text[before].trim().is_empty() {
            return Err(Refusal::SharesLine);
        }
        return Ok(lines_behind(
            text,
            subject.line_end(range.end()),
            base,
            &[code],
        ));
    }
    let owner = hook.beside.owner.map_or("", |it| &text[it.range()]);
    let link = code.strip_prefix(owner).unwrap_or(&code);
    let dot = match (hook.beside.owner, subject.tree.node(node)) {
        (Some(owner), AnyNodeRef::ExprCall(_)) => {
            &text[owner.end().to_usize()..range.end().to_usize()]
        }
        _ => "",
    };
    let gap = &dot[..dot.len() - dot.trim_start().len()];
    Ok(Edit::insertion(range.end(), format!("{gap}{link}")))
}

/// An argument behind the one that has what begins.
fn argument(subject: &Subject, kept: &Kept, hook: &NewHook, keyword: &str) -> Option<Edit> {
    let text = subject.text();
    let name = subject.tree.id(hook.beside.hook?);
    let mut around = subject.tree.ancestors(name);
    let beside = around.find(|id| subject.tree.node(*id).is_keyword())?;
    let range = subject.tree.range(beside);
    let line = TextRange::new(line_start(text, range.start()), range.start());
    let gap = match text[line].trim().is_empty() {
        true => format!("{}{}", line_break_at(text, range.start()), &text[line]),
        false => " ".to_owned(),
    };
    let function = kept.ends_in();
    Some(Edit::insertion(
        range.end(),
        format!(",{gap}{keyword}=[{function}]"),
    ))
}

/// Code of the table with the object and the function in it.
fn filled(subject: &Subject, kept: &Kept, hook: &NewHook, template: &Template) -> String {
    let owner = hook
        .beside
        .owner
        .map_or("", |it| &subject.text()[it.range()]);
    let function = kept.ends_in();
    // Only the code of the table has the table's quotes.
    let names = [(OWNER, format!("${OWNER}")), (HOOK, format!("${HOOK}"))];
    let names = names.map(|(capture, mark)| (capture.to_owned(), mark));
    let code = quote::with(&template.with_names(&names).code, kept.quote);
    code.replacen(&format!("${OWNER}"), owner, 1)
        .replacen(&format!("${HOOK}"), function, 1)
}

/// Where a function begins, its decorators and the comments right above it included.
pub(super) fn whole_start(subject: &Subject, function: &StmtFunctionDef) -> TextSize {
    let text = subject.text();
    let decorated = function.decorator_list.first();
    let mut at = line_start(text, decorated.map_or(function.start(), Ranged::start));
    loop {
        let above = line_before_start(text, at);
        let line = &text[TextRange::new(above, at)];
        // A line that begins a cell is no comment on the function.
        if above == at
            || !line.starts_with('#')
            || line.trim_start_matches(['#', ' ']).starts_with("%%")
        {
            return at;
        }
        at = above;
    }
}
