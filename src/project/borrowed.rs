//! A method → where it is taken from its class for an object that may be of another one: `Base.go(other)`,
//! `go = Base.go`.

use std::path::PathBuf;

use super::by_name::ByName;
use super::lineage::{ByClass, Lineage, key};
use super::original::Original;
use super::part::Project;
use super::word_index::Around;
use crate::source::cell::Position;

/// Where methods are taken from classes, by their names.
#[derive(Debug, Default)]
pub(super) struct Borrowings(ByName<Takings>);

/// Where those of one name are.
#[derive(Debug, Default)]
struct Takings {
    all: Vec<Taken>,
    by_class: ByClass,
}

#[derive(Debug)]
struct Taken {
    /// The place of its file.
    file: u32,
    position: Position,
    /// Methods of these classes are given objects of their own.
    kept_by: Lineage,
}

impl Borrowings {
    /// Finds the first place; paths are relative to the root.
    pub(super) fn of(&self, method: &Original, project: &Project) -> Option<(PathBuf, Position)> {
        let own = key(&method.path, method.class.as_deref()?);
        let name = method.name.as_str();
        let takings = self.0.of(name, || Takings::build(name, project));
        let places = takings.by_class.surely(&own).iter();
        let mut taken = places.filter_map(|place| takings.all.get(*place as usize));
        let found = taken.find(|it| !it.kept_by.has(&own).is_yes())?;
        let path = project.files().python.get(found.file as usize)?;
        Some((path.clone(), found.position))
    }
}

impl Takings {
    fn build(name: &str, project: &Project) -> Self {
        let mut takings = Self::default();
        let lineages = project.lineages();
        for file in project.words().places_with(name, Around::DOTTED) {
            let Some(said) = project.said(file) else {
                continue;
            };
            let path = &project.files().python[file as usize];
            for taking in said.takes.get(name).into_iter().flatten() {
                let lineage = lineages.of(path, &said.classes, &taking.class);
                if lineage.classes.is_empty() {
                    continue;
                }
                let gets = taking.gets.as_ref();
                let kept_by = gets.map(|it| lineages.of(path, &said.classes, it));
                // They are fewer than the bytes of all files.
                let place = u32::try_from(takings.all.len()).unwrap_or(u32::MAX);
                takings.by_class.add(place, lineage);
                takings.all.push(Taken {
                    file,
                    position: taking.position,
                    kept_by: kept_by.unwrap_or_default(),
                });
            }
        }
        takings
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::Texts;
    use super::*;

    /// Compares whether a line of `b.py` takes `Feed.read` of `a.py` for another object.
    #[track_caller]
    fn check(line: &str, expected: bool) {
        let text = "class Feed:\n    async def read(self): pass\nclass Sub(Feed): pass\n";
        let other = format!("from a import Feed, Sub\n{line}\n");
        let project = Project::of(Texts::of(&[("a.py", text), ("b.py", &other)]));
        let method = Original {
            path: "a.py".into(),
            class: Some("Feed".to_owned()),
            name: "read".to_owned(),
        };
        let found = project.borrowed(&method);
        assert_eq!(found.is_some(), expected, "{line}");
    }

    #[test]
    fn a_method_is_taken_for_another_object() {
        check("Feed.read(other)", true);
        check("Sub.read(other)", true);
        check("class C:\n    read = Feed.read", true);
        check("class C:\n    def f(self): Feed.read(self)", true);
        check("call(Feed.read)", true);
        check("read = Feed.read.__get__(other)", true);
    }

    #[test]
    fn a_method_is_called_for_objects_of_its_class() {
        check("Feed().read()", false);
        check("Feed.read(Sub())", false);
        check("class C(Feed):\n    read = Feed.read", false);
        check("class C(Feed):\n    def f(self): Feed.read(self)", false);
        check("print(Feed.read.__doc__)", false);
        check("other.read(other)", false);
    }
}
