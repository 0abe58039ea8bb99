//! Who imports whom among the files of a run, by their places there: a question about all that lead to a file goes
//! over places, not over paths.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::Run;

/// Lines between files; behind the places of the run are those of other files that import some of it.
#[derive(Default)]
pub(super) struct Imports {
    /// By place, the files that import it themselves.
    pub(super) importers: Vec<Vec<usize>>,
    /// By place, the files that it imports itself.
    pub(super) imported: Vec<Vec<usize>>,
}

impl Imports {
    /// Asks for the importers of each file, and of each of these.
    pub(super) fn of(run: &Run) -> Self {
        let mut paths: Vec<PathBuf> = run.files.iter().map(|file| file.path.into()).collect();
        let mut others: HashMap<PathBuf, usize> = HashMap::new();
        let mut imports = Self::default();
        let mut place = 0;
        while place < paths.len() {
            let found = run.on_disk.direct_importers(&paths[place]).into_iter();
            let importers = found.map(|path| {
                let known = run.place(&path).or_else(|| others.get(&path).copied());
                known.unwrap_or_else(|| {
                    let new = paths.len();
                    others.insert(path.clone(), new);
                    paths.push(path);
                    new
                })
            });
            let importers: Vec<usize> = importers.collect();
            imports.importers.push(importers);
            place += 1;
        }
        imports.imported = turned(&imports.importers);
        imports
    }
}

/// Returns the lines from the places to which they lead.
fn turned(lines: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut turned = vec![Vec::new(); lines.len()];
    for (from, to) in lines.iter().enumerate() {
        to.iter().for_each(|place| turned[*place].push(from));
    }
    turned
}

/// Returns the other places to which lines from one lead, directly or not, in order.
pub(super) fn led_to(lines: &[Vec<usize>], from: usize) -> BTreeSet<usize> {
    let mut open = vec![from];
    let mut seen = BTreeSet::from([from]);
    while let Some(place) = open.pop() {
        let new = lines[place].iter().filter(|next| seen.insert(**next));
        open.extend(new);
    }
    seen.remove(&from);
    seen
}

/// Returns the places to which lines from some lead, directly or not: to one of these only from another one.
pub(super) fn led_to_by_any(
    lines: &[Vec<usize>],
    from: impl IntoIterator<Item = usize>,
) -> BTreeSet<usize> {
    let mut open: Vec<(usize, usize)> = from.into_iter().map(|place| (place, place)).collect();
    // Two of those that lead to a place are enough to know one that is not the place itself.
    let mut origins: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    while let Some((place, origin)) = open.pop() {
        for next in &lines[place] {
            let known = origins.entry(*next).or_default();
            if known.len() < 2 && !known.contains(&origin) {
                known.push(origin);
                open.push((*next, origin));
            }
        }
    }
    let led = origins.into_iter();
    let led = led.filter(|(place, origins)| origins.iter().any(|origin| origin != place));
    led.map(|(place, _)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ring of three, a line into it, and one out of it.
    fn lines() -> Vec<Vec<usize>> {
        vec![vec![1], vec![2], vec![0, 4], vec![0], vec![]]
    }

    #[test]
    fn all_behind_a_place_are_led_to_but_not_itself() {
        assert_eq!(led_to(&lines(), 0), [1, 2, 4].into());
        assert_eq!(led_to(&lines(), 3), [0, 1, 2, 4].into());
        assert_eq!(led_to(&lines(), 4), [].into());
    }

    #[test]
    fn what_any_leads_to_is_what_each_leads_to() {
        for from in [vec![], vec![0], vec![0, 1], vec![3, 4], vec![0, 1, 2, 3, 4]] {
            let each = from.iter().flat_map(|place| led_to(&lines(), *place));
            assert_eq!(led_to_by_any(&lines(), from.clone()), each.collect());
        }
    }

    #[test]
    fn lines_lead_both_ways() {
        assert_eq!(turned(&turned(&lines())), lines());
        assert_eq!(turned(&lines())[0], [2, 3]);
    }
}
