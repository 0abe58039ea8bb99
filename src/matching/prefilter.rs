//! Can any rule apply to this text at all? Words of the rules, looked for before anything is parsed.
//!
//! A rule can apply only where all that one of its patterns and its `where` require stands. Of each
//! pattern the rarest word, its *anchor*, is looked for in one pass over the text; only where that
//! stands are the others looked up, each once.

use std::cmp::Reverse;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, Input, MatchKind, Span, packed};
use memchr::memmem::{self, Finder};
use ruff_python_stdlib::keyword::is_keyword;
use rustc_hash::FxHashMap;

use crate::python::stdlib::is_builtin;
use crate::recipe::order::Stage;
use crate::recipe::outline::{Need, Outline};
use crate::recipe::pattern::Spelled;
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

/// Searches for anchors, those behind the [`GATE`] last, by themselves and all at once: a text with
/// coroutines has many of them.
fn passes(anchors: &[Anchor]) -> Vec<PassFrom> {
    let gated = anchors.partition_point(|anchor| !anchor.is_gated);
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

/// A pattern by its place: the recipe's in the selection, its rule's in the recipe, and its own in the rule.
pub type Place = (usize, usize, usize);

/// The words of the selected recipes that are asked at a stage.
#[derive(Debug)]
pub struct Prefilter<'r> {
    stage: Stage,
    /// Every word that is looked for, and what finds it, made when a file first asks.
    words: Vec<Word<'r>>,
    /// Per recipe: the places of its words among all of them.
    numbers: Vec<Vec<usize>>,
    /// In the order of the passes.
    anchors: Vec<Anchor<'r>>,
    /// For the anchors.
    passes: Vec<PassFrom>,
    /// What patterns without any word need.
    wordless: Vec<RecipeNeed<'r>>,
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

/// A word in any form, and what else the patterns need that it stands for.
#[derive(Debug)]
struct Anchor<'r> {
    word: &'r str,
    /// All of them need the [`GATE`], too.
    is_gated: bool,
    needs: Vec<RecipeNeed<'r>>,
}

/// A word, and what finds it.
type Word<'r> = (&'r Spelled, OnceLock<Finder<'static>>);

/// What patterns of a recipe need, with its place in the selection.
type RecipeNeed<'r> = (usize, &'r Need);

impl<'r> Prefilter<'r> {
    /// Collects what the patterns of recipes require that are asked at a stage: all of this, or all that stands beside
    /// the same place.
    pub fn new(outlines: impl Iterator<Item = &'r Outline>, stage: Stage) -> Self {
        let mut words = Words::default();
        let mut numbers = Vec::new();
        let mut wordless = Vec::new();
        let mut anchors = Anchors::default();
        for (recipe, outline) in outlines.enumerate() {
            let asked = |need: &&Need| need.2.iter().any(|place| place.0 == stage);
            let mut asked = outline.needs.iter().filter(asked).peekable();
            if asked.peek().is_none() {
                numbers.push(Vec::new());
                continue;
            }
            let of_words = outline.words.iter();
            numbers.push(of_words.clone().map(|it| words.place(it)).collect());
            let ranks: Vec<_> = of_words.map(|it| rarity(&it.word)).collect();
            for need in asked {
                let Some(rarest) = need.0.iter().max_by_key(|word| ranks[**word]) else {
                    wordless.push((recipe, need));
                    continue;
                };
                let anchor = anchors.find(&outline.words[*rarest].word);
                let mut needed = need.0.iter().map(|word| &outline.words[*word].word);
                anchor.is_gated &= needed.any(|word| word == GATE);
                anchor.needs.push((recipe, need));
            }
        }
        // A pass compares no more bytes at once than its shortest word has: long ones go together, and
        // those that are looked for only where a coroutine is.
        let mut anchors = anchors.all;
        anchors.sort_unstable_by_key(|it| (it.is_gated, Reverse(it.word.len()), it.word));
        Self {
            stage,
            words: words.all,
            numbers,
            passes: passes(&anchors),
            anchors,
            wordless,
        }
    }

    /// Returns whether no rule is asked at the stage.
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty() && self.wordless.is_empty()
    }

    /// Returns whether some rule may apply to the file.
    pub fn may_match(&self, source: &SourceFile) -> bool {
        let mut seen = Seen::new(self, source);
        let mut wordless = self.wordless.iter();
        wordless.any(|need| seen.has(*need))
            || self.has_anchor(&mut seen)
            || !self.is_empty() && hides_words(source)
    }

    /// Returns the places of all patterns, in order.
    pub fn all(&self) -> Vec<Place> {
        let anchored = self.anchors.iter().flat_map(|anchor| &anchor.needs);
        self.places(anchored.chain(&self.wordless).copied().collect())
    }

    /// Returns the places of the patterns that may fit in the file, in order.
    pub fn standing(&self, source: &SourceFile) -> Vec<Place> {
        if hides_words(source) {
            return self.all();
        }
        let mut seen = Seen::new(self, source);
        let mut standing = self.wordless.clone();
        standing.retain(|need| seen.has(*need));
        for PassFrom { first, pass, .. } in self.passes(seen.text) {
            let is_blind = pass.any(seen.text, |place| {
                let anchor = first + place;
                if seen.is_new(anchor) {
                    let needs = self.anchors[anchor].needs.iter().copied();
                    standing.extend(needs.filter(|need| seen.has(*need)));
                }
                false
            });
            if is_blind {
                return self.all();
            }
        }
        self.places(standing)
    }

    fn places(&self, needs: Vec<RecipeNeed>) -> Vec<Place> {
        let places = needs.into_iter().flat_map(|(recipe, need)| {
            let asked = need.2.iter().filter(|place| place.0 == self.stage);
            asked.map(move |place| (recipe, place.1, place.2))
        });
        let mut places: Vec<Place> = places.collect();
        places.sort_unstable();
        places.dedup();
        places
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
struct Words<'r> {
    all: Vec<Word<'r>>,
    places: FxHashMap<&'r Spelled, usize>,
}

impl<'r> Words<'r> {
    fn place(&mut self, word: &'r Spelled) -> usize {
        *self.places.entry(word).or_insert_with(|| {
            self.all.push((word, OnceLock::new()));
            self.all.len() - 1
        })
    }
}

/// Anchors, each once.
#[derive(Default)]
struct Anchors<'r> {
    all: Vec<Anchor<'r>>,
    places: FxHashMap<&'r str, usize>,
}

impl<'r> Anchors<'r> {
    fn find(&mut self, word: &'r str) -> &mut Anchor<'r> {
        let place = *self.places.entry(word).or_insert_with(|| {
            self.all.push(Anchor {
                word,
                is_gated: true,
                needs: Vec::new(),
            });
            self.all.len() - 1
        });
        &mut self.all[place]
    }
}

/// What was found in one text so far.
struct Seen<'s> {
    prefilter: &'s Prefilter<'s>,
    source: &'s SourceFile,
    text: &'s [u8],
    /// By place of the word, as far as it was asked.
    stands: Vec<Option<bool>>,
    /// By place of the anchor, whether its patterns were asked.
    met: Vec<bool>,
}

impl<'s> Seen<'s> {
    fn new(prefilter: &'s Prefilter<'s>, source: &'s SourceFile) -> Self {
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
        self.met.resize(self.prefilter.anchors.len(), false);
        !std::mem::replace(&mut self.met[anchor], true)
    }

    /// Notes that an anchor stands in the text; returns whether one of its patterns has all it needs.
    fn settles(&mut self, anchor: usize) -> bool {
        let needs = &self.prefilter.anchors[anchor].needs;
        self.is_new(anchor) && needs.iter().any(|need| self.has(*need))
    }

    fn has(&mut self, (recipe, need): RecipeNeed) -> bool {
        let numbers = &self.prefilter.numbers[recipe];
        need.0.iter().all(|word| self.stands(numbers[*word]))
            && (!need.1 || self.source.kind() != FileKind::Module)
    }

    fn stands(&mut self, word: usize) -> bool {
        let Self {
            prefilter, text, ..
        } = *self;
        *self.stands[word].get_or_insert_with(|| {
            let (Spelled { word, form }, finder) = &prefilter.words[word];
            let finder = finder.get_or_init(|| Finder::new(word).into_owned());
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
    fn of_anchors(anchors: &[Anchor]) -> Self {
        let words = anchors.iter().map(|anchor| anchor.word);
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

    fn of_words(anchors: &[Anchor]) -> Self {
        let words = anchors.iter().map(|anchor| anchor.word);
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
