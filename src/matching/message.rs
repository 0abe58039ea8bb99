//! Message + match + evidence → the sentence a person reads.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use super::capture::Captured;
use super::elsewhere;
use super::owner::{find, notebook};
use super::place::defined_name;
use super::site::{Evidence, Site};
use crate::python::tree::NodeId;
use crate::recipe::CALLEE;
use crate::recipe::template::{Message, MessagePart, Place};
use crate::text::blank::on_one_line;

/// Fills the fields of a message.
pub(super) fn write(message: &Message, site: Site, evidence: &Evidence) -> String {
    let mut text = String::new();
    for part in &message.parts {
        match part {
            MessagePart::Text(literal) => text.push_str(literal),
            MessagePart::Capture(name) => text.push_str(&capture(site, evidence, name)),
            MessagePart::CaptureName(name) => {
                text.push_str(last_name(&capture(site, evidence, name)));
            }
            MessagePart::Why => text.push_str(
                evidence
                    .why
                    .as_deref()
                    .unwrap_or("the place does not allow it"),
            ),
            MessagePart::Names => text.push_str(&evidence.names.join(", ")),
            MessagePart::Found => {
                let found = evidence.found.as_ref();
                let found = found.and_then(|it| elsewhere::found_in(it, site.subject));
                text.push_str(found.as_deref().unwrap_or("something"));
            }
            MessagePart::FoundLine => {
                let found = evidence.found.as_ref();
                let line = found.and_then(|it| elsewhere::found_line(it, site.subject));
                text.push_str(line.as_deref().unwrap_or("other code"));
            }
            MessagePart::Sign => text.push_str(
                site.subject
                    .nature
                    .sign()
                    .unwrap_or("it may be imported or run"),
            ),
            MessagePart::Owner | MessagePart::Teardown | MessagePart::Lifecycle => {
                text.push_str(&owned(part, site));
            }
            MessagePart::Place(place) => text.push_str(&named_place(*place, site)),
        }
    }
    text
}

/// Where nobody owns the value nothing is changed, and the sentence not shown. In a notebook a variable keeps it.
fn owned(part: &MessagePart, site: Site) -> String {
    if let Ok(Some(_)) = notebook(site.subject, site.node) {
        let words = match part {
            MessagePart::Owner => "a variable",
            MessagePart::Teardown => "the last cell",
            _ => "run that cell last",
        };
        return words.to_owned();
    }
    let Ok(owner) = find(site.subject, site.node) else {
        return "nobody".to_owned();
    };
    match part {
        MessagePart::Owner => owner.name().to_owned(),
        MessagePart::Teardown => owner.teardown.label(),
        _ => format!("{} ({})", owner.row.because, owner.row.id),
    }
}

fn capture(site: Site, evidence: &Evidence, name: &str) -> String {
    let range = site.captures.find(name).and_then(Captured::range);
    let range = range.or_else(|| callee(site).filter(|_| name == CALLEE));
    let of_site = match site.captures.find(name) {
        Some(Captured::Type(text)) => Some(text.as_str()),
        Some(Captured::Reference(name)) => Some(last_name(name)),
        _ => range.map(|range| &site.subject.text()[range]),
    };
    let made = || evidence.made.iter().find(|(captured, _)| captured == name);
    let text = of_site.or_else(|| made().map(|(_, text)| text.as_str()));
    let text = text.unwrap_or_default();
    on_one_line(text)
}

/// What the site calls: no metavariable of a rule that only names it stands for it, since rules apply anew to code that
/// a metavariable stands for.
fn callee(site: Site) -> Option<TextRange> {
    match site.subject.tree.node(site.node) {
        AnyNodeRef::ExprCall(call) => Some(call.func.range()),
        _ => None,
    }
}

/// Returns the last name of a call or dotted name, without underscores before it.
pub(crate) fn last_name(text: &str) -> &str {
    let callee = text.split('(').next().unwrap_or(text);
    callee
        .rsplit('.')
        .next()
        .unwrap_or(callee)
        .trim_start_matches('_')
}

fn named_place(place: Place, site: Site) -> String {
    let subject = site.subject;
    let whole = match subject.nature.runs_by_cell() {
        true => "the notebook",
        false => "the module",
    };
    let name = |definition: Option<NodeId>| {
        definition
            .map_or(whole, |id| defined_name(subject, id))
            .to_owned()
    };
    match place {
        Place::Function => name(subject.context.enclosing_function(site.node)),
        Place::Class => name(subject.context.enclosing_class(site.node)),
        Place::File => subject
            .path()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        Place::Python => format!("{}.{}", subject.target.version.0, subject.target.version.1),
    }
}
