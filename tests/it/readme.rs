//! What README.md and the pages of `docs/` show is what the program prints; `AWAITIFY_UPDATE=1` writes it anew.
//!
//! A comment `<!-- awaitify … -->` is above a fenced block with the output of that command, run beside
//! `examples/` and the files of the page: blocks below a comment `<!-- file PATH -->`. `docs/recipes/` is made of
//! the recipes. [`commands`] runs the other commands, [`left_out`] says which ones no test runs.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use awaitify::report::page;

use crate::support::{AWAITING, BLOCKING, Project, catalog};

mod commands;
mod left_out;

pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const COMMENT: &str = "<!-- ";

/// README.md is read at one go.
const MOST_LINES_OF_README: usize = 250;

/// So is a page of the documentation.
const MOST_LINES: usize = 200;

/// A page with the doubts of all rules, and examples.
const MOST_LINES_OF_RECIPE: usize = 250;

/// The pages that are written by hand.
pub(crate) fn pages() -> Vec<PathBuf> {
    let root = Path::new(ROOT);
    let made = ["language.md"];
    let pages = std::fs::read_dir(root.join("docs")).expect("the folder is there");
    let pages = pages.map(|entry| entry.expect("it can be read").path());
    let is_page = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".md") && !made.contains(&&*name)
    };
    let mut pages: Vec<PathBuf> = pages.filter(is_page).collect();
    pages.push(root.join("README.md"));
    pages.sort();
    pages
}

/// The pages that are made of the recipes and of the language.
pub(crate) fn made_pages() -> Vec<PathBuf> {
    let docs = Path::new(ROOT).join("docs");
    let pages = std::fs::read_dir(docs.join("recipes")).expect("the folder is there");
    let mut pages: Vec<PathBuf> = pages
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    pages.push(docs.join("language.md"));
    pages.sort();
    pages
}

pub(crate) fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn page_of(name: &str) -> String {
    text(&Path::new(ROOT).join(name))
}

/// A page without its blocks, which the program or Python prints.
pub(crate) fn prose(page: &str) -> String {
    page.split("```").step_by(2).collect::<Vec<_>>().join(" ")
}

/// Compares a page with what it should be, or writes it; returns whether it was stale.
fn renew(path: &Path, new: &str) -> bool {
    let is_stale = text(path) != new;
    if is_stale && std::env::var("AWAITIFY_UPDATE").as_deref() == Ok("1") {
        let folder = path.parent().expect("it is in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(path, new).expect("the page can be written");
        return false;
    }
    is_stale
}

/// Returns the text with each command's output in its block.
fn with_output(page: &str) -> String {
    let project = Project::with_examples();
    let mut parts = page.split(COMMENT);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let marked = part.split_once(" -->\n");
        let marked = marked.and_then(|(comment, rest)| Some((comment.split_once(' ')?, rest)));
        let Some(((word @ ("awaitify" | "file"), what), rest)) = marked else {
            new += &format!("{COMMENT}{part}");
            continue;
        };
        let (fence, rest) = rest.split_once('\n').expect("a block follows");
        assert!(fence.starts_with("```"), "a block follows `{what}`");
        // A block may be empty until the first update.
        let (old, rest) = rest.split_once("```").expect("the block ends");
        let block = match word {
            "file" => {
                project.write(what, old);
                old.to_owned()
            }
            _ => printed(&project, what),
        };
        // Writing to a string cannot fail.
        let _ = write!(new, "{COMMENT}{word} {what} -->\n{fence}\n{block}```{rest}");
    }
    new
}

/// What a command prints, which is something.
fn printed(project: &Project, command: &str) -> String {
    let arguments: Vec<&str> = command.split(' ').collect();
    let run = project.run(&arguments);
    let is_found = run.code == Some(1) && command.starts_with("check ");
    assert!(run.code == Some(0) || is_found, "{command}: {run:?}");
    let output = run.stdout.trim_end();
    assert!(!output.is_empty(), "{command}: {run:?}");
    format!("{output}\n")
}

#[test]
fn pages_show_what_is_true() {
    let stale = pages().into_iter().filter(|path| {
        let page = text(path);
        renew(path, &with_output(&page))
    });
    let stale: Vec<PathBuf> = stale.collect();
    assert!(stale.is_empty(), "run with AWAITIFY_UPDATE=1: {stale:?}");
}

#[test]
fn each_recipe_has_a_page() {
    let folder = Path::new(ROOT).join("docs/recipes");
    let mut wanted = BTreeSet::from(["README.md".to_owned()]);
    let mut list = Vec::new();
    page::list(&mut list, catalog()).expect("a vector takes everything");
    let mut stale = Vec::new();
    let mut compare = |name: String, page: Vec<u8>| {
        let page = String::from_utf8(page).expect("it is text");
        assert!(page.lines().count() <= MOST_LINES_OF_RECIPE, "{name}");
        if renew(&folder.join(&name), &page) {
            stale.push(name);
        }
    };
    compare("README.md".to_owned(), list);
    for recipe in catalog().recipes() {
        let mut page = Vec::new();
        page::write(&mut page, catalog(), recipe).expect("a vector takes everything");
        wanted.insert(format!("{}.md", recipe.id));
        compare(format!("{}.md", recipe.id), page);
    }
    assert!(stale.is_empty(), "run with AWAITIFY_UPDATE=1: {stale:?}");
    let there = std::fs::read_dir(&folder).expect("the folder is there");
    let there = there.map(|entry| entry.expect("it can be read").file_name());
    let there = there.map(|name| name.to_string_lossy().into_owned());
    assert_eq!(there.collect::<BTreeSet<String>>(), wanted);
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for path in pages().into_iter().chain(made_pages()) {
        let prose = prose(&text(&path));
        // In code between backticks that is an index and a call.
        let prose: String = prose.split('`').step_by(2).collect();
        let targets = prose.split("](").skip(1);
        let targets = targets.filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|it| !it.contains("://")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let there = match file.is_empty() {
                true => path.clone(),
                false => path.parent().expect("a folder").join(file),
            };
            let has_anchor = || {
                let page = text(&there);
                let headings = page.lines().filter(|line| line.starts_with('#'));
                headings.map(anchor_of).any(|it| it == anchor)
            };
            if !there.exists() || !(anchor.is_empty() || has_anchor()) {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The name that a forge gives a heading.
fn anchor_of(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn a_page_is_short() {
    for path in pages() {
        let n_lines = text(&path).lines().count();
        let most = match path.starts_with(Path::new(ROOT).join("docs")) {
            true => MOST_LINES,
            false => MOST_LINES_OF_README,
        };
        assert!(n_lines <= most, "{}: {n_lines} lines", path.display());
    }
}

#[test]
fn the_configuration_that_is_shown_does_what_it_says() {
    let page = page_of("docs/configuration.md");
    let (_, rest) = page.split_once("```toml\n").expect("one is shown");
    let (configuration, _) = rest.split_once("```").expect("the block ends");
    let project = Project::empty();
    project.write("pyproject.toml", configuration);
    for path in ["a.py", "legacy/a.py", "tests/a.py"] {
        project.write(path, BLOCKING);
    }
    let run = project.run(&["migrate", "--allow-dirty"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(project.text("a.py"), AWAITING);
    assert_eq!(project.text("legacy/a.py"), BLOCKING);
    assert_eq!(project.text("tests/a.py"), BLOCKING);
}
