//! Does code of one sort stand before a site, and of another sort after it, about the same thing?
//!
//! Once others may run at the site, they come in between: a file is looked for before and made after.

use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::FxHashMap;

use super::awaited::last_wait;
use super::holding::takes_turns;
use super::may_fit::any_stands;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use super::unify::unify;
use crate::bind::MAX_STEPS;
use crate::bind::scope::BindingKind;
use crate::matching::answers::code::Stands;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Guarded, Sides};
use crate::semantic::ways::{exclusive, reaches};

/// Of what is about the same so many are compared.
const MAX_SAME: usize = 8;

/// Code that matches stands before and after the site, or is the site, about the same thing, with no
/// lock of tasks held.
pub(super) fn on_both_sides<'r>(
    sides: &'r Sides,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    let range = subject.tree.range(site.node);
    let before = standing(&sides.before, &sides.of, function, site);
    let first = First::new(&before, site);
    if first.by_thing.is_empty() || takes_turns(site) {
        return Answer::No;
    }
    let after = standing(&sides.after, &sides.of, function, site);
    let is_after = |id: NodeId| first.is_site(id) || subject.tree.range(id).start() >= range.end();
    let comes = |id: NodeId| {
        first.is_site(id)
            || reaches(subject, site.node, id) && !waits_from(subject, range.end(), id)
    };
    let mut after = after.iter().filter(|(id, _)| is_after(*id) && comes(*id));
    let both = after.find_map(|(second, about)| {
        let before = first.meeting(*second, about.as_deref())?;
        Some((before, *second, about))
    });
    let Some((before, second, about)) = both else {
        return Answer::No;
    };
    evidence.found = Some(Found::At(first.other(before, second)));
    evidence.why(match about {
        Some(about) => format!("`{about}` is used before and after the await"),
        None => "the code before and after the await may use the same thing".to_owned(),
    });
    Answer::Yes
}

/// What stands before a site, by what it is about.
struct First<'s, 'r, 'a> {
    site: Site<'s, 'r, 'a>,
    by_thing: FxHashMap<Option<&'s str>, Vec<NodeId>>,
}

impl<'s, 'r, 'a> First<'s, 'r, 'a> {
    fn new(before: &'s Stands, site: Site<'s, 'r, 'a>) -> Self {
        let by_thing = FxHashMap::default();
        let mut first = Self { site, by_thing };
        let (tree, start) = (
            site.subject.tree,
            site.subject.tree.range(site.node).start(),
        );
        let last_wait = last_wait(site.subject, site.node, false);
        let last_wait = last_wait.map_or(TextSize::new(0), |wait| tree.range(wait).end());
        for (id, about) in before.iter() {
            let range = tree.range(*id);
            // Others run at a wait between them anyway.
            let comes_by = || last_wait <= range.start() && range.end() <= start;
            let is_before = || comes_by() && reaches(site.subject, *id, site.node);
            if first.is_site(*id) || is_before() {
                let same = first.by_thing.entry(about.as_deref()).or_default();
                if same.len() < MAX_SAME {
                    same.push(*id);
                }
            }
        }
        first
    }

    fn is_site(&self, id: NodeId) -> bool {
        let tree = self.site.subject.tree;
        tree.range(self.site.node).contains_range(tree.range(id))
    }

    /// Returns that of the two which is not the site: that is known.
    fn other(&self, before: NodeId, second: NodeId) -> NodeId {
        match self.is_site(second) {
            true => before,
            false => second,
        }
    }

    /// Returns what before the site may be about the same; what is about nothing that is seen may be about anything.
    fn meeting(&self, second: NodeId, about: Option<&str>) -> Option<NodeId> {
        let joined = |firsts: &Vec<NodeId>| {
            let mut firsts = firsts.iter().copied();
            firsts.find(|first| {
                let is_one_site = self.is_site(*first) && self.is_site(second);
                !is_one_site && !exclusive(self.site.subject, *first, second)
            })
        };
        match about {
            Some(_) => {
                let same = [about, None];
                let mut same = same.iter().filter_map(|key| self.by_thing.get(key));
                same.find_map(joined)
            }
            None => self.by_thing.values().filter_map(joined).min(),
        }
    }
}

/// Returns whether code waits on every way from an offset to a node, so that others run there anyway.
fn waits_from(subject: &Subject, offset: TextSize, node: NodeId) -> bool {
    let wait = last_wait(subject, node, false);
    wait.is_some_and(|wait| subject.tree.range(wait).start() >= offset)
}

/// Where the function has a match, and what the capture stands for there.
fn standing<'r>(
    patterns: &'r [Guarded],
    of: &str,
    function: NodeId,
    site: Site<'_, 'r, '_>,
) -> Stands {
    let subject = site.subject;
    let known = &subject.answers.stands_in;
    known.or_find(&(patterns.as_ptr(), function), || {
        if !any_stands(patterns, subject) {
            return Rc::default();
        }
        let inside = subject.context.own_nodes(function);
        let found = inside.filter_map(|id| {
            let mut fitting = patterns.iter();
            fitting
                .find_map(|pattern| about(pattern, of, id, site))
                .map(|it| (id, it))
        });
        found.collect()
    })
}

/// What a match at a node is about; the outer `None`: there is no match.
fn about<'r>(
    guarded: &'r Guarded,
    of: &str,
    node: NodeId,
    site: Site<'_, 'r, '_>,
) -> Option<Option<String>> {
    let subject = site.subject;
    let empty = super::capture::Captures::default();
    let fit = unify(&guarded.pattern, subject.tree.node(node), &empty, subject)?;
    let inner = Site {
        node,
        captures: &fit.captures,
        unsure: None,
        ..site
    };
    let holds = inner.meets(&guarded.condition, &mut Evidence::default());
    (holds != Answer::No).then(|| {
        let thing = fit.captures.expression(of);
        thing.map(|thing| spelled(subject, thing, MAX_STEPS))
    })
}

/// How a value is spelled where it is made; a text for itself, and for what a call makes of it alone.
fn spelled<'a>(subject: &Subject<'a>, value: ExprRef<'a>, steps: u32) -> String {
    let shown = || subject.text()[value.range()].to_owned();
    let Some(steps) = steps.checked_sub(1) else {
        return shown();
    };
    match value {
        ExprRef::StringLiteral(text) => format!("{:?}", text.value.to_str()),
        ExprRef::Name(_) => match set_to(subject, subject.tree.id(value)) {
            Some(value) => spelled(subject, value, steps),
            None => shown(),
        },
        ExprRef::Call(call) => match &*call.arguments.args {
            [Expr::StringLiteral(text)] => spelled(subject, text.into(), steps),
            _ => object_of_super(subject, call).map_or_else(shown, str::to_owned),
        },
        _ => shown(),
    }
}

/// `super()` is the object of the method.
fn object_of_super<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<&'a str> {
    subject.resolver.super_of(call)?;
    let function = subject.context.enclosing_function(subject.tree.id(call))?;
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return None;
    };
    let first = def.parameters.iter_non_variadic_params().next()?;
    Some(first.name().as_str())
}

/// The value that a name was set to, if it can be no other.
fn set_to<'a>(subject: &Subject<'a>, name: NodeId) -> Option<ExprRef<'a>> {
    let only = subject.flow.reaching(name).only()?;
    match subject.names.binding(only).kind {
        BindingKind::Assignment { value, .. } => subject.tree.node(value).as_expr_ref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::{check_condition, reasons};

    const CONDITION: &str =
        "on-both-sides: {before: [look($path), run()], after: make($path), of: $path}";

    #[track_caller]
    fn check(body: &str, expected: &[usize]) {
        let text = format!("import asyncio\nlock = asyncio.Lock()\nasync def f(p):\n{body}");
        check_condition("g($at)", CONDITION, &text, expected);
    }

    #[test]
    fn what_is_about_the_same_stands_before_and_after() {
        check("    look(p)\n    g(5)\n    make(p)\n", &[5]);
        check(
            "    q = 'a'\n    look(q)\n    g(6)\n    make(C('a'))\n",
            &[6],
        );
        check("    run()\n    g(5)\n    make(p)\n", &[5]);
        check("    look(p)\n    make(g(5))\n    g(6)\n", &[]);
    }

    #[test]
    fn what_stands_on_the_other_side_of_the_site_is_named() {
        let keys = "rules: [{match: run($x), where: {on-both-sides: {before: run($path), after: run($path), of: $path}}, report: '{found.line}'}]";
        let text = "async def f(p):\n    run(p)\n    run(p)\n";
        assert_eq!(reasons(keys, None, text), ["line 3", "line 2"]);
    }

    #[test]
    fn other_things_other_orders_and_other_paths_are_not() {
        check("    look(p)\n    g(5)\n    make('b')\n", &[]);
        check("    make(p)\n    g(5)\n    look(p)\n", &[]);
        check("    g(4)\n    look(p)\n    make(p)\n", &[]);
        check(
            "    if p:\n        look(p)\n    else:\n        g(7)\n    make(p)\n",
            &[],
        );
        check(
            "    async with lock:\n        look(p)\n        g(6)\n        make(p)\n",
            &[],
        );
    }
}
