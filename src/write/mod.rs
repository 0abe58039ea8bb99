//! New bytes of files → the disk, each file whole or not at all; a guard before it, and a way back.

pub mod error;

pub mod guard;

pub mod atomic;

pub mod room;

pub mod run_id;

pub mod manifest;

pub mod runs;

pub mod undo;

mod journal;

pub mod journals;

mod lock;

mod stage;

mod traits;

pub mod store;
