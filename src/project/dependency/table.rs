//! `pyproject.toml` and `Pipfile`: arrays of requirements, and tables with packages as keys.

use std::ops::Range;

use ruff_text_size::TextRange;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cut;
use super::entry::{Entry, package, range};
use super::list::{List, Notation};

/// Where arrays of requirements stand; `*` is any key.
const ARRAYS: [&str; 9] = [
    "project.dependencies",
    "project.optional-dependencies.*",
    "dependency-groups.*",
    "tool.uv.dev-dependencies",
    "tool.pdm.dev-dependencies.*",
    "tool.hatch.envs.*.dependencies",
    "tool.hatch.envs.*.extra-dependencies",
    "tool.poetry.extras.*",
    "build-system.requires",
];

/// Where the keys of a table are packages.
const TABLES: [&str; 5] = [
    "tool.poetry.dependencies",
    "tool.poetry.dev-dependencies",
    "tool.poetry.group.*.dependencies",
    "packages",
    "dev-packages",
];

/// Which of both say what the project needs to run.
const NEEDED: [&str; 3] = [
    "project.dependencies",
    "tool.poetry.dependencies",
    "packages",
];

/// Returns the lists; none of a text that does not parse.
pub(super) fn lists(text: &str) -> Vec<List> {
    let Ok(root) = DeTable::parse(text) else {
        return Vec::new();
    };
    let mut lists = Vec::new();
    for (places, form) in [
        (&ARRAYS[..], Notation::Array),
        (&TABLES[..], Notation::Table),
    ] {
        for place in places {
            let keys: Vec<&str> = place.split('.').collect();
            let values = find(root.get_ref(), &keys).into_iter();
            lists.extend(values.map(|value| {
                let span = value.span();
                let entries = match form {
                    Notation::Table => table(text, value.get_ref()),
                    _ => array(text, value.get_ref()),
                };
                List {
                    range: range(span.start, span.end),
                    entries,
                    is_needed: NEEDED.contains(place),
                    form,
                }
            }));
        }
    }
    lists
}

/// Checks that a text parses.
///
/// # Errors
/// What the parser said, on one line.
pub fn check(text: &str) -> Result<(), String> {
    let parsed = DeTable::parse(text);
    parsed
        .map(|_| ())
        .map_err(|error| error.message().replace('\n', " "))
}

/// Returns the values at a path of keys.
fn find<'t, 'i>(table: &'t DeTable<'i>, keys: &[&str]) -> Vec<&'t Spanned<DeValue<'i>>> {
    let Some((first, rest)) = keys.split_first() else {
        return Vec::new();
    };
    let fits = table
        .iter()
        .filter(|(key, _)| *first == "*" || key.get_ref() == first);
    let values = fits.map(|(_, value)| value);
    values
        .flat_map(|value| match value.get_ref() {
            _ if rest.is_empty() => vec![value],
            DeValue::Table(inner) => find(inner, rest),
            _ => Vec::new(),
        })
        .collect()
}

fn array(text: &str, value: &DeValue) -> Vec<Entry> {
    let DeValue::Array(items) = value else {
        return Vec::new();
    };
    let entry = |item: &Spanned<DeValue>| match item.get_ref() {
        DeValue::String(requirement) => Some(entry(text, package(requirement)?, item.span())),
        _ => None,
    };
    items.iter().filter_map(entry).collect()
}

/// A package whose table has a header of its own is left alone.
fn table(text: &str, value: &DeValue) -> Vec<Entry> {
    let DeValue::Table(packages) = value else {
        return Vec::new();
    };
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue>)| {
        let name: &std::borrow::Cow<str> = key.get_ref();
        let is_inline = value.span().start > key.span().end;
        let span = key.span().start..value.span().end;
        is_inline.then(|| Some(entry(text, package(name)?, span)))?
    };
    // The parser sorts keys.
    let mut entries: Vec<Entry> = packages.iter().filter_map(entry).collect();
    entries.sort_by_key(|entry| entry.range.start());
    entries
}

fn entry(text: &str, package: String, span: Range<usize>) -> Entry {
    let range: TextRange = range(span.start, span.end);
    Entry {
        package,
        range,
        whole: cut::around(text, range),
        is_alone: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::source::package_list::PackageList::Toml;

    #[test]
    fn arrays_of_requirements() {
        check(
            Toml,
            "[project]\ndependencies = [\n    'a',\n    'X_y>=1',  # c\n    'b',\n]\n",
            &["[project]\ndependencies = [\n    'a',\n    'b',\n]\n"],
        );
        check(
            Toml,
            "[project.optional-dependencies]\ndev = [\"a\", \"x-y\"]\n",
            &["[project.optional-dependencies]\ndev = [\"a\"]\n"],
        );
        check(
            Toml,
            "[dependency-groups]\ndev = [{include-group = 'x-y'}, 'x.y']\n",
            &["[dependency-groups]\ndev = [{include-group = 'x-y'}]\n"],
        );
        check(Toml, "[tool.isort]\nknown = ['x-y']\n", &[]);
    }

    #[test]
    fn tables_of_packages() {
        check(
            Toml,
            "[tool.poetry.dependencies]\npython = '^3'\nx-y = {version = '1', extras = ['a']} # c\nb = '*'\n",
            &["[tool.poetry.dependencies]\npython = '^3'\nb = '*'\n"],
        );
        check(
            Toml,
            "[tool.poetry.group.dev]\ndependencies = {a = '1', x_y = '2'}\n",
            &["[tool.poetry.group.dev]\ndependencies = {a = '1'}\n"],
        );
        check(Toml, "[packages]\nx-y = '*'\n", &["[packages]\n"]);
        check(Toml, "[tool.poetry.dependencies.x-y]\nversion = '1'\n", &[]);
    }

    #[test]
    fn bad_toml_has_no_entries() {
        check(Toml, "[project]\ndependencies = ['x-y'\n", &[]);
    }
}
