//! Why a line is changed or not → the rules with their words, for a person or a program.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::place;
use super::view::{self, View, count};
use crate::engine::explain::{
    Asked, AskedCase, Elsewhere, Explanation, Missing, Silence, Told, ToldRule,
};
use crate::recipe::answer::Answer;
use crate::recipe::safety::Safety;
use crate::text::shown::Shown;
use crate::text::wording::whole;

/// Places that are named of one word.
const MAX_PLACES: usize = 8;

/// Which rules a person wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Where something came of a place, only the recipes that it came of.
    Fruitful,
    /// All.
    All,
}

/// What a run has to say of the file or of a recipe, besides the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A recipe is not on for the file.
    Off {
        /// The recipe.
        recipe: String,
        /// Who turned it off.
        why: String,
    },
    /// A run over the file's directory does not come to it.
    LeftOut {
        /// Why.
        why: &'static str,
    },
}

/// Writes an explanation for a person; `path` is the file as shown.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &View,
    path: &str,
    told: &Explanation,
    wanted: Wanted,
) -> io::Result<()> {
    let is_here = |a: &ToldRule, b: &ToldRule| (a.position, &a.text) == (b.position, &b.text);
    for rules in told.rules.chunk_by(is_here) {
        write_place(out, view, path, rules, wanted)?;
    }
    for other in &told.others {
        let location = place::location(path, other.position);
        let recipe = view.paint(view::RECIPE, &other.recipe);
        writeln!(out, "{}: {recipe}, {}", Shown(&location), other.rule)?;
        write_outcome(out, view, &other.outcome)?;
    }
    if !told.needed_by.is_empty() {
        let ids: Vec<&str> = told.needed_by.iter().map(|id| id.0.as_str()).collect();
        writeln!(
            out,
            "{}: the line changes with others, which it served (imports, names nobody needs any more): {}",
            path,
            ids.join(", ")
        )?;
    }
    match &told.silence {
        Some(silence) => write_silence(out, view, path, silence),
        None => Ok(()),
    }
}

/// Writes what was compared with one place.
fn write_place(
    out: &mut dyn Write,
    view: &View,
    path: &str,
    rules: &[ToldRule],
    wanted: Wanted,
) -> io::Result<()> {
    if let Some(first) = rules.first() {
        let location = place::location(path, first.position);
        let location = view.paint(view::HEADING, &location).to_string();
        writeln!(out, "{location}: {}\n", Shown(first.text.trim_end()))?;
    }
    let is_fruitful = |rules: &[ToldRule]| rules.iter().any(|rule| !rule.outcome.is_nothing());
    let is_short = wanted == Wanted::Fruitful && is_fruitful(rules);
    let mut others = Vec::new();
    for of_recipe in rules.chunk_by(|a, b| a.recipe == b.recipe) {
        if is_short && !is_fruitful(of_recipe) {
            others.extend(of_recipe.first().map(|rule| rule.recipe.as_str()));
            continue;
        }
        let is_row = |a: &ToldRule, b: &ToldRule| {
            a.rule == b.rule && a.outcome.is_nothing() && b.outcome.is_nothing()
        };
        for rows in of_recipe.chunk_by(is_row) {
            write_rows(out, view, rows)?;
        }
    }
    if !others.is_empty() {
        let others = others.join(", ");
        writeln!(
            out,
            "Compared too, and nothing came of it (name one to see why): {others}\n"
        )?;
    }
    Ok(())
}

/// Writes a rule; of the rows of a table of which nothing came that one which came nearest.
fn write_rows(out: &mut dyn Write, view: &View, rows: &[ToldRule]) -> io::Result<()> {
    let near = |rule: &&ToldRule| (!rule.fits, rule.applies == Answer::No);
    let Some(nearest) = rows.iter().min_by_key(near) else {
        return Ok(());
    };
    let more = match rows.len() {
        1 => String::new(),
        rows => format!(" (nearest of {rows} patterns)"),
    };
    write_rule(out, view, nearest, &more)
}

fn write_rule(out: &mut dyn Write, view: &View, rule: &ToldRule, more: &str) -> io::Result<()> {
    let recipe = view.paint(view::RECIPE, &rule.recipe);
    let pattern = rule.pattern.trim_end().replace('\n', "; ");
    let pattern = Shown(&pattern);
    let fits = if rule.fits { "fits" } else { "does not fit" };
    writeln!(out, "{recipe}, {}: {pattern} {fits}{more}", rule.rule)?;
    if let Some(source) = rule.source.as_ref().filter(|_| rule.fits) {
        writeln!(out, "  source   {}", Shown(source))?;
    }
    let width = words(rule)
        .map(|asked| asked.depth * 2 + asked.shown().chars().count())
        .max();
    let width = width.unwrap_or(0).min(60);
    for asked in &rule.asked {
        write_asked(out, view, asked, width, "  ")?;
    }
    for case in &rule.safety {
        write_case(out, view, case, width)?;
    }
    if let Some(lifecycle) = &rule.lifecycle {
        writeln!(out, "  lifecycle {}", Shown(lifecycle))?;
    }
    write_outcome(out, view, &rule.outcome)
}

fn words(rule: &ToldRule) -> impl Iterator<Item = &Asked> {
    let of_cases = rule.safety.iter().flat_map(|case| &case.when);
    rule.asked.iter().chain(of_cases)
}

fn write_asked(
    out: &mut dyn Write,
    view: &View,
    asked: &Asked,
    width: usize,
    indent: &str,
) -> io::Result<()> {
    let word = format!("{}{}", "  ".repeat(asked.depth), asked.shown());
    let answer = painted(view, asked.answer);
    match &asked.evidence {
        None => writeln!(out, "{indent}{answer}  {}", Shown(&word)),
        Some(evidence) => {
            let word = format!("{word:<width$}");
            writeln!(
                out,
                "{indent}{answer}  {}  {}",
                Shown(&word),
                Shown(evidence)
            )
        }
    }
}

fn painted(view: &View, answer: Answer) -> String {
    let (style, word) = match answer {
        Answer::Yes => (view::SAFE, "yes    "),
        Answer::No => (view::FAILED, "no     "),
        Answer::Unknown => (view::REVIEW, "unknown"),
    };
    view.paint(style, word).to_string()
}

fn write_case(out: &mut dyn Write, view: &View, case: &AskedCase, width: usize) -> io::Result<()> {
    let counts = case.answer == Answer::Unknown && case.safety != Safety::Safe;
    let word = match case.when.is_empty() {
        true => case.safety.word().to_owned(),
        false if counts => format!("{} when, which counts as yes", case.safety.word()),
        false => format!("{} when", case.safety.word()),
    };
    writeln!(out, "  {}  {word}", painted(view, case.answer))?;
    for asked in &case.when {
        write_asked(out, view, asked, width, "    ")?;
    }
    Ok(())
}

fn write_outcome(out: &mut dyn Write, view: &View, told: &Told) -> io::Result<()> {
    let (style, what) = match told {
        Told::Change {
            change,
            safety,
            reason,
            check,
        } => {
            let style = match safety {
                Safety::Safe => view::SAFE,
                Safety::Review | Safety::Manual => view::REVIEW,
            };
            (
                style,
                format!(
                    "change {} ({}): {}",
                    change.0,
                    safety.word(),
                    whole(reason, check.as_deref())
                ),
            )
        }
        Told::Conflict { change, winner } => (
            view::REVIEW,
            format!("change {} gives way to {}", change.0, winner.0),
        ),
        Told::Withdrawn { change, why } => (
            view::FAILED,
            format!("change {} is withdrawn: {why}", change.0),
        ),
        Told::Finding { reason, check } => (
            view::REVIEW,
            format!("finding: {}", whole(reason, check.as_deref())),
        ),
        Told::Nothing { why } => (view::FAINT, format!("nothing: {why}")),
    };
    writeln!(out, "  -> {}\n", view.paint(style, &what))
}

fn write_silence(
    out: &mut dyn Write,
    view: &View,
    path: &str,
    silence: &Silence,
) -> io::Result<()> {
    writeln!(out, "{}: {}", path, Shown(&reason(silence)))?;
    let Silence::Elsewhere(found) = silence else {
        return Ok(());
    };
    for Elsewhere {
        recipe,
        word,
        positions,
    } in found
    {
        let mut places: Vec<String> = positions
            .iter()
            .take(MAX_PLACES)
            .map(|it| it.words())
            .collect();
        if positions.len() > MAX_PLACES {
            places.push(format!("{} more", positions.len() - MAX_PLACES));
        }
        let recipe = view.paint(view::RECIPE, recipe);
        writeln!(out, "  {recipe}  {word}: {}", places.join(", "))?;
    }
    Ok(())
}

/// Says why there is nothing more to say.
pub fn reason(silence: &Silence) -> String {
    match silence {
        Silence::Generated => {
            "a program wrote this file, as it says itself; only a run that names it changes it"
                .to_owned()
        }
        Silence::NoCode => "the cell is not Python".to_owned(),
        Silence::NoChange => "a run over its directory leaves the line as it is".to_owned(),
        Silence::NoLine(0) => "there is no such cell".to_owned(),
        Silence::NoLine(lines) => format!("it has {} only", count(*lines, "line")),
        Silence::NoWord(missing) => no_word(missing),
        Silence::Broken(problem) => match problem.position {
            Some(position) => format!("{}: {}", position.words(), problem.message),
            None => problem.message.clone(),
        },
        Silence::Elsewhere(_) => {
            "no pattern fits in this line; names that the recipes look for stand here:".to_owned()
        }
    }
}

fn no_word(missing: &[Missing]) -> String {
    let of_recipe = |missing: &Missing| {
        let words = missing.words.join(", ");
        format!("; {} needs {words}", missing.recipe)
    };
    let which: String = missing.iter().map(of_recipe).collect();
    format!("no recipe that is on looks for a name in it{which}")
}

/// Writes notes for a person.
///
/// # Errors
/// The writer fails.
pub fn write_notes(out: &mut dyn Write, path: &str, notes: &[Note]) -> io::Result<()> {
    for note in notes {
        let text = match note {
            Note::Off { recipe, why } => format!("`{recipe}` is off here: {why}"),
            Note::LeftOut { why } => format!("a run over its directory leaves it out: {why}"),
        };
        writeln!(out, "{}: {}", path, Shown(&text))?;
    }
    Ok(())
}

/// Writes an explanation for a program, one JSON object per line.
///
/// # Errors
/// The writer fails.
pub fn write_json(
    out: &mut dyn Write,
    path: &str,
    told: &Explanation,
    notes: &[Note],
) -> io::Result<()> {
    for rule in &told.rules {
        line(out, "rule", path, json!(rule))?;
    }
    for other in &told.others {
        line(out, "other", path, json!(other))?;
    }
    if !told.needed_by.is_empty() {
        line(out, "needed", path, json!({"changes": told.needed_by}))?;
    }
    if let Some(silence) = &told.silence {
        let elsewhere = match silence {
            Silence::Elsewhere(found) => json!(found),
            _ => json!([]),
        };
        let nothing = json!({"reason": reason(silence), "elsewhere": elsewhere});
        line(out, "nothing", path, nothing)?;
    }
    for note in notes {
        match note {
            Note::Off { recipe, why } => {
                line(out, "off", path, json!({"recipe": recipe, "reason": why}))?;
            }
            Note::LeftOut { why } => line(out, "left-out", path, json!({"reason": why}))?,
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, kind: &str, path: &str, mut value: Value) -> io::Result<()> {
    value["type"] = json!(kind);
    value["path"] = json!(path);
    serde_json::to_writer(&mut *out, &value)?;
    out.write_all(b"\n")
}
