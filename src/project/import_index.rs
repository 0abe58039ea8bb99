//! The Python files of a root → which of them imports which.
//!
//! A scan by lines, not a parse: it sees imports in files that do not parse, and costs little. A line
//! of a docstring that looks like an import counts, which only makes a change more careful.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::files::Files;
use super::outline::joined;
use crate::python::own::is_standard;
use attributes::Attributes;

mod attributes;

/// One import statement of one module. A large project has half a million: texts are kept as they are,
/// and read when asked.
#[derive(Debug)]
struct Import {
    /// Its file, by place in [`ImportIndex::importers`].
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

/// Who imports whom.
#[derive(Debug, Default)]
pub(super) struct ImportIndex {
    /// Files with imports, in order of path.
    importers: Vec<PathBuf>,
    /// In order of their files.
    imports: Vec<Import>,
    /// Last name of a module → statements that may mean it.
    by_name: HashMap<Box<str>, Vec<u32>>,
    attributes: Attributes,
}

impl ImportIndex {
    /// Reads all Python files.
    pub(super) fn build(files: &Files) -> Self {
        let mut index = Self::default();
        for path in &files.python {
            let bytes = files.texts.bytes(path);
            if memchr::memmem::find(&bytes, b"import").is_none() {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            let is_notebook = path
                .extension()
                .is_some_and(|extension| extension == "ipynb");
            // Paths and statements are fewer than the bytes of a disk's files that fit in memory.
            let importer = u32::try_from(index.importers.len()).unwrap_or(u32::MAX);
            index.importers.push(path.clone());
            for import in imports(&text, importer, is_notebook) {
                index.add(import);
            }
        }
        index
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

    /// Iterates over what each file imports, as qualified names: modules, and what may be one in them.
    pub(super) fn qualified(&self) -> impl Iterator<Item = (&Path, String)> {
        self.imports.iter().flat_map(|import| {
            let path = self.importers[import.importer as usize].as_path();
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
        let numbers = module.last().and_then(|name| self.by_name.get(&**name));
        let imports = numbers
            .into_iter()
            .flatten()
            .map(|number| &self.imports[*number as usize]);
        imports.filter_map(move |import| {
            let importer = self.importers[import.importer as usize].as_path();
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

/// Returns whether a text imports a module that is not the project's, or asks for it by its name in a
/// call (`import_module("…")`).
pub fn names_module(text: &str, module: &str) -> bool {
    if !text.contains(module) {
        return false;
    }
    let is_it = |import: &Import| {
        let rest = import.module.strip_prefix(module);
        import.level == 0 && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let is_called = |quote: char| text.contains(&format!("({quote}{module}{quote}"));
    imports(text, 0, false).iter().any(is_it) || is_called('"') || is_called('\'')
}

fn imports(text: &str, importer: u32, is_notebook: bool) -> Vec<Import> {
    let mut imports = Vec::new();
    if is_notebook {
        // Each JSON string becomes lines of its own.
        let mut lines = text.split(['"', '\n']).flat_map(|line| line.split("\\n"));
        while let Some(line) = lines.next() {
            read_import(line, importer, &mut lines, &mut imports);
        }
        return imports;
    }
    let mut read = 0;
    for found in memchr::memmem::find_iter(text.as_bytes(), b"import") {
        if found < read {
            continue;
        }
        let start = memchr::memrchr(b'\n', &text.as_bytes()[..found]).map_or(0, |end| end + 1);
        read = start;
        let lines = text[start..].split_inclusive('\n');
        let mut lines = lines.inspect(|line| read += line.len());
        if let Some(line) = lines.next() {
            read_import(line, importer, &mut lines, &mut imports);
        }
    }
    imports
}

/// Reads the import that a line begins, if it begins one; `lines` are those behind it.
fn read_import<'t>(
    line: &str,
    importer: u32,
    lines: &mut impl Iterator<Item = &'t str>,
    imports: &mut Vec<Import>,
) {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix("import ") {
        let statement = whole_statement(rest, lines);
        imports.extend(listed(&statement).map(|module| Import {
            importer,
            level: 0,
            module: module.into(),
            names: Box::default(),
        }));
    } else if let Some(rest) = line.strip_prefix("from ") {
        imports.extend(from_import(rest, importer, lines));
    }
}

fn from_import<'t>(
    rest: &str,
    importer: u32,
    lines: &mut impl Iterator<Item = &'t str>,
) -> Option<Import> {
    let rest = rest.trim_start();
    let dotted = rest.trim_start_matches('.');
    let level = rest.len() - dotted.len();
    let dotted = dotted.trim_start();
    let module = match dotted.starts_with("import") && level > 0 {
        true => "",
        false => dotted.split([' ', '\t']).next()?,
    };
    let taken = dotted[module.len()..].trim_start().strip_prefix("import")?;
    let statement = whole_statement(taken, lines);
    Some(Import {
        importer,
        level: u32::try_from(level).ok()?,
        module: module.into(),
        names: listed(&statement).collect::<Vec<_>>().join(",").into(),
    })
}

/// Joins the lines of a bracket and those behind a backslash; comments go.
fn whole_statement<'t>(first: &str, lines: &mut impl Iterator<Item = &'t str>) -> String {
    let code = |line: &str| line.split('#').next().unwrap_or("").trim_end().to_owned();
    let mut statement = code(first);
    let mut open = statement.trim_start().starts_with('(') && !statement.contains(')');
    while open || statement.ends_with('\\') {
        let Some(next) = lines.next() else { break };
        let next = code(next);
        open &= !next.contains(')');
        statement.truncate(statement.trim_end_matches('\\').len());
        statement.push(' ');
        statement.push_str(&next);
    }
    statement.split(';').next().unwrap_or("").to_owned()
}

/// Returns the names between the commas, without `as …`.
fn listed(statement: &str) -> impl Iterator<Item = &str> {
    statement.split(',').filter_map(|item| {
        let item = item.trim_matches(|c: char| c.is_whitespace() || "()\\".contains(c));
        let name = item.split([' ', '\t']).next()?;
        let name = name.trim_end_matches([')', '\\']);
        (!name.is_empty()).then_some(name)
    })
}

/// Returns `a.b` as `[a, b]`.
pub(super) fn split(module: &str) -> Vec<String> {
    let parts = module.split('.').filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
