//! One project, each part of it read when first asked for.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::attribute_use::{AttributeUse, AttributeUses};
use super::borrowed::Borrowings;
use super::by_name::ByName;
use super::definition::{Definition, Definitions};
use super::driven::{Driver, Drivers};
use super::families::{Families, Givings, readings};
use super::files::{ChangedTexts, Files, Texts};
use super::folder_text::FolderTexts;
use super::import_index::{ImportIndex, names_module};
use super::lineage::Lineages;
use super::manifest::Manifest;
use super::method::Method;
use super::named_python::NamedPythons;
use super::original::Original;
use super::patches::Patches;
use super::program::Programs;
use super::replacement::Replacements;
use super::runs::Runs;
use super::said::{Said, Sayings};
use super::spelled::Spelled;
use super::stand_in::{StandIn, StandIns};
use super::word_index::{WordIndex, coroutine_functions};
use super::world::World;
use crate::python::word::hash;
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::source::read::ReadError;

/// One root; each part is read when first asked for.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) root: PathBuf,
    pub(super) texts: Texts,
    files: OnceLock<Files>,
    imports: OnceLock<Arc<ImportIndex>>,
    pub(super) manifest: OnceLock<Manifest>,
    named_pythons: Arc<NamedPythons>,
    pub(super) runs: OnceLock<Runs>,
    patches: OnceLock<Patches>,
    spelled: OnceLock<Spelled>,
    definitions: OnceLock<Definitions>,
    families: OnceLock<Families>,
    readings: OnceLock<Givings>,
    stand_ins: StandIns,
    borrowings: Borrowings,
    attribute_uses: AttributeUses,
    sayings: OnceLock<Sayings>,
    pub(super) replacements: Replacements,
    pub(super) folder_texts: FolderTexts,
    programs: OnceLock<Arc<Programs>>,
    words: OnceLock<WordIndex>,
    coroutine_functions: OnceLock<FxHashSet<u64>>,
    /// Who uses modules of other people, by these.
    users: ByName<Vec<PathBuf>>,
    pub(super) drivers: Drivers,
}

impl Project {
    pub(super) fn new(root: PathBuf, texts: Texts) -> Self {
        Self {
            root,
            texts,
            files: OnceLock::new(),
            imports: OnceLock::new(),
            manifest: OnceLock::new(),
            named_pythons: Arc::default(),
            runs: OnceLock::new(),
            patches: OnceLock::new(),
            spelled: OnceLock::new(),
            definitions: OnceLock::new(),
            families: OnceLock::new(),
            readings: OnceLock::new(),
            stand_ins: StandIns::default(),
            borrowings: Borrowings::default(),
            attribute_uses: AttributeUses::default(),
            sayings: OnceLock::new(),
            replacements: Replacements::default(),
            folder_texts: FolderTexts::default(),
            programs: OnceLock::new(),
            words: OnceLock::new(),
            coroutine_functions: OnceLock::new(),
            users: ByName::default(),
            drivers: Drivers::default(),
        }
    }

    /// A project of these texts.
    #[cfg(test)]
    pub(super) fn of(texts: Texts) -> Self {
        Self::new(PathBuf::new(), texts)
    }

    /// Returns paths that begin at the root as whole ones.
    pub(super) fn whole(&self, below: impl IntoIterator<Item: AsRef<Path>>) -> Vec<PathBuf> {
        let below = below.into_iter();
        below.map(|path| self.root.join(path)).collect()
    }

    /// Takes other texts for some files; what their imports and defs say is read anew, what others say of
    /// theirs is not.
    pub(super) fn with(&self, changed: &ChangedTexts) -> Self {
        let texts = self.texts.with(changed);
        let files = self.files.get().map(|files| files.with(texts.clone()));
        let definitions = self.definitions.get().map(|it| it.with(changed));
        let sayings = self.sayings.get();
        let sayings = sayings.zip(files.as_ref());
        let sayings = sayings.map(|(it, files)| it.with(files, changed));
        let imports = self.imports.get().zip(files.as_ref());
        let imports = imports.map(|(it, files)| Arc::new(it.with(files, changed)));
        let is_same = self.imports.get().zip(imports.as_ref());
        let is_same = is_same.is_some_and(|(old, new)| old.is_same(new));
        let programs = self.programs.get().filter(|_| is_same).cloned();
        Self {
            imports: imports.map_or_else(OnceLock::new, OnceLock::from),
            programs: programs.map_or_else(OnceLock::new, OnceLock::from),
            definitions: definitions.map_or_else(OnceLock::new, OnceLock::from),
            sayings: sayings.map_or_else(OnceLock::new, OnceLock::from),
            files: files.map_or_else(OnceLock::new, OnceLock::from),
            manifest: self.manifest.clone(),
            named_pythons: Arc::clone(&self.named_pythons),
            ..Self::new(self.root.clone(), texts)
        }
    }

    /// The same project, of which only that is kept which is small, or is asked for once its files are planned.
    pub(super) fn at_rest(&self) -> Self {
        let texts = self.texts.at_rest();
        let files = self.files.get().map(|files| files.with(texts.clone()));
        Self {
            files: files.map_or_else(OnceLock::new, OnceLock::from),
            imports: self.imports.clone(),
            programs: self.programs.clone(),
            manifest: self.manifest.clone(),
            named_pythons: Arc::clone(&self.named_pythons),
            ..Self::new(self.root.clone(), texts)
        }
    }

    pub(super) fn files(&self) -> &Files {
        self.files.get_or_init(|| Files::list(self.texts.clone()))
    }

    /// Reads a file for itself. It is kept for questions of others only where somebody asks some.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.files.get() {
            Some(_) => Ok(self.texts.read_bytes(path)?.to_vec()),
            None => self.texts.read_once(path),
        }
    }

    pub(super) fn definitions(&self) -> &Definitions {
        self.definitions
            .get_or_init(|| Definitions::new(self.files()))
    }

    pub(super) fn families(&self) -> &Families {
        self.families
            .get_or_init(|| Families::build(self.files(), self.definitions()))
    }

    /// Returns what tells which classes of the project one is.
    pub(super) fn lineages(&self) -> Lineages<'_> {
        Lineages {
            files: self.files(),
            definitions: self.definitions(),
        }
    }

    /// Returns what a file says of attributes, by its place; `None` where it cannot be parsed.
    pub(super) fn said(&self, file: u32) -> Option<&Said> {
        let modules = || self.definitions().modules.clone();
        let sayings = self
            .sayings
            .get_or_init(|| Sayings::new(self.files(), modules()));
        sayings.of(file, self.files())
    }

    pub(super) fn stand_ins(&self, original: &Original) -> Arc<[StandIn]> {
        self.stand_ins.of(original, self)
    }

    pub(super) fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)> {
        self.borrowings.of(method, self)
    }

    pub(super) fn attribute_used(
        &self,
        attribute: &Original,
        in_tests: bool,
    ) -> Option<AttributeUse> {
        self.attribute_uses.of(attribute, in_tests, self)
    }

    pub(super) fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)> {
        let asked = Method::new(class, class.class.as_deref()?, self.lineages());
        let readings = || readings(self.files(), self.definitions());
        let it = self.readings.get_or_init(readings).to(&asked).next()?;
        Some((it.path.clone(), it.position))
    }

    pub(super) fn imports(&self) -> &ImportIndex {
        self.imports
            .get_or_init(|| Arc::new(ImportIndex::build(self.files())))
    }

    pub(super) fn programs(&self) -> &Programs {
        self.programs
            .get_or_init(|| Arc::new(Programs::new(self.files(), self.imports())))
    }

    pub(super) fn words(&self) -> &WordIndex {
        self.words.get_or_init(|| WordIndex::build(self.files()))
    }

    /// Returns the words of all files, unless nobody had to read them for it yet.
    pub(super) fn known_words(&self) -> Option<&WordIndex> {
        self.words.get()
    }

    /// Returns whether some file has an `async def` of that name.
    pub(super) fn has_coroutine_function(&self, name: &str) -> bool {
        let find = || coroutine_functions(self.files());
        let names = self.coroutine_functions.get_or_init(find);
        names.contains(&hash(name.as_bytes()))
    }

    /// Iterates over the other files of a file's program in whose code a name stands, in order of path.
    pub(super) fn mentioning(
        self: Arc<Self>,
        below: PathBuf,
        name: &str,
    ) -> impl Iterator<Item = PathBuf> + use<> {
        let program = self.programs().of(&below);
        // To look at a file costs more than its place: who asks may stop at the first.
        let places: Vec<u32> = self.words().in_code(name).collect();
        places.into_iter().filter_map(move |place| {
            let path = self.files().python.get(place as usize)?;
            let is_other = *path != below && program.has(path);
            is_other.then(|| self.root.join(path))
        })
    }

    /// Returns the files that use a module of other people.
    pub(super) fn users_of(&self, module: &str) -> Arc<Vec<PathBuf>> {
        let files = self.files();
        let uses = |path: &&PathBuf| {
            let bytes = files.texts.bytes(path).to_vec();
            let source = SourceFile::from_bytes(path.as_path(), bytes);
            source.is_ok_and(|source| names_module(source.text(), module))
        };
        let first = module.split('.').next().unwrap_or_default();
        let find = || {
            self.words()
                .of(first, files)
                .filter(uses)
                .cloned()
                .collect()
        };
        self.users.of(module, find)
    }

    /// Returns what drives the coroutines of a def of a file by hand.
    pub(super) fn driven(&self, path: &Path, function: &str) -> Option<Driver> {
        let world = World {
            files: self.files(),
            definitions: self.definitions(),
            programs: self.programs(),
        };
        self.drivers.of(path, function, world)
    }

    pub(super) fn manifest(&self) -> &Manifest {
        self.manifest
            .get_or_init(|| Manifest::read(&self.root, &self.texts))
    }

    pub(super) fn patches(&self) -> &Patches {
        self.patches.get_or_init(|| Patches::build(self.files()))
    }

    pub(super) fn spelled(&self) -> &Spelled {
        self.spelled.get_or_init(|| Spelled::build(self.files()))
    }

    /// Returns whether a console script begins with a function of a file, which a package may hand out:
    /// `from .__main__ import main`.
    pub(super) fn starts_with(&self, path: &Path, function: &str) -> bool {
        let manifest = self.manifest();
        let is_here = |qualified: String| {
            let found = self.definitions().find(self.files(), path, &qualified);
            matches!(found, Definition::Function { path: home, name, .. } if home == path && name == function)
        };
        let mut entry_points = manifest.entry_points_in(path);
        entry_points.any(|name| name == function)
            || manifest.entry_points_named(function).any(is_here)
    }

    /// Returns the lowest Python 3 that is named for a file.
    pub(super) fn named_python(&self, path: &Path) -> Option<(u8, u8)> {
        self.named_pythons.lowest_for(path, &self.texts)
    }
}
