//! A condition → how dear its answer is, so that of several the cheap ones are asked first.

use super::{
    CaptureWord, Condition, Cost, FileWord, FunctionWord, ProjectWord, SiteWord, StoredWord, Word,
};

/// Asks the parts of a condition that all count, the cheap ones first, until one does not hold. Those of a group count
/// one by one, also where none of it may hold: then `holds` gets the condition and `true`. `assumes`: nobody says what
/// Python it is for.
pub fn all_by_cost<'c>(
    condition: &'c Condition,
    assumes: bool,
    mut holds: impl FnMut(&'c Condition, bool) -> bool,
) -> bool {
    match condition {
        Condition::All(group) => {
            let mut parts = group.order(assumes).0.iter();
            parts.all(|at| at.part(group).is_none_or(|part| holds(part, at.is_negated)))
        }
        Condition::None(parts) => parts.iter().all(|part| holds(part, true)),
        part => holds(part, false),
    }
}

impl Condition {
    pub(super) fn cost(&self, assumes: bool) -> Cost {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => parts.cost(assumes),
            Self::Word(Word::Site(SiteWord::Python(_) | SiteWord::MayRunOn(_)), _) if assumes => {
                Cost::Assumption
            }
            Self::Word(word, _) => word.cost(),
        }
    }
}

impl Word {
    fn cost(&self) -> Cost {
        match self {
            Self::Site(word) => word.cost(),
            Self::Capture { word, .. } => word.cost(),
            Self::File(FileWord::Is(_) | FileWord::Imports(_)) => Cost::Around,
            Self::Function(FunctionWord::Role(roles)) if roles.ask_files => Cost::Files,
            Self::Function(FunctionWord::Generator(_) | FunctionWord::Role(_)) => Cost::Around,
            Self::Project(ProjectWord::Imports(_))
            | Self::Stored(
                StoredWord::OnlyUses(_) | StoredWord::Uses(_) | StoredWord::Elsewhere(_),
            )
            | Self::Function(
                FunctionWord::UsedOtherwiseThan(_)
                | FunctionWord::OnlyCalledIn(_)
                | FunctionWord::WayToIt(_)
                | FunctionWord::RunBy(_),
            ) => Cost::Files,
            _ => Cost::Code,
        }
    }
}

impl SiteWord {
    fn cost(&self) -> Cost {
        match self {
            Self::Inside(_)
            | Self::Outer(_)
            | Self::Result(_)
            | Self::Python(_)
            | Self::MayRunOn(_) => Cost::Site,
            Self::Within(_) | Self::CanAwait(_) | Self::MatchedUnknown(_) | Self::Takes(_) => {
                Cost::Around
            }
            Self::Awaited(_) | Self::Elsewhere(_) | Self::Patched(_) | Self::Program(_) => {
                Cost::Files
            }
            _ => Cost::Code,
        }
    }
}

impl CaptureWord {
    fn cost(&self) -> Cost {
        match self {
            Self::Text(_) | Self::Form(_) => Cost::Site,
            Self::Name(_) | Self::Undefined(_) | Self::MadeIn(_) => Cost::Around,
            Self::ReplacedByOtherThan(_) | Self::Forwards(_) => Cost::Files,
            _ => Cost::Code,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ruff_text_size::TextRange;

    use super::*;
    use crate::recipe::condition::value::{Globs, Kinds};
    use crate::recipe::condition::{Form, Group, Place, SpeaksOf, Typed, VersionReq};
    use crate::recipe::yaml::{Node, Value};

    fn word(name: &str, word: Word) -> Condition {
        let value = Node {
            value: Arc::new(Value::Nothing),
            span: TextRange::default(),
        };
        let typed = Typed {
            subject: None,
            word: name.to_owned(),
            value,
            or_unknown: false,
            speaks_of: SpeaksOf::default(),
        };
        Condition::Word(word, typed)
    }

    #[track_caller]
    fn check(assumes: bool, expected: &[&str]) {
        let capture = |word| Word::Capture {
            name: "x".to_owned(),
            word,
        };
        let version = VersionReq {
            text: "<3.10".to_owned(),
            at_least: None,
            below: Some((3, 10)),
        };
        let all = Condition::All(Group::from([
            word("patched", Word::Site(SiteWord::Patched(Globs::default()))),
            Condition::Any(Group::from([
                word("python", Word::Site(SiteWord::Python(version))),
                word("form", capture(CaptureWord::Form(vec![Form::Name]))),
            ])),
            word("is", capture(CaptureWord::Is(Kinds::default()))),
            word("within", Word::Site(SiteWord::Within(Vec::new()))),
            word("inside", Word::Site(SiteWord::Inside(vec![Place::Cell]))),
        ]));
        let mut found = Vec::new();
        all_by_cost(&all, assumes, |it, _| {
            found.push(match it {
                Condition::Word(_, typed) => typed.word.as_str(),
                _ => "any",
            });
            true
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_cheap_comes_first() {
        check(false, &["any", "inside", "within", "is", "patched"]);
        check(true, &["inside", "within", "is", "patched", "any"]);
    }
}
