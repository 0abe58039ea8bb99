//! `from module import *` → the names that it binds, as far as the project says.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::{Definition, Definitions};
use crate::bind::star::{StarName, StarNames};
use crate::project::files::Files;
use crate::project::modules::Place;
use crate::project::outline::Entry;

impl Definitions {
    /// Returns what `from module import *` in a file binds; `None` where that is not read.
    pub(in crate::project) fn star_names(
        &self,
        files: &Files,
        importer: &Path,
        module: &str,
    ) -> Option<Arc<StarNames>> {
        let path = self.starred_file(importer, module)?;
        self.handed_out(files, &path, &mut Vec::new())
    }

    /// The file of the module that a star import names, which may lie in a package with code of its own.
    fn starred_file(&self, importer: &Path, module: &str) -> Option<PathBuf> {
        let (path, rest) = self.place(importer, module)?;
        rest.iter().try_fold(path, |path, part| {
            match self.modules.submodule(&Place::File(path), part) {
                Some(Place::File(inner)) => Some(inner),
                _ => None,
            }
        })
    }

    /// The names of a module and of those that it takes from others; `None` where one is not read, or leads in
    /// a circle: that it does wherever one begins.
    fn handed_out(
        &self,
        files: &Files,
        path: &Path,
        above: &mut Vec<PathBuf>,
    ) -> Option<Arc<StarNames>> {
        let known = || {
            self.star_names
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(path).cloned();
        if let Some(names) = found {
            return names;
        }
        if above.iter().any(|it| it == path) {
            return None;
        }
        above.push(path.to_owned());
        let names = self.find_handed_out(files, path, above).map(Arc::new);
        above.pop();
        known().insert(path.to_owned(), names.clone());
        names
    }

    fn find_handed_out(
        &self,
        files: &Files,
        path: &Path,
        above: &mut Vec<PathBuf>,
    ) -> Option<StarNames> {
        let outline = self.outline(files, path);
        let own = outline.handed_out()?.into_iter();
        let mut names: StarNames = own
            .map(|(name, entry)| (name.to_owned(), self.star_name(files, path, entry)))
            .collect();
        for star in &outline.stars {
            let inner = self.starred_file(path, star)?;
            for (name, bound) in self.handed_out(files, &inner, above)?.iter() {
                match names.get_mut(name) {
                    Some(known) if known.is_sure && known != bound => known.is_sure = false,
                    Some(known) => known.clone_from(bound),
                    None if outline.lists_exports() => {}
                    None => {
                        names.insert(name.clone(), bound.clone());
                    }
                }
            }
        }
        if path.ends_with("__init__.py") && !outline.lists_exports() {
            // A module below it is a name of the package once somebody has imported that.
            for name in names_below(path, files) {
                let perhaps = self.star_name(files, path, None);
                names.entry(name).or_insert(perhaps);
            }
        }
        Some(names)
    }

    /// What a name of a module is.
    fn star_name(&self, files: &Files, path: &Path, entry: Option<&Entry>) -> StarName {
        let outside = match entry {
            Some(Entry::Means(qualified)) => match self.find(files, path, qualified) {
                Definition::Outside(name) => Some(name),
                _ => None,
            },
            _ => None,
        };
        StarName {
            is_sure: !matches!(entry, None | Some(Entry::Unclear(_))),
            outside,
        }
    }
}

/// The modules and packages right below a package; files are sorted, and so those below stand together.
fn names_below<'f>(init: &Path, files: &'f Files) -> impl Iterator<Item = String> + use<'f> {
    let folder = init.parent().unwrap_or(Path::new("")).to_owned();
    let first = files.python.partition_point(|it| **it < *folder);
    let below = files.python[first..].iter();
    below.map_while(move |file| {
        let first = file.strip_prefix(&folder).ok()?.components().next()?;
        let stem = Path::new(first.as_os_str()).file_stem()?;
        Some(stem.to_string_lossy().into_owned())
    })
}
