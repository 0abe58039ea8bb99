//! Text without Python: edits, line positions, hunks of a diff.

pub mod edit;

pub mod shift;

pub mod origins;

pub mod below;

pub mod lines;

pub mod blank;

pub mod cover;

pub mod diff;
