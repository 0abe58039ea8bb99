//! Conditions that are asked together, with how dear that is.

use std::ops::Deref;
use std::sync::Arc;

use super::Condition;
use super::cost::Cost;

/// Conditions in the order typed. Rules and rows share them.
#[derive(Debug, Clone)]
pub struct Group {
    parts: Arc<[Condition]>,
    /// What the dearest of them costs: where it is known what Python the code is for, and where that is assumed.
    cost: [Cost; 2],
}

impl Group {
    /// Returns what the dearest of them costs; `assumes`: nobody says what Python it is for.
    pub(super) fn cost(&self, assumes: bool) -> Cost {
        self.cost[usize::from(assumes)]
    }
}

impl Deref for Group {
    type Target = [Condition];

    fn deref(&self) -> &[Condition] {
        &self.parts
    }
}

impl<const N: usize> From<[Condition; N]> for Group {
    fn from(parts: [Condition; N]) -> Self {
        parts.into_iter().collect()
    }
}

impl FromIterator<Condition> for Group {
    fn from_iter<I: IntoIterator<Item = Condition>>(parts: I) -> Self {
        let parts = Arc::<[Condition]>::from_iter(parts);
        let cost = [false, true].map(|assumes| {
            let costs = parts.iter().map(|it| it.cost(assumes));
            costs.max().unwrap_or(Cost::Site)
        });
        Self { parts, cost }
    }
}
