//! What a run changes → the text that is kept of it, and back.
//!
//! The old bytes of all files lie behind each other in one file beside it, so that one flush of the disk
//! makes them last, however many there are.

use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::run_id::RunId;

/// The format that is written, and the latest that is read.
pub const FORMAT: u32 = 1;

/// What a run changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Which format this is.
    pub format: u32,
    /// The version of the program that wrote it.
    pub tool: String,
    /// The command, as typed.
    pub command: String,
    /// The run that this one puts back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<String>,
    /// The files that it writes.
    pub files: Vec<Overwritten>,
}

/// A file that a run writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overwritten {
    /// Below the top of the tree.
    path: Name,
    /// What was there; `None`: nothing.
    pub before: Option<Version>,
    /// What shall be there; `None`: nothing.
    pub after: Option<Version>,
}

/// A path; one that is no text is kept byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Bytes(Vec<u8>),
}

/// A file's bytes, and what is known of it besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Of the bytes.
    pub length: u64,
    /// Of the bytes, in hexadecimal.
    pub sha256: String,
    /// Where the bytes begin in the file of old bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Mode and time.
    #[serde(flatten)]
    pub look: Look,
}

/// What a file has besides its bytes, its owner and its attributes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Who may do what, as the system numbers it; `None` where it has no such numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
    /// When it was written, in nanoseconds since 1970; `None`: whenever that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
}

/// Why a manifest cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Illegible {
    /// A later version of the program wrote it.
    Newer(u32),
    /// It is cut off, or something else.
    Damaged(String),
}

impl Manifest {
    /// A manifest of this version of the program.
    pub(super) fn new(command: &str, undoes: Option<&RunId>, files: Vec<Overwritten>) -> Self {
        Self {
            format: FORMAT,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            command: command.to_owned(),
            undoes: undoes.map(RunId::to_string),
            files,
        }
    }

    /// Reads a manifest.
    pub(super) fn read(text: &[u8]) -> Result<Self, Illegible> {
        #[derive(Deserialize)]
        struct Known {
            format: u32,
        }
        let damaged = |error: serde_json::Error| Illegible::Damaged(error.to_string());
        let known: Known = serde_json::from_slice(text).map_err(damaged)?;
        if known.format > FORMAT {
            return Err(Illegible::Newer(known.format));
        }
        let manifest: Self = serde_json::from_slice(text).map_err(damaged)?;
        // A manifest may be a stranger's: it names nothing outside of its tree.
        match manifest.files.iter().find(|entry| !is_inner(&entry.path())) {
            Some(entry) => Err(Illegible::Damaged(format!(
                "it names {:?}",
                entry.path().display().to_string()
            ))),
            None => Ok(manifest),
        }
    }
}

/// Whether a path leads down, and nowhere else.
fn is_inner(path: &Path) -> bool {
    let mut parts = path.components();
    let is_inner = parts.all(|part| matches!(part, Component::Normal(_)));
    is_inner && path.components().next().is_some()
}

impl Overwritten {
    /// An entry of a file below the top of the tree.
    pub(super) fn new(path: &Path, before: Option<Version>, after: Option<Version>) -> Self {
        let path = name(path);
        Self {
            path,
            before,
            after,
        }
    }

    /// Returns the path below the top of the tree.
    pub fn path(&self) -> PathBuf {
        match &self.path {
            Name::Text(text) => PathBuf::from(text),
            Name::Bytes(bytes) => path_of(bytes),
        }
    }
}

fn name(path: &Path) -> Name {
    match path.to_str() {
        Some(text) => Name::Text(text.to_owned()),
        None => Name::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
    }
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    // No path there is other than text in practice; what is named then is not found.
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

impl Version {
    /// A version of these bytes.
    pub(super) fn new(bytes: &[u8], look: Look) -> Self {
        Self {
            length: bytes.len() as u64,
            sha256: sha256(bytes),
            offset: None,
            look,
        }
    }

    /// Returns whether these are its bytes.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        self.length == bytes.len() as u64 && self.sha256 == sha256(bytes)
    }
}

fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl Look {
    /// Returns the look of a file on disk.
    pub(super) fn of(metadata: &std::fs::Metadata) -> Self {
        let modified = metadata.modified().ok();
        Self {
            mode: mode(metadata),
            modified: modified.and_then(nanoseconds),
        }
    }

    /// Returns the same, whenever the file is written.
    pub(super) fn at_any_time(self) -> Self {
        Self {
            modified: None,
            ..self
        }
    }

    /// Returns the time as the system has it.
    pub(super) fn time(&self) -> Option<SystemTime> {
        let modified = self.modified?;
        let distance = Duration::from_nanos(modified.unsigned_abs());
        match modified < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        }
    }
}

#[cfg(unix)]
fn mode(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_metadata: &std::fs::Metadata) -> Option<u32> {
    None
}

/// Years that no clock shows do not fit.
fn nanoseconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos())
            .ok()
            .map(|nanoseconds| -nanoseconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let look = Look {
            mode: Some(0o644),
            modified: Some(-1_500_000_001),
        };
        let mut before = Version::new(b"old", look);
        before.offset = Some(7);
        let after = Version::new("größe".as_bytes(), Look::default());
        let files = vec![
            Overwritten::new(Path::new("sub/a.py"), Some(before.clone()), Some(after)),
            Overwritten::new(&path_of(b"b\xff.py"), None, Some(before)),
        ];
        Manifest::new("awaitify migrate 'a b'", None, files)
    }

    fn text(manifest: &Manifest) -> String {
        serde_json::to_string(manifest).expect("it is plain")
    }

    #[test]
    fn what_is_written_is_read() {
        let manifest = manifest();
        assert_eq!(Manifest::read(text(&manifest).as_bytes()), Ok(manifest));
    }

    #[test]
    fn a_newer_format_is_told_whatever_else_is_in_it() {
        let newer = Manifest::read(br#"{"format": 2, "files": "elsewhere"}"#);
        assert_eq!(newer, Err(Illegible::Newer(2)));
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_damaged() {
        let whole = text(&manifest());
        for length in 0..whole.len() {
            let cut = Manifest::read(&whole.as_bytes()[..length]);
            assert!(matches!(cut, Err(Illegible::Damaged(_))), "{length}");
        }
        for other in ["[]", "\0\0\0", r#"{"format": 1}"#, r#"{"format": "x"}"#] {
            let other = Manifest::read(other.as_bytes());
            assert!(matches!(other, Err(Illegible::Damaged(_))), "{other:?}");
        }
    }

    #[test]
    fn a_path_that_leads_out_is_damage() {
        for path in ["/etc/passwd", "../a.py", "a/../../b.py", "", "."] {
            let entry = Overwritten::new(Path::new(path), None, None);
            let manifest = Manifest::new("", None, vec![entry]);
            let read = Manifest::read(text(&manifest).as_bytes());
            assert!(matches!(read, Err(Illegible::Damaged(_))), "{path}");
        }
    }

    #[test]
    fn a_time_is_kept_to_the_nanosecond() {
        for count in [0, 1, -1, 1_795_356_187_123_456_789] {
            let look = Look {
                mode: None,
                modified: Some(count),
            };
            assert_eq!(look.time().and_then(nanoseconds), Some(count));
        }
    }

    #[test]
    fn bytes_are_known_by_length_and_hash() {
        let version = Version::new(b"old", Look::default());
        assert!(version.is_of(b"old") && !version.is_of(b"new") && !version.is_of(b"old "));
    }
}
