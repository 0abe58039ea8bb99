//! An expression → where its value comes from: one question, each binding and attribute followed once.

use std::collections::VecDeque;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprRef, HasNodeIndex, StmtClassDef};
use rustc_hash::FxHashSet;

use super::Origin;
use crate::bind::MAX_STEPS;
use crate::bind::base::Base;
use crate::bind::binding::{Binding, BindingId, BindingKind};
use crate::bind::resolve::{Meaning, Resolver};
use crate::bind::scope::ScopeKind;
use crate::python::tree::NodeId;

/// What is found, and what was followed to it.
///
/// A loop with `x = x or y` in each of its branches has as many ways as there are walks through the branches;
/// what a binding adds is the same on each of them.
pub(super) struct Followed<'s, 'a> {
    resolver: &'s Resolver<'a>,
    found: Vec<Origin<'a>>,
    /// The next first, and how far each may still be followed: what is near is not followed the long way round.
    open: VecDeque<(ExprRef<'a>, u32)>,
    bindings: FxHashSet<BindingId>,
    /// Classes, and names of their attributes.
    members: FxHashSet<(NodeId, &'a str)>,
}

impl<'s, 'a> Followed<'s, 'a> {
    pub(super) fn new(resolver: &'s Resolver<'a>) -> Self {
        Self {
            resolver,
            found: Vec::new(),
            open: VecDeque::new(),
            bindings: FxHashSet::default(),
            members: FxHashSet::default(),
        }
    }

    /// Returns where the value of an expression may come from.
    pub(super) fn value(mut self, expression: ExprRef<'a>) -> Vec<Origin<'a>> {
        self.open.push_back((expression, MAX_STEPS));
        self.all()
    }

    /// Returns where the value of one binding may come from.
    pub(super) fn binding(mut self, binding: BindingId) -> Vec<Origin<'a>> {
        self.follow_binding(binding, MAX_STEPS);
        self.all()
    }

    fn all(mut self) -> Vec<Origin<'a>> {
        while let Some((value, steps)) = self.open.pop_front() {
            self.origin(value, steps);
        }
        if self.found.is_empty() {
            let why = "it is only assigned to itself";
            self.found.push(Origin::Unknown(why.into()));
        }
        self.found
    }

    fn origin(&mut self, expression: ExprRef<'a>, steps: u32) {
        let Some(steps) = steps.checked_sub(1) else {
            return self.found.push(too_far());
        };
        match expression {
            ExprRef::Name(name) => self.follow_name(self.id(name), &name.id, steps),
            ExprRef::Attribute(attribute) => self.follow_attribute(attribute, steps),
            ExprRef::Named(named) => self.open.push_back(((&named.value).into(), steps)),
            ExprRef::If(choice) => {
                let both = [&choice.body, &choice.orelse];
                self.open.extend(both.map(|it| (it.into(), steps)));
            }
            ExprRef::BoolOp(operation) => {
                // `loop or new_event_loop()`: any operand may be the value.
                let values = operation.values.iter();
                self.open.extend(values.map(|it| (it.into(), steps)));
            }
            expression => self.found.push(Origin::Made(expression)),
        }
    }

    fn follow_name(&mut self, node: NodeId, name: &str, steps: u32) {
        let reaching = self.resolver.flow().reaching(node);
        if reaching.overflow || reaching.bindings.is_empty() {
            return self.found.push(Origin::Unknown(format!(
                "`{name}` is not bound in this file for sure"
            )));
        }
        for binding in reaching.bindings {
            self.follow_binding(binding, steps);
        }
    }

    /// Adds where the value of one binding comes from.
    fn follow_binding(&mut self, id: BindingId, steps: u32) {
        if !self.bindings.insert(id) {
            return;
        }
        let names = self.resolver.flow().names();
        let binding = names.binding(id);
        match binding.kind {
            BindingKind::Assignment { value, annotation }
                if annotation.is_none_or(|it| self.resolver.adds_nothing(it, value)) =>
            {
                match names.tree().node(value).as_expr_ref() {
                    Some(value) => self.open.push_back((value, steps)),
                    None => self
                        .found
                        .push(unknown(binding.name, "is not bound by an expression")),
                }
            }
            _ => self.found.push(self.bound(binding)),
        }
    }

    /// What a binding gives that names no other value.
    fn bound(&self, binding: &Binding) -> Origin<'a> {
        let not_said = |why| unknown(binding.name, why);
        match binding.kind {
            BindingKind::Parameter {
                gathers: Some(builtin),
                ..
            } => Origin::Gathered(builtin),
            BindingKind::For { iterable } | BindingKind::Comprehension { iterable } => self
                .resolver
                .gathered(iterable, binding.node)
                .unwrap_or_else(|| not_said("is bound in a way that does not say what it is")),
            BindingKind::Annotation { annotation }
            | BindingKind::Assignment {
                annotation: Some(annotation),
                ..
            }
            | BindingKind::Parameter {
                annotation: Some(annotation),
                ..
            } => self.resolver.annotated(annotation),
            BindingKind::With { item } => match self.resolver.flow().names().tree().node(item) {
                AnyNodeRef::WithItem(item) => Origin::Entered((&item.context_expr).into()),
                _ => not_said("is bound by a with statement"),
            },
            BindingKind::Function | BindingKind::Class => Origin::Defined(binding.node),
            BindingKind::Import { .. } => Origin::Module,
            BindingKind::FromImport { .. } => Origin::Imported,
            BindingKind::Parameter {
                annotation: None, ..
            } => not_said("is a parameter without annotation"),
            _ => not_said("is bound in a way that does not say what it is"),
        }
    }

    fn follow_attribute(&mut self, attribute: &'a ExprAttribute, steps: u32) {
        let meaning = self.resolver.shared_meaning(attribute.into());
        if let Meaning::Qualified(_) = &*meaning {
            return self.found.push(Origin::Imported);
        }
        let name = attribute.attr.as_str();
        // A class that is not read may make another thing of it, as an enum does.
        let is_here = |base: &Base| matches!(base, Base::Here(_));
        let is_read = |class: &&'a StmtClassDef| {
            self.resolver.is_ordered() && self.resolver.above(class).iter().all(is_here)
        };
        let named = || {
            self.resolver
                .local_class((&*attribute.value).into())
                .filter(is_read)
        };
        let Some(class) = self.resolver.class_of_self(attribute).or_else(named) else {
            return self.found.push(Origin::Unknown(format!(
                "`{name}` belongs to another object"
            )));
        };
        let is_known = self.members.contains(&(self.id(class), name));
        let count = |it: &Self| it.found.len() + it.open.len();
        let before = count(self);
        self.follow_member(class, name, steps);
        if count(self) == before && !is_known {
            self.found.push(Origin::Unknown(format!(
                "`self.{name}` is not set in this class"
            )));
        }
    }

    fn id(&self, node: impl HasNodeIndex) -> NodeId {
        self.resolver.flow().names().tree().id(node)
    }

    /// Adds what `self.name` is set to in any method, in the class body, and in base classes of the file.
    fn follow_member(&mut self, class: &'a StmtClassDef, name: &'a str, steps: u32) {
        let class_id = self.id(class);
        if !self.members.insert((class_id, name)) {
            return;
        }
        let Some(steps) = steps.checked_sub(1) else {
            return self.found.push(too_far());
        };
        let names = self.resolver.flow().names();
        let scope = names.scope_opened_by(class_id);
        if let Some(scope) = scope.filter(|scope| names.scope(*scope).kind == ScopeKind::Class) {
            for binding in names.bindings_of(scope, name) {
                match self.resolver.read_by_call(*binding) {
                    Some(read) => self.found.push(read),
                    None => self.follow_binding(*binding, steps),
                }
            }
        }
        for id in self.resolver.setters_of(class, name) {
            self.follow_setter(names.tree().node(id), class, name, steps);
        }
        let bases = self.resolver.bases(class).into_iter();
        for base in bases.filter_map(Base::here) {
            self.follow_member(base, name, steps);
        }
    }

    /// Adds what a statement of the class sets `self.name` to; nothing for other statements.
    fn follow_setter(
        &mut self,
        statement: AnyNodeRef<'a>,
        class: &'a StmtClassDef,
        name: &str,
        steps: u32,
    ) {
        let not_said = |why| Origin::Unknown(format!("`self.{name}` {why}"));
        match statement {
            AnyNodeRef::StmtAssign(assign) => {
                for target in &assign.targets {
                    if self.resolver.sets_member(target, name, class) {
                        self.open.push_back(((&assign.value).into(), steps));
                    } else if unpacks_member(target, name) {
                        self.found.push(not_said("is unpacked from another value"));
                    }
                }
            }
            AnyNodeRef::StmtAnnAssign(assign)
                if self.resolver.sets_member(&assign.target, name, class) =>
            {
                let annotation = self.id(&*assign.annotation);
                let adds_nothing =
                    |it: &&'a Expr| self.resolver.adds_nothing(annotation, self.id(*it));
                match assign.value.as_deref().filter(adds_nothing) {
                    Some(value) => self.open.push_back((value.into(), steps)),
                    _ => self.found.push(Origin::Annotated(&assign.annotation)),
                }
            }
            AnyNodeRef::StmtAugAssign(assign)
                if self.resolver.sets_member(&assign.target, name, class) =>
            {
                self.found.push(not_said("is changed in place"));
            }
            _ => {}
        }
    }
}

fn too_far<'a>() -> Origin<'a> {
    Origin::Unknown("its value passes through many names".into())
}

fn unknown<'a>(name: &str, why: &str) -> Origin<'a> {
    Origin::Unknown(format!("`{name}` {why}"))
}

fn unpacks_member(target: &Expr, name: &str) -> bool {
    let elements = match target {
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::List(list) => &list.elts,
        _ => return false,
    };
    elements.iter().any(|element| {
        matches!(element, Expr::Attribute(attribute) if attribute.attr.as_str() == name)
            || unpacks_member(element, name)
    })
}
