//! A file of the program's own → the disk, whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Puts bytes in the place of a file; it is on the disk when this returns.
///
/// # Errors
/// The folder takes no file, or the disk is full. The old file is as it was.
pub fn store(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link stays one: its target is replaced.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    readable(&file)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A temporary file is its owner's alone; colleagues read this one.
#[cfg(unix)]
fn readable(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(0o644);
    file.as_file().set_permissions(mode)
}

#[cfg(not(unix))]
fn readable(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_no_other_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.json");
        for text in ["one", "two"] {
            store(&path, text.as_bytes()).expect("it is ours");
            assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text);
        }
        let files = std::fs::read_dir(folder.path()).expect("it is there");
        assert_eq!(files.count(), 1);
        assert!(store(&folder.path().join("none/a.json"), b"").is_err());
    }
}
