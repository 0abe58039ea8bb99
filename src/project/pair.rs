//! A file → the files that Jupytext keeps equal to it.
//!
//! Which they are is said by `formats` (<https://jupytext.readthedocs.io/en/latest/config.html>): in
//! the metadata of the notebook, in the header of the text file, or in a configuration.

use std::path::{Path, PathBuf};

use crate::source::SourceFile;

/// One entry of `formats`: `ipynb`, `scripts//py:percent`, `.pct.py:percent`.
#[derive(Debug, PartialEq, Eq)]
struct Format<'f> {
    /// Folders above, without the slashes that end them.
    folder: &'f Path,
    /// What the name begins with.
    prefix: &'f str,
    /// What the name ends with, its first point included.
    ending: String,
}

/// Returns the files beside or near `source` that are paired with it and exist; `configured` are the
/// formats that hold where no file says which.
pub(super) fn pairs_of(source: &SourceFile, path: &Path, configured: Option<&str>) -> Vec<PathBuf> {
    let declared = source.jupytext_formats();
    let mut pairs = match declared.as_deref().or(configured) {
        Some(formats) => paired(path, formats),
        None => Vec::new(),
    };
    if declared.is_none() {
        pairs.extend(declared_by_sibling(path));
    }
    pairs.retain(|pair| pair.is_file());
    pairs.sort();
    pairs.dedup();
    pairs
}

/// A file may leave it to the other one to say that they are paired.
fn declared_by_sibling(path: &Path) -> Option<PathBuf> {
    let other = match path.extension()?.to_str()? {
        "ipynb" => "py",
        "py" => "ipynb",
        _ => return None,
    };
    let sibling = path.with_extension(other);
    let formats = SourceFile::read(&sibling).ok()?.jupytext_formats()?;
    paired(&sibling, &formats)
        .contains(&path.to_owned())
        .then_some(sibling)
}

/// Returns the other files that `formats` makes of a file; none where it is not one of them itself.
fn paired(path: &Path, formats: &str) -> Vec<PathBuf> {
    let formats: Vec<Format<'_>> = formats.split(',').map(Format::parse).collect();
    let own = formats.iter().enumerate().find_map(|(place, format)| {
        let (folder, name) = format.base_of(path)?;
        Some((place, folder, name))
    });
    let Some((place, folder, name)) = own else {
        return Vec::new();
    };
    let others = formats
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != place);
    others
        .map(|(_, format)| format.path_of(&folder, &name))
        .collect()
}

impl<'f> Format<'f> {
    fn parse(entry: &'f str) -> Self {
        let entry = entry.trim().split(':').next().unwrap_or_default();
        let (folder, name) = entry.rsplit_once('/').unwrap_or(("", entry));
        let (prefix, ending) = match name.split_once('.') {
            Some((prefix, ending)) => (prefix, ending),
            None => ("", name),
        };
        Self {
            folder: Path::new(folder.trim_matches('/')),
            prefix,
            ending: format!(".{ending}"),
        }
    }

    /// Returns the folder and the name that all formats of a file share; `None`: the file has not this
    /// format.
    fn base_of(&self, path: &Path) -> Option<(PathBuf, String)> {
        let name = path.file_name()?.to_str()?;
        let base = name.strip_prefix(self.prefix)?.strip_suffix(&self.ending)?;
        let mut folder = path.parent()?;
        if !folder.ends_with(self.folder) {
            return None;
        }
        for _ in self.folder.components() {
            folder = folder.parent()?;
        }
        Some((folder.to_owned(), base.to_owned()))
    }

    fn path_of(&self, folder: &Path, base: &str) -> PathBuf {
        let Self { prefix, ending, .. } = self;
        let folder = match self.folder.as_os_str().is_empty() {
            true => folder.to_owned(),
            false => folder.join(self.folder),
        };
        folder.join(format!("{prefix}{base}{ending}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, formats: &str, expected: &[&str]) {
        let expected: Vec<&Path> = expected.iter().map(Path::new).collect();
        assert_eq!(paired(Path::new(path), formats), expected);
    }

    #[test]
    fn files_of_one_name_are_paired() {
        check("a/nb.py", "ipynb,py:percent", &["a/nb.ipynb"]);
        check("a/nb.ipynb", "ipynb, py:light, md", &["a/nb.py", "a/nb.md"]);
        check("nb.ipynb", "ipynb,.pct.py:percent", &["nb.pct.py"]);
        check("nb_a.py", "ipynb,nb_.py", &["a.ipynb"]);
        check("nb.ipynb", "py:percent", &[]);
        check("nb.ipynb", "ipynb", &[]);
    }

    #[test]
    fn they_may_be_in_folders_of_their_own() {
        check(
            "x/notebooks/a.ipynb",
            "notebooks//ipynb,scripts//py:percent",
            &["x/scripts/a.py"],
        );
        check(
            "x/scripts/a.py",
            "notebooks///ipynb,scripts///py:percent",
            &["x/notebooks/a.ipynb"],
        );
        check("x/a.ipynb", "ipynb,scripts/py", &["x/scripts/a.py"]);
        check("x/scripts/a.py", "ipynb,scripts/py", &["x/a.ipynb"]);
        check("x/a.py", "ipynb,scripts/py", &[]);
    }
}
