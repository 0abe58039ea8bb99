//! The house rules, read off the sources: layers, file length, and what `src/` may not name.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lines that a source file may have.
const MAX_LINES: usize = 400;

/// Python libraries that codemods speak of: their place is a table, not the engine.
const LIBRARIES: &[&str] = &[
    "aiofiles",
    "aiohttp",
    "anyio",
    "celery",
    "discord",
    "django",
    "fastapi",
    "flask",
    "httpx",
    "nest_asyncio",
    "numpy",
    "pandas",
    "psycopg2",
    "redis",
    "requests",
    "sqlalchemy",
    "starlette",
    "trio",
    "tornado",
    "urllib3",
    "uvicorn",
];

/// One file of `src/`.
struct Source {
    /// Below `src/`, with slashes.
    path: String,
    text: String,
}

impl Source {
    /// Returns the text before the unit tests.
    fn code(&self) -> &str {
        if self.path.ends_with("/tests.rs") {
            return "";
        }
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// Iterates over the code's lines without comments.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code().lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }
}

fn walk(directory: &Path, extension: &str) -> Vec<PathBuf> {
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

fn sources() -> Vec<Source> {
    let root = Path::new(ROOT).join("src");
    let source = |path: PathBuf| Source {
        path: path
            .strip_prefix(&root)
            .expect("it is in src")
            .to_string_lossy()
            .replace('\\', "/"),
        text: std::fs::read_to_string(&path).expect("a source is UTF-8"),
    };
    walk(&root, "rs").into_iter().map(source).collect()
}

/// Fails with every place where `wrong` finds something.
#[track_caller]
fn check(rule: &str, wrong: impl Fn(&Source) -> Vec<String>) {
    let found: Vec<String> = sources()
        .iter()
        .flat_map(|source| {
            wrong(source)
                .into_iter()
                .map(|what| format!("src/{}: {what}", source.path))
        })
        .collect();
    assert!(found.is_empty(), "{rule}\n{}", found.join("\n"));
}

/// Returns the lines of a source that `wrong` holds for.
fn lines_where(source: &Source, wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let found = source.lines().filter(|(_, line)| wrong(line));
    found
        .map(|(idx, line)| format!("{}: {}", idx + 1, line.trim()))
        .collect()
}

/// Returns the string literals of a line, roughly: what stands between two quotes.
///
/// Paths of shipped files are left out: that they are shipped has to be said somewhere.
fn literals(line: &str) -> impl Iterator<Item = &str> {
    let texts = line.split('"').skip(1).step_by(2);
    texts.filter(|text| !text.starts_with("codemods/"))
}

/// Returns whether `text` has `word` between characters that cannot be part of it.
fn has_word(text: &str, word: &str) -> bool {
    let part = |each: char| each.is_alphanumeric() || each == '_' || each == '-';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[test]
fn a_module_uses_only_those_above_it() {
    let lib = std::fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).expect("it is there");
    let name = |line: &str| {
        let rest = line
            .strip_prefix("pub mod ")
            .or(line.strip_prefix("mod "))?;
        Some(rest.trim_end_matches(';').to_owned())
    };
    let order: Vec<String> = lib.lines().filter_map(name).collect();
    let place = |module: &str| order.iter().position(|other| other == module);
    assert!(
        order.len() > 5,
        "the modules of lib.rs are found: {order:?}"
    );
    check("a module uses only modules above it in lib.rs", |source| {
        let Some(own) = place(source.module()) else {
            return Vec::new();
        };
        lines_where(source, |line| {
            let mut used = line.split("crate::").skip(1);
            used.any(|rest| {
                let module = rest
                    .split(|each: char| !each.is_alphanumeric() && each != '_')
                    .next();
                module.and_then(place).is_some_and(|used| used > own)
            })
        })
    });
}

#[test]
fn a_file_has_400_lines_at_most() {
    check("a file that outgrew its purpose is split", |source| {
        let count = source.text.lines().count();
        Vec::from_iter((count > MAX_LINES).then(|| format!("{count} lines")))
    });
}

#[test]
fn a_file_opens_with_its_purpose() {
    check("the first line is `//! …`", |source| {
        let opens = source.text.starts_with("//! ");
        Vec::from_iter((!opens).then(|| "no `//!`".to_owned()))
    });
}

#[test]
fn no_file_is_a_drawer() {
    check("a file is named after its noun", |source| {
        let drawers = ["util", "helper", "common", "misc"];
        let is_drawer = drawers.iter().any(|drawer| source.path.contains(drawer));
        Vec::from_iter(is_drawer.then(|| "a drawer".to_owned()))
    });
}

#[test]
fn no_codemod_is_named_in_rust() {
    let recipes = walk(&Path::new(ROOT).join("codemods"), "yaml");
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("a recipe is UTF-8");
    let ids: FxHashSet<String> = recipes
        .iter()
        .map(text)
        .filter_map(|text| {
            Some(
                text.lines()
                    .find_map(|line| line.strip_prefix("id: "))?
                    .trim()
                    .to_owned(),
            )
        })
        .collect();
    assert!(!ids.is_empty(), "the recipes are found");
    check("rust knows verbs, never a codemod", |source| {
        lines_where(source, |line| {
            literals(line).any(|text| ids.iter().any(|id| has_word(text, id)))
        })
    });
}

#[test]
fn no_python_library_is_named_in_rust() {
    check("a library is a row of a table", |source| {
        lines_where(source, |line| {
            literals(line).any(|text| LIBRARIES.iter().any(|library| has_word(text, library)))
        })
    });
}

#[test]
fn nothing_panics_by_habit() {
    check("no unwrap, todo or ignore outside of tests", |source| {
        let habits = [
            ".unwrap()",
            "todo!(",
            "unimplemented!(",
            "#[ignore",
            "dbg!(",
        ];
        lines_where(source, |line| {
            habits.iter().any(|habit| line.contains(habit))
        })
    });
}

#[test]
fn text_knows_no_python() {
    check("`text` knows no Python", |source| {
        if source.module() != "text" {
            return Vec::new();
        }
        lines_where(source, |line| line.contains("ruff_python"))
    });
}

#[test]
fn outputs_decide_nothing() {
    check(
        "`report`, `write` and `cli` are views of the plan",
        |source| {
            if !["report", "write", "cli"].contains(&source.module()) {
                return Vec::new();
            }
            lines_where(source, |line| {
                line.contains("crate::matching") || line.contains("crate::bind")
            })
        },
    );
}

#[test]
fn the_disk_is_touched_in_few_places() {
    check("from read to verify everything is pure", |source| {
        let may = [
            "source/walk",
            "source/read",
            "recipe/catalog",
            "write",
            "report",
            "cli",
            "main",
            "project",
        ];
        if may.iter().any(|place| source.path.starts_with(place)) {
            return Vec::new();
        }
        lines_where(source, |line| {
            line.contains("std::fs") || line.contains("std::process")
        })
    });
}

#[test]
fn a_word_ends_where_it_ends() {
    assert!(has_word("use requests.get", "requests"));
    assert!(!has_word("pull_requests", "requests"));
    assert!(!has_word("blocking-sleep-now", "blocking-sleep"));
}
