//! What folders of a project name, and what of that counts for a file.

use super::*;

#[track_caller]
fn check(path: &str, text: &str, expected: Option<(u8, u8)>) {
    check_for("a.py", &[(path, text)], expected);
}

/// Checks what is named for a file.
#[track_caller]
fn check_for(file: &str, files: &[(&str, &str)], expected: Option<(u8, u8)>) {
    let named = NamedPythons::default();
    let found = named.lowest_for(Path::new(file), &Texts::of(files));
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn what_a_program_reads_outranks_a_text_for_people() {
    let readme = ("README.md", "Python 3.4+");
    check_for("v2/a/b.py", &[readme], Some((3, 4)));
    for name in ["Dockerfile", "v2/Dockerfile", "v2/a/Dockerfile"] {
        check_for(
            "v2/a/b.py",
            &[readme, (name, "FROM python:3.11")],
            Some((3, 11)),
        );
    }
    let other = ("v1/Dockerfile", "FROM python:3.11");
    check_for("v2/a/b.py", &[readme, other], Some((3, 4)));
}

#[test]
fn the_nearest_folder_that_names_one_counts() {
    let root = ("Dockerfile", "FROM python:3.8");
    let below = ("v2/.python-version", "3.12");
    check_for("v2/a/b.py", &[root, below], Some((3, 12)));
    check_for("v1/a.py", &[root, below], Some((3, 8)));
    let readmes = [
        ("README.md", "Python 3.4+"),
        ("v2/README.md", "Python >= 3.5"),
    ];
    check_for("v2/a.py", &readmes, Some((3, 5)));
}

#[test]
fn what_is_said_of_a_part_does_not_count() {
    for text in ["- Python 3.4+ (for V1)", "Python >= 3.4 for the old server"] {
        check("README.md", text, None);
    }
    check(
        "README.md",
        "Python 3.4+ (for V1)\nPython 3.5+",
        Some((3, 5)),
    );
    check(
        "README.md",
        "Python 3.4+, for which there is an image",
        Some((3, 4)),
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
