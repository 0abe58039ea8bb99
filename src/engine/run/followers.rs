//! Changes that rewrite a def → the files that use it change with it, or it stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::{File, Run};
use crate::engine::recipes::Engine;
use crate::engine::settings::Settings;
use crate::plan::change::{Change, ChangeId, Followed};
use crate::plan::ruling::{Follow, Ruling, Rulings};
use crate::project::Recolored;

/// A change that others follow, with its file's place in the run.
struct Leader<'p> {
    place: usize,
    change: &'p Change,
    followed: &'p Followed,
}

/// What files follow, as it was decided last.
#[derive(Default)]
pub(super) struct Following {
    /// By the file that follows, and the one that leads.
    follows: BTreeMap<usize, BTreeMap<usize, Vec<Follow>>>,
    /// By the file that leads: those that follow.
    led: BTreeMap<usize, BTreeSet<usize>>,
    /// Files that were planned since.
    planned: BTreeSet<usize>,
}

impl Following {
    /// Says that a file was planned.
    pub(super) fn note(&mut self, place: usize) {
        self.planned.insert(place);
    }

    /// Takes the files whose changes have to be asked about again: those that were planned, and those that
    /// they follow.
    fn take_open(&mut self) -> BTreeSet<usize> {
        let planned = std::mem::take(&mut self.planned);
        let follows = planned.iter().filter_map(|place| self.follows.get(place));
        let leading: Vec<usize> = follows.flat_map(BTreeMap::keys).copied().collect();
        planned.into_iter().chain(leading).collect()
    }

    /// Forgets who follows a file, and returns them.
    fn forget(&mut self, leading: usize) -> BTreeSet<usize> {
        let led = self.led.remove(&leading).unwrap_or_default();
        for place in &led {
            self.follows.entry(*place).or_default().remove(&leading);
        }
        led
    }

    fn add(&mut self, place: usize, leading: usize, follow: Follow) {
        let by_leader = self.follows.entry(place).or_default();
        by_leader.entry(leading).or_default().push(follow);
        self.led.entry(leading).or_default().insert(place);
    }

    fn of(&self, place: usize) -> Vec<Follow> {
        let by_leader = self.follows.get(&place).into_iter();
        by_leader
            .flat_map(BTreeMap::values)
            .flatten()
            .cloned()
            .collect()
    }
}

/// Decides what each file follows, and what is left because a file cannot follow it; returns the files for
/// which that is new.
pub(super) fn decided(run: &Run, following: &mut Following) -> Vec<(usize, Rulings)> {
    let mut touched: BTreeSet<usize> = BTreeSet::new();
    let mut left: BTreeMap<usize, Vec<(ChangeId, String)>> = BTreeMap::new();
    for leading in following.take_open() {
        touched.extend(following.forget(leading));
        for leader in leaders(run, leading) {
            match followers(run, &leader) {
                Ok(followers) => {
                    for place in followers {
                        following.add(place, leading, follow(run, &leader));
                        touched.insert(place);
                    }
                }
                Err(why) => {
                    let left = left.entry(leading).or_default();
                    left.push((leader.change.id.clone(), why));
                }
            }
        }
    }
    let places: BTreeSet<usize> = touched.into_iter().chain(left.keys().copied()).collect();
    let decided = places.into_iter().map(|place| {
        let rulings = run.files[place].rulings.clone();
        let mut rulings = rulings.following(following.of(place));
        for (id, why) in left.remove(&place).into_iter().flatten() {
            rulings.add(id, Ruling::Leave(format!("not changed: {why}")));
        }
        (place, rulings)
    });
    let decided = decided.filter(|(place, rulings)| run.files[*place].rulings != *rulings);
    decided.collect()
}

/// Iterates over the changes of a file that others follow.
fn leaders<'r>(run: &'r Run, place: usize) -> impl Iterator<Item = Leader<'r>> {
    run.files[place].wanted().flat_map(move |change| {
        let followed = change.followed.iter();
        followed.map(move |followed| Leader {
            place,
            change,
            followed,
        })
    })
}

fn follow(run: &Run, leader: &Leader) -> Follow {
    let change = leader.change;
    let follows = run.files[leader.place].rulings.follows().iter();
    let earlier = follows.filter(|it| change.requires.contains(&it.change));
    Follow {
        earlier: earlier.flat_map(Follow::changing).collect(),
        change: change.id.clone(),
        recipe: change.recipe.clone(),
        rule: change.rule.clone(),
        safety: change.safety,
        said: change.said.clone(),
        home: run.on_disk.name_in_project(run.files[leader.place].path),
        name: leader.followed.name.clone(),
        relatives: leader.followed.relatives.clone(),
    }
}

/// Returns the places of the files that follow a change, or why one of them does not.
fn followers(run: &Run, leader: &Leader) -> Result<Vec<usize>, String> {
    let files = leader.followed.files.iter();
    let places = files.map(|file| {
        let place = run.place(file);
        let place = place.filter(|place| !run.files[*place].outcome.is_generated);
        let why = match place {
            None => Some("is not part of this run: name both files".to_owned()),
            Some(place) => obstacle(run, leader, place),
        };
        let name = run.on_disk.name_in_project(file);
        match (place, why) {
            (Some(place), None) => Ok(place),
            (_, why) => Err(format!(
                "{} also uses it, and {}",
                name.display(),
                why.unwrap_or_default()
            )),
        }
    });
    places.collect()
}

/// Says why a file of the run does not follow a change.
fn obstacle(run: &Run, leader: &Leader, place: usize) -> Option<String> {
    let file = &run.files[place];
    if !is_asked_alike(leader, file.engine, run.files[leader.place].engine) {
        let recipe = &leader.change.recipe;
        return Some(format!(
            "{recipe} is turned off there, or has a stricter level"
        ));
    }
    if run.has_pair(place) || run.has_pair(leader.place) {
        return Some("one of the two has a Jupytext pair".to_owned());
    }
    is_refused(file, &leader.change.id)
        .then(|| "its use cannot change, or another change takes precedence".to_owned())
}

/// Returns whether the recipe does in another file what it does in that of the change.
fn is_asked_alike(leader: &Leader, other: &Engine, own: &Engine) -> bool {
    let change = leader.change;
    let careful = other.settings.careful.get(&change.recipe);
    let reaches = |engine: &Engine| {
        let Settings { level, applied, .. } = engine.settings;
        [level, applied].map(|level| change.safety <= level)
    };
    other.rule(&change.recipe, &change.rule).is_some()
        && careful.is_none_or(|careful| careful.level <= change.safety)
        && reaches(other) == reaches(own)
}

/// Returns whether a file was planned to follow a change, and does not.
fn is_refused(file: &File, leader: &ChangeId) -> bool {
    let mut follows = file.rulings.follows().iter();
    follows.any(|follow| follow.change == *leader)
        && !file.wanted().any(|change| change.requires.contains(leader))
}

/// Lets each change rest on those that follow it, as they rest on it.
pub(super) fn require_each_other(run: &mut Run) {
    let mut led: FxHashMap<ChangeId, Vec<ChangeId>> = FxHashMap::default();
    for file in &run.files {
        for change in file.wanted() {
            let leaders = file.rulings.follows().iter().map(|it| &it.change);
            for leader in leaders.filter(|leader| change.requires.contains(leader)) {
                led.entry(leader.clone())
                    .or_default()
                    .push(change.id.clone());
            }
        }
    }
    for change in run.files.iter_mut().flat_map(File::changes_mut) {
        for follower in led.get(&change.id).into_iter().flatten() {
            if !change.requires.contains(follower) {
                change.requires.push(follower.clone());
            }
        }
    }
}

/// Returns the defs that others follow, as they are called once they have changed.
pub(super) fn recolored(engine: &Engine, follows: &[Follow]) -> Vec<Recolored> {
    let mut defs = Vec::new();
    for follow in follows {
        let rule = engine.rule(&follow.recipe, &follow.rule);
        let Some(is_async) = rule.and_then(|(_, _, rule)| rule.color()) else {
            continue;
        };
        let relatives = follow.relatives.iter().map(|(home, name)| (home, name));
        let all = std::iter::once((&follow.home, &follow.name)).chain(relatives);
        defs.extend(all.map(|(home, name)| Recolored {
            home: home.clone(),
            name: name.clone(),
            is_async,
        }));
    }
    defs
}
