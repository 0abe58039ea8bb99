//! An expression → what it is, by what its names are bound to and by annotations.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprName, ExprRef, StmtClassDef};

use super::symbols::{Budget, Symbols};
use super::{Portion, Referent, Type};
use crate::bind::binding::{BindingId, BindingKind, from_module, of_module};
use crate::bind::resolve::{Meaning, Resolver};
use crate::bind::value::is_bound_whole;
use crate::python::stdlib;
use crate::python::stdlib::container::{self, Made};
use crate::python::tree::NodeId;

impl<'a> Resolver<'a> {
    /// Returns what an expression is, as far as this file says.
    pub fn typed(&self, value: ExprRef<'a>) -> Type<'a> {
        self.head(&self.said(value))
    }

    /// Returns what an expression is, as it is said.
    pub fn said(&self, value: ExprRef<'a>) -> Type<'a> {
        Budget::spend(|budget| self.type_of(value, budget))
    }

    /// Returns the class of an object, where it is of this file, and whether the object is of that class itself.
    pub(in crate::bind) fn local_instance(
        &self,
        value: ExprRef<'a>,
    ) -> Option<(&'a StmtClassDef, bool)> {
        match self.typed(value) {
            Type::Object {
                class: Referent::Class(class),
                is_exact,
                ..
            } => Some((class, is_exact)),
            _ => None,
        }
    }

    /// What an expression is, by names.
    pub(super) fn type_of(&self, value: ExprRef<'a>, budget: Budget) -> Type<'a> {
        let Some(budget) = budget.next() else {
            return Type::Unknown;
        };
        let of = |it: &'a Expr| self.type_of(it.into(), budget);
        match value {
            ExprRef::Name(name) => self.type_of_name(name, budget),
            ExprRef::Attribute(attribute) => match self.meaning(value) {
                Meaning::Qualified(name) => Type::Itself(Referent::Here(name)),
                _ => of(&attribute.value).member(attribute.attr.as_str()),
            },
            ExprRef::NoneLiteral(_) => Type::Nothing,
            ExprRef::Named(named) => of(&named.value),
            ExprRef::If(choice) => Type::any_of(vec![of(&choice.body), of(&choice.orelse)]),
            ExprRef::BoolOp(operation) => Type::any_of(operation.values.iter().map(of).collect()),
            ExprRef::Call(call) => self.type_of_call(call, budget),
            ExprRef::Await(awaited) => of(&awaited.value).within(Type::Awaited),
            ExprRef::Subscript(item) => {
                let part = match &*item.slice {
                    Expr::Slice(_) => Portion::Slice,
                    at => Portion::Item(number(at)),
                };
                of(&item.value).element(part)
            }
            ExprRef::Tuple(tuple) if !tuple.elts.iter().any(Expr::is_starred_expr) => {
                Type::of_python(container::TUPLE, tuple.elts.iter().map(of).collect())
            }
            _ => Type::Unknown,
        }
    }

    fn type_of_name(&self, name: &'a ExprName, budget: Budget) -> Type<'a> {
        if let Some((class, method)) = self.receiver(name) {
            return match self.is_of_class(method) {
                true => Type::Itself(Referent::Class(class)),
                false => Type::Object {
                    class: Referent::Class(class),
                    is_exact: false,
                    parts: Vec::new(),
                },
            };
        }
        if let Some(class) = self.asked_around(name) {
            return self.object_of(class, budget);
        }
        if let Meaning::Qualified(name) = self.meaning(name.into()) {
            return Type::Itself(Referent::Here(name));
        }
        let reaching = self.flow().reaching(self.flow().names().tree().id(name));
        match reaching.overflow {
            true => Type::Unknown,
            false => self.bound(&reaching.bindings, budget),
        }
    }

    /// What one of some bindings binds: an annotation speaks for all that is assigned.
    pub(super) fn bound(&self, bindings: &[BindingId], budget: Budget) -> Type<'a> {
        let (mut declared, mut set) = (Vec::new(), Vec::new());
        for binding in bindings {
            match self.declaration(*binding) {
                Some(annotation) => declared.push(self.said_by(annotation, budget)),
                None => set.push(*binding),
            }
        }
        let mut types = Vec::new();
        if !declared.is_empty() {
            let (assigned, others) = set.into_iter().partition(|it| self.is_assigned(*it));
            set = others;
            let values = Vec::into_iter(assigned).filter_map(|it| self.value_of(it));
            types.push(self.believed(declared, values, budget));
        }
        for binding in set {
            let found = self.type_of_binding(binding, budget);
            if found == Type::Unknown {
                return found;
            }
            types.push(found);
        }
        Type::any_of(types)
    }

    /// What annotations say of something that is assigned those values.
    pub(super) fn believed(
        &self,
        declared: Vec<Type<'a>>,
        values: impl Iterator<Item = ExprRef<'a>>,
        budget: Budget,
    ) -> Type<'a> {
        let said = Type::any_of(declared);
        said.given(values.filter_map(|it| self.made_of(it, budget)).collect())
    }

    /// The object that a call of a class gives.
    fn made_of(&self, value: ExprRef<'a>, budget: Budget) -> Option<Type<'a>> {
        let ExprRef::Call(call) = value else {
            return None;
        };
        let callee = ExprRef::from(&*call.func);
        let is_named = match self.meaning(callee) {
            Meaning::Qualified(_) => true,
            _ => self.local_class(callee).is_some(),
        };
        is_named.then(|| self.type_of_call(call, budget))
    }

    /// The annotation of a binding that has one which says more than its value.
    fn declaration(&self, binding: BindingId) -> Option<ExprRef<'a>> {
        let names = self.flow().names();
        let annotation = match names.binding(binding).kind {
            BindingKind::Assignment {
                annotation: Some(annotation),
                value,
            } => (!self.adds_nothing(annotation, value)).then_some(annotation),
            BindingKind::Annotation { annotation } => Some(annotation),
            BindingKind::Parameter {
                annotation,
                gathers: None,
            } => annotation,
            _ => None,
        };
        names.tree().node(annotation?).as_expr_ref()
    }

    /// `x = v`, `x += v`: a loop, a `with` or a target among others may use the name for something else.
    fn is_assigned(&self, binding: BindingId) -> bool {
        matches!(
            self.flow().names().binding(binding).kind,
            BindingKind::Assignment { .. } | BindingKind::AugmentedAssignment
        )
    }

    /// The value that a binding takes as a whole.
    fn value_of(&self, binding: BindingId) -> Option<ExprRef<'a>> {
        let names = self.flow().names();
        match names.binding(binding).kind {
            BindingKind::Assignment { value, .. } => names.tree().node(value).as_expr_ref(),
            _ => None,
        }
    }

    /// Returns what one of some bindings binds.
    pub fn type_bound(&self, bindings: &[BindingId]) -> Type<'a> {
        let found = Budget::spend(|budget| self.bound(bindings, budget));
        self.head(&found)
    }

    fn type_of_binding(&self, id: BindingId, budget: Budget) -> Type<'a> {
        let names = self.flow().names();
        let (tree, binding) = (names.tree(), names.binding(id));
        let of = |value: NodeId| match tree.node(value).as_expr_ref() {
            Some(value) => self.type_of(value, budget),
            None => Type::Unknown,
        };
        match (binding.kind, tree.node(binding.node)) {
            (BindingKind::Assignment { value, .. }, _) => of(value),
            (BindingKind::Unpacking { value }, _) => self.taken(of(value), binding.node),
            (BindingKind::For { iterable } | BindingKind::Comprehension { iterable }, _) => {
                let each = self.each(iterable, budget);
                self.taken(each, binding.node)
            }
            (BindingKind::With { item }, _) if tree.parent(binding.node) == item => {
                self.entered(item, budget)
            }
            (BindingKind::Class, AnyNodeRef::StmtClassDef(class)) => {
                Type::Itself(Referent::Class(class))
            }
            (BindingKind::Function, AnyNodeRef::StmtFunctionDef(def)) => {
                Type::Itself(Referent::Def(def))
            }
            (BindingKind::FromImport { import, member }, _) => {
                Type::Itself(Referent::Here(of_module(&from_module(import), member)))
            }
            (BindingKind::Parameter { gathers: None, .. }, _) => self.passed(id, budget),
            (BindingKind::Parameter { .. }, _) => self.gathered_type(id, budget),
            _ => Type::Unknown,
        }
    }

    /// What a parameter under stars gathers.
    fn gathered_type(&self, id: BindingId, budget: Budget) -> Type<'a> {
        let names = self.flow().names();
        let BindingKind::Parameter {
            annotation: Some(annotation),
            gathers: Some(container),
        } = names.binding(id).kind
        else {
            return Type::Unknown;
        };
        let annotation = names.tree().node(annotation).as_expr_ref();
        let each = annotation.map_or(Type::Unknown, |it| self.said_by(it, budget));
        let parts = match container::is_tuple(container) {
            true => vec![each, Type::Repeated],
            false => vec![Type::Unknown, each],
        };
        Type::of_python(container, parts)
    }

    /// What a `with` binds.
    pub(super) fn entered(&self, item: NodeId, budget: Budget) -> Type<'a> {
        let tree = self.flow().names().tree();
        let (AnyNodeRef::WithItem(item), AnyNodeRef::StmtWith(with)) =
            (tree.node(item), tree.parent_node(item))
        else {
            return Type::Unknown;
        };
        let entered = self.type_of((&item.context_expr).into(), budget);
        entered.within(|it| Type::Entered(it, with.is_async))
    }

    /// What a loop over an expression gives.
    fn each(&self, iterable: NodeId, budget: Budget) -> Type<'a> {
        let tree = self.flow().names().tree();
        let is_async = match tree.parent_node(iterable) {
            AnyNodeRef::StmtFor(it) => it.is_async,
            AnyNodeRef::Comprehension(it) => it.is_async,
            _ => return Type::Unknown,
        };
        let shown = match tree.node(iterable) {
            AnyNodeRef::ExprList(it) => Some(&it.elts),
            AnyNodeRef::ExprSet(it) => Some(&it.elts),
            _ => None,
        };
        if let Some(shown) = shown.filter(|_| !is_async) {
            let shown = shown.iter().map(|it| self.type_of(it.into(), budget));
            return Type::any_of(shown.collect());
        }
        let container = tree.node(iterable).as_expr_ref();
        container.map_or(Type::Unknown, |it| {
            self.type_of(it, budget).element(Portion::each(is_async))
        })
    }

    /// What a target takes of a value, which is a name or stands in a tuple.
    pub(super) fn taken(&self, value: Type<'a>, target: NodeId) -> Type<'a> {
        let tree = self.flow().names().tree();
        let around = match tree.parent_node(target) {
            AnyNodeRef::ExprTuple(it) => &it.elts,
            AnyNodeRef::ExprList(it) => &it.elts,
            AnyNodeRef::ExprStarred(_) => return Type::Unknown,
            _ => return value,
        };
        let place = around.iter().position(|it| tree.id(it) == target);
        match place {
            Some(place) if !around.iter().any(Expr::is_starred_expr) => {
                let whole = self.taken(value, tree.parent(target));
                whole.element(Portion::Item(Some(place)))
            }
            _ => Type::Unknown,
        }
    }

    fn type_of_call(&self, call: &'a ExprCall, budget: Budget) -> Type<'a> {
        let given = &call.arguments.args[..];
        let keywords = call.arguments.keywords.len();
        // None, in place of what is not there, says nothing of what is.
        let n_arguments = match given {
            [_, Expr::NoneLiteral(_)] if keywords == 0 => 1,
            _ => given.len() + keywords,
        };
        if let Meaning::Qualified(name) = self.meaning((&*call.func).into()) {
            if name == container::CAST {
                return match given {
                    [class, _] => self.said_by(class.into(), budget),
                    _ => Type::Unknown,
                };
            }
            if name == stdlib::SUPER {
                return self.type_of_super(call);
            }
            if let (Some(made), [first, ..]) = (container::function_gives(&name), given) {
                let each = self.type_of(first.into(), budget).element(Portion::Each);
                return made_of_elements(made, each, given.len());
            }
            if let (container::DEFAULT_TABLE, [makes, ..]) = (&*name, given) {
                let value = self.type_of(makes.into(), budget).called(0);
                return Type::of_python(container::DEFAULT_TABLE, vec![Type::Unknown, value]);
            }
        }
        match &*call.func {
            // `Queue[int]()` makes what `Queue()` makes.
            Expr::Subscript(_) => self.said_by((&*call.func).into(), budget).exactly(),
            callee => self.type_of(callee.into(), budget).called(n_arguments),
        }
    }

    /// Returns what a loop goes over that binds all of an element to a name.
    pub fn gone_over(&self, name: &ExprName) -> Option<ExprRef<'a>> {
        let names = self.flow().names();
        let tree = names.tree();
        let binding = self.flow().reaching(tree.id(name)).only()?;
        let (BindingKind::For { iterable } | BindingKind::Comprehension { iterable }) =
            names.binding(binding).kind
        else {
            return None;
        };
        let is_whole = is_bound_whole(tree, names.binding(binding).node);
        tree.node(iterable).as_expr_ref().filter(|_| is_whole)
    }
}

/// What a function of Python's own makes of the elements of what it is given.
fn made_of_elements(made: Made, each: Type<'_>, n_given: usize) -> Type<'_> {
    match made {
        Made::Next if n_given == 1 => each,
        Made::Next => Type::Unknown,
        Made::Container(class) => Type::of_python(class, vec![each]),
        Made::Tuple => Type::of_python(container::TUPLE, vec![each, Type::Repeated]),
        Made::Numbered => {
            let pair = Type::of_python(container::TUPLE, vec![Type::Unknown, each]);
            Type::of_python(container::ITERATOR, vec![pair])
        }
    }
}

/// The number that an index is.
fn number(index: &Expr) -> Option<usize> {
    let Expr::NumberLiteral(literal) = index else {
        return None;
    };
    literal.value.as_int()?.as_usize()
}
