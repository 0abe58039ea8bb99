//! Conditions on parameters → answered, since a run has one value for each; a rule for another value goes.

use std::sync::Arc;

use crate::recipe::parameter::Parameter;
use crate::recipe::yaml::{Key, Node, Value};

/// The word that a parameter is asked with.
const TEXT: &str = "text";

/// The word for parts that all hold.
const ALL: &str = "all";

/// Takes `$parameter: {text: …}` out of the `where` of rules, and leaves those rules whose texts have the value.
pub(super) fn answer(recipe: &mut Node, parameters: &[Parameter]) {
    if let Some(rules) = recipe.child_mut("rules")
        && let Value::List(rules) = Arc::make_mut(&mut rules.value)
    {
        rules.retain_mut(|rule| fits_rule(rule, parameters));
    }
}

fn fits_rule(rule: &mut Node, parameters: &[Parameter]) -> bool {
    let condition = rule.child("where");
    if !condition.is_some_and(|it| is_empty(it) || asks(it, parameters)) {
        return true;
    }
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

/// Whether something is answered here: most conditions ask of the code alone, and rules share them as they are.
fn asks(condition: &Node, parameters: &[Parameter]) -> bool {
    let mut entries = condition.entries().iter();
    entries.any(|(key, asked)| match &*asked.value {
        Value::List(parts) if key.text == ALL => {
            let mut answered = parts.iter();
            parts.is_empty() || answered.any(|it| is_empty(it) || asks(it, parameters))
        }
        _ => of_parameter(key, asked, parameters).is_some(),
    })
}

/// The parameter that an entry asks, and for which texts.
fn of_parameter<'p, 'n>(
    key: &Key,
    asked: &'n Node,
    parameters: &'p [Parameter],
) -> Option<(&'p Parameter, &'n Node)> {
    let name = key.text.strip_prefix('$')?;
    let parameter = parameters.iter().find(|it| it.name == name)?;
    let texts = asked.child(TEXT).filter(|_| asked.entries().len() == 1);
    Some((parameter, texts?))
}

/// Conditions in `all` are asked as well.
fn fits(condition: &mut Node, parameters: &[Parameter]) -> bool {
    if !asks(condition, parameters) {
        return true;
    }
    let Value::Map(words) = Arc::make_mut(&mut condition.value) else {
        return true;
    };
    let mut all = true;
    words.retain_mut(|(key, asked)| {
        if key.text == ALL
            && let Value::List(parts) = Arc::make_mut(&mut asked.value)
        {
            all &= parts.iter_mut().all(|part| fits(part, parameters));
            parts.retain(|part| !is_empty(part));
            return !parts.is_empty();
        }
        let Some((parameter, texts)) = of_parameter(key, asked, parameters) else {
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
