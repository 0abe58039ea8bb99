//! What a file is: found, read, and cut into cells, with every byte accounted for.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ruff_text_size::{TextRange, TextSize};

use crate::text::edit::{self, EditSet};
use crate::text::lines::Lines;

pub mod cell;

mod literal;

pub mod percent;

pub mod package_list;

pub mod version;

pub mod encoding;

pub mod ipynb;
mod json;

mod strings;

mod new_cell;

pub mod marker;

mod splice;

pub mod read;

pub(crate) mod origin;

pub mod tree;
pub mod walk;

use cell::{Cell, Position};
use encoding::Encoding;
use ipynb::Notebook;
use package_list::PackageList;
use read::{MAX_BYTES, ReadError};
use version::Allowed;

/// What a file is by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A `.py` file without cell markers.
    Module,
    /// A `.py` file whose text has lines that look like `# %%` markers (the parser confirms them).
    Percent,
    /// An `.ipynb`.
    Notebook,
    /// No Python: it says which packages a project needs.
    Packages(PackageList),
}

/// A file as read: its bytes, and the text that is analyzed.
///
/// The *module text* is what every offset of the program means: of a `.py` file the decoded text
/// (a BOM and all line ends included), of a notebook its code cells' sources joined by `\n`.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: PathBuf,
    /// `None`: with cells it is a percent file, without them a module.
    named_kind: Option<FileKind>,
    text: String,
    stored: Stored,
    /// Found when first asked for: most files have none.
    cells: OnceLock<Vec<Cell>>,
    /// Made when the first position is asked for: most files have nothing to report.
    lines: OnceLock<Lines>,
}

/// The bytes on disk, where they are not the text itself.
#[derive(Debug, Clone)]
enum Stored {
    AsText,
    Encoded(Encoding, Vec<u8>),
    Notebook(Notebook),
}

/// Why edits can't be made in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// An edit reaches from one cell into the next.
    #[error("an edit of bytes {0:?} does not lie within one cell")]
    AcrossCells(TextRange),
    /// The file's encoding lacks a character of the new text.
    #[error("the file's encoding has no {0:?}")]
    Unencodable(char),
    /// The new bytes can't be read.
    #[error("the edited file could not be read again: {0}")]
    Unreadable(#[from] ReadError),
    /// The new bytes are read as another text, say because an edit changed the encoding's cookie.
    #[error("the edited file would be read as another text")]
    Unfaithful,
}

impl SourceFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It can't be read, or is not what its name says; see [`ReadError`].
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        Self::from_bytes(path, read::read_regular(path)?)
    }

    /// Takes `bytes` as the content of `path`: a notebook if that ends with `.ipynb`, else Python.
    ///
    /// # Errors
    /// The bytes are not what the name says; see [`ReadError`].
    pub fn from_bytes(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let path = path.into();
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ReadError::TooLarge(read::MAX_BYTES));
        }
        if is_notebook(&path) {
            let (notebook, text, cells) = ipynb::read(encoding::decode_json(bytes)?)?;
            return Ok(Self {
                path,
                named_kind: Some(FileKind::Notebook),
                text,
                stored: Stored::Notebook(notebook),
                cells: cells.into(),
                lines: OnceLock::new(),
            });
        }
        let (text, encoding) = encoding::decode(bytes)?;
        let stored = match encoding {
            Encoding::Utf8 => Stored::AsText,
            // Checked by `decode`: the same bytes come back.
            _ => Stored::Encoded(encoding, encoding.encode(&text).unwrap_or_default()),
        };
        Ok(Self {
            named_kind: PackageList::of(&path).map(FileKind::Packages),
            path,
            text,
            stored,
            cells: OnceLock::new(),
            lines: OnceLock::new(),
        })
    }

    /// Takes `text` as the content of `path`, in UTF-8.
    ///
    /// # Errors
    /// As for [`SourceFile::from_bytes`].
    pub fn from_text(path: impl Into<PathBuf>, text: &str) -> Result<Self, ReadError> {
        Self::from_bytes(path, text.as_bytes().to_vec())
    }

    /// Returns where the file is, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what the file is by its form.
    pub fn kind(&self) -> FileKind {
        self.named_kind.unwrap_or_else(|| match self.cells() {
            [] => FileKind::Module,
            _ => FileKind::Percent,
        })
    }

    /// Returns the module text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns exactly what is, or is to be, on disk.
    pub fn bytes(&self) -> &[u8] {
        match &self.stored {
            Stored::AsText => self.text.as_bytes(),
            Stored::Encoded(_, bytes) => bytes,
            Stored::Notebook(notebook) => notebook.json.as_bytes(),
        }
    }

    /// Returns all cells of a notebook, those of a percent file as its marker lines cut it (the
    /// parser confirms them), none of a plain module.
    pub fn cells(&self) -> &[Cell] {
        self.cells.get_or_init(|| match self.named_kind {
            None => percent::cells(&self.text),
            Some(_) => Vec::new(),
        })
    }

    /// Returns where an offset of the module text is, for people.
    pub fn position(&self, offset: TextSize) -> Position {
        let lines = self.lines();
        let (line, column) = lines.line_column(&self.text, offset);
        let cell = match self.kind() {
            FileKind::Notebook => cell::cell_at(self.cells(), offset),
            FileKind::Module | FileKind::Percent | FileKind::Packages(_) => None,
        };
        let lines_before = cell.map_or(0, |cell| {
            lines.line_column(&self.text, cell.range.start()).0 - 1
        });
        Position {
            cell: cell.map(|cell| cell.number),
            line: line - lines_before,
            column,
        }
    }

    /// Returns where a line begins in the module text, its number counted from 1 as in a
    /// [`Position`]; `None` if there is no such line or cell.
    pub fn line_start(&self, cell: Option<u32>, line: usize) -> Option<TextSize> {
        let Some(number) = cell else {
            return self.lines().start(&self.text, line);
        };
        let cell = self.cells().iter().find(|cell| cell.number == number)?;
        let (first, _) = self.lines().line_column(&self.text, cell.range.start());
        self.lines()
            .start(&self.text, first + line.checked_sub(1)?)
            .filter(|start| cell.range.contains_inclusive(*start))
    }

    /// Returns the Pythons the file asks for: that of a notebook's `language_info` and newer ones, or what a
    /// script's PEP 723 block allows.
    pub fn allowed_python(&self) -> Allowed {
        match &self.stored {
            Stored::Notebook(notebook) => Allowed::from(notebook.language_version),
            Stored::AsText | Stored::Encoded(..) => version::of_script(&self.text),
        }
    }

    /// Returns which files Jupytext keeps equal to this one, where the file itself says so.
    pub fn jupytext_formats(&self) -> Option<String> {
        match &self.stored {
            Stored::Notebook(notebook) => notebook.formats.clone(),
            Stored::AsText | Stored::Encoded(..) => percent::paired_formats(&self.text),
        }
    }

    /// Returns whether one of the first lines says that a program wrote the file.
    pub fn is_generated(&self) -> bool {
        let is_list = self
            .named_kind
            .is_some_and(|kind| kind != FileKind::Notebook);
        origin::is_generated(&self.text) || (is_list && origin::is_compiled(&self.text))
    }

    /// Returns the file after `edits` of its module text.
    ///
    /// # Errors
    /// The new text can't be stored the way the file is, or would be read as something else.
    pub fn with_text(&self, edits: &EditSet) -> Result<Self, EditError> {
        let flat = edits.flattened(&self.text);
        let text = edit::apply(&flat, &self.text);
        let bytes = match &self.stored {
            Stored::AsText => text.as_bytes().to_vec(),
            Stored::Encoded(encoding, _) => {
                encoding.encode(&text).map_err(EditError::Unencodable)?
            }
            Stored::Notebook(notebook) => notebook
                .edited(&self.text, &flat)
                .map_err(EditError::AcrossCells)?
                .into_bytes(),
        };
        let edited = Self::from_bytes(self.path.clone(), bytes)?;
        if edited.text != text {
            return Err(EditError::Unfaithful);
        }
        Ok(edited)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(&self.text))
    }
}

fn is_notebook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "ipynb")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::Edit;

    const NOTEBOOK: &str = r##"{"cells": [{"cell_type": "markdown", "source": "# t"},
        {"cell_type": "code", "source": ["a\n", "é = 1"]},
        {"cell_type": "code", "source": "b"}], "nbformat": 4,
        "metadata": {"language_info": {"name": "python", "version": "3.12.1"}}}"##;

    fn file(path: &str, bytes: &[u8]) -> SourceFile {
        SourceFile::from_bytes(path, bytes.to_vec()).expect("it can be read")
    }

    fn replace(start: u32, end: u32, text: &str) -> EditSet {
        let range = TextRange::new(start.into(), end.into());
        EditSet::new(vec![Edit::replacement(range, text)], vec![]).expect("one edit")
    }

    #[track_caller]
    fn check(path: &str, bytes: &[u8], kind: FileKind, text: &str) {
        let file = file(path, bytes);
        assert_eq!((file.kind(), file.text()), (kind, text));
        assert_eq!(file.bytes(), bytes);
    }

    #[test]
    fn the_kind_is_told_by_name_and_markers() {
        check("a.py", b"x\r\n", FileKind::Module, "x\r\n");
        check("a.py", b"# %%\nx", FileKind::Percent, "# %%\nx");
        check(
            "script",
            b"# coding: latin1\n\xe9",
            FileKind::Module,
            "# coding: latin1\né",
        );
        check(
            "a.ipynb",
            NOTEBOOK.as_bytes(),
            FileKind::Notebook,
            "a\né = 1\nb",
        );
    }

    #[track_caller]
    fn check_position(path: &str, text: &str, offset: u32, expected: (Option<u32>, usize, usize)) {
        let file = file(path, text.as_bytes());
        let Position { cell, line, column } = file.position(offset.into());
        assert_eq!((cell, line, column), expected);
        assert_eq!(
            file.line_start(cell, line)
                .map(|start| file.position(start)),
            Some(Position {
                cell,
                line,
                column: 1
            })
        );
    }

    #[test]
    fn positions_count_within_the_cell_of_a_notebook_only() {
        check_position("a.ipynb", NOTEBOOK, 5, (Some(2), 2, 3));
        check_position("a.ipynb", NOTEBOOK, 10, (Some(3), 1, 2));
        check_position("a.py", "# %%\r\na", 7, (None, 2, 2));
    }

    #[test]
    fn there_is_no_line_outside_a_cell() {
        let file = file("a.ipynb", NOTEBOOK.as_bytes());
        assert_eq!(file.line_start(Some(2), 3), None);
        assert_eq!(file.line_start(Some(2), 0), None);
        assert_eq!(file.line_start(Some(9), 1), None);
    }

    #[test]
    fn an_edited_file_is_what_would_be_written() {
        let latin = file("a.py", b"# coding: latin-1\nx\xe9");
        let edited = latin
            .with_text(&replace(18, 19, "ü"))
            .expect("it can be stored");
        assert_eq!(edited.bytes(), b"# coding: latin-1\n\xfc\xe9");

        let notebook = file("a.ipynb", NOTEBOOK.as_bytes());
        let edited = notebook
            .with_text(&replace(2, 2, "x\n"))
            .expect("it can be stored");
        assert_eq!(edited.text(), "a\nx\né = 1\nb");
        let json = NOTEBOOK.replace(r#""a\n", "#, r#""a\n", "x\n", "#);
        assert_eq!(edited.bytes(), json.as_bytes());
    }

    #[test]
    fn edits_that_can_not_be_stored_are_refused() {
        let latin = file("a.py", b"# coding: latin-1\nx");
        let error = |file: &SourceFile, edits: &EditSet| file.with_text(edits).map(|_| ()).err();
        assert_eq!(
            error(&latin, &replace(18, 19, "€")),
            Some(EditError::Unencodable('€'))
        );
        let plain = file("a.py", "é".as_bytes());
        let cookie = replace(0, 0, "# coding: latin-1\n");
        assert_eq!(error(&plain, &cookie), Some(EditError::Unfaithful));
        let notebook = file("a.ipynb", NOTEBOOK.as_bytes());
        assert!(matches!(
            error(&notebook, &replace(7, 10, "")),
            Some(EditError::AcrossCells(_))
        ));
    }

    #[test]
    fn the_version_is_the_files_own() {
        assert_eq!(
            file("a.ipynb", NOTEBOOK.as_bytes()).allowed_python().lowest,
            Some((3, 12))
        );
        assert_eq!(file("a.py", b"x").allowed_python(), Allowed::default());
    }
}
