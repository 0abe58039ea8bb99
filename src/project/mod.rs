//! What other files of a project say about one: asked on demand, answered from its root, so that it
//! makes no difference which paths were named on the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruff_python_ast::PythonVersion;

use attribute_use::AttributeUse;
use calls::CallIndex;
use definition::Definition;
use driven::Driver;
use original::Original;
use program::ProgramId;
use read_off::ReadOff;
use replacement::{Asked, Replaced};
use stand_in::StandIn;

use crate::bind::star::StarNames;
use crate::python::parse::{Broken, Module};
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::source::read::ReadError;
use crate::source::version::Allowed;

pub mod root;

mod instruction;

mod syntax;

mod files;

pub(crate) use files::is_test;

pub mod import_index;

mod modules;

pub(crate) use modules::is_of_python;

pub mod outline;

pub mod original;

mod lineage;

mod method;

mod families;

pub mod stand_in;

mod borrowed;

pub mod attribute_use;

pub mod replacement;

mod world;

pub mod driven;

mod part;

pub mod definition;

pub mod program;

pub mod dependency;

mod setup_py;

mod manifest;

mod named_python;

mod pair;

mod mention;

mod runs;

mod patches;

pub mod git;

pub mod since;

mod spelled;

pub mod read_off;

pub mod gift;

pub mod calls;

mod word_index;

mod by_name;

pub mod folder_text;

mod said;

pub mod facts;

pub mod nature;

pub mod noted;

mod alone;

pub use alone::Alone;

/// A def that becomes a coroutine function, or a plain one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recolored {
    /// Its file, from the project's root.
    pub home: PathBuf,
    /// Its name at the top of its file.
    pub name: String,
    /// What it becomes.
    pub is_async: bool,
}

/// A file that changes of a run rewrite.
#[derive(Debug, Clone)]
pub struct Rewritten {
    /// As it was.
    pub before: SourceFile,
    /// As the changes leave it.
    pub after: SourceFile,
}

/// What other files say about one.
pub trait Facts: Sync {
    /// Returns the file's path below the root of its project: the same, however it was named.
    fn name_in_project(&self, path: &Path) -> PathBuf;
    /// Returns the first other file that imports this one.
    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf>;
    /// Returns whether another file takes `name` from this module, or may do so.
    fn other_file_uses(&self, path: &Path, name: &str) -> bool;
    /// Returns whether another file, but for tests, uses `name` of this one, or may do so.
    fn other_code_uses(&self, path: &Path, name: &str) -> bool;
    /// Returns the other files that take `name` from this module, or may do so.
    fn takers(&self, path: &Path, name: &str) -> Vec<PathBuf>;
    /// Returns whether the file is named as a console script.
    fn is_console_script(&self, path: &Path) -> bool;
    /// Returns whether a console script begins with this function of the file.
    fn is_script_function(&self, path: &Path, function: &str) -> bool;
    /// Returns what says that this file is run as a script, as a sentence.
    fn run_as_script(&self, path: &Path) -> Option<String>;
    /// Returns the Pythons that the project says it allows.
    fn allowed_python(&self, path: &Path) -> Allowed;
    /// Returns the lowest Python that the project names as one it is tested with or run by.
    fn named_python(&self, path: &Path) -> Option<(u8, u8)>;
    /// Returns the files that Jupytext keeps equal to this one.
    fn pairs_of(&self, source: &SourceFile) -> Vec<PathBuf>;
    /// Returns the test file that replaces the qualified `name`.
    fn patched_in(&self, path: &Path, name: &str) -> Option<PathBuf>;
    /// Returns the file with a string that may name a function of this one.
    fn spelled_in(&self, path: &Path, name: &str) -> Option<PathBuf>;
    /// Returns what a qualified name of the file means: in the project, through its re-exports, or
    /// outside.
    fn definition(&self, path: &Path, qualified: &str) -> Definition;
    /// Returns what the project puts in the place of a function or method.
    fn stand_ins(&self, original: &Original) -> Arc<[StandIn]>;
    /// Returns what `from module import *` in a file binds; `None` where that is not read.
    fn star_names(&self, path: &Path, module: &str) -> Option<Arc<StarNames>>;
    /// Returns where the project puts something else in the place of a name of the file.
    fn replaced(&self, path: &Path, asked: Asked) -> Option<Replaced>;
    /// Returns where a method is taken from its class for an object that may be of another one.
    fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)>;
    /// Returns where all attributes of an object of the class are read, whatever their names are.
    fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)>;
    /// Returns what a file calls that other files may define, and with what.
    fn calls(&self, path: &Path) -> Arc<CallIndex>;
    /// Returns where another file uses an attribute of the class, or may do so; of tests those that only look at it
    /// count where that is asked.
    fn attribute_used(&self, attribute: &Original, in_tests: bool) -> Option<AttributeUse>;
    /// Returns what drives the coroutines of a def by hand, or may do so: no event loop runs these. A def is
    /// named behind those around it, with dots between.
    fn driven(&self, path: &Path, function: &str) -> Option<Driver>;
    /// Returns the root of the file's project.
    fn root_of(&self, path: &Path) -> PathBuf;
    /// Returns the file's path from the root of the file system: the same, however it was named.
    fn whole(&self, path: &Path) -> PathBuf {
        self.root_of(path).join(self.name_in_project(path))
    }
    /// Returns the file as it is now: on disk, or as the wanted changes so far leave it.
    fn source(&self, path: &Path) -> Option<SourceFile>;
    /// Reads a file, unless it was read before and is kept.
    ///
    /// # Errors
    /// It cannot be read, or is too large.
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;
    /// Returns the syntax of a file, which is parsed unless it is known, perhaps for another Python: that makes
    /// no other tree.
    ///
    /// # Errors
    /// Nothing of the file parses.
    fn parse(&self, source: &SourceFile, version: PythonVersion) -> Result<Arc<Module>, Broken>;
    /// Returns the other files that may run in the process of this one.
    fn program(&self, path: &Path) -> Vec<PathBuf>;
    /// Returns which program these and this one are, the same for all files that run in it.
    fn program_id(&self, path: &Path) -> Option<ProgramId>;
    /// Iterates over those of them in whose text a name stands, in order of path.
    fn mentioning(&self, path: &Path, name: &str) -> Box<dyn Iterator<Item = PathBuf> + '_>;
    /// Returns whether a file of the project has a def of that name.
    fn defines(&self, path: &Path, name: &str) -> bool;
    /// Returns whether a file of the project has an `async def` of that name.
    fn defines_coroutine(&self, path: &Path, name: &str) -> bool;
    /// Returns whether a file of the project may have the name as another one of something; yes as long as its
    /// words were not read: this only spares dearer questions.
    fn may_rename(&self, path: &Path, name: &str) -> bool;
    /// Returns whether the name may stand in the code of a file of the project; the same.
    fn may_spell(&self, path: &Path, name: &str) -> bool;
    /// Returns whether the imports of a file lead to another one, if it did not import that itself.
    fn leads_round_to(&self, path: &Path, other: &Path) -> bool;
    /// Returns the other files that import this one, directly or not, whole and in order.
    fn importers(&self, path: &Path) -> Vec<PathBuf>;
    /// Returns those that import it themselves.
    fn direct_importers(&self, path: &Path) -> Vec<PathBuf>;
    /// Returns the facts where these files are rewritten, and all others are as they were.
    fn with(&self, rewritten: Vec<Rewritten>) -> Box<dyn Facts>;
    /// Forgets what can be read again of a project, by its root: nobody is about to ask for it.
    fn rest(&self, root: &Path);
    /// Returns a file as it was before it was rewritten; `None`: it is as it was.
    fn before(&self, path: &Path) -> Option<SourceFile>;
    /// Returns the facts where these defs have another color, and all else is as it was.
    fn recolored(&self, defs: Vec<Recolored>) -> Box<dyn Facts>;
    /// Returns the files of the project that use a module which is not the project's.
    fn users_of(&self, path: &Path, module: &str) -> Vec<PathBuf>;
    /// Returns whether a file in the directory of this one or above it, in its repository, has what is asked for.
    fn is_said_above(&self, path: &Path, asked: &folder_text::TextQuestion) -> bool;
    /// Returns the text of the stub beside a file; empty: there is none.
    fn stub_of(&self, path: &Path) -> String;
    /// Notes that an answer about another file is used, which may have been read off it before.
    fn note(&self, _: &Path) {}
    /// Returns what was read off other files so far.
    fn read_off(&self) -> &ReadOff;
}
