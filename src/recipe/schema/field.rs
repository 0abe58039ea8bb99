//! How the keys of a map are written down.

use crate::recipe::shape::{Field, Keys, Shape};

/// A key that must be there.
pub const fn required(key: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field {
        key,
        shape,
        required: true,
        or: None,
        about,
    }
}

/// A key that must be there where `or` is not.
pub const fn required_or(
    (key, or): (&'static str, &'static str),
    shape: &'static Shape,
    about: &'static str,
) -> Field {
    Field {
        or: Some(or),
        ..required(key, shape, about)
    }
}

/// A key that may be there.
pub const fn optional(key: &'static str, shape: &'static Shape, about: &'static str) -> Field {
    Field {
        required: false,
        ..required(key, shape, about)
    }
}

/// A map with these keys and no others.
pub const fn map(fields: &'static [Field]) -> Shape {
    Shape::Map(Keys {
        fields,
        captures: None,
    })
}
