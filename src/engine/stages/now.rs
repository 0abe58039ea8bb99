//! Facts about the files of a stage, as they are now.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::World;
use crate::bind::star::StarNames;
use crate::project::attribute_use::AttributeUse;
use crate::project::definition::Definition;
use crate::project::driven::Driver;
use crate::project::import_index::names_module;
use crate::project::original::Original;
use crate::project::program::ProgramId;
use crate::project::read_off::ReadOff;
use crate::project::replacement::{Asked, Replaced};
use crate::project::stand_in::StandIn;
use crate::project::{Facts, Recolored};
use crate::recipe::answer::Answer;
use crate::recipe::condition::Condition;
use crate::source::SourceFile;
use crate::source::cell::Position;
use crate::source::version::Allowed;

/// Facts about files as they are now.
impl Facts for World<'_> {
    fn name_in_project(&self, path: &Path) -> PathBuf {
        self.facts.name_in_project(path)
    }

    fn imported_elsewhere(&self, path: &Path) -> Option<PathBuf> {
        self.facts.imported_elsewhere(path)
    }

    fn other_file_uses(&self, path: &Path, name: &str) -> bool {
        self.facts.other_file_uses(path, name)
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

    fn definition(&self, path: &Path, qualified: &str) -> Definition {
        self.facts.definition(path, qualified)
    }

    fn borrowed(&self, method: &Original) -> Option<(PathBuf, Position)> {
        self.facts.borrowed(method)
    }

    fn read_whole(&self, class: &Original) -> Option<(PathBuf, Position)> {
        self.facts.read_whole(class)
    }

    fn attribute_used(&self, attribute: &Original) -> Option<AttributeUse> {
        self.facts.attribute_used(attribute)
    }

    fn star_names(&self, path: &Path, module: &str) -> Option<Arc<StarNames>> {
        self.facts.star_names(path, module)
    }

    fn replaced(&self, path: &Path, asked: Asked) -> Option<Replaced> {
        self.facts.replaced(path, asked)
    }

    fn driven(&self, path: &Path, function: &str) -> Option<Driver> {
        self.facts.driven(path, function)
    }

    fn stand_ins(&self, original: &Original) -> Vec<StandIn> {
        self.facts.stand_ins(original)
    }

    fn root_of(&self, path: &Path) -> PathBuf {
        self.facts.root_of(path)
    }

    fn source(&self, path: &Path) -> Option<SourceFile> {
        let job = self.job_of(path);
        // What is planned may not be on the disk.
        match job.and_then(|job| self.outcomes[job].plan.as_ref()) {
            Some(plan) => plan.after().ok(),
            None => self.facts.source(path),
        }
    }

    fn program(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.program(path)
    }

    fn program_id(&self, path: &Path) -> Option<ProgramId> {
        self.facts.program_id(path)
    }

    fn mentioning(&self, path: &Path, name: &str) -> Vec<PathBuf> {
        let mut found = self.facts.mentioning(path, name);
        let written = self.written.get_or_init(|| self.written());
        let written = written.get(name).into_iter().flatten();
        let mut new = written.filter(|it| !found.contains(it)).peekable();
        if new.peek().is_some() {
            let program = self.facts.program(path);
            let new: Vec<PathBuf> = new.filter(|it| program.contains(it)).cloned().collect();
            found.extend(new);
            found.sort();
        }
        found
    }

    fn defines(&self, path: &Path, name: &str) -> bool {
        self.facts.defines(path, name)
    }

    fn defines_coroutine(&self, path: &Path, name: &str) -> bool {
        let written = self.written.get_or_init(|| self.written());
        self.facts.defines_coroutine(path, name) || written.contains_key(name)
    }

    fn leads_round_to(&self, path: &Path, other: &Path) -> bool {
        self.facts.leads_round_to(path, other)
    }

    fn texts_above(&self, path: &Path, names: &[String]) -> Vec<String> {
        self.facts.texts_above(path, names)
    }

    fn importers(&self, path: &Path) -> Vec<PathBuf> {
        self.facts.importers(path)
    }

    fn with(&self, changed: &[SourceFile]) -> Box<dyn Facts> {
        self.facts.with(changed)
    }

    fn recolored(&self, defs: Vec<Recolored>) -> Box<dyn Facts> {
        self.facts.recolored(defs)
    }

    fn users_of(&self, path: &Path, module: &str) -> Vec<PathBuf> {
        let mut users = self.facts.users_of(path, module);
        users.retain(|user| match self.changed(user) {
            Some(plan) => plan
                .after()
                .is_ok_and(|after| names_module(after.text(), module)),
            None => true,
        });
        users
    }

    fn read_off(&self) -> &ReadOff {
        &self.read_off
    }

    fn holds(&self, path: &Path, condition: &Condition) -> Answer {
        let key = (self.whole(path), std::ptr::from_ref(condition) as usize);
        let known = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&key) {
            return *answer;
        }
        drop(known);
        let source = self.source(path);
        let answer = source.map_or(Answer::Unknown, |source| self.ask(&source, condition));
        let mut known = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, answer);
        answer
    }

    fn held(&self, path: &Path, condition: &Condition) -> Answer {
        match self.changed(path) {
            Some(plan) => self.ask(plan.original(), condition),
            // It is as it was: what it has now it had.
            None => Answer::No,
        }
    }
}
