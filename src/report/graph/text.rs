//! A graph as a tree: each seed, below it the code that uses it, and so on; then the sum, and where to cut.

use std::io::{self, Write};

use super::words::{Becoming, name_of, place_of, reason, summary, tie};
use crate::engine::graph::{Becomes, Cut, Graph, Link, Vertex};
use crate::report::view::{self, View, count};
use crate::text::shown::Shown;

/// Of the code of one file of which the same is said, so much is shown: tests, or what is unknown anywhere.
const SHOWN: usize = 3;

/// As wide as the longest becoming.
const COLUMN: usize = 11;

/// Writes a graph for a person; of unknown code some, or `all`.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, graph: &Graph, all: bool) -> io::Result<()> {
    let mut tree = TreeText {
        out,
        view,
        graph,
        all,
        seen: vec![false; graph.vertices.len()],
    };
    for seed in 0..graph.vertices.len() {
        if graph.vertices[seed].is_seed {
            tree.seed(seed)?;
        }
    }
    writeln!(out, "\n{}", summary(graph))?;
    if graph.is_partial {
        writeln!(out, "There is more: the search ended after so many.")?;
    }
    write_cuts(out, view, graph)
}

struct TreeText<'o, 'g> {
    out: &'o mut dyn Write,
    view: &'o View,
    graph: &'g Graph,
    all: bool,
    seen: Vec<bool>,
}

/// What is written next.
enum TreeLine<'g> {
    /// Code, how far it is indented, and how it uses what is above it.
    Code(usize, usize, Vec<&'g Link>),
    /// So much code of so many files of which the same is said.
    More(Becoming, usize, (usize, usize)),
}

impl<'g> TreeText<'_, 'g> {
    fn seed(&mut self, seed: usize) -> io::Result<()> {
        let mut open = vec![TreeLine::Code(seed, 0, Vec::new())];
        while let Some(entry) = open.pop() {
            match entry {
                TreeLine::More(becoming, indent, rest) => self.more(becoming, indent, rest)?,
                TreeLine::Code(vertex, indent, links) => {
                    let is_new = !std::mem::replace(&mut self.seen[vertex], true);
                    self.code(vertex, indent, &links, is_new)?;
                    if is_new {
                        let mut below = self.below(vertex, indent + 1);
                        below.reverse();
                        open.extend(below);
                    }
                }
            }
        }
        Ok(())
    }

    /// The code that uses a function, that of which nothing is known last.
    fn below(&self, vertex: usize, indent: usize) -> Vec<TreeLine<'g>> {
        let graph = self.graph;
        // Links are in order of what is called, then of the caller.
        let mut by_caller: Vec<(usize, Vec<&Link>)> = Vec::new();
        for link in graph.callers(vertex) {
            match by_caller.last_mut() {
                Some((caller, links)) if *caller == link.caller => links.push(link),
                _ => by_caller.push((link.caller, vec![link])),
            }
        }
        by_caller.sort_by_key(|(caller, links)| {
            let caller = &graph.vertices[*caller];
            (caller.is_unknown(), &caller.file, links[0].position)
        });
        let alike = |a: &(usize, Vec<&Link>), b: &(usize, Vec<&Link>)| self.is_alike(a.0, b.0);
        let mut entries = Vec::new();
        for same in by_caller.chunk_by(alike) {
            let shown = match self.all || same.len() <= SHOWN + 1 {
                true => same.len(),
                false => SHOWN,
            };
            let code = same[..shown].iter().cloned();
            entries.extend(code.map(|(caller, links)| TreeLine::Code(caller, indent, links)));
            if let Some((first, _)) = same.get(shown) {
                let mut files: Vec<_> = same[shown..]
                    .iter()
                    .map(|(caller, _)| &graph.vertices[*caller].file)
                    .collect();
                let rest = files.len();
                files.dedup();
                let becoming = Becoming::of(&graph.vertices[*first]);
                entries.push(TreeLine::More(becoming, indent, (rest, files.len())));
            }
        }
        entries
    }

    /// Returns whether the same can be said of code and the next: of unknown code anywhere, else of one file.
    fn is_alike(&self, one: usize, other: usize) -> bool {
        let [a, b] = [one, other].map(|it| &self.graph.vertices[it]);
        if a.is_unknown() && b.is_unknown() {
            return true;
        }
        a.stays() && a.file == b.file && a.becomes == b.becomes
    }

    fn code(
        &mut self,
        vertex: usize,
        indent: usize,
        links: &[&Link],
        is_new: bool,
    ) -> io::Result<()> {
        let (view, own) = (self.view, &self.graph.vertices[vertex]);
        self.becoming(Becoming::of(own), indent)?;
        let file = view.name(&own.file);
        let first = links.first();
        let used_at = first.and_then(|link| link.position);
        let place = used_at.map_or_else(|| place_of(own, view), |it| it.line_in(&file));
        write!(self.out, "{}  {}", Shown(&place), Shown(name_of(own)))?;
        if let Some(said) = said(own, first.copied()) {
            write!(self.out, ": {}", Shown(said))?;
        }
        if let Some(link) = first.filter(|link| !link.line.is_empty()) {
            let line = format!("`{}`", link.line.trim());
            write!(self.out, "  {}", view.paint(view::FAINT, &line))?;
        }
        if links.len() > 1 {
            write!(self.out, " and {}", count(links.len() - 1, "more use"))?;
        }
        let has_below = self.graph.callers(vertex).next().is_some();
        if !is_new && has_below {
            write!(self.out, " (seen above)")?;
        }
        writeln!(self.out)?;
        let notes = own.notes.iter().filter(|_| is_new);
        for note in notes {
            let room = " ".repeat(COLUMN + 2 + indent * 2);
            writeln!(self.out, "{room}note: {}", Shown(note))?;
        }
        Ok(())
    }

    fn becoming(&mut self, becoming: Becoming, indent: usize) -> io::Result<()> {
        let style = match becoming {
            Becoming::Turns => view::HEADING,
            Becoming::Awaits => view::SAFE,
            Becoming::Stays => view::REVIEW,
            Becoming::Unknown => view::FAINT,
        };
        let words = format!("{:<COLUMN$}", becoming.words());
        let words = self.view.paint(style, &words).to_string();
        write!(self.out, "{words}  {}", "  ".repeat(indent))
    }

    fn more(
        &mut self,
        becoming: Becoming,
        indent: usize,
        (n, files): (usize, usize),
    ) -> io::Result<()> {
        self.becoming(becoming, indent)?;
        let (n, files) = (count(n, "more place"), count(files, "file"));
        writeln!(self.out, "{n} in {files}; -v shows all")
    }
}

/// What is to be said of code that uses what is above it.
fn said<'g>(vertex: &'g Vertex, link: Option<&'g Link>) -> Option<&'g str> {
    let doubt = link.and_then(|link| link.doubt.as_deref());
    let how = link.map(|link| tie(link.how));
    let all = [doubt, Some(reason(vertex)), how];
    all.into_iter().flatten().find(|it| !it.is_empty())
}

fn write_cuts(out: &mut dyn Write, view: &View, graph: &Graph) -> io::Result<()> {
    let turning = graph.vertices.iter().filter(|it| it.turns()).count();
    for (number, cut) in graph.cuts.iter().enumerate() {
        let first = match number {
            0 => "Cheapest cut",
            _ => "As cheap, nearer to the ends",
        };
        write_cut(out, view, graph, (first, cut, turning))?;
    }
    let has_ends = graph
        .vertices
        .iter()
        .any(|it| matches!(it.becomes, Becomes::Sync(..)));
    if graph.cuts.is_empty() && !has_ends {
        writeln!(
            out,
            "Nothing that stays sync is in the way: no cut is needed."
        )?;
    }
    Ok(())
}

fn write_cut(
    out: &mut dyn Write,
    view: &View,
    graph: &Graph,
    (first, cut, turning): (&str, &Cut, usize),
) -> io::Result<()> {
    let n = cut.vertices.len();
    let verb = if n == 1 { "keeps" } else { "keep" };
    writeln!(
        out,
        "\n{first}: {} {verb} a sync version, which calls asyncio.run or an async twin. Then {} of {turning} functions become async.",
        count(n, "place"),
        cut.turning,
    )?;
    let mut vertices: Vec<_> = cut.vertices.iter().map(|it| &graph.vertices[*it]).collect();
    vertices.sort_by_key(|it| (&it.file, it.position));
    for vertex in vertices {
        let (place, name) = (place_of(vertex, view), name_of(vertex));
        writeln!(out, "  {}  {}", Shown(&place), Shown(name))?;
    }
    Ok(())
}
