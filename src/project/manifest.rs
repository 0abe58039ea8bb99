//! `pyproject.toml`, `setup.cfg` and `setup.py` → console scripts and the lowest Python they allow.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::files::Texts;
use crate::source::version::lowest_allowed;

/// A file that should say something and cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("not TOML, so what it says is not known: {reason}")]
pub struct FactError {
    /// The file, absolute.
    pub path: PathBuf,
    /// What the parser said, on one line.
    pub reason: String,
}

/// What a project's own files say of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    /// `package.module:function`, as written.
    pub(super) scripts: Vec<String>,
    /// Lowest version allowed; `None`: not said.
    pub(super) minimum_python: Option<(u8, u8)>,
    /// Why `pyproject.toml` is not known.
    pub(super) error: Option<FactError>,
}

impl Manifest {
    /// Reads the three files; those that do not exist say nothing.
    pub(super) fn read(root: &Path, texts: &Texts) -> Self {
        let mut manifest = Self::default();
        let text = texts.find(Path::new("pyproject.toml"));
        match text.parse::<Table>() {
            Ok(table) => manifest.add_pyproject(&table),
            Err(error) => {
                manifest.error = Some(FactError {
                    path: root.join("pyproject.toml"),
                    reason: error.message().replace('\n', " "),
                });
            }
        }
        manifest.add_setup_cfg(&texts.find(Path::new("setup.cfg")));
        manifest.add_setup_py(&texts.find(Path::new("setup.py")));
        manifest
    }

    fn add_pyproject(&mut self, table: &Table) {
        let tables: [&[&str]; 3] = [
            &["project", "scripts"],
            &["project", "gui-scripts"],
            &["tool", "poetry", "scripts"],
        ];
        for keys in tables {
            let scripts = find(table, keys).and_then(Value::as_table);
            let values = scripts.into_iter().flat_map(Table::values);
            // Poetry also knows `{callable = "…"}`.
            let named = values
                .filter_map(|value| value.as_str().or_else(|| value.get("callable")?.as_str()));
            self.scripts.extend(named.map(str::to_owned));
        }
        let poetry: &[&str] = &["tool", "poetry", "dependencies", "python"];
        for keys in [&["project", "requires-python"], poetry] {
            if let Some(text) = find(table, keys).and_then(Value::as_str) {
                self.require(text);
            }
        }
    }

    fn add_setup_cfg(&mut self, text: &str) {
        let mut section = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end().trim_end_matches(']');
                continue;
            }
            let Some((key, value)) = line.split_once('=') else {
                continue;
            };
            match section {
                "options" if key.trim() == "python_requires" => self.require(value),
                "options.entry_points" if value.contains(':') => {
                    self.scripts.push(value.trim().to_owned());
                }
                _ => {}
            }
        }
    }

    /// Only literals are seen: what the file computes is not known.
    fn add_setup_py(&mut self, text: &str) {
        if let Some((_, rest)) = text.split_once("python_requires") {
            let requirement = rest.split(['"', '\'']).nth(1).unwrap_or("");
            self.require(requirement);
        }
        let literals = text
            .split(['"', '\''])
            .filter_map(|literal| literal.split_once('='));
        let scripts = literals.filter(|(_, place)| place.contains(':') && !place.contains('\n'));
        self.scripts
            .extend(scripts.map(|(_, place)| place.trim().to_owned()));
    }

    /// The first file that says something is believed.
    fn require(&mut self, text: &str) {
        self.minimum_python = self.minimum_python.or_else(|| lowest(text));
    }
}

fn find<'t>(table: &'t Table, keys: &[&str]) -> Option<&'t Value> {
    let (first, rest) = keys.split_first()?;
    let value = table.get(*first)?;
    rest.iter().try_fold(value, |value, key| value.get(key))
}

/// Returns the lowest version that a specifier set allows; of Poetry's alternatives (`||`) the
/// lowest, and `None` when one of them has no lower bound.
fn lowest(text: &str) -> Option<(u8, u8)> {
    let bounds = text.split("||").map(|alternative| {
        let clauses = alternative.split(',').flat_map(clauses);
        clauses.filter_map(|clause| lowest_allowed(&clause)).max()
    });
    bounds.collect::<Option<Vec<_>>>()?.into_iter().min()
}

/// Returns each clause in the standard's spelling: Poetry also knows `>=3.7 <4`, `~3.9` and `3.9`.
fn clauses(text: &str) -> Vec<String> {
    let mut clauses: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match clauses.last_mut() {
            // A blank between an operator and its version.
            Some(last) if !last.contains(|c: char| c.is_ascii_digit()) => last.push_str(word),
            _ => clauses.push(word.to_owned()),
        }
    }
    for clause in &mut clauses {
        let tilde = clause.starts_with('~') && !clause.starts_with("~=");
        if tilde || clause.starts_with(|c: char| c.is_ascii_digit()) {
            *clause = format!("=={}", clause.trim_start_matches('~'));
        }
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Manifest {
        Manifest::read(Path::new(""), &Texts::of(&[(name, text)]))
    }

    #[track_caller]
    fn check(name: &str, text: &str, scripts: &[&str], minimum: Option<(u8, u8)>) {
        let manifest = read(name, text);
        assert_eq!(manifest.scripts, scripts);
        assert_eq!(manifest.minimum_python, minimum);
    }

    #[test]
    fn pyproject_names_scripts_and_versions() {
        check(
            "pyproject.toml",
            "[project]\nrequires-python = '>=3.9'\n[project.scripts]\nrun = 'a.b:main'\n[project.gui-scripts]\nx = 'a.g:main'\n",
            &["a.b:main", "a.g:main"],
            Some((3, 9)),
        );
        check(
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython = '^3.8'\n[tool.poetry.scripts]\nrun = {callable = 'a:m'}\n",
            &["a:m"],
            Some((3, 8)),
        );
    }

    #[test]
    fn setup_cfg_and_setup_py_are_read_too() {
        check(
            "setup.cfg",
            "[options]\npython_requires = >=3.7\n[options.entry_points]\nconsole_scripts =\n    run = a.b:main\n",
            &["a.b:main"],
            Some((3, 7)),
        );
        check(
            "setup.py",
            "setup(python_requires='>=3.10', entry_points={'console_scripts': ['run=a.b:main']})\n",
            &["a.b:main"],
            Some((3, 10)),
        );
    }

    #[test]
    fn bad_toml_is_an_error_and_no_answer() {
        let manifest = read("pyproject.toml", "[project\n");
        assert!(manifest.error.is_some());
        assert_eq!(manifest.minimum_python, None);
    }

    #[test]
    fn the_lowest_version_of_a_requirement() {
        for (text, expected) in [
            (">=3.9,<4", Some((3, 9))),
            ("<4, >= 3.8.1", Some((3, 8))),
            ("~=3.10", Some((3, 10))),
            ("==3.11.*", Some((3, 11))),
            (">=3.7 <4.0", Some((3, 7))),
            ("^3.9 || ^3.6", Some((3, 6))),
            ("<4", None),
            ("3.*", Some((3, 0))),
            ("", None),
            ("*", None),
        ] {
            assert_eq!(lowest(text), expected, "{text}");
        }
    }
}
