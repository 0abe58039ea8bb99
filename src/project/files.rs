//! A root → its Python files and the files that may say how they are run, with their texts.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ignore::{DirEntry, WalkBuilder};
use ruff_python_ast::PythonVersion;

use super::instruction::{HIDDEN, MAX_INSTRUCTION, manner};
use crate::python::parse::Module;
use crate::source::SourceFile;
use crate::source::origin::is_installed;
use crate::source::read::{MAX_SETTINGS, ReadError, read_up_to};
use crate::source::walk::{obstacle, obstacle_above};

pub(super) use disk::{Disk, Room};

mod disk;

/// Files, by path as listed, with other bytes than they had.
pub(super) type ChangedTexts = HashMap<PathBuf, Arc<[u8]>>;

/// Where the texts of a project's files are.
#[derive(Debug, Clone)]
pub(super) enum Texts {
    /// Below a directory.
    Disk(Arc<Disk>),
    /// In memory: those of an example.
    Given(Arc<HashMap<PathBuf, Vec<u8>>>),
}

impl Texts {
    /// The same texts, where some are changed.
    pub(super) fn with(&self, changed: &ChangedTexts) -> Self {
        match self {
            Self::Disk(disk) => Self::Disk(Arc::new(disk.with(changed))),
            Self::Given(texts) => {
                let mut texts = HashMap::clone(texts);
                let changed = changed.iter();
                texts.extend(changed.map(|(path, bytes)| (path.clone(), bytes.to_vec())));
                Self::Given(Arc::new(texts))
            }
        }
    }

    /// The same texts, of which none is kept that can be read again.
    pub(super) fn at_rest(&self) -> Self {
        match self {
            Self::Disk(disk) => Self::Disk(Arc::new(disk.at_rest())),
            Self::Given(_) => self.clone(),
        }
    }

    /// Returns a listed file's bytes, none where it is gone.
    pub(super) fn bytes(&self, path: &Path) -> Arc<[u8]> {
        self.read_bytes(path).unwrap_or_default()
    }

    /// Reads a file, unless it is kept.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn read_bytes(&self, path: &Path) -> Result<Arc<[u8]>, ReadError> {
        match self {
            Self::Disk(disk) => disk.read(path),
            Self::Given(texts) => Ok(texts.get(path).map_or(&[][..], Vec::as_slice).into()),
        }
    }

    /// Reads a file, unless it is kept; it is kept only until the next one is read so.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn read_once(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::Disk(disk) => disk.read_once(path),
            Self::Given(texts) => Ok(texts.get(path).cloned().unwrap_or_default()),
        }
    }

    /// Returns the text of a listed file; what is not UTF-8 does not matter to a search for names.
    pub(super) fn read(&self, path: &Path) -> String {
        String::from_utf8_lossy(&self.bytes(path)).into_owned()
    }

    /// Returns the text of a file that may not be there, or be none; empty then.
    pub(super) fn find(&self, path: &Path) -> String {
        let bytes = match self {
            Self::Disk(disk) => read_up_to(&disk.root.join(path), MAX_SETTINGS).unwrap_or_default(),
            Self::Given(texts) => texts.get(path).cloned().unwrap_or_default(),
        };
        decoded(&bytes)
    }

    /// Returns the paths of what a folder of the root holds, sorted; none where there is no such folder.
    pub(super) fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = match self {
            Self::Disk(disk) => {
                let entries = std::fs::read_dir(disk.root.join(folder));
                let entries = entries.into_iter().flatten().flatten();
                entries
                    .map(|entry| folder.join(entry.file_name()))
                    .collect()
            }
            Self::Given(texts) => {
                let paths = texts.keys().filter(|path| path.parent() == Some(folder));
                paths.cloned().collect()
            }
        };
        paths.sort();
        paths
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let texts = files
            .iter()
            .map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec()));
        Self::Given(Arc::new(texts.collect()))
    }
}

/// Files of a root, relative to it and sorted, so that answers never depend on the order of a directory.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) texts: Texts,
    /// `.py` and `.ipynb`.
    pub(super) python: Vec<PathBuf>,
    /// READMEs, Makefiles, shell scripts, workflows and the like.
    pub(super) instructions: Vec<PathBuf>,
    /// How often one was parsed.
    pub(super) parsed: Arc<AtomicUsize>,
}

impl Files {
    /// Returns a file with its syntax, which is counted; `None` where it does not parse.
    pub(super) fn parse(&self, path: &Path) -> Option<(SourceFile, Arc<Module>)> {
        self.parsed.fetch_add(1, Ordering::Relaxed);
        let source = SourceFile::from_bytes(path, self.texts.bytes(path).to_vec()).ok()?;
        let version = PythonVersion::latest();
        let module = match &self.texts {
            Texts::Disk(disk) => disk.room().syntaxes.of(&source, version).ok()?,
            Texts::Given(_) => Arc::new(Module::parse(&source, version).ok()?),
        };
        Some((source, module))
    }

    /// The same files with other texts.
    pub(super) fn with(&self, texts: Texts) -> Self {
        Self {
            texts,
            python: self.python.clone(),
            instructions: self.instructions.clone(),
            parsed: self.parsed.clone(),
        }
    }

    /// Lists the files; the repository's ignore files hold, the machine's do not.
    pub(super) fn list(texts: Texts) -> Self {
        let mut files = Self {
            texts: texts.clone(),
            python: Vec::new(),
            instructions: Vec::new(),
            parsed: Arc::default(),
        };
        match &texts {
            Texts::Given(texts) => texts.keys().for_each(|path| files.add(path)),
            Texts::Disk(disk) => files.add_all(&disk.root),
        }
        files.python.sort();
        files.instructions.sort();
        files
    }

    /// Where rules cannot be read, none are: one file too many makes a change more careful.
    fn add_all(&mut self, root: &Path) {
        let met = Arc::new(AtomicBool::new(obstacle_above(root).is_some()));
        if !met.load(Ordering::Relaxed) {
            self.add_found(root, Some(Arc::clone(&met)));
        }
        if met.load(Ordering::Relaxed) {
            self.python.clear();
            self.instructions.clear();
            self.add_found(root, None);
        }
    }

    /// Adds what is found by the rules, or without any; `met` is set where they cannot be read.
    fn add_found(&mut self, root: &Path, met: Option<Arc<AtomicBool>>) {
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(met.is_some())
            .hidden(false)
            .git_global(false)
            .git_exclude(false)
            .require_git(false);
        let walk = builder.filter_entry(move |entry| {
            let is_folder = || entry.file_type().is_some_and(|kind| kind.is_dir());
            let is_wanted = is_wanted(entry);
            let closed = met.as_ref().filter(|_| {
                is_wanted && entry.depth() > 0 && is_folder() && obstacle(entry.path()).is_some()
            });
            if let Some(met) = closed {
                met.store(true, Ordering::Relaxed);
            }
            is_wanted && closed.is_none()
        });
        let walk = walk.build();
        for entry in walk.filter_map(Result::ok) {
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if let Ok(path) = entry.path().strip_prefix(root)
                && is_file
                && (is_python(path) || is_short(&entry))
            {
                self.add(path);
            }
        }
    }

    fn add(&mut self, path: &Path) {
        if is_python(path) {
            self.python.push(path.to_owned());
        } else if manner(path).is_some() {
            self.instructions.push(path.to_owned());
        }
    }
}

/// Returns the text of a file of settings: UTF-8, or UTF-16 with a byte order mark, which pip reads, too, and PowerShell
/// writes for `pip freeze > requirements.txt`.
fn decoded(bytes: &[u8]) -> String {
    let of_units = |units: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, _) = units.as_chunks();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, units @ ..] => of_units(units, u16::from_le_bytes),
        [0xfe, 0xff, units @ ..] => of_units(units, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, text @ ..] | text => String::from_utf8_lossy(text).into_owned(),
    }
}

/// Hidden directories hold no sources, environments other people's.
fn is_wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
    if entry.depth() == 0 || !is_directory {
        return true;
    }
    let hidden = name.starts_with('.') && !HIDDEN.contains(&&*name);
    let foreign = is_installed(entry.file_name()) || entry.path().join("pyvenv.cfg").exists();
    !hidden && !foreign
}

/// Only a file that may say how others are run is asked for its length.
fn is_short(entry: &DirEntry) -> bool {
    let short = |metadata: std::fs::Metadata| metadata.len() <= MAX_INSTRUCTION;
    manner(entry.path()).is_some() && entry.metadata().is_ok_and(short)
}

fn is_python(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str);
    matches!(extension, Some("py" | "ipynb"))
}

/// Returns whether a path, relative to its root, is a test's: by its name, or below `test` or `tests`.
pub(crate) fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let named = name.starts_with("test_") || name.ends_with("_test") || name == "conftest";
    let mut folders = path.components().map(Component::as_os_str);
    is_python(path) && (named || folders.any(|part| part == "test" || part == "tests"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: bool) {
        assert_eq!(is_test(Path::new(path)), expected, "{path}");
    }

    #[test]
    fn a_test_is_known_by_its_name_or_its_folder() {
        check("test_a.py", true);
        check("a_test.py", true);
        check("conftest.py", true);
        check("tests/helpers.py", true);
        check("test/helpers.py", true);
        check("a.py", false);
        check("attest_x.py", false);
        check("tests/notes.txt", false);
    }

    #[test]
    fn settings_may_begin_with_a_byte_order_mark() {
        assert_eq!(decoded(b"redis\n"), "redis\n");
        assert_eq!(decoded(b"\xef\xbb\xbfredis"), "redis");
        assert_eq!(decoded(b"\xff\xfed\0b\0\n\0"), "db\n");
        assert_eq!(decoded(b"\xfe\xff\0d\0b"), "db");
    }
}
