//! Test files → the names they replace with `patch("…")`, `patch.object(…)` or `setattr(…)`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::files::{Files, is_test};
use super::import_index::module_parts;
use crate::python::word::is_in_name;
use crate::recipe::condition::{is_named, module_of};

/// With these a test replaces names.
const WORDS: [&str; 2] = ["patch", "setattr"];

/// What such calls call the owner and the attribute.
const KEYWORDS: [&str; 3] = ["target", "attribute", "name"];

/// So many arguments of a call are looked at.
const MAX_KEYWORDS: usize = 20;

/// Every name that a test replaces, as written there, by its last part; each list in order of path.
#[derive(Debug, Default)]
pub(super) struct Patches(FxHashMap<Box<str>, Vec<(String, PathBuf)>>);

impl Patches {
    /// Reads the test files.
    pub(super) fn build(files: &Files) -> Self {
        let mut patches = Self::default();
        for path in files.python.iter().filter(|path| is_test(path)) {
            let bytes = files.texts.bytes(path);
            let text = String::from_utf8_lossy(&bytes);
            for target in targets(&text) {
                patches.add(target, path);
            }
        }
        patches
    }

    fn add(&mut self, target: String, path: &Path) {
        let known = self.0.entry(last_part(&target).into()).or_default();
        known.push((target, path.to_owned()));
    }

    /// Returns the test file that replaces the qualified name, or one of `module.*`: everywhere, if it `runs_with` the
    /// file at `path`, or through its module (`patch("app.poll.time.sleep")` is about `app/poll.py`), where it may
    /// replace what has it, too.
    pub(super) fn of(
        &self,
        wanted: &str,
        path: &Path,
        runs_with: &dyn Fn(&Path) -> bool,
    ) -> Option<&Path> {
        let Some(module) = module_of(wanted) else {
            let owner = wanted.rsplit_once('.').map(|(owner, _)| owner);
            let itself = self.of_name(wanted, path, runs_with);
            return itself.or_else(|| self.of_owner(owner?, path));
        };
        let targets = self.0.values().flatten();
        let names = targets.flat_map(|(target, _)| ends(target));
        // One of several is the same in each run.
        let names: BTreeSet<&str> = names.filter(|name| is_named(name, wanted)).collect();
        let mut names = names.into_iter();
        let itself = names.find_map(|name| self.of_name(name, path, runs_with));
        itself.or_else(|| self.of_owner(module, path))
    }

    /// Returns the test file that replaces one name.
    fn of_name(&self, name: &str, path: &Path, runs_with: &dyn Fn(&Path) -> bool) -> Option<&Path> {
        let mut known = self.0.get(last_part(name)).into_iter().flatten();
        let found = known.find(|(target, by)| match through(target, name) {
            // What is computed stands before the dot.
            Some(Some(through)) => {
                through.is_empty() || is_of_module(through.trim_start_matches('.'), path)
            }
            Some(None) => !run_apart(path, by) && runs_with(by),
            None => false,
        });
        found.map(|(_, path)| path.as_path())
    }

    /// Returns the test file that replaces what has a name, in the module of the file at `path`.
    fn of_owner(&self, owner: &str, path: &Path) -> Option<&Path> {
        let mut known = self.0.get(last_part(owner)).into_iter().flatten();
        let found = known.find(|(target, _)| {
            let through = through(target, owner).flatten();
            through.is_some_and(|it| !it.is_empty() && is_of_module(it, path))
        });
        found.map(|(_, path)| path.as_path())
    }
}

/// Returns whether a target goes through the module of the file at `path`, as far as it says.
fn is_of_module(through: &str, path: &Path) -> bool {
    let module = module_parts(path);
    let mut parts = through.rsplit('.').zip(module.iter().rev());
    parts.all(|(one, other)| one == other)
}

/// A target, and what stands after each of its dots.
fn ends(target: &str) -> impl Iterator<Item = &str> {
    let after_dots = target.match_indices('.').map(|(at, _)| &target[at + 1..]);
    std::iter::once(target).chain(after_dots)
}

/// What stands before a name and its dot in a target, if anything; the outer `None`: it is another name.
fn through<'t>(target: &'t str, name: &str) -> Option<Option<&'t str>> {
    let before = target.strip_suffix(name)?;
    match before.strip_suffix('.') {
        Some(through) => Some(Some(through)),
        None => before.is_empty().then_some(None),
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

fn targets(text: &str) -> Vec<String> {
    let calls = WORDS.into_iter().flat_map(|word| {
        let at = text.match_indices(word);
        at.map(move |(at, _)| &text[at + word.len()..])
    });
    let mut found = assigned(text);
    let mut is_computed = false;
    for rest in calls {
        if let Some(names) = replaced(rest) {
            is_computed |= names.is_empty();
            found.extend(names);
        }
    }
    if is_computed {
        // A constant, a parameter or the item of a loop may be any text of the file.
        found.extend(dotted_texts(text));
    }
    if found.is_empty() {
        return found;
    }
    let aliases = aliases(text);
    let found = found.into_iter();
    found.map(|it| unaliased(it, &aliases)).collect()
}

/// What a file imports under another name, by that: `import app.poll as poller`.
fn aliases(text: &str) -> FxHashMap<&str, String> {
    let mut found = FxHashMap::default();
    for line in text.lines().map(str::trim) {
        let (owner, imports) = match line.strip_prefix("import ") {
            Some(imports) => ("", imports),
            None => match line
                .strip_prefix("from ")
                .and_then(|it| it.split_once(" import "))
            {
                Some((owner, imports)) => (owner.trim(), imports),
                None => continue,
            },
        };
        for (name, alias) in imports.split(',').filter_map(|it| it.split_once(" as ")) {
            let name = match owner {
                "" => name.trim().to_owned(),
                owner => format!("{owner}.{}", name.trim()),
            };
            found.insert(alias.trim(), name);
        }
    }
    found
}

/// A target by the names that are imported.
fn unaliased(target: String, aliases: &FxHashMap<&str, String>) -> String {
    match target.split_once('.') {
        Some((first, rest)) if aliases.contains_key(first) => format!("{}.{rest}", aliases[first]),
        _ => target,
    }
}

/// The attributes that lines assign: `time.sleep = fake`.
fn assigned(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| {
        let (target, _) = line.trim_start().split_once(" = ")?;
        let is_attribute = target.contains('.') && target.chars().all(is_in_target);
        (is_attribute && !target.starts_with("self.")).then(|| target.to_owned())
    });
    lines.collect()
}

/// Texts that may name an attribute of a module.
fn dotted_texts(text: &str) -> impl Iterator<Item = String> {
    text.match_indices(['"', '\'']).filter_map(|(at, _)| {
        let target = computed_end(string(&text[at..])?);
        let is_dotted = target.contains('.') && target.chars().all(is_in_target);
        is_dotted.then(|| target.to_owned())
    })
}

fn is_in_target(c: char) -> bool {
    is_in_name(c) || c == '.'
}

/// Returns the names that a call replaces, from what stands behind `patch` or `setattr`; none: they are
/// computed. `None`: it is no such call.
fn replaced(rest: &str) -> Option<Vec<String>> {
    let several = rest.strip_prefix(".multiple");
    let rest = several
        .or_else(|| rest.strip_prefix(".object"))
        .unwrap_or(rest);
    let arguments = unnamed(rest.trim_start().strip_prefix('(')?);
    let literal = string(arguments);
    let (owner, behind) = match literal {
        Some(literal) => {
            let behind = arguments.split_once(literal).map(|(_, behind)| behind);
            (computed_end(literal), behind.unwrap_or_default())
        }
        None => arguments.split_at(arguments.find(|c| !is_in_target(c))?),
    };
    if several.is_some() {
        return Some(keywords(behind).map(|it| format!("{owner}.{it}")).collect());
    }
    if literal.is_some() {
        return Some(vec![owner.to_owned()]);
    }
    let behind = behind.trim_start();
    let attribute = behind.strip_prefix(',').and_then(|it| string(unnamed(it)));
    let end = || string(behind.strip_prefix('+')?.trim_start());
    let attribute = attribute.map(|it| format!("{owner}.{it}"));
    let name = attribute.or_else(|| end().map(|it| computed_end(it).to_owned()));
    Some(name.into_iter().collect())
}

/// The names of keyword arguments up to the end of a call.
fn keywords(arguments: &str) -> impl Iterator<Item = &str> {
    let arguments = arguments.split([',', ')', '\n']);
    arguments.take(MAX_KEYWORDS).filter_map(|argument| {
        let (name, _) = argument.split_once('=')?;
        Some(name.trim()).filter(|it| !it.is_empty() && it.chars().all(is_in_name))
    })
}

/// What stands behind the last part of a text that is computed: `f"{MODULE}.time.sleep"`.
fn computed_end(text: &str) -> &str {
    text.rsplit('}').next().unwrap_or(text)
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
    let text = text.trim_start_matches(['f', 'r', 'F', 'R']);
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let mut patches = Patches::default();
        for target in targets(text) {
            patches.add(target, Path::new("test_a.py"));
        }
        assert_eq!(
            patches
                .of("time.sleep", Path::new("src/app/poll.py"), &|_| true)
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
        check("patch.object(poll, 'time')", true);
        check("patch.multiple('time', sleep=fake)", true);
        check("patch.multiple(time, sleep=fake, time=1)", true);
        check("import app.poll as m\nm.time = fake", true);
        check("from app import poll as m\nm.time.sleep = fake", true);
        check("import app.other as m\nm.time = fake", false);
        check("time.sleep = fake", true);
        check("poll.time = fake", true);
    }

    #[test]
    fn targets_that_are_computed_are_known_by_their_end() {
        check("patch(f'{MODULE}.time.sleep')", true);
        check("patch(MODULE + '.time.sleep')", true);
        check("patch('{}.time.sleep'.format(MODULE))", true);
        check("patch(f'{PACKAGE}.poll.time.sleep')", true);
        check("SLEEP = 'app.poll.time.sleep'\npatch(SLEEP)", true);
        check("for name in ['time.sleep', 'x']:\n    patch(name)", true);
        check("patch(f'{PACKAGE}.other.time.sleep')", false);
        check("SLEEP = 'app.other.time.sleep'\npatch(SLEEP)", false);
        check("SLEEP = 'time.sleep'\npatch('time.time')", false);
    }

    #[track_caller]
    fn check_module(text: &str, expected: bool) {
        let mut patches = Patches::default();
        for target in targets(text) {
            patches.add(target, Path::new("test_a.py"));
        }
        let found = patches.of("time.*", Path::new("src/app/poll.py"), &|_| true);
        assert_eq!(found.is_some(), expected, "{text}");
    }

    #[test]
    fn any_name_of_a_module_is_found() {
        check_module("@patch('time.sleep')", true);
        check_module("@patch('time.clocks.wall')", true);
        check_module("patch('app.poll.time.monotonic')", true);
        check_module("patch.object(poll, 'time')", true);
        check_module("patch('app.other.time.monotonic')", false);
        check_module("@patch('mytime.sleep')", false);
        check_module("@patch('time')", false);
    }

    #[test]
    fn other_names_are_not() {
        check("patch('mytime.sleep')", false);
        check("patch('app.other.time.sleep')", false);
        check("patch('time.sleeper')", false);
        check("patch.object(clock, 'sleep')", false);
        check("time.sleep(1)  # patch", false);
        check("patch.object(other, 'time')", false);
        check("self.time.sleep = 1", false);
    }
}
