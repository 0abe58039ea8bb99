//! All that a rule asked → the part that decided.

use crate::engine::explain::Asked;
use crate::recipe::answer::Answer;

/// More lines than these are cut to the outer ones.
const MOST_LINES: usize = 20;

/// Returns what kept a rule from its site: the words that do not hold, and below `not` those that do.
pub(super) fn hindering(asked: &[Asked]) -> Vec<Asked> {
    let mut kept = Vec::new();
    keep(asked, Answer::Yes, &mut kept);
    shortened(kept)
}

/// Returns the outer words, where there are many.
pub(super) fn shortened(mut asked: Vec<Asked>) -> Vec<Asked> {
    for deepest in [2, 1, 0] {
        if asked.len() <= MOST_LINES {
            break;
        }
        asked.retain(|it| it.depth <= deepest);
    }
    asked
}

/// Keeps the words with another answer than the wanted one, and of what is inside them the same.
fn keep(mut asked: &[Asked], wanted: Answer, kept: &mut Vec<Asked>) {
    while let Some((word, rest)) = asked.split_first() {
        let inside = rest.iter().take_while(|it| it.depth > word.depth).count();
        let (inside, behind) = rest.split_at(inside);
        asked = behind;
        if word.answer == wanted {
            continue;
        }
        kept.push(word.clone());
        let wanted = match (word.word.as_str(), wanted) {
            ("not", Answer::Yes) => Answer::No,
            ("not", _) => Answer::Yes,
            _ => wanted,
        };
        keep(inside, wanted, kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(word: &str, depth: usize, answer: Answer) -> Asked {
        Asked {
            word: word.to_owned(),
            depth,
            answer,
            evidence: None,
        }
    }

    #[test]
    fn below_not_what_holds_hinders() {
        let all = [
            asked("a", 0, Answer::Yes),
            asked("not", 0, Answer::No),
            asked("b", 1, Answer::No),
            asked("all", 1, Answer::Yes),
            asked("c", 2, Answer::Yes),
            asked("not", 2, Answer::Yes),
            asked("d", 3, Answer::No),
            asked("any", 0, Answer::Unknown),
            asked("e", 1, Answer::Unknown),
        ];
        let kept = hindering(&all);
        let words: Vec<&str> = kept.iter().map(|it| it.word.as_str()).collect();
        assert_eq!(words, ["not", "all", "c", "not", "d", "any", "e"]);
    }

    #[test]
    fn of_many_words_the_outer_ones_stay() {
        let inner = (0..MOST_LINES).map(|_| asked("b", 1, Answer::No));
        let all: Vec<Asked> = std::iter::once(asked("any", 0, Answer::No))
            .chain(inner)
            .collect();
        assert_eq!(shortened(all.clone()).len(), 1);
        assert_eq!(shortened(all[..5].to_vec()).len(), 5);
    }
}
