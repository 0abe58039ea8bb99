//! Files that are about to be changed → those whose old bytes git could not bring back.
//!
//! What counts is the content that the last commit has at the path: not what git takes a file for, since
//! an index, a setting or a variable can have it look unchanged.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::git::{Blob, Form, GitError, Repository};
use crate::project::root::repository;

/// A file that has no safe copy in git.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unguarded {
    /// As the walk named it.
    pub path: PathBuf,
    /// Why not.
    pub why: Why,
}

/// Why git could not bring a file back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its bytes are not those of the last commit.
    Modified,
    /// Only its line ends are others, and git would not give it these.
    LineEnds,
    /// Git may store it in another form than it has on disk.
    OtherForm,
    /// The last commit does not have it, by this very name.
    Uncommitted,
    /// The clone does not have what the commit names.
    Absent,
    /// There is no repository around it.
    NoGit,
    /// The repository has no last commit.
    NoCommit,
    /// Git does not trust the repository's owner.
    Foreign,
    /// There is no git.
    NotInstalled,
    /// Git fails.
    Unreadable,
}

impl Why {
    /// Returns the words for a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Modified => "has changes that are not committed",
            Self::LineEnds => "has other line ends than git would write",
            Self::OtherForm => "differs from the commit, or is stored there by a filter",
            Self::Uncommitted => "is not committed",
            Self::Absent => "is committed, but this clone lacks its content",
            Self::NoGit => "is not under git",
            Self::NoCommit => "is in a repository without a commit",
            Self::Foreign => {
                "is in a repository of another user, whom `safe.directory` does not name"
            }
            Self::NotInstalled => "cannot be looked up, because git is not installed",
            Self::Unreadable => "is in a repository that git cannot read",
        }
    }
}

impl From<GitError> for Why {
    fn from(error: GitError) -> Self {
        match error {
            GitError::NotInstalled => Self::NotInstalled,
            GitError::Foreign => Self::Foreign,
            GitError::Failed(_) | GitError::Io(_) => Self::Unreadable,
        }
    }
}

/// A file of one repository.
struct File<'a> {
    /// Its place among all that were asked for.
    place: usize,
    /// Its path below the top.
    below: PathBuf,
    bytes: &'a [u8],
}

/// Returns the files, of those with their bytes, that git could not bring back; in their order.
pub fn unguarded(files: &[(&Path, &[u8])]) -> Vec<Unguarded> {
    let mut places: BTreeMap<Option<PathBuf>, Vec<File<'_>>> = BTreeMap::new();
    for (place, (path, bytes)) in files.iter().enumerate() {
        // What is written is the target of a link.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let top = repository(&real);
        let below = top.as_ref().and_then(|top| real.strip_prefix(top).ok());
        let below = below.map_or_else(|| real.clone(), Path::to_owned);
        places.entry(top).or_default().push(File {
            place,
            below,
            bytes,
        });
    }
    let mut whys: BTreeMap<usize, Why> = BTreeMap::new();
    for (top, files) in places {
        let found = match top {
            Some(top) => judge(&top, &files),
            None => Err(Why::NoGit),
        };
        let found = found.unwrap_or_else(|why| vec![Some(why); files.len()]);
        let found = files.iter().zip(found);
        whys.extend(found.filter_map(|(file, why)| Some((file.place, why?))));
    }
    let found = whys.into_iter().map(|(place, why)| Unguarded {
        path: files[place].0.to_path_buf(),
        why,
    });
    found.collect()
}

/// Returns what is wrong with each file of a repository.
fn judge(top: &Path, files: &[File<'_>]) -> Result<Vec<Option<Why>>, Why> {
    let repository = Repository::open(top)?;
    let commit = repository.commit("HEAD")?.ok_or(Why::NoCommit)?;
    let tree = repository.tree(&commit)?;
    let mut whys = vec![Some(Why::Uncommitted); files.len()];
    let mut committed = Vec::new();
    for (place, file) in files.iter().enumerate() {
        match tree.get(&file.below) {
            // What is longer is something else.
            Some(entry) if entry.is_file => {
                committed.push((place, (entry.object.as_str(), file.bytes.len() as u64)));
            }
            Some(_) => whys[place] = Some(Why::Modified),
            None => {}
        }
    }
    let (places, wanted): (Vec<usize>, Vec<_>) = committed.into_iter().unzip();
    let mut differ = Vec::new();
    for (place, blob) in places.into_iter().zip(repository.blobs(&wanted)?) {
        whys[place] = match blob {
            Blob::Bytes(bytes) if bytes == files[place].bytes => None,
            Blob::Missing => Some(Why::Absent),
            Blob::Bytes(_) | Blob::TooLarge => {
                differ.push((place, blob));
                Some(Why::Modified)
            }
        };
    }
    let paths: Vec<&Path> = differ
        .iter()
        .map(|(place, _)| &*files[*place].below)
        .collect();
    for ((place, blob), form) in differ.iter().zip(repository.forms(&paths)?) {
        whys[*place] = difference(files[*place].bytes, blob, form);
    }
    Ok(whys)
}

/// Returns what is wrong with a file whose bytes are not those that are stored.
fn difference(bytes: &[u8], stored: &Blob, form: Form) -> Option<Why> {
    let is_same = match stored {
        Blob::Bytes(stored) => with_crlf(stored).is_some_and(|written| written == bytes),
        _ => false,
    };
    match form {
        Form::Other => Some(Why::OtherForm),
        Form::CrLf if is_same => None,
        Form::Same if is_same => Some(Why::LineEnds),
        _ => Some(Why::Modified),
    }
}

/// Returns a text as git writes it with CRLF; `None` where it might not take it for text.
fn with_crlf(stored: &[u8]) -> Option<Vec<u8>> {
    // Git allows for a few of the others.
    let is_text = |byte: &u8| *byte >= b' ' && *byte != 0x7f || b"\n\t\x08\x0c\x1b".contains(byte);
    stored.iter().all(is_text).then(|| {
        let lines = stored.split_inclusive(|byte| *byte == b'\n');
        let written = lines.flat_map(|line| match line.strip_suffix(b"\n") {
            Some(line) => [line, b"\r\n"],
            None => [line, b""],
        });
        written.flatten().copied().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, stored: &str, form: Form, expected: Option<Why>) {
        let stored = Blob::Bytes(stored.as_bytes().to_vec());
        assert_eq!(difference(bytes.as_bytes(), &stored, form), expected);
    }

    #[test]
    fn line_ends_that_git_would_write_again_are_no_difference() {
        check("a\r\nb\r\n", "a\nb\n", Form::CrLf, None);
        check("é\r\nb", "é\nb", Form::CrLf, None);
        check("a\r\nb\r\n", "a\nb\n", Form::Same, Some(Why::LineEnds));
        check("a\r\nb\r\n", "a\nb\n", Form::Other, Some(Why::OtherForm));
    }

    #[test]
    fn mixed_line_ends_and_what_may_be_no_text_are_differences() {
        let modified = Some(Why::Modified);
        check("a\r\nb\n", "a\nb\n", Form::CrLf, modified);
        check("a\rb\r\n", "a\rb\n", Form::CrLf, modified);
        check("a\0\r\n", "a\0\n", Form::CrLf, modified);
        check("a\nb\n", "a\r\nb\r\n", Form::CrLf, modified);
        check("b\r\n", "a\n", Form::CrLf, modified);
    }

    #[test]
    fn a_file_outside_git_is_not_guarded() {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let path = tree.path().join("a.py");
        fs::write(&path, "1\n").expect("the file can be written");
        let found = unguarded(&[(&path, b"1\n")]);
        assert_eq!(found.first().map(|found| found.why), Some(Why::NoGit));
    }
}
