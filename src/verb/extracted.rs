//! The function that statements become: its name, its header, its call, and the lines around it.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{TextRange, TextSize};

use super::block::Block;
use super::concrete::spliced;
use super::fresh::{first_free, wishes};
use super::obstacle::Obstacle;
use crate::bind::scope::ScopeId;
use crate::matching::Match;
use crate::python::tree::NodeId;
use crate::recipe::template::Template;
use crate::text::blank::{blank_lines_before, count_lines};

/// Blank lines around a function of the module, as PEP 8 wants them.
const BLANK_LINES: usize = 2;

/// The parts of the new function that are not the block's own text.
pub(super) struct Extracted<'a> {
    /// `async def main()`, without the colon.
    pub(super) header: String,
    /// What stands in the block's place.
    pub(super) call: String,
    /// Names that stay the module's.
    pub(super) globals: Vec<&'a str>,
    /// Statements that go, since only what was rewritten needed them.
    pub(super) going: Vec<NodeId>,
}

impl Extracted<'_> {
    /// Returns the `global` statement; `None` where all names become local.
    pub(super) fn declaration(&self) -> Option<String> {
        (!self.globals.is_empty()).then(|| format!("global {}", self.globals.join(", ")))
    }

    /// Returns whether a statement goes, and nothing in it stays.
    pub(super) fn goes(&self, statement: NodeId) -> bool {
        self.going.contains(&statement)
    }

    /// Returns what stands between the function and its call.
    pub(super) fn blank_lines(&self, line_break: &str) -> String {
        line_break.repeat(BLANK_LINES)
    }
}

/// The first wish of the rule's `names` that nobody uses in the module.
pub(super) fn fresh_name(found: &Match, block: &Block) -> Result<String, Obstacle> {
    let (_, wished) = found.rule.names.first().ok_or(Obstacle::NoName)?;
    let subject = block.subject;
    let wishes = wishes(subject, &found.captures, wished);
    let inside = subject.names.visible_names(ScopeId::MODULE);
    let uses = |id: NodeId, name: &str| matches!(subject.tree.node(id), AnyNodeRef::ExprName(used) if used.id == name);
    let taken = |name: &str| {
        subject.names.is_taken(ScopeId::MODULE, name)
            || inside.contains(name)
            || block.nodes().any(|id| uses(id, name))
    };
    first_free(&wishes, taken)
}

/// The template's code with its one metavariable replaced by a name.
pub(super) fn named(template: &Template, name: &str, spelled: &[String]) -> String {
    let slots = template.slots.iter();
    let slots = slots.map(|slot| (slot.range, name.to_owned()));
    let names = template.names.iter().zip(spelled);
    let names = names.map(|(place, spelled)| (place.range, spelled.clone()));
    let code = spliced(&template.code, slots.chain(names).collect());
    code.trim_end_matches(':').to_owned()
}

/// How many blank lines a function lacks above it; none at the top of the file.
pub(super) fn missing_blank_lines(text: &str, start: TextSize) -> usize {
    let above = blank_lines_before(text, start, TextSize::new(0));
    if above == TextSize::new(0) {
        return 0;
    }
    let blank = &text[TextRange::new(above, start)];
    BLANK_LINES.saturating_sub(count_lines(blank))
}
