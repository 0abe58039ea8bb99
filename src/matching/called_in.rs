//! What leads to a function, in this file and in the others of the program. `function: {only-called-in: …}`: is it
//! called only where something holds, or in functions that are called only there? Every use counts.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, Decorator, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::capture::Captures;
use super::given::calls;
use super::overriding::outside_has;
use super::place::is_called;
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::used::{may_be_named, reads_by_text};
use crate::bind::resolve::Meaning;
use crate::project::gift::Callee;
use crate::project::read_off::{CalledBy, NamedAt, NamedIn};
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{AskedElsewhere, WordId};
use crate::semantic::MAX_FUNCTIONS;
use mentions::mentions;

mod mentions;

pub(super) mod ways;

/// What so many files name has other callers, as far as anybody can tell who reads some of them.
pub(super) const MAX_FILES: usize = 32;

/// Returns whether the condition holds at all calls that run the function, directly or through other functions;
/// unknown where that is not known of one of the calls.
pub(super) fn is_only(word: &AskedElsewhere, function: NodeId, subject: &Subject) -> Answer {
    let known = &subject.answers.of_uses;
    known.or_find(&(word.id, function), || finds(word, function, subject))
}

fn finds(word: &AskedElsewhere, function: NodeId, subject: &Subject) -> Answer {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return Answer::No;
    };
    if !is_called_by_name(def, subject) {
        return Answer::No;
    }
    let of_use = |named: NodeId, subject: &Subject| match is_called(named, subject) {
        true => caller(word, named, subject).map_or(Mention::Unseen, Mention::By),
        false => Mention::Unseen,
    };
    let asks = Asks {
        id: word.id,
        of_use: &of_use,
    };
    let own = (calls::callees_of(subject, def), def.is_async);
    let mut climb = Climb {
        // Nothing is seen yet.
        answer: Answer::No,
        seen: FxHashSet::from_iter([own.0.clone()]),
        open: vec![own],
    };
    while let Some((callees, is_async)) = climb.open.pop() {
        let mut add = |named: &NamedAt| climb.add(named, is_async);
        if !asks.all_of(&callees, subject, &mut add) || climb.seen.len() > MAX_FUNCTIONS {
            return Answer::No;
        }
    }
    climb.answer
}

/// What a word asks of the uses of functions.
struct Asks<'w> {
    /// Answers are kept by it.
    id: WordId,
    of_use: &'w dyn Fn(NodeId, &Subject) -> Mention,
}

/// Code that names a function.
enum Mention {
    /// It does not count.
    Ignored,
    /// It is not seen what uses the function there.
    Unseen,
    By(CalledBy),
}

impl Asks<'_> {
    /// Looks for the uses of what is found by one of the callees, first in this file. Returns `false` where there is
    /// none, where some are not seen, or where that is said of one.
    fn all_of(
        &self,
        callees: &[Callee],
        subject: &Subject,
        each: &mut dyn FnMut(&NamedAt) -> bool,
    ) -> bool {
        let Some(Callee { name, .. }) = callees.first() else {
            return false;
        };
        let mut n_uses = 0;
        let mut add = |named: &NamedAt| {
            let is_meant = means(named, callees);
            n_uses += usize::from(is_meant);
            !is_meant || each(named)
        };
        let may_be_named = |id: &NodeId| may_be_named(subject, *id, callees);
        if !self.here(name, subject).iter().all(&mut add)
            || reads_by_text(subject).iter().any(may_be_named)
        {
            return false;
        }
        let Some(files) = files_with(name, subject) else {
            return false;
        };
        let mut others = files.iter().map(|path| self.there(name, path, subject));
        others.all(|it| it.is_some_and(|named| named.iter().all(&mut add))) && n_uses > 0
    }

    /// Looks for the uses that are seen, until one is found; returns whether one is. Where more files have the name
    /// than anybody reads, one is.
    fn any_of(
        &self,
        callees: &[Callee],
        subject: &Subject,
        mut is_it: impl FnMut(&NamedAt) -> bool,
    ) -> bool {
        let Some(Callee { name, .. }) = callees.first() else {
            return false;
        };
        let Some(files) = files_with(name, subject) else {
            return true;
        };
        let mut any = |named: &[NamedAt]| {
            let mut meant = named.iter().filter(|it| means(it, callees));
            meant.any(&mut is_it)
        };
        if any(&self.here(name, subject)) {
            return true;
        }
        let mut others = files
            .iter()
            .filter_map(|path| self.there(name, path, subject));
        others.any(|named| any(&named))
    }

    /// Where the file has a function's name.
    fn here(&self, name: &str, subject: &Subject) -> Rc<[NamedAt]> {
        let find = || mentions(self, name, subject).into();
        let known = &subject.answers.named_at;
        known.or_find(&(self.id, name.to_owned()), find)
    }

    /// Where another file has a function's name; `None`: it cannot be parsed.
    fn there(&self, name: &str, path: &Path, subject: &Subject) -> NamedIn {
        let read_off = subject.facts.read_off();
        let of = Some((path.to_owned(), name.to_owned()));
        read_off.named(subject.asks_file(path, self.id, of), || {
            read_off.count();
            subject.of_other_file(path, |other| mentions(self, name, other).into())
        })
    }
}

/// Returns whether code names what is found by one of the callees.
fn means(named: &NamedAt, callees: &[Callee]) -> bool {
    let of = callees.first().and_then(|own| own.of.as_ref());
    let module = of.and_then(|(path, _)| module_of(path));
    let is_named = named.module.is_some() && named.module.as_deref() == module;
    is_named || named.callees.iter().any(|it| callees.contains(it))
}

/// The other files that have a name; `None`: more than anybody reads.
fn files_with(name: &str, subject: &Subject) -> Option<Vec<PathBuf>> {
    let files = subject.facts.mentioning(subject.path(), name);
    let files: Vec<PathBuf> = files.take(MAX_FILES + 1).collect();
    (files.len() <= MAX_FILES).then_some(files)
}

/// The functions whose callers are looked for.
struct Climb {
    answer: Answer,
    seen: FxHashSet<Vec<Callee>>,
    open: Vec<(Vec<Callee>, bool)>,
}

impl Climb {
    /// Adds what calls such a function; returns `false` where nothing does, or not so that it runs there.
    fn add(&mut self, named: &NamedAt, is_async: bool) -> bool {
        let Some(caller) = &named.by else {
            return false;
        };
        match caller.holds {
            Answer::Yes if self.answer == Answer::No => self.answer = Answer::Yes,
            Answer::Yes => {}
            Answer::Unknown => self.answer = Answer::Unknown,
            Answer::No if !caller.runs(is_async) => return false,
            Answer::No if self.seen.insert(caller.callees.clone()) => {
                self.open.push((caller.callees.clone(), caller.is_async));
            }
            Answer::No => {}
        }
        true
    }
}

/// The last name of a file's module.
fn module_of(path: &Path) -> Option<&str> {
    let stem = path.file_stem()?.to_str()?;
    match stem {
        "__init__" => path.parent()?.file_name()?.to_str(),
        _ => Some(stem),
    }
}

/// What calls a function: a def, or the code of a file, which nothing calls.
fn caller(word: &AskedElsewhere, named: NodeId, subject: &Subject) -> Option<CalledBy> {
    let def = around(named, subject)?;
    let call = subject.tree.parent(named);
    let none = Captures::default();
    let site = Site::at(subject, call, &none);
    let holds = site.meets(&word.condition, &mut Evidence::default());
    Some(CalledBy {
        callees: def.map_or_else(Vec::new, |def| calls::callees_of(subject, def)),
        holds,
        awaits: is_awaited(call, subject),
        is_async: def.is_some_and(|def| def.is_async),
        is_called_by_name: holds == Answer::No
            && def.is_some_and(|def| is_called_by_name(def, subject)),
    })
}

/// Returns the def that runs a node, or that the code of the file does; `None`: a lambda or a class body does.
#[expect(
    clippy::option_option,
    reason = "the def may be missing, and it may be unknown"
)]
fn around<'a>(named: NodeId, subject: &Subject<'a>) -> Option<Option<&'a StmtFunctionDef>> {
    match subject
        .context
        .runner(named)
        .map(|it| subject.tree.node(it))
    {
        Some(AnyNodeRef::StmtFunctionDef(def)) => Some(Some(def)),
        Some(_) => None,
        None => Some(None),
    }
}

/// Whether the function around a call waits there for what the call gives, or for what that is given to.
fn is_awaited(call: NodeId, subject: &Subject) -> bool {
    let tree = subject.tree;
    let mut around = tree.ancestors(call).map(|id| (id, tree.node(id)));
    let mut inner = call;
    around
        .find_map(|(id, node)| {
            let from = std::mem::replace(&mut inner, id);
            match node {
                AnyNodeRef::ExprAwait(_) => Some(true),
                AnyNodeRef::StmtFor(it) => Some(it.is_async && tree.id(&*it.iter) == from),
                AnyNodeRef::Comprehension(it) if it.is_async && tree.id(&it.iter) == from => {
                    Some(true)
                }
                AnyNodeRef::StmtWith(it) => Some(it.is_async),
                AnyNodeRef::ExprLambda(_) => Some(false),
                node => node.is_statement().then_some(false),
            }
        })
        .unwrap_or_default()
}

/// Only code that names a function calls it: no decorator or class of a library has it called otherwise.
fn is_called_by_name<'a>(def: &'a StmtFunctionDef, subject: &Subject<'a>) -> bool {
    let is_kept = |decorator: &'a Decorator| {
        let meaning = subject.resolver.meaning((&decorator.expression).into());
        matches!(meaning, Meaning::Qualified(name) if stdlib::keeps_the_function(&name))
    };
    def.decorator_list.iter().all(is_kept) && is_of_no_library(def, subject)
}

/// No class of a library, and not Python itself, calls a def.
fn is_of_no_library<'a>(def: &'a StmtFunctionDef, subject: &Subject<'a>) -> bool {
    let is_of_library = match subject.tree.parent_node(subject.tree.id(def)) {
        AnyNodeRef::StmtClassDef(class) => outside_has(subject, class, &def.name),
        _ => Answer::No,
    };
    !stdlib::is_dunder(&def.name) && is_of_library == Answer::No
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let lines: &[usize] = if expected { &[1] } else { &[] };
        let condition = "function: {only-called-in: {function: {has: lib.ends()}}}";
        check_condition("g($at)", condition, &format!("import lib\n{text}\n"), lines);
    }

    const ROOT: &str = "def root():\n    lib.ends()\n";

    #[test]
    fn what_only_such_functions_call_counts() {
        check(&format!("def f():\n    g(1)\n{ROOT}    f()"), true);
        let between = "async def f():\n    g(1)\nasync def h():\n    await f()\n";
        check(&format!("{between}{ROOT}    lib.run(h())"), true);
        let waits = "async def f():\n    g(1)\nasync def h():\n    await lib.all(f(), f())\n";
        check(&format!("{waits}{ROOT}    lib.run(h())"), true);
        let method =
            "class C:\n    def f(self):\n        g(1)\n    def h(self):\n        self.f()\n";
        check(&format!("{method}{ROOT}    C().h()"), true);
        // They call each other, too.
        let circle = "def f(n):\n    g(1)\n    f(n - 1)\n";
        check(&format!("{circle}{ROOT}    f(2)"), true);
    }

    #[test]
    fn another_use_does_not() {
        let f = "def f():\n    g(1)\n";
        for other in [
            "def h():\n    f()",
            "f()",
            "lib.add(f)",
            "@f\ndef h():\n    pass",
            "k = lambda: f()",
            "lib.add(lambda: f())",
            "@lib.get\ndef h():\n    f()",
            "class B(lib.Base):\n    def h(self):\n        f()",
            "class B:\n    def __enter__(self):\n        f()",
        ] {
            check(&format!("{f}{ROOT}    f()\n{other}"), false);
        }
        let coroutine = "async def f():\n    g(1)\nasync def h():\n";
        for runs in ["lib.run(f())", "t = lib.task(f())\n    await t"] {
            check(
                &format!("{coroutine}    {runs}\n{ROOT}    lib.run(h())"),
                false,
            );
        }
        check(f, false);
        check(&format!("@lib.get\n{f}{ROOT}    f()"), false);
        check("def f():\n    lib.ends()\n    g(1)", false);
    }
}
