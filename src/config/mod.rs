//! `[tool.awaitify]` in `pyproject.toml`, or `awaitify.toml` → the settings of each file, with the place
//! each was set.
//!
//! For every file the nearest configuration above it holds, alone: nothing is merged but what it
//! `extend`s. What was typed on the command line goes before it.

pub mod document;

pub mod globs;

pub mod options;

pub mod read;

pub mod json_schema;

pub mod resolve;

pub mod select;

pub mod standing;

pub mod group;
