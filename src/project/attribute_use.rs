//! An attribute of a class → the first other file that uses it, or may do so.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ruff_python_ast::{AnyNodeRef, ExprRef};

use super::definition::Definitions;
use super::files::Files;
use super::original::Original;
use super::outline::{Reader, read};
use super::stand_in::Search;
use crate::bind::replaced::Owner;
use crate::bind::resolve::Meaning;
use crate::python::word::whole_words;
use crate::recipe::answer::Answer;

/// What was found, by what was asked.
#[derive(Debug, Default)]
pub(super) struct AttributeUses(Mutex<HashMap<Original, Option<PathBuf>>>);

impl AttributeUses {
    /// Finds a use of an attribute of the class, of any object where no class is named; paths are
    /// relative to the root.
    pub(super) fn of(
        &self,
        attribute: &Original,
        files: &Files,
        definitions: &Definitions,
    ) -> Option<PathBuf> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(attribute) {
            return found.clone();
        }
        drop(known);
        let found = find(attribute, files, definitions);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(attribute.clone(), found.clone());
        found
    }
}

fn find(attribute: &Original, files: &Files, definitions: &Definitions) -> Option<PathBuf> {
    let search = Search::new(attribute, files, definitions);
    let mut others = files.python.iter().filter(|path| **path != attribute.path);
    let uses = |path: &&PathBuf| {
        let bytes = files.texts.bytes(path);
        mentions(&bytes, &attribute.name)
            && read(path, bytes.to_vec(), |reader| {
                is_used(&search, attribute, path, reader)
            })
            // What cannot be read may do anything.
            .unwrap_or(true)
    };
    others.find(uses).cloned()
}

fn is_used(search: &Search, attribute: &Original, path: &Path, reader: &Reader) -> bool {
    reader.tree.ids().any(|id| match reader.tree.node(id) {
        AnyNodeRef::ExprAttribute(used) if used.attr.as_str() == attribute.name => {
            let value = ExprRef::from(&used.value);
            let of_module = matches!(reader.resolver.meaning(value), Meaning::Qualified(_));
            match (reader.resolver.class_of_self(used), &attribute.class) {
                (_, None) => true,
                (Some(class), _) => {
                    search.concerns(path, reader, Owner::Instance(class)) != Answer::No
                }
                // A module, or a class by its name.
                (None, _) if of_module => search.is_instance(path, reader, value).is_yes(),
                (None, _) => search.is_instance(path, reader, value) != Answer::No,
            }
        }
        AnyNodeRef::ExprStringLiteral(text) => text.value.to_str() == attribute.name,
        _ => false,
    })
}

/// Returns whether a text has the name as an attribute, or as a whole text.
fn mentions(bytes: &[u8], name: &str) -> bool {
    let is_named = |before: &[u8]| matches!(before.last(), Some(b'.' | b'"' | b'\''));
    whole_words(bytes, name).any(|(before, _)| is_named(before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::files::Texts;

    const SERVICE: &str = "class Service:\n    def start(self):\n        self._task = 1\n";

    /// Compares whether the second file uses the attribute of the first one's class.
    #[track_caller]
    fn check(text: &str, expected: bool) {
        let texts = Texts::of(&[("service.py", SERVICE), ("other.py", text)]);
        let files = Files::list(texts);
        let definitions = Definitions::new(&files);
        let attribute = Original {
            path: "service.py".into(),
            class: Some("Service".to_owned()),
            name: "_task".to_owned(),
        };
        let found = AttributeUses::default().of(&attribute, &files, &definitions);
        assert_eq!(found.is_some(), expected, "{text}");
    }

    #[test]
    fn what_may_be_the_object_uses_its_attribute() {
        check(
            "from service import Service\nService()._task.cancel()\n",
            true,
        );
        check("def f(service):\n    service._task.cancel()\n", true);
        check("getattr(x, '_task')\n", true);
        let derived = "from service import Service\nclass B(Service):\n    def stop(self):\n        self._task.cancel()\n";
        check(derived, true);
    }

    #[test]
    fn what_is_another_object_does_not() {
        check(
            "class B:\n    def stop(self):\n        self._task.cancel()\n",
            false,
        );
        check("import mod\nmod._task.cancel()\n", false);
        check("_task = 1\nx._task_2\nx.my_task\n", false);
    }
}
