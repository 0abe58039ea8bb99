//! The whole graph → what is asked for of it: what it says of functions that nobody calls, and the ways to one place.

use std::path::Path;

use super::{Becomes, Graph};

impl Graph {
    /// Says of functions that turn async, and that no code of the project uses, who else may call them.
    pub(super) fn settle(&mut self) {
        let mut is_called = vec![false; self.vertices.len()];
        self.links
            .iter()
            .for_each(|link| is_called[link.callee] = true);
        for (vertex, is_called) in self.vertices.iter_mut().zip(is_called) {
            if is_called || !vertex.turns() {
                continue;
            }
            let own = vertex.name.rsplit('.').next().unwrap_or_default();
            let is_private = own.starts_with('_') && !own.ends_with("__");
            let why = "no code of the project calls it";
            match vertex.unread.take() {
                _ if vertex.is_seed || is_private || vertex.is_inner => {
                    vertex.notes.push(why.to_owned());
                }
                Some(class) => {
                    let why = format!("{why}, but `{class}`, a base class, may");
                    vertex.becomes = Becomes::Sync("framework".to_owned(), why);
                }
                None => {
                    let why = format!("{why}: code outside may");
                    vertex.becomes = Becomes::Sync("public".to_owned(), why);
                }
            }
        }
    }

    /// Keeps only the ways from the seeds to code of a file: to a def, or, where none is given, to the file's own
    /// level. Returns whether there is one.
    pub fn keep_ways_to(&mut self, (file, start): (&Path, Option<u32>)) -> bool {
        let is_end = |it: &super::Vertex| it.file == file && it.start == start;
        let mut is_kept: Vec<bool> = self.vertices.iter().map(is_end).collect();
        let is_found = is_kept.contains(&true);
        // What leads there.
        let mut callees = vec![Vec::new(); self.vertices.len()];
        for link in &self.links {
            callees[link.caller].push(link.callee);
        }
        let all = 0..is_kept.len();
        let mut open: Vec<usize> = all.filter(|it| is_kept[*it]).collect();
        while let Some(caller) = open.pop() {
            for callee in std::mem::take(&mut callees[caller]) {
                if !std::mem::replace(&mut is_kept[callee], true) {
                    open.push(callee);
                }
            }
        }
        // Ways end there.
        let ends: Vec<bool> = self.vertices.iter().map(is_end).collect();
        self.keep(&is_kept, &|callee| !ends[callee]);
        is_found
    }

    fn keep(&mut self, is_kept: &[bool], goes_on: &dyn Fn(usize) -> bool) {
        let mut places = vec![0; is_kept.len()];
        let mut n_kept = 0;
        for (place, is_kept) in places.iter_mut().zip(is_kept) {
            *place = n_kept;
            n_kept += usize::from(*is_kept);
        }
        self.links
            .retain(|it| is_kept[it.callee] && is_kept[it.caller] && goes_on(it.callee));
        for link in &mut self.links {
            link.callee = places[link.callee];
            link.caller = places[link.caller];
        }
        let mut is_kept = is_kept.iter();
        self.vertices
            .retain(|_| is_kept.next().copied().unwrap_or_default());
    }
}
