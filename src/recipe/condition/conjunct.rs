//! The parts of a condition that must all hold: the rules of a recipe share most of theirs.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::cost::each;
use super::patterns::metavariables_of;
use super::{Condition, Fate, SiteWord, Word};

/// A part of a condition that must hold, or must not: where the same text stands for it in two rules, it is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}

impl Condition {
    /// Returns the parts that must hold and speak of none of these metavariables.
    pub(in crate::recipe) fn conjuncts(&self, besides: &BTreeSet<&str>) -> Vec<Conjunct> {
        let mut found = Vec::new();
        each(std::slice::from_ref(self), &mut |part, is_negated| {
            let is_free =
                |names: BTreeSet<String>| names.iter().all(|name| !besides.contains(name.as_str()));
            if metavariables_of(part).is_some_and(is_free) {
                found.push(Conjunct::of(part, is_negated));
            }
            true
        });
        found
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
