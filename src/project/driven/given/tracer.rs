//! Follows one expression through names, attributes of `self`, displays and calls.

use std::path::Path;

use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprRef, StmtFunctionDef};
use rustc_hash::FxHashSet;

use super::super::defs::name_of;
use super::{Given, Parameter};
use crate::bind::resolve::Meaning;
use crate::bind::scope::{Binding, BindingId, BindingKind, ScopeId};
use crate::project::definition::Definition;
use crate::project::modules::is_of_python;
use crate::project::outline::Reader;
use crate::project::world::World;
use crate::python::stdlib;
use crate::python::tree::NodeId;

/// What such a method gives runs what has it.
const SAME: [&str; 7] = [
    "__aiter__",
    "__anext__",
    "__await__",
    "__iter__",
    "aclose",
    "asend",
    "athrow",
];

/// Sets up what a call of its class makes.
const SET_UP: &str = "__init__";

/// One question.
pub(super) struct Tracer<'t, 'a> {
    reader: &'t Reader<'t, 'a>,
    path: &'t Path,
    world: World<'t>,
    /// Values and callees that were followed; those in what calls are given, with the depth.
    seen: FxHashSet<(NodeId, bool, Option<u32>)>,
    /// Attributes of a class's own objects that were, in the same way.
    seen_attributes: FxHashSet<(NodeId, &'a str, Option<u32>)>,
    /// Whether what a call is given is followed.
    is_given: bool,
    pub(super) found: Vec<Given>,
}

impl<'t, 'a> Tracer<'t, 'a> {
    pub(super) fn new(reader: &'t Reader<'t, 'a>, path: &'t Path, world: World<'t>) -> Self {
        Self {
            reader,
            path,
            world,
            seen: FxHashSet::default(),
            seen_attributes: FxHashSet::default(),
            is_given: false,
            found: Vec::new(),
        }
    }

    /// Adds what the value of an expression may be.
    pub(super) fn value(&mut self, expression: ExprRef<'a>, depth: u32) {
        let Some(depth) = self.step(expression, false, depth) else {
            return;
        };
        match expression {
            ExprRef::Call(call) => {
                self.arguments(call, depth);
                self.called(call, depth);
            }
            ExprRef::Name(_) => self.name(expression, false, depth),
            ExprRef::Attribute(attribute) => self.attribute(attribute, depth),
            ExprRef::Subscript(part) => self.value((&part.value).into(), depth),
            ExprRef::Starred(starred) => self.value((&starred.value).into(), depth),
            ExprRef::Named(named) => self.value((&named.value).into(), depth),
            ExprRef::If(choice) => self.all([&*choice.body, &*choice.orelse], depth),
            ExprRef::BoolOp(operation) => self.all(&operation.values, depth),
            ExprRef::ListComp(made) => self.value((&made.elt).into(), depth),
            ExprRef::SetComp(made) => self.value((&made.elt).into(), depth),
            ExprRef::Generator(made) => self.value((&made.elt).into(), depth),
            // What is put into an empty one later is not seen.
            ExprRef::List(list) if !list.elts.is_empty() => self.all(&list.elts, depth),
            ExprRef::Tuple(tuple) if !tuple.elts.is_empty() => self.all(&tuple.elts, depth),
            ExprRef::Set(set) => self.all(&set.elts, depth),
            ExprRef::Dict(dict) if !dict.items.is_empty() => {
                self.all(dict.items.iter().map(|item| &item.value), depth);
            }
            ExprRef::Lambda(_) => {}
            expression if expression.is_literal_expr() => {}
            _ => self.found.push(Given::Unknown),
        }
    }

    /// Adds what a call of an expression may give.
    pub(super) fn callee(&mut self, callee: ExprRef<'a>, depth: u32) {
        let Some(depth) = self.step(callee, true, depth) else {
            return;
        };
        let here = self.reader.resolver.local_callables(callee);
        for definition in &here {
            match definition {
                AnyNodeRef::StmtFunctionDef(def) => self.def(def, depth),
                // What its objects hold is among what they are made of.
                AnyNodeRef::StmtClassDef(_) => {}
                _ => self.found.push(Given::Unknown),
            }
        }
        if !here.is_empty() {
            return;
        }
        match callee {
            ExprRef::Name(_) => self.name(callee, true, depth),
            ExprRef::Attribute(attribute) => match self.reader.resolver.meaning(callee) {
                Meaning::Qualified(name) => self.elsewhere(&name),
                _ => self.found.push(Given::Method {
                    name: attribute.attr.to_string(),
                    is_async: false,
                }),
            },
            ExprRef::If(choice) => {
                self.callee((&choice.body).into(), depth);
                self.callee((&choice.orelse).into(), depth);
            }
            ExprRef::BoolOp(operation) => {
                for value in &operation.values {
                    self.callee(value.into(), depth);
                }
            }
            ExprRef::Named(named) => self.callee((&named.value).into(), depth),
            ExprRef::Lambda(lambda) => self.value((&lambda.body).into(), depth),
            _ => self.found.push(Given::Unknown),
        }
    }

    /// Adds what a call of a def gives.
    pub(super) fn def(&mut self, def: &'a StmtFunctionDef, depth: u32) {
        let tree = self.reader.tree;
        let id = tree.id(def);
        if def.is_async {
            return self.found.push(Given::Coroutine {
                path: self.path.to_owned(),
                function: name_of(tree, id),
            });
        }
        if self.reader.callable(def).is_generator {
            return;
        }
        let returned = self.reader.resolver.returns(def);
        self.all(returned.into_iter().flatten(), depth);
    }

    fn all(&mut self, expressions: impl IntoIterator<Item = &'a Expr>, depth: u32) {
        for expression in expressions {
            self.value(expression.into(), depth);
        }
    }

    /// Counts a step; `None` where nothing new can come of it.
    fn step(&mut self, expression: ExprRef<'a>, is_called: bool, depth: u32) -> Option<u32> {
        let node = self.reader.tree.id(expression);
        let at = self.is_given.then_some(depth);
        if !self.seen.insert((node, is_called, at)) {
            return None;
        }
        let left = depth.checked_sub(1);
        if left.is_none() {
            self.found.push(Given::Unknown);
        }
        left
    }

    /// What a call gives, but for what it is given.
    fn called(&mut self, call: &'a ExprCall, depth: u32) {
        let callee = ExprRef::from(&call.func);
        if let ExprRef::Attribute(attribute) = callee
            && SAME.contains(&attribute.attr.as_str())
        {
            return self.value((&attribute.value).into(), depth);
        }
        match self.reader.resolver.meaning(callee) {
            // It gives what it makes of its arguments.
            Meaning::Qualified(name) if is_of_python(&name) => {
                self.all(&call.arguments.args, depth);
            }
            _ => self.callee(callee, depth),
        }
    }

    /// What is given to a call may be in what it gives: only coroutines count.
    fn arguments(&mut self, call: &'a ExprCall, depth: u32) {
        let was_given = std::mem::replace(&mut self.is_given, true);
        let around = std::mem::take(&mut self.found);
        for argument in call.arguments.iter_source_order() {
            let argument = ExprRef::from(argument.value());
            self.value(argument, depth.min(4));
            if matches!(argument, ExprRef::Name(_) | ExprRef::Attribute(_)) {
                self.callee(argument, depth.min(4));
            }
        }
        self.is_given = was_given;
        let given = std::mem::replace(&mut self.found, around);
        self.found.extend(given.into_iter().filter_map(Given::sure));
    }

    /// What a qualified name of another file gives where it is called.
    fn elsewhere(&mut self, qualified: &str) {
        if is_of_python(qualified) {
            return;
        }
        let World {
            files, definitions, ..
        } = self.world;
        self.found
            .extend(match definitions.find(files, self.path, qualified) {
                Definition::Function { header, .. } if header.is_generator && !header.is_async => {
                    None
                }
                Definition::Function { path, name, header } if header.is_async => {
                    Some(Given::Coroutine {
                        path,
                        function: name,
                    })
                }
                Definition::Class(_) | Definition::Outside(_) => None,
                _ => Some(Given::Unknown),
            });
    }

    fn name(&mut self, name: ExprRef<'a>, is_called: bool, depth: u32) {
        if let Meaning::Qualified(qualified) = self.reader.resolver.meaning(name) {
            return match is_called {
                true => self.elsewhere(&qualified),
                false if is_of_python(&qualified) => {}
                false => self.found.push(Given::Unknown),
            };
        }
        let flow = self.reader.resolver.flow();
        let reaching = flow.reaching(self.reader.tree.id(name));
        if reaching.overflow || reaching.bindings.is_empty() {
            self.found.push(Given::Unknown);
        }
        for id in reaching.bindings {
            self.binding(id, is_called, depth);
        }
    }

    fn binding(&mut self, id: BindingId, is_called: bool, depth: u32) {
        let binding = self.reader.resolver.flow().names().binding(id);
        let value = match binding.kind {
            BindingKind::Assignment { value, .. }
            | BindingKind::Unpacking { value }
            | BindingKind::For { iterable: value }
            | BindingKind::Comprehension { iterable: value } => value,
            BindingKind::Parameter {
                annotation,
                gathers,
            } => {
                let is_said = annotation.is_some_and(|it| self.says_no_coroutine(it));
                let given = match self.parameter(binding, is_called, gathers) {
                    Some(Given::Parameter(it)) => {
                        Some(Given::Parameter(Parameter { is_said, ..it }))
                    }
                    _ if is_said => None,
                    given => given,
                };
                return self.found.extend(given);
            }
            BindingKind::Function | BindingKind::Class => return,
            _ => return self.found.push(Given::Unknown),
        };
        match self.reader.tree.node(value).as_expr_ref() {
            Some(value) if is_called => self.callee(value, depth),
            Some(value) => self.value(value, depth),
            None => self.found.push(Given::Unknown),
        }
    }

    /// Returns whether an annotation names a class whose objects are no coroutines.
    fn says_no_coroutine(&self, annotation: NodeId) -> bool {
        let Some(mut named) = self.reader.tree.node(annotation).as_expr_ref() else {
            return false;
        };
        if let ExprRef::Subscript(generic) = named {
            named = (&generic.value).into();
        }
        if self.reader.resolver.local_class(named).is_some() {
            return true;
        }
        let Meaning::Qualified(name) = self.reader.resolver.meaning(named) else {
            return false;
        };
        let World {
            files, definitions, ..
        } = self.world;
        if is_of_python(&name) {
            return !stdlib::may_be_awaited(&name);
        }
        let found = definitions.find(files, self.path, &name);
        matches!(found, Definition::Class(_) | Definition::Outside(_))
    }

    /// `None` for the object of a method.
    fn parameter(
        &self,
        binding: &Binding<'a>,
        is_called: bool,
        gathers: Option<&'static str>,
    ) -> Option<Given> {
        let tree = self.reader.tree;
        let AnyNodeRef::StmtFunctionDef(def) = tree.node(binding.statement) else {
            return Some(Given::Unknown);
        };
        let is_method = tree.parent_node(binding.statement).is_stmt_class_def();
        let has_object = is_method && !self.reader.resolver.is_static(def);
        let index = match place_of(def, binding.name, gathers) {
            Some(0) if has_object => return None,
            Some(place) => Some(place - usize::from(has_object)),
            None => None,
        };
        let sets_up = is_method && def.name.as_str() == SET_UP;
        let owner = match sets_up {
            true => name_of(tree, tree.parent(binding.statement)),
            false => name_of(tree, binding.statement),
        };
        let names = self.reader.resolver.flow().names();
        let is_top = |id: NodeId| names.scope_of(id) == ScopeId::MODULE;
        let class = tree.parent(binding.statement);
        Some(Given::Parameter(Parameter {
            path: self.path.to_owned(),
            called_as: owner.rsplit('.').next().unwrap_or_default().to_owned(),
            owner,
            is_method: is_method && !sets_up,
            is_seen_elsewhere: is_top(binding.statement) || is_method && is_top(class),
            name: binding.name.to_owned(),
            index,
            gathers,
            is_called,
            is_said: false,
        }))
    }

    /// What is set to an attribute of one's own object; of others nothing is known.
    fn attribute(&mut self, attribute: &'a ExprAttribute, depth: u32) {
        let resolver = self.reader.resolver;
        let tree = self.reader.tree;
        let Some(class) = resolver.class_of_self(attribute) else {
            return self.found.push(Given::Unknown);
        };
        let at = self.is_given.then_some(depth);
        let name = attribute.attr.as_str();
        if !self.seen_attributes.insert((tree.id(class), name, at)) {
            return;
        }
        let mut is_set = false;
        for id in tree.descendants(tree.id(class)) {
            let AnyNodeRef::ExprAttribute(target) = tree.node(id) else {
                continue;
            };
            let is_own = || {
                resolver
                    .class_of_self(target)
                    .is_some_and(|it| std::ptr::eq(it, class))
            };
            if target.ctx.is_load() || target.attr.as_str() != name || !is_own() {
                continue;
            }
            is_set = true;
            match tree.parent_node(id) {
                AnyNodeRef::StmtAssign(set) => self.value((&set.value).into(), depth),
                AnyNodeRef::StmtAnnAssign(set) => {
                    if let Some(value) = &set.value {
                        self.value((&**value).into(), depth);
                    }
                }
                AnyNodeRef::StmtDelete(_) => {}
                _ => self.found.push(Given::Unknown),
            }
        }
        if !is_set {
            self.found.push(Given::Unknown);
        }
    }
}

/// The place of a parameter among those that are given without a name.
fn place_of(def: &StmtFunctionDef, name: &str, gathers: Option<&str>) -> Option<usize> {
    let parameters = &def.parameters;
    let mut places = parameters.posonlyargs.iter().chain(&parameters.args);
    let place = places.position(|it| it.parameter.name.as_str() == name);
    let n_places = parameters.posonlyargs.len() + parameters.args.len();
    place.or((gathers == Some("tuple")).then_some(n_places))
}
