//! A path → its bytes, or why a file is not read.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use super::encoding::EncodingError;
use super::ipynb::{NotebookError, NotebookProblem};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// Why a file is not read. The caller knows the path; the message does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The operating system refused.
    #[error("cannot be read: {message}")]
    Io {
        /// What kind of refusal.
        kind: io::ErrorKind,
        /// The system's words.
        message: String,
    },
    /// A pipe, a device or a socket: it may never end.
    #[error("not a regular file")]
    NotRegular,
    /// Larger than [`MAX_BYTES`].
    #[error("larger than {} MiB: not read", MAX_BYTES >> 20)]
    TooLarge,
    /// The bytes are no text that Python would read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// A notebook whose kernel speaks another language: none of our business.
    #[error("a notebook in {language}, not in Python")]
    OtherLanguage {
        /// As the notebook says.
        language: String,
    },
    /// Not a notebook of nbformat 4.
    #[error("{line}:{column}: {problem}")]
    Notebook {
        /// In the JSON, from 1.
        line: usize,
        /// In the JSON, from 1.
        column: usize,
        /// What is wrong with it.
        #[source]
        problem: NotebookProblem,
    },
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io {
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

impl From<NotebookError> for ReadError {
    fn from(error: NotebookError) -> Self {
        match error.problem {
            NotebookProblem::OtherLanguage(language) => Self::OtherLanguage { language },
            problem => Self::Notebook {
                line: error.line,
                column: error.column,
                problem,
            },
        }
    }
}

/// Files of the system that a program may be given in place of one of its own: what a shell has opened
/// for it (`<(…)`), and nothing at all.
const GIVEN: [&str; 4] = ["/dev/fd", "/dev/stdin", "/proc/self/fd", "/dev/null"];

/// Returns whether reading may wait for ever: a pipe that nobody may write to, a device, a socket.
pub fn may_wait(path: &Path, metadata: &Metadata) -> bool {
    let ends = metadata.is_file() || metadata.is_dir();
    !ends && !GIVEN.iter().any(|given| path.starts_with(given))
}

/// Returns the bytes of a file that may be no regular one.
///
/// # Errors
/// It is none, or as for [`read_bytes`].
pub fn read_regular(path: &Path) -> Result<Vec<u8>, ReadError> {
    match may_wait(path, &fs::metadata(path)?) {
        true => Err(ReadError::NotRegular),
        false => read_bytes(path),
    }
}

/// Returns the bytes of a file that was listed, or of what a symbolic link points to. To ask what it is
/// would be one more question to the system for each.
///
/// # Errors
/// The file is a directory, vanished, unreadable or larger than [`MAX_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // It may grow, or have no length of its own (a pipe).
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &Path, expected: io::ErrorKind) {
        match read_regular(path) {
            Err(ReadError::Io { kind, .. }) => assert_eq!(kind, expected),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_file_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        check(folder.path(), io::ErrorKind::IsADirectory);
        check(&folder.path().join("gone.py"), io::ErrorKind::NotFound);
    }

    #[test]
    #[cfg(unix)]
    fn what_may_never_end_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket.py");
        let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
        assert_eq!(read_regular(&path), Err(ReadError::NotRegular));
        let zero = Path::new("/dev/zero");
        assert_eq!(read_regular(zero), Err(ReadError::NotRegular));
        let null = Path::new("/dev/null");
        assert_eq!(read_regular(null), Ok(Vec::new()));
    }

    #[test]
    fn a_huge_file_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge.py");
        let file = File::create(&path).expect("a file");
        // A sparse file takes no space.
        file.set_len(MAX_BYTES + 1).expect("its length is set");
        assert_eq!(read_bytes(&path), Err(ReadError::TooLarge));
    }
}
