//! READMEs, Makefiles, workflows … → which files they run as `python file.py` or `python -m module`.

use std::path::{Path, PathBuf};

use super::files::Files;
use super::import_index::module_parts;

/// Options of the interpreter that take the next word.
const WITH_VALUE: [&str; 3] = ["-W", "-X", "--check-hash-based-pycs"];

/// A command that runs something.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    /// Who says so, relative to the root.
    instruction: PathBuf,
    /// What is run as module names: `a/b.py` and `-m a.b` are both `[a, b]`.
    module: Vec<String>,
}

/// Every command found, in order of path.
#[derive(Debug, Default)]
pub(super) struct Runs(Vec<Run>);

impl Runs {
    /// Reads the instructions.
    pub(super) fn build(files: &Files) -> Self {
        let mut runs = Vec::new();
        for instruction in &files.instructions {
            let text = files.texts.read(instruction);
            runs.extend(text.lines().flat_map(modules).map(|module| Run {
                instruction: instruction.clone(),
                module,
            }));
        }
        Self(runs)
    }

    /// Returns who says that the file is run; a path may be given from any directory.
    pub(super) fn of(&self, path: &Path) -> Option<&Path> {
        let module = module_parts(path);
        let found = self.0.iter().find(|run| {
            let main = run.module.last().is_some_and(|last| last == "__main__");
            module.ends_with(&run.module) && (!main || run.module.len() > 1)
        });
        found.map(|run| run.instruction.as_path())
    }
}

/// Returns what a line runs.
fn modules(line: &str) -> Vec<Vec<String>> {
    if !line.contains("python") {
        return Vec::new();
    }
    // A Dockerfile's `["python", "a.py"]`, a README's `python a.py` in backquotes.
    let mut words = line
        .split(|c: char| c.is_whitespace() || "\"'`[](),;|&<>$@".contains(c))
        .filter(|word| !word.is_empty());
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        if is_interpreter(word) {
            found.extend(target(&mut words));
        }
    }
    found
}

fn is_interpreter(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    name.strip_prefix("python")
        .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn target<'w>(words: &mut impl Iterator<Item = &'w str>) -> Option<Vec<String>> {
    loop {
        let word = words.next()?;
        match word {
            "-m" => return Some(words.next()?.split('.').map(str::to_owned).collect()),
            "-c" | "-" => return None,
            word if WITH_VALUE.contains(&word) => {
                words.next()?;
            }
            word if word.starts_with('-') => {}
            word if word.ends_with(".py") => {
                return Some(module_parts(Path::new(&word.replace('\\', "/"))));
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, path: &str, expected: bool) {
        let runs = modules(line).into_iter().map(|module| Run {
            instruction: PathBuf::from("README.md"),
            module,
        });
        assert_eq!(
            Runs(runs.collect()).of(Path::new(path)).is_some(),
            expected,
            "{line}"
        );
    }

    #[test]
    fn commands_are_seen_in_any_dress() {
        check("    $ python3 -u ./a/b.py --fast", "a/b.py", true);
        check("CMD [\"python\", \"a/b.py\"]", "src/a/b.py", true);
        check("Run `python -m a.b` first.", "a/b.py", true);
        check("uv run /usr/bin/python3.11 -X dev b.py", "a/b.py", true);
        check("cd x && python b.py; true", "b.py", true);
    }

    #[test]
    fn other_words_are_not_commands() {
        check("python is a language; see b.py", "b.py", false);
        check("pythonic b.py", "b.py", false);
        check("python -c 'import b.py'", "b.py", false);
        check("python other.py b.py", "b.py", false);
        check("python xb.py", "b.py", false);
    }
}
