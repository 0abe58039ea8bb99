//! A graph → a file for Graphviz.

use std::io::{self, Write};

use super::sketch::Sketch;
use super::words::Becoming;
use crate::engine::graph::Graph;
use crate::report::view::View;
use crate::text::shown::Shown;

/// Writes a graph for Graphviz.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, graph: &Graph) -> io::Result<()> {
    let sketch = Sketch::whole(graph, view);
    writeln!(out, "digraph async {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(
        out,
        "  node [shape=box, fontname=\"sans-serif\", fontsize=10];"
    )?;
    for (number, block) in sketch.blocks.iter().enumerate() {
        let label = format!("{} {}\n{}", block.becoming.sign(), block.title, block.place);
        let mut style = match block.becoming {
            Becoming::Turns => "style=solid",
            Becoming::Awaits => "style=rounded, color=\"#1a7f37\"",
            Becoming::Stays => "shape=octagon, color=\"#9a6700\"",
            Becoming::Unknown => "style=dashed, color=\"#6e7781\"",
        }
        .to_owned();
        if block.is_seed {
            style += ", penwidth=3";
        }
        if block.is_cut {
            style += ", peripheries=2";
        }
        let (label, tip) = (dot(&label), dot(&block.tip));
        writeln!(out, "  n{number} [label={label}, tooltip={tip}, {style}];")?;
    }
    for stroke in &sketch.strokes {
        let (from, to, tip) = (stroke.from, stroke.to, dot(&stroke.tip));
        writeln!(out, "  n{from} -> n{to} [tooltip={tip}];")?;
    }
    writeln!(out, "}}")
}

/// A text between quotes, as Graphviz reads it.
fn dot(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = Shown(line).to_string();
        line.replace('\\', "\\\\").replace('"', "\\\"")
    });
    format!("\"{}\"", lines.collect::<Vec<_>>().join("\\n"))
}
