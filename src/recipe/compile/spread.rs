//! What a pattern's text leaves open → the texts that it stands for, before Python parses them.
//!
//! - `requests.(get|post)($url)`, `(list|dict)($x)`, `f((json|data)=$x)`: any of the names;
//! - `<name>`: any of the texts of a named pattern, with its condition;
//! - `f($x, timeout=$?_)`: the argument may be missing.

use std::sync::Arc;

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
    pub(super) condition: Arc<Condition>,
}

/// Writes out what is open in a text; more than [`MOST`] texts: as many as were found.
pub(super) fn spread<'n>(text: &str, find: &dyn Fn(&str) -> Option<&'n [Guarded]>) -> Vec<Spread> {
    let mut open = vec![Spread {
        text: text.to_owned(),
        condition: Condition::always(),
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
        condition: join(&spread.condition, &guarded.condition),
    });
    Some(named.collect())
}

/// Finds `(a|b)`: where its bracket opens, the names, and what follows it.
fn names(text: &str) -> Option<(usize, impl Iterator<Item = &str>, usize)> {
    let mut choices = choices(text);
    // Behind a name the brackets are those of a call.
    let (at, inside) = choices.find(|(at, _)| !is_call(&text[..*at]))?;
    Some((at, inside.split('|'), at + inside.len() + 2))
}

/// Returns where names with bars between them are all that a call is given: either of them, or what `|` makes
/// of them.
pub(super) fn unclear(text: &str) -> Option<usize> {
    let mut choices = choices(text);
    choices.find_map(|(at, _)| is_call(&text[..at]).then_some(at))
}

/// Finds a bar without blanks beside it that is not between names: no choice, and hardly Python.
pub(super) fn stray_bar(text: &str) -> Option<usize> {
    tight_bars(text).find(|at| {
        let chosen = |(from, inside): (usize, &str)| (from..=from + inside.len()).contains(at);
        !choices(text).any(chosen)
    })
}

/// Finds a choice of names.
pub(super) fn choice(text: &str) -> Option<usize> {
    choices(text).next().map(|(at, _)| at)
}

/// Finds a bar that is hardly Python.
pub(super) fn tight_bar(text: &str) -> Option<usize> {
    tight_bars(text).next()
}

fn tight_bars(text: &str) -> impl Iterator<Item = usize> {
    let is_tight = |c: char| !matches!(c, ' ' | '|' | '=');
    text.match_indices('|').filter_map(move |(at, _)| {
        let tight = text[..at].ends_with(is_tight) && text[at + 1..].starts_with(is_tight);
        (tight && !is_in_string(&text[..at])).then_some(at)
    })
}

/// Iterates over brackets around names with bars between them, outside of strings; with blanks they are Python.
fn choices(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_name = |name: &str| {
        let mut bytes = name.bytes();
        !name.is_empty() && bytes.all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    text.match_indices('(').filter_map(move |(at, _)| {
        let inside = &text[at + 1..];
        let inside = &inside[..inside.find(')')?];
        let is_open = inside.contains('|') && inside.split('|').all(is_name);
        (is_open && !is_in_string(&text[..at])).then_some((at, inside))
    })
}

fn is_call(before: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'))
}

/// Whether a quote is open at the end.
fn is_in_string(before: &str) -> bool {
    let quotes = before.chars().fold(None, |open, c| match open {
        None if matches!(c, '"' | '\'') => Some(c),
        Some(quote) if quote == c => None,
        open => open,
    });
    quotes.is_some()
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
            pattern: Pattern::parse(text).expect("it is a pattern").into(),
            condition: Condition::always(),
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
        check("(list|dict)($x)", &["list($x)", "dict($x)"]);
        check("f($x, (a|b))", &["f($x, a)", "f($x, b)"]);
        check("(a | b) == $_", &["(a | b) == $_"]);
        check("f(a|b)", &["f(a|b)"]);
        check("f('(a|b)')", &["f('(a|b)')"]);
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
