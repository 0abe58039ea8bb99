//! The verb `add`: a definition that a change needs, beside a function, a variable or the site.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::concrete::{spliced, with_commas};
use super::define;
use super::draft::Draft;
use super::layout::Layout;
use super::made;
use super::old_header;
use super::refusal::Refusal;
use super::spelling::spell_all;
use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::fate::{ends_cell, is_last_of_cell};
use crate::matching::subject::Subject;
use crate::matching::uses::bindings_of;
use crate::plan::need::{Line, Need};
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::pattern::Root;
use crate::recipe::template::Template;
use crate::recipe::{Add, AddPlace};
use crate::text::below::lines_behind;
use crate::text::blank::{
    blank_lines_after, count_lines, indentation, line_break_before, line_start,
};
use crate::text::edit::Edit;

/// Blank lines around a function of the module, as PEP 8 wants them.
const BLANK_LINES: usize = 2;

/// Writes the definition; `names` are those that the change was given.
pub(super) fn add<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    add: &Add,
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let place = match &add.at {
        AddPlace::Beside(capture) => match made::made_at(subject, found, capture) {
            Some(statement) => {
                return below(subject, found, (statement, &add.text), names, draft);
            }
            None => function(subject, found, capture)?,
        },
        AddPlace::Before => line_of(subject, found.node)?,
        AddPlace::After => whole_line(subject, found.node)?,
        AddPlace::OldHeader => {
            return old_header::write(subject, found, &add.text, names, draft);
        }
        AddPlace::Module { name, .. } => {
            return define::define(subject, found, (name, &add.text), names, draft);
        }
    };
    let template = add.text.with_names(names);
    let (code, longer) = written(subject, found, (place, &template), names, draft)?;
    let edit = match &add.at {
        AddPlace::Beside(_) => {
            let code = Layout::at(subject, subject.tree.range(place).start()).lay_out(&code);
            behind(subject, place, &code)
        }
        AddPlace::After => after(subject, place, &quiet(subject, place, &template, code)),
        AddPlace::Before | AddPlace::OldHeader | AddPlace::Module { .. } => {
            before(subject, place, &code)
        }
    };
    draft.edits.push(with_longer(subject, edit, &longer)?);
    Ok(())
}

/// Captured code that has a layout of its own: the slot it stands for, and where it stands.
pub(super) type Longer = Vec<(String, TextRange)>;

/// Returns the code with all captures of one line in it, and the others.
pub(super) fn written<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (place, template): (NodeId, &Template),
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(String, Longer), Refusal> {
    let spelled = spell_all(subject, place, &template.names, &mut draft.needs)?;
    let spelled = template.names.iter().zip(spelled);
    let spelled = spelled.map(|(name, spelled)| (name.range, spelled));
    let mut pieces: Vec<_> = spelled.collect();
    let (mut longer, mut empty) = (Vec::new(), Vec::new());
    for slot in &template.slots {
        let captured = found.captures.find(&slot.name).and_then(Captured::range);
        let Some(range) = captured else {
            empty.push(slot.range);
            continue;
        };
        let text = &subject.text()[range];
        match text.contains('\n') {
            true => longer.push((template.code[slot.range].to_owned(), range)),
            false => pieces.push((slot.range, text.to_owned())),
        }
        draft.needs.push(Need::Copied { range });
    }
    let gone = with_commas(&template.code, empty.into_iter());
    pieces.extend(gone.map(|range| (range, String::new())));
    let mut code = spliced(&template.code, pieces);
    // What is left of them stands in comments.
    for (capture, name) in names {
        code = code.replace(&format!("${capture}"), name);
    }
    Ok((code, longer))
}

/// Puts code of several lines in the place of its slots, each line as much deeper as the first.
fn with_longer(
    subject: &Subject,
    edit: Edit,
    longer: &[(String, TextRange)],
) -> Result<Edit, Refusal> {
    let text = subject.text();
    let mut code = edit.text().to_owned();
    for (slot, range) in longer {
        if !trivia::string_line_starts(subject.module, text, *range).is_empty() {
            return Err(Refusal::NotBefore);
        }
        let old = indentation(text, range.start());
        while let Some(at) = code.find(slot.as_str()) {
            let line = &code[code[..at].rfind('\n').map_or(0, |end| end + 1)..];
            let new = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
            let moved = text[*range].replace(&format!("\n{old}"), &format!("\n{new}"));
            code.replace_range(at..at + slot.len(), &moved);
        }
    }
    Ok(Edit::replacement(edit.range(), code))
}

/// Returns the statement of a site, where it begins its line.
fn line_of(subject: &Subject, site: NodeId) -> Result<NodeId, Refusal> {
    let statement = subject.tree.statement(site).ok_or(Refusal::NotBefore)?;
    let (text, start) = (subject.text(), subject.tree.range(statement).start());
    let begins = line_start(text, start) + TextSize::of(indentation(text, start)) == start;
    match begins {
        true => Ok(statement),
        false => Err(Refusal::NotBefore),
    }
}

/// Returns the statement of a site, where it has its lines for itself.
fn whole_line(subject: &Subject, site: NodeId) -> Result<NodeId, Refusal> {
    let statement = line_of(subject, site).map_err(|_| Refusal::SharesLine)?;
    let (text, end) = (subject.text(), subject.tree.range(statement).end());
    let rest = text[end.to_usize()..subject.line_end(end).to_usize()].trim();
    let rest = rest.strip_prefix(';').unwrap_or(rest).trim_start();
    match rest.is_empty() || rest.starts_with('#') {
        true => Ok(statement),
        false => Err(Refusal::SharesLine),
    }
}

/// A cell that ends with a statement displays nothing, and would display an expression behind that: a `;`
/// behind it.
fn quiet(subject: &Subject, statement: NodeId, template: &Template, mut code: String) -> String {
    let is_expression = match &template.root {
        Root::Statements(new) => new.last().is_some_and(|it| it.is_expr_stmt()),
        root => matches!(root, Root::Expression(_)),
    };
    if is_expression && displays_nothing(subject, statement) {
        code.push(';');
    }
    code
}

/// Whether a statement ends a cell without a value that is displayed.
fn displays_nothing(subject: &Subject, statement: NodeId) -> bool {
    let end = subject.tree.range(statement).end();
    let rest = &subject.text()[end.to_usize()..];
    match rest.trim_start().strip_prefix(';') {
        Some(behind) => {
            let muted = &rest[..rest.len() - behind.len()];
            ends_cell(subject, statement, end + TextSize::of(muted))
        }
        None => !subject.tree.node(statement).is_stmt_expr() && is_last_of_cell(subject, statement),
    }
}

/// On the next lines, as deep as the statement.
fn after(subject: &Subject, statement: NodeId, code: &str) -> Edit {
    let range = subject.tree.range(statement);
    let layout = Layout::at(subject, range.start());
    let code = layout.lay_out(code);
    lines_behind(
        subject.text(),
        subject.line_end(range.end()),
        layout.base,
        &[code],
    )
}

/// A blank line sets the definition off.
fn before(subject: &Subject, statement: NodeId, code: &str) -> Edit {
    let start = subject.tree.range(statement).start();
    let layout = Layout::at(subject, start);
    let code = layout.lay_out(code);
    let (line_break, base) = (layout.line_break, layout.base);
    Edit::insertion(start, format!("{code}{line_break}{line_break}{base}"))
}

/// One line behind a statement, which other changes may want, too.
fn below<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    (statement, text): (NodeId, &Template),
    names: &[(String, String)],
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let statement = whole_line(subject, statement)?;
    let template = text.with_names(names);
    let (line, longer) = written(subject, found, (statement, &template), names, draft)?;
    let line = quiet(subject, statement, &template, line);
    if !longer.is_empty() || line.contains('\n') {
        return Err(Refusal::NotBefore);
    }
    let range = subject.tree.range(statement);
    draft.needs.push(Need::Line(Line {
        at: range.end(),
        beside: range.start(),
        behind: true,
        line,
        apart: 0,
    }));
    Ok(())
}

/// Returns the function of the module that a capture names.
fn function<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    capture: &str,
) -> Result<NodeId, Refusal> {
    let named = found.captures.expression(capture);
    let bindings = named.map(|named| bindings_of(subject, named));
    let function = match bindings.as_deref() {
        Some([only]) => Some(subject.names.binding(*only).statement),
        _ => None,
    };
    let is_function = |id: &NodeId| {
        let at_top = subject.tree.parent(*id) == NodeId::ROOT;
        at_top && matches!(subject.tree.node(*id), AnyNodeRef::StmtFunctionDef(_))
    };
    function.filter(is_function).ok_or_else(|| {
        let range = found.captures.find(capture).and_then(Captured::range);
        let name = range.map_or("", |range| &subject.text()[range]);
        Refusal::NotBeside {
            name: name.to_owned(),
        }
    })
}

/// Writes a function behind another one of the same depth.
pub(super) fn behind(subject: &Subject, function: NodeId, code: &str) -> Edit {
    let text = subject.text();
    let range = subject.tree.range(function);
    let Layout {
        base, line_break, ..
    } = Layout::at(subject, range.start());
    let n_blank = if base.is_empty() { BLANK_LINES } else { 1 };
    let above = line_break.repeat(n_blank);
    let after = subject.line_end(range.end());
    let below = blank_lines_after(text, after, TextSize::of(text));
    let n_below = count_lines(&text[after.to_usize()..below.to_usize()]);
    let below = match below == TextSize::of(text) {
        true => String::new(),
        false => line_break.repeat(n_blank.saturating_sub(n_below)),
    };
    let code = match line_break_before(text, after) {
        "" => format!("{line_break}{above}{code}"),
        _ => format!("{above}{code}{line_break}{below}"),
    };
    Edit::insertion(after, code)
}
