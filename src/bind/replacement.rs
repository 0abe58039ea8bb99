//! What is put in the place of an attribute, and what has that.

use ruff_python_ast::{ExprRef, StmtClassDef};

use super::binding::BindingId;
use crate::python::tree::NodeId;

/// What is put in the place of something.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// The def, assignment target or call.
    pub node: NodeId,
    /// What has the attribute.
    pub owner: Owner<'a>,
    /// What the attribute becomes.
    pub by: By<'a>,
}

/// What has an attribute.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// The class, by its body.
    Class(&'a StmtClassDef),
    /// `self` in a method of the class.
    Instance(&'a StmtClassDef),
    /// An expression.
    Value(ExprRef<'a>),
    /// A qualified name in a text: `app.feed.Feed` of `patch("app.feed.Feed.read")`.
    Named(&'a str),
}

/// What an attribute becomes.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// A value.
    Value(ExprRef<'a>),
    /// A def of the class.
    Def(NodeId),
    /// What a call of it makes.
    Factory(ExprRef<'a>),
    /// A part of something, or what a loop goes over.
    Part,
    /// Nothing of another kind: it is taken away, or a mock is made for what is there.
    Kept,
}

/// What may give an attribute of its name something else.
#[derive(Debug, Clone, Copy)]
pub(super) enum Candidate {
    /// A binding, of a class body or not.
    Binding(BindingId),
    /// An attribute that is set, or a call that sets one.
    Node(NodeId),
}
