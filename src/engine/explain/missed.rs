//! An explanation of a whole file → one line for each rule that did not change what it might have.

use super::{Asked, Elsewhere, Explanation, Silence, Told, ToldRule};
use crate::recipe::answer::Answer;
use crate::source::cell::Position;

impl Explanation {
    /// Says of each rule that changed nothing where that was, and which word decided it.
    pub fn missed(&self) -> Vec<String> {
        let rules = self.rules.iter().filter_map(missed);
        let mut lines: Vec<String> = rules.collect();
        lines.dedup();
        lines.extend(self.silence.iter().flat_map(of_silence));
        lines
    }
}

fn missed(told: &ToldRule) -> Option<String> {
    let why = match &told.outcome {
        Told::Change { .. } => return None,
        Told::Conflict { winner, .. } => format!("it gives way to {}", winner.0),
        Told::Withdrawn { why, .. } => format!("withdrawn: {why}"),
        Told::Finding { reason } => format!("a finding: {reason}"),
        Told::Nothing { why } => format!("{why}{}", evidence(told)),
    };
    Some(format!(
        "{}, rule {}: {why}",
        place(told.position),
        told.rule
    ))
}

/// What the word saw that decided.
fn evidence(told: &ToldRule) -> String {
    let first = |answer| {
        let mut asked = told.asked.iter().enumerate();
        asked.find(|(_, asked)| asked.depth == 0 && asked.answer == answer)
    };
    let decided = first(Answer::No).or_else(|| first(Answer::Unknown));
    let Some((index, decided)) = decided.filter(|_| told.fits && !told.applies.is_yes()) else {
        return String::new();
    };
    let within = told.asked[index + 1..]
        .iter()
        .take_while(|asked| asked.depth > 0);
    let within: Vec<String> = within.map(word).collect();
    match &decided.evidence {
        Some(evidence) => format!(" ({evidence})"),
        None if within.is_empty() => String::new(),
        None => format!(" ({})", within.join("; ")),
    }
}

fn word(asked: &Asked) -> String {
    let answer = match asked.answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Unknown => "unknown",
    };
    format!("{}: {answer}", asked.word)
}

fn of_silence(silence: &Silence) -> Vec<String> {
    match silence {
        Silence::Elsewhere(found) => found.iter().map(elsewhere).collect(),
        Silence::Generated => vec!["the text says that a program wrote it".to_owned()],
        Silence::Broken(problem) => vec![problem.message.clone()],
        Silence::NoWord | Silence::NoLine => {
            vec!["no pattern fits: the names that it looks for do not stand here".to_owned()]
        }
    }
}

fn elsewhere(found: &Elsewhere) -> String {
    let places = found.positions.iter().map(|position| place(*position));
    let places: Vec<String> = places.collect();
    format!(
        "no pattern fits, though `{}` stands in {}",
        found.word,
        places.join(", ")
    )
}

fn place(position: Position) -> String {
    match position.cell {
        Some(cell) => format!("cell {cell} line {}", position.line),
        None => format!("line {}", position.line),
    }
}
