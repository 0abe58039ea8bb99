//! Which of many patterns may begin at a node of a file: of a table's hundreds mostly one or none.

use std::borrow::Cow;

use ruff_python_ast::{AnyNodeRef, ExprRef, NodeKind};
use rustc_hash::FxHashMap;

use super::subject::Subject;
use crate::bind::resolve::{Meaning, Why};
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

    /// Iterates over those that may fit a node of the kind, in their order.
    pub(super) fn at<'a>(
        &self,
        node: AnyNodeRef<'a>,
        subject: &Subject<'a>,
    ) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let named = |name: &str| self.named.get(name).map_or(&[][..], Vec::as_slice);
        let (named, rest) = match LastPart::of(node, subject) {
            _ if self.named.is_empty() => (&[][..], &self.rest),
            LastPart::Is(name) => (named(&name), &self.rest),
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
enum LastPart<'n> {
    Is(Cow<'n, str>),
    /// It means none.
    None,
    /// It may be another one than is typed.
    Any,
}

impl<'a> LastPart<'a> {
    fn of(node: AnyNodeRef<'a>, subject: &Subject<'a>) -> Self {
        let named = match node {
            AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&call.func)),
            node => node.as_expr_ref(),
        };
        match named {
            Some(ExprRef::Attribute(it)) if subject.resolver.keeps_last_part(&it.attr) => {
                Self::Is(Cow::Borrowed(&it.attr))
            }
            Some(ExprRef::Name(name)) => {
                let meaning = subject.resolver.shared_meaning(name.into());
                let name = match &*meaning {
                    Meaning::Qualified(name)
                    | Meaning::Unknown {
                        maybe: Some(name), ..
                    }
                    | Meaning::Unknown {
                        why: Why::Undefined(name),
                        ..
                    } => name,
                    _ => return Self::None,
                };
                let last = name.rsplit('.').next().unwrap_or_default();
                Self::Is(Cow::Owned(last.to_owned()))
            }
            Some(ExprRef::Attribute(_)) => Self::Any,
            _ => Self::None,
        }
    }
}
