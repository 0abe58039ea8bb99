//! A check that somebody has for a tree, and changes → those changes with which it passes.

pub mod check;

pub mod search;
