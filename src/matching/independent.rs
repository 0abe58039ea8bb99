//! May calls run at once that are awaited one after the other? Only where it is seen that none of them
//! changes what others see.
//!
//! The code of this file is read, and of other code the recipe says what changes nothing. A call of
//! anything else makes the answer unknown, and so does an override in another file.

use std::borrow::Cow;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprContext, ExprRef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::fate::is_collected;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::bind::scope::ScopeId;
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;
use crate::semantic::MAX_FUNCTIONS;
use crate::semantic::class::Class;

/// Classes of the language without arguments that could hold something else.
const CONTAINERS: [&str; 3] = ["dict", "list", "set"];

/// Returns whether the captured calls may run at once, in the order in which they are awaited now.
pub(super) fn independent<'r, 'a>(
    calls: &'r [String],
    reads: &'r [Guarded],
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut bound: FxHashSet<(ScopeId, &'a str)> = FxHashSet::default();
    let mut answer = Answer::Yes;
    for name in calls {
        let Some(ExprRef::Call(call)) = site.captures.expression(name) else {
            return Answer::Unknown;
        };
        let mut code = Code {
            reads,
            site,
            seen: FxHashSet::default(),
            names: FxHashSet::default(),
            unread: None,
        };
        let changes = code.nodes(site.subject.tree.id(call), &|_| true);
        if let Some((_, name)) = code.names.intersection(&bound).next() {
            evidence.why(format!("it reads `{name}`, which earlier code binds"));
            return Answer::No;
        }
        if let Some(unread) = code.unread.filter(|_| changes == Answer::Unknown) {
            evidence
                .unknown
                .push(format!("whether `{unread}` changes something"));
        }
        let Some(targets) = targets(site.subject, call) else {
            return Answer::Unknown;
        };
        bound.extend(targets);
        answer = answer.and(!changes);
    }
    answer
}

/// The names that the statement around a call binds; `None`: it writes something else as well.
fn targets<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<Vec<(ScopeId, &'a str)>> {
    let statement = subject.tree.statement(subject.tree.id(call))?;
    let nodes = subject.tree.descendants(statement);
    let mut targets = Vec::new();
    for id in nodes {
        match subject.tree.node(id) {
            AnyNodeRef::ExprName(name) if name.ctx != ExprContext::Load => {
                let scope = subject.names.scope_of(id);
                targets.push((subject.names.lookup(scope, &name.id)?, name.id.as_str()));
            }
            AnyNodeRef::ExprAttribute(it) if it.ctx != ExprContext::Load => return None,
            AnyNodeRef::ExprSubscript(it) if it.ctx != ExprContext::Load => return None,
            _ => {}
        }
    }
    Some(targets)
}

/// What a call runs.
struct Code<'s, 'r, 'a> {
    reads: &'r [Guarded],
    site: Site<'s, 'r, 'a>,
    /// Functions that were read.
    seen: FxHashSet<NodeId>,
    /// Names that are read, each with the scope that binds it.
    names: FxHashSet<(ScopeId, &'a str)>,
    /// The first thing that is not known to change nothing.
    unread: Option<Cow<'a, str>>,
}

impl<'a> Code<'_, '_, 'a> {
    /// Whether a node, or what stands in it, changes something.
    fn nodes(&mut self, root: NodeId, is_run: &dyn Fn(NodeId) -> bool) -> Answer {
        let subject = self.site.subject;
        let inside = subject.tree.with_descendants(root);
        any(inside, |id| {
            match is_run(id) && !subject.names.in_annotation(id) {
                true => self.node(id),
                false => Answer::No,
            }
        })
    }

    fn node(&mut self, id: NodeId) -> Answer {
        let subject = self.site.subject;
        match subject.tree.node(id) {
            AnyNodeRef::StmtGlobal(_)
            | AnyNodeRef::StmtNonlocal(_)
            | AnyNodeRef::ExprYield(_)
            | AnyNodeRef::ExprYieldFrom(_) => Answer::Yes,
            AnyNodeRef::ExprAttribute(it) if it.ctx != ExprContext::Load => Answer::Yes,
            AnyNodeRef::ExprSubscript(it) if it.ctx != ExprContext::Load => {
                Answer::from(!self.is_fresh(&it.value))
            }
            AnyNodeRef::ExprName(name) if name.ctx.is_load() => {
                let scope = subject.names.lookup(subject.names.scope_of(id), &name.id);
                self.names
                    .extend(scope.map(|scope| (scope, name.id.as_str())));
                Answer::No
            }
            AnyNodeRef::ExprAwait(awaited) if !awaited.value.is_call_expr() => self.unread(id),
            AnyNodeRef::StmtFor(it) if it.is_async => self.unread(id),
            AnyNodeRef::Comprehension(it) if it.is_async => self.unread(id),
            AnyNodeRef::WithItem(item) => self.entered(&item.context_expr),
            AnyNodeRef::ExprCall(call) => self.call(id, call),
            _ => Answer::No,
        }
    }

    /// What a `with` begins and ends runs code of its own.
    fn entered(&mut self, item: &'a Expr) -> Answer {
        match self.is_read(item.into()) {
            true => Answer::No,
            false => self.unread(self.site.subject.tree.id(item)),
        }
    }

    fn call(&mut self, id: NodeId, call: &'a ExprCall) -> Answer {
        let subject = self.site.subject;
        let is_raised = subject.tree.parent_node(id).is_stmt_raise();
        if is_raised || self.is_read(call.into()) || self.fills_own(call) {
            return Answer::No;
        }
        let here = subject.resolver.local_callables((&*call.func).into());
        if here.is_empty() {
            return self.unread(id);
        }
        any(here, |callable| match callable {
            AnyNodeRef::StmtFunctionDef(def) if !subject.resolver.is_decorated(def) => {
                self.function(def)
            }
            _ => self.unread(id),
        })
    }

    fn is_read(&self, node: ExprRef<'a>) -> bool {
        self.site.fits_any(self.reads, node.into()).is_yes()
    }

    /// `rows.append(x)`, where the function made the list.
    fn fills_own(&self, call: &'a ExprCall) -> bool {
        let method = call.func.as_attribute_expr();
        is_collected(call.into()) && method.is_some_and(|it| self.is_fresh(&it.value))
    }

    fn function(&mut self, def: &'a StmtFunctionDef) -> Answer {
        let subject = self.site.subject;
        let id = subject.tree.id(def);
        if !self.seen.insert(id) {
            return Answer::No;
        }
        if self.seen.len() > MAX_FUNCTIONS || self.is_overridden(id, def) {
            return self.unread(id);
        }
        let own = |inner: NodeId| subject.context.is_of(inner, id);
        let mut body = def.body.iter();
        let mut answer = Answer::No;
        while let (Some(statement), false) = (body.next(), answer.is_yes()) {
            answer = answer.or(self.nodes(subject.tree.id(statement), &own));
        }
        answer
    }

    /// Another file may put something else in the place of a method.
    fn is_overridden(&self, id: NodeId, def: &StmtFunctionDef) -> bool {
        let subject = self.site.subject;
        let AnyNodeRef::StmtClassDef(class) = subject.tree.parent_node(id) else {
            return false;
        };
        let stand_ins = subject.stand_ins(&Class::Here(class), &def.name);
        stand_ins
            .iter()
            .any(|it| it.is_meant.is_yes() || matches!(it.put, Put::Def(_)))
    }

    /// A container that the function makes itself.
    fn is_fresh(&self, value: &'a Expr) -> bool {
        let Expr::Name(name) = value else {
            return false;
        };
        let subject = self.site.subject;
        let resolver = subject.resolver;
        let origins = resolver.origins(name.into());
        let function = subject.context.enclosing_function(subject.tree.id(name));
        // One of the module or of a function around is shared.
        let is_here = |made: ExprRef<'a>| {
            function.is_some()
                && subject.context.enclosing_function(subject.tree.id(made)) == function
        };
        let is_made = |origin: &Origin<'a>| match origin {
            Origin::Made(made) if !is_here(*made) => false,
            Origin::Made(ExprRef::Call(call)) => {
                let meaning = resolver.meaning((&*call.func).into());
                matches!(meaning, Meaning::Qualified(name) if CONTAINERS.contains(&name.as_str()))
            }
            Origin::Made(made) => matches!(
                made,
                ExprRef::List(_)
                    | ExprRef::Dict(_)
                    | ExprRef::Set(_)
                    | ExprRef::ListComp(_)
                    | ExprRef::DictComp(_)
                    | ExprRef::SetComp(_)
            ),
            _ => false,
        };
        !origins.is_empty() && origins.iter().all(is_made)
    }

    fn unread(&mut self, id: NodeId) -> Answer {
        let subject = self.site.subject;
        let line = subject.first_line(subject.tree.node(id).range());
        self.unread.get_or_insert(line);
        Answer::Unknown
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Compares whether two awaits in a function behind these definitions may run at once.
    #[track_caller]
    fn check(definitions: &str, two: [&str; 2], expected: bool) {
        let text = format!(
            "import asyncio\n{definitions}\nasync def main(s, x):\n    a = await {}\n    b = await {}\n    g(1)\n",
            two[0], two[1]
        );
        let pattern = "$a = await $one\n\n  $b = await $two\n\n  g($at)";
        let condition = "independent: {calls: [$one, $two], reads: [asyncio.sleep($*_), len($*_), $s.read($*_)]}";
        let lines: &[usize] = if expected { &[1] } else { &[] };
        check_condition(pattern, condition, &text, lines);
    }

    const READS: &str = "async def f(x):\n    rows = []\n    rows.append(len(x))\n    await asyncio.sleep(1)\n    return rows\n";

    #[test]
    fn what_only_reads_may_run_at_once() {
        check(READS, ["f(1)", "f(x)"], true);
        check(READS, ["f(s.read(1))", "s.read(2)"], true);
        check(
            "async def f(x):\n    async with x.read() as y:\n        return y[0]\n",
            ["f(1)", "f(x)"],
            true,
        );
        check(
            "async def f(x):\n    if not x:\n        raise ValueError(x)\n    return {k: 1 for k in x}\n",
            ["f(1)", "f(x)"],
            true,
        );
    }

    #[test]
    fn what_one_gives_the_other_may_not() {
        check(READS, ["f(1)", "f(a)"], false);
        check(READS, ["f(1)", "f([y for y in a])"], false);
        let through_global = "async def f(x):\n    return a\n";
        let text = format!(
            "{through_global}async def h():\n    return 1\na = await h()\nb = await f(1)\ng(1)\n"
        );
        let pattern = "$a = await $one\n\n  $b = await $two\n\n  g($at)";
        let condition = "independent: {calls: [$one, $two], reads: [len($_)]}";
        check_condition(pattern, condition, &text, &[]);
        check_condition(
            pattern,
            condition,
            &text.replace("return a", "return x"),
            &[1],
        );
    }

    #[test]
    fn what_changes_something_may_not() {
        let one = |body: &str| format!("{READS}async def h(x):\n    {body}\n");
        for body in [
            "x.n = 1",
            "x.n += 1",
            "x[0] = 1",
            "del x[0]",
            "global n\n    n = 1",
            "x.append(1)",
            "print(x)",
            "rows = x\n    rows.append(1)",
            "async with x:\n        pass",
            "async for y in x:\n        pass",
            "await x",
            "return [y async for y in x]",
            "x()",
        ] {
            check(&one(body), ["h(1)", "f(x)"], false);
            check(&one(body), ["f(x)", "h(1)"], false);
        }
        let log =
            |body: &str| format!("LOG = []\nasync def h(x):\n    {body}\n    return list(LOG)\n");
        for body in ["LOG.append(x)", "rows = LOG\n    rows.append(x)"] {
            check(&log(body), ["h(1)", "h(2)"], false);
        }
        check(READS, ["f(1)", "f(print(x))"], false);
        check("from other import h", ["h(1)", "h(2)"], false);
        check(
            "@cache\nasync def h(x):\n    return x",
            ["h(1)", "h(2)"],
            false,
        );
    }
}
