//! Classifiers, tox, CI, images → the lowest Python that a project names where it does not say which it
//! needs: the code runs there, so it is not written for a newer one.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use rustc_hash::FxHashMap;

use super::files::Texts;

/// Files that name the Pythons a project is tested with or run by.
const FILES: [&str; 18] = [
    ".appveyor.yml",
    ".circleci/config.yml",
    ".gitlab-ci.yml",
    ".python-version",
    ".travis.yml",
    "Dockerfile",
    "Pipfile",
    "appveyor.yml",
    "azure-pipelines.yml",
    "docker-compose.yml",
    "environment.yml",
    "mypy.ini",
    "noxfile.py",
    "pyproject.toml",
    "runtime.txt",
    "setup.cfg",
    "setup.py",
    "tox.ini",
];

/// Texts for people.
const FOR_PEOPLE: [&str; 3] = ["README", "README.md", "README.rst"];

/// Folders of which every file may.
const FOLDERS: [&str; 2] = [".github/workflows", ".github/actions"];

/// A classifier, an image, an interpreter: `Python :: 3.8`, `python:3.8-slim`, `python3.8`, `python-3.8.1`.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bpython(?: :: |[:=-]?)(3\.\d+)(?:\.\d+)?\b"));

/// An environment, an interpreter, or the target of a tool: `py38`, `py3.8`, `{py36,py37}-a`, `py{36,37}`,
/// `C:\\Python38`.
static SHORT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:python|py|cp)\{?((?:3\.?\d{1,2},?)+)"));

/// A key and its values on the line: `python-version: ["3.8", 3.9]`, `python_version = "3.8"`,
/// `versionSpec: '3.8'`, `python=["3.8"]`.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"(?i)(?:\bpython[-_. ]?(?:versions?)?|\bversion_?spec)["']?\s*[:=<>~^]+\s*(.*)$"#)
});

/// A version that stands alone.
static VERSION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:^|[^\w.=])(3\.\d+)(?:\.\d+)?(?:$|[^\w.])"));

/// What a text for people says that is needed: `Python >= 3.8`, `Python 3.8+`, `requires Python 3.8`.
static NEEDED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)(?:requires? +python +|\bpython *>= *)(3\.\d+)|\bpython +(3\.\d+) *(?:\+|or +(?:above|greater|higher|later|newer))",
    )
});

/// What such a text says of a part alone: `Python 3.8+ (for V1)`.
static OF_A_PART: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\bpython[ >=]*3\.\d+[^\n.,;(]*\(?for\b[^\n]*"));

/// Code that ends where an older Python runs it: the test, and what stands behind it or below.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"\bversion_info(?:\[:\d\])? *< *\(3, *(\d+)[^\n]*\n?[^\n]*\b(?:raise|exit)\b|\bassert [^\n]*\bversion_info(?:\[:\d\])? *>=? *\(3, *(\d+)",
    )
});

/// A classifier whose version is put in.
static COMPUTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"\bPython :: (?:["']|%s|\{)"#));

/// A version that is a text of its own.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"["'](3\.\d+)["']"#));

/// The Pythons that the folders of a root name.
#[derive(Debug, Default)]
pub(super) struct NamedPythons {
    known: Mutex<FxHashMap<(PathBuf, For), Lowest>>,
}

/// The lowest Python that a folder names, if it names one.
type Lowest = Option<(u8, u8)>;

/// For whom a folder names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum For {
    Programs,
    People,
}

impl NamedPythons {
    /// Returns the lowest Python 3 that is named for a file: of the nearest folder around it that names one to
    /// programs. What a text for people says may be about another part, so it counts where no folder does.
    pub(super) fn lowest_for(&self, path: &Path, texts: &Texts) -> Option<(u8, u8)> {
        let nearest = |whom| {
            let mut folders = path.ancestors().skip(1);
            folders.find_map(|it| self.lowest(it, whom, texts))
        };
        nearest(For::Programs).or_else(|| nearest(For::People))
    }

    fn lowest(&self, folder: &Path, whom: For, texts: &Texts) -> Option<(u8, u8)> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = (folder.to_owned(), whom);
        let found = known().get(&asked).copied();
        found.unwrap_or_else(|| {
            let lowest = match whom {
                For::Programs => lowest_named(folder, texts),
                For::People => lowest_needed(folder, texts),
            };
            known().insert(asked, lowest);
            lowest
        })
    }
}

/// Returns the lowest Python 3 that the files of a folder name.
fn lowest_named(folder: &Path, texts: &Texts) -> Option<(u8, u8)> {
    let files = FILES.iter().map(|name| folder.join(name));
    let listed = FOLDERS.iter().flat_map(|it| texts.list(&folder.join(it)));
    let found = files.chain(listed).filter_map(|path| {
        let text = texts.find(&path);
        match path
            .file_name()
            .is_some_and(|name| name == ".python-version")
        {
            true => text.lines().filter_map(version).min(),
            false => lowest_in(&text)
                .into_iter()
                .chain(lowest_set_up(&text))
                .min(),
        }
    });
    found.min()
}

/// Returns the lowest Python 3 that a folder's texts for people say is needed.
fn lowest_needed(folder: &Path, texts: &Texts) -> Option<(u8, u8)> {
    let files = FOR_PEOPLE.iter().map(|name| folder.join(name));
    let found =
        files.filter_map(|path| lowest_of(&NEEDED, &OF_A_PART.replace_all(&texts.find(&path), "")));
    found.min()
}

/// Returns the lowest version of those that an expression finds.
fn lowest_of(expression: &Regex, text: &str) -> Option<(u8, u8)> {
    let found = expression.captures_iter(text);
    let groups = found.flat_map(|it| it.iter().skip(1).flatten().collect::<Vec<_>>());
    groups
        .filter_map(|it| version(it.as_str()).or_else(|| Some((3, it.as_str().parse().ok()?))))
        .min()
}

/// Returns the lowest Python that code does not refuse, or puts into a text that names Pythons.
fn lowest_set_up(text: &str) -> Option<(u8, u8)> {
    let refused = lowest_of(&REFUSED, text);
    let computed = COMPUTED.is_match(text).then(|| lowest_of(&QUOTED, text));
    refused.into_iter().chain(computed.flatten()).min()
}

fn lowest_in(text: &str) -> Option<(u8, u8)> {
    let mut in_list = false;
    let lines = text.lines().flat_map(|line| {
        let key = KEY.captures(line).and_then(|found| found.get(1));
        let is_item = line.trim_start().starts_with("- ") || line.trim().is_empty();
        // The items of a list stand below its key.
        in_list = match key {
            Some(values) => values.as_str().trim().is_empty(),
            None => in_list && is_item,
        };
        let values = key.map(|values| values.as_str());
        let values = values.or(in_list.then_some(line)).unwrap_or_default();
        let mut found: Vec<(u8, u8)> = VERSION
            .captures_iter(&values.replace(',', " , "))
            .filter_map(|found| version(&found[1]))
            .collect();
        found.extend(
            NAMED
                .captures_iter(line)
                .filter_map(|found| version(&found[1])),
        );
        let short = SHORT.captures_iter(line);
        found.extend(short.flat_map(|found| {
            let versions = found[1].split(',').filter_map(short_version);
            versions.collect::<Vec<_>>()
        }));
        found
    });
    lines.min()
}

/// Reads `3.8` and `3.8.1`.
fn version(text: &str) -> Option<(u8, u8)> {
    let found = crate::source::version::parse(text)?;
    (found.0 == 3 && text.contains('.')).then_some(found)
}

/// Reads `38`, `3.8`, `310`.
fn short_version(text: &str) -> Option<(u8, u8)> {
    let minor = text.strip_prefix('3')?.trim_start_matches('.');
    Some((3, minor.parse().ok()?))
}

fn regex(text: &str) -> Regex {
    // The tests below compile each.
    Regex::new(text).expect("the expression is right")
}

#[cfg(test)]
mod tests;
