//! What a person names, or where recipes apply → the defs at which the question begins.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use ruff_python_ast::{AnyNodeRef, StmtFunctionDef};

use super::Becomes;
use crate::engine::recipes::Engine;
use crate::engine::{Job, pool};
use crate::matching::becoming::{Caller, Turning, caller_of_def, turning};
use crate::matching::subject::Subject;
use crate::project::Facts;
use crate::project::definition::Definition;
use crate::project::driven::name_of;
use crate::project::import_index::may_mean;
use crate::python::tree::NodeId;
use crate::recipe::order::Stage;
use crate::source::SourceFile;

/// How a function is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Designation {
    /// The function that a line stands in.
    Line {
        /// The file.
        file: PathBuf,
        /// In a notebook the cell.
        cell: Option<u32>,
        /// Counted from 1.
        line: usize,
    },
    /// `path.py::Class.method`.
    Named {
        /// The file.
        file: PathBuf,
        /// The names of the classes and defs around it, and its own.
        name: String,
    },
    /// `package.module.Class.method`.
    Dotted(String),
}

/// A def at which the question begins.
#[derive(Debug, Clone)]
pub struct Seed {
    pub(super) file: PathBuf,
    pub(super) caller: Caller,
    pub(super) def: Option<Box<Turning>>,
}

/// Why no function was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is none of that name; similar ones.
    Name(Vec<Offer>),
    /// There are several; these.
    Several(Vec<Offer>),
    /// The line stands in no function; the last one above it, and the first below.
    NoFunction(Vec<Offer>),
    /// The file cannot be read.
    Unread(String),
    /// It is a class: its methods.
    Class(Vec<Offer>),
}

/// A function that may be meant: its file and name.
pub type Offer = (PathBuf, String);

/// As many are offered.
const OFFERED: usize = 3;

/// Less similar names are not offered.
const SIMILAR: f64 = 0.8;

/// Methods by which Python reads an attribute, or calls itself, have no calls that could await.
const NEVER_CALLED: [&str; 2] = ["property", "dunder"];

impl Seed {
    fn new<'a>(subject: &Subject<'a>, file: &Path, def: &'a StmtFunctionDef) -> Self {
        let mut caller = caller_of_def(subject, def);
        let is_never_called =
            matches!(&caller.becomes, Becomes::Sync(word, _) if NEVER_CALLED.contains(&&**word));
        let def = (!is_never_called).then(|| Box::new(turning(subject, def)));
        // That it turns async is what the question begins with.
        if !is_never_called && matches!(caller.becomes, Becomes::Sync(..)) {
            caller.becomes = Becomes::Async;
        }
        caller.def = None;
        let file = subject.facts.whole(file);
        Self { file, caller, def }
    }

    /// Returns what tells it from others.
    pub fn key(&self) -> (&Path, Option<u32>) {
        (&self.file, self.caller.start.map(u32::from))
    }
}

/// A def with its name.
type NamedDef<'a> = (String, &'a StmtFunctionDef);

fn defs<'a>(subject: &Subject<'a>) -> Vec<NamedDef<'a>> {
    let defs = subject
        .tree
        .ids()
        .filter_map(|id| match subject.tree.node(id) {
            AnyNodeRef::StmtFunctionDef(def) if !subject.resolver.is_overload(def) => {
                Some((name_of(subject.tree, id), def))
            }
            _ => None,
        });
    defs.collect()
}

/// Finds the function that is named, among these files and what they import.
///
/// # Errors
/// There is none, or there are several.
pub fn find(jobs: &[Job], facts: &dyn Facts, wanted: &Designation) -> Result<Vec<Seed>, Missing> {
    let engine = match jobs {
        [(_, engine), ..] => *engine,
        [] => return Err(Missing::Name(Vec::new())),
    };
    match wanted {
        Designation::Line { file, cell, line } => in_file(engine, facts, file, |subject| {
            at_line(subject, file, (*cell, *line))
        }),
        Designation::Named { file, name } => {
            in_file(engine, facts, file, |subject| named(subject, file, name))
        }
        Designation::Dotted(name) => dotted(engine, jobs, facts, name),
    }
}

fn in_file<T>(
    engine: &Engine,
    facts: &dyn Facts,
    file: &Path,
    ask: impl FnOnce(&Subject) -> Result<T, Missing>,
) -> Result<T, Missing> {
    let source = SourceFile::read(file).map_err(|why| Missing::Unread(why.to_string()))?;
    let asked = engine.analyze(&source, None, facts, ask);
    asked.unwrap_or_else(|_| Err(Missing::Unread("it does not parse".to_owned())))
}

fn at_line(
    subject: &Subject,
    file: &Path,
    (cell, line): (Option<u32>, usize),
) -> Result<Vec<Seed>, Missing> {
    let place = |id: NodeId| {
        let range = subject.tree.range(id);
        let last = subject.source.position(range.end());
        (subject.source.position(range.start()), last)
    };
    let has_line = |def: &&NamedDef| {
        let (first, last) = place(subject.tree.id(def.1));
        first.cell == cell && (first.line..=last.line).contains(&line)
    };
    let defs = defs(subject);
    match defs.iter().rfind(has_line) {
        Some((_, def)) => Ok(vec![Seed::new(subject, file, def)]),
        None => {
            let is_above = |def: &&NamedDef| place(subject.tree.id(def.1)).0.line < line;
            let above = defs.iter().rfind(is_above);
            let below = defs.iter().find(|def| !is_above(def));
            let near = above.into_iter().chain(below);
            let near = near.map(|(name, _)| (file.to_owned(), name.clone()));
            Err(Missing::NoFunction(near.collect()))
        }
    }
}

fn named(subject: &Subject, file: &Path, wanted: &str) -> Result<Vec<Seed>, Missing> {
    let defs = defs(subject);
    let offer = |name: &str| (file.to_owned(), name.to_owned());
    let exact: Vec<_> = defs.iter().filter(|(name, _)| name == wanted).collect();
    if !exact.is_empty() {
        let seeds = exact
            .into_iter()
            .map(|(_, def)| Seed::new(subject, file, def));
        return Ok(seeds.collect());
    }
    let inside = format!("{wanted}.");
    let methods = defs.iter().filter(|(name, _)| name.starts_with(&inside));
    let methods: Vec<Offer> = methods.map(|(name, _)| offer(name)).take(OFFERED).collect();
    if !methods.is_empty() {
        return Err(Missing::Class(methods));
    }
    let last = format!(".{wanted}");
    let ending: Vec<_> = defs
        .iter()
        .filter(|(name, _)| name.ends_with(&last))
        .collect();
    match ending.as_slice() {
        [(_, def)] => Ok(vec![Seed::new(subject, file, def)]),
        [] => {
            let names = defs.iter().map(|(name, _)| name.as_str());
            Err(Missing::Name(nearest(wanted, names).map(offer).collect()))
        }
        several => {
            let several = several.iter().map(|(name, _)| offer(name));
            Err(Missing::Several(several.collect()))
        }
    }
}

/// The most similar names, the best first.
fn nearest<'n>(
    wanted: &str,
    names: impl Iterator<Item = &'n str>,
) -> impl Iterator<Item = &'n str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let similar = |name: &str| {
        let whole = strsim::jaro_winkler(wanted, name);
        whole.max(strsim::jaro_winkler(&last(wanted), &last(name)))
    };
    let ranked = names.map(|name| (similar(name), name));
    let mut ranked: Vec<(f64, &str)> = ranked.filter(|(rank, _)| *rank >= SIMILAR).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked.into_iter().map(|(_, name)| name).take(OFFERED)
}

/// A function by the name that an import would use.
fn dotted(
    engine: &Engine,
    jobs: &[Job],
    facts: &dyn Facts,
    wanted: &str,
) -> Result<Vec<Seed>, Missing> {
    let mut found = spelled_so(engine, jobs, facts, wanted)?;
    if found.is_empty() {
        found = re_exported(engine, jobs, facts, wanted)?;
    }
    let mut files: Vec<&Path> = found.iter().map(|seed| seed.file.as_path()).collect();
    files.dedup();
    match files.len() {
        0 => Err(Missing::Name(similar(jobs, facts, wanted))),
        1 => Ok(found),
        _ => {
            let offers = found.into_iter().map(|seed| (seed.file, seed.caller.name));
            Err(Missing::Several(offers.collect()))
        }
    }
}

/// The functions of files whose path the name begins with, as much of it as possible.
fn spelled_so(
    engine: &Engine,
    jobs: &[Job],
    facts: &dyn Facts,
    wanted: &str,
) -> Result<Vec<Seed>, Missing> {
    let mut found: Vec<Seed> = Vec::new();
    let parts: Vec<&str> = wanted.split('.').collect();
    for at in (0..parts.len()).rev() {
        let (module, name) = (parts[..at].join("."), parts[at..].join("."));
        let last = parts.last().copied().unwrap_or_default();
        let fits = |(input, _): &&Job| {
            // A folder that holds projects is a root, too: `shop.client` is found from there.
            module.is_empty() || may_mean(&facts.whole(&input.path), &module)
        };
        let files = jobs
            .iter()
            .filter(fits)
            .filter(|(input, _)| defines(facts, &input.path, last));
        for (input, _) in files {
            let here = in_file(engine, facts, &input.path, |subject| {
                named(subject, &input.path, &name)
            });
            match here {
                Ok(seeds) => found.extend(seeds),
                Err(why @ Missing::Class(_)) => return Err(why),
                Err(_) => {}
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    Ok(found)
}

fn defines(facts: &dyn Facts, path: &Path, name: &str) -> bool {
    let bytes = facts.read(path).unwrap_or_default();
    memchr::memmem::find(&bytes, name.as_bytes()).is_some()
}

/// What a module has from another one.
fn re_exported(
    engine: &Engine,
    jobs: &[Job],
    facts: &dyn Facts,
    wanted: &str,
) -> Result<Vec<Seed>, Missing> {
    let Some((input, _)) = jobs.first() else {
        return Ok(Vec::new());
    };
    let definition = |name: &str| facts.definition(&input.path, name);
    let found = match definition(wanted) {
        Definition::Function { path, name, .. } => Some((path, name)),
        Definition::Class(class) => Some((class.path.clone(), class.name.clone())),
        _ => wanted
            .rsplit_once('.')
            .and_then(|(class, method)| match definition(class) {
                Definition::Class(class) => {
                    Some((class.path.clone(), format!("{}.{method}", class.name)))
                }
                _ => None,
            }),
    };
    let Some((path, name)) = found else {
        return Ok(Vec::new());
    };
    in_file(engine, facts, &path, |subject| named(subject, &path, &name))
}

/// Functions of similar names, in any of the files.
fn similar(jobs: &[Job], facts: &dyn Facts, wanted: &str) -> Vec<Offer> {
    let of_file = |(input, _): &Job| {
        let bytes = facts.read(&input.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().filter_map(|line| {
            let def = line.trim_start();
            let def = def
                .strip_prefix("async ")
                .unwrap_or(def)
                .strip_prefix("def ")?;
            let name = def.split('(').next()?.trim();
            Some((input.path.clone(), name.to_owned()))
        });
        lines.collect::<Vec<_>>()
    };
    let all: Vec<Offer> = jobs.par_iter().flat_map_iter(of_file).collect();
    let last = wanted.rsplit('.').next().unwrap_or(wanted);
    let near = nearest(last, all.iter().map(|(_, name)| name.as_str()));
    let mut found: Vec<Offer> = Vec::new();
    for wanted in near {
        let offers = all.iter().filter(|(_, name)| name == wanted);
        found.extend(
            offers
                .filter(|it| !found.contains(it))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    found.truncate(OFFERED);
    found
}

/// Finds the plain functions at which the engines' recipes apply.
///
/// # Errors
/// The threads cannot be started.
pub fn sites(
    jobs: &[Job],
    facts: &dyn Facts,
    threads: usize,
) -> Result<Vec<Seed>, rayon::ThreadPoolBuildError> {
    let found: Vec<Seed> = pool(threads)?.install(|| {
        let of_file = |job: &Job| of_file(job, facts);
        jobs.par_iter().flat_map_iter(of_file).collect()
    });
    Ok(found)
}

fn of_file((input, engine): &Job, facts: &dyn Facts) -> Vec<Seed> {
    let Ok(source) = input.read(facts) else {
        return Vec::new();
    };
    if source.is_generated() || !engine.may_match(Stage::File, &source) {
        return Vec::new();
    }
    let seeds = engine.analyze(&source, None, facts, |subject| {
        let matches = engine.rules(Stage::File).search(subject, &engine.recipes);
        let defs = matches.iter().filter_map(|found| {
            let node = subject.tree.node(found.node);
            let own = node.is_stmt_function_def().then_some(found.node);
            own.or_else(|| subject.context.enclosing_function(found.node))
        });
        let mut defs: Vec<NodeId> = defs.collect();
        defs.sort_unstable();
        defs.dedup();
        let plain = defs
            .into_iter()
            .filter_map(|id| match subject.tree.node(id) {
                AnyNodeRef::StmtFunctionDef(def) if !def.is_async => {
                    Some(Seed::new(subject, &input.path, def))
                }
                _ => None,
            });
        plain.collect()
    });
    seeds.unwrap_or_default()
}
