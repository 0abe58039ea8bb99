//! A method → where it is taken from its class for an object that may be of another one: `Base.go(other)`,
//! `go = Base.go`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprRef};

use super::definition::Definitions;
use super::files::Files;
use super::original::Original;
use super::outline::{Reader, read};
use super::stand_in::Search;
use crate::bind::replaced::Owner;
use crate::python::tree::NodeId;
use crate::python::word::whole_words;
use crate::source::cell::Position;

/// Attributes of a function that run it.
const RUN: [&str; 2] = ["__call__", "__get__"];

/// What was found, by what was asked.
#[derive(Debug, Default)]
pub(super) struct Borrowings(Mutex<HashMap<Original, Option<(PathBuf, Position)>>>);

impl Borrowings {
    /// Finds the first place; paths are relative to the root.
    pub(super) fn of(
        &self,
        method: &Original,
        files: &Files,
        definitions: &Definitions,
    ) -> Option<(PathBuf, Position)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(method) {
            return found.clone();
        }
        drop(known);
        let search = Search::new(method, files, definitions);
        let found = files.python.iter().find_map(|path| {
            let bytes = files.texts.bytes(path);
            let mut words = whole_words(&bytes, &method.name);
            if !words.any(|(before, _)| before.trim_ascii_end().ends_with(b".")) {
                return None;
            }
            let in_file = |reader: &Reader| in_file(&search, method, path, reader);
            let position = read(path, bytes.to_vec(), in_file)??;
            Some((path.clone(), position))
        });
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(method.clone(), found.clone());
        found
    }
}

fn in_file(search: &Search, method: &Original, path: &Path, reader: &Reader) -> Option<Position> {
    let mut all = reader.tree.ids();
    let found = all.find(|id| match reader.tree.node(*id) {
        AnyNodeRef::ExprAttribute(it) => {
            it.attr.as_str() == method.name
                && it.ctx.is_load()
                && !is_kept(search, path, reader, *id)
                && search.is_class(path, reader, (&it.value).into()).is_yes()
        }
        _ => false,
    });
    Some(reader.source.position(reader.tree.range(found?).start()))
}

/// Returns whether what is done with the method there gives it objects of its class.
fn is_kept<'a>(search: &Search, path: &Path, reader: &Reader<'_, 'a>, id: NodeId) -> bool {
    let tree = reader.tree;
    match tree.parent_node(id) {
        AnyNodeRef::ExprCall(call) if tree.id(&*call.func) == id => {
            match call.arguments.args.first() {
                Some(Expr::Starred(_)) => false,
                // A class method has its class.
                None => true,
                Some(given) => is_own(search, path, reader, given),
            }
        }
        AnyNodeRef::ExprAttribute(ExprAttribute { attr, .. }) => !RUN.contains(&attr.as_str()),
        // `go = Base.go` in a class that derives from it.
        AnyNodeRef::StmtAssign(assign) => match tree.parent_node(tree.id(assign)) {
            AnyNodeRef::StmtClassDef(class) => {
                search.concerns(path, reader, Owner::Class(class)).is_yes()
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_own<'a>(search: &Search, path: &Path, reader: &Reader<'_, 'a>, given: &'a Expr) -> bool {
    let of_self = given.as_name_expr();
    let of_self = of_self.and_then(|name| reader.resolver.receiver(name));
    match of_self {
        Some((class, _)) => search.concerns(path, reader, Owner::Class(class)).is_yes(),
        None => {
            let given = ExprRef::from(given);
            search.is_instance(path, reader, given).is_yes()
        }
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
        let files = Files::list(Texts::of(&[("a.py", text), ("b.py", &other)]));
        let method = Original {
            path: "a.py".into(),
            class: Some("Feed".to_owned()),
            name: "read".to_owned(),
        };
        let definitions = Definitions::new(&files);
        let found = Borrowings::default().of(&method, &files, &definitions);
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
