//! `under` of a rule and a node → the innermost block of its kind around the node, and what it captures.

use ruff_python_ast::NodeKind;

use super::capture::Captures;
use super::place;
use super::site::{Evidence, Site};
use super::subject::Subject;
use super::unify::unify;
use crate::python::tree::NodeId;
use crate::recipe::Rule;

/// How the block around a node answers to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// The rule asks for none.
    NotAsked,
    /// It fits.
    Fits(NodeId),
    /// It is of the kind, and does not fit.
    Differs(NodeId),
    /// There is none of the kind.
    Nowhere,
}

impl Around {
    pub(super) fn holds(self) -> bool {
        matches!(self, Self::NotAsked | Self::Fits(_))
    }
}

/// Binds what the block around a site captures, where the rule asks for one.
pub(super) fn under<'r, 'a>(
    subject: &Subject<'a>,
    rule: &'r Rule,
    node: NodeId,
    captures: &mut Captures<'r, 'a>,
) -> Around {
    if rule.under.is_empty() {
        return Around::NotAsked;
    }
    let Some(around) = innermost(subject, rule, node) else {
        return Around::Nowhere;
    };
    let bound = rule.under.iter().find_map(|guarded| {
        let fit = unify(
            &guarded.pattern,
            subject.tree.node(around),
            captures,
            subject,
        )?;
        let site = Site {
            subject,
            node: around,
            captures: &fit.captures,
            unsure: fit.unsure.as_deref(),
        };
        let holds = site.meets(&guarded.condition, &mut Evidence::default());
        (fit.unsure.is_none() && holds.is_yes()).then_some(fit.captures)
    });
    match bound {
        Some(bound) => {
            *captures = bound;
            Around::Fits(around)
        }
        None => Around::Differs(around),
    }
}

/// The innermost block of a kind that the rule asks for, inside of the function.
fn innermost(subject: &Subject, rule: &Rule, node: NodeId) -> Option<NodeId> {
    let patterns = rule.under.iter();
    let kinds = patterns.filter_map(|guarded| guarded.pattern.block_kind());
    let kinds: Vec<NodeKind> = kinds.collect();
    place::inside_function(subject, node).find(|id| kinds.contains(&subject.tree.node(*id).kind()))
}
