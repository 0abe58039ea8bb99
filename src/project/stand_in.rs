//! A function or method → what the project puts in its place: methods of classes that derive from its
//! own, and attributes that are set.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::{AnyNodeRef, ExprRef, StmtClassDef};
use ruff_text_size::Ranged;

use super::definition::{Definition, Definitions};
use super::families::Families;
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
use crate::source::cell::Position;

mod family;

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
    /// Where it may be put there without its name, and what does that.
    pub unnamed: Option<(Position, String)>,
    /// A method of the class itself sets it, by `self`.
    pub is_own: bool,
    /// Only objects of a class that derives from the method's have it.
    pub is_below: bool,
}

impl StandIn {
    /// Puts its path, which is relative to a root, below that.
    pub(super) fn below(&self, root: &Path) -> Self {
        Self {
            path: root.join(&self.path),
            ..self.clone()
        }
    }

    /// Says what is done, in a file of that name.
    pub fn sentence(&self, file: &str) -> String {
        let what = &self.what;
        match (&self.unnamed, &self.put) {
            (Some((position, does)), _) => format!("{} {does}", position.line_in(file)),
            (None, Put::Def(def)) if !def.is_decorated => {
                format!("{file} defines `{what}` without async")
            }
            (None, Put::Def(_)) => format!("{file} defines `{what}` with a decorator"),
            (None, _) => format!("{file} sets `{what}`"),
        }
    }
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
        families: &Families,
    ) -> Arc<[StandIn]> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(original) {
            return found.clone();
        }
        drop(known);
        let found = Search::new(original, files, definitions).all(families);
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

    fn all(&self, families: &Families) -> Arc<[StandIn]> {
        let named = self.files.python.iter().flat_map(|path| {
            let bytes = self.files.texts.bytes(path);
            match may_bind(&bytes, &self.original.name) {
                true => read(path, bytes.to_vec(), |reader| self.in_file(path, reader))
                    .unwrap_or_default(),
                false => Vec::new(),
            }
        });
        let named = named.collect::<Vec<_>>().into_iter();
        named.chain(self.of_families(families)).collect()
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
                unnamed: None,
                is_own: matches!(replacement.owner, Owner::Instance(class)
                    if self.original.is_in(path, class)),
                is_below: matches!(replacement.owner, Owner::Class(class)
                    if !self.original.is_in(path, class)),
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
        let class = |class: ExprRef<'a>| self.is_class(path, reader, class);
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

    /// Returns whether an expression names the class, or one that derives from it.
    pub(super) fn is_class<'a>(
        &self,
        path: &Path,
        reader: &Reader<'_, 'a>,
        class: ExprRef<'a>,
    ) -> Answer {
        match reader.resolver.local_class(class) {
            Some(class) => self.derives(path, reader, class, MAX_BASES),
            None => match reader.resolver.meaning(class) {
                Meaning::Qualified(name) => self.means(path, &name, MAX_BASES),
                _ => Answer::Unknown,
            },
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
    whole_words(bytes, name).any(|(before, after)| {
        let before = before.trim_ascii_end();
        let binds = |word: &&[u8]| before.ends_with(word);
        [&b"def"[..], b"import", b"as"].iter().any(binds)
            || is_target(after)
            || before.ends_with(b",") && ends_line(after)
    })
}

/// The last name of an import may stand there.
fn ends_line(after: &[u8]) -> bool {
    let next = after.iter().find(|it| !matches!(it, b' ' | b'\t'));
    matches!(next, None | Some(b'\n' | b'\r' | b')' | b'#'))
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
mod tests;
