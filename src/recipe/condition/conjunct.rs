//! The parts of a condition that must all hold: the rules of a recipe share most of theirs.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rustc_hash::{FxHashSet, FxHasher};

use super::cost::all_by_cost;
use super::patterns::metavariables_of;
use super::{Condition, Fate, SiteWord, Word};
use crate::recipe::yaml::Node;

/// A part of a condition that must hold, or must not: where the same text stands for it in two rules, it is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conjunct(u64);

impl Conjunct {
    /// Tells a part from others; `is_negated`: it must not hold.
    pub fn of(part: &Condition, is_negated: bool) -> Self {
        let mut hasher = FxHasher::default();
        is_negated.hash(&mut hasher);
        match part {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.as_ptr().addr().hash(&mut hasher);
            }
            Condition::Word(_, typed) => {
                let asked = (typed.word.as_str(), typed.subject.as_deref());
                return Self::of_word(asked, &typed.value, typed.or_unknown, is_negated);
            }
        }
        Self(hasher.finish())
    }

    /// Tells a word with its value, which is asked of a subject, from others.
    pub(in crate::recipe) fn of_word(
        (word, subject): (&str, Option<&str>),
        value: &Node,
        or_unknown: bool,
        is_negated: bool,
    ) -> Self {
        let mut hasher = FxHasher::default();
        (is_negated, word, subject, or_unknown).hash(&mut hasher);
        match value.text() {
            Some(text) => text.hash(&mut hasher),
            None => value.address().hash(&mut hasher),
        }
        Self(hasher.finish())
    }

    /// Returns one of 128 bits.
    fn bit(self) -> u128 {
        1 << (self.0 >> 57)
    }
}

/// The parts of a condition that must hold, sorted, since each node asks for some of them in many rules.
#[derive(Debug)]
pub(in crate::recipe) struct Conjuncts {
    /// A bit for each of them: most that are asked for are told apart by it.
    bits: u128,
    parts: Box<[(Conjunct, Placed)]>,
}

#[derive(Debug)]
struct Placed {
    /// Which of the condition's parts it is.
    place: usize,
    /// The metavariables of which it speaks; `None`: it may speak of any. Looked for where it is asked, since it is dear.
    speaks_of: OnceLock<Option<FxHashSet<String>>>,
}

impl Conjuncts {
    pub(in crate::recipe) fn of(condition: &Condition) -> Self {
        let mut found = Vec::new();
        all_by_cost(condition, false, |part, is_negated| {
            let (place, speaks_of) = (found.len(), OnceLock::new());
            found.push((Conjunct::of(part, is_negated), Placed { place, speaks_of }));
            true
        });
        found.sort_by_key(|(part, _)| *part);
        Self {
            bits: found.iter().fold(0, |bits, (part, _)| bits | part.bit()),
            parts: found.into(),
        }
    }

    #[cfg(test)]
    pub(in crate::recipe) fn all(&self) -> impl Iterator<Item = Conjunct> + '_ {
        self.parts.iter().map(|(part, _)| *part)
    }

    /// Returns whether a condition has the part.
    pub(in crate::recipe) fn have(&self, wanted: Conjunct) -> bool {
        self.bits & wanted.bit() != 0 && self.find(wanted).is_some()
    }

    fn find(&self, wanted: Conjunct) -> Option<&Placed> {
        let found = self.parts.binary_search_by_key(&wanted, |(part, _)| *part);
        found.ok().map(|at| &self.parts[at].1)
    }

    /// Returns the metavariables of which a part of the condition speaks, whose parts these are; `None`: it has no such
    /// part, or that may speak of any.
    pub(in crate::recipe) fn spoken_of(
        &self,
        wanted: Conjunct,
        condition: &Condition,
    ) -> Option<&FxHashSet<String>> {
        if self.bits & wanted.bit() == 0 {
            return None;
        }
        let Placed { place, speaks_of } = self.find(wanted)?;
        let find = || condition.spoken_of_at(*place);
        speaks_of.get_or_init(find).as_ref()
    }
}

impl Condition {
    /// The metavariables of which the part in that place speaks.
    fn spoken_of_at(&self, place: usize) -> Option<FxHashSet<String>> {
        let mut parts = Vec::new();
        all_by_cost(self, false, |part, _| {
            parts.push(part);
            true
        });
        metavariables_of(parts[place])
    }

    /// Returns all that may become of the value where it holds; `None`: anything.
    pub(in crate::recipe) fn fates(&self) -> Option<Box<[Fate]>> {
        match self {
            Self::All(parts) => {
                let fates = parts.iter().filter_map(Self::fates);
                fates.reduce(|one, other| {
                    let both = one.iter().copied().filter(|it| other.contains(it));
                    both.collect()
                })
            }
            Self::Word(Word::Site(SiteWord::Result(fates)), _) => Some(fates.as_slice().into()),
            _ => None,
        }
    }
}
