//! The recipe language → a list of its keys, and a page for each.

use std::io::{self, Write};

use super::page::{capitalized, escaped, write_example};
use super::recipes::{indented, show_example};
use super::view::{self, View};
use crate::recipe::catalog::Catalog;
use crate::recipe::compile::borrowed::with_named_rules;
use crate::recipe::condition::Role;
use crate::recipe::error::nearest;
use crate::recipe::reference::{self, Term, WordExample};
use crate::recipe::yaml::{self, Node};
use crate::text::shown::Shown;

/// A word that the language does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recipe language has no key `{word}`{}", said_where(word, hint.as_deref()))]
pub struct UnknownWord {
    /// As typed.
    pub word: String,
    /// What it may have been.
    pub hint: Option<String>,
}

/// Words of recipes that are no keys, and the page and section that tell of them.
const ELSEWHERE: [(&str, &str); 6] = [
    ("value", "docs/patterns.md, \"Captures without a pattern\""),
    ("row", "docs/first-recipe.md, \"A table for many names\""),
    ("lifecycles", "docs/own-frameworks.md"),
    ("unknown", "docs/patterns.md, \"I want to …\""),
    ("handle", "docs/own-frameworks.md"),
    ("stored", "docs/own-frameworks.md"),
];

/// Says where to read of a word that is no key.
fn said_where(word: &str, hint: Option<&str>) -> String {
    let bare = word.trim_start_matches(['$', '*']);
    let bare = bare.split('.').next().unwrap_or(bare);
    let mut known = ELSEWHERE.iter();
    match (known.find(|(known, _)| *known == bare), hint) {
        (Some((_, place)), _) => format!("; {place} tells of it"),
        (None, Some(hint)) => format!(" (did you mean `{hint}`?)"),
        (None, None) => String::new(),
    }
}

/// Returns the keys that have one of the names, `key` or `section.key`; all for no name.
///
/// # Errors
/// A name that no key has.
pub fn find(words: &[String]) -> Result<Vec<Term>, UnknownWord> {
    let entries = reference::entries();
    if words.is_empty() {
        return Ok(entries);
    }
    let mut found = Vec::new();
    for word in words {
        let is_it = |entry: &&Term| entry.key == word || entry.name() == *word;
        let before = found.len();
        found.extend(entries.iter().filter(is_it).cloned());
        if found.len() == before {
            let known = entries.iter().map(|entry| entry.key);
            return Err(UnknownWord {
                word: word.clone(),
                hint: nearest(word, known).map(str::to_owned),
            });
        }
    }
    Ok(found)
}

/// Writes each key with what it means, by sections.
///
/// # Errors
/// The writer fails.
pub fn list(out: &mut dyn Write, view: &View, entries: &[Term]) -> io::Result<()> {
    let width = entries
        .iter()
        .map(|entry| entry.key.len())
        .max()
        .unwrap_or(0);
    for section in entries.chunk_by(|a, b| a.section == b.section) {
        writeln!(out, "{}", view.paint(view::HEADING, &section[0].section))?;
        for entry in section {
            let key = format!("{:<width$}", entry.key);
            let about = view.wrapped(width + 4, entry.about);
            writeln!(out, "  {}  {about}", view.paint(view::RECIPE, &key))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "Read one with: awaitify recipe words WORD")
}

/// Writes the page of each key: what it takes, who uses it, and an example.
///
/// # Errors
/// The writer fails.
pub fn show(
    out: &mut dyn Write,
    view: &View,
    catalog: &Catalog,
    entries: &[Term],
) -> io::Result<()> {
    let recipes = catalog.recipes().iter();
    let roots = recipes.filter_map(|it| {
        Some((
            it.id.as_str(),
            with_named_rules(yaml::parse(&it.text).ok()?),
        ))
    });
    let roots: Vec<(&str, Node)> = roots.collect();
    let users = reference::users(roots.iter().map(|(id, root)| (*id, root)));
    let examples = reference::examples();
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let name = entry.name();
        writeln!(out, "{}: {}", view.paint(view::HEADING, &name), entry.about)?;
        writeln!(out, "  takes    {}", entry.value)?;
        for (word, meaning) in entry.meanings() {
            let meaning = format!("{word}: {meaning}");
            let meaning = Shown(&meaning).to_string();
            writeln!(out, "           {}", view.wrapped(13, &meaning))?;
        }
        if let Some(users) = users.get(&name) {
            let users: Vec<&str> = users.iter().copied().collect();
            let users = Shown(&users.join(", ")).to_string();
            writeln!(out, "  used by  {}", view.wrapped(11, &users))?;
        }
        if let Some(example) = examples.iter().find(|example| example.name == name) {
            show_rules(out, view, example)?;
        }
    }
    Ok(())
}

fn show_rules(out: &mut dyn Write, view: &View, example: &WordExample) -> io::Result<()> {
    writeln!(out)?;
    indented(out, &example.rules, "    ")?;
    for example in &example.examples() {
        writeln!(out)?;
        show_example(out, view, example)?;
    }
    Ok(())
}

/// Writes the reference of the language as a page of the documentation, in Markdown.
///
/// # Errors
/// The writer fails.
pub fn page(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    out.write_all(INTRODUCTION.as_bytes())?;
    let entries = reference::entries();
    let examples = reference::examples();
    for section in entries.chunk_by(|a, b| a.section == b.section) {
        write_heading(out, &section[0].section, &entries)?;
        for entry in section {
            writeln!(out, "### {}\n", entry.name())?;
            let required = if entry.required { " Required." } else { "" };
            writeln!(out, "{}.{required}\n", capitalized(&escaped(entry.about)))?;
            writeln!(out, "Takes {}.", entry.value)?;
            write_pairs(out, entry.meanings())?;
            if let Some(example) = examples.iter().find(|it| it.name == entry.name()) {
                write_rules(out, example)?;
            }
            writeln!(out)?;
        }
    }
    write_kinds(out, catalog)?;
    write_roles(out, catalog)?;
    let n_recipes = catalog.recipes().len();
    writeln!(
        out,
        "\nThe {n_recipes} shipped recipes are also examples: `awaitify recipe show ID`."
    )
}

const INTRODUCTION: &str = "\
# The recipe language

Every key that a recipe may have: its meaning, its values, and an example that runs as a test.
`awaitify recipe words` lists the keys in the terminal, `awaitify recipe words KEY` shows one.
Begin with [Your first recipe](first-recipe.md).
";

/// Words or names, each with what it means.
fn write_pairs<'p>(
    out: &mut dyn Write,
    pairs: impl Iterator<Item = (&'p str, &'p str)>,
) -> io::Result<()> {
    for (index, (word, meaning)) in pairs.enumerate() {
        let gap = if index == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- `{word}`: {}.", escaped(meaning))?;
    }
    Ok(())
}

/// The kinds of values, each with some of the code that shows it.
fn write_kinds(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    out.write_all(KINDS.as_bytes())?;
    for kind in &catalog.library().kinds.rows {
        let made = kind.made_by.iter().map(|it| it.text.as_str());
        let classes = kind.classes.iter().map(String::as_str);
        let other = kind.derived.iter().chain(&kind.owned_by);
        let other = other.map(|it| it.text.as_str());
        let methods: Vec<String> = kind.defines.iter().map(|it| format!("def {it}")).collect();
        let methods = methods.iter().map(String::as_str);
        let shown = made.chain(classes).chain(other).chain(methods);
        write_row(out, &kind.id, shown)?;
    }
    Ok(())
}

/// The roles of functions, each with some of the code that shows it.
fn write_roles(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    out.write_all(ROLES.as_bytes())?;
    for row in &catalog.library().roles.rows {
        let decorators = row.decorators.iter().map(|it| it.text.as_str());
        let given = row.given_to.iter().map(|it| it.text.as_str());
        let names = row.bases.iter().chain(&row.named).map(String::as_str);
        write_row(out, &row.role, decorators.chain(given).chain(names))?;
    }
    writeln!(out, "\nThe code shows these roles:")?;
    write_pairs(
        out,
        Role::WORDS
            .iter()
            .copied()
            .zip(Role::MEANINGS.iter().copied()),
    )
}

/// A row of a table: a name and at most [`MOST_SHOWN`] pieces of code.
fn write_row<'c>(
    out: &mut dyn Write,
    name: &str,
    codes: impl Iterator<Item = &'c str>,
) -> io::Result<()> {
    let codes = codes.map(|code| code.split('\n').next().unwrap_or_default());
    let codes: Vec<String> = codes.take(MOST_SHOWN).map(|it| format!("`{it}`")).collect();
    writeln!(
        out,
        "| `{name}` | {} |",
        codes.join(", ").replace('|', "\\|")
    )
}

/// Pieces of code that a row of a table shows.
const MOST_SHOWN: usize = 4;

const KINDS: &str = "
## Kinds

What `is`, `annotates`, `holding` and other keys take. These keys also take qualified classes such as
`aiohttp.ClientSession`, and `module.*`. All that awaitify knows of a kind is in `codemods/tables/kinds.yaml`.

| Kind | Some of the code that shows it |
|---|---|
";

const ROLES: &str = "
## Roles

What `function.role` takes. All that awaitify knows of a role is in `codemods/tables/roles.yaml`.

| Role | Some of the code that shows it |
|---|---|
";

/// What the maps are that have a name of their own.
const SECTIONS: [(&str, &str); 8] = [
    (
        "parameters",
        "The keys of each of the recipe's `parameters`.",
    ),
    ("recipe", "The keys of a recipe file."),
    (
        "pattern",
        "The keys of a pattern that is a map, wherever a pattern can be.",
    ),
    (
        "condition",
        "The keys of `where` and `when`. A condition holds if all its keys hold.",
    ),
    (
        "metavariable",
        "The keys of `$x: {…}` in a condition: facts of the code that `$x` matched.",
    ),
    ("doubt", "The keys of each of the `doubts`."),
    ("rule", "The keys of each of the `rules`."),
    ("example", "The keys of each of the `examples`."),
];

/// The name of a section, and whose keys are in it.
fn write_heading(out: &mut dyn Write, name: &str, entries: &[Term]) -> io::Result<()> {
    writeln!(out, "\n## {name}\n")?;
    if let Some((_, about)) = SECTIONS.iter().find(|(section, _)| *section == name) {
        return writeln!(out, "{about}\n");
    }
    let is_above = |it: &&Term| it.key == name && it.value.contains("a map");
    let above = entries.iter().filter(is_above);
    let mut above: Vec<String> = above.map(|it| format!("`{}`", it.name())).collect();
    if above.is_empty() {
        above.push(format!("`{name}`"));
    }
    writeln!(out, "The keys of {}.\n", above.join(" and of "))
}

/// A rule, and what it does to code.
fn write_rules(out: &mut dyn Write, example: &WordExample) -> io::Result<()> {
    writeln!(out, "\n```yaml\n{}\n```", example.rules.trim_end())?;
    let examples = example.examples();
    examples
        .iter()
        .try_for_each(|example| write_example(out, example))
}
