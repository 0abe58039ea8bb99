//! Recipes → the catalog's table, and a recipe's manual page.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::diff;
use super::view::{self, View, count};
use crate::config::standing::Standing;
use crate::recipe::catalog::Catalog;
use crate::recipe::example::Example;
use crate::recipe::parameter::Parameter;
use crate::recipe::safety::Safety;
use crate::recipe::template::{Message, MessagePart, Place};
use crate::recipe::{LazyRule, Recipe, Verb};
use crate::text::shown::Shown;

/// Writes id, severity, levels and title of every recipe, and who turns it on or off, grouped by area.
///
/// # Errors
/// The writer fails.
pub fn list(
    out: &mut dyn Write,
    view: &View,
    recipes: &[&Recipe],
    standings: &BTreeMap<&str, Standing>,
) -> io::Result<()> {
    let mut areas: BTreeMap<&str, Vec<&Recipe>> = BTreeMap::new();
    for recipe in recipes {
        areas.entry(&recipe.area).or_default().push(recipe);
    }
    let width = recipes.iter().map(|it| it.id.len()).max().unwrap_or(0);
    let why = |recipe: &Recipe| standings.get(&*recipe.id).map_or(String::new(), told);
    let why_width = recipes.iter().map(|it| why(it).len()).max().unwrap_or(0);
    for (area, mut recipes) in areas {
        recipes.sort_by(|a, b| a.id.cmp(&b.id));
        writeln!(out, "{}", view.paint(view::HEADING, area))?;
        for recipe in recipes {
            let id = format!("{:<width$}", recipe.id);
            let severity = recipe.content.severity.word();
            let levels = levels(recipe).join(", ");
            let title = Shown(&recipe.content.title);
            let why = why(recipe);
            let why = Shown(&why);
            let id = view.paint(view::RECIPE, &id);
            let parameters = parameters(recipe);
            let parameters = Shown(&parameters);
            writeln!(
                out,
                "  {id}  {severity:<8}  {levels:<20}  {why:<why_width$}  {title}{parameters}"
            )?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{}; read one with: awaitify recipe show ID",
        count(recipes.len(), "recipe")
    )
}

fn told(standing: &Standing) -> String {
    let word = if standing.is_on { "on" } else { "off" };
    format!("{word}: {}", standing.why)
}

/// Returns the packs it is in. Of those in none, one's own are on; others are opted into by their name.
pub(super) fn packs(catalog: &Catalog, recipe: &Recipe) -> String {
    match recipe.packs.as_slice() {
        [] if catalog.is_own(recipe) => "on".to_owned(),
        [] => "opt-in".to_owned(),
        packs => packs.join(", "),
    }
}

/// Returns its parameters with their values, as ` (limit=10)`.
fn parameters(recipe: &Recipe) -> String {
    let values = recipe.content.parameters.iter();
    let values: Vec<String> = values
        .map(|parameter| format!("{}={}", parameter.name, parameter.value.shown))
        .collect();
    match values.is_empty() {
        true => String::new(),
        false => format!(" ({})", values.join(", ")),
    }
}

/// Returns the levels its sites may have; a rule that only reports is manual.
pub(super) fn levels(recipe: &Recipe) -> Vec<&'static str> {
    let rules = recipe.content.rules.iter();
    let levels: std::collections::BTreeSet<Safety> = rules.flat_map(|rule| rule.levels()).collect();
    levels.into_iter().map(Safety::word).collect()
}

/// Writes the manual page of a recipe.
///
/// # Errors
/// The writer fails.
pub fn show(
    out: &mut dyn Write,
    view: &View,
    catalog: &Catalog,
    recipe: &Recipe,
) -> io::Result<()> {
    let title = Shown(&recipe.content.title);
    writeln!(out, "{}: {title}", view.paint(view::RECIPE, &recipe.id))?;
    show_facts(out, catalog, recipe)?;
    writeln!(out)?;
    indented(out, recipe.content.why.trim_end(), "  ")?;
    for parameter in &recipe.content.parameters {
        writeln!(out)?;
        show_parameter(out, view, recipe, parameter)?;
    }
    // A rule that ranges over a table is there once for each row.
    for rows in recipe.content.rules.chunk_by(|a, b| a.span == b.span) {
        writeln!(out)?;
        show_rule(out, view, recipe, rows)?;
    }
    for example in recipe.examples() {
        writeln!(out)?;
        show_example(out, view, example)?;
    }
    Ok(())
}

/// Writes what holds for all of the recipe, a line for each.
fn show_facts(out: &mut dyn Write, catalog: &Catalog, recipe: &Recipe) -> io::Result<()> {
    let severity = recipe.content.severity.word();
    let levels = levels(recipe).join(", ");
    let (area, packs) = (&recipe.area, packs(catalog, recipe));
    let mut lines = vec![
        ("area", area.clone()),
        ("severity", severity.to_owned()),
        ("levels", levels),
        ("packs", packs_of(&packs)),
    ];
    if let Some(python) = &recipe.python {
        lines.push(("Python", python.text.clone()));
    }
    if !recipe.after.is_empty() {
        lines.push(("runs after", recipe.after.join(", ")));
    }
    if !recipe.noqa.is_empty() {
        let codes = recipe.noqa.join(", ");
        lines.push(("turned off by", format!("# noqa: {codes}")));
    }
    for (name, value) in lines {
        writeln!(out, "  {name:<13}  {}", Shown(&value))?;
    }
    Ok(())
}

fn packs_of(packs: &str) -> String {
    match packs {
        "on" => "none; it is on, since it is yours".to_owned(),
        "opt-in" => "none; `--select` turns it on".to_owned(),
        packs => packs.to_owned(),
    }
}

fn show_parameter(
    out: &mut dyn Write,
    view: &View,
    recipe: &Recipe,
    parameter: &Parameter,
) -> io::Result<()> {
    let heading = format!("Parameter {}", parameter.name);
    let (kind, shown) = (parameter.kind.word(), Shown(&parameter.value.shown));
    writeln!(
        out,
        "{} {kind}, {shown}: {}",
        view.paint(view::HEADING, &heading),
        Shown(&parameter.about)
    )?;
    let (id, name) = (&recipe.id, &parameter.name);
    let word = format!("{id}.{name}");
    writeln!(out, "  set it with --param {}=VALUE", Shown(&word))
}

/// The rules of a table, or one rule.
type Rows = [LazyRule];

fn show_rule(out: &mut dyn Write, view: &View, recipe: &Recipe, rows: &Rows) -> io::Result<()> {
    let [rule, ..] = rows else {
        return Ok(());
    };
    let does = match &rule.verb {
        Some(Verb::Rewrite(_)) => "rewrites",
        Some(Verb::RewriteParts(_)) => "rewrites a part of",
        Some(Verb::Remove(_)) => "removes",
        Some(Verb::Require(_)) => "adds to the requirements",
        Some(Verb::Extract(_)) => "moves into a function",
        Some(Verb::Keep(_)) => "gets an owner that ends it",
        Some(Verb::IntoContext(_)) => {
            "turns into a context manager the functions that are registered by"
        }
        None if rule.report.is_none() => "rewrites arguments of",
        None => "reports",
    };
    let patterns = rows.iter().flat_map(|rule| rule.patterns.iter());
    let patterns = patterns.map(|guarded| guarded.pattern.text.as_str());
    let patterns: Vec<&str> = patterns.collect();
    let heading = format!("Rule {}", rule.id);
    let heading = view.paint(view::HEADING, &heading);
    let patterns = patterns.join(" or ").replace('\n', "; ");
    writeln!(out, "{heading} {does} {}", Shown(&patterns))?;
    // Of a table the rows themselves say what each does.
    let does = rule.does.iter().filter(|_| rows.len() == 1);
    for does in does {
        writeln!(out, "  does    {}", Shown(&words(does)))?;
    }
    for doubt in rule.doubts.iter().filter(|_| rows.len() == 1) {
        let level = view.paint(view::REVIEW, doubt.level.word());
        writeln!(out, "  {level:<6}  {}", Shown(&words(&doubt.because)))?;
        if let Some(check) = &doubt.check {
            writeln!(out, "          Check: {}", Shown(&words(check)))?;
        }
    }
    let span = rule.span.start().to_usize()..rule.span.end().to_usize();
    let yaml = recipe.text.get(span).unwrap_or_default();
    indented(out, &dedented(yaml), "    ")
}

/// The first line of a YAML mapping in a list stands behind its dash, the others further in.
fn dedented(yaml: &str) -> String {
    let blank = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let rest = yaml.lines().skip(1).filter(|line| !line.trim().is_empty());
    let width = rest.map(blank).min().unwrap_or(0);
    let lines = yaml.lines().enumerate();
    let lines = lines.map(|(index, line)| match index {
        0 => line,
        _ => line.get(width..).unwrap_or(""),
    });
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

pub(super) fn words(message: &Message) -> String {
    let word = |part: &MessagePart| match part {
        MessagePart::Text(text) => text.clone(),
        MessagePart::Capture(name) => format!("${name}"),
        MessagePart::CaptureName(name) => format!("${name}.name"),
        MessagePart::Why => "{why}".to_owned(),
        MessagePart::Names => "{names}".to_owned(),
        MessagePart::Found => "{found}".to_owned(),
        MessagePart::FoundLine => "{found.line}".to_owned(),
        MessagePart::Sign => "{sign}".to_owned(),
        MessagePart::Owner => "{owner}".to_owned(),
        MessagePart::Teardown => "{teardown}".to_owned(),
        MessagePart::Lifecycle => "{lifecycle}".to_owned(),
        MessagePart::Place(Place::Function) => "{function}".to_owned(),
        MessagePart::Place(Place::Class) => "{class}".to_owned(),
        MessagePart::Place(Place::File) => "{file}".to_owned(),
        MessagePart::Place(Place::Python) => "{python}".to_owned(),
    };
    message.parts.iter().map(word).collect()
}

pub(super) fn show_example(out: &mut dyn Write, view: &View, example: &Example) -> io::Result<()> {
    let set = match example.parameters.is_empty() {
        true => String::new(),
        false => format!(" ({})", Shown(&example.settings())),
    };
    let heading = format!("Example: {}{set}", example.name);
    writeln!(out, "{}", view.paint(view::HEADING, &heading))?;
    for (index, (name, before)) in example.before.iter().enumerate() {
        if example.before.len() > 1 {
            writeln!(out, "{}", view.paint(view::HEADING, name))?;
        }
        match example.after.as_ref().and_then(|after| after.get(index)) {
            Some((_, after)) if after != before => diff::write_texts(out, view, before, after)?,
            _ => indented(out, before.trim_end(), " ")?,
        }
    }
    let findings = example.findings.as_deref().unwrap_or_default();
    for finding in findings {
        writeln!(
            out,
            "{}",
            view.paint(view::FAINT, &format!(" finding: {}", Shown(finding)))
        )?;
    }
    match example.after {
        None if findings.is_empty() => {
            writeln!(out, "{}", view.paint(view::FAINT, " (stays as it is)"))
        }
        _ => Ok(()),
    }
}

pub(super) fn indented(out: &mut dyn Write, text: &str, indent: &str) -> io::Result<()> {
    for line in text.lines() {
        match line.is_empty() {
            true => writeln!(out)?,
            false => writeln!(out, "{indent}{}", Shown(line))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::compile::compile;
    use crate::recipe::table::Library;

    const RECIPE: &str = r#"
id: no-f
title: f does nothing
area: dead
severity: low
noqa: [AB1, AB2]
why: |
  It returns at once.
rules:
  - match: lib.f($x)
    rewrite: lib.g($x)
    does: g returns at once
    doubts: [{because: "something may use {$x}", check: "that {$x} is pure"}]
examples:
  - name: a call
    before: |
      import lib
      lib.f(1)
    after: |
      import lib
      lib.g(1)
  - name: not a call
    unchanged: |
      lib.f
"#;

    #[track_caller]
    fn check(
        write: impl Fn(&mut dyn Write, &View, &Catalog, &Recipe) -> io::Result<()>,
        expected: &str,
    ) {
        let catalog = Catalog::shipped_once();
        let mut out = Vec::new();
        let recipe =
            compile("no-f.yaml", RECIPE, &Library::default()).expect("the recipe is right");
        write(&mut out, &View::plain("/"), catalog, &recipe).expect("a vector takes everything");
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }

    #[test]
    fn the_list_is_grouped_by_area() {
        check(
            |out, view, _, recipe| {
                let standing = Standing {
                    is_on: true,
                    why: "it is one of your recipes".to_owned(),
                };
                list(out, view, &[recipe], &[("no-f", standing)].into())
            },
            "\
dead
  no-f  low       review                on: it is one of your recipes  f does nothing

1 recipe; read one with: awaitify recipe show ID
",
        );
    }

    #[test]
    fn a_manual_page_has_rules_levels_and_examples() {
        check(
            show,
            "\
no-f: f does nothing
  area           dead
  severity       low
  levels         review
  packs          none; it is on, since it is yours
  turned off by  # noqa: AB1, AB2

  It returns at once.

Rule rule-1 rewrites lib.f($x)
  does    g returns at once
  review  something may use $x
          Check: that $x is pure
    match: lib.f($x)
    rewrite: lib.g($x)
    does: g returns at once
    doubts: [{because: \"something may use {$x}\", check: \"that {$x} is pure\"}]

Example: a call
 import lib
-lib.f(1)
+lib.g(1)

Example: not a call
 lib.f
 (stays as it is)
",
        );
    }
}
