//! Statement patterns × statements, alone or as neighbors of one block.

use ruff_python_ast::{
    AnyNodeRef, ExceptHandler, Expr, ExprRef, Identifier, Stmt, StmtAnnAssign, StmtAssign, StmtIf,
    StmtImport, StmtTry, WithItem,
};
use ruff_text_size::Ranged;

use super::capture::Captured;
use super::unify::Unifier;
use crate::bind::scope::from_module;
use crate::python::dotted::is_or_is_in;
use crate::python::tree::NodeId;
use crate::recipe::pattern::{Arity, metavariable, value_of};
use crate::semantic::Model;
use crate::source::cell::cell_at;

impl<'r, 'a> Unifier<'r, 'a, '_> {
    /// The statements of one block from `node` on; of a module those of one cell.
    pub(super) fn neighbors(&mut self, patterns: &'r [Stmt], node: AnyNodeRef<'a>) -> bool {
        let subject = self.subject;
        if !node.is_statement() {
            return false;
        }
        let first = subject.tree.id(node);
        self.first = Some(first);
        let block = &subject.blocks.siblings(first)[subject.blocks.position(first)..];
        let here = match cell_at(subject.module.cells(), node.start()) {
            Some(cell) => {
                let is_in_it = |id: &NodeId| subject.tree.range(*id).start() < cell.range.end();
                &block[..block.partition_point(is_in_it)]
            }
            None => block,
        };
        self.sequence(patterns, here, false)
    }

    /// Statements of a block; `$...xs` takes as few as make the others fit, and behind all others as
    /// many as use what those bind. With `whole` none may be left over.
    fn sequence(&mut self, patterns: &'r [Stmt], nodes: &[NodeId], whole: bool) -> bool {
        let tree = self.subject.tree;
        let Some((first, others)) = patterns.split_first() else {
            return nodes.is_empty() || !whole;
        };
        let Some(name) = body_variable(first) else {
            return nodes.split_first().is_some_and(|(node, nodes)| {
                let node = tree.node(*node);
                let fits = self.statement(first, node);
                if fits && !whole && others.is_empty() {
                    self.last = node;
                }
                fits && self.sequence(others, nodes, whole)
            });
        };
        if let (Some(first), true, false) = (self.first, others.is_empty(), whole) {
            return self.as_far_as_used(name, first, nodes);
        }
        // What is behind all others takes all that is left.
        let fewest = if whole && others.is_empty() {
            nodes.len()
        } else {
            0
        };
        let sizes = self.sizes(fewest, others, nodes);
        sizes.into_iter().any(|taken| {
            if !self.may_go_on(others, &nodes[taken..]) {
                return false;
            }
            let (bound, unsure) = (self.captures.len(), self.unsure.clone());
            let body = nodes[..taken].iter().map(|id| tree.node(*id)).collect();
            let fits = self.capture(name, Captured::Body(body))
                && self.sequence(others, &nodes[taken..], whole);
            if !fits {
                self.captures.truncate(bound);
                self.unsure = unsure;
            }
            fits
        })
    }

    /// The first of some statements may fit: a look before what stands above it is taken.
    fn may_go_on(&mut self, patterns: &'r [Stmt], nodes: &[NodeId]) -> bool {
        let Some(first) = patterns.first().filter(|it| body_variable(it).is_none()) else {
            return true;
        };
        let (bound, unsure) = (self.captures.len(), self.unsure.clone());
        let tree = self.subject.tree;
        let fits = nodes
            .first()
            .is_some_and(|node| self.statement(first, tree.node(*node)));
        self.captures.truncate(bound);
        self.unsure = unsure;
        fits
    }

    /// The statements up to the last use of what the statements from `first` to them bind; one use at
    /// least, and none elsewhere.
    fn as_far_as_used(&mut self, name: &'r str, first: NodeId, nodes: &[NodeId]) -> bool {
        let Model {
            tree, names, flow, ..
        } = self.subject.model;
        let Some(next) = nodes.first() else {
            return false;
        };
        let is_before = |id: NodeId| first <= id && id < *next;
        let bound = names.bindings_in(&(first..*next));
        let uses = bound.flat_map(|(id, _)| flow.uses(id));
        let uses = uses.filter(|id| !is_before(*id));
        let holder = |used: NodeId| {
            let place = nodes.partition_point(|id| *id <= used).checked_sub(1)?;
            tree.contains(nodes[place], used).then_some(place)
        };
        let holders: Option<Vec<usize>> = uses.map(holder).collect();
        let Some(last) = holders.and_then(|it| it.into_iter().max()) else {
            return false;
        };
        let body: Vec<_> = nodes[..=last].iter().map(|id| tree.node(*id)).collect();
        self.last = tree.node(nodes[last]);
        self.capture(name, Captured::Body(body))
    }

    /// All statements of a block.
    pub(super) fn body(&mut self, patterns: &'r [Stmt], nodes: &'a [Stmt]) -> bool {
        let first = nodes.first().map(|first| self.subject.tree.id(first));
        let nodes = first.map_or(&[][..], |first| self.subject.blocks.siblings(first));
        self.sequence(patterns, nodes, true)
    }

    /// One statement with its bodies; `x = v` fits `(x := v)`, too.
    pub(super) fn statement(&mut self, pattern: &'r Stmt, node: AnyNodeRef<'a>) -> bool {
        if let Some(value) = value_of(pattern) {
            return used_value(node).is_some_and(|used| self.operand(value, used));
        }
        match (pattern, node) {
            (Stmt::If(pattern), AnyNodeRef::StmtIf(node)) => self.if_statement(pattern, node),
            (Stmt::Try(pattern), AnyNodeRef::StmtTry(node)) => self.try_statement(pattern, node),
            (Stmt::While(pattern), AnyNodeRef::StmtWhile(node)) => {
                self.expression(&pattern.test, ExprRef::from(&node.test))
                    && self.body(&pattern.body, &node.body)
                    && self.body(&pattern.orelse, &node.orelse)
            }
            (Stmt::For(pattern), AnyNodeRef::StmtFor(node)) => {
                pattern.is_async == node.is_async
                    && self.expression(&pattern.target, ExprRef::from(&node.target))
                    && self.expression(&pattern.iter, ExprRef::from(&node.iter))
                    && self.body(&pattern.body, &node.body)
                    && self.body(&pattern.orelse, &node.orelse)
            }
            (Stmt::With(pattern), AnyNodeRef::StmtWith(node)) => {
                pattern.is_async == node.is_async
                    && self.with_items(&pattern.items, &node.items)
                    && self.body(&pattern.body, &node.body)
            }
            (Stmt::Assign(pattern), AnyNodeRef::ExprNamed(node)) => {
                matches!(pattern.targets.as_slice(), [target]
                    if self.expression(target, ExprRef::from(&node.target)))
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            _ => self.simple_statement(pattern, node),
        }
    }

    /// The value itself, or a part of a test that it is: compared, negated, joined by `and` or `or`.
    fn operand(&mut self, pattern: &'r Expr, used: &'a Expr) -> bool {
        let (bound, unsure) = (self.captures.len(), self.unsure.clone());
        if self.expression(pattern, ExprRef::from(used)) {
            return true;
        }
        self.captures.truncate(bound);
        self.unsure = unsure;
        match used {
            Expr::Compare(it) => {
                let mut operands = std::iter::once(&*it.left).chain(&it.comparators);
                operands.any(|it| self.operand(pattern, it))
            }
            Expr::BoolOp(it) => it.values.iter().any(|it| self.operand(pattern, it)),
            Expr::UnaryOp(it) => self.operand(pattern, &it.operand),
            Expr::Named(it) => self.operand(pattern, &it.value),
            _ => false,
        }
    }

    /// `import m` fits what is imported of the module `m`, under any name: it is an `Alias` of an
    /// import, or a member of a from-import.
    pub(super) fn imports(&mut self, pattern: &StmtImport, node: AnyNodeRef<'a>) -> bool {
        let [wanted] = pattern.names.as_slice() else {
            return false;
        };
        let (AnyNodeRef::Alias(alias), tree) = (node, self.subject.tree) else {
            return false;
        };
        let module = match tree.parent_node(tree.id(alias)) {
            AnyNodeRef::StmtImportFrom(import) => from_module(import),
            _ => alias.name.to_string(),
        };
        is_or_is_in(&module, wanted.name.as_str())
    }

    /// Returns whether a statement imports what the pattern does, and nothing else.
    fn import_statement(&mut self, pattern: &StmtImport, node: AnyNodeRef<'a>) -> bool {
        let names = match node {
            AnyNodeRef::StmtImport(node) => &node.names,
            AnyNodeRef::StmtImportFrom(node) => &node.names,
            _ => return false,
        };
        names
            .iter()
            .all(|alias| self.imports(pattern, alias.into()))
    }

    /// Statements that hold no others.
    fn simple_statement(&mut self, pattern: &'r Stmt, node: AnyNodeRef<'a>) -> bool {
        match (pattern, node) {
            (Stmt::Expr(pattern), AnyNodeRef::StmtExpr(node)) => {
                self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Stmt::Pass(_), AnyNodeRef::StmtPass(_))
            | (Stmt::Break(_), AnyNodeRef::StmtBreak(_))
            | (Stmt::Continue(_), AnyNodeRef::StmtContinue(_)) => true,
            (Stmt::Import(pattern), node) => self.import_statement(pattern, node),
            (Stmt::Delete(pattern), AnyNodeRef::StmtDelete(node)) => {
                self.elements(&pattern.targets, &node.targets)
            }
            (Stmt::Return(pattern), AnyNodeRef::StmtReturn(node)) => {
                self.optional(pattern.value.as_deref(), node.value.as_deref())
            }
            (Stmt::Raise(pattern), AnyNodeRef::StmtRaise(node)) => {
                self.optional(pattern.exc.as_deref(), node.exc.as_deref())
                    && self.optional(pattern.cause.as_deref(), node.cause.as_deref())
            }
            (Stmt::Assert(pattern), AnyNodeRef::StmtAssert(node)) => {
                self.expression(&pattern.test, ExprRef::from(&node.test))
                    && self.optional(pattern.msg.as_deref(), node.msg.as_deref())
            }
            (Stmt::Global(pattern), AnyNodeRef::StmtGlobal(node)) => {
                self.declared(&pattern.names, &node.names)
            }
            (Stmt::Nonlocal(pattern), AnyNodeRef::StmtNonlocal(node)) => {
                self.declared(&pattern.names, &node.names)
            }
            (Stmt::ImportFrom(pattern), AnyNodeRef::StmtImportFrom(node)) => {
                self.import_from(pattern, node)
            }
            _ => self.assignment(pattern, node),
        }
    }

    fn assignment(&mut self, pattern: &'r Stmt, node: AnyNodeRef<'a>) -> bool {
        match (pattern, node) {
            (Stmt::Assign(pattern), AnyNodeRef::StmtAssign(node)) => {
                self.targets(&pattern.targets, &node.targets)
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            (Stmt::Assign(pattern), AnyNodeRef::StmtAnnAssign(node)) => {
                self.annotated_assignment(pattern, node)
            }
            (Stmt::AugAssign(pattern), AnyNodeRef::StmtAugAssign(node)) => {
                pattern.op == node.op
                    && self.expression(&pattern.target, ExprRef::from(&node.target))
                    && self.expression(&pattern.value, ExprRef::from(&node.value))
            }
            _ => false,
        }
    }

    /// `global x` fits where `x` is one of the names.
    fn declared(&mut self, patterns: &'r [Identifier], nodes: &'a [Identifier]) -> bool {
        patterns.iter().all(|pattern| {
            nodes.iter().any(|node| {
                let bound = self.captures.len();
                let fits = self.identifier(pattern, node);
                if !fits {
                    self.captures.truncate(bound);
                }
                fits
            })
        })
    }

    /// `x = v` fits `x: T = v`, too.
    fn annotated_assignment(&mut self, pattern: &'r StmtAssign, node: &'a StmtAnnAssign) -> bool {
        let ([target], Some(value)) = (pattern.targets.as_slice(), node.value.as_deref()) else {
            return false;
        };
        self.target(target, &node.target) && self.expression(&pattern.value, ExprRef::from(value))
    }

    fn targets(&mut self, patterns: &'r [Expr], nodes: &'a [Expr]) -> bool {
        match (patterns, nodes) {
            ([pattern], [node]) => self.target(pattern, node),
            _ => self.elements(patterns, nodes),
        }
    }

    /// A name that is bound is compared by spelling.
    fn target(&mut self, pattern: &'r Expr, node: &'a Expr) -> bool {
        match (pattern, node) {
            (Expr::Name(name), Expr::Name(bound)) if metavariable(&name.id).is_none() => {
                name.id == bound.id
            }
            _ => self.expression(pattern, ExprRef::from(node)),
        }
    }

    pub(super) fn optional(&mut self, pattern: Option<&'r Expr>, node: Option<&'a Expr>) -> bool {
        match (pattern, node) {
            (None, None) => true,
            (Some(pattern), Some(node)) => self.expression(pattern, ExprRef::from(node)),
            _ => false,
        }
    }

    /// An `if` without `else`, in pattern and code.
    fn if_statement(&mut self, pattern: &'r StmtIf, node: &'a StmtIf) -> bool {
        self.expression(&pattern.test, ExprRef::from(&node.test))
            && pattern.elif_else_clauses.is_empty()
            && node.elif_else_clauses.is_empty()
            && self.body(&pattern.body, &node.body)
    }

    fn try_statement(&mut self, pattern: &'r StmtTry, node: &'a StmtTry) -> bool {
        pattern.is_star == node.is_star
            && pattern.handlers.len() == node.handlers.len()
            && self.body(&pattern.body, &node.body)
            && (pattern.handlers.iter().zip(&node.handlers))
                .all(|(pattern, node)| self.handler(pattern, node))
            && self.body(&pattern.orelse, &node.orelse)
            && self.body(&pattern.finalbody, &node.finalbody)
    }

    fn handler(&mut self, pattern: &'r ExceptHandler, node: &'a ExceptHandler) -> bool {
        let ExceptHandler::ExceptHandler(pattern) = pattern;
        let ExceptHandler::ExceptHandler(node) = node;
        self.optional(pattern.type_.as_deref(), node.type_.as_deref())
            && match (&pattern.name, &node.name) {
                (Some(name), Some(given)) => self.identifier(&name.id, given),
                (None, None) => true,
                _ => false,
            }
            && self.body(&pattern.body, &node.body)
    }

    fn with_items(&mut self, patterns: &'r [WithItem], nodes: &'a [WithItem]) -> bool {
        patterns.len() == nodes.len()
            && patterns
                .iter()
                .zip(nodes)
                .all(|(pattern, node)| self.with_item(pattern, node, true))
    }
}

/// The value that a statement uses: as a statement of its own, assigned, returned, or tested.
fn used_value<'a>(node: AnyNodeRef<'a>) -> Option<&'a Expr> {
    match node {
        AnyNodeRef::StmtExpr(node) => Some(&node.value),
        AnyNodeRef::StmtAssign(node) => Some(&node.value),
        AnyNodeRef::StmtAnnAssign(node) => node.value.as_deref(),
        AnyNodeRef::StmtAugAssign(node) => Some(&node.value),
        AnyNodeRef::StmtReturn(node) => node.value.as_deref(),
        AnyNodeRef::StmtAssert(node) => Some(&node.test),
        AnyNodeRef::StmtIf(node) => Some(&node.test),
        AnyNodeRef::StmtWhile(node) => Some(&node.test),
        _ => None,
    }
}

pub(super) fn body_variable(statement: &Stmt) -> Option<&str> {
    let Stmt::Expr(statement) = statement else {
        return None;
    };
    let Expr::Name(name) = statement.value.as_ref() else {
        return None;
    };
    metavariable(&name.id)
        .filter(|variable| variable.arity == Arity::Body)
        .map(|variable| variable.name)
}
