//! Which files of a module use each other, directly or not: what is in one circle is understood only together.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::Source;

/// A file by its path below `src`, without `.rs` or `/mod.rs`: `matching/owner/read`.
type Name = String;

/// Returns, by module, the files of its largest circle.
pub(super) fn largest(sources: &[Source]) -> BTreeMap<String, Vec<Name>> {
    let names: BTreeSet<Name> = sources.iter().map(name).collect();
    let used = sources
        .iter()
        .map(|source| (name(source), used_by(source, &names)));
    let used: BTreeMap<Name, BTreeSet<Name>> = used.collect();
    let mut largest: BTreeMap<String, Vec<Name>> = BTreeMap::new();
    for name in &names {
        let circle: Vec<Name> = reached(&used, name)
            .into_iter()
            .filter(|other| reached(&used, other).contains(name))
            .collect();
        let known = largest.entry(module(name).to_owned()).or_default();
        if circle.len() > known.len() {
            *known = circle;
        }
    }
    largest
}

fn name(source: &Source) -> Name {
    let path = source.path.trim_end_matches(".rs");
    path.strip_suffix("/mod").unwrap_or(path).to_owned()
}

fn module(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// Returns the files of its module that a file leads to.
fn reached(used: &BTreeMap<Name, BTreeSet<Name>>, from: &str) -> BTreeSet<Name> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        let inside = used[next]
            .iter()
            .filter(|other| module(other) == module(from));
        open.extend(
            inside
                .filter(|other| reached.insert((*other).clone()))
                .map(String::as_str),
        );
    }
    reached
}

/// Returns the files whose items a file names.
fn used_by(source: &Source, names: &BTreeSet<Name>) -> BTreeSet<Name> {
    let own = name(source);
    let code: Vec<&str> = source.lines().map(|(_, line)| line).collect();
    let code = without_reach(&code.join("\n"));
    let mut paths = Vec::new();
    let mut children = Vec::new();
    for statement in code.split(';') {
        let start = statement.rsplit('\n').next().unwrap_or_default().trim();
        let declared = start.split_once("mod ").map(|(_, child)| child);
        children.extend(declared.filter(|child| is_name(child)));
        if let Some(at) = statement.find("use ").filter(|at| is_first(statement, *at)) {
            spell_out(String::new(), &statement[at + 4..], &mut paths);
        }
    }
    let inline = code
        .match_indices("crate::")
        .chain(code.match_indices("super::"));
    let inline = inline.map(|(at, _)| leading_path(&code[at..]));
    // A group is spelled out above.
    paths.extend(
        inline
            .filter(|path| !path.ends_with(':'))
            .map(str::to_owned),
    );
    for child in children {
        let named = format!("{child}::");
        let mut places = code.match_indices(&named);
        let is_used = places.any(|(at, _)| !code[..at].ends_with(is_part));
        paths.extend(is_used.then(|| format!("self::{child}")));
    }
    let used = paths.iter().filter_map(|path| file_of(path, &own, names));
    used.filter(|other| *other != own).collect()
}

/// Returns whether what stands there begins a declaration.
fn is_first(statement: &str, at: usize) -> bool {
    let line = statement[..at]
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .trim();
    line.is_empty() || line.starts_with("pub")
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Takes off who may use an item: `pub(in crate::a)` uses nothing of `a`.
fn without_reach(code: &str) -> String {
    let mut parts = code.split("pub(in ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |before, part| {
        before + "pub " + part.split_once(')').map_or(part, |(_, rest)| rest)
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

fn leading_path(code: &str) -> &str {
    &code[..code.find(|c| !is_part(c)).unwrap_or(code.len())]
}

/// Spells out `a::{b, c::{d, e}}`.
fn spell_out(before: String, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        paths.push(before + tree);
        return;
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let mut depth = 0;
    let parts = inside.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        spell_out(format!("{before}{head}"), part, paths);
    }
}

/// Returns the file that a path of a file leads into; the rest of the path names an item there.
fn file_of(path: &str, own: &str, names: &BTreeSet<Name>) -> Option<Name> {
    let first = path.split("::").next()?;
    if !["crate", "super", "self"].contains(&first) {
        return None;
    }
    let mut place: Vec<&str> = own.split('/').collect();
    for part in path.split("::") {
        match part.split_whitespace().next().unwrap_or_default() {
            "crate" => place.clear(),
            "super" => drop(place.pop()),
            "self" => {}
            part => place.push(part),
        }
    }
    while !place.is_empty() {
        let name = place.join("/");
        if names.contains(&name) {
            return Some(name);
        }
        place.pop();
    }
    None
}

#[test]
fn a_circle_is_found_through_children_parents_and_groups() {
    let source = |path: &str, code: &str| Source {
        path: path.to_owned(),
        text: code.to_owned(),
        code: code.to_owned(),
    };
    let sources = [
        source(
            "a/mod.rs",
            "pub(in crate::a::e) mod b;\nmod c;\nuse b::X;\n",
        ),
        source("a/b.rs", "use crate::a::{\n    c::{C, D},\n    e::E,\n};\n"),
        source("a/c.rs", "use super::Y;\n"),
        source("a/e.rs", "fn f() {\n    crate::z::g();\n}\n"),
        source("z.rs", "use crate::a::Y;\n"),
    ];
    let largest = largest(&sources);
    assert_eq!(largest["a"], ["a", "a/b", "a/c"]);
    assert_eq!(largest["z"], [""; 0]);
}
