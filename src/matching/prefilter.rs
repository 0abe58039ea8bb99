//! Can this text match at all? Words of the rules, looked for before anything is parsed.
//!
//! A rule can match only where all words of one of its patterns stand. Of each pattern the longest
//! word is looked for in one pass over the text; only where it is found are the others looked up.

use aho_corasick::packed::{Config, MatchKind, Searcher};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::recipe::Recipe;

/// The words of the selected recipes.
#[derive(Debug)]
pub struct Prefilter {
    /// Per anchor, a word that is looked for: the other words of the patterns it stands for.
    others: Vec<Vec<Vec<String>>>,
    /// Per anchor: itself and the anchors inside it.
    inside: Vec<Vec<usize>>,
    /// `None`: a pattern without words fits any text (or there are too many anchors).
    searcher: Option<Searcher>,
}

impl Prefilter {
    /// Collects the words of all rules of the recipes.
    pub fn new<'r>(recipes: impl IntoIterator<Item = &'r Recipe>) -> Self {
        let mut by_anchor: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
        let mut any = false;
        let rules = recipes.into_iter().flat_map(|recipe| &recipe.rules);
        for pattern in rules.flat_map(|rule| &rule.patterns) {
            // Entries are looked for once all code is planned.
            if pattern.pattern.package().is_some() {
                continue;
            }
            let mut words = pattern.pattern.words();
            words.sort_by_key(|word| (word.len(), word.clone()));
            match words.pop() {
                Some(anchor) => by_anchor.entry(anchor).or_default().push(words),
                None => any = true,
            }
        }
        let mut entries: Vec<_> = by_anchor.into_iter().collect();
        entries.sort();
        let (anchors, others): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
        let within = |word: &String| {
            (0..anchors.len())
                .filter(|i| word.contains(anchors[*i].as_str()))
                .collect()
        };
        let inside = anchors.iter().map(within).collect();
        let searcher = if any { None } else { searcher(&anchors) };
        Self {
            others,
            inside,
            searcher,
        }
    }

    /// Returns whether some rule may match the text.
    pub fn may_match(&self, text: &[u8]) -> bool {
        let Some(searcher) = &self.searcher else {
            return true;
        };
        if may_spell_otherwise(text) {
            return true;
        }
        let mut tried: FxHashSet<usize> = FxHashSet::default();
        let mut from = 0;
        // Anchors may overlap: the search goes on behind the start of each hit.
        while let Some(hit) = searcher.find_in(text, aho_corasick::Span::from(from..text.len())) {
            for anchor in &self.inside[hit.pattern().as_usize()] {
                if tried.insert(*anchor) && self.others_stand(*anchor, text) {
                    return true;
                }
            }
            from = hit.start() + 1;
        }
        false
    }

    fn others_stand(&self, anchor: usize, text: &[u8]) -> bool {
        let stands = |word: &String| memchr::memmem::find(text, word.as_bytes()).is_some();
        self.others[anchor]
            .iter()
            .any(|words| words.iter().all(stands))
    }
}

fn searcher(anchors: &[String]) -> Option<Searcher> {
    let mut builder = Config::new()
        .match_kind(MatchKind::LeftmostLongest)
        .builder();
    builder.extend(anchors);
    builder.build()
}

/// Python takes `𝐬leep` for `sleep` (NFKC, PEP 3131), and JSON may write `\u0073leep`.
fn may_spell_otherwise(text: &[u8]) -> bool {
    if memchr::memmem::find(text, b"\\u00").is_some() && escaped_ascii(text) {
        return true;
    }
    if text.is_ascii() {
        return false;
    }
    String::from_utf8_lossy(text).chars().any(|c| {
        matches!(u32::from(c), 0xaa | 0xba | 0x17f | 0x1d2c..=0x1dbf | 0x2070..=0x209c | 0x2100..=0x218f
            | 0x2c7c..=0x2c7d | 0xfb00..=0xfb06 | 0xff21..=0xff5a | 0x1d400..=0x1d7ff)
    })
}

fn escaped_ascii(text: &[u8]) -> bool {
    memchr::memmem::find_iter(text, b"\\u00").any(|at| {
        text.get(at + 4)
            .is_some_and(|high| (b'4'..=b'7').contains(high))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&[&str]], text: &str, expected: bool) {
        let mut entries: Vec<(String, Vec<Vec<String>>)> = Vec::new();
        for words in words {
            let mut words: Vec<String> = words.iter().map(ToString::to_string).collect();
            words.sort_by_key(String::len);
            if let Some(anchor) = words.pop() {
                entries.push((anchor, vec![words]));
            }
        }
        let (anchors, others): (Vec<String>, Vec<_>) = entries.into_iter().unzip();
        let within = |word: &String| {
            (0..anchors.len())
                .filter(|i| word.contains(anchors[*i].as_str()))
                .collect()
        };
        let inside = anchors.iter().map(within).collect();
        let searcher = searcher(&anchors);
        let prefilter = Prefilter {
            others,
            inside,
            searcher,
        };
        assert_eq!(prefilter.may_match(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn all_words_of_one_pattern_must_stand() {
        check(&[&["time", "sleep"]], "from time import sleep as zz", true);
        check(&[&["time", "sleep"]], "asyncio.sleep(1)", false);
        check(&[&["time", "sleep"], &["gather"]], "gather()", true);
    }

    #[test]
    fn overlapping_words_are_all_seen() {
        check(
            &[&["get_event", "x"], &["event_loop"]],
            "get_event_loop",
            true,
        );
        check(&[&["run_until", "x"], &["run"]], "run_until", true);
    }

    #[test]
    fn other_spellings_of_a_letter_are_not_skipped() {
        check(&[&["sleep"]], "time.𝐬leep(1)", true);
        check(&[&["sleep"]], "\"time.\\u0073leep(1)\"", true);
        check(&[&["sleep"]], "# ü, \\u00e4", false);
    }
}
