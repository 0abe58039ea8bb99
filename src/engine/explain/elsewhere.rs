//! A line without candidates → where the names that recipes look for stand instead.

use ruff_text_size::TextSize;

use super::{Elsewhere, Missing, Silence};
use crate::engine::recipes::Engine;
use crate::matching::prefilter::Standing;
use crate::recipe::Recipe;
use crate::source::SourceFile;
use crate::source::cell::Position;

/// Where else the names of the recipes stand.
pub(super) fn elsewhere(engine: &Engine<'_>, source: &SourceFile, named: &[&Recipe]) -> Silence {
    let asked = if named.is_empty() {
        &engine.recipes
    } else {
        named
    };
    let mut found: Vec<Elsewhere> = Vec::new();
    let standing = Standing::new(source.text());
    for recipe in asked {
        for pattern in recipe.content.rules.iter().flat_map(|rule| &rule.patterns) {
            let words = pattern.pattern.words().iter().map(|it| it.word.as_str());
            let Some(word) = words.max_by_key(|word| word.len()) else {
                continue;
            };
            let is_new = !found
                .iter()
                .any(|known| known.recipe == recipe.id && known.word == word);
            if is_new && standing.has(&pattern.pattern) {
                found.push(Elsewhere {
                    recipe: recipe.id.clone(),
                    word: word.to_owned(),
                    positions: positions(source, word),
                });
            }
        }
    }
    found.retain(|known| !known.positions.is_empty());
    match found.is_empty() {
        true => nowhere(source, named),
        false => Silence::Elsewhere(found),
    }
}

/// Which names of the recipes that were asked about stand nowhere in the file.
pub(super) fn nowhere(source: &SourceFile, named: &[&Recipe]) -> Silence {
    let mut missing = Vec::new();
    let standing = Standing::new(source.text());
    for recipe in named {
        let mut words: Vec<String> = Vec::new();
        for pattern in recipe.content.rules.iter().flat_map(|rule| &rule.patterns) {
            let absent = standing.missing(&pattern.pattern);
            words.extend(absent.map(|it| it.word.clone()));
        }
        words.sort_unstable();
        words.dedup();
        missing.push(Missing {
            recipe: recipe.id.clone(),
            words,
        });
    }
    missing.retain(|known| !known.words.is_empty());
    Silence::NoWord(missing)
}

fn positions(source: &SourceFile, word: &str) -> Vec<Position> {
    let text = source.text();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let alone = |at: &usize| {
        !text[..*at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    };
    let places = text.match_indices(word).map(|(at, _)| at).filter(alone);
    let offsets = places.filter_map(|at| TextSize::try_from(at).ok());
    let mut positions: Vec<Position> = offsets.map(|at| source.position(at)).collect();
    positions.dedup_by_key(|position| (position.cell, position.line));
    positions
}
