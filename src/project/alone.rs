//! A file of which no project is known.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use ruff_python_ast::PythonVersion;

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
use crate::source::read::{ReadError, read_bytes};
use crate::source::version::Allowed;

/// A file alone in the world.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

/// Nothing is ever read off another file for one that is alone.
static NOTHING: LazyLock<ReadOff> = LazyLock::new(ReadOff::default);

impl Facts for Alone {
    fn name_in_project(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    fn imported_elsewhere(&self, _: &Path) -> Option<PathBuf> {
        None
    }

    fn other_file_uses(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn other_code_uses(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn takers(&self, _: &Path, _: &str) -> Vec<PathBuf> {
        Vec::new()
    }

    fn is_console_script(&self, _: &Path) -> bool {
        false
    }

    fn is_script_function(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn run_as_script(&self, _: &Path) -> Option<String> {
        None
    }

    fn allowed_python(&self, _: &Path) -> Allowed {
        Allowed::default()
    }

    fn named_python(&self, _: &Path) -> Option<(u8, u8)> {
        None
    }

    fn pairs_of(&self, _: &SourceFile) -> Vec<PathBuf> {
        Vec::new()
    }

    fn patched_in(&self, _: &Path, _: &str) -> Option<PathBuf> {
        None
    }

    fn spelled_in(&self, _: &Path, _: &str) -> Option<PathBuf> {
        None
    }

    fn definition(&self, _: &Path, qualified: &str) -> Definition {
        Definition::Outside(qualified.to_owned())
    }

    fn stand_ins(&self, _: &Original) -> Arc<[StandIn]> {
        Arc::default()
    }

    fn star_names(&self, _: &Path, _: &str) -> Option<Arc<StarNames>> {
        None
    }

    fn replaced(&self, _: &Path, _: Asked) -> Option<Replaced> {
        None
    }

    fn borrowed(&self, _: &Original) -> Option<(PathBuf, Position)> {
        None
    }

    fn read_whole(&self, _: &Original) -> Option<(PathBuf, Position)> {
        None
    }

    fn calls(&self, _: &Path) -> Arc<CallIndex> {
        Arc::default()
    }

    fn attribute_used(&self, _: &Original, _: bool) -> Option<AttributeUse> {
        None
    }

    fn driven(&self, _: &Path, _: &str) -> Option<Driver> {
        None
    }

    fn root_of(&self, _: &Path) -> PathBuf {
        PathBuf::new()
    }

    fn source(&self, path: &Path) -> Option<SourceFile> {
        SourceFile::read(path).ok()
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        read_bytes(path)
    }

    fn parse(&self, source: &SourceFile, version: PythonVersion) -> Result<Arc<Module>, Broken> {
        Module::parse(source, version).map(Arc::new)
    }

    fn program(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn program_id(&self, _: &Path) -> Option<ProgramId> {
        None
    }

    fn mentioning(&self, _: &Path, _: &str) -> Box<dyn Iterator<Item = PathBuf> + '_> {
        Box::new(std::iter::empty())
    }

    fn defines(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn defines_coroutine(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn may_rename(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn may_spell(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn leads_round_to(&self, _: &Path, _: &Path) -> bool {
        false
    }

    fn importers(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn direct_importers(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    fn with(&self, _: Vec<Rewritten>) -> Box<dyn Facts> {
        Box::new(Self)
    }

    fn rest(&self, _: &Path) {}

    fn before(&self, _: &Path) -> Option<SourceFile> {
        None
    }

    fn recolored(&self, _: Vec<Recolored>) -> Box<dyn Facts> {
        Box::new(Self)
    }

    fn users_of(&self, _: &Path, _: &str) -> Vec<PathBuf> {
        Vec::new()
    }

    fn is_said_above(&self, _: &Path, _: &TextQuestion) -> bool {
        false
    }

    fn stub_of(&self, _: &Path) -> String {
        String::new()
    }

    fn read_off(&self) -> &ReadOff {
        &NOTHING
    }
}
