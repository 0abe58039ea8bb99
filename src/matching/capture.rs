//! What metavariables stand for at one site.

use ruff_python_ast::{AnyNodeRef, ArgOrKeyword, ExprName, ExprRef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

/// The code one metavariable stands for.
#[derive(Debug, Clone)]
pub enum Captured<'a> {
    /// `$x`: an expression.
    Expression(ExprRef<'a>),
    /// `$x` in place of a name: `requests.$verb`, `async def $f`.
    Name {
        /// The name.
        name: &'a str,
        /// The name's own range.
        range: TextRange,
    },
    /// `$*xs`, `$**kw`: arguments, in source order.
    Arguments(Vec<ArgOrKeyword<'a>>),
    /// `$*xs` in a tuple, list or set: elements.
    Elements(Vec<ExprRef<'a>>),
    /// `$...body`: statements.
    Body(Vec<AnyNodeRef<'a>>),
    /// `$t` of `yields: $t`: a type, as it is written. So is a method that a condition found.
    Type(String),
    /// A qualified name, which the file spells as it imports it.
    Reference(String),
}

impl<'a> Captured<'a> {
    /// Returns the captured text's range; `None` where nothing was captured (no more arguments).
    pub fn range(&self) -> Option<TextRange> {
        let span = |first: Option<TextRange>, last: Option<TextRange>| {
            Some(TextRange::new(first?.start(), last?.end()))
        };
        match self {
            Self::Expression(expression) => Some(expression.range()),
            Self::Name { range, .. } => Some(*range),
            Self::Type(_) | Self::Reference(_) => None,
            Self::Arguments(arguments) => span(
                arguments.first().map(Ranged::range),
                arguments.last().map(Ranged::range),
            ),
            Self::Elements(elements) => span(
                elements.first().map(Ranged::range),
                elements.last().map(Ranged::range),
            ),
            Self::Body(body) => span(
                body.first().map(Ranged::range),
                body.last().map(Ranged::range),
            ),
        }
    }

    /// Returns the captured expressions: one, or those of the arguments and elements.
    pub fn expressions(&self) -> Vec<ExprRef<'a>> {
        match self {
            Self::Expression(expression) => vec![*expression],
            Self::Name { .. } | Self::Body(_) | Self::Type(_) | Self::Reference(_) => Vec::new(),
            Self::Arguments(arguments) => arguments
                .iter()
                .map(|argument| match argument {
                    ArgOrKeyword::Arg(value) => ExprRef::from(*value),
                    ArgOrKeyword::Keyword(keyword) => ExprRef::from(&keyword.value),
                })
                .collect(),
            Self::Elements(elements) => elements.clone(),
        }
    }
}

/// Metavariable → code, in order of capture.
#[derive(Debug, Clone, Default)]
pub struct Captures<'r, 'a> {
    bound: Vec<(&'r str, Captured<'a>)>,
}

impl<'r, 'a> Captures<'r, 'a> {
    /// Returns what the metavariable stands for.
    pub fn find(&self, name: &str) -> Option<&Captured<'a>> {
        self.bound
            .iter()
            .find(|(bound, _)| *bound == name)
            .map(|(_, captured)| captured)
    }

    /// Returns whether one of the metavariables stands for something.
    pub(super) fn any_is_one_of(&self, names: &FxHashSet<String>) -> bool {
        self.bound.iter().any(|(bound, _)| names.contains(*bound))
    }

    /// Returns the type the metavariable stands for, as it is written.
    pub fn type_of(&self, name: &str) -> Option<&str> {
        match self.find(name) {
            Some(Captured::Type(found)) => Some(found),
            _ => None,
        }
    }

    /// Returns the expression the metavariable stands for.
    pub fn expression(&self, name: &str) -> Option<ExprRef<'a>> {
        match self.find(name) {
            Some(Captured::Expression(expression)) => Some(*expression),
            _ => None,
        }
    }

    /// Returns the name that the metavariable stands for: `$f` of `def $f`, or an expression that is one.
    pub fn name(&self, name: &str) -> Option<&'a str> {
        match self.find(name)? {
            Captured::Name { name, .. } => Some(name),
            Captured::Expression(ExprRef::Name(name)) => Some(&name.id),
            _ => None,
        }
    }

    /// Iterates over the captures that are plain names.
    pub fn names(&self) -> impl Iterator<Item = &'a ExprName> + '_ {
        self.bound
            .iter()
            .filter_map(|(_, captured)| match captured {
                Captured::Expression(ExprRef::Name(name)) => Some(*name),
                _ => None,
            })
    }

    /// Returns the first names of the captured names and attributes: `a` of `a.b.c`.
    pub fn roots(&self) -> Vec<&'a ExprName> {
        let expressions = self
            .bound
            .iter()
            .filter_map(|(_, captured)| match captured {
                Captured::Expression(expression) => Some(*expression),
                _ => None,
            });
        let root = |mut expression: ExprRef<'a>| loop {
            match expression {
                ExprRef::Name(name) => return Some(name),
                ExprRef::Attribute(attribute) => expression = (&attribute.value).into(),
                _ => return None,
            }
        };
        expressions.filter_map(root).collect()
    }

    /// Returns these captures with one metavariable only.
    pub fn only(&self, name: &str) -> Self {
        let bound = self.bound.iter().filter(|(bound, _)| *bound == name);
        Self {
            bound: bound.cloned().collect(),
        }
    }

    /// Returns these captures without one metavariable.
    pub fn without(&self, name: &str) -> Self {
        let bound = self.bound.iter().filter(|(bound, _)| *bound != name);
        Self {
            bound: bound.cloned().collect(),
        }
    }

    /// Returns these captures with one metavariable that stands for other code.
    pub fn rebound(&self, name: &'r str, captured: Captured<'a>) -> Self {
        let mut rebound = self.without(name);
        rebound.bind(name, captured);
        rebound
    }

    /// Lets the metavariable stand for the code.
    pub fn bind(&mut self, name: &'r str, captured: Captured<'a>) {
        self.bound.push((name, captured));
    }

    /// Iterates over where the captured code stands.
    pub fn ranges(&self) -> impl Iterator<Item = TextRange> + '_ {
        self.bound
            .iter()
            .filter_map(|(_, captured)| captured.range())
    }

    /// Iterates over where the code stands that metavariables of these names captured.
    pub fn ranges_of(&self, names: &[&str]) -> impl Iterator<Item = TextRange> {
        let named = self.bound.iter().filter(|(name, _)| names.contains(name));
        named.filter_map(|(_, captured)| captured.range())
    }

    /// Returns how many are bound; with [`Captures::truncate`] a failed attempt is undone.
    pub fn len(&self) -> usize {
        self.bound.len()
    }

    /// Returns whether none is bound.
    pub fn is_empty(&self) -> bool {
        self.bound.is_empty()
    }

    /// Forgets what was bound after there were `len`.
    pub fn truncate(&mut self, len: usize) {
        self.bound.truncate(len);
    }
}
