//! A module's tree → its blocks: which statements are siblings, and what runs them.
//!
//! Positions are computed once, so that walking outwards from a statement costs its depth only,
//! however many siblings it has.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use rustc_hash::FxHashMap;

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
    /// Whether its end is never reached: it ends with `return`, `raise`, `continue`, `break`,
    /// `sys.exit()`, or an `if` whose branches all do.
    pub leaves: bool,
}

/// All blocks of a module.
#[derive(Debug)]
pub struct Blocks<'a> {
    tree: &'a Tree<'a>,
    blocks: Vec<Block>,
    /// Statement → its block and its place there.
    positions: FxHashMap<NodeId, (usize, usize)>,
    by_owner: FxHashMap<(NodeId, BlockRole), usize>,
}

impl<'a> Blocks<'a> {
    /// Lists the blocks of a module.
    pub fn build(tree: &'a Tree<'a>) -> Self {
        let mut blocks = Self {
            tree,
            blocks: Vec::new(),
            positions: FxHashMap::default(),
            by_owner: FxHashMap::default(),
        };
        for id in tree.ids().filter(|&id| tree.node(id).is_statement()) {
            blocks.add(id);
        }
        // Inner blocks come later: backwards, they are known before those around them.
        for index in (0..blocks.blocks.len()).rev() {
            let last = blocks.blocks[index].statements.last();
            blocks.blocks[index].leaves = last.is_some_and(|&last| blocks.statement_leaves(last));
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
                leaves: false,
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

    fn statement_leaves(&self, statement: NodeId) -> bool {
        match self.tree.node(statement) {
            AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::StmtRaise(_)
            | AnyNodeRef::StmtContinue(_)
            | AnyNodeRef::StmtBreak(_) => true,
            AnyNodeRef::StmtExpr(statement) => is_exit(&statement.value),
            AnyNodeRef::StmtIf(node) => {
                let clauses = &node.elif_else_clauses;
                let leaves = |owner, role| self.block(owner, role).is_some_and(|it| it.leaves);
                clauses.last().is_some_and(|clause| clause.test.is_none())
                    && leaves(statement, BlockRole::If)
                    && clauses
                        .iter()
                        .all(|clause| leaves(self.tree.id(clause), BlockRole::Else))
            }
            _ => false,
        }
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
    fn a_block_leaves_when_all_its_branches_do() {
        let leaves = |text: &str| {
            let module = Module::parse_plain(text).expect("it parses");
            let tree = Tree::build(&module);
            let blocks = Blocks::build(&tree);
            let first = tree.children(NodeId::ROOT).next().expect("a statement");
            blocks
                .block(first, BlockRole::If)
                .expect("it is an `if`")
                .leaves
        };
        assert!(leaves("if a:\n    b\n    raise c\n"));
        assert!(leaves("if a:\n    sys.exit(1)\n"));
        assert!(leaves(
            "if a:\n    if b:\n        raise c\n    else:\n        raise d\n"
        ));
        assert!(!leaves("if a:\n    if b:\n        raise c\n"));
        assert!(!leaves("if a:\n    exit_code(1)\n"));
    }
}
