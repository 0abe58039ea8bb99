//! What names and values mean: scopes, contexts, qualified names, kinds of values, imports.

/// How far a value is followed through names, attributes and calls. Nobody writes longer chains; what is at
/// their end is not known.
pub const MAX_STEPS: u32 = 8;

pub mod binding;

pub mod scope;

pub mod star;

mod declared;

pub mod collect;

mod reads;

pub mod quoted;

pub mod ends;

pub mod block;

mod effect;

pub mod events;

mod trace;

pub mod flow;

pub mod context;

mod replacement;

pub mod resolve;

pub mod value;

pub mod base;

pub mod mro;

pub mod typed;

pub mod callable;

pub mod replaced;

pub mod remade;

pub mod wrapped;

mod fresh;

pub mod setters;

pub mod import;

mod imported;

pub mod import_drop;

mod import_list;

mod import_place;

pub mod import_edit;

#[cfg(test)]
mod tests;
