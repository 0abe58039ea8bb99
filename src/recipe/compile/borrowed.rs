//! What several recipes have in common, and how short rules are named → a recipe that has all of it.
//!
//! `common: cells` puts the patterns, conditions and bodies of the file `common/cells.yaml` before the recipe's
//! own, which may use them. `- NAME: pattern` is a rule with that `id` and that `match`.

use std::sync::Arc;

use crate::recipe::error::{Complaint, Law, Problem, Report};
use crate::recipe::schema::rule_fields;
use crate::recipe::table::Library;
use crate::recipe::yaml::{Key, Node, Value};

/// The recipe's key.
const COMMON: &str = "common";

/// The keys of such a file, which are keys of a recipe, too.
const PARTS: [&str; 3] = ["patterns", "conditions", "bodies"];

/// Puts what the recipe names into it; `None` where a file is not there, or a name stands twice.
pub(super) fn with_common(root: Node, library: &Library, report: &mut Report<'_>) -> Option<Node> {
    let mut root = with_named_rules(root);
    let Some(common) = root.child(COMMON).cloned() else {
        return Some(root);
    };
    // The first that is named comes first.
    for name in common.elements().iter().rev() {
        let id = name.text()?;
        let Some((_, part)) = library.common.iter().find(|(known, _)| known == id) else {
            // Those of a folder's own recipes came last, and are meant first.
            let ids: Vec<&str> = library.common.iter().rev().map(|(id, _)| &**id).collect();
            let complaint = Complaint::unknown(name.span.start(), "file of `common`", id, &ids);
            report.add(COMMON, complaint);
            return None;
        };
        let part = part.root.moved(name.span.start(), report);
        for key in PARTS {
            let entries = part.child(key).map_or(&[][..], Node::entries);
            put_before(&mut root, key, entries, report)?;
        }
    }
    Some(root)
}

/// Puts entries before those of a key of the recipe.
fn put_before(
    root: &mut Node,
    key: &str,
    entries: &[(Key, Node)],
    report: &mut Report<'_>,
) -> Option<()> {
    let own = root.child(key).map_or(&[][..], Node::entries).to_vec();
    let is_common = |key: &Key| entries.iter().any(|(known, _)| known.text == key.text);
    if let Some((twice, _)) = own.iter().find(|(key, _)| is_common(key)) {
        let law = Law::DuplicateName {
            name: twice.text.clone(),
        };
        let complaint = Complaint::new(twice.span.start(), Problem::Law(law));
        report.add(key, complaint.expected("another name than one of `common`"));
        return None;
    }
    let span = root.child(key).map_or(root.span, |node| node.span);
    let all = Value::Map([entries.to_vec(), own].concat());
    let Value::Map(keys) = Arc::make_mut(&mut root.value) else {
        return None;
    };
    let value = Node {
        value: all.into(),
        span,
    };
    match keys.iter_mut().find(|(known, _)| known.text == key) {
        Some((_, node)) => *node = value,
        None if entries.is_empty() => {}
        None => keys.push((Key::default().replaced(key.to_owned()), value)),
    }
    Some(())
}

/// Writes out the names of rules that are keys.
pub fn with_named_rules(mut root: Node) -> Node {
    let Value::Map(keys) = Arc::make_mut(&mut root.value) else {
        return root;
    };
    let rules = keys.iter_mut().filter(|(key, _)| key.text == "rules");
    for (_, rules) in rules {
        if let Value::List(rules) = Arc::make_mut(&mut rules.value) {
            rules.iter_mut().for_each(name_rule);
        }
    }
    root
}

/// The first key of a rule without `id` and `match` may be its name.
fn name_rule(rule: &mut Node) {
    if rule.child("id").is_some() || rule.child("match").is_some() {
        return;
    }
    let Value::Map(entries) = Arc::make_mut(&mut rule.value) else {
        return;
    };
    let Some((first, _)) = entries.first() else {
        return;
    };
    let is_key = rule_fields().iter().any(|it| it.key == first.text);
    let is_misspelt = strsim::osa_distance("match", &first.text) == 1;
    if is_key || is_misspelt || !is_rule_name(&first.text) {
        return;
    }
    let (name, pattern) = entries.remove(0);
    let key = |text: &str| name.replaced(text.to_owned());
    entries.insert(0, (key("match"), pattern));
    entries.insert(0, (key("id"), name.to_node()));
}

/// Small letters, digits and `-`.
fn is_rule_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}
