//! Wished names → the first that is free.

use ruff_python_stdlib::identifiers::is_identifier;
use rustc_hash::FxHashSet;

use crate::bind::scope::ScopeId;
use crate::matching::capture::{Captured, Captures};
use crate::matching::message::last_name;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::recipe::template::{Message, MessagePart};

use super::obstacle::Obstacle;

/// Numbers that are tried behind the wished names.
const NUMBERS: std::ops::Range<u32> = 2..100;

/// Names that changes of the file were given: no two changes invent the same.
pub type Given = FxHashSet<String>;

/// Returns the wishes with the last names of captures in them; one whose capture has none is left out.
pub(super) fn wishes(subject: &Subject, captures: &Captures, wishes: &[Message]) -> Vec<String> {
    let wishes = wishes.iter();
    let wishes = wishes.filter_map(|wish| filled(subject, captures, wish, None));
    wishes.collect()
}

/// Returns a text with the last names of captures in it, or what stands for one that has none.
pub(super) fn filled(
    subject: &Subject,
    captures: &Captures,
    text: &Message,
    unnamed: Option<&str>,
) -> Option<String> {
    let mut filled = String::new();
    for part in &text.parts {
        match part {
            MessagePart::Text(text) => filled.push_str(text),
            MessagePart::Capture(name) | MessagePart::CaptureName(name) => {
                let range = captures.find(name).and_then(Captured::range);
                let text = range.map_or("", |range| &subject.text()[range]);
                let name = match part {
                    MessagePart::CaptureName(_) => last_name(text),
                    // As it is, underscores and all.
                    _ => text,
                };
                let name = is_identifier(name).then_some(name);
                filled.push_str(name.or(unnamed)?);
            }
            _ => {}
        }
    }
    Some(filled)
}

/// Returns the first wish, or wish with a number, that is not taken.
pub(super) fn first_free(
    wishes: &[String],
    taken: impl Fn(&str) -> bool,
) -> Result<String, Obstacle> {
    let numbered = wishes
        .iter()
        .flat_map(|wish| NUMBERS.map(move |number| format!("{wish}_{number}")));
    let mut names = wishes.iter().cloned().chain(numbered);
    names.find(|name| !taken(name)).ok_or(Obstacle::NamesTaken)
}

/// Gives a change the names that its rule wishes for, in the module.
pub(super) fn module_names(
    subject: &Subject,
    wishes: &[(String, Vec<String>)],
    given: &mut Given,
) -> Result<Vec<(String, String)>, Obstacle> {
    let visible = subject.names.visible_names(ScopeId::MODULE);
    let mut names = Vec::new();
    for (capture, wishes) in wishes {
        let name = first_free(wishes, |name| {
            subject.names.is_taken(ScopeId::MODULE, name)
                || visible.contains(name)
                || subject.is_mentioned(name)
                || given.contains(name)
        })?;
        given.insert(name.clone());
        names.push((capture.clone(), name));
    }
    Ok(names)
}

/// Gives a change the names that its rule wishes for, where a site stands: no other change of the
/// function gets them.
pub(super) fn names_in_function(
    subject: &Subject,
    site: NodeId,
    wishes: &[(String, Vec<String>)],
    given: &mut Given,
) -> Result<Vec<(String, String)>, Obstacle> {
    let function = subject.context.enclosing_function(site);
    let key = |name: &str| format!("{name} {}", function.map_or(0, NodeId::index));
    let is_given = |name: &str| given.contains(&key(name));
    let names = free_names(subject, site, wishes, is_given)?;
    given.extend(names.iter().map(|(_, name)| key(name)));
    Ok(names)
}

/// Gives a change the names that its rule wishes for, where a site stands. Another change of the same
/// function may be given the same: each binds its own before it reads them.
pub(super) fn local_names(
    subject: &Subject,
    site: NodeId,
    wishes: &[(String, Vec<String>)],
) -> Result<Vec<(String, String)>, Obstacle> {
    free_names(subject, site, wishes, |_| false)
}

fn free_names(
    subject: &Subject,
    site: NodeId,
    wishes: &[(String, Vec<String>)],
    is_given: impl Fn(&str) -> bool,
) -> Result<Vec<(String, String)>, Obstacle> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let scope = subject.names.scope_of(site);
    let visible = subject.names.visible_names(scope);
    let is_taken = |name: &str| {
        subject.names.is_taken(scope, name)
            || visible.contains(name)
            || subject.is_mentioned(name)
            || is_given(name)
    };
    let named = wishes.iter().map(|(capture, wishes)| {
        let name = first_free(wishes, is_taken)?;
        Ok((capture.clone(), name))
    });
    named.collect()
}
