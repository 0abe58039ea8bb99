//! Test files → the names they replace with `patch("…")`, `patch.object(…)` or `setattr(…)`.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::files::{Files, is_test};
use super::import_index::module_parts;
use crate::python::word::is_in_name;

/// With these a test replaces names.
const WORDS: [&str; 2] = ["patch", "setattr"];

/// What such calls call the owner and the attribute.
const KEYWORDS: [&str; 3] = ["target", "attribute", "name"];

/// Every name that a test replaces, as written there, by its last part; each list in order of path.
#[derive(Debug, Default)]
pub(super) struct Patches(FxHashMap<Box<str>, Vec<(String, PathBuf)>>);

impl Patches {
    /// Reads the test files.
    pub(super) fn build(files: &Files) -> Self {
        let mut patches = Self::default();
        for path in files.python.iter().filter(|path| is_test(path)) {
            let bytes = files.texts.bytes(path);
            let has = |word: &str| memchr::memmem::find(&bytes, word.as_bytes()).is_some();
            if !WORDS.into_iter().any(has) {
                continue;
            }
            let text = String::from_utf8_lossy(&bytes);
            targets(&text).for_each(|target| patches.add(target, path));
        }
        patches
    }

    fn add(&mut self, target: String, path: &Path) {
        let known = self.0.entry(last_part(&target).into()).or_default();
        known.push((target, path.to_owned()));
    }

    /// Returns the test file that replaces the qualified name: everywhere, or through the module at
    /// `path` (`patch("app.poll.time.sleep")` is about `app/poll.py`).
    pub(super) fn of(&self, name: &str, path: &Path) -> Option<&Path> {
        let module = module_parts(path);
        let mut known = self.0.get(last_part(name)).into_iter().flatten();
        let found = known.find(|(target, by)| {
            let Some(through) = target.strip_suffix(name) else {
                return false;
            };
            let Some(through) = through.strip_suffix('.') else {
                return through.is_empty() && !run_apart(path, by);
            };
            let mut parts = through.rsplit('.').zip(module.iter().rev());
            parts.all(|(one, other)| one == other)
        });
        found.map(|(_, path)| path.as_path())
    }
}

/// The tests of one file are over when those of another one run; what all tests share runs with each.
fn run_apart(path: &Path, other: &Path) -> bool {
    let is_of_tests = |path: &Path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        name.starts_with("test_") || name.ends_with("_test")
    };
    path != other && is_of_tests(path) && is_of_tests(other)
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn targets(text: &str) -> impl Iterator<Item = String> {
    let calls = WORDS.into_iter().flat_map(move |word| {
        let at = text.match_indices(word);
        at.map(move |(at, _)| &text[at + word.len()..])
    });
    calls.filter_map(target)
}

/// Returns the name that a call replaces, from what stands behind `patch` or `setattr`.
fn target(rest: &str) -> Option<String> {
    let rest = rest.strip_prefix(".object").unwrap_or(rest);
    let arguments = unnamed(rest.trim_start().strip_prefix('(')?);
    if let Some(literal) = string(arguments) {
        return Some(literal.to_owned());
    }
    let is_name = |c: char| is_in_name(c) || c == '.';
    let end = arguments.find(|c| !is_name(c))?;
    let attribute = unnamed(arguments[end..].trim_start().strip_prefix(',')?);
    Some(format!("{}.{}", &arguments[..end], string(attribute)?))
}

/// What an argument begins with, behind its name where that is written.
fn unnamed(argument: &str) -> &str {
    let argument = argument.trim_start();
    let mut values = KEYWORDS.iter().filter_map(|keyword| {
        let behind = argument.strip_prefix(keyword)?.trim_start();
        Some(behind.strip_prefix('=')?.trim_start())
    });
    values.next().unwrap_or(argument)
}

fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let mut patches = Patches::default();
        targets(text).for_each(|target| patches.add(target, Path::new("test_a.py")));
        assert_eq!(
            patches
                .of("time.sleep", Path::new("src/app/poll.py"))
                .is_some(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn patches_are_seen_in_every_form() {
        check("@patch('time.sleep')", true);
        check("mock.patch(\n    \"app.poll.time.sleep\", fake)", true);
        check("patch.object(time, 'sleep')", true);
        check("monkeypatch.setattr(time, \"sleep\", fake)", true);
        check("monkeypatch.setattr('time.sleep', fake)", true);
        check("patch(target='time.sleep')", true);
        check("patch.object(target=time, attribute='sleep')", true);
    }

    #[test]
    fn other_names_are_not() {
        check("patch('mytime.sleep')", false);
        check("patch('app.other.time.sleep')", false);
        check("patch('time.sleeper')", false);
        check("patch.object(clock, 'sleep')", false);
        check("time.sleep(1)  # patch", false);
    }
}
