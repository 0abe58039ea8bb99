//! Law 3 over files: what the changes of some files make possible in others goes on top.
//!
//! What a file asks others is answered as they are on disk. Where a def there becomes a coroutine
//! function, or a plain one, the files that import it, and those whose plans read it, are planned on with the
//! facts that this leaves; so is a file with a def that could not change because of what others do with it, where these change.

use std::collections::{BTreeMap, BTreeSet};

use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::imports::{Imports, led_to, led_to_by_any};
use super::{File, Run};
use crate::engine::before::Prerequisite;
use crate::plan::change::Change;
use crate::text::edit::Edit;

/// Which new changes may matter for which files, by their places in the run. That a file is reached says little:
/// by what, is put together for those that go on.
#[derive(Default)]
pub(super) struct Reached {
    files: BTreeSet<usize>,
    /// By file, its new changes.
    new: BTreeMap<usize, Vec<Prerequisite>>,
    /// By file, those of them that make plain functions of coroutine functions, or the reverse.
    recoloring: BTreeMap<usize, Vec<Prerequisite>>,
    /// The files whose plans rest on what such a change is about, with where it stands.
    asked: BTreeMap<usize, BTreeSet<usize>>,
    /// Files with a def that did not change, perhaps because of what others do with it.
    leading: BTreeSet<usize>,
    /// The new changes that several files make together, and the files for which they matter.
    tied: (Vec<Prerequisite>, BTreeSet<usize>),
}

impl Reached {
    /// Returns the files, in order.
    pub(super) fn files(&self) -> Vec<usize> {
        self.files.iter().copied().collect()
    }

    /// Returns the changes that matter for a file.
    pub(super) fn by(&self, place: usize, imports: &Imports) -> Vec<Prerequisite> {
        let mut colors = self.asked.get(&place).cloned().unwrap_or_default();
        if !self.recoloring.is_empty() {
            colors.extend(led_to(&imports.imported, place));
        }
        let colors = colors.iter().filter_map(|it| self.recoloring.get(it));
        let users = match self.leading.contains(&place) {
            true => led_to(&imports.importers, place),
            false => BTreeSet::new(),
        };
        let users = users.iter().filter_map(|it| self.new.get(it));
        let (tied, files) = &self.tied;
        let tied = files.contains(&place).then_some(tied);
        colors.chain(users).chain(tied).flatten().cloned().collect()
    }
}

/// Returns the files for which the changes that nobody looked at yet may matter.
pub(super) fn reached(run: &Run) -> Reached {
    let files = run.files.iter().enumerate();
    let new = files.map(|(place, file)| (place, file.news().map(Prerequisite::of_all).collect()));
    let new: BTreeMap<usize, Vec<_>> = new.filter(|(_, news)| !Vec::is_empty(news)).collect();
    if new.is_empty() {
        return Reached::default();
    }
    let recoloring = new
        .keys()
        .map(|place| (*place, recoloring(&run.files[*place])));
    let recoloring: BTreeMap<_, _> = recoloring.filter(|(_, found)| !found.is_empty()).collect();
    let files = run.files.iter().enumerate();
    let leading = files.filter(|(_, file)| leads_others(file));
    let leading: BTreeSet<usize> = leading.map(|(place, _)| place).collect();
    let asked = asking(run, recoloring.keys());
    let tied = tied(run, new.keys());
    let mut files = tied.1.clone();
    files.extend(asked.keys());
    if !recoloring.is_empty() {
        let recolored_in = recoloring.keys().copied();
        files.extend(led_to_by_any(&run.imports().importers, recolored_in));
    }
    if !leading.is_empty() {
        let led = led_to_by_any(&run.imports().imported, new.keys().copied());
        files.extend(leading.intersection(&led));
    }
    files.retain(|place| *place < run.files.len() && may_change(run, *place));
    Reached {
        files,
        new,
        recoloring,
        asked,
        leading,
        tied,
    }
}

/// Returns the new changes that several files make together, and the files that they may matter for: their
/// own, and those in which their recipes left something.
fn tied<'p>(
    run: &Run,
    new: impl Iterator<Item = &'p usize>,
) -> (Vec<Prerequisite>, BTreeSet<usize>) {
    let (mut changes, mut recipes, mut places) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for place in new {
        let file = &run.files[*place];
        for change in file.news().filter(|change| is_tied(change, file)) {
            changes.push(Prerequisite::of_all(change));
            recipes.insert(change.recipe.as_str());
            places.insert(*place);
        }
    }
    if !changes.is_empty() {
        let files = run.files.iter().enumerate();
        let left = files.filter(|(_, file)| {
            let findings = file.plan().into_iter().flat_map(|plan| &plan.findings);
            let mut left = findings.map(|it| it.site.recipe.as_str());
            left.any(|recipe| recipes.contains(recipe))
        });
        places.extend(left.map(|(place, _)| place));
    }
    (changes, places)
}

/// Returns whether other files follow a change, or it follows one of theirs.
fn is_tied(change: &Change, file: &File) -> bool {
    let mut leaders = file.rulings.follows().iter();
    !change.followed.is_empty() || leaders.any(|it| change.requires.contains(&it.change))
}

/// Returns the new changes of a file that make plain functions of coroutine functions, or the reverse.
fn recoloring(file: &File) -> Vec<Prerequisite> {
    let changes = new_edits(file).filter(|(_, text, edit)| recolored(text, edit).is_some());
    let mut changes: Vec<&Change> = changes.map(|(change, ..)| change).collect();
    changes.dedup_by(|one, other| std::ptr::eq(*one, *other));
    changes.into_iter().map(Prerequisite::of_all).collect()
}

/// Iterates over the edits of the new changes of a file, with the text that each is of.
fn new_edits<'f>(file: &'f File) -> impl Iterator<Item = (&'f Change, &'f str, &'f Edit)> {
    let plan = file.plan().into_iter();
    let layers = plan.flat_map(|plan| plan.layers.iter().map(|layer| (plan.level, layer)));
    layers.skip(file.first_new).flat_map(|(level, layer)| {
        let changes = layer.changes.iter();
        let changes = changes.filter(move |change| change.is_wanted(level));
        let text = layer.source.text();
        changes.flat_map(move |change| change.edits.iter().map(move |edit| (change, text, edit)))
    })
}

/// Returns the name of the def to which an edit of a text gives its `async`, or from which it takes it.
fn recolored<'t>(text: &'t str, edit: &'t Edit) -> Option<&'t str> {
    let (before, behind) = (&text[edit.range()], &text[edit.range().end().to_usize()..]);
    let stands_before_def = behind.starts_with("def ");
    let is_async = |code: &str| {
        code.contains("async def ") || stands_before_def && code.trim_end().ends_with("async")
    };
    if is_async(before) == is_async(edit.text()) {
        return None;
    }
    let mut codes = [edit.text(), before, behind].into_iter();
    let (_, named) = codes.find_map(|code| code.split_once("def "))?;
    named
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .next()
}

/// Returns the files whose plans read one in which defs have a new color, or looked for a coroutine function of such
/// a name, with the files of these.
fn asking<'p>(
    run: &Run,
    recolored_in: impl Iterator<Item = &'p usize>,
) -> BTreeMap<usize, BTreeSet<usize>> {
    let (mut paths, mut names) = (FxHashMap::default(), FxHashMap::default());
    for place in recolored_in {
        let changed = &run.files[*place];
        paths.insert(run.on_disk.whole(changed.path), *place);
        for name in new_edits(changed).filter_map(|(_, text, edit)| recolored(text, edit)) {
            let places: &mut BTreeSet<usize> = names.entry(name).or_default();
            places.insert(*place);
        }
    }
    let files = run.files.iter().enumerate().map(|(place, file)| {
        let asked = &file.outcome.asked;
        let read = asked.read().filter_map(|path| paths.get(path));
        let missed = asked.missed().filter_map(|name| names.get(name));
        let others = read.chain(missed.flatten()).copied();
        (place, others.filter(|other| *other != place).collect())
    });
    files
        .filter(|(_, others)| !BTreeSet::is_empty(others))
        .collect()
}

/// Returns whether a def of a file did not change, perhaps because of what others do with it.
fn leads_others(file: &File) -> bool {
    let findings = file.plan().into_iter().flat_map(|plan| &plan.findings);
    let mut sites = findings.map(|finding| &finding.site);
    sites.any(|site| {
        let found = file.engine.rule(&site.recipe, &site.rule);
        found.is_some_and(|(_, _, rule)| rule.leads_others())
    })
}

/// Files that a program wrote stay, and of a pair both would have to change alike.
fn may_change(run: &Run, place: usize) -> bool {
    let file = &run.files[place];
    !file.is_left && !file.outcome.is_generated && !run.has_pair(place)
}
