//! What is known while a file is compiled, and how its mistakes are told.

use std::sync::Arc;

use super::doubt_rows::DoubtRows;
use super::named::NamedPatterns;
use super::shared::Shared;
use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use crate::recipe::condition::Condition;
use crate::recipe::error::{Complaint, Law, Mistake, Problem, Report};
use crate::recipe::parameter::{Parameter, Value};
use crate::recipe::pattern::Pattern;
use crate::recipe::safety::Doubt;
use crate::recipe::shape;
use crate::recipe::table::Library;
use crate::recipe::yaml::{self, Node};

/// What is known while a file is compiled. Its methods report what is wrong, and return `None` then.
pub(super) struct Compiler<'t> {
    pub(super) report: Report<'t>,
    pub(super) library: &'t Library,
    /// The recipe's `patterns`.
    pub(super) named: NamedPatterns,
    /// Patterns by their texts: what rows and doubts share is the same for each.
    pub(super) parsed: FxHashMap<String, Arc<Pattern>>,
    /// The recipe's parameters.
    pub(super) parameters: Vec<Parameter>,
    /// What this run sets.
    pub(super) set: &'t [(String, Value)],
    pub(super) doubt_rows: DoubtRows,
    /// Doubts that rows have in common, and what they ask.
    pub(super) doubts: Shared<Doubt>,
    pub(super) conditions: Shared<Condition>,
}

impl<'t> Compiler<'t> {
    pub(super) fn new(path: &'t str, text: &'t str, library: &'t Library) -> Self {
        Self {
            report: Report::new(path, text),
            library,
            named: NamedPatterns::default(),
            parsed: FxHashMap::default(),
            parameters: Vec::new(),
            set: &[],
            doubt_rows: DoubtRows::default(),
            doubts: Shared::default(),
            conditions: Shared::default(),
        }
    }

    /// Starts with a file that is part of the binary.
    pub(super) fn shipped(path: &'t str, text: &'t str, library: &'t Library) -> Self {
        Self {
            report: Report::of_tested(path, text),
            ..Self::new(path, text, library)
        }
    }

    pub(super) fn add(&mut self, key: &str, complaint: Complaint) {
        self.report.add(key, complaint);
    }

    pub(super) fn break_law(&mut self, key: &str, node: &Node, law: Law) {
        let expected = law.expected().map(str::to_owned);
        let complaint = Complaint::new(node.span.start(), Problem::Law(law));
        self.add(
            key,
            Complaint {
                expected,
                ..complaint
            },
        );
    }

    pub(super) fn parse(&mut self, text: &str, shape: &shape::Shape) -> Option<Node> {
        let root = self.yaml(text)?;
        if !self.report.is_tested() {
            shape::check(&root, shape, "", &mut self.report);
        }
        Some(root)
    }

    pub(super) fn yaml(&mut self, text: &str) -> Option<Node> {
        match yaml::parse(text) {
            Ok(root) => Some(root),
            Err(complaints) => {
                for complaint in complaints {
                    self.add("", complaint);
                }
                None
            }
        }
    }
}

/// Returns what was compiled, unless something is wrong with it.
pub(super) fn finish<T>(compiled: Option<T>, mut report: Report<'_>) -> Result<T, Vec<Mistake>> {
    if compiled.is_none() && report.is_empty() {
        // Never silent, where no check names what is wrong.
        let problem = Problem::Law(Law::NotCompiled);
        report.add("", Complaint::new(TextSize::default(), problem));
    }
    let errors = report.finish();
    match compiled {
        Some(compiled) if errors.is_empty() => Ok(compiled),
        _ => Err(errors),
    }
}

/// Returns all parts, or `None` where one is wrong; every part is compiled, so that every mistake is named.
pub(super) fn all_of<T>(parts: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let parts: Vec<Option<T>> = parts.collect();
    parts.into_iter().collect()
}

/// Returns the texts of a list, or the one text.
pub(super) fn texts(node: &Node) -> Vec<String> {
    node.elements()
        .iter()
        .filter_map(Node::text)
        .map(str::to_owned)
        .collect()
}
