//! `file` and `cell`: what stands anywhere in them is looked for once, unless it may differ per site.

use super::asked::{asked, remembered};
use super::importable::is_importable;
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::{elsewhere, one_task};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{FileTrait, FileWord, Guarded};
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
fn imports(subject: &Subject, module: &str) -> Answer {
    let first = module.split('.').next().unwrap_or(module);
    match subject.names.imports_module(module) {
        false if subject.names.is_unknown_name(first) => Answer::Unknown,
        found => found.into(),
    }
}
