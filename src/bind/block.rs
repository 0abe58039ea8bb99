//! A module's tree → its blocks: which statements are siblings, and what runs them.
//!
//! Positions are computed once, so that walking outwards from a statement costs its depth only,
//! however many siblings it has.

use std::cell::{OnceCell, RefCell};
use std::ops::BitOr;

use ruff_python_ast::{AnyNodeRef, Expr, Number, Stmt, StmtTry};
use rustc_hash::FxHashMap;

use super::ends::{Ends, Passes, has_else, takes_all};
use crate::python::tree::{NodeId, Tree};

/// What a block is to the statement or clause that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockRole {
    /// The module: the statements of all cells.
    Module,
    /// The body of a def.
    Function,
    /// The body of a class.
    Class,
    /// The first branch of an `if`.
    If,
    /// An `elif` or `else` branch of an `if`.
    Else,
    /// The body of a `for` or `while`.
    Loop,
    /// The `else` of a loop.
    LoopElse,
    /// The body of a `try`.
    Try,
    /// The body of an `except`.
    Except,
    /// The `else` of a `try`.
    TryElse,
    /// A `finally`.
    Finally,
    /// The body of a `with`.
    With,
    /// The body of a `case`.
    Case,
    /// The Python that a magic runs.
    Magic,
}

impl BlockRole {
    /// Returns whether it is the body of a def, a class or the module, which no statement goes on behind.
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Module | Self::Function | Self::Class)
    }
}

/// Statements that run one after the other.
#[derive(Debug)]
pub struct Block {
    /// What it is to its owner.
    pub role: BlockRole,
    /// The statement or clause that holds it: the compound statement, `ElifElseClause`,
    /// `ExceptHandlerExceptHandler`, `MatchCase`; the root.
    pub owner: NodeId,
    /// Its statements in source order; never empty.
    pub statements: Vec<NodeId>,
    /// How it can end.
    pub ends: Ends,
    passes: OnceCell<Passes>,
}

impl Block {
    /// Returns the place of the statement that holds a node of the block.
    pub fn place_of(&self, node: NodeId) -> usize {
        let n_before = self.statements.partition_point(|it| *it <= node);
        n_before.saturating_sub(1)
    }
}

/// All blocks of a module.
#[derive(Debug)]
pub struct Blocks<'a> {
    tree: &'a Tree<'a>,
    blocks: Vec<Block>,
    /// Statement → its block and its place there.
    positions: FxHashMap<NodeId, (usize, usize)>,
    by_owner: FxHashMap<(NodeId, BlockRole), usize>,
    /// How the handlers of a `try` can end, of which there may be many.
    handled: RefCell<FxHashMap<NodeId, Ends>>,
}

impl<'a> Blocks<'a> {
    /// Lists the blocks of a module.
    pub fn build(tree: &'a Tree<'a>) -> Self {
        let mut blocks = Self {
            tree,
            blocks: Vec::new(),
            positions: FxHashMap::default(),
            by_owner: FxHashMap::default(),
            handled: RefCell::default(),
        };
        for id in tree.ids().filter(|&id| tree.node(id).is_statement()) {
            blocks.add(id);
        }
        // Inner blocks come later: backwards, they are known before those around them.
        for index in (0..blocks.blocks.len()).rev() {
            let statements = blocks.blocks[index].statements.iter();
            let one_after_another = |before: Ends, id: &NodeId| before.then(|| blocks.ends(*id));
            blocks.blocks[index].ends = statements.fold(Ends::FALLS, one_after_another);
        }
        blocks
    }

    fn add(&mut self, statement: NodeId) {
        let owner = self.tree.parent(statement);
        let role = self.role(owner, statement);
        let index = *self.by_owner.entry((owner, role)).or_insert_with(|| {
            self.blocks.push(Block {
                role,
                owner,
                statements: Vec::new(),
                ends: Ends::FALLS,
                passes: OnceCell::new(),
            });
            self.blocks.len() - 1
        });
        let statements = &mut self.blocks[index].statements;
        self.positions.insert(statement, (index, statements.len()));
        statements.push(statement);
    }

    fn role(&self, owner: NodeId, statement: NodeId) -> BlockRole {
        let stands_in = |block: &[Stmt]| {
            let first = block.first();
            first.is_some_and(|first| statement >= self.tree.id(first))
        };
        match self.tree.node(owner) {
            AnyNodeRef::StmtFunctionDef(_) => BlockRole::Function,
            AnyNodeRef::StmtClassDef(_) => BlockRole::Class,
            AnyNodeRef::StmtIf(_) => BlockRole::If,
            AnyNodeRef::ElifElseClause(_) => BlockRole::Else,
            AnyNodeRef::StmtFor(node) if stands_in(&node.orelse) => BlockRole::LoopElse,
            AnyNodeRef::StmtWhile(node) if stands_in(&node.orelse) => BlockRole::LoopElse,
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => BlockRole::Loop,
            AnyNodeRef::StmtTry(node) if stands_in(&node.finalbody) => BlockRole::Finally,
            AnyNodeRef::StmtTry(node) if stands_in(&node.orelse) => BlockRole::TryElse,
            AnyNodeRef::StmtTry(_) => BlockRole::Try,
            AnyNodeRef::ExceptHandlerExceptHandler(_) => BlockRole::Except,
            AnyNodeRef::StmtWith(_) => BlockRole::With,
            AnyNodeRef::MatchCase(_) => BlockRole::Case,
            AnyNodeRef::StmtIpyEscapeCommand(_) => BlockRole::Magic,
            _ => BlockRole::Module,
        }
    }

    /// Returns how a statement can end.
    pub fn ends(&self, statement: NodeId) -> Ends {
        match self.tree.node(statement) {
            AnyNodeRef::StmtReturn(_) => Ends::RETURNS,
            AnyNodeRef::StmtRaise(_) => Ends::RAISES,
            AnyNodeRef::StmtBreak(_) => Ends::BREAKS,
            AnyNodeRef::StmtContinue(_) => Ends::CONTINUES,
            AnyNodeRef::StmtExpr(it) if is_exit(&it.value) => Ends::RAISES,
            AnyNodeRef::StmtIf(it) => {
                let clauses = it.elif_else_clauses.iter().map(|it| self.tree.id(it));
                let others = clauses.map(|clause| self.block_ends(clause, BlockRole::Else));
                let first = self.block_ends(statement, BlockRole::If);
                others.fold(first | falls_unless(has_else(it)), Ends::bitor)
            }
            AnyNodeRef::StmtMatch(it) => {
                let cases = it.cases.iter().map(|case| self.tree.id(case));
                let cases = cases.map(|case| self.block_ends(case, BlockRole::Case));
                cases.fold(falls_unless(takes_all(it)), Ends::bitor)
            }
            AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) => self.loop_ends(statement),
            // What it enters may keep an exception to itself.
            AnyNodeRef::StmtWith(_) => self.block_ends(statement, BlockRole::With) | Ends::FALLS,
            AnyNodeRef::StmtTry(it) => self.try_ends(statement, it),
            _ => Ends::FALLS,
        }
    }

    fn try_ends(&self, statement: NodeId, node: &StmtTry) -> Ends {
        let tried = self.block_ends(statement, BlockRole::Try);
        let tried = tried.then(|| self.block_ends(statement, BlockRole::TryElse));
        let ends = tried | self.handlers_end(node);
        ends.at_last(self.block_ends(statement, BlockRole::Finally))
    }

    /// Returns how the handlers of a `try` can end.
    pub fn handlers_end(&self, node: &StmtTry) -> Ends {
        let mut known = self.handled.borrow_mut();
        *known.entry(self.tree.id(node)).or_insert_with(|| {
            let handlers = node.handlers.iter().map(|it| self.tree.id(it));
            let handled = handlers.map(|id| self.block_ends(id, BlockRole::Except));
            handled.fold(Ends::default(), Ends::bitor)
        })
    }

    fn loop_ends(&self, statement: NodeId) -> Ends {
        let or_else = match self.is_endless(statement) {
            true => Ends::default(),
            false => self.block_ends(statement, BlockRole::LoopElse),
        };
        self.block_ends(statement, BlockRole::Loop).looped(or_else)
    }

    /// Returns whether a statement is a loop that no condition ends.
    pub fn is_endless(&self, statement: NodeId) -> bool {
        matches!(self.tree.node(statement), AnyNodeRef::StmtWhile(it) if is_true(&it.test))
    }

    /// Returns how a block can end; one that is not there goes on.
    pub fn block_ends(&self, owner: NodeId, role: BlockRole) -> Ends {
        self.block(owner, role)
            .map_or(Ends::FALLS, |block| block.ends)
    }

    /// Returns how control passes along the statements of a block.
    pub fn passes<'b>(&self, block: &'b Block) -> &'b Passes {
        let ends = || Passes::of(block.statements.iter().map(|id| self.ends(*id)));
        block.passes.get_or_init(ends)
    }

    /// Returns the block of a statement or clause in that role; `None` when it has none.
    pub fn block(&self, owner: NodeId, role: BlockRole) -> Option<&Block> {
        let index = self.by_owner.get(&(owner, role))?;
        Some(&self.blocks[*index])
    }

    /// Returns the block a statement stands in; `None` for a node that is no statement.
    pub fn block_of(&self, statement: NodeId) -> Option<&Block> {
        let (block, _) = self.positions.get(&statement)?;
        Some(&self.blocks[*block])
    }

    /// Returns the statements of the block a statement stands in, itself among them; empty for a node
    /// that is no statement.
    pub fn siblings(&self, statement: NodeId) -> &[NodeId] {
        self.block_of(statement)
            .map_or(&[], |block| &block.statements)
    }

    /// Returns a statement's place among its siblings, from 0; 0 for a node that is no statement.
    pub fn position(&self, statement: NodeId) -> usize {
        self.positions
            .get(&statement)
            .map_or(0, |&(_, place)| place)
    }

    /// Returns the statement that holds a block: its owner, or the owner's parent for a clause.
    pub fn holder(&self, block: &Block) -> NodeId {
        match block.role {
            BlockRole::Else | BlockRole::Except | BlockRole::Case => self.tree.parent(block.owner),
            _ => block.owner,
        }
    }
}

fn falls_unless(is_complete: bool) -> Ends {
    match is_complete {
        true => Ends::default(),
        false => Ends::FALLS,
    }
}

/// Returns whether a node is a `for` or `while`.
pub fn is_loop(node: AnyNodeRef) -> bool {
    node.is_stmt_for() || node.is_stmt_while()
}

/// Returns whether a condition always holds, as it is written.
fn is_true(test: &Expr) -> bool {
    match test {
        Expr::BooleanLiteral(it) => it.value,
        Expr::NumberLiteral(it) => matches!(&it.value, Number::Int(it) if it.as_u8() == Some(1)),
        _ => false,
    }
}

/// Returns whether an expression is `sys.exit(…)`.
fn is_exit(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else {
        return false;
    };
    let Expr::Attribute(function) = &*call.func else {
        return false;
    };
    matches!(&*function.value, Expr::Name(name) if name.id == "sys")
        && function.attr.as_str() == "exit"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::parse::Module;

    /// Checks role, place and siblings' number of the statement `here`.
    #[track_caller]
    fn check(text: &str, expected: (BlockRole, usize, usize)) {
        let module = Module::parse_plain(text).expect("it parses");
        let tree = Tree::build(&module);
        let blocks = Blocks::build(&tree);
        let here = tree.ids().find(|&id| {
            matches!(tree.node(id), AnyNodeRef::StmtExpr(statement)
                if statement.value.as_name_expr().is_some_and(|name| name.id == "here"))
        });
        let here = here.expect("`here` is there");
        let role = blocks.block_of(here).expect("it is a statement").role;
        let found = (role, blocks.position(here), blocks.siblings(here).len());
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn blocks_have_roles() {
        check("a\nhere\nb\n", (BlockRole::Module, 1, 3));
        check("def f():\n    a\n    here\n", (BlockRole::Function, 1, 2));
        check("class C:\n    here\n", (BlockRole::Class, 0, 1));
        check("if a:\n    here\nelse:\n    b\n", (BlockRole::If, 0, 1));
        check(
            "if a:\n    b\nelif c:\n    b\n    here\n",
            (BlockRole::Else, 1, 2),
        );
        check(
            "for a in b:\n    here\nelse:\n    c\n",
            (BlockRole::Loop, 0, 1),
        );
        check(
            "while b:\n    a\nelse:\n    c\n    here\n",
            (BlockRole::LoopElse, 1, 2),
        );
        check("with a:\n    here\n", (BlockRole::With, 0, 1));
        check(
            "match a:\n    case 1:\n        here\n",
            (BlockRole::Case, 0, 1),
        );
    }

    #[test]
    fn parts_of_a_try_are_told_apart() {
        let text = "try:\n    A\nexcept E:\n    B\nelse:\n    C\nfinally:\n    D\n";
        check(&text.replace('A', "here"), (BlockRole::Try, 0, 1));
        check(&text.replace('B', "here"), (BlockRole::Except, 0, 1));
        check(&text.replace('C', "here"), (BlockRole::TryElse, 0, 1));
        check(&text.replace('D', "here"), (BlockRole::Finally, 0, 1));
    }

    #[test]
    fn a_statement_ends_as_its_ways_do() {
        let check = |text: &str, expected: Ends| {
            let text = format!("while x:\n    {}", text.trim_end().replace('\n', "\n    "));
            let module = Module::parse_plain(&text).expect("it parses");
            let tree = Tree::build(&module);
            let blocks = Blocks::build(&tree);
            let around = tree.children(NodeId::ROOT).next().expect("a statement");
            let inside = blocks
                .block(around, BlockRole::Loop)
                .expect("it has a body");
            assert_eq!(inside.ends, expected, "{text}");
        };
        check("if a:\n    b\n    raise c\n", Ends::FALLS | Ends::RAISES);
        check(
            "if a:\n    sys.exit(1)\nelse:\n    break\n",
            Ends::RAISES | Ends::BREAKS,
        );
        check(
            "if a:\n    exit_code(1)\nelse:\n    continue\n",
            Ends::FALLS | Ends::CONTINUES,
        );
        check(
            "for a in b:\n    if c:\n        break\n    continue\n",
            Ends::FALLS,
        );
        check(
            "for a in b:\n    raise c\nelse:\n    break\n",
            Ends::RAISES | Ends::BREAKS,
        );
        check("while True:\n    a\n", Ends::default());
        check("while 1:\n    if a:\n        break\n", Ends::FALLS);
        check("with a:\n    break\n", Ends::BREAKS | Ends::FALLS);
        check(
            "try:\n    raise a\nexcept E:\n    b\n",
            Ends::FALLS | Ends::RAISES,
        );
        check(
            "try:\n    a\nelse:\n    break\nfinally:\n    b\n",
            Ends::BREAKS,
        );
        check("try:\n    a\nfinally:\n    break\n", Ends::BREAKS);
        check(
            "match a:\n    case 1:\n        break\n",
            Ends::FALLS | Ends::BREAKS,
        );
        check(
            "match a:\n    case 1:\n        break\n    case _:\n        raise b\n",
            Ends::RAISES | Ends::BREAKS,
        );
        check("def f():\n    return\n", Ends::FALLS);
    }
}
