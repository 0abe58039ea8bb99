//! A condition → what it says about where captured values come from, and of which it speaks.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::{CaptureWord, Condition, FunctionWord, Guarded, SiteWord, Word};

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

    /// Returns the metavariable that surely names a function which only does a match, and the patterns of that.
    pub fn forwards(&self) -> Option<(&str, &[Guarded])> {
        match self {
            Self::All(parts) => parts.iter().find_map(Self::forwards),
            Self::Word(Word::Capture { name, word }, _) => match word {
                CaptureWord::Forwards(patterns) => Some((name, patterns)),
                _ => None,
            },
            Self::Any(_) | Self::None(_) | Self::Word(..) => None,
        }
    }

    /// Returns the metavariable for the type of what a def yields, which no pattern need bind.
    pub fn yields(&self) -> Option<&str> {
        match self {
            Self::All(parts) => parts.iter().find_map(Self::yields),
            Self::Word(Word::Function(FunctionWord::Yields(name)), _) => Some(name),
            Self::Any(_) | Self::None(_) | Self::Word(..) => None,
        }
    }

    /// Adds the captures that are asked what they are: what they mean decides.
    pub fn add_meant<'c>(&'c self, captures: &mut Vec<&'c str>) {
        self.add_captures(captures, CaptureWord::asks_meaning);
    }

    /// Adds the captures of which anything is asked.
    pub fn add_asked<'c>(&'c self, captures: &mut Vec<&'c str>) {
        self.add_captures(captures, |_| true);
    }

    fn add_captures<'c>(&'c self, captures: &mut Vec<&'c str>, counts: fn(&CaptureWord) -> bool) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                parts
                    .iter()
                    .for_each(|it| it.add_captures(captures, counts));
            }
            Self::Word(Word::Capture { name, word }, _) if counts(word) => captures.push(name),
            Self::Word(..) => {}
        }
    }
}

impl Guarded {
    /// Returns the metavariables of which it speaks; `None`: it also asks how the site's own pattern fits.
    pub fn about(&self) -> Option<FxHashSet<String>> {
        metavariables(std::iter::once(self))
    }
}

/// Returns the metavariables of which patterns and their conditions speak; `None`: one asks how the site's own pattern
/// fits.
pub(in crate::recipe) fn metavariables<'p>(
    mut patterns: impl Iterator<Item = &'p Guarded>,
) -> Option<FxHashSet<String>> {
    let mut found = Metavariables::default();
    let are_all = patterns.all(|it| found.add_guarded(it));
    are_all.then(|| found.named())
}

/// Returns the metavariables of which a condition speaks; `None`: it also asks how the site's own pattern fits.
pub(super) fn metavariables_of(condition: &Condition) -> Option<FxHashSet<String>> {
    let mut found = Metavariables::default();
    found.add(condition).then(|| found.named())
}

/// The metavariables of which the patterns of a word speak, once somebody asked for them; `None`: one asks how the
/// site's own pattern fits.
#[derive(Debug, Clone, Default)]
pub struct SpeaksOf(Arc<OnceLock<Option<FxHashSet<String>>>>);

impl SpeaksOf {
    fn names(&self, word: &Word) -> Option<&FxHashSet<String>> {
        let find = || metavariables(word.patterns().into_iter());
        self.0.get_or_init(find).as_ref()
    }
}

/// The metavariables of which conditions speak.
#[derive(Default)]
struct Metavariables<'c> {
    names: FxHashSet<&'c str>,
}

impl<'c> Metavariables<'c> {
    /// Adds those of a pattern; `false`: it may speak of any.
    fn add_guarded(&mut self, guarded: &'c Guarded) -> bool {
        let captures = guarded.pattern.captures.iter();
        self.names.extend(captures.map(|(name, _)| name.as_str()));
        self.add(&guarded.condition)
    }

    fn named(self) -> FxHashSet<String> {
        self.names.into_iter().map(str::to_owned).collect()
    }

    fn add(&mut self, condition: &'c Condition) -> bool {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
                parts.iter().all(|it| self.add(it))
            }
            Condition::Word(Word::Site(SiteWord::MatchedUnknown(_)), _) => false,
            Condition::Word(word, typed) => {
                if let Word::Capture { name, .. } = word {
                    self.names.insert(name);
                }
                let names = typed.speaks_of.names(word);
                self.names
                    .extend(names.into_iter().flatten().map(String::as_str));
                names.is_some()
            }
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
