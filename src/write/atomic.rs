//! New bytes of files → the files on disk, each replaced whole or left as it was.
//!
//! Every file is prepared beside its target before the first one is replaced, so that a full disk
//! leaves the tree as it was. A hard link to a replaced file keeps the old bytes.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::error::WriteError;

/// A file and the bytes it shall have.
#[derive(Debug, Clone)]
pub struct Rewrite<'a> {
    /// As the walk named it.
    pub path: &'a Path,
    /// What was read, and what the new bytes were made from.
    pub before: &'a [u8],
    /// What shall stand there.
    pub after: &'a [u8],
    /// The file without which it is not to be written.
    pub pair: Option<&'a Path>,
}

/// What became of the files.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Files with new bytes; sorted.
    pub written: Vec<PathBuf>,
    /// Files that stayed as they were.
    pub failed: Vec<WriteError>,
}

/// Writes what differs; `trees` are the files and directories that were named.
///
/// A file that cannot be written stays as it was and the others go on; only a full disk stops all.
pub fn write_all(rewrites: &[Rewrite<'_>], trees: &[PathBuf]) -> Outcome {
    let trees: Vec<PathBuf> = trees
        .iter()
        .filter_map(|tree| real_directory(tree))
        .collect();
    let mut outcome = Outcome::default();
    let mut prepared = Vec::new();
    let mut targets = BTreeSet::new();
    for rewrite in rewrites {
        if rewrite.before == rewrite.after {
            continue;
        }
        match prepare(rewrite, &trees, &mut targets) {
            Ok(Some(file)) => prepared.push(file),
            // The same file by another name.
            Ok(None) => outcome.written.push(rewrite.path.to_owned()),
            Err(error @ WriteError::Full { .. }) => {
                return nothing_written(outcome, error, rewrites);
            }
            Err(error) => outcome.failed.push(error),
        }
    }
    for file in prepared {
        if let Some(pair) = file.lost_pair(&outcome.failed) {
            outcome.failed.push(pair);
            continue;
        }
        match file.replace() {
            Ok(path) => outcome.written.push(path),
            Err(error) => outcome.failed.push(error),
        }
    }
    outcome.written.sort();
    outcome
}

/// Returns the directory that stands for a named path: itself, or the one that holds the file.
fn real_directory(named: &Path) -> Option<PathBuf> {
    if named.is_dir() {
        return fs::canonicalize(named).ok();
    }
    let parent = named
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    fs::canonicalize(parent.unwrap_or(Path::new("."))).ok()
}

/// Reports every other file as not begun; the temporary files go with the caller's list.
fn nothing_written(outcome: Outcome, error: WriteError, rewrites: &[Rewrite<'_>]) -> Outcome {
    let mut failed = outcome.failed;
    let known: BTreeSet<PathBuf> = failed.iter().map(|error| error.path().to_owned()).collect();
    let others = rewrites.iter().filter(|rewrite| {
        rewrite.before != rewrite.after
            && rewrite.path != error.path()
            && !known.contains(rewrite.path)
    });
    failed.extend(others.map(|rewrite| WriteError::NotBegun {
        path: rewrite.path.to_owned(),
    }));
    failed.insert(0, error);
    Outcome {
        written: Vec::new(),
        failed,
    }
}

/// New bytes in a temporary file beside their target; dropped, the temporary file goes.
struct Prepared<'a> {
    path: &'a Path,
    pair: Option<&'a Path>,
    before: &'a [u8],
    target: PathBuf,
    temporary: TempPath,
}

/// Returns `None` for a target that is prepared already.
fn prepare<'a>(
    rewrite: &Rewrite<'a>,
    trees: &[PathBuf],
    targets: &mut BTreeSet<PathBuf>,
) -> Result<Option<Prepared<'a>>, WriteError> {
    let failed = |source| WriteError::from_io(rewrite.path, source);
    let target = fs::canonicalize(rewrite.path).map_err(failed)?;
    if !trees.iter().any(|tree| target.starts_with(tree)) {
        return Err(WriteError::Outside {
            path: rewrite.path.to_owned(),
            target,
        });
    }
    let metadata = fs::metadata(&target).map_err(failed)?;
    // Whether it may be written is the system's to say: a rename alone would not ask.
    if fs::OpenOptions::new().write(true).open(&target).is_err() {
        return Err(WriteError::ReadOnly {
            path: rewrite.path.to_owned(),
        });
    }
    check_unchanged(rewrite.path, &target, rewrite.before)?;
    if !targets.insert(target.clone()) {
        return Ok(None);
    }
    let temporary = write_beside(&target, &metadata, rewrite.after).map_err(failed)?;
    Ok(Some(Prepared {
        path: rewrite.path,
        pair: rewrite.pair,
        before: rewrite.before,
        target,
        temporary,
    }))
}

fn write_beside(target: &Path, metadata: &Metadata, bytes: &[u8]) -> io::Result<TempPath> {
    let directory = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".awaitify-")
        .suffix(".tmp")
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    keep_owner(file.path(), metadata);
    // After the owner: changing that clears the set-user-id bit.
    file.as_file().set_permissions(metadata.permissions())?;
    file.as_file().sync_all()?;
    // Only the name is kept: thousands of open files would exceed the system's limit.
    Ok(file.into_temp_path())
}

/// Only the superuser may give files away; for others the new file is theirs.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let own = fs::metadata(path).map(|own| (own.uid(), own.gid())).ok();
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

fn check_unchanged(path: &Path, target: &Path, before: &[u8]) -> Result<(), WriteError> {
    let now = fs::read(target).map_err(|source| WriteError::from_io(path, source))?;
    if now == before {
        return Ok(());
    }
    Err(WriteError::Changed {
        path: path.to_owned(),
    })
}

impl Prepared<'_> {
    /// Returns the error of a file whose pair is among those that failed.
    fn lost_pair(&self, failed: &[WriteError]) -> Option<WriteError> {
        let pair = failed
            .iter()
            .map(WriteError::path)
            .find(|path| Some(*path) == self.pair)?;
        Some(WriteError::Pair {
            path: self.path.to_owned(),
            pair: pair.to_owned(),
        })
    }

    /// The file is compared once more: preparing the others took its time.
    fn replace(self) -> Result<PathBuf, WriteError> {
        check_unchanged(self.path, &self.target, self.before)?;
        let renamed = self.temporary.persist(&self.target);
        renamed.map_err(|error| WriteError::from_io(self.path, error.error))?;
        Ok(self.path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn tree(files: &[(&str, &str)]) -> TempDir {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        for (name, text) in files {
            let path = tree.path().join(name);
            fs::create_dir_all(path.parent().expect("it is in the tree"))
                .expect("the folder can be made");
            fs::write(path, text).expect("the file can be written");
        }
        tree
    }

    fn read(tree: &TempDir, name: &str) -> String {
        fs::read_to_string(tree.path().join(name)).expect("the file can be read")
    }

    /// Writes `new` over every named file that was read as `old`; returns the errors as text.
    #[track_caller]
    fn check(tree: &TempDir, named: &str, paths: &[&str], expected: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| tree.path().join(path)).collect();
        let rewrites: Vec<Rewrite<'_>> = paths
            .iter()
            .map(|path| Rewrite {
                path,
                before: b"old",
                after: b"new",
                pair: None,
            })
            .collect();
        let outcome = write_all(&rewrites, &[tree.path().join(named)]);
        let said: Vec<String> = outcome
            .failed
            .iter()
            .map(|error| {
                error
                    .to_string()
                    .split([';', ','])
                    .next()
                    .unwrap_or("")
                    .to_owned()
            })
            .collect();
        assert_eq!(said, expected);
        let left = fs::read_dir(tree.path()).expect("the tree can be read");
        let temporary = left.filter_map(Result::ok).any(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .starts_with(".awaitify-")
        });
        assert!(!temporary, "a temporary file is left");
    }

    #[test]
    fn replaces_the_bytes() {
        let tree = tree(&[("a.py", "old"), ("b.py", "old")]);
        check(&tree, "", &["a.py", "b.py"], &[]);
        assert_eq!(read(&tree, "a.py") + &read(&tree, "b.py"), "newnew");
    }

    #[test]
    fn a_file_that_changed_meanwhile_stays_and_the_others_go_on() {
        let tree = tree(&[("a.py", "newer"), ("b.py", "old")]);
        check(
            &tree,
            "",
            &["a.py", "b.py"],
            &["changed on disk since it was read"],
        );
        assert_eq!(read(&tree, "a.py") + &read(&tree, "b.py"), "newernew");
    }

    #[test]
    fn a_file_is_not_written_without_its_pair() {
        let tree = tree(&[("a.py", "old"), ("b.py", "newer")]);
        let (a, b) = (tree.path().join("a.py"), tree.path().join("b.py"));
        let rewrite = |path, pair| Rewrite {
            path,
            before: b"old",
            after: b"new",
            pair: Some(pair),
        };
        let outcome = write_all(
            &[rewrite(&a, &b), rewrite(&b, &a)],
            &[tree.path().to_owned()],
        );
        assert_eq!((outcome.written.len(), outcome.failed.len()), (0, 2));
        assert_eq!(read(&tree, "a.py"), "old");
    }

    #[test]
    fn an_unchanged_file_is_not_touched() {
        let tree = tree(&[("a.py", "old")]);
        let path = tree.path().join("a.py");
        let touched = || {
            fs::metadata(&path)
                .and_then(|data| data.modified())
                .expect("it has a time")
        };
        let before = touched();
        let same = Rewrite {
            path: &path,
            before: b"old",
            after: b"old",
            pair: None,
        };
        assert!(
            write_all(&[same], &[tree.path().to_owned()])
                .written
                .is_empty()
        );
        assert_eq!(touched(), before);
    }

    #[cfg(unix)]
    #[test]
    fn mode_bits_are_kept_and_read_only_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let tree = tree(&[("a.py", "old"), ("b.py", "old")]);
        let mode = |name: &str, mode: u32| {
            fs::set_permissions(tree.path().join(name), fs::Permissions::from_mode(mode))
                .expect("the mode can be set");
        };
        mode("a.py", 0o751);
        mode("b.py", 0o444);
        // Root may write what nobody else may.
        let is_refused = fs::OpenOptions::new()
            .write(true)
            .open(tree.path().join("b.py"))
            .is_err();
        let refusals: &[&str] = if is_refused { &["read-only"] } else { &[] };
        check(&tree, "", &["a.py", "b.py"], refusals);
        let kept = fs::metadata(tree.path().join("a.py"))
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(kept & 0o7777, 0o751);
        assert_eq!(read(&tree, "b.py"), if is_refused { "old" } else { "new" });
    }

    #[cfg(unix)]
    #[test]
    fn a_link_inside_the_tree_is_written_through_and_one_that_leads_out_is_refused() {
        use std::os::unix::fs::symlink;
        let tree = tree(&[("in/a.py", "old"), ("out.py", "old")]);
        let at = |name: &str| tree.path().join(name);
        symlink(at("in/a.py"), at("in/link.py")).expect("a link can be made");
        symlink(at("out.py"), at("in/away.py")).expect("a link can be made");
        check(
            &tree,
            "in",
            &["in/a.py", "in/link.py", "in/away.py"],
            &["leads out of the given paths"],
        );
        assert_eq!(read(&tree, "in/a.py") + &read(&tree, "out.py"), "newold");
        assert!(at("in/link.py").is_symlink());
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let full = WriteError::from_io(Path::new("a.py"), io::ErrorKind::StorageFull.into());
        assert!(matches!(full, WriteError::Full { .. }));
        let path = Path::new("b.py");
        let other = Rewrite {
            path,
            before: b"old",
            after: b"new",
            pair: None,
        };
        let outcome = nothing_written(Outcome::default(), full, &[other]);
        let said: Vec<&Path> = outcome.failed.iter().map(WriteError::path).collect();
        assert_eq!(said, [Path::new("a.py"), path]);
    }
}
