//! A new module-level import and its first use → where a careful person would write it.
//!
//! Beside others of its kind, sorted as they are; else at the top, below docstring, `__future__`,
//! header comments and leading magics. In a notebook in the first cell that can have it.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::python::cut::{Container, container};
use crate::python::stdlib::is_standard;
use crate::python::tree::NodeId;
use crate::source::cell::Cell;
use crate::text::blank::{blank_lines_after, count_lines, is_blank, line_end, line_start};

use super::block::{BlockRole, Blocks};
use super::scope::Bindings;

/// A new import statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewImport {
    /// What is imported, or from what.
    pub(super) module: String,
    /// The statement.
    pub(super) text: String,
    /// Whether it is a from-import.
    pub(super) is_from: bool,
    /// Its first use.
    pub(super) site: TextSize,
}

/// Where a new import goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// In place of a statement that goes.
    Instead(NodeId),
    /// On lines of its own.
    At {
        /// A line start, or the end of a cell's or file's last line.
        offset: TextSize,
        /// Whether a blank line goes before it.
        apart_from_above: bool,
        /// How many blank lines follow it.
        blank_below: usize,
    },
}

/// Neighboring imports without a blank line between them.
type ImportBlock = Vec<NodeId>;

/// A file whose imports are known.
pub(super) struct Places<'f, 'a> {
    text: &'f str,
    cells: &'f [Cell],
    names: &'f Bindings<'a>,
    statements: &'f [NodeId],
    /// Import statements that go.
    doomed: &'f FxHashSet<NodeId>,
}

impl<'f, 'a> Places<'f, 'a> {
    pub(super) fn new(
        text: &'f str,
        cells: &'f [Cell],
        names: &'f Bindings<'a>,
        blocks: &'f Blocks<'a>,
        doomed: &'f FxHashSet<NodeId>,
    ) -> Self {
        let module = blocks.block(NodeId::ROOT, BlockRole::Module);
        Self {
            text,
            cells,
            names,
            statements: module.map_or(&[], |block| &block.statements),
            doomed,
        }
    }

    /// Returns where the import goes: always before its first use.
    pub(super) fn spot(&self, new: &NewImport) -> Spot {
        let homes = self.homes(new.site);
        let blocks = |home: &&[NodeId]| self.blocks(home, new.site);
        let with_imports = homes.iter().map(|home| (home, blocks(home)));
        if let Some((_, blocks)) = with_imports
            .into_iter()
            .find(|(_, blocks)| !blocks.is_empty())
        {
            return self.among(&blocks, new);
        }
        match homes.first() {
            Some(home) => self.on_top(home),
            None => self.before_use(new.site),
        }
    }

    fn range(&self, statement: NodeId) -> TextRange {
        self.names.tree().range(statement)
    }

    /// Returns the statements of each cell (or of the file) that may hold an import for `site`.
    fn homes(&self, site: TextSize) -> Vec<&'f [NodeId]> {
        let cell = |id: NodeId| {
            let at = self.range(id).start();
            self.cells.partition_point(|cell| cell.range.start() <= at)
        };
        self.statements
            .chunk_by(|&left, &right| cell(left) == cell(right))
            .take_while(|home| self.range(home[0]).start() <= site)
            .filter(|home| !self.is_magic(home[0], "%%"))
            .collect()
    }

    fn is_magic(&self, statement: NodeId, prefix: &str) -> bool {
        let magic = self
            .names
            .tree()
            .node(statement)
            .is_stmt_ipy_escape_command();
        magic && self.text[self.range(statement)].starts_with(prefix)
    }

    /// Returns how many statements must stay on top: docstring, `__future__`, magics.
    fn prologue(&self, home: &[NodeId]) -> usize {
        let node = |index: usize| self.names.tree().node(home[index]);
        let docstring = home.len() > 1
            && matches!(node(0), AnyNodeRef::StmtExpr(first)
                if matches!(&*first.value, Expr::StringLiteral(_)))
            && self.statements.first() == home.first();
        let first = usize::from(docstring);
        let fixed = (first..home.len()).take_while(|&index| match node(index) {
            AnyNodeRef::StmtImportFrom(import) => import.module.as_deref() == Some("__future__"),
            AnyNodeRef::StmtIpyEscapeCommand(_) => true,
            _ => false,
        });
        first + fixed.count()
    }

    fn blocks(&self, home: &[NodeId], site: TextSize) -> Vec<ImportBlock> {
        let mut blocks: Vec<ImportBlock> = Vec::new();
        let mut above: Option<NodeId> = None;
        for &id in &home[self.prologue(home)..] {
            if self.range(id).start() > site {
                break;
            }
            if import_key(self.names.tree().node(id)).is_none() {
                above = None;
                continue;
            }
            match (above, blocks.last_mut()) {
                (Some(above), Some(block)) if self.is_close(above, id) => block.push(id),
                _ => blocks.push(vec![id]),
            }
            above = Some(id);
        }
        blocks
    }

    fn is_close(&self, above: NodeId, below: NodeId) -> bool {
        // Comments between them do not part them; a blank line does.
        let start = self.range(below).start();
        let mut at = line_end(self.text, self.range(above).end());
        while at < start {
            let end = line_end(self.text, at);
            if end <= start && is_blank(&self.text[TextRange::new(at, end)]) {
                return false;
            }
            at = end;
        }
        true
    }

    fn holds(&self, block: &ImportBlock, standard: bool) -> bool {
        block.iter().any(|&id| {
            let key = import_key(self.names.tree().node(id));
            key.is_some_and(|(_, module)| {
                is_standard(&module) == standard && !module.starts_with('.')
            })
        })
    }

    fn among(&self, blocks: &[ImportBlock], new: &NewImport) -> Spot {
        let standard = is_standard(&new.module);
        if let Some(block) = blocks.iter().find(|block| self.holds(block, standard)) {
            return self.sorted_in(block, new);
        }
        let going = |block: &&ImportBlock| block.iter().all(|id| self.doomed.contains(id));
        if let Some(block) = blocks.iter().find(going) {
            return self.sorted_in(block, new);
        }
        match blocks.iter().rfind(|block| self.holds(block, true)) {
            Some(block) => self.below(block),
            None => Spot::At {
                offset: line_start(self.text, self.range(blocks[0][0]).start()),
                apart_from_above: false,
                blank_below: 1,
            },
        }
    }

    /// Below the last standard-library block, for a module of another kind.
    fn below(&self, block: &ImportBlock) -> Spot {
        let last = self.range(block[block.len() - 1]);
        let bounds = container(self.text, self.cells, last.start()).range;
        let offset = line_end(self.text, last.end()).min(bounds.end());
        let rest = TextRange::new(offset, blank_lines_after(self.text, offset, bounds.end()));
        let alone = rest.end() == bounds.end() || count_lines(&self.text[rest]) > 0;
        Spot::At {
            offset,
            apart_from_above: true,
            blank_below: usize::from(!alone),
        }
    }

    fn sorted_in(&self, block: &ImportBlock, new: &NewImport) -> Spot {
        let keys: Vec<(bool, String)> = block
            .iter()
            .filter_map(|&id| import_key(self.names.tree().node(id)))
            .collect();
        let slot = slot(&keys, &(new.is_from, new.module.to_lowercase()));
        let going = |index: &usize| self.doomed.contains(&block[*index]);
        let above = (0..slot).rev().take_while(going).last();
        let instead = above.or_else(|| Some(slot).filter(|slot| *slot < block.len()).filter(going));
        if let Some(index) = instead {
            return Spot::Instead(block[index]);
        }
        let offset = match block.get(slot) {
            Some(&next) => line_start(self.text, self.range(next).start()),
            None => {
                let last = self.range(block[block.len() - 1]);
                let bounds = container(self.text, self.cells, last.start()).range;
                let below = line_end(self.text, last.end()).min(bounds.end());
                if below > new.site {
                    line_start(self.text, last.start())
                } else {
                    below
                }
            }
        };
        Spot::At {
            offset,
            apart_from_above: false,
            blank_below: 0,
        }
    }

    fn on_top(&self, home: &[NodeId]) -> Spot {
        let fixed = self.prologue(home);
        let Container {
            range: bounds,
            below_marker,
        } = container(self.text, self.cells, self.range(home[0]).start());
        let next = home.get(fixed).copied();
        let offset = match fixed.checked_sub(1) {
            Some(last) => line_end(self.text, self.range(home[last]).end()).min(bounds.end()),
            None if below_marker => bounds.start(),
            None => self.below_header(bounds),
        };
        let gap = TextRange::new(offset, blank_lines_after(self.text, offset, bounds.end()));
        let wanted = match next.map(|next| self.names.tree().node(next)) {
            Some(AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_)) => 2,
            Some(_) => 1,
            None => 0,
        };
        let python = fixed > 0 && !self.is_magic(home[fixed - 1], "");
        Spot::At {
            offset,
            apart_from_above: python,
            blank_below: wanted.max(count_lines(&self.text[gap])) - count_lines(&self.text[gap]),
        }
    }

    /// Returns the line start behind shebang, encoding and a header comment that stands apart.
    fn below_header(&self, bounds: TextRange) -> TextSize {
        let mut interpreter = bounds.start();
        let mut at = bounds.start();
        while self.text[at.to_usize()..bounds.end().to_usize()].starts_with('#') {
            let line = TextRange::new(at, line_end(self.text, at).min(bounds.end()));
            let fixed = &self.text[line];
            at = line.end();
            if fixed.starts_with("#!") || fixed.contains("coding:") || fixed.contains("coding=") {
                interpreter = at;
            }
        }
        match blank_lines_after(self.text, at, bounds.end()) {
            below if below > at && at > bounds.start() && self.cells.is_empty() => below,
            _ => interpreter,
        }
    }

    /// The use stands in the only place there is: below a cell magic.
    fn before_use(&self, site: TextSize) -> Spot {
        let magic = self
            .statements
            .iter()
            .rev()
            .find(|&&id| self.range(id).start() <= site);
        let first = magic.and_then(|&magic| self.names.tree().children(magic).next());
        let offset = first.map_or(site, |first| self.range(first).start());
        Spot::At {
            offset: line_start(self.text, offset),
            apart_from_above: false,
            blank_below: 1,
        }
    }
}

/// Returns whether it is a from-import, and the first module in lower case; `None` for another
/// statement.
fn import_key(node: AnyNodeRef<'_>) -> Option<(bool, String)> {
    match node {
        AnyNodeRef::StmtImport(import) => {
            let module = import.names.first()?.name.to_lowercase();
            Some((false, module))
        }
        AnyNodeRef::StmtImportFrom(import) => {
            Some((true, super::scope::from_module(import).to_lowercase()))
        }
        _ => None,
    }
}

/// Returns the place of a new import among others: sorted if they are, in one of the two usual ways.
fn slot(keys: &[(bool, String)], new: &(bool, String)) -> usize {
    if keys.is_sorted() {
        return keys.partition_point(|key| key <= new);
    }
    if keys.is_sorted_by_key(|key| &key.1) {
        return keys.partition_point(|key| key.1 <= new.1);
    }
    let sorts_after = |key: &(bool, String)| key.0 == new.0 && key.1 > new.1;
    keys.iter().position(sorts_after).unwrap_or(keys.len())
}
