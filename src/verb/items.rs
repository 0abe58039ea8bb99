//! Items of a `with` that become items of an `async with`: one of several takes the others along, or
//! the statement is split where the color changes.

use ruff_python_ast::{AnyNodeRef, StmtWith};
use ruff_text_size::{Ranged, TextRange};

use super::draft::Draft;
use super::lines::Lines;
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::Together;
use crate::recipe::pattern::Root;
use crate::recipe::template::Template;
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// Returns the `with` of several items of which the match is one, where it is changed as a whole.
pub(super) fn around<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>) -> Option<&'a StmtWith> {
    let item = subject.tree.node(found.node);
    match subject.tree.parent_node(found.node) {
        AnyNodeRef::StmtWith(with)
            if item.is_with_item()
                && with.items.len() > 1
                && found.rule.shares.together == Some(Together::Statement) =>
        {
            Some(with)
        }
        _ => None,
    }
}

/// Writes what the template enters over what one item does.
pub(super) fn rewrite_item<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    template: &Template,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let (Some(template), AnyNodeRef::WithItem(item)) =
        (entered(template), subject.tree.node(found.node))
    else {
        return Err(Refusal::SeveralItems);
    };
    let place = Place::of_node(subject, subject.tree.id(&item.context_expr));
    rewrite(subject, place, &template, &found.captures, draft)
}

/// What the header that a template is enters, as a template of its own.
fn entered(template: &Template) -> Option<Template> {
    let Root::Header(header) = &template.root else {
        return None;
    };
    let [only] = header.as_with_stmt()?.items.as_slice() else {
        return None;
    };
    let range = only.context_expr.range() - template.root_at;
    let mut entered = template.clone();
    entered.slots.retain(|it| range.contains_range(it.range));
    entered.names.retain(|it| range.contains_range(it.range));
    let slots = entered.slots.iter_mut().map(|it| &mut it.range);
    let names = entered.names.iter_mut().map(|it| &mut it.range);
    slots.chain(names).for_each(|it| *it -= range.start());
    entered.code = template.code[range].to_owned();
    entered.root = Root::Expression(Box::new(only.context_expr.clone()));
    entered.root_at = template.root_at + range.start();
    Some(entered)
}

/// Makes the `with` async, or splits it where items that become async meet others.
pub(super) fn split<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Some(with) = matches.first().and_then(|found| around(subject, found)) else {
        return Ok(());
    };
    let is_async = |item: NodeId| matches.iter().any(|found| found.node == item);
    let colors: Vec<bool> = with
        .items
        .iter()
        .map(|item| is_async(subject.tree.id(item)))
        .collect();
    if colors[0] {
        draft.edits.push(Edit::insertion(with.start(), "async "));
    }
    let n_splits = colors.windows(2).filter(|pair| pair[0] != pair[1]).count();
    if n_splits == 0 {
        return Ok(());
    }
    let lines = Lines::of(subject, with.range())?;
    let layout = &lines.layout;
    let mut depth = 0;
    for (pair, color) in with.items.windows(2).zip(colors.windows(2)) {
        let gap = TextRange::new(pair[0].end(), pair[1].start());
        check_gap(subject, with, gap)?;
        if color[0] == color[1] {
            continue;
        }
        depth += 1;
        let keyword = if color[1] { "async with " } else { "with " };
        let indentation = format!("{}{}", layout.base, layout.unit.repeat(depth));
        let text = format!(":{}{indentation}{keyword}", layout.line_break);
        draft.edits.push(Edit::replacement(gap, text));
    }
    let deeper = |shift: Shift| Shift::deeper(shift.line_start, &layout.unit.repeat(depth));
    draft.shifts.extend(lines.deeper().into_iter().map(deeper));
    Ok(())
}

/// Items that brackets hold, or that stand on several lines, are left to a person.
fn check_gap(subject: &Subject, with: &StmtWith, gap: TextRange) -> Result<(), Refusal> {
    let is_plain = subject.text()[gap].trim() == ","
        && !subject.text()[gap].contains(['\n', '\r', '\\'])
        && !trivia::in_brackets(subject.module, gap);
    let first = with.items.first().map_or(with.start(), Ranged::start);
    let last = with.items.last().map_or(with.end(), Ranged::end);
    let header = &subject.text()[TextRange::new(first, last)];
    match is_plain && !header.contains(['\n', '\r']) {
        true => Ok(()),
        false => Err(Refusal::SeveralItems),
    }
}
