//! An attribute of a class → where another file uses it, or may do so, and whether that works with it.

use std::path::PathBuf;

use super::by_name::ByName;
use super::files::is_test;
use super::lineage::{ByClass, ClassRef, key};
use super::method::Method;
use super::original::Original;
use super::part::Project;
use super::said::{Said, UsedOf};
use super::word_index::Around;
use crate::source::cell::Position;

/// How the files use attributes, by their names.
#[derive(Debug, Default)]
pub(super) struct AttributeUses(ByName<Uses>);

/// A use of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeUse {
    /// The file.
    pub path: PathBuf,
    /// Where it stands there; `None`: the file cannot be read.
    pub position: Option<Position>,
    /// Whether it is worked with: awaited, iterated over, or one of its methods is called.
    pub is_worked: bool,
    /// Whether it is a text that is the name: code may look the attribute up by it.
    pub is_text: bool,
}

impl AttributeUse {
    /// Says where it stands: the file, and the line there.
    pub fn place(&self) -> String {
        let path = self.path.to_string_lossy().replace('\\', "/");
        let line = self.position.map(Position::words);
        line.map_or(path.clone(), |line| format!("{path}, {line}"))
    }
}

/// How they use those of one name.
#[derive(Debug, Default)]
struct Uses {
    all: Vec<Used>,
    /// What works with them.
    worked: Places,
    /// All of them.
    any: Places,
}

#[derive(Debug)]
struct Used {
    /// The place of its file.
    file: u32,
    position: Option<Position>,
    is_worked: bool,
    is_text: bool,
}

/// Places in a list of uses, in its order.
#[derive(Debug, Default)]
struct Places {
    /// By the classes whose objects have the attribute, or may.
    by_class: ByClass,
    /// Uses of `self`, by its class: what a class above has is its own, too.
    by_own: ByClass,
    /// Uses of any object.
    of_any: Vec<u32>,
    all: Vec<u32>,
}

impl AttributeUses {
    /// Finds the first use of an attribute of the class that works with it, else the first one that is no test, which
    /// only looks at what the program keeps, unless that counts, too; of any object where no class is named. Paths are relative to the root.
    pub(super) fn of(
        &self,
        attribute: &Original,
        in_tests: bool,
        project: &Project,
    ) -> Option<AttributeUse> {
        let name = attribute.name.as_str();
        let uses = self.0.of(name, || Uses::build(name, project));
        let class = attribute.class.as_deref();
        let method = class.map(|class| Method::new(attribute, class, project.lineages()));
        let files = &project.files().python;
        let other = |place: u32| {
            let used = uses.all.get(place as usize);
            let file = used.and_then(|it| files.get(it.file as usize));
            file.filter(|it| **it != attribute.path)
        };
        let counts = |it: &PathBuf| in_tests || is_test(&attribute.path) || !is_test(it);
        let method = method.as_ref();
        let worked = uses.worked.first(method, |it| other(it).is_some());
        let first = || uses.any.first(method, |it| other(it).is_some_and(counts));
        let used = uses.all.get(worked.or_else(first)? as usize)?;
        Some(AttributeUse {
            path: files.get(used.file as usize)?.clone(),
            position: used.position,
            is_worked: used.is_worked,
            is_text: used.is_text,
        })
    }
}

impl Uses {
    fn build(name: &str, project: &Project) -> Self {
        let mut uses = Self::default();
        for file in project.words().places_with(name, Around::MENTIONED) {
            let Some(said) = project.said(file) else {
                // What cannot be read may do anything.
                let used = Used {
                    file,
                    position: None,
                    is_worked: true,
                    is_text: false,
                };
                uses.push(used, |places, place| places.of_any.push(place));
                continue;
            };
            for using in said.uses.get(name).into_iter().flatten() {
                let add = |places: &mut Places, place: u32| {
                    places.add(place, &using.of, (file, said), project);
                };
                let used = Used {
                    file,
                    position: Some(using.position),
                    is_worked: using.is_worked,
                    is_text: using.of == UsedOf::Text,
                };
                uses.push(used, add);
            }
        }
        uses
    }

    fn push(&mut self, used: Used, add: impl Fn(&mut Places, u32)) {
        // They are fewer than the bytes of all files.
        let place = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let worked = used.is_worked.then_some(&mut self.worked);
        self.all.push(used);
        for places in [&mut self.any].into_iter().chain(worked) {
            places.all.push(place);
            add(places, place);
        }
    }
}

impl Places {
    fn add(&mut self, place: u32, of: &UsedOf, (file, said): (u32, &Said), project: &Project) {
        let path = &project.files().python[file as usize];
        let lineage = |class: &ClassRef| project.lineages().of(path, &said.classes, class);
        match of {
            UsedOf::Instance(class) => {
                self.by_class.add(place, lineage(&ClassRef::Here(*class)));
                let class = &said.classes[*class as usize];
                self.by_own.add_to(place, key(path, &class.name));
            }
            UsedOf::Named(class) => self.by_class.add_surely(place, lineage(class)),
            UsedOf::Object(class) => self.by_class.add(place, lineage(class)),
            UsedOf::Text => self.of_any.push(place),
            UsedOf::Plain => {}
        }
    }

    /// Returns the first place that counts of those that concern an attribute of a class, or of any.
    fn first(&self, method: Option<&Method>, counts: impl Fn(u32) -> bool) -> Option<u32> {
        let first = |places: &[u32]| places.iter().copied().find(|it| counts(*it));
        let Some(method) = method else {
            return first(&self.all);
        };
        let above = method.above().iter();
        let above = above.filter_map(|class| first(self.by_own.surely(class)));
        let others = [
            self.by_class.surely(method.own()),
            self.by_class.perhaps(),
            &self.of_any,
        ];
        above.chain(others.into_iter().filter_map(first)).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::files::Texts;

    const SERVICE: &str = "class Service:\n    def start(self):\n        self._task = 1\n";

    /// Compares where the second file uses the attribute of the first one's class, and for what.
    #[track_caller]
    fn check(text: &str, expected: Option<(usize, bool)>) {
        let project = Project::of(Texts::of(&[("service.py", SERVICE), ("other.py", text)]));
        let attribute = Original {
            path: "service.py".into(),
            class: Some("Service".to_owned()),
            name: "_task".to_owned(),
        };
        let found = project.attribute_used(&attribute, false);
        let found = found.map(|it| (it.position.map_or(0, |it| it.line), it.is_worked));
        assert_eq!(found, expected, "{text}");
    }

    const WORKED: bool = true;

    const MENTIONED: bool = false;

    #[test]
    fn what_may_be_the_object_uses_its_attribute() {
        let text = "from service import Service\nService()._task.cancel()\n";
        check(text, Some((2, WORKED)));
        let text = "def f(service):\n    service._task.cancel()\n";
        check(text, Some((2, WORKED)));
        check("getattr(x, '_task')\n", Some((1, MENTIONED)));
        let derived = "from service import Service\nclass B(Service):\n    def stop(self):\n        self._task.cancel()\n";
        check(derived, Some((4, WORKED)));
    }

    #[test]
    fn what_works_with_it_comes_before_what_mentions_it() {
        let uses = [
            ("x._task", MENTIONED),
            ("y = x._task", MENTIONED),
            ("x._task = None", MENTIONED),
            ("x._task.done() and 1", MENTIONED),
            ("f(x._task)", MENTIONED),
            ("x._task.stop()", WORKED),
            ("await x._task", WORKED),
            ("await f(x._task)", WORKED),
            ("await f(*x._task)", WORKED),
            ("for t in x._task: t.stop()", WORKED),
            ("[t for t in x._task]", WORKED),
            ("print(x._task.done())", MENTIONED),
            ("x._task.done() or x._task.result().y", MENTIONED),
            ("for t in x._task.values(): t.stop()", WORKED),
            ("for t in list(x._task): t.stop()", WORKED),
            ("f(*x._task.values())", WORKED),
            ("asyncio.gather(*x._task)", WORKED),
            ("asyncio.wait([x._task])", WORKED),
            ("run(asyncio.wait([x._task]))", WORKED),
        ];
        for (line, is_worked) in uses {
            check(
                &format!("async def f(x):\n    {line}\n"),
                Some((2, is_worked)),
            );
        }
        let both = "async def f(x):\n    print(x._task)\n    await x._task\n";
        check(both, Some((3, WORKED)));
    }

    #[test]
    fn what_is_another_object_does_not() {
        check(
            "class B:\n    def stop(self):\n        self._task.cancel()\n",
            None,
        );
        check("import mod\nmod._task.cancel()\n", None);
        check("_task = 1\nx._task_2\nx.my_task\n", None);
    }
}
