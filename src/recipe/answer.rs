//! Yes, no, unknown: Kleene's three-valued logic.

/// What a condition answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// What it asks for cannot be known from the text; never guessed.
    Unknown,
}

impl Answer {
    /// No beats unknown, unknown beats yes.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Yes,
        }
    }

    /// Yes beats unknown, unknown beats no.
    pub fn or(self, other: Self) -> Self {
        !((!self).and(!other))
    }

    /// Returns whether it is yes.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// What is unknown is not so.
    pub fn surely(self) -> Self {
        self.is_yes().into()
    }
}

impl std::ops::Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}
