//! Paths and positions → the words people and editors know: `nb.ipynb:cell 3:2:5`.

use std::path::{Component, Path, PathBuf};

use crate::source::cell::Position;

/// Returns `path` as seen from `base`, with `/` between its parts; what does not lie below stays absolute.
pub fn relative(path: &Path, base: &Path) -> String {
    slashed(&seen(path, base))
}

/// Returns `path` with `/` between its parts.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    match std::path::MAIN_SEPARATOR {
        '/' => text.into_owned(),
        separator => text.replace(separator, "/"),
    }
}

/// Returns `path` as seen from `base`.
pub fn seen(path: &Path, base: &Path) -> PathBuf {
    let below = path.strip_prefix(base).unwrap_or(path);
    let parts = below.components();
    parts.filter(|part| *part != Component::CurDir).collect()
}

/// Returns `path:line:column`, in a notebook `path:cell N:line:column`.
pub fn location(path: &str, position: Position) -> String {
    let Position { cell, line, column } = position;
    match cell {
        Some(cell) => format!("{path}:cell {cell}:{line}:{column}"),
        None => format!("{path}:{line}:{column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(relative(Path::new(path), Path::new("/home/me")), expected);
    }

    #[test]
    fn paths_are_seen_from_the_base() {
        check("./a/./b.py", "a/b.py");
        check("/home/me/a.py", "a.py");
        check("/other/a.py", "/other/a.py");
        check("../a.py", "../a.py");
    }

    #[test]
    fn a_notebook_place_names_the_cell() {
        let position = Position {
            cell: Some(3),
            line: 2,
            column: 5,
        };
        assert_eq!(location("nb.ipynb", position), "nb.ipynb:cell 3:2:5");
    }
}
