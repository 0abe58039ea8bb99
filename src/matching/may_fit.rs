//! Where in a part of a file a pattern may fit: at nodes of its kinds that hold a word of what it was given.
//!
//! A site that captured `lock` asks for `$lock.release()`: only what holds the word `lock` need be compared,
//! not all that stands in the file.

use std::ops::Range;
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprRef, NodeKind};

use super::beginning::{Beginning, Merged};
use super::capture::Captures;
use super::node_words::words_of_capture;
use super::prefilter::Standing;
use super::site::{Site, any};
use super::subject::Subject;
use super::variables::Variables;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{CaptureWord, Condition, Enclosure, Guarded, SiteWord, Word};
use crate::recipe::pattern::Pattern;

/// So many patterns are compared sooner than looked up.
const FEW: usize = 2;

/// Returns whether the words of one of the patterns stand in the file.
pub(super) fn any_stands(patterns: &[Guarded], subject: &Subject) -> bool {
    patterns.iter().any(|it| stands(&it.pattern, subject))
}

/// Asks about the patterns that may begin at a node and whose words stand in the file, up to the first yes: of a table's
/// many only a few do.
pub(super) fn any_standing<'r, 'a>(
    patterns: &'r [Guarded],
    node: AnyNodeRef<'a>,
    subject: &Subject<'a>,
    mut ask: impl FnMut(&'r Guarded) -> Answer,
) -> Answer {
    if patterns.len() <= FEW {
        return any(patterns, ask);
    }
    let kind = node.kind();
    let find = || {
        let standing = standing_of(patterns, subject);
        let standing = standing.iter().map(|place| (*place, &patterns[*place]));
        Rc::new(Beginning::of(standing, kind))
    };
    let asked = (patterns.as_ptr(), patterns.len(), kind);
    let beginning = subject.answers.beginning.or_find(&asked, find);
    any(among(&beginning, node, subject), |place| {
        ask(&patterns[place])
    })
}

/// Those that may fit a node, by the last part of the name that it means, or calls.
fn among<'b, 'a>(
    beginning: &'b Beginning,
    node: AnyNodeRef<'a>,
    subject: &Subject<'a>,
) -> Merged<'b> {
    let named = match node {
        AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&call.func)),
        node => node.as_expr_ref(),
    };
    match named.filter(|_| beginning.asks_names()) {
        Some(ExprRef::Attribute(it)) if subject.resolver.keeps_last_part(&it.attr) => {
            beginning.at(Some(&it.attr))
        }
        // It may have another last part than is typed.
        Some(ExprRef::Attribute(_)) => beginning.anywhere(),
        Some(ExprRef::Name(name)) => {
            let meaning = subject.resolver.shared_meaning(name.into());
            let last = meaning
                .named()
                .and_then(|(name, _)| name.rsplit('.').next());
            beginning.at(last)
        }
        _ => beginning.at(None),
    }
}

/// Returns the places of those patterns whose words stand in the file.
fn standing_of(patterns: &[Guarded], subject: &Subject) -> Rc<[usize]> {
    let find = || {
        let all = patterns.iter().zip(0..);
        let standing = all.filter(|(it, _)| stands(&it.pattern, subject));
        standing.map(|(_, place)| place).collect()
    };
    let known = &subject.answers.standing_of;
    known.or_find(&(patterns.as_ptr(), patterns.len()), find)
}

/// Returns whether the words of the pattern stand in the file.
pub(super) fn stands(pattern: &Pattern, subject: &Subject) -> bool {
    let words = || Standing::new(subject.model.text());
    let standing = subject.answers.standing.get_or_init(words);
    // Of most patterns that tells, and nothing need be kept.
    if standing.lacks(pattern) {
        return standing.may_differ();
    }
    let known = &subject.answers.stands;
    known.or_find(&std::ptr::from_ref(pattern), || {
        standing.missing(pattern).is_none()
    })
}

impl<'r, 'a> Site<'_, 'r, 'a> {
    /// Returns whether one of the nodes of a part of the file that are meant fits one of the patterns.
    pub(super) fn has_in(
        self,
        patterns: &'r [Guarded],
        part: &Range<NodeId>,
        is_meant: impl Fn(&NodeId) -> bool,
    ) -> Answer {
        any(patterns, |pattern| {
            if !stands(&pattern.pattern, self.subject) {
                return Answer::No;
            }
            let pattern = std::slice::from_ref(pattern);
            let ids = self.may_fit(pattern, part).into_iter().filter(&is_meant);
            any(ids, |id| self.fits_any(pattern, self.subject.tree.node(id)))
        })
    }

    /// Returns the first of these nodes for which the answer is this one.
    pub(super) fn first_in(
        self,
        patterns: &'r [Guarded],
        part: &Range<NodeId>,
        is_meant: impl Fn(&NodeId) -> bool,
        answer: Answer,
    ) -> Option<NodeId> {
        let fits = |id: &NodeId| self.fits_any(patterns, self.subject.tree.node(*id)) == answer;
        let mut ids = self.may_fit(patterns, part).into_iter().filter(is_meant);
        ids.find(fits)
    }

    /// Returns the nodes of a part of the file at which one of the patterns may fit, in source order.
    pub(super) fn may_fit(self, patterns: &'r [Guarded], part: &Range<NodeId>) -> Vec<NodeId> {
        let of_one = |pattern| self.places_of(pattern, part);
        let mut found: Vec<NodeId> = patterns.iter().flat_map(of_one).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl<'r> Site<'_, 'r, '_> {
    fn places_of(self, pattern: &'r Guarded, part: &Range<NodeId>) -> Vec<NodeId> {
        let Self {
            subject, captures, ..
        } = self;
        let tree = subject.tree;
        if let Some(inner) = self.inner(pattern) {
            let inner = inner.into_iter();
            let inside: Vec<NodeId> = inner.flat_map(|it| self.places_of(it, part)).collect();
            return with_ancestors(&inside, part, &pattern.pattern, subject);
        }
        let in_part = |pattern: &'r Guarded, part: &Range<NodeId>| {
            may_fit([&*pattern.pattern], captures, part, subject)
        };
        let Some(around) = around(&pattern.condition, captures) else {
            return in_part(pattern, part);
        };
        // What holds them may stand around the part, too.
        let file = tree.span(NodeId::ROOT);
        let holders = around.iter().flat_map(|it| in_part(it, &file));
        let spans = holders.map(|it| tree.span(it));
        let spans = spans.map(|it| it.start.max(part.start)..it.end.min(part.end));
        let spans = spans.filter(|it| it.start < it.end);
        spans.flat_map(|it| in_part(pattern, &it)).collect()
    }

    /// Patterns one of which fits inside of whatever a pattern fits, each about what the site captured: `await $end`
    /// where `$end` has `$task`.
    fn inner(self, pattern: &'r Guarded) -> Option<Vec<&'r Guarded>> {
        self.inner_of(&pattern.condition, &pattern.pattern)
    }

    fn inner_of(self, condition: &'r Condition, outer: &Pattern) -> Option<Vec<&'r Guarded>> {
        match condition {
            Condition::All(parts) => parts.iter().find_map(|it| self.inner_of(it, outer)),
            Condition::Any(parts) => {
                let all = parts.iter().map(|it| self.inner_of(it, outer));
                let all: Option<Vec<Vec<&Guarded>>> = all.collect();
                all.map(|all| all.concat())
            }
            Condition::Word(
                Word::Capture {
                    name,
                    word: CaptureWord::Has(inner),
                },
                typed,
            ) if !typed.or_unknown && Variables::of(outer).has(name) => {
                let mut own = inner.iter();
                own.all(|it| is_about(it, self.captures) || self.inner(it).is_some())
                    .then(|| inner.iter().collect())
            }
            _ => None,
        }
    }
}

/// Patterns one of which fits around whatever meets a condition, each about what a site captured.
fn around<'c>(condition: &'c Condition, captures: &Captures) -> Option<Vec<&'c Guarded>> {
    match condition {
        Condition::All(parts) => parts.iter().find_map(|it| around(it, captures)),
        Condition::Word(Word::Site(SiteWord::Within(enclosures)), typed) if !typed.or_unknown => {
            let patterns = enclosures.iter().map(|it| match it {
                Enclosure::Pattern(pattern) if is_about(pattern, captures) => Some(&**pattern),
                _ => None,
            });
            patterns.collect()
        }
        _ => None,
    }
}

fn is_about(pattern: &Guarded, captures: &Captures) -> bool {
    let mut own = pattern.pattern.own_captures();
    own.any(|name| captures.find(name).is_some())
}

/// Returns those of some nodes, and of the nodes around them in a part of the file, at which a pattern may begin.
fn with_ancestors(
    nodes: &[NodeId],
    part: &Range<NodeId>,
    pattern: &Pattern,
    subject: &Subject,
) -> Vec<NodeId> {
    let tree = subject.tree;
    let around = nodes
        .iter()
        .flat_map(|id| tree.with_ancestors(*id).take_while(|it| *it >= part.start));
    let mut around: Vec<NodeId> = around
        .filter(|id| pattern.may_begin_at(tree.node(*id).kind()))
        .collect();
    around.sort_unstable();
    around.dedup();
    around
}

/// Returns the nodes of a part of a file at which one of the patterns may fit, in source order.
pub(crate) fn may_fit<'p, 'a>(
    patterns: impl IntoIterator<Item = &'p Pattern>,
    captures: &Captures<'_, 'a>,
    part: &Range<NodeId>,
    subject: &Subject<'a>,
) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut n_patterns = 0;
    for pattern in patterns {
        n_patterns += 1;
        add(pattern, captures, part, subject, &mut found);
    }
    if n_patterns > 1 || !found.is_sorted() {
        found.sort_unstable();
        found.dedup();
    }
    found
}

fn add<'a>(
    pattern: &Pattern,
    captures: &Captures<'_, 'a>,
    part: &Range<NodeId>,
    subject: &Subject<'a>,
    found: &mut Vec<NodeId>,
) {
    let tree = subject.tree;
    let kinds = pattern.kinds().map(|kinds| {
        let of_kind = kinds.iter().map(|kind| subject.of_kind(*kind));
        of_kind.collect::<Vec<_>>()
    });
    let n_of_kind = match &kinds {
        Some(kinds) => kinds.iter().map(|ids| inside(ids, part).len()).sum(),
        None => part.end.index() - part.start.index(),
    };
    let rarest = given_words(pattern, captures, subject)
        .into_iter()
        .map(|word| inside(subject.words().get(word).map_or(&[], Vec::as_slice), part))
        .min_by_key(|ids| ids.len())
        .filter(|ids| ids.len() < n_of_kind);
    match (rarest, kinds) {
        (Some(holders), _) => {
            found.append(&mut with_ancestors(holders, part, pattern, subject));
        }
        (None, Some(kinds)) => kinds
            .iter()
            .for_each(|ids| found.extend_from_slice(inside(ids, part))),
        (None, None) => found.extend(tree.between(part)),
    }
}

/// The ids that stand in a part.
fn inside<'i>(ids: &'i [NodeId], part: &Range<NodeId>) -> &'i [NodeId] {
    let from = ids.partition_point(|id| *id < part.start);
    let n = ids[from..].partition_point(|id| *id < part.end);
    &ids[from..from + n]
}

/// Words each of which stands wherever the pattern fits, by what its metavariables stand for already.
fn given_words<'a>(
    pattern: &Pattern,
    captures: &Captures<'_, 'a>,
    subject: &Subject<'a>,
) -> Vec<&'a str> {
    let mut found = Vec::new();
    for name in pattern.own_captures() {
        words_of_capture(name, captures, subject, &mut found);
    }
    found
}

impl Subject<'_> {
    /// Returns the nodes of a kind, in source order.
    pub(crate) fn of_kind(&self, kind: NodeKind) -> Rc<[NodeId]> {
        let is_meant = |id: &NodeId| self.tree.node(*id).kind() == kind;
        let find = || self.tree.ids().filter(is_meant).collect();
        self.answers.of_kind.or_find(&kind, find)
    }
}
