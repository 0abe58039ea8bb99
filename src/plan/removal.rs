//! Statements that go → edits and shifts that leave valid, tidy Python.
//!
//! A block that loses all its statements goes where Python allows it (`else:`, `finally:`), is
//! unwrapped (a `try` left with neither handlers nor `finally`), or gets `pass`. Only headers and
//! statements are touched, so other changes may edit what stays inside.

use std::collections::BTreeSet;

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, StmtTry};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::bind::block::{Block, BlockRole, Blocks};
use crate::python::cut::{Cutter, trailing_comment};
use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};
use crate::python::trivia::{is_for_tools, string_line_starts};
use crate::text::blank::{indentation, is_blank, line_break_at, line_end, line_start};
use crate::text::edit::Edit;
use crate::text::shift::Shift;

/// All roles of blocks, but those of a `try`.
const ROLES: [BlockRole; 10] = [
    BlockRole::Module,
    BlockRole::Function,
    BlockRole::Class,
    BlockRole::If,
    BlockRole::Else,
    BlockRole::Loop,
    BlockRole::LoopElse,
    BlockRole::Except,
    BlockRole::With,
    BlockRole::Case,
];

/// What a removal does to the text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// Sorted and disjoint, in offsets of the module text.
    pub edits: Vec<Edit>,
    /// Lines that move left, sorted.
    pub shifts: Vec<Shift>,
}

impl Removal {
    /// Splits deletions where one of `others` inserts lines, so that they can be made together.
    pub fn around(mut self, others: &[Edit], text: &str) -> Self {
        let insertions = others.iter().filter(|edit| edit.range().is_empty());
        let offsets: BTreeSet<TextSize> = insertions.map(Ranged::start).collect();
        let mut edits = Vec::with_capacity(self.edits.len());
        for edit in self.edits {
            let range = edit.range();
            let inside = offsets.range(range.start()..range.end());
            let mut inside = inside.filter(|&&offset| offset > range.start()).peekable();
            if !edit.text().is_empty() || inside.peek().is_none() {
                edits.push(edit);
                continue;
            }
            // A deletion up to the end of a cell begins with the line end before it: new lines need it.
            let mut start = line_end(text, range.start());
            if range.start() == line_start(text, range.start()) {
                start = range.start();
            }
            for &offset in inside {
                edits.push(Edit::deletion(TextRange::new(start, offset)));
                start = offset;
            }
            edits.push(Edit::deletion(TextRange::new(start, range.end())));
        }
        self.edits = edits;
        self
    }
}

/// Removes whole statements of a module.
pub fn remove_statements(
    doomed: &FxHashSet<NodeId>,
    tree: &Tree<'_>,
    blocks: &Blocks<'_>,
    module: &Module,
    text: &str,
) -> Removal {
    let mut remover = Remover {
        tree,
        blocks,
        module,
        text,
        doomed: doomed.clone(),
        owners: BTreeSet::new(),
        cutter: Cutter::new(text, module.cells()),
        removal: Removal::default(),
    };
    for &statement in doomed {
        remover.visit_owner_of(statement);
    }
    // Inner blocks come later in the source: what is left of them is known before those around them.
    while let Some(owner) = remover.owners.pop_last() {
        remover.settle(owner);
    }
    remover.finish()
}

struct Remover<'r, 'a> {
    tree: &'r Tree<'a>,
    blocks: &'r Blocks<'a>,
    module: &'r Module,
    text: &'r str,
    doomed: FxHashSet<NodeId>,
    /// Owners of blocks that lose statements, still to be settled.
    owners: BTreeSet<NodeId>,
    cutter: Cutter<'r>,
    removal: Removal,
}

impl<'r> Remover<'r, '_> {
    fn visit_owner_of(&mut self, statement: NodeId) {
        if let Some(block) = self.blocks.block_of(statement) {
            self.owners.insert(block.owner);
        }
    }

    fn finish(mut self) -> Removal {
        let cuts = self.cutter.finish();
        let mut removal = std::mem::take(&mut self.removal);
        removal.edits.extend(cuts.edits);
        removal.edits.sort_by_key(|edit| (edit.start(), edit.end()));
        removal.shifts.sort_unstable();
        removal
    }

    fn settle(&mut self, owner: NodeId) {
        if self
            .tree
            .with_ancestors(owner)
            .any(|id| self.doomed.contains(&id))
        {
            return;
        }
        match self.tree.node(owner) {
            AnyNodeRef::StmtTry(node) => self.settle_try(owner, node),
            AnyNodeRef::StmtIpyEscapeCommand(_) => self.settle_magic(owner),
            _ => {
                for role in ROLES {
                    self.settle_block(owner, role);
                }
            }
        }
    }

    fn settle_block(&mut self, owner: NodeId, role: BlockRole) {
        let Some(block) = self.blocks.block(owner, role) else {
            return;
        };
        if role == BlockRole::Module || !self.is_gone(block) {
            self.cut(block, 0);
            return;
        }
        match (role, self.tree.node(owner)) {
            (BlockRole::Else, AnyNodeRef::ElifElseClause(clause)) if clause.test.is_none() => {
                self.cut_part(block, clause.start());
            }
            (BlockRole::LoopElse | BlockRole::TryElse, _) => {
                self.cut_keyword_part(block, TokenKind::Else);
            }
            (BlockRole::Finally, _) => self.cut_keyword_part(block, TokenKind::Finally),
            _ => self.pass(block),
        }
    }

    fn settle_try(&mut self, owner: NodeId, node: &StmtTry) {
        let gone = |role| {
            let block = self.blocks.block(owner, role);
            block.is_some_and(|block| self.is_gone(block))
        };
        let needless = node.handlers.is_empty() && gone(BlockRole::Finally);
        if needless && gone(BlockRole::Try) {
            self.doomed.insert(owner);
            self.visit_owner_of(owner);
        } else if needless {
            self.unwrap(owner, node);
        } else {
            for role in [BlockRole::Try, BlockRole::TryElse, BlockRole::Finally] {
                self.settle_block(owner, role);
            }
        }
    }

    /// `%time x` goes with its only statement, `%%time` stays on top of its cell.
    fn settle_magic(&mut self, owner: NodeId) {
        let Some(block) = self.blocks.block(owner, BlockRole::Magic) else {
            return;
        };
        let header = TextRange::new(self.range(owner).start(), self.first(block).start());
        if self.is_gone(block) && !self.has_line_end(header) {
            self.doomed.insert(owner);
            self.visit_owner_of(owner);
        } else {
            self.cut(block, 0);
        }
    }

    fn range(&self, id: NodeId) -> TextRange {
        self.tree.range(id)
    }

    fn first(&self, block: &Block) -> TextRange {
        self.range(block.statements[0])
    }

    fn last(&self, block: &Block) -> TextRange {
        self.range(block.statements[block.statements.len() - 1])
    }

    fn is_gone(&self, block: &Block) -> bool {
        block.statements.iter().all(|id| self.doomed.contains(id))
    }

    fn has_line_end(&self, range: TextRange) -> bool {
        self.text[range].contains(['\n', '\r'])
    }

    /// Cuts the doomed statements of a block, its first `skipped` ones left out.
    fn cut(&mut self, block: &Block, skipped: usize) {
        let statements: Vec<TextRange> =
            block.statements.iter().map(|&id| self.range(id)).collect();
        let doomed = &self.doomed;
        let is_doomed =
            |index: usize| index >= skipped && doomed.contains(&block.statements[index]);
        let nested = block.role != BlockRole::Module;
        self.cutter.statements(&statements, is_doomed, nested);
    }

    fn pass(&mut self, block: &Block) {
        let first = self.first(block);
        match self.pragma_behind(first) {
            // What tools read of the old code is not about `pass`.
            Some(comment) => {
                let before = TextRange::new(first.start(), comment.start());
                let indent = indentation(self.text, first.start());
                let line_break = line_break_at(self.text, first.start());
                let pass = format!("{line_break}{indent}pass");
                self.removal.edits.push(Edit::deletion(before));
                self.removal
                    .edits
                    .push(Edit::insertion(comment.end(), pass));
            }
            None => self.removal.edits.push(Edit::replacement(first, "pass")),
        }
        self.cut(block, 1);
    }

    /// Returns the comment for tools behind a statement that has its line alone.
    fn pragma_behind(&self, statement: TextRange) -> Option<TextRange> {
        let start = line_start(self.text, statement.start());
        let is_alone = is_blank(&self.text[TextRange::new(start, statement.start())]);
        let comment = trailing_comment(self.text, statement.end())?;
        (is_alone && is_for_tools(&self.text[comment])).then_some(comment)
    }

    fn cut_keyword_part(&mut self, block: &Block, keyword: TokenKind) {
        if let Some(header) = self.keyword_above(block, keyword) {
            self.cut_part(block, header);
        }
    }

    /// Returns where the header of a clause begins that is no node of its own.
    fn keyword_above(&self, block: &Block, keyword: TokenKind) -> Option<TextSize> {
        let start = self.range(block.owner).start();
        let above = TextRange::new(start, self.first(block).start());
        let header = self
            .module
            .tokens_within(above)
            .filter(|token| token.kind() == keyword);
        header.last().map(Ranged::start)
    }

    /// Cuts a clause whose statements all go; comments on lines of their own stay.
    fn cut_part(&mut self, block: &Block, header: TextSize) {
        let first = self.first(block);
        if self.has_line_end(TextRange::new(header, first.start())) {
            self.cut_header(header, false);
            self.cut(block, 0);
        } else {
            let part = TextRange::new(header, self.last(block).end());
            self.cutter.lines(part, false, true);
        }
    }

    fn cut_header(&mut self, header: TextSize, opens_block: bool) {
        let colon = self.colon(header);
        self.cutter
            .lines(TextRange::new(header, colon), opens_block, false);
    }

    /// Returns the offset behind the colon of `try:`, `else:` or `finally:`.
    fn colon(&self, header: TextSize) -> TextSize {
        let rest = &self.text[header.to_usize()..];
        let length = rest.find(':').map_or(0, |at| at + 1);
        header + TextSize::try_from(length).unwrap_or_default()
    }

    /// Takes a `try` off its body, which moves one level left.
    fn unwrap(&mut self, owner: NodeId, node: &StmtTry) {
        let body = self.blocks.block(owner, BlockRole::Try);
        let ending = self.blocks.block(owner, BlockRole::Finally);
        let (Some(body), Some(ending)) = (body, ending) else {
            return;
        };
        self.cut(body, 0);
        self.cut_keyword_part(ending, TokenKind::Finally);
        let header = TextRange::new(node.start(), self.first(body).start());
        if self.has_line_end(header) {
            let is_first = self.blocks.position(owner) == 0;
            let nested = self.blocks.block_of(owner).map(|block| block.role);
            self.cut_header(node.start(), is_first && nested != Some(BlockRole::Module));
            self.shift(node.range(), self.first(body).start());
        } else {
            self.removal.edits.push(Edit::deletion(header));
        }
    }

    /// Moves the lines of an unwrapped statement left, from its body's indentation to its own.
    fn shift(&mut self, statement: TextRange, body: TextSize) {
        let indent = |at: TextSize| (at - line_start(self.text, at)).to_u32();
        let (outer, inner) = (indent(statement.start()), indent(body));
        let fixed: FxHashSet<TextSize> = string_line_starts(self.module, self.text, statement)
            .into_iter()
            .collect();
        let mut at = line_end(self.text, statement.start());
        while at < statement.end() {
            let end = line_end(self.text, at);
            let line = &self.text[TextRange::new(at, end)];
            if !fixed.contains(&at) && !is_blank(line) {
                let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
                let blank = u32::try_from(blank).unwrap_or(u32::MAX);
                // A line that hangs out of the block keeps its place.
                let remove = blank.min(inner).saturating_sub(outer);
                if remove > 0 {
                    self.removal.shifts.push(Shift::back(at, remove));
                }
            }
            at = end;
        }
    }
}

#[cfg(test)]
mod tests;
