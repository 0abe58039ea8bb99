//! What is read off a rule as it is typed, so that the rest of it need not be compiled where that keeps it from a node.

use super::condition::{is_subject, is_unknown_too};
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
            "not" => parts.extend(value.elements().iter().filter_map(negated)),
            _ => parts.extend(words(key, value).iter().map(|word| word.part(false))),
        }
    }
}

/// The part that must not hold, if it is one word: several are a group.
fn negated(condition: &Node) -> Option<Conjunct> {
    match condition.entries() {
        [(key, _)] if matches!(key.text.as_str(), "all" | "any" | "not") => None,
        [(key, value)] => match words(key, value).as_slice() {
            [only] => Some(only.part(true)),
            _ => None,
        },
        _ => None,
    }
}

/// A word of a condition, with what it is asked of.
struct AskedWord<'n> {
    subject: Option<&'n str>,
    word: &'n str,
    value: &'n Node,
}

impl AskedWord<'_> {
    fn part(&self, is_negated: bool) -> Conjunct {
        let or_unknown = is_unknown_too(self.word, self.value);
        Conjunct::of_word(
            (self.word, self.subject),
            self.value,
            or_unknown,
            is_negated,
        )
    }
}

/// The words of an entry that is no group.
fn words<'n>(key: &'n Key, value: &'n Node) -> Vec<AskedWord<'n>> {
    let word = key.text.as_str();
    if !is_subject(word) {
        let subject = None;
        return vec![AskedWord {
            subject,
            word,
            value,
        }];
    }
    let subject = Some(word);
    let entries = value.entries().iter();
    let asked = entries.map(|(key, value)| {
        let word = key.text.as_str();
        AskedWord {
            subject,
            word,
            value,
        }
    });
    asked.collect()
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
