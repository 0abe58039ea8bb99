//! A line and the plan of its file → the rules that were compared there, each with its outcome.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::ops::Range;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::{Explanation, Question, Told, ToldOther, ToldRule};
use crate::engine::before::Way;
use crate::engine::outcome::Outcome;
use crate::engine::recipes::Engine;
use crate::matching::claims::Claimed;
use crate::matching::trace::{Trace, begin, trace};
use crate::plan::change::{Change, ChangeId, FilePlan, Finding, Layer, Site, Status};
use crate::project::Facts;
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::answer::Answer;
use crate::recipe::order::Stage;
use crate::source::SourceFile;

/// What rules claim of a text, found once it is asked for.
pub(super) type LazyClaims<'l, 'r, 'a> =
    LazyCell<Vec<Claimed<'r, 'a>>, Box<dyn FnOnce() -> Vec<Claimed<'r, 'a>> + 'l>>;

/// A line, and what was planned for its file.
pub(super) struct Line<'t> {
    pub(super) engine: &'t Engine<'t>,
    pub(super) plan: &'t FilePlan,
    pub(super) source: &'t SourceFile,
    /// The line, or the whole text.
    pub(super) range: TextRange,
    /// What came of the file besides.
    pub(super) outcome: &'t Outcome,
}

impl Line<'_> {
    pub(super) fn told(&self, question: &Question<'_>, facts: &dyn Facts) -> Explanation {
        let mut rules = self.rules(question, facts);
        name_alternatives(&mut rules);
        bring_forward(&mut rules);
        let others = others(self.plan, self.range, &rules, question);
        let needed_by = match rules.is_empty() && others.is_empty() {
            true => self.needed_by(question),
            false => Vec::new(),
        };
        Explanation {
            rules,
            others,
            needed_by,
            silence: None,
        }
    }

    /// Compares the rules with the line in each text that it has on its way.
    fn rules(&self, question: &Question<'_>, facts: &dyn Facts) -> Vec<ToldRule> {
        let mut rules: Vec<ToldRule> = Vec::new();
        for (number, layer) in self.plan.layers.iter().enumerate() {
            let way = Way::new(&self.plan.layers[..number]);
            let on_disk = |range: TextRange| way.on_disk(range);
            for told in self.of_text(&layer.source, question, facts, &on_disk) {
                let is_told = |known: &ToldRule| {
                    let known_at = (&known.recipe, &known.rule, known.position);
                    // A later text is looked at for what stands only there.
                    known_at == (&told.recipe, &told.rule, told.position)
                        && (number > 0 || known.applies.is_yes())
                };
                if !rules.iter().any(is_told) {
                    rules.push(told);
                }
            }
        }
        rules
    }

    fn of_text(
        &self,
        text: &SourceFile,
        question: &Question<'_>,
        facts: &dyn Facts,
        on_disk: &dyn Fn(TextRange) -> TextRange,
    ) -> Vec<ToldRule> {
        let is_near = |recipe: &Recipe| question.names(&recipe.id);
        let told = self.engine.analyze(text, None, facts, |subject| {
            let compared = |is_here: &dyn Fn(NodeId) -> bool, is_near: &dyn Fn(&Recipe) -> bool| {
                let stages = [Stage::File, Stage::Program].into_iter();
                let rules =
                    stages.map(|stage| self.engine.rules(stage).dispatch(&self.engine.recipes));
                let recipes = &self.engine.recipes;
                let traces = rules.map(|rules| trace(subject, recipes, &rules, is_here, is_near));
                traces.flatten().collect::<Vec<_>>()
            };
            let begins = |node| self.range.contains(on_disk(begin(subject, node)).start());
            let mut traces = compared(&begins, &is_near);
            if traces.iter().all(|trace| !trace.fits()) {
                // A call may begin lines above.
                let covers = |node| {
                    let range = on_disk(subject.tree.range(node));
                    let part = range.intersect(self.range);
                    part.is_some_and(|part| !part.is_empty())
                        && !has_blocks(subject.tree.node(node))
                };
                traces.extend(compared(&covers, &|_| false));
            }
            traces.retain(|trace| question.is_about(&trace.recipe.id));
            // The plan has searched the text; what was claimed in it is asked for only where it tells why.
            let rulings = &self.plan.rulings;
            let claimed: LazyClaims =
                LazyCell::new(Box::new(|| self.engine.claimed(subject, rulings)));
            let told = |trace| self.told_rule(trace, &claimed, on_disk);
            traces.iter().map(told).collect()
        });
        // A text that does not parse was told by the plan.
        told.unwrap_or_default()
    }

    fn told_rule(
        &self,
        trace: &Trace<'_>,
        claimed: &LazyClaims<'_, '_, '_>,
        on_disk: &dyn Fn(TextRange) -> TextRange,
    ) -> ToldRule {
        let site = on_disk(trace.site);
        ToldRule {
            position: self.source.position(site.start()),
            // A recipe that changes its own result may match beyond the text on disk.
            text: (self.source.text().get(Range::from(on_disk(trace.range))))
                .unwrap_or_default()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            recipe: trace.recipe.id.clone(),
            rule: trace.rule.id.clone(),
            source: trace.rule.source.clone(),
            pattern: trace.pattern.to_owned(),
            fits: trace.fits(),
            applies: trace.applies,
            asked: trace.asked.clone(),
            doubts: trace.doubts.clone(),
            lifecycle: trace.lifecycle.clone(),
            outcome: self.outcome(trace, claimed, site),
        }
    }

    /// What the plan has of the rule at the site.
    pub(super) fn made(&self, recipe: &str, rule: &str, range: TextRange) -> Option<Told> {
        let is_it = |site: &Site| {
            site.recipe == recipe && site.rule == rule && site.range.start() == range.start()
        };
        let mut changes = self.plan.changes();
        let change = changes.find(|change| change.sites.iter().any(is_it));
        let finding = || {
            let postponed = self.plan.postponed.iter().map(|it| &it.finding);
            let findings = self.plan.findings.iter().chain(&self.plan.minor);
            let mut told = findings.chain(postponed);
            told.find(|finding| is_it(&finding.site))
        };
        change
            .map(told_change)
            .or_else(|| finding().map(told_finding))
    }

    /// Changes that have edits in the line beside their own: of imports, and of names nobody needs.
    fn needed_by(&self, question: &Question<'_>) -> Vec<ChangeId> {
        let layer = self.plan.layers.first();
        let touches = |layer: &&Layer| {
            let mut edits = layer.edits.edits().iter();
            edits.any(|edit| is_touched(self.range, edit.range()))
        };
        let changes = layer
            .filter(touches)
            .into_iter()
            .flat_map(|layer| &layer.changes);
        let wanted = changes.filter(|change| change.is_wanted(self.engine.settings.level));
        wanted
            .filter(|change| !change.needs.is_empty())
            .filter(|change| {
                change
                    .sites
                    .iter()
                    .any(|site| question.is_about(&site.recipe))
            })
            .map(|change| change.id.clone())
            .collect()
    }
}

/// Changes and findings of a line that none of the rules led to.
pub(super) fn others(
    plan: &FilePlan,
    line: TextRange,
    rules: &[ToldRule],
    question: &Question<'_>,
) -> Vec<ToldOther> {
    let is_told = |told: &Told| rules.iter().any(|rule| rule.outcome == *told);
    let mut others = Vec::new();
    let layers = plan.layers.iter().enumerate();
    let changes =
        layers.flat_map(|(number, layer)| layer.changes.iter().map(move |it| (number, it)));
    for (number, change) in changes {
        // Of later layers only the sites are those of the file on disk.
        let edits = change.edits.iter().filter(|_| number == 0);
        let edits = edits.map(Ranged::range);
        let sites = change.sites.iter().map(|site| site.range);
        let mut ranges = edits.chain(sites);
        let site = change.sites.first();
        let site = site.filter(|_| ranges.any(|range| is_touched(line, range)));
        others.extend(site.map(|site| told_other(site, told_change(change))));
    }
    for finding in &plan.findings {
        if is_touched(line, finding.site.range) {
            others.push(told_other(&finding.site, told_finding(finding)));
        }
    }
    others.retain(|other| question.is_about(&other.recipe) && !is_told(&other.outcome));
    others
}

fn is_touched(line: TextRange, range: TextRange) -> bool {
    let part = range.intersect(line);
    part.is_some_and(|part| !part.is_empty()) || range.is_empty() && line.contains(range.start())
}

/// Of two rules of a recipe at one place the first that applies is taken.
fn name_alternatives(rules: &mut [ToldRule]) {
    for index in 1..rules.len() {
        let (earlier, rest) = rules.split_at_mut(index);
        let rule = &mut rest[0];
        let is_rival = |other: &&ToldRule| {
            (&other.recipe, other.position, other.applies)
                == (&rule.recipe, rule.position, Answer::Yes)
        };
        if let (true, Some(rival)) = (rule.applies.is_yes(), earlier.iter().find(is_rival))
            && rule.outcome.is_nothing()
        {
            let why = match &rival.outcome {
                Told::Nothing { why } => format!("the rule `{}` comes first: {why}", rival.rule),
                _ => format!("the rule `{}` comes first, and applies", rival.rule),
            };
            rule.outcome = Told::Nothing { why };
        }
    }
}

/// Of the recipes at a place those are told first that something came of.
fn bring_forward(rules: &mut [ToldRule]) {
    let place = |rule: &ToldRule| (rule.position, rule.text.clone());
    let of = |rule: &ToldRule| (place(rule), rule.recipe.clone());
    let fruitful = rules.iter().filter(|rule| !rule.outcome.is_nothing());
    let fruitful: BTreeSet<_> = fruitful.map(of).collect();
    rules.sort_by_cached_key(|rule| (place(rule), !fruitful.contains(&of(rule))));
}

fn told_change(change: &Change) -> Told {
    let id = change.id.clone();
    match &change.status {
        Status::Proposed => Told::Change {
            change: id,
            safety: change.safety,
            said: change.said.clone(),
        },
        Status::Conflict { winner } => Told::Conflict {
            change: id,
            winner: winner.clone(),
        },
        Status::Withdrawn { why } => Told::Withdrawn {
            change: id,
            why: why.to_string(),
        },
    }
}

fn told_finding(finding: &Finding) -> Told {
    Told::Finding {
        said: finding.said.clone(),
    }
}

fn told_other(site: &Site, outcome: Told) -> ToldOther {
    ToldOther {
        position: site.position,
        recipe: site.recipe.clone(),
        rule: site.rule.clone(),
        outcome,
    }
}

/// Whether a node holds statements: what stands in them begins lines of its own.
fn has_blocks(node: AnyNodeRef<'_>) -> bool {
    matches!(
        node,
        AnyNodeRef::ModModule(_)
            | AnyNodeRef::StmtFunctionDef(_)
            | AnyNodeRef::StmtClassDef(_)
            | AnyNodeRef::StmtIf(_)
            | AnyNodeRef::StmtFor(_)
            | AnyNodeRef::StmtWhile(_)
            | AnyNodeRef::StmtWith(_)
            | AnyNodeRef::StmtTry(_)
            | AnyNodeRef::StmtMatch(_)
            | AnyNodeRef::ExceptHandlerExceptHandler(_)
    )
}
