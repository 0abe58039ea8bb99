//! The captures that may be named at a place.

use ruff_text_size::TextSize;

use crate::recipe::CALLEE;
use crate::recipe::error::{Complaint, Problem, nearest};
use crate::recipe::pattern::{Arity, Pattern};
use crate::recipe::template::Message;

/// The captures that may be named at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bound {
    captures: Vec<(String, Arity)>,
    /// Whether it is about a call, whose callee can be named then.
    of_call: bool,
    binder: &'static str,
}

impl Bound {
    /// Nothing is bound.
    pub(super) fn none() -> Self {
        Self {
            captures: Vec::new(),
            of_call: false,
            binder: "any pattern",
        }
    }

    /// What every one of these patterns binds: whichever of them matched, it can be named.
    pub(super) fn by_all<'p>(patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let all = patterns.map(|pattern| &pattern.captures);
        let common = all.fold(None, |common: Option<Vec<(String, Arity)>>, captures| {
            Some(match common {
                None => captures.clone(),
                Some(mut common) => {
                    common.retain(|capture| captures.contains(capture));
                    common
                }
            })
        });
        Self {
            captures: common.unwrap_or_default(),
            of_call: false,
            binder: "every pattern of `match`",
        }
    }

    /// What can be named of what these patterns match: of a call also what it calls.
    pub(super) fn by_match<'p>(patterns: impl Iterator<Item = &'p Pattern> + Clone) -> Self {
        Self {
            of_call: patterns.clone().all(Pattern::is_call),
            ..Self::by_all(patterns)
        }
    }

    /// The same, and what every one of more patterns binds.
    pub(super) fn and_by_all<'p>(self, patterns: impl Iterator<Item = &'p Pattern>) -> Self {
        let more = Self::by_all(patterns);
        self.with(&more.captures)
    }

    /// The same and more.
    pub(super) fn with(&self, more: &[(String, Arity)]) -> Self {
        let mut bound = self.clone();
        let more = more.iter().filter(|it| !self.captures.contains(it));
        bound.captures.extend(more.cloned());
        bound
    }

    /// The same and fresh names.
    pub(super) fn with_names(&self, names: &[(String, Vec<Message>)]) -> Self {
        let mut bound = self.clone();
        let names = names.iter().map(|(name, _)| (name.clone(), Arity::One));
        bound.captures.extend(names);
        bound
    }

    /// The part of it that code or messages with these captures can name.
    pub(super) fn among(&self, is_named: impl Fn(&str) -> bool) -> Self {
        let captures = self.captures.iter();
        Self {
            captures: captures
                .filter(|(name, _)| is_named(name))
                .cloned()
                .collect(),
            of_call: self.of_call && is_named(CALLEE),
            binder: "",
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        let is_callee = self.of_call && name == CALLEE;
        is_callee || self.captures.iter().any(|(bound, _)| bound == name)
    }

    /// Returns what is wrong with naming a capture.
    pub(super) fn complain(&self, name: &str, arity: Arity, at: TextSize) -> Option<Complaint> {
        let typed = format!("{}{name}", arity.sigil());
        if self.of_call && typed == format!("${CALLEE}") {
            return None;
        }
        match self.captures.iter().find(|(bound, _)| bound == name) {
            Some((_, bound)) if *bound == arity => None,
            Some((_, bound)) => {
                let first = format!("{}{name}", bound.sigil());
                let second = typed;
                Some(Complaint::two_arities(at, first, second))
            }
            None => {
                let names = self.captures.iter().map(|(name, _)| name.as_str());
                let near = nearest(name, names)
                    .and_then(|near| self.captures.iter().find(|(bound, _)| bound == near));
                let binder = self.binder;
                let capture = typed;
                let mut complaint = Complaint::new(at, Problem::Unbound { capture, binder });
                complaint.nearest = near.map(spell);
                if near.is_none() && !self.captures.is_empty() {
                    let bound: Vec<String> = self.captures.iter().map(spell).collect();
                    complaint.expected = Some(bound.join(", "));
                }
                Some(complaint)
            }
        }
    }
}

fn spell((name, arity): &(String, Arity)) -> String {
    format!("{}{name}", arity.sigil())
}
