//! An explanation of a whole file → one line for each rule that did not change what it might have.

use super::{Asked, Elsewhere, Explanation, Missing, Silence, Told, ToldRule};
use crate::recipe::answer::Answer;

impl Explanation {
    /// Says of each rule that changed something where that is.
    pub fn made(&self) -> Vec<String> {
        let made = self.rules.iter().filter_map(|told| match &told.outcome {
            Told::Change { safety, said, .. } => {
                let (place, rule) = (told.position.words(), &told.rule);
                Some(format!(
                    "{place}, rule {rule}: {}, {}",
                    safety.word(),
                    said.sentence()
                ))
            }
            _ => None,
        });
        made.collect()
    }

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
        Told::Finding { said, .. } => format!("a finding: {}", said.sentence()),
        Told::Nothing { why } => format!("{why}{}", evidence(told)),
    };
    Some(format!(
        "{}, rule {}: {why}",
        told.position.words(),
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
        Silence::Generated => vec!["its text says that a program generated it".to_owned()],
        Silence::Broken(problem) => vec![problem.message.clone()],
        Silence::NoLine(_) | Silence::NoCode | Silence::NoChange => Vec::new(),
        Silence::NoWord(missing) => vec![no_word(missing)],
    }
}

fn no_word(missing: &[Missing]) -> String {
    let words = missing.iter().flat_map(|missing| &missing.words);
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "no pattern fits".to_owned(),
        words => format!(
            "no pattern matches: {} is nowhere in the file",
            words.join(", ")
        ),
    }
}

fn elsewhere(found: &Elsewhere) -> String {
    let places = found.positions.iter().map(|position| position.words());
    let places: Vec<String> = places.collect();
    format!(
        "no pattern matches, though `{}` is in {}",
        found.word,
        places.join(", ")
    )
}
