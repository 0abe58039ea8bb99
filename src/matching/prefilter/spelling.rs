//! Names that Python takes as equal though their bytes differ: NFKC, PEP 3131.

/// Returns whether the text has a letter that Python takes for ASCII: `𝐬leep` is `sleep`.
pub(super) fn may_differ(text: &str) -> bool {
    const STRIDE: usize = 64;
    if text.is_ascii() {
        return false;
    }
    // Most of a text is ASCII, and that is told of many bytes at once.
    let strides = text.as_bytes().chunks(STRIDE).enumerate();
    let mut odd = strides.filter(|(_, bytes)| !bytes.is_ascii());
    odd.any(|(number, bytes)| {
        let first = number * STRIDE;
        let starts = (first..first + bytes.len()).filter(|at| text.is_char_boundary(*at));
        let mut letters = starts.filter_map(|at| text[at..].chars().next());
        letters.any(stands_for_ascii)
    })
}

/// Whether a letter of identifiers becomes ASCII under NFKC; true of some other signs, too.
fn stands_for_ascii(letter: char) -> bool {
    matches!(
        u32::from(letter),
        0xaa | 0xba
            | 0x132..=0x133
            | 0x17f
            | 0x1c7..=0x1cc
            | 0x1f1..=0x1f3
            | 0x2b0..=0x2b8
            | 0x2e1..=0x2e3
            | 0x1d2c..=0x1dbb
            | 0x2071
            | 0x207f
            | 0x2090..=0x209c
            | 0x2102
            | 0x210a..=0x2115
            | 0x2119..=0x211d
            | 0x2124
            | 0x2128..=0x2139
            | 0x2145..=0x2149
            | 0x2160..=0x217f
            | 0x2c7c..=0x2c7d
            | 0xa7f1..=0xa7f4
            | 0xfb00..=0xfb06
            | 0xfe33..=0xfe34
            | 0xfe4d..=0xfe4f
            | 0xff10..=0xff5a
            | 0x107a5
            | 0x1d400..=0x1d7ff
            | 0x1fbf0..=0x1fbf9
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every letter that can stand in a name and becomes one or more ASCII ones, as Python has them.
    #[test]
    fn every_letter_that_python_takes_for_ascii_is_known() {
        use unicode_normalization::UnicodeNormalization;
        let letters = ('\u{80}'..=char::MAX).filter(|letter| {
            let stands_in_names = letter.is_alphanumeric() || "︳︴﹍﹎﹏＿".contains(*letter);
            let is_name = |each: char| each.is_ascii_alphanumeric() || each == '_';
            stands_in_names && std::iter::once(*letter).nfkc().all(is_name)
        });
        // Letters and digits in circles and squares stand in no name.
        let missing: Vec<char> = letters
            .filter(|letter| !stands_for_ascii(*letter) && !letter.is_numeric())
            .filter(|letter| !matches!(letter, 'Ⓐ'..='ⓩ' | '🄰'..='🆉'))
            .collect();
        assert_eq!(missing, []);
    }

    #[test]
    fn letters_are_found_wherever_they_stand() {
        let ascii = "x".repeat(200);
        assert!(may_differ(&format!("{ascii}ü\u{1d42c}leep")));
        assert!(may_differ(&format!("{}ﬁ", &ascii[..62])));
        assert!(!may_differ(&format!("{ascii}ü № ™ ² 中文{ascii}")));
    }
}
