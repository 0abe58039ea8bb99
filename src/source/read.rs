//! A path → its bytes, or why a file is not read.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::encoding::EncodingError;
use super::ipynb::{NotebookError, NotebookProblem};

/// Largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// Largest file of settings, recipes or a project's own description that is read, in bytes.
pub const MAX_SETTINGS: u64 = 4 << 20;

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
    /// Larger than files of its kind may be, in bytes.
    #[error("larger than {}: not read", size(*.0))]
    TooLarge(u64),
    /// A symbolic link that leads out of the tree it was found in.
    #[error("a link out of its tree")]
    Outside,
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

impl ReadError {
    /// Returns whether the file was read, and its content is not what its name says.
    pub fn is_of_content(&self) -> bool {
        matches!(self, Self::Encoding(_) | Self::Notebook { .. })
    }
}

/// Returns a size in words.
fn size(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", bytes >> 10),
        size => format!("{size} MiB"),
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io {
            kind: error.kind(),
            message: error.to_string(),
        }
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io { kind, message } => Self::new(kind, message),
            other => Self::other(other),
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
/// As for [`read_bytes`].
pub fn read_regular(path: &Path) -> Result<Vec<u8>, ReadError> {
    match GIVEN.iter().any(|given| path.starts_with(given)) {
        true => read_to(MAX_BYTES, File::open(path)?),
        false => read_bytes(path),
    }
}

/// Returns the bytes of a file that was listed, or of what a symbolic link points to: nothing else in the
/// program opens a file of a tree for reading.
///
/// # Errors
/// The file is none that is known to end, vanished, unreadable or larger than [`MAX_BYTES`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, ReadError> {
    read_up_to(path, MAX_BYTES)
}

/// Returns the text of a file of settings or recipes.
///
/// # Errors
/// As for [`read_up_to`]; also one that is not UTF-8.
pub fn read_settings(path: &Path) -> io::Result<String> {
    let bytes = read_up_to(path, MAX_SETTINGS)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
}

/// Returns the bytes of a regular file of a limited size.
///
/// # Errors
/// The file is none that is known to end, vanished, unreadable or larger than `most`.
pub fn read_up_to(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let file = match open(path) {
        Ok(file) => file,
        // A pipe is opened, a socket cannot be.
        Err(_) if fs::metadata(path).is_ok_and(|metadata| may_wait(path, &metadata)) => {
            return Err(ReadError::NotRegular);
        }
        Err(error) => return Err(error.into()),
    };
    read_to(most, file)
}

/// Opens a file without waiting for whoever writes a pipe; what it is is asked of the open file.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    match may_wait(path, &file.metadata()?) {
        true => Err(io::Error::other(ReadError::NotRegular)),
        false => Ok(file),
    }
}

fn read_to(most: u64, file: File) -> Result<Vec<u8>, ReadError> {
    let length = file.metadata()?.len();
    if length > most {
        return Err(ReadError::TooLarge(most));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    // It may grow, or have no length of its own (a pipe that was given, a file of the system).
    let read = file.take(most + 1).read_to_end(&mut bytes)?;
    match u64::try_from(read).is_ok_and(|read| read <= most) {
        true => Ok(bytes),
        false => Err(ReadError::TooLarge(most)),
    }
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
        let pipe = folder.path().join("pipe.py");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(read_bytes(&pipe), Err(ReadError::NotRegular));
        }
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
        assert_eq!(read_bytes(&path), Err(ReadError::TooLarge(MAX_BYTES)));
        assert_eq!(read_up_to(&path, 9), Err(ReadError::TooLarge(9)));
    }
}
