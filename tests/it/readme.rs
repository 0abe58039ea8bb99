//! What README.md and the pages of `docs/` show is what the program prints; `AWAITIFY_UPDATE=1` writes it anew.
//!
//! A comment `<!-- awaitify … -->` stands above a fenced block with the output of that command, run beside
//! `examples/`. Lines `    awaitify …` are commands that exist. `docs/recipes/` is made of the recipes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use awaitify::report::page;

use crate::support::{AWAITING, BLOCKING, Project, catalog};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const COMMAND: &str = "<!-- awaitify ";

/// README.md is read at one go; a page of the documentation, too.
const MOST_LINES: usize = 250;

/// The pages that are written by hand.
fn pages() -> Vec<PathBuf> {
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

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn page_of(name: &str) -> String {
    text(&Path::new(ROOT).join(name))
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
    let mut parts = page.split(COMMAND);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (command, rest) = part
            .split_once(" -->\n")
            .expect("the comment ends with its line");
        let (fence, rest) = rest.split_once('\n').expect("a block follows");
        assert!(fence.starts_with("```"), "a block follows `{command}`");
        // A block may be empty until the first update.
        let (_, rest) = rest.split_once("```").expect("the block ends");
        let arguments: Vec<&str> = command.split(' ').collect();
        let project = Project::with_examples();
        if !command.starts_with("recipe new") {
            project.write("codemods/utc-now.yaml", recipe());
        }
        let run = project.run(&arguments);
        let output = run.stdout.trim_end();
        assert!(
            !output.is_empty(),
            "`{command}` prints nothing: {}",
            run.stderr
        );
        // Writing to a string cannot fail.
        let _ = write!(new, "{COMMAND}{command} -->\n{fence}\n{output}\n```{rest}");
    }
    new
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
fn the_commands_of_the_pages_exist() {
    let mut commands = BTreeSet::new();
    for path in pages() {
        let page = text(&path);
        let lines = page
            .lines()
            .filter_map(|line| line.strip_prefix("    awaitify "));
        let lines = lines.map(|line| line.split(" |").next().unwrap_or_default());
        let lines = lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end());
        commands.extend(lines.map(str::to_owned));
    }
    for command in &commands {
        // Arguments are checked before help is given.
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let run = Project::empty().run(&arguments);
        assert_eq!(run.code, Some(0), "{command}: {run:?}");
    }
    assert!(commands.len() > 30, "the commands are found");
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(ROOT);
    let mut all = pages();
    all.extend(["docs/language.md", "docs/recipes/README.md"].map(|page| root.join(page)));
    let mut broken = Vec::new();
    for path in all {
        let page = text(&path);
        let targets = page.split("](").skip(1);
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
        assert!(n_lines <= MOST_LINES, "{}: {n_lines} lines", path.display());
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

/// Returns the recipe of the tutorial.
fn recipe() -> String {
    let page = page_of("docs/first-recipe.md");
    let mut blocks = page.split("```yaml\n").skip(1);
    let block = blocks.find(|block| block.starts_with("id: "));
    let (recipe, _) = block
        .and_then(|block| block.split_once("\n```"))
        .expect("a recipe is shown");
    recipe.to_owned()
}

#[test]
fn the_recipe_of_the_tutorial_passes_its_examples() {
    let project = Project::empty();
    project.write("utc-now.yaml", recipe());
    let run = project.run(&["recipe", "test", "utc-now.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
