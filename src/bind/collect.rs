//! A module's tree → its scopes, bindings and references: one pass over the nodes, in source order.
//!
//! Parents come before children, so a node's scope follows from its parent's scope and its role in
//! the parent; nothing recurses.

use ruff_python_ast::{AnyNodeRef, ExprContext, ExprName, HasNodeIndex, Parameter, StmtIf};
use rustc_hash::FxHashSet;

use crate::python::parse::Module;
use crate::python::tree::{NodeId, Tree};

use super::binding::{Binding, BindingKind, Reference, ScopeId};
use super::scope::{Bindings, Declared, NodePlace, ScopeKind};

impl<'a> Bindings<'a> {
    /// Binds the names of a module; `unknown_names` are those mentioned where nothing can be read: in
    /// broken cells and opaque magics.
    pub fn bind(tree: &'a Tree<'a>, module: &'a Module, unknown_names: FxHashSet<String>) -> Self {
        let notebook = !module.cells().is_empty();
        let mut collector = Collector {
            tree,
            names: Bindings::empty(tree, notebook, unknown_names),
        };
        for id in tree.ids() {
            let place = collector.place(id);
            collector.names.places.push(place);
            collector.open_scopes(id);
            collector.bind_node(id);
        }
        collector.names.settle();
        collector.names
    }
}

struct Collector<'a> {
    tree: &'a Tree<'a>,
    names: Bindings<'a>,
}

impl<'a> Collector<'a> {
    /// Says where a node is evaluated; its parent's place is known.
    fn place(&self, id: NodeId) -> NodePlace {
        if id == NodeId::ROOT {
            return NodePlace {
                scope: ScopeId::MODULE,
                annotation: false,
                typing_only: false,
            };
        }
        let parent = self.tree.parent(id);
        let outer = self.names.places[parent.index()];
        NodePlace {
            scope: self.scope_in(parent, id).unwrap_or(outer.scope),
            annotation: outer.annotation || self.is_annotation_of(parent, id),
            typing_only: outer.typing_only || self.is_typing_body(parent, id),
        }
    }

    /// Returns the scope of a child whose scope differs from its parent's.
    fn scope_in(&self, parent: NodeId, child: NodeId) -> Option<ScopeId> {
        let node = self.tree.node(child);
        match self.tree.node(parent) {
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) => match node {
                AnyNodeRef::Decorator(_) | AnyNodeRef::Identifier(_) => None,
                _ if node.is_statement() => self.names.scope_opened_by(parent),
                _ => self.type_parameters(parent),
            },
            AnyNodeRef::StmtTypeAlias(alias) => (child != self.id(&*alias.name))
                .then(|| self.names.scope_opened_by(parent))
                .flatten(),
            AnyNodeRef::ExprLambda(_) => (!matches!(node, AnyNodeRef::Parameters(_)))
                .then(|| self.names.scope_opened_by(parent))
                .flatten(),
            AnyNodeRef::ParameterWithDefault(_) if node.is_expression() => {
                // Parameters stand in a def or lambda: defaults are evaluated around it.
                let owner = self.tree.parent(self.tree.parent(parent));
                Some(self.names.scope_of(owner))
            }
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => self.names.scope_opened_by(parent),
            AnyNodeRef::Comprehension(clause) => {
                let whole = self.tree.parent(parent);
                let is_first = self.first_clause(whole) == Some(parent);
                (is_first && child == self.id(&clause.iter)).then(|| self.names.scope_of(whole))
            }
            _ => None,
        }
    }

    fn id(&self, node: impl HasNodeIndex) -> NodeId {
        self.tree.id(node)
    }

    /// Returns the scope of a def's or class's type parameters, if it has any.
    fn type_parameters(&self, definition: NodeId) -> Option<ScopeId> {
        let inner = self.names.scope_opened_by(definition)?;
        let around = self.names.scope(inner).parent?;
        (self.names.scope(around).kind == ScopeKind::TypeParameters
            && self.names.scope(around).node == definition)
            .then_some(around)
    }

    fn first_clause(&self, comprehension: NodeId) -> Option<NodeId> {
        let clauses = match self.tree.node(comprehension) {
            AnyNodeRef::ExprListComp(node) => &node.generators,
            AnyNodeRef::ExprSetComp(node) => &node.generators,
            AnyNodeRef::ExprDictComp(node) => &node.generators,
            AnyNodeRef::ExprGenerator(node) => &node.generators,
            _ => return None,
        };
        clauses.first().map(|clause| self.id(clause))
    }

    fn is_annotation_of(&self, parent: NodeId, child: NodeId) -> bool {
        let node = self.tree.node(child);
        match self.tree.node(parent) {
            AnyNodeRef::Parameter(_) => node.is_expression(),
            AnyNodeRef::StmtFunctionDef(_) => node.is_expression(),
            AnyNodeRef::StmtAnnAssign(assign) => child == self.id(&*assign.annotation),
            AnyNodeRef::StmtTypeAlias(alias) => child != self.id(&*alias.name),
            _ => false,
        }
    }

    fn is_typing_body(&self, parent: NodeId, child: NodeId) -> bool {
        matches!(self.tree.node(parent), AnyNodeRef::StmtIf(statement)
            if is_type_checking(statement) && self.tree.node(child).is_statement())
    }

    fn open_scopes(&mut self, id: NodeId) {
        let around = self.names.scope_of(id);
        let (kind, has_type_parameters) = match self.tree.node(id) {
            AnyNodeRef::StmtFunctionDef(def) => {
                let is_async = def.is_async;
                (ScopeKind::Function { is_async }, def.type_params.is_some())
            }
            AnyNodeRef::StmtClassDef(class) => (ScopeKind::Class, class.type_params.is_some()),
            AnyNodeRef::StmtTypeAlias(_) => (ScopeKind::TypeParameters, false),
            AnyNodeRef::ExprLambda(_) => (ScopeKind::Lambda, false),
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_) => (ScopeKind::Comprehension, false),
            AnyNodeRef::ExprGenerator(_) => (ScopeKind::Generator, false),
            _ => return,
        };
        let mut parent = around;
        if has_type_parameters {
            let kind = ScopeKind::TypeParameters;
            parent = self.names.open_scope(kind, id, Some(around));
        }
        let scope = self.names.open_scope(kind, id, Some(parent));
        self.names.opened.insert(id, scope);
    }

    fn bind_node(&mut self, id: NodeId) {
        match self.tree.node(id) {
            AnyNodeRef::StmtFunctionDef(def) => {
                self.bind_here(id, &def.name, BindingKind::Function);
            }
            AnyNodeRef::StmtClassDef(class) => {
                self.bind_here(id, &class.name, BindingKind::Class);
            }
            AnyNodeRef::StmtGlobal(global) => {
                for name in &global.names {
                    self.declare(id, name, Declared::Global);
                }
            }
            AnyNodeRef::StmtNonlocal(nonlocal) => {
                for name in &nonlocal.names {
                    self.declare(id, name, Declared::Nonlocal);
                }
            }
            AnyNodeRef::Alias(_) => self.bind_alias(id),
            AnyNodeRef::Parameter(_) => self.bind_parameter(id),
            AnyNodeRef::ExceptHandlerExceptHandler(handler) => {
                self.bind_optional(id, handler.name.as_ref(), BindingKind::Except);
            }
            AnyNodeRef::PatternMatchAs(pattern) => {
                self.bind_optional(id, pattern.name.as_ref(), BindingKind::MatchCapture);
            }
            AnyNodeRef::PatternMatchStar(pattern) => {
                self.bind_optional(id, pattern.name.as_ref(), BindingKind::MatchCapture);
            }
            AnyNodeRef::PatternMatchMapping(pattern) => {
                self.bind_optional(id, pattern.rest.as_ref(), BindingKind::MatchCapture);
            }
            AnyNodeRef::TypeParamTypeVar(parameter) => {
                self.bind_here(id, &parameter.name, BindingKind::TypeParameter);
            }
            AnyNodeRef::TypeParamTypeVarTuple(parameter) => {
                self.bind_here(id, &parameter.name, BindingKind::TypeParameter);
            }
            AnyNodeRef::TypeParamParamSpec(parameter) => {
                self.bind_here(id, &parameter.name, BindingKind::TypeParameter);
            }
            AnyNodeRef::ExprName(name) => self.name(id, name),
            _ => {}
        }
    }

    fn declare(&mut self, statement: NodeId, name: &'a str, declared: Declared) {
        let scope = self.names.scope_of(statement);
        self.names.scopes[scope.0 as usize]
            .declared
            .insert(name, declared);
    }

    fn bind_optional(
        &mut self,
        id: NodeId,
        name: Option<&'a ruff_python_ast::Identifier>,
        kind: BindingKind<'a>,
    ) {
        if let Some(name) = name {
            self.bind_here(id, name, kind);
        }
    }

    fn bind_here(&mut self, node: NodeId, name: &'a str, kind: BindingKind<'a>) {
        self.push(node, name, kind, self.names.scope_of(node));
    }

    fn push(&mut self, node: NodeId, name: &'a str, kind: BindingKind<'a>, scope: ScopeId) {
        self.names.bindings.push(Binding {
            name,
            scope,
            written_in: scope,
            kind,
            node,
            statement: self.tree.statement(node).unwrap_or(NodeId::ROOT),
            typing_only: self.names.places[node.index()].typing_only,
        });
    }

    fn bind_alias(&mut self, id: NodeId) {
        let AnyNodeRef::Alias(alias) = self.tree.node(id) else {
            return;
        };
        let member = alias.name.as_str();
        let name = alias.asname.as_ref().map_or(member, |name| name.as_str());
        match self.tree.parent_node(id) {
            AnyNodeRef::StmtImportFrom(import) if member == "*" => {
                self.bind_here(id, member, BindingKind::StarImport { import });
            }
            AnyNodeRef::StmtImportFrom(import) => {
                self.bind_here(id, name, BindingKind::FromImport { import, member });
            }
            _ => {
                let aliased = alias.asname.is_some();
                let first = member.split('.').next().unwrap_or(member);
                let qualified = if aliased { member } else { first };
                let kind = BindingKind::Import {
                    qualified,
                    module: member,
                    aliased,
                };
                self.bind_here(id, if aliased { name } else { first }, kind);
            }
        }
    }

    fn bind_parameter(&mut self, id: NodeId) {
        let AnyNodeRef::Parameter(parameter) = self.tree.node(id) else {
            return;
        };
        let owner = self
            .tree
            .ancestors(id)
            .find_map(|ancestor| self.names.scope_opened_by(ancestor));
        let annotation = parameter.annotation().map(|node| self.id(node));
        let gathers = self.gathers(id);
        let kind = BindingKind::Parameter {
            annotation,
            gathers,
        };
        self.push(id, &parameter.name, kind, owner.unwrap_or(ScopeId::MODULE));
    }

    /// What a parameter under stars gathers.
    fn gathers(&self, parameter: NodeId) -> Option<&'static str> {
        let AnyNodeRef::Parameters(all) = self.tree.parent_node(parameter) else {
            return None;
        };
        let is_it = |it: &Option<Box<Parameter>>| {
            it.as_deref()
                .is_some_and(|it| self.tree.id(it) == parameter)
        };
        match () {
            () if is_it(&all.vararg) => Some("tuple"),
            () if is_it(&all.kwarg) => Some("dict"),
            () => None,
        }
    }

    fn name(&mut self, id: NodeId, name: &'a ExprName) {
        if name.ctx == ExprContext::Load {
            self.refer(id, name);
            return;
        }
        let kind = if name.ctx == ExprContext::Del {
            BindingKind::Deletion
        } else {
            self.target_kind(id)
        };
        if matches!(
            kind,
            BindingKind::AugmentedAssignment | BindingKind::Deletion
        ) {
            self.refer(id, name);
        }
        let mut scope = self.names.scope_of(id);
        if matches!(self.tree.parent_node(id), AnyNodeRef::ExprNamed(_)) {
            scope = self.outside_comprehensions(scope);
        }
        self.push(id, &name.id, kind, scope);
    }

    fn refer(&mut self, node: NodeId, name: &'a ExprName) {
        let scope = self.names.scope_of(node);
        self.names.references.push(Reference {
            node,
            scope,
            name: &name.id,
        });
    }

    fn outside_comprehensions(&self, scope: ScopeId) -> ScopeId {
        self.names
            .outwards(scope)
            .find(|&id| {
                !matches!(
                    self.names.scope(id).kind,
                    ScopeKind::Comprehension | ScopeKind::Generator
                )
            })
            .unwrap_or(scope)
    }

    /// Says how a stored name gets its value: through tuples, lists and stars around it.
    fn target_kind(&self, name: NodeId) -> BindingKind<'a> {
        let mut whole = true;
        for ancestor in self.tree.ancestors(name) {
            match self.tree.node(ancestor) {
                AnyNodeRef::ExprTuple(_) | AnyNodeRef::ExprList(_) | AnyNodeRef::ExprStarred(_) => {
                    whole = false
                }
                node => return self.kind_in(ancestor, node, whole),
            }
        }
        BindingKind::AugmentedAssignment
    }

    fn kind_in(&self, id: NodeId, node: AnyNodeRef<'a>, whole: bool) -> BindingKind<'a> {
        let assigned = |value: NodeId, annotation| {
            if whole {
                BindingKind::Assignment { value, annotation }
            } else {
                BindingKind::Unpacking { value }
            }
        };
        match node {
            AnyNodeRef::StmtAssign(assign) => assigned(self.id(&*assign.value), None),
            AnyNodeRef::ExprNamed(named) => assigned(self.id(&*named.value), None),
            AnyNodeRef::StmtAnnAssign(assign) => {
                let annotation = self.id(&*assign.annotation);
                match assign.value.as_deref() {
                    Some(value) => assigned(self.id(value), Some(annotation)),
                    None => BindingKind::Annotation { annotation },
                }
            }
            AnyNodeRef::StmtFor(statement) => BindingKind::For {
                iterable: self.id(&*statement.iter),
            },
            AnyNodeRef::Comprehension(clause) => BindingKind::Comprehension {
                iterable: self.id(&clause.iter),
            },
            AnyNodeRef::WithItem(_) => BindingKind::With { item: id },
            AnyNodeRef::StmtTypeAlias(_) => BindingKind::TypeAlias,
            _ => BindingKind::AugmentedAssignment,
        }
    }
}

/// Returns whether the body of this `if` is for type checkers only.
fn is_type_checking(statement: &StmtIf) -> bool {
    match &*statement.test {
        ruff_python_ast::Expr::Name(name) => name.id == "TYPE_CHECKING",
        ruff_python_ast::Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}
