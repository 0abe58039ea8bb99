//! What a graph says of code, in words.

use crate::engine::graph::{Becomes, Graph, Tie, Vertex};
use crate::recipe::condition::Place;
use crate::report::view::{View, count};

/// What becomes of code, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Becoming {
    Turns,
    Awaits,
    Stays,
    Unknown,
}

impl Becoming {
    pub(super) const ALL: [Self; 4] = [Self::Turns, Self::Awaits, Self::Stays, Self::Unknown];

    pub(super) fn of(vertex: &Vertex) -> Self {
        match vertex.becomes {
            Becomes::Async => Self::Turns,
            Becomes::Awaits(_) => Self::Awaits,
            Becomes::Sync(..) => Self::Stays,
            Becomes::Unknown(_) => Self::Unknown,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Turns => "turns async",
            Self::Awaits => "is async",
            Self::Stays => "stays sync",
            Self::Unknown => "unknown",
        }
    }

    /// What tells it from the others without a color.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Turns => "+",
            Self::Awaits => "=",
            Self::Stays => "!",
            Self::Unknown => "?",
        }
    }
}

/// Returns the name of code, for people.
pub(super) fn name_of(vertex: &Vertex) -> &str {
    match vertex.name.as_str() {
        "" if vertex.position.is_none() => "somewhere",
        "" => "module level",
        name => name,
    }
}

/// Returns where code is, for people.
pub(super) fn place_of(vertex: &Vertex, view: &View) -> String {
    let file = view.name(&vertex.file);
    match vertex.position {
        Some(position) => position.line_in(&file),
        None => file,
    }
}

/// Returns why code becomes what it does, where that is to be said.
pub(super) fn reason(vertex: &Vertex) -> &str {
    match &vertex.becomes {
        Becomes::Awaits(Place::Cell) => "the cell can await",
        Becomes::Async | Becomes::Awaits(_) => "",
        Becomes::Sync(_, why) | Becomes::Unknown(why) => why,
    }
}

/// Returns what a use is, where it is no call.
pub(super) fn tie(how: Tie) -> &'static str {
    match how {
        Tie::Calls | Tie::Passes | Tie::Decorates | Tie::Names => "",
        Tie::StandsFor => "the same method of a related class",
    }
}

/// Returns how many of each there are, in a sentence.
pub(super) fn summary(graph: &Graph) -> String {
    let of = |verdict: Becoming| {
        graph
            .vertices
            .iter()
            .filter(move |it| Becoming::of(it) == verdict)
    };
    let mut files: Vec<_> = of(Becoming::Turns).map(|it| &it.file).collect();
    files.sort_unstable();
    files.dedup();
    let turning = of(Becoming::Turns).count();
    let verb = if turning == 1 { "turns" } else { "turn" };
    let mut said = format!(
        "{} {verb} async in {}",
        count(turning, "function"),
        count(files.len(), "file")
    );
    let ends = [
        (Becoming::Stays, "place", "stay sync", "stays sync"),
        (
            Becoming::Awaits,
            "place",
            "are async already",
            "is async already",
        ),
        (Becoming::Unknown, "place", "are unknown", "is unknown"),
    ];
    for (verdict, noun, many, one) in ends {
        let number = of(verdict).count();
        if number > 0 {
            let verb = if number == 1 { one } else { many };
            said += &format!(", {} {verb}", count(number, noun));
        }
    }
    said + "."
}
