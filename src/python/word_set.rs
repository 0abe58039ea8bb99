//! A text → the words that stand whole in it, as a set that is small and quickly made.

/// Words longer than this are in every set: they may be data without an end.
const MAX_LENGTH: usize = 64;

/// Words by a bit each, of which two may have the same one.
#[derive(Debug)]
pub struct WordSet(Box<[u64]>);

impl WordSet {
    /// Takes the words of a text that no other letter joins: what is not ASCII joins nothing, and a digit
    /// before a word neither, as in `1if x`. What begins with a digit is a number, and none of them: a file of data has
    /// many.
    pub fn of(text: &[u8]) -> Self {
        // About as many bits as letters: of the words that a text does not have, one in ten seems to be there.
        let n_bits = text.len().clamp(1 << 10, 1 << 16).next_power_of_two();
        let mut words = Self(vec![0; n_bits / 64].into());
        let mut at = 0;
        while at < text.len() {
            let (start, mut hash, mut has_digit) = (at, 0, false);
            while let Some(byte) = text.get(at).filter(|byte| JOINS[usize::from(**byte)]) {
                hash = mix(hash, *byte);
                has_digit |= byte.is_ascii_digit();
                at += 1;
            }
            words.add(&text[start..at], WordNumber::of_hash(hash), has_digit);
            at += 1;
        }
        words
    }

    /// Adds the words that end where letters do: the first one, and those behind a digit.
    fn add(&mut self, run: &[u8], whole: WordNumber, has_digit: bool) {
        if run.first().is_some_and(|byte| !byte.is_ascii_digit()) {
            self.put(whole);
        }
        if has_digit {
            for start in run.len().saturating_sub(MAX_LENGTH).max(1)..run.len() {
                if run[start - 1].is_ascii_digit() && !run[start].is_ascii_digit() {
                    let hash = run[start..].iter().fold(0, |hash, byte| mix(hash, *byte));
                    self.put(WordNumber::of_hash(hash));
                }
            }
        }
    }

    fn put(&mut self, word: WordNumber) {
        if let Some((place, bit)) = self.bit(word) {
            self.0[place] |= bit;
        }
    }

    /// Returns whether the word may stand in the text.
    pub fn may_have(&self, word: WordNumber) -> bool {
        let bit = self.bit(word);
        bit.is_none_or(|(place, bit)| self.0[place] & bit != 0)
    }

    fn bit(&self, word: WordNumber) -> Option<(usize, u64)> {
        let number = usize::from(word.0?);
        Some((number / 64 % self.0.len(), 1 << (number % 64)))
    }
}

/// A word as every set knows it; `None`: it may stand in any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordNumber(Option<u16>);

impl WordNumber {
    /// Numbers a word: two may have the same number.
    pub fn of(word: &[u8]) -> Self {
        let is_number = word.first().is_some_and(u8::is_ascii_digit);
        let is_one = word.iter().all(|byte| JOINS[usize::from(*byte)]);
        if word.len() > MAX_LENGTH || is_number || !is_one {
            return Self(None);
        }
        Self::of_hash(word.iter().fold(0, |hash, byte| mix(hash, *byte)))
    }

    fn of_hash(hash: u32) -> Self {
        // The upper half of a product depends on all that was multiplied.
        let [_, _, low, high] = hash.to_le_bytes();
        Self(Some(u16::from_le_bytes([low, high])))
    }
}

fn mix(hash: u32, byte: u8) -> u32 {
    (hash.rotate_left(5) ^ u32::from(byte)).wrapping_mul(0x9E37_79B9)
}

/// Whether a byte is of a word; a table, since that is asked of every byte of every file.
const JOINS: [bool; 256] = {
    let mut joins = [false; 256];
    let mut byte = 0;
    while byte < joins.len() {
        joins[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    joins
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_nothing_joins() {
        let long = "a".repeat(MAX_LENGTH + 1);
        let text = format!("go_on(x).sleep\n1if größe: {long} 0{long}2b");
        let words = WordSet::of(text.as_bytes());
        for word in ["go_on", "x", "sleep", "if", "gr", "e", "b", &long, "a.b"] {
            assert!(words.may_have(WordNumber::of(word.as_bytes())), "{word}");
        }
        for word in ["go", "on", "slee", "a", "größe", "f"] {
            let may_have = words.may_have(WordNumber::of(word.as_bytes()));
            assert_eq!(may_have, !word.is_ascii(), "{word}");
        }
    }
}
