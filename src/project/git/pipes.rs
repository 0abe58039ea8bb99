//! What git would wait for without an end: pipes and devices among the files that it opens.
//!
//! It is a look before git is run, so that a tree with one is refused at once; what it does not find
//! meets the limit of a run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::source::read::{may_wait, read_up_to};

/// Bytes of a file of settings, or of one that names a folder, that are read.
const LONGEST: u64 = 1 << 20;

/// Folders with repositories or contents of their own, that git does not open for this one's.
const APART: [&str; 3] = ["modules", "lfs", "annex"];

/// Settings, in lower case, that name a file that git opens.
const NAMING: [&str; 3] = ["path", "attributesfile", "excludesfile"];

/// Returns a file of a git folder, or one that its settings name, that may never end.
pub(super) fn endless(folder: &Path, top: &Path) -> Option<PathBuf> {
    let common = read_up_to(&folder.join("commondir"), LONGEST).ok();
    let common = common.and_then(|text| String::from_utf8(text).ok());
    let common = common.map(|text| folder.join(text.trim_end_matches(['\r', '\n'])));
    let mut folders = std::iter::once(folder).chain(common.as_deref());
    folders.find_map(|folder| endless_in(folder).or_else(|| endless_named(folder, top)))
}

/// Returns whether reading a path may never end; what is not there does.
pub(super) fn is_endless(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !is_socket(&found) && may_wait(path, &found))
}

/// Git listens at sockets of its own, and opens none as a file.
#[cfg(unix)]
fn is_socket(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    found.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_socket(_: &fs::Metadata) -> bool {
    false
}

fn endless_in(folder: &Path) -> Option<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.filter_map(Result::ok) {
            let is_apart = APART.iter().any(|apart| entry.file_name() == *apart);
            match entry.file_type() {
                // Links to folders may lead in circles.
                Ok(kind) if kind.is_file() || kind.is_dir() && is_apart => {}
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ if is_endless(&entry.path()) => return Some(entry.path()),
                _ => {}
            }
        }
    }
    None
}

/// Looks at what the settings of a git folder name, in whatever section: too much does no harm here.
fn endless_named(folder: &Path, top: &Path) -> Option<PathBuf> {
    let texts = ["config", "config.worktree"].map(|name| {
        let text = read_up_to(&folder.join(name), LONGEST).unwrap_or_default();
        String::from_utf8_lossy(&text).into_owned()
    });
    let named = texts.iter().flat_map(|text| text.lines().filter_map(named));
    // One is meant from the file that names it, another from where git is run.
    let mut paths = named.flat_map(|name| [folder.join(name), top.join(name)]);
    paths.find(|path| is_endless(path))
}

/// Returns the path that a line of settings gives.
fn named(line: &str) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let name = name.rsplit(']').next()?.trim().to_lowercase();
    let value = value.trim().trim_matches('"');
    NAMING.contains(&name.as_str()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_settings_may_name_a_file() {
        assert_eq!(named("\tpath = /x y"), Some("/x y"));
        assert_eq!(named("[core] attributesFile=\"a\"\r"), Some("a"));
        assert_eq!(named("[include]"), None);
        assert_eq!(named("url = /x"), None);
    }

    #[test]
    fn what_is_nothing_ends() {
        assert!(!is_endless(Path::new("/dev/null")));
        assert!(!is_endless(Path::new("/nowhere")));
        assert!(!cfg!(unix) || is_endless(Path::new("/dev/zero")));
    }
}
