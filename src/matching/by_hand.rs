//! Does a loop run the coroutine that a site stands in? What is promised of an `await`, and of the running
//! loop, does not hold where the project drives it by hand.

use ruff_python_ast::AnyNodeRef;

use super::place::place;
use super::site::Site;
use super::subject::Subject;
use crate::project::driven::{Driver, name_of};
use crate::recipe::Rule;
use crate::recipe::condition::{Condition, Place, SiteWord, Word};

/// Returns what may drive the coroutine that a rule speaks of.
pub(super) fn driven(rule: &Rule, site: Site) -> Option<Driver> {
    let Site { subject, node, .. } = site;
    if place(subject, node) != Place::Coroutine || !rests_on_loop(&rule.condition) {
        return None;
    }
    let function = subject.context.enclosing_function(node)?;
    let AnyNodeRef::StmtFunctionDef(_) = subject.tree.node(function) else {
        return None;
    };
    let name = name_of(subject.tree, function);
    subject.facts.driven(subject.path(), &name)
}

/// Returns what is to be checked there.
pub(super) fn told(driver: &Driver, subject: &Subject) -> String {
    let path = subject.name_of_file(&driver.path);
    let place = match driver.position.cell {
        Some(_) => format!("{path}, {}", driver.position.words()),
        None => format!("{path}:{}", driver.position.line),
    };
    match driver.is_sure {
        true => format!("whether an event loop runs it, since {place} drives it itself"),
        false => format!("whether an event loop runs it, since {place} may drive it itself"),
    }
}

/// Returns whether a rule is about code that a running loop comes to: it asks for a coroutine, or for a place
/// that awaits.
fn rests_on_loop(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(rests_on_loop),
        Condition::None(_) => false,
        Condition::Word(Word::Site(SiteWord::Inside(places)), _) => {
            places.contains(&Place::Coroutine)
        }
        Condition::Word(word, _) => matches!(word, Word::Site(SiteWord::CanAwait(true))),
    }
}
