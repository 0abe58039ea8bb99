//! Pattern × node → captures, or no match.
//!
//! A name of a pattern is a qualified name and is compared by what the code's name means; everything
//! else is compared by structure. Layout, parentheses, quotes and comments are not in the tree.

use ruff_python_ast::{AnyNodeRef, Comprehension, DictItem, Expr, ExprContext, ExprRef, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::capture::{Captured, Captures};
use super::extent;
use super::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::pattern::{Arity, Pattern, Root, is_dotted, metavariable, rest_variable};

mod name;

/// A match: what was captured, where it stands, and why it fits only perhaps, if so.
#[derive(Debug, Clone)]
pub struct Fit<'r, 'a> {
    /// What the metavariables stand for.
    pub captures: Captures<'r, 'a>,
    /// The matched text: of a header without its body, of neighbors from the first to the last.
    pub range: TextRange,
    /// The decorators that the pattern names.
    pub decorators: Vec<TextRange>,
    /// A sentence when the pattern fits only perhaps (star import, `*args` at the call).
    pub unsure: Option<String>,
}

/// Compares `pattern` with `node`, metavariables of `given` standing for what they stand for there.
///
/// `None`: it does not fit, or what a name means is not known.
pub fn unify<'r, 'a>(
    pattern: &'r Pattern,
    node: AnyNodeRef<'a>,
    given: &Captures<'r, 'a>,
    subject: &Subject<'a>,
) -> Option<Fit<'r, 'a>> {
    if !pattern.may_begin_at(node.kind()) {
        return None;
    }
    let mut unifier = Unifier::new(subject, given, node);
    let fits = unifier.root(&pattern.root, node);
    let range = || match &pattern.root {
        Root::Header(header) => extent::of_header(subject, header, node),
        _ => TextRange::new(node.start(), unifier.last.end()),
    };
    fits.then(|| Fit {
        range: range(),
        captures: unifier.captures,
        decorators: unifier.decorators,
        unsure: unifier.unsure,
    })
}

/// An expression is a value: not what is assigned to or deleted.
fn is_value(node: ExprRef) -> bool {
    let context = match node {
        ExprRef::Name(name) => name.ctx,
        ExprRef::Attribute(attribute) => attribute.ctx,
        ExprRef::Subscript(subscript) => subscript.ctx,
        _ => ExprContext::Load,
    };
    context == ExprContext::Load
}

/// Returns whether the pattern fits for sure, `given` standing for themselves.
pub fn fits_surely<'a>(
    pattern: &Pattern,
    node: AnyNodeRef<'a>,
    given: &Captures<'_, 'a>,
    subject: &Subject<'a>,
) -> bool {
    unify(pattern, node, given, subject).is_some_and(|fit| fit.unsure.is_none())
}

/// The state of one comparison; methods return whether pattern and node fit.
pub(super) struct Unifier<'r, 'a, 's> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) captures: Captures<'r, 'a>,
    pub(super) unsure: Option<String>,
    /// The last of matched neighbors; else the node itself.
    pub(super) last: AnyNodeRef<'a>,
    /// The first of matched neighbors.
    pub(super) first: Option<NodeId>,
    pub(super) decorators: Vec<TextRange>,
}

impl<'r, 'a, 's> Unifier<'r, 'a, 's> {
    pub(super) fn new(
        subject: &'s Subject<'a>,
        given: &Captures<'r, 'a>,
        node: AnyNodeRef<'a>,
    ) -> Self {
        Self {
            subject,
            captures: given.clone(),
            unsure: None,
            last: node,
            first: None,
            decorators: Vec::new(),
        }
    }

    fn root(&mut self, root: &'r Root, node: AnyNodeRef<'a>) -> bool {
        match root {
            Root::Expression(expression) => node
                .as_expr_ref()
                .is_some_and(|node| is_value(node) && self.expression(expression, node)),
            Root::Statements(statements) => match statements.as_slice() {
                [Stmt::Import(import)] if node.is_alias() => self.imports(import, node),
                [statement] => self.statement(statement, node),
                statements => self.neighbors(statements, node),
            },
            Root::Header(header) => self.header(header, node),
            Root::Decorator(decorator) => match node {
                AnyNodeRef::Decorator(node) => {
                    self.expression(&decorator.expression, ExprRef::from(&node.expression))
                }
                _ => false,
            },
            Root::Magic(words) => {
                let line = self.subject.text()[node.range()].split_whitespace();
                node.is_stmt_ipy_escape_command() && line.eq(words.iter().map(String::as_str))
            }
            Root::Dependency(_) => false,
        }
    }

    pub(super) fn expression(&mut self, pattern: &'r Expr, node: ExprRef<'a>) -> bool {
        if let Expr::Name(name) = pattern
            && let Some(variable) = metavariable(&name.id)
        {
            return variable.arity == Arity::One
                && self.capture(variable.name, Captured::Expression(node));
        }
        if is_dotted(pattern) {
            return self.name(pattern, node);
        }
        self.structure(pattern, node)
    }

    fn structure(&mut self, pattern: &'r Expr, node: ExprRef<'a>) -> bool {
        match (pattern, node) {
            (Expr::Call(pattern), ExprRef::Call(node)) => {
                self.expression(&pattern.func, ExprRef::from(&node.func))
                    && self.arguments(&pattern.arguments, &node.arguments)
            }
            (Expr::Attribute(pattern), ExprRef::Attribute(node)) => {
                self.identifier(&pattern.attr, &node.attr)
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Expr::Attribute(pattern), ExprRef::Name(node)) => self.imported(pattern, node),
            (Expr::Subscript(pattern), ExprRef::Subscript(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
                    && self.expression(&pattern.slice, ExprRef::from(&node.slice))
            }
            (Expr::Await(pattern), ExprRef::Await(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Expr::Yield(pattern), ExprRef::Yield(node)) => {
                self.optional(pattern.value.as_deref(), node.value.as_deref())
            }
            (Expr::YieldFrom(pattern), ExprRef::YieldFrom(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Expr::Tuple(pattern), ExprRef::Tuple(node)) => {
                self.elements(&pattern.elts, &node.elts)
            }
            (Expr::List(pattern), ExprRef::List(node)) => self.elements(&pattern.elts, &node.elts),
            (Expr::Set(pattern), ExprRef::Set(node)) => self.elements(&pattern.elts, &node.elts),
            (Expr::Dict(pattern), ExprRef::Dict(node)) => self.items(&pattern.items, &node.items),
            _ => {
                self.comprehension(pattern, node)
                    || self.operation(pattern, node)
                    || self.part(pattern, node)
                    || same_literal(pattern, node)
            }
        }
    }

    /// The entries of a dict: as many as the pattern has, in its order.
    fn items(&mut self, patterns: &'r [DictItem], nodes: &'a [DictItem]) -> bool {
        patterns.len() == nodes.len()
            && patterns.iter().zip(nodes).all(|(pattern, node)| {
                self.optional(pattern.key.as_ref(), node.key.as_ref())
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            })
    }

    fn comprehension(&mut self, pattern: &'r Expr, node: ExprRef<'a>) -> bool {
        match (pattern, node) {
            (Expr::ListComp(pattern), ExprRef::ListComp(node)) => {
                self.expression(&pattern.elt, ExprRef::from(&node.elt))
                    && self.clauses(&pattern.generators, &node.generators)
            }
            (Expr::SetComp(pattern), ExprRef::SetComp(node)) => {
                self.expression(&pattern.elt, ExprRef::from(&node.elt))
                    && self.clauses(&pattern.generators, &node.generators)
            }
            (Expr::DictComp(pattern), ExprRef::DictComp(node)) => {
                self.optional(pattern.key.as_deref(), node.key.as_deref())
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
                    && self.clauses(&pattern.generators, &node.generators)
            }
            (Expr::Generator(pattern), ExprRef::Generator(node)) => {
                self.expression(&pattern.elt, ExprRef::from(&node.elt))
                    && self.clauses(&pattern.generators, &node.generators)
            }
            _ => false,
        }
    }

    /// The `for` and `if` of a comprehension: as many as the pattern has, in its order.
    fn clauses(&mut self, patterns: &'r [Comprehension], nodes: &'a [Comprehension]) -> bool {
        patterns.len() == nodes.len()
            && patterns.iter().zip(nodes).all(|(pattern, node)| {
                pattern.is_async == node.is_async
                    && self.expression(&pattern.target, ExprRef::from(&node.target))
                    && self.expression(&pattern.iter, ExprRef::from(&node.iter))
                    && self.elements(&pattern.ifs, &node.ifs)
            })
    }

    fn operation(&mut self, pattern: &'r Expr, node: ExprRef<'a>) -> bool {
        match (pattern, node) {
            (Expr::UnaryOp(pattern), ExprRef::UnaryOp(node)) => {
                pattern.op == node.op
                    && self.expression(&pattern.operand, ExprRef::from(&node.operand))
            }
            (Expr::BinOp(pattern), ExprRef::BinOp(node)) => {
                pattern.op == node.op
                    && self.expression(&pattern.left, ExprRef::from(&node.left))
                    && self.expression(&pattern.right, ExprRef::from(&node.right))
            }
            (Expr::BoolOp(pattern), ExprRef::BoolOp(node)) => {
                pattern.op == node.op && self.elements(&pattern.values, &node.values)
            }
            (Expr::Compare(pattern), ExprRef::Compare(node)) => {
                pattern.ops == node.ops
                    && self.expression(&pattern.left, ExprRef::from(&node.left))
                    && self.elements(&pattern.comparators, &node.comparators)
            }
            _ => false,
        }
    }

    /// A starred element, a value that gets a name, a choice, a lambda without parameters, the bounds of a slice.
    fn part(&mut self, pattern: &'r Expr, node: ExprRef<'a>) -> bool {
        match (pattern, node) {
            (Expr::Starred(pattern), ExprRef::Starred(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Expr::Named(pattern), ExprRef::Named(node)) => {
                self.expression(&pattern.target, ExprRef::from(&node.target))
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Expr::If(pattern), ExprRef::If(node)) => {
                self.expression(&pattern.test, ExprRef::from(&node.test))
                    && self.expression(&pattern.body, ExprRef::from(&node.body))
                    && self.expression(&pattern.orelse, ExprRef::from(&node.orelse))
            }
            (Expr::Lambda(pattern), ExprRef::Lambda(node)) => {
                node.parameters.is_none()
                    && self.expression(&pattern.body, ExprRef::from(&node.body))
            }
            (Expr::Slice(pattern), ExprRef::Slice(node)) => {
                self.optional(pattern.lower.as_deref(), node.lower.as_deref())
                    && self.optional(pattern.upper.as_deref(), node.upper.as_deref())
                    && self.optional(pattern.step.as_deref(), node.step.as_deref())
            }
            _ => false,
        }
    }

    /// A name in a place that holds only names: an attribute, a keyword, a def.
    pub(super) fn identifier(
        &mut self,
        pattern: &'r str,
        name: &'a ruff_python_ast::Identifier,
    ) -> bool {
        match metavariable(pattern) {
            Some(variable) => self.capture(
                variable.name,
                Captured::Name {
                    name: &name.id,
                    range: name.range(),
                },
            ),
            None => pattern == name.id.as_str(),
        }
    }

    /// Sequences of elements; `$*xs` takes as few as make the rest fit.
    pub(super) fn elements(&mut self, patterns: &'r [Expr], nodes: &'a [Expr]) -> bool {
        let Some((first, others)) = patterns.split_first() else {
            return nodes.is_empty();
        };
        let Some(rest) = rest_variable(first) else {
            return nodes.split_first().is_some_and(|(node, nodes)| {
                self.expression(first, ExprRef::from(node)) && self.elements(others, nodes)
            });
        };
        (0..=nodes.len()).any(|taken| {
            let (bound, unsure) = (self.captures.len(), self.unsure.clone());
            let elements = nodes[..taken].iter().map(ExprRef::from).collect();
            let fits = self.capture(rest, Captured::Elements(elements))
                && self.elements(others, &nodes[taken..]);
            if !fits {
                self.captures.truncate(bound);
                self.unsure = unsure;
            }
            fits
        })
    }

    /// Binds a metavariable, or compares the code with what it stands for already.
    pub(super) fn capture(&mut self, name: &'r str, captured: Captured<'a>) -> bool {
        if name == "_" {
            return true;
        }
        match self.captures.find(name) {
            None => {
                self.captures.bind(name, captured);
                true
            }
            Some(known) => match (known.range(), captured.range()) {
                (Some(known), Some(range)) => same_code(self.subject, known, range),
                (None, None) => true,
                _ => false,
            },
        }
    }
}

/// Returns whether two ranges hold the same tokens, layout and comments aside.
pub fn same_code(subject: &Subject, one: TextRange, other: TextRange) -> bool {
    let [first, second] = [one, other].map(|range| &subject.text()[range]);
    if first == second {
        return true;
    }
    // Most are names, which no layout makes differ.
    let is_plain = |code: &str| {
        code.bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"._".contains(&it))
    };
    if is_plain(first) && is_plain(second) {
        return false;
    }
    let tokens = |range: TextRange| {
        subject
            .module
            .tokens(range.start())
            .in_range(range)
            .iter()
            .filter(|token| !token.kind().is_trivia())
            .map(move |token| (token.kind(), &subject.text()[token.range()]))
    };
    tokens(one).eq(tokens(other))
}

fn same_literal(pattern: &Expr, node: ExprRef) -> bool {
    match (pattern, node) {
        (Expr::StringLiteral(pattern), ExprRef::StringLiteral(node)) => {
            pattern.value.to_str() == node.value.to_str()
        }
        (Expr::NumberLiteral(pattern), ExprRef::NumberLiteral(node)) => pattern.value == node.value,
        (Expr::BooleanLiteral(pattern), ExprRef::BooleanLiteral(node)) => {
            pattern.value == node.value
        }
        (Expr::NoneLiteral(_), ExprRef::NoneLiteral(_))
        | (Expr::EllipsisLiteral(_), ExprRef::EllipsisLiteral(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
