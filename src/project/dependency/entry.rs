//! An entry: a package, and where it stands.

use ruff_text_size::TextRange;

use crate::recipe::pattern::normalized;

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

/// Returns the package that a requirement begins with (`a.b[c]>=1; marker`); `None` for a path, an
/// address or an option.
pub(super) fn package(requirement: &str) -> Option<String> {
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
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line)
    })
}

/// A file's texts are shorter than 4 GiB: the reader refuses larger ones.
pub(super) fn range(start: usize, end: usize) -> TextRange {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX).into();
    TextRange::new(offset(start), offset(end))
}

#[cfg(test)]
mod tests {
    use super::*;

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
