//! Template + captures → edits: only the text between the captures changes.
//!
//! A capture that the template uses once and in order stays where it is, with its comments and the
//! changes inside it. Parentheses are added where precedence or a line break asks for them, lines
//! that lose their brackets are moved back, and a comment that would be lost is reported.

use ruff_python_ast::AnyNodeRef;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::along;
use super::copied::Concrete;
use super::draft::Sites;
use super::fold::folds;
use super::gap::gap_edit;
use super::hanging::Hanging;
use super::layout::Layout;
use super::nesting::{Nesting, end_of_block};
use super::side::Side;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::python::word::is_in_name;
use crate::recipe::pattern::{Arity, Root, metavariable};
use crate::recipe::template::Template;
use crate::text::blank::{indentation, is_blank, line_end, line_start, line_starts};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

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
    /// Where what stays begins, in the file and in the template's code.
    staying: Vec<(TextSize, TextSize)>,
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
        let concrete = self.concrete(keep_brackets, &staying);
        let code = &concrete.code;
        let parsed = parse_unchecked(code, ParseOptions::from(Mode::Module));
        let slots = self.template.slots.iter().zip(&staying);
        let moved = slots.filter(|(_, stays)| !**stays);
        let mut rendered = Rendered {
            copied: moved
                .filter_map(|(slot, _)| self.place(&slot.name))
                .collect(),
            ..Rendered::default()
        };
        let anchors = self.anchors(code, parsed.tokens());
        let is_bare_call = self.is_bare_call();
        if anchors.is_empty() && is_bare_call {
            rendered.gaps.push(self.range);
            let all = TextRange::up_to(code.text_len());
            let text = self.lay_out(&concrete, all, self.range.start());
            let whole = Edit::replacement(self.range, text);
            rendered.edits.push(apart(self.subject.text(), whole));
        } else {
            self.between(&anchors, &concrete, parsed.tokens(), &mut rendered);
            let Rendered { edits, shifts, .. } = &mut rendered;
            along::settle(self.subject.text(), edits, shifts);
            if is_bare_call {
                let folds = folds(self.subject, self.range, &rendered.edits);
                rendered.edits.extend(folds);
            }
        }
        rendered
    }

    /// Edits what stands between the captures that stay.
    fn between(
        &self,
        anchors: &[Anchor],
        concrete: &Concrete,
        tokens: &[Token],
        rendered: &mut Rendered,
    ) {
        let code = &concrete.code;
        let mut from = (self.range.start(), TextSize::new(0));
        for (idx, anchor) in anchors.iter().enumerate() {
            rendered
                .staying
                .push((anchor.old.start(), anchor.new.start()));
            let old = TextRange::new(from.0, anchor.old.start());
            let new = TextRange::new(from.1, anchor.new.start());
            let gap = self.gap(old, concrete, new, tokens, rendered);
            if gap.is_none() || anchor.is_body {
                self.reindent(anchor, code, rendered);
            }
            let (goes, moves) = match gap {
                None => (old, anchor.old),
                // The bracket before the first capture takes all its lines along.
                Some(kept) if old.start() == self.range.start() => (
                    TextRange::new(old.start(), kept),
                    TextRange::new(kept, self.range.end()),
                ),
                Some(kept) => (old, TextRange::empty(kept)),
            };
            self.shift_back(goes, moves, &code[new], rendered);
            self.hang(old, &anchors[idx..], code, rendered);
            from = (anchor.old.end(), anchor.new.end());
        }
        let old = TextRange::new(from.0, self.range.end());
        let new = TextRange::new(from.1, code.text_len());
        self.gap(old, concrete, new, tokens, rendered);
        let shifts = self.nested(tokens, anchors, rendered);
        rendered.shifts.extend(shifts);
    }

    /// Lays out the arguments that hang below the first capture, where a call before it gets that as its first argument.
    fn hang(&self, goes: TextRange, anchors: &[Anchor], code: &str, rendered: &mut Rendered) {
        let [callee, first, ..] = anchors else {
            return;
        };
        let behind = &code[TextRange::new(callee.new.end(), first.new.start())];
        let there = (goes, callee.old, first.old);
        if let Some(hanging) = Hanging::below(self.subject, there, behind, self.range) {
            let place = (&self.layout, callee.old);
            hanging.break_line(self.subject, place, &mut rendered.edits);
            hanging.move_back(self.subject, &mut rendered.shifts);
        }
    }

    /// Whether the text is a call of several lines without comments, for which the template writes another one:
    /// no layout of the old one means anything but what stands in its place.
    fn is_bare_call(&self) -> bool {
        let text = &self.subject.text()[self.range];
        let tokens = self.subject.module.tokens(self.range.start());
        let mut tokens = tokens.in_range(self.range).iter();
        self.ends_call()
            && text.contains(['\n', '\r'])
            && !tokens.any(|token| token.kind() == TokenKind::Comment)
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
        concrete: &Concrete,
        new: TextRange,
        tokens: &[Token],
        rendered: &mut Rendered,
    ) -> Option<TextSize> {
        let (module, text) = (self.subject.module, self.subject.text());
        // What has the same value keeps its annotation: `x: int = y`.
        if text[old].trim_start().starts_with(':') && concrete.code[new].trim() == "=" {
            return Some(old.start());
        }
        rendered.gaps.push(old);
        let old_side = Side {
            text,
            range: old,
            tokens: module.tokens(old.start()).in_range(self.range),
        };
        let new_side = Side {
            text: &concrete.code,
            range: new,
            tokens,
        };
        let ends_call = old.end() == self.range.end() && self.ends_call();
        let outcome = gap_edit(old_side, new_side, ends_call, |part, place| {
            self.lay_out(concrete, part, place)
        });
        rendered.staying.extend(outcome.kept);
        rendered.lost.extend(outcome.comments_lost);
        let edits = outcome.edits.into_iter();
        rendered.edits.extend(edits.map(|edit| apart(text, edit)));
        outcome.kept_from
    }

    fn lay_out(&self, concrete: &Concrete, part: TextRange, place: TextSize) -> String {
        self.layout
            .lay_out_part(self.subject, concrete, part, place)
    }

    /// Moves the lines of statements to the depth that the first of them was written at.
    fn reindent(&self, anchor: &Anchor, code: &str, rendered: &mut Rendered) {
        let text = self.subject.text();
        if !anchor.is_body {
            return;
        }
        let was = indentation(text, anchor.old.start()).len();
        let is = self
            .layout
            .indentation(indentation(code, anchor.new.start()));
        let kept = trivia::string_line_starts(self.subject.module, text, anchor.old);
        let first = line_start(text, anchor.old.start());
        let is_written =
            |it: &Edit| it.range().contains_inclusive(anchor.old.start()) && !takes_lines(text, it);
        let begins_line = is_blank(&text[TextRange::new(first, anchor.old.start())]);
        // Where no edit writes the indentation of the first line, it moves as the others do.
        let first = (begins_line && !rendered.edits.iter().any(is_written)).then_some(first);
        let moved = lines_of_body(text, anchor.old);
        for start in first.into_iter().chain(line_starts(text, moved)) {
            let line = TextRange::new(start, line_end(text, start).min(moved.end()));
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

    /// Moves the lines that stay to the level at which the template has them; captured statements were moved.
    fn nested(&self, new: &[Token], anchors: &[Anchor], rendered: &Rendered) -> Vec<Shift> {
        if !matches!(self.template.root, Root::Statements(_)) {
            return Vec::new();
        }
        let module = self.subject.module;
        let tokens = module.tokens(self.range.start());
        let nesting = Nesting {
            text: self.subject.text(),
            range: self.range,
            old: tokens.in_range(self.range),
            new,
            staying: &rendered.staying,
        };
        let kept = trivia::string_line_starts(module, nesting.text, self.range);
        let is_written = |start: TextSize| {
            let mut edits = rendered.edits.iter();
            edits
                .any(|it| it.start() < start && start <= it.end() && !takes_lines(nesting.text, it))
        };
        let is_moved = |start: TextSize| {
            let bodies = anchors.iter().filter(|it| it.is_body);
            let mut bodies = bodies.map(|it| lines_of_body(nesting.text, it.old));
            bodies.any(|body| line_start(nesting.text, body.start()) <= start && start < body.end())
        };
        let mut lines = nesting.lines();
        lines.retain(|(at, ..)| !kept.contains(at) && !is_written(*at) && !is_moved(*at));
        let shift = |(start, was, level)| self.layout.shift(start, was, level);
        lines.into_iter().filter_map(shift).collect()
    }

    /// Moves the continuation lines of what stays in a statement back by as much as its first line moves,
    /// where line breaks go before it.
    fn shift_back(
        &self,
        goes: TextRange,
        stays: TextRange,
        new_gap: &str,
        rendered: &mut Rendered,
    ) {
        let text = self.subject.text();
        let moved_up = text[goes].contains(['\n', '\r']) && !new_gap.contains('\n');
        // Statements that stay at another level are moved as such.
        if !moved_up || self.statement_end(goes).is_some() {
            return;
        }
        let end = self.statement_end(stays).unwrap_or(stays.end());
        let stays = TextRange::new(stays.start(), end);
        let was = indentation(text, stays.start()).len();
        let is = indentation(text, goes.start()).len();
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

    /// Returns where in a range a statement ends before another.
    fn statement_end(&self, range: TextRange) -> Option<TextSize> {
        let mut tokens = self.subject.module.tokens_within(range);
        let end = tokens.find(|token| token.kind() == TokenKind::Newline)?;
        Some(end.start())
    }
}

/// Whether an edit takes whole lines away and leaves the next one as it is.
fn takes_lines(text: &str, edit: &Edit) -> bool {
    let is_line = |at: TextSize| line_start(text, at) == at;
    edit.text().is_empty() && is_line(edit.start()) && is_line(edit.end())
}

/// Returns statements with the comments behind them that end their block.
fn lines_of_body(text: &str, body: TextRange) -> TextRange {
    let depth = indentation(text, body.start()).len();
    TextRange::new(body.start(), end_of_block(text, body.end(), depth))
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
