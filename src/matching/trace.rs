//! Rules at a place → how each of their words answers there, for people who ask why.
//!
//! Asked apart from [`search`](super::search), so that a run pays nothing for it: here every word is
//! asked, also those behind the one that decided, and each has its evidence for itself.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::dispatch::{Dispatch, Entry, RenamedNames};
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::under::{Around, under};
use super::unify::Fit;
use super::{evaluate, fate, fit, function_word, is_prose, owner, place, reported, serves};
use crate::bind::value::Origin;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, SiteWord, Word};
use crate::recipe::safety::Safety;
use crate::recipe::{Recipe, Rule, Verb};

mod misfit;

mod python;

use misfit::{may_be_meant, misfit};
use python::ask_python;

/// A word and its answer at a site.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    /// As typed; of several that stand together `any`, `all` or `not`.
    pub word: String,
    /// How many of these stand around it.
    pub depth: usize,
    /// What it answers.
    pub answer: Answer,
    /// What was seen, where that can be told.
    pub evidence: Option<String>,
}

impl Asked {
    /// Returns the word, a long one cut short.
    pub fn shown(&self) -> String {
        const LONGEST: usize = 72;
        match self.word.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &self.word[..end]),
            None => self.word.clone(),
        }
    }
}

/// A safety case of a rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AskedDoubt {
    /// The level where it holds.
    pub level: Safety,
    /// Whether it does.
    pub answer: Answer,
    /// Its words; none where it holds always.
    pub when: Vec<Asked>,
}

/// How a pattern compares with what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fitting {
    /// It fits.
    Surely,
    /// It fits only perhaps, and why.
    Perhaps(String),
    /// It does not fit, and why.
    Not(String),
}

/// A rule, compared with a node.
#[derive(Debug)]
pub struct Trace<'r> {
    /// The recipe's place in the order of the selection.
    pub order: usize,
    /// The recipe.
    pub recipe: &'r Recipe,
    /// The rule.
    pub rule: &'r Rule,
    /// The pattern.
    pub pattern: &'r str,
    /// What was compared, in the subject's text.
    pub range: TextRange,
    /// What is reported of it, if it is.
    pub site: TextRange,
    /// Whether the pattern fits.
    pub fitting: Fitting,
    /// Whether the rule applies.
    pub applies: Answer,
    /// The words of its `where`; empty where the pattern does not fit.
    pub asked: Vec<Asked>,
    /// Its doubts; empty where it does not apply.
    pub doubts: Vec<AskedDoubt>,
    /// The lifecycle of what would own the value.
    pub lifecycle: Option<String>,
}

impl Trace<'_> {
    /// Returns whether the pattern fits, if only perhaps.
    pub fn fits(&self) -> bool {
        !matches!(self.fitting, Fitting::Not(_))
    }
}

/// Compares rules with the nodes that `is_here` accepts; patterns that do not fit, or fit anything and do
/// not apply, are told of the recipes that `is_near` accepts.
pub fn trace<'r>(
    subject: &Subject<'_>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
    is_here: &dyn Fn(NodeId) -> bool,
    is_near: &dyn Fn(&Recipe) -> bool,
) -> Vec<Trace<'r>> {
    let renamed = RenamedNames::new(subject, dispatch);
    let mut candidates = Vec::new();
    let mut traces: Vec<Trace> = Vec::new();
    for node in subject.tree.ids() {
        if !is_here(node) || is_prose(subject, node) {
            continue;
        }
        dispatch.candidates(subject, &renamed, node, &mut candidates);
        for entry in &candidates {
            let recipe = recipes[entry.recipe];
            let trace = compare(subject, recipe, entry, node);
            let fits =
                trace.fits() && (trace.applies.is_yes() || !entry.pattern.pattern.fits_anything());
            let is_asked = || trace.fits() || may_be_meant(subject, entry, node);
            if fits || is_near(recipe) && is_asked() {
                traces.push(trace);
            }
        }
    }
    // Of a rule that fits somewhere here, what does not fit beside it tells nothing.
    let fitting: Vec<(usize, String)> = traces
        .iter()
        .filter(|trace| trace.fits())
        .map(|trace| (trace.order, trace.rule.id.clone()))
        .collect();
    traces.retain(|trace| trace.fits() || !fitting.contains(&(trace.order, trace.rule.id.clone())));
    traces
}

/// Returns where a node begins for a reader: a definition at its name, below its decorators.
pub fn begin(subject: &Subject, node: NodeId) -> TextRange {
    match subject.tree.node(node) {
        AnyNodeRef::StmtFunctionDef(function) => function.name.range(),
        AnyNodeRef::StmtClassDef(class) => class.name.range(),
        _ => subject.tree.range(node),
    }
}

fn compare<'r>(
    subject: &Subject<'_>,
    recipe: &'r Recipe,
    entry: &Entry<'r>,
    node: NodeId,
) -> Trace<'r> {
    let rule = &recipe.content.rules[entry.rule];
    let pattern = &entry.pattern.pattern;
    let range = subject.tree.range(node);
    let mut trace = Trace {
        order: entry.recipe,
        recipe,
        rule,
        pattern: &pattern.text,
        range,
        site: range,
        fitting: Fitting::Surely,
        applies: Answer::No,
        asked: Vec::new(),
        doubts: Vec::new(),
        lifecycle: None,
    };
    match fit(subject, pattern, node) {
        Some(mut fit) => ask_rule(&mut trace, subject, entry, node, &mut fit),
        None => trace.fitting = Fitting::Not(misfit(subject, pattern, node)),
    }
    trace
}

fn ask_rule<'r, 'a>(
    trace: &mut Trace<'r>,
    subject: &Subject<'a>,
    entry: &Entry<'r>,
    node: NodeId,
    fit: &mut Fit<'r, 'a>,
) {
    let rule = trace.rule;
    trace.range = fit.range;
    if let Some(why) = &fit.unsure {
        trace.fitting = Fitting::Perhaps(why.clone());
    }
    let of_python = ask_python(trace.recipe, subject, node, &mut trace.asked);
    let around = under(subject, rule, node, &mut fit.captures);
    trace.asked.extend(asked_under(subject, rule, around));
    if !around.holds() {
        // The words behind it may ask about what it would capture.
        return;
    }
    let site = Site {
        subject,
        node,
        captures: &fit.captures,
        unsure: fit.unsure.as_deref(),
    };
    trace.site = reported(rule, site, fit.range)[0];
    let serves = serves(fit, rule);
    let of_pattern = ask(&entry.pattern.condition, site, 0, &mut trace.asked);
    let of_rule = ask(&rule.condition, site, 0, &mut trace.asked);
    trace.applies = of_python.and(of_pattern).and(of_rule).and(serves.into());
    if trace.applies.is_yes() {
        trace.doubts = doubts(rule, site);
        let is_kept = matches!(rule.verb, Some(Verb::Keep(_)));
        let owner = is_kept
            .then(|| owner::find(subject, node))
            .and_then(Result::ok);
        trace.lifecycle = owner.map(|owner| owner.row.line());
    }
}

/// Tells `under` as a word, where the rule has it.
fn asked_under(subject: &Subject, rule: &Rule, around: Around) -> Option<Asked> {
    let shown = |block| first_line(&subject.text()[subject.tree.range(block)]);
    let evidence = match around {
        Around::NotAsked => return None,
        Around::Fits(block) => format!("around it: `{}`", shown(block)),
        Around::Differs(block) => format!("around it is another: `{}`", shown(block)),
        Around::Nowhere => "none is around it, inside of its function".to_owned(),
    };
    let patterns = rule.under.iter().map(|it| it.pattern.text.trim_end());
    Some(Asked {
        word: format!("under: {}", patterns.collect::<Vec<_>>().join(", ")),
        depth: 0,
        answer: around.holds().into(),
        evidence: Some(evidence),
    })
}

fn doubts(rule: &Rule, site: Site) -> Vec<AskedDoubt> {
    let mut doubts = Vec::new();
    for doubt in rule.doubts.iter() {
        let mut when = Vec::new();
        let answer = match &doubt.when {
            None => Answer::Yes,
            Some(condition) => ask(condition, site, 0, &mut when),
        };
        doubts.push(AskedDoubt {
            level: doubt.level,
            answer,
            when,
        });
    }
    doubts
}

/// Asks every word of a condition.
fn ask<'r>(
    condition: &'r Condition,
    site: Site<'_, 'r, '_>,
    depth: usize,
    asked: &mut Vec<Asked>,
) -> Answer {
    match condition {
        Condition::All(parts) if depth == 0 => parts.iter().fold(Answer::Yes, |answer, part| {
            answer.and(ask(part, site, depth, asked))
        }),
        Condition::All(parts) => ask_group("all", parts, site, depth, asked),
        Condition::Any(parts) => ask_group("any", parts, site, depth, asked),
        Condition::None(parts) => ask_group("not", parts, site, depth, asked),
        Condition::Word(word, typed) => {
            let mut evidence = Evidence::default();
            let answer = evaluate::ask(word, typed, site, &mut evidence);
            asked.push(Asked {
                word: typed.text(),
                depth,
                answer,
                evidence: told(evidence).or_else(|| seen(word, site)),
            });
            answer
        }
    }
}

fn ask_group<'r>(
    name: &str,
    parts: &'r [Condition],
    site: Site<'_, 'r, '_>,
    depth: usize,
    asked: &mut Vec<Asked>,
) -> Answer {
    let place = asked.len();
    asked.push(Asked {
        word: name.to_owned(),
        depth,
        answer: Answer::Yes,
        evidence: None,
    });
    let answers = parts.iter().map(|part| ask(part, site, depth + 1, asked));
    let answer = match name {
        "all" => answers.fold(Answer::Yes, Answer::and),
        "any" => answers.fold(Answer::No, Answer::or),
        _ => !answers.fold(Answer::No, Answer::or),
    };
    asked[place].answer = answer;
    answer
}

/// What the word itself had to say.
fn told(evidence: Evidence) -> Option<String> {
    let unknown = [evidence.assumed, evidence.unknown].concat();
    let unknown = (!unknown.is_empty()).then(|| unknown.join("; "));
    let names = (!evidence.names.is_empty()).then(|| evidence.names.join(", "));
    evidence.why.or(unknown).or(names)
}

/// What the word looked at.
fn seen(word: &Word, site: Site) -> Option<String> {
    let subject = site.subject;
    match word {
        Word::Site(SiteWord::Inside(_)) => {
            let place = place::place(subject, site.node).word();
            Some(format!("it is in: {place}"))
        }
        Word::Site(SiteWord::Outer(_)) => Some(match place::outer(subject, site.node) {
            Some(place) => format!("around that: {}", place.word()),
            None => "nothing surrounds that".to_owned(),
        }),
        Word::Site(SiteWord::Result(_)) => {
            let fate = fate::fate(subject, site.node).word();
            Some(format!("the value is: {fate}"))
        }
        Word::Site(SiteWord::Python(_)) => Some(subject.target.words()),
        Word::Site(SiteWord::MayRunOn(_)) => Some(subject.pythons_in_words()),
        Word::Capture { name, .. } => captured(name, site),
        Word::Function(_) => Some(match function_word::asked_of(site) {
            Some(function) if function == site.node => {
                format!("of `{}`", place::defined_name(subject, function))
            }
            Some(function) => format!("in `{}`", place::defined_name(subject, function)),
            None => "no function is around it".to_owned(),
        }),
        _ => None,
    }
}

/// The code that a capture stands for, and of a name what it was made by.
fn captured(name: &str, site: Site) -> Option<String> {
    let subject = site.subject;
    let shown = |range| first_line(&subject.text()[range]);
    let range = site.captures.find(name)?.range()?;
    let origins = site.captures.expression(name);
    let origins = origins.map(|expression| subject.resolver.origins(expression));
    let made = match origins.as_deref() {
        Some([Origin::Made(made)]) if made.range() != range => {
            format!(", made by `{}`", shown(made.range()))
        }
        Some([Origin::Annotated(annotation)]) => {
            format!(", annotated `{}`", shown(annotation.range()))
        }
        _ => String::new(),
    };
    Some(format!("${name} is `{}`{made}", shown(range)))
}

fn first_line(text: &str) -> String {
    match text.split_once('\n') {
        Some((first, _)) => format!("{} …", first.trim_end()),
        None => text.to_owned(),
    }
}
