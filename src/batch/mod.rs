//! A campaign over many repositories → a branch in each, with what is known of it on disk at every moment.
//!
//! Each repository is migrated by a program of its own, in a tree of its own: what happens to one is none of the
//! others' business, and a campaign that is killed is gone on with by the next run.

pub mod campaign;

mod secret;

pub mod member;

mod error;

pub mod record;

pub mod logs;

pub mod state;

mod watch;

pub mod git;

mod home;

mod branch;

mod checkout;

mod commits;

mod forge;

mod push;

pub mod words;

mod said;

pub mod work;

pub mod shard;
