//! A graph → one JSON object per line: its vertices, its links, where to cut, and a summary last.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::words::{Becoming, reason};
use crate::engine::graph::{Becomes, Graph, Link, Tie, Vertex};
use crate::report::view::View;

/// Writes the lines.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, view: &View, graph: &Graph) -> io::Result<()> {
    for (id, vertex) in graph.vertices.iter().enumerate() {
        writeln!(out, "{}", vertex_json(view, id, vertex))?;
    }
    for link in &graph.links {
        writeln!(out, "{}", link_json(link))?;
    }
    for cut in &graph.cuts {
        let line = json!({"type": "cut", "vertices": cut.vertices, "turning": cut.turning});
        writeln!(out, "{line}")?;
    }
    let n = |verdict: Becoming| {
        let vertices = graph.vertices.iter();
        vertices.filter(|it| Becoming::of(it) == verdict).count()
    };
    let summary = json!({
        "type": "summary",
        "async": n(Becoming::Turns),
        "awaits": n(Becoming::Awaits),
        "sync": n(Becoming::Stays),
        "unknown": n(Becoming::Unknown),
        "partial": graph.is_partial,
    });
    writeln!(out, "{summary}")
}

fn vertex_json(view: &View, id: usize, vertex: &Vertex) -> Value {
    let (becomes, kind) = match &vertex.becomes {
        Becomes::Async => ("async", None),
        Becomes::Awaits(place) => ("awaits", Some(place.word().to_owned())),
        Becomes::Sync(word, _) => ("sync", Some(word.clone())),
        Becomes::Unknown(_) => ("unknown", None),
    };
    let reason = Some(reason(vertex)).filter(|it| !it.is_empty());
    json!({
        "type": "vertex",
        "id": id,
        "path": view.path(&vertex.file),
        "position": vertex.position,
        "name": vertex.name,
        "becomes": becomes,
        "kind": kind,
        "reason": reason,
        "seed": vertex.is_seed,
        "depth": vertex.depth,
        "notes": vertex.notes,
    })
}

fn link_json(link: &Link) -> Value {
    let how = match link.how {
        Tie::Calls => "calls",
        Tie::Passes => "passes",
        Tie::Decorates => "decorates",
        Tie::StandsFor => "stands-for",
        Tie::Names => "names",
    };
    json!({
        "type": "link",
        "callee": link.callee,
        "caller": link.caller,
        "how": how,
        "position": link.position,
        "code": link.line,
        "doubt": link.doubt,
    })
}
