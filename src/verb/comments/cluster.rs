//! Logical lines that edits touch, as they are and as they become.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use crate::matching::subject::Subject;
use crate::python::trivia::{closes, opens};
use crate::source::FileKind;
use crate::text::blank::line_start;
use crate::text::edit::Edit;

/// One line: what ends where a comment may stand.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// What no token begins with is blank.
    pub(super) start: TextSize,
    /// Names, numbers and strings: what tells a line from others.
    pub(super) words: Vec<&'t str>,
    /// All tokens of its code.
    pub(super) code: Vec<TextRange>,
    pub(super) comment: Option<TextRange>,
    /// Whether it begins with a keyword of a part of a statement, or a decorator.
    pub(super) first: Option<TokenKind>,
    pub(super) ends_with_colon: bool,
    /// Whether it has nothing but brackets and commas.
    pub(super) is_layout: bool,
}

impl Line<'_> {
    /// Where its code or its comment ends.
    pub(super) fn end(&self) -> TextSize {
        let code = self.code.last().map(|it| it.end());
        let comment = self.comment.map(|it| it.end());
        comment.or(code).unwrap_or(self.start)
    }
}

/// Returns the lines of a text by its tokens; lines without code or comment are left out.
pub(super) fn lines<'t>(text: &'t str, tokens: impl Iterator<Item = Token>) -> Vec<Line<'t>> {
    let (mut lines, mut tokens_of_line) = (Vec::new(), Vec::new());
    // In an f-string a comment may not stand before Python 3.12.
    let mut open_strings = 0_usize;
    for token in tokens {
        match token.kind() {
            TokenKind::FStringStart | TokenKind::TStringStart => open_strings += 1,
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                open_strings = open_strings.saturating_sub(1);
            }
            TokenKind::Newline | TokenKind::NonLogicalNewline if open_strings == 0 => {
                lines.extend(line(text, &tokens_of_line));
                tokens_of_line.clear();
                continue;
            }
            _ => {}
        }
        let is_layout = matches!(token.kind(), TokenKind::Indent | TokenKind::Dedent);
        if !is_layout && !token.range().is_empty() {
            tokens_of_line.push(token);
        }
    }
    lines.extend(line(text, &tokens_of_line));
    lines
}

fn line<'t>(text: &'t str, tokens: &[Token]) -> Option<Line<'t>> {
    let is_comment = |it: &&Token| it.kind() == TokenKind::Comment;
    let code: Vec<&Token> = tokens.iter().filter(|it| !is_comment(it)).collect();
    let tells = |it: &&&Token| {
        use TokenKind::{Complex, FStringMiddle, Float, Int, Name, String};
        matches!(
            it.kind(),
            Name | Int | Float | Complex | String | FStringMiddle
        )
    };
    Some(Line {
        start: tokens.first()?.start(),
        words: code
            .iter()
            .filter(tells)
            .map(|it| &text[it.range()])
            .collect(),
        code: code.iter().map(|it| it.range()).collect(),
        comment: tokens.iter().find(is_comment).map(Ranged::range),
        first: code.first().map(|it| it.kind()),
        is_layout: code.iter().all(|it| is_layout(it.kind())),
        ends_with_colon: code.last().is_some_and(|it| it.kind() == TokenKind::Colon),
    })
}

fn is_layout(kind: TokenKind) -> bool {
    opens(kind) || closes(kind) || kind == TokenKind::Comma
}

/// A piece of the new text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// It stays.
    Kept(TextRange),
    /// It is what an edit writes.
    Written(usize),
}

/// Whole logical lines that some edits touch.
#[derive(Debug)]
pub(super) struct Cluster {
    /// In the file.
    pub(super) range: TextRange,
    /// What it becomes.
    pub(super) text: String,
    /// Where each piece begins and ends in `text`.
    pub(super) pieces: Vec<(TextRange, Piece)>,
}

impl Cluster {
    /// Returns what edits touch; they are sorted and disjoint.
    pub(super) fn all(subject: &Subject, edits: &[Edit]) -> Vec<Self> {
        let mut ranges: Vec<(TextRange, usize, usize)> = Vec::new();
        for (index, edit) in edits.iter().enumerate() {
            let range = logical_lines(subject, edit.range());
            match ranges.last_mut() {
                Some((last, _, until)) if last.end() > range.start() => {
                    *last = last.cover(range);
                    *until = index + 1;
                }
                _ => ranges.push((range, index, index + 1)),
            }
        }
        let ranges = ranges.into_iter();
        let clusters = ranges.map(|(range, from, until)| {
            let edits = edits[from..until].iter().enumerate();
            Self::of(
                subject.text(),
                range,
                edits.map(|(at, edit)| (from + at, edit)),
            )
        });
        clusters.collect()
    }

    fn of<'e>(
        text: &str,
        range: TextRange,
        edits: impl Iterator<Item = (usize, &'e Edit)>,
    ) -> Self {
        let mut cluster = Self {
            range,
            text: String::new(),
            pieces: Vec::new(),
        };
        let mut from = range.start();
        for (index, edit) in edits {
            let kept = TextRange::new(from, edit.start());
            cluster.push(&text[kept], Piece::Kept(kept));
            cluster.push(edit.text(), Piece::Written(index));
            from = edit.end();
        }
        let kept = TextRange::new(from, range.end());
        cluster.push(&text[kept], Piece::Kept(kept));
        cluster
    }

    fn push(&mut self, text: &str, piece: Piece) {
        let start = self.text.text_len();
        self.text.push_str(text);
        let range = TextRange::new(start, self.text.text_len());
        self.pieces.push((range, piece));
    }

    /// Returns its lines as they become.
    pub(super) fn new_lines(&self, subject: &Subject) -> Vec<Line<'_>> {
        let mode = match subject.source.kind() {
            FileKind::Module => Mode::Module,
            _ => Mode::Ipython,
        };
        // Only the tokens count: a block that is cut off is no mistake here.
        let parsed = parse_unchecked(&self.text, ParseOptions::from(mode));
        lines(&self.text, parsed.tokens().iter().copied())
    }

    /// Returns where text that stays stands in the new text.
    pub(super) fn moved(&self, range: TextRange) -> Option<TextRange> {
        self.pieces.iter().find_map(|(new, piece)| match piece {
            Piece::Kept(old) if old.contains_range(range) && !range.is_empty() => {
                Some(range - old.start() + new.start())
            }
            _ => None,
        })
    }

    /// Returns whether an edit meets a line.
    pub(super) fn is_touched(&self, edits: &[Edit], line: &Line) -> bool {
        self.pieces.iter().any(|(_, piece)| match piece {
            Piece::Written(index) => {
                let edit = edits[*index].range();
                edit.start() <= line.end() && line.start <= edit.end()
            }
            Piece::Kept(_) => false,
        })
    }

    /// Returns whether edits write some of a range of the new text.
    pub(super) fn is_written(&self, range: TextRange) -> bool {
        self.pieces.iter().any(|(new, piece)| {
            let common = new.intersect(range).is_some_and(|it| !it.is_empty());
            matches!(piece, Piece::Written(_)) && common
        })
    }

    /// Returns where in the new text the line of a comment was before its code went: what is written
    /// over the comment, or right before it, ends there.
    pub(super) fn gone_at(&self, edits: &[Edit], comment: TextRange) -> Option<TextSize> {
        let over = self.written_over(edits, comment);
        let start = self.moved(comment).map(|it| it.start());
        let before = start.and_then(|start| {
            let ends = |(new, piece): &&(TextRange, Piece)| {
                let blank = &self.text[TextRange::new(new.end().min(start), start)];
                matches!(piece, Piece::Written(_)) && new.end() <= start && blank.trim().is_empty()
            };
            self.pieces.iter().rfind(ends).map(|(new, _)| new.end())
        });
        over.or(before).or(start)
    }

    /// Returns where in the new text ends what is written over a place.
    pub(super) fn written_over(&self, edits: &[Edit], range: TextRange) -> Option<TextSize> {
        Some(self.over(edits, range)?.0.end())
    }

    /// Returns the edit of a place.
    pub(super) fn edit_over<'e>(&self, edits: &'e [Edit], range: TextRange) -> Option<&'e Edit> {
        Some(self.over(edits, range)?.1)
    }

    fn over<'e>(&self, edits: &'e [Edit], range: TextRange) -> Option<(TextRange, &'e Edit)> {
        self.pieces.iter().find_map(|(new, piece)| {
            let Piece::Written(index) = piece else {
                return None;
            };
            let common = edits[*index].range().intersect(range)?;
            (!common.is_empty()).then(|| (*new, &edits[*index]))
        })
    }
}

/// Returns the logical lines that a range touches, whole.
fn logical_lines(subject: &Subject, range: TextRange) -> TextRange {
    let text = subject.text();
    // What is quoted has tokens of its own, and is no line.
    let tokens = subject.module.tokens(line_start(text, range.start()));
    let ends_line = |it: &&Token| it.kind() == TokenKind::Newline;
    let next = tokens.partition_point(|it| it.start() < range.start());
    let before = tokens[..next].iter().rev().find(ends_line);
    let first = before.map_or_else(|| tokens.first().map(Ranged::start), |it| Some(it.end()));
    let start = first.unwrap_or(range.start()).min(range.start());
    let tokens = subject.module.tokens(line_start(text, range.end()));
    let next = tokens.partition_point(|it| it.start() < range.end());
    let behind = tokens[next..].iter().find(ends_line);
    let end = behind.map_or_else(|| tokens.last().map(Ranged::end), |it| Some(it.end()));
    let end = end.unwrap_or(range.end()).max(range.end());
    TextRange::new(line_start(text, start).min(start), end)
}
