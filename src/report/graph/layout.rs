//! Blocks with ranks → where each is: a column for each rank, and in it few crossings.

use super::sketch::Sketch;

/// A box on the page, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BlockSpot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
}

/// How high a box is.
pub(super) const HEIGHT: f64 = 38.0;

/// Between boxes of a column.
const GAP: f64 = 14.0;

/// Between columns.
const WAY: f64 = 90.0;

/// How wide a character is, about.
const CHARACTER: f64 = 7.2;

/// No box is wider: a longer text is cut.
pub(super) const MAX_CHARACTERS: usize = 42;

/// How often the columns are sorted by what they are linked with.
const SWEEPS: usize = 4;

/// Places the blocks; returns also how wide and high all is.
pub(super) fn place(sketch: &Sketch) -> (Vec<BlockSpot>, f64, f64) {
    let mut columns = columns(sketch);
    for sweep in 0..SWEEPS {
        sort(&mut columns, sketch, sweep % 2 == 0);
    }
    let mut spots = vec![
        BlockSpot {
            x: 0.0,
            y: 0.0,
            width: 0.0
        };
        sketch.blocks.len()
    ];
    let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
    let step = HEIGHT + GAP;
    let height = units(longest) * step;
    let mut x = 0.0;
    for column in &columns {
        let widths = column.iter().map(|it| width(sketch, *it));
        let width = widths.fold(0.0, f64::max);
        let top = (height - units(column.len()) * step) / 2.0;
        for (row, block) in column.iter().enumerate() {
            let y = top + units(row) * step;
            spots[*block] = BlockSpot { x, y, width };
        }
        x += width + WAY;
    }
    (spots, (x - WAY).max(0.0), (height - GAP).max(0.0))
}

/// A number of things as a length: there are few.
fn units(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn width(sketch: &Sketch, block: usize) -> f64 {
    let block = &sketch.blocks[block];
    let longest = (block.title.chars().count() + 2).max(block.place.chars().count());
    units(longest.clamp(8, MAX_CHARACTERS)) * CHARACTER + 20.0
}

/// The blocks of each rank that has some.
fn columns(sketch: &Sketch) -> Vec<Vec<usize>> {
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for (number, block) in sketch.blocks.iter().enumerate() {
        if columns.len() <= block.rank {
            columns.resize(block.rank + 1, Vec::new());
        }
        columns[block.rank].push(number);
    }
    columns.retain(|column| !column.is_empty());
    columns
}

/// Sorts each column by the middle of what its blocks are linked with in the columns before it, or behind it.
fn sort(columns: &mut [Vec<usize>], sketch: &Sketch, is_forward: bool) {
    let n = columns.len();
    for step in 0..n {
        let at = if is_forward { step } else { n - 1 - step };
        let mut row = vec![None; sketch.blocks.len()];
        let others = if is_forward {
            &columns[..at]
        } else {
            &columns[at + 1..]
        };
        for other in others {
            let middle = units(other.len()) / 2.0;
            let rows = other.iter().enumerate();
            rows.for_each(|(place, block)| row[*block] = Some(units(place) - middle));
        }
        let mut middles: Vec<(f64, usize)> = Vec::new();
        let own = units(columns[at].len()) / 2.0;
        for (place, block) in columns[at].iter().enumerate() {
            let ends = sketch.strokes.iter().filter_map(|it| match is_forward {
                true if it.to == *block => row[it.from],
                false if it.from == *block => row[it.to],
                _ => None,
            });
            let (sum, count) = ends.fold((0.0, 0), |(sum, n), it: f64| (sum + it, n + 1));
            let middle = match count {
                0 => units(place) - own,
                n => sum / units(n),
            };
            middles.push((middle, *block));
        }
        // Those with the same middle stay in their order.
        middles.sort_by(|a, b| a.0.total_cmp(&b.0));
        columns[at] = middles.into_iter().map(|(_, block)| block).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{DrawnBlock, Stroke};
    use super::super::words::Becoming;
    use super::*;

    fn block(rank: usize) -> DrawnBlock {
        DrawnBlock {
            title: "work".to_owned(),
            place: "a.py:1".to_owned(),
            tip: String::new(),
            becoming: Becoming::Turns,
            is_seed: rank == 0,
            is_cut: false,
            rank,
        }
    }

    fn sketch(ranks: &[usize], links: &[(usize, usize)]) -> Sketch {
        let tip = String::new;
        let strokes = links.iter().map(|(from, to)| Stroke {
            from: *from,
            to: *to,
            tip: tip(),
        });
        Sketch {
            blocks: ranks.iter().map(|it| block(*it)).collect(),
            strokes: strokes.collect(),
            folded: None,
        }
    }

    #[test]
    fn no_box_covers_another() {
        let sketch = sketch(&[0, 1, 1, 2, 2, 2], &[(0, 1), (0, 2), (1, 5), (2, 3)]);
        let (spots, width, height) = place(&sketch);
        for (at, one) in spots.iter().enumerate() {
            assert!(one.x + one.width <= width + 0.1 && one.y + HEIGHT <= height + 0.1);
            for other in &spots[at + 1..] {
                let beside = one.x + one.width < other.x || other.x + other.width < one.x;
                let below = one.y + HEIGHT < other.y || other.y + HEIGHT < one.y;
                assert!(beside || below, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn lines_do_not_cross_without_need() {
        let (spots, ..) = place(&sketch(&[0, 1, 1, 2, 2], &[(0, 1), (0, 2), (1, 4), (2, 3)]));
        assert_eq!(spots[1].y < spots[2].y, spots[4].y < spots[3].y);
    }

    #[test]
    fn one_block_is_a_page() {
        let (spots, width, height) = place(&sketch(&[0], &[]));
        assert_eq!((spots[0].x, spots[0].y), (0.0, 0.0));
        assert!(width > 0.0 && height >= HEIGHT);
    }
}
