//! What the screen says besides the changes: keys, filters, orders.

use super::session::{Listed, Mode, Sorting};
use crate::plan::decision::Verdict;

/// The keys and what they do.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("y", "accept, and go to the next open one"),
    ("n", "reject, and go to the next open one"),
    ("a", "accept this and the open ones below in its file"),
    ("d", "reject this and the open ones below in its file"),
    ("A", "accept all open ones of this r)ecipe, f)ile or l)evel"),
    ("D", "reject all open ones of this r)ecipe, f)ile or l)evel"),
    ("e", "edit the text in your editor, and accept it"),
    (
        "s",
        "suppress it: a comment in the code keeps it out and says why",
    ),
    ("i", "show the recipe's page"),
    ("u", "undo the last decision"),
    ("c", "comment on the decision"),
    ("j k, arrows", "next, previous"),
    ("g G", "first, last"),
    ("space b", "scroll the diff"),
    ("/", "search; an empty search shows all"),
    ("f", "show all, open, accepted or rejected"),
    ("o", "order by file, recipe or level"),
    ("q", "quit; every decision is stored already"),
];

/// Returns the page of keys.
pub(super) fn keys() -> String {
    let rows = KEYS.iter().map(|(key, what)| format!("{key:<12}{what}"));
    rows.collect::<Vec<_>>().join("\n")
}

impl Listed {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

impl Sorting {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Recipe => "recipe",
            Self::Level => "level",
        }
    }
}

/// Returns the last line of the screen: what can be typed now.
pub(super) fn prompt(mode: &Mode) -> String {
    match mode {
        Mode::Browse => {
            "y accept  n reject  e edit  a/d rest of file  u undo  / search  ? help  q quit"
                .to_owned()
        }
        Mode::Page(_) => "space b j k scroll; any other key goes back".to_owned(),
        Mode::Search(typed) => format!("search: {typed}_"),
        Mode::Note(typed) => format!("comment: {typed}_"),
        Mode::Suppress(typed) => format!("the code stays because: {typed}_"),
        Mode::All(verdict) => {
            let word = match verdict {
                Verdict::Accept => "Accept",
                Verdict::Reject | Verdict::Suppress => "Reject",
            };
            format!("{word} all open changes of this r)ecipe, f)ile or l)evel?")
        }
    }
}
