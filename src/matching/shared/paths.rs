//! The ways through a site: what is read before it, and what is written after it.

use super::lost::is_lost;
use super::users::is_own;
use super::{accesses, key};
use crate::matching::answers::state::{Access, Shared};
use crate::matching::awaited::{is_in_wait, last_wait, waits_to_enter};
use crate::matching::place::inside_function;
use crate::matching::site::Site;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::word::is_in_name;
use crate::semantic::ways::turns::loops;
use crate::semantic::ways::{dominators, exclusive, reaches};
use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{TextRange, TextSize};
use std::cell::OnceCell;
use std::rc::Rc;

/// The ways through a site.
pub(super) struct Paths<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) site: NodeId,
    pub(super) range: TextRange,
    /// The loops that run the site in each of their turns: what they run may come before and after it.
    loops: Vec<NodeId>,
    /// The last statement before the site that always waits, once it is asked for.
    last_wait: OnceCell<Option<NodeId>>,
    /// Where the innermost block around the site starts that waits to be entered, once it is asked for.
    entered: OnceCell<Option<TextSize>>,
}

impl<'s, 'a> Paths<'s, 'a> {
    pub(super) fn through(site: Site<'s, '_, 'a>) -> Self {
        let subject = site.subject;
        Self {
            subject,
            site: site.node,
            range: subject.tree.range(site.node),
            loops: loops(subject, site.node).collect(),
            last_wait: OnceCell::new(),
            entered: OnceCell::new(),
        }
    }

    /// Returns whether the state is read before the site and written after it, and a task that comes in between
    /// spoils that; where asked, only by what was read there.
    pub(super) fn race(&self, shared: &Shared, is_decided: bool) -> bool {
        let accesses = || shared.accesses.iter();
        let writes = accesses().filter(|it| it.writes && self.may_follow(it));
        let reads = accesses().filter(|it| self.reads_before(it));
        self.come_between(shared)
            && is_lost(self, reads, writes, is_decided)
            && !is_own(self.subject, shared, Some(self.site))
    }

    /// Returns whether the site may come between two accesses.
    pub(super) fn come_between(&self, shared: &Shared) -> bool {
        !self.loops.is_empty() || shared.span.intersect(self.range).is_some()
    }

    /// Returns whether what is written before the site is read after it, and not written anew between.
    pub(super) fn hand_over(&self, accesses: &[Access]) -> bool {
        let is_written = |it: &&Access| it.writes && self.is_before(it) && !self.waits_before(it);
        // Most of the time the first one decides: the others are not looked at.
        let mut others = accesses.iter().filter(is_written);
        let mut written = Vec::from_iter(others.next());
        if written.is_empty() {
            return false;
        }
        let is_read = |it: &&Access| self.reads_after(it) && !self.waits_behind(it);
        let mut read = accesses.iter().filter(is_read);
        read.any(|read| {
            // What is counted up and down again adds up, whoever comes between.
            let hands_over = |it: &Access| {
                (read.augments.is_none() || it.augments.is_none())
                    && !exclusive(self.subject, read.node, it.node)
            };
            let is_handed_over = written.iter().any(|it| hands_over(it)) || {
                let mut more = others.by_ref().inspect(|it| written.push(it));
                more.any(hands_over)
            };
            is_handed_over && !self.is_fresh(read, accesses)
        })
    }

    /// Something waits on every way from an access to the site: the last before that which always does.
    pub(super) fn waits_before(&self, access: &Access) -> bool {
        let subject = self.subject;
        let find = || last_wait(subject, self.site, false);
        let last = *self.last_wait.get_or_init(find);
        let enter = || {
            let around = inside_function(subject, self.site).filter(|id| *id != self.site);
            let mut waits = around.filter(|id| waits_to_enter(subject, *id));
            waits.next().map(|id| subject.tree.range(id).start())
        };
        if self
            .entered
            .get_or_init(enter)
            .is_some_and(|it| it >= access.at)
        {
            return true;
        }
        last.is_some_and(|last| match access.at <= self.range.start() {
            true => {
                subject.tree.range(last).start() >= access.at
                    || !access.writes && is_in_wait(subject, access.node, last)
            }
            false => access.at >= self.range.end() && self.is_in_turn(access, last),
        })
    }

    /// Something waits on every way from the site to an access.
    pub(super) fn waits_behind(&self, access: &Access) -> bool {
        let tree = self.subject.tree;
        let own = tree.statement(access.node);
        let is_behind_its_wait = own.is_some_and(|id| {
            let is_set = access.writes && tree.node(id).is_stmt_assign();
            is_set && !tree.range(id).contains_range(self.range)
        });
        let last = last_wait(self.subject, access.node, is_behind_its_wait);
        last.is_some_and(|last| match access.at > self.range.end() {
            true => tree.range(last).start() >= self.range.end(),
            false => self.is_in_turn(access, last),
        })
    }

    /// A statement runs in each turn of the innermost loop that also runs the site and an access.
    fn is_in_turn(&self, access: &Access, statement: NodeId) -> bool {
        let tree = self.subject.tree;
        let mut common =
            loops(self.subject, access.node).filter(|it| tree.contains(*it, self.site));
        let turns = common.next();
        turns.is_some_and(|turns| tree.contains(turns, statement))
    }

    fn reads_after(&self, access: &Access) -> bool {
        match access.augments {
            Some(statement) if statement.contains_range(self.range) => false,
            Some(_) => self.may_follow(access),
            None => {
                (!access.writes || access.takes)
                    && self.is_behind(access, access.at >= self.range.end())
            }
        }
    }

    /// Returns whether it is surely written between the site and where it is read.
    fn is_fresh(&self, read: &Access, accesses: &[Access]) -> bool {
        let from = match read.at >= self.range.end() {
            true => self.range.end(),
            // That is behind the site in the next turn of the loop.
            false => self.turns().unwrap_or(self.range).start(),
        };
        let tree = self.subject.tree;
        let sets = |id: NodeId| {
            let span = tree.span(id);
            // They are in the order of their nodes.
            let inside = &accesses[accesses.partition_point(|it| it.node < span.start)..];
            let mut inside = inside.iter().take_while(|it| it.node < span.end);
            inside.any(|it| it.sets && it.at >= from && tree.statement(it.node) == Some(id))
        };
        let behind = |id: &NodeId| tree.range(*id).end() >= from;
        let mut before = dominators(self.subject, read.node).take_while(behind);
        before.any(sets)
    }

    fn reads_before(&self, access: &Access) -> bool {
        match access.augments {
            Some(statement) => statement.contains_range(self.range),
            // What the site itself reads, its arguments, is read before it is left.
            None => !access.writes && self.precedes(access, access.at <= self.range.end()),
        }
    }

    /// Returns whether an access is before the site, or in an earlier turn of a loop.
    pub(super) fn is_before(&self, access: &Access) -> bool {
        self.precedes(access, access.at <= self.range.start())
    }

    fn may_follow(&self, access: &Access) -> bool {
        self.is_behind(access, access.at > self.range.start())
    }

    /// There is a way from an access to the site, where that is what the order of the code, or a loop, says.
    fn precedes(&self, access: &Access, is_before: bool) -> bool {
        (is_before && self.in_one_turn(access) || self.is_repeated(access))
            && reaches(self.subject, access.node, self.site)
    }

    /// The same the other way.
    pub(super) fn is_behind(&self, access: &Access, is_after: bool) -> bool {
        (is_after && self.in_one_turn(access) || self.is_repeated(access))
            && reaches(self.subject, self.site, access.node)
    }

    /// Returns whether a loop runs both the site and an access in each of its turns, and of the same object: what is
    /// kept in the item that a loop goes over is another one in the next turn.
    pub(super) fn is_repeated(&self, access: &Access) -> bool {
        let mut same = loops(self.subject, access.node).take_while(|it| !self.rebinds(*it, access));
        !self.loops.is_empty() && same.any(|it| self.loops.contains(&it))
    }

    /// Returns whether one turn of a loop may come both to the site and to an access of its item.
    fn in_one_turn(&self, access: &Access) -> bool {
        let mut around = self.loops.iter();
        let is_of_item = around.any(|it| self.rebinds(*it, access));
        !is_of_item || !exclusive(self.subject, access.node, self.site)
    }

    /// Returns whether each turn of a loop gives another value to the name that an access begins with.
    fn rebinds(&self, turns: NodeId, access: &Access) -> bool {
        let tree = self.subject.tree;
        let AnyNodeRef::StmtFor(turns) = tree.node(turns) else {
            return false;
        };
        let mut begins = tree.node(access.node).as_expr_ref();
        while let Some(ExprRef::Attribute(outer)) = begins {
            begins = Some((&*outer.value).into());
        }
        let Some(ExprRef::Name(name)) = begins else {
            return false;
        };
        let target = tree.id(&*turns.target);
        let mut names = tree.with_descendants(target);
        names.any(|id| matches!(tree.node(id), AnyNodeRef::ExprName(it) if it.id == name.id))
    }

    /// Where the outermost loop stands.
    fn turns(&self) -> Option<TextRange> {
        self.loops.last().map(|it| self.subject.tree.range(*it))
    }
}

/// Shows state as the code spells it.
pub(super) fn shown(subject: &Subject, shared: &Shared) -> String {
    if is_read_by_method(subject, shared) {
        return format!("{}()", shared.key);
    }
    let first = shared.accesses.first().map(|access| access.node);
    let is_plain = |id: &NodeId| {
        let node = subject.tree.node(*id);
        shared.key.name.is_some() && (node.is_expr_name() || node.is_expr_attribute())
    };
    match first.filter(is_plain) {
        Some(id) => subject.text()[subject.tree.range(id)].to_owned(),
        None => shared.key.to_string(),
    }
}

/// Returns whether it is what a method gave, whose name it has.
fn is_read_by_method(subject: &Subject, shared: &Shared) -> bool {
    let mut calls = shared.accesses.iter().filter(|access| !access.writes);
    calls.any(|access| match subject.tree.node(access.node) {
        AnyNodeRef::ExprCall(call) => {
            let method = call.func.as_attribute_expr();
            method.is_some_and(|it| Some(it.attr.as_str()) == shared.key.name)
        }
        _ => false,
    })
}

/// The state that a function, or one that it calls, reads and writes.
pub(super) fn all_shared<'a>(
    subject: &Subject<'a>,
    function: NodeId,
    by_called: bool,
) -> Rc<[Shared<'a>]> {
    let shared = &subject.answers.shared;
    shared.or_find(&(function, by_called), || {
        accesses::shared_in(subject, function, by_called).into()
    })
}

/// Returns whether a function, or one that it calls, writes what others see; with `is_own` what it keeps in
/// its object is not counted.
pub(in crate::matching) fn writes_shared(
    subject: &Subject,
    function: NodeId,
    is_own: bool,
) -> bool {
    let object = match subject.tree.node(function) {
        AnyNodeRef::StmtFunctionDef(def) if is_own => key::first_parameter(def),
        _ => None,
    };
    let is_kept = |access: &Access| {
        let text = &subject.text()[subject.tree.range(access.node)];
        let attribute = object.and_then(|object| text.strip_prefix(object)?.strip_prefix('.'));
        // What is below an attribute, or added to it, may be anybody's.
        access.sets && attribute.is_some_and(|it| it.chars().all(is_in_name))
    };
    let all = all_shared(subject, function, true);
    let mut accesses = all.iter().flat_map(|shared| &shared.accesses);
    accesses.any(|access| access.writes && !is_kept(access))
}
