//! What is known of a file besides its bytes → the same of the file that takes its place.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use super::manifest::Look;

/// Gives `file`, which is at `path`, owner, mode, extended attributes and access lists of the target.
///
/// # Errors
/// One of them cannot be kept, but for the owner and what the system alone sets.
pub(super) fn keep(target: &Path, metadata: &Metadata, path: &Path, file: &File) -> io::Result<()> {
    keep_owner(path, metadata);
    keep_attributes(target, path)?;
    // After the owner: changing that clears the set-user-id bit.
    file.set_permissions(metadata.permissions())
}

/// Gives a file the mode and the time of another moment.
///
/// # Errors
/// The system does not let them be set.
pub(super) fn give(look: Look, file: &File) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(mode) = look.mode {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    match look.time() {
        Some(time) => file.set_modified(time),
        None => Ok(()),
    }
}

/// Only the superuser may give files away; for others the new file is theirs.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let own = std::fs::metadata(path)
        .map(|own| (own.uid(), own.gid()))
        .ok();
    if own == Some((metadata.uid(), metadata.gid())) {
        return;
    }
    if chown(path, Some(metadata.uid()), Some(metadata.gid())).is_err() {
        // A group one belongs to can be kept although the owner can't.
        let _ = chown(path, None, Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _metadata: &Metadata) {}

/// Access lists are attributes, too. One that a folder hands down goes where the target has none.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn keep_attributes(target: &Path, path: &Path) -> io::Result<()> {
    use rustix::fs::{XattrFlags, removexattr, setxattr};
    let names = attributes(target)?;
    for name in attributes(path)?
        .iter()
        .filter(|name| !names.contains(name))
    {
        let _ = removexattr(path, name.as_slice());
    }
    for name in &names {
        let kept = value(target, name).and_then(|value| {
            Ok(setxattr(
                path,
                name.as_slice(),
                &value,
                XattrFlags::empty(),
            )?)
        });
        if let Err(error) = kept
            && is_ours(name)
        {
            let name = String::from_utf8_lossy(name);
            let message = format!("its attribute {name} cannot be kept: {error}");
            return Err(io::Error::new(error.kind(), message));
        }
    }
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn keep_attributes(_target: &Path, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// The others are the system's to set: it may not let us.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn is_ours(name: &[u8]) -> bool {
    let prefixes: [&[u8]; 2] = [b"user.", b"system.posix_acl_"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// Returns the names of a file's attributes; none where the file system has no such thing.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn attributes(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    let names = grown(|buffer| rustix::fs::listxattr(path, buffer));
    let names = match names {
        Err(rustix::io::Errno::NOTSUP) => Vec::new(),
        names => names?,
    };
    let names = names.split(|byte| *byte == 0);
    Ok(names
        .filter(|name| !name.is_empty())
        .map(<[u8]>::to_vec)
        .collect())
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn value(path: &Path, name: &[u8]) -> io::Result<Vec<u8>> {
    Ok(grown(|buffer| rustix::fs::getxattr(path, name, buffer))?)
}

/// Reads into a buffer that grows until what is read fits.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn grown(read: impl Fn(&mut [u8]) -> rustix::io::Result<usize>) -> rustix::io::Result<Vec<u8>> {
    /// No attribute, and no list of names, is longer.
    const MOST: usize = 1 << 20;
    let mut buffer = vec![0; 256];
    loop {
        match read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Err(rustix::io::Errno::RANGE) if buffer.len() < MOST => {
                buffer.resize(buffer.len() * 8, 0);
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    use rustix::io::Errno;

    use super::*;

    #[test]
    fn attributes_are_kept_and_others_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let [target, path] = ["target", "path"].map(|name| folder.path().join(name));
        std::fs::write(&target, "x").expect("a file");
        let file = File::create(&path).expect("a file");
        let long = vec![b'x'; 3000];
        let set = |path: &Path, name: &str, value: &[u8]| {
            setxattr(path, name, value, XattrFlags::empty())
        };
        if set(&target, "user.origin", &long) == Err(Errno::NOTSUP) {
            return;
        }
        set(&path, "user.other", b"x").expect("an attribute");
        let metadata = target.metadata().expect("it is there");
        keep(&target, &metadata, &path, &file).expect("they can be kept");
        assert_eq!(value(&path, b"user.origin").ok(), Some(long));
        let mut buffer = [0; 8];
        let other = getxattr(&path, "user.other", &mut buffer);
        assert_eq!(other, Err(Errno::NODATA));
    }
}
