//! `function`: facts of the matched def, or of the innermost one around the site.

use ruff_python_ast::AnyNodeRef;

use super::asked::{asked, remembered};
use super::class_use::is_of_unused_class;
use super::place::defined_name;
use super::reach::beyond;
use super::registry_use::is_on_unused_registry;
use super::role::{has_role, is_referenced};
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::taken::is_used;
use super::{called_in, definition, forwards, run_by, stub, used, yields};
use crate::bind::scope::ScopeId;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Awaits, Callers, FunctionWord, Guarded};

/// The function that is asked about: the matched def, or the innermost one around the site.
pub(super) fn asked_of(site: Site) -> Option<NodeId> {
    let subject = site.subject;
    let matched = subject.tree.node(site.node).is_stmt_function_def();
    let matched = matched.then_some(site.node);
    matched.or_else(|| subject.context.enclosing_function(site.node))
}

/// Answers a word about the function.
pub(super) fn function<'r>(
    word: &'r FunctionWord,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let Some(function) = asked_of(site) else {
        return Answer::No;
    };
    match word {
        FunctionWord::Role(roles) => any(roles.iter(), |role| has_role(role, function, subject)),
        FunctionWord::Has(patterns) => has(patterns, function, site, evidence),
        FunctionWord::Decorated(patterns) => {
            let children = subject.tree.children(function);
            let is_decorator = |id: &NodeId| subject.tree.node(*id).is_decorator();
            site.has(patterns, children.filter(is_decorator))
        }
        FunctionWord::RunBy(task) => run_by::run_by(task, function, site),
        FunctionWord::Generator(it) => {
            (subject.is_generator(subject.tree.node(function)) == *it).into()
        }
        FunctionWord::Annotated(parts) => any(parts, |part| {
            definition::is_annotated(subject, function, *part).into()
        }),
        FunctionWord::Takes(names) => definition::takes(subject, function, names).into(),
        FunctionWord::Yields(name) => yields::yields(name, function, site),
        FunctionWord::Awaits(wanted) => wanted.contains(&awaits(subject, function)).into(),
        FunctionWord::Callers(wanted) => any(wanted, |it| has_callers(*it, function, subject)),
        FunctionWord::UsedOtherwiseThan(it) => used::otherwise_than(it, function, site, evidence),
        FunctionWord::OnlyCalledIn(it) => called_in::is_only(it, function, subject),
        FunctionWord::WayToIt(it) => called_in::ways::may_meet(it, function, subject),
        FunctionWord::Stub(wanted) => stub::declares(function, wanted, subject, evidence),
        FunctionWord::Forwards(patterns) => forwards::is_forward(patterns, function, subject),
        FunctionWord::Reaches(patterns) => beyond::of_function(patterns, function, site, evidence),
        FunctionWord::SurelyReaches(it) => {
            beyond::of_function(it, function, site, evidence).surely()
        }
    }
}

/// Remembers where the function has it first.
fn has<'r>(
    patterns: &'r [Guarded],
    function: NodeId,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let start = subject.tree.range(function).start();
    let part = subject.tree.span(function);
    let is_own = |id: &NodeId| *id != function && subject.context.runner(*id) == Some(function);
    let asked = asked(patterns, site, Some(start));
    let has = || site.has_in(patterns, &part, is_own);
    let answer = remembered(&subject.answers.has, asked.as_ref(), has);
    if answer != Answer::No && evidence.found.is_none() {
        let first = || site.first_in(patterns, &part, is_own, answer);
        let first = remembered(&subject.answers.first, asked.as_ref(), first);
        evidence.found = first.map(Found::At);
        let mut seen = Evidence::default();
        if let Some(id) = first {
            site.fits_telling(patterns, subject.tree.node(id), &mut seen);
        }
        if let Some(why) = seen.why {
            evidence.why(why);
        }
    }
    answer
}

fn has_callers(wanted: Callers, function: NodeId, subject: &Subject) -> Answer {
    let holds = match wanted {
        Callers::UnusedClass => is_of_unused_class(function, subject),
        Callers::UnusedRegistry => is_on_unused_registry(function, subject),
        Callers::None => !has_caller(subject, function),
        Callers::Some => has_caller(subject, function),
    };
    holds.into()
}

fn has_caller(subject: &Subject, function: NodeId) -> bool {
    let of_module = subject.names.scope_of(function) == ScopeId::MODULE;
    let name = defined_name(subject, function);
    is_referenced(function, subject)
        || of_module && is_used(subject, name)
        || subject.context.is_method(function) && is_named_by_importer(subject, name)
}

/// Returns whether a file that imports this one has the name in its code.
fn is_named_by_importer(subject: &Subject, name: &str) -> bool {
    let importers = subject.facts.importers(subject.path());
    let mut mentioning = subject.facts.mentioning(subject.path(), name);
    mentioning.any(|path| importers.binary_search(&path).is_ok())
}

fn awaits(subject: &Subject, function: NodeId) -> Awaits {
    let mut n_awaits = 0;
    for id in subject.context.own_nodes(function) {
        match subject.tree.node(id) {
            AnyNodeRef::ExprAwait(_) => n_awaits += 1,
            AnyNodeRef::StmtFor(it) if it.is_async => return Awaits::Many,
            AnyNodeRef::StmtWith(it) if it.is_async => return Awaits::Many,
            AnyNodeRef::Comprehension(it) if it.is_async => return Awaits::Many,
            _ => {}
        }
    }
    match n_awaits {
        0 => Awaits::None,
        1 => Awaits::One,
        _ => Awaits::Many,
    }
}
