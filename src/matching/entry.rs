//! Rules about packages × the entries of a file → matches.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::capture::Captures;
use super::dispatch::Dispatch;
use super::evaluate::evaluate;
use super::found::Match;
use super::judge;
use super::site::{Evidence, Site};
use super::subject::Subject;
use crate::project::dependency::{self, Entry, List};
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::condition::VersionReq;
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

/// Of which recipes and packages entries are asked for.
pub struct AskedPackages<'q> {
    /// A recipe's changes took the last use of the package from the project.
    pub is_dropped: &'q dyn Fn(&Recipe, &Pattern) -> bool,
    /// A recipe's changes made the first use of the package in files that one of these lists is for: its place.
    pub lacking: &'q PlaceOf<'q>,
}

type PlaceOf<'q> = dyn Fn(&Recipe, &Pattern, &[List]) -> Option<usize> + 'q;

/// Finds where rules about packages apply.
pub fn search_entries<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
    asked: &AskedPackages<'_>,
) -> Vec<Match<'r, 'a>> {
    let mut matches = lacking(subject, recipes, dispatch, asked);
    for (node, found) in entries(subject) {
        let mut done = None;
        for rule in dispatch.entries() {
            let recipe = recipes[rule.recipe];
            let pattern = &rule.pattern.pattern;
            let fits = pattern.package() == Some(found.package.as_str()) && !pattern.lacks;
            if done == Some(rule.recipe) || !fits || !(asked.is_dropped)(recipe, pattern) {
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

/// Returns the lists of packages in a file: of a notebook what each of its lines installs.
pub fn lists(subject: &Subject) -> Vec<List> {
    if let FileKind::Packages(form) = subject.source.kind() {
        return dependency::lists(form, subject.text());
    }
    let entries = entries(subject);
    let lines = entries.chunk_by(|(one, _), (next, _)| one == next);
    let lists = lines.map(|line| line.iter().map(|(_, entry)| entry.clone()));
    lists
        .filter_map(|line| List::of_words(line.collect()))
        .collect()
}

/// Finds rules about packages that a list lacks.
fn lacking<'r, 'a>(
    subject: &Subject<'a>,
    recipes: &[&'r Recipe],
    dispatch: &Dispatch<'r>,
    asked: &AskedPackages<'_>,
) -> Vec<Match<'r, 'a>> {
    let lists = lists(subject);
    let rules = dispatch.entries().iter();
    let rules = rules.filter(|rule| rule.pattern.pattern.lacks && !lists.is_empty());
    let found = rules.filter_map(|rule| {
        let (recipe, pattern) = (recipes[rule.recipe], &rule.pattern.pattern);
        let place = (asked.lacking)(recipe, pattern, &lists)?;
        let list = lists.get(place)?;
        let applies = apply(subject, recipe, rule.rule, NodeId::ROOT)?;
        // Its entries may be sites of other rules.
        let place = TextRange::empty(list.range.start());
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
        asked_version: recipe.python.as_ref().is_some_and(VersionReq::divides),
        ..Evidence::default()
    };
    if !evaluate(&rule.condition, site, &mut evidence).is_yes() {
        return None;
    }
    let (safety, said) = judge(rule, site, evidence)?;
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
