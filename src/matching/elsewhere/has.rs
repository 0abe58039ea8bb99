//! `elsewhere: {has: …}`: what other files of the program have.
//!
//! A file is parsed and bound once for a word, whatever site asks: what fits there is read off with the
//! names that stand in it, and a site asks for its own among them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, ExprRef};
use rustc_hash::FxHashSet;

use crate::bind::scope::ScopeId;
use crate::matching::capture::Captures;
use crate::matching::site::{Evidence, Found, Site, any};
use crate::matching::subject::Subject;
use crate::matching::taken::uses_of;
use crate::matching::uses::bindings_of;
use crate::project::read_off::Hit;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{About, ElsewhereHas};
use crate::source::cell::Position;

/// Returns whether some other file of the program has a match, as the changes so far leave it. What it
/// may have counts: the file is told of as if it had.
pub(in crate::matching) fn has(word: &ElsewhereHas, site: Site, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    let about = word
        .about
        .as_ref()
        .map(|(About::Only(it) | About::Not(it))| it);
    let known = about.and_then(|name| module_name(subject, site.captures.expression(name)?));
    let home = subject.facts.name_in_project(subject.path());
    let wanted = word.names.as_deref();
    let wanted = wanted.and_then(|name| last_name(site, name));
    let of = known.map(|name| (home.clone(), name.to_owned()));
    let hits_in = |path: &Path| {
        let asked = subject.asks_file(path, word.id, of.clone());
        let find = || read(word, path, known.map(|it| (&*home, it)), subject);
        subject.facts.read_off().hits(asked, find)
    };
    let others = match wanted {
        Some(name) => subject.facts.mentioning(subject.path(), name).collect(),
        // No other file asks about a name of this one.
        None if of.is_some() => subject.facts.program(subject.path()),
        None => having(word, subject, &hits_in),
    };
    any(others, |path| {
        let hits = hits_in(&path);
        let Some(hits) = hits else {
            note(&path, None, subject, evidence);
            return Answer::Unknown;
        };
        let counts = |hit: &&Hit| wanted.is_none_or(|name| hit.names.contains(name));
        let hits = hits.iter().filter(counts);
        let Some(best) =
            hits.max_by_key(|hit| (hit.answer.is_yes(), std::cmp::Reverse(hit.position)))
        else {
            return Answer::No;
        };
        note(&path, Some(best.position), subject, evidence);
        best.answer
    })
}

/// Returns the other files of the program that have something which fits, or may.
fn having(
    word: &ElsewhereHas,
    subject: &Subject,
    hits_in: &impl Fn(&Path) -> Option<Arc<[Hit]>>,
) -> Vec<PathBuf> {
    let facts = subject.facts;
    let Some(program) = facts.program_id(subject.path()) else {
        return facts.program(subject.path());
    };
    let asked = subject.asks_file(subject.path(), word.id, None);
    let own = facts.whole(subject.path());
    let having = facts.read_off().having(program, &asked, || {
        let others = facts.program(subject.path()).into_iter();
        let mut all: Vec<PathBuf> = others.chain([own.clone()]).collect();
        all.sort();
        all.retain(|path| hits_in(path).is_none_or(|hits| !hits.is_empty()));
        all.into()
    });
    having.iter().filter(|it| **it != own).cloned().collect()
}

/// Returns the name that is captured, of an attribute its own.
fn last_name<'a>(site: Site<'_, '_, 'a>, capture: &str) -> Option<&'a str> {
    let attribute = || match site.captures.expression(capture)? {
        ExprRef::Attribute(it) => Some(it.attr.as_str()),
        _ => None,
    };
    site.captures.name(capture).or_else(attribute)
}

/// Reads off a file what fits; `None` where it cannot be parsed.
fn read(
    word: &ElsewhereHas,
    path: &Path,
    known: Option<(&Path, &str)>,
    subject: &Subject,
) -> Option<Arc<[Hit]>> {
    let hits = subject.standing_in(path, |source, standing| {
        if !standing.has_any(&*word.patterns) {
            return Some(Arc::default());
        }
        subject.facts.read_off().count();
        subject.of_source(source, |other| hits(word, known, other))
    });
    hits.unwrap_or_else(|| Some(Arc::default()))
}

fn hits(word: &ElsewhereHas, known: Option<(&Path, &str)>, other: &Subject) -> Arc<[Hit]> {
    let captures = Captures::default();
    let site = Site::at(other, NodeId::ROOT, &captures);
    let known = known.map(|(home, name)| uses_of(other, home, name).collect());
    let known: Vec<NodeId> = known.unwrap_or_default();
    let counts = |id: &NodeId| match word.about {
        Some(About::Only(_)) => is_about(other, *id, &known),
        Some(About::Not(_)) | None => !is_call_on(other, *id, &known),
    };
    let hit = |id: NodeId| {
        let answer = site.fits_any(&word.patterns, other.tree.node(id));
        (answer != Answer::No).then(|| Hit {
            answer,
            position: other.source.position(other.tree.range(id).start()),
            names: names_in(other, id),
        })
    };
    let may_fit = site.may_fit(&word.patterns, &other.tree.span(NodeId::ROOT));
    may_fit.into_iter().filter(counts).filter_map(hit).collect()
}

/// Returns the names of variables and attributes that stand in a node.
fn names_in(subject: &Subject, node: NodeId) -> FxHashSet<String> {
    let inside = subject.tree.descendants(node);
    let names = inside.filter_map(|id| match subject.tree.node(id) {
        AnyNodeRef::ExprName(it) => Some(it.id.to_string()),
        AnyNodeRef::ExprAttribute(it) => Some(it.attr.to_string()),
        _ => None,
    });
    names.collect()
}

/// Remembers the first file that has it, and the line.
fn note(path: &Path, position: Option<Position>, subject: &Subject, evidence: &mut Evidence) {
    if evidence.found.is_none() {
        let file = subject.name_of_file(path);
        evidence.found = Some(Found::In {
            line: position.map(Position::words),
            name: Some(position.map_or(file.clone(), |it| it.line_in(&file))),
        });
    }
}

/// Returns the name of the file's own level that an expression is, bound once.
fn module_name<'a>(subject: &Subject<'a>, expression: ExprRef<'a>) -> Option<&'a str> {
    let ExprRef::Name(_) = expression else {
        return None;
    };
    match bindings_of(subject, expression).as_slice() {
        [only] => {
            let binding = subject.names.binding(*only);
            (binding.scope == ScopeId::MODULE).then_some(binding.name)
        }
        _ => None,
    }
}

/// Returns whether a node calls an attribute, or one of an attribute, of one of the expressions.
pub(crate) fn is_call_on(subject: &Subject, node: NodeId, expressions: &[NodeId]) -> bool {
    match subject.tree.node(node) {
        AnyNodeRef::ExprCall(call) => is_path_from(subject, (&call.func).into(), expressions),
        _ => false,
    }
}

/// Returns whether a node is an attribute of one of the expressions, or a call that is given one.
fn is_about(subject: &Subject, node: NodeId, expressions: &[NodeId]) -> bool {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => {
            is_path_from(subject, attribute.into(), expressions)
        }
        AnyNodeRef::ExprCall(call) => {
            let mut arguments = call.arguments.iter_source_order();
            arguments.any(|it| expressions.contains(&subject.tree.id(it.value())))
        }
        _ => false,
    }
}

/// Returns whether a path of attributes begins with one of the expressions.
fn is_path_from(subject: &Subject, mut path: ExprRef, expressions: &[NodeId]) -> bool {
    while let ExprRef::Attribute(attribute) = path {
        path = (&attribute.value).into();
        if expressions.contains(&subject.tree.id(path)) {
            return true;
        }
    }
    false
}
