//! `file` and `cell`: what stands anywhere in them is looked for once, unless it may differ per site.

use super::asked::{asked, remembered};
use super::importable::is_importable;
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::{elsewhere, one_task};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{FileTrait, FileWord, Guarded, module_of};
use crate::source::cell::cell_at;

/// Answers a word about the file.
pub(super) fn file<'r>(
    word: &'r FileWord,
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    match word {
        FileWord::Is(traits) => any(traits, |wanted| match wanted {
            FileTrait::Importable => is_importable(subject),
            wanted => subject.nature.has(*wanted).into(),
        }),
        FileWord::Imports(modules) => any(modules.iter(), |module| imports(subject, module)),
        FileWord::ImportsOnly(modules) => elsewhere::imports_only(modules, subject, evidence),
        FileWord::Has(patterns) => {
            let answer = file_has(patterns, site);
            if answer != Answer::No && evidence.found.is_none() {
                evidence.found = first(patterns, site, answer).map(Found::At);
            }
            answer
        }
        FileWord::OneTask(runners) => one_task::is_all(runners, site),
        FileWord::Had(before) => elsewhere::had(&before.0, subject),
    }
}

/// The cell has a match; of a file without cells the file.
pub(super) fn cell_has<'r>(
    patterns: &'r [Guarded],
    site: Site<'_, 'r, '_>,
    evidence: &mut Evidence,
) -> Answer {
    let subject = site.subject;
    let start = subject.tree.range(site.node).start();
    let Some(cell) = cell_at(subject.module.cells(), start) else {
        return file_has(patterns, site);
    };
    let part = subject.tree.beginning_in(cell.range);
    let is_inside = |id: &NodeId| cell.range.contains_range(subject.tree.range(*id));
    let asked = asked(patterns, site, Some(cell.range.start()));
    let has = || site.has_in(patterns, &part, is_inside);
    let answer = remembered(&subject.answers.has, asked.as_ref(), has);
    if answer != Answer::No && evidence.found.is_none() {
        let first = || site.first_in(patterns, &part, is_inside, answer);
        let first = remembered(&subject.answers.first, asked.as_ref(), first);
        evidence.found = first.map(Found::At);
    }
    answer
}

fn file_has<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    let asked = asked(patterns, site, None);
    let part = site.subject.tree.span(NodeId::ROOT);
    let has = || site.has_in(patterns, &part, |_| true);
    remembered(&site.subject.answers.has, asked.as_ref(), has)
}

/// Where the file has the first match, of whichever pattern; or what may be one, where none is sure.
fn first<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>, answer: Answer) -> Option<NodeId> {
    let asked = asked(patterns, site, None);
    let part = site.subject.tree.span(NodeId::ROOT);
    let first = || site.first_in(patterns, &part, |_| true, answer);
    remembered(&site.subject.answers.first, asked.as_ref(), first)
}

/// Not known where a cell that cannot be read mentions the module.
fn imports(subject: &Subject, wanted: &str) -> Answer {
    let first = wanted.split('.').next().unwrap_or(wanted);
    let is_imported = match module_of(wanted) {
        Some(module) => subject.names.imports_of_module(module),
        None => subject.names.imports_module(wanted),
    };
    match is_imported {
        false if subject.names.is_unknown_name(first) => Answer::Unknown,
        found => found.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[test]
    fn what_a_file_imports_of_modules() {
        let check_import = |line: &str, condition: &str, expected: bool| {
            let text = format!("{line}\ng(2)\n");
            let expected: &[usize] = if expected { &[2] } else { &[] };
            check_condition("g($at)", condition, &text, expected);
        };
        for (line, of_all, of_one) in [
            ("import lib.rivers", true, true),
            ("import lib.rivers.elbe as elbe", true, true),
            ("from lib import rivers", true, true),
            ("from lib.rivers import elbe", true, true),
            ("from lib import lakes", true, false),
            ("import lib", false, false),
            ("import library.rivers", false, false),
            ("from .lib import rivers", false, false),
        ] {
            check_import(line, "file: {imports: lib.*}", of_all);
            check_import(line, "file: {imports: lib.rivers}", of_one);
            check_import(line, "file: {imports: [other.*, lib.rivers]}", of_one);
        }
        for (condition, expected) in [("lib.*", &[2][..]), ("lib.rivers", &[])] {
            let condition = format!("file: {{imports: {condition}}}");
            // Which names it gives is open, so the pattern has none.
            check_condition(
                "$at + 1",
                &condition,
                "from lib import *\n2 + 1\n",
                expected,
            );
        }
        for (line, only) in [
            ("import lib.rivers", true),
            ("from lib import rivers", true),
            ("from lib.rivers import elbe", true),
            ("from lib import lakes", false),
            ("import lib", false),
            ("import json, other.a, other", false),
            ("import json, other.a", true),
        ] {
            let condition = "file: {imports-only: [lib.rivers, other.*]}";
            check_import(line, condition, only);
        }
    }
}
