//! Keys of `on-both-sides`.

use super::field::{map, required};
use super::pattern::PATTERNS;
use crate::recipe::shape::Shape;

pub(super) static SIDES: Shape = map(&[
    required(
        "before",
        &PATTERNS,
        "code before the site, or the site itself",
    ),
    required(
        "after",
        &PATTERNS,
        "code after the site, or the site itself",
    ),
    required(
        "of",
        &Shape::Capture,
        "a metavariable with the same text on both sides. A pattern without it is about everything",
    ),
]);
