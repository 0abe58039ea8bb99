//! Does the teardown end the value already, or wait for what it does?

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::{Ranged, TextSize};

use crate::bind::MAX_STEPS;
use crate::matching::capture::{Captured, Captures};
use crate::matching::may_fit::may_fit;
use crate::matching::owner::{Owner, Teardown};
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, same_code, unify};
use crate::python::tree::NodeId;
use crate::recipe::condition::Guarded;
use crate::recipe::keep::End;
use crate::text::blank::on_one_line;
use crate::verb::refusal::Refusal;

/// What a teardown does something with that the value uses too, in the patterns of `ended-by` and
/// `waited-by`; of several any one.
const SHARED: &str = "shared";

/// Checks that the teardown neither ends the value already nor waits for what it does.
pub(super) fn check<'a>(
    subject: &Subject<'a>,
    site: NodeId,
    end: &End,
    owner: &Owner<'a>,
) -> Result<(), Refusal> {
    let from = match owner.teardown {
        Teardown::Behind(_, yields) => yields.end(),
        _ => TextSize::default(),
    };
    for method in owner.ending(subject) {
        let inside = subject.tree.id(method);
        for id in may_end(subject, end, inside, from) {
            let wait = Wait {
                subject,
                end,
                teardown: inside,
                site,
                runs: &owner.runs,
                node: id,
            };
            let ended = || wait.of(&end.ended_by, SharedUse::WhileWaiting);
            let waited = || wait.of(&end.waited_by, SharedUse::Anyhow);
            let tested = || wait.of(&end.ended_by, SharedUse::Anyhow);
            let found = ended().or_else(waited);
            if found.is_none() && (tested().is_none() || owner.ends_quietly(subject)) {
                continue;
            }
            let by = format!("`{}`", method.name);
            let code = on_one_line(&subject.text()[subject.tree.range(id)]);
            let one = end.one.clone();
            return Err(match found {
                Some((because, true)) => Refusal::EndedAlready { by, code, because },
                Some((_, false)) => Refusal::MayDepend { by, code, one },
                None => Refusal::OnlyTested { by, code, one },
            });
        }
    }
    Ok(())
}

/// The nodes in a def from an offset on that may end the value, or wait for what it does.
fn may_end(subject: &Subject, end: &End, inside: NodeId, from: TextSize) -> Vec<NodeId> {
    let patterns = end.ended_by.iter().chain(&end.waited_by);
    let patterns = patterns.map(|(it, _)| &*it.pattern);
    let span = subject.tree.span(inside);
    let mut nodes = may_fit(patterns, &Captures::default(), &span, subject);
    nodes.retain(|id| *id != inside && subject.tree.range(*id).start() >= from);
    nodes
}

/// Returns what a pattern says that the value uses too; `None` where it speaks of nothing such.
pub(super) fn shared<'a>(fit: &Fit<'_, 'a>) -> Option<Vec<ExprRef<'a>>> {
    let captured = fit.captures.find(SHARED)?.expressions().into_iter();
    let whole = captured.map(|it| match it {
        ExprRef::Starred(all) => ExprRef::from(&all.value),
        it => it,
    });
    Some(whole.collect())
}

/// A place in a teardown that does something with what runs, or with what it uses.
struct Wait<'s, 'a> {
    subject: &'s Subject<'a>,
    end: &'s End,
    teardown: NodeId,
    site: NodeId,
    runs: &'s [NodeId],
    node: NodeId,
}

impl<'a> Wait<'_, 'a> {
    /// Returns what one of the patterns says of the place, and whether what runs surely uses the same thing.
    fn of(&self, patterns: &[(Guarded, String)], used: SharedUse) -> Option<(String, bool)> {
        let none = Captures::default();
        patterns.iter().find_map(|(pattern, because)| {
            let node = self.subject.tree.node(self.node);
            let fit = unify(&pattern.pattern, node, &none, self.subject)?;
            let shared = shared(&fit);
            let Some(shared) = shared else {
                return fit.unsure.is_none().then(|| (because.clone(), true));
            };
            let it = (shared.into_iter()).find(|it| self.is_for(*it, used, MAX_STEPS))?;
            let is_given = || uses(self.subject, &[self.site], it).next().is_some();
            Some((because.clone(), !self.runs.is_empty() || is_given()))
        })
    }

    /// Where the place begins.
    fn at(&self) -> TextSize {
        self.subject.tree.range(self.node).start()
    }

    /// What runs uses that too, and the teardown has neither ended it before nor made it itself.
    fn is_for(&self, shared: ExprRef<'a>, used: SharedUse, steps: u32) -> bool {
        let Some(steps) = steps.checked_sub(1) else {
            return true;
        };
        if self.is_ended(shared) {
            return false;
        }
        let (others, made): (Vec<&'a Expr>, Vec<&'a Expr>) = self
            .bound_before(shared)
            .into_iter()
            .partition(|it| it.is_attribute_expr() || it.is_subscript_expr() || it.is_name_expr());
        let mut others = others.into_iter().map(ExprRef::from);
        let is_itself = || made.is_empty() && self.is_used(shared, used);
        others.any(|it| self.is_for(it, used, steps)) || is_itself()
    }

    /// What runs uses it in that way; perhaps, where its code is not read.
    fn is_used(&self, shared: ExprRef<'a>, used: SharedUse) -> bool {
        let is_named =
            shared.is_attribute_expr() || shared.is_subscript_expr() || shared.is_name_expr();
        let mut all = uses(self.subject, self.runs, shared);
        self.runs.is_empty() && is_named
            || all.any(|id| used == SharedUse::Anyhow || !is_only_tested(self.subject, id))
    }

    fn is_ended(&self, shared: ExprRef<'a>) -> bool {
        let tree = self.subject.tree;
        let mut given = Captures::default();
        given.bind("handle", Captured::Expression(shared));
        let nodes = tree.descendants(self.teardown);
        let mut nodes = nodes.filter(|id| tree.range(*id).end() <= self.at());
        nodes.any(|id| fits_surely(&self.end.ends[0], tree.node(id), &given, self.subject))
    }

    /// Returns what the teardown has set the same place to before, but for None.
    fn bound_before(&self, shared: ExprRef<'a>) -> Vec<&'a Expr> {
        let tree = self.subject.tree;
        let nodes = tree.descendants(self.teardown);
        let nodes = nodes.filter(|id| tree.range(*id).end() <= shared.start().min(self.at()));
        let all = nodes.flat_map(|id| bound(tree.node(id)));
        let is_it = |it: &Expr| same_code(self.subject, it.range(), shared.range());
        let own = all.filter(|(target, value)| is_it(target) && !value.is_none_literal_expr());
        own.map(|(_, value)| value).collect()
    }
}

/// Returns what a node sets, each with its value.
fn bound(node: AnyNodeRef<'_>) -> Vec<(&Expr, &Expr)> {
    let (targets, value) = match node {
        AnyNodeRef::StmtAssign(it) => (it.targets.as_slice(), &*it.value),
        AnyNodeRef::ExprNamed(it) => (std::slice::from_ref(&*it.target), &*it.value),
        _ => return Vec::new(),
    };
    let pairs = targets.iter().flat_map(|target| match (target, value) {
        (Expr::Tuple(targets), Expr::Tuple(values)) if targets.len() == values.len() => {
            targets.iter().zip(values).collect()
        }
        _ => vec![(target, value)],
    });
    pairs.collect()
}

/// How code uses what a teardown does something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SharedUse {
    /// A change of it can end a wait: not what code looks at only between its waits.
    WhileWaiting,
    Anyhow,
}

/// A place stands in the test of an `if` or `while`, which awaits nothing.
fn is_only_tested(subject: &Subject, place: NodeId) -> bool {
    let tree = subject.tree;
    let awaits = |id: NodeId| tree.node(id).is_expr_await();
    let mut around = tree.ancestors(place).take_while(|id| !awaits(*id));
    around
        .find(|id| tree.node(*id).is_statement())
        .is_some_and(|id| {
            let test = match tree.node(id) {
                AnyNodeRef::StmtWhile(it) => &it.test,
                AnyNodeRef::StmtIf(it) => &it.test,
                _ => return false,
            };
            tree.contains(tree.id(&**test), place)
        })
}

/// Finds where the places use the same attribute, item or name.
pub(super) fn uses<'s, 'a>(
    subject: &'s Subject<'a>,
    places: &'s [NodeId],
    shared: ExprRef<'a>,
) -> impl Iterator<Item = NodeId> + 's {
    let tree = subject.tree;
    let scope = |id: NodeId, name: &str| subject.names.lookup(subject.names.scope_of(id), name);
    let is_same = move |id: &NodeId| match (tree.node(*id), shared) {
        (AnyNodeRef::ExprAttribute(it), ExprRef::Attribute(shared)) => it.attr.id == shared.attr.id,
        (AnyNodeRef::ExprSubscript(it), ExprRef::Subscript(shared)) => {
            same_code(subject, it.slice.range(), shared.slice.range())
        }
        (AnyNodeRef::ExprName(it), ExprRef::Name(shared)) => {
            let name = it.id.as_str();
            it.id == shared.id && scope(*id, name) == scope(tree.id(shared), name)
        }
        _ => false,
    };
    let nodes = places.iter().flat_map(|place| tree.descendants(*place));
    nodes.filter(is_same)
}
