//! Which of many patterns may begin at a node of a file: of a table's hundreds mostly one or none.

use std::borrow::Cow;

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

    /// Iterates over those that may fit a node of the kind that means such a name, or calls it, in their order.
    pub(super) fn at(&self, name: &LastPart) -> impl Iterator<Item = usize> + use<'_> {
        let named = |name: &str| self.named.get(name).map_or(&[][..], Vec::as_slice);
        let (named, rest) = match name {
            LastPart::Is(name) => (named(name), &self.rest),
            LastPart::None => (&[][..], &self.rest),
            LastPart::Any => (&[][..], &self.all),
        };
        let (mut named, mut rest) = (named.iter().peekable(), rest.iter().peekable());
        std::iter::from_fn(move || match (named.peek(), rest.peek()) {
            (Some(one), Some(other)) if one < other => named.next().copied(),
            (_, Some(_)) => rest.next().copied(),
            (_, None) => named.next().copied(),
        })
    }
}

/// The last part of the name that a node means, or calls.
pub(super) enum LastPart<'n> {
    /// This one.
    Is(Cow<'n, str>),
    /// It means none.
    None,
    /// It may be another one than is typed.
    Any,
}
