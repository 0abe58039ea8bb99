//! A graph → what is drawn of it: a block for each vertex, or, where that would be too many, for each file or folder.

use std::collections::BTreeMap;
use std::path::Path;

use super::words::{Becoming, name_of, place_of, reason};
use crate::engine::graph::{Graph, Vertex};
use crate::report::view::{View, count};

/// More blocks nobody reads.
const MAX_BLOCKS: usize = 300;

/// What is drawn.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    /// By rank, then in order.
    pub(super) blocks: Vec<DrawnBlock>,
    pub(super) strokes: Vec<Stroke>,
    /// What a block stands for, where that is no single function.
    pub(super) folded: Option<&'static str>,
}

/// A box with a text.
#[derive(Debug)]
pub(super) struct DrawnBlock {
    pub(super) title: String,
    pub(super) place: String,
    pub(super) tip: String,
    pub(super) becoming: Becoming,
    pub(super) is_seed: bool,
    pub(super) is_cut: bool,
    /// The distance from a seed.
    pub(super) rank: usize,
}

/// A line from what is used to what uses it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) tip: String,
}

/// How coarse a drawing is.
#[derive(Debug, Clone, Copy)]
enum Grain {
    Functions,
    Files,
    Folders,
    /// Folders at the top.
    Tops,
}

impl Sketch {
    /// Draws each vertex; unknown code that uses the same function is one block.
    pub(super) fn whole(graph: &Graph, view: &View) -> Self {
        Self::with(graph, view, Grain::Functions)
    }

    /// Draws as much as can be read.
    pub(super) fn readable(graph: &Graph, view: &View) -> Self {
        let grains = [Grain::Functions, Grain::Files, Grain::Folders];
        let sketches = grains.map(|grain| move || Self::with(graph, view, grain));
        let found = sketches.into_iter().find_map(|sketch| {
            let sketch = sketch();
            (sketch.blocks.len() <= MAX_BLOCKS).then_some(sketch)
        });
        found.unwrap_or_else(|| Self::with(graph, view, Grain::Tops))
    }

    fn with(graph: &Graph, view: &View, grain: Grain) -> Self {
        let mut sketch = Self {
            folded: match grain {
                Grain::Functions => None,
                Grain::Files => Some("file"),
                Grain::Folders | Grain::Tops => Some("folder"),
            },
            ..Self::default()
        };
        let cut = graph.cuts.first().map_or(&[][..], |it| &it.vertices);
        let groups = groups(graph, view, grain);
        let mut place_of_vertex = vec![0; graph.vertices.len()];
        for (key, members) in groups {
            let number = sketch.blocks.len();
            members.iter().for_each(|it| place_of_vertex[*it] = number);
            let mut block = block(graph, view, &key.1, &members);
            block.is_cut = members.iter().any(|it| cut.contains(it));
            sketch.blocks.push(block);
        }
        sketch.strokes = strokes(graph, &place_of_vertex);
        sketch
    }
}

/// What is drawn as one, in order: by rank and name.
fn groups(graph: &Graph, view: &View, grain: Grain) -> Vec<((usize, String), Vec<usize>)> {
    let mut callee_of = vec![0; graph.vertices.len()];
    // The first one stays.
    let links = graph.links.iter().rev();
    links.for_each(|link| callee_of[link.caller] = link.callee);
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, vertex) in graph.vertices.iter().enumerate() {
        let name = match grain {
            Grain::Functions if vertex.is_unknown() => format!("?{:09}", callee_of[number]),
            Grain::Functions => format!("{number:09}"),
            _ => folder(vertex, view, grain),
        };
        let becoming = Becoming::of(vertex).sign();
        by_name
            .entry(format!("{name}\n{becoming}"))
            .or_default()
            .push(number);
    }
    let groups = by_name.into_iter().map(|(name, members)| {
        let depths = members.iter().map(|it| graph.vertices[*it].depth);
        let title = name.split('\n').next().unwrap_or_default().to_owned();
        ((depths.min().unwrap_or(0), title), members)
    });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by(|a, b| (a.0.0, &a.1).cmp(&(b.0.0, &b.1)));
    groups
}

/// The file of a vertex, or a folder above it.
fn folder(vertex: &Vertex, view: &View, grain: Grain) -> String {
    let path = view.path(&vertex.file);
    let parent = |path: &str| {
        let parent = Path::new(path).parent();
        parent.map_or_else(String::new, |it| it.to_string_lossy().into_owned())
    };
    let name = match grain {
        Grain::Functions | Grain::Files => return path,
        Grain::Folders => parent(&path),
        Grain::Tops => parent(&path)
            .split('/')
            .take(2)
            .collect::<Vec<_>>()
            .join("/"),
    };
    if name.is_empty() {
        ".".to_owned()
    } else {
        name
    }
}

fn block(graph: &Graph, view: &View, title: &str, members: &[usize]) -> DrawnBlock {
    let vertices: Vec<&Vertex> = members.iter().map(|it| &graph.vertices[*it]).collect();
    let first = vertices[0];
    let becoming = Becoming::of(first);
    let tips = vertices.iter().map(|vertex| {
        let (place, name) = (place_of(vertex, view), name_of(vertex));
        let why = reason(vertex);
        let dot = if why.is_empty() { "" } else { ": " };
        format!("{name} ({place}) {}{dot}{why}", becoming.words())
    });
    let notes = vertices.iter().flat_map(|it| it.notes.iter().cloned());
    let tip: Vec<String> = tips.chain(notes).take(20).collect();
    let (title, place) = match vertices.len() {
        1 => (name_of(first).to_owned(), place_of(first, view)),
        n if becoming == Becoming::Unknown && title.starts_with('?') => {
            let mut files: Vec<_> = vertices.iter().map(|it| &it.file).collect();
            files.sort_unstable();
            files.dedup();
            (
                count(n, "place"),
                format!("in {}", count(files.len(), "file")),
            )
        }
        n => (title.to_owned(), count(n, "function")),
    };
    DrawnBlock {
        title,
        place,
        tip: tip.join("\n"),
        becoming,
        is_seed: vertices.iter().any(|it| it.is_seed),
        is_cut: false,
        rank: vertices.iter().map(|it| it.depth).min().unwrap_or(0),
    }
}

/// The lines between blocks, each once, with the code that they stand for.
fn strokes(graph: &Graph, places: &[usize]) -> Vec<Stroke> {
    let mut found: BTreeMap<(usize, usize), Vec<&str>> = BTreeMap::new();
    for link in &graph.links {
        let key = (places[link.callee], places[link.caller]);
        found.entry(key).or_default().push(link.line.trim());
    }
    let strokes = found.into_iter().map(|((from, to), lines)| {
        let shown: Vec<&str> = lines.iter().copied().take(5).collect();
        let mut tip = shown.join("\n");
        if lines.len() > shown.len() {
            tip += &format!("\n{}", count(lines.len() - shown.len(), "more use"));
        }
        Stroke { from, to, tip }
    });
    strokes.collect()
}
