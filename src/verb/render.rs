//! Template + captures → edits: only the text between the captures changes.
//!
//! A capture that the template uses once and in order stays where it is, with its comments and the
//! changes inside it. Parentheses are added where precedence or a line break asks for them, lines
//! that lose their brackets are moved back, and a comment that would be lost is reported.

use ruff_python_ast::token::Token;
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, ExprRef};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::gap::{Side, gap_edit};
use super::precedence;
use crate::matching::capture::{Captured, Captures};
use crate::matching::subject::Subject;
use crate::python::trivia;
use crate::recipe::pattern::{Arity, Root, metavariable};
use crate::recipe::template::{Slot, Template};
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
}

/// The place a template is written to.
pub(super) struct Target<'a> {
    /// The matched text.
    pub(super) range: TextRange,
    /// The node above it.
    pub(super) parent: AnyNodeRef<'a>,
    /// Whether it stands in brackets: of its own, or around it.
    pub(super) own_brackets: bool,
}

/// A capture that stays in place: where it stands in the file and in the template's code.
struct Anchor {
    old: TextRange,
    new: TextRange,
}

/// Writes `template` over the target; `spelled` gives each of its names as the file spells it.
///
/// A capture that the template repeats, or puts before one that stands earlier, is copied.
pub(super) fn render<'a>(
    subject: &Subject<'a>,
    target: &Target<'a>,
    template: &Template,
    captures: &Captures<'_, 'a>,
    spelled: &[String],
) -> Rendered {
    let bare = written(subject, target, template, captures, spelled, false);
    if bare.lost.is_empty() {
        return bare;
    }
    // Parentheses round the captures may keep the brackets of the call, and the comments in them.
    let bracketed = written(subject, target, template, captures, spelled, true);
    if bracketed.lost.len() < bare.lost.len() {
        bracketed
    } else {
        bare
    }
}

fn written<'a>(
    subject: &Subject<'a>,
    target: &Target<'a>,
    template: &Template,
    captures: &Captures<'_, 'a>,
    spelled: &[String],
    keep_brackets: bool,
) -> Rendered {
    let staying = staying(template, captures, target.range);
    let code = concrete(
        subject,
        target,
        template,
        captures,
        spelled,
        keep_brackets,
        &staying,
    );
    let parsed = parse_unchecked(&code, ParseOptions::from(Mode::Module));
    let anchors = anchors(&code, parsed.tokens(), captures);
    let moved = template
        .slots
        .iter()
        .zip(&staying)
        .filter(|(_, stays)| !**stays);
    let mut rendered = Rendered {
        copied: moved
            .filter_map(|(slot, _)| captures.find(&slot.name)?.range())
            .collect(),
        ..Rendered::default()
    };
    let mut from = (target.range.start(), TextSize::new(0));
    for anchor in anchors.iter().map(Some).chain(std::iter::once(None)) {
        let to = anchor.map_or((target.range.end(), code.text_len()), |anchor| {
            (anchor.old.start(), anchor.new.start())
        });
        let old = TextRange::new(from.0, to.0);
        let new = TextRange::new(from.1, to.1);
        let kept_end = gap(
            subject,
            target,
            old,
            (&code, new, parsed.tokens()),
            &mut rendered,
        );
        if let Some(anchor) = anchor {
            if !kept_end {
                shift_back(
                    subject,
                    target.range,
                    old,
                    anchor.old,
                    &code[new],
                    &mut rendered,
                );
            }
            from = (anchor.old.end(), anchor.new.end());
        }
    }
    rendered
}

/// Makes the edit of one gap; returns whether its last token keeps its place.
fn gap<'a>(
    subject: &Subject<'a>,
    target: &Target<'a>,
    old: TextRange,
    (code, new, tokens): (&str, TextRange, &[Token]),
    rendered: &mut Rendered,
) -> bool {
    let text = subject.source.text();
    let base = trivia::indentation(text, target.range.start());
    let unit = trivia::unit_of_indentation(subject.module, text);
    let newline = trivia::newline_at(text, target.range.start());
    let outcome = gap_edit(
        Side {
            text,
            range: old,
            tokens: subject.module.tokens(old.start()).in_range(old),
        },
        Side {
            text: code,
            range: new,
            tokens,
        },
        |piece| laid_out(piece, base, unit, newline),
    );
    rendered.lost.extend(outcome.comments_lost);
    if let Some(edit) = outcome.edit {
        rendered.edits.push(apart(text, edit));
    }
    outcome.keeps_end
}

/// The template's code with names as the file spells them, parentheses where they are needed, and
/// captures that are empty gone with their comma.
fn concrete<'a>(
    subject: &Subject<'a>,
    target: &Target<'a>,
    template: &Template,
    captures: &Captures<'_, 'a>,
    spelled: &[String],
    keep_brackets: bool,
    staying: &[bool],
) -> String {
    let mut pieces: Vec<(TextRange, String)> = template
        .names
        .iter()
        .zip(spelled)
        .map(|(name, spelled)| (name.range, spelled.clone()))
        .collect();
    for (slot, stays) in template.slots.iter().zip(staying) {
        let identifier = match captures.find(&slot.name).and_then(Captured::range) {
            Some(range) if !stays => subject.text()[range].to_owned(),
            _ => template.code[slot.range].trim_start_matches('*').to_owned(),
        };
        let piece = match captures
            .find(&slot.name)
            .map(|captured| (captured, captured.range()))
        {
            Some((_, None)) => (with_comma(&template.code, slot.range), String::new()),
            Some((Captured::Expression(expression), Some(range)))
                if keep_brackets
                    || slot_needs(subject, target, template, slot, *expression, range) =>
            {
                (slot.range, format!("({identifier})"))
            }
            _ => (slot.range, identifier),
        };
        pieces.push(piece);
    }
    pieces.sort_by_key(|(range, _)| range.start());
    let mut code = String::with_capacity(template.code.len());
    let mut end = 0;
    for (range, piece) in pieces {
        let start = range.start().to_usize().max(end);
        code.push_str(&template.code[end..start]);
        code.push_str(&piece);
        end = range.end().to_usize().max(start);
    }
    code.push_str(&template.code[end..]);
    match &template.root {
        Root::Expression(root)
            if !target.own_brackets
                && precedence::needs_parentheses(
                    precedence::of(ExprRef::from(root)),
                    target.parent,
                    target.range,
                ) =>
        {
            format!("({code})")
        }
        _ => code,
    }
}

fn slot_needs<'a>(
    subject: &Subject<'a>,
    target: &Target<'a>,
    template: &Template,
    slot: &Slot,
    expression: ExprRef<'a>,
    range: TextRange,
) -> bool {
    let Some(place) = SlotPlace::find(template, slot.range) else {
        return false;
    };
    if precedence::needs_parentheses(precedence::of(expression), place.parent, slot.range) {
        return true;
    }
    let bracketed = place.in_brackets
        || trivia::in_brackets(subject.module, target.range)
        || matches!(expression, ExprRef::Generator(_) | ExprRef::Tuple(_));
    !bracketed && trivia::newlines_at_depth_zero(subject.module, range)
}

/// Where a slot stands in its template.
struct SlotPlace<'t> {
    parent: AnyNodeRef<'t>,
    in_brackets: bool,
}

impl<'t> SlotPlace<'t> {
    fn find(template: &'t Template, slot: TextRange) -> Option<Self> {
        let mut finder = Finder {
            slot,
            open: Vec::new(),
            found: None,
        };
        match &template.root {
            Root::Expression(expression) => finder.visit_expr(expression),
            Root::Statements(statements) => finder.visit_body(statements),
            Root::Header(statement) => finder.visit_stmt(statement),
        }
        finder.found
    }
}

struct Finder<'t> {
    slot: TextRange,
    open: Vec<AnyNodeRef<'t>>,
    found: Option<SlotPlace<'t>>,
}

impl<'t> SourceOrderVisitor<'t> for Finder<'t> {
    fn enter_node(&mut self, node: AnyNodeRef<'t>) -> TraversalSignal {
        if node.is_expression()
            && node.range() == self.slot
            && let Some(parent) = self.open.last()
        {
            let brackets = |node: &AnyNodeRef| {
                matches!(
                    node,
                    AnyNodeRef::Arguments(_)
                        | AnyNodeRef::ExprList(_)
                        | AnyNodeRef::ExprDict(_)
                        | AnyNodeRef::ExprSet(_)
                )
            };
            self.found = Some(SlotPlace {
                parent: *parent,
                in_brackets: self.open.iter().any(brackets),
            });
        }
        self.open.push(node);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'t>) {
        self.open.pop();
    }

    fn visit_body(&mut self, body: &'t [ruff_python_ast::Stmt]) {
        source_order::walk_body(self, body);
    }
}

/// A slot without code and the comma beside it.
fn with_comma(code: &str, slot: TextRange) -> TextRange {
    let after = &code[slot.end().to_usize()..];
    let blank = |text: &str| text.len() - text.trim_start().len();
    if after.trim_start().starts_with(',') {
        let comma = blank(after) + 1;
        let length = comma + blank(&after[comma..]);
        return TextRange::new(slot.start(), slot.end() + offset(length));
    }
    let before = code[..slot.start().to_usize()].trim_end();
    let start = before
        .strip_suffix(',')
        .map_or(slot.start(), |before| offset(before.len()));
    TextRange::new(start, slot.end())
}

fn offset(length: usize) -> TextSize {
    // Templates are a few lines long.
    TextSize::try_from(length).unwrap_or_default()
}

/// Returns which slots stay where their capture stands: each capture once, in the order of the file,
/// and rather an expression than the rest of some arguments.
fn staying(template: &Template, captures: &Captures, target: TextRange) -> Vec<bool> {
    let ranges: Vec<Option<TextRange>> = template
        .slots
        .iter()
        .map(|slot| {
            captures
                .find(&slot.name)?
                .range()
                .filter(|range| target.contains_range(*range))
        })
        .collect();
    let weight = |slot: usize| {
        if template.slots[slot].arity == Arity::Rest {
            1
        } else {
            1_000
        }
    };
    // best[i]: the heaviest choice of slots up to i that ends with i, and the slot before it.
    let mut best: Vec<(u32, Option<usize>)> = Vec::with_capacity(ranges.len());
    for (slot, range) in ranges.iter().enumerate() {
        let fits = |before: &usize| matches!((ranges[*before], range), (Some(a), Some(b)) if a.end() <= b.start());
        let before = (0..slot).filter(fits).max_by_key(|before| best[*before].0);
        let own = if range.is_some() { weight(slot) } else { 0 };
        best.push((own + before.map_or(0, |before| best[before].0), before));
    }
    let mut staying = vec![false; ranges.len()];
    let mut last = (0..ranges.len()).max_by_key(|slot| best[*slot].0);
    while let Some(slot) = last {
        staying[slot] = ranges[slot].is_some();
        last = best[slot].1;
    }
    staying
}

/// Finds the identifiers of the captures that stay in the concrete code.
fn anchors(code: &str, tokens: &[Token], captures: &Captures) -> Vec<Anchor> {
    let anchor = |token: &Token| {
        let variable = metavariable(&code[token.range()])?;
        let old = captures.find(variable.name)?.range()?;
        Some(Anchor {
            old,
            new: token.range(),
        })
    };
    tokens.iter().filter_map(anchor).collect()
}

/// Moves the continuation lines of a capture back by as much as its first line moves.
fn shift_back<'a>(
    subject: &Subject<'a>,
    target: TextRange,
    gap: TextRange,
    capture: TextRange,
    new_gap: &str,
    rendered: &mut Rendered,
) {
    let text = subject.source.text();
    let moved_up = text[gap].contains(['\n', '\r']) && !new_gap.contains('\n');
    if !moved_up {
        return;
    }
    let was = trivia::indentation(text, capture.start()).len();
    let is = trivia::indentation(text, target.start()).len();
    let Some(remove) = was
        .checked_sub(is)
        .and_then(|by| u32::try_from(by).ok())
        .filter(|by| *by > 0)
    else {
        return;
    };
    let kept = trivia::string_line_starts(subject.module, text, capture);
    let lines = trivia::line_starts(text, capture).filter(|start| !kept.contains(start));
    rendered
        .shifts
        .extend(lines.map(|line_start| Shift { line_start, remove }));
}

/// Template text with the file's line ends and indentation.
pub(super) fn laid_out(piece: &str, base: &str, unit: &str, newline: &str) -> String {
    let mut lines = piece.split('\n');
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        text.push_str(newline);
        let rest = line.trim_start_matches(' ');
        if rest.is_empty() && line.is_empty() {
            continue;
        }
        text.push_str(base);
        for _ in 0..(line.len() - rest.len()) / 4 {
            text.push_str(unit);
        }
        text.push_str(rest);
    }
    text
}

/// Keeps words apart that the edit would glue together (`return(x).run()` → `return await …`).
fn apart(text: &str, edit: Edit) -> Edit {
    let word = |c: char| c == '_' || c.is_alphanumeric() || !c.is_ascii();
    let range = edit.range();
    let before = text[..range.start().to_usize()].chars().next_back();
    let after = text[range.end().to_usize()..].chars().next();
    let glued =
        |one: Option<char>, other: Option<char>| one.is_some_and(word) && other.is_some_and(word);
    let new = edit.text();
    if new.is_empty() {
        return if glued(before, after) {
            Edit::replacement(range, " ")
        } else {
            edit
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
    if front.is_empty() && back.is_empty() {
        return edit;
    }
    Edit::replacement(range, format!("{front}{new}{back}"))
}
