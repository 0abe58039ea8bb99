//! State that other tasks see: read before a site and written after it?
//!
//! Where it is, a new suspension point between them lets another task in, and its update is lost.

use ruff_python_ast::{AnyNodeRef, ExprContext, ExprRef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::answers::{Access, Shared};
use super::holding::takes_turns;
use super::place;
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::uses::is_parameter;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;

/// An attribute, global or nonlocal is read before the site and written after it, with no lock of
/// tasks held.
pub(super) fn read_before_written_after(site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let all = subject
        .answers
        .shared
        .or_find(&function, || shared_in(subject, function).into());
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
        if self.repeated.is_none() && !shared.span.contains_inclusive(self.range.start()) {
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
            None => !access.writes && (access.at < self.range.start() || self.is_repeated(access)),
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

/// The state that is both read and written in a function.
fn shared_in<'a>(subject: &Subject<'a>, function: NodeId) -> Vec<Shared<'a>> {
    let inside = subject.tree.descendants(function);
    let own = inside.filter(|id| subject.context.enclosing_function(*id) == Some(function));
    let mut by_key: FxHashMap<&str, Vec<Access>> = FxHashMap::default();
    for node in own {
        if let Some((context, key)) = shared_state(subject, node) {
            let access = access(subject, node, context);
            by_key.entry(key).or_default().push(access);
        }
    }
    by_key.retain(|_, accesses| accesses.iter().any(|access| access.writes));
    let shared = by_key.into_iter().map(|(key, accesses)| {
        let ranges = accesses.iter().map(|access| {
            let range = subject.tree.range(access.node);
            TextRange::new(range.start(), range.end().max(access.at))
        });
        Shared {
            key,
            span: ranges.reduce(TextRange::cover).unwrap_or_default(),
            accesses,
        }
    });
    shared.collect()
}

fn access(subject: &Subject, node: NodeId, context: ExprContext) -> Access {
    let range = subject.tree.range(node);
    let parent = subject.tree.parent_node(node);
    let stored_into = matches!(parent, AnyNodeRef::ExprSubscript(item)
        if item.ctx != ExprContext::Load && item.value.range().contains_range(range));
    let writes = context != ExprContext::Load || stored_into || is_mutated(parent, range);
    let statement = subject
        .tree
        .statement(node)
        .map_or(range, |id| subject.tree.range(id));
    let is_augmented = writes && parent.is_stmt_aug_assign();
    Access {
        node,
        at: if writes {
            statement.end()
        } else {
            range.start()
        },
        writes,
        augments: is_augmented.then_some(statement),
    }
}

/// The name of the state a node stands for: `self.total`, a global, a nonlocal.
fn shared_state<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(ExprContext, &'a str)> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => {
            let root = attribute.value.as_name_expr()?;
            let module = matches!(subject.resolver.meaning(root.into()), Meaning::Qualified(_));
            (!module).then(|| (attribute.ctx, &subject.text()[attribute.range()]))
        }
        AnyNodeRef::ExprName(name) => {
            let scope = subject.names.scope_of(node);
            let owner = subject.names.lookup(scope, &name.id)?;
            let function = subject.context.enclosing_function(node)?;
            let own = subject.names.scope_opened_by(function);
            let is_outside = owner == ScopeId::MODULE || Some(owner) < own;
            let is_given = name.ctx.is_load() && is_parameter(subject, ExprRef::from(name));
            (is_outside || is_given).then_some((name.ctx, name.id.as_str()))
        }
        _ => None,
    }
}

/// Methods by which Python's own containers are changed in place: of the language, and so no table.
const MUTATORS: [&str; 15] = [
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "extendleft",
    "insert",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "setdefault",
    "sort",
    "update",
];

/// `self.rows.append(x)` writes what it is called on.
fn is_mutated(parent: AnyNodeRef, receiver: TextRange) -> bool {
    matches!(parent, AnyNodeRef::ExprAttribute(method)
        if MUTATORS.contains(&method.attr.as_str()) && method.value.range() == receiver)
}
