//! `where` and `when`: maps of words that answer yes, no or unknown.

use std::ops::Deref;
use std::sync::{Arc, LazyLock, OnceLock};

use super::pattern::Pattern;
use super::yaml::Node;

pub mod conjunct;

pub mod cost;

mod names;

mod patterns;

mod places;

mod questions;

mod spelling;

pub mod value;

mod version;

mod words;

pub use names::{is_among, is_named, module_of};
pub use patterns::SpeaksOf;
pub(super) use patterns::metavariables;
pub use places::PlaceSet;
pub use questions::{CaptureWord, FileWord, FunctionWord, ProjectWord, SiteWord, StoredWord};
pub(super) use questions::{
    capture_words, file_words, function_words, project_words, site_words, stored_words,
};
pub use spelling::Spelling;
pub use value::{About, AskedElsewhere, ElsewhereHas, Enclosure, Sides, Used, WaysTo, WordId};
pub use version::{VersionReq, parse_version};
pub use words::{
    ANY_NAME, AccessBy, Across, AnnotatedPart, Awaits, Callers, Fate, FileTrait, Form, InStub,
    MEANINGS, MadeIn, Outcome, Place, Role, Store, UsedElsewhere,
};

/// A condition; every key of a map must hold, a list as a value means any of them.
#[derive(Debug, Clone)]
pub enum Condition {
    /// All hold; empty: always yes.
    All(Group),
    /// At least one holds.
    Any(Group),
    /// None of them holds (`not`).
    None(Group),
    /// One word.
    Word(Word, Typed),
}

/// Where an answer comes from: each is dearer than the one before by about a factor of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    /// The place and the spelling of what matched.
    Site,
    /// The statements around it.
    Around,
    /// What values and functions are: now and then by another file.
    Code,
    /// Other files, which are read for it.
    Files,
    /// Whoever says what Python it is for: where nobody does, a person is told that one is assumed.
    Assumption,
}

/// Conditions in the order typed. Rules and rows share them.
#[derive(Debug, Clone)]
pub struct Group(Arc<Grouped>);

#[derive(Debug)]
struct Grouped {
    parts: Box<[Condition]>,
    /// What the dearest of them costs: where it is known what Python the code is for, and where that is assumed.
    cost: [Cost; 2],
    /// In which order they are asked where all count, likewise.
    order: [OnceLock<ByCost>; 2],
}

impl Group {
    /// Returns what the dearest of them costs; `assumes`: nobody says what Python it is for.
    fn cost(&self, assumes: bool) -> Cost {
        self.0.cost[usize::from(assumes)]
    }

    /// Returns the order in which they are asked where all count.
    fn order(&self, assumes: bool) -> &ByCost {
        self.0.order[usize::from(assumes)].get_or_init(|| ByCost::of(self, assumes))
    }
}

impl Deref for Group {
    type Target = [Condition];

    fn deref(&self) -> &[Condition] {
        &self.0.parts
    }
}

impl<const N: usize> From<[Condition; N]> for Group {
    fn from(parts: [Condition; N]) -> Self {
        parts.into_iter().collect()
    }
}

impl FromIterator<Condition> for Group {
    fn from_iter<I: IntoIterator<Item = Condition>>(parts: I) -> Self {
        let parts = Box::<[Condition]>::from_iter(parts);
        let cost = [false, true].map(|assumes| {
            let costs = parts.iter().map(|it| it.cost(assumes));
            costs.max().unwrap_or(Cost::Site)
        });
        let order = Default::default();
        Self(Arc::new(Grouped { parts, cost, order }))
    }
}

/// How deep a group of conditions can stand in others to be asked part by part.
const MAX_DEPTH: usize = 4;

/// The parts of a group, and of those groups in it whose parts count one by one, the cheap ones first.
#[derive(Debug)]
struct ByCost(Box<[PartAt]>);

/// Where a part stands in a group.
#[derive(Debug)]
struct PartAt {
    /// Its place, in the group in that place, and so on.
    places: [u16; MAX_DEPTH],
    depth: usize,
    /// It must not hold.
    is_negated: bool,
}

impl PartAt {
    fn part<'c>(&self, group: &'c [Condition]) -> Option<&'c Condition> {
        let (first, inner) = self.places[..self.depth].split_first()?;
        inner
            .iter()
            .try_fold(group.get(usize::from(*first))?, |part, place| match part {
                Condition::All(parts) | Condition::None(parts) => parts.get(usize::from(*place)),
                Condition::Any(_) | Condition::Word(..) => None,
            })
    }
}

impl ByCost {
    fn of(group: &[Condition], assumes: bool) -> Self {
        let mut found = Vec::new();
        add_parts(group, (&mut Vec::new(), false), assumes, &mut found);
        found.sort_by_key(|(cost, _)| *cost);
        Self(found.into_iter().map(|(_, at)| at).collect())
    }
}

fn add_parts(
    parts: &[Condition],
    (outer, is_negated): (&mut Vec<u16>, bool),
    assumes: bool,
    found: &mut Vec<(Cost, PartAt)>,
) {
    for (place, part) in parts.iter().enumerate() {
        // A recipe has fewer conditions than that.
        outer.push(u16::try_from(place).unwrap_or(u16::MAX));
        let inner = match part {
            _ if is_negated || outer.len() == MAX_DEPTH => None,
            Condition::All(parts) => Some((parts, false)),
            Condition::None(parts) => Some((parts, true)),
            Condition::Any(_) | Condition::Word(..) => None,
        };
        match inner {
            Some((parts, is_negated)) => add_parts(parts, (outer, is_negated), assumes, found),
            None => {
                let mut places = [0; MAX_DEPTH];
                places[..outer.len()].copy_from_slice(outer);
                let at = PartAt {
                    places,
                    depth: outer.len(),
                    is_negated,
                };
                found.push((part.cost(assumes), at));
            }
        }
        outer.pop();
    }
}

/// How a word was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// What is asked, unless it is the site itself.
    pub subject: Option<String>,
    /// The word.
    pub word: String,
    /// Its value.
    pub value: Node,
    /// Whether `unknown` is among its values: not knowing counts as yes, and what was not known is told.
    pub or_unknown: bool,
    /// Of which metavariables the word's patterns speak; rules that share the word share it.
    pub speaks_of: SpeaksOf,
}

impl Typed {
    /// Returns it on one line.
    pub fn text(&self) -> String {
        let asked = format!("{}: {}", self.word, self.value.inline());
        match &self.subject {
            Some(subject) => format!("{subject}: {{{asked}}}"),
            None => asked,
        }
    }
}

/// A pattern, perhaps with conditions on what it captures: `{match: …, where: …}`.
#[derive(Debug, Clone)]
pub struct Guarded {
    /// What is compared.
    pub pattern: Arc<Pattern>,
    /// Asked of a match at its place; always yes where none was written. Patterns are named in many places.
    pub condition: Arc<Condition>,
}

/// Any of them. Each place that names them shares them.
pub type Patterns = Arc<[Guarded]>;

/// Everything a condition may ask.
#[derive(Debug, Clone)]
pub enum Word {
    /// About the site.
    Site(SiteWord),
    /// `$x: {…}`, one key of it; for `$*xs` each element.
    Capture {
        /// Name without `$`.
        name: String,
        /// What it is asked.
        word: CaptureWord,
    },
    /// `stored: {…}`, one key of it.
    Stored(StoredWord),
    /// `function: {…}`, one key of it.
    Function(FunctionWord),
    /// `file: {…}`, one key of it.
    File(FileWord),
    /// `project: {…}`, one key of it.
    Project(ProjectWord),
}

impl Word {
    /// Returns the patterns it compares code with, captures of the site among them; those that another
    /// file is asked with are left out.
    pub fn patterns(&self) -> Vec<&Guarded> {
        match self {
            Self::Site(word) => word.patterns(),
            Self::Capture { word, .. } => word.patterns(),
            Self::Stored(word) => word.patterns(),
            Self::Function(word) => word.patterns(),
            Self::File(word) => word.patterns(),
            Self::Project(word) => word.patterns(),
        }
    }
}

impl Condition {
    /// That of a pattern without one.
    pub(super) fn always() -> Arc<Self> {
        static ALWAYS: LazyLock<Arc<Condition>> =
            LazyLock::new(|| Arc::new(Condition::All([].into())));
        ALWAYS.clone()
    }

    /// Returns whether a word of it is about the files of a program as the changes leave them, or
    /// about the file before them: it can be answered only once all files are planned.
    pub fn asks_of_program(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::None(parts) => {
                parts.iter().any(Self::asks_of_program)
            }
            Self::Word(Word::Site(SiteWord::Program(_)) | Word::File(FileWord::Had(_)), _) => true,
            Self::Word(..) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_variants_are_one_to_one() {
        for word in Place::WORDS {
            assert_eq!(Place::from_word(word).map(Place::word), Some(*word));
        }
        assert_eq!(Place::from_word("cel"), None);
    }
}
