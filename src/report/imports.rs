//! A hunk without a site of its own → the changes whose imports it adds or drops, so that nobody takes
//! the one without the other.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::plan::change::{Change, FilePlan, Site};
use crate::plan::need::Need;
use crate::python::word::words;

/// So many places of one recipe are named.
const NAMED: usize = 4;

/// Lines that differ in a hunk.
#[derive(Debug, Default)]
pub(super) struct Differing<'t> {
    /// Lines of the old text that the hunk shows, from 1.
    pub(super) old: Range<usize>,
    /// The cell it is of.
    pub(super) cell: Option<u32>,
    /// Lines that go.
    pub(super) removed: Vec<&'t str>,
    /// Lines that come.
    pub(super) added: Vec<&'t str>,
}

/// Returns `blocking-sleep line 12`: whose imports the lines of a hunk are; `None` where it has none, or
/// shows the sites as well.
pub(super) fn owners(file: &FilePlan, lines: &Differing) -> Option<String> {
    let is_shown =
        |site: &Site| site.position.cell == lines.cell && lines.old.contains(&site.position.line);
    let is_import = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("import ") || line.starts_with("from ")
    };
    if !lines
        .removed
        .iter()
        .chain(&lines.added)
        .any(|line| is_import(&line))
    {
        return None;
    }
    let (removed, added) = (names(&lines.removed), names(&lines.added));
    let gone: BTreeSet<&str> = removed.difference(&added).copied().collect();
    let come: BTreeSet<&str> = added.difference(&removed).copied().collect();
    let changes = file.wanted().filter(|it| !it.sites.iter().any(is_shown));
    let owners = changes.filter(|it| speaks_of(file, it, &gone) || writes(it, &come));
    let told: Vec<String> = by_recipe(owners)
        .iter()
        .map(|(recipe, at)| place(recipe, at))
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Returns the places of changes by recipe.
fn by_recipe<'c>(changes: impl Iterator<Item = &'c Change>) -> Vec<(&'c str, Vec<String>)> {
    let mut places: Vec<(&str, Vec<String>)> = Vec::new();
    for change in changes {
        let Some(site) = change.sites.first() else {
            continue;
        };
        let place = match site.position.cell {
            None => site.position.line.to_string(),
            Some(_) => site.position.words(),
        };
        match places
            .iter_mut()
            .find(|(recipe, _)| *recipe == change.recipe)
        {
            Some((_, known)) if known.contains(&place) => {}
            Some((_, known)) => known.push(place),
            None => places.push((&change.recipe, vec![place])),
        }
    }
    places
}

fn names<'t>(lines: &[&'t str]) -> BTreeSet<&'t str> {
    let all = lines.iter().copied().flat_map(words);
    all.filter(|word| !["import", "from", "as"].contains(word))
        .collect()
}

/// Returns whether the code of a change had one of the names.
fn speaks_of(file: &FilePlan, change: &Change, gone: &BTreeSet<&str>) -> bool {
    let text = file.original().text();
    let code = change.sites.iter().map(|site| &text[site.range]);
    code.flat_map(words).any(|word| gone.contains(word))
}

/// Returns whether the code of a change has one of the names afterwards.
fn writes(change: &Change, come: &BTreeSet<&str>) -> bool {
    let needs = change.needs.iter().any(
        |need| matches!(need, Need::Import(import) if come.contains(import.bound_as.as_str())),
    );
    let mut written = change.edits.iter().flat_map(|edit| words(edit.text()));
    needs || written.any(|word| come.contains(word))
}

/// `blocking-sleep lines 12, 30 and 3 more`.
fn place(recipe: &str, places: &[String]) -> String {
    let named = places[..places.len().min(NAMED)].join(", ");
    let is_line = |place: &String| place.parse::<usize>().is_ok();
    let noun = match places {
        [one] if is_line(one) => "line ",
        [one, ..] if is_line(one) => "lines ",
        _ => "",
    };
    let more = match places.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{recipe} {noun}{named}{more}")
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;
    use crate::recipe::safety::Safety;

    #[track_caller]
    fn check(old: Range<usize>, removed: &[&str], added: &[&str], expected: Option<&str>) {
        let text = "import time\n\n\n\n\n\ntime.sleep(1)\nother(1)\n";
        let edits = |recipe: &str, old: &str, new: &str, sample: Sample| {
            sample.change(recipe, Safety::Safe, &[(old, new)], "why")
        };
        let sample = Sample::new("a.py", text);
        let sample = edits("nap", "time.sleep(1)", "asyncio.sleep(1)", sample);
        let file = edits("rest", "other(1)", "rest(1)", sample).plan();
        let lines = Differing {
            old,
            cell: None,
            removed: removed.to_vec(),
            added: added.to_vec(),
        };
        assert_eq!(owners(&file, &lines).as_deref(), expected);
    }

    #[test]
    fn a_hunk_of_imports_names_the_changes_that_need_it() {
        check(1..4, &["import time\n"], &[], Some("nap line 7"));
        check(1..4, &[], &["import asyncio\n"], Some("nap line 7"));
        check(
            1..4,
            &["import time\n"],
            &["import asyncio\n"],
            Some("nap line 7"),
        );
        let both = ["import asyncio\n", "from m import rest\n"];
        check(1..4, &[], &both, Some("nap line 7; rest line 8"));
    }

    #[test]
    fn nothing_is_said_where_the_site_is_shown_or_no_import_differs() {
        check(1..8, &["import time\n"], &["import asyncio\n"], None);
        check(1..4, &["x = asyncio\n"], &[], None);
        check(1..4, &["import os\n"], &[], None);
    }

    #[test]
    fn many_places_are_counted() {
        let many: Vec<String> = (1..8).map(|line| line.to_string()).collect();
        assert_eq!(place("nap", &many), "nap lines 1, 2, 3, 4 and 3 more");
        let cells = ["cell 1 line 2".to_owned(), "cell 2 line 1".to_owned()];
        assert_eq!(place("nap", &cells), "nap cell 1 line 2, cell 2 line 1");
    }
}
