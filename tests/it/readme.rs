//! What README.md shows is what the program prints; `AWAITIFY_UPDATE=1` writes it anew.
//!
//! A comment `<!-- awaitify … -->` stands above a fenced block with the output of that command, run
//! beside `examples/`. The catalog stands between two comments and is printed from the recipes.

use std::fmt::Write;

use awaitify::recipe::safety::Safety;
use awaitify::recipe::{Recipe, Rule};

use crate::support::{AWAITING, BLOCKING, Project, catalog, recipes};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

const COMMAND: &str = "<!-- awaitify ";
const CATALOG: &str = "<!-- catalog -->\n";
const CATALOG_END: &str = "<!-- end of the catalog -->";

/// Compares README.md with what it should be, or writes it.
#[track_caller]
fn check(renew: impl FnOnce(&str) -> String) {
    let old = readme();
    let new = renew(&old);
    if std::env::var("AWAITIFY_UPDATE").as_deref() == Ok("1") {
        std::fs::write(PATH, new).expect("README.md can be written");
    } else {
        assert!(
            old == new,
            "README.md is stale: run the tests with AWAITIFY_UPDATE=1\n{new}"
        );
    }
}

/// Returns the text with each command's output in its block.
fn with_output(readme: &str) -> String {
    let mut parts = readme.split(COMMAND);
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
            project.write("codemods/utc-now.yaml", recipe(readme));
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

/// Returns the text with the catalog printed from the recipes.
fn with_catalog(readme: &str) -> String {
    let (before, rest) = readme
        .split_once(CATALOG)
        .expect("the catalog's place is marked");
    let (_, after) = rest.split_once(CATALOG_END).expect("and so is its end");
    let rows: String = recipes().into_iter().map(row).collect();
    format!(
        "{before}{CATALOG}\n| Recipe | Pack | What it is about | Harm | Levels |\n|---|---|---|---|---|\n{rows}\n{CATALOG_END}{after}"
    )
}

fn row(recipe: &Recipe) -> String {
    let rules = recipe.content.rules.iter();
    let mut levels: Vec<Safety> = rules.flat_map(Rule::levels).collect();
    levels.sort();
    levels.dedup();
    let levels: Vec<&str> = levels.into_iter().map(Safety::word).collect();
    let severity = recipe.content.severity.word();
    let packs = catalog().packs().iter().filter(|pack| pack.has(recipe));
    let packs: Vec<&str> = packs.map(|pack| pack.id.as_str()).collect();
    format!(
        "| `{}` | {} | {} | {severity} | {} |\n",
        recipe.id,
        packs.join(", "),
        recipe.content.title,
        levels.join(", ")
    )
}

#[test]
fn the_readme_shows_what_is_true() {
    check(|readme| with_catalog(&with_output(readme)));
}

fn readme() -> String {
    std::fs::read_to_string(PATH).expect("README.md is there")
}

#[test]
fn the_commands_of_the_readme_exist() {
    let readme = readme();
    let commands = readme
        .lines()
        .filter_map(|line| line.strip_prefix("    awaitify "));
    let mut count = 0;
    for command in commands {
        let command = command.split(" |").next().unwrap_or_default();
        // Arguments are checked before help is given.
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let run = Project::empty().run(&arguments);
        assert_eq!(run.code, Some(0), "{command}: {run:?}");
        count += 1;
    }
    assert!(count > 5, "the commands are found");
}

#[test]
fn the_configuration_of_the_readme_does_what_it_says() {
    let readme = readme();
    let (_, rest) = readme.split_once("```toml\n").expect("one is shown");
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

/// Returns the recipe that is shown.
fn recipe(readme: &str) -> &str {
    let mut blocks = readme.split("```yaml\n").skip(1);
    let block = blocks.find(|block| block.starts_with("id: "));
    let (recipe, _) = block
        .and_then(|block| block.split_once("\n```"))
        .expect("a recipe is shown");
    recipe
}

#[test]
fn the_recipe_of_the_readme_passes_its_examples() {
    let readme = readme();
    let project = Project::empty();
    project.write("utc-now.yaml", recipe(&readme));
    let run = project.run(&["recipe", "test", "utc-now.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}
