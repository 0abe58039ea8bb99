//! Files that are about to be changed → those whose old bytes git could not bring back, where there is git.
//!
//! What counts is the content that the last commit has at the path: not what git takes a file for, since
//! an index, a setting or a variable can have it look unchanged.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::git::{Blob, Form, GitError, Lines, Repository};
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Its bytes are not those of the last commit.
    Modified,
    /// Only its line ends are others, and git would not give it these.
    LineEnds,
    /// Git makes something else of what it has stored, by what has this name.
    Converted(String),
    /// What git makes of it hangs on attributes that are not as they are committed.
    Attributes,
    /// The last commit does not have it, by this very name.
    Uncommitted,
    /// The clone does not have what the commit names.
    Absent,
    /// The repository has no last commit.
    NoCommit,
    /// Git does not trust the repository's owner.
    Foreign,
    /// There is no git.
    NotInstalled,
    /// Git came to no end in so many seconds.
    Silent(u64),
    /// Git fails.
    Unreadable,
}

impl Why {
    /// Returns the words for a person.
    pub fn words(&self) -> String {
        let words = match self {
            Self::Modified => "has changes that are not committed",
            Self::LineEnds => "has other line ends than git would write",
            Self::Converted(by) => return format!("git would convert on checkout ({by})"),
            Self::Attributes => "has git attributes that are not as they are committed",
            Self::Uncommitted => "is not committed",
            Self::Absent => "is committed, but this clone lacks its content",
            Self::NoCommit => "is in a repository without a commit",
            Self::Foreign => {
                "is in a repository of another user, whom `safe.directory` does not name"
            }
            Self::NotInstalled => "cannot be looked up, because git is not installed",
            Self::Silent(limit) => {
                return format!("is in a repository where git did not answer in {limit} seconds");
            }
            Self::Unreadable => "is in a repository that git cannot read",
        };
        words.to_owned()
    }
}

impl From<GitError> for Why {
    fn from(error: GitError) -> Self {
        match error {
            GitError::NotInstalled => Self::NotInstalled,
            GitError::Foreign => Self::Foreign,
            GitError::Silent(limit) => Self::Silent(limit),
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
        // Outside of git nobody looks for the old text there: `undo` has it.
        let Some(top) = top else {
            continue;
        };
        let found = judge(&top, &files);
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
    let paths: Vec<&Path> = places.iter().map(|place| &*files[*place].below).collect();
    let stored = repository.blobs(&wanted)?.into_iter();
    let stored = stored.zip(repository.forms(&paths)?);
    for (place, (blob, form)) in places.into_iter().zip(stored) {
        whys[place] = difference(files[place].bytes, &blob, &form);
    }
    Ok(whys)
}

/// Returns what is wrong with a file of which git has this.
fn difference(bytes: &[u8], stored: &Blob, form: &Form) -> Option<Why> {
    let stored = match stored {
        Blob::Bytes(stored) => Some(stored),
        Blob::Missing => return Some(Why::Absent),
        // Nothing that is done to line ends makes it shorter.
        Blob::TooLarge => None,
    };
    let written = match form.written(stored.map_or(&[], Vec::as_slice)) {
        Err(Some(by)) => return Some(Why::Converted(by.to_owned())),
        Err(None) => return Some(Why::Attributes),
        Ok(written) => written,
    };
    let ends_differ = |stored: &Vec<u8>| stored == bytes || *Lines::Crlf.written(stored) == *bytes;
    match stored {
        Some(_) if *written == *bytes => None,
        Some(stored) if ends_differ(stored) => Some(Why::LineEnds),
        _ => Some(Why::Modified),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &str, stored: &str, form: Lines, expected: Option<Why>) {
        let stored = Blob::Bytes(stored.as_bytes().to_vec());
        let found = difference(bytes.as_bytes(), &stored, &Form::Lines(form));
        assert_eq!(found, expected);
    }

    #[test]
    fn line_ends_that_git_would_write_again_are_no_difference() {
        let ends = Some(Why::LineEnds);
        check("a\r\nb\r\n", "a\nb\n", Lines::Crlf, None);
        check("é\r\nb", "é\nb", Lines::CrlfInText, None);
        check("a\r\nb\r\n", "a\nb\n", Lines::Same, ends.clone());
        check("a\nb\n", "a\nb\n", Lines::Same, None);
        // The content of the commit is not what git would write.
        check("a\nb\n", "a\nb\n", Lines::CrlfInText, ends.clone());
        check("a\nb\r\n", "a\nb\r\n", Lines::Crlf, ends);
        check("a\nb\r\n", "a\nb\r\n", Lines::CrlfInText, None);
    }

    #[test]
    fn mixed_line_ends_and_what_may_be_no_text_are_differences() {
        let check = |bytes: &str, stored: &str| {
            check(bytes, stored, Lines::CrlfInText, Some(Why::Modified));
        };
        check("a\r\nb\n", "a\nb\n");
        check("a\nb\n", "a\r\nb\r\n");
        check("b\r\n", "a\n");
    }

    #[test]
    fn what_is_longer_than_the_file_is_something_else() {
        let form = Form::Lines(Lines::Same);
        let found = difference(b"", &Blob::TooLarge, &form);
        assert_eq!(found, Some(Why::Modified));
    }

    #[test]
    fn a_file_outside_git_is_not_asked_of_git() {
        let tree = tempfile::tempdir().expect("a temporary directory can be made");
        let path = tree.path().join("a.py");
        fs::write(&path, "1\n").expect("the file can be written");
        assert_eq!(unguarded(&[(&path, b"1\n")]), []);
    }
}
