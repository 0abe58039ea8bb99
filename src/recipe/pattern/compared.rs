//! Syntax that patterns do not compare: such a pattern is refused, since it would never match.

use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
use ruff_text_size::{Ranged, TextSize};

use crate::recipe::error::{Complaint, Problem};
use crate::recipe::snippet::{self, Root, Snippet};

/// Refuses syntax that is not compared.
///
/// # Errors
///
/// The first such place.
pub(super) fn check(snippet: &Snippet) -> Result<(), Complaint> {
    let mut found = Uncompared {
        header: match &snippet.root {
            Root::Header(header) => Some(AnyNodeRef::from(&**header).range()),
            _ => None,
        },
        feature: None,
    };
    snippet::walk(&snippet.root, &mut found);
    match found.feature {
        None => Ok(()),
        Some((feature, expected)) => {
            let complaint = Complaint::new(TextSize::new(0), Problem::Feature { feature });
            Err(complaint.expected(expected))
        }
    }
}

struct Uncompared {
    /// A def or class that is a header: those are compared.
    header: Option<ruff_text_size::TextRange>,
    feature: Option<(&'static str, &'static str)>,
}

impl<'p> SourceOrderVisitor<'p> for Uncompared {
    fn enter_node(&mut self, node: AnyNodeRef<'p>) -> TraversalSignal {
        let is_header = self.header == Some(node.range());
        let feature = match node {
            AnyNodeRef::ExprLambda(it) if it.parameters.is_some() => Some((
                "a lambda with parameters in a pattern",
                "`$x` with `$x: {form: lambda}`",
            )),
            AnyNodeRef::ExprFString(_) | AnyNodeRef::ExprTString(_) => {
                Some(("an f-string in a pattern", "`$x` with `$x: {text: …}`"))
            }
            AnyNodeRef::StmtFunctionDef(_) if !is_header => Some((
                "a def with a body in a pattern",
                "`def $f` with `function: {has: …}`",
            )),
            AnyNodeRef::StmtClassDef(_) if !is_header => Some((
                "a class with a body in a pattern",
                "`class $c` with `class: {has: …}`",
            )),
            AnyNodeRef::StmtMatch(_)
            | AnyNodeRef::StmtTypeAlias(_)
            | AnyNodeRef::StmtIpyEscapeCommand(_) => Some((
                "this statement in a pattern",
                "another statement, or a header",
            )),
            AnyNodeRef::ExprName(name) if matches!(name.id.as_str(), "self" | "cls") => Some((
                "the parameter of a method in a pattern",
                "`$self` with `$self: {text: self}`",
            )),
            _ => None,
        };
        self.feature = self.feature.take().or(feature);
        TraversalSignal::Traverse
    }
}
