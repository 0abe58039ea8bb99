//! Where a statement behind `$...gap` may stand: only where the words of a metavariable that it uses do. A gap of each
//! size would be tried without that, for each place where the statements above it fit.

use ruff_python_ast::Stmt;

use super::node_words::words_of_capture;
use super::unify::Unifier;
use super::variables::Variables;
use crate::python::tree::NodeId;

impl Unifier<'_, '_, '_> {
    /// Returns how many of some neighbors a gap may take, `fewest` at least, in order, before those that others fit.
    pub(super) fn sizes(&self, fewest: usize, others: &[Stmt], nodes: &[NodeId]) -> Vec<usize> {
        let places = (others.first()).and_then(|next| self.standing(next, nodes));
        let mut sizes = places.unwrap_or_else(|| (fewest..=nodes.len()).collect());
        sizes.retain(|it| *it >= fewest);
        sizes
    }

    /// Returns the places among some neighbors, in order, of those that may fit a pattern; `None`: it uses nothing
    /// that is known by now.
    fn standing(&self, pattern: &Stmt, nodes: &[NodeId]) -> Option<Vec<usize>> {
        let used = Variables::of_statement(pattern);
        let words = used.iter().flat_map(|it| self.words_of(it));
        let all_of = |word| {
            self.subject
                .words()
                .get(word)
                .map_or(&[][..], Vec::as_slice)
        };
        let all = words.map(all_of).min_by_key(|all| all.len())?;
        let first = *nodes.first()?;
        let behind = &all[all.partition_point(|id| *id < first)..];
        let places = behind.iter().map_while(|used| {
            let place = nodes.partition_point(|id| id <= used) - 1;
            let tree = self.subject.tree;
            tree.contains(nodes[place], *used).then_some(place)
        });
        let mut places: Vec<usize> = places.collect();
        places.dedup();
        Some(places)
    }

    /// The names and literals of what a metavariable stands for.
    fn words_of(&self, variable: &str) -> Vec<&str> {
        let mut words: Vec<&str> = Vec::new();
        words_of_capture(variable, &self.captures, self.subject, &mut words);
        // Between the parts of a text, and inside of an f-string, layout may differ.
        words.retain(|it| it.matches(['"', '\'']).count() <= 2);
        words
    }
}
