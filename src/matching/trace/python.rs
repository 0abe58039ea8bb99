//! Does the Python that a file is written for run a place, and does a recipe hold for it? As words, for people.

use super::Asked;
use crate::matching::older::is_for_older;
use crate::matching::other_python::other_python;
use crate::matching::subject::Subject;
use crate::matching::superseded::superseded;
use crate::python::tree::NodeId;
use crate::recipe::Recipe;
use crate::recipe::answer::Answer;

/// Asks both; a place that all Pythons run is not told.
pub(super) fn ask_python(
    recipe: &Recipe,
    subject: &Subject,
    node: NodeId,
    asked: &mut Vec<Asked>,
) -> Answer {
    let mut tell = |word, answer, evidence| {
        asked.push(Asked {
            word,
            depth: 0,
            answer,
            evidence: Some(evidence),
        });
        answer
    };
    let of_recipe = recipe.python.as_ref().map_or(Answer::Yes, |python| {
        let answer = Answer::from(python.holds(subject.target.version));
        let word = format!("python: \"{}\"", python.text);
        tell(word, answer, subject.target.words())
    });
    if let Some((python, module)) = other_python(subject) {
        let why =
            format!("only {python} has `{module}`, which is imported here or beside this file");
        return tell("runs on CPython".to_owned(), Answer::No, why);
    }
    if let Some(def) = superseded(subject, node) {
        let why = format!("a later def of the class takes the place of `{}`", def.name);
        return tell("runs".to_owned(), Answer::No, why);
    }
    if !is_for_older(subject, node) {
        return of_recipe;
    }
    let (major, minor) = subject.target.version;
    let word = format!("runs on Python {major}.{minor}");
    tell(word, Answer::No, "only older Pythons get there".to_owned())
}
