//! `text`: how the code of a capture is spelled.

use std::sync::OnceLock;

use regex::Regex;
use ruff_text_size::TextSize;

use crate::recipe::error::{Complaint, Problem};

/// A text, or a `/regex/` that is found in it.
#[derive(Debug, Clone)]
pub enum Spelling {
    /// These very characters.
    Is(String),
    /// Found anywhere, unless `^` and `$` say where.
    Has(Searched),
}

/// A regular expression that is known to be right; it is built where it is searched for first, which
/// takes long.
#[derive(Debug, Clone)]
pub struct Searched {
    text: String,
    built: OnceLock<Regex>,
}

impl Searched {
    fn is_in(&self, code: &str) -> bool {
        // `parse` built it, or a test of what is shipped.
        let build = || Regex::new(&self.text).expect("a regular expression that was built before");
        self.built.get_or_init(build).is_match(code)
    }
}

impl Spelling {
    /// Reads a text as typed: no code begins with a slash, so that one begins a regular expression.
    ///
    /// # Errors
    ///
    /// What is wrong with the regular expression, its place a byte offset in `text`.
    pub fn parse(text: &str) -> Result<Self, Complaint> {
        let Some(behind) = text.strip_prefix('/') else {
            return Ok(Self::Is(text.to_owned()));
        };
        let Some(regex) = behind.strip_suffix('/') else {
            let message = "the `/` at its end is missing".to_owned();
            return Err(wrong(message, text.len()).expected("a text such as `/^_/`"));
        };
        // The parser alone says where a mistake is.
        if let Err(error) = regex_syntax::parse(regex) {
            let (message, at) = match &error {
                regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
                regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
                other => return Err(wrong(other.to_string(), 0)),
            };
            return Err(wrong(message, at.start.offset + 1));
        }
        // What is left is a limit of its size.
        let built = Regex::new(regex).map_err(|error| wrong(error.to_string(), 0))?;
        let text = regex.to_owned();
        let built = built.into();
        Ok(Self::Has(Searched { text, built }))
    }

    /// Takes a text that [`Spelling::parse`] was tested with.
    pub fn tested(text: &str) -> Self {
        let regex = text.strip_prefix('/').and_then(|it| it.strip_suffix('/'));
        match regex {
            Some(regex) => Self::Has(Searched {
                text: regex.to_owned(),
                built: OnceLock::new(),
            }),
            None => Self::Is(text.to_owned()),
        }
    }

    /// Returns whether code is spelled so.
    pub fn fits(&self, code: &str) -> bool {
        match self {
            Self::Is(text) => text == code,
            Self::Has(searched) => searched.is_in(code),
        }
    }
}

fn wrong(message: String, at: usize) -> Complaint {
    let language = "a regular expression";
    let problem = Problem::Syntax { language, message };
    Complaint::new(
        TextSize::new(u32::try_from(at).unwrap_or(u32::MAX)),
        problem,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, expected: bool) {
        let spelling = Spelling::parse(text).expect("it can be read");
        assert_eq!(spelling.fits(code), expected, "{text} {code}");
        let spelling = Spelling::tested(text);
        assert_eq!(spelling.fits(code), expected, "{text} {code}, built late");
    }

    #[track_caller]
    fn check_wrong(text: &str, expected: &str) {
        let complaint = Spelling::parse(text).expect_err("it is wrong");
        let found = format!("{}: {}", u32::from(complaint.at), complaint.problem);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_text_is_the_whole_and_a_regex_is_found_anywhere() {
        check("self", "self", true);
        check("self", "self.x", false);
        check("/self/", "self.x", true);
        check("/^self$/", "self.x", false);
        check("/_(url|uri)$/", "base_url", true);
        check("/_(url|uri)$/", "url_base", false);
        check("/(?i)URL/", "base_url", true);
        check(r"/^\w+$/", "straße", true);
        check("//", "anything", true);
        check(r"/a\/b/", "'a/b'", true);
    }

    #[test]
    fn mistakes_have_a_place() {
        check_wrong(
            "/a",
            "2: not a regular expression: the `/` at its end is missing",
        );
        check_wrong(
            "/",
            "1: not a regular expression: the `/` at its end is missing",
        );
        check_wrong("/a(b/", "2: not a regular expression: unclosed group");
        check_wrong(
            "/ab[z-a]/",
            "4: not a regular expression: invalid character class range, the start must be <= the end",
        );
        check_wrong(
            r"/(a)\1/",
            "4: not a regular expression: backreferences are not supported",
        );
        check_wrong(
            "/(?=a)/",
            "1: not a regular expression: look-around, including look-ahead and look-behind, is not supported",
        );
        assert!(Spelling::parse(r"/\w{5000}{5000}/").is_err());
    }
}
