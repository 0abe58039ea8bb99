//! Comments that keep recipes from sites → matches of which nothing comes, and comments that keep nothing
//! away.

use ruff_text_size::{Ranged, TextSize};

use super::recipes::Engine;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::plan::change::Problem;
use crate::python::suppression::{Suppression, suppressions};
use crate::recipe::Recipe;
use crate::recipe::order::{Stage, asked_at};
use crate::recipe::safety::Safety;
use crate::text::wording::Wording;

/// Marks the matches that a comment speaks of. What shares a change with one of them is left to a person.
pub(super) fn ignore(subject: &Subject, matches: &mut [Match]) {
    let comments = suppressions(subject.source, subject.module, subject.tree);
    if comments.is_empty() {
        return;
    }
    for found in matches {
        if let Some(comment) = comments.iter().find(|it| speaks_of(it, found)) {
            let line = subject.source.position(comment.comment.start()).words();
            found.is_ignored = true;
            found.safety = Safety::Manual;
            found.said = Wording::reason(format!(
                "not changed: a comment at {line} keeps it from one of the sites"
            ));
        }
    }
}

/// Says which comments of a file on disk keep nothing away, or have no reason.
pub(super) fn idle(engine: &Engine, subject: &Subject, matches: &[Match]) -> Vec<Problem> {
    let comments = suppressions(subject.source, subject.module, subject.tree);
    let said = comments.iter().flat_map(|comment| {
        let recipes = comment.recipes.iter();
        let wrong = recipes.filter_map(|recipe| wrong(engine, comment, recipe, matches));
        let none = comment
            .recipes
            .is_empty()
            .then(|| "it names no recipe".to_owned());
        wrong.chain(none).map(|message| Problem {
            path: subject.path().to_owned(),
            position: Some(subject.source.position(comment.comment.start())),
            message: format!("awaitify: ignore: {message}"),
            fatal: false,
        })
    });
    said.collect()
}

fn wrong(
    engine: &Engine,
    comment: &Suppression,
    recipe: &str,
    matches: &[Match],
) -> Option<String> {
    if !engine.knows(recipe) {
        return Some(format!("no recipe is called `{recipe}`"));
    }
    if comment.reason.is_none() {
        return Some(format!(
            "it has no reason, and keeps nothing away; say why behind `[{recipe}]`"
        ));
    }
    // Rules of later stages see other files first.
    let is_asked = |it: &&Recipe| {
        let mut stages = asked_at(&it.content.rules).map(|(stage, _)| stage);
        it.id == recipe && stages.all(|stage| stage == Stage::File)
    };
    let is_on = engine.recipes.iter().copied().any(|it| is_asked(&it));
    let mut own = matches.iter().filter(|found| found.recipe.id == recipe);
    let is_idle = is_on && !own.any(|found| speaks_of(comment, found));
    is_idle.then(|| format!("`{recipe}` finds nothing there any more; remove it"))
}

/// Returns whether a comment is about one of the sites of a match.
fn speaks_of(comment: &Suppression, found: &Match) -> bool {
    let mut starts = found
        .sites
        .iter()
        .map(Ranged::start)
        .chain([found.range.start()]);
    starts.any(|start: TextSize| comment.holds(&found.recipe.id, start))
}
