//! A condition → what it says about where captured values come from.

use super::{CaptureWord, Condition, Guarded, Word};

impl Condition {
    /// Returns the patterns of each `made-by` that must hold: what they capture can be told.
    pub fn made_by(&self) -> Vec<&[Guarded]> {
        match self {
            Self::All(parts) => parts.iter().flat_map(Self::made_by).collect(),
            Self::Word(Word::Capture { word, .. }, typed) if !typed.or_unknown => match word {
                CaptureWord::MadeBy(patterns) => vec![patterns],
                _ => Vec::new(),
            },
            Self::Any(_) | Self::None(_) | Self::Word(..) => Vec::new(),
        }
    }

    /// Adds the captures that are asked what they are: what they mean decides.
    pub fn add_meant<'c>(&'c self, captures: &mut Vec<&'c str>) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                parts.iter().for_each(|it| it.add_meant(captures));
            }
            Self::Word(Word::Capture { name, word }, _) if word.asks_meaning() => {
                captures.push(name);
            }
            Self::Word(..) => {}
        }
    }
}

impl CaptureWord {
    fn asks_meaning(&self) -> bool {
        matches!(
            self,
            Self::Is(_) | Self::Name(_) | Self::MadeBy(_) | Self::ReplacedByOtherThan(_)
        )
    }
}
