//! An expression → what names the class of the object that it gives: by what makes the object, or by an
//! annotation.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprName, ExprRef, StmtClassDef, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use super::base::Base;
use super::binding::BindingKind;
use super::resolve::{Meaning, Resolver};
use super::value::{Origin, is_bound_whole};
use crate::bind::MAX_STEPS;
use crate::python::own;
use crate::python::tree::NodeId;

mod annotated;

/// An object by its class.
#[derive(Debug, Clone, Copy)]
pub struct Instance<'a> {
    /// What names its class.
    pub class: ClassOf<'a>,
    /// Whether it is of that class itself, and not of one that derives from it.
    pub is_exact: bool,
}

/// What names the class of an object.
#[derive(Debug, Clone, Copy)]
pub enum ClassOf<'a> {
    /// A class of this file.
    Here(&'a StmtClassDef),
    /// An expression that names a class: `Gauge` of `gauge: Gauge`.
    Named(ExprRef<'a>),
    /// The result of a call of this: of a class of another file, or of a function there.
    Result {
        /// What is called.
        callee: ExprRef<'a>,
        /// Whether it is what the call gives when it is awaited.
        is_awaited: bool,
    },
}

impl<'a> Resolver<'a> {
    /// Returns what names the class of the object that an expression gives, where there is but one that it
    /// may be; `None` beside it does not count.
    pub fn instance(&self, value: ExprRef<'a>) -> Option<Instance<'a>> {
        self.instance_within(value, MAX_STEPS)
    }

    /// Returns the class, where it is of this file, and whether the object is of that class itself.
    pub(super) fn local_instance(
        &self,
        value: ExprRef<'a>,
        steps: u32,
    ) -> Option<(&'a StmtClassDef, bool)> {
        let Instance { class, is_exact } = self.instance_within(value, steps)?;
        match class {
            ClassOf::Here(class) => Some((class, is_exact)),
            ClassOf::Named(_) | ClassOf::Result { .. } => None,
        }
    }

    fn instance_within(&self, value: ExprRef<'a>, steps: u32) -> Option<Instance<'a>> {
        let steps = steps.checked_sub(1)?;
        if let ExprRef::Name(name) = value
            && let Some((class, method)) = self.receiver(name)
        {
            let is_object = !self.is_of_class(method);
            return is_object.then_some(here(class, false));
        }
        if let Some(class) = self.asked_around(value) {
            return self.named(class, false);
        }
        let mut found = declared(self.origins(value)).into_iter();
        let first = self.made(found.next()?, value, steps)?;
        found.try_fold(first, |known, origin| {
            let other = self.made(origin, value, steps)?;
            self.is_same(&known, &other).then_some(Instance {
                is_exact: known.is_exact && other.is_exact,
                ..known
            })
        })
    }

    /// What comes from one place.
    fn made(&self, origin: Origin<'a>, value: ExprRef<'a>, steps: u32) -> Option<Instance<'a>> {
        match origin {
            Origin::Made(ExprRef::Call(call)) => self.result(call, false, steps),
            Origin::Made(ExprRef::Await(awaited)) => match &*awaited.value {
                Expr::Call(call) => self.result(call, true, steps),
                _ => None,
            },
            Origin::Annotated(annotation) => self.annotated_with(annotation.into(), steps),
            Origin::Entered(entered) => self.entered(entered, steps),
            Origin::Made(ExprRef::Subscript(item)) if !item.slice.is_slice_expr() => {
                let element = self.element((&*item.value).into(), own::item_of)?;
                self.annotated_with(element.into(), steps)
            }
            Origin::Unknown(_) | Origin::Defined(_) => match value {
                ExprRef::Attribute(attribute) => self.member_of_object(attribute, steps),
                ExprRef::Name(name) => self.bound_by_loop(name, steps),
                _ => None,
            },
            _ => None,
        }
    }

    /// `x.name` of an object: what its class sets the attribute to, or what its property returns.
    fn member_of_object(&self, attribute: &'a ExprAttribute, steps: u32) -> Option<Instance<'a>> {
        let (class, _) = self.local_instance((&*attribute.value).into(), steps)?;
        let name = attribute.attr.as_str();
        if let Some(AnyNodeRef::StmtFunctionDef(def)) = self.method(class, name) {
            let is_read = self.has_decorator(def, own::gives_property);
            let returns = def
                .returns
                .as_deref()
                .filter(|_| is_read && !def.is_async)?;
            return self.annotated_with(returns.into(), steps);
        }
        let mut found = declared(self.members(class, name)).into_iter();
        match (found.next()?, found.next()) {
            (Origin::Unknown(_), _) | (_, Some(_)) => None,
            (only, None) => self.made(only, (&*attribute.value).into(), steps),
        }
    }

    /// What `with x as name` binds: what the method says that it returns, or the object itself.
    fn entered(&self, entered: ExprRef<'a>, steps: u32) -> Option<Instance<'a>> {
        let tree = self.flow().names().tree();
        let item = tree.parent(tree.id(entered));
        let AnyNodeRef::StmtWith(with) = tree.parent_node(item) else {
            return None;
        };
        let (class, is_exact) = self.local_instance(entered, steps)?;
        let name = if with.is_async {
            "__aenter__"
        } else {
            "__enter__"
        };
        let Some(AnyNodeRef::StmtFunctionDef(def)) = self.method(class, name) else {
            return None;
        };
        match def.returns.as_deref() {
            Some(returns) if !self.is_self_type(returns.into()) => {
                self.annotated_with(returns.into(), steps)
            }
            Some(_) => Some(here(class, is_exact)),
            None => self.returns_itself(def).then_some(here(class, is_exact)),
        }
    }

    /// Every `return` of a method gives its own object.
    fn returns_itself(&self, def: &'a StmtFunctionDef) -> bool {
        let tree = self.flow().names().tree();
        let inside = tree.descendants(tree.id(def));
        let mut returns = inside.filter_map(|id| match tree.node(id) {
            AnyNodeRef::StmtReturn(it) => Some(it),
            _ => None,
        });
        let is_own = |value: &'a Expr| match value {
            Expr::Name(name) => self
                .receiver(name)
                .is_some_and(|(_, of)| std::ptr::eq(of, def)),
            _ => false,
        };
        let first = returns.next().and_then(|it| it.value.as_deref());
        first.is_some_and(is_own) && returns.all(|it| it.value.as_deref().is_some_and(is_own))
    }

    /// The object that a call gives: one of the class, or of what the function is said to return.
    fn result(&self, call: &'a ExprCall, is_awaited: bool, steps: u32) -> Option<Instance<'a>> {
        let callee = ExprRef::from(&*call.func);
        match self.callables_within(callee, steps)[..] {
            [AnyNodeRef::StmtClassDef(class)] if !is_awaited => Some(here(class, true)),
            [AnyNodeRef::StmtFunctionDef(def)] => self.returned(def, callee, is_awaited, steps),
            [] => match self.base(callee)[..] {
                [Base::Here(class)] if !is_awaited => Some(here(class, true)),
                _ => Some(Instance {
                    class: ClassOf::Result { callee, is_awaited },
                    is_exact: true,
                }),
            },
            _ => None,
        }
    }

    /// What a def of this file says that it returns.
    fn returned(
        &self,
        def: &'a StmtFunctionDef,
        callee: ExprRef<'a>,
        is_awaited: bool,
        steps: u32,
    ) -> Option<Instance<'a>> {
        let is_plain = def.is_async == is_awaited && self.decorators(def)?.is_empty();
        let returns = ExprRef::from(def.returns.as_deref().filter(|_| is_plain)?);
        if !self.is_self_type(returns) {
            return self.annotated_with(returns, steps);
        }
        let ExprRef::Attribute(method) = callee else {
            return None;
        };
        let owner = (&*method.value).into();
        match self.local_class(owner) {
            Some(class) => Some(here(class, false)),
            None => self.instance_within(owner, steps),
        }
    }

    /// The class that an `isinstance` around a name asks it for: the name is not bound in between.
    fn asked_around(&self, value: ExprRef<'a>) -> Option<ExprRef<'a>> {
        let ExprRef::Name(name) = value else {
            return None;
        };
        let tree = self.flow().names().tree();
        let node = tree.id(name);
        let mut around = tree.ancestors(node);
        around.find_map(|id| {
            let AnyNodeRef::StmtIf(choice) = tree.node(id) else {
                return None;
            };
            let is_inside = |it: &&Expr| {
                let body = choice.body.iter();
                let mut body = body.map(Ranged::range);
                it.is_call_expr() && body.any(|it| it.contains_range(name.range()))
            };
            let call = Some(&*choice.test).filter(is_inside)?.as_call_expr()?;
            let [Expr::Name(asked), class] = &*call.arguments.args else {
                return None;
            };
            let meaning = self.meaning((&*call.func).into());
            let is_asked = matches!(meaning, Meaning::Qualified(name) if name == own::IS_INSTANCE);
            let is_it = is_asked && asked.id == name.id && self.is_same_value(tree.id(asked), node);
            is_it.then_some(class.into())
        })
    }

    /// The same bindings reach two uses of a name.
    fn is_same_value(&self, one: NodeId, other: NodeId) -> bool {
        let (one, other) = (self.flow().reaching(one), self.flow().reaching(other));
        !one.overflow && !other.overflow && one.bindings == other.bindings
    }

    /// The object that a loop binds to a name.
    fn bound_by_loop(&self, name: &ExprName, steps: u32) -> Option<Instance<'a>> {
        let container = self.gone_over(name)?;
        let element = self.element(container, own::element_of)?;
        self.annotated_with(element.into(), steps)
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

    /// Returns the annotation of an element by that of its container: the one of its parameters that `part` says.
    pub fn element(
        &self,
        container: ExprRef<'a>,
        part: fn(&str) -> Option<usize>,
    ) -> Option<&'a Expr> {
        let Origin::Annotated(Expr::Subscript(generic)) = self.only_origin(container)? else {
            return None;
        };
        let Meaning::Qualified(name) = self.meaning((&*generic.value).into()) else {
            return None;
        };
        let part = part(&name)?;
        match &*generic.slice {
            Expr::Tuple(parts) => parts.elts.get(part),
            only => (part == 0).then_some(only),
        }
    }

    fn only_origin(&self, value: ExprRef<'a>) -> Option<Origin<'a>> {
        match <[_; 1]>::try_from(self.origins(value)) {
            Ok([only]) => Some(only),
            Err(_) => None,
        }
    }

    /// Both are of one class.
    fn is_same(&self, one: &Instance<'a>, other: &Instance<'a>) -> bool {
        let named = |it: ExprRef<'a>| match self.meaning(it) {
            Meaning::Qualified(name) => Some(name),
            _ => None,
        };
        match (one.class, other.class) {
            (ClassOf::Here(one), ClassOf::Here(other)) => std::ptr::eq(one, other),
            (ClassOf::Named(one), ClassOf::Named(other)) => {
                named(one).is_some_and(|it| Some(it) == named(other))
            }
            (
                ClassOf::Result { callee, is_awaited },
                ClassOf::Result {
                    callee: other,
                    is_awaited: is_other,
                },
            ) => {
                let name = named(callee).filter(|_| is_awaited == is_other);
                name.is_some_and(|it| Some(it) == named(other))
            }
            _ => false,
        }
    }

    /// The object of the class that an expression names.
    fn named(&self, class: ExprRef<'a>, is_exact: bool) -> Option<Instance<'a>> {
        let class = match self.base(class)[..] {
            [Base::Here(class)] => ClassOf::Here(class),
            [Base::There(_)] => ClassOf::Named(class),
            _ => return None,
        };
        Some(Instance { class, is_exact })
    }
}

fn here(class: &StmtClassDef, is_exact: bool) -> Instance<'_> {
    Instance {
        class: ClassOf::Here(class),
        is_exact,
    }
}

/// Where a value comes from that says what it is: an annotation speaks for all others, and `None` for nothing.
fn declared<'a>(mut origins: Vec<Origin<'a>>) -> Vec<Origin<'a>> {
    let is_annotated = |it: &Origin| matches!(it, Origin::Annotated(_));
    match origins.iter().any(is_annotated) {
        true => origins.retain(is_annotated),
        false => origins.retain(|it| !is_none(it)),
    }
    origins
}

fn is_none(origin: &Origin) -> bool {
    matches!(origin, Origin::Made(ExprRef::NoneLiteral(_)))
}
