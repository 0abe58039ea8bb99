//! How code can end: whether what stands behind it runs.

use std::ops::BitOr;

/// The ways in which a statement, or statements one after the other, can end; what an expression in them raises
/// is left aside. None: they go on for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ends(u8);

impl Ends {
    /// What stands behind runs.
    pub const FALLS: Self = Self(1);
    /// The function is left by `return`.
    pub const RETURNS: Self = Self(2);
    /// A `raise`, or `sys.exit()`.
    pub const RAISES: Self = Self(4);
    /// The loop around is left by `break`.
    pub const BREAKS: Self = Self(8);
    /// The loop around goes on by `continue`.
    pub const CONTINUES: Self = Self(16);

    /// Returns whether one of the ways is among these.
    pub fn may(self, way: Self) -> bool {
        self.0 & way.0 != 0
    }

    /// Takes a way out.
    pub fn without(self, way: Self) -> Self {
        Self(self.0 & !way.0)
    }

    /// Returns how it ends where other code runs behind it.
    pub fn then(self, next: impl FnOnce() -> Self) -> Self {
        match self.may(Self::FALLS) {
            true => self.without(Self::FALLS) | next(),
            false => self,
        }
    }

    /// Returns how a loop ends whose body ends so; `or_else`: what runs where its condition ends it.
    pub fn looped(self, or_else: Self) -> Self {
        let left = match self.may(Self::BREAKS) {
            true => Self::FALLS,
            false => Self::default(),
        };
        let own = Self(Self::FALLS.0 | Self::BREAKS.0 | Self::CONTINUES.0);
        self.without(own) | left | or_else
    }

    /// Returns how it ends where a `finally` runs last.
    pub fn at_last(self, last: Self) -> Self {
        match last.may(Self::FALLS) {
            true => self | last.without(Self::FALLS),
            false => last,
        }
    }
}

impl BitOr for Ends {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
