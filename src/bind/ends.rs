//! How code can end: whether what stands behind it runs.

use std::ops::BitOr;

use ruff_python_ast::{StmtIf, StmtMatch};

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

    /// Returns whether the loop around takes its next turn.
    pub fn turns(self) -> bool {
        self.may(Self::FALLS | Self::CONTINUES)
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

/// How control passes along the statements of a block, asked by their places.
#[derive(Debug)]
pub struct Passes(Box<[Pass]>);

/// What is known of a place.
#[derive(Debug, Clone, Copy)]
struct Pass {
    /// How the statements from here on end.
    rest: Ends,
    /// The next one that does not surely go on.
    perhaps: usize,
    /// The next one that may leave in another way than to raise.
    leaves: usize,
    /// The next one that does not go on.
    never: usize,
}

impl Passes {
    /// Reads off how each statement ends.
    pub(super) fn of(
        statements: impl DoubleEndedIterator<Item = Ends> + ExactSizeIterator,
    ) -> Self {
        let n = statements.len();
        let mut next = Pass {
            rest: Ends::FALLS,
            perhaps: n,
            leaves: n,
            never: n,
        };
        let mut all = vec![next; n + 1];
        for (at, ends) in statements.enumerate().rev() {
            next.rest = ends.then(|| next.rest);
            if ends != Ends::FALLS {
                next.perhaps = at;
            }
            if ends.without(Ends::RAISES) != Ends::FALLS {
                next.leaves = at;
            }
            if !ends.may(Ends::FALLS) {
                next.never = at;
            }
            all[at] = next;
        }
        Self(all.into())
    }

    /// Returns how the statements from a place on end.
    pub fn rest(&self, from: usize) -> Ends {
        self.0[from].rest
    }

    /// Returns whether there is a way from one place to a later one.
    pub fn may(&self, from: usize, to: usize) -> bool {
        self.0[from].never >= to
    }

    /// Returns whether every way from one place leads to a later one.
    pub fn surely(&self, from: usize, to: usize) -> bool {
        self.0[from].perhaps >= to
    }

    /// As `surely`, a `raise` left aside.
    pub fn unless_raised(&self, from: usize, to: usize) -> bool {
        self.0[from].leaves >= to
    }
}

/// Returns whether one branch of an `if` is taken: it has an `else`.
pub fn has_else(node: &StmtIf) -> bool {
    let last = node.elif_else_clauses.last();
    last.is_some_and(|clause| clause.test.is_none())
}

/// Returns whether one case of a `match` is taken, whatever comes.
pub fn takes_all(node: &StmtMatch) -> bool {
    let mut cases = node.cases.iter();
    cases.any(|case| case.guard.is_none() && case.pattern.is_irrefutable())
}
