//! What a word asks of a part of a file → whether that is the same at every site, so that it is looked for once.

use ruff_text_size::TextSize;

use super::answers::Asked;
use super::capture::Captured;
use super::site::Site;
use crate::recipe::condition::{Condition, FileWord, FunctionWord, Guarded, SiteWord, Word};
use crate::semantic::memo::Memo;

/// What is longer than that is not remembered: to compare it would cost as much as to look.
const MAX_SPELLED: usize = 200;

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
        Condition::Word(Word::Site(SiteWord::MatchedUnknown(_)), _) => false,
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
pub(super) fn looks_at_code(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            parts.iter().all(looks_at_code)
        }
        Condition::Word(word, _) => {
            let is_plain = matches!(
                word,
                Word::Site(
                    SiteWord::Inside(_)
                        | SiteWord::Outer(_)
                        | SiteWord::Within(_)
                        | SiteWord::CanAwait(_)
                        | SiteWord::PrecededBy(_)
                        | SiteWord::FollowedBy(_)
                        | SiteWord::Python(_)
                        | SiteWord::MayRunOn(_)
                        | SiteWord::Result(_)
                        | SiteWord::Class(_)
                        | SiteWord::Try(_)
                        | SiteWord::Catches(_)
                        | SiteWord::Handles(_)
                        | SiteWord::Takes(_)
                ) | Word::Capture { .. }
                    | Word::File(FileWord::Has(_) | FileWord::Is(_) | FileWord::Imports(_))
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
