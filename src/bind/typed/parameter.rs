//! A parameter without an annotation → what all calls give it, where this file has them all in sight.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprCall, ExprRef, ParameterWithDefault, StmtClassDef, StmtFunctionDef,
};
use rustc_hash::FxHashMap;

use super::symbols::Budget;
use super::{Passing, Referent, Type};
use crate::bind::base::Base;
use crate::bind::binding::{BindingId, BindingKind, ScopeId};
use crate::bind::resolve::{Meaning, Resolver};
use crate::bind::scope::ScopeKind;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// What has more calls is not followed.
const MAX_CALLS: usize = 32;

/// What is called to run a def.
struct Callee<'a> {
    of: Referent<'a>,
    /// The name that calls spell: of the def, or of the class that it sets up.
    name: &'a str,
    /// Calls spell it as an attribute of an object.
    is_attribute: bool,
    /// So many parameters come before those that calls fill.
    n_bound: usize,
    /// Other files may spell it, too.
    may_be_called: bool,
    /// It is a class that stands in another one, or in a function.
    is_nested: bool,
}

/// How the calls of a def fill one of its parameters.
struct Filled<'a, 'n> {
    name: &'n str,
    place: Option<usize>,
    keyword: Option<&'n str>,
    default: Option<&'a Expr>,
}

impl<'a> Resolver<'a> {
    /// Returns what the calls of its def give a parameter.
    pub(super) fn passed(&self, id: BindingId, budget: Budget) -> Type<'a> {
        let names = self.flow().names();
        let binding = names.binding(id);
        let AnyNodeRef::StmtFunctionDef(def) = names.tree().node(binding.statement) else {
            return Type::Unknown;
        };
        let to = self.callee(def).and_then(|callee| {
            let to = filled(def, &callee, binding.name)?;
            let given = self.arguments(def, &callee, &to, budget)?;
            Some((callee, to, given))
        });
        let Some((callee, to, given)) = to else {
            return Type::Unknown;
        };
        match callee.may_be_called && !given.contains(&Type::Unknown) {
            true => Type::Passed(Box::new(Passing {
                called: callee.of,
                name: callee.name.to_owned(),
                is_method: callee.is_attribute,
                place: to.place,
                keyword: to.keyword.map(str::to_owned),
                default: to.default.map(|it| self.type_of(it.into(), budget)),
                given,
            })),
            false => Type::any_of(given),
        }
    }

    /// What calls of a def spell; `None` where something else may call it.
    fn callee(&self, def: &'a StmtFunctionDef) -> Option<Callee<'a>> {
        let names = self.flow().names();
        let tree = names.tree();
        let scope = names.scope_of(tree.id(def));
        let is_alone = names.bindings_of(scope, &def.name).len() == 1;
        if !is_alone || !def.decorator_list.is_empty() || self.has_one_of(&stdlib::BY_NAME) {
            return None;
        }
        let callee = |of, name, is_attribute, n_bound| Callee {
            of,
            name,
            is_attribute,
            n_bound,
            may_be_called: scope == ScopeId::MODULE || n_bound > 0,
            is_nested: false,
        };
        if names.scope(scope).kind != ScopeKind::Class {
            return Some(callee(Referent::Def(def), def.name.as_str(), false, 0));
        }
        let AnyNodeRef::StmtClassDef(class) = tree.parent_node(tree.id(def)) else {
            return None;
        };
        match def.name.as_str() {
            stdlib::SETS_UP => self.is_called_plainly(class).then(|| Callee {
                is_nested: names.scope_of(tree.id(class)) != ScopeId::MODULE,
                ..callee(Referent::Class(class), class.name.as_str(), false, 1)
            }),
            name if stdlib::is_dunder(name) || !self.is_read(class) => None,
            name => Some(callee(Referent::Class(class), name, true, 1)),
        }
    }

    /// No class of another file may call its methods.
    fn is_read(&self, class: &'a StmtClassDef) -> bool {
        let is_read = |it: &Base| match it {
            Base::Here(_) => true,
            Base::There(name) => stdlib::is_empty(name),
            Base::Unread(_) => false,
        };
        class.decorator_list.is_empty()
            && class.keywords().is_empty()
            && self.above(class).iter().all(is_read)
    }

    /// Its objects are made by calls of its name alone.
    fn is_called_plainly(&self, class: &'a StmtClassDef) -> bool {
        let methods = class.body.iter().filter_map(|it| it.as_function_def_stmt());
        let mut methods = methods.filter(|it| !it.decorator_list.is_empty());
        let names = self.flow().names();
        let scope = names.scope_of(names.tree().id(class));
        let has_base = |it: &Base| it.clone().here().is_some();
        self.is_read(class)
            && !self.above(class).iter().any(has_base)
            && self.below(class).is_empty()
            && names.bindings_of(scope, &class.name).len() == 1
            && !methods.any(|it| self.is_of_class(it))
            && !self.has_one_of(&stdlib::BY_OBJECT)
            && !self.is_set_up_again(class)
    }

    /// An object of it may be set up once more: `self.__init__(x)`.
    fn is_set_up_again(&self, class: &StmtClassDef) -> bool {
        let again = self.set_up_again.get_or_init(|| {
            let set_up = self.mentions(stdlib::SETS_UP).iter();
            let classes: Option<Vec<_>> = set_up.map(|id| self.set_up_by(*id)).collect();
            classes.map(|them| them.into_iter().flatten().collect())
        });
        let id = self.flow().names().tree().id(class);
        again.as_ref().is_none_or(|them| them.contains(&id))
    }

    /// The class of this file whose object is set up there; `None` where it may be any. What a class of another
    /// file is called, or `super()` gives, is of none that counts here.
    fn set_up_by(&self, id: NodeId) -> Option<Option<NodeId>> {
        let tree = self.flow().names().tree();
        let AnyNodeRef::ExprAttribute(set_up) = tree.node(id) else {
            return Some(None);
        };
        if self.class_of_super(set_up).is_some() {
            return Some(None);
        }
        let owner = ExprRef::from(&*set_up.value);
        let class = self.class_of_self(set_up);
        match class.or_else(|| self.local_class(owner)) {
            Some(class) => Some(Some(tree.id(class))),
            None => matches!(self.meaning(owner), Meaning::Qualified(_)).then_some(None),
        }
    }

    /// The file reads one of the names.
    fn has_one_of(&self, them: &[&str]) -> bool {
        them.iter().any(|name| !self.mentions(name).is_empty())
    }

    /// What each call of this file gives a parameter, or its default; `None` where a use is no call.
    fn arguments(
        &self,
        def: &'a StmtFunctionDef,
        callee: &Callee<'a>,
        to: &Filled<'a, '_>,
        budget: Budget,
    ) -> Option<Vec<Type<'a>>> {
        let names = self.flow().names();
        let tree = names.tree();
        let mut found = Vec::new();
        for id in self.mentions(callee.name) {
            let around = tree.parent_node(*id);
            // A class may stand in an annotation, and what an annotation calls in a call there.
            let is_said = names.in_annotation(*id) && !around.is_expr_call();
            if is_said || !self.may_call(*id, callee)? {
                continue;
            }
            let call = tree.call_of(*id)?;
            if found.len() == MAX_CALLS {
                return None;
            }
            let argument = match argument(call, to.place, to.keyword)? {
                Some(argument) => argument,
                None => to.default?,
            };
            if !self.is_parameter_itself(argument, def, to.name) {
                found.push(self.type_of(argument.into(), budget));
            }
        }
        Some(found)
    }

    /// Whether a name, or an attribute of that name, may be what is called; `None` where it may be that in another
    /// way than all calls.
    fn may_call(&self, id: NodeId, callee: &Callee<'a>) -> Option<bool> {
        let names = self.flow().names();
        match (names.tree().node(id), callee.is_attribute) {
            (AnyNodeRef::ExprName(_), false) => Some(true),
            // In its class the name of a method is that of the function.
            (AnyNodeRef::ExprName(_), true) => {
                (names.scope(names.scope_of(id)).kind != ScopeKind::Class).then_some(false)
            }
            // `Class.method(object, …)`
            (AnyNodeRef::ExprAttribute(it), true) => self
                .local_class((&*it.value).into())
                .is_none()
                .then_some(true),
            // The file may import itself, and a class in another one is its attribute.
            (AnyNodeRef::ExprAttribute(it), false) => {
                let is_of_module = matches!(self.meaning(it.into()), Meaning::Qualified(_));
                (!is_of_module && !callee.is_nested).then_some(false)
            }
            _ => None,
        }
    }

    /// A function that calls itself hands the parameter on.
    fn is_parameter_itself(&self, value: &'a Expr, def: &StmtFunctionDef, name: &str) -> bool {
        let names = self.flow().names();
        let tree = names.tree();
        let Expr::Name(value) = value else {
            return false;
        };
        let only = self.flow().reaching(tree.id(value)).only();
        value.id == name
            && only.is_some_and(|id| {
                let binding = names.binding(id);
                matches!(binding.kind, BindingKind::Parameter { .. })
                    && binding.statement == tree.id(def)
            })
    }

    /// The places that read a name, or an attribute of that name.
    fn mentions(&self, name: &str) -> &[NodeId] {
        let names = self.flow().names();
        let tree = names.tree();
        let find = || {
            let mut found = FxHashMap::<&str, Vec<NodeId>>::default();
            for id in tree.ids() {
                let name = match tree.node(id) {
                    AnyNodeRef::ExprName(it) if it.ctx.is_load() => it.id.as_str(),
                    AnyNodeRef::ExprAttribute(it) => it.attr.as_str(),
                    _ => continue,
                };
                found.entry(name).or_default().push(id);
            }
            found
        };
        let found = self.mentions.get_or_init(find).get(name);
        found.map_or(&[], Vec::as_slice)
    }
}

/// How calls fill a parameter; `None` where they give it its object.
fn filled<'a, 'n>(
    def: &'a StmtFunctionDef,
    callee: &Callee,
    name: &'n str,
) -> Option<Filled<'a, 'n>> {
    let parameters = &def.parameters;
    let is_it = |it: &&ParameterWithDefault| it.name().as_str() == name;
    let ordered = || parameters.posonlyargs.iter().chain(&parameters.args);
    let named = || parameters.kwonlyargs.iter().find(is_it);
    let of = ordered().find(is_it).or_else(named)?;
    let place = match ordered().position(|it| is_it(&it)) {
        Some(place) => Some(place.checked_sub(callee.n_bound)?),
        None => None,
    };
    // What is positional only has none: another one gathers that name.
    let has_keyword = !parameters.posonlyargs.iter().any(|it| is_it(&it));
    Some(Filled {
        name,
        place,
        keyword: has_keyword.then_some(name),
        default: of.default.as_deref(),
    })
}

/// What a call gives a parameter; nothing where it leaves that out, `None` where that is not to be seen.
fn argument<'a>(
    call: &'a ExprCall,
    place: Option<usize>,
    name: Option<&str>,
) -> Option<Option<&'a Expr>> {
    let given = &call.arguments;
    let is_open = given.args.iter().any(Expr::is_starred_expr)
        || given.keywords.iter().any(|it| it.arg.is_none());
    if is_open {
        return None;
    }
    let named = given
        .keywords
        .iter()
        .find(|it| it.arg.as_deref().is_some_and(|it| Some(it) == name));
    let placed = place.and_then(|place| given.args.get(place));
    Some(placed.or(named.map(|it| &it.value)))
}
