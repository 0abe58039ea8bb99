//! What a stretch of code does to one name, and how such effects join.
//!
//! An over-approximation: an effect may hold bindings that never reach, never too few.

use super::binding::BindingId;

/// What may hold after a stretch of code.
#[derive(Debug, Default, Clone)]
pub(super) struct Effect {
    /// Bindings made in it that may hold at its end.
    pub(super) bindings: Vec<BindingId>,
    /// Whether what held before may still hold.
    pub(super) through: bool,
    /// Whether the name may be unbound by it.
    pub(super) unbound: bool,
    /// Whether its end is never reached; then the rest means nothing.
    pub(super) leaves: bool,
    /// Whether there were too many bindings to follow.
    pub(super) overflow: bool,
}

impl Effect {
    /// Nothing happens.
    pub(super) fn nothing() -> Self {
        Self {
            through: true,
            ..Self::default()
        }
    }

    pub(super) fn leaving() -> Self {
        Self {
            leaves: true,
            ..Self::default()
        }
    }

    /// This, then `next`.
    pub(super) fn then(mut self, next: Self) -> Self {
        if self.leaves || !next.through {
            return if self.leaves { self } else { next };
        }
        self.bindings.extend(next.bindings);
        self.unbound |= next.unbound;
        self.leaves = next.leaves;
        self.overflow |= next.overflow;
        self
    }

    /// This or `other`.
    pub(super) fn or(mut self, other: Self) -> Self {
        if self.leaves || other.leaves {
            return if self.leaves { other } else { self };
        }
        self.bindings.extend(other.bindings);
        self.through |= other.through;
        self.unbound |= other.unbound;
        self.overflow |= other.overflow;
        self
    }

    /// This, or nothing.
    pub(super) fn maybe(mut self) -> Self {
        self.through = true;
        self
    }

    /// Adds what may happen besides.
    pub(super) fn besides(&mut self, other: Self) {
        self.bindings.extend(other.bindings);
        self.unbound |= other.unbound;
        self.overflow |= other.overflow;
    }
}
