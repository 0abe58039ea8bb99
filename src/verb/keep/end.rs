//! Where a kept value ends: in the teardown of its owner, as a need, since several values end there
//! together.

use std::slice;

use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::hook;
use super::kept::{Ended, Kept, written};
use super::storage::stands_below;
use super::waiting;
use crate::bind::ends::Ends;
use crate::matching::owner::{Owner, Teardown, finally_around, innermost_try};
use crate::matching::place::is_docstring;
use crate::matching::subject::Subject;
use crate::plan::need::{Ending, EndingPlace, Need};
use crate::recipe::keep::End;
use crate::text::blank::{line_break_before, line_start};
use crate::verb::draft::Draft;
use crate::verb::layout::Layout;
use crate::verb::refusal::Refusal;

/// Checks that lines can be added where it ends.
pub(super) fn check_room(subject: &Subject, end: &End, teardown: Teardown) -> Result<(), Refusal> {
    if let Teardown::Own(method) = teardown {
        if end.awaits && !teardown.is_async() {
            let method = method.name.to_string();
            return Err(Refusal::SyncTeardown { method });
        }
        if end.is_last {
            check_last(subject, method)?;
        }
    }
    let (has_room, method) = match teardown {
        Teardown::Behind(function, yields) => {
            let stands_alone = |last: &Stmt| begins_line(subject, last);
            let last = finally_around(subject, function, yields);
            (
                ends_line(subject, yields) && last.is_none_or(stands_alone),
                function,
            )
        }
        Teardown::Own(method) => (stands_below(subject, method) || is_empty(method), method),
        _ => return Ok(()),
    };
    match has_room {
        true => Ok(()),
        false => Err(Refusal::OneLine {
            method: method.name.to_string(),
        }),
    }
}

/// Checks that each way through the method comes by its last line.
fn check_last(subject: &Subject, method: &StmtFunctionDef) -> Result<(), Refusal> {
    let statements = method.body.iter();
    let mut ends = statements.map(|it| subject.blocks.ends(subject.tree.id(it)));
    match ends.any(|it| it.may(Ends::RETURNS) || !it.may(Ends::FALLS)) {
        false => Ok(()),
        true => Err(Refusal::LeavesEarly {
            method: method.name.to_string(),
        }),
    }
}

/// Drafts the end of the value.
pub(super) fn end(
    subject: &Subject,
    end: &End,
    kept: &Kept,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let owner = &kept.owner;
    // Names are spelled as where the lines will stand, or beside it.
    let inside = subject.tree.id(match owner.teardown {
        Teardown::Own(method) => &method.body[0],
        Teardown::Behind(_, yields) => yields,
        _ => &owner.method.body[0],
    });
    let one = owner
        .many
        .then(|| waiting::free(subject, inside, slice::from_ref(&end.one)));
    let ended = Ended {
        target: target(kept),
        one: one.transpose()?,
    };
    let one = [("handle", ended.one())];
    let each = written(subject, inside, &end.each, &one, draft)?;
    let waits = owner.teardown.is_async();
    let then = waits.then(|| waiting::lines(subject, inside, &ended, end, draft));
    let is_listed = waits && owner.may_lack;
    let listed = is_listed.then(|| waiting::listed(subject, inside, end, draft));
    draft.needs.push(Need::Ending(Box::new(Ending {
        of: (ends_of(owner), kept.ends_in().to_owned()),
        place: place(subject, end, kept),
        target: ended.target,
        each,
        one: ended.one,
        there: kept.there(),
        listed: listed.transpose()?,
        gone: kept.gone(subject),
        then: then.transpose()?.flatten(),
        known_by: hook::known_by(subject, kept)?,
    })));
    Ok(())
}

/// Where those begin whose things end together.
fn ends_of(owner: &Owner) -> TextSize {
    match (owner.class, owner.teardown) {
        // Several functions may begin what one ends.
        (None, Teardown::Own(function)) => function.start(),
        (_, Teardown::Hook(hook)) => hook.of,
        _ => owner.start(),
    }
}

/// The value, or the values of the collection, as the teardown calls them.
fn target(kept: &Kept) -> String {
    let target = kept.target_at_end();
    match kept.owner.stored {
        Some(stored) if stored.by_key => format!("{target}.values()"),
        _ => target,
    }
}

/// Where the lines stand, and what is written around them.
fn place(subject: &Subject, end: &End, kept: &Kept) -> EndingPlace {
    let owner = &kept.owner;
    match &owner.teardown {
        Teardown::Own(method) => in_method(subject, method, end.is_last),
        Teardown::Behind(function, yields) => behind(subject, function, yields),
        Teardown::New(new) => {
            let returns = owner.method.returns.is_some();
            let before = if returns {
                with_none(&new.before)
            } else {
                new.before.clone()
            };
            let def = NewDef {
                before,
                after: new.after.clone(),
                depth: new.depth,
                apart: 1,
            };
            new_method(subject, owner, &def)
        }
        Teardown::Hook(new) => new_method(subject, owner, &hook::new_def(subject, kept, new)),
        Teardown::Override(name) => {
            let returns = owner.method.returns.as_ref().map_or("", |_| " -> None");
            let def = NewDef {
                before: format!("async def {name}(self){returns}:"),
                after: format!("    await super().{name}()"),
                depth: 1,
                apart: 1,
            };
            new_method(subject, owner, &def)
        }
        Teardown::OwnStart(_) => new_method(subject, owner, &NewDef::default()),
    }
}

/// A def that is written around what ends.
#[derive(Default)]
pub(super) struct NewDef {
    pub(super) before: String,
    pub(super) after: String,
    /// Levels of indentation of what ends.
    pub(super) depth: usize,
    /// Blank lines in front of it.
    pub(super) apart: usize,
}

/// A header that says that it returns nothing, where it says nothing.
fn with_none(def: &str) -> String {
    let (header, rest) = def
        .split_once('\n')
        .map_or((def, ""), |(header, _)| (header, &def[header.len()..]));
    match header.strip_suffix("):") {
        Some(header) => format!("{header}) -> None:{rest}"),
        None => def.to_owned(),
    }
}

/// First of all, behind the docstring, or last; in the place of a body that does nothing.
fn in_method(subject: &Subject, method: &StmtFunctionDef, is_last: bool) -> EndingPlace {
    let first = &method.body[0];
    let layout = Layout::at(subject, first.start());
    let rest: Vec<&Stmt> = method.body.iter().filter(|it| !is_docstring(it)).collect();
    let nothing = match rest.as_slice() {
        [only] if does_nothing(only) => Some(only.range()),
        _ => None,
    };
    if let Some(range) = nothing {
        return match stands_below(subject, method) {
            true => EndingPlace {
                begins: true,
                ..lines_at(range, &layout)
            },
            false => below_header(subject, method),
        };
    }
    let above = match is_docstring(first) {
        _ if is_last => method.end(),
        true => first.end(),
        false => header_end(subject, method),
    };
    lines_at(TextRange::empty(subject.line_end(above)), &layout)
}

/// Lines of their own, as the file lays them out there.
pub(super) fn lines_at(range: TextRange, layout: &Layout) -> EndingPlace {
    EndingPlace {
        range,
        before: String::new(),
        after: String::new(),
        base: layout.base.to_owned(),
        unit: layout.unit.to_owned(),
        line_break: layout.line_break.to_owned(),
        begins: false,
        is_cell: false,
    }
}

/// Behind the statement; where it stands in a `try`, first in its `finally`, or behind the whole.
fn behind(subject: &Subject, function: &StmtFunctionDef, yields: &Stmt) -> EndingPlace {
    let text = subject.text();
    let last = finally_around(subject, function, yields);
    let ends = innermost_try(subject, function, yields).map_or(yields.range(), Ranged::range);
    let layout = Layout::at(subject, last.map_or(ends.start(), Ranged::start));
    let at = match last {
        Some(last) => above_comments(text, last.start()),
        None => subject.line_end(ends.end()),
    };
    lines_at(TextRange::empty(at), &layout)
}

/// Where the line of a statement begins, or the first of the comments above it.
fn above_comments(text: &str, statement: TextSize) -> TextSize {
    let mut start = line_start(text, statement);
    while start > TextSize::new(0) {
        let above = line_start(text, start - TextSize::new(1));
        let line = text[TextRange::new(above, start)].trim();
        if !(line.is_empty() || line.starts_with('#')) {
            break;
        }
        start = above;
    }
    start
}

/// Nothing stands before it on its line.
fn begins_line(subject: &Subject, statement: &Stmt) -> bool {
    let text = subject.text();
    let line = TextRange::new(line_start(text, statement.start()), statement.start());
    text[line].trim().is_empty()
}

/// Nothing but a comment stands behind it on its line.
fn ends_line(subject: &Subject, statement: &Stmt) -> bool {
    let text = subject.text();
    let rest = &text[statement.end().to_usize()..subject.line_end(statement.end()).to_usize()];
    rest.trim().is_empty() || rest.trim_start().starts_with('#')
}

/// A body that does nothing, and stands on the line of the header, becomes one below it.
fn below_header(subject: &Subject, method: &StmtFunctionDef) -> EndingPlace {
    let layout = Layout::at(subject, subject.tree.range(subject.tree.id(method)).start());
    let header = header_end(subject, method);
    let colon = subject.text()[header.to_usize()..].find(':').unwrap_or(0) + 1;
    let colon = header + TextSize::try_from(colon).unwrap_or_default();
    EndingPlace {
        before: layout.line_break.to_owned(),
        base: format!("{}{}", layout.base, layout.unit),
        ..lines_at(TextRange::new(colon, method.end()), &layout)
    }
}

fn is_empty(method: &StmtFunctionDef) -> bool {
    matches!(method.body.as_slice(), [only] if does_nothing(only))
}

fn does_nothing(statement: &Stmt) -> bool {
    match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(it) => it.value.is_ellipsis_literal_expr(),
        _ => false,
    }
}

/// Where the line of the colon is: comments below it belong to the body.
fn header_end(subject: &Subject, method: &StmtFunctionDef) -> TextSize {
    let returns = method.returns.as_deref().map(Ranged::end);
    returns
        .unwrap_or(method.parameters.end())
        .min(subject.tree.range(subject.tree.id(method)).end())
}

/// A def of its own, behind the one that begins.
fn new_method(subject: &Subject, owner: &Owner, def: &NewDef) -> EndingPlace {
    let text = subject.text();
    let layout = Layout::at(
        subject,
        subject.tree.range(subject.tree.id(owner.method)).start(),
    );
    let line_break = layout.line_break;
    let at = subject.line_end(owner.method.end());
    let has_break = !line_break_before(text, at).is_empty();
    let laid = |piece: &str| format!("{}{}", layout.base, layout.lay_out(piece));
    let after = match def.after.is_empty() {
        true => String::new(),
        // Its first line is laid out as any but the first.
        false => layout.lay_out(&format!("\n{}", def.after)),
    };
    let gap = if has_break { "" } else { line_break };
    let end = if has_break { line_break } else { "" };
    let blank = line_break.repeat(def.apart);
    EndingPlace {
        before: format!("{gap}{blank}{}{line_break}", laid(&def.before)),
        after: format!("{after}{end}"),
        base: format!("{}{}", layout.base, layout.unit.repeat(def.depth)),
        ..lines_at(TextRange::empty(at), &layout)
    }
}
