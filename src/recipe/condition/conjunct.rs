//! The parts of a condition that must all hold: the rules of a recipe share most of theirs.

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rustc_hash::{FxHashSet, FxHasher};

use super::cost::all_by_cost;
use super::patterns::metavariables_of;
use super::{Condition, Fate, SiteWord, Word};

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
                (&typed.word, &typed.subject, typed.or_unknown).hash(&mut hasher);
                match typed.value.text() {
                    Some(text) => text.hash(&mut hasher),
                    None => typed.value.address().hash(&mut hasher),
                }
            }
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
    /// Whether it speaks of none of a rule's own metavariables: looked for where it is asked, since it is dear.
    is_free: OnceLock<bool>,
}

impl Conjuncts {
    pub(in crate::recipe) fn of(condition: &Condition) -> Self {
        let mut found = Vec::new();
        all_by_cost(condition, false, |part, is_negated| {
            let (place, is_free) = (found.len(), OnceLock::new());
            found.push((Conjunct::of(part, is_negated), Placed { place, is_free }));
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

    /// Returns whether the condition, whose parts these are, has a part that speaks of none of these metavariables.
    pub(in crate::recipe) fn have(
        &self,
        wanted: Conjunct,
        condition: &Condition,
        besides: impl Fn() -> FxHashSet<String>,
    ) -> bool {
        if self.bits & wanted.bit() == 0 {
            return false;
        }
        let before = self.parts.partition_point(|(part, _)| *part < wanted);
        let same = self.parts[before..].iter();
        let mut same = same.take_while(|(part, _)| *part == wanted);
        same.any(|(_, Placed { place, is_free })| {
            *is_free.get_or_init(|| condition.is_free(*place, &besides()))
        })
    }
}

impl Condition {
    /// The part in that place speaks of none of these metavariables.
    fn is_free(&self, place: usize, besides: &FxHashSet<String>) -> bool {
        let mut parts = Vec::new();
        all_by_cost(self, false, |part, _| {
            parts.push(part);
            true
        });
        metavariables_of(parts[place]).is_some_and(|names| names.is_disjoint(besides))
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
