//! Seeds → the graph, by rounds: each asks the files that have the names of what turned async in the last one, all at
//! once, and each file is parsed once for all that is asked of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use ruff_python_ast::AnyNodeRef;
use rustc_hash::{FxHashMap, FxHashSet};

use super::seed::Seed;
use super::{Becomes, Graph, How, Link, Tie, Vertex};
use crate::engine::pool;
use crate::engine::recipes::Engine;
use crate::matching::becoming::{Caller, Turning, caller, caller_of_def, how};
use crate::matching::callers::{FoundUse, uses};
use crate::matching::subject::Subject;
use crate::project::Facts;
use crate::project::driven::name_of;
use crate::source::cell::Position;

/// More is not looked for: nobody reads it, and it would not end.
const MAX_VERTICES: usize = 20_000;

/// Follows the callers of the seeds, on so many threads (0: one per core).
///
/// # Errors
/// The threads cannot be started.
pub fn walk(
    engine: &Engine,
    facts: &dyn Facts,
    seeds: Vec<Seed>,
    threads: usize,
) -> Result<Graph, rayon::ThreadPoolBuildError> {
    let mut walk = CallerWalk {
        engine,
        facts,
        graph: Graph::default(),
        places: FxHashMap::default(),
        open: Vec::new(),
        relatives: Vec::new(),
        known: FxHashSet::default(),
    };
    pool(threads)?.install(|| {
        for seed in seeds {
            walk.add_seed(seed);
        }
        while !walk.open.is_empty() || !walk.relatives.is_empty() {
            walk.round();
        }
    });
    Ok(walk.finish())
}

/// What makes a vertex another one: its file, its def, and what it is where it is no def that turns.
type Key = (PathBuf, Option<u32>, String);

/// A def whose callers are asked for, and the names under which files have it.
#[derive(Clone)]
struct OpenDef {
    vertex: usize,
    def: Arc<Turning>,
    names: Vec<String>,
}

/// A method that stands for another one.
struct Relative {
    of: usize,
    name: String,
}

/// What a file is asked in a round.
#[derive(Default)]
struct Asks {
    uses: Vec<OpenDef>,
    relatives: Vec<Relative>,
}

/// What a file answers.
#[derive(Default)]
struct Answers {
    /// With what is called.
    callers: Vec<(usize, Caller, Link)>,
    /// What the file hands on under another name.
    renamed: Vec<(OpenDef, String)>,
}

struct CallerWalk<'w> {
    engine: &'w Engine<'w>,
    facts: &'w dyn Facts,
    graph: Graph,
    places: FxHashMap<Key, usize>,
    open: Vec<OpenDef>,
    relatives: Vec<(PathBuf, Relative)>,
    /// Names under which a file was asked for a def already.
    known: FxHashSet<(usize, PathBuf, String)>,
}

impl CallerWalk<'_> {
    fn add_seed(&mut self, seed: Seed) {
        let Seed { file, caller, def } = seed;
        let (vertex, is_new) = self.vertex(&file, caller, 0);
        self.graph.vertices[vertex].is_seed = true;
        if is_new && let Some(def) = def {
            self.go_on(vertex, &file, def);
        }
    }

    /// Returns the vertex of some code, and whether it is new.
    fn vertex(&mut self, file: &Path, caller: Caller, depth: usize) -> (usize, bool) {
        let word = match &caller.becomes {
            Becomes::Async => String::new(),
            Becomes::Awaits(place) if caller.start.is_none() => {
                let cell = caller.position.and_then(|it| it.cell);
                format!("{} {cell:?}", place.word())
            }
            Becomes::Awaits(_) => String::new(),
            Becomes::Sync(word, _) => word.clone(),
            Becomes::Unknown(_) => "?".to_owned(),
        };
        let start = caller.start.map(u32::from);
        let key = (file.to_owned(), start, word);
        if let Some(known) = self.places.get(&key) {
            return (*known, false);
        }
        let vertex = self.graph.vertices.len();
        self.places.insert(key, vertex);
        self.graph.vertices.push(Vertex {
            file: file.to_owned(),
            position: caller.position,
            name: caller.name,
            becomes: caller.becomes,
            is_seed: false,
            depth,
            notes: Vec::new(),
            start,
            is_inner: false,
            unread: None,
        });
        (vertex, true)
    }

    /// Asks for the callers of a def that turns async.
    fn go_on(&mut self, vertex: usize, file: &Path, def: Box<Turning>) {
        if self.graph.vertices.len() > MAX_VERTICES {
            self.graph.is_partial = true;
            return;
        }
        let own = &mut self.graph.vertices[vertex];
        own.notes.clone_from(&def.notes);
        own.is_inner = !def.sought.is_reachable;
        own.unread.clone_from(&def.unread);
        if let Some(spelled) = &def.spelled_in {
            self.spelled(vertex, spelled, &def);
        }
        for (path, name) in &def.relatives {
            let relative = Relative {
                of: vertex,
                name: name.clone(),
            };
            let root = self.facts.root_of(file);
            self.relatives.push((root.join(path), relative));
        }
        self.open.push(OpenDef {
            vertex,
            names: vec![def.sought.name.clone()],
            def: Arc::new(*def),
        });
    }

    /// Code that a string leads to a def.
    fn spelled(&mut self, callee: usize, file: &Path, def: &Turning) {
        let caller = Caller::somewhere(&format!("a string names `{}`", def.sought.name));
        let depth = self.graph.vertices[callee].depth + 1;
        let (caller, _) = self.vertex(file, caller, depth);
        self.graph.links.push(Link {
            callee,
            caller,
            how: Tie::Names,
            position: None,
            line: String::new(),
            doubt: None,
        });
    }

    fn round(&mut self) {
        let mut asked: BTreeMap<PathBuf, Asks> = BTreeMap::new();
        for (path, relative) in std::mem::take(&mut self.relatives) {
            asked.entry(path).or_default().relatives.push(relative);
        }
        for open in std::mem::take(&mut self.open) {
            for (path, names) in self.files(&open) {
                let open = OpenDef {
                    names,
                    ..open.clone()
                };
                asked.entry(path).or_default().uses.push(open);
            }
        }
        let asked: Vec<(PathBuf, Asks)> = asked.into_iter().collect();
        let answers = asked.par_iter().map(|(path, asks)| self.ask(path, asks));
        let answers: Vec<Answers> = answers.collect();
        for ((path, _), answers) in asked.into_iter().zip(answers) {
            self.take(&path, answers);
        }
    }

    /// The files that may use a def, with the names that they may have for it.
    fn files(&mut self, open: &OpenDef) -> BTreeMap<PathBuf, Vec<String>> {
        let OpenDef { vertex, def, names } = open;
        let root = self.graph.vertices[*vertex].file.clone();
        let home = self.facts.root_of(&root).join(&def.sought.home);
        let mut files: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        for name in names {
            let others = match def.sought.is_reachable {
                true => self.facts.mentioning(&home, name).collect(),
                false => Vec::new(),
            };
            for file in others.into_iter().chain([home.clone()]) {
                let known = (*vertex, file.clone(), name.clone());
                if self.known.insert(known) {
                    files.entry(file).or_default().push(name.clone());
                }
            }
        }
        files
    }

    fn ask(&self, path: &Path, asks: &Asks) -> Answers {
        let answered = self.facts.source(path).and_then(|source| {
            let ask = |subject: &Subject| answers(subject, asks);
            self.engine.analyze(&source, None, self.facts, ask).ok()
        });
        answered.unwrap_or_else(|| unread(asks))
    }

    fn take(&mut self, file: &Path, answers: Answers) {
        for (callee, mut caller, link) in answers.callers {
            let depth = self.graph.vertices[callee].depth + 1;
            let def = caller.def.take();
            let (caller, is_new) = self.vertex(file, caller, depth);
            let link = Link {
                callee,
                caller,
                ..link
            };
            if callee != caller || link.how != Tie::StandsFor {
                self.graph.links.push(link);
            }
            if is_new && let Some(def) = def {
                self.go_on(caller, file, def);
            }
        }
        for (open, name) in answers.renamed {
            self.open.push(OpenDef {
                names: vec![name],
                ..open
            });
        }
    }

    fn finish(mut self) -> Graph {
        let key = |it: &Link| (it.callee, it.caller, it.how, it.position);
        let links = &mut self.graph.links;
        links.sort_by_key(key);
        links.dedup_by(|a, b| key(a) == key(b));
        self.graph.settle();
        self.graph
    }
}

/// A file that cannot be read may use all that it names.
fn unread(asks: &Asks) -> Answers {
    let mut answers = Answers::default();
    for open in &asks.uses {
        answers
            .callers
            .push(nowhere(open, "the file cannot be read, or does not parse"));
    }
    answers
}

/// Code of a file that is not read.
fn nowhere(open: &OpenDef, why: &str) -> (usize, Caller, Link) {
    (
        open.vertex,
        Caller::somewhere(why),
        link(Tie::Calls, None, String::new()),
    )
}

fn link(how: Tie, position: Option<Position>, line: String) -> Link {
    Link {
        callee: 0,
        caller: 0,
        how,
        position,
        line,
        doubt: None,
    }
}

fn answers(subject: &Subject, asks: &Asks) -> Answers {
    let mut answers = Answers::default();
    relatives(subject, asks, &mut answers);
    let sought = asks.uses.iter();
    let sought: Vec<_> = sought
        .map(|it| (&it.def.sought, it.names.clone()))
        .collect();
    let (found, renamed) = uses(subject, &sought);
    let callers = found.iter().filter_map(|used| {
        let (caller, link) = linked(subject, used)?;
        Some((asks.uses[used.of].vertex, caller, link))
    });
    answers.callers.extend(callers);
    for open in &asks.uses {
        if open.names.iter().any(|name| subject.is_mentioned(name)) {
            let why = "a magic, or a cell that does not parse, may use it";
            answers.callers.push(nowhere(open, why));
        }
    }
    let renamed = renamed.into_iter();
    answers.renamed = renamed
        .map(|(of, name)| (asks.uses[of].clone(), name))
        .collect();
    answers
}

/// The code that has a use; `None` where that says only how the function is written down.
fn linked(subject: &Subject, used: &FoundUse) -> Option<(Caller, Link)> {
    let how = how(subject, used.node)?;
    let at = subject.tree.range(used.node).start();
    let line = subject.statement_line(used.node).into_owned();
    let tie = match how {
        How::Calls => Tie::Calls,
        How::Passes => Tie::Passes,
        How::Decorates => Tie::Decorates,
    };
    let link = Link {
        doubt: used.doubt.clone(),
        ..link(tie, Some(subject.source.position(at)), line)
    };
    Some((caller(subject, used, how), link))
}

/// The methods that stand for others.
fn relatives(subject: &Subject, asks: &Asks, answers: &mut Answers) {
    for Relative { of, name } in &asks.relatives {
        let defs = subject.tree.ids().filter_map(|id| {
            let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(id) else {
                return None;
            };
            let is_it = name_of(subject.tree, id) == *name && !subject.resolver.is_overload(def);
            is_it.then_some((id, def))
        });
        if let Some((id, def)) = defs.last() {
            let at = subject.source.position(subject.tree.range(id).start());
            let line = subject.statement_line(id).into_owned();
            let caller = caller_of_def(subject, def);
            answers
                .callers
                .push((*of, caller, link(Tie::StandsFor, Some(at), line)));
        }
    }
}
