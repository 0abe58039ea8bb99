//! What a pattern's text leaves open → the texts that it stands for, before Python parses them.
//!
//! - `requests.(get|post)($url)`, `f((json|data)=$x)`: any of the names;
//! - `<name>`: any of the texts of a named pattern, with its condition;
//! - `f($x, timeout=$?_)`: the argument may be missing.

use super::condition::join;
use crate::recipe::condition::{Condition, Guarded};

/// How a metavariable of an argument begins that may be missing.
const OPTIONAL: &str = "$?";

/// The most texts that one text may stand for.
pub(super) const MOST: usize = 256;

/// One of the texts, and what the patterns in it ask.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    pub(super) text: String,
    pub(super) condition: Condition,
}

/// Writes out what is open in a text; more than [`MOST`] texts: as many as were found.
pub(super) fn spread<'n>(text: &str, find: &dyn Fn(&str) -> Option<&'n [Guarded]>) -> Vec<Spread> {
    let mut open = vec![Spread {
        text: text.to_owned(),
        condition: Condition::All(Vec::new()),
    }];
    let mut closed = Vec::new();
    while let Some(next) = open.pop() {
        match alternatives(&next, find) {
            None => closed.push(next),
            Some(texts) => open.extend(texts.into_iter().rev()),
        }
        if open.len() + closed.len() > MOST {
            closed.extend(open);
            break;
        }
    }
    closed
}

/// Returns what the first open place may be; `None`: there is none.
fn alternatives<'n>(
    spread: &Spread,
    find: &dyn Fn(&str) -> Option<&'n [Guarded]>,
) -> Option<Vec<Spread>> {
    let text = &spread.text;
    let with = |text: String| Spread {
        text,
        condition: spread.condition.clone(),
    };
    if let Some((from, names, to)) = names(text) {
        let names = names.map(|name| with(format!("{}{name}{}", &text[..from], &text[to..])));
        return Some(names.collect());
    }
    if let Some(at) = text.find(OPTIONAL) {
        let (without, to) = argument(text, at);
        let present = format!("{}${}", &text[..at], &text[at + OPTIONAL.len()..]);
        let missing = format!("{}{}", &text[..without], &text[to..]);
        return Some(vec![with(present), with(missing)]);
    }
    let (from, named, to) = named(text, find)?;
    let named = named.iter().map(|guarded| Spread {
        text: format!(
            "{}{}{}",
            &text[..from],
            guarded.pattern.text.trim_end(),
            &text[to..]
        ),
        condition: join(spread.condition.clone(), guarded.condition.clone()),
    });
    Some(named.collect())
}

/// Finds `.(a|b)` or `(a|b)=`: where its bracket opens, the names, and what follows it.
fn names(text: &str) -> Option<(usize, impl Iterator<Item = &str>, usize)> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    let mut brackets = text.match_indices('(').filter_map(|(at, _)| {
        let inside = &text[at + 1..];
        let inside = &inside[..inside.find(')')?];
        let is_open = inside.contains('|') && inside.split('|').all(is_name);
        let to = at + 1 + inside.len() + 1;
        // Anywhere else brackets and bars are Python.
        let is_keyword = text[to..].starts_with('=') && !text[to..].starts_with("==");
        let is_choice = is_open && (text[..at].ends_with('.') || is_keyword);
        is_choice.then_some((at, inside.split('|'), to))
    });
    brackets.next()
}

/// Finds `<name>` of a known pattern.
fn named<'n>(
    text: &str,
    find: &dyn Fn(&str) -> Option<&'n [Guarded]>,
) -> Option<(usize, &'n [Guarded], usize)> {
    text.match_indices('<').find_map(|(at, _)| {
        let name = &text[at + 1..];
        let name = &name[..name.find('>')?];
        Some((at, find(name)?, at + name.len() + 2))
    })
}

/// Returns where the text continues without the argument that holds `at`, with one of its commas.
fn argument(text: &str, at: usize) -> (usize, usize) {
    let starts = text[..at].rfind(['(', ',']).map_or(0, |comma| comma);
    let rest = &text[at + OPTIONAL.len()..];
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ends = at + OPTIONAL.len() + name.unwrap_or(rest.len());
    match text[starts..].starts_with('(') {
        // The first argument goes with the comma after it.
        true => {
            let behind = text[ends..].trim_start_matches(' ');
            let ends = text.len() - behind.len();
            let behind = behind
                .strip_prefix(',')
                .map(|it| it.trim_start_matches(' '));
            (
                starts + 1,
                behind.map_or(ends, |behind| text.len() - behind.len()),
            )
        }
        false => (starts, ends),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::pattern::Pattern;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let one = |text: &str| Guarded {
            pattern: Pattern::parse(text).expect("it is a pattern"),
            condition: Condition::All(Vec::new()),
        };
        let apps = ["fastapi.FastAPI", "starlette.applications.Starlette"].map(one);
        let find = |name: &str| (name == "apps").then_some(&apps[..]);
        let spread = spread(text, &find);
        let texts: Vec<&str> = spread.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn what_is_open_is_written_out_in_order() {
        check("f($x)", &["f($x)"]);
        check("r.(get|post)($x)", &["r.get($x)", "r.post($x)"]);
        check("$x.(get)(a | b)", &["$x.(get)(a | b)"]);
        check("f((a|b)=$_)", &["f(a=$_)", "f(b=$_)"]);
        check("(a|b) == $_", &["(a|b) == $_"]);
        check(
            "<apps>(lifespan=$_, $*_)",
            &[
                "fastapi.FastAPI(lifespan=$_, $*_)",
                "starlette.applications.Starlette(lifespan=$_, $*_)",
            ],
        );
        check("a < b > c", &["a < b > c"]);
    }

    #[test]
    fn an_argument_may_be_missing_wherever_it_is() {
        check("f($x, t=$?_)", &["f($x, t=$_)", "f($x)"]);
        check("f(t=$?t, $*_)", &["f(t=$t, $*_)", "f($*_)"]);
        check("f($?_)", &["f($_)", "f()"]);
        check(
            "f(a=$?_, b=$?_)",
            &["f(a=$_, b=$_)", "f(a=$_)", "f(b=$_)", "f()"],
        );
    }
}
