//! What a kept value is called on its owner.

use crate::matching::Match;
use crate::matching::capture::Captured;
use crate::matching::message::last_name;
use crate::matching::owner::{Owner, kin, member_names};
use crate::matching::subject::Subject;
use crate::recipe::keep::Keep;
use crate::recipe::template::MessagePart;
use crate::verb::Refusal;
use crate::verb::fresh::{Given, first_free};

/// Returns a free name: in a function the one that the recipe gives, of an object the same with an
/// underscore, and of several things with an `s`.
pub(super) fn free<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    keep: &Keep,
    owner: &Owner<'a>,
    given: &mut Given,
) -> Result<String, Refusal> {
    let wish = wished(subject, found, keep);
    let Some(class) = owner.class else {
        let scope = subject.names.scope_of(found.node);
        let visible = subject.names.visible_names(scope);
        let key = |name: &str| format!("{:?}.{name}", owner.start());
        let name = first_free(&[wish], |name| {
            visible.contains(name)
                || subject.names.is_taken(scope, name)
                || given.contains(&key(name))
        })?;
        given.insert(key(&name));
        return Ok(name);
    };
    let wishes = wishes(&wish, owner.many);
    let members = member_names(subject, class);
    let is_free = |name: &str| !members.contains(name) && !subject.is_mentioned(name);
    let key = |name: &str| format!("{}.{name}", class.name);
    // Sites with one name share the collection.
    let shared = wishes
        .iter()
        .find(|name| owner.many && given.contains(&key(name)));
    if let Some(name) = shared.filter(|name| is_free(name)) {
        return Ok(name.clone());
    }
    let kin = kin(subject, class);
    let is_given = |name: &str| {
        let mut kin = kin.iter();
        kin.any(|class| given.contains(&format!("{}.{name}", class.name)))
    };
    let name = first_free(&wishes, |name| !is_free(name) || is_given(name))?;
    given.insert(key(&name));
    Ok(name)
}

/// What is called `poll_task` itself needs no second `_task`.
fn wishes(name: &str, many: bool) -> Vec<String> {
    let plural = if many { "s" } else { "" };
    let whole = format!("_{name}{plural}");
    let ending = name.rfind('_').map(|at| &name[at..]);
    let short = ending.and_then(|ending| {
        let short = name.strip_suffix(ending)?;
        short.ends_with(ending).then(|| format!("_{short}{plural}"))
    });
    short.into_iter().chain([whole]).collect()
}

/// The text of the recipe with the last names of captures; what has no name is `background`.
fn wished<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>, keep: &Keep) -> String {
    let named = |capture: &str| {
        let range = found.captures.find(capture).and_then(Captured::range);
        let name = range.map_or("", |range| last_name(&subject.text()[range]));
        match ruff_python_stdlib::identifiers::is_identifier(name) {
            true => name,
            false => "background",
        }
    };
    let parts = keep.name.parts.iter().map(|part| match part {
        MessagePart::Text(text) => text.as_str(),
        MessagePart::Capture(name) | MessagePart::CaptureName(name) => named(name),
        _ => "",
    });
    parts.collect()
}
