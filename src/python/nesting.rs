//! Tokens → whether their syntax tree would be too deep to walk.
//!
//! The parser grows its own stack, but dropping or visiting a tree recurses. What is refused here no
//! person wrote; what passes fits the stack of a worker thread.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange};

/// Open brackets, or blocks inside blocks.
const MAX_OPEN: usize = 1_000;

/// Operators, calls and attributes that may stand on top of each other in one expression.
const MAX_LINKS: usize = 20_000;

/// Counts what may nest: everything between two commas of one bracket.
#[derive(Default, Clone, Copy)]
struct Level {
    links: usize,
    /// Lambdas whose parameters are being read: their commas separate no expressions.
    lambdas: usize,
}

/// Returns how deep the code is nested at most, or where that becomes too much.
pub(super) fn depth(tokens: &[Token]) -> Result<usize, TextRange> {
    let mut depth = Depth::default();
    let mut deepest = 0;
    for token in tokens {
        depth.read(token.kind());
        let (open, blocks, links) = (depth.outer.len(), depth.blocks, depth.links);
        if open > MAX_OPEN || blocks > MAX_OPEN || links > MAX_LINKS {
            return Err(token.range());
        }
        deepest = deepest.max(open + blocks + links);
    }
    Ok(deepest)
}

#[derive(Default)]
struct Depth {
    /// The levels of the brackets around the innermost open one.
    outer: Vec<Level>,
    level: Level,
    /// In all levels together.
    links: usize,
    blocks: usize,
}

impl Depth {
    fn read(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::Indent => self.blocks += 1,
            TokenKind::Dedent => self.blocks = self.blocks.saturating_sub(1),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.outer.push(std::mem::take(&mut self.level));
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                self.links -= self.level.links;
                self.level = self.outer.pop().unwrap_or_default();
                // `f()()()` and `a[0][0][0]` nest to the left.
                self.add_link();
            }
            TokenKind::Newline => {
                self.outer.clear();
                self.level = Level::default();
                self.links = 0;
            }
            TokenKind::Comma | TokenKind::Semi if self.level.lambdas == 0 => {
                self.links -= self.level.links;
                self.level.links = 0;
            }
            TokenKind::Colon => self.level.lambdas = self.level.lambdas.saturating_sub(1),
            kind if may_nest(kind) => {
                self.level.lambdas += usize::from(kind == TokenKind::Lambda);
                self.add_link();
            }
            _ => {}
        }
    }

    fn add_link(&mut self) {
        self.level.links += 1;
        self.links += 1;
    }
}

fn may_nest(kind: TokenKind) -> bool {
    let is_other = matches!(
        kind,
        TokenKind::Lambda | TokenKind::If | TokenKind::Else | TokenKind::Await | TokenKind::Yield
    );
    is_other || (kind.is_operator() && !matches!(kind, TokenKind::Comma | TokenKind::Semi))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
        assert_eq!(depth(parsed.tokens()).is_err(), expected);
        // Dropping is what the limit is there for.
        std::mem::forget(parsed);
    }

    #[test]
    fn every_way_to_nest_is_refused() {
        let many = 50_000;
        check(&("[".repeat(many) + &"]".repeat(many)), true);
        check(&"(".repeat(many), true);
        check(&format!("f{}", "()".repeat(many)), true);
        check(&format!("a{}", ".b".repeat(many)), true);
        check(&format!("a{}", "[0]".repeat(many)), true);
        check(&format!("{}a", "not ".repeat(many)), true);
        check(&format!("{}a", "-".repeat(many)), true);
        check(&format!("{}a", "a + ".repeat(many)), true);
        check(&format!("{}0", "lambda x, y: ".repeat(many)), true);
        check(&format!("{}0", "1 if a else ".repeat(many)), true);
        check(&format!("{}0", "[a, b.c(1 + ".repeat(many)), true);
        let blocks: String = (0..1_200)
            .map(|depth| " ".repeat(depth) + "if x:\n")
            .collect();
        check(&blocks, true);
    }

    #[test]
    fn long_but_flat_code_is_fine() {
        let many = 50_000;
        check(&format!("x = [{}]", "-1, (a.b, 2), ".repeat(many)), false);
        check(
            &format!("x = {{{}}}", "'a': lambda x, y: f(x), ".repeat(many)),
            false,
        );
        check(
            &format!("if a:\n  b\n{}", "elif a.b:\n  c()\n".repeat(many)),
            false,
        );
        check(&"a.b(c); ".repeat(many), false);
        check(&"x = {'a': [f(a.b + 1)]}\n".repeat(many), false);
    }
}
