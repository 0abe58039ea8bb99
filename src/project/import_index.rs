//! The Python files of a root → which of them imports which.
//!
//! A scan by lines, not a parse: it sees imports in files that do not parse, and costs little. A line
//! of a docstring that looks like an import counts, which only makes a change more careful.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::files::{ChangedTexts, Files};
use super::outline::joined;
use crate::python::dotted::is_or_is_in;
use crate::python::stdlib::is_standard;
use crate::recipe::condition::{is_named, module_of};
use attributes::Attributes;
use statements::{imports, imports_of};

mod attributes;

mod statements;

/// One import statement of one module. A large project has half a million: texts are kept as they are,
/// and read when asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Import {
    /// Its file, by place in [`Statements::importers`].
    importer: u32,
    /// Dots before the module.
    level: u32,
    /// `a.b`; may be empty behind dots.
    module: Box<str>,
    /// What `from` takes from it, with commas between.
    names: Box<str>,
}

/// How a statement names a module.
enum Naming<'i> {
    /// `import mod`, `from package import mod`: its names are attributes.
    Whole,
    /// `from mod import …`: these names.
    Names(&'i str),
}

/// The import statements of a project.
#[derive(Debug, Default)]
struct Statements {
    /// Files with imports, in order of path.
    importers: Vec<PathBuf>,
    /// In order of their files.
    imports: Vec<Import>,
    /// Last name of a module → statements that may mean it.
    by_name: HashMap<Box<str>, Vec<u32>>,
}

/// Who imports whom.
#[derive(Debug, Default)]
pub(super) struct ImportIndex {
    statements: Arc<Statements>,
    attributes: Attributes,
}

impl Statements {
    /// Takes the imports of each file; `imports` gives those of one, which is at that place.
    fn new(files: &Files, imports: impl Fn(&Path, u32) -> Option<Vec<Import>>) -> Self {
        let mut statements = Self::default();
        for path in &files.python {
            // Paths and statements are fewer than the bytes of a disk's files that fit in memory.
            let importer = u32::try_from(statements.importers.len()).unwrap_or(u32::MAX);
            let Some(imports) = imports(path, importer) else {
                continue;
            };
            statements.importers.push(path.clone());
            imports.into_iter().for_each(|it| statements.add(it));
        }
        statements
    }

    fn add(&mut self, import: Import) {
        let number = u32::try_from(self.imports.len()).unwrap_or(u32::MAX);
        // `from . import name` means the package of its file.
        let package = self.importers.get(import.importer as usize);
        let package = package.filter(|_| import.module.is_empty());
        let package = package.and_then(|path| path.ancestors().nth(import.level as usize));
        let package = package.and_then(Path::file_name).and_then(OsStr::to_str);
        let own = import.last_part().or(package).into_iter();
        for name in own.chain(import.names()) {
            match self.by_name.get_mut(name) {
                Some(numbers) => numbers.push(number),
                None => drop(self.by_name.insert(name.into(), vec![number])),
            }
        }
        self.imports.push(import);
    }

    /// The place of a file, and its imports; `None`: it has none.
    fn of(&self, path: &Path) -> Option<(u32, &[Import])> {
        let place = self.importers.binary_search_by(|it| it.as_path().cmp(path));
        let place = u32::try_from(place.ok()?).ok()?;
        let from = self.imports.partition_point(|it| it.importer < place);
        let to = self.imports.partition_point(|it| it.importer <= place);
        Some((place, &self.imports[from..to]))
    }
}

impl ImportIndex {
    /// Reads all Python files.
    pub(super) fn build(files: &Files) -> Self {
        let read = |path: &Path, importer| imports_of(files, path, importer);
        Self {
            statements: Arc::new(Statements::new(files, read)),
            attributes: Attributes::default(),
        }
    }

    /// The same where some files have other texts: only these are read.
    pub(super) fn with(&self, files: &Files, changed: &ChangedTexts) -> Self {
        let known = |path: &Path| self.statements.of(path);
        let is_same = |path: &PathBuf| {
            let (place, imports) = known(path).unwrap_or((0, &[]));
            imports_of(files, path, place).unwrap_or_default() == imports
        };
        let is_python = |path: &&PathBuf| files.python.binary_search(path).is_ok();
        let read = |path: &Path, importer| {
            if changed.contains_key(path) {
                return imports_of(files, path, importer);
            }
            let (_, imports) = known(path)?;
            let imports = imports.iter().cloned();
            Some(imports.map(|it| Import { importer, ..it }).collect())
        };
        Self {
            statements: match changed.keys().filter(is_python).all(is_same) {
                true => Arc::clone(&self.statements),
                false => Arc::new(Statements::new(files, read)),
            },
            attributes: Attributes::default(),
        }
    }

    /// Returns whether both have the same statements, as they were read for both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.statements, &other.statements)
    }

    /// Iterates over what each file imports, as qualified names: modules, and what may be one in them.
    pub(super) fn qualified(&self) -> impl Iterator<Item = (&Path, String)> {
        let Statements {
            importers, imports, ..
        } = &*self.statements;
        imports.iter().flat_map(|import| {
            let path = importers[import.importer as usize].as_path();
            let dots = ".".repeat(import.level as usize);
            let module = format!("{dots}{}", import.module);
            let members = import.names().map(|name| joined(module.clone(), name));
            let all: Vec<String> = members.chain([module.clone()]).collect();
            all.into_iter().map(move |name| (path, name))
        })
    }

    /// Returns the first other file that imports the module at `path`.
    pub(super) fn importer(&self, path: &Path) -> Option<&Path> {
        self.importers(path).next().map(|(importer, _)| importer)
    }

    /// Returns whether another file takes `name` from the module at `path`, or may do so.
    pub(super) fn uses(&self, files: &Files, path: &Path, name: &str) -> bool {
        self.takers(files, path, name).next().is_some()
    }

    /// Iterates over the other files that take `name` from the module at `path`, or may do so.
    pub(super) fn takers<'i>(
        &'i self,
        files: &'i Files,
        path: &'i Path,
        name: &'i str,
    ) -> impl Iterator<Item = &'i Path> {
        let taking = self
            .importers(path)
            .filter(move |(importer, naming)| match naming {
                Naming::Names(names) => names.split(',').any(|taken| taken == name || taken == "*"),
                Naming::Whole => {
                    let module = module_parts(path);
                    let module = module.last().map_or("", String::as_str);
                    let used = self.attributes.of(importer, module, files);
                    used.may_have(name)
                }
            });
        taking.map(|(importer, _)| importer)
    }

    fn importers(&self, path: &Path) -> impl Iterator<Item = (&Path, Naming<'_>)> {
        let module = module_parts(path);
        let all = &*self.statements;
        let numbers = module.last().and_then(|name| all.by_name.get(&**name));
        let numbers = numbers.into_iter().flatten();
        let imports = numbers.map(|number| &all.imports[*number as usize]);
        imports.filter_map(move |import| {
            let importer = all.importers[import.importer as usize].as_path();
            let other = importer != path;
            let naming = other.then(|| import.naming(importer, path, &module))??;
            Some((importer, naming))
        })
    }
}

impl Import {
    fn last_part(&self) -> Option<&str> {
        self.module.rsplit('.').find(|part| !part.is_empty())
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.names.split(',').filter(|name| !name.is_empty())
    }

    /// Returns how this statement of `importer` names `module`; `None` if it does not.
    fn naming(&self, importer: &Path, path: &Path, module: &[String]) -> Option<Naming<'_>> {
        let is_meant = |parts: &[String]| match self.level {
            0 => is_reachable(parts, importer, path, module),
            level => relative(importer, level, parts).is_some_and(|parts| parts == module),
        };
        let mut parts = split(&self.module);
        if is_meant(&parts) {
            return Some(match &*self.names {
                "" => Naming::Whole,
                names => Naming::Names(names),
            });
        }
        let last = module.last()?;
        parts.push(self.names().find(|name| name == last)?.to_owned());
        is_meant(&parts).then_some(Naming::Whole)
    }
}

/// Returns whether absolute `parts` may be the module, whatever directory is on the import path.
///
/// A single name of the standard library is that, unless the file shadows it.
fn is_reachable(parts: &[String], importer: &Path, path: &Path, module: &[String]) -> bool {
    if parts.is_empty() || !module.ends_with(parts) {
        return false;
    }
    let [name] = parts else { return true };
    let directory = path.parent().unwrap_or(Path::new(""));
    let shadows = directory == Path::new("")
        || directory == Path::new("src")
        || Some(directory) == importer.parent();
    shadows || !is_standard(name)
}

fn relative(importer: &Path, level: u32, parts: &[String]) -> Option<Vec<String>> {
    let package = importer.ancestors().nth(level as usize)?;
    let mut full = names(package);
    full.extend_from_slice(parts);
    Some(full)
}

/// Returns `a/b.py` as `[a, b]`, a package's `__init__.py` as the package.
pub(super) fn module_parts(path: &Path) -> Vec<String> {
    let mut parts = names(&path.with_extension(""));
    if parts.last().is_some_and(|last| last == "__init__") {
        parts.pop();
    }
    parts
}

fn names(path: &Path) -> Vec<String> {
    let normal = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    normal.collect()
}

/// Returns whether a module's name, as an import spells it, may mean a file of the project, whatever
/// directory is on the import path.
pub fn may_mean(file: &Path, module: &str) -> bool {
    let parts = split(module.trim_start_matches('.'));
    !parts.is_empty() && module_parts(file).ends_with(&parts)
}

/// The same for an absolute name in another file, whose own directory is on the import path; a name of the
/// standard library is that, unless the file shadows it.
pub(super) fn may_reach(importer: &Path, file: &Path, module: &str) -> bool {
    importer != file
        && is_reachable(&split(module), importer, file, &module_parts(file))
        && !module.starts_with('.')
}

/// The same for an import of a file; a relative one means what it says.
pub fn may_import(importer: &Path, file: &Path, module: &str) -> bool {
    let parts = module.trim_start_matches('.');
    match u32::try_from(module.len() - parts.len()) {
        Ok(0) | Err(_) => may_mean(file, module),
        Ok(level) => relative(importer, level, &split(parts)) == Some(module_parts(file)),
    }
}

/// Returns whether a text imports a module that is not the project's, or something of `module.*`, or asks for it by
/// its name in a call (`import_module("…")`).
pub fn names_module(text: &str, wanted: &str) -> bool {
    let first = wanted.split('.').next().unwrap_or(wanted);
    if !text.contains(first) {
        return false;
    }
    let is_wanted = |name: &str| match module_of(wanted) {
        Some(_) => is_named(name, wanted),
        None => is_or_is_in(name, wanted),
    };
    let is_it = |import: &Import| {
        let mut names = import.names();
        let is_member = |name: &str| is_wanted(&joined(import.module.to_string(), name));
        import.level == 0 && (is_wanted(&import.module) || names.any(is_member))
    };
    imports(text, 0, false).iter().any(is_it) || is_called(text, wanted)
}

/// A module is named alone in a text that is the first argument of a call.
fn is_called(text: &str, wanted: &str) -> bool {
    let (name, end) = module_of(wanted).map_or((wanted, None), |module| (module, Some('.')));
    ['"', '\''].into_iter().any(|quote| {
        let end = end.unwrap_or(quote);
        text.contains(&format!("({quote}{name}{end}"))
    })
}

/// Returns `a.b` as `[a, b]`.
pub(super) fn split(module: &str) -> Vec<String> {
    let parts = module.split('.').filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
