//! A class → those above it, in the order in which Python asks them.

use std::cell::{Cell, OnceCell};
use std::hash::Hash;

use ruff_python_ast::{AnyNodeRef, StmtClassDef};
use rustc_hash::{FxHashMap, FxHashSet};

use super::base::Base;
use super::resolve::Resolver;
use crate::python::stdlib;

/// So many classes are looked for above one.
const MAX_ABOVE: usize = 100;

/// Returns a class and those above it, each once. A class stands before its bases, and these in the order of
/// their list as far as that goes; where it does not, Python refuses the class. What is more than a hundred
/// classes above is handed to `cut`.
pub fn mro<C: Clone, K: Eq + Hash>(
    class: C,
    key: impl Fn(&C) -> K,
    bases: impl Fn(&C) -> Vec<C>,
    cut: impl Fn(C) -> C,
) -> Vec<C> {
    // Depth first, the last base first: turned round, what ends last stands first.
    let mut ended: Vec<C> = Vec::new();
    let mut seen: FxHashSet<K> = FxHashSet::default();
    let mut open = vec![(class, false)];
    while let Some((class, is_done)) = open.pop() {
        if is_done {
            ended.push(class);
        } else if seen.len() > MAX_ABOVE {
            ended.push(cut(class));
        } else if seen.insert(key(&class)) {
            let bases = bases(&class);
            open.push((class, true));
            open.extend(bases.into_iter().map(|base| (base, false)));
        }
    }
    ended.reverse();
    ended
}

/// The classes of a file, in order when somebody asks for it.
#[derive(Debug, Default)]
pub(super) struct Ordered<'a> {
    found: OnceCell<Hierarchy<'a>>,
    /// A base may be an attribute of another class, and what that is may rest on what is above it.
    is_sought: Cell<bool>,
    unknown: Hierarchy<'a>,
}

/// The classes of a file by what is above and below them.
#[derive(Debug, Default)]
struct Hierarchy<'a> {
    above: FxHashMap<*const StmtClassDef, Vec<Base<'a>>>,
    below: FxHashMap<*const StmtClassDef, Vec<&'a StmtClassDef>>,
    below_named: FxHashMap<String, Vec<&'a StmtClassDef>>,
}

impl<'a> Resolver<'a> {
    /// Returns the classes above one of this file, as far as this file says, in the order in which Python asks
    /// them.
    pub fn above(&self, class: &'a StmtClassDef) -> &[Base<'a>] {
        let above = self.hierarchy().above.get(&std::ptr::from_ref(class));
        above.map_or(&[], Vec::as_slice)
    }

    /// Returns the classes of this file that have, or may have, a class above them, in source order.
    pub fn below(&self, class: &StmtClassDef) -> &[&'a StmtClassDef] {
        let below = self.hierarchy().below.get(&std::ptr::from_ref(class));
        below.map_or(&[], Vec::as_slice)
    }

    /// Returns the same of a class of another file, by its qualified names.
    pub fn below_any(&self, is_it: impl Fn(&str) -> bool) -> Vec<&'a StmtClassDef> {
        let below = self.hierarchy().below_named.iter();
        let below = below.filter(|(name, _)| is_it(name));
        let mut below: Vec<_> = below.flat_map(|(_, classes)| classes).copied().collect();
        below.sort_unstable_by_key(|it| it.range.start());
        below.dedup_by_key(|it| it.range.start());
        below
    }

    /// Returns whether a class of this file has, or may have, another one above it.
    pub fn derives(&self, class: &'a StmtClassDef, from: &StmtClassDef) -> bool {
        let mut above = self.above(class).iter();
        above.any(|base| matches!(base, Base::Here(base) if std::ptr::eq(*base, from)))
    }

    /// Returns whether one of two classes of this file is, or is above, the other.
    pub fn are_related(&self, a: &'a StmtClassDef, b: &'a StmtClassDef) -> bool {
        std::ptr::eq(a, b) || self.derives(a, b) || self.derives(b, a)
    }

    /// Returns the class and those above it of this file, up to the first that is of another one, or not
    /// read: what they have no other class hides.
    pub fn surely_above(&self, class: &'a StmtClassDef) -> impl Iterator<Item = &'a StmtClassDef> {
        let above = self.above(class).iter();
        let counts = |it: &&Base| !matches!(it, Base::There(name) if stdlib::is_empty(name));
        let above = above.filter(counts).map_while(|base| base.clone().here());
        std::iter::once(class).chain(above)
    }

    /// Returns whether it is known what is above the classes of the file.
    pub(super) fn is_ordered(&self) -> bool {
        !self.hierarchy.is_sought.get()
    }

    fn hierarchy(&self) -> &Hierarchy<'a> {
        if !self.is_ordered() {
            return &self.hierarchy.unknown;
        }
        self.hierarchy.found.get_or_init(|| {
            self.hierarchy.is_sought.set(true);
            let tree = self.flow().names().tree();
            let classes = tree.ids().filter_map(|id| match tree.node(id) {
                AnyNodeRef::StmtClassDef(class) => Some(class),
                _ => None,
            });
            let mut all = Hierarchy::default();
            for class in classes {
                let above = self.find_above(class);
                for base in &above {
                    match base {
                        Base::Here(base) => all.below.entry(*base).or_default().push(class),
                        Base::There(name) => {
                            all.below_named.entry(name.clone()).or_default().push(class);
                        }
                        Base::Unread(_) => {}
                    }
                }
                all.above.insert(class, above);
            }
            self.hierarchy.is_sought.set(false);
            all
        })
    }

    fn find_above(&self, class: &'a StmtClassDef) -> Vec<Base<'a>> {
        let key = |base: &Base<'a>| match base {
            Base::Here(class) => (Some(std::ptr::from_ref(*class)), None, None),
            Base::There(name) => (None, Some(name.clone()), None),
            Base::Unread(expression) => {
                (None, None, Some(self.flow().names().tree().id(*expression)))
            }
        };
        let bases = |base: &Base<'a>| match base {
            Base::Here(class) => self.bases(class),
            Base::There(_) | Base::Unread(_) => Vec::new(),
        };
        let cut = |base: Base<'a>| match base {
            Base::Here(class) => Base::There(class.name.to_string()),
            base => base,
        };
        let mut all = mro(Base::Here(class), key, bases, cut);
        all.remove(0);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::mro;

    /// Compares the order of the classes above `A`, whose bases stand behind each name.
    #[track_caller]
    fn check(classes: &[(&str, &str)], expected: &str) {
        let bases = |class: &String| {
            let found = classes.iter().find(|(name, _)| name == class);
            let bases = found.map_or("", |(_, bases)| bases);
            bases.split_whitespace().map(str::to_owned).collect()
        };
        let found = mro("A".to_owned(), String::clone, bases, |it| format!("{it}!"));
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn a_class_stands_before_its_bases_and_these_in_their_order() {
        check(&[("A", "B C")], "A B C");
        check(&[("A", "B C"), ("B", "X"), ("C", "Y")], "A B X C Y");
        check(&[("A", "B C"), ("B", "D"), ("C", "D")], "A B C D");
        check(&[("A", "B D"), ("B", "C"), ("C", "D")], "A B C D");
    }

    #[test]
    fn circles_end() {
        check(&[("A", "B"), ("B", "A")], "A B");
    }

    #[test]
    fn what_is_far_above_is_cut() {
        let names: Vec<String> = (0..300).map(|it| format!("C{it}")).collect();
        let mut classes = vec![("A", "C0")];
        classes.extend(names.windows(2).map(|it| (it[0].as_str(), it[1].as_str())));
        let bases = |class: &String| {
            let found = classes.iter().find(|(name, _)| name == class);
            found
                .map(|(_, base)| (*base).to_owned())
                .into_iter()
                .collect()
        };
        let found = mro("A".to_owned(), String::clone, bases, |it| format!("{it}!"));
        assert_eq!(found.len(), 102);
        assert_eq!(found.last().map(String::as_str), Some("C100!"));
    }
}
