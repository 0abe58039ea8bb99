//! A name → where the project puts something else in its place while it runs: an attribute of a module
//! that is set, by whatever way leads to the module, or a name of a text that a mock takes.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::definition::{Definition, Definitions};
use super::outline::own_module;
use super::part::Project;
use crate::python::stdlib::is_standard;
use crate::python::word::hash;
use crate::source::cell::Position;

use records::{Handing, Holder, Parameter, Records, Setting, Within};
use words::{Words, words};

mod key;

mod records;

mod words;

/// What a call of a class runs.
const MAKES: &str = "__init__";

/// A name that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'n> {
    /// A name at the top of the file.
    Own(&'n str),
    /// A qualified name, as the file means it.
    Qualified(&'n str),
    /// What a class of the file has: the class, and the name.
    Member(&'n str, &'n str),
}

/// Where something else is put in a name's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The file, as the facts name it.
    pub path: PathBuf,
    /// Where it says so.
    pub position: Position,
}

/// What has names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Space {
    /// A module or class of other people, by its name; the empty one has the modules and the builtins.
    Outside(String),
    /// A file of the project, and the class in it.
    File(PathBuf, String),
    /// The file that the program begins with.
    Main,
}

/// A name and what has it.
type Name = (Space, String);

/// A setting that puts something in a name's place.
#[derive(Debug, Clone)]
struct Found {
    replaced: Replaced,
    /// The module by which it is reached, where only that one is meant.
    through: Option<PathBuf>,
}

/// What is put in the place of names, found file by file as names are asked for.
#[derive(Debug, Default)]
pub(super) struct Replacements {
    index: OnceLock<Index>,
    records: Mutex<FxHashMap<u32, Arc<Records>>>,
    found: Mutex<HashMap<Name, Arc<[Found]>>>,
    /// What the parameters of files' defs are given.
    given: Mutex<HashMap<(u32, Parameter), Given>>,
}

type Given = Arc<HashSet<Space>>;

/// Which files are to be read for a name.
#[derive(Debug, Default)]
struct Index {
    /// Hashes of names and places of files, sorted.
    names: Vec<(u64, u32)>,
    /// The files that set names which they compute.
    computed: Vec<u32>,
}

impl Index {
    fn build(project: &Project) -> Self {
        let mut index = Self::default();
        let files = project.files();
        // Files are fewer than 2³².
        for (place, path) in (0_u32..).zip(&files.python) {
            let Words { names, is_computed } = words(&files.texts.bytes(path));
            index
                .names
                .extend(names.into_iter().map(|name| (name, place)));
            index.computed.extend(is_computed.then_some(place));
        }
        index.names.sort_unstable();
        index
    }

    /// Returns the files that may set the name, in order.
    fn files(&self, name: &str) -> Vec<u32> {
        let name = hash(name.as_bytes());
        let start = self.names.partition_point(|(it, _)| *it < name);
        let named = self.names[start..].iter().take_while(|(it, _)| *it == name);
        let mut files: Vec<u32> = named.map(|(_, file)| *file).collect();
        files.extend(&self.computed);
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl Replacements {
    /// Finds the first place; paths are relative to the root.
    pub(super) fn of(&self, path: &Path, asked: Asked, project: &Project) -> Option<Replaced> {
        let names = meant(path, asked, project);
        names.into_iter().find_map(|name| {
            let found = self.all(name, project);
            let fits = |it: &&Found| it.through.as_ref().is_none_or(|through| through == path);
            found.iter().find(fits).map(|it| it.replaced.clone())
        })
    }

    fn all(&self, name: Name, project: &Project) -> Arc<[Found]> {
        let known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&name) {
            return found.clone();
        }
        drop(known);
        let index = self.index.get_or_init(|| Index::build(project));
        let files = index.files(&name.1).into_iter();
        let found: Arc<[Found]> = files
            .flat_map(|file| self.in_file(file, &name, project))
            .collect();
        let mut known = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(name, found.clone());
        found
    }

    /// Two threads may read a file at once; both read the same.
    fn records(&self, file: u32, project: &Project) -> Arc<Records> {
        let known = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(records) = known.get(&file) {
            return records.clone();
        }
        drop(known);
        let files = project.files();
        let path = &files.python[file as usize];
        let records = Arc::new(Records::read(path, files));
        let mut known = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(file).or_insert(records).clone()
    }

    fn in_file(&self, file: u32, (space, name): &Name, project: &Project) -> Vec<Found> {
        let path = &project.files().python[file as usize];
        let records = self.records(file, project);
        let is_set = |it: &&Setting| it.name.as_ref().is_none_or(|set| set == name);
        let found = records.settings.iter().filter(is_set).filter_map(|it| {
            let through = match &it.holder {
                Holder::Parameter(parameter) => {
                    let given = self.given(file, parameter, project);
                    given.contains(space).then_some(None)
                }
                holder => {
                    let (of, through) = owner(path, holder, project.definitions(), project)?;
                    (of == *space).then_some(through)
                }
            };
            Some(Found {
                replaced: Replaced {
                    path: path.clone(),
                    position: it.position,
                },
                through: through?,
            })
        });
        found.collect()
    }

    /// Returns what calls give for a parameter of a file's def, also through parameters of other defs.
    fn given(&self, file: u32, parameter: &Parameter, project: &Project) -> Arc<HashSet<Space>> {
        let asked = (file, parameter.clone());
        let known = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(given) = known.get(&asked) {
            return given.clone();
        }
        drop(known);
        let mut given = HashSet::new();
        let mut seen = HashSet::new();
        let mut open = vec![asked.clone()];
        while let Some((file, parameter)) = open.pop() {
            if !seen.insert((file, parameter.clone())) {
                continue;
            }
            for (caller, holder) in self.handed(file, &parameter, project) {
                let path = &project.files().python[caller as usize];
                match holder {
                    Holder::Parameter(through) => open.push((caller, through)),
                    holder => {
                        let owned = owner(path, &holder, project.definitions(), project);
                        given.extend(owned.map(|(owned, _)| owned));
                    }
                }
            }
        }
        let given = Arc::new(given);
        let mut known = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(asked, given.clone());
        given
    }

    /// Returns what each call gives for a parameter of a file's def, and the file of the call.
    fn handed(&self, file: u32, parameter: &Parameter, project: &Project) -> Vec<(u32, Holder)> {
        let home = &project.files().python[file as usize];
        let mut handed = Vec::new();
        for caller in callers(file, parameter, project) {
            let records = self.records(caller, project);
            let path = &project.files().python[caller as usize];
            let calls = records.handings.iter();
            let calls = calls.filter(|it| is_call_of(path, it, (home, parameter), project));
            let given = calls.flat_map(|call| given(call, parameter));
            handed.extend(given.map(|holder| (caller, holder.clone())));
        }
        handed
    }
}

/// The files that may call a def of a file with a module: the file, and those that take the def, or its
/// class, from it.
fn callers(file: u32, parameter: &Parameter, project: &Project) -> Vec<u32> {
    let files = project.files();
    let home = &files.python[file as usize];
    let of = &parameter.of;
    let (taken, called) = match &parameter.within {
        Within::File => (of, of),
        Within::Class(class) if of == MAKES => (class, class),
        Within::Class(class) => (class, of),
        Within::Block => return vec![file],
    };
    let takers = project.imports().takers(files, home, taken);
    let places = takers.filter_map(|taker| {
        files
            .python
            .binary_search_by(|it| it.as_path().cmp(taker))
            .ok()
    });
    let hands =
        |place: &usize| words::may_hand_over(&files.texts.bytes(&files.python[*place]), called);
    // A place in the list of files is one of `u32`, as above.
    let others = places
        .filter(hands)
        .filter_map(|place| u32::try_from(place).ok());
    [file].into_iter().chain(others).collect()
}

/// What a call gives for a parameter.
fn given<'h>(call: &'h Handing, parameter: &Parameter) -> impl Iterator<Item = &'h Holder> {
    let Parameter { name, place, .. } = parameter.clone();
    // `Class.method(object, …)`
    let is_of_class = matches!(&parameter.within, Within::Class(_) if parameter.of != MAKES);
    let fits = move |slot: &Result<usize, String>| match slot {
        Ok(given) => *given == place || is_of_class && *given == place + 1,
        Err(given) => *given == name,
    };
    let given = call.given.iter().filter(move |(slot, _)| fits(slot));
    given.map(|(_, holder)| holder)
}

/// Returns whether what a file calls is the def of another, or of itself; for a method whose object is
/// not known, whether it may be.
fn is_call_of(
    path: &Path,
    call: &Handing,
    (home, parameter): (&Path, &Parameter),
    project: &Project,
) -> bool {
    let top = match &parameter.within {
        Within::File => &parameter.of,
        Within::Class(class) if parameter.of == MAKES => class,
        Within::Class(_) | Within::Block => return call.last == parameter.of,
    };
    let Some(callee) = &call.callee else {
        return false;
    };
    if let Some(own) = callee.strip_prefix(&own_module(path))
        && path == home
    {
        return own == top;
    }
    match project.definitions().find(project.files(), path, callee) {
        Definition::Function { path, name, .. } => path == home && name == *top,
        Definition::Class(class) => class.path == home && class.name == *top,
        _ => false,
    }
}

/// Returns what has the attributes that a file sets of something, and the module by which it comes to it
/// where it is meant as that module's.
fn owner(
    path: &Path,
    holder: &Holder,
    definitions: &Definitions,
    project: &Project,
) -> Option<(Space, Option<PathBuf>)> {
    let (name, is_spelled) = match holder {
        Holder::Own => return Some((Space::File(path.to_owned(), String::new()), None)),
        Holder::Main => return Some((Space::Main, None)),
        Holder::Parameter(_) => return None,
        Holder::Named(name) => (name, false),
        Holder::Spelled(name) => (name, true),
    };
    if let Some(class) = name
        .strip_prefix(&own_module(path))
        .filter(|_| name.starts_with('.'))
    {
        return Some((Space::File(path.to_owned(), class.to_owned()), None));
    }
    let outside = |name: &str| match name {
        "builtins" => Space::Outside(String::new()),
        name => Space::Outside(name.to_owned()),
    };
    let Some((file, rest)) = definitions.place(path, name).filter(|_| !is_standard(name)) else {
        return Some((outside(name), None));
    };
    if rest.is_empty() {
        return Some((Space::File(file, String::new()), None));
    }
    match definitions.find(project.files(), path, name) {
        Definition::Outside(name) => Some((outside(&name), is_spelled.then_some(file))),
        Definition::Class(class) => Some((Space::File(class.path, class.name), None)),
        _ => None,
    }
}

/// The names on the way to what is asked about: each may be replaced.
fn meant(path: &Path, asked: Asked, project: &Project) -> Vec<Name> {
    let of_file = |file: PathBuf, name: &str| (Space::File(file, String::new()), name.to_owned());
    let qualified = match asked {
        Asked::Own(name) => {
            return vec![
                of_file(path.to_owned(), name),
                (Space::Main, name.to_owned()),
            ];
        }
        Asked::Member(class, name) => {
            let class = Space::File(path.to_owned(), class.to_owned());
            return vec![(class, name.to_owned())];
        }
        Asked::Qualified(name) => name,
    };
    let place = project.definitions().place(path, qualified);
    let Some((file, rest)) = place.filter(|_| !is_standard(qualified)) else {
        return outside(qualified);
    };
    let mut names: Vec<Name> = Vec::new();
    names.extend(rest.first().map(|first| of_file(file, first)));
    match project.definitions().find(project.files(), path, qualified) {
        Definition::Outside(name) => names.extend(outside(&name)),
        Definition::Function { path, name, .. } | Definition::Variable { path, name, .. } => {
            names.push(of_file(path, &name));
        }
        Definition::Class(class) => names.push(of_file(class.path, &class.name)),
        Definition::Unknown(_) | Definition::Ambiguous => {}
    }
    names.dedup();
    names
}

/// `asyncio.sleep`: the attribute, and the module.
fn outside(qualified: &str) -> Vec<Name> {
    let mut names = Vec::new();
    let mut whole = qualified;
    loop {
        let (owner, name) = whole.rsplit_once('.').unwrap_or(("", whole));
        names.push((Space::Outside(owner.to_owned()), name.to_owned()));
        if owner.is_empty() {
            return names;
        }
        whole = owner;
    }
}

#[cfg(test)]
mod tests;
