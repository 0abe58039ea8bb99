//! The rules of a recipe: one match, one verb, what it does, and the doubts about it.

use std::sync::Arc;

use super::bound::Bound;
use super::compiler::{Compiler, all_of};
use super::condition::join;
use super::follow_up::claim;
use super::opening::{conjuncts, is_code, opening};
use super::severity;
use super::text::capture;
use crate::recipe::condition::{Condition, Guarded, Patterns};
use crate::recipe::error::{Complaint, Law, Problem};
use crate::recipe::follow_up::SETTINGS;
use crate::recipe::later::Later;
use crate::recipe::pattern::Arity;
use crate::recipe::schema::{ACTIONS, EDITS_ALONE, FOLLOW_UPS, INTO_CONTEXT_KEY};
use crate::recipe::template::{Message, Template};
use crate::recipe::verb::{Removed, Verb};
use crate::recipe::yaml::Node;
use crate::recipe::{LazyRule, Lookups, Rule};

/// What a rule compares, and what the rest of it may name.
pub(super) struct RuleMatch {
    patterns: Patterns,
    under: Patterns,
    condition: Option<Arc<Condition>>,
    of_recipe: Option<Arc<Condition>>,
    names: Vec<(String, Vec<Message>)>,
    /// What the match binds.
    bound: Bound,
    /// What new code and messages may name: fresh names, too.
    pub(super) written: Bound,
}

impl RuleMatch {
    /// What a recipe says of code it does not say of files that list packages.
    pub(super) fn is_code(&self) -> bool {
        is_code(&self.patterns)
    }
}

impl Compiler<'_> {
    /// Compiles all rules of a recipe.
    pub(super) fn rules(&mut self, recipe: &Node) -> Option<Vec<LazyRule>> {
        let nodes = recipe.child("rules")?.elements();
        let rules = all_of(numbered(nodes).map(|(number, node)| {
            // The schema says so of what is no map.
            node.entries().first()?;
            self.check_actions(node, recipe);
            let opening = opening(node, recipe, self.compared_with(node)?);
            let matched = self.rule_match(node, recipe, opening.patterns.clone())?;
            let doubts = self.doubts(node, recipe, matched.is_code(), &matched.written);
            let rule = self.rule(number, node, recipe, matched);
            let doubts = doubts?.into();
            Some(LazyRule {
                opening: Arc::new(opening.into()),
                whole: Rule { doubts, ..rule? }.into(),
            })
        }));
        let typed = as_typed(nodes).filter_map(|rows| rows.first());
        self.check_names_differ("id", typed.filter_map(|node| node.child("id")));
        rules
    }

    /// Compiles what a rule asks where one of its patterns fits.
    pub(super) fn rule_match(
        &mut self,
        node: &Node,
        recipe: &Node,
        patterns: Patterns,
    ) -> Option<RuleMatch> {
        self.check_arguments(node, recipe, &patterns);
        let (under, bound) = self.under(node, with_yielded(recipe, node, &patterns))?;
        let names = self.names(node, &bound);
        let (of_recipe, condition) = self.rule_condition(node, recipe, &patterns, &bound);
        let written = bound.with_names(&names).with(&settings(node, recipe));
        Some(RuleMatch {
            written: with_forwarded(condition.as_deref(), written),
            patterns,
            under,
            bound,
            names,
            condition,
            of_recipe,
        })
    }

    /// Compiles the rest of a rule, but for its doubts.
    pub(super) fn rule(
        &mut self,
        number: usize,
        node: &Node,
        recipe: &Node,
        it: RuleMatch,
    ) -> Option<Rule> {
        let also_rewrite = self.also_rewrite(node, "also-rewrite", &it.written);
        Some(Rule {
            verb: self.verb(node, &it.patterns, &it.written),
            known: Lookups::default(),
            id: rule_id(node, number),
            severity: severity(&[node, recipe])?,
            collect: self.collect(node, &it.bound),
            shares: self.shares(node, &it.written)?,
            drop_unused: self.droppable(node, &it.bound, also_rewrite.as_deref()),
            report: self.report(node, &it.written, it.condition.as_deref()),
            finding_if: self.finding_if(node, recipe, is_code(&it.patterns), &it.written)?,
            minor_if: self.minor_if(node, recipe, &it.written)?,
            patterns: it.patterns,
            under: it.under,
            condition: it.condition?,
            of_recipe: it.of_recipe?,
            does: self.said("does", node, recipe, &it.written)?,
            problem: self.said("problem", node, recipe, &it.written)?,
            doubts: Later::default(),
            add: self.added(node, &it.bound, &it.names)?,
            names: it.names,
            also_remove: self.also_remove(node, &it.bound)?,
            also_rewrite: also_rewrite?,
            wherever: self.also_rewrite(node, "wherever", &it.written)?,
            arguments: self.arguments(node, recipe, &it.written)?,
            exceptions: self.exceptions(node, recipe)?,
            follow_value: self.follow_value(node, recipe, &it.written)?,
            sites: self.reported_sites(node, &it.bound)?,
            claims: node.child("claims").and_then(claim),
            source: node.child("source").and_then(Node::text).map(str::to_owned),
            span: node.span,
        })
    }

    /// A finding may name what `made-by` captures, too.
    fn report(&mut self, node: &Node, bound: &Bound, when: Option<&Condition>) -> Option<Message> {
        let report = node.child("report")?;
        let made = when.map_or_else(Vec::new, Condition::made_by).into_iter();
        let bound = made.fold(bound.clone(), |bound, patterns| {
            bound.and_by_all(patterns.iter().map(|guarded| &*guarded.pattern))
        });
        self.message("report", report, &bound)
    }

    /// A rule has one verb and says what it does, or a report without follow-ups.
    fn check_actions(&mut self, node: &Node, recipe: &Node) {
        let mut actions = node
            .entries()
            .iter()
            .filter(|(key, _)| ACTIONS.contains(&key.text.as_str()));
        let edits = node.entries().iter();
        let mut edits = edits.filter(|(key, _)| EDITS_ALONE.contains(&key.text.as_str()));
        let Some((action, _)) = actions.next().or(edits.next_back()) else {
            let complaint = Complaint::new(node.span.start(), Problem::Law(Law::NoVerb));
            let expected = format!("one of {}", ACTIONS.join(", "));
            self.add("rules", complaint.expected(expected));
            return;
        };
        for (second, _) in actions {
            let law = Law::TwoVerbs {
                first: action.text.clone(),
                second: second.text.clone(),
            };
            let complaint = Complaint::new(second.span.start(), Problem::Law(law));
            self.add("rules", complaint.expected("one verb, or `report`"));
        }
        let says = [node, recipe].iter().any(|it| it.child("does").is_some());
        if action.text != "report" && !says {
            let verb = action.text.clone();
            let problem = Problem::Law(Law::VerbWithoutDoes { verb });
            let complaint = Complaint::new(action.span.start(), problem);
            let expected = "what the change does to the program: `does: …`, and perhaps `doubts`";
            self.add("rules", complaint.expected(expected));
        }
        let is_report = action.text == "report";
        for (key, _) in node.entries().iter().filter(|_| is_report) {
            if FOLLOW_UPS.contains(&key.text.as_str()) {
                let problem = Problem::Law(Law::NeedsVerb {
                    key: key.text.clone(),
                });
                let complaint = Complaint::new(key.span.start(), problem);
                self.add("rules", complaint.expected("a verb instead of `report`"));
            }
        }
    }

    /// The recipe's condition, and both joined. What a recipe asks of places in code says nothing of files that list
    /// packages.
    fn rule_condition(
        &mut self,
        node: &Node,
        recipe: &Node,
        patterns: &[Guarded],
        bound: &Bound,
    ) -> (Option<Arc<Condition>>, Option<Arc<Condition>>) {
        let shared = recipe.child("where").filter(|_| is_code(patterns));
        let [shared, own] = [shared, node.child("where")].map(|it| {
            let condition = it.map(|node| self.shared_condition("where", node, bound));
            condition.unwrap_or_else(|| Some(Condition::always()))
        });
        let both = shared.as_ref().zip(own.as_ref());
        let both = both.map(|(shared, own)| join(shared, own));
        (shared, both)
    }

    fn verb(&mut self, node: &Node, patterns: &[Guarded], bound: &Bound) -> Option<Verb> {
        if let Some(rewrite) = node.child("rewrite") {
            return self.rewrite(rewrite, patterns, bound);
        }
        if let Some(removed) = node.child("remove") {
            self.check_removed(removed, patterns);
            return Removed::from_word(removed.text()?).map(Verb::Remove);
        }
        if let Some(required) = node.child("require") {
            if !patterns.iter().all(|guarded| guarded.pattern.lacks) {
                let sort = "a rule about `lacking`";
                self.break_law("require", required, Law::NotOfSort { sort });
            }
            let message = self.message("require", required, bound)?;
            return Some(Verb::Require(message.literal()?.to_owned()));
        }
        if let Some(keep) = node.child("keep-handle") {
            let keep = self.keep(node, keep, bound);
            return keep.map(Box::new).map(Verb::Keep);
        }
        if let Some(context) = node.child(INTO_CONTEXT_KEY) {
            let context = self.context_of(node, context, bound);
            return context.map(Box::new).map(Verb::IntoContext);
        }
        let extract = self.extract(node.child("extract")?, patterns, bound);
        extract.map(Box::new).map(Verb::Extract)
    }

    /// Entries are removed as entries, and code is not.
    fn check_removed(&mut self, removed: &Node, patterns: &[Guarded]) {
        let typed = removed.text().unwrap_or_default();
        let is_entry = |guarded: &Guarded| guarded.pattern.package().is_some();
        let found = match typed == Removed::Entry.word() {
            true if !patterns.iter().all(is_entry) => "code",
            false if patterns.iter().any(is_entry) => "a dependency",
            _ => return,
        };
        self.break_law("remove", removed, Law::RemovesOther { found });
    }

    /// A template for the whole match, or one for each of some captures.
    fn rewrite(&mut self, node: &Node, patterns: &[Guarded], bound: &Bound) -> Option<Verb> {
        if node.scalar().is_some() {
            let template = self.template("rewrite", node, bound)?;
            self.check_headers(node, patterns, &template);
            return Some(Verb::Rewrite(template));
        }
        let mut parts = Vec::new();
        for (key, value) in node.entries() {
            let (arity, name) = capture(&key.text);
            let complaint = bound.complain(name, arity, key.span.start());
            if let Some(complaint) = complaint {
                self.add("rewrite", complaint);
            } else if arity != Arity::One {
                let feature = "a rewritten rest or body";
                let complaint = Complaint::new(key.span.start(), Problem::Feature { feature });
                self.add("rewrite", complaint.expected("a metavariable such as $x"));
            }
            let template = self.template(&key.text, value, bound)?;
            parts.push((name.to_owned(), template));
        }
        Some(Verb::RewriteParts(parts))
    }

    /// A capture that the match does not bind would fit anything: `$_` says so.
    fn also_remove(&mut self, node: &Node, bound: &Bound) -> Option<Patterns> {
        let Some(patterns) = node.child("also-remove") else {
            return Some(Patterns::default());
        };
        for element in patterns.elements() {
            for pattern in self.patterns("also-remove", element, bound)?.iter() {
                for (name, arity) in &pattern.pattern.captures {
                    if let Some(complaint) = bound.complain(name, *arity, element.span.start()) {
                        self.add("also-remove", complaint);
                    }
                }
            }
        }
        self.patterns("also-remove", patterns, bound)
    }

    fn also_rewrite(
        &mut self,
        node: &Node,
        key: &str,
        bound: &Bound,
    ) -> Option<Vec<(Guarded, Template)>> {
        let mut rewrites = Vec::new();
        for (key, value) in node.child(key).map_or(&[][..], Node::entries) {
            for guarded in self.key_patterns(key)?.iter() {
                let bound = bound.with(&guarded.pattern.captures);
                let template = self.template(&key.text, value, &bound)?;
                self.check_headers(value, std::slice::from_ref(guarded), &template);
                rewrites.push((guarded.clone(), template));
            }
        }
        Some(rewrites)
    }

    /// Captures of the match, or of what stands under its header.
    fn droppable(
        &mut self,
        node: &Node,
        bound: &Bound,
        also_rewrite: Option<&[(Guarded, Template)]>,
    ) -> Vec<String> {
        let inner = also_rewrite.into_iter().flatten();
        let bound = inner.fold(bound.clone(), |bound, (guarded, _)| {
            bound.with(&guarded.pattern.captures)
        });
        self.captures_of(node, "drop-unused", &bound)
    }

    pub(super) fn captures_of(&mut self, node: &Node, key: &str, bound: &Bound) -> Vec<String> {
        let captures = node.child(key).map_or(&[][..], Node::elements).iter();
        captures
            .filter_map(|capture| self.bound_capture(key, capture, bound))
            .collect()
    }

    /// Names of one list must differ.
    pub(super) fn check_names_differ<'n>(
        &mut self,
        key: &str,
        nodes: impl Iterator<Item = &'n Node>,
    ) {
        let mut seen: Vec<&str> = Vec::new();
        for node in nodes {
            let name = node.text().unwrap_or_default();
            if seen.contains(&name) {
                let name = name.to_owned();
                self.break_law(key, node, Law::DuplicateName { name });
            }
            seen.push(name);
        }
    }
}

/// The rules as typed: one that ranges over a table stands here once for each row.
fn as_typed(rules: &[Node]) -> impl Iterator<Item = &[Node]> {
    rules.chunk_by(|a, b| a.span == b.span)
}

/// Returns each rule with its number among those typed, from 1.
pub(super) fn numbered(rules: &[Node]) -> impl Iterator<Item = (usize, &Node)> {
    let typed = as_typed(rules).zip(1..);
    typed.flat_map(|(rows, number)| rows.iter().map(move |node| (number, node)))
}

/// The type that `function: {yields: $t}` finds has a name without a pattern.
fn with_yielded(recipe: &Node, rule: &Node, patterns: &[Guarded]) -> Bound {
    let bound = Bound::by_match(patterns.iter().map(|guarded| &*guarded.pattern));
    let wheres = [recipe, rule]
        .into_iter()
        .filter_map(|it| it.child("where"));
    let functions = wheres.flat_map(conjuncts);
    let functions = functions.filter_map(|it| it.child("function"));
    let yielded = functions.filter_map(|it| it.child("yields")?.text());
    let yielded = yielded.map(|typed| (capture(typed).1.to_owned(), Arity::One));
    bound.with(&yielded.collect::<Vec<_>>())
}

/// What a function that the condition is about forwards to has a name without a pattern of the rule.
fn with_forwarded(condition: Option<&Condition>, bound: Bound) -> Bound {
    match condition.and_then(Condition::forwards) {
        Some((_, patterns)) => bound.and_by_all(patterns.iter().map(|it| &*it.pattern)),
        None => bound,
    }
}

/// The capture that the engine binds where arguments are spoken of.
fn settings(node: &Node, recipe: &Node) -> Vec<(String, Arity)> {
    let has_any = [node, recipe].map(|it| it.child("arguments").is_some());
    let settings = (SETTINGS.to_owned(), Arity::Rest);
    has_any
        .contains(&true)
        .then_some(settings)
        .into_iter()
        .collect()
}

fn rule_id(node: &Node, number: usize) -> String {
    let id = node.child("id").and_then(Node::text);
    id.map_or_else(|| format!("rule-{number}"), str::to_owned)
}
