//! A value that names an attribute → what texts it may be.

use ruff_python_ast::{AnyNodeRef, Expr, InterpolatedStringElement, Operator};

use crate::bind::binding::{Binding, BindingKind};
use crate::bind::scope::Bindings;

/// What is known of a name that is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelled<'a> {
    /// It.
    Whole(&'a str),
    /// How it begins and ends.
    Partly(&'a str, &'a str),
}

impl<'a> Spelled<'a> {
    /// Not known.
    pub const ANY: Self = Self::Partly("", "");

    /// Returns it where it is known.
    pub fn whole(self) -> Option<&'a str> {
        match self {
            Self::Whole(name) => Some(name),
            Self::Partly(..) => None,
        }
    }

    /// Returns whether it may be that name.
    pub fn may_be(self, name: &str) -> bool {
        match self {
            Self::Whole(known) => known == name,
            Self::Partly(start, end) => name
                .strip_prefix(start)
                .is_some_and(|rest| rest.ends_with(end)),
        }
    }
}

/// Returns what names a value may be.
pub fn spelled<'a>(names: &Bindings<'a>, name: &'a Expr) -> Vec<Spelled<'a>> {
    match name {
        Expr::Name(used) => {
            let scope = names.scope_of(names.tree().id(used));
            let owner = names.lookup(scope, &used.id);
            let all = owner.map_or(&[][..], |owner| names.bindings_of(owner, &used.id));
            let all = all.iter().map(|id| listed(names, names.binding(*id)));
            match all.collect::<Option<Vec<_>>>() {
                Some(all) if !all.is_empty() => all.concat(),
                _ => vec![Spelled::ANY],
            }
        }
        _ => vec![written(name.into()).unwrap_or(Spelled::ANY)],
    }
}

/// What a text, or code that makes one, says of it.
fn written<'a>(made: AnyNodeRef<'a>) -> Option<Spelled<'a>> {
    match made {
        AnyNodeRef::ExprStringLiteral(whole) => Some(Spelled::Whole(whole.value.to_str())),
        AnyNodeRef::ExprFString(whole) => {
            let parts: Vec<_> = whole.value.elements().collect();
            let of = |part: Option<&&'a InterpolatedStringElement>| match part {
                Some(InterpolatedStringElement::Literal(it)) => &*it.value,
                _ => "",
            };
            Some(Spelled::Partly(of(parts.first()), of(parts.last())))
        }
        AnyNodeRef::ExprBinOp(sum) if sum.op == Operator::Add => {
            let mut first = &*sum.left;
            while let Expr::BinOp(inner) = first
                && inner.op == Operator::Add
            {
                first = &inner.left;
            }
            let of = |part| text(part).unwrap_or_default();
            Some(Spelled::Partly(of(first), of(&sum.right)))
        }
        AnyNodeRef::ExprBinOp(sum) if sum.op == Operator::Mod => {
            let (start, _) = text(&sum.left)?.split_once('%')?;
            Some(Spelled::Partly(start, ""))
        }
        AnyNodeRef::ExprCall(call) => {
            let (start, _) = text(&call.func.as_attribute_expr()?.value)?.split_once('{')?;
            Some(Spelled::Partly(start, ""))
        }
        _ => None,
    }
}

/// The texts that a binding gives to a name, where they are written out.
fn listed<'a>(names: &Bindings<'a>, binding: &Binding<'a>) -> Option<Vec<Spelled<'a>>> {
    let tree = names.tree();
    let (iterable, is_whole) = match binding.kind {
        BindingKind::Assignment { value, .. } => {
            return Some(vec![written(tree.node(value))?]);
        }
        BindingKind::For { iterable } | BindingKind::Comprehension { iterable } => {
            let around = tree.parent_node(binding.node);
            (iterable, around.is_stmt_for() || around.is_comprehension())
        }
        _ => return None,
    };
    let elements = match tree.node(iterable) {
        AnyNodeRef::ExprTuple(it) => &it.elts,
        AnyNodeRef::ExprList(it) => &it.elts,
        AnyNodeRef::ExprSet(it) => &it.elts,
        _ => return None,
    };
    let names = elements.iter().map(|it| text(it).map(Spelled::Whole));
    names.collect::<Option<_>>().filter(|_| is_whole)
}

/// Returns the text that an expression is.
pub(super) fn text(argument: &Expr) -> Option<&str> {
    let literal = argument.as_string_literal_expr()?;
    Some(literal.value.to_str())
}
