//! Classifiers, tox, CI, images → the lowest Python that a project names where it does not say which it
//! needs: the code runs there, so it is not written for a newer one.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use super::files::Texts;

/// Files that name the Pythons a project is tested with or run by.
const FILES: [&str; 21] = [
    ".appveyor.yml",
    ".circleci/config.yml",
    ".gitlab-ci.yml",
    ".python-version",
    ".travis.yml",
    "Dockerfile",
    "Pipfile",
    "README",
    "README.md",
    "README.rst",
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

/// Returns the lowest Python 3 that the files of a root name.
pub(super) fn lowest_named(texts: &Texts) -> Option<(u8, u8)> {
    let files = FILES.iter().map(PathBuf::from);
    let listed = FOLDERS
        .iter()
        .flat_map(|folder| texts.list(Path::new(folder)));
    let found = files.chain(listed).filter_map(|path| {
        let text = texts.find(&path);
        match path
            .file_name()
            .is_some_and(|name| name == ".python-version")
        {
            true => text.lines().filter_map(version).min(),
            false if is_for_people(&path) => lowest_of(&NEEDED, &text),
            false => lowest_in(&text)
                .into_iter()
                .chain(lowest_set_up(&text))
                .min(),
        }
    });
    found.min()
}

fn is_for_people(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "README")
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
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<(u8, u8)>) {
        assert_eq!(
            lowest_named(&Texts::of(&[(path, text)])),
            expected,
            "{text}"
        );
    }

    #[test]
    fn texts_for_people_say_what_is_needed() {
        for text in [
            "Requires Python 3.4.",
            "Python >= 3.4",
            "It runs on Python 3.4+ only",
            "Needs Python 3.4 or newer",
        ] {
            check("README.rst", text, Some((3, 4)));
        }
        check("README.md", "Python 3.4 is no longer there", None);
    }

    #[test]
    fn a_setup_refuses_older_ones() {
        for text in [
            "if sys.version_info < (3, 4):\n    sys.exit('old')\n",
            "if sys.version_info[:2] < (3, 4): raise SystemExit\n",
            "assert sys.version_info >= (3, 4)\n",
            "PY = ['3.5', '3.4']\nc = ['Python :: ' + it for it in PY]\n",
        ] {
            check("setup.py", text, Some((3, 4)));
        }
        let adds = "if sys.version_info < (3, 8):\n    needs.append('backport')\n";
        check("setup.py", adds, None);
        check("appveyor.yml", r"PYTHON: C:\Python34", Some((3, 4)));
    }

    #[test]
    fn classifiers_are_read() {
        let classifiers = "'Programming Language :: Python :: 3',\n'Programming Language :: Python :: 3.6',\n'Programming Language :: Python :: 3.10',\n";
        for path in ["setup.py", "setup.cfg", "pyproject.toml"] {
            check(path, classifiers, Some((3, 6)));
        }
        check("setup.py", "'Programming Language :: Python :: 2.7'", None);
        check(
            "setup.py",
            "'Programming Language :: Python :: 3 :: Only'",
            None,
        );
    }

    #[test]
    fn environments_of_tox_and_targets_of_tools_are_read() {
        check("tox.ini", "envlist = py{36,37,310}, lint", Some((3, 6)));
        check("tox.ini", "envlist = py38-a,py312", Some((3, 8)));
        check("tox.ini", "envlist = py3.9, py3.12", Some((3, 9)));
        check("tox.ini", "basepython = python3.7", Some((3, 7)));
        check("tox.ini", "envlist = py27, pypy3, lint", None);
        check(
            "pyproject.toml",
            "[tool.black]\ntarget-version = ['py37', 'py38']",
            Some((3, 7)),
        );
        check(
            "pyproject.toml",
            "[tool.mypy]\npython_version = '3.8'",
            Some((3, 8)),
        );
        check(
            "noxfile.py",
            "@nox.session(python=['3.8', '3.12'])",
            Some((3, 8)),
        );
    }

    #[test]
    fn matrices_of_ci_are_read() {
        let workflow = ".github/workflows/test.yml";
        check(
            workflow,
            "python-version: [\"3.7\", '3.11', 3.12.1]",
            Some((3, 7)),
        );
        check(
            workflow,
            "python:\n  - 3.6\n  - '3.10'\nos: [ubuntu-22.04]",
            Some((3, 6)),
        );
        check(
            workflow,
            "python-version: ${{ matrix.python }}\npytest-version: 3.2",
            None,
        );
        check(
            ".travis.yml",
            "language: python\npython:\n- \"3.5\"\n- 3.5-dev",
            Some((3, 5)),
        );
        check(".travis.yml", "env:\n  - TOXENV=py36", Some((3, 6)));
        check("azure-pipelines.yml", "versionSpec: '3.8'", Some((3, 8)));
        check(".gitlab-ci.yml", "image: python:3.9-slim", Some((3, 9)));
    }

    #[test]
    fn images_and_pins_are_read() {
        check(
            "Dockerfile",
            "FROM docker.io/library/python:3.8.5-slim AS a",
            Some((3, 8)),
        );
        check(".python-version", "3.8.12\n3.7.1\n", Some((3, 7)));
        check("runtime.txt", "python-3.9.1", Some((3, 9)));
        check(
            "environment.yml",
            "dependencies:\n  - python=3.8\n  - numpy=3.5",
            Some((3, 8)),
        );
        check(
            "environment.yml",
            "dependencies:\n  - python>=3.8",
            Some((3, 8)),
        );
        check(
            "Pipfile",
            "[requires]\npython_version = \"3.7\"",
            Some((3, 7)),
        );
    }

    #[test]
    fn versions_of_other_things_are_not_read() {
        check("tox.ini", "deps = python-foo==3.5\n  pytest==3.4", None);
        check(
            "Dockerfile",
            "RUN pip install mpython==3.4 cython==3.0.1",
            None,
        );
        check(".travis.yml", "language: python\nscript: make v3.4", None);
        check("README.md", "Python 3.4", None);
    }
}
