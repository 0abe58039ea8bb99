//! What a capture is asked: kind, name, spelling, form, origin, uses.

use ruff_python_ast::{AnyNodeRef, Expr, ExprRef};
use ruff_text_size::Ranged;

use super::capture::Captured;
use super::declared::{given_values, is_declared};
use super::kind::{self, annotates, is_anything, is_kind};
use super::made::{made_in_same_place, made_there};
use super::may_fit::any_standing;
use super::site::{Evidence, Site, any};
use super::subject::Subject;
use super::unify::unify;
use super::{failing, forwards, given, holding, own_part, owner, reach, replaced, undefined, uses};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::matching::answers::code::KindAnswer;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{CaptureWord, Form, Guarded, MadeIn, is_among};
use crate::recipe::schema::VALUE;
use crate::text::blank::quoted;

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
        return without_value(name);
    };
    // Most captures are one expression: no list is made of it.
    if let Captured::Expression(expression) = captured {
        return match word {
            // What is asked of uses is asked with the capture standing for each use.
            CaptureWord::Uses(patterns) => uses::some_use(patterns, name, *expression, site),
            word => of_expression(word, *expression, site, evidence),
        };
    }
    if let (CaptureWord::Has(patterns), Captured::Body(statements)) = (word, captured) {
        let tree = site.subject.tree;
        return any(statements, |it| has(patterns, tree.id(*it), site));
    }
    if let Captured::Name { name, .. } = captured {
        return match word {
            CaptureWord::Text(texts) => texts.iter().any(|text| text.fits(name)).into(),
            CaptureWord::Form(forms) => forms.contains(&Form::Name).into(),
            CaptureWord::MadeBy(patterns) => bound_by(patterns, name, site),
            _ => Answer::Unknown,
        };
    }
    if let Captured::Type(found) | Captured::Reference(found) = captured {
        return of_type(word, found);
    }
    let all = captured.expressions().into_iter();
    all.fold(Answer::Yes, |answer, expression| {
        answer.and(of_expression(word, expression, site, evidence))
    })
}

/// A type that no code spells has nothing but its text.
fn of_type(word: &CaptureWord, found: &str) -> Answer {
    match word {
        CaptureWord::Text(texts) => texts.iter().any(|text| text.fits(found)).into(),
        _ => Answer::Unknown,
    }
}

/// Returns whether a capture is surely of one of the kinds; of `$*xs` each element must be.
pub(super) fn is_surely(name: &str, kinds: &[String], site: Site) -> bool {
    let value = matched_value(name, site);
    let is_one = |expression| {
        let mut kinds = kinds.iter();
        kinds.any(|kind| kind::is_surely(site.subject, expression, kind))
    };
    match site.captures.find(name).or(value.as_ref()) {
        None | Some(Captured::Name { .. }) => false,
        Some(Captured::Expression(expression)) => is_one(*expression),
        Some(captured) => captured.expressions().into_iter().all(is_one),
    }
}

/// What is no expression, a statement or a header, has no value of which anything could hold.
fn without_value(name: &str) -> Answer {
    match is_value(name) {
        true => Answer::No,
        false => Answer::Unknown,
    }
}

/// The matched expression itself, where it is asked about.
fn matched_value<'a>(name: &str, site: Site<'_, '_, 'a>) -> Option<Captured<'a>> {
    let expression = site.subject.tree.node(site.node).as_expr_ref();
    expression
        .filter(|_| is_value(name))
        .map(Captured::Expression)
}

fn is_value(name: &str) -> bool {
    VALUE.strip_prefix('$') == Some(name)
}

/// Returns whether an expression is an annotation for values of one of the kinds.
fn annotates_one<'a>(kinds: &[String], expression: ExprRef<'a>, subject: &Subject<'a>) -> Answer {
    match subject.names.in_annotation(subject.tree.id(expression)) {
        true => any(kinds.iter(), |kind| annotates(subject, expression, kind)),
        false => Answer::No,
    }
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
        CaptureWord::Annotates(kinds) => annotates_one(kinds, expression, subject),
        CaptureWord::Name(names) => is_named(names, expression, subject),
        CaptureWord::Undefined(names) => undefined::is_undefined(subject, names, expression).into(),
        CaptureWord::Text(texts) => any(texts, |text| {
            text.fits(&subject.text()[expression.range()]).into()
        }),
        CaptureWord::Form(forms) => any(forms, |form| has_form(*form, expression, subject).into()),
        CaptureWord::MadeBy(patterns) => made_by(patterns, expression, site, evidence),
        CaptureWord::MadeOf(kinds) => own_part::made_of(kinds, expression, subject).into(),
        CaptureWord::MadeIn(places) => any(places, |place| made_in(*place, expression, site)),
        CaptureWord::Uses(_) => Answer::Unknown,
        CaptureWord::OnlyUses(patterns) => uses::only_uses(patterns, expression, site, evidence),
        CaptureWord::Has(patterns) => has(patterns, subject.tree.id(expression), site),
        CaptureWord::FailsButFor(patterns) => failing::fails(patterns, expression, site, evidence),
        CaptureWord::Reaches(patterns) => reach::reaches(patterns, expression, site, evidence),
        CaptureWord::Function(word) => reach::beyond::of_called(word, expression, site, evidence),
        CaptureWord::Forwards(patterns) => forwards::forwards(patterns, expression, subject),
        CaptureWord::Offers(patterns) => reach::beyond::offered(patterns, expression, site),
        CaptureWord::ReplacedByOtherThan(kinds) => {
            let replaced = replaced::by_other_than(kinds, expression, subject, evidence);
            replaced.or(given::other_than(kinds, expression, subject, evidence))
        }
        CaptureWord::HoldsNothing(wanted) => {
            (holding::holds_nothing(subject, expression) == *wanted).into()
        }
        CaptureWord::EndsAtOnce(wanted) => ends_at_once(*wanted, expression, site, evidence),
    }
}

fn made_in<'a>(place: MadeIn, expression: ExprRef<'a>, site: Site<'_, '_, 'a>) -> Answer {
    let subject = site.subject;
    match place {
        MadeIn::SamePlace => made_in_same_place(subject, expression, site.node),
        MadeIn::SameFile => uses::made_in_file(subject, expression),
        MadeIn::Elsewhere => !uses::made_in_file(subject, expression),
        MadeIn::Unseen => is_declared(subject, expression),
        MadeIn::Parameter => given::is_parameter(subject, expression).into(),
    }
}

fn is_named<'a>(names: &[String], expression: ExprRef<'a>, subject: &Subject<'a>) -> Answer {
    match subject.resolver.meaning(expression) {
        Meaning::Qualified(name) => is_among(&name, names).into(),
        Meaning::Unknown { .. } => Answer::Unknown,
        _ => Answer::No,
    }
}

fn ends_at_once<'a>(
    wanted: bool,
    expression: ExprRef<'a>,
    site: Site<'_, '_, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    match owner::outcome::why_not_at_once(site.subject, site.node, expression) {
        Some(why) => {
            evidence.why(why);
            (!wanted).into()
        }
        None => wanted.into(),
    }
}

fn is<'a>(
    kinds: &[String],
    expression: ExprRef<'a>,
    subject: &Subject<'a>,
    evidence: &mut Evidence,
) -> Answer {
    let mut answer = Answer::No;
    let mut unknown = None;
    let mut take = |found: KindAnswer| {
        answer = answer.or(found.answer);
        unknown = unknown.take().or(found.why);
    };
    match kinds {
        [] => take(is_anything(subject, expression)),
        kinds => kinds
            .iter()
            .for_each(|kind| take(is_kind(subject, expression, kind))),
    }
    if answer == Answer::Unknown {
        let text = quoted(&subject.text()[expression.range()]);
        let what = unknown.unwrap_or_else(|| format!("the class of `{text}` is not known"));
        evidence.unknown.push(what);
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
        Form::Class => subject
            .class(expression)
            .is_some_and(|it| it.is_of_project()),
        Form::Receiver => is_receiver(expression, subject),
    }
}

fn is_receiver<'a>(expression: ExprRef<'a>, subject: &Subject<'a>) -> bool {
    match expression {
        ExprRef::Name(name) => subject.resolver.receiver(name).is_some(),
        ExprRef::Call(call) => subject.resolver.super_of(call).is_some(),
        _ => false,
    }
}

fn made_by<'r, 'a>(
    patterns: &'r [Guarded],
    expression: ExprRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) -> Answer {
    let made = match given_values(site.subject, expression).as_slice() {
        [Origin::Made(made)] => AnyNodeRef::from(*made),
        [Origin::Annotated(annotation)] => match value_beside(site.subject, annotation) {
            Some(value) => value.into(),
            None => return Answer::No,
        },
        [Origin::Imported] => return made_there(patterns, expression, site, Answer::No),
        [Origin::Unknown(_)] | [] => {
            return made_there(patterns, expression, site, Answer::Unknown);
        }
        [_] => return Answer::No,
        _ => return Answer::Unknown,
    };
    any_standing(patterns, made, site.subject, |pattern| {
        let fits = site.fits_any(std::slice::from_ref(pattern), made);
        if fits.is_yes() {
            note_made(pattern, made, site, evidence);
        }
        fits
    })
}

/// The value of `name: annotation = value`.
fn value_beside<'a>(subject: &Subject<'a>, annotation: &'a Expr) -> Option<&'a Expr> {
    let statement = subject.tree.parent_node(subject.tree.id(annotation));
    match statement {
        AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
        _ => None,
    }
}

/// Keeps what a pattern captures where the value is made, for messages.
fn note_made<'r, 'a>(
    pattern: &'r Guarded,
    made: AnyNodeRef<'a>,
    site: Site<'_, 'r, 'a>,
    evidence: &mut Evidence,
) {
    let Some(fit) = unify(&pattern.pattern, made, site.captures, site.subject) else {
        return;
    };
    for (name, _) in &pattern.pattern.captures {
        let range = fit.captures.find(name).and_then(Captured::range);
        if let Some(range) = range {
            let text = site.subject.text()[range].to_owned();
            evidence.made.push((name.clone(), text));
        }
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

fn has<'r>(patterns: &'r [Guarded], id: NodeId, site: Site<'_, 'r, '_>) -> Answer {
    let tree = site.subject.tree;
    site.has_in(patterns, &tree.span(id), |_| true)
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::{check_condition, levels};

    /// Compares the lines of `f($x)` in a text whose first capture answers the word.
    #[track_caller]
    fn check(word: &str, text: &str, lines: &[usize]) {
        check_condition("f($x, $at)", &format!("$x: {{{word}}}"), text, lines);
    }

    const SPELLED: &str = "f(base_url, 1)\nf(url, 2)\nf(self.base_url, 3)\nf(base_url + a, 4)\n";

    #[test]
    fn a_text_is_compared_whole_and_a_regex_is_found() {
        check("text: url", SPELLED, &[2]);
        check("text: /url/", SPELLED, &[1, 2, 3, 4]);
        check("text: /_url$/", SPELLED, &[1, 3]);
        check("text: [url, /^self/]", SPELLED, &[2, 3]);
        check_condition(
            "$x.get($at)",
            "$x: {text: /^a$/}",
            "a.get(1)\nb.get(2)\na.b.get(3)\n",
            &[1],
        );
        let rest = "g(1, a_1, a_2)\ng(2, a_1, b)\n";
        check_condition("g($at, $*xs)", "$*xs: {text: /^a/}", rest, &[1]);
        let named = "m.a_one(1)\nm.b_one(2)\n";
        check_condition("m.$verb($at)", "$verb: {text: /^a_/}", named, &[1]);
    }

    #[test]
    fn statements_are_asked_for_what_they_hold() {
        let pattern = "$x.acquire($at)\n\n  $...body\n\n  $x.release()";
        let text = "\
async def one(a):
    a.acquire(2)
    print(1)
    a.release()
    a.acquire(5)
    if a:
        await a
    a.release()
    a.acquire(9)
    a.release()
";
        check_condition(pattern, "$...body: {has: await $_}", text, &[5]);
        check_condition(pattern, "not: [{$...body: {has: await $_}}]", text, &[2, 9]);
    }

    #[test]
    fn what_nobody_knows_is_told_and_not_safe() {
        let text = "import asyncio\nasync def f(loop, a: int):\n    g(asyncio.get_running_loop())\n    g(loop)\n    g(a)\n";
        let not_known = "review b (not known: `loop` is a parameter without annotation)";
        let of = |kinds: &str| {
            let rule = format!("match: g($x), where: {{$x: {{is: {kinds}}}}}, rewrite: h($x)");
            levels(&format!("{rule}, does: b"), text)
        };
        assert_eq!(of("event-loop"), ["safe b"]);
        assert_eq!(of("[event-loop, unknown]"), ["safe b", not_known]);
        assert_eq!(of("unknown"), [not_known]);
        let rule =
            "match: g($x), where: {$x: {made-by: [dict(), unknown]}}, rewrite: h($x), does: b";
        let found = levels(rule, "def f(self):\n    g(self.state)\n");
        assert_eq!(found, ["review b (not known: what `self.state` is)"]);
    }
}
