//! Conditions at one match → yes, no or unknown, with the evidence.

use ruff_python_ast::AnyNodeRef;

use super::capture::Captures;
use super::subject::Subject;
use super::unify::unify;
use super::{fate, holding, place, predicate, shared};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{
    Condition, Enclosure, FileWord, FunctionWord, Guarded, OneOf, Role, Word,
};

/// What was seen on the way to an answer; messages quote it.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// The sentence of the first word that had one (`{why}`).
    pub why: Option<String>,
    /// Shared state that is read before and written after (`{names}`).
    pub names: Vec<String>,
    /// What was not known.
    pub unknown: Vec<String>,
}

impl Evidence {
    pub(super) fn why(&mut self, sentence: impl Into<String>) {
        if self.why.is_none() {
            self.why = Some(sentence.into());
        }
    }
}

/// One match, asked about.
#[derive(Clone, Copy)]
pub struct Site<'s, 'r, 'a> {
    /// The file.
    pub subject: &'s Subject<'a>,
    /// The matched node.
    pub node: NodeId,
    /// What the metavariables stand for.
    pub captures: &'s Captures<'r, 'a>,
    /// Why the pattern fits only perhaps, if so.
    pub unsure: Option<&'s str>,
}

/// Answers a condition at a site.
pub fn evaluate<'r>(
    condition: &'r Condition,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    match condition {
        // All parts are asked only as long as the answer is open.
        Condition::All(parts) => fold(parts, Answer::Yes, Answer::No, Answer::and, site, evidence),
        Condition::Any(parts) => fold(parts, Answer::No, Answer::Yes, Answer::or, site, evidence),
        Condition::None(parts) => !fold(parts, Answer::No, Answer::Yes, Answer::or, site, evidence),
        Condition::Word(word) => ask(word, site, evidence),
    }
}

fn fold<'r>(
    parts: &'r [Condition],
    start: Answer,
    last_word: Answer,
    join: fn(Answer, Answer) -> Answer,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let mut answer = start;
    for part in parts {
        answer = join(answer, evaluate(part, site, evidence));
        if answer == last_word {
            break;
        }
    }
    answer
}

fn ask<'r>(word: &'r Word, site: Site<'_, 'r, '_>, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    match word {
        Word::Inside(places) => one_of(places, Some(place::place(subject, site.node))),
        Word::Outer(places) => one_of(places, place::outer(subject, site.node)),
        Word::Within(enclosures) => any(enclosures, |enclosure| within(enclosure, site)),
        Word::MatchedUnknown => {
            if let Some(why) = site.unsure {
                evidence.why(why);
            }
            site.unsure.is_some().into()
        }
        Word::CanAwait(wanted) => match place::can_await(subject, site.node) {
            Ok(()) => Answer::from(*wanted),
            Err(why) => {
                evidence.why(why);
                Answer::from(!*wanted)
            }
        },
        Word::PrecededBy(patterns) => preceded_by(patterns, site),
        Word::Python(version) => Answer::from(version.holds(subject.target.version)),
        Word::Result(fates) => one_of(fates, Some(fate::fate(subject, site.node))),
        Word::Holding(kinds) => holding::holding(site, kinds, evidence),
        Word::ReadBeforeWrittenAfter => shared::read_before_written_after(site, evidence),
        Word::Patched(names) => patched(names, subject, evidence),
        Word::Capture { name, predicates } => predicate::all(name, predicates, site, evidence),
        Word::Function(words) => all(words, |word| function(word, site)),
        Word::CellHas(patterns) => cell_has(patterns, site),
        Word::File(words) => all(words, |word| file(word, site)),
    }
}

fn one_of<T: PartialEq>(wanted: &OneOf<T>, found: Option<T>) -> Answer {
    match found {
        Some(found) => wanted.values.contains(&found).into(),
        None if wanted.or_unknown => Answer::Yes,
        None => Answer::No,
    }
}

fn any<T>(items: &[T], mut ask: impl FnMut(&T) -> Answer) -> Answer {
    items
        .iter()
        .fold(Answer::No, |answer, item| answer.or(ask(item)))
}

fn all<T>(items: &[T], mut ask: impl FnMut(&T) -> Answer) -> Answer {
    items
        .iter()
        .fold(Answer::Yes, |answer, item| answer.and(ask(item)))
}

/// Returns whether `node` fits one of the patterns, the captures of the site standing for themselves.
pub(super) fn fits_any<'r, 'a>(
    patterns: &'r [Guarded],
    node: AnyNodeRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    any(patterns, |pattern| {
        let Some(fit) = unify(&pattern.pattern, node, site.captures, site.subject) else {
            return Answer::No;
        };
        if fit.unsure.is_some() {
            return Answer::Unknown;
        }
        let inner = Site {
            captures: &fit.captures,
            node: site.subject.tree.id(node),
            ..site
        };
        evaluate(&pattern.condition, inner, &mut Evidence::default())
    })
}

fn within<'r>(enclosure: &'r Enclosure, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    match enclosure {
        Enclosure::MainGuard => subject.context.in_main_guard(site.node).is_some().into(),
        Enclosure::Pattern(pattern) => {
            let around = place::inside_function(subject, site.node);
            around
                .map(|id| fits_any(std::slice::from_ref(pattern), subject.tree.node(id), site))
                .fold(Answer::No, Answer::or)
        }
        block => place::blocks(subject, site.node)
            .any(|role| place::is_block(role, block))
            .into(),
    }
}

/// The pattern stands before the site in its block, or in a block around it; yes if that statement
/// always runs first.
fn preceded_by<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    let mut answer = Answer::No;
    for statement in place::statements_before(subject, site.node) {
        let node = subject.tree.node(statement);
        answer = answer.or(statement_fits(patterns, node, site));
        if answer.is_yes() {
            return answer;
        }
        // A match inside an earlier compound statement runs on some paths only.
        let inner = subject.tree.descendants(statement);
        let perhaps = inner.filter(|id| subject.tree.node(*id).is_statement());
        for id in perhaps {
            if statement_fits(patterns, subject.tree.node(id), site).is_yes() {
                answer = answer.or(Answer::Unknown);
            }
        }
    }
    answer
}

/// A statement fits a pattern, or its expression does.
pub(super) fn statement_fits<'r, 'a>(
    patterns: &'r [Guarded],
    node: AnyNodeRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    let direct = fits_any(patterns, node, site);
    match node {
        AnyNodeRef::StmtExpr(statement) => direct.or(fits_any(
            patterns,
            AnyNodeRef::from(&*statement.value),
            site,
        )),
        _ => direct,
    }
}

fn patched(names: &[String], subject: &Subject, evidence: &mut Evidence) -> Answer {
    for name in names {
        let by = if super::patch::in_file(subject, name) {
            Some(subject.path().display().to_string())
        } else {
            subject
                .facts
                .patched_in(subject.path(), name)
                .map(|path| path.display().to_string())
        };
        if let Some(by) = by {
            evidence.why(format!("`{name}` is patched by {by}"));
            return Answer::Yes;
        }
    }
    Answer::No
}

fn function<'r>(word: &'r FunctionWord, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    let Some(function) = subject.context.enclosing_function(site.node) else {
        return Answer::No;
    };
    match word {
        FunctionWord::Role(roles) => any(&roles.values, |role| has_role(*role, function, subject)),
        FunctionWord::Has(patterns) => subject
            .tree
            .descendants(function)
            .map(|id| fits_any(patterns, subject.tree.node(id), site))
            .fold(Answer::No, Answer::or),
    }
}

fn has_role(role: Role, function: NodeId, subject: &Subject) -> Answer {
    let names = subject.names;
    match role {
        Role::Method => subject.context.is_method(function).into(),
        Role::Callback | Role::ThreadTarget => names
            .binding_at(function)
            .is_some_and(|binding| {
                subject.flow.uses(binding).into_iter().any(|node| {
                    match subject.tree.parent_node(node) {
                        AnyNodeRef::ExprCall(call) => subject.tree.id(&*call.func) != node,
                        _ => true,
                    }
                })
            })
            .into(),
        Role::EntryPoint => Answer::Unknown,
    }
}

fn cell_has<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    let range = subject.tree.range(site.node);
    let cell = subject
        .module
        .cells()
        .iter()
        .find(|cell| cell.range.contains_range(range));
    let inside =
        |id: &NodeId| cell.is_none_or(|cell| cell.range.contains_range(subject.tree.range(*id)));
    subject
        .tree
        .ids()
        .skip(1)
        .filter(inside)
        .map(|id| fits_any(patterns, subject.tree.node(id), site))
        .fold(Answer::No, Answer::or)
}

fn file<'r>(word: &'r FileWord, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    match word {
        FileWord::Is(traits) => any(traits, |wanted| subject.nature.has(*wanted).into()),
        FileWord::Imports(modules) => any(modules, |module| {
            subject.names.imports_module(module).into()
        }),
        FileWord::Has(patterns) => subject
            .tree
            .ids()
            .map(|id| fits_any(patterns, subject.tree.node(id), site))
            .fold(Answer::No, Answer::or),
    }
}
