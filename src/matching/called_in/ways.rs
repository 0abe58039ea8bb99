//! `function: {way-to-it: …}`: may code that leads to a function meet a condition? Names lead there: whoever keeps the
//! function, or gives it to a function of the project, leads to it like one that calls it.

use ruff_python_ast::{AnyNodeRef, Decorator, Expr, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::{Asks, Mention, around, is_awaited, is_of_no_library};
use crate::bind::resolve::Meaning;
use crate::matching::capture::Captures;
use crate::matching::given::calls;
use crate::matching::place::is_called;
use crate::matching::site::{Evidence, Site};
use crate::matching::subject::Subject;
use crate::project::gift::Callee;
use crate::project::read_off::{CalledBy, NamedAt};
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, WaysTo};
use crate::semantic::MAX_FUNCTIONS;

/// Returns whether the condition may hold at some use on a way to the function; yes where a way is not seen to its end,
/// unless only those count that are.
pub(in crate::matching) fn may_meet(ways: &WaysTo, function: NodeId, subject: &Subject) -> Answer {
    let known = &subject.answers.of_uses;
    known.or_find(&(ways.id, function), || match ways.seen {
        true => surely_meets(ways, function, subject).into(),
        false => (!never_meets(ways, function, subject)).into(),
    })
}

/// Returns whether the condition is seen to hold at some use on a way to the function. It also does where something keeps
/// one of the functions on the way, or a library gets one: others call it then.
fn surely_meets(ways: &WaysTo, function: NodeId, subject: &Subject) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    let asks = Asks {
        id: ways.id,
        of_use: &|named: NodeId, subject: &Subject| use_at(ways, named, subject),
    };
    let own = (calls::callees_of(subject, def), def.is_async);
    let mut known = FxHashSet::from_iter([own.0.clone()]);
    let mut open = vec![own];
    while let Some((callees, is_async)) = open.pop() {
        let is_met = asks.any_of(&callees, subject, |named| {
            let of_it = !is_of_another(named, &callees, is_async);
            let Some(by) = named.by.as_ref().filter(|_| of_it) else {
                return false;
            };
            if !by.callees.is_empty() && known.insert(by.callees.clone()) {
                open.push((by.callees.clone(), by.is_async));
            }
            by.holds.is_yes()
        });
        if is_met || known.len() > MAX_FUNCTIONS {
            return true;
        }
    }
    false
}

fn never_meets(ways: &WaysTo, function: NodeId, subject: &Subject) -> bool {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return false;
    };
    if !is_used_by_name(def, subject) {
        return false;
    }
    let asks = Asks {
        id: ways.id,
        of_use: &|named: NodeId, subject: &Subject| use_at(ways, named, subject),
    };
    let own = (calls::callees_of(subject, def), def.is_async);
    let mut seen = FxHashSet::from_iter([own.0.clone()]);
    let mut open = vec![own];
    while let Some((callees, is_async)) = open.pop() {
        let mut is_led_to = false;
        let mut follow = |named: &NamedAt| {
            if is_of_another(named, &callees, is_async) {
                return true;
            }
            is_led_to = true;
            let followed = named.by.as_ref().filter(|by| by.is_followed(is_async));
            let Some(by) = followed else {
                return false;
            };
            if !by.callees.is_empty() && seen.insert(by.callees.clone()) {
                open.push((by.callees.clone(), by.is_async));
            }
            true
        };
        let are_seen = asks.all_of(&callees, subject, &mut follow);
        if !are_seen || !is_led_to || seen.len() > MAX_FUNCTIONS {
            return false;
        }
    }
    true
}

/// Returns whether an object that is not known has another function of the name: a def that is no method is not of it,
/// and a coroutine is awaited.
fn is_of_another(named: &NamedAt, callees: &[Callee], is_async: bool) -> bool {
    let of = callees.first().and_then(|it| it.of.as_ref());
    let is_method = of.is_none_or(|(_, class)| !class.is_empty());
    let is_coroutine = named.by.as_ref().is_none_or(|by| by.awaits);
    named.callees.iter().all(|it| it.of.is_none()) && (!is_method || is_async && !is_coroutine)
}

/// Returns what is known of a use.
fn use_at(ways: &WaysTo, named: NodeId, subject: &Subject) -> Mention {
    let is_call = is_called(named, subject);
    let at = match is_call {
        true => subject.tree.parent(named),
        false => named,
    };
    let none = Captures::default();
    let site = Site::at(subject, at, &none);
    let holds = |asked: &Condition| site.meets(asked, &mut Evidence::default());
    if holds(&ways.without).is_yes() {
        return Mention::Ignored;
    }
    let mut by = nobody();
    if holds(&ways.until).is_yes() {
        return Mention::By(by);
    }
    let is_given = is_given_to_library(at, subject);
    let Some(def) = around(named, subject) else {
        // Who has the lambda calls it.
        let is_met = ways.seen && (is_given || holds(&ways.meets).is_yes());
        return if is_met { met() } else { Mention::Unseen };
    };
    // What a decorator or a file keeps, anybody may call.
    let is_kept = def.is_none() && !is_call || subject.tree.parent_node(at).is_decorator();
    if ways.seen && (is_kept || !is_call && is_given) {
        return met();
    }
    if is_kept {
        return Mention::Unseen;
    }
    by.holds = holds(&ways.meets);
    by.awaits = is_awaited(at, subject) || !is_given && is_handed_on(at, subject);
    by.is_called_by_name = is_call || !is_given;
    if let Some(def) = def {
        by.callees = calls::callees_of(subject, def);
        by.is_async = def.is_async;
        by.is_called_by_name &= is_used_by_name(def, subject);
    }
    Mention::By(by)
}

/// Code that is not seen calls it from there.
fn met() -> Mention {
    Mention::By(CalledBy {
        holds: Answer::Yes,
        ..nobody()
    })
}

/// What stands where a way begins.
fn nobody() -> CalledBy {
    CalledBy {
        callees: Vec::new(),
        holds: Answer::No,
        awaits: true,
        is_async: false,
        is_called_by_name: true,
    }
}

/// Only code that names a function uses it: a decorator of the project names what it calls.
fn is_used_by_name<'a>(def: &'a StmtFunctionDef, subject: &Subject<'a>) -> bool {
    let is_kept = |decorator: &'a Decorator| {
        let meaning = subject.resolver.meaning((&decorator.expression).into());
        matches!(meaning, Meaning::Qualified(name) if stdlib::keeps_the_function(&name))
            || is_of_project(&decorator.expression, subject)
    };
    def.decorator_list.iter().all(is_kept) && is_of_no_library(def, subject)
}

/// Returns whether an expression is an argument of a call, and no def of the project has the name of what is called.
fn is_given_to_library(at: NodeId, subject: &Subject) -> bool {
    let tree = subject.tree;
    let mut inner = at;
    let around = tree.ancestors(at).map(|id| (id, tree.node(id)));
    let mut around = around.take_while(|(_, node)| !node.is_statement());
    around.any(|(id, node)| {
        let from = std::mem::replace(&mut inner, id);
        match node {
            AnyNodeRef::ExprCall(call) => {
                tree.id(&*call.func) != from && !is_of_project(&call.func, subject)
            }
            _ => false,
        }
    })
}

/// Returns whether something keeps the value, or takes it, as it is.
fn is_handed_on(at: NodeId, subject: &Subject) -> bool {
    !matches!(
        subject.tree.parent_node(at),
        AnyNodeRef::ExprAttribute(_)
            | AnyNodeRef::ExprSubscript(_)
            | AnyNodeRef::ExprCompare(_)
            | AnyNodeRef::ExprBinOp(_)
            | AnyNodeRef::StmtExpr(_)
    )
}

/// Returns whether the project has a def of the name of what is called.
fn is_of_project(called: &Expr, subject: &Subject) -> bool {
    let name = match called {
        Expr::Name(it) => it.id.as_str(),
        Expr::Attribute(it) => it.attr.as_str(),
        Expr::Call(it) => return is_of_project(&it.func, subject),
        _ => return false,
    };
    subject.resolver.defines(name) || subject.facts.defines(subject.path(), name)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let way = "meets: {function: {has: lib.task($_)}}, until: {passed-to: lib.run}, without: {within: while True}";
        let condition = format!("not: [{{function: {{way-to-it: {{{way}}}}}}}]");
        check_condition(
            "g($at)",
            &condition,
            &format!("import lib\n{text}\n"),
            lines,
        );
    }

    const F: &str = "async def f():\n    g(1)\n";

    #[test]
    fn names_lead_to_where_a_way_begins() {
        check(&format!("{F}lib.run(f())"), true);
        check(
            &format!("{F}async def h():\n    await f()\nlib.run(h())"),
            true,
        );
        check(
            &format!("{F}async def h():\n    for it in [f]:\n        await it()\nlib.run(h())"),
            true,
        );
        let retries = "async def retry(it):\n    await it()\n";
        check(
            &format!("{F}{retries}async def h():\n    await retry(f)\nlib.run(h())"),
            true,
        );
        check(
            &format!("{F}{retries}async def h():\n    await retry(f())\nlib.run(h())"),
            true,
        );
        // Behind that, nobody looks.
        check(
            &format!("{F}def h():\n    lib.run(f())\n@lib.command\ndef k():\n    lib.task(h)"),
            true,
        );
        let method = "class C:\n    async def f(self):\n        g(1)\n";
        check(
            &format!("{method}async def h(it):\n    await it.f()\nlib.run(h(C()))"),
            true,
        );
    }

    #[test]
    fn what_is_met_or_not_seen_counts() {
        for other in [
            "",
            "async def h():\n    lib.task(0)\n    await f()\nlib.run(h())",
            "async def h():\n    await f()\nasync def k():\n    lib.task(0)\n    await h()\nlib.run(k())",
            "async def h():\n    lib.add(f)\nlib.run(h())",
            "async def h():\n    lib.add(f())\nlib.run(h())",
            "@lib.get\nasync def h():\n    await f()\nlib.run(h())",
            "class C(lib.B):\n    async def h(self):\n        await f()\nlib.run(C().h())",
            "lib.add(lambda: f())",
            "while True:\n    lib.run(f())",
            "def h(it):\n    return it.f().name",
            "kept = [f]",
            "def h():\n    return f\n@h\ndef k():\n    pass",
            "def h():\n    return f\n@h()\ndef k():\n    pass",
        ] {
            check(&format!("{F}{other}"), false);
        }
        check(&format!("@lib.get\n{F}lib.run(f())"), false);
    }

    #[test]
    fn only_what_is_seen_may_count() {
        for (other, is_met) in [
            ("", false),
            ("lib.run(f())", false),
            ("def h():\n    getattr(lib, 'x')\n    f()", false),
            ("while True:\n    f()", true),
            ("def h():\n    f()\nwhile True:\n    h()", true),
            ("while True:\n    lib.later(lambda: f())", true),
            ("lib.add(lambda: f())", true),
            ("lib.add(f)", true),
            ("kept = {1: f}", true),
            ("@f(3)\ndef h():\n    pass", true),
        ] {
            let lines: &[usize] = if is_met { &[1] } else { &[] };
            let text = format!("import lib\ndef f():\n    g(1)\n{other}\n");
            let condition = "function: {way-to-it: {meets: {within: while True}, seen: true}}";
            check_condition("g($at)", condition, &text, lines);
        }
    }
}
