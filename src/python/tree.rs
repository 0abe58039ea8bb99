//! A parsed module → every node with its parent, in source order.
//!
//! Ruff's nodes know their children only. Here each gets a [`NodeId`] (its place in source order,
//! stored in the node itself), so that a rule found anywhere can look outwards. The recursion of
//! building is the only recursion over a whole file: everything later walks this list.

use std::ops::Range;
use std::sync::OnceLock;

use ruff_python_ast::visitor::source_order::{
    SourceOrderVisitor, TraversalSignal, walk_expr, walk_stmt,
};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, HasNodeIndex, NodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::parse::Module;

/// The place of a node in source order; the root is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    /// The module itself.
    pub const ROOT: NodeId = NodeId(0);

    /// Returns the place as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
struct Entry<'a> {
    node: AnyNodeRef<'a>,
    parent: NodeId,
    /// First id after the node's descendants.
    end: u32,
}

/// All nodes of a module, parents before children, siblings in source order.
#[derive(Debug)]
pub struct Tree<'a> {
    entries: Vec<Entry<'a>>,
    /// The statement that each node is or stands in; found when first asked for.
    statements: OnceLock<Vec<Option<NodeId>>>,
}

impl<'a> Tree<'a> {
    /// Lists the nodes of `module`: its cells' statements under one root, the statements of a magic
    /// (`%time x = f()`) under the magic, what a quoted annotation spells under its string.
    pub fn build(module: &'a Module) -> Self {
        let mut builder = Builder {
            module,
            // To let it grow would copy it again and again; there are about as many nodes as tokens.
            entries: Vec::with_capacity(module.n_tokens()),
            open: Vec::new(),
        };
        builder.enter(AnyNodeRef::from(module.root()));
        for statement in module.statements() {
            builder.visit_stmt(statement);
        }
        builder.leave();
        Self {
            entries: builder.entries,
            statements: OnceLock::new(),
        }
    }

    /// Returns the number of nodes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns whether there are no nodes but the root.
    pub fn is_empty(&self) -> bool {
        self.entries.len() <= 1
    }

    /// Returns the node.
    pub fn node(&self, id: NodeId) -> AnyNodeRef<'a> {
        self.entries[id.index()].node
    }

    /// Returns the id of a node of this module's tree.
    pub fn id(&self, node: impl HasNodeIndex) -> NodeId {
        let index = node.node_index().load().as_u32();
        // Every node of the module was given its place by `build`.
        NodeId(index.expect("a node of this tree"))
    }

    /// Returns the parent; the root's is the root.
    pub fn parent(&self, id: NodeId) -> NodeId {
        self.entries[id.index()].parent
    }

    /// Returns the parent's node.
    pub fn parent_node(&self, id: NodeId) -> AnyNodeRef<'a> {
        self.node(self.parent(id))
    }

    /// Returns the call of what a node stands for: `f(x)` of `f`.
    pub fn call_of(&self, callee: NodeId) -> Option<&'a ExprCall> {
        match self.parent_node(callee) {
            AnyNodeRef::ExprCall(call) if self.id(&*call.func) == callee => Some(call),
            _ => None,
        }
    }

    /// Iterates over all nodes in source order, the root first.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.entries.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Iterates over the ancestors from the parent to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors((id != NodeId::ROOT).then(|| self.parent(id)), |&id| {
            (id != NodeId::ROOT).then(|| self.parent(id))
        })
    }

    /// Iterates over the node and its ancestors.
    pub fn with_ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(id).chain(self.ancestors(id))
    }

    /// Iterates over everything inside a node, in source order, the node itself left out.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0 + 1..self.entries[id.index()].end).map(NodeId)
    }

    /// Iterates over the node and everything inside, in source order.
    pub fn with_descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.entries[id.index()].end).map(NodeId)
    }

    /// Returns where a node and everything inside stand.
    pub fn span(&self, id: NodeId) -> Range<NodeId> {
        id..NodeId(self.entries[id.index()].end)
    }

    /// Iterates over the nodes from one up to another, in source order.
    pub fn between(&self, part: &Range<NodeId>) -> impl Iterator<Item = NodeId> + use<> {
        (part.start.0..part.end.0).map(NodeId)
    }

    /// Returns where the nodes stand that begin in a range of the text, the root left out.
    pub fn beginning_in(&self, range: TextRange) -> Range<NodeId> {
        let nodes = &self.entries[1.min(self.entries.len())..];
        let place = |offset: TextSize| {
            let before = nodes.partition_point(|entry| entry.node.start() < offset);
            NodeId(u32::try_from(1 + before).unwrap_or(u32::MAX))
        };
        place(range.start())..place(range.end())
    }

    /// Iterates over a node's children in source order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.entries[id.index()].end;
        let next = move |at: u32| (at < end).then_some(NodeId(at));
        std::iter::successors(next(id.0 + 1), move |child| {
            next(self.entries[child.index()].end)
        })
    }

    /// Iterates over the nodes that begin at an offset, outermost first; the root left out.
    pub fn starting_at(&self, offset: TextSize) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = &self.entries[1.min(self.entries.len())..];
        let first = 1 + nodes.partition_point(|entry| entry.node.start() < offset);
        let ids = (first..self.entries.len()).map_while(|id| u32::try_from(id).ok().map(NodeId));
        ids.take_while(move |id| self.range(*id).start() == offset)
    }

    /// Returns whether `inner` is `outer` or stands inside it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        outer <= inner && inner.0 < self.entries[outer.index()].end
    }

    /// Returns the innermost statement that is or holds the node; `None` for the root.
    pub fn statement(&self, id: NodeId) -> Option<NodeId> {
        let all = self.statements.get_or_init(|| {
            let mut all: Vec<Option<NodeId>> = Vec::with_capacity(self.entries.len());
            for id in self.ids() {
                let around = all.get(self.parent(id).index()).copied().flatten();
                all.push(match self.node(id).is_statement() {
                    true => Some(id),
                    false => around,
                });
            }
            all
        });
        all[id.index()]
    }

    /// Returns the node's range in the module text.
    pub fn range(&self, id: NodeId) -> TextRange {
        self.node(id).range()
    }
}

struct Builder<'a> {
    module: &'a Module,
    entries: Vec<Entry<'a>>,
    open: Vec<NodeId>,
}

impl<'a> Builder<'a> {
    fn enter(&mut self, node: AnyNodeRef<'a>) {
        // Text offsets are 32 bits, and every node takes a byte at least.
        let id = u32::try_from(self.entries.len()).expect("fewer nodes than bytes");
        node.node_index().set(NodeIndex::from(id));
        self.entries.push(Entry {
            node,
            parent: self.open.last().copied().unwrap_or(NodeId::ROOT),
            end: id + 1,
        });
        self.open.push(NodeId(id));
    }

    fn leave(&mut self) {
        let end = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        if let Some(id) = self.open.pop() {
            self.entries[id.index()].end = end;
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Builder<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        self.enter(node);
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, _node: AnyNodeRef<'a>) {
        self.leave();
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        let Expr::StringLiteral(string) = expression else {
            return walk_expr(self, expression);
        };
        let Some(quoted) = self.module.quoted(string.range()) else {
            return walk_expr(self, expression);
        };
        self.enter(AnyNodeRef::from(string));
        for part in &string.value {
            self.visit_string_literal(part);
        }
        self.visit_expr(quoted);
        self.leave();
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::IpyEscapeCommand(magic) = statement {
            self.enter(AnyNodeRef::from(magic));
            for inner in self.module.magic_body(magic.range()) {
                self.visit_stmt(inner);
            }
            self.leave();
        } else {
            walk_stmt(self, statement);
        }
    }
}
