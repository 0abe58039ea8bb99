//! The files of `src/` → their code without tests, and its lines, literals and names, read roughly.

use std::path::{Path, PathBuf};

/// The project's directory.
pub(super) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// One file of `src/`.
pub(super) struct Source {
    /// Below `src/`, with slashes.
    pub path: String,
    pub text: String,
    /// The text without what only tests use: those lines are empty, so that numbers stay.
    pub code: String,
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let for_tests = path.contains("/tests") || path.ends_with("/sample.rs");
        let code = match for_tests {
            true => String::new(),
            false => without_tests(&text),
        };
        Self { path, text, code }
    }

    /// Iterates over the code's lines without comments, numbered from 0.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    pub(super) fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }
}

/// Cuts at the test module, and empties single items before it that are for tests.
fn without_tests(text: &str) -> String {
    const TEST: &str = "#[cfg(test)]";
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut kept = String::new();
    let mut end: Option<String> = None;
    for line in code.lines() {
        if line.trim() == TEST {
            let indent = &line[..line.len() - line.trim_start().len()];
            end = Some(format!("{indent}}}"));
        }
        match &end {
            None => kept.push_str(line),
            Some(last) if last == line => end = None,
            Some(_) => {}
        }
        kept.push('\n');
    }
    kept
}

pub(super) fn walk(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![directory.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the directory can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|each| each == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

pub(super) fn sources() -> Vec<Source> {
    let root = Path::new(ROOT).join("src");
    let source = |path: PathBuf| {
        let below = path.strip_prefix(&root).expect("it is in src");
        let text = std::fs::read_to_string(&path).expect("a source is UTF-8");
        Source::new(below.to_string_lossy().replace('\\', "/"), text)
    };
    walk(&root, "rs").into_iter().map(source).collect()
}

/// Returns the lines of a source that `wrong` holds for.
pub(super) fn lines_where(source: &Source, wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let found = source.lines().filter(|(_, line)| wrong(line));
    found
        .map(|(idx, line)| format!("{}: {}", idx + 1, line.trim()))
        .collect()
}

/// Returns the string literals of a line, roughly: what stands between two quotes.
pub(super) fn literals(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// Returns what stands behind `key` in the lines of a YAML file.
pub(super) fn ids(path: &Path, key: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a recipe is UTF-8");
    let lines = text.lines().map(str::trim_start);
    let values = lines.filter_map(|line| line.strip_prefix(key));
    values.map(|value| value.trim().to_owned()).collect()
}

/// Returns the names that a line declares, as far as a keyword says so.
pub(super) fn declared(line: &str) -> impl Iterator<Item = &str> {
    let keywords = [
        "const",
        "enum",
        "fn",
        "let",
        "macro_rules!",
        "mod",
        "mut",
        "static",
        "struct",
        "trait",
        "type",
    ];
    let mut words = line.split_whitespace();
    std::iter::from_fn(move || {
        words.find(|word| keywords.contains(word))?;
        let next = words.clone().next()?;
        let end = next.find(|c: char| !c.is_alphanumeric() && c != '_');
        Some(&next[..end.unwrap_or(next.len())])
    })
}

/// Returns the words of `a_name`, `AName` or `A_NAME`, in small letters.
pub(super) fn words(name: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::new();
    let mut small = false;
    for each in name.chars() {
        if each.is_uppercase() && small {
            spaced.push('_');
        }
        small = each.is_lowercase();
        spaced.extend(each.to_lowercase());
    }
    let words: Vec<String> = spaced.split('_').map(str::to_owned).collect();
    words.into_iter()
}

/// Returns whether `text` has `word` between characters that cannot be part of it.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    let part = |each: char| each.is_alphanumeric() || each == '_' || each == '-';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_it_ends() {
        assert!(has_word("use requests.get", "requests"));
        assert!(!has_word("pull_requests", "requests"));
        assert!(!has_word("blocking-sleep-now", "blocking-sleep"));
    }

    #[test]
    fn only_tests_are_cut_off() {
        let text = "fn a() {}\n#[cfg(test)]\nfn b() {\n    x;\n}\nfn c() {}\n#[cfg(test)]\nmod tests {\n}\n";
        assert_eq!(without_tests(text), "fn a() {}\n\n\n\n\nfn c() {}\n");
    }

    #[test]
    fn a_name_has_its_words() {
        let all = |name: &str| words(name).collect::<Vec<_>>().join(" ");
        assert_eq!(all("get_MaxOf"), "get max of");
        assert_eq!(all("MAX_LINES"), "max lines");
        let names: Vec<&str> = declared("    pub(super) fn plan<T>(let mut a: T) {").collect();
        assert_eq!(names, ["plan", "a"]);
    }
}
