//! Statements of a module's own level, and the edits that make them a function.
//!
//! They stay where they are, one level deeper: the header goes above them, the call below.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::block::Block;
use super::extracted::{Extracted, missing_blank_lines};
use super::layout::Layout;
use super::obstacle::Obstacle;
use crate::bind::context::is_main_guard;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::python::trivia::string_line_starts;
use crate::text::blank::{
    is_blank, line_before, line_before_start, line_break_before, line_end, line_start,
};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// Finds the statements from the first of the nodes to the last.
pub(super) fn around<'s, 'a>(
    subject: &'s Subject<'a>,
    nodes: &[NodeId],
) -> Result<Block<'s, 'a>, Obstacle> {
    let all: Vec<NodeId> = subject.tree.children(NodeId::ROOT).collect();
    let holds = |statement: &NodeId| {
        nodes
            .iter()
            .any(|node| subject.tree.contains(*statement, *node))
    };
    let first = all.iter().position(holds).ok_or(Obstacle::Scattered)?;
    let last = all.iter().rposition(holds).ok_or(Obstacle::Scattered)?;
    let statements = all[first..=last].to_vec();
    let start = subject.tree.range(all[first]).start();
    let end = subject.tree.range(all[last]).end();
    let block = Block {
        subject,
        statements,
        body: TextRange::new(start, end),
    };
    let text = subject.text();
    let shares_line = line_start(text, start) != start
        || all
            .get(last + 1)
            .is_some_and(|next| subject.tree.range(*next).start() < line_end(text, end));
    if shares_line {
        return Err(Obstacle::SharesLine);
    }
    let obstacle = block.nodes().find_map(|node| stays(subject, node));
    obstacle.map_or(Ok(block), Err)
}

/// What belongs to the module, not into a function: definitions, imports, the main guard.
fn stays(subject: &Subject, node: NodeId) -> Option<Obstacle> {
    let statement = subject.tree.node(node);
    let of_module = subject.context.frames(node).next()?.node == NodeId::ROOT;
    let name = match statement {
        AnyNodeRef::StmtFunctionDef(function) => function.name.to_string(),
        AnyNodeRef::StmtClassDef(class) => class.name.to_string(),
        AnyNodeRef::StmtImport(_) | AnyNodeRef::StmtImportFrom(_) => {
            return of_module.then_some(Obstacle::ImportBetween);
        }
        AnyNodeRef::StmtIf(guard) if is_main_guard(guard) => return Some(Obstacle::Scattered),
        _ => return None,
    };
    of_module.then_some(Obstacle::DefinedBetween { name })
}

/// Puts the header above the statements and the call below, and moves them one level deeper.
pub(super) fn edits(block: &Block, extracted: &Extracted) -> (Vec<Edit>, Vec<Shift>) {
    let text = block.subject.text();
    let start = with_comments_above(block);
    let Layout {
        unit, line_break, ..
    } = Layout::at(block.subject, block.body.start());
    let above = goes_above(block, start, extracted);
    let missing = line_break.repeat(missing_blank_lines(text, above));
    let mut header = format!("{missing}{}:{line_break}", extracted.header);
    if let Some(declaration) = extracted.declaration() {
        header.push_str(&format!("{unit}{declaration}{line_break}"));
    }
    let after = line_end(text, block.body.end());
    let call = format!("{}{}", extracted.blank_lines(line_break), extracted.call);
    let call = match line_break_before(text, after) {
        "" => format!("{line_break}{call}"),
        _ => format!("{call}{line_break}"),
    };
    let edits = vec![Edit::insertion(start, header), Edit::insertion(after, call)];
    (edits, deeper(block, TextRange::new(start, after), unit))
}

/// The start of the comment lines that stand right above the block, below the statement before it.
fn with_comments_above(block: &Block) -> TextSize {
    let (tree, text) = (block.subject.tree, block.subject.text());
    let mut start = block.body.start();
    let before = tree.children(NodeId::ROOT).map(|id| tree.range(id).end());
    let limit = before.take_while(|end| *end < start).last();
    while limit.is_none_or(|limit| limit < line_before_start(text, start))
        && line_before(text, start).starts_with('#')
    {
        start = line_before_start(text, start);
    }
    start
}

/// The start of the statements right above the block that go: the blank lines above them stay.
fn goes_above(block: &Block, mut start: TextSize, extracted: &Extracted) -> TextSize {
    let (tree, text) = (block.subject.tree, block.subject.text());
    let statements: Vec<NodeId> = tree.children(NodeId::ROOT).collect();
    let above = |id: &&NodeId| tree.range(**id).end() <= block.body.start();
    for statement in statements.iter().filter(above).rev() {
        let is_next = line_end(text, tree.range(*statement).end()) == start;
        if !is_next || !extracted.goes(*statement) {
            break;
        }
        start = line_start(text, tree.range(*statement).start());
    }
    start
}

/// Moves the lines of a range one level deeper; what stands inside strings is no indentation.
pub(super) fn deeper(block: &Block, range: TextRange, unit: &str) -> Vec<Shift> {
    let text = block.subject.text();
    let fixed: FxHashSet<TextSize> = string_line_starts(block.subject.module, text, range)
        .into_iter()
        .collect();
    let mut shifts = Vec::new();
    let mut at = range.start();
    while at < range.end() {
        let end = line_end(text, at);
        if !fixed.contains(&at) && !is_blank(&text[TextRange::new(at, end)]) {
            shifts.push(Shift::deeper(at, unit));
        }
        at = end;
    }
    shifts
}
