//! `function: {used-otherwise-than: …}`: is a function always called, and what that gives used once, in
//! ways that are known? Every other use counts, in this file and in the others of the program.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::given::calls;
use super::relied;
use super::replaced::original_of;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingKind, ScopeId};
use crate::bind::setters::NAMESPACE;
use crate::matching::answers::code::Uses;
use crate::project::gift::Callee;
use crate::project::read_off::Use;
use crate::python::own;
use crate::python::tree::NodeId;
use crate::python::word::words;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Used;
use value::{Fate, Values};

mod value;

/// Returns whether the function, or what a call of it gives, is used otherwise.
pub(super) fn otherwise_than<'r>(
    word: &'r Used,
    function: NodeId,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return Answer::No;
    };
    if let Some(why) = mocked(function, subject) {
        evidence.why(why);
        return Answer::Yes;
    }
    let mut open = vec![(calls::callees_of(subject, def), 0)];
    let mut seen: FxHashSet<Vec<Callee>> = FxHashSet::default();
    while let Some((callees, steps)) = open.pop() {
        if !seen.insert(callees.clone()) {
            continue;
        }
        for found in everywhere(word, &callees, subject) {
            match found {
                // The file cannot be read.
                Err(name) => {
                    evidence.unknown.push(name);
                    return Answer::Unknown;
                }
                Ok((_, used)) if !used.handed_out_by.is_empty() && steps < MAX_STEPS => {
                    open.push((used.handed_out_by, steps + 1));
                }
                Ok((file, used)) => {
                    tell(&file, &used, evidence);
                    return Answer::Yes;
                }
            }
        }
    }
    Answer::No
}

/// Returns where a file names a method, of which these are the callees as the file of its def has them.
///
/// # Errors
/// An object that is not known, or a text, may name it there.
pub(crate) fn uses_of_method(subject: &Subject, all: &[Callee]) -> Result<Vec<NodeId>, NodeId> {
    let [own, others @ ..] = all else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for id in subject.tree.ids() {
        let Some(named) = named(subject, id) else {
            continue;
        };
        let is_code = match &named {
            Named::Code(ExprRef::Attribute(it)) if it.attr.as_str() == own.name => true,
            Named::Text(Some(_), name) if *name == own.name => false,
            _ => continue,
        };
        let callees = named.callees(subject);
        match callees.contains(own) {
            true if is_code => found.push(id),
            false if !callees.iter().any(|it| others.contains(it)) => {}
            _ => return Err(id),
        }
    }
    Ok(found)
}

/// Returns the callees by which a def is found, those first that can be no other.
pub(crate) fn callees_of<'a>(subject: &Subject<'a>, def: &'a StmtFunctionDef) -> Vec<Callee> {
    calls::callees_of(subject, def)
}

/// Returns the defs of the project that a call may run: their files, and their names behind those of what they
/// stand in, with dots between.
pub(crate) fn defs_called<'a>(
    subject: &Subject<'a>,
    call: &'a ExprCall,
) -> impl Iterator<Item = (PathBuf, String)> + use<'a> {
    let callees = calls::callees(subject, (&call.func).into()).into_iter();
    callees.filter_map(|(callee, _)| {
        let Callee { of, is_below, name } = callee;
        let (path, class) = of.filter(|_| !is_below)?;
        let name = match class.is_empty() {
            true => name,
            false => format!("{class}.{name}"),
        };
        Some((path, name))
    })
}

/// Returns what stands in the place of a def somewhere in the project, in words.
pub(crate) fn stands_in(function: NodeId, subject: &Subject) -> Option<String> {
    let original = original_of(subject, function)?;
    let in_place = subject.facts.stand_ins(&original).into_iter().next();
    let in_place = in_place.map(|it| {
        format!(
            "{} has another `{}`",
            subject.name_of_file(&it.path),
            original.name
        )
    });
    in_place.or_else(|| mocked(function, subject))
}

/// A mock that is put in its place is made by what it is.
fn mocked(function: NodeId, subject: &Subject) -> Option<String> {
    let original = original_of(subject, function)?;
    let stand_ins = subject.facts.stand_ins(&original);
    let is_known = |path: &Path| stand_ins.iter().any(|it| it.path == path);
    relied::original_replaced(subject, &original, &is_known)
}

fn tell(file: &str, used: &Use, evidence: &mut Evidence) {
    evidence.why(format!(
        "{} has `{}`",
        used.position.line_in(file),
        used.line
    ));
    if evidence.found.is_none() {
        evidence.found = Some(Found::In {
            name: Some(used.position.line_in(file)),
            line: Some(used.position.words()),
        });
    }
}

/// The other uses of what is found by one of the callees, with the file; `Err` names one that cannot be read.
fn everywhere(
    word: &Used,
    callees: &[Callee],
    subject: &Subject,
) -> Vec<Result<(String, Use), String>> {
    let is_meant = |used: &&Use| used.callees.iter().any(|it| callees.contains(it));
    let find = || Rc::new(Uses::new(read(word, subject)));
    let own = subject.answers.uses.or_find(&word.id, find);
    let here = subject.name_of_file(subject.path());
    let own = own.of(callees);
    let mut found: Vec<_> = own.map(|it| Ok((here.clone(), it.clone()))).collect();
    let Some(name) = callees.first().map(|it| it.name.as_str()) else {
        return found;
    };
    let read_off = subject.facts.read_off();
    for path in subject.facts.mentioning(subject.path(), name) {
        let uses = read_off.uses(subject.asks_file(&path, word.id, None), || {
            read_off.count();
            subject.of_other_file(&path, |other| Arc::from(read(word, other)))
        });
        let file = subject.name_of_file(&path);
        let Some(uses) = uses else {
            found.push(Err(file));
            continue;
        };
        let uses = uses.iter().filter(is_meant);
        found.extend(uses.map(|it| Ok((file.clone(), it.clone()))));
    }
    found
}

/// Reads the other uses of functions off a file.
fn read(word: &Used, subject: &Subject) -> Vec<Use> {
    let values = Values::new(subject, &word.patterns);
    let mut found = Vec::new();
    for id in subject.tree.ids() {
        let Some(named) = named(subject, id) else {
            found.extend(in_text(subject, id));
            continue;
        };
        // What is none of the project need not be asked what becomes of it, which may ask other files.
        let mut callees = named.callees(subject);
        if callees.is_empty() {
            continue;
        }
        let fate = values.of_function(id);
        let handed_out_by = match fate {
            Fate::Known => continue,
            Fate::Other { .. } => Vec::new(),
            Fate::HandedOut(def) => match subject.tree.node(def) {
                AnyNodeRef::StmtFunctionDef(def) => calls::callees_of(subject, def),
                _ => Vec::new(),
            },
        };
        // What an object that is not known has may be something else of that name.
        if !matches!(fate, Fate::Other { is_run: true }) {
            callees.retain(|it| it.of.is_some());
        }
        if !callees.is_empty() {
            found.push(Use {
                callees,
                position: subject.source.position(subject.tree.range(id).start()),
                line: subject.statement_line(id).into_owned(),
                handed_out_by,
            });
        }
    }
    found
}

/// What an expression names a function by.
enum Named<'a> {
    /// `f`, `x.f`.
    Code(ExprRef<'a>),
    /// `getattr(x, "f")`, `vars(x)["f"]`: the object, none for the file itself, and the name.
    Text(Option<&'a Expr>, &'a str),
}

/// Returns how an expression names what may be a function.
fn named<'a>(subject: &Subject<'a>, id: NodeId) -> Option<Named<'a>> {
    match subject.tree.node(id) {
        AnyNodeRef::ExprName(name) if name.ctx.is_load() => Some(Named::Code(name.into())),
        AnyNodeRef::ExprAttribute(it) if it.ctx.is_load() => Some(Named::Code(it.into())),
        AnyNodeRef::ExprCall(call) => {
            let [object, Expr::StringLiteral(name), ..] = &*call.arguments.args else {
                return None;
            };
            let meaning = subject.resolver.meaning((&call.func).into());
            let is_read = matches!(meaning, Meaning::Qualified(it) if own::reads_attribute(&it));
            is_read.then_some(Named::Text(Some(object), name.value.to_str()))
        }
        AnyNodeRef::ExprSubscript(part) if part.ctx.is_load() => {
            let name = part.slice.as_string_literal_expr()?;
            let of = match &*part.value {
                Expr::Attribute(it) if it.attr.as_str() == NAMESPACE => Some(&*it.value),
                Expr::Call(call) => {
                    let name = subject.resolver.meaning((&call.func).into());
                    let binds = |it: &str| own::BINDS_BY_TEXT.contains(&it);
                    if !matches!(name, Meaning::Qualified(it) if binds(&it)) {
                        return None;
                    }
                    call.arguments.args.first()
                }
                _ => return None,
            };
            Some(Named::Text(of, name.value.to_str()))
        }
        _ => None,
    }
}

impl<'a> Named<'a> {
    /// The defs that may be meant.
    fn callees(self, subject: &Subject<'a>) -> Vec<Callee> {
        let found = match self {
            Self::Code(expression) => calls::callees(subject, expression),
            Self::Text(None, name) => return of_file(subject, name),
            Self::Text(Some(object), name) => calls::of_member(subject, object.into(), name),
        };
        found.into_iter().map(|(callee, _)| callee).collect()
    }
}

/// The defs of a name at the file's own level.
fn of_file(subject: &Subject, name: &str) -> Vec<Callee> {
    let bindings = subject.names.bindings_of(ScopeId::MODULE, name).iter();
    let bindings = bindings.map(|it| subject.names.binding(*it));
    let defs = bindings.filter(|it| matches!(it.kind, BindingKind::Function));
    defs.map(|it| calls::of_def(subject, it.node)).collect()
}

/// What the examples in a text call, which may be run and compared.
fn in_text(subject: &Subject, id: NodeId) -> Vec<Use> {
    let AnyNodeRef::ExprStringLiteral(text) = subject.tree.node(id) else {
        return Vec::new();
    };
    if !subject.tree.parent_node(id).is_stmt_expr() {
        return Vec::new();
    }
    let lines = text.value.to_str().lines().map(str::trim_start);
    let examples = lines.filter_map(|it| it.strip_prefix(">>>"));
    // What is no Python at the top of a file shows, and is not run.
    let run = examples.filter(|it| !it.contains("yield from") && !it.contains("await "));
    let of_line = |line: &str| {
        let called = words(line);
        let called = called.filter(|it| line.contains(&format!("{it}(")));
        let callees = called.map(|name| Callee {
            of: None,
            is_below: false,
            name: name.to_owned(),
        });
        Use {
            callees: callees.collect(),
            position: subject.source.position(subject.tree.range(id).start()),
            line: line.trim().to_owned(),
            handed_out_by: Vec::new(),
        }
    };
    run.map(of_line).collect()
}
