//! A [`Plan`](crate::plan::change::Plan) → what a person or a program reads. Everything here renders
//! into a given writer; nothing here prints, reads a file, or decides what is changed.

pub mod batch;

pub mod undo;

pub mod view;

pub mod place;

pub mod tally;

pub mod snippet;

mod imports;

pub mod diff;

mod alike;

mod after;

pub mod notes;

pub mod summary;

pub mod text;

pub mod migration;

pub mod decisions;

pub mod to_check;

mod rows;

mod edits;

pub mod check;

pub mod patch;

pub mod json;

pub mod json_schema;

pub mod sarif;

pub mod github;

pub mod gitlab;

pub mod markdown;

pub mod recipes;

pub mod page;

pub mod words;

pub mod examples;

pub mod explain;

pub mod graph;

pub mod mistakes;

pub mod settings;

#[cfg(test)]
mod sample;
