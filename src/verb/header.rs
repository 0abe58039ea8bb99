//! A header → another header of the same kind; the body's bytes stay.
//!
//! Of a `def` the parameters stay too: what changes is `async`, the name, the decorators that the
//! pattern names, and the annotation of what it returns. Of a `class` only the decorators change.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, Decorator, Expr, ExprRef, Stmt, StmtFunctionDef, WithItem};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::concrete::spliced;
use super::draft::Draft;
use super::layout::Layout;
use super::place::Place;
use super::refusal::Refusal;
use crate::matching::capture::{Captured, Captures};
use crate::matching::kind::unquoted;
use crate::matching::subject::Subject;
use crate::plan::need::Need;
use crate::python::cut::trailing_comment;
use crate::python::trivia;
use crate::recipe::pattern::{Root, metavariable};
use crate::recipe::template::Template;
use crate::text::blank::{is_blank, line_end, line_start};
use crate::text::edit::Edit;

/// The function header that a template is, if it is one.
pub(super) fn function_of(template: &Template) -> Option<&StmtFunctionDef> {
    match &template.root {
        Root::Header(header) => match &**header {
            Stmt::FunctionDef(function) => Some(function),
            _ => None,
        },
        _ => None,
    }
}

/// Checks that a header other than a `def`'s can be written over as one text.
pub(super) fn check(
    subject: &Subject,
    place: Place,
    header: &Stmt,
    captures: &Captures,
) -> Result<(), Refusal> {
    let around = match subject.tree.node(place.node) {
        AnyNodeRef::WithItem(_) => subject.tree.parent_node(place.node),
        statement => statement,
    };
    let AnyNodeRef::StmtWith(around) = around else {
        return Ok(());
    };
    let is_kept = |name: &Expr| {
        captures
            .ranges()
            .any(|kept| kept.contains_range(name.range()))
    };
    match around.items.as_slice() {
        [only] => match only.optional_vars.as_deref().filter(|name| !is_kept(name)) {
            Some(name) => Err(Refusal::LosesName {
                name: subject.text()[name.range()].to_owned(),
            }),
            None => Ok(()),
        },
        items
            if header
                .as_with_stmt()
                .is_some_and(|it| it.items.len() == items.len()) =>
        {
            Ok(())
        }
        // The keyword is shared with the other items.
        _ => Err(Refusal::SeveralItems),
    }
}

/// Returns the edit of a `with` on several lines that only becomes async: its brackets and comments stay.
pub(super) fn keyword_alone(
    subject: &Subject,
    place: Place,
    template: &Template,
    captures: &Captures,
) -> Option<Edit> {
    let Root::Header(header) = &template.root else {
        return None;
    };
    let AnyNodeRef::StmtWith(old) = subject.tree.node(place.node) else {
        return None;
    };
    let new = header.as_with_stmt()?;
    let is_kept = |new: &Expr, old: &Expr| {
        let name = new.as_name_expr().and_then(|it| metavariable(&it.id));
        let captured = name.and_then(|it| captures.expression(it.name));
        captured.is_some_and(|it| it.range() == old.range())
    };
    let is_same = |(new, old): (&WithItem, &WithItem)| {
        let names = (new.optional_vars.as_deref(), old.optional_vars.as_deref());
        is_kept(&new.context_expr, &old.context_expr)
            && match names {
                (Some(new), Some(old)) => is_kept(new, old),
                (new, old) => new.is_none() && old.is_none(),
            }
    };
    let becomes_async = new.is_async && !old.is_async && new.items.len() == old.items.len();
    let range = TextRange::new(old.start(), old.items.last()?.end());
    let is_long = subject.text()[range].contains(['\n', '\r']);
    (becomes_async && is_long && new.items.iter().zip(&old.items).all(is_same))
        .then(|| Edit::insertion(old.start(), "async "))
}

/// What the annotation of what a `def` returns spells, between the quotes where it has some.
pub(super) fn annotation<'a>(
    subject: &Subject<'a>,
    function: &'a StmtFunctionDef,
) -> Option<ExprRef<'a>> {
    let returns = ExprRef::from(function.returns.as_deref()?);
    Some(unquoted(subject, returns).unwrap_or(returns))
}

/// A `def` or `class`, and what its header becomes.
struct Headed<'d, 'a> {
    subject: &'d Subject<'a>,
    /// All of it, with its decorators.
    whole: TextRange,
    place: Place<'d>,
    template: &'d Template,
    captures: &'d Captures<'d, 'a>,
    spelled: &'d [String],
}

/// Writes a header over that of a `def` or `class`; whether the template is one.
pub(super) fn rewrite_definition<'a>(
    subject: &Subject<'a>,
    place: Place,
    template: &Template,
    captures: &Captures<'_, 'a>,
    spelled: &[String],
    draft: &mut Draft<'_>,
) -> bool {
    let Root::Header(header) = &template.root else {
        return false;
    };
    let definition = Headed {
        subject,
        whole: subject.tree.range(place.node),
        place,
        template,
        captures,
        spelled,
    };
    match (&**header, subject.tree.node(place.node)) {
        (Stmt::FunctionDef(new), AnyNodeRef::StmtFunctionDef(old)) => {
            draft.edits.extend(definition.keyword(old, new.is_async));
            draft.edits.extend(definition.name(old, new));
            definition.returns(old, new, draft);
            definition.decorators(&new.decorator_list, draft);
            if old.is_async && !new.is_async {
                draft.sealed = definition.body_of_its_own(old);
            }
        }
        (Stmt::ClassDef(new), _) => definition.decorators(&new.decorator_list, draft),
        (header, _) => return header.is_function_def_stmt(),
    }
    true
}

impl<'a> Headed<'_, 'a> {
    /// The body, where no def in it may be a coroutine still.
    fn body_of_its_own(&self, def: &StmtFunctionDef) -> Option<TextRange> {
        let tree = self.subject.tree;
        let mut inner = tree.descendants(self.place.node).skip(1);
        let is_alone = inner.all(|id| !tree.node(id).is_stmt_function_def());
        let body = &def.body;
        let (first, last) = (body.first()?, body.last()?);
        is_alone.then(|| TextRange::new(first.start(), last.end()))
    }

    fn keyword(&self, old: &StmtFunctionDef, is_async: bool) -> Option<Edit> {
        let start = self.place.range.start();
        match (old.is_async, is_async) {
            (false, true) => Some(Edit::insertion(start, "async ")),
            (true, false) => {
                let header = TextRange::new(start, old.name.start());
                let mut tokens = self.subject.module.tokens_within(header);
                let def = tokens.find(|token| token.kind() == TokenKind::Def)?;
                Some(Edit::deletion(TextRange::new(start, def.start())))
            }
            _ => None,
        }
    }

    fn name(&self, old: &StmtFunctionDef, new: &StmtFunctionDef) -> Option<Edit> {
        let name = match metavariable(&new.name.id) {
            Some(_) => self.text(new.name.range()),
            None => new.name.to_string(),
        };
        (name != old.name.as_str()).then(|| Edit::replacement(old.name.range(), name))
    }

    fn returns(&self, def: &'a StmtFunctionDef, new: &StmtFunctionDef, draft: &mut Draft<'_>) {
        let Some(returns) = &new.returns else {
            return;
        };
        let text = self.text(returns.range());
        let Some(old) = annotation(self.subject, def) else {
            let end = def.parameters.end();
            draft
                .edits
                .push(Edit::insertion(end, format!(" -> {text}")));
            return;
        };
        let old = old.range();
        if self.subject.text()[old] == text {
            return;
        }
        let copied = self.template.slots.iter();
        let copied = copied.filter(|slot| returns.range().contains_range(slot.range));
        let copied = copied.filter_map(|slot| self.captures.find(&slot.name)?.range());
        let copied = copied.map(|range| Need::Copied { range });
        draft.needs.push(Need::Released { range: old });
        draft.needs.extend(copied);
        let comments = trivia::comments_in(self.subject.module, old);
        draft.lost_comments.extend(comments);
        draft.edits.push(Edit::replacement(old, text));
    }

    /// The decorators that the pattern named become the template's, one for one; the others go or
    /// come, new ones on top.
    fn decorators(&self, new: &[Decorator], draft: &mut Draft<'_>) {
        let mut texts = new
            .iter()
            .map(|decorator| format!("@{}", self.text(decorator.expression.range())));
        for old in self.place.decorators {
            match texts.next() {
                Some(text) if self.subject.text()[*old] == text => {}
                Some(text) => draft.edits.push(Edit::replacement(*old, text)),
                None => match self.for_tools(*old) {
                    Some(written) => self.hand_down(*old, written, draft),
                    None => remove_decorator(self.subject, *old, draft),
                },
            }
        }
        let top = self.whole.start();
        let Layout {
            base, line_break, ..
        } = Layout::at(self.subject, top);
        let added: String = texts
            .map(|text| format!("{text}{line_break}{base}"))
            .collect();
        if !added.is_empty() {
            draft.edits.push(Edit::insertion(top, added));
        }
    }

    /// The comment behind a decorator on its only line, where tools read it of the whole def and one may
    /// stand behind the def's first line.
    fn for_tools(&self, decorator: TextRange) -> Option<Edit> {
        let text = self.subject.text();
        let comment = trailing_comment(text, decorator.end())?;
        let said = &text[comment];
        let start = line_start(text, decorator.start());
        let is_alone = is_blank(&text[TextRange::new(start, decorator.start())]);
        if !is_alone || text[decorator].contains('\n') || !trivia::is_for_tools(said) {
            return None;
        }
        let from = self.place.range.start();
        let rest = TextRange::new(from, self.whole.end());
        let mut tokens = self.subject.module.tokens_within(rest);
        let is_last = |kind| matches!(kind, TokenKind::Newline | TokenKind::NonLogicalNewline);
        let mut end = from;
        let mut there = None;
        let line = tokens.find_map(|token| match token.kind() {
            TokenKind::Comment => {
                there = Some(token.range());
                None
            }
            kind if is_last(kind) => Some(token.start()),
            _ => {
                end = token.end();
                None
            }
        });
        let line = line.unwrap_or(self.whole.end());
        if text[TextRange::new(from, line)].contains('\n') {
            return None;
        }
        let edit = match there {
            // A comment on types is read only where it is the first.
            Some(there) if said.starts_with("# type:") => {
                Edit::insertion(there.start(), format!("{said}  "))
            }
            Some(there) => Edit::insertion(there.end(), format!("  {said}")),
            None => Edit::insertion(end, format!("  {said}")),
        };
        Some(edit)
    }

    /// A decorator goes, and the comment on its line is written where the def begins.
    fn hand_down(&self, decorator: TextRange, written: Edit, draft: &mut Draft<'_>) {
        let text = self.subject.text();
        draft.needs.push(Need::Released { range: decorator });
        let start = line_start(text, decorator.start());
        let line = TextRange::new(start, line_end(text, decorator.end()));
        draft.edits.push(Edit::deletion(line));
        draft.edits.push(written);
    }

    /// A part of the template as it is written here.
    fn text(&self, part: TextRange) -> String {
        let names = self.template.names.iter().zip(self.spelled);
        let names = names.map(|(name, spelled)| (name.range, spelled.clone()));
        let captured = |name: &str| match self.captures.find(name)? {
            Captured::Type(text) => Some(text.clone()),
            captured => Some(self.subject.text()[captured.range()?].to_owned()),
        };
        let slots = self.template.slots.iter();
        let slots = slots.filter_map(|slot| Some((slot.range, captured(&slot.name)?)));
        let inside = names
            .chain(slots)
            .filter(|(range, _)| part.contains_range(*range));
        let moved = inside.map(|(range, text)| (range - part.start(), text));
        spliced(&self.template.code[part], moved.collect())
    }
}

/// A decorator goes with its line; a comment on that line moves to the line below.
pub(super) fn remove_decorator(subject: &Subject, decorator: TextRange, draft: &mut Draft<'_>) {
    let text = subject.text();
    draft.needs.push(Need::Released { range: decorator });
    let comments = trivia::comments_in(subject.module, decorator);
    draft.lost_comments.extend(comments);
    let start = line_start(text, decorator.start());
    let alone = is_blank(&text[TextRange::new(start, decorator.start())]);
    let edit = match trailing_comment(text, decorator.end()) {
        Some(comment) => TextRange::new(decorator.start(), comment.start()),
        None if alone => TextRange::new(start, line_end(text, decorator.end())),
        None => TextRange::new(decorator.start(), next_line(text, decorator.end())),
    };
    draft.edits.push(Edit::deletion(edit));
}

/// Where the text of the line after `offset` begins, behind its indentation.
fn next_line(text: &str, offset: TextSize) -> TextSize {
    let start = line_end(text, offset);
    let rest = &text[start.to_usize()..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    start + TextSize::try_from(blank).unwrap_or_default()
}
