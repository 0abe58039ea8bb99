//! `function: {used-otherwise-than: …}`: is a function always called, and what that gives used once, in
//! ways that are known? Every other use counts, in this file and in the others of the program.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ruff_python_ast::{AnyNodeRef, ExprCall, ExprRef, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::given::calls;
use super::no_function::is_no_function;
use super::relied;
use super::replaced::original_of;
use super::site::{Evidence, Found, Site};
use super::subject::Subject;
use crate::bind::MAX_STEPS;
use crate::matching::answers::code::NamedFunction;
use crate::project::gift::Callee;
use crate::project::read_off::{Use, Uses};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::Used;
use naming::named_in;
pub(super) use naming::{Named, named, named_as, reads_by_text};
pub(super) use partly::may_be_named;
use value::{Fate, Values};

mod naming;

mod partly;

mod value;

/// Returns whether the function, or what a call of it gives, is used otherwise.
pub(super) fn otherwise_than<'r>(
    word: &'r Used,
    function: NodeId,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let find = || {
        let mut seen = Evidence::default();
        let answer = is_used_otherwise(word, function, subject, &mut seen);
        (answer, Rc::new(seen))
    };
    let known = &subject.answers.used_otherwise;
    let (answer, seen) = known.or_find(&(word.id, function), find);
    if let Some(why) = &seen.why {
        evidence.why(why);
    }
    evidence.found = evidence.found.take().or(seen.found.clone());
    evidence.unknown.extend_from_slice(&seen.unknown);
    answer
}

fn is_used_otherwise(
    word: &Used,
    function: NodeId,
    subject: &Subject,
    evidence: &mut Evidence,
) -> Answer {
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
    let mut ids = naming::of_name(subject, &own.name);
    ids.extend(naming::reads_by_text(subject));
    ids.sort_unstable();
    for id in ids {
        let Some(named) = named(subject, id) else {
            match may_be_named(subject, id, all) {
                true => return Err(id),
                false => continue,
            }
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
            false if is_no_function(subject, id) => {}
            _ => return Err(id),
        }
    }
    Ok(found)
}

/// Returns the classes above that of a method which have one of its name from a class above them.
pub(crate) fn inheriting<'a>(
    subject: &Subject<'a>,
    def: &'a StmtFunctionDef,
) -> Vec<(PathBuf, String)> {
    calls::inheriting(subject, def)
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
    defs_named(subject, (&call.func).into())
}

/// Returns the defs of the project that a call of an expression may run.
pub(crate) fn defs_named<'a>(
    subject: &Subject<'a>,
    callee: ExprRef<'a>,
) -> impl Iterator<Item = (PathBuf, String)> + use<'a> {
    let callees = calls::callees(subject, callee).into_iter();
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

/// Returns what puts a mock in the place of a def, in words: it is made by what that is.
pub(super) fn mocked(function: NodeId, subject: &Subject) -> Option<String> {
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

/// Iterates over the other uses of what is found by one of the callees, with the file; `Err` names one that cannot be
/// read. Other files are read only where those of the file itself do not decide.
fn everywhere(
    word: &Used,
    callees: &[Callee],
    subject: &Subject,
) -> impl Iterator<Item = Result<(String, Use), String>> {
    let is_meant = move |used: &Use| used.callees.iter().any(|it| callees.contains(it));
    let here = subject.name_of_file(subject.path());
    let own = subject.answers.named.get_or_init(|| named_in(subject));
    let own = own.of(callees).filter_map(|it| used_at(word, subject, it));
    let own = own.filter(is_meant).map(move |it| Ok((here.clone(), it)));
    let name = callees.first().map(|it| it.name.as_str()).into_iter();
    let files = name.flat_map(|name| subject.facts.mentioning(subject.path(), name));
    let others = files.flat_map(move |path| {
        let file = subject.name_of_file(&path);
        let Some(uses) = uses_in(word, &path, subject) else {
            return vec![Err(file)];
        };
        let uses = uses.iter().filter(|it| is_meant(it));
        uses.map(|it| Ok((file.clone(), it.clone()))).collect()
    });
    own.chain(others)
}

/// The other uses of functions in another file; `None`: it cannot be parsed.
fn uses_in(word: &Used, path: &Path, subject: &Subject) -> Uses {
    let read_off = subject.facts.read_off();
    read_off.uses(subject.asks_file(path, word.id, None), || {
        read_off.count();
        subject.of_other_file(path, |other| {
            let named = named_in(other);
            let all = named.all.iter().filter_map(|it| used_at(word, other, it));
            all.collect()
        })
    })
}

/// Returns what is done with a function where it is named; `None`: what a word knows of.
fn used_at(word: &Used, subject: &Subject, named: &NamedFunction) -> Option<Use> {
    let (id, callees) = match named {
        NamedFunction::Code(id, callees) => (*id, callees),
        NamedFunction::Example(used) => return Some(used.clone()),
    };
    let fate = Values::new(subject, &word.patterns).of_function(id);
    let handed_out_by = match fate {
        Fate::Known => return None,
        Fate::Other { .. } => Vec::new(),
        Fate::HandedOut(def) => match subject.tree.node(def) {
            AnyNodeRef::StmtFunctionDef(def) => calls::callees_of(subject, def),
            _ => Vec::new(),
        },
    };
    let mut callees = callees.clone();
    // What an object that is not known has may be something else of that name.
    if !matches!(fate, Fate::Other { is_run: true }) {
        callees.retain(|it| it.of.is_some());
    }
    (!callees.is_empty()).then(|| Use {
        callees,
        position: subject.source.position(subject.tree.range(id).start()),
        line: subject.statement_line(id).into_owned(),
        handed_out_by,
    })
}
