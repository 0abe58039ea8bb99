//! Changes, and a check that may fail with them → those that are kept, and those that break it.
//!
//! What fails is sought by halves over the changes in their order, each with what it requires: one among n
//! is found by at most log2(n) + 1 checks after the first that fails.

use rustc_hash::FxHashSet;

use crate::plan::change::ChangeId;
use crate::plan::closure::Closure;

/// A change with which the check fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culprit {
    /// The change.
    pub change: ChangeId,
    /// Those that require it; sorted.
    pub along: Vec<ChangeId>,
    /// Which of the checks failed with it last, counted from 0.
    pub ran: usize,
}

/// What came of a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sifted {
    /// The changes with which the check passes. It ran last with these, unless there are none.
    pub kept: FxHashSet<ChangeId>,
    /// The others, in the order in which they were found.
    pub culprits: Vec<Culprit>,
}

/// Looks for the changes that break a check, which passes without any; `passes` runs it with some.
///
/// # Errors
/// That of the check.
pub fn search<E>(
    order: &[ChangeId],
    closure: &Closure,
    passes: impl FnMut(&FxHashSet<ChangeId>) -> Result<bool, E>,
) -> Result<Sifted, E> {
    let mut search = Halving {
        open: order.to_vec(),
        closure,
        passes,
        n_ran: 0,
    };
    let mut sifted = Sifted::default();
    // So many changes from the beginning are known to pass.
    let mut known = 0;
    loop {
        let all: FxHashSet<ChangeId> = search.open.iter().cloned().collect();
        let ran = search.n_ran;
        if all.is_empty() || search.ask(&all)? {
            sifted.kept = all;
            return Ok(sifted);
        }
        let (good, ran) = search.halve(known, all.len(), ran)?;
        let open = &mut search.open;
        let change = open.remove(good);
        let mut rest: FxHashSet<ChangeId> = open.iter().cloned().collect();
        let mut along: Vec<ChangeId> = closure.drop_orphaned(&mut rest).into_keys().collect();
        along.sort();
        known = open[..good].iter().filter(|id| rest.contains(id)).count();
        open.retain(|id| rest.contains(id));
        sifted.culprits.push(Culprit { change, along, ran });
    }
}

struct Halving<'s, 'p, F> {
    /// The changes of which none is known to break the check.
    open: Vec<ChangeId>,
    closure: &'s Closure<'p>,
    passes: F,
    n_ran: usize,
}

impl<F> Halving<'_, '_, F> {
    fn ask<E>(&mut self, some: &FxHashSet<ChangeId>) -> Result<bool, E>
    where
        F: FnMut(&FxHashSet<ChangeId>) -> Result<bool, E>,
    {
        self.n_ran += 1;
        (self.passes)(some)
    }

    /// Finds the place of a change up to which the check passes, and fails with it; returns with it which check
    /// failed last. It passes with the first `good` changes, and `failed` with all.
    fn halve<E>(
        &mut self,
        mut good: usize,
        all: usize,
        mut failed: usize,
    ) -> Result<(usize, usize), E>
    where
        F: FnMut(&FxHashSet<ChangeId>) -> Result<bool, E>,
    {
        let mut bad = all;
        while bad - good > 1 {
            let middle = good.midpoint(bad);
            let some = self.open[..middle].iter().cloned().collect();
            let some = self.closure.with_required(some);
            let ran = self.n_ran;
            // What is all of them fails.
            match some.len() < all && self.ask(&some)? {
                true => good = middle,
                false => bad = middle,
            }
            if bad == middle && self.n_ran > ran {
                failed = ran;
            }
        }
        Ok((good, failed))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn id(name: impl ToString) -> ChangeId {
        ChangeId(name.to_string())
    }

    /// Searches among `n` changes, of which some break the check and some require another; returns how often
    /// it ran, and those that are kept.
    fn searched(n: usize, bad: &[usize], requires: &[(usize, usize)]) -> (usize, Sifted) {
        let order: Vec<ChangeId> = (0..n).map(id).collect();
        let requires = requires.iter().map(|(of, what)| (id(of), id(what)));
        let requires: Vec<(ChangeId, ChangeId)> = requires.collect();
        let closure = Closure::of_pairs(&order, &requires);
        let bad: Vec<ChangeId> = bad.iter().map(id).collect();
        let mut ran = 0;
        let found = search(&order, &closure, |some| {
            ran += 1;
            Ok::<_, Infallible>(!bad.iter().any(|id| some.contains(id)))
        });
        let Ok(found) = found;
        (ran, found)
    }

    #[test]
    fn one_among_many_is_found_by_halves() {
        for n in [1_usize, 2, 3, 7, 64, 100, 401] {
            for bad in [0, n / 3, n / 2, n - 1] {
                let (ran, found) = searched(n, &[bad], &[]);
                assert_eq!(found.culprits.len(), 1, "{bad} of {n}");
                assert_eq!(found.culprits[0].change, id(bad), "{bad} of {n}");
                assert_eq!(found.kept.len(), n - 1);
                // Found by then; one more shows that the others pass, if there are any.
                let most = n.next_power_of_two().ilog2() as usize + 1;
                let after = usize::from(n > 1);
                assert!(ran <= most + after, "{ran} checks for {bad} of {n}");
                assert!(found.culprits[0].ran < most);
            }
        }
    }

    #[test]
    fn what_requires_it_goes_along() {
        let (_, found) = searched(6, &[1], &[(4, 1), (5, 4), (3, 2)]);
        let culprit = &found.culprits[0];
        assert_eq!(culprit.change, id(1));
        assert_eq!(culprit.along, [id(4), id(5)]);
        assert_eq!(found.kept, [id(0), id(2), id(3)].into_iter().collect());
    }

    #[test]
    fn several_are_found_one_by_one() {
        let (_, found) = searched(40, &[3, 17, 39], &[(18, 17)]);
        let culprits: Vec<&str> = found.culprits.iter().map(|it| &*it.change.0).collect();
        assert_eq!(culprits, ["3", "17", "39"]);
        assert_eq!(found.kept.len(), 36);
        let (_, none) = searched(3, &[0, 1, 2], &[]);
        assert_eq!(none.kept.len(), 0);
        assert_eq!(searched(5, &[], &[]).0, 1);
        assert_eq!(searched(0, &[], &[]).0, 0);
    }

    #[test]
    fn those_that_require_each_other_go_together() {
        let (_, found) = searched(5, &[1], &[(1, 3), (3, 1)]);
        assert_eq!(found.kept, [id(0), id(2), id(4)].into_iter().collect());
    }
}
