//! awaitify: declarative recipes rewrite Python so that asyncio is used correctly.
//!
//! Read [`engine`] first. Modules stand in the order of the pipeline; each uses only those above it.

pub mod text;

pub mod source;

pub mod python;

pub mod recipe;

pub mod bind;

pub mod project;

pub mod matching;

pub mod plan;

pub mod verb;

pub mod verify;

pub mod engine;

pub mod write;

pub mod report;

pub mod cli;
