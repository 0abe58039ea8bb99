//! How a run ended → the exit code: 0, 1 or 2, in one expression.

use std::io;

/// How a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ending {
    /// Something could not be read or written, or a change was withdrawn.
    pub failed: bool,
    /// What the command is asked to say by its exit code: changes, findings, failed examples.
    pub found: bool,
}

impl Ending {
    /// Of help (0) and wrong usage (anything else).
    pub(super) fn of_usage(code: i32) -> Self {
        Self {
            failed: code != 0,
            found: false,
        }
    }
}

/// Returns the exit code. A reader that went away has seen enough.
pub fn code(result: &anyhow::Result<Ending>) -> u8 {
    match result {
        Err(error) if is_broken_pipe(error) => 0,
        Err(_) | Ok(Ending { failed: true, .. }) => 2,
        Ok(Ending { found: true, .. }) => 1,
        Ok(_) => 0,
    }
}

/// Returns whether the reader of the output went away.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let is_it = |cause: &(dyn std::error::Error + 'static)| {
        let io_error = cause.downcast_ref::<io::Error>();
        let json_error = cause.downcast_ref::<serde_json::Error>();
        let kind = io_error.map(io::Error::kind);
        kind.or_else(|| json_error.and_then(serde_json::Error::io_error_kind))
            == Some(io::ErrorKind::BrokenPipe)
    };
    error.chain().any(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(result: anyhow::Result<Ending>, expected: u8) {
        assert_eq!(code(&result), expected);
    }

    fn ending(failed: bool, found: bool) -> anyhow::Result<Ending> {
        Ok(Ending { failed, found })
    }

    #[test]
    fn a_failure_outweighs_what_was_found() {
        check(ending(false, false), 0);
        check(ending(false, true), 1);
        check(ending(true, true), 2);
        check(Err(anyhow::anyhow!("x")), 2);
    }

    #[test]
    fn a_broken_pipe_is_success() {
        let error = io::Error::from(io::ErrorKind::BrokenPipe);
        check(Err(anyhow::Error::from(error).context("while writing")), 0);
    }
}
