//! A file → the configuration that holds for it: the nearest above it, each read once.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use super::document::{Document, Origin, Place, Sourced};
use super::options::Options;
use super::read::{Loaded, NAMED, is_pyproject, may_have_settings, read};
use crate::recipe::error::{Complaint, Problem};
use crate::source::read::{MAX_SETTINGS, ReadError, read_up_to};
use crate::source::tree::{leads_out, top};
use crate::text::shown;

/// Names of configurations, the one that goes before the other first.
const NAMES: [&str; 2] = ["awaitify.toml", "pyproject.toml"];

/// Some editors begin every file with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Where configurations are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// Above each file.
    Nearest,
    /// This file holds for all.
    Fixed(PathBuf),
    /// None holds.
    Nowhere,
}

/// What holds for some files.
#[derive(Debug, Default)]
pub struct Configuration {
    /// The files it was read from, each before those that it extends.
    pub files: Vec<Arc<Loaded>>,
    /// What they and the command line say together.
    pub options: Options,
    /// What is wrong between the files.
    complaints: Vec<(Place, Complaint)>,
}

/// A file and what holds for it.
#[derive(Debug)]
pub struct Located {
    /// What holds.
    pub configuration: Arc<Configuration>,
    /// The file, links resolved.
    pub path: PathBuf,
}

/// A folder that files were found in.
#[derive(Debug)]
struct Folder {
    /// Links resolved.
    real: PathBuf,
    configuration: Arc<Configuration>,
}

/// All configurations of a run.
#[derive(Debug)]
pub struct Configurations {
    /// Absolute, links resolved.
    current: PathBuf,
    search: Search,
    flags: Options,
    /// Folder as named → what is known of it: asked for every file that is found.
    folders: Mutex<FxHashMap<OsString, Arc<Folder>>>,
    /// Folder as named → links resolved.
    real: Mutex<HashMap<PathBuf, PathBuf>>,
    /// By folder, links resolved.
    by_folder: Mutex<HashMap<PathBuf, Arc<Configuration>>>,
    /// By path; `None`: it has no settings.
    read: Mutex<BTreeMap<PathBuf, Option<Arc<Loaded>>>>,
}

impl Configurations {
    /// `current` is the current directory; `flags` go before what is found.
    pub fn new(current: &Path, search: Search, flags: Options) -> Self {
        let configurations = Self {
            current: canonical(current),
            search,
            flags,
            folders: Mutex::default(),
            real: Mutex::default(),
            by_folder: Mutex::default(),
            read: Mutex::default(),
        };
        let everywhere = match &configurations.search {
            Search::Nearest => return configurations,
            Search::Nowhere => configurations.compose(None),
            Search::Fixed(path) => {
                let loaded = configurations.load(&configurations.current.join(path));
                configurations.compose(loaded)
            }
        };
        lock(&configurations.by_folder).insert(PathBuf::new(), Arc::new(everywhere));
        configurations
    }

    /// Returns what holds for a file or folder.
    pub fn of(&self, path: &Path) -> Located {
        self.of_real(self.resolved(path))
    }

    /// Returns what holds for a file or folder that is no link itself: the system need not be asked.
    pub fn of_found(&self, path: &Path) -> Located {
        match self.place(path) {
            Some((folder, name)) => Located {
                configuration: Arc::clone(&folder.configuration),
                path: folder.real.join(name),
            },
            None => self.of_real(self.current.join(path)),
        }
    }

    /// Returns the folder that a file or folder is in which is no link itself, and its name there;
    /// `None` for one without folder or name.
    fn place<'p>(&self, path: &'p Path) -> Option<(Arc<Folder>, &'p OsStr)> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        if let Some(known) = lock(&self.folders).get(folder.as_os_str()) {
            return Some((Arc::clone(known), name));
        }
        let located = self.of_real(self.below_real(&self.current.join(path))?);
        let found = Arc::new(Folder {
            real: located.path.parent()?.to_owned(),
            configuration: located.configuration,
        });
        let mut known = lock(&self.folders);
        known.insert(folder.as_os_str().to_owned(), Arc::clone(&found));
        Some((found, name))
    }

    fn of_real(&self, path: PathBuf) -> Located {
        let folder = match self.search {
            Search::Nearest => path.parent().unwrap_or(Path::new("/")),
            Search::Fixed(_) | Search::Nowhere => Path::new(""),
        };
        Located {
            configuration: self.of_folder(folder),
            path,
        }
    }

    /// Returns whether a file or folder that is no link is left out, for its own sake.
    pub fn exclude(&self, path: &Path, is_folder: bool) -> bool {
        let leaves_out = |found: &Located| {
            let options = &found.configuration.options;
            options.exclude(&found.path, is_folder)
        };
        match self.place(path) {
            Some((folder, _)) if !folder.configuration.options.excludes() => false,
            _ => leaves_out(&self.of_found(path)),
        }
    }

    /// Returns every configuration that was asked for; if none was, that of the current directory.
    pub fn all(&self) -> Vec<Arc<Configuration>> {
        if lock(&self.by_folder).is_empty() {
            self.of_folder(&self.current);
        }
        let mut all: Vec<_> = lock(&self.by_folder).clone().into_iter().collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut all: Vec<_> = all.into_iter().map(|(_, found)| found).collect();
        all.dedup_by(|one, other| Arc::ptr_eq(one, other));
        all
    }

    /// Returns the path with links resolved, so that it makes no difference how a file was named.
    fn resolved(&self, path: &Path) -> PathBuf {
        let path = self.current.join(path);
        let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
        let below_real = || self.below_real(&path).filter(|_| !is_link);
        below_real().unwrap_or_else(|| canonical(&path))
    }

    /// Returns the path with the links of its folder resolved; `None` for one without folder or name.
    fn below_real(&self, path: &Path) -> Option<PathBuf> {
        let (folder, name) = (path.parent()?, path.file_name()?);
        let mut known = lock(&self.real);
        if let Some(real) = known.get(folder) {
            return Some(real.join(name));
        }
        let real = real_folder(folder, &known);
        let path = real.join(name);
        known.insert(folder.to_owned(), real);
        Some(path)
    }

    fn of_folder(&self, folder: &Path) -> Arc<Configuration> {
        let mut known = lock(&self.by_folder);
        let mut below = Vec::new();
        let mut found = None;
        for above in folder.ancestors() {
            found = known.get(above).cloned();
            if found.is_some() {
                break;
            }
            below.push(above.to_owned());
            let loaded = NAMES.iter().find_map(|name| self.load_here(above, name));
            if loaded.is_some() {
                found = Some(Arc::new(self.compose(loaded)));
                break;
            }
        }
        let found = found.unwrap_or_else(|| Arc::new(self.compose(None)));
        known.extend(below.into_iter().map(|folder| (folder, Arc::clone(&found))));
        found
    }

    fn load_here(&self, folder: &Path, name: &str) -> Option<Arc<Loaded>> {
        let path = folder.join(name);
        let is_there = match is_pyproject(&path) {
            true => path.exists() && !path.is_dir(),
            // A link to nowhere was meant as a configuration.
            false => fs::symlink_metadata(&path).is_ok() && !path.is_dir(),
        };
        is_there.then(|| self.load(&path)).flatten()
    }

    fn load(&self, path: &Path) -> Option<Arc<Loaded>> {
        let mut known = lock(&self.read);
        if let Some(loaded) = known.get(path) {
            return loaded.clone();
        }
        let loaded = match self.document(path) {
            (document, None) => read(Arc::new(document)),
            // Somebody else's mistake.
            (document, Some(_))
                if is_pyproject(path)
                    && !document.text.is_empty()
                    && !may_have_settings(&document.text) =>
            {
                None
            }
            (document, Some(complaint)) => Some(Loaded {
                document: Arc::new(document),
                options: Options::default(),
                complaints: vec![(String::new(), complaint)],
            }),
        };
        let loaded = loaded.map(Arc::new);
        known.insert(path.to_owned(), loaded.clone());
        loaded
    }

    /// Reads a file as far as it is text, or says why not.
    fn document(&self, path: &Path) -> (Document, Option<Complaint>) {
        let base = match self.search {
            Search::Fixed(_) => self.current.clone(),
            _ => path.parent().unwrap_or(Path::new("/")).to_owned(),
        };
        let below = path.strip_prefix(&self.current).unwrap_or(path);
        let document = |text: &str| Document {
            path: path.to_owned(),
            name: shown::path(below),
            text: text.to_owned(),
            base,
            tree: self.tree(path),
        };
        let read = match self.tree(path).is_some_and(|tree| leads_out(path, &tree)) {
            true => Err(ReadError::Outside),
            false => read_up_to(path, MAX_SETTINGS),
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = error.to_string();
                let complaint = Complaint::new(0.into(), Problem::Unreadable { message });
                return (document(""), Some(complaint));
            }
        };
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes);
        let error = match str::from_utf8(bytes) {
            Ok(text) => return (document(text), None),
            Err(error) => error,
        };
        let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
        let message = "not UTF-8".to_owned();
        let complaint = Complaint::new(at.into(), Problem::Unreadable { message });
        (document(&String::from_utf8_lossy(bytes)), Some(complaint))
    }

    /// Returns what a configuration may not lead out of; one that the user named may.
    fn tree(&self, path: &Path) -> Option<PathBuf> {
        match self.search {
            Search::Fixed(_) => None,
            Search::Nearest | Search::Nowhere => {
                let folder = path.parent().unwrap_or(Path::new("/"));
                Some(top(&canonical(folder), &self.current))
            }
        }
    }

    /// Follows `extend` and puts everything together.
    fn compose(&self, first: Option<Arc<Loaded>>) -> Configuration {
        let mut configuration = Configuration::default();
        let mut next = first;
        while let Some(loaded) = next.take() {
            let extend = loaded.options.extend.clone();
            configuration.files.push(loaded);
            next = extend.and_then(|extend| self.extended(&extend, &mut configuration));
        }
        let options = configuration.files.iter().map(|file| file.options.clone());
        let options = std::iter::once(self.flags.clone()).chain(options);
        configuration.options = options.reduce(Options::over).unwrap_or_default();
        configuration
    }

    fn extended(
        &self,
        extend: &Sourced<PathBuf>,
        configuration: &mut Configuration,
    ) -> Option<Arc<Loaded>> {
        let path = canonical(&extend.value);
        let Origin::File(place) = &extend.origin else {
            return None;
        };
        if let Some(complaint) = outside(extend, &path, place) {
            configuration.complaints.push((place.clone(), complaint));
            return None;
        }
        let problem = match (fs::metadata(&path), self.load(&path)) {
            (Err(error), _) => Problem::Unreadable {
                message: format!("{}: {error}", shown::path(&path)),
            },
            (Ok(metadata), _) if metadata.is_dir() => Problem::Unreadable {
                message: format!("{}: this is a folder", shown::path(&path)),
            },
            (Ok(_), Some(loaded)) => {
                let files = configuration.files.iter();
                let from = files.map(|file| file.document.name.as_str());
                let again = |file: &Arc<Loaded>| canonical(&file.document.path) == path;
                if !configuration.files.iter().any(again) {
                    return Some(loaded);
                }
                let turn: Vec<&str> = from.chain([loaded.document.name.as_str()]).collect();
                Problem::ExtendsItself {
                    turn: turn.join(" extends "),
                }
            }
            (Ok(_), None) => Problem::NoSettings,
        };
        let complaint = Complaint::new(place.at, problem);
        configuration.complaints.push((place.clone(), complaint));
        None
    }
}

impl Configuration {
    /// Iterates over what is wrong between its files.
    pub fn complaints(&self) -> impl Iterator<Item = &(Place, Complaint)> {
        self.complaints.iter()
    }
}

/// Complains of a configuration that leads out of the tree of the one that extends it.
fn outside(extend: &Sourced<PathBuf>, path: &Path, place: &Place) -> Option<Complaint> {
    let leads_out = place.tree().is_some_and(|tree| leads_out(path, tree));
    let word = || shown::path(&extend.value);
    let complaint = || Complaint::new(place.at, Problem::OutOfTree { word: word() });
    leads_out.then(|| complaint().expected(NAMED))
}

/// Resolves the links of a folder; where those of the one around it are known, by one question to the
/// system instead of one for each part of the path.
fn real_folder(folder: &Path, known: &HashMap<PathBuf, PathBuf>) -> PathBuf {
    let around = folder.parent().and_then(|around| known.get(around));
    let below = around.zip(folder.file_name());
    let is_link = || fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_symlink());
    match below {
        Some((around, name)) if !is_link() => around.join(name),
        _ => canonical(folder),
    }
}

fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
