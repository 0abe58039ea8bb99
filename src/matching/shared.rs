//! State that other tasks see: read before a site and written after it?
//!
//! Where it is, a new suspension point between them lets another task in, and its update is lost.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::TextRange;

use super::answers::{Access, Shared};
use super::holding::takes_turns;
use super::place;
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::AccessBy;

pub(super) use loops::loops_over;

mod accesses;

mod aliases;

mod loops;

/// An attribute, global or nonlocal is read before the site and written after it, with no lock of
/// tasks held.
pub(super) fn read_before_written_after(
    by: &[AccessBy],
    site: Site,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let by_called = by.contains(&AccessBy::Called);
    let all = subject.answers.shared.or_find(&(function, by_called), || {
        accesses::shared_in(subject, function, by_called).into()
    });
    let paths = Paths::through(site);
    let raced = all.iter().filter(|shared| paths.race(shared));
    let mut names: Vec<&str> = raced.map(|shared| shared.key).collect();
    if names.is_empty() || takes_turns(site) {
        return Answer::No;
    }
    names.sort_unstable();
    evidence.why(format!("`{}` is read before and written after", names[0]));
    evidence.names = names.into_iter().map(str::to_owned).collect();
    Answer::Yes
}

/// The ways through a site.
struct Paths<'s, 'a> {
    subject: &'s Subject<'a>,
    site: NodeId,
    range: TextRange,
    /// The outermost loop around the site in its function: all in it may come before and after.
    repeated: Option<TextRange>,
}

impl<'s, 'a> Paths<'s, 'a> {
    fn through(site: Site<'s, '_, 'a>) -> Self {
        let subject = site.subject;
        let is_loop = |id: &NodeId| {
            matches!(
                subject.tree.node(*id),
                AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_)
            )
        };
        let outermost = place::inside_function(subject, site.node)
            .filter(is_loop)
            .last();
        Self {
            subject,
            site: site.node,
            range: subject.tree.range(site.node),
            repeated: outermost.map(|id| subject.tree.range(id)),
        }
    }

    /// Returns whether the state is read before the site and written after it.
    fn race(&self, shared: &Shared) -> bool {
        if self.repeated.is_none() && shared.span.intersect(self.range).is_none() {
            return false;
        }
        let accesses = || shared.accesses.iter();
        let reads: Vec<&Access> = accesses().filter(|it| self.reads_before(it)).collect();
        let follows = |it: &&Access| it.writes && self.may_follow(it);
        !reads.is_empty() && self.joins_any(&reads, &accesses().filter(follows).collect::<Vec<_>>())
    }

    fn reads_before(&self, access: &Access) -> bool {
        match access.augments {
            Some(statement) => statement.contains_range(self.range),
            // What the site itself reads, its arguments, is read before it is left.
            None => !access.writes && (access.at <= self.range.end() || self.is_repeated(access)),
        }
    }

    fn may_follow(&self, access: &Access) -> bool {
        access.at > self.range.start() || self.is_repeated(access)
    }

    fn is_repeated(&self, access: &Access) -> bool {
        let range = self.subject.tree.range(access.node);
        self.repeated
            .is_some_and(|repeated| repeated.contains_range(range))
    }

    /// Returns whether one path holds a read, the site and a write.
    fn joins_any(&self, reads: &[&Access], writes: &[&Access]) -> bool {
        let with_site = |access: &&&Access| {
            self.is_repeated(access) || !place::exclusive(self.subject, self.site, access.node)
        };
        let writes: Vec<_> = writes.iter().filter(with_site).collect();
        reads.iter().filter(with_site).any(|read| {
            writes
                .iter()
                .any(|write| !place::exclusive(self.subject, read.node, write.node))
        })
    }
}
