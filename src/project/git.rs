//! The `git` command as it is run here, and the names it prints.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns git, to be run at the top of a repository.
pub fn command(top: &Path) -> Command {
    let mut command = Command::new("git");
    // The index is only read: another git may be at work in it.
    command.current_dir(top).env("GIT_OPTIONAL_LOCKS", "0");
    command
}

/// Returns the path that git means by a name it printed with `-z`.
#[cfg(unix)]
pub fn path_of(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

/// Returns the path that git means by a name it printed with `-z`.
#[cfg(not(unix))]
pub fn path_of(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}
