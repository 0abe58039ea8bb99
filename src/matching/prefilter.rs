//! Can any rule apply to this text at all? Words of the rules, looked for before anything is parsed.
//!
//! A rule can apply only where all that one of its patterns and its `where` require stands. Of each
//! pattern the rarest word, its *anchor*, is looked for in one pass over the text; only where that
//! stands are the others looked up, each once.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};
use memchr::memmem::{self, Finder};
use ruff_python_stdlib::keyword::is_keyword;
use rustc_hash::FxHashMap;

use crate::python::stdlib::is_builtin;
use crate::recipe::outline::Required;
use crate::recipe::pattern::{Form, Spelled};
use crate::source::{FileKind, SourceFile};

use form::is_whole;
use lookup::Lookup;

pub(crate) use standing::Standing;

mod form;

mod lookup;

mod spelling;

mod standing;

/// Words that one packed searcher takes before it gets slow; more make another pass, which costs
/// less than the slow search would.
const PASS: usize = 32;

/// Most rules speak of coroutines, and most files have none.
const GATE: &str = "async";

/// Whatever an anchor stands for needs the [`GATE`], too.
fn is_gated(required: &[(&Required, usize)]) -> bool {
    let needs =
        |(required, _): &(&Required, usize)| required.words.iter().any(|it| it.word == GATE);
    required.iter().all(needs)
}

/// Searches for anchors, those behind the [`GATE`] last, by themselves and all at once: a text with
/// coroutines has many of them.
fn passes(anchors: &[(&str, Vec<(&Required, usize)>)]) -> Vec<PassFrom> {
    let gated = anchors.partition_point(|(_, required)| !is_gated(required));
    let (free, behind) = anchors.split_at(gated);
    let free = free.chunks(PASS).enumerate();
    let free = free.map(|(number, anchors)| PassFrom {
        first: number * PASS,
        is_gated: false,
        pass: Pass::of_anchors(anchors),
    });
    let behind = (!behind.is_empty()).then(|| PassFrom {
        first: gated,
        is_gated: true,
        pass: Pass::of_words(behind),
    });
    free.chain(behind).collect()
}

/// The words of the selected recipes.
#[derive(Debug)]
pub struct Prefilter {
    /// Every word that is looked for, the anchors in any form first, in the order of the passes.
    words: Vec<(Finder<'static>, Form)>,
    /// Per anchor: what else the patterns need that it stands for.
    needs: Vec<Vec<Needs>>,
    /// Of the anchors.
    passes: Vec<PassFrom>,
    /// What patterns without any word need.
    wordless: Vec<Needs>,
}

/// A search for some of the anchors.
#[derive(Debug)]
struct PassFrom {
    /// The place of its first anchor.
    first: usize,
    /// Its anchors are of use only where [`GATE`] stands.
    is_gated: bool,
    pass: Pass,
}

/// What must be there for patterns, besides their anchor.
#[derive(Debug)]
struct Needs {
    /// As places in [`Prefilter::words`].
    words: Vec<usize>,
    cells: bool,
    /// Which patterns, by their places in what the prefilter was made of.
    patterns: Vec<usize>,
}

impl Prefilter {
    /// Collects what patterns require, each by its place: all of this, or all that stands beside the same
    /// place.
    pub fn new<'q>(required: impl Iterator<Item = (&'q Required, usize)>) -> Self {
        let mut by_anchor: BTreeMap<&str, Vec<(&Required, usize)>> = BTreeMap::new();
        let mut wordless = Vec::new();
        for (required, pattern) in required {
            let words = required.words.iter();
            match words.max_by_key(|it| rarity(&it.word)) {
                Some(anchor) => {
                    let patterns = by_anchor.entry(&anchor.word).or_default();
                    patterns.push((required, pattern));
                }
                None => wordless.push(Needs {
                    words: Vec::new(),
                    cells: required.cells,
                    patterns: vec![pattern],
                }),
            }
        }
        let mut anchors: Vec<(&str, Vec<(&Required, usize)>)> = by_anchor.into_iter().collect();
        // A pass compares no more bytes at once than its shortest word has: long ones go together, and
        // those that are looked for only where a coroutine is.
        anchors.sort_by_key(|(anchor, required)| (is_gated(required), Reverse(anchor.len())));
        let mut words = Words::default();
        for (anchor, _) in &anchors {
            words.place(&Spelled::any(anchor));
        }
        let passes = passes(&anchors);
        let needs = anchors.iter().map(|(anchor, required)| {
            // In any form it is found by the pass.
            words.needs(&Spelled::any(anchor), required)
        });
        Self {
            needs: needs.collect(),
            passes,
            wordless,
            words: words.finders(),
        }
    }

    /// Returns whether some rule may apply to the file.
    pub fn may_match(&self, source: &SourceFile) -> bool {
        let mut seen = Seen::new(self, source);
        self.wordless.iter().any(|needs| seen.has(needs))
            || self.has_anchor(&mut seen)
            || hides_words(source)
    }

    /// Returns which patterns may fit in the file, by their places; `None`: any of them.
    pub fn standing(&self, source: &SourceFile) -> Option<Vec<usize>> {
        if hides_words(source) {
            return None;
        }
        let mut seen = Seen::new(self, source);
        let mut standing = Vec::new();
        let mut note = |needs: &Needs, seen: &mut Seen| {
            if seen.has(needs) {
                standing.extend(&needs.patterns);
            }
        };
        for needs in &self.wordless {
            note(needs, &mut seen);
        }
        for PassFrom { first, pass, .. } in self.passes(seen.text) {
            let is_blind = pass.any(seen.text, |place| {
                let anchor = first + place;
                if seen.is_new(anchor) {
                    for needs in &self.needs[anchor] {
                        note(needs, &mut seen);
                    }
                }
                false
            });
            if is_blind {
                return None;
            }
        }
        standing.sort_unstable();
        standing.dedup();
        Some(standing)
    }

    fn has_anchor(&self, seen: &mut Seen) -> bool {
        let mut passes = self.passes(seen.text);
        passes.any(|PassFrom { first, pass, .. }| {
            pass.any(seen.text, |place| seen.settles(first + place))
        })
    }

    /// The searches that may find something in a text.
    fn passes<'p>(&'p self, text: &[u8]) -> impl Iterator<Item = &'p PassFrom> {
        let may_gated = self.passes.iter().any(|it| it.is_gated)
            && memmem::find(text, GATE.as_bytes()).is_some();
        self.passes
            .iter()
            .filter(move |it| may_gated || !it.is_gated)
    }
}

/// Names in the text may mean what no word of it says: they are spelled with other letters, or come from
/// a module that imports them.
fn hides_words(source: &SourceFile) -> bool {
    imports_star(source.text().as_bytes()) || spelling::may_differ(source.text())
}

fn imports_star(text: &[u8]) -> bool {
    let mut stars = memmem::find_iter(text, b"*");
    stars.any(|at| text[..at].trim_ascii_end().ends_with(b"import"))
}

/// Words, each once, with the place it was given.
#[derive(Default)]
struct Words {
    all: Vec<Spelled>,
    places: FxHashMap<Spelled, usize>,
}

impl Words {
    fn place(&mut self, word: &Spelled) -> usize {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        let place = self.all.len();
        self.all.push(word.clone());
        self.places.insert(word.clone(), place);
        place
    }

    /// Joins the patterns that need the same.
    fn needs(&mut self, anchor: &Spelled, required: &[(&Required, usize)]) -> Vec<Needs> {
        let mut alike: BTreeMap<&Required, Vec<usize>> = BTreeMap::new();
        for (required, pattern) in required {
            alike.entry(required).or_default().push(*pattern);
        }
        let needs = alike.into_iter().map(|(required, patterns)| {
            let words = required.words.iter().filter(|word| *word != anchor);
            Needs {
                words: words.map(|word| self.place(word)).collect(),
                cells: required.cells,
                patterns,
            }
        });
        needs.collect()
    }

    fn finders(self) -> Vec<(Finder<'static>, Form)> {
        let words = self.all.iter();
        words
            .map(|it| (Finder::new(&it.word).into_owned(), it.form))
            .collect()
    }
}

/// What was found in one text so far.
struct Seen<'s> {
    prefilter: &'s Prefilter,
    source: &'s SourceFile,
    text: &'s [u8],
    /// By place of the word, as far as it was asked.
    stands: Vec<Option<bool>>,
    /// By place of the anchor, whether its patterns were asked.
    met: Vec<bool>,
}

impl<'s> Seen<'s> {
    fn new(prefilter: &'s Prefilter, source: &'s SourceFile) -> Self {
        Self {
            prefilter,
            source,
            text: source.text().as_bytes(),
            stands: Vec::new(),
            met: Vec::new(),
        }
    }

    /// Notes that an anchor stands in the text; returns whether it was met for the first time.
    fn is_new(&mut self, anchor: usize) -> bool {
        self.stands.resize(self.prefilter.words.len(), None);
        self.met.resize(self.prefilter.needs.len(), false);
        self.stands[anchor] = Some(true);
        !std::mem::replace(&mut self.met[anchor], true)
    }

    /// Notes that an anchor stands in the text; returns whether one of its patterns has all it needs.
    fn settles(&mut self, anchor: usize) -> bool {
        let needs = &self.prefilter.needs[anchor];
        self.is_new(anchor) && needs.iter().any(|needs| self.has(needs))
    }

    fn has(&mut self, needs: &Needs) -> bool {
        needs.words.iter().all(|word| self.stands(*word))
            && (!needs.cells || self.source.kind() != FileKind::Module)
    }

    fn stands(&mut self, word: usize) -> bool {
        let Self {
            prefilter, text, ..
        } = *self;
        *self.stands[word].get_or_insert_with(|| {
            let (finder, form) = &prefilter.words[word];
            form::stands(finder, *form, text)
        })
    }
}

/// A search for several words at once.
#[derive(Debug)]
enum Pass {
    Packed(packed::Searcher),
    /// Where the processor has no instructions for the packed one.
    Automaton(AhoCorasick),
    /// Each word of the text is looked up.
    Words(Box<Lookup>),
    /// The words make no automaton either: any text may have one.
    Blind,
}

impl Pass {
    fn of_anchors<T>(anchors: &[(&str, T)]) -> Self {
        let words = anchors.iter().map(|(anchor, _)| anchor);
        let mut packed = packed::Config::new()
            .match_kind(packed::MatchKind::LeftmostLongest)
            .builder();
        if let Some(searcher) = packed.extend(words.clone()).build() {
            return Self::Packed(searcher);
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words);
        automaton.map_or(Self::Blind, Self::Automaton)
    }

    fn of_words<T>(anchors: &[(&str, T)]) -> Self {
        let words = anchors.iter().map(|(anchor, _)| *anchor);
        Self::Words(Box::new(Lookup::new(words)))
    }

    /// Asks of the words that stand in the text, by their place, until one is wanted.
    fn any(&self, text: &[u8], mut is_wanted: impl FnMut(usize) -> bool) -> bool {
        if let Self::Words(lookup) = self {
            return lookup.any(text, is_wanted);
        }
        let mut from = 0;
        loop {
            let span = Span::from(from..text.len());
            let hit = match self {
                Self::Packed(searcher) => searcher.find_in(text, span),
                Self::Automaton(automaton) => automaton.find(Input::new(text).span(span)),
                Self::Words(_) | Self::Blind => return true,
            };
            let Some(hit) = hit else {
                return false;
            };
            // A longer word may hold this one, and another one may begin inside: where one stands
            // whole, nothing else does.
            let is_whole = is_whole(text, hit.start(), hit.end());
            if is_whole && is_wanted(hit.pattern().as_usize()) {
                return true;
            }
            from = if is_whole { hit.end() } else { hit.start() + 1 };
        }
    }
}

/// Orders words by how few files may have them: keywords are in nearly all, builtins in most, and long
/// names in fewer than short ones.
fn rarity(word: &str) -> (bool, bool, usize, &str) {
    (
        !is_keyword(word),
        !is_builtin(word, false),
        word.len(),
        word,
    )
}

#[cfg(test)]
mod tests;
