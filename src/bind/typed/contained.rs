//! A container of Python's own → what stands in it, and what its methods give.

use super::{Portion, Type};
use crate::python::stdlib::container::{self, Gives};

/// Returns what a method of a container gives.
pub(super) fn given<'a>(gives: Gives, of: &Type<'a>, parts: &[Type<'a>]) -> Type<'a> {
    let part = |at: usize| parts.get(at).cloned().unwrap_or(Type::Unknown);
    let each = |of: Type<'a>| Type::of_python(container::ITERATOR, vec![of]);
    match gives {
        Gives::Part(at) => part(at),
        Gives::Each(at) => each(part(at)),
        Gives::Pairs => each(Type::of_python(container::TUPLE, vec![part(0), part(1)])),
        Gives::Same => of.clone(),
    }
}

/// Returns whether `async for` goes over objects of the type, by its name.
pub(super) fn is_async(of: &Type) -> bool {
    let Type::Object { class, .. } = of else {
        return false;
    };
    let name = class.qualified();
    name.is_some_and(|it| container::async_element_of(it).is_some())
}

/// Returns what stands in a container of Python's own.
pub(super) fn stands_in<'a>(
    name: &str,
    parts: &[Type<'a>],
    part: Portion,
    of: &Type<'a>,
) -> Option<Type<'a>> {
    if container::is_tuple(name) {
        return Some(match (parts, part) {
            ([each, Type::Repeated], Portion::Each | Portion::Item(_)) => each.clone(),
            ([_, Type::Repeated], Portion::Slice) => of.clone(),
            (parts, Portion::Item(Some(at))) => parts.get(at).cloned().unwrap_or(Type::Unknown),
            (parts, Portion::Each | Portion::Item(None)) => Type::any_of(parts.to_vec()),
            _ => Type::Unknown,
        });
    }
    let at = match part {
        Portion::Each => container::element_of(name)?,
        Portion::AsyncEach => container::async_element_of(name)?,
        Portion::Item(_) => container::item_of(name)?,
        Portion::Slice => {
            let is_row = container::item_of(name)? == 0;
            return Some(if is_row { of.clone() } else { Type::Unknown });
        }
    };
    Some(parts.get(at).cloned().unwrap_or(Type::Unknown))
}
