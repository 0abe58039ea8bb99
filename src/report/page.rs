//! The documentation that is made of the recipes: a page for each, and the list of all, in Markdown.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::diff;
use super::recipes::{indented, levels, packs, words};
use super::view::View;
use crate::recipe::catalog::Catalog;
use crate::recipe::example::Example;
use crate::recipe::safety::{Doubt, Safety};
use crate::recipe::{Recipe, Rule};

mod sources;

/// The most examples that a page shows of code that changes; one more shows code that stays, two where none changes.
const EXAMPLES: usize = 3;

/// The most patterns that a page shows of a rule.
const CODES: usize = 6;

/// The most sources, and the most doubts of a rule, that have a line each; of more, all are on one line.
const LINES: usize = 12;

/// Writes the table of all recipes, by packs in their order.
///
/// # Errors
/// The writer fails.
pub fn list(out: &mut dyn Write, catalog: &Catalog) -> io::Result<()> {
    writeln!(out, "# Recipes\n")?;
    writeln!(
        out,
        "The pack `asyncio` is on by default. `--select` and `extend-select` take packs, areas and ids. On the pages, \
         `$x` means any expression, and `$*args` any arguments.\n"
    )?;
    writeln!(
        out,
        "| Recipe | Pack | What it is about | Severity | Levels |\n|---|---|---|---|---|"
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
    let packs = match recipe.packs.as_slice() {
        [] => packs(catalog, recipe),
        _ => format!("pack `{}`", packs(catalog, recipe)),
    };
    let (area, severity) = (&recipe.area, content.severity.word());
    let levels = levels(recipe).join(", ");
    writeln!(
        out,
        "Area `{area}`, {packs}. Severity: {severity}. Levels: {levels}.{}\n",
        python(recipe)
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
    write_sources(out, catalog, recipe)?;
    write_off(out, recipe)
}

/// Where the facts of its rules were read, each source once.
fn write_sources(out: &mut dyn Write, catalog: &Catalog, recipe: &Recipe) -> io::Result<()> {
    let sources = sources::of(catalog, recipe);
    let sources: Vec<String> = sources.iter().map(|source| escaped(source)).collect();
    if sources.len() > LINES {
        return writeln!(out, "\n## Sources\n\n{}", sources.join("; "));
    }
    let heading = "The facts of the rules come from:";
    write_list(out, "Sources", heading, &sources)
}

/// How to turn the recipe off.
fn write_off(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    let id = &recipe.id;
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
            "- `# noqa` with one of these codes also counts: {codes}."
        )?;
    }
    Ok(())
}

/// What rules change; then what they only report, and where that is in doubt.
fn write_rules(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    let rules = recipe.content.rules.iter().map(|rule| &**rule);
    let changing: Vec<&Rule> = rules.filter(|rule| !rule.only_reports()).collect();
    if !changing.is_empty() {
        write_changes(out, &changing)?;
    }
    let mut manual = reports(recipe);
    manual.extend(doubts(&changing, Safety::Manual));
    write_list(
        out,
        "Findings",
        "The code stays, with one of these reasons:",
        &manual,
    )?;
    let review = doubts(&changing, Safety::Review);
    let heading = "A change needs review if one of these doubts holds:";
    write_list(out, "Doubts", heading, &review)?;
    if manual.iter().chain(&review).any(|it| it.contains("`{")) {
        writeln!(out, "\nWords in braces are filled in at each site.")?;
    }
    Ok(())
}

/// What rules do, each with its patterns.
fn write_changes(out: &mut dyn Write, changing: &[&Rule]) -> io::Result<()> {
    // A rule that ranges over a table is there once for each row; many rows do the same.
    let mut rows: Vec<((&str, String), Vec<String>)> = Vec::new();
    for rule in changing {
        let does = rule.does.as_ref().map(words).unwrap_or_default();
        let key = (&*rule.id, escaped(&does));
        let patterns = rule.patterns.iter().map(|it| code_of(&it.pattern.text));
        match rows.iter_mut().find(|(known, _)| *known == key) {
            Some((_, codes)) => codes.extend(patterns),
            None => rows.push((key, patterns.collect())),
        }
    }
    let all: BTreeSet<&String> = rows.iter().map(|((_, does), _)| does).collect();
    let same = all.first().filter(|_| all.len() == 1);
    match same {
        Some(does) => writeln!(
            out,
            "\n## Changes\n\nWhat each change does: {does}.\n\n| Rule | Code |\n|---|---|"
        )?,
        None => writeln!(
            out,
            "\n## Changes\n\n| Rule | Code | What the change does |\n|---|---|---|"
        )?,
    }
    for ((id, does), codes) in &rows {
        let codes = shown_codes(codes);
        let does = does.replace('|', "\\|");
        match same {
            Some(_) => writeln!(out, "| `{id}` | {codes} |")?,
            None => writeln!(out, "| `{id}` | {codes} | {does} |")?,
        }
    }
    Ok(())
}

/// Each pattern once; of those with several lines one is enough.
fn shown_codes(codes: &[String]) -> String {
    let mut known = BTreeSet::new();
    let codes = codes.iter().filter(|code| known.insert(*code));
    let (long, mut codes): (Vec<&str>, Vec<&str>) = codes
        .map(String::as_str)
        .partition(|code| code.contains("; "));
    codes.extend(long.into_iter().take(1));
    match codes.len().checked_sub(CODES) {
        Some(more) if more > 1 => format!("{} and {more} more", codes[..CODES].join(", ")),
        _ => codes.join(", "),
    }
}

/// A pattern as code in a table, on one line.
fn code_of(pattern: &str) -> String {
    let lines = pattern.lines().map(str::trim);
    let line = lines.collect::<Vec<_>>().join("; ").replace(":; ", ": ");
    let line = line.replace('|', "\\|");
    match line.contains('`') {
        true => format!("`` {line} ``"),
        false => format!("`{line}`"),
    }
}

/// What rules only report.
fn reports(recipe: &Recipe) -> Vec<String> {
    let rules = recipe.content.rules.iter();
    let reports = rules.filter_map(|rule| rule.report.as_ref().map(words));
    let reports: BTreeSet<String> = reports.collect();
    reports
        .iter()
        .map(|it| format!("{}.", escaped(it)))
        .collect()
}

/// The doubts of one level, each once; those of some rules alone are below the names of these rules.
fn doubts(rules: &[&Rule], level: Safety) -> Vec<String> {
    let mut known: Vec<(String, BTreeSet<&str>)> = Vec::new();
    for rule in rules {
        for doubt in rule.doubts.iter().filter(|doubt| doubt.level == level) {
            let text = doubt_of(doubt);
            match known.iter_mut().find(|(known, _)| *known == text) {
                Some((_, ids)) => {
                    ids.insert(&rule.id);
                }
                None => known.push((text, BTreeSet::from([&*rule.id]))),
            }
        }
    }
    let mut groups: Vec<(BTreeSet<&str>, Vec<String>)> = Vec::new();
    for (text, ids) in known {
        match groups.iter_mut().find(|(known, _)| *known == ids) {
            Some((_, texts)) => texts.push(text),
            None => groups.push((ids, vec![text])),
        }
    }
    // What a recipe doubts holds for its rules about code, not for those about lists of packages.
    let of_code = rules.iter().filter(|rule| is_about_code(rule));
    let of_code: BTreeSet<&str> = of_code.map(|rule| &*rule.id).collect();
    let all: BTreeSet<&str> = rules.iter().map(|rule| &*rule.id).collect();
    let is_all = |ids: &BTreeSet<&str>| *ids == all || *ids == of_code;
    let lines = groups
        .into_iter()
        .flat_map(|(ids, texts)| match is_all(&ids) {
            true => texts,
            false => below(&ids, &texts),
        });
    lines.collect()
}

fn is_about_code(rule: &Rule) -> bool {
    let mut patterns = rule.patterns.iter();
    patterns.all(|it| it.pattern.package().is_none())
}

/// Texts below the names of the rules that they are about.
fn below(ids: &BTreeSet<&str>, texts: &[String]) -> Vec<String> {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    let ids = ids.join(", ");
    match texts {
        [text] => vec![format!("{ids}: {text}")],
        // A list of them all would be most of the page.
        texts if texts.len() > LINES => vec![format!("{ids}: {}", texts.join(" "))],
        texts => {
            let texts: Vec<String> = texts.iter().map(|text| format!("\n  - {text}")).collect();
            vec![format!("{ids}:{}", texts.concat())]
        }
    }
}

fn doubt_of(doubt: &Doubt) -> String {
    let because = escaped(&words(&doubt.because));
    let check = doubt.check.as_ref().map(|it| escaped(&words(it)));
    match check {
        Some(check) => format!("{because}. Check {check}."),
        None => format!("{because}."),
    }
}

fn write_list(out: &mut dyn Write, title: &str, heading: &str, items: &[String]) -> io::Result<()> {
    if !items.is_empty() {
        writeln!(out, "\n## {title}\n\n{heading}\n")?;
    }
    items.iter().try_for_each(|item| writeln!(out, "- {item}"))
}

fn write_examples(out: &mut dyn Write, recipe: &Recipe) -> io::Result<()> {
    // The shortest ones show best what it is about; others are about what is rare.
    let length = |it: &&Example| it.before.iter().map(|(_, text)| text.len()).sum::<usize>();
    let (mut changing, mut staying): (Vec<&Example>, Vec<&Example>) = recipe
        .examples()
        .iter()
        .partition(|example| example.after.is_some());
    changing.sort_by_key(length);
    // What is found says more than what is not.
    let is_quiet = |it: &&Example| it.findings.as_ref().is_none_or(Vec::is_empty);
    staying.sort_by_key(length);
    let (quiet, found): (Vec<&Example>, Vec<&Example>) = staying.into_iter().partition(is_quiet);
    let n_staying = if changing.is_empty() { 2 } else { 1 };
    let staying = found.into_iter().take(1).chain(quiet).take(n_staying);
    // One of each level first.
    let mut levels = BTreeSet::new();
    let (mut shown, others): (Vec<&Example>, Vec<&Example>) = changing
        .into_iter()
        .partition(|example| levels.insert(example.safety.first()));
    shown.extend(others);
    let shown = shown.into_iter().take(EXAMPLES);
    writeln!(out, "\n## Examples")?;
    let mut shown = shown.chain(staying);
    shown.try_for_each(|example| write_example(out, example))
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
    let mut name = escaped(&capitalized(&example.name));
    if !example.parameters.is_empty() {
        name += &format!(", with `{}`", example.settings());
    }
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

/// The Python that a recipe is for, if it says one.
fn python(recipe: &Recipe) -> String {
    let python = recipe.python.as_ref();
    python.map_or(String::new(), |it| format!(" For Python `{}`.", it.text))
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
