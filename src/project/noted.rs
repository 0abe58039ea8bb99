//! Facts that remember what was asked of them: which files a plan read, and which coroutine functions it looked for in
//! vain.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::PythonVersion;
use rustc_hash::FxHashSet;

use super::attribute_use::AttributeUse;
use super::calls::CallIndex;
use super::definition::Definition;
use super::driven::Driver;
use super::folder_text::TextQuestion;
use super::original::Original;
use super::program::ProgramId;
use super::read_off::ReadOff;
use super::replacement::{Asked, Replaced};
use super::stand_in::StandIn;
use super::{Facts, Recolored, Rewritten};
use crate::bind::star::StarNames;
use crate::python::parse::{Broken, Module};
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::source::read::ReadError;
use crate::source::version::Allowed;

/// So many files, and so many names, are noted for a plan: a name that is in all files would have each note all of them.
/// A file that reads more is planned on where it imports what changed.
pub const MAX_NOTED: usize = 64;

/// What the plan of a file rests on.
#[derive(Debug, Clone, Default)]
pub struct Questions {
    /// The files that say something it asked for, whole.
    files: FxHashSet<PathBuf>,
    /// Names that no coroutine function had.
    names: FxHashSet<String>,
}

impl Questions {
    /// Iterates over the other files that were read for an answer, whole.
    pub fn read(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }

    /// Iterates over the names of coroutine functions that were looked for in vain.
    pub fn missed(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Adds what another plan of the file asked.
    pub fn add(&mut self, more: Self) {
        self.files.extend(more.files);
        self.names.extend(more.names);
    }
}

/// Facts, with what was asked of them for one file.
pub struct Noted<'f> {
    facts: &'f dyn Facts,
    asked: Mutex<Questions>,
}

impl<'f> Noted<'f> {
    /// Begins to note.
    pub fn new(facts: &'f dyn Facts) -> Self {
        Self {
            facts,
            asked: Mutex::default(),
        }
    }

    /// Returns what was asked.
    pub fn questions(self) -> Questions {
        self.asked
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn with_asked(&self, note: impl FnOnce(&mut Questions)) {
        note(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Facts for Noted<'_> {
    fn note(&self, path: &Path) {
        self.with_asked(|asked| {
            if asked.files.len() < MAX_NOTED && !asked.files.contains(path) {
                asked.files.insert(path.to_owned());
            }
        });
    }
    fn definition(&self, path: &Path, qualified: &str) -> Definition {
        let found = self.facts.definition(path, qualified);
        match &found {
            Definition::Function { path, .. } | Definition::Variable { path, .. } => {
                self.note(path);
            }
            Definition::Class(class) => self.note(&class.path),
            _ => {}
        }
        found
    }
    /// Who only looks for words in it rests on nothing that it says.
    fn source(&self, path: &Path) -> Option<SourceFile> {
        self.facts.source(path)
    }
    fn calls(&self, path: &Path) -> Arc<CallIndex> {
        self.note(path);
        self.facts.calls(path)
    }
    fn defines_coroutine(&self, path: &Path, name: &str) -> bool {
        let defines = self.facts.defines_coroutine(path, name);
        if !defines {
            self.with_asked(|asked| {
                if asked.names.len() < MAX_NOTED {
                    asked.names.insert(name.to_owned());
                }
            });
        }
        defines
    }
    fn whole(&self, path: &Path) -> PathBuf {
        self.facts.whole(path)
    }
    fn name_in_project(&self, path: &Path) -> PathBuf {
        self.facts.name_in_project(path)
    }
    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf> {
        self.facts.imported_elsewhere(path)
    }
    fn other_file_uses(&self, path: &Path, name: &str) -> bool {
        self.facts.other_file_uses(path, name)
    }
    fn other_code_uses(&self, path: &Path, name: &str) -> bool {
        self.facts.other_code_uses(path, name)
    }
    fn takers(&self, path: &Path, name: &str) -> Vec<PathBuf> {
        self.facts.takers(path, name)
    }
    fn is_console_script(&self, path: &Path) -> bool {
        self.facts.is_console_script(path)
    }
    fn is_script_function(&self, path: &Path, function: &str) -> bool {
        self.facts.is_script_function(path, function)
    }
    fn run_as_script(&self, path: &Path) -> Option<String> {
        self.facts.run_as_script(path)
    }
    fn allowed_python(&self, path: &Path) -> Allowed {
        self.facts.allowed_python(path)
    }
    fn named_python(&self, path: &Path) -> Option<(u8, u8)> {
        self.facts.named_python(path)
    }
    fn pairs_of(&self, source: &SourceFile) -> Vec<PathBuf> {
        self.facts.pairs_of(source)
    }
    fn patched_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        self.facts.patched_in(path, name)
    }
    fn spelled_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        self.facts.spelled_in(path, name)
    }
    fn stand_ins(&self, original: &Original) -> Arc<[StandIn]> {
        self.facts.stand_ins(original)
    }
    fn star_names(&self, path: &Path, module: &str) -> Option<Arc<StarNames>> {
        self.facts.star_names(path, module)
    }
    fn replaced(&self, path: &Path, asked: Asked) -> Option<Replaced> {
        self.facts.replaced(path, asked)
    }
    fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)> {
        self.facts.borrowed(method)
    }
    fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)> {
        self.facts.read_whole(class)
    }
    fn attribute_used(&self, attribute: &Original, in_tests: bool) -> Option<AttributeUse> {
        self.facts.attribute_used(attribute, in_tests)
    }
    fn driven(&self, path: &Path, function: &str) -> Option<Driver> {
        self.facts.driven(path, function)
    }
    fn root_of(&self, path: &Path) -> PathBuf {
        self.facts.root_of(path)
    }
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.facts.read(path)
    }
    fn parse(&self, source: &SourceFile, version: PythonVersion) -> Result<Arc<Module>, Broken> {
        self.facts.parse(source, version)
    }
    fn program(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.program(path)
    }
    fn program_id(&self, path: &Path) -> Option<ProgramId> {
        self.facts.program_id(path)
    }
    fn mentioning(&self, path: &Path, name: &str) -> Box<dyn Iterator<Item = PathBuf> + '_> {
        self.facts.mentioning(path, name)
    }
    fn defines(&self, path: &Path, name: &str) -> bool {
        self.facts.defines(path, name)
    }
    fn may_rename(&self, path: &Path, name: &str) -> bool {
        self.facts.may_rename(path, name)
    }
    fn may_spell(&self, path: &Path, name: &str) -> bool {
        self.facts.may_spell(path, name)
    }
    fn leads_round_to(&self, path: &Path, other: &Path) -> bool {
        self.facts.leads_round_to(path, other)
    }
    fn importers(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.importers(path)
    }
    fn direct_importers(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.direct_importers(path)
    }
    fn with(&self, rewritten: Vec<Rewritten>) -> Box<dyn Facts> {
        self.facts.with(rewritten)
    }
    fn rest(&self, root: &Path) {
        self.facts.rest(root)
    }
    fn before(&self, path: &Path) -> Option<SourceFile> {
        self.facts.before(path)
    }
    fn recolored(&self, defs: Vec<Recolored>) -> Box<dyn Facts> {
        self.facts.recolored(defs)
    }
    fn users_of(&self, path: &Path, module: &str) -> Vec<PathBuf> {
        self.facts.users_of(path, module)
    }
    fn is_said_above(&self, path: &Path, asked: &TextQuestion) -> bool {
        self.facts.is_said_above(path, asked)
    }
    fn stub_of(&self, path: &Path) -> String {
        self.facts.stub_of(path)
    }
    fn read_off(&self) -> &ReadOff {
        self.facts.read_off()
    }
}
