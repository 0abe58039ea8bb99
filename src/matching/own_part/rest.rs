//! What stands beside a part of an expression: the name in `folder / name`.

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::{Ranged, TextRange};

use crate::bind::scope::BindingKind;
use crate::matching::subject::Subject;
use crate::matching::uses::bindings_of;
use crate::python::tree::NodeId;

/// The nodes beside a part.
pub(super) struct Rest<'a> {
    before: Vec<AnyNodeRef<'a>>,
    after: Vec<AnyNodeRef<'a>>,
}

impl<'a> Rest<'a> {
    /// Of `whole` what is neither `part` nor the function that is called with it.
    pub(super) fn of(whole: NodeId, part: NodeId, subject: &Subject<'a>) -> Self {
        let tree = subject.tree;
        let part = tree.range(part);
        let called = match tree.node(whole) {
            AnyNodeRef::ExprCall(call) => call.func.range(),
            _ => TextRange::empty(part.start()),
        };
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for id in tree.descendants(whole) {
            let (node, range) = (tree.node(id), tree.range(id));
            let is_value = text(node).is_some() || node.as_expr_ref().is_some();
            if !is_value || range.contains_range(part) || part.contains_range(range) {
                continue;
            }
            if range.start() >= part.end() && !called.contains_range(range) {
                after.push(node);
            } else if !called.contains_range(range) || called.contains_range(part) {
                before.push(node);
            }
        }
        Self { before, after }
    }

    /// Nothing stands beside it.
    pub(super) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// `/ ".." / "name"`: the way out of what is before it.
    pub(super) fn leaves(&self) -> bool {
        let mut texts = self.after.iter().filter_map(|it| text(*it));
        texts.any(|text| text.split('/').any(|part| part == ".."))
    }

    /// `/ "/tmp/name"`: what is before it no longer counts. `"/"` alone is what texts are split at.
    pub(super) fn is_absolute(&self, subject: &Subject<'a>) -> bool {
        let is_path = |text: &str| text.starts_with('/') && text.len() > 1;
        self.after.iter().any(|node| match node {
            AnyNodeRef::ExprName(name) => {
                let bindings = bindings_of(subject, ExprRef::from(*name));
                bindings.into_iter().any(|binding| {
                    let BindingKind::Assignment { value, .. } = subject.names.binding(binding).kind
                    else {
                        return false;
                    };
                    let mut inside = subject.tree.with_descendants(value).take(9);
                    inside.any(|id| text(subject.tree.node(id)).is_some_and(is_path))
                })
            }
            node => text(*node).is_some_and(is_path),
        })
    }

    /// What follows is text without a further part: `f"{name}.txt"`.
    pub(super) fn keeps_last(&self) -> bool {
        self.after.iter().all(|node| {
            let is_text = node.is_expr_string_literal();
            is_text || text(*node).is_some_and(|text| !text.contains('/'))
        })
    }
}

fn text(node: AnyNodeRef<'_>) -> Option<&str> {
    match node {
        AnyNodeRef::StringLiteral(it) => Some(&it.value),
        AnyNodeRef::InterpolatedStringLiteralElement(it) => Some(&it.value),
        _ => None,
    }
}
