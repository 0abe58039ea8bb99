//! The parameters of the context manager: names that mean something else in it than around it.

use super::maker::Maker;
use crate::matching::Match;
use crate::recipe::into_context::IntoContext;
use crate::recipe::pattern::metavariable;
use crate::verb::header::function_of;

/// Returns the names of the parameters, and whether each is what the sites share, by its own name.
pub(super) fn parameters<'a>(
    maker: &Maker<'_, 'a>,
    found: &Match<'_, 'a>,
    verb: &IntoContext,
    names: &[(String, String)],
) -> Vec<(String, bool)> {
    let Some(def) = function_of(&verb.header) else {
        return Vec::new();
    };
    let parameters = def.parameters.iter().map(|it| it.name().as_str());
    let named = parameters.map(|name| {
        let Some(variable) = metavariable(name) else {
            return (name.to_owned(), false);
        };
        let given = names.iter().find(|(given, _)| given == variable.name);
        let range = found.captures.find(variable.name).and_then(|it| it.range());
        let captured = range.map(|range| maker.subject.text()[range].to_owned());
        let name = given.map(|(_, name)| name.clone()).or(captured);
        (name.unwrap_or_default(), variable.name == verb.of)
    });
    named.collect()
}
