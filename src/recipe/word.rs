//! Variants of an enum ↔ the words that recipes use for them, so that parsing, error messages and the
//! published schema share one list.

/// Gives the variants of an enum their words in a recipe.
macro_rules! words {
    ($name:ident: $($variant:ident $word:literal),+) => {
        impl $name {
            /// The words of a recipe, in the order of the variants.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Returns what a word means.
            pub fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Returns the word that a recipe uses for it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}
pub(super) use words;
