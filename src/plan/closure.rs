//! Some of a plan's changes → the set of them that can be made: what they require is made with them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::change::{Change, ChangeId, FilePlan, Plan};

/// The changes of a plan that would be made, by their names.
pub struct Closure<'p> {
    requires: FxHashMap<&'p ChangeId, Vec<&'p ChangeId>>,
}

impl<'p> Closure<'p> {
    /// Takes the changes of all files.
    pub fn of(plan: &'p Plan) -> Self {
        let mut requires: FxHashMap<&ChangeId, Vec<&ChangeId>> = FxHashMap::default();
        for change in plan.files.iter().flat_map(FilePlan::wanted) {
            let required = requires.entry(&change.id).or_default();
            required.extend(&change.requires);
        }
        Self { requires }
    }

    /// Takes changes, and pairs of which the first requires the second.
    #[cfg(test)]
    pub(crate) fn of_pairs(all: &'p [ChangeId], pairs: &'p [(ChangeId, ChangeId)]) -> Self {
        let mut requires: FxHashMap<&ChangeId, Vec<&ChangeId>> =
            all.iter().map(|id| (id, Vec::new())).collect();
        for (of, what) in pairs {
            requires.entry(of).or_default().push(what);
        }
        Self { requires }
    }

    /// Iterates over the changes that require others, with these.
    pub fn each(&self) -> impl Iterator<Item = (&'p ChangeId, &[&'p ChangeId])> {
        let each = self
            .requires
            .iter()
            .filter(|(_, requires)| !requires.is_empty());
        each.map(|(id, requires)| (*id, requires.as_slice()))
    }

    /// Adds what the changes require, and what that requires.
    pub fn with_required(&self, chosen: FxHashSet<ChangeId>) -> FxHashSet<ChangeId> {
        let mut open: Vec<ChangeId> = chosen.iter().cloned().collect();
        let mut all = chosen;
        while let Some(id) = open.pop() {
            for required in self.requires.get(&id).into_iter().flatten() {
                if all.insert((*required).clone()) {
                    open.push((*required).clone());
                }
            }
        }
        all
    }

    /// Drops those that require a change that is not chosen, and returns them, each with such a one.
    pub fn drop_orphaned(&self, chosen: &mut FxHashSet<ChangeId>) -> FxHashMap<ChangeId, ChangeId> {
        let mut users: FxHashMap<&ChangeId, Vec<&ChangeId>> = FxHashMap::default();
        let mut open = Vec::new();
        for (id, requires) in self.requires.iter().filter(|(id, _)| chosen.contains(**id)) {
            for required in requires {
                users.entry(*required).or_default().push(*id);
                if !chosen.contains(*required) {
                    open.push((*id, *required));
                }
            }
        }
        // Of several that it requires the first is told, whatever the order of the maps.
        open.sort_by(|a, b| b.cmp(a));
        let mut orphans = FxHashMap::default();
        while let Some((id, required)) = open.pop() {
            if chosen.remove(id) {
                let resting = users.get(id).into_iter().flatten();
                open.extend(resting.map(|user| (*user, id)));
                orphans.insert(id.clone(), required.clone());
            }
        }
        orphans
    }
}

/// Returns two files with changes of one name, which are in different projects; `None`: a name says which
/// change is meant.
pub fn ambiguous(plan: &Plan) -> Option<[&FilePlan; 2]> {
    let mut homes: FxHashMap<&ChangeId, &FilePlan> = FxHashMap::default();
    for file in &plan.files {
        for change in file.wanted() {
            let known = homes.entry(&change.id).or_insert(file);
            if !std::ptr::eq(*known, file) {
                return Some([*known, file]);
            }
        }
    }
    None
}

/// Returns the names of the changes that would be made and that are `asked` for.
pub fn chosen(
    plan: &Plan,
    mut asked: impl FnMut(&FilePlan, &Change) -> bool,
) -> FxHashSet<ChangeId> {
    let mut chosen = FxHashSet::default();
    for file in &plan.files {
        let wanted = file.wanted().filter(|change| asked(file, change));
        chosen.extend(wanted.map(|change| change.id.clone()));
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `c` requires `b`, which requires `a`.
    #[track_caller]
    fn check(ask: &[&str], with: &[&str], without: &[&str]) {
        let [a, b, c] = ["a", "b", "c"].map(|name| ChangeId(name.to_owned()));
        let wanted = Closure {
            requires: [(&a, vec![]), (&b, vec![&a]), (&c, vec![&b])]
                .into_iter()
                .collect(),
        };
        let mut asked: FxHashSet<ChangeId> = ask
            .iter()
            .map(|name| ChangeId((*name).to_owned()))
            .collect();
        let names = |set: &FxHashSet<ChangeId>| {
            let mut names: Vec<String> = set.iter().map(|id| id.0.clone()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&wanted.with_required(asked.clone())), with);
        let orphans = wanted.drop_orphaned(&mut asked);
        assert_eq!(names(&asked), without);
        assert_eq!(orphans.len(), ask.len() - without.len());
    }

    #[test]
    fn a_set_is_closed_upwards_or_downwards() {
        check(&["c"], &["a", "b", "c"], &[]);
        check(&["a", "c"], &["a", "b", "c"], &["a"]);
        check(&["b", "c"], &["a", "b", "c"], &[]);
        check(&["a", "b"], &["a", "b"], &["a", "b"]);
    }
}
