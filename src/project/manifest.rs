//! `pyproject.toml`, `setup.cfg` and `setup.py` → console scripts and the Pythons they allow.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::files::Texts;
use super::import_index::module_parts;
use super::setup_py;
use crate::source::version::Allowed;

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
    /// Of the first file that sets a lower bound.
    pub(super) allowed: Allowed,
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

    /// Iterates over the functions of a file, by its path from the root, with which console scripts begin.
    pub(super) fn entry_points_in(&self, path: &Path) -> impl Iterator<Item = &str> {
        let module = module_parts(path);
        self.entry_points().filter_map(move |(place, name)| {
            let parts: Vec<String> = place.split('.').map(str::to_owned).collect();
            module.ends_with(&parts).then_some(name)
        })
    }

    /// Iterates over the qualified names of functions of that name with which console scripts begin.
    pub(super) fn entry_points_named(&self, function: &str) -> impl Iterator<Item = String> {
        let named = self
            .entry_points()
            .filter(move |(_, name)| *name == function);
        named.map(|(module, name)| format!("{module}.{name}"))
    }

    /// Iterates over the modules and functions with which console scripts begin; no function where none is named.
    fn entry_points(&self) -> impl Iterator<Item = (&str, &str)> {
        self.scripts.iter().map(|script| {
            let (module, name) = script.split_once(':').unwrap_or((script, ""));
            // `main [extra]` is `main`, too.
            let name = name.split_whitespace().next().unwrap_or_default();
            (module.trim(), name)
        })
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
        let flit: &[&str] = &["tool", "flit", "metadata", "requires-python"];
        for keys in [&["project", "requires-python"], poetry, flit] {
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

    /// What the file computes is not known.
    fn add_setup_py(&mut self, text: &str) {
        if let Some(requirement) = setup_py::argument(text, "python_requires") {
            self.require(&requirement);
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
        if self.allowed.lowest.is_none() {
            self.allowed = allowed(text);
        }
    }
}

fn find<'t>(table: &'t Table, keys: &[&str]) -> Option<&'t Value> {
    let (first, rest) = keys.split_first()?;
    let value = table.get(*first)?;
    rest.iter().try_fold(value, |value, key| value.get(key))
}

/// Returns what a specifier set allows; of Poetry's alternatives (`||`) all, so that one without a bound
/// leaves none.
fn allowed(text: &str) -> Allowed {
    let alternatives = text.split("||").map(|alternative| {
        let clauses: Vec<String> = alternative.split(',').flat_map(clauses).collect();
        Allowed::of(&clauses.join(","))
    });
    let all = alternatives.reduce(|one, other| Allowed {
        lowest: one.lowest.zip(other.lowest).map(|(a, b)| a.min(b)),
        highest: one.highest.zip(other.highest).map(|(a, b)| a.max(b)),
    });
    all.unwrap_or_default()
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
        assert_eq!(manifest.allowed.lowest, minimum);
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
        assert_eq!(manifest.allowed, Allowed::default());
    }

    #[test]
    fn the_versions_of_a_requirement() {
        for (text, lowest) in [
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
            assert_eq!(allowed(text).lowest, lowest, "{text}");
        }
        for (text, highest) in [
            (">=3.7 <3.11", Some((3, 10))),
            ("~3.9", Some((3, 9))),
            ("~3.9 || ~3.8", Some((3, 9))),
            ("~3.9 || >=3.11", None),
            ("^3.9", None),
        ] {
            assert_eq!(allowed(text).highest, highest, "{text}");
        }
    }
}
