//! A file → the files that Jupytext keeps equal to it.
//!
//! Which they are is said by `formats` (<https://jupytext.readthedocs.io/en/latest/config.html>): in
//! the metadata of the notebook, in the header of the text file, or in a configuration.

use std::path::{Component, Path, PathBuf};

use toml::{Table, Value};

use crate::source::SourceFile;
use crate::source::read::read_settings;

/// Configurations of Jupytext, and where `formats` is in each.
const CONFIGURATIONS: [(&str, &[&str]); 3] = [
    ("jupytext.toml", &["formats"]),
    (".jupytext.toml", &["formats"]),
    ("pyproject.toml", &["tool", "jupytext", "formats"]),
];

/// One entry of `formats`: `ipynb`, `scripts//py:percent`, `.pct.py:percent`.
#[derive(Debug, PartialEq, Eq)]
struct Format<'f> {
    /// Folders above, without the slashes that end them.
    folder: &'f Path,
    /// Whether more folders may follow: two slashes or three.
    is_tree: bool,
    /// What the name begins with.
    prefix: &'f str,
    /// What the name ends with, its first point included.
    ending: String,
}

/// What all formats of a file share.
struct Base<'p> {
    /// Above the folders of the format.
    above: PathBuf,
    /// Below them.
    below: PathBuf,
    /// The name without prefix and ending.
    name: &'p str,
}

/// Returns the files that are paired with `source`, which is at `path`, and exist. The file itself
/// says it, or the other one, or the nearest configuration up to the `root`.
pub(super) fn pairs_of(source: &SourceFile, path: &Path, root: &Path) -> Vec<PathBuf> {
    let declared = source.jupytext_formats();
    let sibling = match declared {
        Some(_) => None,
        None => declared_by_sibling(path),
    };
    let formats = declared.or_else(|| configured(path, root));
    let mut pairs = formats.map_or_else(Vec::new, |formats| paired(path, &formats));
    pairs.extend(sibling);
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
    let is_paired = paired(&sibling, &formats).contains(&path.to_owned());
    is_paired.then_some(sibling)
}

fn configured(path: &Path, root: &Path) -> Option<String> {
    let folders = path.ancestors().skip(1);
    let mut folders = folders.take_while(|folder| folder.starts_with(root));
    folders.find_map(|folder| {
        CONFIGURATIONS.iter().find_map(|(name, keys)| {
            let text = read_settings(&folder.join(name)).ok()?;
            let table: Table = text.parse().ok()?;
            let (first, rest) = keys.split_first()?;
            let value = rest
                .iter()
                .try_fold(table.get(*first)?, |value, key| value.get(key))?;
            written_out(value)
        })
    })
}

/// Returns formats on one line: they may also be a list, or a table by folder.
fn written_out(formats: &Value) -> Option<String> {
    let parts: Option<Vec<String>> = match formats {
        Value::String(text) => return Some(text.clone()),
        Value::Array(list) => list
            .iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect(),
        Value::Table(table) => table
            .iter()
            .map(|(folder, format)| match folder.trim_end_matches('/') {
                "" => Some(format.as_str()?.to_owned()),
                folder => Some(format!("{folder}///{}", format.as_str()?)),
            })
            .collect(),
        _ => None,
    };
    Some(parts?.join(","))
}

/// Returns the other files that `formats` makes of a file; none where it is not one of them itself.
fn paired(path: &Path, formats: &str) -> Vec<PathBuf> {
    let formats: Vec<Format<'_>> = formats.split(',').map(Format::parse).collect();
    let mut numbered = formats.iter().enumerate();
    let own = numbered.find_map(|(place, format)| Some((place, format.base_of(path)?)));
    let Some((place, base)) = own else {
        return Vec::new();
    };
    let others = formats
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != place);
    others.map(|(_, format)| format.path_of(&base)).collect()
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
            is_tree: folder.ends_with('/'),
            prefix,
            ending: format!(".{ending}"),
        }
    }

    /// Returns what a file shares with the others; `None`: it has not this format.
    fn base_of<'p>(&self, path: &'p Path) -> Option<Base<'p>> {
        let name = path.file_name()?.to_str()?;
        let name = name.strip_prefix(self.prefix)?.strip_suffix(&self.ending)?;
        let parts: Vec<Component<'_>> = path.parent()?.components().collect();
        let own: Vec<Component<'_>> = self.folder.components().collect();
        let last = parts.len().checked_sub(own.len())?;
        let first = if self.is_tree { 0 } else { last };
        let mut places = (first..=last).rev();
        let start = places.find(|start| parts[*start..].starts_with(&own))?;
        Some(Base {
            above: parts[..start].iter().collect(),
            below: parts[start + own.len()..].iter().collect(),
            name,
        })
    }

    fn path_of(&self, base: &Base<'_>) -> PathBuf {
        let folder = [self.folder, &base.below].into_iter();
        let folder = folder.filter(|part| !part.as_os_str().is_empty());
        let folder = folder.fold(base.above.clone(), |above, part| above.join(part));
        folder.join(format!("{}{}{}", self.prefix, base.name, self.ending))
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

    #[test]
    fn folders_below_those_are_the_same_in_both() {
        let formats = "notebooks///ipynb,scripts///py:percent";
        check("x/notebooks/b/c/a.ipynb", formats, &["x/scripts/b/c/a.py"]);
        check("x/scripts/b/a.py", formats, &["x/notebooks/b/a.ipynb"]);
        check("x/notebooks/b/a.ipynb", "notebooks/ipynb,scripts/py", &[]);
    }

    #[test]
    fn a_configuration_may_be_a_list_or_a_table() {
        for (text, expected) in [
            ("f = 'ipynb,py'", "ipynb,py"),
            ("f = ['ipynb', 'py:percent']", "ipynb,py:percent"),
            ("[f]\n'a/' = 'ipynb'\n'b/c' = 'py'", "a///ipynb,b/c///py"),
        ] {
            let table: Table = text.parse().expect("it is TOML");
            assert_eq!(written_out(&table["f"]).as_deref(), Some(expected));
        }
    }
}
