//! What would happen: changes, what they need together, and which of them stand in each other's way.

pub mod need;

pub mod law;

pub mod ruling;

mod fnv;

pub mod change;

pub mod change_id;

pub mod stop;

pub mod removal;

mod cell_magic;

mod display;

pub mod needs;

pub mod overlap;

pub mod together;

pub mod closure;

pub mod rewrite;

pub mod fingerprint;

pub mod decision;

pub mod decision_schema;

pub mod baseline;

pub mod comments;

pub mod problem;

pub mod look;
