//! How state is spelled: `self.n`, `setattr(self, "n", 1)` and `vars(self)["n"]` are one.

use ruff_python_ast::{
    AnyNodeRef, Expr, ExprCall, ExprContext, ExprRef, StmtAssign, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use crate::bind::MAX_STEPS;
use crate::bind::resolve::Meaning;
use crate::bind::scope::BindingKind;
use crate::matching::answers::state::Key;
use crate::matching::subject::Subject;
use crate::python::dotted::is_or_is_in;
use crate::python::tree::NodeId;

/// The attribute of an object, or the global, that code comes to: `self.n`, `setattr(self, "n", 1)`.
pub(super) fn spelled<'a>(subject: &Subject<'a>, node: NodeId) -> Option<(ExprContext, Key<'a>)> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => {
            let name = match attribute.attr.as_str() {
                "__dict__" if is_item_named(subject, node) => return None,
                "__dict__" => None,
                "__class__" if subject.tree.parent_node(node).is_expr_attribute() => return None,
                name => Some(name),
            };
            let object = Some(object_name(subject, &attribute.value, MAX_STEPS)?);
            Some((attribute.ctx, Key { object, name }))
        }
        AnyNodeRef::ExprSubscript(item) => {
            let name = item.slice.as_string_literal_expr()?.value.to_str();
            let object = match namespace(subject, &item.value)? {
                Namespace::Of(object) => Some(object_name(subject, object, MAX_STEPS)?),
                Namespace::Module => None,
            };
            let name = Some(name);
            Some((item.ctx, Key { object, name }))
        }
        AnyNodeRef::ExprCall(call) => by_call(subject, call),
        _ => None,
    }
}

/// Returns the object whose state a node comes to; `None`: a name of its own.
pub(super) fn object<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a Expr> {
    match subject.tree.node(node) {
        AnyNodeRef::ExprAttribute(attribute) => Some(&attribute.value),
        AnyNodeRef::ExprSubscript(item) => match namespace(subject, &item.value)? {
            Namespace::Of(object) => Some(object),
            Namespace::Module => None,
        },
        AnyNodeRef::ExprCall(call) => match reflected(subject, call) {
            Some((object, ..)) => Some(object),
            None => match namespace_of_call(subject, call)? {
                Namespace::Of(object) => Some(object),
                Namespace::Module => None,
            },
        },
        _ => None,
    }
}

/// Returns the value that a call gives an attribute.
pub(super) fn value_set<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a Expr> {
    let AnyNodeRef::ExprCall(call) = subject.tree.node(node) else {
        return None;
    };
    let (_, _, context) = reflected(subject, call)?;
    let value = call.arguments.args.last();
    value.filter(|_| context.is_store())
}

/// Returns whether a call sets or deletes an attribute of what a node stands for.
pub(super) fn is_set_by_call(subject: &Subject, node: NodeId) -> bool {
    let tree = subject.tree;
    let AnyNodeRef::Arguments(_) = tree.parent_node(node) else {
        return false;
    };
    let AnyNodeRef::ExprCall(call) = tree.parent_node(tree.parent(node)) else {
        return false;
    };
    reflected(subject, call).is_some_and(|(object, _, context)| {
        !context.is_load() && tree.id(object) == node && !object.is_name_expr()
    })
}

fn by_call<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<(ExprContext, Key<'a>)> {
    if let Some((object, name, context)) = reflected(subject, call) {
        let object = Some(object_name(subject, object, MAX_STEPS)?);
        let name = name.as_string_literal_expr().map(|it| it.value.to_str());
        return Some((context, Key { object, name }));
    }
    let whole = namespace_of_call(subject, call)?;
    if is_item_named(subject, subject.tree.id(call)) {
        return None;
    }
    let object = match whole {
        Namespace::Of(object) => Some(object_name(subject, object, MAX_STEPS)?),
        Namespace::Module => None,
    };
    Some((ExprContext::Load, Key { object, name: None }))
}

/// The object of `setattr(object, name, …)` and the like, the name, and what is done to that attribute.
fn reflected<'a>(
    subject: &Subject<'a>,
    call: &'a ExprCall,
) -> Option<(&'a Expr, &'a Expr, ExprContext)> {
    let args = &*call.arguments.args;
    match &*call.func {
        Expr::Name(function) => {
            let context = match function.id.as_str() {
                "setattr" => ExprContext::Store,
                "delattr" => ExprContext::Del,
                "getattr" | "hasattr" => ExprContext::Load,
                _ => return None,
            };
            let is_own = is_builtin(subject, &call.func, &function.id);
            is_own.then(|| Some((args.first()?, args.get(1)?, context)))?
        }
        Expr::Attribute(method) => {
            let (context, n) = match method.attr.as_str() {
                "__setattr__" => (ExprContext::Store, 2),
                "__delattr__" => (ExprContext::Del, 1),
                "__getattribute__" => (ExprContext::Load, 1),
                _ => return None,
            };
            match args {
                // `object.__setattr__(self, "n", 1)`
                [object, name, ..] if args.len() == n + 1 => Some((object, name, context)),
                [name, ..] if args.len() == n => Some((&method.value, name, context)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What maps names to all state of an object, or of the module.
enum Namespace<'a> {
    Of(&'a Expr),
    Module,
}

fn namespace<'a>(subject: &Subject<'a>, expression: &'a Expr) -> Option<Namespace<'a>> {
    match expression {
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__dict__" => {
            Some(Namespace::Of(&attribute.value))
        }
        Expr::Call(call) => namespace_of_call(subject, call),
        _ => None,
    }
}

fn namespace_of_call<'a>(subject: &Subject<'a>, call: &'a ExprCall) -> Option<Namespace<'a>> {
    match &*call.arguments.args {
        [object] if is_builtin(subject, &call.func, "vars") => Some(Namespace::Of(object)),
        [] if is_builtin(subject, &call.func, "globals") => Some(Namespace::Module),
        _ => None,
    }
}

/// An item of it is named by a text: that is the state then.
fn is_item_named(subject: &Subject, node: NodeId) -> bool {
    matches!(subject.tree.parent_node(node), AnyNodeRef::ExprSubscript(item)
        if item.slice.is_string_literal_expr() && subject.tree.id(&*item.value) == node)
}

pub(super) fn is_builtin<'a>(subject: &Subject<'a>, function: &'a Expr, name: &str) -> bool {
    function.as_name_expr().is_some_and(|it| it.id == *name)
        && matches!(subject.resolver.meaning(function.into()), Meaning::Qualified(meant) if meant == name)
}

/// What an object is called: `me` and `type(self)` are `self`.
fn object_name<'a>(subject: &Subject<'a>, expression: &'a Expr, steps: u32) -> Option<&'a str> {
    let shown = &subject.text()[expression.range()];
    let Some(steps) = steps.checked_sub(1) else {
        return Some(shown);
    };
    match expression {
        Expr::Name(_) => {
            let node = subject.tree.id(expression);
            let same = names_own_class(subject, node)
                .or_else(|| object_name(subject, alias(subject, node)?, steps));
            Some(same.unwrap_or(shown))
        }
        Expr::Call(call) => {
            let same = match &*call.arguments.args {
                [object] if is_builtin(subject, &call.func, "type") => {
                    object_name(subject, object, steps)
                }
                [] if is_builtin(subject, &call.func, "super") => {
                    own_parameter(subject, subject.tree.id(call))
                }
                _ => None,
            };
            Some(same.unwrap_or(shown))
        }
        Expr::Attribute(attribute) if attribute.attr.as_str() == "__class__" => {
            object_name(subject, &attribute.value, steps)
        }
        // What the object of the method has: `self.box` of `self.box.n`.
        Expr::Attribute(attribute) => {
            let owner = object_name(subject, &attribute.value, steps)?;
            let own = own_parameter(subject, subject.tree.id(expression))?;
            is_or_is_in(owner, own).then_some(shown)
        }
        _ => None,
    }
}

/// What a name was set to, where that names an object again.
fn alias<'a>(subject: &Subject<'a>, name: NodeId) -> Option<&'a Expr> {
    let assign = assigned(subject, name)?;
    let is_object = match &*assign.value {
        Expr::Name(_) => true,
        Expr::Call(call) => is_builtin(subject, &call.func, "type"),
        Expr::Attribute(attribute) => attribute.attr.as_str() == "__class__",
        _ => false,
    };
    let function = |node: NodeId| subject.context.enclosing_function(node);
    let is_here = function(subject.tree.id(assign)) == function(name);
    (is_object && is_here).then_some(&*assign.value)
}

/// The plain assignment that a name has its value from, if it can be no other.
pub(super) fn assigned<'a>(subject: &Subject<'a>, name: NodeId) -> Option<&'a StmtAssign> {
    let binding = subject.names.binding(subject.flow.reaching(name).only()?);
    let BindingKind::Assignment { value, .. } = binding.kind else {
        return None;
    };
    let AnyNodeRef::StmtAssign(assign) = subject.tree.node(binding.statement) else {
        return None;
    };
    (subject.tree.id(&*assign.value) == value).then_some(assign)
}

/// In a method the name of its class stands for the class of its object.
fn names_own_class<'a>(subject: &Subject<'a>, name: NodeId) -> Option<&'a str> {
    let AnyNodeRef::StmtClassDef(class) = subject.tree.node(subject.context.enclosing_class(name)?)
    else {
        return None;
    };
    let expression = subject.tree.node(name).as_expr_ref()?;
    let is_it = matches!(expression, ExprRef::Name(it) if it.id == class.name.id)
        && (subject.resolver.local_class(expression)).is_some_and(|it| std::ptr::eq(it, class));
    is_it.then(|| own_parameter(subject, name))?
}

/// The name of the object whose method a node stands in.
pub(super) fn own_parameter<'a>(subject: &Subject<'a>, node: NodeId) -> Option<&'a str> {
    let function = subject.context.enclosing_function(node)?;
    let AnyNodeRef::StmtFunctionDef(def) = subject.tree.node(function) else {
        return None;
    };
    let is_of_object = subject.context.is_method(function) && !subject.resolver.is_static(def);
    is_of_object.then(|| first_parameter(def))?
}

pub(super) fn first_parameter(def: &StmtFunctionDef) -> Option<&str> {
    let first = def.parameters.iter().next()?;
    Some(first.name().as_str())
}

#[cfg(test)]
mod tests {
    use crate::matching::tests::check_condition;

    #[track_caller]
    fn check(before: &str, after: &str, expected: bool) {
        let text = format!(
            "n = 0\nits = iter('ab')\nclass A:\n    async def f(self, x, name):\n        {before}\n        g(1)\n        return {after}\n"
        );
        let lines: &[usize] = if expected { &[1] } else { &[] };
        check_condition("g($at)", "across: written-then-read", &text, lines);
    }

    #[test]
    fn state_is_the_same_however_it_is_spelled() {
        for before in [
            "self.n = x",
            "setattr(self, 'n', x)",
            "setattr(self, name, x)",
            "vars(self)['n'] = x",
            "self.__dict__['n'] = x",
            "self.__dict__.update(n=x)",
            "object.__setattr__(self, 'n', x)",
            "type(self).n = x",
            "self.__class__.n = x",
            "A.n = x",
            "me = self; me.n = x",
            "cls = type(self); cls.n = x",
        ] {
            check(before, "self.n", true);
            check(before, "getattr(self, 'n')", true);
            check(before, "vars(self)", true);
            check(
                before,
                "self.m",
                before.contains("name") || before.contains("update"),
            );
        }
        check("globals()['n'] = x", "n", true);
        check("globals()['m'] = x", "n", false);
        check("setattr(self, 'm', x)", "getattr(self, 'n')", false);
    }

    #[test]
    fn what_comes_next_is_what_others_have_left() {
        check("a = next(its)", "next(its)", true);
        check("a = its.__next__()", "next(its)", true);
        check("a = self.rows.pop()", "self.rows.popleft()", true);
        check("a = self.rows.pop(name)", "self.rows.pop(name)", false);
        check("a = x", "next(its)", false);
        check("a = self.rows.read()", "self.rows.read()", false);
    }
}
