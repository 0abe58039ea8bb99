//! A condition → the places where it may hold: no other word of it is asked anywhere else.

use super::{Condition, Place, SiteWord, Word};

/// Some of the places, as bits by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaceSet(u8);

impl PlaceSet {
    pub(in crate::recipe) const ALL: Self = Self(u8::MAX);

    pub(in crate::recipe) const NONE: Self = Self(0);

    pub(in crate::recipe) fn of(place: Place) -> Self {
        // They are seven.
        Self(1 << place as u8)
    }

    /// Returns the places that both have.
    pub(in crate::recipe) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in crate::recipe) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns whether a place is one of them.
    pub fn has(self, place: Place) -> bool {
        self.and(Self::of(place)) != Self::NONE
    }
}

impl Condition {
    /// Returns the innermost places around a site where it may hold.
    pub(in crate::recipe) fn places(&self) -> PlaceSet {
        match self {
            Self::All(parts) => parts
                .iter()
                .fold(PlaceSet::ALL, |all, it| all.and(it.places())),
            Self::Any(parts) => parts
                .iter()
                .fold(PlaceSet::NONE, |all, it| all.or(it.places())),
            Self::Word(Word::Site(SiteWord::Inside(places)), _) => places
                .iter()
                .fold(PlaceSet::NONE, |all, it| all.or(PlaceSet::of(*it))),
            Self::None(_) | Self::Word(..) => PlaceSet::ALL,
        }
    }
}
