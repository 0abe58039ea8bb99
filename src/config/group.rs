//! Files and their configurations → groups that are planned alike, so that one engine plans each.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use ruff_text_size::TextSize;

use super::document::Document;
use super::options::{Parameter, PerPath};
use super::resolve::{Configuration, Located};
use super::select::{Selection, unknown_names};
use crate::project::nature::RunAs;
use crate::recipe::catalog::{Catalog, CatalogError};
use crate::recipe::error::{Mistake, Report};
use crate::recipe::parameter::{Given, Setting};
use crate::recipe::safety::Safety;

/// A catalog for each set of own recipes and parameters that configurations name.
#[derive(Debug, Default)]
pub struct Catalogs(Vec<(Wanted, Arc<Catalog>)>);

/// What decides what is in a catalog.
#[derive(Debug, PartialEq)]
struct Wanted {
    /// Folders of own recipes.
    folders: Vec<PathBuf>,
    /// Recipe, parameter and value.
    parameters: Vec<(String, String, Given)>,
}

/// What decides how a file is planned.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group<'c> {
    /// Which of the catalogs.
    catalog: usize,
    /// The recipes.
    pub selection: Selection<'c>,
    /// The level whose changes are applied.
    pub applied: Safety,
    /// The lowest Python, where somebody says so.
    pub target: Option<(u8, u8)>,
    /// How percent files are run, where somebody says so.
    pub run_as: Option<RunAs>,
    /// Whether a comment that keeps a recipe away needs a reason.
    pub reasons_required: bool,
    /// Whether minor findings are shown.
    pub shows_minor: bool,
}

/// An entry of `per-path` that holds for files of a run.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The entry.
    pub entry: Arc<PerPath>,
    /// For how many.
    pub files: usize,
}

/// The groups, and which one each file is in.
#[derive(Debug)]
pub struct Grouped<'c> {
    /// All different.
    pub groups: Vec<Group<'c>>,
    /// By file, in their order.
    pub of_file: Vec<usize>,
    /// In order of place.
    pub in_force: Vec<InForce>,
}

impl Catalogs {
    /// Loads what the configurations name; `load` makes a catalog with the recipes of some folders.
    ///
    /// Parameters that a recipe does not have are left out; see [`Catalogs::mistakes`].
    ///
    /// # Errors
    /// Those of `load`, or a value that a recipe cannot have.
    pub fn load<E: From<CatalogError>>(
        configurations: &[Arc<Configuration>],
        mut load: impl FnMut(&[PathBuf]) -> Result<Catalog, E>,
    ) -> Result<Self, E> {
        let mut catalogs = Self::default();
        for configuration in configurations {
            let wanted = Wanted::by(configuration);
            if catalogs.place(&wanted).is_some() {
                continue;
            }
            if wanted.folders.is_empty() && wanted.parameters.is_empty() {
                catalogs.0.push((wanted, Catalog::shared()?));
                continue;
            }
            let mut catalog = load(&wanted.folders)?;
            let settings = configuration.options.parameters.iter();
            let mut settings: Vec<Setting> = settings.map(Parameter::setting).collect();
            settings.retain(|setting| catalog.check_setting(setting).is_ok());
            catalog.set(&settings)?;
            catalogs.0.push((wanted, Arc::new(catalog)));
        }
        Ok(catalogs)
    }

    /// Iterates over all catalogs.
    pub fn iter(&self) -> impl Iterator<Item = &Catalog> {
        self.0.iter().map(|(_, catalog)| &**catalog)
    }

    /// Returns one of them.
    pub fn into_first(self) -> Option<Arc<Catalog>> {
        self.0.into_iter().map(|(_, catalog)| catalog).next()
    }

    /// Returns the catalog of a group.
    pub fn of(&self, group: &Group) -> &Catalog {
        &self.0[group.catalog].1
    }

    fn place(&self, wanted: &Wanted) -> Option<usize> {
        self.0.iter().position(|(other, _)| other == wanted)
    }

    /// Returns everything that is wrong in the files of configurations, by file.
    pub fn mistakes(
        &self,
        configurations: &[Arc<Configuration>],
    ) -> Vec<(Arc<Document>, Vec<Mistake>)> {
        let mut found = BTreeMap::new();
        for configuration in configurations {
            for file in &configuration.files {
                let of_file = found
                    .entry(&file.document.path)
                    .or_insert_with(|| (&file.document, Vec::new()));
                of_file.1.extend(file.complaints.iter().cloned());
                let place = self.place(&Wanted::by(configuration));
                let names = place.map(|place| unknown_names(&file.options, &self.0[place].1));
                of_file.1.extend(names.into_iter().flatten());
            }
            for (place, complaint) in configuration.complaints() {
                let of_file = found.get_mut(&place.path().to_owned());
                let complaint = ("extend".to_owned(), complaint.clone());
                of_file
                    .into_iter()
                    .for_each(|(_, all)| all.push(complaint.clone()));
            }
        }
        let reported = found.into_values().map(|(document, complaints)| {
            let mut report = Report::new(&document.name, &document.text);
            for (key, complaint) in complaints {
                report.add(&key, complaint);
            }
            (Arc::clone(document), report.finish())
        });
        reported
            .filter(|(_, mistakes)| !mistakes.is_empty())
            .collect()
    }

    /// Sorts files into groups.
    pub fn group(&self, files: &[Located]) -> Grouped<'_> {
        let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
        // Most files of a configuration are told the same.
        let mut told: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, file) in files.iter().enumerate() {
            let options = &file.configuration.options;
            let key = (
                Arc::as_ptr(&file.configuration),
                options.entries(&file.path),
                options.run_as(&file.path),
            );
            told.entry(key).or_default().push(index);
        }
        let mut in_force = BTreeMap::new();
        for ((_, entries, run_as), indices) in told {
            let configuration = &files[indices[0]].configuration;
            for index in &entries {
                let entry = &configuration.options.per_path[*index];
                count(&mut in_force, entry, indices.len());
            }
            let group = self.settle(configuration, &entries, run_as);
            groups.entry(group).or_default().extend(indices);
        }
        let mut of_file = vec![0; files.len()];
        for (number, indices) in groups.values().enumerate() {
            for index in indices {
                of_file[*index] = number;
            }
        }
        Grouped {
            groups: groups.into_keys().collect(),
            of_file,
            in_force: in_force.into_values().collect(),
        }
    }

    fn settle(
        &self,
        configuration: &Configuration,
        entries: &[usize],
        run_as: Option<RunAs>,
    ) -> Group<'_> {
        let options = &configuration.options;
        // Every configuration that was found has been loaded.
        let catalog = self.place(&Wanted::by(configuration)).unwrap_or(0);
        Group {
            catalog,
            selection: options.selection(entries, &self.0[catalog].1),
            applied: options.safety.as_ref().map_or(Safety::Safe, |it| it.value),
            target: options.target_version.as_ref().map(|it| it.value),
            run_as,
            reasons_required: options
                .require_ignore_reason
                .as_ref()
                .is_none_or(|it| it.value),
            shows_minor: options.minor.as_ref().is_some_and(|it| it.value),
        }
    }
}

/// Configurations that extend one file share its entries.
fn count(
    in_force: &mut BTreeMap<(PathBuf, TextSize), InForce>,
    entry: &Arc<PerPath>,
    files: usize,
) {
    let place = (entry.place.path().to_owned(), entry.place.at);
    let counted = in_force.entry(place).or_insert_with(|| InForce {
        entry: Arc::clone(entry),
        files: 0,
    });
    counted.files += files;
}

impl Wanted {
    fn by(configuration: &Configuration) -> Self {
        let options = &configuration.options;
        let folders = options.recipes.iter();
        let parameters = options.parameters.iter().map(|it| {
            let (recipe, name) = (it.recipe.value.clone(), it.name.value.clone());
            (recipe, name, it.given.value.clone())
        });
        Self {
            folders: folders.map(|folder| folder.value.clone()).collect(),
            parameters: parameters.collect(),
        }
    }
}
