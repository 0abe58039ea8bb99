//! `environment.yml`: what conda installs, and what it has pip install.

use ruff_text_size::TextRange;

use super::entry::{Entry, lines, package, range};
use super::list::List;

/// A list below `dependencies:` that pip gets.
struct Nested {
    indent: usize,
    header: TextRange,
    /// Entries and other items in it.
    items: usize,
    /// Entries from here on are its.
    first: usize,
}

/// Returns the lists: what conda installs, and what pip does.
pub(super) fn lists(text: &str) -> Vec<List> {
    let indent = |entry: &Entry| {
        let line = &text[..entry.range.start().to_usize()];
        entry.range.start().to_usize() - line.rfind('\n').map_or(0, |at| at + 1)
    };
    let entries = entries(text);
    let lists = entries.chunk_by(|one, next| indent(one) == indent(next));
    lists
        .filter_map(|list| List::of_lines(list.to_vec(), true))
        .collect()
}

/// Returns the entries, one a line: lists in brackets are not read.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut nested: Option<Nested> = None;
    let mut lists = false;
    for (start, line) in lines(text) {
        let written = line.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let Some(item) = written.strip_prefix('-').filter(|_| lists) else {
            lists = line.trim_end() == "dependencies:";
            continue;
        };
        let indent = line.len() - line.trim_start().len();
        if let Some(ended) = nested.take_if(|list| indent <= list.indent) {
            ended.settle(&mut entries);
        }
        let code = unquoted(item);
        if code.ends_with(':') {
            nested = Some(Nested {
                indent,
                header: range(start, start + line.len()),
                items: 0,
                first: entries.len(),
            });
            continue;
        }
        if let Some(list) = &mut nested {
            list.items += 1;
        }
        entries.extend(entry(start, line, code));
    }
    if let Some(ended) = nested {
        ended.settle(&mut entries);
    }
    entries
}

/// Returns an item without quotes, and without a comment behind it.
fn unquoted(item: &str) -> &str {
    let item = item.split(" #").next().unwrap_or(item);
    item.trim().trim_matches(['"', '\''])
}

/// Takes a line's item as an entry; `channel::package` is one too.
fn entry(start: usize, line: &str, code: &str) -> Option<Entry> {
    let requirement = code.rsplit("::").next().unwrap_or(code);
    let from = start + line.find(code).unwrap_or_default();
    Some(Entry {
        package: package(requirement)?,
        range: range(from, from + code.len()),
        whole: range(start, start + line.len()),
        is_alone: false,
    })
}

impl Nested {
    /// The header of a list goes with its only item.
    fn settle(self, entries: &mut [Entry]) {
        if let (1, [only]) = (self.items, &mut entries[self.first..])
            && only.whole.start() == self.header.end()
        {
            only.whole = self.header.cover(only.whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;
    use crate::source::package_list::PackageList::Environment;

    #[test]
    fn items_of_both_lists_are_entries() {
        check(
            Environment,
            "name: x-y\ndependencies:\n  - a\n  - conda-forge::x_y=1.0  # c\n  - pip\n",
            &["name: x-y\ndependencies:\n  - a\n  - pip\n"],
        );
        check(
            Environment,
            "dependencies:\n- pip:\n  - a\n  - \"x-y>=1\"\nvariables:\n  - x-y\n",
            &["dependencies:\n- pip:\n  - a\nvariables:\n  - x-y\n"],
        );
    }

    #[test]
    fn a_list_for_pip_goes_with_its_only_item() {
        check(
            Environment,
            "dependencies:\n  - pip\n  - pip:\n    - x-y\n  - b\n",
            &["dependencies:\n  - pip\n  - b\n"],
        );
    }
}
