//! Ranges → does one of them contain another range?

use ruff_text_size::{TextRange, TextSize};

/// A set of ranges that may nest and overlap, asked by binary search.
#[derive(Debug, Default)]
pub struct Cover {
    /// Sorted by start; each with the furthest end of the ranges up to it.
    ends: Vec<(TextSize, TextSize)>,
}

impl Cover {
    /// Collects ranges; empty ones cover nothing.
    pub fn new(ranges: impl IntoIterator<Item = TextRange>) -> Self {
        let ranges = ranges.into_iter().filter(|range| !range.is_empty());
        let mut ends: Vec<_> = ranges.map(|range| (range.start(), range.end())).collect();
        ends.sort_unstable();
        let mut furthest = TextSize::new(0);
        for (_, end) in &mut ends {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self { ends }
    }

    /// Returns whether one of the ranges contains `range`.
    pub fn contains(&self, range: TextRange) -> bool {
        let next = self
            .ends
            .partition_point(|(start, _)| *start <= range.start());
        next > 0 && self.ends[next - 1].1 >= range.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> TextRange {
        TextRange::new(start.into(), end.into())
    }

    #[track_caller]
    fn check(ranges: &[(u32, u32)], asked: (u32, u32), expected: bool) {
        let cover = Cover::new(ranges.iter().map(|(start, end)| range(*start, *end)));
        assert_eq!(cover.contains(range(asked.0, asked.1)), expected);
    }

    #[test]
    fn one_range_must_contain_it_whole() {
        check(&[(0, 4), (4, 8)], (2, 6), false);
        check(&[(0, 4), (4, 8)], (4, 8), true);
        check(&[(0, 9), (2, 3)], (4, 8), true);
        check(&[(5, 9)], (4, 8), false);
        check(&[(4, 4)], (4, 4), false);
    }
}
