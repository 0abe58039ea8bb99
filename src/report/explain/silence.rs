//! A line without a rule → why, and the nearest lines that recipes look at.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::Query;
use crate::engine::explain::{Elsewhere, Missing, Silence};
use crate::report::place;
use crate::report::view::{self, View, count};
use crate::source::cell::Position;
use crate::text::shown::Shown;

/// Places that are named where the line has none.
const MAX_PLACES: usize = 3;

/// Writes why a line has no rule, and the nearest places that have.
pub(super) fn write_silence(
    out: &mut dyn Write,
    view: &View,
    query: Query<'_>,
    silence: &Silence,
) -> io::Result<()> {
    let said = reason(silence);
    let said = Shown(&said);
    let Silence::Elsewhere(found) = silence else {
        return writeln!(out, "{}: {said}", query.path);
    };
    let (here, others): (Vec<_>, Vec<_>) = by_distance(found, query.line)
        .into_iter()
        .partition(|((_, at), _)| (at.cell, at.line) == (query.cell, query.line));
    writeln!(out, "{}: {said}", query.path)?;
    write_here(out, view, &here)?;
    if !others.is_empty() {
        writeln!(out, "the nearest lines that recipes look at:")?;
    }
    for ((_, at), recipes) in others.iter().take(MAX_PLACES) {
        let place = place::location(query.path, *at);
        let recipes = recipes.join(", ");
        writeln!(
            out,
            "  {}: {}",
            Shown(&place),
            view.paint(view::RECIPE, &recipes)
        )?;
    }
    Ok(())
}

/// Writes which recipes look at the line, though none of their rules applies.
fn write_here(out: &mut dyn Write, view: &View, here: &[Looked<'_>]) -> io::Result<()> {
    let mut recipes: Vec<&str> = here
        .iter()
        .flat_map(|(_, recipes)| recipes.clone())
        .collect();
    recipes.sort_unstable();
    recipes.dedup();
    if recipes.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "recipes that look for code like it: {}; add a name to this command to see why not",
        view.paint(view::RECIPE, &recipes.join(", ")),
    )
}

/// A place with its distance, and the recipes that look at it.
type Looked<'f> = ((usize, Position), Vec<&'f str>);

/// Returns the places of names that recipes look for, the nearest to a line first, with the recipes.
fn by_distance(found: &[Elsewhere], line: usize) -> BTreeMap<(usize, Position), Vec<&str>> {
    let mut places: BTreeMap<(usize, Position), Vec<&str>> = BTreeMap::new();
    for Elsewhere {
        recipe, positions, ..
    } in found
    {
        for at in positions {
            let recipes = places.entry((at.line.abs_diff(line), *at)).or_default();
            if !recipes.contains(&recipe.as_str()) {
                recipes.push(recipe);
            }
        }
    }
    places
}

/// Says why there is nothing more to say.
pub fn reason(silence: &Silence) -> String {
    match silence {
        Silence::Generated => {
            "a program wrote this file, as it says itself; only a run that names it changes it"
                .to_owned()
        }
        Silence::NoCode => "the cell is not Python".to_owned(),
        Silence::NoChange => "a run over its directory leaves the line as it is".to_owned(),
        Silence::NoLine(0) => "there is no such cell".to_owned(),
        Silence::NoLine(lines) => format!("it has {} only", count(*lines, "line")),
        Silence::NoWord(missing) => no_word(missing),
        Silence::Broken(problem) => match problem.position {
            Some(position) => format!("{}: {}", position.words(), problem.message),
            None => problem.message.clone(),
        },
        Silence::Elsewhere(_) => "no rule applies to this line".to_owned(),
    }
}

fn no_word(missing: &[Missing]) -> String {
    let of_recipe = |missing: &Missing| {
        let words = missing.words.join(", ");
        format!("; {} needs {words}", missing.recipe)
    };
    let which: String = missing.iter().map(of_recipe).collect();
    format!("no recipe that is on looks for a name in it{which}")
}
