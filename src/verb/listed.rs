//! A generator expression in which a use has to await → a list, where all of it is read at once.

use ruff_python_ast::{AnyNodeRef, ExprCall};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::draft::Draft;
use crate::matching::read_whole::{generators_around, reader};
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::text::edit::Edit;

/// Writes lists in place of the generator expressions around a node; returns the outermost.
pub(super) fn write_around(
    subject: &Subject,
    node: NodeId,
    draft: &mut Draft<'_>,
) -> Option<NodeId> {
    let generators = generators_around(subject, node);
    for id in &generators {
        if let (AnyNodeRef::ExprGenerator(generator), Some(call)) =
            (subject.tree.node(*id), reader(subject, *id))
        {
            let (places, texts) = match generator.parenthesized {
                true => (brackets(generator.range), ("[", "]")),
                false => around_all(subject, call),
            };
            draft.edits.push(Edit::replacement(places.0, texts.0));
            draft.edits.push(Edit::replacement(places.1, texts.1));
        }
    }
    generators.last().copied()
}

/// The first and the last character of a range.
fn brackets(range: TextRange) -> (TextRange, TextRange) {
    let one = TextSize::new(1);
    (
        TextRange::at(range.start(), one),
        TextRange::at(range.end() - one, one),
    )
}

/// What goes around a generator expression that is all a call has: `list(…)` and `set(…)` become displays.
fn around_all(
    subject: &Subject,
    call: &ExprCall,
) -> ((TextRange, TextRange), (&'static str, &'static str)) {
    let (open, close) = brackets(call.arguments.range);
    let is_plain = call.func.is_name_expr()
        && call.func.end() == call.arguments.start()
        && call.func.start() == call.start();
    let name = match is_plain {
        true => &subject.text()[call.func.range()],
        false => "",
    };
    let mut around = subject.tree.ancestors(subject.tree.id(call));
    let is_in_text = around.any(|id| subject.tree.node(id).is_expr_f_string());
    let whole = TextRange::new(call.start(), open.end());
    match name {
        "list" => ((whole, close), ("[", "]")),
        "set" if !is_in_text => ((whole, close), ("{", "}")),
        _ => ((open, close), ("([", "])")),
    }
}
