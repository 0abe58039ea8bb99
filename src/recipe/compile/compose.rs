//! What rules have in common → rules that have it, before anything is compiled.
//!
//! `<name>` of the recipe's `conditions` stands for a condition. `use: body` puts a body of the recipe's `bodies`
//! into a rule. `with` gives texts for the `<name>`s of a rule, in its patterns, templates and messages, and in
//! the names of its bodies: a list of texts, or of maps, stands for a rule each. Rules that differ only in what
//! they match become one again.

use std::sync::Arc;

use super::used::{next_used, with_used};
use crate::recipe::error::{Complaint, Problem, Report};
use crate::recipe::yaml::{Key, Node, Value};

/// The recipe's keys of what its rules share.
const BODIES: &str = "bodies";
const CONDITIONS: &str = "conditions";

/// The rule's keys.
pub(super) const USE: &str = "use";
pub(super) const WITH: &str = "with";

/// Texts for names, as they are typed: `<name>`.
type Texts = Vec<(String, String)>;

/// Writes out the bodies and the texts of all rules; `None` where one is wrong, which is reported.
pub(super) fn compose(root: Node, report: &mut Report<'_>) -> Option<Node> {
    let asks = |rule: &Node| rule.child(USE).is_some() || rule.child(WITH).is_some();
    let root = with_conditions(root, report);
    let bodies = root.child(BODIES).cloned();
    let rules = root.child("rules").map_or(&[][..], Node::elements);
    if bodies.is_none() && !rules.iter().any(asks) {
        return Some(root);
    }
    let mut composed = Some(Vec::new());
    for rule in rules {
        let rules = with_bodies(rule, bodies.as_ref(), Vec::new(), report);
        composed = composed
            .zip(rules)
            .map(|(composed, rules)| [composed, matched_together(rules)].concat());
    }
    let mut root = without(&root, BODIES);
    if let (Value::Map(entries), Some(composed)) = (Arc::make_mut(&mut root.value), composed) {
        let mut entries = entries.iter_mut();
        let (_, rules) = entries.find(|(key, _)| key.text == "rules")?;
        rules.value = Value::List(composed).into();
        return Some(root);
    }
    None
}

/// Puts the recipe's conditions in the places of their names.
fn with_conditions(root: Node, report: &Report<'_>) -> Node {
    if root.child(CONDITIONS).is_none() {
        return root;
    }
    put_nodes(
        &without(&root, CONDITIONS),
        &known_conditions(&root, report),
        report,
    )
}

/// Puts the conditions in the places of their names, and keeps them.
pub(super) fn with_conditions_kept(root: &Node, report: &Report<'_>) -> Node {
    put_nodes(root, &known_conditions(root, report), report)
}

/// Returns the conditions, each with those above it that it uses, by how they are named.
fn known_conditions(root: &Node, report: &Report<'_>) -> Vec<(String, Node)> {
    let conditions = root.child(CONDITIONS).map_or(&[][..], Node::entries);
    let mut known: Vec<(String, Node)> = Vec::new();
    for (key, condition) in conditions {
        let condition = put_nodes(condition, &known, report);
        known.push((format!("<{}>", key.text), condition));
    }
    known
}

/// Puts nodes in the places of texts that are nothing but a name.
fn put_nodes(node: &Node, known: &[(String, Node)], report: &Report<'_>) -> Node {
    with_nodes(node, known, report).unwrap_or_else(|| node.clone())
}

/// The same; `None`: it has no such text, and is shared.
fn with_nodes(node: &Node, known: &[(String, Node)], report: &Report<'_>) -> Option<Node> {
    if let Some(scalar) = node.scalar() {
        // Most texts name nothing.
        let text = Some(&scalar.text).filter(|text| text.starts_with('<'))?;
        let (_, named) = known.iter().find(|(name, _)| name == text)?;
        return Some(named.moved(node.span.start(), report));
    }
    node.with_values(|value| with_nodes(value, known, report))
}

/// A rule for each choice of its bodies and of its texts, in their order; `known` bodies have given theirs.
fn with_bodies<'n>(
    rule: &Node,
    bodies: Option<&'n Node>,
    mut known: Vec<&'n str>,
    report: &mut Report<'_>,
) -> Option<Vec<Node>> {
    let rule = with_used(rule.clone(), bodies, &mut known);
    let mut rules = Vec::new();
    for rule in choices(&rule, report)? {
        // A body that was chosen may use others.
        rules.extend(match next_used(&rule, bodies, &known) {
            Some(_) => with_bodies(&rule, bodies, known.clone(), report)?,
            None => written_out(&with_body(&rule, bodies, report)?, report)?,
        });
    }
    Some(rules)
}

/// The texts for the names of bodies come first: which body it is decides what other texts there are.
fn choices(rule: &Node, report: &mut Report<'_>) -> Option<Vec<Node>> {
    let used = rule.child(USE).map_or(&[][..], Node::elements);
    let used: Vec<&str> = used.iter().filter_map(Node::text).collect();
    let names_body = |key: &Key| {
        used.iter()
            .any(|it| it.contains(&format!("<{}>", key.text)))
    };
    let with = rule.child(WITH).map_or(&[][..], Node::elements);
    if !with
        .iter()
        .flat_map(Node::entries)
        .any(|(key, _)| names_body(key))
    {
        return Some(vec![rule.clone()]);
    }
    let plain = without(rule, WITH);
    let mut rules = Vec::new();
    for texts in with {
        let part = |of_bodies: bool| {
            let entries = texts.entries().iter();
            let entries = entries.filter(|(key, _)| names_body(key) == of_bodies);
            Node {
                value: Value::Map(entries.cloned().collect()).into(),
                span: texts.span,
            }
        };
        for chosen in chosen(&part(true), report)? {
            let mut rule = put(&plain, &chosen);
            if let Value::Map(entries) = Arc::make_mut(&mut rule.value) {
                entries.push((Key::default().replaced(WITH.to_owned()), part(false)));
            }
            rules.push(rule);
        }
    }
    Some(rules)
}

/// Puts the bodies that a rule uses into it.
fn with_body(rule: &Node, bodies: Option<&Node>, report: &mut Report<'_>) -> Option<Node> {
    let mut rule = rule.clone();
    let named = rule.child(USE).map_or(&[][..], Node::elements).to_vec();
    for name in &named {
        let known = bodies.map_or(&[][..], Node::entries);
        let body = name.text().and_then(|name| bodies?.child(name));
        let Some(body) = body else {
            let known: Vec<&str> = known.iter().map(|(key, _)| key.text.as_str()).collect();
            let name_of = name.text().unwrap_or_default();
            let complaint = Complaint::unknown(name.span.start(), "body", name_of, &known);
            report.add(USE, complaint);
            return None;
        };
        // What such a body chooses between was chosen.
        let body = match body.child(USE) {
            Some(_) => &without(body, WITH),
            None => body,
        };
        rule = joined(&rule, body);
    }
    Some(without(&rule, USE))
}

/// The rule's own keys win, but conditions hold together, and lists of doubts and maps go together.
pub(super) fn joined(rule: &Node, body: &Node) -> Node {
    let mut entries = rule.entries().to_vec();
    for (key, value) in body.entries() {
        let own = entries.iter_mut().find(|(own, _)| own.text == key.text);
        match (key.text.as_str(), own) {
            (_, None) => entries.push((key.clone(), value.clone())),
            ("where", Some((_, own))) => *own = both(value, own),
            ("doubts", Some((_, own))) => {
                let list = [value.elements(), own.elements()].concat();
                own.value = Value::List(list).into();
            }
            ("names" | "arguments" | "follow-value" | "exceptions", Some((_, own))) => {
                *own = joined(own, value)
            }
            (WITH, Some((_, own))) => {
                let choices = value.elements().iter();
                let both = choices.flat_map(|it| own.elements().iter().map(|own| joined(own, it)));
                own.value = Value::List(both.collect()).into();
            }
            (_, Some(_)) => {}
        }
    }
    Node {
        value: Value::Map(entries).into(),
        span: rule.span,
    }
}

/// Two conditions in one map, or `{all: […]}` where both ask the same word.
fn both(first: &Node, second: &Node) -> Node {
    let asks = |key: &Key| second.child(&key.text).is_some();
    if !first.entries().iter().any(|(key, _)| asks(key)) {
        return Node {
            value: Value::Map([first.entries(), second.entries()].concat()).into(),
            span: second.span,
        };
    }
    let list = Node {
        value: Value::List(vec![first.clone(), second.clone()]).into(),
        span: second.span,
    };
    Node {
        value: Value::Map(vec![(Key::default().replaced("all".to_owned()), list)]).into(),
        span: second.span,
    }
}

/// A rule for each choice of the texts of `with`.
fn written_out(rule: &Node, report: &mut Report<'_>) -> Option<Vec<Node>> {
    let Some(with) = rule.child(WITH) else {
        return Some(vec![rule.clone()]);
    };
    let mut choices: Vec<Texts> = Vec::new();
    for texts in with.elements() {
        choices.extend(chosen(texts, report)?);
    }
    let plain = without(rule, WITH);
    let rules = choices.iter().map(|texts| put(&plain, texts));
    Some(rules.collect())
}

/// Every choice of one text for each name.
fn chosen(texts: &Node, report: &mut Report<'_>) -> Option<Vec<Texts>> {
    let mut choices: Vec<Texts> = vec![Vec::new()];
    for (name, value) in texts.entries() {
        let (name, mut more) = (format!("<{}>", name.text), Vec::new());
        for text in value.elements() {
            let Some(text) = text.text() else {
                let found = text.describe();
                let complaint = Complaint::new(text.span.start(), Problem::Type { found });
                report.add(WITH, complaint.expected("a text, or a list of texts"));
                return None;
            };
            let chosen = choices.iter().map(|earlier| {
                let mut texts = earlier.clone();
                texts.push((name.clone(), text.trim_end_matches('\n').to_owned()));
                texts
            });
            more.extend(chosen);
        }
        choices = more;
    }
    Some(choices)
}

/// Puts the texts in the places of their names.
fn put(node: &Node, texts: &Texts) -> Node {
    with_texts(node, texts).unwrap_or_else(|| node.clone())
}

/// The same; `None`: it has none of the names, and is shared.
fn with_texts(node: &Node, texts: &Texts) -> Option<Node> {
    if let Some(scalar) = node.scalar() {
        let text = put_text(&scalar.text, texts)?;
        let value = Value::Scalar(scalar.replaced(text, node.span.start())).into();
        let span = node.span;
        return Some(Node { value, span });
    }
    let mut put = node.with_values(|value| with_texts(value, texts));
    for (at, (key, _)) in node.entries().iter().enumerate() {
        if let Some(text) = put_text(&key.text, texts)
            && let Value::Map(entries) =
                Arc::make_mut(&mut put.get_or_insert_with(|| node.clone()).value)
        {
            entries[at].0 = key.replaced(text);
        }
    }
    put
}

/// `None`: it has none of the names.
fn put_text(text: &str, texts: &Texts) -> Option<String> {
    // Most texts have none at all.
    if !text.contains('<') {
        return None;
    }
    let mut filled: Option<String> = None;
    for (name, by) in texts {
        let known = filled.as_deref().unwrap_or(text);
        if known.contains(name.as_str()) {
            filled = Some(put_lines(known, name, by));
        }
    }
    filled
}

/// Puts a text in the place of a name; its later lines are indented as the line of the name is.
fn put_lines(text: &str, name: &str, by: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let by = by.replace('\n', &format!("\n{}", &line[..indent]));
        line.replace(name, &by)
    });
    lines.collect()
}

/// Rules that differ only in `match` are one that matches any of these.
fn matched_together(rules: Vec<Node>) -> Vec<Node> {
    let mut together: Vec<Node> = Vec::new();
    for rule in rules {
        let like = together.iter_mut().find(|other| {
            rule.child("match").is_some() && are_like(but_match(other), but_match(&rule))
        });
        match like {
            Some(like) => add_match(like, &rule),
            None => together.push(rule),
        }
    }
    together
}

fn but_match(rule: &Node) -> impl Iterator<Item = &(Key, Node)> + Clone {
    let entries = rule.entries().iter();
    entries.filter(|(key, _)| key.text != "match")
}

/// Whether entries have the same keys, in the same order, and values that say the same.
fn are_like<'n>(
    one: impl Iterator<Item = &'n (Key, Node)> + Clone,
    other: impl Iterator<Item = &'n (Key, Node)> + Clone,
) -> bool {
    let has_as_many = one.clone().count() == other.clone().count();
    let mut pairs = one.zip(other);
    has_as_many && pairs.all(|(one, other)| one.0.text == other.0.text && is_like(&one.1, &other.1))
}

/// Whether two values say the same; where they were typed does not count.
fn is_like(one: &Node, other: &Node) -> bool {
    match (&*one.value, &*other.value) {
        _ if one.is_same(other) => true,
        (Value::Nothing, Value::Nothing) => true,
        (Value::Scalar(one), Value::Scalar(other)) => one.text == other.text,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| is_like(one, other))
        }
        (Value::Map(one), Value::Map(other)) => are_like(one.iter(), other.iter()),
        _ => false,
    }
}

fn add_match(rule: &mut Node, other: &Node) {
    let Value::Map(entries) = Arc::make_mut(&mut rule.value) else {
        return;
    };
    let mut matched = entries.iter_mut().filter(|(key, _)| key.text == "match");
    if let (Some((_, matched)), Some(more)) = (matched.next(), other.child("match")) {
        let mut all = matched.elements().to_vec();
        let fresh = more.elements().iter();
        let fresh = fresh.filter(|it| !all.iter().any(|known| is_like(known, it)));
        let fresh: Vec<Node> = fresh.cloned().collect();
        all.extend(fresh);
        matched.value = Value::List(all).into();
    }
}

/// A map without one of its keys.
fn without(node: &Node, key: &str) -> Node {
    let entries = node.entries().iter().filter(|(entry, _)| entry.text != key);
    Node {
        value: Value::Map(entries.cloned().collect()).into(),
        span: node.span,
    }
}
