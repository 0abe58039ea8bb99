//! Which packages a project asks for: entries of dependency files, and of lines that install packages.

use ruff_text_size::TextRange;

use crate::recipe::pattern::normalized;
use crate::source::package_list::PackageList;

mod cut;

mod requirements;

mod config;

mod environment;

mod table;

mod install_line;

pub use install_line::{installs, may_install};
pub use table::check as check_table;

/// A package that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its normalized name.
    pub package: String,
    /// The entry itself.
    pub range: TextRange,
    /// What goes with it, the entry among it.
    pub whole: TextRange,
    /// Whether nothing is asked for beside it in its line; of an entry of a file never.
    pub is_alone: bool,
}

/// Returns the entries of a file in order of place; none where it cannot be understood.
pub fn entries(form: PackageList, text: &str) -> Vec<Entry> {
    let mut entries = match form {
        PackageList::Requirements => requirements::entries(text),
        PackageList::Toml => table::entries(text),
        PackageList::Config => config::entries(text),
        PackageList::Environment => environment::entries(text),
    };
    entries.sort_by_key(|entry| entry.range.start());
    entries
}

/// Returns where a file says what its project needs to run; `None`: it does not, or only other things.
pub fn needed(form: PackageList, text: &str) -> Option<TextRange> {
    match form {
        PackageList::Toml => table::needed(text),
        _ => entries(form, text).first().map(|entry| entry.range),
    }
}

/// Returns the package that a requirement begins with (`a.b[c]>=1; marker`); `None` for a path, an
/// address or an option.
fn package(requirement: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let end = requirement
        .find(|c| !is_part(c))
        .unwrap_or(requirement.len());
    let (name, rest) = requirement.split_at(end);
    let ends = |c: char| c.is_whitespace() || "[(<>=!~;@,".contains(c);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && rest.chars().next().is_none_or(ends);
    is_name.then(|| normalized(name))
}

/// Iterates over lines with their line ends, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}

/// A file's texts are shorter than 4 GiB: the reader refuses larger ones.
fn range(start: usize, end: usize) -> TextRange {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).into();
    TextRange::new(offset(start), offset(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the entries of one package: each the text that goes with it, the rest of the file
    /// afterwards.
    #[track_caller]
    pub(super) fn check(form: PackageList, text: &str, expected: &[&str]) {
        let entries = entries(form, text);
        let of_x = entries.iter().filter(|entry| entry.package == "x-y");
        let found: Vec<String> = of_x
            .map(|entry| {
                let mut after = text.to_owned();
                after.replace_range(std::ops::Range::<usize>::from(entry.whole), "");
                after
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_requirement_begins_with_its_package() {
        for (text, expected) in [
            ("X_y>=1", Some("x-y")),
            ("x.y[a,b] ; python_version < '3'", Some("x-y")),
            ("x--y", Some("x-y")),
            ("x_y @ git+https://h/x", Some("x-y")),
            ("./x_y", None),
            ("git+https://h/x_y", None),
            ("-e x_y", None),
            ("", None),
        ] {
            assert_eq!(package(text).as_deref(), expected, "{text}");
        }
    }
}
