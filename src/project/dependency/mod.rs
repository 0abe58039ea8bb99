//! Which packages a project asks for: entries of dependency files, and of lines that install packages.

use ruff_text_size::TextRange;

use crate::source::package_list::PackageList;

mod entry;

mod cut;

mod requirements;

mod config;

mod environment;

mod table;

mod install_line;

pub use entry::Entry;
pub use install_line::{installs, may_install};
pub use table::check as check_table;

/// Returns the entries of a file in order of place; none where it cannot be understood.
pub fn entries(form: PackageList, text: &str) -> Vec<Entry> {
    let mut entries = match form {
        PackageList::Requirements => requirements::entries(text),
        PackageList::Toml => table::entries(text),
        PackageList::Config => config::entries(text),
        PackageList::Environment => environment::entries(text),
    };
    entries.sort_by_key(|entry| entry.range.start());
    entries
}

/// Returns where a file says what its project needs to run; `None`: it does not, or only other things.
pub fn needed(form: PackageList, text: &str) -> Option<TextRange> {
    match form {
        PackageList::Toml => table::needed(text),
        _ => entries(form, text).first().map(|entry| entry.range),
    }
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
