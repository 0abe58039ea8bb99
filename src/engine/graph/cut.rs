//! Functions that turn async, and who calls them → the fewest places that keep the rest sync: a minimum vertex cut,
//! by the algorithm of Edmonds and Karp on unit capacities.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

/// What is cut: the vertices are numbers below `n`.
pub(super) struct Net<'n> {
    /// How many vertices there are.
    pub(super) n: usize,
    /// From what is called to what calls it.
    pub(super) links: &'n [(usize, usize)],
    /// Where it begins: these cannot be cut.
    pub(super) from: &'n [usize],
    /// Where it has to end.
    pub(super) to: &'n [usize],
}

/// Fewest vertices by whose removal no way leads from the beginnings to the ends: those nearest to the beginnings,
/// and those nearest to the ends. Both have the same number; none where nothing has to be cut.
pub(super) fn cut(net: &Net) -> (Vec<usize>, Vec<usize>) {
    let mut flow = Flow::of(net);
    while flow.augment() {}
    let (reached, leading) = (flow.reached(), flow.leading());
    let is_first = |vertex: &usize| reached[entry(*vertex)] && !reached[exit(*vertex)];
    let is_last = |vertex: &usize| leading[exit(*vertex)] && !leading[entry(*vertex)];
    (
        (0..net.n).filter(is_first).collect(),
        (0..net.n).filter(is_last).collect(),
    )
}

/// Each vertex is a pair of nodes with one line between them, which is what a cut cuts.
fn entry(vertex: usize) -> usize {
    vertex * 2
}

fn exit(vertex: usize) -> usize {
    vertex * 2 + 1
}

/// As many ways as there are links.
const MANY: u32 = u32::MAX / 2;

/// What still can flow along each line.
struct Flow {
    lines: Vec<FxHashMap<usize, u32>>,
    source: usize,
    sink: usize,
}

impl Flow {
    fn of(net: &Net) -> Self {
        let (source, sink) = (net.n * 2, net.n * 2 + 1);
        let mut flow = Self {
            lines: vec![FxHashMap::default(); net.n * 2 + 2],
            source,
            sink,
        };
        for vertex in 0..net.n {
            let is_fixed = net.from.contains(&vertex);
            flow.add(entry(vertex), exit(vertex), if is_fixed { MANY } else { 1 });
        }
        for (callee, caller) in net.links {
            flow.add(exit(*callee), entry(*caller), MANY);
        }
        net.from
            .iter()
            .for_each(|it| flow.add(source, entry(*it), MANY));
        // An end that is a beginning, too, cannot be cut off.
        let ends = net.to.iter().filter(|it| !net.from.contains(it));
        ends.for_each(|it| flow.add(exit(*it), sink, MANY));
        flow
    }

    fn add(&mut self, from: usize, to: usize, capacity: u32) {
        self.lines[from].insert(to, capacity);
        self.lines[to].entry(from).or_insert(0);
    }

    /// Sends one more unit along a shortest way; returns whether there was one.
    fn augment(&mut self) -> bool {
        let mut before: Vec<Option<usize>> = vec![None; self.lines.len()];
        let mut open = VecDeque::from([self.source]);
        before[self.source] = Some(self.source);
        while let Some(node) = open.pop_front() {
            let mut next: Vec<usize> = self.open_from(node).collect();
            next.sort_unstable();
            for next in next {
                if before[next].is_none() {
                    before[next] = Some(node);
                    open.push_back(next);
                }
            }
        }
        let mut node = self.sink;
        while let Some(from) = before[node].filter(|from| *from != node) {
            *self.lines[from].entry(node).or_default() -= 1;
            *self.lines[node].entry(from).or_default() += 1;
            node = from;
        }
        before[self.sink].is_some()
    }

    fn open_from(&self, node: usize) -> impl Iterator<Item = usize> {
        let lines = self.lines[node].iter();
        lines.filter(|(_, left)| **left > 0).map(|(to, _)| *to)
    }

    /// What more could flow to.
    fn reached(&self) -> Vec<bool> {
        self.spread(self.source, |from, to| self.lines[from][&to] > 0)
    }

    /// What more could flow from to the sink.
    fn leading(&self) -> Vec<bool> {
        self.spread(self.sink, |from, to| self.lines[to][&from] > 0)
    }

    fn spread(&self, from: usize, is_open: impl Fn(usize, usize) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.lines.len()];
        reached[from] = true;
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            for next in self.lines[node].keys() {
                if !reached[*next] && is_open(node, *next) {
                    reached[*next] = true;
                    open.push(*next);
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(links: &[(usize, usize)], to: &[usize], first: &[usize], last: &[usize]) {
        let n = links.iter().map(|it| it.0.max(it.1) + 1).max().unwrap_or(1);
        let net = Net {
            n,
            links,
            from: &[0],
            to,
        };
        assert_eq!(cut(&net), (first.to_vec(), last.to_vec()), "{links:?}");
    }

    #[test]
    fn a_chain_is_cut_at_either_end() {
        check(&[(0, 1), (1, 2), (2, 3)], &[3], &[1], &[3]);
    }

    #[test]
    fn where_ways_meet_one_place_is_enough() {
        let links = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (3, 5)];
        check(&links, &[4, 5], &[3], &[3]);
    }

    #[test]
    fn separate_ways_are_cut_each() {
        let links = [(0, 1), (0, 2), (1, 3), (2, 4), (2, 5)];
        check(&links, &[3, 4, 5], &[1, 2], &[2, 3]);
    }

    #[test]
    fn circles_and_dead_ends_cost_nothing() {
        check(&[(0, 1), (1, 0), (1, 1), (0, 2)], &[], &[], &[]);
        check(&[(0, 1), (1, 2), (2, 1), (2, 3), (1, 4)], &[3], &[1], &[3]);
    }
}
