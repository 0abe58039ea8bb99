//! The body of a main guard → may it become a function, and the edits that make it one.
//!
//! The block stays where it is: its header becomes the function's, and a new guard that calls the
//! function follows, so that everything inside keeps its lines, comments and changes.

use ruff_python_ast::AnyNodeRef;
use ruff_python_stdlib::builtins::is_python_builtin;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::obstacle::Obstacle;
use super::render::Layout;
use crate::bind::binding::{Binding, BindingId};
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::matching::handlers::catches;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::trivia;
use crate::recipe::Extent;
use crate::text::blank::{blank_lines_before, count_lines, line_break_before, line_end};
use crate::text::edit::Edit;

/// Blank lines above a function of the module, as PEP 8 wants them.
const BLANK_LINES: usize = 2;

/// The body of a main guard.
pub(super) struct MainGuard<'s, 'a> {
    subject: &'s Subject<'a>,
    /// The `if` statement.
    pub(super) node: NodeId,
    /// From the first statement to the last.
    body: TextRange,
    /// `if __name__ == "__main__"`, without the colon.
    header: TextRange,
}

impl<'s, 'a> MainGuard<'s, 'a> {
    /// Finds the guard that holds all matches.
    pub(super) fn around(
        subject: &'s Subject<'a>,
        matches: &[&Match<'_, 'a>],
        extent: Extent,
    ) -> Result<Self, Obstacle> {
        let mut guards = matches
            .iter()
            .map(|found| subject.context.in_main_guard(found.node));
        let (Some(Some(node)), Extent::Block) = (guards.next(), extent) else {
            return Err(Obstacle::Scattered);
        };
        let AnyNodeRef::StmtIf(statement) = subject.tree.node(node) else {
            return Err(Obstacle::Scattered);
        };
        if guards.any(|other| other != Some(node)) {
            return Err(Obstacle::Scattered);
        }
        let (Some(first), Some(last)) = (statement.body.first(), statement.body.last()) else {
            return Err(Obstacle::GuardForm);
        };
        let above = &subject.text()[TextRange::new(statement.test.end(), first.start())];
        if !statement.elif_else_clauses.is_empty() || !above.contains(['\n', '\r']) {
            return Err(Obstacle::GuardForm);
        }
        let test = subject.tree.id(&*statement.test);
        let bracketed = trivia::parenthesized(subject.module, subject.tree, test);
        let end = bracketed.map_or(statement.test.end(), |range| range.end());
        Ok(Self {
            subject,
            node,
            body: TextRange::new(first.start(), last.end()),
            header: TextRange::new(statement.start(), end),
        })
    }

    fn holds(&self, node: NodeId) -> bool {
        self.body.contains_range(self.subject.tree.range(node))
    }

    /// Names that the block binds become local to the function: nobody else may need them.
    pub(super) fn check_names(&self) -> Result<(), Obstacle> {
        let bound = self.subject.names.bindings().map(|(_, binding)| binding);
        let bound = bound.filter(|binding| binding.scope == ScopeId::MODULE);
        for binding in bound.filter(|binding| self.holds(binding.node)) {
            self.check_form(binding)?;
            self.check_outside(binding.name)?;
        }
        Ok(())
    }

    fn check_form(&self, binding: &Binding) -> Result<(), Obstacle> {
        let name = binding.name;
        if binding.written_in != ScopeId::MODULE {
            return Err(Obstacle::Global { name: name.into() });
        }
        if name == "*" {
            return Err(Obstacle::StarImport);
        }
        if is_python_builtin(name, u8::MAX, false) {
            return Err(Obstacle::Builtin { name: name.into() });
        }
        Ok(())
    }

    fn check_outside(&self, name: &str) -> Result<(), Obstacle> {
        let names = self.subject.names;
        let outside = |other: &BindingId| !self.holds(names.binding(*other).node);
        let mut bindings = names.bindings_of(ScopeId::MODULE, name).iter();
        if bindings.any(outside) {
            return Err(Obstacle::BoundOutside { name: name.into() });
        }
        let mut uses = names.references_to(Some(ScopeId::MODULE), name);
        if uses.any(|used| !self.holds(used.node)) || names.is_exported(name) {
            return Err(Obstacle::ReadElsewhere { name: name.into() });
        }
        Ok(())
    }

    /// Ctrl-C cancels a coroutine, and is raised outside of it: a handler inside would never run.
    pub(super) fn check_handlers(&self, matches: &[&Match<'_, 'a>]) -> Result<(), Obstacle> {
        let is_caught =
            |found: &&Match| catches(self.subject, found.node, &["KeyboardInterrupt"]).is_yes();
        match matches.iter().any(is_caught) {
            true => Err(Obstacle::InterruptHandled),
            false => Ok(()),
        }
    }

    /// Turns the guard into a function with the `header`, and adds a guard that makes the `call`.
    pub(super) fn edits(&self, header: &str, call: &str) -> Vec<Edit> {
        let text = self.subject.text();
        let Layout {
            unit, line_break, ..
        } = Layout::at(self.subject, self.header.start());
        let inside = Layout {
            base: unit,
            unit,
            line_break,
        };
        let guard = &text[self.header];
        let call = inside.lay_out(call);
        let blank_lines = line_break.repeat(BLANK_LINES);
        let new_guard = format!("{blank_lines}{guard}:{line_break}{unit}{call}");
        let after = line_end(text, self.body.end());
        let new_guard = match line_break_before(text, after) {
            "" => format!("{line_break}{new_guard}"),
            _ => format!("{new_guard}{line_break}"),
        };
        let missing = line_break.repeat(self.missing_blank_lines());
        vec![
            Edit::replacement(self.header, format!("{missing}{header}")),
            Edit::insertion(after, new_guard),
        ]
    }

    /// How many blank lines the function lacks above it; none at the top of the file.
    fn missing_blank_lines(&self) -> usize {
        let text = self.subject.text();
        let above = blank_lines_before(text, self.header.start(), TextSize::new(0));
        if above == TextSize::new(0) {
            return 0;
        }
        let blank = &text[TextRange::new(above, self.header.start())];
        BLANK_LINES.saturating_sub(count_lines(blank))
    }
}
