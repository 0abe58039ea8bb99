//! A text → what its tokens are, for colors. A text that does not parse has the tokens that were found.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

/// What a token is, as far as it has a color.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenClass {
    /// `async`, `return`, `None` …
    Keyword,
    /// A string or a part of one.
    Quoted,
    /// A number.
    Number,
    /// A comment.
    Comment,
}

/// Returns the tokens of Python code that have a color, in order.
pub fn classes(code: &str) -> Vec<(TextRange, TokenClass)> {
    let parsed = parse_unchecked(code, ParseOptions::from(Mode::Ipython));
    let tokens = parsed.tokens().iter();
    tokens
        .filter_map(|token| Some((token.range(), class(token.kind())?)))
        .collect()
}

fn class(kind: TokenKind) -> Option<TokenClass> {
    match kind {
        TokenKind::Comment => Some(TokenClass::Comment),
        TokenKind::Int | TokenKind::Float | TokenKind::Complex => Some(TokenClass::Number),
        TokenKind::String
        | TokenKind::FStringStart
        | TokenKind::FStringMiddle
        | TokenKind::FStringEnd => Some(TokenClass::Quoted),
        kind => kind.is_keyword().then_some(TokenClass::Keyword),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_classes_also_where_code_is_broken() {
        let code = "async def f(: # why\n    return 'a' + 1\n";
        let found: Vec<(&str, TokenClass)> = classes(code)
            .into_iter()
            .map(|(range, class)| (&code[range], class))
            .collect();
        assert_eq!(
            found,
            [
                ("async", TokenClass::Keyword),
                ("def", TokenClass::Keyword),
                ("# why", TokenClass::Comment),
                ("return", TokenClass::Keyword),
                ("'a'", TokenClass::Quoted),
                ("1", TokenClass::Number),
            ]
        );
    }
}
