//! A text → the words that stand whole in it, as a set that is small and quickly made.

/// Words longer than this are in every set: they may be data without an end.
const MAX_LENGTH: usize = 64;

/// Words by a bit each, of which two may have the same one.
#[derive(Debug)]
pub struct WordSet(Box<[u64]>);

impl WordSet {
    /// Takes the words of a text that no other letter joins: what is not ASCII joins nothing, and a digit
    /// before a word neither, as in `1if x`.
    pub fn of(text: &[u8]) -> Self {
        // About as many bits as letters: of the words that a text does not have, one in ten seems to be there.
        let n_bits = text.len().clamp(1 << 10, 1 << 16).next_power_of_two();
        let mut words = Self(vec![0; n_bits / 64].into());
        for run in text.split(|byte| !joins(*byte)) {
            let from = run.len().saturating_sub(MAX_LENGTH);
            for start in from..run.len() {
                if start == 0 || run[start - 1].is_ascii_digit() {
                    let (place, bit) = words.bit(&run[start..]);
                    words.0[place] |= bit;
                }
            }
        }
        words
    }

    /// Returns whether the word may stand in the text.
    pub fn may_have(&self, word: &[u8]) -> bool {
        let is_in = || {
            let (place, bit) = self.bit(word);
            self.0[place] & bit != 0
        };
        word.len() > MAX_LENGTH || !word.iter().all(|byte| joins(*byte)) || is_in()
    }

    fn bit(&self, word: &[u8]) -> (usize, u64) {
        let mix = |hash: u32, byte: &u8| {
            (hash.rotate_left(5) ^ u32::from(*byte)).wrapping_mul(0x9E37_79B9)
        };
        // The upper half of a product depends on all that was multiplied.
        let number = (word.iter().fold(0, mix) >> 16) as usize;
        (number / 64 % self.0.len(), 1 << (number % 64))
    }
}

fn joins(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_that_nothing_joins() {
        let long = "a".repeat(MAX_LENGTH + 1);
        let text = format!("go_on(x).sleep\n1if größe: {long} 0{long}2b");
        let words = WordSet::of(text.as_bytes());
        for word in ["go_on", "x", "sleep", "if", "gr", "e", "b", &long, "a.b"] {
            assert!(words.may_have(word.as_bytes()), "{word}");
        }
        for word in ["go", "on", "slee", "a", "größe", "f"] {
            let may_have = words.may_have(word.as_bytes());
            assert_eq!(may_have, !word.is_ascii(), "{word}");
        }
    }
}
