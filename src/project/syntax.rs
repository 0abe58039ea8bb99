//! A text → its syntax, of which some is kept: one question about a file follows another, and it is planned, too.

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
    /// How long the texts are together.
    bytes: usize,
    n_asked: u64,
}

#[derive(Debug)]
struct Cached {
    module: Arc<Module>,
    /// How often any was asked for until then.
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
        self.n_asked += 1;
        let asked = self.by_text.get_mut(text)?;
        asked.last = self.n_asked;
        Some(Arc::clone(&asked.module))
    }

    /// Keeps a tree; returns those that are kept no longer.
    fn keep(&mut self, text: &str, module: &Arc<Module>) -> Vec<Cached> {
        let asked = Cached {
            module: Arc::clone(module),
            last: self.n_asked,
        };
        let mut forgotten = Vec::new();
        match self.by_text.insert(text.into(), asked) {
            // Another thread parsed it meanwhile.
            Some(same) => forgotten.push(same),
            None => self.bytes += text.len(),
        }
        while self.bytes > KEPT
            && let Some(oldest) = self.by_text.iter().min_by_key(|(_, it)| it.last)
        {
            let oldest = Arc::clone(oldest.0);
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
