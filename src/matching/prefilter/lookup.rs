//! Many words in a text: one pass over it, each of its words looked up.
//!
//! Where many words are looked for a packed searcher stops often, and more than one would be needed.

use rustc_hash::FxHashMap;

/// Words by their bytes.
#[derive(Debug)]
pub(super) struct Lookup {
    places: FxHashMap<Box<[u8]>, usize>,
    /// By the first byte, which lengths words have that begin with it: a bit for each, the last one for
    /// all longer ones.
    lengths: [u64; 256],
}

impl Lookup {
    /// Takes words, which are known by their place.
    pub(super) fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut lookup = Self {
            places: FxHashMap::default(),
            lengths: [0; 256],
        };
        for (place, word) in words.enumerate() {
            if let Some(first) = word.bytes().next() {
                lookup.lengths[usize::from(first)] |= bit(word.len());
            }
            lookup.places.insert(word.as_bytes().into(), place);
        }
        lookup
    }

    /// Asks of the words that stand in the text, by their place, until one is wanted.
    pub(super) fn any(&self, text: &[u8], mut is_wanted: impl FnMut(usize) -> bool) -> bool {
        let mut at = 0;
        while let Some(first) = text.get(at) {
            if !begins(*first) {
                at += 1;
                continue;
            }
            let rest = &text[at..];
            let length = rest.iter().position(|byte| !goes_on(*byte));
            let word = &rest[..length.unwrap_or(rest.len())];
            at += word.len();
            if self.lengths[usize::from(*first)] & bit(word.len()) != 0
                && self.places.get(word).is_some_and(|it| is_wanted(*it))
            {
                return true;
            }
        }
        false
    }
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// As in [`is_whole`](super::form::is_whole): what is not ASCII joins nothing, and a word may stand
/// behind a digit.
fn begins(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn goes_on(byte: u8) -> bool {
    begins(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], text: &str, expected: &[usize]) {
        let mut found = Vec::new();
        let lookup = Lookup::new(words.iter().copied());
        let stopped = lookup.any(text.as_bytes(), |place| {
            found.push(place);
            false
        });
        assert!(!stopped && found == expected, "{text}: {found:?}");
    }

    #[test]
    fn whole_words_are_found_in_order() {
        let long = "x".repeat(80);
        let words = ["run", "sleep", "_x1", &long];
        check(&words, "asyncio.run(sleep)\n", &[0, 1]);
        check(&words, "runs run_ _run run1 xrun", &[]);
        check(&words, "1run \u{feff}run rün _x1", &[0, 0, 2]);
        check(&words, &format!("{long}x {long}"), &[3]);
        check(&words, "", &[]);
    }

    #[test]
    fn the_first_that_is_wanted_ends_the_search() {
        let lookup = Lookup::new(["a", "b"].into_iter());
        let mut asked = 0;
        assert!(lookup.any(b"a b a", |place| {
            asked += 1;
            place == 1
        }));
        assert_eq!(asked, 2);
    }
}
