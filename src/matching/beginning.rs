//! Which of many patterns may begin at a node of a file: of a table's hundreds mostly one or none.

use ruff_python_ast::NodeKind;
use rustc_hash::FxHashMap;

use crate::recipe::condition::Guarded;
use crate::recipe::pattern::Head;

/// Places of patterns that may begin at nodes of one kind, each list in their order.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    all: Vec<usize>,
    /// Those that fit what means such a name, or calls it, by its last part.
    named: FxHashMap<String, Vec<usize>>,
    /// The others.
    rest: Vec<usize>,
}

impl Beginning {
    /// Sorts those of some patterns that may begin at nodes of a kind.
    pub(super) fn of<'r>(
        patterns: impl Iterator<Item = (usize, &'r Guarded)>,
        kind: NodeKind,
    ) -> Self {
        let mut beginning = Self::default();
        let patterns = patterns.map(|(place, it)| (place, &it.pattern));
        for (place, pattern) in patterns.filter(|(_, it)| it.may_begin_at(kind)) {
            beginning.all.push(place);
            let list = match pattern.heads().as_slice() {
                [Head::Call(name) | Head::Name(name)] => {
                    beginning.named.entry((*name).to_owned()).or_default()
                }
                _ => &mut beginning.rest,
            };
            list.push(place);
        }
        beginning
    }

    /// Returns whether the name that a node means decides about some of them.
    pub(super) fn asks_names(&self) -> bool {
        !self.named.is_empty()
    }

    /// Iterates over those that may fit a node of the kind that means, or calls, a name with this last part, or none, in
    /// their order.
    pub(super) fn at(&self, name: Option<&str>) -> Merged<'_> {
        let named = name.and_then(|it| self.named.get(it));
        Merged {
            named: named.map_or(&[], Vec::as_slice),
            rest: &self.rest,
        }
    }

    /// Iterates over all of them, in their order.
    pub(super) fn anywhere(&self) -> Merged<'_> {
        Merged {
            named: &[],
            rest: &self.all,
        }
    }
}

/// Places of two sorted lists, in their order.
pub(super) struct Merged<'b> {
    named: &'b [usize],
    rest: &'b [usize],
}

impl Iterator for Merged<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let next = match (self.named.first(), self.rest.first()) {
            (Some(one), Some(other)) if one < other => &mut self.named,
            (_, Some(_)) => &mut self.rest,
            (_, None) => &mut self.named,
        };
        next.split_off_first().copied()
    }
}
