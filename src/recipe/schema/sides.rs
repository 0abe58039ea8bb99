//! Keys of `on-both-sides`.

use super::field::{map, required};
use super::pattern::PATTERNS;
use crate::recipe::shape::Shape;

pub(super) static SIDES: Shape = map(&[
    required("before", &PATTERNS, "code that stands before the site"),
    required("after", &PATTERNS, "code that stands after the site"),
    required(
        "of",
        &Shape::Capture,
        "what both capture so is spelled the same; what captures nothing may be about anything",
    ),
]);
