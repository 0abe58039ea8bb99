//! `file` and `cell`: what stands anywhere in them is looked for once, unless it may differ per site.

use ruff_text_size::TextSize;

use super::capture::Captures;
use super::evaluate::stands;
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::{elsewhere, one_task, role};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, FileTrait, FileWord, Guarded, Word};
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
            FileTrait::Importable => role::is_importable(subject),
            wanted => subject.nature.has(*wanted).into(),
        }),
        FileWord::Imports(modules) => any(modules, |module| imports(subject, module)),
        FileWord::ImportsOnly(modules) => elsewhere::imports_only(modules, subject, evidence),
        FileWord::Has(patterns) => {
            let answer = file_has(patterns, site);
            if answer != Answer::No && evidence.found.is_none() {
                evidence.found = first(patterns, site, answer).map(Found::At);
            }
            answer
        }
        FileWord::OneTask(runners) => one_task::is_all(runners, site),
        FileWord::Had(condition) => subject.facts.held(subject.path(), condition),
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
    let inside = || {
        let inside = subject.tree.ids().skip(1);
        inside.filter(|id| cell.range.contains_range(subject.tree.range(*id)))
    };
    let start = Some(cell.range.start());
    let answer = shared_answer(patterns, site, start, || site.has(patterns, inside()));
    if answer != Answer::No && evidence.found.is_none() {
        let fits = |id: &NodeId| site.fits_any(patterns, subject.tree.node(*id)) == answer;
        evidence.found = inside().find(fits).map(Found::At);
    }
    answer
}

fn file_has<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>) -> Answer {
    shared_answer(patterns, site, None, || {
        any(patterns, |pattern| stands_in_file(pattern, site))
    })
}

/// Where the file has the first match, of whichever pattern; or what may be one, where none is sure.
fn first<'r>(patterns: &'r [Guarded], site: Site<'_, 'r, '_>, answer: Answer) -> Option<NodeId> {
    let find = || {
        let tree = site.subject.tree;
        let fits = |id: &NodeId| site.fits_any(patterns, tree.node(*id)) == answer;
        tree.ids().find(fits)
    };
    match patterns.iter().all(|it| is_shared(it, site.captures)) {
        true => site.subject.answers.first.or_find(&patterns.as_ptr(), find),
        false => find(),
    }
}

/// Returns whether the file has a match, which is looked for only at nodes where it may begin.
fn stands_in_file<'r>(pattern: &'r Guarded, site: Site<'_, 'r, '_>) -> Answer {
    let subject = site.subject;
    if !stands(&pattern.pattern, subject) {
        return Answer::No;
    }
    let pattern = std::slice::from_ref(pattern);
    let Some(kinds) = pattern[0].pattern.kinds() else {
        return site.has(pattern, subject.tree.ids());
    };
    any(kinds, |kind| {
        let is_meant = |id: &NodeId| subject.tree.node(*id).kind() == *kind;
        let find = || subject.tree.ids().filter(is_meant).collect();
        let nodes = subject.answers.of_kind.or_find(kind, find);
        site.has(pattern, nodes.iter().copied())
    })
}

/// Finds the answer once for a part of the file, unless it may be another one at each site.
pub(super) fn shared_answer<'r>(
    patterns: &'r [Guarded],
    site: Site<'_, 'r, '_>,
    part: Option<TextSize>,
    find: impl FnOnce() -> Answer,
) -> Answer {
    if !patterns.iter().all(|it| is_shared(it, site.captures)) {
        return find();
    }
    let answers = &site.subject.answers.has;
    answers.or_find(&(patterns.as_ptr(), part), find)
}

/// Returns whether a pattern means the same wherever it is asked: it does not speak of what a site
/// captured.
fn is_shared(pattern: &Guarded, captures: &Captures) -> bool {
    let mut own = pattern.pattern.captures.iter();
    own.all(|(name, _)| captures.find(name).is_none())
        && asks_nothing_of(&pattern.condition, captures)
}

fn asks_nothing_of(condition: &Condition, captures: &Captures) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().all(|part| asks_nothing_of(part, captures))
        }
        // That is said of the site's own pattern.
        Condition::Word(Word::MatchedUnknown, _) => false,
        Condition::Word(word, _) => {
            let is_captured = match word {
                Word::Capture { name, .. } => captures.find(name).is_some(),
                _ => false,
            };
            let mut patterns = word.patterns().into_iter();
            !is_captured && patterns.all(|it| is_shared(it, captures))
        }
    }
}

/// Not known where a cell that cannot be read mentions the module.
fn imports(subject: &Subject, module: &str) -> Answer {
    let first = module.split('.').next().unwrap_or(module);
    match subject.names.imports_module(module) {
        false if subject.names.is_unknown_name(first) => Answer::Unknown,
        found => found.into(),
    }
}
