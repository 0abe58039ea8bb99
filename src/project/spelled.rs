//! Strings of the project → the functions they may name: `"package.module:function"`, with a dot or a colon.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::files::Files;
use super::import_index::module_parts;
use crate::python::word::is_in_name;

/// Every string that may be a qualified name, with dots, in order of path.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    all: Vec<(Box<str>, PathBuf)>,
    /// Places of these by the names in them.
    by_part: FxHashMap<Box<str>, Vec<usize>>,
}

impl Spelled {
    /// Reads all Python files.
    pub(super) fn build(files: &Files) -> Self {
        let of_file = |path: &PathBuf| {
            let bytes = files.texts.bytes(path);
            let text = String::from_utf8_lossy(&bytes);
            let names: Vec<_> = names(&text).map(|name| (name, path.clone())).collect();
            names
        };
        Self::of_all(files.python.iter().flat_map(of_file).collect())
    }

    fn of_all(all: Vec<(Box<str>, PathBuf)>) -> Self {
        let mut by_part: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
        for (place, (name, _)) in all.iter().enumerate() {
            for part in name.split('.') {
                let known = by_part.entry(part.into()).or_default();
                if known.last() != Some(&place) {
                    known.push(place);
                }
            }
        }
        Self { all, by_part }
    }

    /// Returns the file with a string that names a function of the module at `path`.
    pub(super) fn of(&self, name: &str, path: &Path) -> Option<&Path> {
        let module = module_parts(path);
        let is_it = |spelled: &str| {
            let Some((through, last)) = spelled.rsplit_once('.') else {
                return false;
            };
            let mut parts = through.rsplit('.').zip(module.iter().rev());
            last == name && parts.all(|(one, other)| one == other)
        };
        let known = self.by_part.get(name).into_iter().flatten();
        let mut known = known.filter_map(|place| self.all.get(*place));
        let found = known.find(|(spelled, _)| {
            // `module.name.attribute` names it, too.
            let ends = spelled.match_indices('.').map(|(at, _)| at);
            ends.chain([spelled.len()])
                .any(|end| is_it(&spelled[..end]))
        });
        found.map(|(_, path)| path.as_path())
    }
}

/// What stands between two quotes of one kind, and is names with dots between.
fn names(text: &str) -> impl Iterator<Item = Box<str>> {
    let quotes = text.match_indices(['"', '\'']);
    quotes.filter_map(|(at, quote)| {
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_in_name(c) && c != '.' && c != ':')?;
        let name = rest[..end].replace(':', ".");
        let is_name = |part: &str| part.starts_with(|c| is_in_name(c) && !c.is_ascii_digit());
        let is_qualified = name.contains('.') && name.split('.').all(is_name);
        (is_qualified && rest[end..].starts_with(quote)).then(|| name.into_boxed_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_may_name_a_function() {
        let text = "run('app.tasks:send')\nx = \"tasks.send\"\ny = \"tasks.sender\", '1.2', 'other.send', f'{tasks.stop}'\n";
        let found = names(text).map(|name| (name, PathBuf::from("main.py")));
        let spelled = Spelled::of_all(found.collect());
        let of = |name, path| spelled.of(name, Path::new(path)).is_some();
        assert!(of("send", "src/app/tasks.py"));
        assert!(of("send", "tasks.py"));
        assert!(!of("send", "mail.py"));
        assert!(!of("stop", "tasks.py"));
    }
}
