//! Template + captures → edits: only the text between the captures changes.
//!
//! A capture that the template uses once and in order stays where it is, with its comments and the
//! changes inside it. Parentheses are added where precedence or a line break asks for them, lines
//! that lose their brackets are moved back, and a comment that would be lost is reported.

use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::token::Token;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::Sites;
use super::gap::{Side, gap_edit};
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::python::word::is_in_name;
use crate::recipe::pattern::{Arity, metavariable};
use crate::recipe::template::Template;
use crate::text::blank::{indentation, is_blank, line_break_at, line_end, line_starts};
use crate::text::edit::{Edit, Shift};

/// What a template does to a site.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) edits: Vec<Edit>,
    pub(super) shifts: Vec<Shift>,
    /// Comments that no longer stand anywhere.
    pub(super) lost: Vec<TextRange>,
    /// Captures that are written at another place than their own.
    pub(super) copied: Vec<TextRange>,
    /// The text between the captures that stay.
    pub(super) gaps: Vec<TextRange>,
}

/// A template to be written over a node.
pub(super) struct Writing<'w, 'a> {
    pub(super) subject: &'w Subject<'a>,
    pub(super) template: &'w Template,
    pub(super) captures: &'w Captures<'w, 'a>,
    /// Each of the template's names as the file spells it.
    pub(super) spelled: &'w [String],
    /// The matched text.
    pub(super) range: TextRange,
    /// How lines are written there.
    pub(super) layout: Layout<'w>,
    /// The node above the matched one.
    pub(super) parent: AnyNodeRef<'a>,
    /// Whether the matched expression has parentheses of its own.
    pub(super) is_parenthesized: bool,
    /// All nodes of the file that a change wants to rewrite.
    pub(super) sites: &'w Sites,
}

/// A capture that stays in place: where it stands in the file and in the template's code.
struct Anchor {
    old: TextRange,
    new: TextRange,
    is_body: bool,
}

impl Writing<'_, '_> {
    /// Returns the edits. A capture that the template repeats, or puts before one that stands
    /// earlier, is copied.
    pub(super) fn render(&self) -> Rendered {
        let bare = self.written(false);
        if bare.lost.is_empty() {
            return bare;
        }
        // Parentheses round the captures may keep the brackets of the call, and the comments in them.
        let bracketed = self.written(true);
        if bracketed.lost.len() < bare.lost.len() {
            bracketed
        } else {
            bare
        }
    }

    fn written(&self, keep_brackets: bool) -> Rendered {
        let staying = self.staying();
        let code = self.concrete(keep_brackets, &staying);
        let parsed = parse_unchecked(&code, ParseOptions::from(Mode::Module));
        let moved = self
            .template
            .slots
            .iter()
            .zip(&staying)
            .filter(|(_, stays)| !**stays);
        let mut rendered = Rendered {
            copied: moved
                .filter_map(|(slot, _)| self.place(&slot.name))
                .collect(),
            ..Rendered::default()
        };
        let mut from = (self.range.start(), TextSize::new(0));
        for anchor in self.anchors(&code, parsed.tokens()) {
            let old = TextRange::new(from.0, anchor.old.start());
            let new = TextRange::new(from.1, anchor.new.start());
            let (goes, moves) = match self.gap(old, &code, new, parsed.tokens(), &mut rendered) {
                None => {
                    self.reindent(&anchor, &code, &mut rendered);
                    (old, anchor.old)
                }
                // The bracket before the first capture takes all its lines along.
                Some(kept) if old.start() == self.range.start() => (
                    TextRange::new(old.start(), kept),
                    TextRange::new(kept, self.range.end()),
                ),
                Some(kept) => (old, TextRange::empty(kept)),
            };
            self.shift_back(goes, moves, &code[new], &mut rendered);
            from = (anchor.old.end(), anchor.new.end());
        }
        let old = TextRange::new(from.0, self.range.end());
        let new = TextRange::new(from.1, code.text_len());
        self.gap(old, &code, new, parsed.tokens(), &mut rendered);
        rendered
    }

    /// Finds the identifiers of the captures that stay in the concrete code.
    fn anchors(&self, code: &str, tokens: &[Token]) -> Vec<Anchor> {
        let anchor = |token: &Token| {
            let variable = metavariable(&code[token.range()])?;
            let old = self.place(variable.name)?;
            Some(Anchor {
                old,
                new: token.range(),
                is_body: variable.arity == Arity::Body,
            })
        };
        tokens.iter().filter_map(anchor).collect()
    }

    /// Makes the edits of one gap; returns where the text before the next capture begins that keeps
    /// its layout.
    fn gap(
        &self,
        old: TextRange,
        code: &str,
        new: TextRange,
        tokens: &[Token],
        rendered: &mut Rendered,
    ) -> Option<TextSize> {
        rendered.gaps.push(old);
        let (module, text) = (self.subject.module, self.subject.text());
        let old_side = Side {
            text,
            range: old,
            tokens: module.tokens(old.start()).in_range(old),
        };
        let new_side = Side {
            text: code,
            range: new,
            tokens,
        };
        let ends_call = old.end() == self.range.end() && self.ends_call();
        let outcome = gap_edit(old_side, new_side, ends_call, |piece| {
            self.layout.lay_out(piece)
        });
        rendered.lost.extend(outcome.comments_lost);
        let edits = outcome.edits.into_iter();
        rendered.edits.extend(edits.map(|edit| apart(text, edit)));
        outcome.kept_from
    }

    /// Moves the lines of statements to the depth that the first of them was written at.
    fn reindent(&self, anchor: &Anchor, code: &str, rendered: &mut Rendered) {
        let text = self.subject.text();
        let stands_in_block = code[..anchor.new.start().to_usize()].contains('\n');
        if !anchor.is_body || !stands_in_block {
            return;
        }
        let last = anchor.old.end();
        let was = indentation(text, anchor.old.start()).len();
        let is = self
            .layout
            .indentation(indentation(code, anchor.new.start()));
        let kept = trivia::string_line_starts(self.subject.module, text, anchor.old);
        for start in line_starts(text, anchor.old) {
            let line = TextRange::new(start, line_end(text, start).min(last));
            if kept.contains(&start) || is_blank(&text[line]) {
                continue;
            }
            let shift = match is.get(was..) {
                Some("") => continue,
                Some(deeper) => Shift::deeper(start, deeper),
                // Text offsets are 32 bits.
                None => Shift::back(start, u32::try_from(was - is.len()).unwrap_or(0)),
            };
            rendered.shifts.push(shift);
        }
    }

    /// Moves the continuation lines of what stays back by as much as its first line moves, where line
    /// breaks go before it.
    fn shift_back(
        &self,
        goes: TextRange,
        stays: TextRange,
        new_gap: &str,
        rendered: &mut Rendered,
    ) {
        let text = self.subject.text();
        let moved_up = text[goes].contains(['\n', '\r']) && !new_gap.contains('\n');
        if !moved_up {
            return;
        }
        let was = indentation(text, stays.start()).len();
        let is = self.layout.base.len();
        // Text offsets are 32 bits.
        let remove = u32::try_from(was.saturating_sub(is)).unwrap_or(0);
        if remove == 0 {
            return;
        }
        let kept = trivia::string_line_starts(self.subject.module, text, stays);
        let lines = line_starts(text, stays).filter(|start| !kept.contains(start));
        rendered
            .shifts
            .extend(lines.map(|line_start| Shift::back(line_start, remove)));
    }
}

/// How a file writes lines at a place.
pub(super) struct Layout<'t> {
    /// The indentation of the line there.
    pub(super) base: &'t str,
    /// One level of indentation.
    pub(super) unit: &'t str,
    pub(super) line_break: &'t str,
}

impl<'t> Layout<'t> {
    /// Reads off the file how it writes lines around `offset`.
    pub(super) fn at(subject: &'t Subject, offset: TextSize) -> Self {
        let text = subject.text();
        Self {
            base: indentation(text, offset),
            unit: trivia::unit_of_indentation(subject.module, text),
            line_break: line_break_at(text, offset),
        }
    }

    /// Returns template text with the file's line ends and indentation.
    pub(super) fn lay_out(&self, piece: &str) -> String {
        let mut lines = piece.split('\n');
        let mut text = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            text.push_str(self.line_break);
            if line.is_empty() {
                continue;
            }
            let rest = line.trim_start_matches(' ');
            text.push_str(&self.indentation(&line[..line.len() - rest.len()]));
            text.push_str(rest);
        }
        text
    }

    /// Returns the file's white space for that of a template.
    fn indentation(&self, blank: &str) -> String {
        /// Spaces that a template writes for one level.
        const LEVEL: usize = 4;
        format!("{}{}", self.base, self.unit.repeat(blank.len() / LEVEL))
    }
}

/// Keeps words apart that the edit would glue together (`return(x).run()` → `return await …`).
fn apart(text: &str, edit: Edit) -> Edit {
    let word = |c: char| is_in_name(c) || !c.is_ascii();
    let range = edit.range();
    let before = text[..range.start().to_usize()].chars().next_back();
    let after = text[range.end().to_usize()..].chars().next();
    let glued =
        |one: Option<char>, other: Option<char>| one.is_some_and(word) && other.is_some_and(word);
    let new = edit.text();
    if new.is_empty() {
        return match glued(before, after) {
            true => Edit::replacement(range, " "),
            false => edit,
        };
    }
    let front = if glued(before, new.chars().next()) {
        " "
    } else {
        ""
    };
    let back = if glued(new.chars().next_back(), after) {
        " "
    } else {
        ""
    };
    Edit::replacement(range, format!("{front}{new}{back}"))
}
