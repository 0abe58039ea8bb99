//! The verb `extract`: statements become a function that is called in their place.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::block::Block;
use super::concrete::spliced;
use super::fresh::{first_free, wishes};
use super::obstacle::Obstacle;
use super::rewrite::{Place, rewrite};
use super::spelling::spell_all;
use super::{Draft, Refusal, body, main_guard, stretch};
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::unify::{Fit, fits_surely, unify};
use crate::matching::uses::{bindings_of, is_housekeeping, kinds_of};
use crate::python::tree::NodeId;
use crate::recipe::template::Template;
use crate::recipe::{Extent, Extract};
use crate::text::blank::{blank_lines_before, count_lines};

/// Blank lines around a function of the module, as PEP 8 wants them.
const BLANK_LINES: usize = 2;

/// The parts of the new function that are not the block's own text.
pub(super) struct Extracted<'a> {
    /// `async def main()`, without the colon.
    pub(super) header: String,
    /// What stands in the block's place.
    pub(super) call: String,
    /// Names that stay the module's.
    globals: Vec<&'a str>,
    /// Statements that go, since only what was rewritten needed them.
    going: Vec<NodeId>,
}

impl Extracted<'_> {
    /// Returns the `global` statement; `None` where all names become local.
    pub(super) fn declaration(&self) -> Option<String> {
        (!self.globals.is_empty()).then(|| format!("global {}", self.globals.join(", ")))
    }

    /// Returns whether a statement goes, and nothing in it stays.
    pub(super) fn goes(&self, statement: NodeId) -> bool {
        self.going.contains(&statement)
    }

    /// Returns what stands between the function and its call.
    pub(super) fn blank_lines(&self, line_break: &str) -> String {
        line_break.repeat(BLANK_LINES)
    }
}

/// Drafts the extraction of the statements around the matches.
pub(super) fn extract<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let Some(first) = matches.first() else {
        return Ok(());
    };
    if verb.statements.contains(&Extent::Body) {
        return body::extract(subject, first, verb, draft);
    }
    check_alone(subject, first)?;
    let (block, header) = around(subject, matches, verb)?;
    block.check()?;
    check_refused(verb, &block)?;
    let name = fresh_name(first, &block)?;
    let rewritten = rewrite_inside(first, &block, draft)?;
    let going = check_shared(subject, first, &rewritten)?;

    let place = block.statements[0];
    let run_names = spell_all(subject, place, &verb.run.names, &mut draft.needs)?;
    let shared = first.captures.expression(collected(first));
    let extracted = Extracted {
        header: named(&verb.into, &name, &[]),
        call: named(&verb.run, &name, &run_names),
        globals: block.globals(shared.and_then(shared_name))?,
        going,
    };
    if let Some(header) = header {
        draft
            .edits
            .extend(main_guard::edits(&block, header, &extracted));
    } else {
        let (edits, shifts) = stretch::edits(&block, &extracted);
        draft.edits.extend(edits);
        draft.shifts.extend(shifts);
    }
    Ok(())
}

/// Finds the statements that move by the first extent that holds all matches.
fn around<'s, 'a>(
    subject: &'s Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
) -> Result<(Block<'s, 'a>, Option<TextRange>), Obstacle> {
    let mut around = Err(Obstacle::Scattered);
    for extent in &verb.statements {
        if around.as_ref().err() == Some(&Obstacle::Scattered) {
            around = find(subject, matches, verb, *extent);
        }
    }
    around
}

/// Finds the statements that move, and of a main guard its header.
fn find<'s, 'a>(
    subject: &'s Subject<'a>,
    matches: &[&Match<'_, 'a>],
    verb: &Extract,
    extent: Extent,
) -> Result<(Block<'s, 'a>, Option<TextRange>), Obstacle> {
    match extent {
        Extent::Block => {
            main_guard::around(subject, matches).map(|(block, header)| (block, Some(header)))
        }
        // The verb has other ways for them.
        Extent::Site | Extent::Body => Err(Obstacle::Scattered),
        Extent::FirstToLast => {
            let nodes = moving(subject, matches, verb);
            stretch::around(subject, &nodes).map(|block| (block, None))
        }
    }
}

/// No other value may be matched in the file: what is done with it may happen while the function runs,
/// or rest on what is gone afterwards.
fn check_alone<'a>(subject: &Subject<'a>, first: &Match<'_, 'a>) -> Result<(), Obstacle> {
    let given = first.captures.only(collected(first));
    let nothing = Captures::default();
    let is_other = |id: &NodeId| {
        let node = subject.tree.node(*id);
        let fits = |given| {
            let mut patterns = first.rule.patterns.iter();
            patterns.any(|it| unify(&it.pattern, node, given, subject).is_some())
        };
        fits(&nothing) && !fits(&given)
    };
    match subject.tree.ids().find(is_other) {
        Some(other) => Err(Obstacle::Another {
            code: subject.text()[subject.tree.range(other)].to_owned(),
        }),
        None => Ok(()),
    }
}

/// Nothing that the rule refuses may run while the function does: in the block, or in a function of
/// the file, which the block may call.
fn check_refused(verb: &Extract, block: &Block) -> Result<(), Obstacle> {
    let subject = block.subject;
    let may_run = |id: &NodeId| {
        let place = subject.context.frames(*id).next();
        block.holds(*id) || place.is_some_and(|frame| frame.node != NodeId::ROOT)
    };
    for (pattern, because) in &verb.refuse {
        let fits = |id: &NodeId| {
            let node = subject.tree.node(*id);
            unify(&pattern.pattern, node, &Captures::default(), subject).is_some()
        };
        if let Some(found) = subject.tree.ids().find(|id| fits(id) && may_run(id)) {
            return Err(Obstacle::Refused {
                code: subject.text()[subject.tree.range(found)].to_owned(),
                because: because.clone(),
            });
        }
    }
    Ok(())
}

/// What must be inside of the function: the matches, what the rule rewrites, and what moves along.
fn moving<'a>(subject: &Subject<'a>, matches: &[&Match<'_, 'a>], verb: &Extract) -> Vec<NodeId> {
    let mut nodes: Vec<NodeId> = matches.iter().map(|found| found.node).collect();
    let Some(first) = matches.first() else {
        return nodes;
    };
    let given = first.captures.only(collected(first));
    let of_module = |id: &NodeId| {
        let place = subject.context.frames(*id).next();
        place.is_some_and(|frame| frame.node == NodeId::ROOT)
    };
    let moves = |id: &NodeId| {
        let node = subject.tree.node(*id);
        let mut along = verb.along.iter();
        first_fit(subject, first, &given, *id).is_some()
            || along.any(|it| fits_surely(&it.pattern, node, &Captures::default(), subject))
    };
    nodes.extend(subject.tree.ids().filter(of_module).filter(moves));
    nodes
}

/// Writes the rule's templates over what the block holds; returns what was rewritten.
fn rewrite_inside<'a>(
    first: &Match<'_, 'a>,
    block: &Block<'_, 'a>,
    draft: &mut Draft,
) -> Result<Vec<NodeId>, Refusal> {
    let subject = block.subject;
    let given = first.captures.only(collected(first));
    let mut rewritten = Vec::new();
    for id in block.nodes() {
        let Some((template, fit)) = first_fit(subject, first, &given, id) else {
            continue;
        };
        let place = subject.context.frames(id).next();
        let at_top = place.is_some_and(|frame| frame.node == NodeId::ROOT);
        if !at_top || fit.unsure.is_some() {
            let call = subject.text()[subject.tree.range(id)].to_owned();
            return Err(Obstacle::NotAwaitable { call }.into());
        }
        let place = Place::of_fit(id, &fit);
        rewrite(subject, place, template, &fit.captures, draft)?;
        rewritten.push(id);
    }
    Ok(rewritten)
}

/// The first of the rule's `also-rewrite` patterns that a node fits.
pub(super) fn first_fit<'r, 'a>(
    subject: &Subject<'a>,
    found: &Match<'r, 'a>,
    given: &Captures<'r, 'a>,
    id: NodeId,
) -> Option<(&'r Template, Fit<'r, 'a>)> {
    let node = subject.tree.node(id);
    found
        .rule
        .also_rewrite
        .iter()
        .find_map(|(pattern, template)| {
            let fit = unify(&pattern.pattern, node, given, subject)?;
            Some((template, fit))
        })
}

/// What the matches share must not be needed for anything else; returns the statements that make it
/// and look after it.
fn check_shared<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    rewritten: &[NodeId],
) -> Result<Vec<NodeId>, Obstacle> {
    let Some(shared) = found.captures.expression(collected(found)) else {
        return Ok(Vec::new());
    };
    let kinds = kinds_of(subject, shared);
    let bindings = bindings_of(subject, shared);
    let made = bindings
        .iter()
        .map(|id| subject.names.binding(*id).statement);
    let mut going: Vec<NodeId> = made.collect();
    let is_rewritten = |node: NodeId| {
        rewritten
            .iter()
            .any(|id| subject.tree.contains(*id, node) && is_callee_of(subject, *id, node))
    };
    if let Some(name) = shared_name(shared)
        && (subject.names.is_exported(name) || subject.facts.other_file_uses(subject.path(), name))
    {
        return Err(Obstacle::NeededElsewhere { name: name.into() });
    }
    let uses = bindings.iter().flat_map(|id| subject.flow.uses(*id));
    // Also where the value never comes: the name would be gone.
    let named = shared_name(shared).into_iter().flat_map(|name| {
        let all = subject.names.references_to(Some(ScopeId::MODULE), name);
        all.map(|reference| reference.node)
    });
    for node in uses.chain(named).filter(|node| !is_rewritten(*node)) {
        if !is_housekeeping(subject, node, &kinds) {
            return Err(shared_elsewhere(subject, shared, node));
        }
        going.extend(subject.tree.statement(node));
    }
    Ok(going)
}

fn shared_name<'a>(shared: ExprRef<'a>) -> Option<&'a str> {
    match shared {
        ExprRef::Name(name) => Some(name.id.as_str()),
        _ => None,
    }
}

fn shared_elsewhere(subject: &Subject, shared: ExprRef, node: NodeId) -> Obstacle {
    Obstacle::SharedElsewhere {
        shared: subject.text()[shared.range()].to_owned(),
        line: subject.statement_line(node).into_owned(),
    }
}

/// The metavariable whose value the matches share.
fn collected<'r>(found: &Match<'r, '_>) -> &'r str {
    found.rule.collect.as_deref().unwrap_or_default()
}

/// Whether the name is what the rewritten call is made on: `loop` of `loop.create_task(…)`.
fn is_callee_of(subject: &Subject, call: NodeId, name: NodeId) -> bool {
    match subject.tree.node(call) {
        AnyNodeRef::ExprCall(call) => call.func.range().contains_range(subject.tree.range(name)),
        _ => false,
    }
}

/// The first wish of the rule's `names` that nobody uses in the module.
pub(super) fn fresh_name(found: &Match, block: &Block) -> Result<String, Obstacle> {
    let (_, wished) = found.rule.names.first().ok_or(Obstacle::NoName)?;
    let subject = block.subject;
    let wishes = wishes(subject, &found.captures, wished);
    let inside = subject.names.visible_names(ScopeId::MODULE);
    let uses = |id: NodeId, name: &str| matches!(subject.tree.node(id), AnyNodeRef::ExprName(used) if used.id == name);
    let taken = |name: &str| {
        subject.names.is_taken(ScopeId::MODULE, name)
            || inside.contains(name)
            || block.nodes().any(|id| uses(id, name))
    };
    first_free(&wishes, taken)
}

/// The template's code with its one metavariable replaced by a name.
pub(super) fn named(template: &Template, name: &str, spelled: &[String]) -> String {
    let slots = template.slots.iter();
    let slots = slots.map(|slot| (slot.range, name.to_owned()));
    let names = template.names.iter().zip(spelled);
    let names = names.map(|(place, spelled)| (place.range, spelled.clone()));
    let code = spliced(&template.code, slots.chain(names).collect());
    code.trim_end_matches(':').to_owned()
}

/// How many blank lines a function lacks above it; none at the top of the file.
pub(super) fn missing_blank_lines(text: &str, start: TextSize) -> usize {
    let above = blank_lines_before(text, start, TextSize::new(0));
    if above == TextSize::new(0) {
        return 0;
    }
    let blank = &text[TextRange::new(above, start)];
    BLANK_LINES.saturating_sub(count_lines(blank))
}
