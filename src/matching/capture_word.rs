//! What a capture is asked: kind, name, spelling, form, origin, uses.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::capture::Captured;
use super::kind::is_kind;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use super::{reach, replaced, uses};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{CaptureWord, Form, Guarded, MadeIn, OneOf};
use crate::recipe::schema::VALUE;

/// Answers a word on one capture; of `$*xs` each element must hold.
pub(super) fn ask<'r>(
    name: &'r str,
    word: &'r CaptureWord,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let value = matched_value(name, site);
    // A pattern of the list may bind fewer captures than another.
    let Some(captured) = site.captures.find(name).or(value.as_ref()) else {
        return Answer::Unknown;
    };
    // What is asked of uses is asked with the capture standing for each use.
    if let (CaptureWord::Uses(patterns), Captured::Expression(expression)) = (word, captured) {
        return uses::some_use(patterns, name, *expression, site);
    }
    if let Captured::Name { name, .. } = captured {
        return match word {
            CaptureWord::Text(texts) => texts.iter().any(|text| text == name).into(),
            CaptureWord::Form(forms) => forms.contains(&Form::Name).into(),
            CaptureWord::MadeBy(patterns) => bound_by(patterns, name, site),
            _ => Answer::Unknown,
        };
    }
    captured
        .expressions()
        .into_iter()
        .fold(Answer::Yes, |answer, expression| {
            answer.and(of_expression(word, expression, site, evidence))
        })
}

/// The matched expression itself, where it is asked about.
fn matched_value<'a>(name: &str, site: Site<'_, '_, 'a>) -> Option<Captured<'a>> {
    let is_value = VALUE.strip_prefix('$') == Some(name);
    let expression = site.subject.tree.node(site.node).as_expr_ref();
    expression.filter(|_| is_value).map(Captured::Expression)
}

fn of_expression<'r, 'a>(
    word: &'r CaptureWord,
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    match word {
        CaptureWord::Is(kinds) => is(kinds, expression, subject, evidence),
        CaptureWord::Name(names) => match subject.resolver.meaning(expression) {
            Meaning::Qualified(name) => names.values.contains(&name).into(),
            Meaning::Unknown { .. } if names.or_unknown => Answer::Yes,
            Meaning::Unknown { .. } => Answer::Unknown,
            _ => Answer::No,
        },
        CaptureWord::Text(texts) => texts
            .iter()
            .any(|text| *text == subject.text()[expression.range()])
            .into(),
        CaptureWord::Form(forms) => forms
            .iter()
            .any(|form| has_form(*form, expression, subject))
            .into(),
        CaptureWord::MadeBy(patterns) => made_by(patterns, expression, site),
        CaptureWord::MadeIn(places) => any(places, |place| match place {
            MadeIn::SamePlace => uses::made_in_same_place(subject, expression, site.node),
            MadeIn::SameFile => uses::made_in_file(subject, expression),
            MadeIn::Elsewhere => !uses::made_in_file(subject, expression),
        }),
        CaptureWord::Uses(_) => Answer::Unknown,
        CaptureWord::OnlyUses(patterns) => uses::only_uses(patterns, expression, site, evidence),
        CaptureWord::Has(patterns) => has(patterns, expression, site),
        CaptureWord::Reaches(patterns) => reach::reaches(patterns, expression, site, evidence),
        CaptureWord::ReplacedByOtherThan(kinds) => {
            replaced::by_other_than(kinds, expression, subject, evidence)
        }
    }
}

fn is<'a>(
    kinds: &OneOf<String>,
    expression: ExprRef<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut answer = Answer::No;
    let mut unknown = None;
    for kind in &kinds.values {
        let found = is_kind(subject, expression, kind);
        answer = answer.or(found.answer);
        unknown = unknown.or(found.why);
    }
    if answer == Answer::Unknown {
        let text = &subject.text()[expression.range()];
        let what = unknown
            .unwrap_or_else(|| format!("`{text}` is made by something this file does not show"));
        evidence.unknown.push(what);
        if kinds.or_unknown {
            return Answer::Yes;
        }
    }
    answer
}

fn has_form<'a>(form: Form, expression: ExprRef<'a>, subject: &Subject<'a>) -> bool {
    match form {
        Form::Literal => {
            expression.is_literal_expr()
                || matches!(
                    expression,
                    ExprRef::List(_) | ExprRef::Tuple(_) | ExprRef::Dict(_) | ExprRef::Set(_)
                )
        }
        Form::Name => expression.is_name_expr(),
        Form::Attribute => expression.is_attribute_expr(),
        Form::Call => expression.is_call_expr(),
        Form::Lambda => expression.is_lambda_expr(),
        Form::Parameter => uses::is_parameter(subject, expression),
    }
}

fn made_by<'r, 'a>(
    patterns: &'r [Guarded],
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
) -> Answer {
    match site.subject.resolver.origins(expression).as_slice() {
        [Origin::Made(made)] => site.fits_any(patterns, AnyNodeRef::from(*made)),
        [Origin::Unknown(_)] | [] => Answer::Unknown,
        [_] => Answer::No,
        _ => Answer::Unknown,
    }
}

/// Whether the one binding that the site sees under a name is made where a pattern fits.
fn bound_by<'r, 'a>(patterns: &'r [Guarded], name: &'a str, site: Site<'_, 'r, 'a>) -> Answer {
    let Site { subject, node, .. } = site;
    let scope = subject.names.scope_of(node);
    let Some(owner) = subject.names.lookup(scope, name) else {
        return Answer::Unknown;
    };
    let reaching = subject.flow.reaching_in(owner, name, node);
    match reaching.only() {
        // The name of a handler is gone behind it.
        _ if reaching.may_be_unbound => Answer::Unknown,
        Some(binding) => {
            let maker = subject.names.binding(binding).node;
            site.fits_any(patterns, subject.tree.node(maker))
        }
        None => Answer::Unknown,
    }
}

fn has<'r, 'a>(patterns: &'r [Guarded], expression: ExprRef<'a>, site: Site<'_, 'r, 'a>) -> Answer {
    let tree = site.subject.tree;
    let id = tree.id(expression);
    let inside = std::iter::once(id).chain(tree.descendants(id));
    any(inside, |id| site.statement_fits(patterns, tree.node(id)))
}
