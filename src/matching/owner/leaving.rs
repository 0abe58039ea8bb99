//! May a teardown leave before its last line, because what it ends is still in use?

use ruff_python_ast::helpers::Truthiness;
use ruff_python_ast::{AnyNodeRef, CmpOp, Expr, ExprContext, StmtAssert, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::bind::block::BlockRole;
use crate::matching::answers::owned::Stored;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;
use crate::semantic::Model;

/// Returns whether the method may leave before its last statement, or counts who still uses the object.
/// To end only once, or only what is there, is another thing.
pub(super) fn leaves_early<'a>(
    subject: &Subject<'a>,
    method: &'a StmtFunctionDef,
    stored: Option<&Stored<'a>>,
) -> bool {
    let asker = Asker {
        subject,
        method,
        stored,
    };
    let mut own = asker.own();
    own.any(|id| match subject.tree.node(id) {
        AnyNodeRef::StmtReturn(_) => asker.is_early(id),
        AnyNodeRef::StmtRaise(_) => !is_in_handler(subject, id) && asker.is_early(id),
        AnyNodeRef::StmtAssert(it) => asker.asserts_early(it),
        AnyNodeRef::StmtIf(it) => asker.counts(&it.test),
        AnyNodeRef::ElifElseClause(it) => it.test.as_ref().is_some_and(|it| asker.counts(it)),
        AnyNodeRef::StmtWhile(it) => asker.counts(&it.test),
        _ => false,
    })
}

/// An exception that is passed on.
fn is_in_handler(subject: &Subject, statement: NodeId) -> bool {
    let mut around = subject.context.enclosing_statements(statement);
    around.any(|it| it.role == BlockRole::Except)
}

/// Questions about the lines of a teardown.
struct Asker<'s, 'a> {
    subject: &'s Subject<'a>,
    method: &'a StmtFunctionDef,
    stored: Option<&'s Stored<'a>>,
}

impl<'a> Asker<'_, 'a> {
    /// Iterates over the method's nodes, those of those of nested defs and lambdas left out.
    fn own(&self) -> impl Iterator<Item = NodeId> {
        let method = self.subject.tree.id(self.method);
        self.subject.context.own_nodes(method)
    }

    fn text(&self, range: TextRange) -> &'a str {
        &self.subject.text()[range]
    }

    /// What leaves is not the last thing that the method does, and not there to end only once.
    fn is_early(&self, leaving: NodeId) -> bool {
        let mut around = self.subject.context.enclosing_statements(leaving);
        let guard = around.find(|it| it.role != BlockRole::With);
        let is_once =
            guard.is_some_and(|it| match (it.role, self.subject.tree.node(it.statement)) {
                (BlockRole::If, AnyNodeRef::StmtIf(guard)) => {
                    self.is_once(asked(&guard.test), guard.end())
                }
                _ => false,
            });
        !self.is_last(leaving) && !is_once
    }

    /// It leaves where what is asserted is not so.
    fn asserts_early(&self, asserts: &StmtAssert) -> bool {
        let (what, so) = asked(&asserts.test);
        !self.is_last(self.subject.tree.id(asserts))
            && !self.is_once((what, so.opposite()), asserts.end())
    }

    /// Nothing would run behind the statement anyway.
    fn is_last(&self, statement: NodeId) -> bool {
        let Model { tree, blocks, .. } = self.subject.model;
        let is_last = |inner: NodeId| blocks.siblings(inner).last() == Some(&inner);
        let mut inner = statement;
        for around in self.subject.context.enclosing_statements(statement) {
            let ends_both = match (around.role, tree.node(around.statement)) {
                (BlockRole::Try, AnyNodeRef::StmtTry(it)) => it.orelse.is_empty(),
                (BlockRole::If, AnyNodeRef::StmtIf(it)) => it.elif_else_clauses.is_empty(),
                (role, _) => matches!(
                    role,
                    BlockRole::With | BlockRole::TryElse | BlockRole::Except | BlockRole::Finally
                ),
            };
            if !(ends_both && is_last(inner)) {
                return false;
            }
            inner = around.statement;
        }
        is_last(inner)
    }

    /// It leaves where something is what the method makes it behind, and not before; or where what it
    /// ends is missing.
    fn is_once(&self, (asked, so): (&Expr, So), end: TextSize) -> bool {
        if !(asked.is_attribute_expr() || asked.is_name_expr()) {
            return false;
        }
        let name = self.text(asked.range());
        let is_stored = |stored: &&Stored| self.text(stored.holder.range()) == name;
        if so.is_missing() && self.stored.as_ref().is_some_and(is_stored) {
            return true;
        }
        let tree = self.subject.tree;
        let is_set = |id: &NodeId| is_set(tree.node(*id)) && self.text(tree.range(*id)) == name;
        let sets: Vec<NodeId> = self.own().filter(is_set).collect();
        let is_made_so = |id: NodeId| match tree.parent_node(id) {
            AnyNodeRef::StmtAssign(it) => so.is_met_by(&it.value),
            _ => false,
        };
        let is_behind = |id: NodeId| tree.range(id).start() >= end;
        !sets.is_empty() && sets.iter().all(|id| is_behind(*id) && is_made_so(*id))
    }

    /// It asks for what the method has counted before.
    fn counts(&self, test: &Expr) -> bool {
        let tree = self.subject.tree;
        let is_asked = |name: &Expr| self.mentions(tree.id(test), name);
        let is_before = |range: TextRange| range.end() <= test.start();
        self.own().any(|id| match tree.node(id) {
            AnyNodeRef::StmtAugAssign(it) if is_before(it.range()) => is_asked(&it.target),
            AnyNodeRef::StmtAssign(it) if is_before(it.range()) => {
                let value = tree.id(&*it.value);
                let sums = tree.descendants(value).chain([value]);
                let mut sums = sums.filter(|id| tree.node(*id).is_expr_bin_op());
                matches!(&*it.targets, [name] if is_asked(name)
                    && sums.any(|id| self.mentions(id, name)))
            }
            _ => false,
        })
    }

    /// The name is the node, or in it.
    fn mentions(&self, node: NodeId, name: &Expr) -> bool {
        let name = self.text(name.range());
        let mut nodes = self.subject.tree.descendants(node).chain([node]);
        nodes.any(|id| self.text(self.subject.tree.range(id)) == name)
    }
}

/// What a test wants something to be.
#[derive(Clone, Copy, PartialEq)]
enum So {
    True,
    False,
    None,
    NotNone,
}

impl So {
    fn opposite(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::None => Self::NotNone,
            Self::NotNone => Self::None,
        }
    }

    fn is_missing(self) -> bool {
        matches!(self, Self::False | Self::None)
    }

    /// The value is surely so.
    fn is_met_by(self, value: &Expr) -> bool {
        let truth = Truthiness::from_expr(value, |_| false).into_bool();
        match self {
            Self::True => truth == Some(true),
            Self::False => truth == Some(false),
            Self::None => value.is_none_literal_expr(),
            Self::NotNone => truth.is_some() && !value.is_none_literal_expr(),
        }
    }
}

/// What a test asks for, and what it wants that to be.
fn asked(test: &Expr) -> (&Expr, So) {
    match test {
        Expr::UnaryOp(it) if it.op.is_not() => {
            let (what, so) = asked(&it.operand);
            (what, so.opposite())
        }
        Expr::Compare(it) => match (&*it.ops, &*it.comparators) {
            ([CmpOp::Is], [Expr::NoneLiteral(_)]) => (&it.left, So::None),
            ([CmpOp::IsNot], [Expr::NoneLiteral(_)]) => (&it.left, So::NotNone),
            _ => (test, So::True),
        },
        _ => (test, So::True),
    }
}

fn is_set(node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprAttribute(it) => it.ctx == ExprContext::Store,
        AnyNodeRef::ExprName(it) => it.ctx == ExprContext::Store,
        _ => false,
    }
}
