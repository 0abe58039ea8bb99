//! Comments that keep recipes from sites → matches of which nothing comes, and comments that keep nothing
//! away.

use std::collections::BTreeSet;

use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::before::Before;
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::plan::change::Problem;
use crate::plan::comments::Unused;
use crate::plan::problem::Gravity;
use crate::python::suppression::{Names, Suppression, Suppressions, suppressions};
use crate::recipe::Recipe;
use crate::recipe::catalog::Catalog;
use crate::recipe::order::{Stage, asked_at};
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::text::wording::Wording;

pub(super) mod withheld;

/// How what is said of a comment begins.
pub(super) const REMARK: &str = "awaitify: ignore: ";

/// Comments that kept a recipe from a site: where each begins in the file on disk, and the recipe.
pub(super) type Heeded = BTreeSet<(TextSize, String)>;

/// Which comments count, and for which recipes.
#[derive(Clone, Copy)]
pub(super) struct Heeding<'e> {
    pub(super) catalog: &'e Catalog,
    /// Those that are selected.
    pub(super) recipes: &'e [&'e Recipe],
    pub(super) needs_reason: bool,
}

impl Heeding<'_> {
    /// Returns whether a comment counts; what is another tool's has no reason.
    fn heeds(self, comment: &Suppression) -> bool {
        let is_ours = matches!(comment.names, Names::Recipes(_));
        comment.reason.is_some() || !(self.needs_reason && is_ours)
    }

    /// Returns the recipes that a comment names, itself or by what does the same.
    fn named(self, names: &Names) -> Vec<String> {
        let codes = match names {
            Names::Recipes(recipes) => return recipes.clone(),
            Names::Codes(codes) => codes,
        };
        let recipes = self.known();
        let recipes = recipes.filter(|it| codes.iter().any(|code| it.noqa.contains(code)));
        recipes.map(|recipe| recipe.id.clone()).collect()
    }

    /// Iterates over all recipes; one that is tried need not be in the catalog.
    fn known(&self) -> impl Iterator<Item = &Recipe> {
        let tried = self.recipes.iter().copied();
        let tried = tried.filter(|it| self.catalog.recipes().iter().all(|known| known.id != it.id));
        self.catalog.recipes().iter().chain(tried)
    }

    /// Says which comments keep nothing away, have no reason, or cannot be understood; `entries`: the file may list
    /// packages.
    pub(super) fn idle(
        self,
        comments: &Suppressions,
        source: &SourceFile,
        entries: bool,
        heeded: &Heeded,
    ) -> Vec<(Problem, Option<Unused>)> {
        let problem = |place: TextRange, message: &str| Problem {
            path: source.path().to_owned(),
            position: Some(source.position(place.start())),
            message: format!("{REMARK}{message}"),
            gravity: Gravity::Fault,
        };
        let mistaken = comments.mistaken.iter();
        let mistaken = mistaken.map(|(place, why)| (problem(*place, &why.to_string()), None));
        let mut said: Vec<(Problem, Option<Unused>)> = mistaken.collect();
        for comment in &comments.all {
            let Names::Recipes(recipes) = &comment.names else {
                continue;
            };
            let start = comment.comment.start();
            let open = recipes.iter();
            let open = open.filter(|recipe| !heeded.contains(&(start, (*recipe).clone())));
            said.extend(open.filter_map(|recipe| {
                let (message, is_unused) = self.remark(comment, recipe, entries)?;
                let problem = problem(comment.comment, &message);
                let unused = is_unused.then(|| Unused {
                    start,
                    recipe: recipe.clone(),
                    problem: problem.clone(),
                });
                Some((problem, unused))
            }));
        }
        said.sort_by_key(|(problem, _)| problem.position);
        said
    }

    /// Says what is wrong with a comment about a recipe that kept nothing away, and whether that is all.
    fn remark(self, comment: &Suppression, recipe: &str, entries: bool) -> Option<(String, bool)> {
        if !self.known().any(|it| it.id == recipe) {
            return Some((format!("no recipe is called `{recipe}`"), false));
        }
        if !self.heeds(comment) {
            let write = format!("write a reason after `[{recipe}]`");
            let said = format!("it has no reason, so it has no effect: {write}");
            return Some((said, false));
        }
        let unused = || format!("`{recipe}` finds nothing there any more: remove the comment");
        self.is_asked(recipe, entries).then(|| (unused(), true))
    }

    /// Returns whether a recipe was asked about all of a file. Whether a package is listed is asked only when code
    /// no longer needs it.
    fn is_asked(self, recipe: &str, entries: bool) -> bool {
        let found = self.recipes.iter().find(|it| it.id == recipe);
        found.is_some_and(|recipe| {
            let mut stages = asked_at(&recipe.content.rules).map(|(stage, _)| stage);
            !(entries && stages.any(|stage| stage == Stage::Entries))
        })
    }
}

/// The comments of a text that keep recipes from sites.
#[derive(Default)]
pub(super) struct Ignored {
    /// All comments.
    pub(super) said: Suppressions,
    /// Those that count.
    comments: Vec<Comment>,
    by_recipe: FxHashMap<String, Stretches>,
}

/// A comment that keeps recipes from sites.
struct Comment {
    /// In the file on disk.
    start: TextSize,
    /// Where it stands there, for people.
    place: String,
    /// Where a site has to begin.
    covers: TextRange,
}

/// Stretches of a text, each with the comments that hold there; in order.
#[derive(Default)]
struct Stretches(Vec<(TextSize, Vec<usize>)>);

impl Stretches {
    /// Takes comments with what they cover.
    fn new(covers: &[(usize, TextRange)]) -> Self {
        let mut bounds: Vec<(TextSize, bool, usize)> = Vec::new();
        for (comment, range) in covers {
            bounds.push((range.start(), true, *comment));
            bounds.push((range.end(), false, *comment));
        }
        bounds.sort_unstable();
        let (mut stretches, mut open) = (Vec::new(), BTreeSet::new());
        for bound in bounds.chunk_by(|a, b| a.0 == b.0) {
            for (_, begins, comment) in bound {
                match begins {
                    true => open.insert(*comment),
                    false => open.remove(comment),
                };
            }
            stretches.push((bound[0].0, open.iter().copied().collect()));
        }
        Self(stretches)
    }

    /// Returns the comments that hold somewhere in a range.
    fn within(&self, range: TextRange) -> impl Iterator<Item = usize> {
        let next = self.0.partition_point(|(start, _)| *start <= range.start());
        let stretches = self.0[next.saturating_sub(1)..].iter();
        let near = stretches.take_while(move |(start, _)| *start <= range.end());
        near.flat_map(|(_, comments)| comments.iter().copied())
    }

    /// Returns the comments that hold at an offset.
    fn at(&self, offset: TextSize) -> &[usize] {
        let next = self.0.partition_point(|(start, _)| *start <= offset);
        next.checked_sub(1).map_or(&[], |place| &self.0[place].1)
    }
}

impl Ignored {
    /// Reads the comments of a text; `before` is what led to it.
    pub(super) fn of(heeding: Heeding, subject: &Subject, before: &Before<'_>) -> Self {
        let found = suppressions(subject.source, subject.module, subject.tree);
        let mut ignored = Self::default();
        let mut covers: FxHashMap<String, Vec<(usize, TextRange)>> = FxHashMap::default();
        for comment in &found.all {
            if !heeding.heeds(comment) {
                continue;
            }
            for recipe in heeding.named(&comment.names) {
                let place = ignored.comments.len();
                covers
                    .entry(recipe)
                    .or_default()
                    .push((place, comment.covers));
            }
            let start = before.on_disk(comment.comment).start();
            ignored.comments.push(Comment {
                start,
                place: before.position(start).words(),
                covers: comment.covers,
            });
        }
        let stretches = covers.iter();
        let stretches = stretches.map(|(recipe, covers)| (recipe.clone(), Stretches::new(covers)));
        ignored.by_recipe = stretches.collect();
        ignored.said = found;
        ignored
    }

    /// Returns the comments that keep a recipe from an offset.
    fn at(&self, recipe: &str, offset: TextSize) -> &[usize] {
        let stretches = self.by_recipe.get(recipe);
        stretches.map_or(&[], |stretches| stretches.at(offset))
    }

    /// Returns the comments that keep a recipe from an offset, as they are heeded.
    pub(super) fn keeping(&self, recipe: &str, offset: TextSize) -> Heeded {
        let comments = self.at(recipe, offset).iter();
        let starts = comments.map(|place| self.comments[*place].start);
        starts.map(|start| (start, recipe.to_owned())).collect()
    }

    /// Marks the matches that a comment speaks of; returns the comments. What shares a change with one of them is
    /// left to a person.
    pub(super) fn ignore(&self, matches: &mut [Match]) -> Heeded {
        let mut heeded = Heeded::new();
        if self.by_recipe.is_empty() {
            return heeded;
        }
        for found in matches {
            let starts = found.sites.iter().map(Ranged::start);
            let starts: Vec<TextSize> = starts.chain([found.range.start()]).collect();
            let recipe = &found.recipe.id;
            let comments = starts.iter().flat_map(|start| self.at(recipe, *start));
            let comments: Vec<&Comment> = comments.map(|place| &self.comments[*place]).collect();
            if let Some(first) = comments.first() {
                found.is_ignored = true;
                found.safety = Safety::Manual;
                found.said = Wording::reason(format!(
                    "not changed: the comment at {} turns it off for one of the sites",
                    first.place
                ));
            }
            heeded.extend(comments.iter().map(|it| (it.start, recipe.clone())));
        }
        heeded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_comments_inside_each_other_all_hold() {
        let range = |start: u32, end: u32| TextRange::new(start.into(), end.into());
        let covers = [(0, range(0, 9)), (1, range(2, 6)), (2, range(5, 8))];
        let stretches = Stretches::new(&covers);
        let at = |offset: u32| stretches.at(offset.into()).to_vec();
        assert_eq!([at(0), at(2), at(5)], [vec![0], vec![0, 1], vec![0, 1, 2]]);
        assert_eq!([at(6), at(8), at(9)], [vec![0, 2], vec![0], vec![]]);
        let within: Vec<usize> = stretches.within(range(6, 7)).collect();
        assert_eq!(within, [0, 2]);
    }
}
