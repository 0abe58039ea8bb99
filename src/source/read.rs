//! A path → its bytes, or why a file is not read.

use std::fs::File;
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

/// Returns the bytes of a file, or of what a symbolic link points to.
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
        match read_bytes(path) {
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
    fn a_huge_file_is_refused_unread() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge.py");
        let file = File::create(&path).expect("a file");
        // A sparse file takes no space.
        file.set_len(MAX_BYTES + 1).expect("its length is set");
        assert_eq!(read_bytes(&path), Err(ReadError::TooLarge));
    }
}
