//! Conditions at one match → yes, no or unknown, with the evidence.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::among::Among;
use super::independent::independent;
use super::may_fit::{any_standing, any_stands};
use super::role::has_role;
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::unify::unify;
use super::{
    awaited, capture_word, elsewhere, fate, file_word, followed, function_word, handlers, holding,
    owner, patch, place, shared, sides,
};
use crate::bind::block::Block;
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{
    Condition, Enclosure, Guarded, ProjectWord, SiteWord, Typed, VersionReq, Word,
};
use crate::recipe::lifecycle::Outcome;
use crate::semantic::ways::statements_around;

/// Answers a condition at a site.
pub(super) fn evaluate<'r>(
    condition: &'r Condition,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    match condition {
        Condition::All(parts) => fold(parts, Answer::Yes, Answer::No, Answer::and, site, evidence),
        Condition::Any(parts) => any_of(parts, evidence, |part, evidence| {
            evaluate(part, site, evidence)
        }),
        Condition::None(parts) => !fold(parts, Answer::No, Answer::Yes, Answer::or, site, evidence),
        Condition::Word(word, typed) => ask(word, typed, site, evidence),
    }
}

/// Asks the parts only as long as the answer is open.
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

/// Asks the parts up to the first yes. Where that was found is told, before where it only may have been.
pub(super) fn any_of<'r>(
    parts: &'r [Condition],
    evidence: &mut Evidence,
    mut ask: impl FnMut(&'r Condition, &mut Evidence) -> Answer,
) -> Answer {
    let given = evidence.found.take();
    let mut perhaps = None;
    let answer = any(parts, |part| {
        perhaps = perhaps.take().or(evidence.found.take());
        ask(part, evidence)
    });
    evidence.found = given.or(evidence.found.take()).or(perhaps);
    answer
}

/// Answers one word at a site.
pub(super) fn ask<'r>(
    word: &'r Word,
    typed: &Typed,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let n_unknown = evidence.unknown.len();
    let answer = ask_known(word, site, evidence);
    if answer != Answer::Unknown || !typed.or_unknown {
        return answer;
    }
    let mut unknown = evidence.unknown.split_off(n_unknown);
    if unknown.is_empty() {
        unknown.push(asked(word, typed, site));
    }
    evidence.assumed.append(&mut unknown);
    Answer::Yes
}

/// Says what was asked: of what a capture stands for, in words of the code.
fn asked(word: &Word, typed: &Typed, site: Site) -> String {
    let captured = match word {
        Word::Capture { name, .. } => site.captures.expression(name),
        _ => None,
    };
    let code = captured.map(|it| site.subject.first_line(it.range()));
    match code {
        Some(code) => format!("what `{code}` is"),
        None => format!("`{}`", typed.text()),
    }
}

fn ask_known<'r>(word: &'r Word, site: Site<'_, 'r, '_>, evidence: &mut Evidence) -> Answer {
    match word {
        Word::Site(word) => of_site(word, site, evidence),
        Word::Capture { name, word } => capture_word::ask(name, word, site, evidence),
        Word::Stored(word) => owner::stored::ask(word, site, evidence),
        Word::Function(word) => function_word::function(word, site, evidence),
        Word::File(word) => file_word::file(word, site, evidence),
        Word::Project(ProjectWord::Imports(modules)) => {
            elsewhere::project_imports(modules, site.subject, evidence)
        }
        Word::Project(ProjectWord::Says(it)) => {
            elsewhere::says(&it.files, &it.texts, site.subject).into()
        }
    }
}

fn of_site<'r>(word: &'r SiteWord, site: Site<'_, 'r, '_>, evidence: &mut Evidence) -> Answer {
    let subject = site.subject;
    match word {
        SiteWord::Inside(places) => one_of(places, Some(place::place(subject, site.node))),
        SiteWord::Outer(places) => one_of(places, place::outer(subject, site.node)),
        SiteWord::Within(enclosures) => any(enclosures, |enclosure| within(enclosure, site)),
        SiteWord::MatchedUnknown(_) => matched_unknown(site, evidence),
        SiteWord::CanAwait(wanted) => can_await(*wanted, site, evidence),
        SiteWord::PrecededBy(patterns) => preceded_by(patterns, site),
        SiteWord::FollowedBy(patterns) => followed::followed_by(patterns, site),
        SiteWord::Python(version) => is_targeted(version, site, evidence),
        SiteWord::MayRunOn(version) => may_run_on(version, site, evidence),
        SiteWord::Result(fates) => one_of(fates, Some(fate::fate(subject, site.node))),
        SiteWord::PassedTo(functions) => fate::passed_to(subject, site.node, functions),
        SiteWord::Holding(kinds) => holding::holding(site, kinds, evidence),
        SiteWord::ReadBeforeWrittenAfter(by) => {
            shared::read_before_written_after(by, site, evidence)
        }
        SiteWord::Across(ways) => shared::across(ways, site, evidence),
        SiteWord::OnBothSides(both) => sides::on_both_sides(both, site, evidence),
        SiteWord::Awaited(word) => awaited::awaited(&word.0, site, evidence),
        SiteWord::LoopsOver(_) => shared::loops_over(site, evidence),
        SiteWord::Catches(exceptions) => handlers::catches(subject, site.node, exceptions),
        SiteWord::Handles(exceptions) => handlers::handles(subject, site.node, exceptions),
        SiteWord::Takes(exceptions) => handlers::takes(subject, site.node, exceptions),
        SiteWord::Try(patterns) => handlers::try_has(patterns, site),
        SiteWord::Patched(names) => patch::patched(names, subject, evidence),
        SiteWord::Independent(it) => independent(&it.calls, &it.reads, site, evidence),
        SiteWord::Outcome(wanted) => ends_so(wanted, site, evidence),
        SiteWord::Teardown(roles) => teardown_is(roles, site),
        SiteWord::Elsewhere(word) => elsewhere::has(word, site, evidence),
        SiteWord::Cell(patterns) => file_word::cell_has(patterns, site, evidence),
        SiteWord::Class(patterns) => class_has(patterns, site, evidence),
        SiteWord::Program(word) => elsewhere::program(word, subject, evidence),
    }
}

fn ends_so(wanted: &[Outcome], site: Site, evidence: &mut Evidence) -> Answer {
    any(wanted, |outcome| {
        owner::outcome::ends_so(site, *outcome, evidence)
    })
}

fn teardown_is(roles: &[String], site: Site) -> Answer {
    owner::teardown(site).map_or(Answer::No, |teardown| {
        any(roles, |role| has_role(role, teardown, site.subject))
    })
}

fn is_targeted(version: &VersionReq, site: Site, evidence: &mut Evidence) -> Answer {
    evidence.asked_version |= version.divides();
    version.holds(site.subject.target.version).into()
}

/// An older Python is ruled out by who says the target, a newer one by the project alone.
fn may_run_on(version: &VersionReq, site: Site, evidence: &mut Evidence) -> Answer {
    evidence.asked_version |= version.below.is_some();
    let (lowest, highest) = site.subject.pythons();
    version.holds_between(lowest, highest).into()
}

fn matched_unknown(site: Site, evidence: &mut Evidence) -> Answer {
    if let Some(why) = site.unsure {
        evidence.why(why);
    }
    site.unsure.is_some().into()
}

fn can_await(wanted: bool, site: Site, evidence: &mut Evidence) -> Answer {
    match place::can_await(site, evidence) {
        Ok(()) => wanted.into(),
        Err(why) => {
            evidence.why(why);
            (!wanted).into()
        }
    }
}

fn one_of<T: PartialEq>(wanted: &[T], found: Option<T>) -> Answer {
    found.is_some_and(|found| wanted.contains(&found)).into()
}

impl<'r, 'a> Site<'_, 'r, 'a> {
    /// Answers a condition; what was seen on the way is added to the evidence.
    pub(super) fn meets(self, condition: &'r Condition, evidence: &mut Evidence) -> Answer {
        evaluate(condition, self, evidence)
    }

    /// Returns whether `node` fits one of the patterns, the captures of the site standing for themselves.
    pub(super) fn fits_any(self, patterns: &'r [Guarded], node: AnyNodeRef<'a>) -> Answer {
        self.fits_telling(patterns, node, &mut Evidence::default())
    }

    /// The same with what was seen on the way.
    pub(super) fn fits_telling(
        self,
        patterns: &'r [Guarded],
        node: AnyNodeRef<'a>,
        evidence: &mut Evidence,
    ) -> Answer {
        any_standing(patterns, node, self.subject, |pattern| {
            let Some(fit) = unify(&pattern.pattern, node, self.captures, self.subject) else {
                return Answer::No;
            };
            if fit.unsure.is_some() {
                return Answer::Unknown;
            }
            let inner = Site {
                captures: &fit.captures,
                node: self.subject.tree.id(node),
                ..self
            };
            evaluate(&pattern.condition, inner, evidence)
        })
    }

    /// Returns whether a statement fits one of the patterns, or its expression does.
    fn statement_fits(self, among: &Among<'r>, id: NodeId) -> Answer {
        let direct = self.fits_among(among, id);
        match self.subject.tree.node(id) {
            AnyNodeRef::StmtExpr(statement) if !direct.is_yes() => {
                let value = self.subject.tree.id(&*statement.value);
                direct.or(self.fits_among(among, value))
            }
            _ => direct,
        }
    }

    /// Returns whether one of the nodes fits one of the patterns.
    pub(super) fn has(
        self,
        patterns: &'r [Guarded],
        nodes: impl Iterator<Item = NodeId>,
    ) -> Answer {
        if !any_stands(patterns, self.subject) {
            return Answer::No;
        }
        any(nodes, |id| {
            self.fits_any(patterns, self.subject.tree.node(id))
        })
    }
}

fn within<'r>(enclosure: &'r Enclosure, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    match enclosure {
        Enclosure::MainGuard => subject.context.in_main_guard(site.node).is_some().into(),
        Enclosure::Pattern(pattern) => {
            let around = place::inside_function(subject, site.node);
            site.has(std::slice::from_ref(pattern), around)
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
    if !any_stands(patterns, subject) {
        return answer;
    }
    let function = subject.context.enclosing_function(site.node);
    let whole = subject.tree.span(function.unwrap_or(NodeId::ROOT));
    for own in statements_around(subject, site.node) {
        let Some(block) = subject.blocks.block_of(own) else {
            continue;
        };
        let among = site.among(patterns, &(block.statements[0]..own), &whole);
        answer = stands_before(&among, block, answer, site);
        if answer.is_yes() {
            break;
        }
    }
    answer
}

/// The same of one block, whose statements before the site are looked through, the nearest first.
fn stands_before<'r>(
    among: &Among<'r>,
    block: &Block,
    mut answer: Answer,
    site: Site<'_, 'r, '_>,
) -> Answer {
    let Site { subject, .. } = site;
    let tree = subject.tree;
    let holders = &among.ids;
    let mut last = None;
    for place in holders.iter().rev().map(|id| block.place_of(*id)) {
        if last.replace(place) == Some(place) {
            continue;
        }
        let statement = block.statements[place];
        answer = answer.or(site.statement_fits(among, statement));
        if answer.is_yes() {
            return answer;
        }
        // A match inside an earlier compound statement runs on some paths only.
        let from = holders.partition_point(|id| *id < statement);
        let inside = holders[from..].iter();
        let inside = inside.take_while(|id| tree.contains(statement, **id));
        let mut inside = inside.filter_map(|id| statement_of(subject, *id));
        let fits = |id| site.statement_fits(among, id).is_yes();
        if answer == Answer::No && inside.any(|id| id != statement && fits(id)) {
            answer = Answer::Unknown;
        }
    }
    answer
}

/// The statement that a node is, or whose expression it is.
fn statement_of(subject: &Subject, node: NodeId) -> Option<NodeId> {
    let parent = subject.tree.parent(node);
    match subject.tree.node(node).is_statement() {
        true => Some(node),
        false => subject.tree.node(parent).is_stmt_expr().then_some(parent),
    }
}

fn class_has<'r>(
    patterns: &'r [Guarded],
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let matched = subject.tree.node(site.node).is_stmt_class_def();
    let matched = matched.then_some(site.node);
    let Some(class) = matched.or_else(|| subject.context.enclosing_class(site.node)) else {
        return Answer::No;
    };
    if !any_stands(patterns, subject) {
        return Answer::No;
    }
    let part = subject.tree.span(class);
    let among = site.among(patterns, &part, &part);
    any(among.ids.iter().filter(|id| **id != class), |id| {
        let (fits, id) = (site.fits_among(&among, *id), *id);
        if fits.is_yes() {
            let function = subject.context.enclosing_function(id);
            let name = function.map(|id| place::defined_name(subject, id));
            evidence.found = Some(Found::In {
                name: name.map(str::to_owned),
                line: Some(place::line_of(subject, id)),
            });
        }
        fits
    })
}
