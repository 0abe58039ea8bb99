//! The documentation that is made of the recipes: a page for each, and the list of all, in Markdown.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::diff;
use super::recipes::{indented, levels, words};
use super::view::View;
use crate::recipe::catalog::Catalog;
use crate::recipe::example::Example;
use crate::recipe::{Recipe, Rule};

/// The most examples that a page shows of code that changes; one more shows code that stays.
const EXAMPLES: usize = 3;

/// Writes the table of all recipes, by packs in their order.
///
/// # Errors
/// The writer fails.
pub fn list(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    writeln!(out, "# Recipes\n")?;
    writeln!(
        out,
        "The pack `asyncio` is on by default. `--select` and `extend-select` take packs, areas and ids.\n"
    )?;
    writeln!(
        out,
        "| Recipe | Pack | What it is about | Harm | Levels |\n|---|---|---|---|---|"
    )?;
    for recipe in catalog.recipes() {
        let id = &recipe.id;
        writeln!(
            out,
            "| [{id}]({id}.md) | {} | {} | {} | {} |",
            packs(catalog, recipe),
            escaped(&recipe.content.title),
            recipe.content.severity.word(),
            levels(recipe).join(", ")
        )?;
    }
    Ok(())
}

/// Writes the page of a recipe.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, catalog: &Catalog, recipe: &Recipe) -> io::Result<()> {
    let (id, content) = (&recipe.id, &recipe.content);
    writeln!(out, "# {id}\n\n{}.\n", escaped(&content.title))?;
    let packs = match packs(catalog, recipe) {
        packs if packs.is_empty() => "no pack".to_owned(),
        packs => format!("pack `{packs}`"),
    };
    let (area, severity) = (&recipe.area, content.severity.word());
    let levels = levels(recipe).join(", ");
    writeln!(
        out,
        "Area `{area}`, {packs}. Harm: {severity}. Levels: {levels}.\n"
    )?;
    writeln!(out, "{}", escaped(content.why.trim_end()))?;
    write_rules(out, recipe)?;
    for parameter in &content.parameters {
        let (name, kind) = (&parameter.name, parameter.kind.word());
        writeln!(out, "\n## Parameter {name}\n")?;
        let (about, value) = (&parameter.about, &parameter.value.shown);
        writeln!(
            out,
            "{about} ({kind}, default `{value}`). Set it with `--param {id}.{name}=VALUE`."
        )?;
    }
    write_examples(out, recipe)?;
    writeln!(out, "\n## Turn it off\n")?;
    writeln!(out, "- For one place: `# awaitify: ignore[{id}] REASON`.")?;
    writeln!(
        out,
        "- For a run: `--ignore {id}`. For a project: `ignore = [\"{id}\"]` in the configuration."
    )?;
    if !recipe.noqa.is_empty() {
        let codes = recipe.noqa.join(", ");
        writeln!(
            out,
            "- `# noqa` with one of these codes counts, too: {codes}."
        )?;
    }
    Ok(())
}

/// What each rule does with its doubts, and what rules only report; of the rows of a table the first.
fn write_rules(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    let mut known = BTreeSet::new();
    let rules = recipe.content.rules.iter();
    let rules: Vec<&Rule> = rules.filter(|rule| known.insert(rule.id.clone())).collect();
    let changing: Vec<&&Rule> = rules.iter().filter(|rule| rule.does.is_some()).collect();
    if !changing.is_empty() {
        writeln!(out, "\n## Changes")?;
    }
    for rule in changing {
        let does = rule.does.as_ref().map(words).unwrap_or_default();
        writeln!(out, "\n**{}**: {}.", rule.id, escaped(&does))?;
        if !rule.doubts.is_empty() {
            writeln!(out)?;
        }
        for doubt in &rule.doubts {
            let because = escaped(&words(&doubt.because));
            write!(out, "- {}: {because}.", doubt.level.word())?;
            match &doubt.check {
                Some(check) => writeln!(out, " Check {}.", escaped(&words(check)))?,
                None => writeln!(out)?,
            }
        }
    }
    let reports: BTreeSet<String> = rules
        .iter()
        .filter_map(|it| it.report.as_ref().map(words))
        .collect();
    if !reports.is_empty() {
        writeln!(out, "\n## Findings\n")?;
    }
    for report in reports {
        writeln!(out, "- {}.", escaped(&report))?;
    }
    Ok(())
}

fn write_examples(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    // The shortest ones show best what it is about; others are about what is rare.
    let length = |it: &&Example| it.before.iter().map(|(_, text)| text.len()).sum::<usize>();
    let (mut changing, mut staying): (Vec<&Example>, Vec<&Example>) = recipe
        .examples()
        .iter()
        .partition(|example| example.after.is_some());
    changing.sort_by_key(length);
    staying.sort_by_key(length);
    let shown = changing.into_iter().take(EXAMPLES);
    writeln!(out, "\n## Examples")?;
    for example in shown.chain(staying.into_iter().take(1)) {
        write_example(out, example)?;
    }
    Ok(())
}

/// Writes the diff of an example, or its code, and its findings.
///
/// # Errors
/// The writer fails.
pub(super) fn write_example(out: &mut dyn Write, example: &Example) -> io::Result<()> {
    let language = match example.after {
        Some(_) => "diff",
        None => "python",
    };
    let name = escaped(&capitalized(&example.name));
    let code = code(example)?;
    writeln!(out, "\n{name}:\n\n```{language}\n{}\n```", code.trim_end())?;
    if example.findings.as_ref().is_some_and(Vec::is_empty) {
        writeln!(out, "\nNo finding.")?;
    }
    for finding in example.findings.as_deref().unwrap_or_default() {
        writeln!(out, "\nFinding: {}", escaped(finding))?;
    }
    Ok(())
}

/// The files of an example: what a change does to them, or as they are.
fn code(example: &Example) -> io::Result<String> {
    let mut shown = Vec::new();
    let plain = View::plain("/");
    for (index, (name, before)) in example.before.iter().enumerate() {
        if example.before.len() > 1 {
            let gap = if index > 0 { "\n" } else { "" };
            writeln!(shown, "{gap}# {name}")?;
        }
        match example.after.as_ref().map(|after| after.get(index)) {
            Some(Some((_, after))) if after != before => {
                diff::write_texts(&mut shown, &plain, before, after)?;
            }
            Some(_) => indented(&mut shown, before.trim_end(), " ")?,
            None => writeln!(shown, "{}", before.trim_end())?,
        }
    }
    Ok(String::from_utf8_lossy(&shown).into_owned())
}

fn packs(catalog: &Catalog, recipe: &Recipe) -> String {
    let packs = catalog.packs().iter().filter(|pack| pack.has(recipe));
    packs
        .map(|pack| pack.id.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Text in which Markdown sees no tags and no emphasis; code between backticks and addresses stay, and what a
/// message fills in is code.
pub(super) fn escaped(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(|(index, part)| match index % 2 {
            0 => part.split_inclusive(' ').map(escaped_word).collect(),
            _ => part.to_owned(),
        })
        .collect();
    parts.join("`")
}

fn escaped_word(word: &str) -> String {
    if word.contains("://") {
        return word.to_owned();
    }
    let word = word.replace('<', "&lt;").replace('*', "\\*");
    let word = word.replace("__", "\\_\\_");
    word.replace('{', "`{").replace('}', "}`")
}

pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
