//! Defs → who would turn async if these did: their callers, and theirs, up to where the code stays sync or awaits
//! already. Where the code does not say what it calls, the graph says that knowledge ends.
//!
//! It is read off the same questions by which a change follows the callers of a def.

use std::path::PathBuf;

use crate::source::cell::Position;

use cut::{Net, cut};

pub use crate::matching::becoming::{Becomes, How};
pub use seed::{Designation, Missing, Offer, Seed, find, sites};
pub use walk::walk;

mod cut;

mod narrow;

mod seed;

mod walk;

/// Who would turn async.
#[derive(Debug, Default)]
pub struct Graph {
    /// The seeds first, then by their distance, each in order of file and place.
    pub vertices: Vec<Vertex>,
    /// In order of what is called, then of file and place.
    pub links: Vec<Link>,
    /// The fewest places that keep the rest sync; both have as many.
    pub cuts: Vec<Cut>,
    /// Whether there is more: it was too much.
    pub is_partial: bool,
}

/// A def, or other code that uses one.
#[derive(Debug, Clone)]
pub struct Vertex {
    /// Its file.
    pub file: PathBuf,
    /// Where its name is, of other code the use; `None`: somewhere.
    pub position: Option<Position>,
    /// The names of the classes and defs, with dots between; empty at the file's own level.
    pub name: String,
    /// What becomes of it.
    pub becomes: Becomes,
    /// Whether the question began with it.
    pub is_seed: bool,
    /// How many calls it is away from a seed.
    pub depth: usize,
    /// What is to know about it, in sentences.
    pub notes: Vec<String>,
    /// Where its def begins.
    pub start: Option<u32>,
    /// Whether only the function around it can name it.
    is_inner: bool,
    /// A class above it that cannot be read.
    unread: Option<String>,
}

/// Code that uses a def.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The def, by its place in the graph.
    pub callee: usize,
    /// The code, by its place in the graph.
    pub caller: usize,
    /// How.
    pub how: Tie,
    /// Where, in the file of the code; `None`: somewhere.
    pub position: Option<Position>,
    /// The first line of the statement.
    pub line: String,
    /// Why it may use something else.
    pub doubt: Option<String>,
}

/// How code uses a def.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tie {
    /// It calls it.
    Calls,
    /// It passes it on.
    Passes,
    /// It decorates something with it.
    Decorates,
    /// A method of a class above or below, which has to turn async with it.
    StandsFor,
    /// A string names it.
    Names,
}

/// Places that keep the rest sync.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// By their places in the graph.
    pub vertices: Vec<usize>,
    /// How many functions turn async then.
    pub turning: usize,
}

impl Vertex {
    /// Returns whether it turns async.
    pub fn turns(&self) -> bool {
        self.becomes == Becomes::Async
    }

    /// Returns whether it stays sync.
    pub fn stays(&self) -> bool {
        matches!(self.becomes, Becomes::Sync(..))
    }

    /// Returns whether it is not known what it uses.
    pub fn is_unknown(&self) -> bool {
        matches!(self.becomes, Becomes::Unknown(_))
    }
}

impl Graph {
    /// Iterates over the links to the code that uses a def.
    pub fn callers(&self, callee: usize) -> impl Iterator<Item = &Link> {
        // They are in order of what is called.
        let from = self.links.partition_point(|it| it.callee < callee);
        let links = self.links[from..].iter();
        links.take_while(move |it| it.callee == callee)
    }

    fn seeds(&self) -> Vec<usize> {
        let all = 0..self.vertices.len();
        all.filter(|it| self.vertices[*it].is_seed).collect()
    }

    /// Finds the cheapest places to cut: between the seeds and the code that stays sync.
    pub fn find_cuts(&mut self) {
        let links: Vec<(usize, usize)> =
            self.links.iter().map(|it| (it.callee, it.caller)).collect();
        let ends = 0..self.vertices.len();
        let ends: Vec<usize> = ends.filter(|it| self.vertices[*it].stays()).collect();
        let (first, last) = cut(&Net {
            n: self.vertices.len(),
            links: &links,
            from: &self.seeds(),
            to: &ends,
        });
        let mut cuts: Vec<Cut> = [first, last].map(|it| self.cut_at(it)).into();
        cuts.retain(|it| !it.vertices.is_empty());
        cuts.dedup_by(|one, other| one.vertices == other.vertices);
        self.cuts = cuts;
    }

    fn cut_at(&self, vertices: Vec<usize>) -> Cut {
        let mut open = self.seeds();
        let mut seen = vec![false; self.vertices.len()];
        open.iter().for_each(|it| seen[*it] = true);
        while let Some(callee) = open.pop() {
            for link in self.callers(callee) {
                if !seen[link.caller] && !vertices.contains(&link.caller) {
                    seen[link.caller] = true;
                    open.push(link.caller);
                }
            }
        }
        let turning = self.vertices.iter().zip(&seen);
        let turning = turning
            .filter(|(vertex, seen)| **seen && vertex.turns())
            .count();
        Cut { vertices, turning }
    }
}
