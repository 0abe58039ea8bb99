//! The keys of the recipe language, collected from the schema: what each means, what it takes, and which recipes
//! use it.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::MEANINGS;
use super::embedded::LANGUAGE;
use super::example::Example;
use super::schema::{NAMED, RECIPE};
use super::shape::{Field, Keys, Shape, describe};
use super::yaml::{self, Node};

/// What a recipe begins with whose rules are an example of a key, where the example has no such line itself.
const HEAD: [&str; 5] = [
    "id: example",
    "title: t",
    "area: words",
    "severity: low",
    "why: w",
];

/// One key of one kind of map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The map that has it: `rule`, `condition`, or the key that leads to the map.
    pub section: String,
    /// As typed.
    pub key: &'static str,
    /// What it takes, in words.
    pub value: String,
    /// What it means.
    pub about: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Its words, where it takes some.
    pub words: &'static [&'static str],
}

impl Term {
    /// Returns each of the words with what it means, where that needs saying.
    pub fn meanings(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let known = MEANINGS.iter().find(|(words, _)| *words == self.words);
        let known = known.into_iter();
        known.flat_map(|(words, meanings)| words.iter().copied().zip(meanings.iter().copied()))
    }

    /// Returns the name that no other entry has: `rule.match`.
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }
}

/// A recipe that shows what a key does.
#[derive(Debug, Clone)]
pub struct WordExample {
    /// [`Term::name`].
    pub name: String,
    /// The rules, and what else the recipe has beside its examples, as typed.
    pub rules: String,
    /// The whole recipe, under the id `example`.
    pub recipe: String,
}

impl WordExample {
    /// Returns the examples of the recipe.
    pub fn examples(&self) -> Vec<Example> {
        super::compile::compile_examples("example.yaml", &self.recipe)
    }
}

/// Returns the examples of all keys: in a file `docs/language/SECTION.yaml` a recipe without its head stands
/// under each key.
pub fn examples() -> Vec<WordExample> {
    let sections = LANGUAGE.iter().flat_map(|(path, _, text)| {
        let section = super::compile::stem(path);
        let root = yaml::parse(text).ok();
        let keys: Vec<_> = root.iter().flat_map(Node::entries).cloned().collect();
        let starts: Vec<usize> = keys
            .iter()
            .map(|(key, _)| key.span.start().to_usize())
            .collect();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let bodies = keys.iter().zip(starts.iter().zip(ends));
        let examples = bodies.map(|((key, _), (start, end))| {
            let body = text[*start..end]
                .split_once('\n')
                .map_or("", |(_, body)| body);
            example(format!("{section}.{}", key.text), body)
        });
        examples.collect::<Vec<_>>()
    });
    sections.collect()
}

fn example(name: String, body: &str) -> WordExample {
    let lines = body.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.map(|line| line.strip_prefix("  ").unwrap_or(line));
    let body = lines.collect::<Vec<_>>().join("\n");
    let rules = body.split("\nexamples:").next().unwrap_or_default();
    WordExample {
        name,
        rules: rules.to_owned(),
        recipe: format!("{}{}\n", head(&body), body.trim_end()),
    }
}

/// The lines that a body needs before it: it may show one of their keys.
fn head(body: &str) -> String {
    let key_of = |line: &str| line.split_once(':').map(|(key, _)| key.to_owned());
    let is_there = |line: &&&str| body.lines().any(|own| key_of(own) == key_of(line));
    let lines = HEAD.iter().filter(|line| !is_there(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Returns all keys, in the order in which one comes to them from the top of a recipe.
pub fn entries() -> Vec<Term> {
    let mut entries = Vec::new();
    collect(&RECIPE, "recipe", &mut Vec::new(), &mut entries);
    entries
}

/// Adds the keys of a map, and then those of the maps that they lead to, each map once.
fn collect(
    shape: &'static Shape,
    key: &str,
    known: &mut Vec<*const Field>,
    entries: &mut Vec<Term>,
) {
    let section = section(shape, key);
    match shape {
        Shape::Any(inner)
        | Shape::AnyOrNone(inner)
        | Shape::List(inner)
        | Shape::Entries(inner) => {
            collect(inner, &section, known, entries);
        }
        Shape::Either(scalar, map) => {
            collect(scalar, &section, known, entries);
            collect(map, &section, known, entries);
        }
        Shape::Map(Keys { fields, captures }) => {
            add(fields, &section, known, entries);
            if let Some(inner) = captures {
                collect(inner, &section, known, entries);
            }
        }
        Shape::OneOf(fields) => add(fields, &section, known, entries),
        _ => {}
    }
}

fn add(
    fields: &'static [Field],
    section: &str,
    known: &mut Vec<*const Field>,
    entries: &mut Vec<Term>,
) {
    if fields.is_empty() || known.contains(&fields.as_ptr()) {
        return;
    }
    known.push(fields.as_ptr());
    entries.extend(fields.iter().map(|field| Term {
        section: section.to_owned(),
        key: field.key,
        value: describe(field.shape),
        about: field.about,
        required: field.required && field.or.is_none(),
        words: words(field.shape),
    }));
    for field in fields {
        collect(field.shape, field.key, known, entries);
    }
}

/// A map that others refer to has a name; another one is named after the key that leads to it.
fn section(shape: &'static Shape, key: &str) -> String {
    let named = NAMED.iter().find(|(_, named)| std::ptr::eq(*named, shape));
    named.map_or(key, |(name, _)| name).to_owned()
}

fn words(shape: &'static Shape) -> &'static [&'static str] {
    match shape {
        Shape::Word(words) | Shape::WordElse(words, _) | Shape::WordOrUnknown(words) => words,
        Shape::Any(inner) | Shape::AnyOrNone(inner) => words(inner),
        _ => &[],
    }
}

/// Returns who uses each key, by its name: recipes by their ids, with the text of each.
pub fn users<'r>(
    recipes: impl IntoIterator<Item = (&'r str, &'r Node)>,
) -> BTreeMap<String, BTreeSet<&'r str>> {
    let mut users = BTreeMap::new();
    for (id, root) in recipes {
        let mut seen = BTreeSet::new();
        visit(root, &RECIPE, "recipe", &mut seen);
        for name in seen {
            users.entry(name).or_insert_with(BTreeSet::new).insert(id);
        }
    }
    users
}

/// Adds the names of all keys under a value.
fn visit(node: &Node, shape: &'static Shape, key: &str, seen: &mut BTreeSet<String>) {
    let section = section(shape, key);
    match shape {
        Shape::Any(inner) | Shape::AnyOrNone(inner) | Shape::List(inner) => {
            let elements = node.elements().iter();
            elements.for_each(|element| visit(element, inner, &section, seen));
        }
        Shape::Entries(inner) => {
            let entries = node.entries().iter();
            entries.for_each(|(_, value)| visit(value, inner, &section, seen));
        }
        Shape::Either(scalar, map) => {
            let inner = if node.entries().is_empty() {
                scalar
            } else {
                map
            };
            visit(node, inner, &section, seen);
        }
        Shape::Map(Keys { fields, captures }) => {
            visit_map(node, fields, &section, seen);
            for (name, value) in node.entries() {
                if let Some(inner) = captures.filter(|_| name.text.starts_with('$')) {
                    visit(value, inner, &section, seen);
                }
            }
        }
        Shape::OneOf(fields) => visit_map(node, fields, &section, seen),
        _ => {}
    }
}

fn visit_map(node: &Node, fields: &'static [Field], section: &str, seen: &mut BTreeSet<String>) {
    for (name, value) in node.entries() {
        let field = fields.iter().find(|field| field.key == name.text);
        if let Some(field) = field {
            seen.insert(format!("{section}.{}", field.key));
            visit(value, field.shape, field.key, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_name_and_says_what_it_means() {
        let entries = entries();
        let names: BTreeSet<String> = entries.iter().map(Term::name).collect();
        assert_eq!(names.len(), entries.len(), "{entries:#?}");
        assert!(entries.iter().all(|entry| !entry.about.is_empty()));
    }
}
