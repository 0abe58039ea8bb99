//! Which packages a project asks for: entries of dependency files, and of lines that install packages.

use crate::source::package_list::PackageList;

mod entry;

mod cut;

mod requirements;

mod config;

mod environment;

mod table;

mod install_line;

mod list;

pub use entry::Entry;
pub use install_line::{installs, may_install};
pub use list::{List, is_generated};
pub use table::check as check_table;

/// Returns the lists of a file that an entry may be added to; none where it cannot be understood.
pub fn lists(form: PackageList, text: &str) -> Vec<List> {
    match form {
        PackageList::Requirements => List::of_lines(requirements::entries(text), true)
            .into_iter()
            .collect(),
        PackageList::Constraints => Vec::new(),
        PackageList::Toml => table::lists(text),
        PackageList::Config => config::lists(text),
        PackageList::Environment => environment::lists(text),
    }
}

/// Returns the entries of a file in order of place; none where it cannot be understood.
pub fn entries(form: PackageList, text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = match form {
        PackageList::Requirements | PackageList::Constraints => requirements::entries(text),
        PackageList::Environment => environment::entries(text),
        PackageList::Toml | PackageList::Config => {
            let lists = lists(form, text).into_iter();
            lists.flat_map(|list| list.entries).collect()
        }
    };
    entries.sort_by_key(|entry| entry.range.start());
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the entries of one package: each the text that goes with it, the rest of the file
    /// afterwards.
    #[track_caller]
    pub(super) fn check(form: PackageList, text: &str, expected: &[&str]) {
        let entries = entries(form, text);
        let of_x = entries.iter().filter(|entry| entry.package == "x-y");
        let found: Vec<String> = of_x
            .map(|entry| {
                let mut after = text.to_owned();
                after.replace_range(std::ops::Range::<usize>::from(entry.whole), "");
                after
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}
