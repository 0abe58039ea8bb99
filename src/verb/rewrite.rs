//! The verb `rewrite`: the matched text becomes a template's, or only some of its captures do.

use std::borrow::Cow;

use ruff_python_ast::{AnyNodeRef, NodeKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::draft::Draft;
use super::header;
use super::layout::Layout;
use super::place::Place;
use super::refusal::Refusal;
use super::remove::check_unused;
use super::render::Writing;
use super::spelling::spell_all;
use crate::bind::block::BlockRole;
use crate::bind::scope::{BindingId, ScopeKind};
use crate::matching::Match;
use crate::matching::capture::{Captured, Captures};
use crate::matching::fate::{fate, is_last_of_cell};
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::condition::Fate;
use crate::recipe::pattern::{Arity, Root};
use crate::recipe::template::Template;
use crate::semantic::Model;
use crate::text::blank::{is_blank, line_end, line_start};
use crate::text::edit::Edit;

/// Writes a template over the text of a match.
pub(super) fn rewrite<'a>(
    subject: &Subject<'a>,
    place: Place,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let template = &*with_found_names(template, captures);
    check_place(subject, place, template, captures)?;
    check_comprehension(subject, place.node, template)?;
    match header::keyword_alone(subject, place, template, captures) {
        Some(keyword) => draft.edits.push(keyword),
        None => write(subject, place, template, captures, draft)?,
    }
    Ok(())
}

fn write<'a>(
    subject: &Subject<'a>,
    place: Place,
    template: &Template,
    captures: &Captures<'_, 'a>,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let Place { node, range, .. } = place;
    check_bound(subject, place, captures, template)?;
    let spelled = spell_all(subject, node, &template.names, &mut draft.needs)?;
    if header::rewrite_definition(subject, place, template, captures, &spelled, draft) {
        return Ok(());
    }
    let rendered = Writing {
        subject,
        template,
        captures,
        spelled: &spelled,
        range,
        layout: Layout::at(subject, range.start()),
        parent: subject.tree.parent_node(node),
        is_parenthesized: trivia::parenthesized(subject.module, subject.tree, node).is_some(),
        sites: draft.sites,
    }
    .render();
    let copied = rendered.copied.into_iter();
    let copied = copied.map(|range| Need::Copied { range });
    let gaps = rendered.gaps.into_iter();
    let gaps = gaps.map(|range| Need::Released { range });
    draft.needs.extend(copied.chain(gaps));
    let edits = quiet(subject, place, template, rendered.edits);
    let annotations = lost_annotations(subject, place, captures, template);
    draft.lost_annotations.extend(gone(annotations, &edits));
    draft.edits.extend(edits);
    draft.shifts.extend(rendered.shifts);
    draft.lost_comments.extend(rendered.lost);
    Ok(())
}

/// The template with the names that conditions found in the place of metavariables.
fn with_found_names<'t>(template: &'t Template, captures: &Captures) -> Cow<'t, Template> {
    let (mut written, mut references) = (Vec::new(), Vec::new());
    for slot in &template.slots {
        match captures.find(&slot.name) {
            Some(Captured::Type(text)) => written.push((slot.name.clone(), text.clone())),
            Some(Captured::Reference(name)) => references.push((slot.name.clone(), name.clone())),
            _ => {}
        }
    }
    match (written.is_empty(), references.is_empty()) {
        (true, true) => Cow::Borrowed(template),
        _ => Cow::Owned(
            template
                .with_names(&written)
                .with_references(&references)
                .into_owned(),
        ),
    }
}

/// A cell that displayed nothing would display the last expression of the template: a `;` behind it.
fn quiet(subject: &Subject, place: Place, template: &Template, mut edits: Vec<Edit>) -> Vec<Edit> {
    let Root::Statements(new) = &template.root else {
        return edits;
    };
    let tree = subject.tree;
    let of_module = subject.blocks.block(NodeId::ROOT, BlockRole::Module);
    let of_module = of_module.map_or(&[][..], |block| &block.statements);
    let end = |id: &NodeId| tree.range(*id).end();
    let old = of_module.get(of_module.partition_point(|id| end(id) < place.range.end()));
    let old = old.filter(|id| end(id) == place.range.end());
    let is_silent = |id: &NodeId| !tree.node(*id).is_stmt_expr() && is_last_of_cell(subject, *id);
    if !new.last().is_some_and(|it| it.is_expr_stmt()) || !old.is_some_and(is_silent) {
        return edits;
    }
    // What old and new text both end with is in no edit.
    let end = place.range.end();
    match edits.iter_mut().find(|edit| edit.end() == end) {
        Some(edit) => *edit = Edit::replacement(edit.range(), format!("{};", edit.text())),
        None => edits.push(Edit::insertion(end, ";")),
    }
    edits
}

/// The annotations of targets that the template binds without one.
fn lost_annotations(
    subject: &Subject,
    place: Place,
    captures: &Captures,
    template: &Template,
) -> Vec<TextRange> {
    let kept = kept(captures, template);
    let is_kept = |range: TextRange| kept.iter().any(|kept| kept.contains_range(range));
    let Root::Statements(_) = template.root else {
        return Vec::new();
    };
    let all = subject.of_kind(NodeKind::StmtAnnAssign);
    let part = subject.tree.beginning_in(place.range);
    let nodes = &all[all.partition_point(|id| *id < part.start)..];
    let nodes = nodes.iter().take_while(|id| **id < part.end);
    let annotated = nodes.filter_map(|id| match subject.tree.node(*id) {
        AnyNodeRef::StmtAnnAssign(assign) => Some(assign),
        _ => None,
    });
    let annotated = annotated.filter(|it| place.range.contains_range(it.range()));
    let lost = annotated.filter(|it| is_kept(it.target.range()) && !is_kept(it.annotation.range()));
    lost.map(|it| it.annotation.range()).collect()
}

/// The ranges that edits take away.
fn gone(ranges: Vec<TextRange>, edits: &[Edit]) -> impl Iterator<Item = TextRange> {
    let goes = move |range: &TextRange| edits.iter().any(|it| it.range().contains_range(*range));
    ranges.into_iter().filter(goes)
}

/// The captures that the template writes again.
fn kept(captures: &Captures, template: &Template) -> Vec<TextRange> {
    let slots = template.slots.iter();
    slots
        .filter_map(|slot| captures.find(&slot.name)?.range())
        .collect()
}

/// Writes templates over captures; the rest of the match stays.
pub(super) fn rewrite_parts<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    parts: &[(String, Template)],
    names: &[(String, String)],
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    for (name, template) in parts {
        // Compiled: each part is a capture of one expression. A name in place of one stays.
        let Some(captured) = found.captures.expression(name) else {
            continue;
        };
        let place = Place::of_node(subject, subject.tree.id(captured));
        let template = template.with_names(names);
        rewrite(subject, place, &template, &found.captures, draft)?;
    }
    Ok(())
}

/// A name that the matched text binds and the template does not is gone for everybody.
fn check_bound(
    subject: &Subject,
    place: Place,
    captures: &Captures,
    template: &Template,
) -> Result<(), Refusal> {
    // Of a header only what the pattern fixes goes.
    if matches!(template.root, Root::Header(_)) {
        return Ok(());
    }
    let kept = kept(captures, template);
    let goes = |node: NodeId| {
        let range = subject.tree.range(node);
        place.range.contains_range(range) && !kept.iter().any(|kept| kept.contains_range(range))
    };
    let slots = template.slots.iter().filter(|slot| slot.is_bound);
    let bound = slots.filter_map(|slot| captures.find(&slot.name)?.range());
    let bound: Vec<&str> = bound.map(|range| &subject.text()[range]).collect();
    let part = subject.tree.beginning_in(place.range);
    for (id, binding) in subject.names.bindings_in(&part) {
        if goes(binding.node) && !bound.contains(&binding.name) {
            check_unused(subject, id, uses(subject, id), &goes)?;
        }
    }
    Ok(())
}

/// The uses that the binding may reach, and those that none of its name reaches: a cell may be run
/// again.
fn uses(subject: &Subject, id: BindingId) -> Vec<NodeId> {
    let Model { names, flow, .. } = subject.model;
    let binding = names.binding(id);
    let references = names.references_to(Some(binding.scope), binding.name);
    let nodes = references.map(|reference| reference.node);
    let may_see = |node: &NodeId| {
        let mut reaching = flow.reaching(*node).bindings;
        // Star imports may bind it, too.
        reaching.retain(|id| names.binding(*id).name == binding.name);
        reaching.is_empty() || reaching.contains(&id)
    };
    nodes.filter(may_see).collect()
}

/// Statements cannot stand for an expression whose value is used.
fn check_place(
    subject: &Subject,
    place: Place,
    template: &Template,
    captures: &Captures,
) -> Result<(), Refusal> {
    match &template.root {
        Root::Expression(_) | Root::Decorator(_) | Root::Magic(_) | Root::Dependency(_) => Ok(()),
        Root::Header(new) => header::check(subject, place, new, captures),
        Root::Statements(_) => {
            let is_expression = subject.tree.node(place.node).is_expression();
            let parent = subject.tree.parent_node(place.node);
            let brackets = || trivia::parenthesized(subject.module, subject.tree, place.node);
            match is_expression {
                true if !matches!(parent, AnyNodeRef::StmtExpr(_)) => {
                    let is_dropped = fate(subject, place.node) == Fate::Discarded;
                    Err(if is_dropped {
                        Refusal::NotAlone
                    } else {
                        Refusal::ValueUsed
                    })
                }
                true if brackets().is_some() => Err(Refusal::InBrackets),
                _ => check_lines(subject, place, template, captures),
            }
        }
    }
}

/// Before Python 3.11 only a coroutine itself may hold an async comprehension, not another comprehension of it.
fn check_comprehension(
    subject: &Subject,
    node: NodeId,
    template: &Template,
) -> Result<(), Refusal> {
    let names = subject.names;
    let is_nested = names.scope(names.scope_of(node)).kind == ScopeKind::Comprehension;
    match is_nested && subject.target.version < (3, 11) && template.has_async_comprehension() {
        true => Err(Refusal::ComprehensionNested),
        false => Ok(()),
    }
}

/// Another statement stands behind it on its line.
fn goes_on(subject: &Subject, end: TextSize) -> bool {
    let text = subject.text();
    let rest = &text[TextRange::new(end, line_end(text, end))];
    let behind = rest.trim_start().strip_prefix(';').map(str::trim_start);
    behind.is_some_and(|it| !it.is_empty() && !it.starts_with('#'))
}

/// A block needs lines of its own; what it keeps of one line cannot be moved below a header.
fn check_lines(
    subject: &Subject,
    place: Place,
    template: &Template,
    captures: &Captures,
) -> Result<(), Refusal> {
    let makes_block = template.code.trim_end().contains('\n');
    if !makes_block {
        return Ok(());
    }
    let start = place.range.start();
    let is_first =
        |start| is_blank(&subject.text()[TextRange::new(line_start(subject.text(), start), start)]);
    if !is_first(start) || goes_on(subject, place.range.end()) {
        return Err(Refusal::SharesLine);
    }
    let slots = template
        .slots
        .iter()
        .filter(|slot| slot.arity == Arity::One);
    let kept = slots.filter_map(|slot| captures.find(&slot.name)?.range());
    let mut kept = kept.filter(|kept| place.range.contains_range(*kept));
    let on_header = |kept: TextRange| {
        let mut ids = subject.tree.starting_at(kept.start());
        let node = ids.next()?;
        let statement = subject.tree.statement(node)?;
        let start = subject.tree.range(statement).start();
        Some(start > place.range.start() && !is_first(start))
    };
    match kept.any(|kept| on_header(kept) == Some(true)) {
        true => Err(Refusal::OneLineBlock),
        false => Ok(()),
    }
}
