//! Conditions on parameters → answered, since a run has one value for each; a rule for another value goes.

use std::sync::Arc;

use crate::recipe::parameter::Parameter;
use crate::recipe::yaml::{Node, Value};

/// The word that a parameter is asked with.
const TEXT: &str = "text";

/// Takes `$parameter: {text: …}` out of the `where` of rules, and leaves those rules whose texts have the value.
pub(super) fn answer(recipe: &mut Node, parameters: &[Parameter]) {
    let Value::Map(entries) = Arc::make_mut(&mut recipe.value) else {
        return;
    };
    for (_, rules) in entries.iter_mut().filter(|(key, _)| key.text == "rules") {
        if let Value::List(rules) = Arc::make_mut(&mut rules.value) {
            rules.retain_mut(|rule| fits_rule(rule, parameters));
        }
    }
}

fn fits_rule(rule: &mut Node, parameters: &[Parameter]) -> bool {
    let Value::Map(entries) = Arc::make_mut(&mut rule.value) else {
        return true;
    };
    let Some(at) = entries.iter().position(|(key, _)| key.text == "where") else {
        return true;
    };
    let fits = fits(&mut entries[at].1, parameters);
    if is_empty(&entries[at].1) {
        entries.remove(at);
    }
    fits
}

/// Conditions in `all` are asked as well.
fn fits(condition: &mut Node, parameters: &[Parameter]) -> bool {
    let Value::Map(words) = Arc::make_mut(&mut condition.value) else {
        return true;
    };
    let mut all = true;
    words.retain_mut(|(key, asked)| {
        if let ("all", Value::List(parts)) = (key.text.as_str(), Arc::make_mut(&mut asked.value)) {
            all &= parts.iter_mut().all(|part| fits(part, parameters));
            parts.retain(|part| !is_empty(part));
            return !parts.is_empty();
        }
        let mut parameters = parameters.iter();
        let named = key.text.strip_prefix('$');
        let named = named.and_then(|name| parameters.find(|it| it.name == name));
        let texts = asked.child(TEXT).filter(|_| asked.entries().len() == 1);
        let Some((parameter, texts)) = named.zip(texts) else {
            return true;
        };
        let mut texts = texts.elements().iter();
        all &= texts.any(|text| text.text() == Some(&parameter.value.shown));
        false
    });
    all
}

fn is_empty(condition: &Node) -> bool {
    matches!(&*condition.value, Value::Map(words) if words.is_empty())
}
