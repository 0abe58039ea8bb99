//! Template → the code to be written: names as the file spells them, parentheses where they are
//! needed, captures that move copied, captures that are empty gone.

use ruff_python_ast::operator_precedence::OperatorPrecedence;
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use ruff_python_ast::{AnyNodeRef, Expr, ExprRef, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::copied::{Concrete, Copied};
use super::precedence;
use super::render::Writing;
use crate::matching::capture::Captured;
use crate::python::trivia;
use crate::recipe::pattern::{Arity, Root};
use crate::recipe::template::{Slot, Template};
use crate::text::blank::{is_blank, line_end, line_start};

impl Writing<'_, '_> {
    /// Returns where a capture stands, its own parentheses included; `None` where it is empty.
    pub(super) fn place(&self, name: &str) -> Option<TextRange> {
        let captured = self.captures.find(name)?;
        let own = |expression: ExprRef| self.parentheses(expression);
        match captured {
            Captured::Expression(expression) => own(*expression).or_else(|| captured.range()),
            // Parentheses round the first or the last one are no gap.
            Captured::Arguments(_) | Captured::Elements(_) => {
                let around = captured.expressions().into_iter().filter_map(own);
                let bare = captured.range()?;
                Some(around.fold(bare, TextRange::cover))
            }
            Captured::Name { .. } | Captured::Type(_) | Captured::Reference(_) => captured.range(),
            Captured::Body(_) => captured.range().map(|body| self.with_comments_above(body)),
        }
    }

    /// Statements with the comment lines that stand right above them in the match.
    fn with_comments_above(&self, body: TextRange) -> TextRange {
        let text = self.subject.text();
        let before = TextRange::new(self.range.start().min(body.start()), body.start());
        let comments: Vec<TextRange> = trivia::comments_in(self.subject.module, before).collect();
        let mut start = body.start();
        for comment in comments.iter().rev() {
            let in_front = TextRange::new(line_start(text, comment.start()), comment.start());
            let behind = TextRange::new(comment.end(), start);
            if !is_blank(&text[in_front]) || !is_blank(&text[behind]) {
                break;
            }
            start = comment.start();
        }
        TextRange::new(start, body.end())
    }

    fn parentheses(&self, expression: ExprRef) -> Option<TextRange> {
        let tree = self.subject.tree;
        trivia::parenthesized(self.subject.module, tree, tree.id(expression))
    }

    /// Returns which slots stay where their capture stands: each capture once, in the order of the
    /// file, and rather an expression than the rest of some arguments.
    pub(super) fn staying(&self) -> Vec<bool> {
        let slots = &self.template.slots;
        let place = |slot: &Slot| {
            self.place(&slot.name)
                .filter(|place| self.range.contains_range(*place))
        };
        let places: Vec<Option<TextRange>> = slots.iter().map(place).collect();
        // Captures can stay only as a chain in the order of the file. Per slot: the weight of the
        // heaviest chain that ends with it, and the slot before it in that chain.
        let mut best: Vec<(u32, Option<usize>)> = Vec::with_capacity(slots.len());
        for (slot, place) in slots.iter().zip(&places) {
            let in_order = |before: &usize| matches!((places[*before], place), (Some(one), Some(next)) if one.end() <= next.start());
            let before = (0..best.len())
                .filter(in_order)
                .max_by_key(|before| best[*before].0);
            let weight = match (place, slot.arity) {
                (None, _) => 0,
                (_, Arity::Rest) => 1,
                _ => 1_000,
            };
            best.push((weight + before.map_or(0, |before| best[before].0), before));
        }
        let mut staying = vec![false; slots.len()];
        let mut next = (0..best.len()).max_by_key(|slot| best[*slot].0);
        while let Some(slot) = next {
            staying[slot] = places[slot].is_some();
            next = best[slot].1;
        }
        staying
    }

    /// Returns the code; with `keep_brackets` every captured expression gets parentheses.
    pub(super) fn concrete(&self, keep_brackets: bool, staying: &[bool]) -> Concrete {
        let template = self.template;
        let names = template.names.iter().zip(self.spelled);
        let names = names.map(|(name, spelled)| (name.range, spelled.clone()));
        let slots = template.slots.iter().zip(staying);
        let slots = slots.filter_map(|(slot, stays)| self.slot_text(slot, *stays, keep_brackets));
        let empty = template.slots.iter();
        let empty = empty.filter(|slot| {
            self.place(&slot.name).is_none() && self.captures.type_of(&slot.name).is_none()
        });
        let (lines, empty): (Vec<_>, Vec<_>) = empty.partition(|slot| slot.arity == Arity::Body);
        let lines = lines.iter().map(|slot| line_of(&template.code, slot.range));
        let gone = with_commas(&template.code, empty.iter().map(|slot| slot.range));
        let gone = gone.chain(lines).map(|range| (range, String::new()));
        let (code, places) = placed(&template.code, names.chain(slots).chain(gone).collect());
        let slots = template.slots.iter().zip(staying);
        let moved = slots.filter(|(_, stays)| !**stays);
        let copied = moved.filter_map(|(slot, _)| {
            let from = self.place(&slot.name)?;
            let (_, at) = places.iter().find(|(was, _)| *was == slot.range)?;
            let bracket = code[*at].find(&self.subject.text()[from])?;
            Some(Copied {
                at: at.start() + offset(bracket),
                from,
            })
        });
        let mut copied: Vec<Copied> = copied.collect();
        copied.sort_by_key(|copied| copied.at);
        if self.needs_parentheses() {
            for copied in &mut copied {
                copied.at += offset(1);
            }
            return Concrete {
                code: format!("({code})"),
                copied,
            };
        }
        Concrete { code, copied }
    }

    /// Returns whether the code ends with the arguments of a call, but for parentheses round all of it.
    pub(super) fn ends_call(&self) -> bool {
        match &self.template.root {
            Root::Expression(root) => match root.as_ref() {
                Expr::Await(awaited) => awaited.value.is_call_expr(),
                root => root.is_call_expr() && !self.needs_parentheses(),
            },
            _ => false,
        }
    }

    fn needs_parentheses(&self) -> bool {
        match &self.template.root {
            Root::Expression(root) if !self.is_parenthesized => {
                let precedence = precedence::of(ExprRef::from(root));
                precedence::needs_parentheses(precedence, self.parent, self.range)
            }
            _ => false,
        }
    }

    /// What stands for a slot, and what it replaces in the template's code; `None` where it is empty.
    fn slot_text(
        &self,
        slot: &Slot,
        stays: bool,
        keep_brackets: bool,
    ) -> Option<(TextRange, String)> {
        if let Some(found) = self.captures.type_of(&slot.name) {
            return Some((slot.range, found.to_owned()));
        }
        let code = &self.template.code;
        let place = self.place(&slot.name)?;
        let text = match stays {
            true => code[slot.range].trim_start_matches('*'),
            false => &self.subject.text()[place],
        };
        let bracketed = match self.captures.find(&slot.name) {
            Some(Captured::Expression(expression)) => {
                keep_brackets || self.slot_needs(slot, *expression)
            }
            _ => false,
        };
        Some(match bracketed {
            true => (slot.range, format!("({text})")),
            false => (slot.range, text.to_owned()),
        })
    }

    fn slot_needs(&self, slot: &Slot, expression: ExprRef) -> bool {
        let range = slot.range + self.template.root_at;
        let Some(place) = SlotPlace::find(self.template, range) else {
            return false;
        };
        if self.parentheses(expression).is_some() {
            return false;
        }
        let mut precedence = precedence::of(expression);
        if self.sites.contains(&self.subject.tree.id(expression)) {
            // A change inside may turn it into an `await`, which is looser than a call.
            precedence = precedence.min(OperatorPrecedence::Await);
        }
        if precedence::needs_parentheses(precedence, place.parent, range) {
            return true;
        }
        let module = self.subject.module;
        let bracketed = place.in_brackets || trivia::in_brackets(module, self.range);
        !bracketed && trivia::newlines_at_depth_zero(module, expression.range())
    }
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
            Root::Magic(_) | Root::Dependency(_) => {}
            Root::Decorator(decorator) => finder.visit_decorator(decorator),
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
                node.is_arguments()
                    || node.is_expr_list()
                    || node.is_expr_dict()
                    || node.is_expr_set()
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

    fn visit_body(&mut self, body: &'t [Stmt]) {
        source_order::walk_body(self, body);
    }
}

/// Returns `code` with pieces put in place of ranges; of two that overlap, the later begins where
/// the earlier ends.
pub(super) fn spliced(code: &str, pieces: Vec<(TextRange, String)>) -> String {
    placed(code, pieces).0
}

/// Does so, and returns for each range where its piece stands now.
fn placed(
    code: &str,
    mut pieces: Vec<(TextRange, String)>,
) -> (String, Vec<(TextRange, TextRange)>) {
    pieces.sort_by_key(|(range, _)| range.start());
    let mut spliced = String::with_capacity(code.len());
    let mut places = Vec::with_capacity(pieces.len());
    let mut end = 0;
    for (range, piece) in pieces {
        let start = range.start().to_usize().max(end);
        spliced.push_str(&code[end..start]);
        places.push((
            range,
            TextRange::at(TextSize::of(&spliced), TextSize::of(&piece)),
        ));
        spliced.push_str(&piece);
        end = range.end().to_usize().max(start);
    }
    spliced.push_str(&code[end..]);
    (spliced, places)
}

/// Slots without code, each with the comma that only separates it.
pub(super) fn with_commas(
    code: &str,
    slots: impl Iterator<Item = TextRange>,
) -> impl Iterator<Item = TextRange> {
    neighbors(code, slots)
        .into_iter()
        .map(|range| with_comma(code, range))
}

/// Joins slots with nothing but a comma between them.
fn neighbors(code: &str, slots: impl Iterator<Item = TextRange>) -> Vec<TextRange> {
    let mut joined: Vec<TextRange> = Vec::new();
    for slot in slots {
        match joined.last_mut() {
            Some(last) if code[TextRange::new(last.end(), slot.start())].trim() == "," => {
                *last = last.cover(slot);
            }
            _ => joined.push(slot),
        }
    }
    joined
}

/// Slots without code and the comma beside them.
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

/// A slot of statements with its line break: the one above it, unless it is the first line.
fn line_of(code: &str, slot: TextRange) -> TextRange {
    match code[..slot.start().to_usize()].rfind('\n') {
        Some(above) => TextRange::new(offset(above), slot.end()),
        None => TextRange::new(offset(0), line_end(code, slot.end())),
    }
}

fn offset(length: usize) -> TextSize {
    // Templates are a few lines long.
    TextSize::try_from(length).unwrap_or_default()
}
