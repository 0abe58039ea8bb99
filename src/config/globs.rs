//! Patterns as in a `.gitignore` → which paths they mean.

use std::path::{Path, PathBuf};

use globset::Glob;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::document::Sourced;

/// Patterns, seen from a directory.
#[derive(Debug, Clone)]
pub struct Globs {
    base: PathBuf,
    /// As typed.
    pub patterns: Vec<Sourced<String>>,
    matcher: Gitignore,
}

impl Globs {
    /// Takes patterns that are seen from `base`, which is absolute; of those that are malformed `wrong`
    /// is told what is wrong.
    pub fn new(
        base: &Path,
        patterns: Vec<Sourced<String>>,
        mut wrong: impl FnMut(&Sourced<String>, String),
    ) -> Self {
        let mut builder = GitignoreBuilder::new(base);
        for pattern in &patterns {
            // In a `.gitignore` this would be a comment.
            let escape = if pattern.value.starts_with('#') {
                "\\"
            } else {
                ""
            };
            let line = format!("{escape}{}", pattern.value);
            // A `.gitignore` takes what is malformed as a name.
            match Glob::new(&line) {
                Ok(_) => drop(builder.add_line(None, &line)),
                Err(error) => wrong(pattern, error.kind().to_string()),
            }
        }
        let matcher = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self {
            base: base.to_owned(),
            patterns,
            matcher,
        }
    }

    /// Returns whether the patterns mean this very file or folder; the path is absolute.
    pub fn mean(&self, path: &Path, is_folder: bool) -> bool {
        self.matcher.matched(path, is_folder).is_ignore()
    }

    /// Returns whether the patterns mean the file or a folder that it is in; the path is absolute.
    pub fn contain(&self, file: &Path) -> bool {
        let above = file.ancestors().take_while(|path| *path != self.base);
        for (distance, path) in above.enumerate() {
            match self.matcher.matched(path, distance > 0) {
                Match::None => {}
                found => return found.is_ignore(),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(patterns: &[&str]) -> (Globs, Vec<String>) {
        let patterns = patterns.iter().map(|text| (*text).to_owned());
        let patterns = patterns.map(|text| Sourced::flag("--exclude", text));
        let mut wrong = Vec::new();
        let globs = Globs::new(Path::new("/p"), patterns.collect(), |_, why| {
            wrong.push(why);
        });
        (globs, wrong)
    }

    #[track_caller]
    fn check(patterns: &[&str], file: &str, expected: bool) {
        let (globs, wrong) = globs(patterns);
        assert_eq!(wrong, [""; 0]);
        assert_eq!(
            globs.contain(Path::new(file)),
            expected,
            "{patterns:?} {file}"
        );
    }

    #[test]
    fn patterns_are_those_of_a_gitignore() {
        check(&["tests/**"], "/p/tests/a/b.py", true);
        check(&["tests/**"], "/p/x/tests/b.py", false);
        check(&["tests/"], "/p/x/tests/b.py", true);
        check(&["tests/"], "/p/x/tests", false);
        check(&["*.ipynb"], "/p/x/a.ipynb", true);
        check(&["/a.py"], "/p/a.py", true);
        check(&["/a.py"], "/p/x/a.py", false);
        check(&["#a.py"], "/p/#a.py", true);
    }

    #[test]
    fn a_later_pattern_takes_back() {
        check(&["tests/**", "!tests/fast/**"], "/p/tests/fast/b.py", false);
        check(&["tests/**", "!tests/fast/**"], "/p/tests/slow/b.py", true);
    }

    #[test]
    fn elsewhere_only_patterns_without_a_place_hold() {
        check(&["*.ipynb"], "/other/a.ipynb", true);
        check(&["tests/**"], "/other/tests/a.py", false);
    }

    #[test]
    fn what_is_malformed_is_told() {
        assert_eq!(
            globs(&["[a", "{b", "ok"]).1,
            [
                "unclosed character class; missing ']'",
                "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"
            ]
        );
    }
}
