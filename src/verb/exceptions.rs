//! The follow-up `exceptions`: handlers around a site, and around the uses of its value, name what the
//! new code raises.
//!
//! Where something else in the `try` is of the old exception's package, the old one stays beside it.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr, ExprRef, StmtTry};
use ruff_text_size::{Ranged, TextRange};

use super::draft::Draft;
use super::refusal::Refusal;
use super::spelling::spell_all;
use crate::bind::block::BlockRole;
use crate::bind::resolve::{Meaning, Why};
use crate::matching::Match;
use crate::matching::capture::{Captured, Captures};
use crate::matching::site::is_one_of;
use crate::matching::subject::Subject;
use crate::matching::unify::fits_surely;
use crate::plan::need::Need;
use crate::python::tree::NodeId;
use crate::recipe::follow_up::{ERROR, ExceptionClass, ExceptionLine};
use crate::text::edit::Edit;

/// Rewrites the handlers around a match and around the uses of its value.
pub(super) fn exceptions<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    uses: &[NodeId],
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let lines = &found.rule.exceptions;
    if lines.is_empty() {
        return Ok(());
    }
    let mut around: Vec<NodeId> = Vec::new();
    for node in std::iter::once(&found.node).chain(uses) {
        let enclosing = subject.context.enclosing_statements(*node);
        let tries = enclosing.filter(|block| block.role == BlockRole::Try);
        around.extend(tries.map(|block| block.statement));
    }
    around.sort_unstable();
    around.dedup();
    for id in around {
        if let AnyNodeRef::StmtTry(statement) = subject.tree.node(id) {
            for handler in &statement.handlers {
                rewrite_handler(subject, lines, statement, handler, draft)?;
            }
        }
    }
    Ok(())
}

/// Writes what a handler takes anew, if it names one of the exceptions.
fn rewrite_handler<'a>(
    subject: &Subject<'a>,
    lines: &[ExceptionLine],
    statement: &'a StmtTry,
    handler: &'a ExceptHandler,
    draft: &mut Draft<'_>,
) -> Result<(), Refusal> {
    let ExceptHandler::ExceptHandler(inner) = handler;
    let Some(taken) = inner.type_.as_deref() else {
        return Ok(());
    };
    let classes = match taken {
        Expr::Tuple(tuple) => tuple.elts.as_slice(),
        class => std::slice::from_ref(class),
    };
    let mut named = classes.iter();
    if !named.any(|class| line_of(subject, lines, class).is_some()) {
        return Ok(());
    }
    let mut written: Vec<String> = Vec::new();
    for class in classes {
        for text in becomes(subject, lines, (statement, handler), class, draft)? {
            if !written.contains(&text) {
                written.push(text);
            }
        }
    }
    let range = subject.tree.range(subject.tree.id(taken));
    let text = match written.as_slice() {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    };
    draft.needs.push(Need::Released { range });
    if subject.text()[range] != text {
        draft.edits.push(Edit::replacement(range, text));
    }
    Ok(())
}

/// What is written for one class of a handler.
fn becomes<'a>(
    subject: &Subject<'a>,
    lines: &[ExceptionLine],
    (statement, handler): (&'a StmtTry, &'a ExceptHandler),
    class: &'a Expr,
    draft: &mut Draft<'_>,
) -> Result<Vec<String>, Refusal> {
    let range = class.range();
    let line = line_of(subject, lines, class);
    let mut texts = Vec::new();
    if line.is_none_or(|line| line.stays || is_raised_elsewhere(subject, line, statement, draft)) {
        texts.push(subject.text()[range].to_owned());
        draft.needs.push(Need::Copied { range });
    }
    let Some(line) = line else {
        return Ok(texts);
    };
    check_uses(subject, line, handler)?;
    let tried = line.to.iter();
    for new in tried.filter(|new| is_tried(subject, new, statement)) {
        texts.push(spelled(subject, subject.tree.id(class), new, draft)?);
    }
    Ok(texts)
}

/// The new exceptions may lack what a handler asks of the old ones.
fn check_uses<'a>(
    subject: &Subject<'a>,
    line: &ExceptionLine,
    handler: &'a ExceptHandler,
) -> Result<(), Refusal> {
    let Some(bound) = subject.names.binding_at(subject.tree.id(handler)) else {
        return Ok(());
    };
    for used in subject.flow.uses(bound) {
        let Some(error) = subject.tree.node(used).as_expr_ref() else {
            continue;
        };
        let around = subject.tree.node(subject.tree.parent(used));
        let mut given = Captures::default();
        given.bind(ERROR, Captured::Expression(error));
        let mut refused = line.refuses.iter();
        let refused =
            refused.find(|(pattern, _)| fits_surely(&pattern.pattern, around, &given, subject));
        if let Some((_, because)) = refused {
            return Err(Refusal::Argument {
                because: because.clone(),
            });
        }
    }
    Ok(())
}

/// The line that speaks of a class.
fn line_of<'r, 'a>(
    subject: &Subject<'a>,
    lines: &'r [ExceptionLine],
    class: &'a Expr,
) -> Option<&'r ExceptionLine> {
    match subject.resolver.meaning(ExprRef::from(class)) {
        Meaning::Qualified(name) => lines.iter().find(|line| line.from == name),
        Meaning::Unknown {
            why: Why::Undefined(name),
            maybe: None,
        } => lines.iter().find(|line| line.from == name),
        _ => None,
    }
}

/// What is tried has a match that the new exception comes from; always, where none is named.
fn is_tried(subject: &Subject, class: &ExceptionClass, statement: &StmtTry) -> bool {
    let mut tried = nodes(subject, statement);
    class.tries.is_empty()
        || tried.any(|id| is_one_of(&class.tries, subject.tree.node(id), subject))
}

/// Something else of the package is used in what is tried.
fn is_raised_elsewhere(
    subject: &Subject,
    line: &ExceptionLine,
    statement: &StmtTry,
    draft: &Draft,
) -> bool {
    let Some((package, _)) = line.from.split_once('.') else {
        return false;
    };
    let is_changed = |range: TextRange| {
        let mut changed = draft.changed.iter();
        changed.any(|site| site.contains_range(range))
    };
    nodes(subject, statement).any(|id| {
        let node = subject.tree.node(id);
        let called = match node {
            AnyNodeRef::ExprCall(call) => Some(ExprRef::from(&*call.func)),
            _ => None,
        };
        let meaning = called.map(|called| subject.resolver.meaning(called));
        let of_package = matches!(
            meaning,
            Some(Meaning::Qualified(name)) if name.split('.').next() == Some(package)
        );
        of_package && !is_changed(node.range())
    })
}

/// All nodes of what is tried.
fn nodes(subject: &Subject, statement: &StmtTry) -> impl Iterator<Item = NodeId> {
    let body = statement.body.iter();
    body.flat_map(|it| subject.tree.with_descendants(subject.tree.id(it)))
}

fn spelled(
    subject: &Subject,
    node: NodeId,
    class: &ExceptionClass,
    draft: &mut Draft,
) -> Result<String, Refusal> {
    let names = &class.class.names;
    let spelled = spell_all(subject, node, names, &mut draft.needs)?;
    let name = spelled.into_iter().next();
    Ok(name.unwrap_or_else(|| class.class.code.clone()))
}
