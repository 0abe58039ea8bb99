//! A function that turns async, and a use of it → what becomes of the code that has the use: it turns async, too, it
//! awaits already, or it stays sync, and why.

use std::path::PathBuf;

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtFunctionDef};
use ruff_text_size::TextSize;

use super::callers::{FoundUse, Sought};
use super::family::above;
use super::overriding::overrides;
use super::place::{awaits_at, place};
use super::read_whole::awaiting;
use super::replaced::original_of;
use super::role::{is_console_script, why_given_stays, why_stays};
use super::subject::Subject;
use crate::bind::replaced::Put;
use crate::bind::resolve::Meaning;
use crate::project::driven::name_of;
use crate::python::stdlib;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Place;
use crate::semantic::class::Class;
use crate::source::cell::Position;

/// What becomes of code that uses a function which turns async.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// A plain function that turns async.
    Async,
    /// It awaits already: a coroutine function, or a cell.
    Awaits(Place),
    /// It stays sync: what it is, in a word, and why.
    Sync(String, String),
    /// It may use something else: knowledge ends here.
    Unknown(String),
}

/// Code that uses a function.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Where its def begins; `None`: the file's own level.
    pub start: Option<TextSize>,
    /// Where that is; `None`: somewhere in the file.
    pub position: Option<Position>,
    /// The names of the classes and defs, with dots between; empty at the file's own level.
    pub name: String,
    /// What becomes of it.
    pub becomes: Becomes,
    /// The def, where its own callers are asked for next.
    pub def: Option<Box<Turning>>,
}

/// A def that turns async.
#[derive(Debug, Clone)]
pub(crate) struct Turning {
    /// As its callers find it.
    pub sought: Sought,
    /// Methods of classes above and below it that stand for the same, by file and name.
    pub relatives: Vec<(PathBuf, String)>,
    /// A class above it that cannot be read: its code may call the method.
    pub unread: Option<String>,
    /// A file with a string that may name it.
    pub spelled_in: Option<PathBuf>,
    /// What else stands in its place, in sentences.
    pub notes: Vec<String>,
}

/// How code uses a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It calls it.
    Calls,
    /// It passes it on.
    Passes,
    /// It decorates something with it.
    Decorates,
}

impl Caller {
    /// Returns code of which nothing is known but its file.
    pub(crate) fn somewhere(why: &str) -> Self {
        Self {
            start: None,
            position: None,
            name: String::new(),
            becomes: Becomes::Unknown(why.to_owned()),
            def: None,
        }
    }
}

/// Returns how a use is one; `None`: it says only how the function is written down.
pub(crate) fn how(subject: &Subject, used: NodeId) -> Option<How> {
    match subject.tree.parent_node(used) {
        AnyNodeRef::ExprCall(call) if subject.tree.id(&*call.func) == used => Some(How::Calls),
        AnyNodeRef::ExprAttribute(it) if stdlib::is_written(it.attr.as_str()) => None,
        AnyNodeRef::StmtExpr(_) => None,
        AnyNodeRef::Decorator(_) => Some(How::Decorates),
        _ => Some(How::Passes),
    }
}

/// Returns the code that has a use, and what becomes of it.
pub(crate) fn caller(subject: &Subject, used: &FoundUse, how: How) -> Caller {
    let around = subject.context.enclosing_function(used.node);
    let around = around.filter(|_| place(subject, used.node) != Place::Script);
    if let Some(why) = &used.doubt {
        return described(subject, around, used.node, Becomes::Unknown(why.clone()));
    }
    if let Some(becomes) = by_use(subject, used.node, how) {
        return described(subject, around, used.node, becomes);
    }
    let frame = subject.context.frames(awaiting(subject, used.node)).next();
    match frame.map(|frame| subject.tree.node(frame.node)) {
        Some(AnyNodeRef::StmtFunctionDef(def)) => caller_of_def(subject, def),
        _ => described(subject, around, used.node, Becomes::Unknown(String::new())),
    }
}

/// What the place of a use decides, whatever is around it.
fn by_use(subject: &Subject, used: NodeId, how: How) -> Option<Becomes> {
    let named = subject.tree.node(used).as_expr_ref();
    let given = named.and_then(|named| why_given_stays(used, named, subject));
    if let Some((role, why)) = given {
        return Some(Becomes::Sync(role, why));
    }
    let stays = |word: &str, why: &str| Some(Becomes::Sync(word.to_owned(), why.to_owned()));
    match how {
        How::Calls => {}
        How::Passes => return stays("value", "the code passes the function on as a value"),
        How::Decorates => return stays("decorator", "it decorates a function"),
    }
    match place(subject, awaiting(subject, used)) {
        Place::Function => None,
        Place::Coroutine => Some(Becomes::Awaits(Place::Coroutine)),
        Place::Cell if awaits_at(subject, used) => Some(Becomes::Awaits(Place::Cell)),
        Place::Cell => stays("cell", "the cell cannot await"),
        Place::Script if subject.context.in_main_guard(used).is_some() => {
            stays("main-guard", "the program starts here")
        }
        Place::Script => stays("module-level", "the module level cannot await"),
        Place::ClassBody => stays("class-body", "a class body cannot await"),
        Place::Lambda => stays("lambda", "a lambda cannot await"),
        Place::Generator => stays(
            "generator-expression",
            "an await would make the generator expression async",
        ),
    }
}

fn described(subject: &Subject, def: Option<NodeId>, used: NodeId, becomes: Becomes) -> Caller {
    let start = def.map(|def| subject.tree.range(def).start());
    let at = start.unwrap_or_else(|| subject.tree.range(used).start());
    Caller {
        start,
        position: Some(subject.source.position(at)),
        name: match def {
            Some(def) => name_of(subject.tree, def),
            None => subject.context.within(used),
        },
        becomes,
        def: None,
    }
}

/// Returns a def and what becomes of it where it calls a function that turns async.
pub(crate) fn caller_of_def<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Caller {
    let id = subject.tree.id(def);
    let becomes = match why_sync(subject, def) {
        _ if def.is_async => Becomes::Awaits(Place::Coroutine),
        Some((word, why)) => Becomes::Sync(word, why),
        None => Becomes::Async,
    };
    let at = subject.tree.range(subject.tree.id(&def.name)).start();
    Caller {
        position: Some(subject.source.position(at)),
        def: (becomes == Becomes::Async).then(|| Box::new(turning(subject, def))),
        ..described(subject, Some(id), id, becomes)
    }
}

/// Returns why a plain def stays sync, if so.
fn why_sync<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Option<(String, String)> {
    let id = subject.tree.id(def);
    let is = |word: &str, why: String| Some((word.to_owned(), why));
    let name = def.name.as_str();
    if stdlib::is_dunder(name) {
        return is("dunder", format!("Python calls `{name}` without an await"));
    }
    let decorators = decorators(subject, def);
    let has = |wanted: &dyn Fn(&str) -> bool| decorators.iter().any(|(_, it)| wanted(it));
    if has(&stdlib::gives_property) {
        return is("property", "a property cannot await".to_owned());
    }
    if has(&stdlib::keeps_results) {
        return is("cached", "the cache would keep the coroutine".to_owned());
    }
    if let Some(stays) = why_stays(id, subject) {
        return Some(stays);
    }
    if is_console_script(id, subject) {
        return is("console-script", "a console script starts here".to_owned());
    }
    if subject.is_generator(def.into()) {
        let why = "it is a generator: its callers would need `async for`";
        return is("generator", why.to_owned());
    }
    let is_known = |it: &str| stdlib::keeps_the_function(it) || stdlib::is_overload(it);
    let unknown = decorators.iter().find(|(_, name)| !is_known(name));
    let (spelled, _) = unknown?;
    is("decorated", format!("`{spelled}` gets it first"))
}

/// The decorators of a def: as they are spelled, and what they mean, an accessor of a property the property.
fn decorators<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Vec<(String, String)> {
    let all = def.decorator_list.iter().map(|it| {
        let expression = ExprRef::from(&it.expression);
        let called = match expression {
            ExprRef::Call(call) => (&call.func).into(),
            other => other,
        };
        let name = match (subject.resolver.meaning(called), called) {
            (Meaning::Qualified(name), _) => name,
            (_, ExprRef::Attribute(it))
                if ["setter", "getter", "deleter"].contains(&it.attr.as_str()) =>
            {
                "property".to_owned()
            }
            _ => String::new(),
        };
        // Of `functools.wraps(f)` a call only names the def.
        let name = match expression.is_call_expr() && stdlib::gives_name(&name) {
            true => stdlib::STATIC.to_owned(),
            false => name,
        };
        let range = subject.tree.range(subject.tree.id(it));
        (subject.first_line(range).into_owned(), name)
    });
    all.collect()
}

/// Describes a def whose callers are asked for.
pub(crate) fn turning<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Turning {
    let id = subject.tree.id(def);
    let mut sought = Sought::new(subject, def);
    let mut relatives = Vec::new();
    let mut unread = None;
    if let AnyNodeRef::StmtClassDef(class) = subject.tree.parent_node(id) {
        relatives = above(subject, class, &def.name);
        sought.is_covered = !relatives.is_empty();
        if overrides(id, subject) == Answer::Unknown {
            let mut bases = subject.above(class).filter(|it| !it.is_read());
            unread = bases.find_map(|it| match it {
                Class::Named(named) => Some(named.qualified.clone()),
                Class::Unread(text) => Some(text),
                Class::Here(_) => None,
            });
        }
    }
    let (below, mut notes) = in_place(subject, id);
    relatives.extend(below);
    let name = def.name.as_str();
    let mocked = subject.facts.patched_in(subject.path(), name);
    if let Some(file) = &mocked {
        let file = subject.name_of_file(file);
        notes.push(format!("{file} replaces it with a mock"));
    }
    let spelled = || subject.facts.spelled_in(subject.path(), name);
    let spelled_in = (sought.is_reachable && def.decorator_list.is_empty()).then(spelled);
    Turning {
        spelled_in: spelled_in
            .flatten()
            .filter(|it| Some(it) != mocked.as_ref()),
        sought,
        relatives,
        unread,
        notes,
    }
}

/// The methods of classes below that stand for a method, and what else is put in the place of a def, in sentences.
fn in_place(subject: &Subject, def: NodeId) -> (Vec<(PathBuf, String)>, Vec<String>) {
    let (mut below, mut notes) = (Vec::new(), Vec::new());
    let Some(original) = original_of(subject, def) else {
        return (below, notes);
    };
    for it in subject.facts.stand_ins(&original).iter() {
        match it.put {
            _ if it.is_meant != Answer::Yes => {}
            Put::Def(_) if it.is_below => below.push((it.path.clone(), it.what.clone())),
            Put::Def(_) if it.unnamed.is_none() => {
                let file = subject.name_of_file(&it.path);
                notes.push(format!("{file} has another `{}`", it.what));
            }
            _ => notes.push(it.sentence(&subject.name_of_file(&it.path))),
        }
    }
    notes.sort();
    notes.dedup();
    (below, notes)
}
