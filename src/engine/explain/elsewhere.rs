//! A line without candidates → where the names that recipes look for stand instead.

use std::cmp::Reverse;

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
        let rules = recipe.content.rules.iter();
        for pattern in rules.flat_map(|rule| rule.patterns.iter()) {
            if !standing.has(&pattern.pattern) {
                continue;
            }
            let words = pattern.pattern.words().iter().map(|it| it.word.as_str());
            let placed = words.map(|word| (word, positions(source, word)));
            let placed = placed.filter(|(_, positions)| !positions.is_empty());
            // `asyncio` says less of a place than `run`.
            let rarest = placed.min_by_key(|(word, at)| (at.len(), Reverse(word.len())));
            let known = |word: &str| {
                let mut known = found.iter();
                known.any(|it| it.recipe == recipe.id && it.word == word)
            };
            if let Some((word, positions)) = rarest.filter(|(word, _)| !known(word)) {
                found.push(Elsewhere {
                    recipe: recipe.id.clone(),
                    word: word.to_owned(),
                    positions,
                });
            }
        }
    }
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
        let rules = recipe.content.rules.iter();
        for pattern in rules.flat_map(|rule| rule.patterns.iter()) {
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
