//! Folders of one's own → the recipes, tables and packs in them, added to the catalog.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::listing::{read_error, yaml_files};
use super::{Catalog, CatalogError, circle, names, shipped};
use crate::recipe::compile::{
    compile, compile_common, compile_endings, compile_lifecycles, compile_pack, compile_rows,
    compile_table, has_rows_alone, stem,
};
use crate::recipe::error::{Complaint, Law, Mistake, Problem, Report};
use crate::recipe::table::Common;
use crate::source::read::read_settings;

/// What a YAML file holds. The folder that it lies in tells, as under `codemods/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A table, in a folder `tables`.
    Table,
    /// What several recipes have in common, in a folder `common`.
    Common,
    /// A recipe, anywhere else.
    Recipe,
    /// A pack, in a folder `packs`.
    Pack,
}

impl Sort {
    /// Returns what a file holds.
    pub fn of(path: &Path) -> Self {
        let folder = path.parent().and_then(Path::file_name);
        match folder.and_then(OsStr::to_str) {
            Some("tables") => Self::Table,
            Some("common") => Self::Common,
            Some("packs") => Self::Pack,
            _ => Self::Recipe,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Common => "file of `common`",
            Self::Recipe => "recipe",
            Self::Pack => "pack",
        }
    }
}

/// A YAML file, read.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) sort: Sort,
    /// As shown.
    pub(super) path: String,
    pub(super) text: String,
}

impl Catalog {
    /// Adds the recipes, tables and packs of folders (`*.yaml`, in their folders too), in order of path.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them, or the first file that cannot be read; also a folder without
    /// recipes, which is hardly the one that was meant.
    pub fn load_folders(&mut self, folders: &[PathBuf]) -> Result<(), CatalogError> {
        let mut sources = Vec::new();
        for folder in folders {
            let files = yaml_files(folder)?;
            if files.is_empty() {
                let folder = folder.clone();
                return Err(CatalogError::Empty { folder });
            }
            for file in files {
                sources.push(Source {
                    sort: Sort::of(&file),
                    text: read_settings(&file).map_err(|error| read_error(&file, error))?,
                    path: file.display().to_string(),
                });
            }
        }
        self.add(sources)
    }

    /// Compiles and adds files, and checks what they say of each other.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, file by file.
    pub(super) fn add(&mut self, mut sources: Vec<Source>) -> Result<(), CatalogError> {
        if sources.is_empty() {
            return Ok(());
        }
        // Recipes name tables.
        sources.sort_by_key(|source| source.sort);
        let mut errors = Vec::new();
        let mut broken = Vec::new();
        for source in &sources {
            if let Err(found) = self.add_one(source) {
                errors.extend(found);
                broken.push(stem(&source.path));
            }
        }
        self.settle(&broken, errors)
    }

    /// Checks what files say of each other, and puts the recipes in order; `errors` were found in files,
    /// and some of them are `broken`.
    pub(super) fn settle(
        &mut self,
        broken: &[&str],
        mut errors: Vec<Mistake>,
    ) -> Result<(), CatalogError> {
        errors.retain(|error| !rests_on(error, broken));
        errors.extend(self.unknown_names(broken));
        if !errors.is_empty() {
            errors.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
            return Err(CatalogError::Recipes { errors });
        }
        self.arrange();
        match circle(&self.recipes.iter().collect::<Vec<_>>()) {
            errors if errors.is_empty() => Ok(()),
            errors => Err(CatalogError::Recipes { errors }),
        }
    }

    /// Rows of one's own go before those of the tables that the compiler reads.
    fn add_table(&mut self, source: &Source) -> Result<(), Vec<Mistake>> {
        let Source { path, text, .. } = source;
        if stem(path) == stem(shipped::LIFECYCLES) {
            let own = compile_lifecycles(path, text)?.rows;
            self.own_library().lifecycles.rows.splice(0..0, own);
            return Ok(());
        }
        if stem(path) == stem(shipped::ENDINGS) {
            let own = compile_endings(path, text, self.library())?.rows;
            self.own_library().endings.rows.splice(0..0, own);
            return Ok(());
        }
        if let Some(table) = self.library().find(stem(path))
            && has_rows_alone(text)
        {
            let rows = compile_rows(path, text, self.library(), table)?;
            self.own_library().add_rows(stem(path), rows);
            return self.range_again(stem(path));
        }
        let table = compile_table(path, text, self.library())?;
        let same = self.library().find(&table.id);
        let same = same.map(|same| same.path.as_str());
        let mut read = [shipped::KINDS, shipped::ROLES].into_iter();
        let same = same.or_else(|| read.find(|path| stem(path) == table.id));
        check_free(source, &table.id, same)?;
        self.own_library().add(table);
        Ok(())
    }

    fn add_common(&mut self, source: &Source) -> Result<(), Vec<Mistake>> {
        let Source { path, text, .. } = source;
        let id = stem(path).to_owned();
        let root = compile_common(path, text)?;
        let mut known = self.library().common.iter();
        let same = known.find(|(known, _)| *known == id);
        check_free(source, &id, same.map(|(_, same)| same.path.as_str()))?;
        let path = path.clone();
        let common = Common { path, root };
        self.own_library().common.push((id, common.into()));
        Ok(())
    }

    /// Makes the rules anew that range over a table.
    fn range_again(&mut self, table: &str) -> Result<(), Vec<Mistake>> {
        let library = self.library.as_ref().unwrap_or(&shipped::LIBRARY);
        let recipes = self.recipes.iter_mut();
        for recipe in recipes.filter(|it| it.for_each.as_deref() == Some(table)) {
            // Rows of one's own are not known to be right, whose rules they may be.
            *recipe = compile(&recipe.path, &recipe.text, library)?;
        }
        Ok(())
    }

    fn add_one(&mut self, source: &Source) -> Result<(), Vec<Mistake>> {
        let Source {
            sort, path, text, ..
        } = source;
        match sort {
            Sort::Table => self.add_table(source)?,
            Sort::Common => self.add_common(source)?,
            Sort::Recipe => {
                let recipe = compile(path, text, self.library())?;
                let same = self.find(&recipe.id).map(|same| same.path.as_str());
                check_free(source, &recipe.id, same)?;
                self.recipes.push(recipe);
            }
            Sort::Pack => {
                let pack = compile_pack(path, text)?;
                let mut packs = self.packs.iter();
                let same = packs.find(|same| same.id == pack.id);
                check_free(source, &pack.id, same.map(|same| same.path.as_str()))?;
                self.packs.push(pack);
            }
        }
        Ok(())
    }
}

/// Checks that no other file has the id already.
fn check_free(source: &Source, id: &str, other: Option<&str>) -> Result<(), Vec<Mistake>> {
    let Some(other) = other else {
        return Ok(());
    };
    let law = Law::TakenId {
        noun: source.sort.noun(),
        id: id.to_owned(),
        other: other.to_owned(),
    };
    let has_id = matches!(source.sort, Sort::Recipe | Sort::Pack);
    let key = if has_id { "id" } else { "" };
    let at = names::place(&source.text, key, id);
    let mut report = Report::new(&source.path, &source.text);
    let complaint = Complaint::new(at, Problem::Law(law));
    report.add(key, complaint.expected("another name for the file, and id"));
    Err(report.finish())
}

/// Whether a mistake is there only because another file is broken, whose mistakes are told.
fn rests_on(error: &Mistake, broken: &[&str]) -> bool {
    match &error.problem {
        Problem::Unknown { noun, word } => {
            let sorts = [Sort::Table, Sort::Common];
            let is_file = sorts.iter().any(|sort| sort.noun() == *noun);
            is_file && broken.contains(&word.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const RECIPE: &str = "id: mine\ntitle: t\narea: own\nseverity: low\nwhy: w\nafter: blocking-*\nfor-each: calls\nrules: [{match: $row.call, report: r}]\nexamples: [{name: n, unchanged: x}]\n";
    const TABLE: &str =
        "columns: {call: {type: patterns, required: true, about: a}}\nrows: [{call: f()}]\n";
    const PACK: &str = "id: ours\nabout: a.\ninclude: [mine, 'blocking-*']\n";

    /// Loads the files of a folder, with one text in them replaced.
    #[track_caller]
    fn load(old: &str, new: &str) -> Result<Catalog, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("a/mine.yaml", RECIPE),
            ("tables/calls.yaml", TABLE),
            ("packs/ours.yml", PACK),
        ];
        for (name, text) in files {
            let path = folder.path().join(name);
            let parent = path.parent().expect("it is in a folder");
            fs::create_dir_all(parent).expect("a folder");
            fs::write(path, text.replace(old, new)).expect("a file");
        }
        let mut catalog = Catalog::shipped().expect("the shipped recipes are right");
        let loaded = catalog.load_folders(&[folder.path().to_path_buf()]);
        let base = format!("{}/", folder.path().display());
        loaded.map_err(|error| error.to_string().replace(&base, ""))?;
        Ok(catalog)
    }

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        assert_eq!(load(old, new).err().as_deref(), Some(expected));
    }

    #[test]
    fn the_users_files_join_the_shipped_ones() {
        let catalog = load("", "").expect("they are right");
        assert!(catalog.recipes().iter().any(|recipe| recipe.id == "mine"));
        let recipes = catalog.select(&["ours".to_owned()], &[]);
        let recipes = recipes.expect("the pack is there");
        assert!(recipes.iter().any(|recipe| recipe.id == "blocking-sleep"));
        assert_eq!(
            recipes.last().map(|recipe| recipe.id.as_str()),
            Some("mine")
        );
    }

    #[test]
    fn names_of_nothing_have_their_place() {
        check(
            "after: blocking-*",
            "after: [blocking-slep, gone-*]\nbefore: blocking-slep",
            "a/mine.yaml:6:9: after: unknown recipe `blocking-slep` (did you mean `blocking-sleep`?)\n\
             a/mine.yaml:7:9: before: unknown recipe `blocking-slep` (did you mean `blocking-sleep`?)",
        );
        check(
            "[mine, 'blocking-*']",
            "[mien, 'gone-*']",
            "packs/ours.yml:3:11: include: unknown recipe `mien` (did you mean `mine`?)\n\
             packs/ours.yml:3:17: include: unknown recipe `gone-*` (expected one that `awaitify recipe list` shows)",
        );
        check(
            "[mine, 'blocking-*']",
            "[mine, ours]",
            "packs/ours.yml:3:17: include: unknown recipe `ours` (expected recipes: a pack holds no packs)",
        );
    }

    #[test]
    fn recipes_that_wait_for_each_other_have_their_places() {
        let waits = "after: blocking-*";
        let turn = "the recipes wait for each other: mine after mine";
        check(
            waits,
            "after: mine",
            &format!("a/mine.yaml:6:8: after: {turn}"),
        );
        let turn =
            "the recipes wait for each other: blocking-sleep after mine after blocking-sleep";
        check(
            waits,
            "after: [nest-asyncio, '*-sleep']\nbefore: blocking-sleep",
            &format!("a/mine.yaml:6:23: after: {turn}\na/mine.yaml:7:9: before: {turn}"),
        );
    }

    #[test]
    fn what_rests_on_a_broken_file_is_not_told() {
        check(
            "rows: [{call",
            "rows: [{cal",
            "tables/calls.yaml:2:8: rows: the column `call` is missing (expected patterns)\n\
             tables/calls.yaml:2:9: rows: unknown column `cal` (did you mean `call`?)",
        );
        check(
            "match: $row.call",
            "match: $row.cal",
            "a/mine.yaml:8:17: rules: unknown column `cal` (did you mean `call`?)",
        );
    }

    #[test]
    fn an_id_is_one_files() {
        let mut catalog = load("", "").expect("they are right");
        for (sort, path, text, other) in [
            (Sort::Recipe, "b/mine.yaml", RECIPE, "a/mine.yaml"),
            (Sort::Table, "calls.yaml", TABLE, "tables/calls.yaml"),
            (Sort::Table, "kinds.yaml", TABLE, shipped::KINDS),
            (Sort::Table, "roles.yaml", TABLE, shipped::ROLES),
            (Sort::Pack, "ours.yaml", PACK, "packs/ours.yml"),
        ] {
            let source = Source {
                sort,
                path: path.to_owned(),
                text: text.to_owned(),
            };
            let error = catalog.add(vec![source]).expect_err("it is there");
            let (column, key) = if sort == Sort::Table {
                (1, "")
            } else {
                (5, "id: ")
            };
            let (noun, id) = (sort.noun(), stem(path));
            let error = error.to_string();
            let expected =
                format!("{path}:1:{column}: {key}a {noun} with the id `{id}` already exists, ");
            assert!(error.starts_with(&expected), "{error}");
            assert!(error.contains(other), "{error}");
        }
    }
}
