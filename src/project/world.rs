//! The files of a project, what their names mean, and which of them run together.

use super::definition::Definitions;
use super::files::Files;
use super::program::Programs;

/// What a project is asked.
#[derive(Clone, Copy)]
pub(super) struct World<'w> {
    pub(super) files: &'w Files,
    pub(super) definitions: &'w Definitions,
    pub(super) programs: &'w Programs,
}
