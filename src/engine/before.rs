//! The layers that led to a text → the way back to the file on disk, and what the text rests on.

use std::cell::OnceCell;

use ruff_text_size::{Ranged, TextRange, TextSize};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::plan::change::{Change, ChangeId, FilePlan, Layer, Site, Status};
use crate::plan::ruling::{Follow, Ruling};
use crate::recipe::Recipe;
use crate::recipe::order::comes_after;
use crate::recipe::safety::Safety;
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::text::origins::Origins;
use crate::text::wording::Wording;

/// A change, perhaps of another file, that made those of a recipe possible.
#[derive(Debug, Clone)]
pub(super) struct Prerequisite {
    /// The recipe whose changes rest on it; `None`: those of all.
    recipe: Option<String>,
    pub(super) id: ChangeId,
    pub(super) safety: Safety,
}

impl Prerequisite {
    /// Says that changes of `recipe` rest on a change.
    pub(super) fn new(recipe: &str, change: &Change) -> Self {
        Self {
            recipe: Some(recipe.to_owned()),
            ..Self::of_all(change)
        }
    }

    /// Says that all changes rest on a change.
    pub(super) fn of_all(change: &Change) -> Self {
        Self {
            recipe: None,
            id: change.id.clone(),
            safety: change.safety,
        }
    }

    fn applies_to(&self, recipe: &str) -> bool {
        self.recipe.as_ref().is_none_or(|own| own == recipe)
    }
}

/// Finds what a rule at a site says of the file as it is on disk.
pub(super) type ToldOnDisk<'p> = dyn Fn(&RuleAt) -> Option<Wording> + 'p;

/// What rules say of the file as it is on disk.
pub(super) type OnDisk = FxHashMap<RuleAt, Wording>;

/// A rule at a site: whether it makes a change, recipe, rule, and where the site begins.
pub(super) type RuleAt = (bool, String, String, TextSize);

/// Returns how a rule at a site is found again.
pub(super) fn rule_at(site: &Site, is_change: bool) -> RuleAt {
    let Site { recipe, rule, .. } = site;
    (is_change, recipe.clone(), rule.clone(), site.range.start())
}

/// The way from a text to the file on disk.
pub(super) struct Way<'p> {
    /// From the file on disk to the text, one step per layer.
    steps: Vec<(Origins, &'p Layer)>,
}

impl<'p> Way<'p> {
    /// Takes the layers that led to a text.
    pub(super) fn new(layers: &'p [Layer]) -> Self {
        let steps = layers.iter();
        let step = |layer: &'p Layer| (Origins::new(layer.source.text(), &layer.edits), layer);
        Self {
            steps: steps.map(step).collect(),
        }
    }

    /// Maps a range of the text back to the file on disk. What stands there on lines that are new is at
    /// the site of the change that made them.
    pub(super) fn on_disk(&self, mut range: TextRange) -> TextRange {
        for (origins, layer) in self.steps.iter().rev() {
            match origins.range(range) {
                Ok(old) => range = old,
                Err(place) => match maker(layer, place) {
                    Some(site) => return site.range,
                    None => range = TextRange::empty(place),
                },
            }
        }
        range
    }

    /// Maps a range of the text back to the file on disk; `None`: it is not all from there.
    pub(super) fn place_on_disk(&self, range: TextRange) -> Option<TextRange> {
        let mut steps = self.steps.iter().rev();
        steps.try_fold(range, |range, (origins, _)| origins.range(range).ok())
    }
}

/// Returns the first site of the change that put lines in at a place: the one with that edit, else the
/// nearest, which needed them.
fn maker(layer: &Layer, place: TextSize) -> Option<&Site> {
    let distance = |change: &&Change| {
        let extent = change.extent;
        let is_own = change.edits.iter().any(|edit| edit.start() == place);
        let start = extent.start().to_u32().abs_diff(place.to_u32());
        (
            !is_own,
            start.min(extent.end().to_u32().abs_diff(place.to_u32())),
        )
    };
    let made = layer.changes.iter();
    let made = made.filter(|change| change.status == Status::Proposed);
    made.min_by_key(distance)?.sites.first()
}

/// What was done to a file before the text that is looked at.
pub(super) struct Before<'p> {
    plan: &'p FilePlan,
    original: &'p SourceFile,
    way: Way<'p>,
    /// Changes of other files.
    elsewhere: &'p [Prerequisite],
    /// What rules say of the file on disk.
    told: Option<&'p ToldOnDisk<'p>>,
    /// The recipes whose changes made the text what it is.
    made: OnceCell<Vec<String>>,
}

impl<'p> Before<'p> {
    /// Takes the layers of a plan that was begun; `current` is the text they leave.
    pub(super) fn new(plan: &'p FilePlan, current: &'p SourceFile) -> Self {
        Self {
            plan,
            original: plan.layers.first().map_or(current, |layer| &layer.source),
            way: Way::new(&plan.layers),
            elsewhere: &[],
            told: None,
            made: OnceCell::new(),
        }
    }

    /// Adds the changes of other files that made the text's changes possible.
    pub(super) fn requiring(mut self, elsewhere: &'p [Prerequisite]) -> Self {
        self.elsewhere = elsewhere;
        self
    }

    /// Adds what rules say of the file on disk.
    pub(super) fn telling(mut self, told: &'p ToldOnDisk<'p>) -> Self {
        self.told = Some(told);
        self
    }

    /// Says of a site what holds on disk; where a rule holds only once other changes are made, says so.
    pub(super) fn worded(&self, recipe: &Recipe, at: Option<RuleAt>, said: Wording) -> Wording {
        let made = self.made_before(recipe);
        if made.is_empty() {
            return said;
        }
        let told = self.told.zip(at).and_then(|(told, at)| told(&at));
        if let Some(told) = told {
            // What it required there may be done otherwise.
            return if told.reason.starts_with(&said.reason) {
                said
            } else {
                told
            };
        }
        let is_many = made.len() > 2;
        let (names, verb) = match made.len() {
            1 => (made[0].to_owned(), "is"),
            _ if is_many => ("the other changes".to_owned(), "are"),
            _ => (made.join(" and "), "are"),
        };
        Wording {
            reason: format!("once {names} {verb} applied: {}", said.reason),
            ..said
        }
    }

    /// Returns the recipes whose changes made the text what it is: those that the recipe comes after, or
    /// all.
    fn made_before(&self, recipe: &Recipe) -> Vec<&str> {
        let made = self.made.get_or_init(|| {
            let mut made: Vec<String> = Vec::new();
            for change in self.plan.wanted() {
                if !made.contains(&change.recipe) {
                    made.push(change.recipe.clone());
                }
            }
            made
        });
        let mut made: Vec<&str> = made.iter().map(String::as_str).collect();
        let is_earlier = |name: &&str| comes_after(recipe, name);
        if made.iter().any(is_earlier) {
            made.retain(is_earlier);
        }
        made
    }

    /// Maps a range of the text back to the file on disk.
    pub(super) fn on_disk(&self, range: TextRange) -> TextRange {
        self.way.on_disk(range)
    }

    /// Returns where an offset of the file on disk is, for people.
    pub(super) fn position(&self, offset: TextSize) -> Position {
        self.original.position(offset)
    }

    /// Returns the site of a rule at a range of the text.
    pub(super) fn site(&self, range: TextRange, recipe: &str, rule: &str) -> Site {
        let range = self.on_disk(range);
        Site {
            range,
            position: self.original.position(range.start()),
            recipe: recipe.to_owned(),
            rule: rule.to_owned(),
        }
    }

    /// Returns what was decided of a change.
    pub(super) fn ruling(&self, id: &ChangeId) -> Option<&'p Ruling> {
        self.plan.rulings.of(id)
    }

    /// Returns what was decided of a change alone, and not of all changes of the file.
    pub(super) fn ruling_alone(&self, id: &ChangeId) -> Option<&'p Ruling> {
        self.plan.rulings.of_alone(id)
    }

    /// Returns the changes of other files that this one follows.
    pub(super) fn follows(&self) -> &'p [Follow] {
        self.plan.rulings.follows()
    }

    /// Returns the changes that a recipe's changes of the text rest on: those that made the text what
    /// it is, and those of other files.
    pub(super) fn prerequisites(&self, recipe: &str) -> Vec<(ChangeId, Safety)> {
        let own = self.plan.wanted();
        let own = own.map(|change| (&change.id, change.safety));
        let others = self
            .elsewhere
            .iter()
            .filter(|other| other.applies_to(recipe));
        let others = others.map(|other| (&other.id, other.safety));
        let mut known: FxHashSet<&ChangeId> = FxHashSet::default();
        let resting = own.chain(others).filter(|(id, _)| known.insert(id));
        resting.map(|(id, safety)| (id.clone(), safety)).collect()
    }

    /// Iterates over the names of all changes so far, those that are not made included.
    pub(super) fn ids(&self) -> impl Iterator<Item = ChangeId> {
        self.plan.changes().map(|change| change.id.clone())
    }
}
