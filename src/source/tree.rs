//! A file of settings → the tree it belongs to, which nothing that it names may lead out of.
//!
//! A tree may be a stranger's: what its configuration and its links name is read only inside of it. What
//! the user names may be anywhere.

use std::path::{Path, PathBuf};

use super::read::read_up_to;

/// Bytes of a `.git` file that are read: a path is shorter.
const LONGEST_MARK: u64 = 1 << 16;

/// Returns the nearest directory above `path`, or itself, whose `.git` git looks into; `None` outside git.
pub fn repository(path: &Path) -> Option<PathBuf> {
    let mut above = path.ancestors();
    let is_top = |directory: &&Path| {
        // Git ends at a file of the name, whatever is in it, and goes on above any other folder.
        directory.join(".git").is_file() || git_folder(directory).is_some()
    };
    above.find(is_top).map(Path::to_owned)
}

/// Returns the folder that the `.git` in a directory is, or names; `None`: it is no repository's.
pub fn git_folder(top: &Path) -> Option<PathBuf> {
    let mark = top.join(".git");
    let folder = if mark.is_file() {
        let text = String::from_utf8(read_up_to(&mark, LONGEST_MARK).ok()?).ok()?;
        let named = text.strip_prefix("gitdir: ")?;
        top.join(named.trim_end_matches(['\r', '\n']))
    } else {
        mark
    };
    let has = |names: &[&str]| names.iter().all(|name| folder.join(name).exists());
    // The folder of another worktree of a repository has no objects of its own.
    let is_whole = has(&["objects", "refs"]) || has(&["commondir"]);
    let has_head = folder.join("HEAD").symlink_metadata().is_ok();
    (has_head && is_whole).then_some(folder)
}

/// Returns the tree of a folder, both with links resolved: its repository; outside of one the current
/// directory, if the folder is below it, else the folder itself.
pub fn top(folder: &Path, current: &Path) -> PathBuf {
    repository(folder).unwrap_or_else(|| {
        let is_below = folder.starts_with(current);
        (if is_below { current } else { folder }).to_owned()
    })
}

/// Returns whether a path, its links resolved, is outside of a tree; what is not there is nowhere.
pub fn leads_out(path: &Path, tree: &Path) -> bool {
    let real = path.canonicalize();
    real.is_ok_and(|real| !real.starts_with(tree))
}
