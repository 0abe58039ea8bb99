//! The verb `extract`: the statements of the main guard become a function that the guard calls.
//!
//! The block stays where it is: its header becomes the function's, and a new guard that calls the
//! function follows, so that everything inside keeps its lines, comments and changes.

use ruff_python_ast::{AnyNodeRef, ExceptHandler, Expr};
use ruff_python_stdlib::builtins::is_python_builtin;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::render::laid_out;
use super::rewrite::rewrite_node;
use super::spelling::spell_all;
use super::{Draft, Refusal};
use crate::bind::block::BlockRole;
use crate::bind::resolve::Meaning;
use crate::bind::scope::{BindingId, ScopeId};
use crate::matching::Match;
use crate::matching::subject::Subject;
use crate::matching::uses::{is_housekeeping, kinds_of};
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::Extent;
use crate::recipe::template::Template;
use crate::text::edit::Edit;

/// Drafts the extraction of the block around the matches.
pub(super) fn extract<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    extent: Extent,
    into: &Template,
    run: &Template,
    draft: &mut Draft,
) -> Result<(), Refusal> {
    let block = Block::around(subject, matches, extent)?;
    block.check_names()?;
    block.check_handlers(matches)?;
    let name = fresh_name(subject, matches, &block)?;
    let rewritten = block.rewrite(matches, draft)?;
    block.check_collected(matches, &rewritten)?;

    let run_names = spell_all(subject, block.guard, &run.names, &mut draft.needs)?;
    let header = named(into, &name, &[]);
    let call = named(run, &name, &run_names);
    draft.edits.extend(block.edits(&header, &call));
    Ok(())
}

/// The body of a main guard.
struct Block<'s, 'a> {
    subject: &'s Subject<'a>,
    guard: NodeId,
    /// From the first statement to the last.
    body: TextRange,
    /// `if __name__ == "__main__"`, without the colon.
    header: TextRange,
}

impl<'s, 'a> Block<'s, 'a> {
    fn around(
        subject: &'s Subject<'a>,
        matches: &[&Match<'_, 'a>],
        extent: Extent,
    ) -> Result<Self, Refusal> {
        let guards: Vec<_> = matches
            .iter()
            .map(|found| subject.context.in_main_guard(found.node))
            .collect();
        let guard = match (guards.first(), extent) {
            (Some(Some(guard)), Extent::Block)
                if guards.iter().all(|other| other == &Some(*guard)) =>
            {
                *guard
            }
            _ => {
                return Err(refusal(
                    "the calls do not stand together under one `if __name__ == \"__main__\":`; move the code there first",
                ));
            }
        };
        let AnyNodeRef::StmtIf(statement) = subject.tree.node(guard) else {
            return Err(refusal("the main guard is not an if statement"));
        };
        let (Some(first), Some(last)) = (statement.body.first(), statement.body.last()) else {
            return Err(refusal("the main guard is empty"));
        };
        let on_own_line = subject.text()[TextRange::new(statement.test.end(), first.start())]
            .contains(['\n', '\r']);
        if !statement.elif_else_clauses.is_empty() || !on_own_line {
            return Err(refusal(
                "the main guard has another branch, or stands in one line",
            ));
        }
        let end = trivia::parenthesized(
            subject.module,
            subject.tree,
            subject.tree.id(&*statement.test),
        )
        .map_or(statement.test.end(), |range| range.end());
        Ok(Self {
            subject,
            guard,
            body: TextRange::new(first.start(), last.end()),
            header: TextRange::new(statement.start(), end),
        })
    }

    fn holds(&self, node: NodeId) -> bool {
        self.body.contains_range(self.subject.tree.range(node))
    }

    /// Ctrl-C cancels a coroutine, and is raised outside of it: a handler inside would never run.
    fn check_handlers(&self, matches: &[&Match<'_, 'a>]) -> Result<(), Refusal> {
        let subject = self.subject;
        for found in matches {
            let around = subject.context.enclosing_statements(found.node);
            for block in around.filter(|block| block.role == BlockRole::Try) {
                let AnyNodeRef::StmtTry(statement) = subject.tree.node(block.statement) else {
                    continue;
                };
                if statement
                    .handlers
                    .iter()
                    .any(|handler| self.stops_interrupts(handler))
                {
                    return Err(refusal(
                        "the main guard handles KeyboardInterrupt, which asyncio.run raises outside of the coroutine",
                    ));
                }
            }
        }
        Ok(())
    }

    fn stops_interrupts(&self, handler: &'a ExceptHandler) -> bool {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let Some(classes) = handler.type_.as_deref() else {
            return true;
        };
        let classes = match classes {
            Expr::Tuple(tuple) => tuple.elts.iter().collect(),
            class => vec![class],
        };
        classes.into_iter().any(|class| {
            let meaning = self.subject.resolver.meaning(class.into());
            matches!(meaning, Meaning::Qualified(name) if name == "KeyboardInterrupt" || name == "BaseException")
        })
    }

    /// Names that the block binds become local to the function: nobody else may need them.
    fn check_names(&self) -> Result<(), Refusal> {
        let names = self.subject.names;
        for (_, binding) in names
            .bindings()
            .filter(|(_, binding)| binding.scope == ScopeId::MODULE)
        {
            if !self.holds(binding.node) {
                continue;
            }
            let name = binding.name;
            if binding.written_in != ScopeId::MODULE {
                return Err(refusal(&format!(
                    "`{name}` is declared global under the guard"
                )));
            }
            if name == "*" {
                return Err(refusal("a star import cannot stand in a function"));
            }
            if is_python_builtin(name, u8::MAX, false) {
                return Err(refusal(&format!(
                    "`{name}` is a builtin that the guard's own name would hide in the new function"
                )));
            }
            let elsewhere = |other: &BindingId| !self.holds(names.binding(*other).node);
            if names
                .bindings_of(ScopeId::MODULE, name)
                .iter()
                .any(elsewhere)
            {
                return Err(refusal(&format!("`{name}` is bound outside the guard too")));
            }
            let mut uses = names.references_to(Some(ScopeId::MODULE), name);
            if uses.any(|used| !self.holds(used.node)) || names.is_exported(name) {
                return Err(refusal(&format!(
                    "`{name}` is set under the guard and read elsewhere"
                )));
            }
        }
        Ok(())
    }

    /// Writes the rule's templates over what the block holds; returns what was rewritten.
    fn rewrite(
        &self,
        matches: &[&Match<'_, 'a>],
        draft: &mut Draft,
    ) -> Result<Vec<NodeId>, Refusal> {
        let Some(first) = matches.first() else {
            return Ok(Vec::new());
        };
        let subject = self.subject;
        let mut rewritten = Vec::new();
        for id in subject.tree.descendants(self.guard) {
            for (pattern, template) in &first.rule.also_rewrite {
                let given = first.captures.only(collected(first));
                let node = subject.tree.node(id);
                let Some(fit) =
                    crate::matching::unify::unify(&pattern.pattern, node, &given, subject)
                else {
                    continue;
                };
                let at_top = subject
                    .context
                    .frames(id)
                    .next()
                    .is_some_and(|frame| frame.node == NodeId::ROOT);
                if !at_top || fit.unsure.is_some() {
                    let call = &subject.text()[subject.tree.range(id)];
                    return Err(refusal(&format!(
                        "`{call}` stands where the new function cannot await it"
                    )));
                }
                rewrite_node(subject, id, template, &fit.captures, draft)?;
                rewritten.push(id);
                break;
            }
        }
        Ok(rewritten)
    }

    /// What the calls share (the loop) must not be needed for anything else.
    fn check_collected(
        &self,
        matches: &[&Match<'_, 'a>],
        rewritten: &[NodeId],
    ) -> Result<(), Refusal> {
        let subject = self.subject;
        let shared = matches
            .first()
            .and_then(|first| Some((first, first.captures.expression(collected(first))?)));
        let Some((_, expression)) = shared else {
            return Ok(());
        };
        let kinds = kinds_of(subject, expression);
        let bindings = crate::matching::uses::bindings_of(subject, expression);
        for node in bindings.into_iter().flat_map(|id| subject.flow.uses(id)) {
            let in_rewritten = rewritten
                .iter()
                .any(|id| subject.tree.contains(*id, node) && is_callee_of(subject, *id, node));
            if !in_rewritten && !is_housekeeping(subject, node, &kinds) {
                let statement = subject.tree.statement(node).unwrap_or(node);
                let text = subject.text()[subject.tree.range(statement)]
                    .lines()
                    .next()
                    .unwrap_or_default();
                return Err(refusal(&format!("the loop is also used in `{text}`")));
            }
        }
        Ok(())
    }

    fn edits(&self, header: &str, call: &str) -> Vec<Edit> {
        let subject = self.subject;
        let text = subject.text();
        let newline = trivia::newline_at(text, self.header.start());
        let unit = trivia::unit_of_indentation(subject.module, text);
        let guard = &text[self.header];
        let line_end = trivia::line_end(text, self.body.end());
        let after = after_newline(text, line_end);
        let call = laid_out(call, unit, unit, newline);
        let new_guard = format!("{newline}{newline}{guard}:{newline}{unit}{call}");
        let follow = if after > line_end {
            Edit::insertion(after, format!("{new_guard}{newline}"))
        } else {
            Edit::insertion(line_end, format!("{newline}{new_guard}"))
        };
        vec![
            Edit::replacement(
                self.header,
                format!("{}{header}", self.missing_blank_lines(newline)),
            ),
            follow,
        ]
    }

    /// A top-level function has two blank lines before it.
    fn missing_blank_lines(&self, newline: &str) -> String {
        let before = &self.subject.text()[..self.header.start().to_usize()];
        let lines: Vec<&str> = before.split_inclusive(newline).collect();
        let blank = lines
            .iter()
            .rev()
            .take_while(|line| line.trim().is_empty())
            .count();
        if before.trim().is_empty() {
            String::new()
        } else {
            newline.repeat(2_usize.saturating_sub(blank))
        }
    }
}

fn after_newline(text: &str, line_end: TextSize) -> TextSize {
    let rest = &text[line_end.to_usize()..];
    let length = if rest.starts_with("\r\n") {
        2
    } else {
        u32::from(rest.starts_with(['\n', '\r']))
    };
    line_end + TextSize::new(length)
}

fn refusal(why: &str) -> Refusal {
    Refusal::NotExtractable(why.to_owned())
}

fn collected<'r>(found: &Match<'r, '_>) -> &'r str {
    found.rule.collect.as_deref().unwrap_or_default()
}

/// Whether the name is what the rewritten call is made on: `loop` of `loop.create_task(…)`.
fn is_callee_of(subject: &Subject, call: NodeId, name: NodeId) -> bool {
    match subject.tree.node(call) {
        AnyNodeRef::ExprCall(call) => call.func.range().contains_range(subject.tree.range(name)),
        _ => false,
    }
}

/// The first wish of the rule's `names` that nobody uses in the module.
fn fresh_name<'a>(
    subject: &Subject<'a>,
    matches: &[&Match<'_, 'a>],
    block: &Block,
) -> Result<String, Refusal> {
    let Some((_, wishes)) = matches.first().and_then(|found| found.rule.names.first()) else {
        return Err(refusal("the rule gives the function no name"));
    };
    let inside = subject.names.visible_names(ScopeId::MODULE);
    let taken = |name: &str| {
        subject.names.is_taken(ScopeId::MODULE, name)
            || inside.contains(name)
            || subject.tree.descendants(block.guard).any(
                |id| matches!(subject.tree.node(id), AnyNodeRef::ExprName(used) if used.id == name),
            )
    };
    let numbered = wishes
        .iter()
        .flat_map(|wish| (2..100).map(move |number| format!("{wish}_{number}")));
    wishes
        .iter()
        .cloned()
        .chain(numbered)
        .find(|name| !taken(name))
        .ok_or_else(|| refusal("all names for the function are taken"))
}

/// The template's code with its one metavariable replaced by a name.
fn named(template: &Template, name: &str, spelled: &[String]) -> String {
    let slots = template.slots.iter().map(|slot| (slot.range, name));
    let names = template
        .names
        .iter()
        .zip(spelled)
        .map(|(place, spelled)| (place.range, spelled.as_str()));
    let mut pieces: Vec<_> = slots.chain(names).collect();
    pieces.sort_by_key(|(range, _)| range.start());
    let mut code = String::new();
    let mut end = 0;
    for (range, piece) in pieces {
        code.push_str(&template.code[end..range.start().to_usize()]);
        code.push_str(piece);
        end = range.end().to_usize();
    }
    code.push_str(&template.code[end..]);
    code.trim_end_matches(':').to_owned()
}
