//! What a kept value is called on its owner.

use ruff_text_size::Ranged;

use super::cell;
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::attribute::texts;
use crate::matching::owner::{Holder, Owner, Teardown, is_in_file, is_taken, kin};
use crate::matching::subject::Subject;
use crate::recipe::keep::Storage;
use crate::verb::fresh::{Given, filled, first_free};
use crate::verb::refusal::Refusal;

/// Returns a free name: in a function the one that the recipe gives, of an object the same with an
/// underscore, and of several things with an `s`.
pub(super) fn free<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    storage: &Storage,
    owner: &Owner<'a>,
    given: &mut Given,
) -> Result<String, Refusal> {
    let wish = wished(subject, found, storage);
    if !matches!(owner.holder, Holder::Object | Holder::Local) {
        return shared_by_functions(subject, &wish, owner, given);
    }
    let Some(class) = owner.class else {
        return of_function(subject, found, wish, owner, given);
    };
    let wishes = wishes(&wish, "_", owner.many);
    let is_free = |name: &str| !is_taken(subject, class, name) && !subject.is_mentioned(name);
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

/// A name of the function that begins it.
fn of_function<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    wish: String,
    owner: &Owner<'a>,
    given: &mut Given,
) -> Result<String, Refusal> {
    let scope = subject.names.scope_of(found.node);
    let visible = subject.names.visible_names(scope);
    let key = |name: &str| format!("{:?}.{name}", owner.start());
    let name = first_free(&[wish], |name| {
        visible.contains(name) || subject.names.is_taken(scope, name) || given.contains(&key(name))
    })?;
    given.insert(key(&name));
    Ok(name)
}

/// Returns a free name of all cells.
pub(super) fn of_notebook<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    storage: &Storage,
    many: bool,
    given: &mut Given,
) -> Result<String, Refusal> {
    let wishes = wishes(&wished(subject, found, storage), "", many);
    let scope = subject.names.scope_of(found.node);
    let visible = subject.names.visible_names(scope);
    let everywhere = subject.names.visible_names(ScopeId::MODULE);
    let is_free = |name: &str| {
        let is_taken = visible.contains(name) || subject.names.is_taken(scope, name);
        !(is_taken || everywhere.contains(name) || subject.is_mentioned(name))
    };
    let key = |name: &str| format!("cells.{name}");
    // Sites whose collections would begin at one place share it.
    let begins = cell::beginning(subject, found.node, many).map(Ranged::start);
    let begun = |name: &str| format!("{begins:?}:{}", key(name));
    let shared = wishes
        .iter()
        .find(|name| many && given.contains(&begun(name)) && is_free(name));
    if let Some(name) = shared {
        return Ok(name.clone());
    }
    let name = first_free(&wishes, |name| !is_free(name) || given.contains(&key(name)))?;
    given.extend([key(&name), begun(&name)]);
    Ok(name)
}

/// A name that no code of the file speaks of, for what two functions reach.
fn shared_by_functions(
    subject: &Subject,
    wish: &str,
    owner: &Owner,
    given: &mut Given,
) -> Result<String, Refusal> {
    let visible = subject.names.visible_names(
        subject
            .names
            .scope_of(subject.tree.id(&owner.method.body[0])),
    );
    let is_free = |name: &str| {
        !is_in_file(subject, name)
            && !visible.contains(name)
            && !subject.names.is_taken(ScopeId::MODULE, name)
            && !subject.is_mentioned(name)
            && texts(subject, name).is_empty()
    };
    let wishes = wishes(wish, "", owner.many);
    let key = |name: &str| format!("{}.{name}", owner.name());
    let shared = wishes
        .iter()
        .find(|name| owner.many && given.contains(&key(name)));
    if let Some(name) = shared.filter(|name| is_free(name)) {
        return Ok(name.clone());
    }
    let name = first_free(&wishes, |name| !is_free(name) || given.contains(&key(name)))?;
    given.insert(key(&name));
    Ok(name)
}

/// Returns what a function that is written is called: one for all that are kept on the same object.
pub(super) fn of_hook(
    subject: &Subject,
    owner: &Owner,
    given: &mut Given,
) -> Result<Option<String>, Refusal> {
    let Teardown::Hook(hook) = owner.teardown else {
        return Ok(None);
    };
    let scope = subject.names.scope_of(subject.tree.id(owner.method));
    let visible = subject.names.visible_names(scope);
    let key = |name: &str| format!("{name}()");
    let own = |name: &str| format!("{name}() of {:?}", hook.of);
    let name = first_free(std::slice::from_ref(&hook.new.name), |name| {
        visible.contains(name)
            || subject.names.is_taken(scope, name)
            || subject.is_mentioned(name)
            || (given.contains(&key(name)) && !given.contains(&own(name)))
    })?;
    given.insert(key(&name));
    given.insert(own(&name));
    Ok(Some(name))
}

/// What is called `poll_worker` or `worker` itself needs no second `_worker`.
fn wishes(name: &str, before: &str, many: bool) -> Vec<String> {
    let plural = if many { "s" } else { "" };
    let whole = format!("{before}{name}{plural}");
    let ending = name.rfind('_').map(|at| &name[at..]);
    let short = ending.and_then(|ending| {
        let short = name.strip_suffix(ending)?;
        let is_same = short.ends_with(ending) || ending.strip_prefix('_') == Some(short);
        is_same.then(|| format!("{before}{short}{plural}"))
    });
    short.into_iter().chain([whole]).collect()
}

/// The text of the recipe with the last names of captures; what has no name is `background`.
fn wished<'a>(subject: &Subject<'a>, found: &Match<'_, 'a>, storage: &Storage) -> String {
    filled(subject, &found.captures, &storage.name, Some("background")).unwrap_or_default()
}
