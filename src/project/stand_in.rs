//! A function or method → what the project puts in its place: methods of classes that derive from its
//! own, and attributes that are set.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef};
use ruff_text_size::Ranged;

use super::definition::{Definition, Definitions};
use super::files::Files;
use super::original::Original;
use super::outline::{Callable, Named, Reader, joined, own_module, read};
use crate::bind::base::Base;
use crate::bind::callable::MAX_BASES;
use crate::bind::replaced::{By, Owner, Put, Replacement, replacements};
use crate::bind::resolve::Meaning;
use crate::bind::value::Origin;
use crate::python::word::whole_words;
use crate::recipe::answer::Answer;

/// What may be called in its place.
#[derive(Debug, Clone)]
pub struct StandIn {
    /// The file that says so, as the facts name it: ask there about names.
    pub path: PathBuf,
    /// What has it, and its name: `Done.read`, `client.read`.
    pub what: String,
    /// Unknown where that may be another object.
    pub is_meant: Answer,
    /// What is put there.
    pub put: Put<Callable>,
}

/// What was found, by what was asked.
#[derive(Debug, Default)]
pub(super) struct StandIns(Mutex<HashMap<Original, Arc<[StandIn]>>>);

impl StandIns {
    /// Finds what stands for something of a file; paths are relative to the root.
    pub(super) fn of(
        &self,
        original: &Original,
        files: &Files,
        definitions: &Definitions,
    ) -> Arc<[StandIn]> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(original) {
            return found.clone();
        }
        drop(known);
        let found = Search::new(original, files, definitions).all();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(original.clone(), found.clone());
        found
    }
}

pub(super) struct Search<'s> {
    original: &'s Original,
    files: &'s Files,
    definitions: &'s Definitions,
    /// The classes that the method's derives from, by file and name.
    above: Vec<(PathBuf, String)>,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        original: &'s Original,
        files: &'s Files,
        definitions: &'s Definitions,
    ) -> Self {
        let mut search = Self {
            original,
            files,
            definitions,
            above: Vec::new(),
        };
        if let Some(class) = &original.class {
            let own = own_module(&original.path);
            search.climb(&original.path, &format!("{own}{class}"));
        }
        search
    }

    /// Notes the classes above one.
    fn climb(&mut self, path: &Path, class: &str) {
        let found = self.definitions.find(self.files, path, class);
        let Definition::Class(class) = found else {
            return;
        };
        for base in class.bases.into_iter().flatten() {
            let found = self.definitions.find(self.files, &class.path, &base);
            let Definition::Class(above) = found else {
                continue;
            };
            let above = (above.path, above.name);
            if !self.above.contains(&above) {
                self.above.push(above);
                self.climb(&class.path, &base);
            }
        }
    }

    fn all(&self) -> Arc<[StandIn]> {
        let found = self.files.python.iter().flat_map(|path| {
            let bytes = self.files.texts.bytes(path);
            match may_bind(&bytes, &self.original.name) {
                true => read(path, bytes.to_vec(), |reader| self.in_file(path, reader))
                    .unwrap_or_default(),
                false => Vec::new(),
            }
        });
        found.collect()
    }

    fn in_file(&self, path: &Path, reader: &Reader) -> Vec<StandIn> {
        let all = replacements(reader.resolver, &self.original.name).into_iter();
        let stand_ins = all.filter(|it| !self.is_original(path, it));
        let stand_ins = stand_ins.filter_map(|replacement| {
            let is_meant = self.concerns(path, reader, replacement.owner);
            let put = put(reader, replacement.by);
            let counts = is_meant != Answer::No && put != Put::Inert;
            counts.then(|| StandIn {
                path: path.to_owned(),
                what: what(reader, &replacement, &self.original.name),
                is_meant,
                put,
            })
        });
        stand_ins.collect()
    }

    fn is_original(&self, path: &Path, replacement: &Replacement) -> bool {
        matches!((replacement.owner, replacement.by), (Owner::Class(class), By::Def(_))
            if self.original.is_in(path, class))
    }

    /// Returns whether an attribute of that owner is the one that is meant.
    pub(super) fn concerns<'a>(
        &self,
        path: &Path,
        reader: &Reader<'_, 'a>,
        owner: Owner<'a>,
    ) -> Answer {
        let is_method = self.original.class.is_some();
        let is_above = |class: &StmtClassDef| {
            let mut above = self.above.iter();
            above.any(|(file, name)| file == path && *name == class.name.as_str())
        };
        match owner {
            Owner::Instance(class) if is_above(class) => Answer::Yes,
            Owner::Class(class) | Owner::Instance(class) if is_method => {
                self.derives(path, reader, class, MAX_BASES)
            }
            Owner::Class(_) | Owner::Instance(_) => Answer::No,
            Owner::Named(name) => self.means(path, name, MAX_BASES),
            Owner::Value(value) if is_method => self.is_instance(path, reader, value),
            Owner::Value(value) => match reader.resolver.meaning(value) {
                Meaning::Qualified(name) => self.means(path, &name, MAX_BASES),
                _ => Answer::No,
            },
        }
    }

    /// Returns whether a value is the class, one that derives from it, or an instance of either.
    pub(super) fn is_instance<'a>(
        &self,
        path: &Path,
        reader: &Reader<'_, 'a>,
        value: ExprRef<'a>,
    ) -> Answer {
        let class = |class: ExprRef<'a>| match reader.resolver.local_class(class) {
            Some(class) => self.derives(path, reader, class, MAX_BASES),
            None => match reader.resolver.meaning(class) {
                Meaning::Qualified(name) => self.means(path, &name, MAX_BASES),
                _ => Answer::Unknown,
            },
        };
        if reader.resolver.local_class(value).is_some() {
            return class(value);
        }
        if let Meaning::Qualified(name) = reader.resolver.meaning(value) {
            return self.means(path, &name, MAX_BASES);
        }
        match reader.resolver.origins(value)[..] {
            [Origin::Made(ExprRef::Call(call))] => class((&call.func).into()),
            [Origin::Made(made)] if made.is_literal_expr() => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// Returns whether a class of a file is the one that is meant, or derives from it.
    fn derives<'a>(
        &self,
        path: &Path,
        reader: &Reader<'_, 'a>,
        class: &'a StmtClassDef,
        steps: u32,
    ) -> Answer {
        if self.original.is_in(path, class) {
            return Answer::Yes;
        }
        let Some(steps) = steps.checked_sub(1) else {
            return Answer::Unknown;
        };
        let bases = reader.resolver.bases(class).into_iter();
        let bases = bases.map(|base| match base {
            Base::Here(base) => self.derives(path, reader, base, steps),
            Base::There(name) => self.means(path, &name, steps),
            Base::Unread(_) => Answer::Unknown,
        });
        bases.fold(Answer::No, Answer::or)
    }

    /// Returns whether a qualified name means it: the module of a function; the class of a method, or
    /// one that derives from it.
    fn means(&self, path: &Path, name: &str, steps: u32) -> Answer {
        let Original {
            path: home,
            class,
            name: function,
        } = self.original;
        let Some(steps) = steps.checked_sub(1) else {
            return Answer::Unknown;
        };
        if class.is_none() {
            if self.definitions.is_module(path, name, home) {
                return Answer::Yes;
            }
            let asked = joined(name.to_owned(), function);
            let found = self.definitions.find(self.files, path, &asked);
            return matches!(found, Definition::Function { path, .. } if path == *home).into();
        }
        match self.definitions.find(self.files, path, name) {
            Definition::Class(found)
                if found.path == *home && Some(&found.name) == class.as_ref() =>
            {
                Answer::Yes
            }
            Definition::Class(found) => {
                let base = |base: &Named| match base {
                    Ok(base) => self.means(&found.path, base, steps),
                    Err(_) => Answer::Unknown,
                };
                found.bases.iter().map(base).fold(Answer::No, Answer::or)
            }
            Definition::Function { .. } | Definition::Outside(_) => Answer::No,
            Definition::Variable { .. } | Definition::Unknown(_) | Definition::Ambiguous => {
                Answer::Unknown
            }
        }
    }
}

fn put<'a>(reader: &Reader<'_, 'a>, by: By<'a>) -> Put<Callable> {
    by.put(reader.resolver)
        .and_then(|def| match reader.tree.node(def) {
            AnyNodeRef::StmtFunctionDef(function) => Put::Def(reader.callable(function)),
            _ => Put::Unknown,
        })
}

/// The owner as it is spelled, and the attribute.
fn what(reader: &Reader, replacement: &Replacement, name: &str) -> String {
    let owner = match replacement.owner {
        Owner::Class(class) => class.name.as_str(),
        Owner::Instance(class) => return format!("{}().{name}", class.name),
        Owner::Value(value) => &reader.text[value.range()],
        Owner::Named(owner) => owner,
    };
    format!("{owner}.{name}")
}

/// Returns whether a text may define the name, set it as an attribute, or spell it at the end of a text.
fn may_bind(bytes: &[u8], name: &str) -> bool {
    whole_words(bytes, name)
        .any(|(before, after)| before.trim_ascii_end().ends_with(b"def") || is_target(after))
}

/// Returns whether what stands behind a name makes it a target, or ends a text.
fn is_target(after: &[u8]) -> bool {
    match after.trim_ascii_start() {
        [b'=', b'=', ..] => false,
        [b'=' | b':' | b',' | b'"' | b'\'', ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::Texts;
    use super::*;

    const FEED: &str = "class Base:\n    pass\n\
                        class Feed(Base):\n    async def read(self): pass\n\
                        async def step(): pass\n";

    /// Compares what `b.py` puts in the place of `Feed.read` of `a.py`, or of `step`, that with `?`
    /// where it may be another object.
    #[track_caller]
    fn check_original(original: &str, text: &str, expected: &[&str]) {
        let files = Files::list(Texts::of(&[("a.py", FEED), ("b.py", text)]));
        let (class, name) = match original.split_once('.') {
            Some((class, name)) => (Some(class.to_owned()), name),
            None => (None, original),
        };
        let original = Original {
            path: "a.py".into(),
            class,
            name: name.to_owned(),
        };
        let found = StandIns::default().of(&original, &files, &Definitions::new(&files));
        let shown = |it: &StandIn| match it.is_meant {
            Answer::Yes => it.what.clone(),
            _ => format!("{}?", it.what),
        };
        let found: Vec<String> = found.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        check_original("Feed.read", &format!("import a\n{text}"), expected);
    }

    #[test]
    fn classes_that_derive_override() {
        check("class C(a.Feed):\n    def read(self): pass\n", &["C.read"]);
        check("class C(a.Feed):\n    read = make()\n", &["C.read"]);
        check("class C(a.Feed):\n    read: int\n", &[]);
        let two = "class C(a.Feed): pass\nclass D(C):\n    def read(self): pass\n";
        check(two, &["D.read"]);
        check("class C(a.Base):\n    def read(self): pass\n", &[]);
        check("class C(made()):\n    def read(self): pass\n", &["C.read?"]);
        check("class C(a.Feed):\n    def reads(self): pass\n", &[]);
        check(
            "class C(a.Feed[int]):\n    def read(self): pass\n",
            &["C.read"],
        );
        let alias = "Alias = a.Feed[int]\nclass C(Alias):\n    read = lambda self: 1\n";
        check(alias, &["C.read"]);
        check("type('C', (a.Feed,), {'read': g})\n", &["a.Feed.read"]);
        check("type('C', (a.Base,), {'read': g})\n", &[]);
    }

    #[test]
    fn objects_get_what_is_set() {
        check("def f(x): x.read = g\n", &["x.read?"]);
        check("def f(x): x.read = None\n", &[]);
        check("def f(x: a.Feed): x.read == g\n", &[]);
        check("f = a.Feed()\nf.read = g\n", &["f.read"]);
        check("class C: pass\nf = C()\nf.read = g\n", &[]);
        check("a.Feed.read = g\n", &["a.Feed.read"]);
        check("import os\nos.read = g\n", &[]);
        let own = "class C(a.Feed):\n    def f(self): self.read = g\n";
        check(own, &["C().read"]);
        check(&own.replace("a.Feed", "object"), &[]);
        check("setattr(a.Feed, 'read', g)\n", &["a.Feed.read"]);
        check("patch('a.Feed.read', new=g)\n", &["a.Feed.read"]);
        check("patch('b.Feed.read', new=g)\n", &["b.Feed.read?"]);
    }

    #[test]
    fn a_mock_that_python_makes_of_an_async_def_is_one() {
        check("patch.object(a.Feed, 'read')\n", &[]);
        check("patch('a.Feed.read', return_value=1)\n", &[]);
        check(
            "patch('a.Feed.read', new_callable=Mock)\n",
            &["a.Feed.read"],
        );
    }

    #[test]
    fn functions_are_set_in_their_module() {
        check_original("step", "import a\na.step = g\n", &["a.step"]);
        check_original("step", "patch('a.step', g)\n", &["a.step"]);
        check_original("step", "import c\nc.step = g\n", &[]);
        check_original("step", "def f(x): x.step = g\n", &[]);
    }

    #[test]
    fn a_class_above_sets_what_its_instances_have() {
        let text = "from a import Feed\nclass C(Feed):\n    def f(self): self.read = g\n\
                    class D(C):\n    async def read(self): pass\n";
        let files = [("a.py", FEED), ("b.py", text)];
        let files = Files::list(Texts::of(&files));
        let original = Original {
            path: "b.py".into(),
            class: Some("D".to_owned()),
            name: "read".to_owned(),
        };
        let found = StandIns::default().of(&original, &files, &Definitions::new(&files));
        let found: Vec<&str> = found.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(found, ["C().read"]);
    }
}
