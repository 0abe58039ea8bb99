//! Text without Python: edits, line positions, hunks of a diff, and how any text may be shown.

pub mod edit;

pub mod shift;

pub mod origins;

pub mod below;

pub mod lines;

pub mod blank;

pub mod cover;

pub mod diff;

pub mod wording;

pub mod shown;

pub(crate) mod markup;
