//! A seed → a program: one shape, one spelling of each choice, and perhaps a neighbor or two.

use super::shapes::Shape;
use super::template::{Slots, files, filled, has_slot};
use crate::laws::random::Random;

/// Of so many seeds that follow each other.
const TURN: u64 = 5;

/// So many have a neighbor; without one the change must be made.
const LYING: u64 = 3;

/// How many of 100 with a neighbor have another one.
const SECOND: usize = 12;

/// Files below it are run, and are not of the project.
const INSTALLED: &str = "installed ";

/// What begins a file.
const HEADS: [&str; 5] = [
    "",
    "",
    "# A weather station.\n",
    "\"\"\"Readings of a station.\"\"\"\n\n",
    "from __future__ import annotations\n\n",
];

/// A generated program.
#[derive(Debug, Clone)]
pub(super) struct Lie<'s> {
    pub seed: u64,
    pub shape: &'s Shape,
    /// The names of its neighbors.
    pub neighbors: Vec<&'s str>,
    /// The files of the project; the first is run.
    pub files: Vec<(String, String)>,
    /// Stand-ins for packages.
    pub installed: Vec<(String, String)>,
}

/// What stands in slots, and makes an edit wrong.
type Neighbor = (String, Slots);

/// All shapes, and each with each of its neighbors.
pub(super) struct Cases<'s> {
    shapes: &'s [Shape],
    pub lying: Vec<(&'s Shape, &'s Neighbor)>,
}

impl<'s> Cases<'s> {
    pub(super) fn new(shapes: &'s [Shape]) -> Self {
        let lying = shapes.iter().flat_map(|shape| {
            let fitting = shape
                .neighbors
                .iter()
                .filter(|neighbor| fits(shape, neighbor));
            fitting.map(move |neighbor| (shape, neighbor))
        });
        Self {
            shapes,
            lying: lying.collect(),
        }
    }

    /// Returns the program of a seed.
    pub(super) fn lie(&self, seed: u64) -> Lie<'s> {
        let mut random = Random::new(seed);
        let (turn, place) = (seed / TURN, seed % TURN);
        let at = |place: u64, len: usize| (place % len as u64) as usize;
        if place >= LYING {
            let shape = &self.shapes[at(turn * (TURN - LYING) + place - LYING, self.shapes.len())];
            return Lie::new(seed, shape, &[], &mut random);
        }
        let (shape, first) = self.lying[at(turn * LYING + place, self.lying.len())];
        let mut neighbors = vec![first];
        if random.chance(SECOND) {
            let others = self.lying.iter().filter(|(of, second)| {
                std::ptr::eq(*of, shape) && second.1.keys().all(|slot| !first.1.contains_key(slot))
            });
            let others: Vec<&Neighbor> = others.map(|(_, second)| *second).collect();
            if !others.is_empty() {
                neighbors.push(random.pick(&others));
            }
        }
        Lie::new(seed, shape, &neighbors, &mut random)
    }
}

/// Returns whether all slots of a neighbor are in the program.
fn fits(shape: &Shape, (_, neighbor): &Neighbor) -> bool {
    let mut slots = spelled(shape, |_| 0);
    slots.extend(neighbor.clone());
    neighbor
        .keys()
        .all(|slot| has_slot(&shape.text, &slots, slot))
}

/// Takes one of each choice.
fn spelled(shape: &Shape, mut pick: impl FnMut(usize) -> usize) -> Slots {
    let mut slots = shape.slots.clone();
    for choice in &shape.choices {
        slots.extend(choice[pick(choice.len())].clone());
    }
    slots
}

impl<'s> Lie<'s> {
    fn new(seed: u64, shape: &'s Shape, neighbors: &[&'s Neighbor], random: &mut Random) -> Self {
        let slots = spelled(shape, |len| random.below(len));
        let head = match shape.is_notebook {
            true => "",
            false => random.pick(&HEADS),
        };
        let unit = random.pick(&["    ", "    ", "  ", "\t"]);
        Self::of(seed, shape, slots, neighbors, (head, unit))
    }

    /// Returns a shape's programs without a neighbor, which together have each of all choices.
    pub(super) fn all_plain(shape: &'s Shape) -> Vec<Self> {
        let longest = shape.choices.iter().map(Vec::len).max().unwrap_or(1);
        let nth = |number: usize| {
            let slots = spelled(shape, |len| number % len);
            Self::of(number as u64, shape, slots, &[], ("", "    "))
        };
        (0..longest).map(nth).collect()
    }

    fn of(
        seed: u64,
        shape: &'s Shape,
        mut slots: Slots,
        neighbors: &[&'s Neighbor],
        (head, unit): (&str, &str),
    ) -> Self {
        for (_, more) in neighbors {
            slots.extend(more.clone());
        }
        let all = files(&filled(&shape.text, &slots)).into_iter();
        let (installed, files): (Vec<_>, Vec<_>) =
            all.partition(|(path, _)| path.starts_with(INSTALLED));
        let shorter = |(path, text): (String, String)| (path[INSTALLED.len()..].to_owned(), text);
        let dressed =
            |(path, text): (String, String)| (path, format!("{head}{}", indented(&text, unit)));
        Self {
            seed,
            shape,
            neighbors: neighbors.iter().map(|(name, _)| name.as_str()).collect(),
            files: files.into_iter().map(dressed).collect(),
            installed: installed.into_iter().map(shorter).collect(),
        }
    }

    /// Returns the neighbors that `safe` does not promise to see.
    pub(super) fn limits(&self) -> impl Iterator<Item = &'s str> {
        let is_limit = |name: &&str| self.shape.limits.contains(*name);
        self.neighbors.iter().copied().filter(is_limit)
    }

    /// Names the program's recipe, shape and neighbors.
    pub(super) fn title(&self) -> String {
        let neighbors = match self.neighbors.is_empty() {
            true => "no neighbor".to_owned(),
            false => self.neighbors.join(" + "),
        };
        format!("{}, {}, {neighbors}", self.shape.recipe, self.shape.name)
    }
}

/// Indents a text by another unit than four blanks.
fn indented(text: &str, unit: &str) -> String {
    let line = |line: &str| {
        let code = line.trim_start_matches(' ');
        let depth = (line.len() - code.len()) / 4;
        format!("{}{code}\n", unit.repeat(depth))
    };
    text.lines().map(line).collect()
}
