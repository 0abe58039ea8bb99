//! Why a line is changed or not → the rules with their words, for a person or a program.

use std::io::{self, Write};

use serde_json::{Value, json};

use deciding::{hindering, shortened};
use silence::write_silence;

use super::place;
use super::view::{self, View, count};
use crate::engine::explain::{Asked, AskedDoubt, Explanation, Silence, Told, ToldRule};
use crate::recipe::answer::Answer;
use crate::recipe::safety::Safety;
use crate::text::shown::Shown;

mod deciding;

mod silence;

pub use silence::reason;

/// What a person asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// The file, as shown.
    pub path: &'a str,
    /// In a notebook the cell, counted from 1.
    pub cell: Option<u32>,
    /// The line, counted from 1.
    pub line: usize,
    /// Whether every rule is told that was compared, not only what decided.
    pub all: bool,
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

/// Writes an explanation for a person: of each place what comes of it, and what decided that.
///
/// # Errors
/// The writer fails.
pub fn write(
    out: &mut dyn Write,
    view: &View,
    query: Query<'_>,
    told: &Explanation,
) -> io::Result<()> {
    let path = query.path;
    let is_here = |a: &ToldRule, b: &ToldRule| (a.position, &a.text) == (b.position, &b.text);
    for rules in told.rules.chunk_by(is_here) {
        write_place(out, view, query, rules)?;
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
            "{}: the line changes with others, since nothing needs it any more (an import, a name): {}",
            path,
            ids.join(", ")
        )?;
    }
    match &told.silence {
        Some(silence) => write_silence(out, view, query, silence),
        None => Ok(()),
    }
}

/// Writes what was compared with one place, the verdict first.
fn write_place(
    out: &mut dyn Write,
    view: &View,
    query: Query<'_>,
    rules: &[ToldRule],
) -> io::Result<()> {
    let Some(first) = rules.first() else {
        return Ok(());
    };
    let location = place::location(query.path, first.position);
    let location = view.paint(view::HEADING, &location).to_string();
    writeln!(out, "{location}: {}", Shown(first.text.trim_end()))?;
    let deciding: Vec<&ToldRule> = rules.iter().filter(|it| !it.outcome.is_nothing()).collect();
    let nearest = nearest(rules).filter(|_| deciding.is_empty());
    let shown: Vec<&ToldRule> = deciding.into_iter().chain(nearest).collect();
    for rule in &shown {
        let verdict = verdict(&rule.outcome, &rule.recipe);
        writeln!(out, "  {}", view.paint(view::HEADING, &verdict))?;
    }
    writeln!(out)?;
    if query.all {
        return write_all(out, view, rules);
    }
    for rule in &shown {
        write_deciding(out, view, rule)?;
    }
    let more = rules.len() - shown.len();
    if more > 0 {
        let more = count(more, "more rule");
        writeln!(out, "{more} compared; -v shows all.\n")?;
    }
    Ok(())
}

/// Says in one sentence what comes of a place.
fn verdict(told: &Told, recipe: &str) -> String {
    match told {
        Told::Change { safety, said, .. } => {
            let (word, said) = (safety.word(), said.whole());
            format!("{recipe} changes it ({word}): {said}")
        }
        Told::Conflict { winner, .. } => format!("{recipe} gives way to {}", winner.0),
        Told::Withdrawn { why, .. } => format!("{recipe} is withdrawn: {why}"),
        Told::Finding { said } => format!("{recipe} finds it: {}", said.whole()),
        Told::Nothing { why } => format!("no recipe changes it: in {recipe}, {why}"),
    }
}

/// Returns the rule that came nearest to something.
fn nearest(rules: &[ToldRule]) -> Option<&ToldRule> {
    let held = |rule: &&ToldRule| {
        let held = rule.asked.iter().filter(|it| it.answer == Answer::Yes);
        (rule.fits, rule.applies != Answer::No, held.count())
    };
    // Of equal ones the first.
    rules.iter().rev().max_by_key(held)
}

/// Writes of a rule only what decided: the words that held or did not, and the doubts that hold.
fn write_deciding(out: &mut dyn Write, view: &View, rule: &ToldRule) -> io::Result<()> {
    let is_nothing = rule.outcome.is_nothing();
    let mut short = rule.clone();
    short.asked = match is_nothing {
        true => hindering(&rule.asked),
        false => shortened(short.asked),
    };
    short
        .doubts
        .retain(|doubt| !is_nothing && doubt.answer != Answer::No);
    // A change that is not made need not be doubted.
    if matches!(rule.outcome, Told::Finding { .. }) {
        short.doubts.retain(|doubt| doubt.level == Safety::Manual);
    }
    write_words(out, view, &short, "")?;
    writeln!(out)
}

/// Writes every rule that was compared with a place.
fn write_all(out: &mut dyn Write, view: &View, rules: &[ToldRule]) -> io::Result<()> {
    let is_row = |a: &ToldRule, b: &ToldRule| {
        let are_nothing = a.outcome.is_nothing() && b.outcome.is_nothing();
        (&a.recipe, &a.rule) == (&b.recipe, &b.rule) && are_nothing
    };
    for rows in rules.chunk_by(is_row) {
        write_rows(out, view, rows)?;
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
    write_words(out, view, rule, more)?;
    write_outcome(out, view, &rule.outcome)
}

/// Writes a rule's pattern, and what its words were answered.
fn write_words(out: &mut dyn Write, view: &View, rule: &ToldRule, more: &str) -> io::Result<()> {
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
    for doubt in &rule.doubts {
        write_doubt(out, view, doubt, width)?;
    }
    if let Some(lifecycle) = &rule.lifecycle {
        writeln!(out, "  lifecycle {}", Shown(lifecycle))?;
    }
    Ok(())
}

fn words(rule: &ToldRule) -> impl Iterator<Item = &Asked> {
    let of_doubts = rule.doubts.iter().flat_map(|doubt| &doubt.when);
    rule.asked.iter().chain(of_doubts)
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

fn write_doubt(
    out: &mut dyn Write,
    view: &View,
    doubt: &AskedDoubt,
    width: usize,
) -> io::Result<()> {
    let level = doubt.level.word();
    let word = match doubt.when.is_empty() {
        true => format!("doubt ({level})"),
        false if doubt.answer == Answer::Unknown => {
            format!("doubt ({level}) when, which counts as yes")
        }
        false => format!("doubt ({level}) when"),
    };
    writeln!(out, "  {}  {word}", painted(view, doubt.answer))?;
    for asked in &doubt.when {
        write_asked(out, view, asked, width, "    ")?;
    }
    Ok(())
}

fn write_outcome(out: &mut dyn Write, view: &View, told: &Told) -> io::Result<()> {
    let (style, what) = match told {
        Told::Change {
            change,
            safety,
            said,
        } => {
            let style = match safety {
                Safety::Safe => view::SAFE,
                Safety::Review | Safety::Manual => view::REVIEW,
            };
            (
                style,
                format!("change {} ({}): {}", change.0, safety.word(), said.whole()),
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
        Told::Finding { said } => (view::REVIEW, format!("finding: {}", said.whole())),
        Told::Nothing { why } => (view::FAINT, format!("nothing: {why}")),
    };
    writeln!(out, "  -> {}\n", view.paint(style, &what))
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
