//! What one class says of an attribute of its objects: what its body binds, and what its methods set.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprRef, StmtClassDef, StmtFunctionDef};

use super::symbols::Budget;
use super::{Referent, Type};
use crate::bind::base::Base;
use crate::bind::binding::{BindingId, BindingKind};
use crate::bind::resolve::Resolver;
use crate::bind::scope::ScopeKind;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// What a class says of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<'a> {
    /// What it is; not known where the class does not say that.
    pub of: Type<'a>,
    /// Whether an annotation says so.
    pub is_declared: bool,
    /// Whether the class binds or sets it.
    pub is_bound: bool,
}

/// What sets an attribute.
#[derive(Default)]
struct Sources<'a> {
    declared: Vec<Type<'a>>,
    values: Vec<ExprRef<'a>>,
    others: Vec<Type<'a>>,
}

impl<'a> Resolver<'a> {
    /// Returns what a class says of an attribute of its objects, those above it left out.
    pub fn attribute_of(&self, class: &'a StmtClassDef, name: &str) -> Sourced<'a> {
        Budget::spend(|budget| self.own_attribute(class, name, budget))
    }

    pub(super) fn own_attribute(
        &self,
        class: &'a StmtClassDef,
        name: &str,
        budget: Budget,
    ) -> Sourced<'a> {
        let mut found = Sources::default();
        for binding in self.bindings_in_body(class, name) {
            self.add_bound(*binding, budget, &mut found);
        }
        let tree = self.flow().names().tree();
        for id in self.setters_of(class, name) {
            self.add_set(tree.node(id), (class, name), budget, &mut found);
        }
        let Sources {
            declared,
            values,
            mut others,
        } = found;
        if !declared.is_empty() {
            return Sourced {
                of: self.believed(declared, values.into_iter(), budget),
                is_declared: true,
                is_bound: true,
            };
        }
        let is_bound = !values.is_empty() || !others.is_empty();
        for value in values {
            if others.contains(&Type::Unknown) {
                break;
            }
            others.push(self.type_of(value, budget));
        }
        Sourced {
            of: Type::any_of(others),
            is_declared: false,
            is_bound,
        }
    }

    /// What `super()` is: the object, as the first class above that of its method has it.
    pub(super) fn type_of_super(&self, call: &'a ExprCall) -> Type<'a> {
        let Some((class, None)) = self.super_of(call) else {
            return Type::Unknown;
        };
        let counts = |it: &&Base| !matches!(it, Base::There(name) if stdlib::is_empty(name));
        let class = match self.above(class).iter().find(counts) {
            Some(Base::Here(class)) => Referent::Class(class),
            Some(Base::There(name)) => Referent::Here(name.clone()),
            _ => return Type::Unknown,
        };
        Type::Object {
            class,
            is_exact: false,
            parts: Vec::new(),
        }
    }

    /// The bindings of a name in the body of a class.
    fn bindings_in_body(&self, class: &'a StmtClassDef, name: &str) -> &'a [BindingId] {
        let names = self.flow().names();
        let scope = names.scope_opened_by(names.tree().id(class));
        let scope = scope.filter(|scope| names.scope(*scope).kind == ScopeKind::Class);
        scope.map_or(&[], |scope| names.bindings_of(scope, name))
    }

    fn add_bound(&self, id: BindingId, budget: Budget, found: &mut Sources<'a>) {
        let names = self.flow().names();
        let binding = names.binding(id);
        match (binding.kind, names.tree().node(binding.node)) {
            (BindingKind::Assignment { value, annotation }, _) => {
                let value = names.tree().node(value).as_expr_ref();
                let annotation = annotation.and_then(|it| names.tree().node(it).as_expr_ref());
                self.add_value(annotation, value, budget, found);
            }
            (BindingKind::Annotation { annotation }, _) => {
                let annotation = names.tree().node(annotation).as_expr_ref();
                self.add_value(annotation, None, budget, found);
            }
            (BindingKind::Function, AnyNodeRef::StmtFunctionDef(def)) => {
                self.add_property(def, found);
            }
            (BindingKind::Class, _) => found.others.push(self.bound(&[id], budget)),
            _ => found.others.push(Type::Unknown),
        }
    }

    fn add_property(&self, def: &'a StmtFunctionDef, found: &mut Sources<'a>) {
        if self.is_accessor(def) {
            return;
        }
        let decorators = self.decorators(def).unwrap_or_default();
        let is_property =
            !decorators.is_empty() && decorators.iter().all(|it| stdlib::gives_property(it));
        found.declared.push(match is_property && !def.is_async {
            true => self.returned(def, self.yields(def)),
            false => Type::Unknown,
        });
    }

    /// `@name.setter` and the like: it says nothing of what the property gives.
    fn is_accessor(&self, def: &StmtFunctionDef) -> bool {
        let mut decorators = def.decorator_list.iter();
        decorators.any(|it| match &it.expression {
            Expr::Attribute(attribute) => {
                stdlib::is_accessor(&attribute.attr)
                    && attribute
                        .value
                        .as_name_expr()
                        .is_some_and(|it| it.id == def.name.id)
            }
            _ => false,
        })
    }

    fn add_value(
        &self,
        annotation: Option<ExprRef<'a>>,
        value: Option<ExprRef<'a>>,
        budget: Budget,
        found: &mut Sources<'a>,
    ) {
        let tree = self.flow().names().tree();
        let says = |it: &ExprRef<'a>| match value {
            Some(value) => !self.adds_nothing(tree.id(*it), tree.id(value)),
            None => true,
        };
        if let Some(annotation) = annotation.filter(says) {
            found.declared.push(self.said_by(annotation, budget));
        }
        found.values.extend(value);
    }

    /// Adds what a statement of the class sets an attribute of its object to; nothing for other statements.
    fn add_set(
        &self,
        statement: AnyNodeRef<'a>,
        (class, name): (&'a StmtClassDef, &str),
        budget: Budget,
        found: &mut Sources<'a>,
    ) {
        let is_it = |it: &'a Expr| self.sets_member(it, name, class);
        match statement {
            AnyNodeRef::StmtAssign(assign) => {
                let value = || self.type_of((&*assign.value).into(), budget);
                for target in &assign.targets {
                    match is_it(target) {
                        true => found.values.push((&*assign.value).into()),
                        false => self.add_unpacked(target, &is_it, &value, found),
                    }
                }
            }
            AnyNodeRef::StmtAnnAssign(assign) if is_it(&assign.target) => {
                let value = assign.value.as_deref().map(ExprRef::from);
                self.add_value(Some((&*assign.annotation).into()), value, budget, found);
            }
            AnyNodeRef::StmtAugAssign(assign) if is_it(&assign.target) => {
                found.others.push(Type::Unknown);
            }
            AnyNodeRef::StmtFor(it) => {
                self.add_unpacked(&it.target, &is_it, &|| Type::Unknown, found);
            }
            AnyNodeRef::StmtWith(with) => {
                let tree = self.flow().names().tree();
                for item in &with.items {
                    let entered = || self.entered(tree.id(item), budget);
                    if let Some(target) = item.optional_vars.as_deref() {
                        self.add_unpacked(target, &is_it, &entered, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// Adds what a target takes of a value, and those in it.
    fn add_unpacked(
        &self,
        target: &'a Expr,
        is_it: &dyn Fn(&'a Expr) -> bool,
        value: &dyn Fn() -> Type<'a>,
        found: &mut Sources<'a>,
    ) {
        if is_it(target) {
            let node: NodeId = self.flow().names().tree().id(target);
            return found.others.push(self.taken(value(), node));
        }
        let inner: &'a [Expr] = match target {
            Expr::Tuple(tuple) => &tuple.elts,
            Expr::List(list) => &list.elts,
            Expr::Starred(starred) => std::slice::from_ref(&*starred.value),
            _ => return,
        };
        for target in inner {
            self.add_unpacked(target, is_it, value, found);
        }
    }
}
