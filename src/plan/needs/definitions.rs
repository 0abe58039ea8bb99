//! What changes define at the module's own level → one edit at each place, set off as PEP 8 wants it.

use ruff_text_size::Ranged;

use crate::plan::change::Change;
use crate::plan::need::{Definition, Need};
use crate::text::edit::Edit;

/// Adds the edits that write imports and definitions, each once.
pub(super) fn add(edits: &mut Vec<Edit>, mut imports: Vec<Edit>, wanted: &[&Change]) {
    let needs = wanted.iter().flat_map(|change| &change.needs);
    let definitions = needs.filter_map(|need| match need {
        Need::Definition(definition) => Some(definition),
        _ => None,
    });
    let mut places: Vec<Vec<&Definition>> = Vec::new();
    for definition in definitions {
        match places.iter_mut().find(|it| it[0].blank == definition.blank) {
            Some(place) if place.iter().any(|it| it.code == definition.code) => {}
            Some(place) => place.push(definition),
            None => places.push(vec![definition]),
        }
    }
    for place in places {
        // An import may be written right where the blank lines should begin, and stands above.
        let is_above = |edit: &Edit| edit.range() == place[0].blank && edit.text().ends_with('\n');
        let above = imports.extract_if(.., |it| is_above(it));
        let above: String = above.map(|it| it.text().to_owned()).collect();
        edits.push(edit(&above, &place));
    }
    edits.extend(imports);
}

fn edit(above: &str, definitions: &[&Definition]) -> Edit {
    let (first, last) = (definitions[0], definitions[definitions.len() - 1]);
    let blank = |is_block: bool| first.line_break.repeat(if is_block { 2 } else { 1 });
    let mut text = above.to_owned();
    if !first.opens_cell || !above.is_empty() {
        text.push_str(&blank(first.is_block));
    }
    let mut before: Option<&Definition> = None;
    for definition in definitions {
        if before.is_some_and(|before| before.is_block || definition.is_block) {
            text.push_str(&blank(true));
        }
        text.push_str(&definition.code);
        text.push_str(&first.line_break);
        before = Some(definition);
    }
    text.push_str(&blank(last.is_block || last.is_above_block));
    Edit::replacement(first.blank, text)
}
