//! Rules about packages × the entries of a file → matches.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use super::capture::Captures;
use super::dispatch::Dispatch;
use super::evaluate::evaluate;
use super::found::Match;
use super::judge;
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::project::dependency::{self, Entry};
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::pattern::Pattern;
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
    is_asked: &dyn Fn(&Recipe, &Pattern) -> bool,
) -> Vec<Match<'r, 'a>> {
    let entries = entries(subject);
    let mut matches = lacking(subject, recipes, dispatch, is_asked, &entries);
    for (node, found) in entries {
        let mut done = None;
        for rule in dispatch.entries() {
            let recipe = recipes[rule.recipe];
            let pattern = &rule.pattern.pattern;
            let fits = pattern.package() == Some(found.package.as_str()) && !pattern.lacks;
            if done == Some(rule.recipe) || !fits || !is_asked(recipe, pattern) {
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

/// Finds rules about packages that a file lacks which lists what its project needs.
fn lacking<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
    is_asked: &dyn Fn(&Recipe, &Pattern) -> bool,
    entries: &[(NodeId, Entry)],
) -> Vec<Match<'r, 'a>> {
    let FileKind::Packages(form) = subject.source.kind() else {
        return Vec::new();
    };
    let Some(place) = dependency::needed(form, subject.text()) else {
        return Vec::new();
    };
    let is_listed = |package: &str| entries.iter().any(|(_, it)| it.package == package);
    let rules = dispatch.entries().iter().filter(|rule| {
        let pattern = &rule.pattern.pattern;
        let lacks = pattern.lacks && !pattern.package().is_some_and(is_listed);
        lacks && is_asked(recipes[rule.recipe], pattern)
    });
    let found = rules.filter_map(|rule| {
        let applies = apply(subject, recipes[rule.recipe], rule.rule, NodeId::ROOT)?;
        Some(Match {
            order: rule.recipe,
            range: place,
            sites: vec![place],
            ..applies
        })
    });
    found.collect()
}

fn apply<'r, 'a>(
    subject: &Subject<'a>,
    recipe: &'r Recipe,
    rule: usize,
    node: NodeId,
) -> Option<Match<'r, 'a>> {
    let rule = &recipe.content.rules[rule];
    let captures = Captures::default();
    let site = Site::at(subject, node, &captures);
    let mut evidence = Evidence {
        asked_version: recipe.python.is_some(),
        ..Evidence::default()
    };
    if !evaluate(&rule.condition, site, &mut evidence).is_yes() {
        return None;
    }
    let (safety, said) = judge(rule, site, evidence);
    let range = subject.tree.range(node);
    Some(Match {
        recipe,
        order: 0,
        rule,
        node,
        range,
        sites: vec![range],
        decorators: Vec::new(),
        collected: None,
        captures,
        safety,
        said,
        is_ignored: false,
    })
}
