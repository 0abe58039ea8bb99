//! What is read off a rule as it is typed, so that the rest of it need not be compiled where that keeps it from a node.

use super::condition::is_unknown_too;
use crate::recipe::condition::conjunct::Conjunct;
use crate::recipe::condition::{Guarded, Patterns, Place, PlaceSet};
use crate::recipe::opening::Opening;
use crate::recipe::yaml::{Key, Node};

/// Reads off a rule and its recipe what is known with its patterns.
pub(super) fn opening(
    rule: &Node,
    recipe: &Node,
    (patterns, collected): (Patterns, Vec<(String, usize)>),
) -> Opening {
    let shared = recipe.child("where").filter(|_| is_code(&patterns));
    let own = rule.child("where");
    let wheres = || shared.into_iter().chain(own);
    let places = wheres().fold(PlaceSet::ALL, |all, it| all.and(places_of(it)));
    let yields = |it: &Node| {
        let function = it.child("function");
        function.is_some_and(|it| it.child("yields").is_some())
    };
    let is_alone = rule.child("under").is_some() || wheres().flat_map(conjuncts).any(yields);
    let parts = (!is_alone && shared.is_some() == recipe.child("where").is_some()).then(|| {
        let mut parts = Vec::new();
        own.into_iter().for_each(|it| add_parts(it, &mut parts));
        parts.into()
    });
    let places = patterns.iter().map(|it| it.condition.places().and(places));
    Opening {
        places: places.collect(),
        patterns,
        collected,
        parts,
    }
}

/// The places where a condition may hold, as [`Condition::places`](crate::recipe::condition::Condition::places) has them.
fn places_of(condition: &Node) -> PlaceSet {
    let of = |(key, value): &(Key, Node)| {
        let elements = value.elements().iter();
        match key.text.as_str() {
            "all" => elements.fold(PlaceSet::ALL, |all, it| all.and(places_of(it))),
            "any" => elements.fold(PlaceSet::NONE, |all, it| all.or(places_of(it))),
            "inside" => {
                let places = elements.map(|it| Place::from_word(it.text()?).map(PlaceSet::of));
                let all: Option<Vec<PlaceSet>> = places.collect();
                let all = all.unwrap_or_else(|| vec![PlaceSet::ALL]);
                all.into_iter().fold(PlaceSet::NONE, PlaceSet::or)
            }
            _ => PlaceSet::ALL,
        }
    };
    let entries = condition.entries().iter();
    entries.map(of).fold(PlaceSet::ALL, PlaceSet::and)
}

/// Adds the parts of a condition that are words.
fn add_parts(condition: &Node, parts: &mut Vec<Conjunct>) {
    for (key, value) in condition.entries() {
        match key.text.as_str() {
            "all" => value.elements().iter().for_each(|it| add_parts(it, parts)),
            "any" => {}
            "not" => value.elements().iter().for_each(|it| {
                if let [(key, value)] = it.entries() {
                    let words = words(key, value);
                    // Several words are a group.
                    parts.extend(words.filter(|(_, of)| *of == 1).map(|(word, _)| word(true)));
                }
            }),
            _ => parts.extend(words(key, value).map(|(word, _)| word(false))),
        }
    }
}

/// The words of an entry that is no group, each with how many there are.
fn words<'n>(
    key: &'n Key,
    value: &'n Node,
) -> impl Iterator<Item = (impl Fn(bool) -> Conjunct + 'n, usize)> {
    let subject = Some(key.text.as_str());
    let has_words = subject.filter(|it| {
        it.starts_with('$') || matches!(*it, "function" | "file" | "project" | "stored")
    });
    let words: Vec<(&str, &Node)> = match has_words {
        Some(_) => value
            .entries()
            .iter()
            .map(|(key, value)| (key.text.as_str(), value))
            .collect(),
        None if matches!(key.text.as_str(), "all" | "any" | "not") => Vec::new(),
        None => vec![(key.text.as_str(), value)],
    };
    let n_words = words.len();
    words.into_iter().map(move |(word, value)| {
        let of = move |is_negated| {
            let or_unknown = is_unknown_too(word, value);
            Conjunct::of_word((word, has_words), value, or_unknown, is_negated)
        };
        (of, n_words)
    })
}

/// The condition, and those that hold together in its `all`.
pub(super) fn conjuncts(condition: &Node) -> Vec<&Node> {
    let all = condition.child("all").map_or(&[][..], Node::elements);
    let inner = all.iter().flat_map(conjuncts);
    std::iter::once(condition).chain(inner).collect()
}

/// What a recipe says of code it does not say of files that list packages.
pub(super) fn is_code(patterns: &[Guarded]) -> bool {
    patterns.iter().any(|it| it.pattern.package().is_none())
}
