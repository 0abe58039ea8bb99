//! Bodies that use other bodies → rules that use all of them.

use std::sync::Arc;

use super::compose::{USE, WITH, joined};
use crate::recipe::yaml::{Key, Node, Value};

/// A body may use other bodies: the rule then uses them, too, and chooses between them as the body says.
pub(super) fn with_used<'n>(
    mut rule: Node,
    bodies: Option<&'n Node>,
    known: &mut Vec<&'n str>,
) -> Node {
    while let Some((at, key, body)) = next_used(&rule, bodies, known) {
        known.push(key);
        let mut names = rule.child(USE).map_or(&[][..], Node::elements).to_vec();
        let more = body.child(USE).map_or(&[][..], Node::elements);
        names.splice(at + 1..=at, more.iter().cloned());
        if let Some(with) = body.child(WITH) {
            let only = Value::Map(vec![(
                Key::default().replaced(WITH.to_owned()),
                with.clone(),
            )]);
            let (value, span) = (only.into(), with.span);
            rule = joined(&rule, &Node { value, span });
        }
        if let Value::Map(entries) = Arc::make_mut(&mut rule.value) {
            let used = entries.iter_mut().find(|(key, _)| key.text == USE);
            if let Some((_, used)) = used {
                used.value = Value::List(names).into();
            }
        }
    }
    rule
}

/// Finds a body of the rule that uses others and is not known yet, and where the rule names it.
pub(super) fn next_used<'n>(
    rule: &Node,
    bodies: Option<&'n Node>,
    known: &[&str],
) -> Option<(usize, &'n str, &'n Node)> {
    let used = rule.child(USE)?.elements();
    let bodies = bodies?.entries().iter();
    let mut bodies = bodies
        .filter(|(key, body)| body.child(USE).is_some() && !known.contains(&key.text.as_str()));
    bodies.find_map(|(key, body)| {
        let at = used.iter().position(|it| it.text() == Some(&key.text))?;
        Some((at, key.text.as_str(), body))
    })
}
