//! Variants of an enum ↔ the words that recipes use for them, so that parsing, error messages and the
//! published schema share one list.

/// Enums whose variants are words of recipes.
pub(super) trait FromWord: Sized {
    /// Returns what a word means.
    fn from_word(word: &str) -> Option<Self>;
}

/// Gives the variants of an enum their words in a recipe; or makes the enum, with what the words mean.
macro_rules! words {
    (
        $(#[$doc:meta])*
        pub enum $name:ident { $($variant:ident $word:literal $meaning:literal,)+ }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`: ", $meaning, ".")] $variant,)+
        }

        impl $name {
            /// What the words mean, in the same order.
            pub const MEANINGS: &'static [&'static str] = &[$($meaning),+];
        }

        $crate::recipe::word::words!($name: $($variant $word),+);
    };
    ($name:ident: $($variant:ident $word:literal),+) => {
        impl $crate::recipe::word::FromWord for $name {
            fn from_word(word: &str) -> Option<Self> {
                Self::from_word(word)
            }
        }

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
