//! Rules about packages × the entries of a file → matches.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::capture::Captures;
use super::dispatch::Dispatch;
use super::evaluate::evaluate;
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::{Match, judge};
use crate::project::dependency::{self, Entry};
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::source::FileKind;

/// Returns the entries of a file, each with the statement that it stands in, if any.
pub fn entries(subject: &Subject) -> Vec<(NodeId, Entry)> {
    if let FileKind::Packages(form) = subject.source.kind() {
        let entries = dependency::entries(form, subject.text());
        return entries
            .into_iter()
            .map(|entry| (NodeId::ROOT, entry))
            .collect();
    }
    let tree = subject.tree;
    let lines = tree
        .ids()
        .filter(|id| matches!(tree.node(*id), AnyNodeRef::StmtIpyEscapeCommand(_)));
    let installed = lines.flat_map(|id| {
        let range = tree.node(id).range();
        let entries = dependency::installs(&subject.text()[range], range.start());
        entries.into_iter().map(move |entry| (id, entry))
    });
    installed.collect()
}

/// Finds where rules about packages apply; `is_asked` says of which recipes and packages.
pub fn search_entries<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
    is_asked: &dyn Fn(&Recipe, &str) -> bool,
) -> Vec<Match<'r, 'a>> {
    let mut matches = Vec::new();
    for (node, found) in entries(subject) {
        let mut done = None;
        for rule in dispatch.entries() {
            let recipe = recipes[rule.recipe];
            let fits = rule.pattern.pattern.package() == Some(found.package.as_str());
            if done == Some(rule.recipe) || !fits || !is_asked(recipe, &found.package) {
                continue;
            }
            if let Some(applies) = apply(subject, recipe, rule.rule, node) {
                done = Some(rule.recipe);
                matches.push(Match {
                    order: rule.recipe,
                    range: found.range,
                    sites: vec![found.range],
                    ..applies
                });
            }
        }
    }
    matches
}

fn apply<'r, 'a>(
    subject: &Subject<'a>,
    recipe: &'r Recipe,
    rule: usize,
    node: NodeId,
) -> Option<Match<'r, 'a>> {
    let rule = &recipe.rules[rule];
    let captures = Captures::default();
    let site = Site {
        subject,
        node,
        captures: &captures,
        unsure: None,
    };
    let mut evidence = Evidence {
        asked_version: recipe.python.is_some(),
        ..Evidence::default()
    };
    if !evaluate(&rule.condition, site, &mut evidence).is_yes() {
        return None;
    }
    let (safety, reason) = judge(rule, site, evidence);
    let range = subject.tree.range(node);
    Some(Match {
        recipe,
        order: 0,
        rule,
        node,
        range,
        sites: vec![range],
        decorators: Vec::new(),
        captures,
        safety,
        reason,
        requires: Vec::new(),
    })
}
