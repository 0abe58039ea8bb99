//! A text → its syntax, of which some is kept: one question about a file follows another, and it is planned, too.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ruff_python_ast::PythonVersion;
use rustc_hash::FxHashMap;

use crate::python::parse::{Broken, Module};
use crate::source::{FileKind, SourceFile};

/// Bytes of the texts whose syntax is kept, which takes a dozen times as much: others are seldom asked for again.
const KEPT: usize = 2 << 20;

/// What is nested deeper is not kept: to drop such a tree takes a stack that only workers have.
const SHALLOW: usize = 500;

/// The syntax of texts, by these: those that were asked for last.
#[derive(Debug, Default)]
pub(super) struct Syntaxes(Mutex<Cache>);

#[derive(Debug, Default)]
struct Cache {
    by_text: FxHashMap<Arc<str>, Cached>,
    /// The same texts by when they were asked for last: the first is the next to go.
    by_use: BTreeMap<u64, Arc<str>>,
    /// How long the texts are together.
    bytes: usize,
    n_uses: u64,
}

#[derive(Debug)]
struct Cached {
    module: Arc<Module>,
    /// Its place in `by_use`.
    last: u64,
}

impl Syntaxes {
    /// Returns the syntax of a file, which is parsed unless it is known. The Python decides only about
    /// [`Module::unsupported_syntax`], which may be that of another one.
    ///
    /// # Errors
    /// Nothing of the file parses.
    pub(super) fn of(
        &self,
        source: &SourceFile,
        version: PythonVersion,
    ) -> Result<Arc<Module>, Broken> {
        // The cells of a notebook do not show in its text.
        let is_told = matches!(source.kind(), FileKind::Module | FileKind::Percent);
        if is_told && let Some(known) = self.kept().find(source.text()) {
            return Ok(known);
        }
        let module = Arc::new(Module::parse(source, version)?);
        if is_told && module.depth() <= SHALLOW {
            let forgotten = self.kept().keep(source.text(), &module);
            // Others need not wait until these are dropped.
            drop(forgotten);
        }
        Ok(module)
    }

    fn kept(&self) -> MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn find(&mut self, text: &str) -> Option<Arc<Module>> {
        let cached = self.by_text.get_mut(text)?;
        self.n_uses += 1;
        let text = self.by_use.remove(&cached.last);
        self.by_use.extend(text.map(|it| (self.n_uses, it)));
        cached.last = self.n_uses;
        Some(Arc::clone(&cached.module))
    }

    /// Keeps a tree; returns those that are kept no longer.
    fn keep(&mut self, text: &str, module: &Arc<Module>) -> Vec<Cached> {
        self.n_uses += 1;
        let cached = Cached {
            module: Arc::clone(module),
            last: self.n_uses,
        };
        let text: Arc<str> = text.into();
        let mut forgotten = Vec::new();
        match self.by_text.insert(Arc::clone(&text), cached) {
            // Another thread parsed it meanwhile.
            Some(same) => {
                self.by_use.remove(&same.last);
                forgotten.push(same);
            }
            None => self.bytes += text.len(),
        }
        self.by_use.insert(self.n_uses, text);
        while self.bytes > KEPT
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.bytes -= oldest.len();
            forgotten.extend(self.by_text.remove(&oldest));
        }
        forgotten
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::from_text("a.py", text).expect("it can be read")
    }

    fn of(syntaxes: &Syntaxes, text: &str) -> Arc<Module> {
        let found = syntaxes.of(&file(text), PythonVersion::PY312);
        found.expect("it parses")
    }

    #[test]
    fn a_text_is_parsed_once_until_many_others_were() {
        let syntaxes = Syntaxes::default();
        let first = of(&syntaxes, "x = 1\n");
        assert!(Arc::ptr_eq(&first, &of(&syntaxes, "x = 1\n")));
        let long = |number: usize| format!("y = {number}\n#{}\n", " ".repeat(KEPT / 2));
        of(&syntaxes, &long(1));
        assert!(Arc::ptr_eq(&first, &of(&syntaxes, "x = 1\n")));
        let second = of(&syntaxes, &long(2));
        assert!(Arc::ptr_eq(&first, &of(&syntaxes, "x = 1\n")));
        assert!(Arc::ptr_eq(&second, &of(&syntaxes, &long(2))));
        of(&syntaxes, &long(3));
        of(&syntaxes, &long(4));
        assert!(!Arc::ptr_eq(&first, &of(&syntaxes, "x = 1\n")));
    }

    #[test]
    fn what_is_long_deep_or_broken_is_not_kept() {
        let syntaxes = Syntaxes::default();
        of(&syntaxes, &format!("#{}\n", " ".repeat(KEPT)));
        of(&syntaxes, &format!("x{}\n", "()".repeat(SHALLOW + 1)));
        let broken = syntaxes.of(&file("f(\n"), PythonVersion::PY312);
        assert!(broken.is_err());
        assert!(syntaxes.kept().by_text.is_empty());
    }
}
