//! Python syntax: the parse of a source file, its nodes with parents, and what stands between them.

mod nesting;

mod part;

pub mod word;

pub mod word_set;

pub mod dotted;

pub mod stdlib;

pub mod magic;

mod magics;

mod markers;

mod quoted;

pub mod parse;

pub mod least;

pub mod tree;

pub mod trivia;

pub mod cut;

pub mod highlight;

pub mod directive;

pub mod extent;

pub mod suppression;
