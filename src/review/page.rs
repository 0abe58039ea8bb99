//! A session → one HTML page that shows its changes, and asks for decisions: a file by itself, or from a server.
//!
//! The text of the changes is there without a script. `page/page.js` decides, by the rules of `deciding`, or
//! lets the server do so.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::lines::lines;
use super::session::Session;
use super::words::KEYS;
use crate::plan::change::{ChangeId, Plan};
use crate::report::view::count;
use crate::text::markup::Markup;
use contents::contents;
use diff::diff;

mod article;

mod contents;

mod diff;

const TEMPLATE: &str = include_str!("page/page.html");

const STYLE: &str = include_str!("page/page.css");

const SCRIPT: &str = include_str!("page/page.js");

/// Keys of a terminal that a page has no use for: a browser scrolls, and is closed.
const NOT_HERE: [&str; 5] = ["e", "s", "i", "space b", "q"];

/// Keys of the page alone.
const KEYS_HERE: &[(&str, &str)] = &[
    ("t", "turn to side by side, or back"),
    ("esc", "leave a field"),
];

/// Where decisions made on a page are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeper {
    /// The browser, until the person saves them to a file.
    Browser,
    /// The program that serves the page, at once.
    Program,
}

/// A page of a session's changes; what is decided of them may change.
pub struct Page<'p> {
    plan: &'p Plan,
    keeper: Keeper,
    /// The diff of each change as planned.
    diffs: Vec<String>,
    /// Where each change stands among the items.
    places: FxHashMap<&'p ChangeId, usize>,
}

impl<'p> Page<'p> {
    /// Takes the changes of a session.
    pub fn new(plan: &'p Plan, session: &Session<'p>, keeper: Keeper) -> Self {
        let items = session.items.par_iter();
        let diffs = items.map(|item| diff(&lines(item, &[])));
        let changes = session.items.iter().map(|item| &item.change.id);
        Self {
            plan,
            keeper,
            diffs: diffs.collect(),
            places: changes.zip(0..).collect(),
        }
    }

    /// Returns the page with what is decided now.
    pub fn text(&self, session: &Session) -> String {
        let mut pieces = TEMPLATE.split("{{");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            // What is put in is not looked through again: code may have braces of its own.
            let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
            match name {
                "policy" => text.push_str(&self.policy()),
                "style" => text.push_str(STYLE),
                "script" => text.push_str(SCRIPT),
                "counts" => text.push_str(&counts(session)),
                "kept" => text.push_str(self.kept()),
                "keys" => text.push_str(&keys()),
                "files" => text.push_str(&files(session)),
                "changes" => text.push_str(&self.changes(session)),
                "contents" => text.push_str(&contents(self.keeper, session)),
                _ => {}
            }
            text.push_str(rest);
        }
        text
    }

    /// Returns what the page may load and run: its own style and script.
    fn policy(&self) -> String {
        let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text));
        let mut policy = format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; \
             form-action 'none'",
            hash(SCRIPT),
            hash(STYLE)
        );
        if self.keeper == Keeper::Program {
            policy.push_str("; connect-src 'self'");
        }
        policy
    }

    fn kept(&self) -> &'static str {
        match self.keeper {
            Keeper::Browser => {
                "Decisions are kept in this browser only, also when the page is closed. Save them to a file, \
                 and apply it with <code>awaitify migrate --decisions awaitify-decisions.json</code>."
            }
            Keeper::Program => {
                "Each decision is stored at once in the file that <code>awaitify review</code> names when it \
                 ends; end it there with Ctrl-C."
            }
        }
    }

    fn changes(&self, session: &Session) -> String {
        let mut text = Markup::default();
        let mut file = 0;
        let mut path = None;
        for (item, diff) in self.diffs.iter().enumerate() {
            let now = &session.items[item].path;
            if path != Some(now) {
                text.raw(&format!(
                    "<h2 class=\"group\" id=\"f{file}\" tabindex=\"-1\">"
                ));
                text.text(now);
                text.raw("</h2>\n");
                file += 1;
                path = Some(now);
            }
            article::add(&mut text, (self, session), item, diff);
        }
        text.into()
    }
}

/// Returns the list of files with links to them.
fn files(session: &Session) -> String {
    let mut text = Markup::default();
    let files = session.items.chunk_by(|one, next| one.path == next.path);
    for (file, items) in files.enumerate() {
        text.raw(&format!("<li><a href=\"#f{file}\"><span>"));
        for part in items[0].path.split_inclusive('/') {
            text.text(part);
            text.raw("<wbr>");
        }
        text.raw(&format!("</span> <b>{}</b></a></li>\n", items.len()));
    }
    text.into()
}

fn counts(session: &Session) -> String {
    let [accepted, rejected, open] = session.counts();
    let changes = count(session.items.len(), "change");
    format!("{changes}: {accepted} accepted, {rejected} rejected, {open} open")
}

fn keys() -> String {
    let mut text = Markup::default();
    let shared = KEYS.iter().filter(|(key, _)| !NOT_HERE.contains(key));
    for (key, what) in shared.chain(KEYS_HERE) {
        text.raw("<tr><th scope=\"row\">");
        for (index, key) in key.split(' ').enumerate() {
            text.raw(if index > 0 { " <kbd>" } else { "<kbd>" });
            text.text(key.trim_end_matches(','));
            text.raw("</kbd>");
        }
        text.raw("</th><td>");
        text.text(what);
        text.raw("</td></tr>\n");
    }
    text.into()
}
