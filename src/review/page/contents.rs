//! A session → the JSON that the page's script reads.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Keeper;
use crate::plan::change::ChangeId;
use crate::plan::decision::{Decision, VERSION};
use crate::review::session::Session;

/// What the script knows.
#[derive(Serialize)]
struct Contents<'s> {
    /// Of the file of decisions.
    version: u32,
    /// Where decisions are kept.
    keeper: &'static str,
    /// What they are kept under.
    plan: String,
    /// Who decides.
    by: Option<&'s str>,
    /// In the order of the page.
    changes: Vec<ChangeRow<'s>>,
    /// By change.
    requires: BTreeMap<&'s ChangeId, &'s [&'s ChangeId]>,
    /// What is decided already, also of changes that are not on the page.
    decisions: Vec<&'s Decision>,
    /// Comments on what is not decided yet.
    notes: BTreeMap<&'s ChangeId, &'s str>,
}

/// What a decision says of its change, and what the list is sorted by.
#[derive(Serialize)]
struct ChangeRow<'s> {
    id: &'s ChangeId,
    recipe: &'s str,
    file: &'s str,
    level: &'static str,
    fingerprint: Option<&'s str>,
    code: String,
}

/// Returns JSON that stands between tags as it is.
pub(super) fn contents(keeper: Keeper, session: &Session) -> String {
    let rows = session.items.iter().map(|item| ChangeRow {
        id: &item.change.id,
        recipe: &item.change.recipe,
        file: &item.path,
        level: item.change.safety.word(),
        fingerprint: item.fingerprint.as_deref(),
        code: item.code(),
    });
    let changes: Vec<ChangeRow> = rows.collect();
    let mut hash = Sha256::new();
    for row in &changes {
        hash.update(&row.id.0);
        hash.update(row.fingerprint.unwrap_or_default());
    }
    let plan = format!("{:x}", hash.finalize());
    let notes = session.notes.iter();
    let contents = Contents {
        version: VERSION,
        keeper: match keeper {
            Keeper::Browser => "browser",
            Keeper::Program => "program",
        },
        plan,
        by: session.author.by.as_deref(),
        changes,
        requires: session.closure.each().collect(),
        decisions: session.decisions.iter().collect(),
        notes: notes.map(|(id, note)| (id, note.as_str())).collect(),
    };
    // Strings, numbers and maps by strings have a form in JSON.
    let json = serde_json::to_string(&contents).unwrap_or_default();
    // No tag ends or begins in it; in JSON these stand in strings only.
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}
