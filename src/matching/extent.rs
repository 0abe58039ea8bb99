//! The text that a header pattern matched: from the keyword to the last part that the pattern names;
//! of an `except` with a body all of it.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{
    AnyNodeRef, Decorator, ExceptHandler, ExceptHandlerExceptHandler, Expr, Stmt, WithItem,
};
use ruff_text_size::{Ranged, TextLen, TextRange, TextSize};

use super::statements::body_variable;
use super::subject::Subject;

/// Returns the header's range at a node that it fits; decorators stand outside of it.
pub(super) fn of_header(subject: &Subject, header: &Stmt, node: AnyNodeRef) -> TextRange {
    let (start, end) = match node {
        AnyNodeRef::StmtFunctionDef(function) => {
            let returns = function.returns.as_deref().map(Ranged::end);
            let start = behind_decorators(subject, node, function.decorator_list.last());
            (start, returns.unwrap_or(function.parameters.end()))
        }
        AnyNodeRef::StmtClassDef(class) => {
            let bases = class.arguments.as_ref().map(|bases| bases.end());
            let start = behind_decorators(subject, node, class.decorator_list.last());
            (start, bases.unwrap_or(class.name.end()))
        }
        AnyNodeRef::StmtIf(node) => (node.start(), node.test.end()),
        AnyNodeRef::StmtWhile(node) => (node.start(), node.test.end()),
        AnyNodeRef::StmtFor(node) => (node.start(), node.iter.end()),
        AnyNodeRef::Comprehension(node) => (node.start(), node.iter.end()),
        AnyNodeRef::StmtWith(node) => {
            let last = node.items.last().map_or(node.start(), item_end);
            (node.start(), last)
        }
        AnyNodeRef::WithItem(item) => match subject.tree.parent_node(subject.tree.id(item)) {
            AnyNodeRef::StmtWith(around) if around.items.len() == 1 => {
                (around.start(), item_end(item))
            }
            _ => (item.start(), item_end(item)),
        },
        AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
            let kind = handler.type_.as_deref().map(Ranged::end);
            let name = handler.name.as_ref().map(Ranged::end);
            let pattern = clause(header);
            let name = name.filter(|_| pattern.is_some_and(|it| it.name.is_some()));
            match pattern.is_some_and(has_body) {
                true => return handler.range(),
                false => (handler.start(), name.or(kind).unwrap_or(handler.start())),
            }
        }
        node => (node.start(), node.end()),
    };
    TextRange::new(start, closed(subject, start, end))
}

/// Returns where the token ends that closes all brackets which open between `start` and `end`.
fn closed(subject: &Subject, start: TextSize, end: TextSize) -> TextSize {
    let mut depth = 0_u32;
    let within = TextRange::new(start, subject.text().text_len());
    for token in subject.module.tokens_within(within) {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => depth += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        if depth == 0 && token.end() >= end && !token.range().is_empty() {
            return token.end();
        }
    }
    end
}

fn item_end(item: &WithItem) -> TextSize {
    let last: &Expr = item.optional_vars.as_deref().unwrap_or(&item.context_expr);
    last.end()
}

/// Returns where the keyword of a def or class stands.
fn behind_decorators(subject: &Subject, node: AnyNodeRef, last: Option<&Decorator>) -> TextSize {
    let Some(last) = last else {
        return node.start();
    };
    let behind = TextRange::new(last.end(), node.end());
    let mut tokens = subject.module.tokens_within(behind);
    let keyword = tokens.find(|token| {
        let kind = token.kind();
        !kind.is_trivia() && !kind.is_any_newline()
    });
    keyword.map_or(node.start(), Ranged::start)
}

/// The `except` that a header pattern is.
fn clause(header: &Stmt) -> Option<&ExceptHandlerExceptHandler> {
    let Stmt::Try(header) = header else {
        return None;
    };
    let ExceptHandler::ExceptHandler(handler) = header.handlers.first()?;
    Some(handler)
}

/// Whether a pattern of an `except` says what its body is.
fn has_body(pattern: &ExceptHandlerExceptHandler) -> bool {
    !matches!(&pattern.body[..], [only] if body_variable(only) == Some("_"))
}
