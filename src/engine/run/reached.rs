//! Law 3 over files: what the changes of some files make possible in others goes on top.
//!
//! What a file asks others is answered as they are on disk. Where a def there becomes a coroutine
//! function, or a plain one, the files that import it, and those whose plans read it, are planned on with the
//! facts that this leaves; so is a file with a def that could not change because of what others do with it, where these change.

use std::collections::{BTreeMap, BTreeSet};

use ruff_text_size::Ranged;

use super::{File, Run};
use crate::engine::before::Prerequisite;
use crate::plan::change::Change;
use crate::text::edit::Edit;

/// Files for which changes of others may matter, by their place in the run.
#[derive(Default)]
pub(super) struct Reached {
    /// Lists of such changes.
    changes: Vec<Vec<Prerequisite>>,
    /// Which of the lists is about which file.
    files: BTreeMap<usize, Vec<usize>>,
}

impl Reached {
    /// Returns the files, in order.
    pub(super) fn files(&self) -> Vec<usize> {
        self.files.keys().copied().collect()
    }

    /// Returns the changes that matter for a file.
    pub(super) fn by(&self, place: usize) -> Vec<Prerequisite> {
        let lists = self.files.get(&place).into_iter().flatten();
        let changes = lists.flat_map(|list| &self.changes[*list]);
        changes.cloned().collect()
    }

    /// Says that changes may matter for files.
    fn add(&mut self, changes: Vec<Prerequisite>, files: impl IntoIterator<Item = usize>) {
        if changes.is_empty() {
            return;
        }
        for file in files {
            let lists = self.files.entry(file).or_default();
            lists.push(self.changes.len());
        }
        self.changes.push(changes);
    }
}

/// Returns the files for which the changes that nobody looked at yet may matter.
pub(super) fn reached(run: &Run) -> Reached {
    let mut reached = Reached::default();
    let files = run.files.iter().enumerate();
    let new = files.filter(|(_, file)| file.news().next().is_some());
    let new: Vec<usize> = new.map(|(place, _)| place).collect();
    if new.is_empty() {
        return reached;
    }
    for place in &new {
        let recoloring = recoloring(&run.files[*place]);
        if !recoloring.is_empty() {
            reached.add(recoloring, readers(run, *place));
        }
    }
    for (place, file) in run.files.iter().enumerate() {
        if leads_others(file) {
            let users = importers(run, place).into_iter();
            let changes = users.flat_map(|user| run.files[user].news());
            reached.add(changes.map(Prerequisite::of_all).collect(), [place]);
        }
    }
    let (changes, files) = tied(run, &new);
    reached.add(changes, files);
    reached.files.retain(|place, _| may_change(run, *place));
    reached
}

/// Returns the new changes that several files make together, and the files that they may matter for: their
/// own, and those in which their recipes left something.
fn tied(run: &Run, new: &[usize]) -> (Vec<Prerequisite>, BTreeSet<usize>) {
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

/// Returns the files of the run for which the new color of defs in one may matter: those that import it, those
/// whose plans read it, and those that looked for a coroutine function of such a name.
fn readers(run: &Run, place: usize) -> BTreeSet<usize> {
    let changed = &run.files[place];
    let names = new_edits(changed).filter_map(|(_, text, edit)| recolored(text, edit));
    let names: BTreeSet<&str> = names.collect();
    let whole = run.on_disk.whole(changed.path);
    let reads = |file: &File| {
        let asked = &file.outcome.asked;
        asked.read(&whole) || names.iter().any(|name| asked.missed(name))
    };
    let files = run.files.iter().enumerate();
    let reading = files.filter(|(other, file)| *other != place && reads(file));
    let reading = reading.map(|(other, _)| other);
    reading.chain(importers(run, place)).collect()
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

/// Returns the files of the run that import one, directly or not.
fn importers(run: &Run, place: usize) -> Vec<usize> {
    let importers = run.on_disk.importers(run.files[place].path).into_iter();
    importers.filter_map(|path| run.place(&path)).collect()
}

/// Files that a program wrote stay, and of a pair both would have to change alike.
fn may_change(run: &Run, place: usize) -> bool {
    let file = &run.files[place];
    !file.is_left && !file.outcome.is_generated && !run.has_pair(place)
}
