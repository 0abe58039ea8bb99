//! A word of a condition → the patterns in it.

use super::{CaptureWord, Condition, Enclosure, FileWord, FunctionWord, Guarded, StoredWord, Word};

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

impl Word {
    /// Returns the patterns it compares code with, captures of the site among them; those that another
    /// file is asked with are left out.
    pub fn patterns(&self) -> Vec<&Guarded> {
        match self {
            Self::PrecededBy(patterns)
            | Self::FollowedBy(patterns)
            | Self::TryHas(patterns)
            | Self::CellHas(patterns)
            | Self::ClassHas(patterns)
            | Self::Stored(StoredWord::OnlyUses(patterns))
            | Self::Stored(StoredWord::Uses(patterns)) => patterns.iter().collect(),
            Self::Function(word) => word.patterns().iter().collect(),
            Self::Independent { reads, .. } => reads.iter().collect(),
            Self::OnBothSides(sides) => sides.before.iter().chain(&sides.after).collect(),
            Self::File(word) => word.patterns().iter().collect(),
            Self::Capture { word, .. } => word.patterns().iter().collect(),
            Self::Within(enclosures) => enclosures.iter().filter_map(Enclosure::pattern).collect(),
            Self::Inside(_)
            | Self::Outer(_)
            | Self::MatchedUnknown
            | Self::CanAwait(_)
            | Self::Python(_)
            | Self::MayRunOn(_)
            | Self::Result(_)
            | Self::Holding(_)
            | Self::ReadBeforeWrittenAfter(_)
            | Self::Across(_)
            | Self::Awaited(_)
            | Self::LoopsOver
            | Self::Patched(_)
            | Self::Catches(..)
            | Self::Outcome(_)
            | Self::Teardown(_)
            | Self::Takes(_)
            | Self::ElsewhereHas(_)
            | Self::Stored(StoredWord::In(_) | StoredWord::Elsewhere(_))
            | Self::Program(_)
            | Self::PassedTo(_)
            | Self::ProjectImports(_)
            | Self::ProjectSays { .. } => Vec::new(),
        }
    }
}

impl Enclosure {
    fn pattern(&self) -> Option<&Guarded> {
        match self {
            Self::Pattern(pattern) => Some(pattern),
            _ => None,
        }
    }
}

impl FunctionWord {
    /// Returns the patterns that a def, or what it calls, is compared with.
    fn patterns(&self) -> &[Guarded] {
        match self {
            Self::Has(patterns) | Self::Decorated(patterns) | Self::Reaches(patterns) => patterns,
            Self::UsedOtherwiseThan(used) => &used.patterns,
            Self::Role(_)
            | Self::RunBy(_)
            | Self::Generator(_)
            | Self::Annotated(_)
            | Self::Takes(_)
            | Self::Yields(_)
            | Self::Awaits(_)
            | Self::Callers(_) => &[],
        }
    }
}

impl FileWord {
    /// Returns the patterns that the file as it is now is compared with.
    fn patterns(&self) -> &[Guarded] {
        match self {
            Self::Has(patterns) | Self::OneTask(patterns) => patterns,
            Self::Is(_) | Self::Imports(_) | Self::ImportsOnly(_) | Self::Had(_) => &[],
        }
    }
}

impl CaptureWord {
    /// Returns the patterns it compares code with.
    fn patterns(&self) -> &[Guarded] {
        match self {
            Self::MadeBy(patterns)
            | Self::Uses(patterns)
            | Self::FailsButFor(patterns)
            | Self::OnlyUses(patterns)
            | Self::Reaches(patterns)
            | Self::Offers(patterns)
            | Self::Has(patterns) => patterns,
            Self::Is(_)
            | Self::Name(_)
            | Self::Undefined(_)
            | Self::Annotates(_)
            | Self::Text(_)
            | Self::Form(_)
            | Self::MadeOf(_)
            | Self::MadeIn(_)
            | Self::ReplacedByOtherThan(_)
            | Self::HoldsNothing(_)
            | Self::EndsQuietly(_) => &[],
        }
    }
}
