//! The text of a file → its import statements, by lines.

use std::path::Path;

use super::Import;
use crate::project::files::Files;

/// Reads the imports of a file, which is at that place; `None`: it has none.
pub(super) fn imports_of(files: &Files, path: &Path, importer: u32) -> Option<Vec<Import>> {
    let bytes = files.texts.bytes(path);
    memchr::memmem::find(&bytes, b"import")?;
    let is_notebook = path.extension().is_some_and(|it| it == "ipynb");
    Some(imports(
        &String::from_utf8_lossy(&bytes),
        importer,
        is_notebook,
    ))
}

pub(super) fn imports(text: &str, importer: u32, is_notebook: bool) -> Vec<Import> {
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
