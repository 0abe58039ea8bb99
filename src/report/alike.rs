//! What is said alike of several places → one entry, with the places below it.

use std::collections::HashMap;
use std::io::{self, Write};

use super::view::{self, View};
use crate::text::shown::Shown;

/// What is said of one place.
pub(super) struct Remark<'p> {
    /// Who says it.
    pub recipe: &'p str,
    /// What.
    pub text: String,
    /// Where, as it is shown.
    pub place: String,
}

/// Writes each text of a recipe once, in order of its first place: behind the place where there is one, else
/// with the places below.
///
/// # Errors
/// The writer fails.
pub(super) fn write<'p>(
    out: &mut dyn Write,
    view: &View,
    told: impl Iterator<Item = Remark<'p>>,
) -> io::Result<()> {
    for ((recipe, text), places) in grouped(told) {
        let columns = recipe.chars().count() + ": ".len();
        let recipe = view.paint(view::RECIPE, recipe);
        if let [place] = places.as_slice() {
            let place = Shown(place).to_string();
            let text = view.wrapped(columns + place.chars().count() + 1, &text);
            writeln!(out, "{place} {recipe}: {text}")?;
            continue;
        }
        let text = view.wrapped(columns, &text);
        writeln!(out, "{recipe}: {text}")?;
        for place in &places {
            writeln!(out, "    {}", Shown(place))?;
        }
    }
    Ok(())
}

/// What is said, by whom, and its places.
pub(super) type Entry<'p> = ((&'p str, String), Vec<String>);

/// Returns each text of a recipe once, in order of its first place.
pub(super) fn grouped<'p>(told: impl Iterator<Item = Remark<'p>>) -> Vec<Entry<'p>> {
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    let mut entries: Vec<Entry> = Vec::new();
    for Remark {
        recipe,
        text,
        place,
    } in told
    {
        let said = (recipe, text);
        let at = *known.entry(said.clone()).or_insert(entries.len());
        match entries.get_mut(at) {
            Some((_, places)) => places.push(place),
            None => entries.push((said, vec![place])),
        }
    }
    entries
}
