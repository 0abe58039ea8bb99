//! Where a text names a column of the row, and which parts of a rule name none.

use memchr::memchr2_iter;
use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;

use crate::recipe::yaml::{Node, Value};

/// How code and conditions name a column.
pub(in crate::recipe::compile) const CODE: &str = "$row.";

/// How a sentence names one, up to its `}`.
pub(super) const FIELD: &str = "{row.";

/// Returns where one of some rules names a column.
pub(super) fn place_of_row(rules: &[Node]) -> Option<TextSize> {
    let mut seen = FxHashSet::default();
    rules.iter().find_map(|rule| first_place(rule, &mut seen))
}

fn first_place(node: &Node, seen: &mut FxHashSet<usize>) -> Option<TextSize> {
    // Rules share what they have in common.
    if !seen.insert(node.address()) {
        return None;
    }
    let names_one = |text: &str| next_mark(text).is_some();
    match &*node.value {
        Value::Nothing => None,
        Value::Scalar(scalar) => names_one(&scalar.text).then(|| node.span.start()),
        Value::List(elements) => elements.iter().find_map(|it| first_place(it, seen)),
        Value::Map(entries) => entries
            .iter()
            .find_map(|(key, value)| match names_one(&key.text) {
                true => Some(key.span.start()),
                false => first_place(value, seen),
            }),
    }
}

/// The parts of a rule that name no column, by address: most of it, and there are many rows.
pub(super) fn plain_parts(rule: &Node) -> FxHashSet<usize> {
    let mut plain = FxHashSet::default();
    add_if_plain(rule, &mut plain);
    plain
}

fn add_if_plain(node: &Node, plain: &mut FxHashSet<usize>) -> bool {
    // Rules share what they have in common.
    if plain.contains(&node.address()) {
        return true;
    }
    let names_none = |text: &str| next_mark(text).is_none();
    let is_plain = match &*node.value {
        Value::Nothing => true,
        Value::Scalar(scalar) => names_none(&scalar.text),
        // Each part is looked at: also those behind one that names a column.
        Value::List(elements) => {
            let mut is_plain = true;
            for element in elements {
                is_plain &= add_if_plain(element, plain);
            }
            is_plain
        }
        Value::Map(entries) => {
            let mut is_plain = true;
            for (key, value) in entries {
                is_plain &= add_if_plain(value, plain) && names_none(&key.text);
            }
            is_plain
        }
    };
    if is_plain {
        plain.insert(node.address());
    }
    is_plain
}

/// Returns what stands before the first `$row.` or `{row.`, which of them it is, and what follows.
pub(super) fn next_mark(text: &str) -> Option<(&str, &'static str, &str)> {
    // Every text of a recipe is searched for every row.
    let mut places = memchr2_iter(b'$', b'{', text.as_bytes());
    places.find_map(|at| {
        let mut marks = [CODE, FIELD].into_iter();
        let mark = marks.find(|mark| text[at..].starts_with(mark))?;
        Some((&text[..at], mark, &text[at + mark.len()..]))
    })
}
