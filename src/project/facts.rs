//! A file and a question → what its project says, each project read once and only when asked.

use std::cell::LazyCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::PythonVersion;
use rustc_hash::FxHashMap;

use super::attribute_use::AttributeUse;
use super::calls::CallIndex;
use super::definition::Definition;
use super::driven::Driver;
use super::files::{Room, Texts, is_test};
use super::folder_text::TextQuestion;
use super::modules::is_of_python;
use super::original::Original;
use super::part::Project;
use super::program::ProgramId;
use super::read_off::ReadOff;
use super::replacement::{Asked, Replaced};
use super::root::Roots;
use super::runs::Runs;
use super::stand_in::StandIn;
use super::{Facts, Recolored, Rewritten, pair};
use crate::bind::star::StarNames;
use crate::python::parse::{Broken, Module};
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::source::read::ReadError;
use crate::source::tree::top;
use crate::source::version::Allowed;

use place::Place;

pub use super::manifest::FactError;

mod changed;

mod place;

mod tally;

/// All projects of a run. Paths may be relative to the current directory.
#[derive(Debug)]
pub struct Projects {
    current: PathBuf,
    /// By directory as spelled, so that a root is looked for once per directory; with what the directory
    /// is called below the root.
    by_directory: Mutex<FxHashMap<OsString, (Arc<Place>, PathBuf)>>,
    by_root: Mutex<HashMap<PathBuf, Arc<Place>>>,
    roots: Arc<Mutex<Roots>>,
    room: Arc<Room>,
    /// The one project there is, where its files are in memory.
    given: Option<Arc<Project>>,
    /// What is not as the files say.
    recolored: Vec<Recolored>,
    /// Files that are not as they were, by their whole paths.
    before: Arc<HashMap<PathBuf, SourceFile>>,
    read_off: ReadOff,
}

impl Projects {
    /// `current` is the current directory, absolute.
    pub fn new(current: impl Into<PathBuf>) -> Self {
        Self {
            current: current.into(),
            by_directory: Mutex::default(),
            by_root: Mutex::default(),
            roots: Arc::default(),
            room: Arc::default(),
            given: None,
            recolored: Vec::new(),
            before: Arc::default(),
            read_off: ReadOff::default(),
        }
    }

    /// Takes the paths of a run: files below one of them belong together, unless a mark says where their project is.
    pub fn over(self, paths: &[PathBuf]) -> Self {
        let whole = |path: &PathBuf| self.current.join(path).components().collect();
        let named = paths.iter().map(whole).collect();
        Self {
            roots: Arc::new(Mutex::new(Roots::of_named(named))),
            ..self
        }
    }

    /// Takes files in memory, with paths relative to their root, as a project of their own.
    pub fn of_texts(texts: HashMap<PathBuf, Vec<u8>>) -> Self {
        let project = Project::new(PathBuf::new(), Texts::Given(Arc::new(texts)));
        Self {
            given: Some(Arc::new(project)),
            ..Self::new("")
        }
    }

    /// Returns the project and the path relative to its root.
    fn project_of(&self, path: &Path) -> (Arc<Project>, PathBuf) {
        if let Some(project) = &self.given {
            return (project.clone(), path.to_owned());
        }
        let (directory, name) = match (path.parent(), path.file_name()) {
            (Some(directory), Some(name)) => (directory, Path::new(name)),
            _ => (path, Path::new("")),
        };
        let mut known = self
            .by_directory
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (place, below) = match known.get(directory.as_os_str()) {
            Some(known) => known,
            None => {
                let path: PathBuf = self.current.join(directory).components().collect();
                let place = self.find(&path.join(name));
                let root = &place.now().root;
                let below = path.strip_prefix(root).unwrap_or(&path).to_owned();
                known.entry(directory.into()).or_insert((place, below))
            }
        };
        let path = match name.as_os_str().is_empty() {
            true => below.clone(),
            false => below.join(name),
        };
        (place.now(), path)
    }
}

impl Facts for Projects {
    fn name_in_project(&self, path: &Path) -> PathBuf {
        self.project_of(path).1
    }

    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf> {
        let (project, path) = self.project_of(path);
        project.imports().importer(&path).map(Path::to_owned)
    }

    fn other_file_uses(&self, path: &Path, name: &str) -> bool {
        let (project, path) = self.project_of(path);
        project.imports().uses(project.files(), &path, name)
    }

    fn other_code_uses(&self, path: &Path, name: &str) -> bool {
        let (project, path) = self.project_of(path);
        let mut takers = project.imports().takers(project.files(), &path, name);
        takers.any(|taker| !is_test(taker))
    }

    fn takers(&self, path: &Path, name: &str) -> Vec<PathBuf> {
        let (project, path) = self.project_of(path);
        project.whole(project.imports().takers(project.files(), &path, name))
    }

    fn is_console_script(&self, path: &Path) -> bool {
        let (project, path) = self.project_of(path);
        let mut entry_points = project.manifest().entry_points_in(&path);
        entry_points.next().is_some()
    }

    fn is_script_function(&self, path: &Path, function: &str) -> bool {
        let (project, path) = self.project_of(path);
        project.starts_with(&path, function)
    }

    fn run_as_script(&self, path: &Path) -> Option<String> {
        let (project, path) = self.project_of(path);
        let runs = project.runs.get_or_init(|| Runs::build(project.files()));
        runs.of(&path)
    }

    fn allowed_python(&self, path: &Path) -> Allowed {
        self.project_of(path).0.manifest().allowed
    }

    fn named_python(&self, path: &Path) -> Option<(u8, u8)> {
        let (project, path) = self.project_of(path);
        project.named_python(&path)
    }

    fn pairs_of(&self, source: &SourceFile) -> Vec<PathBuf> {
        if self.given.is_some() {
            return Vec::new();
        }
        let (project, _) = self.project_of(source.path());
        let path: PathBuf = self.current.join(source.path()).components().collect();
        pair::pairs_of(source, &path, &project.root)
    }

    fn patched_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        let (project, path) = self.project_of(path);
        let program = LazyCell::new(|| project.programs().of(&path));
        let runs_with = |by: &Path| by == path || program.has_test(by);
        let found = project.patches().of(name, &path, &runs_with);
        found.map(Path::to_owned)
    }

    fn spelled_in(&self, path: &Path, name: &str) -> Option<PathBuf> {
        let (project, path) = self.project_of(path);
        project.spelled().of(name, &path).map(Path::to_owned)
    }

    fn definition(&self, path: &Path, qualified: &str) -> Definition {
        if is_of_python(qualified) {
            return Definition::Outside(qualified.to_owned());
        }
        let (project, below) = self.project_of(path);
        let mut found = project
            .definitions()
            .find(project.files(), &below, qualified);
        match &mut found {
            Definition::Function { path, name, header } => {
                header.is_async = self.color(path, name).unwrap_or(header.is_async);
            }
            Definition::Class(class) => self.color_methods(class),
            _ => {}
        }
        // Other questions are about paths as this trait takes them.
        found.below(&project.root)
    }

    fn stand_ins(&self, original: &Original) -> Arc<[StandIn]> {
        let (project, original) = self.below(original);
        project.stand_ins(&original)
    }

    fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)> {
        let (project, method) = self.below(method);
        let (path, position) = project.borrowed(&method)?;
        Some((project.root.join(path), position))
    }

    fn star_names(&self, path: &Path, module: &str) -> Option<Arc<StarNames>> {
        let (project, path) = self.project_of(path);
        project
            .definitions()
            .star_names(project.files(), &path, module)
    }

    fn replaced(&self, path: &Path, asked: Asked) -> Option<Replaced> {
        let (project, path) = self.project_of(path);
        let found = project.replacements.of(&path, asked, &project)?;
        let path = project.root.join(found.path);
        Some(Replaced { path, ..found })
    }

    fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)> {
        let (project, class) = self.below(class);
        let (path, position) = project.read_whole(&class)?;
        Some((project.root.join(path), position))
    }

    fn calls(&self, path: &Path) -> Arc<CallIndex> {
        let (project, path) = self.project_of(path);
        let defines = |name: &str| project.words().defines(name);
        project
            .definitions()
            .calls(project.files(), &path, &defines)
    }

    fn attribute_used(&self, attribute: &Original, in_tests: bool) -> Option<AttributeUse> {
        let (project, attribute) = self.below(attribute);
        project.attribute_used(&attribute, in_tests)
    }

    fn driven(&self, path: &Path, function: &str) -> Option<Driver> {
        let (project, below) = self.project_of(path);
        let found = project.driven(&below, function)?;
        let path = project.root.join(found.path);
        Some(Driver { path, ..found })
    }

    fn root_of(&self, path: &Path) -> PathBuf {
        self.project_of(path).0.root.clone()
    }

    fn source(&self, path: &Path) -> Option<SourceFile> {
        let (project, below) = self.project_of(path);
        SourceFile::from_bytes(path, project.texts.bytes(&below).to_vec()).ok()
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let (project, below) = self.project_of(path);
        project.read(&below)
    }

    fn parse(&self, source: &SourceFile, version: PythonVersion) -> Result<Arc<Module>, Broken> {
        self.room.syntaxes.of(source, version)
    }

    fn program(&self, path: &Path) -> Vec<PathBuf> {
        let (project, below) = self.project_of(path);
        let program = project.programs().of(&below);
        project.whole(program.others(&below))
    }

    fn program_id(&self, path: &Path) -> Option<ProgramId> {
        let (project, below) = self.project_of(path);
        let roots = project.programs().roots_of(&below)?;
        Some((project.root.clone(), roots))
    }

    fn mentioning(&self, path: &Path, name: &str) -> Box<dyn Iterator<Item = PathBuf> + '_> {
        let (project, below) = self.project_of(path);
        Box::new(project.mentioning(below, name))
    }

    fn defines(&self, path: &Path, name: &str) -> bool {
        let (project, _) = self.project_of(path);
        project.words().defines(name)
    }

    fn defines_coroutine(&self, path: &Path, name: &str) -> bool {
        let (project, _) = self.project_of(path);
        let mut recolored = self.recolored.iter().filter(|it| it.is_async);
        project.has_coroutine_function(name)
            || recolored.any(|it| it.name.rsplit('.').next() == Some(name))
    }

    fn may_rename(&self, path: &Path, name: &str) -> bool {
        let (project, _) = self.project_of(path);
        project.known_words().is_none_or(|it| it.renames(name))
    }

    fn may_spell(&self, path: &Path, name: &str) -> bool {
        let (project, _) = self.project_of(path);
        project.known_words().is_none_or(|it| it.has(name))
    }

    fn leads_round_to(&self, path: &Path, other: &Path) -> bool {
        let (project, below) = self.project_of(path);
        let (its, other) = self.project_of(other);
        project.root == its.root && project.programs().lead_round(&below, &other)
    }

    fn is_said_above(&self, path: &Path, asked: &TextQuestion) -> bool {
        let (project, path) = self.project_of(path);
        let below = path.ancestors().skip(1);
        // What a tool looks for above a file, it looks for above the package of a repository, too.
        let top = (!project.root.as_os_str().is_empty()).then(|| top(&project.root, &self.current));
        let above = project.root.ancestors().skip(1);
        let above =
            above.take_while(|folder| top.as_ref().is_some_and(|it| folder.starts_with(it)));
        let mut folders = below.chain(above);
        folders.any(|folder| {
            project
                .folder_texts
                .in_folder(folder, asked, &project.texts)
        })
    }

    fn stub_of(&self, path: &Path) -> String {
        let (project, path) = self.project_of(path);
        project.texts.find(&path.with_extension("pyi"))
    }

    fn importers(&self, path: &Path) -> Vec<PathBuf> {
        let (project, below) = self.project_of(path);
        project.whole(project.programs().importers(&below))
    }

    fn direct_importers(&self, path: &Path) -> Vec<PathBuf> {
        let (project, below) = self.project_of(path);
        project.whole(project.programs().direct_importers(&below))
    }

    fn with(&self, rewritten: Vec<Rewritten>) -> Box<dyn Facts> {
        Box::new(self.rewritten(rewritten))
    }

    fn rest(&self, root: &Path) {
        let known = self.by_root.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.get(root) {
            place.rest();
        }
    }

    fn before(&self, path: &Path) -> Option<SourceFile> {
        self.before.get(&self.whole(path)).cloned()
    }

    fn recolored(&self, defs: Vec<Recolored>) -> Box<dyn Facts> {
        Box::new(self.with_colors(defs))
    }

    fn users_of(&self, path: &Path, module: &str) -> Vec<PathBuf> {
        let (project, _) = self.project_of(path);
        let users = project.users_of(module);
        project.whole(users.iter())
    }

    fn read_off(&self) -> &ReadOff {
        &self.read_off
    }
}

#[cfg(test)]
mod tests;
