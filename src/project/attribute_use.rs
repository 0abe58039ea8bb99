//! An attribute of a class → where another file uses it, or may do so, and what that does with it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_text_size::Ranged;

use super::definition::Definitions;
use super::files::Files;
use super::original::Original;
use super::outline::{Reader, read};
use super::stand_in::Search;
use crate::bind::replaced::Owner;
use crate::bind::resolve::Meaning;
use crate::python::tree::{NodeId, Tree};
use crate::python::word::whole_words;
use crate::recipe::answer::Answer;
use crate::recipe::condition::UsedElsewhere;
use crate::source::cell::Position;

/// What was found, by what was asked.
#[derive(Debug, Default)]
pub(super) struct AttributeUses(Mutex<HashMap<Original, Option<AttributeUse>>>);

/// A use of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeUse {
    /// The file.
    pub path: PathBuf,
    /// Where it stands there; `None`: the file cannot be read.
    pub position: Option<Position>,
    /// What is done with it.
    pub what: UsedElsewhere,
}

impl AttributeUses {
    /// Finds the first use of an attribute of the class that works with it, else the first one; of any
    /// object where no class is named. Paths are relative to the root.
    pub(super) fn of(
        &self,
        attribute: &Original,
        files: &Files,
        definitions: &Definitions,
    ) -> Option<AttributeUse> {
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

fn find(attribute: &Original, files: &Files, definitions: &Definitions) -> Option<AttributeUse> {
    let search = Search::new(attribute, files, definitions);
    let mut first = None;
    let others = files.python.iter().filter(|path| **path != attribute.path);
    for path in others {
        let bytes = files.texts.bytes(path);
        if !mentions(&bytes, &attribute.name) {
            continue;
        }
        let of_file = |reader: &Reader| most(&search, attribute, path, reader);
        let found = match read(path, bytes.to_vec(), of_file) {
            Some(found) => found,
            // What cannot be read may do anything.
            None => Some((None, UsedElsewhere::Worked)),
        };
        let found = found.map(|(position, what)| AttributeUse {
            path: path.clone(),
            position,
            what,
        });
        if found
            .as_ref()
            .is_some_and(|it| it.what == UsedElsewhere::Worked)
        {
            return found;
        }
        first = first.or(found);
    }
    first
}

/// The first use in a file that works with the attribute, else the first one.
fn most(
    search: &Search,
    attribute: &Original,
    path: &Path,
    reader: &Reader,
) -> Option<(Option<Position>, UsedElsewhere)> {
    let uses = reader.tree.ids();
    let uses = uses.filter(|id| is_used(search, attribute, path, reader, *id));
    let uses: Vec<(NodeId, UsedElsewhere)> = uses.map(|id| (id, what(reader, id))).collect();
    let worked = uses.iter().find(|(_, what)| *what == UsedElsewhere::Worked);
    let (id, what) = worked.or(uses.first())?;
    let position = reader.source.position(reader.tree.range(*id).start());
    Some((Some(position), *what))
}

fn is_used(
    search: &Search,
    attribute: &Original,
    path: &Path,
    reader: &Reader,
    id: NodeId,
) -> bool {
    match reader.tree.node(id) {
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
    }
}

/// What is done with a value.
fn what(reader: &Reader, id: NodeId) -> UsedElsewhere {
    match is_worked(reader.tree, id) {
        true => UsedElsewhere::Worked,
        false => UsedElsewhere::Mentioned,
    }
}

/// It is awaited, gone over, handed over in a list, or has a method that is called for its effect; or so is
/// what a call gives that has it.
fn is_worked(tree: &Tree, id: NodeId) -> bool {
    let around = |id: NodeId| tree.node(tree.parent(id));
    match around(id) {
        AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprStarred(_) => true,
        AnyNodeRef::StmtFor(it) => it.iter.range() == tree.range(id),
        AnyNodeRef::Comprehension(it) => it.iter.range() == tree.range(id),
        AnyNodeRef::ExprAttribute(_) => {
            let callee = tree.parent(id);
            let call = tree.parent(callee);
            tree.node(call).is_expr_call() && (around(call).is_stmt_expr() || is_worked(tree, call))
        }
        // What takes it may be awaited.
        AnyNodeRef::Arguments(_) => is_worked(tree, tree.parent(tree.parent(id))),
        AnyNodeRef::ExprList(_) | AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprSet(_) => {
            around(tree.parent(id)).is_arguments()
        }
        _ => false,
    }
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

    /// Compares where the second file uses the attribute of the first one's class, and for what.
    #[track_caller]
    fn check(text: &str, expected: Option<(usize, UsedElsewhere)>) {
        let texts = Texts::of(&[("service.py", SERVICE), ("other.py", text)]);
        let files = Files::list(texts);
        let definitions = Definitions::new(&files);
        let attribute = Original {
            path: "service.py".into(),
            class: Some("Service".to_owned()),
            name: "_task".to_owned(),
        };
        let found = AttributeUses::default().of(&attribute, &files, &definitions);
        let found = found.map(|it| (it.position.map_or(0, |it| it.line), it.what));
        assert_eq!(found, expected, "{text}");
    }

    use UsedElsewhere::{Mentioned, Worked};

    #[test]
    fn what_may_be_the_object_uses_its_attribute() {
        let text = "from service import Service\nService()._task.cancel()\n";
        check(text, Some((2, Worked)));
        let text = "def f(service):\n    service._task.cancel()\n";
        check(text, Some((2, Worked)));
        check("getattr(x, '_task')\n", Some((1, Mentioned)));
        let derived = "from service import Service\nclass B(Service):\n    def stop(self):\n        self._task.cancel()\n";
        check(derived, Some((4, Worked)));
    }

    #[test]
    fn what_works_with_it_comes_before_what_mentions_it() {
        let uses = [
            ("x._task", Mentioned),
            ("y = x._task", Mentioned),
            ("x._task = None", Mentioned),
            ("x._task.done() and 1", Mentioned),
            ("f(x._task)", Mentioned),
            ("x._task.stop()", Worked),
            ("await x._task", Worked),
            ("await f(x._task)", Worked),
            ("await f(*x._task)", Worked),
            ("for t in x._task: t.stop()", Worked),
            ("[t for t in x._task]", Worked),
            ("print(x._task.done())", Mentioned),
            ("x._task.done() or x._task.result().y", Mentioned),
            ("for t in x._task.values(): t.stop()", Worked),
            ("for t in list(x._task): t.stop()", Worked),
            ("f(*x._task.values())", Worked),
            ("asyncio.gather(*x._task)", Worked),
            ("asyncio.wait([x._task])", Worked),
            ("run(asyncio.wait([x._task]))", Worked),
        ];
        for (line, what) in uses {
            check(&format!("async def f(x):\n    {line}\n"), Some((2, what)));
        }
        let both = "async def f(x):\n    print(x._task)\n    await x._task\n";
        check(both, Some((3, Worked)));
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
