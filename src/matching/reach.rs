//! Does running a function reach code that matches? In its body, or in a function of the file that it
//! calls or that is handed to it.
//!
//! What Python itself comes with is taken for code without a match; other code that this file does not
//! show makes the answer unknown.

use ruff_python_ast::{AnyNodeRef, Decorator, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::plain::plain;
use super::site::{Evidence, Site, any};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::project::is_of_python;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Guarded;

/// Builtins that go over what they are given, and so run its code.
const CONSUMERS: [&str; 13] = [
    "all", "any", "dict", "filter", "list", "map", "max", "min", "next", "set", "sorted", "sum",
    "tuple",
];

/// Returns whether calling what the expression stands for reaches a match.
pub(super) fn reaches<'r, 'a>(
    patterns: &'r [Guarded],
    callable: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut search = Search {
        patterns,
        site,
        seen: FxHashSet::default(),
        unread: None,
    };
    let answer = search.callable(callable);
    let answer = answer.or(search.handed_along(callable));
    if let Some(unread) = search.unread.filter(|_| answer == Answer::Unknown) {
        evidence
            .unknown
            .push(format!("what `{unread}` does is not in this file"));
    }
    answer
}

struct Search<'s, 'r, 'a> {
    patterns: &'r [Guarded],
    site: Site<'s, 'r, 'a>,
    /// Functions and lambdas that were looked through.
    seen: FxHashSet<NodeId>,
    /// The first callee whose code is not here.
    unread: Option<&'a str>,
}

impl<'a> Search<'_, '_, 'a> {
    /// What a call of the expression's value runs.
    fn callable(&mut self, expression: ExprRef<'a>) -> Answer {
        let node = AnyNodeRef::from(expression);
        match expression {
            ExprRef::Lambda(_) => self.code(self.site.subject.tree.id(expression)),
            ExprRef::Call(call) => self.made(call),
            // `VARIABLE.get` is called as it is.
            _ if self.site.fits_any(self.patterns, node).is_yes() => Answer::Yes,
            _ => match self.named(expression) {
                Some(answer) => answer,
                None => self.valued(expression),
            },
        }
    }

    /// A function that a call makes, `functools.partial(f, 1)`: Python's own runs what it is given.
    fn made(&mut self, call: &'a ExprCall) -> Answer {
        let callee = ExprRef::from(&call.func);
        match self.site.subject.resolver.meaning(callee) {
            Meaning::Qualified(name) if is_of_python(&name) => match call.arguments.args.first() {
                Some(given) if !given.is_literal_expr() => self.callable(given.into()),
                _ => Answer::No,
            },
            _ => self.unread(call.into()),
        }
    }

    /// A function, method or class that a name stands for; `None` for the name of a value.
    fn named(&mut self, expression: ExprRef<'a>) -> Option<Answer> {
        let resolver = self.site.subject.resolver;
        let here = resolver.local_callables(expression);
        if !here.is_empty() {
            return Some(any(here, |callable| self.of_file(callable)));
        }
        match resolver.meaning(expression) {
            Meaning::Qualified(name) if is_of_python(&name) && !consumes(&name) => Some(Answer::No),
            Meaning::Qualified(_) => Some(self.unread(expression)),
            _ => None,
        }
    }

    fn of_file(&mut self, callable: AnyNodeRef<'a>) -> Answer {
        match callable {
            AnyNodeRef::StmtFunctionDef(function) => self.function(function),
            AnyNodeRef::StmtClassDef(class) => self.class(class),
            _ => Answer::Unknown,
        }
    }

    /// A value that is called, or whose method is.
    fn valued(&mut self, expression: ExprRef<'a>) -> Answer {
        if let ExprRef::Attribute(method) = expression
            && plain(self.site.subject, (&method.value).into()).is_some()
        {
            return Answer::No;
        }
        let origins = self.site.subject.resolver.origins(expression);
        any(origins, |origin| match origin {
            Origin::Made(made @ (ExprRef::Lambda(_) | ExprRef::Call(_))) => self.callable(made),
            _ => self.unread(expression),
        })
    }

    /// A coroutine is made to be run, and most likely it is run there.
    fn function(&mut self, function: &'a StmtFunctionDef) -> Answer {
        let decorated = any(&function.decorator_list, |it| self.decorator(it));
        let body = self.code(self.site.subject.tree.id(function));
        decorated.or(body)
    }

    /// What a decorator of another library runs instead is not known.
    fn decorator(&mut self, decorator: &'a Decorator) -> Answer {
        let expression = match ExprRef::from(&decorator.expression) {
            ExprRef::Call(call) => (&call.func).into(),
            other => other,
        };
        match self.site.subject.resolver.meaning(expression) {
            Meaning::Qualified(name) if is_of_python(&name) => Answer::No,
            _ => self.unread(expression),
        }
    }

    /// A class makes its instance by `__init__`, its own or that of a base.
    fn class(&mut self, class: &'a StmtClassDef) -> Answer {
        if !self.seen.insert(self.site.subject.tree.id(class)) {
            return Answer::No;
        }
        let mut methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        match methods.rfind(|method| method.name.as_str() == "__init__") {
            Some(init) => self.function(init),
            None => any(class.bases(), |base| {
                let base = ExprRef::from(base);
                self.named(base).unwrap_or_else(|| self.unread(base))
            }),
        }
    }

    /// The code of a def or lambda, and what it calls.
    fn code(&mut self, owner: NodeId) -> Answer {
        if !self.seen.insert(owner) {
            return Answer::No;
        }
        let tree = self.site.subject.tree;
        any(tree.descendants(owner), |id| {
            let node = tree.node(id);
            let fits = self.site.fits_any(self.patterns, node);
            match node {
                AnyNodeRef::ExprCall(call) if !fits.is_yes() => fits.or(self.call(call)),
                _ => fits,
            }
        })
    }

    fn call(&mut self, call: &'a ExprCall) -> Answer {
        let callee = match ExprRef::from(&call.func) {
            callee if self.consumes_plain(callee, call) => Answer::No,
            callee @ (ExprRef::Name(_) | ExprRef::Attribute(_) | ExprRef::Lambda(_)) => {
                self.callable(callee)
            }
            other => self.unread(other),
        };
        let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
        let given = call.arguments.args.iter().chain(keywords);
        callee.or(any(given, |value| self.given(value.into())))
    }

    /// `list(rows)`, where the rows are of Python's own types.
    fn consumes_plain(&self, callee: ExprRef<'a>, call: &'a ExprCall) -> bool {
        let subject = self.site.subject;
        let is_consumer =
            matches!(subject.resolver.meaning(callee), Meaning::Qualified(name) if consumes(&name));
        let mut given = call.arguments.args.iter();
        is_consumer && given.all(|value| plain(subject, value.into()).is_some())
    }

    /// A function of the file that is handed to another one may be called there.
    fn given(&mut self, expression: ExprRef<'a>) -> Answer {
        if let ExprRef::Lambda(_) = expression {
            return self.callable(expression);
        }
        let here = self.site.subject.resolver.local_callables(expression);
        any(here, |callable| match callable {
            AnyNodeRef::StmtFunctionDef(function) => self.function(function),
            _ => Answer::No,
        })
    }

    /// `run(sorted, rows, key)`: what stands behind a function in a call is handed to it.
    fn handed_along(&mut self, callable: ExprRef<'a>) -> Answer {
        let tree = self.site.subject.tree;
        let AnyNodeRef::Arguments(arguments) = tree.parent_node(tree.id(callable)) else {
            return Answer::No;
        };
        let behind = arguments.iter_source_order().map(|it| it.value());
        let behind = behind.filter(|value| value.start() > callable.start());
        any(behind, |value| self.given(value.into()))
    }

    fn unread(&mut self, expression: ExprRef<'a>) -> Answer {
        let text = &self.site.subject.text()[expression.range()];
        self.unread.get_or_insert(text);
        Answer::Unknown
    }
}

fn consumes(name: &str) -> bool {
    CONSUMERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    /// Asks whether the second argument of `run` reaches `stop()`; `Some(false)`: surely not.
    #[track_caller]
    fn check(text: &str, expected: Option<bool>) {
        let text = format!("import functools, json\nfrom m import stop, other\n{text}");
        let ask = |condition, holds: bool| {
            let lines: &[usize] = if holds { &[1] } else { &[] };
            check_condition("run($at, $f, $*_)", condition, &text, lines);
        };
        ask("$f: {reaches: m.stop}", expected == Some(true));
        let never = "not: [{$f: {reaches: m.stop}}]";
        ask(never, expected == Some(false));
    }

    #[test]
    fn code_is_followed_through_the_file() {
        check("def f(): stop()\nrun(1, f)\n", Some(true));
        check(
            "def f(): g()\ndef g(): f(); stop()\nrun(1, f)\n",
            Some(true),
        );
        check("def f(): g()\ndef g(): f()\nrun(1, f)\n", Some(false));
        check("run(1, lambda: stop())\n", Some(true));
        check("run(1, stop)\n", Some(true));
        check(
            "class C:\n    def __init__(self): stop()\nrun(1, C)\n",
            Some(true),
        );
        check("class C: x = 1\nrun(1, C)\n", Some(false));
        let method = "class C:\n    def f(self): self.g()\n    def g(self): stop()\n    def h(self): run(1, self.f)\n";
        check(method, Some(true));
        check(
            "async def g(): stop()\ndef f(): return g()\nrun(1, f)\n",
            Some(true),
        );
    }

    #[test]
    fn a_function_that_python_makes_is_what_it_is_given() {
        check(
            "def f(n): stop()\nrun(1, functools.partial(f, 1))\n",
            Some(true),
        );
        check(
            "def f(n): pass\np = functools.partial(f, 1)\nrun(1, p)\n",
            Some(false),
        );
        check(
            "def f(n): pass\ndef g(): sorted([1], key=f)\nrun(1, g)\n",
            Some(false),
        );
        check(
            "def f(n): stop()\ndef g(): sorted([1], key=f)\nrun(1, g)\n",
            Some(true),
        );
    }

    #[test]
    fn what_is_handed_along_may_be_called() {
        let g = "def g(): stop()\n";
        check(&format!("{g}run(1, functools.reduce, g, [])\n"), Some(true));
        check(&format!("{g}run(1, json.dumps, default=g)\n"), Some(true));
        check("run(1, json.dumps, lambda: stop())\n", Some(true));
        check("def g(): pass\nrun(1, json.dumps, rows, g)\n", Some(false));
    }

    #[test]
    fn a_method_may_be_overridden() {
        let text = "class C:\n    def f(self): run(1, self.g)\n    def g(self): pass\nclass D(C):\n    def g(self): stop()\n";
        check(text, Some(true));
        check(&text.replace("D(C)", "D"), Some(false));
    }

    #[test]
    fn python_itself_reaches_nothing() {
        check("run(1, print)\n", Some(false));
        check("run(1, json.dumps)\n", Some(false));
        check(
            "def f(x: str | None): return x.strip().upper()\nrun(1, f)\n",
            Some(false),
        );
        check(
            "def f(x: list[str]): x.append(1); [1].copy()\nrun(1, f)\n",
            Some(false),
        );
        check("def f(p): return open(p).read()\nrun(1, f)\n", Some(false));
        let entered = "def f(p):\n    with open(p) as x: return x.read()\nrun(1, f)\n";
        check(entered, Some(false));
        let closing = "import contextlib\ndef f(p):\n    with contextlib.closing(p) as x: return x.read()\nrun(1, f)\n";
        check(closing, None);
    }

    #[test]
    fn what_the_file_does_not_show_is_unknown() {
        check("run(1, other)\n", None);
        check("def f(): other()\nrun(1, f)\n", None);
        check("def f(x): x.close()\nrun(1, f)\n", None);
        check("def f(x: list): x[0].close()\nrun(1, f)\n", None);
        check("def f(x): list(x)\nrun(1, f)\n", None);
        check("@other\ndef f(): pass\nrun(1, f)\n", None);
        check("class C(other): pass\nrun(1, C)\n", None);
        check(
            "import typing\ndef f(x: typing.Any): x.close()\nrun(1, f)\n",
            None,
        );
    }
}
