//! The body of a def, and the edits that make it a function inside of that def, which runs it.
//!
//! The statements stay where they are, one level deeper; a docstring stays the def's own.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::block::Block;
use super::draft::Draft;
use super::extracted::{fresh_name, named};
use super::layout::Layout;
use super::obstacle::Obstacle;
use super::place::Place;
use super::refusal::Refusal;
use super::rewrite::rewrite;
use super::spelling::spell_all;
use super::stretch::deeper;
use crate::bind::binding::BindingKind;
use crate::matching::Match;
use crate::matching::capture::Captures;
use crate::matching::subject::Subject;
use crate::matching::unify::unify;
use crate::recipe::Extract;
use crate::text::blank::{
    indentation, is_blank, line_before, line_before_start, line_break_before, line_end, line_start,
};
use crate::text::edit::Edit;

/// A builtin that asks for the first argument of the function around it.
const ASKS_ROUND: &str = "super";

/// Drafts the extraction of the body of the def that a rule matched.
pub(super) fn extract<'a>(
    subject: &Subject<'a>,
    found: &Match<'_, 'a>,
    verb: &Extract,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(found.node) else {
        return Err(Obstacle::Scattered.into());
    };
    let (block, above) = body(subject, def)?;
    block.check()?;
    check(verb, &block)?;
    let name = fresh_name(found, &block)?;
    let place = block.statements[0];
    let run_names = spell_all(subject, place, &verb.run.names, &mut draft.needs)?;
    if let Some(header) = &verb.header {
        rewrite(
            subject,
            Place::of_match(found),
            header,
            &found.captures,
            draft,
        )?;
    }
    let returns = def.returns.as_deref().map(|it| &subject.text()[it.range()]);
    let returns = returns.map_or_else(String::new, |it| format!(" -> {it}"));
    let inner = Inner {
        header: format!("{}{returns}:", named(&verb.into, &name, &[])),
        call: named(&verb.run, &name, &run_names),
        rebound: rebound(&block, def),
    };
    inner.edit(&block, &above, draft);
    Ok(())
}

/// The new function, but for its body.
struct Inner<'a> {
    header: String,
    call: String,
    /// Parameters that its body binds anew.
    rebound: Vec<&'a str>,
}

/// Where the statements that move may begin at the earliest.
struct Above {
    /// The end of the header, or of the docstring.
    end: TextSize,
    is_documented: bool,
}

impl Inner<'_> {
    /// Puts the header above the statements and the call below, and moves them one level deeper.
    fn edit(&self, block: &Block, above: &Above, draft: &mut Draft) {
        let text = block.subject.text();
        let start = with_comments(block, above.end);
        let Layout {
            unit, line_break, ..
        } = Layout::at(block.subject, block.body.start());
        let base = indentation(text, block.body.start());
        let is_apart = !above.is_documented || line_before(text, start).is_empty();
        let gap = if is_apart { "" } else { line_break };
        let mut header = format!("{gap}{base}{}{line_break}", self.header);
        if !self.rebound.is_empty() {
            let names = self.rebound.join(", ");
            header.push_str(&format!("{base}{unit}nonlocal {names}{line_break}"));
        }
        let after = line_end(text, block.body.end());
        let call = format!("{line_break}{base}{}", self.call);
        let call = match line_break_before(text, after) {
            "" => format!("{line_break}{call}"),
            _ => format!("{call}{line_break}"),
        };
        draft.edits.push(Edit::insertion(start, header));
        draft.edits.push(Edit::insertion(after, call));
        let moved = deeper(block, TextRange::new(start, after), unit);
        draft.shifts.extend(moved);
    }
}

/// The statements of a def behind its docstring, on lines of their own.
fn body<'s, 'a>(
    subject: &'s Subject<'a>,
    def: &'a StmtFunctionDef,
) -> Result<(Block<'s, 'a>, Above), Refusal> {
    let header = def.returns.as_deref().map(Ranged::end);
    let header = header.unwrap_or(def.parameters.end());
    let docstring = def.body.first().filter(|first| is_text(first));
    let above = Above {
        end: docstring.map_or(header, Ranged::end),
        is_documented: docstring.is_some(),
    };
    let moving = &def.body[usize::from(above.is_documented)..];
    let (Some(first), Some(last)) = (moving.first(), moving.last()) else {
        return Err(Obstacle::Scattered.into());
    };
    let text = subject.text();
    if !is_blank(&text[TextRange::new(line_start(text, first.start()), first.start())]) {
        return Err(Refusal::OneLine {
            method: def.name.to_string(),
        });
    }
    let block = Block {
        subject,
        statements: moving.iter().map(|it| subject.tree.id(it)).collect(),
        body: TextRange::new(first.start(), last.end()),
    };
    Ok((block, above))
}

fn is_text(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(it) if matches!(&*it.value, Expr::StringLiteral(_)))
}

/// The start of the comment lines right above the statements.
fn with_comments(block: &Block, limit: TextSize) -> TextSize {
    let text = block.subject.text();
    let mut start = line_start(text, block.body.start());
    while line_before(text, start).starts_with('#') && line_before_start(text, start) > limit {
        start = line_before_start(text, start);
    }
    start
}

/// What must not stand in the function, and what asks for the function around it.
fn check(verb: &Extract, block: &Block) -> Result<(), Obstacle> {
    let subject = block.subject;
    for node in block.nodes() {
        let code = || subject.text()[subject.tree.range(node)].to_owned();
        let node = subject.tree.node(node);
        if let AnyNodeRef::ExprCall(call) = node
            && call.arguments.is_empty()
            && matches!(&*call.func, Expr::Name(name) if name.id == ASKS_ROUND)
        {
            let name = ASKS_ROUND.to_owned();
            return Err(Obstacle::LooksRound { name });
        }
        for (pattern, because) in &verb.refuse {
            if unify(&pattern.pattern, node, &Captures::default(), subject).is_some() {
                let because = because.clone();
                return Err(Obstacle::Refused {
                    code: code(),
                    because,
                });
            }
        }
    }
    Ok(())
}

/// The parameters that the body binds anew, in their order.
fn rebound<'a>(block: &Block<'_, 'a>, def: &'a StmtFunctionDef) -> Vec<&'a str> {
    let (names, tree) = (block.subject.names, block.subject.tree);
    let Some(scope) = names.scope_opened_by(tree.id(def)) else {
        return Vec::new();
    };
    let parameters = def.parameters.iter().map(|it| it.name().as_str());
    let is_bound = |name: &&str| {
        let mut bindings = names.bindings_of(scope, name).iter();
        bindings.any(|id| {
            let binding = names.binding(*id);
            !matches!(binding.kind, BindingKind::Parameter { .. }) && block.holds(binding.node)
        })
    };
    parameters.filter(is_bound).collect()
}
