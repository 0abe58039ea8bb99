//! TOML → what a configuration says, and everything that is wrong with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruff_text_size::TextSize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Origin, Place, Sourced};
use super::globs::Globs;
use super::options::{Options, Parameter, PerPath, Restraint};
use crate::recipe::error::{Complaint, Problem};
use crate::recipe::parameter::Given;
use crate::recipe::safety::Safety;
use crate::source::tree::leads_out;
use crate::source::version;

mod value;

/// The keys of a configuration.
pub(super) const KEYS: [&str; 16] = [
    "exclude",
    "extend",
    "extend-exclude",
    "extend-select",
    "ignore",
    "minor",
    "notebooks",
    "packs",
    "parameters",
    "per-path",
    "recipes",
    "require-ignore-reason",
    "safety",
    "scripts",
    "select",
    "target-version",
];

/// The keys of an entry of `per-path`.
pub(super) const PER_PATH_KEYS: [&str; 5] = ["ignore", "paths", "reason", "safety", "select"];

/// Where a key stands that an entry of `per-path` does not have.
const OF_A_FOLDER: &str = "it in a configuration of that folder, which may `extend` this one";

/// What may name something outside of its tree.
pub(super) const NAMED: &str = "a place in it, or this file named by --config";

const RECIPES: &str = "a list of recipe ids, areas, packs or globs over ids";
const PACKS: &str = "a list of packs";
const PARAMETERS: &str = "a table such as [parameters.recipe-id]";
const GLOBS: &str = "a list of globs as in a .gitignore, relative to this file";

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;
type Value<'t> = Spanned<DeValue<'t>>;

/// A configuration that was read, as far as it could be understood.
#[derive(Debug)]
pub struct Loaded {
    /// The file.
    pub document: Arc<Document>,
    /// What it says.
    pub options: Options,
    /// What is wrong with it: the key, and what about it.
    pub complaints: Vec<(String, Complaint)>,
}

/// Reads a file's own settings; `None` if it is a `pyproject.toml` that has none.
pub fn read(document: Arc<Document>) -> Option<Loaded> {
    let text = document.text.clone();
    let (root, errors) = DeTable::parse_recoverable(&text);
    let table = match is_pyproject(&document.path) {
        true => section(root.get_ref()),
        false => Some(root.get_ref()),
    };
    // What cannot be parsed may hide the section.
    if table.is_none() && (errors.is_empty() || !may_have_settings(&text)) {
        return None;
    }
    let mut reader = Reader {
        document: &document,
        complaints: Vec::new(),
    };
    let options = table.map(|table| reader.options(table));
    let mut complaints = reader.complaints;
    // Behind the first error the parser only guesses.
    let sound = sound(&text, &errors);
    complaints.retain(|(_, complaint)| complaint.at < sound);
    complaints.extend(errors.iter().map(syntax));
    Some(Loaded {
        document,
        options: options.unwrap_or_default(),
        complaints,
    })
}

/// Returns the beginning of the line that cannot be parsed, or the end of the text.
fn sound(text: &str, errors: &[toml::de::Error]) -> TextSize {
    let errors = errors.iter().filter_map(toml::de::Error::span);
    let first = errors.map(|span| span.start).min();
    let line =
        first.and_then(|first| Some(text.get(..first)?.rfind('\n').map_or(0, |end| end + 1)));
    line.map_or(TextSize::new(u32::MAX), offset)
}

/// Returns whether the settings are below `[tool.awaitify]`.
pub fn is_pyproject(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == "pyproject.toml")
}

/// Returns whether a text that cannot be understood seems to have settings.
pub fn may_have_settings(text: &str) -> bool {
    text.contains("tool.awaitify")
}

fn section<'t, 'i>(root: &'t DeTable<'i>) -> Option<&'t DeTable<'i>> {
    let tool = root.get("tool")?.get_ref().as_table()?;
    tool.get("awaitify")?.get_ref().as_table()
}

fn syntax(error: &toml::de::Error) -> (String, Complaint) {
    let at = error.span().map_or(0, |span| span.start);
    let problem = Problem::Syntax {
        language: "TOML",
        message: error.message().replace('\n', " "),
    };
    (String::new(), Complaint::new(offset(at), problem))
}

fn offset(at: usize) -> TextSize {
    TextSize::new(u32::try_from(at).unwrap_or(u32::MAX))
}

struct Reader<'d> {
    document: &'d Arc<Document>,
    complaints: Vec<(String, Complaint)>,
}

impl Reader<'_> {
    fn options(&mut self, table: &DeTable) -> Options {
        let mut options = Options::default();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            match name {
                "extend" => options.extend = self.path(name, value),
                "select" => options.select = self.list(name, value, RECIPES),
                "ignore" => options.ignore = self.texts(name, value, RECIPES),
                "extend-select" => options.extend_select = self.texts(name, value, RECIPES),
                "exclude" => options.exclude = self.globs(name, value),
                "extend-exclude" => options.extend_exclude.extend(self.globs(name, value)),
                "notebooks" => options.notebooks = self.globs(name, value),
                "scripts" => options.scripts = self.globs(name, value),
                "target-version" => options.target_version = self.version(name, value),
                "safety" => options.safety = self.level(name, value),
                "minor" => options.minor = self.truth(name, value),
                "require-ignore-reason" => {
                    options.require_ignore_reason = self.truth(name, value);
                }
                "packs" => options.packs = self.list(name, value, PACKS),
                "parameters" => options.parameters = self.parameters(value),
                "recipes" => options.recipes = self.folders(name, value),
                "per-path" => options.per_path = self.per_path(value),
                _ => self.unknown_key("", key, &KEYS),
            }
        }
        options
    }

    fn per_path(&mut self, value: &Value) -> Vec<Arc<PerPath>> {
        let expected = "a list of tables, each begun by [[per-path]]";
        let mut entries = Vec::new();
        for element in self.elements("per-path", value, expected) {
            match element.get_ref() {
                DeValue::Table(table) => {
                    let at = element.span().start;
                    entries.extend(self.entry(at, table).map(Arc::new));
                }
                _ => self.wrong_type("per-path", element, expected),
            }
        }
        entries
    }

    /// Reads an entry of `per-path`; `None` if it does not say for which paths it holds.
    fn entry(&mut self, at: usize, table: &DeTable) -> Option<PerPath> {
        let mut paths = None;
        let mut entry = PerPath {
            place: Place::new(self.document, at),
            paths: Globs::new(&self.document.base, Vec::new(), |_, _| {}),
            select: None,
            ignore: Vec::new(),
            safety: Vec::new(),
            reason: None,
        };
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let path = format!("per-path.{name}");
            match name {
                "paths" => paths = Some(self.globs(&path, value)),
                "select" => entry.select = self.list(&path, value, RECIPES),
                "ignore" => entry.ignore = self.texts(&path, value, RECIPES),
                "safety" => entry.safety = self.restraints(&path, value),
                "reason" => entry.reason = self.text(&path, value, "a text"),
                _ => self.unknown_in_entry(key),
            }
        }
        let says = |key| table.contains_key(key);
        let is_known = |(key, _): (&Key, _)| PER_PATH_KEYS.contains(&key.get_ref().as_ref());
        // What was meant is told where the unknown key is.
        let is_understood = table.iter().all(is_known);
        if is_understood && !["select", "ignore", "safety"].into_iter().any(says) {
            let missing = Problem::Missing { missing: "ignore" };
            let complaint = Complaint::new(offset(at), missing);
            self.complain("per-path", complaint.expected("ignore, select or safety"));
        }
        if paths.is_none() {
            let missing = Problem::Missing { missing: "paths" };
            self.complain("per-path", Complaint::new(offset(at), missing));
        }
        entry.paths = paths??;
        Some(entry)
    }

    fn unknown_in_entry(&mut self, key: &Key) {
        let name = key.get_ref().as_ref();
        if !KEYS.contains(&name) {
            return self.unknown_key("per-path", key, &PER_PATH_KEYS);
        }
        let complaint = Complaint::unknown(offset(key.span().start), "key", name, &[]);
        self.complain("per-path", complaint.expected(OF_A_FOLDER));
    }

    fn parameters(&mut self, value: &Value) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for (recipe, values) in self.entries("parameters", value, PARAMETERS) {
            let path = format!("parameters.{}", recipe.get_ref());
            for (name, value) in self.entries(&path, values, "a table of parameters") {
                let path = format!("{path}.{}", name.get_ref());
                let given = self.given(&path, value);
                parameters.extend(given.map(|given| Parameter {
                    recipe: self.sourced(recipe.span().start, recipe.get_ref().to_string()),
                    name: self.sourced(name.span().start, name.get_ref().to_string()),
                    given: self.sourced(value.span().start, given),
                }));
            }
        }
        parameters
    }

    fn given(&mut self, key: &str, value: &Value) -> Option<Given> {
        let given = match value.get_ref() {
            DeValue::String(text) => Some(Given::Text(text.to_string())),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Given::Int)
                .ok(),
            DeValue::Float(number) => number.as_str().parse().map(Given::Float).ok(),
            DeValue::Boolean(truth) => Some(Given::Bool(*truth)),
            _ => None,
        };
        if given.is_none() {
            self.wrong_type(key, value, "a text, a number, true or false");
        }
        given
    }

    fn restraints(&mut self, key: &str, value: &Value) -> Vec<(Sourced<String>, Restraint)> {
        let expected = "a table such as {recipe-id = \"review\"}";
        let mut restraints = Vec::new();
        for (recipe, word) in self.entries(key, value, expected) {
            let path = format!("{key}.{}", recipe.get_ref());
            let restraint = self.word(&path, word, Restraint::WORDS, Restraint::from_word);
            let recipe = self.sourced(recipe.span().start, recipe.get_ref().to_string());
            restraints.extend(restraint.map(|restraint| (recipe, restraint)));
        }
        restraints
    }

    fn level(&mut self, key: &str, value: &Value) -> Option<Sourced<Safety>> {
        let words = [Safety::Safe.word(), Safety::Review.word()];
        let level = self.word(key, value, &words, Safety::from_word)?;
        Some(self.sourced(value.span().start, level))
    }

    fn version(&mut self, key: &str, value: &Value) -> Option<Sourced<(u8, u8)>> {
        let expected = "a version of Python 3 such as \"3.11\" or \"py311\"";
        let text = self.text(key, value, expected)?;
        let version = version::of_target(&text);
        if version.is_none() {
            let at = offset(value.span().start);
            let complaint = Complaint::unknown(at, "version", &text, &[]);
            self.complain(key, complaint.expected(expected));
        }
        Some(self.sourced(value.span().start, version?))
    }

    fn globs(&mut self, key: &str, value: &Value) -> Option<Globs> {
        let patterns = self.list(key, value, GLOBS)?.value;
        let mut wrong = Vec::new();
        let globs = Globs::new(&self.document.base, patterns, |pattern, message| {
            let Origin::File(place) = &pattern.origin else {
                return;
            };
            let problem = Problem::Syntax {
                language: "a glob",
                message,
            };
            wrong.push(Complaint::new(place.at, problem));
        });
        for complaint in wrong {
            self.complain(key, complaint);
        }
        Some(globs)
    }

    fn folders(&mut self, key: &str, value: &Value) -> Vec<Sourced<PathBuf>> {
        let mut folders = Vec::new();
        for folder in self.texts(key, value, "a list of folders, relative to this file") {
            let path = self.document.base.join(&folder.value);
            if let (false, Origin::File(place)) = (path.is_dir(), &folder.origin) {
                let complaint = Complaint::unknown(place.at, "folder", &folder.value, &[]);
                let expected = "a folder with recipes (*.yaml), relative to this file";
                self.complain(key, complaint.expected(expected));
                continue;
            }
            if let Some(complaint) = self.outside(&path, &folder) {
                self.complain(key, complaint);
                continue;
            }
            folders.push(Sourced {
                value: path,
                origin: folder.origin,
            });
        }
        folders
    }

    /// Complains of a folder out of the tree.
    fn outside(&self, path: &Path, folder: &Sourced<String>) -> Option<Complaint> {
        let tree = self.document.tree.as_ref()?;
        let Origin::File(place) = &folder.origin else {
            return None;
        };
        let word = folder.value.clone();
        let complaint = || Complaint::new(place.at, Problem::OutOfTree { word });
        leads_out(path, tree).then(|| complaint().expected(NAMED))
    }

    fn path(&mut self, key: &str, value: &Value) -> Option<Sourced<PathBuf>> {
        let text = self.text(key, value, "the path of another configuration")?;
        let beside = self.document.path.parent().unwrap_or(Path::new("/"));
        Some(self.sourced(value.span().start, beside.join(text)))
    }
}

#[cfg(test)]
mod tests;
