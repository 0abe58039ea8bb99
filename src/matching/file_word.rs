//! `file` and `cell`: what stands anywhere in them is looked for once, unless it may differ per site.

use ruff_text_size::TextSize;

use super::answers::Asked;
use super::capture::Captured;
use super::site::{Evidence, Found, Site, any};
use super::subject::Subject;
use super::{elsewhere, one_task, role};
use crate::python::tree::NodeId;
use crate::recipe::answer::Answer;
use crate::recipe::condition::{Condition, FileTrait, FileWord, FunctionWord, Guarded, Word};
use crate::semantic::memo::Memo;
use crate::source::cell::cell_at;

/// What is longer than that is not remembered: to compare it would cost as much as to look.
const MAX_SPELLED: usize = 200;

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
        FileWord::Had(condition) => elsewhere::had(condition, subject),
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

/// Finds the answer once, where it is known what is asked.
pub(super) fn remembered<'a, T: Clone>(
    answers: &Memo<Asked<'a>, T>,
    asked: Option<&Asked<'a>>,
    find: impl FnOnce() -> T,
) -> T {
    match asked {
        Some(asked) => answers.or_find(asked, find),
        None => find(),
    }
}

/// Returns what is asked of a part of the file; `None`: that may be something else at each site.
pub(super) fn asked<'r, 'a>(
    patterns: &'r [Guarded],
    site: Site<'_, 'r, 'a>,
    part: Option<TextSize>,
) -> Option<Asked<'a>> {
    let mut spelled = Vec::new();
    let all = patterns.iter().all(|it| speaks_of(it, site, &mut spelled));
    let is_plain = spelled.is_empty() || patterns.iter().all(|it| looks_at_code(&it.condition));
    (all && is_plain).then_some((patterns.as_ptr(), part, spelled))
}

/// Adds how that is spelled of what a site captured of which a pattern speaks. Returns whether it means the
/// same wherever that is spelled so.
fn speaks_of<'a>(pattern: &Guarded, site: Site<'_, '_, 'a>, spelled: &mut Vec<&'a str>) -> bool {
    for (name, _) in &pattern.pattern.captures {
        match site.captures.find(name) {
            None => {}
            Some(Captured::Expression(_) | Captured::Name { .. }) => {
                let range = site.captures.find(name).and_then(Captured::range);
                spelled.extend(range.map(|range| &site.subject.text()[range]));
            }
            Some(_) => return false,
        }
    }
    spelled.iter().all(|it| it.len() <= MAX_SPELLED)
        && asks_nothing_of(&pattern.condition, site, spelled)
}

fn asks_nothing_of<'a>(
    condition: &Condition,
    site: Site<'_, '_, 'a>,
    spelled: &mut Vec<&'a str>,
) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => parts
            .iter()
            .all(|part| asks_nothing_of(part, site, spelled)),
        // That is said of the site's own pattern.
        Condition::Word(Word::MatchedUnknown, _) => false,
        Condition::Word(word, _) => {
            let is_captured = match word {
                Word::Capture { name, .. } => site.captures.find(name).is_some(),
                _ => false,
            };
            let mut patterns = word.patterns().into_iter();
            !is_captured && patterns.all(|it| speaks_of(it, site, spelled))
        }
    }
}

/// Returns whether a condition is decided by the code around a node, however it came to be matched.
fn looks_at_code(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().all(looks_at_code)
        }
        Condition::Word(word, _) => {
            let is_plain = matches!(
                word,
                Word::Inside(_)
                    | Word::Outer(_)
                    | Word::Within(_)
                    | Word::CanAwait(_)
                    | Word::PrecededBy(_)
                    | Word::FollowedBy(_)
                    | Word::Python(_)
                    | Word::MayRunOn(_)
                    | Word::Result(_)
                    | Word::Capture { .. }
                    | Word::Function(
                        FunctionWord::Has(_)
                            | FunctionWord::Decorated(_)
                            | FunctionWord::Role(_)
                            | FunctionWord::Generator(_)
                    )
            );
            let mut patterns = word.patterns().into_iter();
            is_plain && patterns.all(|it| looks_at_code(&it.condition))
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
