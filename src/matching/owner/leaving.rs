//! May a teardown leave before its last line, because what it ends is still in use?

use ruff_python_ast::{AnyNodeRef, CmpOp, Expr, ExprContext, StmtFunctionDef, StmtIf};
use ruff_text_size::{Ranged, TextRange};

use super::stored::Stored;
use crate::bind::block::BlockRole;
use crate::matching::subject::Subject;
use crate::python::tree::NodeId;

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
        AnyNodeRef::StmtIf(it) => asker.counts(it),
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
    /// Iterates over the method's nodes, those of nested defs left out.
    fn own(&self) -> impl Iterator<Item = NodeId> {
        let method = self.subject.tree.id(self.method);
        let is_own =
            move |id: &NodeId| self.subject.context.enclosing_function(*id) == Some(method);
        self.subject.tree.descendants(method).filter(is_own)
    }

    fn text(&self, range: TextRange) -> &'a str {
        &self.subject.text()[range]
    }

    /// What leaves is not the last thing that the method does, and not there to end only once.
    fn is_early(&self, leaving: NodeId) -> bool {
        let mut around = self.subject.context.enclosing_statements(leaving);
        let guard = around.find_map(|it| match (it.role, self.subject.tree.node(it.statement)) {
            (BlockRole::If, AnyNodeRef::StmtIf(guard)) => Some(guard),
            _ => None,
        });
        !self.is_last(leaving) && !guard.is_some_and(|guard| self.is_once(guard))
    }

    /// Nothing would run behind the statement anyway.
    fn is_last(&self, statement: NodeId) -> bool {
        let Subject { tree, blocks, .. } = *self.subject;
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

    /// It asks for what the method sets behind it, and not before; or whether what it ends is missing.
    fn is_once(&self, guard: &StmtIf) -> bool {
        let (asked, is_missing) = asked(&guard.test);
        if !(asked.is_attribute_expr() || asked.is_name_expr()) {
            return false;
        }
        let name = self.text(asked.range());
        let is_stored = |stored: &&Stored| self.text(stored.holder.range()) == name;
        if is_missing && self.stored.as_ref().is_some_and(is_stored) {
            return true;
        }
        let sets: Vec<TextRange> = self
            .own()
            .filter(|id| is_set(self.subject.tree.node(*id)))
            .map(|id| self.subject.tree.range(id))
            .filter(|range| self.text(*range) == name)
            .collect();
        !sets.is_empty() && sets.iter().all(|it| it.start() >= guard.end())
    }

    /// It asks for what the method has counted before.
    fn counts(&self, asks: &StmtIf) -> bool {
        let tree = self.subject.tree;
        let test = tree.id(&*asks.test);
        let is_asked = |name: &str| {
            let mut nodes = std::iter::once(test).chain(tree.descendants(test));
            nodes.any(|id| self.text(tree.range(id)) == name)
        };
        self.own().any(|id| match tree.node(id) {
            AnyNodeRef::StmtAugAssign(it) if it.end() <= asks.start() => {
                is_asked(self.text(it.target.range()))
            }
            _ => false,
        })
    }
}

/// What a test asks for, and whether it is for that being missing.
fn asked(test: &Expr) -> (&Expr, bool) {
    match test {
        Expr::UnaryOp(it) if it.op.is_not() => (&it.operand, true),
        Expr::Compare(it) => match (&*it.ops, &*it.comparators) {
            ([op @ (CmpOp::Is | CmpOp::IsNot)], [Expr::NoneLiteral(_)]) => {
                (&it.left, *op == CmpOp::Is)
            }
            _ => (test, false),
        },
        _ => (test, false),
    }
}

fn is_set(node: AnyNodeRef) -> bool {
    match node {
        AnyNodeRef::ExprAttribute(it) => it.ctx == ExprContext::Store,
        AnyNodeRef::ExprName(it) => it.ctx == ExprContext::Store,
        _ => false,
    }
}
