//! New bytes of files → the disk, each file whole or not at all; and the guard before it.

pub mod error;

pub mod guard;

pub mod atomic;

pub mod room;

mod stage;

mod traits;
