//! Is what a value names the own of the function that made it? A path under a folder that nobody else has.

use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Number};

use super::capture::Captures;
use super::fate::is_collected;
use super::kind::calls_async_def;
use super::place::place;
use super::subject::Subject;
use super::unify::{fits_surely, unify};
use super::uses::bindings_of;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingId, BindingKind, ScopeId};
use crate::python::tree::NodeId;
use crate::recipe::condition::{Place, is_named};
use crate::recipe::kind::Kind;
use crate::recipe::pattern::Pattern;

mod rest;

use rest::Rest;

/// So many expressions are looked at.
const MAX_STEPS: u32 = 60;

/// So many signs of what nobody else has are enough.
const MIN_SIGNS: u64 = 6;

/// What is known of a value that nobody else has.
#[derive(Debug, Clone, Copy)]
struct Own {
    /// It is so far inside, at least.
    depth: u32,
    /// The last part of it is what nobody else has.
    is_last: bool,
    /// There is nothing else in it.
    is_whole: bool,
}

const MADE: Own = Own {
    depth: 0,
    is_last: true,
    is_whole: true,
};

/// Returns whether the value is what nobody else has: made in the expression's function on every path, not
/// handed out there, and not cut or left again.
pub(super) fn made_of<'a>(kinds: &[String], value: ExprRef<'a>, subject: &Subject<'a>) -> bool {
    kinds.iter().any(|wanted| {
        let mut search = Search {
            wanted,
            kind: subject.kinds.find(wanted),
            subject,
            steps: MAX_STEPS,
        };
        search.own(subject.tree.id(value)).is_some()
    })
}

struct Search<'s, 'a> {
    wanted: &'s str,
    /// `None`: what is wanted is a class or function, or those of a module.
    kind: Option<&'s Kind>,
    subject: &'s Subject<'a>,
    /// So many expressions may still be looked at.
    steps: u32,
}

impl<'s, 'a> Search<'s, 'a> {
    fn own(&mut self, id: NodeId) -> Option<Own> {
        self.steps = self.steps.checked_sub(1)?;
        let node = self.subject.tree.node(id);
        if self.makes(node) {
            return Some(MADE);
        }
        match node {
            AnyNodeRef::ExprName(name) => self.name(id, name.into()),
            AnyNodeRef::ExprFString(_) => self.text(id),
            AnyNodeRef::ExprIf(either) => {
                let body = self.own(self.subject.tree.id(&*either.body))?;
                Some(body.and(self.own(self.subject.tree.id(&*either.orelse))?))
            }
            AnyNodeRef::WithItem(item) => self.own(self.subject.tree.id(&item.context_expr)),
            AnyNodeRef::ExprSubscript(cut) if is_long(&cut.slice) => self
                .own(self.subject.tree.id(&*cut.value))
                .filter(|own| own.is_whole),
            _ => self.expression(id),
        }
    }

    fn makes(&self, node: AnyNodeRef<'a>) -> bool {
        let subject = self.subject;
        let fits = |it: &Arc<Pattern>| fits_surely(it, node, &Captures::default(), subject);
        match (self.kind, node) {
            (Some(kind), _) => kind.made_by.iter().any(fits),
            (None, AnyNodeRef::ExprCall(call)) => matches!(
                subject.resolver.meaning((&*call.func).into()),
                Meaning::Qualified(name) if is_named(&name, self.wanted)
            ),
            (None, _) => false,
        }
    }

    fn expression(&mut self, id: NodeId) -> Option<Own> {
        let kind = self.kind?;
        for pattern in &kind.derived {
            if let Some((own, rest)) = self.in_pattern(pattern, id) {
                return (!rest.leaves()).then(|| own.among(&rest));
            }
        }
        for pattern in &kind.inside {
            if let Some((own, rest)) = self.in_pattern(pattern, id) {
                let is_inside = !rest.leaves() && !rest.is_absolute(self.subject);
                return is_inside.then_some(Own {
                    depth: own.depth + 1,
                    is_last: false,
                    is_whole: false,
                });
            }
        }
        for pattern in &kind.outside {
            if let Some((own, _)) = self.in_pattern(pattern, id) {
                let depth = own.depth.checked_sub(1)?;
                return Some(Own { depth, ..INSIDE });
            }
        }
        kind.last_part.iter().find_map(|pattern| {
            let (own, _) = self.in_pattern(pattern, id)?;
            own.is_last.then_some(Own { depth: 0, ..own })
        })
    }

    /// What `$x` of the pattern is, and what stands beside it.
    fn in_pattern(&mut self, pattern: &Pattern, id: NodeId) -> Option<(Own, Rest<'a>)> {
        let subject = self.subject;
        let node = subject.tree.node(id);
        let fit = unify(pattern, node, &Captures::default(), subject)?;
        let value = fit
            .unsure
            .is_none()
            .then(|| fit.captures.expression("x"))??;
        let value = subject.tree.id(value);
        Some((self.own(value)?, Rest::of(id, value, subject)))
    }

    /// `f"{folder}/name"`
    fn text(&mut self, id: NodeId) -> Option<Own> {
        let tree = self.subject.tree;
        let mut parts = tree
            .descendants(id)
            .filter_map(|part| match tree.node(part) {
                AnyNodeRef::InterpolatedElement(it) if it.format_spec.is_none() => {
                    Some(&*it.expression)
                }
                _ => None,
            });
        parts.find_map(|part| {
            let value = tree.id(part);
            let own = self.own(value)?;
            let rest = Rest::of(id, value, self.subject);
            (!rest.leaves()).then(|| own.among(&rest))
        })
    }

    /// Everything that the name may stand for is own.
    fn name(&mut self, id: NodeId, name: ExprRef<'a>) -> Option<Own> {
        let subject = self.subject;
        let function = subject.context.enclosing_function(id);
        let mut least: Option<Own> = None;
        for binding in bindings_of(subject, name) {
            let made = subject.names.binding(binding);
            let value = match made.kind {
                BindingKind::Assignment { value, .. } | BindingKind::Unpacking { value } => value,
                BindingKind::With { item } => item,
                _ => return None,
            };
            let is_own = made.scope != ScopeId::MODULE
                && subject.context.enclosing_function(made.statement) == function
                && is_kept(binding, function, subject);
            let own = is_own.then(|| self.own(value))??;
            least = Some(least.map_or(own, |least| least.and(own)));
        }
        least
    }
}

const INSIDE: Own = Own {
    depth: 0,
    is_last: false,
    is_whole: false,
};

impl Own {
    /// What is surely so of a value that may be either.
    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth.min(other.depth),
            is_last: self.is_last && other.is_last,
            is_whole: self.is_whole && other.is_whole,
        }
    }

    /// As part of a longer value.
    fn among(self, rest: &Rest) -> Self {
        Self {
            depth: self.depth,
            is_last: self.is_last && rest.keeps_last(),
            is_whole: self.is_whole && rest.is_empty(),
        }
    }
}

/// `[:8]`: the beginning of what nobody else has is long enough.
fn is_long(slice: &Expr) -> bool {
    let Expr::Slice(slice) = slice else {
        return false;
    };
    let end = slice
        .upper
        .as_deref()
        .and_then(Expr::as_number_literal_expr);
    let signs = end.and_then(|end| match &end.value {
        Number::Int(signs) => signs.as_u64(),
        _ => None,
    });
    slice.lower.is_none() && slice.step.is_none() && signs.is_some_and(|it| it >= MIN_SIGNS)
}

/// Nobody else gets it: it is put on no object, in no collection, and no inner function or task has it.
fn is_kept(binding: BindingId, function: Option<NodeId>, subject: &Subject) -> bool {
    let tree = subject.tree;
    subject.flow.uses(binding).into_iter().all(|used| {
        let is_here = subject.context.enclosing_function(used) == function
            && place(subject, used) != Place::Lambda;
        let statement = tree.statement(used).map(|id| tree.node(id));
        is_here
            && !is_given_to_task(used, subject)
            && match statement {
                Some(AnyNodeRef::StmtAssign(it)) => {
                    let named = |target: &Expr| match target {
                        Expr::Tuple(tuple) => tuple.elts.iter().all(Expr::is_name_expr),
                        target => target.is_name_expr(),
                    };
                    it.targets.iter().all(named)
                }
                Some(AnyNodeRef::StmtExpr(it)) => {
                    let is_yield = it.value.is_yield_expr() || it.value.is_yield_from_expr();
                    !is_yield && !is_put_away(used, subject)
                }
                // What keeps it for others.
                Some(AnyNodeRef::StmtAnnAssign(it)) => it.target.is_name_expr(),
                Some(AnyNodeRef::StmtAugAssign(it)) => it.target.is_name_expr(),
                _ => true,
            }
    })
}

/// `rows.append(path)`.
fn is_put_away(used: NodeId, subject: &Subject) -> bool {
    let mut around = subject.tree.ancestors(used);
    around.any(|id| is_collected(subject.tree.node(id)))
}

/// `create_task(look(path))`: the coroutine is not awaited where it is made.
fn is_given_to_task(used: NodeId, subject: &Subject) -> bool {
    let tree = subject.tree;
    let mut is_in_coroutine = false;
    for id in tree.ancestors(used) {
        match tree.node(id) {
            AnyNodeRef::ExprAwait(_) if is_in_coroutine => return false,
            AnyNodeRef::ExprCall(call) => {
                let is_coroutine =
                    calls_async_def(subject, (&call.func).into(), true) == Some(true);
                is_in_coroutine |= is_coroutine;
            }
            node if node.is_statement() => break,
            _ => {}
        }
    }
    is_in_coroutine
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(before: &str, path: &str, expected: bool) {
        let text = format!(
            "import tempfile, uuid\nfrom pathlib import Path\nFOLDER = tempfile.mkdtemp()\nasync def f(self, given):\n{before}    g({path}, 1)\n"
        );
        let lines: &[usize] = if expected { &[1] } else { &[] };
        check_condition("g($path, $at)", "$path: {made-of: own-name}", &text, lines);
    }

    #[test]
    fn what_the_function_makes_is_its_own() {
        check("", "given / uuid.uuid4().hex", true);
        check("    d = tempfile.mkdtemp()\n", "d + '/x'", true);
        check(
            "    with tempfile.TemporaryDirectory() as d:\n        p = open(d)\n",
            "p",
            true,
        );
        check("    fd, p = tempfile.mkstemp()\n", "p", true);
    }

    #[test]
    fn what_is_cut_or_left_again_is_not() {
        check("", "given / str(uuid.uuid4())[:8]", true);
        check("", "given / uuid.uuid4().hex[:0]", false);
        check("", "given / uuid.uuid4().hex[12]", false);
        check("", "f'{len(uuid.uuid4().hex)}.txt'", false);
        check(
            "    n = uuid.uuid4()\n",
            "given / f'{n.version}.txt'",
            false,
        );
        check("    n = uuid.uuid4()\n", "given / f'{n}.txt'", true);
        check("    d = Path(tempfile.mkdtemp())\n", "d / 'a'", true);
        check(
            "    d = Path(tempfile.mkdtemp())\n",
            "d / '..' / 'a'",
            false,
        );
        check("    d = Path(tempfile.mkdtemp())\n", "d / '/tmp/a'", false);
        check(
            "    d = Path(tempfile.mkdtemp())\n",
            "d.parent / 'a'",
            false,
        );
        check(
            "    d = Path(tempfile.mkdtemp())\n",
            "(d / 'a').parent / 'b'",
            true,
        );
        check(
            "    d = Path(tempfile.mkdtemp())\n",
            "d.with_name('a')",
            false,
        );
        check(
            "    d = Path(tempfile.mkdtemp())\n",
            "given / (d / 'a').name",
            false,
        );
    }

    #[test]
    fn what_a_task_has_is_not() {
        let task = "    async def look(d): pass\n    d = tempfile.mkdtemp()\n";
        check(&format!("{task}    await look(d)\n"), "d", true);
        check(&format!("{task}    spawn(look(d))\n"), "d", false);
    }

    #[test]
    fn what_others_have_too_is_not() {
        check("", "FOLDER", false);
        check("", "given", false);
        check("    self.d = tempfile.mkdtemp()\n", "self.d", false);
        check("    d = tempfile.mkdtemp()\n    self.d = d\n", "d", false);
        check(
            "    d = tempfile.mkdtemp()\n    given.append(d)\n",
            "d",
            false,
        );
        check("    d = tempfile.mkdtemp()\n    lambda: d\n", "d", false);
        check(
            "    d = tempfile.mkdtemp()\n    if given:\n        d = given\n",
            "d",
            false,
        );
    }
}
